"""Visits to care recipients: one is logged, and when the next is due."""

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
"""The record types of who may visit."""


class LoggedVisit(NamedTuple):
    """A visit that was logged: its number, the number of the care recipient, its day, the next and the previous one."""

    number: str
    subject: str
    date: str
    next_date: str
    previous_date: str | None
    is_same_visitor: bool | None
    """Whether the visitor is that of the previous visit; None where one of the two is not known."""
    is_late: bool


def log_visit(entry: Entry, key: str, raw_values: Mapping[str, str | None], *, new: bool = False) -> LoggedVisit:
    """Insert a visit from raw values to the care recipient that ``key`` means.

    Raises Refused for a day in the future, a duplicate, and a child without a guardian's consent.
    """
    connection = entry.connection
    subject = find(connection, SUBJECT, key)
    recipient = store.load_values(connection, SUBJECT, subject)
    values = _parse_values(entry, raw_values, new=new) | {"subject": subject}
    values.setdefault("date", today().isoformat())
    records_rules.check_not_future(values["date"])
    if lacks_consent(recipient["birth_date"], recipient["consent"], today()):
        raise Refused(
            f"{recipient['number']} 不满14周岁，还没有监护人同意，不能记走访内容。"
            f"同意了请先登记：sbd edit subject {recipient['number']} 监护人同意=是。"
        )
    if actors.from_values(connection, values, "visitor", VISITOR_KINDS) is None:
        values |= {f"visitor_{kind}": recipient[f"visitor_{kind}"] for kind in VISITOR_KINDS}
    previous = _previous_visit(connection, subject, values["date"])
    _check_duplicate(connection, values)
    id_ = store.insert(entry, VISIT, values)
    (number,) = connection.execute("SELECT number FROM visit WHERE id = ?", (id_,)).fetchone()
    rules = policy.current(connection)
    visitor = actors.from_values(connection, values, "visitor", VISITOR_KINDS)
    is_same_visitor = None if previous is None or visitor is None or previous[1] is None else previous[1] == visitor
    next_date = next_due(rules, recipient["level"], values["date"], values.get("next"), values.get("changed"))
    is_late = previous is not None and values["date"] > next_due(rules, recipient["level"], previous[0], None, None)
    return LoggedVisit(
        number, recipient["number"], values["date"], next_date, previous and previous[0], is_same_visitor, is_late
    )


def next_due(rules: Policy, level: str, last: str, agreed: str | None, changed: object) -> str:
    """The day by which a care recipient is to be visited again: as agreed, but never later than the cadence."""
    days = rules.number("visit", f"{level}_days")
    if changed:
        days = min(days, -(-rules.number("visit", "changed_hours") // 24))
    latest = (date.fromisoformat(last) + timedelta(days=days)).isoformat()
    return min(latest, agreed) if agreed else latest


def _parse_values(entry: Entry, raw_values: Mapping[str, str | None], *, new: bool) -> dict[str, Any]:
    values = records_input.parse_options(entry, VISIT, raw_values, new=new)
    if values.get("next") and values["next"] <= values.get("date", today().isoformat()):
        raise Refused(f"下次走访 {values['next']} 应在这次之后，请核对日期。")
    return values


def _previous_visit(connection: sqlite3.Connection, subject: int, day: str) -> tuple[str, actors.Actor | None] | None:
    sql = (
        "SELECT date, visitor_person, visitor_org, visitor_team FROM visit "
        "WHERE subject = ? AND date <= ? AND voided IS NULL ORDER BY date DESC, id DESC LIMIT 1"
    )
    row = connection.execute(sql, (subject, day)).fetchone()
    return None if row is None else (row[0], actors.from_ids(connection, row[1:], VISITOR_KINDS))


def _check_duplicate(connection: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    sql = (
        "SELECT number FROM visit WHERE subject = ? AND date = ? AND voided IS NULL "
        "AND visitor_person IS ? AND visitor_org IS ? AND visitor_team IS ?"
    )
    parameters = (values["subject"], values["date"], *(values.get(f"visitor_{kind}") for kind in VISITOR_KINDS))
    if row := connection.execute(sql, parameters).fetchone():
        raise Refused(f"这一天的走访已经记过了（{row[0]}）。要补充请用 sbd edit visit {row[0]} 字段=值。")
