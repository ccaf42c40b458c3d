"""Movements: why a record behind a sent figure counts now and did not then, or the reverse.

Causes are the commands after a snapshot that changed a fact on which figures depend; each with who gave it and when.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger.records.labels import command_name, field_of, format_value, name_of
from shuangbaodao_cli.model.orders import STEPS
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from shuangbaodao_cli.ledger.snapshots.store import Row

FIGURE_COLUMNS = {
    "activity": ("date", "place", "served", "resolved", "need"),
    "participation": ("person", "minutes", "activity"),
    "need": ("place",),
    "place": ("parent",),
    "person": ("same_as",),
}
"""Record → the columns on which figures depend."""


class RecordState(NamedTuple):
    """A record behind a figure as it is now. ``owner_id`` is the activity of a participation, else the record's id.

    ``date`` is the day it counts for (of a need that of the review, None where none holds), ``entry`` the command by
    which it came to count, ``voided`` the one that voided it.
    """

    owner_id: int
    title: str
    date: str | None
    place: str | None
    entry: int
    voided: int | None
    person: str | None = None


class Cause(NamedTuple):
    """A command, and a sentence on what it did to a record."""

    entry: int
    description: str


_STATE_SQL = {
    "activity": "SELECT a.id, a.title, a.date, p.name, a.entry, a.voided, NULL FROM activity AS a "
    "LEFT JOIN place AS p ON p.id = a.place WHERE a.id = ?",
    "participation": "SELECT a.id, a.title, a.date, p.name, r.entry, r.voided, h.name FROM participation AS r "
    "JOIN activity AS a ON a.id = r.activity JOIN person AS h ON h.id = r.person "
    "LEFT JOIN place AS p ON p.id = a.place WHERE r.id = ?",
    "need": "SELECT n.id, n.title, n.closed, p.name, COALESCE((SELECT MAX(e.entry) FROM order_event AS e "
    "JOIN [order] AS o ON o.id = e.ticket WHERE o.need = n.id AND e.step = 'reviewed' AND e.voided IS NULL), "
    "n.entry), n.voided, NULL FROM need AS n LEFT JOIN place AS p ON p.id = n.place WHERE n.id = ?",
}


def record_state(connection: sqlite3.Connection, row: Row) -> RecordState:
    """A record behind a figure as it is now."""
    return RecordState(*connection.execute(_STATE_SQL[row.record], (row.record_id,)).fetchone())


def causes(connection: sqlite3.Connection, row: Row, state: RecordState, since: int) -> list[Cause]:
    """What changed the figures of a record after the entry ``since``, oldest first.

    Counted are changes of the record itself, of the activity and person of a participation, and of the orders of a
    need; only where there are none, changes of the tree of places.
    """
    found = [*_change_causes(connection, row.record, row.record_id, since)]
    if row.record == "need":
        found += _step_causes(connection, row.record_id, since)
    if row.record == "participation":
        found += _change_causes(connection, "activity", state.owner_id, since)
        for person in _persons(connection, row):
            found += _change_causes(connection, "person", person, since)
    return sorted(found) or list(_place_tree_causes(connection, since))


def _change_causes(connection: sqlite3.Connection, record: str, id_: int, since: int) -> Iterator[Cause]:
    """The changes of one record, one per column from its first old value to its last new one, and its restorations."""
    sql = (
        "SELECT field, old, new, entry FROM change WHERE record = ? AND record_id = ? AND entry > ? "
        "AND (field <> 'voided' OR new = 'null') ORDER BY id"
    )
    first: dict[str, Any] = {}
    last: dict[str, tuple[Any, int]] = {}
    for column, old, new, entry in connection.execute(sql, (record, id_, since)).fetchall():
        if column == "voided":
            yield Cause(entry, "恢复了作废的")
        if column in FIGURE_COLUMNS[record]:
            first.setdefault(column, json.loads(old))
            last[column] = json.loads(new), entry
    for column, (new, entry) in last.items():
        if new != first[column]:
            yield Cause(entry, _describe_change(connection, record, id_, column, (first[column], new)))


def _describe_change(connection: sqlite3.Connection, record: str, id_: int, column: str, pair: tuple[Any, Any]) -> str:
    """A sentence on what a column said before and says now; ``pair`` is (old, new)."""
    kind = RECORDS[record]
    if column == "same_as":
        name, (old, new) = name_of(connection, kind, id_), pair
        if new is None:
            return f"{name}与{name_of(connection, kind, old)}拆开"
        return f"{name}并入{name_of(connection, kind, new)}"
    field = field_of(kind, column)
    assert field is not None  # noqa: S101  # all other columns of FIGURE_COLUMNS are fields
    old, new = ("（空）" if value is None else format_value(connection, field, column, value) for value in pair)
    return f"{field.label}：{old} → {new}"


def _step_causes(connection: sqlite3.Connection, need: int, since: int) -> Iterator[Cause]:
    """The steps of the orders of a need by which it came to count or ceased to, and orders and steps voided."""
    sql = (
        "SELECT e.entry, e.step, e.said FROM order_event AS e JOIN [order] AS o ON o.id = e.ticket "
        "WHERE o.need = ? AND e.entry > ? AND e.step IN ('reviewed', 'reopened', 'withdrawn', 'cancelled') "
        "ORDER BY e.id"
    )
    for entry, step, remark in connection.execute(sql, (need, since)).fetchall():
        yield Cause(entry, STEPS[step][0] + (f"：{remark}" if remark else ""))
    sql = (
        "SELECT voided FROM [order] WHERE need = ?1 AND voided > ?2 UNION SELECT e.voided FROM order_event AS e "
        "JOIN [order] AS o ON o.id = e.ticket WHERE o.need = ?1 AND e.voided > ?2"
    )
    for (entry,) in connection.execute(sql, (need, since)).fetchall():
        yield Cause(entry, "工单作废")


def _persons(connection: sqlite3.Connection, row: Row) -> set[int]:
    """The persons of a participation: the one it names, and the one as whom they were counted in the snapshot."""
    sql = "SELECT person FROM participation WHERE id = ?"
    return {row.person, connection.execute(sql, (row.record_id,)).fetchone()[0]}


def _place_tree_causes(connection: sqlite3.Connection, since: int) -> Iterator[Cause]:
    """The places that were moved in the tree, so that what is below them counts elsewhere."""
    sql = "SELECT DISTINCT record_id FROM change WHERE record = 'place' AND field = 'parent' AND entry > ?"
    for (place,) in connection.execute(sql, (since,)).fetchall():
        for cause in _change_causes(connection, "place", place, since):
            yield Cause(cause.entry, f"{name_of(connection, RECORDS['place'], place)}的{cause.description}")


def entry_details(connection: sqlite3.Connection, entry: int) -> tuple[str, str, str]:
    """Minute, operator and reason of a command; its name where it has no reason."""
    moment, operator, command, reason = connection.execute(
        "SELECT at, operator, command, reason FROM entry WHERE id = ?", (entry,)
    ).fetchone()
    return moment[:16], operator, reason or command_name(command)
