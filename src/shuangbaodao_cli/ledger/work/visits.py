"""Visits to people who are looked after: one put in, and when the next is due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.records import actors, store
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import rules as records_rules
from shuangbaodao_cli.ledger.records.lookup import find
from shuangbaodao_cli.model.care import SUBJECT, VISIT, lacks_consent
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.policy import Policy
    from shuangbaodao_cli.ledger.storage.journal import Entry

VISITOR_KINDS = ("person", "org", "team")
"""Who may visit."""


class LoggedVisit(NamedTuple):
    """A visit that was put in: its number, whom, the day, when the next is due, and the one before it."""

    number: str
    subject: str
    date: str
    next_date: str
    previous_date: str | None
    is_same_visitor: bool | None
    """Whether the visitor is the one of last time; None where one of the two is not known."""
    is_late: bool


def log_visit(entry: Entry, key: str, raw_values: Mapping[str, str | None], *, new: bool = False) -> LoggedVisit:
    """Put in one visit as it was told.

    Refused for a day that has not come, and for a child for whom no guardian has agreed.
    """
    connection = entry.connection
    subject = find(connection, SUBJECT, key)
    whom = store.load_values(connection, SUBJECT, subject)
    facts = _parse_values(entry, raw_values, new=new) | {"subject": subject}
    facts.setdefault("date", today().isoformat())
    records_rules.check_not_future(facts["date"])
    if lacks_consent(whom["birth_date"], whom["consent"], today()):
        raise Refused(
            f"{whom['number']} 不满14周岁，还没有监护人同意，不能记走访内容。"
            f"同意了请先登记：sbd edit subject {whom['number']} 监护人同意=是。"
        )
    if actors.from_values(connection, facts, "visitor", VISITOR_KINDS) is None:
        facts |= {f"visitor_{kind}": whom[f"visitor_{kind}"] for kind in VISITOR_KINDS}
    last = _previous_visit(connection, subject, facts["date"])
    _check_duplicate(connection, facts)
    id_ = store.insert(entry, VISIT, facts)
    (number,) = connection.execute("SELECT number FROM visit WHERE id = ?", (id_,)).fetchone()
    rules = policy.current(connection)
    here = actors.from_values(connection, facts, "visitor", VISITOR_KINDS)
    same = None if last is None or here is None or last[1] is None else last[1] == here
    due = next_due(rules, whom["level"], facts["date"], facts.get("next"), facts.get("changed"))
    late = last is not None and facts["date"] > next_due(rules, whom["level"], last[0], None, None)
    return LoggedVisit(number, whom["number"], facts["date"], due, last and last[0], same, late)


def next_due(rules: Policy, level: str, last: str, agreed: str | None, changed: object) -> str:
    """The day by which somebody is to be visited again: what was agreed, but never later than the cadence."""
    days = rules.number("visit", f"{level}_days")
    if changed:
        days = min(days, -(-rules.number("visit", "changed_hours") // 24))
    latest = (date.fromisoformat(last) + timedelta(days=days)).isoformat()
    return min(latest, agreed) if agreed else latest


def _parse_values(entry: Entry, raw_values: Mapping[str, str | None], *, new: bool) -> dict[str, Any]:
    facts = records_input.parse_options(entry, VISIT, raw_values, new=new)
    if facts.get("next") and facts["next"] <= facts.get("date", today().isoformat()):
        raise Refused(f"下次走访 {facts['next']} 应在这次之后，请核对日期。")
    return facts


def _previous_visit(connection: sqlite3.Connection, subject: int, day: str) -> tuple[str, actors.Actor | None] | None:
    sql = (
        "SELECT date, visitor_person, visitor_org, visitor_team FROM visit "
        "WHERE subject = ? AND date <= ? AND voided IS NULL ORDER BY date DESC, id DESC LIMIT 1"
    )
    row = connection.execute(sql, (subject, day)).fetchone()
    return None if row is None else (row[0], actors.from_ids(connection, row[1:], VISITOR_KINDS))


def _check_duplicate(connection: sqlite3.Connection, facts: Mapping[str, Any]) -> None:
    sql = (
        "SELECT number FROM visit WHERE subject = ? AND date = ? AND voided IS NULL "
        "AND visitor_person IS ? AND visitor_org IS ? AND visitor_team IS ?"
    )
    values = (facts["subject"], facts["date"], *(facts.get(f"visitor_{kind}") for kind in VISITOR_KINDS))
    if row := connection.execute(sql, values).fetchone():
        raise Refused(f"这一天的走访已经记过了（{row[0]}）。要补充请用 sbd edit visit {row[0]} 字段=值。")
