"""The numbers of a table held against each other: printed totals, copied months, times signed in and out.

The printed 小计 and 合计 are compared with the sums of the rows. A month that was copied from another has the
same activities with the same numbers, only the days changed. Of sign-in lists the minutes are derived.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import BrokenCell, column_letter
from shuangbaodao_cli.intake.rosters.row_kinds import first_text
from shuangbaodao_cli.model.service import PARTICIPATION
from shuangbaodao_cli.problems import InvalidValue, Problem
from shuangbaodao_cli.values.cleaners import CleaningContext, as_text
from shuangbaodao_cli.values.clock import parse_time
from shuangbaodao_cli.values.types import COUNT, MINUTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.model.record import Field

_SUBTOTAL_WORDS = ("小计", "本页")


def check_totals(roster: Roster) -> None:
    """Warn of a printed total that is neither the sum of all rows above it nor, of a part, that of its part."""
    for spans, number, row in _summed_spans(roster):
        for index, column in roster.table.header.columns.items():
            if column.type is COUNT or column.type is MINUTES:
                _check_total(roster, column, index, spans, (number, row))


def _summed_spans(roster: Roster) -> Iterator[tuple[list[range], int, Sequence[Any]]]:
    """Each row of totals with the rows it may sum up, the likeliest first.

    A 小计 sums what stands since the 小计 or 合计 before it; a 合计 sums everything, or, in a sheet of
    several sections, what stands since the 合计 before it.
    """
    since_part = since_whole = 0
    for above, number, row in roster.table.totals:
        is_part = any(word in first_text(row) for word in _SUBTOTAL_WORDS)
        since = since_part if is_part else since_whole
        spans = [range(since, above), range(above)]
        yield (spans if is_part else spans[::-1]), number, row
        since_part = above
        since_whole = since_whole if is_part else above


def _check_total(
    roster: Roster, column: Field, column_index: int, spans: list[range], printed_row: tuple[int, Sequence[Any]]
) -> None:
    number, row = printed_row
    printed = _printed_total(row[column_index], column, roster.table.header.units[column_index])
    values = roster.columns[column.name]
    sums = [sum(values[index] for index in span if values[index] is not None) for span in spans]
    if printed is None or printed in sums:
        return
    unread = sum((index, column.name) in roster.rejected_cells for index in spans[0])
    exception = f"（有 {unread} 格没能读出来，没有加进去）" if unread else ""
    shown = column.type.show(int(sums[0]))
    message = f"{column.label}：合计行写的是 {as_text(row[column_index])}，各行加起来是 {shown}{exception}，请核对"
    address = f"{roster.sheet}!{column_letter(column_index)}{number}"
    roster.problems.append(
        Problem("total_mismatch", "warning", address, column.name, as_text(row[column_index]), message)
    )


def _printed_total(cell: Any, column: Field, unit: str) -> int | None:
    """The number that a total row prints; None where it prints none."""
    if cell == "" or isinstance(cell, BrokenCell | bool):
        return None
    if isinstance(cell, float) and column.type is MINUTES:
        return round(cell * (60 if unit == "小时" else 1))
    try:
        printed: int = column.type.clean(cell, CleaningContext(unit=unit))
    except InvalidValue:
        return None
    return printed


MIN_ACTIVITIES = 3
"""How many activities a table must have to be compared: two may well be held alike each month."""
MIN_SIMILARITY = 0.95
_COMPARED_FIELDS = ("title", "place", "org", "team", "people", "headcount", "served", "resolved", "minutes", "content")
"""Fields that are the same, row by row, where only the days were changed."""


def check_copies(rosters: Sequence[Roster]) -> None:
    """Warn of a table of activities that is nearly the same as an earlier one of the file, but for its days."""
    earlier: list[tuple[Roster, Counter[tuple[Any, ...]]]] = []
    for roster in rosters:
        if roster.record.name != "activity" or len(roster.row_numbers) < MIN_ACTIVITIES:
            continue
        counts = _row_counts(roster)
        original = next(
            (
                other
                for other, other_counts in earlier
                if _is_similar(counts, other_counts) and _days(other) != _days(roster)
            ),
            None,
        )
        if original is not None:
            message = f"这张表的活动和“{original.sheet}”几乎都一样，只是日期不同；如果是照着抄的，请核对数字和参加人员"
            roster.add_problem(0, "title", "warning", "copied_month", roster.columns["title"][0], message)
        earlier.append((roster, counts))


def _row_counts(roster: Roster) -> Counter[tuple[Any, ...]]:
    columns = [roster.columns[name] for name in _COMPARED_FIELDS if name in roster.columns]
    return Counter(zip(*columns, strict=True))


def _days(roster: Roster) -> list[Any]:
    return roster.columns.get("date", [])


def _is_similar(rows: Counter[tuple[Any, ...]], others: Counter[tuple[Any, ...]]) -> bool:
    return (rows & others).total() >= MIN_SIMILARITY * max(rows.total(), others.total())


def derive_minutes(roster: Roster) -> None:
    """Fill in the minutes of rows with times signed in and out and no duration; both texts stay with the row.

    A cell without a time (a signature, √) says nothing. Leaving before coming refuses the row.
    """
    if roster.record is not PARTICIPATION or not {"start", "end"} & roster.columns.keys():
        return
    empty = [None] * len(roster.row_numbers)
    starts, ends = (roster.columns.get(name, empty) for name in ("start", "end"))
    minutes = roster.columns["minutes"] = [*roster.columns.get("minutes", empty)]
    labels = {field.name: field.label for field in PARTICIPATION.context_fields}
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for name, text in (("start", start), ("end", end)):
            if text is not None:
                roster.add_extra(index, labels[name], text)
        start_minute, end_minute = parse_time(start or ""), parse_time(end or "")
        if minutes[index] is None and start_minute is not None and end_minute is not None:
            if end_minute < start_minute:
                message = f"签退时间 {end} 在签到时间 {start} 之前，请核对"
                roster.add_problem(index, "end", "error", "number_invalid", end, message)
            else:
                minutes[index] = end_minute - start_minute
