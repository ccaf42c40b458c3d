"""The printed 小计 and 合计 of a table, held against the sums of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.rows import first_text, letter
from shuangbaodao_cli.intake.sheet import Broken
from shuangbaodao_cli.problems import Problem, Unfit
from shuangbaodao_cli.vocabulary.types import COUNT, MINUTES, Setting, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shuangbaodao_cli.intake.roster import Roster
    from shuangbaodao_cli.vocabulary.record import Field

_OF_A_PART = ("小计", "本页")


def check_totals(roster: Roster) -> None:
    """Tell where a printed total is neither the sum of all rows above it nor, of a part, that of its part."""
    for spans, number, row in _spans(roster):
        for at, column in roster.table.header.columns.items():
            if column.type is COUNT or column.type is MINUTES:
                _check(roster, column, at, spans, (number, row))


def _spans(roster: Roster) -> Iterator[tuple[list[range], int, Sequence[Any]]]:
    """Each row of totals with the rows it may sum up, the likeliest first.

    A 小计 sums what stands since the 小计 or 合计 before it; a 合计 sums everything, or, in a sheet of
    several sections, what stands since the 合计 before it.
    """
    since_part = since_whole = 0
    for above, number, row in roster.table.totals:
        part = any(word in first_text(row) for word in _OF_A_PART)
        since = since_part if part else since_whole
        spans = [range(since, above), range(above)]
        yield (spans if part else spans[::-1]), number, row
        since_part = above
        since_whole = since_whole if part else above


def _check(roster: Roster, column: Field, at: int, spans: list[range], printed_row: tuple[int, Sequence[Any]]) -> None:
    number, row = printed_row
    printed = _printed(row[at], column, roster.table.header.units[at])
    values = roster.columns[column.name]
    sums = [sum(values[i] for i in span if values[i] is not None) for span in spans]
    if printed is None or printed in sums:
        return
    unread = sum((i, column.name) in roster.wrong for i in spans[0])
    but = f"（有 {unread} 格没能读出来，没有加进去）" if unread else ""
    shown = column.type.show(int(sums[0]))
    message = f"{column.label}：合计行写的是 {words(row[at])}，各行加起来是 {shown}{but}，请核对"
    place = f"{roster.sheet}!{letter(at)}{number}"
    roster.problems.append(Problem("total_mismatch", "warning", place, column.name, words(row[at]), message))


def _printed(cell: Any, column: Field, unit: str) -> int | None:
    """The number that a total row prints; None where it prints none."""
    if cell == "" or isinstance(cell, Broken | bool):
        return None
    if isinstance(cell, float) and column.type is MINUTES:
        return round(cell * (60 if unit == "小时" else 1))
    try:
        printed: int = column.type.clean(cell, Setting(unit=unit))
    except Unfit:
        return None
    return printed
