"""街道吹哨、部门报到: a department is called to an order and signs, makes contact and appears, each by a deadline."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.errors import NotFound, Refused
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.records import rules as records_rules
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.records.labels import name_of
from shuangbaodao_cli.model.orders import WHISTLE
from shuangbaodao_cli.model.people import ORG
from shuangbaodao_cli.values import workdays

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.ledger.policy import Policy
    from shuangbaodao_cli.ledger.storage.journal import Entry

ANSWERS = {"signed": ("签收", "sign_due"), "contacted": ("联系", "contact_due"), "appeared": ("到场", "appear_due")}
"""What a department answers, in order: column → its label, and the column of its deadline."""


class Answer(NamedTuple):
    """An answer that was recorded: its label, the department, its time, its deadline, and the label of the next one."""

    label: str
    org: str
    at: str
    due: str
    next_label: str | None


def blow(entry: Entry, order: int, org: int, kind: str, at: str) -> tuple[int, dict[str, str]]:
    """Insert a whistle and return its id and its deadlines, by the current policy.

    Raises Refused for an order that is closed, and where the department was called to it and has not appeared.
    """
    connection = entry.connection
    records_rules.check_not_future(at[:10])
    (state,) = connection.execute("SELECT state FROM [order] WHERE id = ?", (order,)).fetchone()
    if state in {"reviewed", "cancelled"}:
        raise Refused("这张单已经了结，不用再吹哨。")
    sql = "SELECT number FROM whistle WHERE ticket = ? AND org = ? AND pending IS NOT NULL AND voided IS NULL"
    if row := connection.execute(sql, (order, org)).fetchone():
        raise Refused(f"这件事已经向{name_of(connection, ORG, org)}吹过哨（{row[0]}），还没有到场，不用再吹。")
    rules = policy.current(connection)
    deadlines = _deadlines(rules, kind, at)
    values = {"ticket": order, "org": org, "kind": kind, "blown": at, **deadlines, "pending": deadlines["sign_due"]}
    id_ = store.insert(entry, WHISTLE, values)
    return id_, deadlines


def _deadlines(rules: Policy, kind: str, at: str) -> dict[str, str]:
    moment = datetime.fromisoformat(at)
    hours = {name: rules.number("whistle", f"{name}_hours") for name in ("sign", "contact", "emergency")}
    deadlines = {name: (moment + timedelta(hours=count)).isoformat(timespec="minutes") for name, count in hours.items()}
    appear = deadlines["emergency"]
    if kind != "emergency":
        appear = f"{workdays.add_workdays(at[:10], rules.number('whistle', f'{kind}_days'))}T23:59"
    return {"sign_due": deadlines["sign"], "contact_due": deadlines["contact"], "appear_due": appear}


def answer(entry: Entry, order: int, at: str, *, column: str | None, org: int | None) -> Answer:
    """Record that a department signed, made contact or appeared: without ``column`` the next of the three.

    Raises NotFound where no whistle is open, or several are and ``org`` is not given; Refused for a time
    before that of the previous answer, and for what was answered already.
    """
    connection = entry.connection
    records_rules.check_not_future(at[:10])
    id_ = _find_open_whistle(connection, order, org)
    stored = store.load_values(connection, WHISTLE, id_)
    open_answers = [name for name in ANSWERS if stored[name] is None]
    name = column or open_answers[0]
    if stored[name] is not None:
        raise Refused(f"{ANSWERS[name][0]}已经记过了：{stored[name].replace('T', ' ')}，没有改动。")
    earlier = list(ANSWERS)[: list(ANSWERS).index(name)]
    before = max([stored["blown"], *(stored[previous] for previous in earlier if stored[previous] is not None)])
    if at < before:
        raise Refused(f"{ANSWERS[name][0]}不能早于前一步（{before.replace('T', ' ')}），请核对时间。")
    open_answers.remove(name)
    # Whoever appears has signed and made contact, though it was not recorded.
    following = None if name == "appeared" else next(iter(open_answers), None)
    pending = stored[ANSWERS[following][1]] if following else None
    store.update(entry, WHISTLE, id_, {name: at, "pending": pending})
    org_name = name_of(connection, ORG, stored["org"])
    return Answer(ANSWERS[name][0], org_name, at, stored[ANSWERS[name][1]], following and ANSWERS[following][0])


def _find_open_whistle(connection: sqlite3.Connection, order: int, org: int | None) -> int:
    sql = (
        "SELECT id, org FROM whistle WHERE ticket = ?1 AND pending IS NOT NULL AND voided IS NULL "
        "AND (?2 IS NULL OR org = ?2) ORDER BY id"
    )
    rows = connection.execute(sql, (order, org)).fetchall()
    if not rows:
        raise NotFound("这张单没有等着报到的哨。看它的经过：sbd show order 单号。")
    if len(rows) > 1:
        named = "、".join(name_of(connection, ORG, org_id) for _, org_id in rows)
        raise NotFound(f"这张单向几个部门吹了哨，请用 --org 写明是哪个：{named}。")
    return int(rows[0][0])
