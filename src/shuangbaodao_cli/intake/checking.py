"""What a whole roster must satisfy: required cells, days that have been, spans, the printed totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.rows import letter
from shuangbaodao_cli.problems import Problem
from shuangbaodao_cli.vocabulary.days import today
from shuangbaodao_cli.vocabulary.record import SPANS
from shuangbaodao_cli.vocabulary.types import COUNT, DAY, MINUTES, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.cleaning import Roster
    from shuangbaodao_cli.intake.headers import Header


def check(roster: Roster, header: Header, total_rows: list[tuple[int, Sequence[Any]]]) -> None:
    """Tell what is missing, impossible or at odds with the printed total."""
    _check_required(roster)
    _check_future(roster)
    _check_spans(roster)
    _check_totals(roster, header, total_rows)


def _check_required(roster: Roster) -> None:
    for column in roster.record.fields:
        if not column.required or column.name not in roster.columns:
            continue
        for at, value in enumerate(roster.columns[column.name]):
            if value is None and (at, column.name) not in roster.wrong:
                roster.tell(
                    at, column.name, "error", "value_missing", "", f"{column.label}没有填，这一行没有收进来，请补上"
                )


def _check_future(roster: Roster) -> None:
    now = today()
    limit = now.replace(year=now.year + 1, day=min(now.day, 28)).isoformat()
    for column in roster.record.roster():
        values = roster.columns.get(column.name)
        if column.type is not DAY or values is None or column.name in {"until", "end_date"}:
            continue
        for at, value in enumerate(values):
            if value is None or value <= now.isoformat():
                continue
            if value > limit:
                roster.tell(
                    at, column.name, "error", "date_invalid", value, f"{column.label} {value} 在一年以后，请核对"
                )
            else:
                roster.tell(at, column.name, "warning", "date_future", value, f"{column.label} {value} 还没到，请核对")


def _check_spans(roster: Roster) -> None:
    """Refuse a row whose end stands before its beginning."""
    for start, end in SPANS:
        pairs = zip(roster.columns.get(start, ()), roster.columns.get(end, ()), strict=False)
        for at, (first, last) in enumerate(pairs):
            if first is not None and last is not None and last < first:
                message = f"{roster.record[end].label} {last} 在{roster.record[start].label} {first} 之前，请核对"
                roster.tell(at, end, "error", "date_invalid", last, message)


def _check_totals(roster: Roster, header: Header, total_rows: list[tuple[int, Sequence[Any]]]) -> None:
    """Hold the last printed 合计 against the sum of the rows above it."""
    if not total_rows:
        return
    for at, column in header.columns.items():
        number, row = total_rows[-1]
        printed = row[at]
        if column.type not in {COUNT, MINUTES} or not isinstance(printed, int | float):
            continue
        total = sum(value for value in roster.columns[column.name] if value is not None)
        said = round(printed * (60 if column.type is MINUTES and header.units[at] == "小时" else 1))
        if said != total:
            shown = column.type.show(total)
            message = f"{column.label}：合计行写的是 {words(printed)}，各行加起来是 {shown}，请核对"
            place = f"{roster.sheet}!{letter(at)}{number}"
            roster.problems.append(Problem("total_mismatch", "warning", place, column.name, words(printed), message))
