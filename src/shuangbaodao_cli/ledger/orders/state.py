"""What an order and its need are now, as it follows from the steps that stand; and what a project allows.

These facts are kept with the records so that they can be found by; the steps are what is true. Orders and
needs that are kept as something else than the steps say were changed by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.orders.timeline import active_events
from shuangbaodao_cli.ledger.records import actors
from shuangbaodao_cli.ledger.storage.driver import sqlite3
from shuangbaodao_cli.values import workdays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.ledger.orders.timeline import Event
    from shuangbaodao_cli.ledger.records.actors import Actor
    from shuangbaodao_cli.ledger.storage.journal import Entry

_CLAIMED_STATES = ("claimed", "finished", "reviewed")
"""States in which an order has a place of its project."""


def order_number(connection: sqlite3.Connection, order: int) -> str:
    """The readable number of an order."""
    return str(connection.execute("SELECT number FROM [order] WHERE id = ?", (order,)).fetchone()[0])


def refresh_order(entry: Entry, order: int) -> None:
    """Bring an order, and the need it is for, to what its steps say; Refused where the need has another order."""
    connection, kept = entry.connection, derive_state(entry.connection, order)
    assigned = ", ".join(f"{column} = ?" for column in kept)
    try:
        connection.execute(f"UPDATE [order] SET {assigned} WHERE id = ?", (*kept.values(), order))
    except sqlite3.IntegrityError:
        raise Refused(_other_order_message(connection, order)) from None
    (need,) = connection.execute("SELECT need FROM [order] WHERE id = ?", (order,)).fetchone()
    if need is not None:
        refresh_need(connection, need)


def derive_state(connection: sqlite3.Connection, order: int) -> dict[str, Any]:
    """What the steps of an order say that it is now: column → value."""
    past = active_events(connection, order)
    state = past[-1].step if past else "raised"
    due = next((one.due for one in reversed(past) if one.due), None)
    closed = past[-1].date if state == "reviewed" else None
    pending = due if state not in {"finished", "reviewed", "cancelled"} else None
    if state == "finished":
        pending = workdays.after(past[-1].date, policy.current(connection).number("order", "lookback_days"))
    return {
        "state": state,
        "opened_on": past[0].date if past else None,
        "due": due,
        "pending": pending,
        "closed": closed,
        **_holder_columns(connection, past),
    }


def _holder_columns(connection: sqlite3.Connection, events: list[Event]) -> dict[str, int | None]:
    """Who has an order in hand, as the step names them: who is merged with another now may not stay so."""
    said: tuple[int, str] | None = None
    for one in events:
        field, named = ("whom", one.whom) if one.step == "dispatched" else ("by", one.by)
        if one.step in {"dispatched", "claimed"} or (one.step == "finished" and said is None):
            said = (one.id, field) if named else None
        elif one.step == "returned":
            said = None
    nobody = actors.to_columns(None, "holder")
    if said is None:
        return nobody
    sql = f"SELECT {actors.columns_sql('e', said[1])} FROM order_event AS e WHERE e.id = ?"
    return dict(zip(nobody, connection.execute(sql, said[:1]).fetchone(), strict=True))


def _other_order_message(connection: sqlite3.Connection, order: int) -> str:
    sql = (
        "SELECT n.number, o.number, other.number FROM [order] AS o JOIN need AS n ON n.id = o.need "
        "JOIN [order] AS other ON other.need = o.need AND other.id <> o.id AND other.voided IS NULL "
        "AND other.state <> 'cancelled' WHERE o.id = ?"
    )
    need, this, other = connection.execute(sql, (order,)).fetchone()
    return (
        f"{need} 现在由 {other} 在办，{this} 不能恢复。"
        f"要恢复，请先取消那一张：sbd order cancel {other} --reason 原因。没有改动。"
    )


def refresh_after_reversal(entry: Entry, order: int, previous_state: str) -> None:
    """Follow an order one of whose steps went or came back; ``was`` is its state before.

    Refused where it has a place of its project again, and others took them all meanwhile.
    """
    refresh_order(entry, order)
    sql = f"SELECT o.state, {actors.columns_sql('o', 'holder')} FROM [order] AS o WHERE o.id = ?"
    state, *ids = entry.connection.execute(sql, (order,)).fetchone()
    holder = actors.from_ids(entry.connection, ids)
    if state in _CLAIMED_STATES and previous_state not in _CLAIMED_STATES and holder is not None:
        check_project_capacity(entry.connection, order, holder)


NEED_STATE_SQL = (
    "(SELECT COALESCE(MAX(o.state), 'raised'), MAX(o.closed) FROM [order] AS o "
    "WHERE o.id = (SELECT MAX(l.id) FROM [order] AS l WHERE l.need = need.id AND l.voided IS NULL))"
)
"""In SQL: the state of a need and the day it was closed, as its latest order says; without one it is only raised."""


def refresh_need(connection: sqlite3.Connection, need: int) -> None:
    """Bring a need to what its latest order says."""
    connection.execute(f"UPDATE need SET (state, closed) = {NEED_STATE_SQL} WHERE id = ?", (need,))


def refresh_after_undo(entry: Entry) -> None:
    """Bring orders of which a command touched the steps, and the needs of orders it touched, to what they are now."""
    connection = entry.connection
    sql = (
        "SELECT o.id, o.voided, IIF(EXISTS (SELECT 1 FROM change AS v WHERE v.entry = ?1 AND v.record = 'order' "
        "AND v.record_id = o.id AND v.field = 'voided'), 'raised', o.state) FROM [order] AS o WHERE o.id IN "
        "(SELECT e.ticket FROM change AS c JOIN order_event AS e ON e.id = c.record_id "
        "WHERE c.entry = ?1 AND c.record = 'order_event' "
        "UNION SELECT c.record_id FROM change AS c WHERE c.entry = ?1 AND c.record = 'order') ORDER BY o.id"
    )
    for order, voided, was in connection.execute(sql, (entry.id,)).fetchall():
        if voided is None:
            refresh_after_reversal(entry, order, was)
        else:
            refresh_after_void(connection, order)


def refresh_after_void(connection: sqlite3.Connection, order: int) -> None:
    """Bring the need of an order that was voided to what its other orders say."""
    (need,) = connection.execute("SELECT need FROM [order] WHERE id = ?", (order,)).fetchone()
    if need is not None:
        refresh_need(connection, need)


def check_project_capacity(connection: sqlite3.Connection, order: int, by: Actor) -> None:
    """Refuse a claim where the order's project has all it wants, or has this one already."""
    row = connection.execute(
        "SELECT p.id, p.title, p.wanted FROM [order] AS o JOIN project AS p ON p.id = o.project WHERE o.id = ?",
        (order,),
    ).fetchone()
    if row is None:
        return
    project, title, wanted = row
    sql = (
        f"SELECT {actors.columns_sql('o', 'holder')} FROM [order] AS o "
        f"WHERE o.project = ? AND o.id <> ? AND o.state IN {_CLAIMED_STATES} AND o.voided IS NULL"
    )
    holders = [actors.from_ids(connection, ids) for ids in connection.execute(sql, (project, order))]
    if by in holders:
        raise Refused(f"{actors.name(connection, by)}已经认领了项目“{title}”，不能重复认领。")
    if len(holders) >= wanted:
        raise Refused(
            f"项目“{title}”要 {wanted} 家，已经认领满了。要再加，请先改名额：sbd edit project {project} 认领名额=…"
        )


