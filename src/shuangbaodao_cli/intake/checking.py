"""What a whole roster must satisfy: required cells, days that have been, spans, ids in full, head counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.ids import check_ids
from shuangbaodao_cli.intake.totals import check_totals
from shuangbaodao_cli.vocabulary.care import lacks_consent
from shuangbaodao_cli.vocabulary.days import today
from shuangbaodao_cli.vocabulary.numbers import Approx
from shuangbaodao_cli.vocabulary.record import SPANS
from shuangbaodao_cli.vocabulary.text import names_others, parted
from shuangbaodao_cli.vocabulary.types import COMING, DAYS

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.roster import Roster


def check(roster: Roster) -> None:
    """Tell what is missing, impossible or at odds with the printed total."""
    _check_required(roster)
    _check_future(roster)
    _check_spans(roster)
    _check_consent(roster)
    check_ids(roster)
    _check_headcount(roster)
    check_totals(roster)


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
    this_day, limit = now.isoformat(), now.replace(year=now.year + 1, day=min(now.day, 28)).isoformat()
    for column in roster.record.roster():
        values = roster.columns.get(column.name)
        if column.type not in DAYS - {COMING} or values is None or column.name in {"until", "end_date"}:
            continue
        for at, value in enumerate(values):
            if value is None or value <= this_day:
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


def _check_consent(roster: Roster) -> None:
    """Refuse a child under fourteen for whom no guardian has agreed."""
    if roster.record.name != "subject":
        return
    born, agreed = roster.columns.get("birth_date") or [], roster.columns.get("consent")
    for at, day in enumerate(born):
        if lacks_consent(day, agreed[at] if agreed else None, today()):
            message = "不满14周岁，没有写明监护人同意，这一行没有收进来；同意了请在“监护人同意”一列填 是"
            roster.tell(at, "birth_date", "error", "consent_missing", "", message)


def _check_headcount(roster: Roster) -> None:
    """Point at an activity that names more or fewer people than it counts."""
    named, counted = roster.columns.get("people"), roster.columns.get("headcount")
    if roster.record.name != "activity" or named is None or counted is None:
        return
    for at, (names, count) in enumerate(zip(named, counted, strict=True)):
        if names is None or count is None or isinstance(count, Approx):
            continue
        found = len(parted(names))
        if found > count or (found < count and not names_others(names)):
            message = f"参加人数写的是 {count}，写出名字的有 {found} 人，请核对"
            roster.tell(at, "people", "warning", "headcount_mismatch", names, message)
