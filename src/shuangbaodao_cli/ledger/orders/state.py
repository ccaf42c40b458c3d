"""The state of an order and its need, derived from the steps that stand; and the capacity of a project.

The state is stored with the records so that they can be found by it; the steps are the source of truth. Orders and
needs whose stored state is not what the steps say were changed by hand.
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
"""States in which an order takes up a place of its project."""


def order_number(connection: sqlite3.Connection, order: int) -> str:
    """The readable number of an order."""
    return str(connection.execute("SELECT number FROM [order] WHERE id = ?", (order,)).fetchone()[0])


def refresh_order(entry: Entry, order: int) -> None:
    """Update the state of an order and its need from its steps. Raises Refused where the need has another order."""
    connection, values = entry.connection, derive_state(entry.connection, order)
    assignments = ", ".join(f"{column} = ?" for column in values)
    try:
        connection.execute(f"UPDATE [order] SET {assignments} WHERE id = ?", (*values.values(), order))
    except sqlite3.IntegrityError:
        raise Refused(_other_order_message(connection, order)) from None
    (need,) = connection.execute("SELECT need FROM [order] WHERE id = ?", (order,)).fetchone()
    if need is not None:
        refresh_need(connection, need)


def derive_state(connection: sqlite3.Connection, order: int) -> dict[str, Any]:
    """Column → value of the state of an order, as its steps say."""
    events = active_events(connection, order)
    state = events[-1].step if events else "raised"
    due = next((event.due for event in reversed(events) if event.due), None)
    closed = events[-1].date if state == "reviewed" else None
    pending = due if state not in {"finished", "reviewed", "cancelled"} else None
    if state == "finished":
        pending = workdays.add_workdays(events[-1].date, policy.current(connection).number("order", "lookback_days"))
    return {
        "state": state,
        "opened_on": events[0].date if events else None,
        "due": due,
        "pending": pending,
        "closed": closed,
        **_holder_columns(connection, events),
    }


def holder(events: list[Event]) -> Actor | None:
    """Who has an order in hand after these steps: the last to be given it, to claim it or, unasked, to finish it."""
    event, field = _holder_event(events)
    return None if event is None else event.whom if field == "whom" else event.by


def _holder_event(events: list[Event]) -> tuple[Event | None, str]:
    """The step that gave the order to whoever has it in hand, and its field that names them."""
    found: Event | None = None
    field = ""
    for event in events:
        if event.step in {"dispatched", "claimed"} or (event.step == "finished" and found is None):
            field = "whom" if event.step == "dispatched" else "by"
            found = event if getattr(event, field) else None
        elif event.step == "returned":
            found = None
    return found, field


def _holder_columns(connection: sqlite3.Connection, events: list[Event]) -> dict[str, int | None]:
    """The columns of who has an order in hand, with the id that the step names: a merger may be undone."""
    event, field = _holder_event(events)
    nobody = actors.to_columns(None, "holder")
    if event is None:
        return nobody
    sql = f"SELECT {actors.columns_sql('e', field)} FROM order_event AS e WHERE e.id = ?"
    return dict(zip(nobody, connection.execute(sql, (event.id,)).fetchone(), strict=True))


def _other_order_message(connection: sqlite3.Connection, order: int) -> str:
    sql = (
        "SELECT n.number, o.number, other.number FROM [order] AS o JOIN need AS n ON n.id = o.need "
        "JOIN [order] AS other ON other.need = o.need AND other.id <> o.id AND other.voided IS NULL "
        "AND other.state <> 'cancelled' WHERE o.id = ?"
    )
    need, number, other_number = connection.execute(sql, (order,)).fetchone()
    return (
        f"{need} 现在由 {other_number} 在办，{number} 不能恢复。"
        f"要恢复，请先取消那一张：sbd order cancel {other_number} --reason 原因。没有改动。"
    )


def refresh_after_reversal(entry: Entry, order: int, previous_state: str) -> None:
    """Update an order of which a step was withdrawn or revived; ``previous_state`` is its state before.

    Raises Refused where it would take up a place of its project again that others have taken meanwhile.
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
"""SQL: the state of a need and the day it was closed, as its latest order says; ``raised`` without one."""


def refresh_need(connection: sqlite3.Connection, need: int) -> None:
    """Update the state of a need from its latest order."""
    connection.execute(f"UPDATE need SET (state, closed) = {NEED_STATE_SQL} WHERE id = ?", (need,))


def refresh_after_undo(entry: Entry) -> None:
    """Update the orders of which an undo changed the steps, and the needs of orders that it changed. Raises Refused."""
    connection = entry.connection
    sql = (
        "SELECT o.id, o.voided, IIF(EXISTS (SELECT 1 FROM change AS v WHERE v.entry = ?1 AND v.record = 'order' "
        "AND v.record_id = o.id AND v.field = 'voided'), 'raised', o.state) FROM [order] AS o WHERE o.id IN "
        "(SELECT e.ticket FROM change AS c JOIN order_event AS e ON e.id = c.record_id "
        "WHERE c.entry = ?1 AND c.record = 'order_event' "
        "UNION SELECT c.record_id FROM change AS c WHERE c.entry = ?1 AND c.record = 'order') ORDER BY o.id"
    )
    for order, voided, previous_state in connection.execute(sql, (entry.id,)).fetchall():
        if voided is None:
            refresh_after_reversal(entry, order, previous_state)
        else:
            refresh_after_void(connection, order)


def refresh_after_void(connection: sqlite3.Connection, order: int) -> None:
    """Update the state of the need of a voided order from its other orders."""
    (need,) = connection.execute("SELECT need FROM [order] WHERE id = ?", (order,)).fetchone()
    if need is not None:
        refresh_need(connection, need)


def check_project_capacity(connection: sqlite3.Connection, order: int, by: Actor) -> None:
    """Raise Refused where the order's project has all the holders it wants, or has this one already."""
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
    """The ids of the orders whose stored state is not what their steps say.

    ``pending`` is not compared: it was computed under the policy of its time.
    """
    columns = ("state", "opened_on", "due", "closed")
    sql = f"SELECT {', '.join(columns)}, {actors.columns_sql('o', 'holder')} FROM [order] AS o WHERE o.id = ?"
    for (order,) in connection.execute("SELECT id FROM [order] WHERE voided IS NULL ORDER BY id").fetchall():
        derived, stored = derive_state(connection, order), connection.execute(sql, (order,)).fetchone()
        holders = actors.from_ids(connection, stored[len(columns) :]), actors.from_values(connection, derived, "holder")
        is_same_state = stored[: len(columns)] == tuple(derived[column] for column in columns)
        if not (is_same_state and _is_same_actor(connection, *holders)):
            yield order


def _is_same_actor(connection: sqlite3.Connection, first: Actor | None, second: Actor | None) -> bool:
    """Whether two actors are one, or were merged at some time: a step taken then names the canonical one."""
    if first == second or first is None or second is None:
        return first == second
    sql = "SELECT 1 FROM change WHERE field = 'same_as' AND record = ? AND record_id IN (?, ?)"
    return first[0] == second[0] and connection.execute(sql, (first[0], first[1], second[1])).fetchone() is not None


def inconsistent_needs(connection: sqlite3.Connection) -> Iterator[int]:
    """The ids of the needs whose stored state is not what their orders say."""
    for (need,) in connection.execute(f"SELECT id FROM need WHERE (state, closed) IS NOT {NEED_STATE_SQL} ORDER BY id"):
        yield need