def inconsistent_orders(connection: sqlite3.Connection) -> Iterator[int]:
    """Orders of which something is kept that their steps do not say.

    What they wait for (``pending``) is not compared: it was reckoned under the policy of its time.
    """
    plain = ("state", "opened_on", "due", "closed")
    sql = f"SELECT {', '.join(plain)}, {actors.columns_sql('o', 'holder')} FROM [order] AS o WHERE o.id = ?"
    for (order,) in connection.execute("SELECT id FROM [order] WHERE voided IS NULL ORDER BY id").fetchall():
        said, kept = derive_state(connection, order), connection.execute(sql, (order,)).fetchone()
        holders = actors.from_ids(connection, kept[len(plain) :]), actors.from_values(connection, said, "holder")
        if kept[: len(plain)] != tuple(said[column] for column in plain) or not _is_same_actor(connection, *holders):
            yield order


def _is_same_actor(connection: sqlite3.Connection, first: Actor | None, second: Actor | None) -> bool:
    """Whether two are one, or were taken for one at some time: a step taken then was by the one that stays."""
    if first == second or first is None or second is None:
        return first == second
    sql = "SELECT 1 FROM change WHERE field = 'same_as' AND record = ? AND record_id IN (?, ?)"
    return first[0] == second[0] and connection.execute(sql, (first[0], first[1], second[1])).fetchone() is not None


def inconsistent_needs(connection: sqlite3.Connection) -> Iterator[int]:
    """Needs that are kept as something else than their orders say."""
    for (need,) in connection.execute(f"SELECT id FROM need WHERE (state, closed) IS NOT {NEED_STATE_SQL} ORDER BY id"):
        yield need
