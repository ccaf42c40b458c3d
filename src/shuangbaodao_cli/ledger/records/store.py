"""One record at a time: put in and changed; every change keeps the old value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.records import numbering, place_tree
from shuangbaodao_cli.ledger.records.identity import canonical_id_of
from shuangbaodao_cli.ledger.storage.journal import insert_changes
from shuangbaodao_cli.model.places import level_of
from shuangbaodao_cli.values.numbers import Approx
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Record

Values = Mapping[str, Any]
"""Column → what is stored in it; a column that is not there is empty."""


@cache
def insert_sql(record: Record) -> str:
    """The statement that puts in one record; its parameters are those of ``row``."""
    columns = [*record.columns, *_auxiliary_columns(record), "extra", "entry"]
    places = ", ".join(f"?{at}" for at in range(1, len(columns) + 1))
    named = ", ".join(columns)
    if record.name == "participation":
        return (
            f"INSERT INTO participation ({named}, date) "
            f"SELECT {places}, date FROM activity WHERE id = ?{columns.index('activity') + 1}"
        )
    return f"INSERT INTO [{record.name}] ({named}) VALUES ({places})"


def _auxiliary_columns(record: Record) -> list[str]:
    return (["name_key"] if record.named else []) + (["approx"] if record.counts else [])


def insert_parameters(record: Record, values: Values, entry: int, extra: str | None = None) -> tuple[Any, ...]:
    """The parameters of ``insert_sql``: its facts, and what is kept beside them."""
    facts = [values.get(column) for column in record.columns]
    if record.named:
        facts.append(fold(values[record.title.name]))
    if record.counts:
        facts.append(approximate_fields(record, values))
    return (*facts, extra, entry)


def approximate_fields(record: Record, values: Values) -> str:
    """The names of the counts that were written as 30余 or 约30."""
    return " ".join(name for name in record.counts if isinstance(values.get(name), Approx))


def insert(entry: Entry, record: Record, values: Values, extra: str | None = None) -> int:
    """Put in one record and return its id; what the record type presumes is filled in."""
    presumed = {field.name: field.default for field in record.fields if field.default is not None}
    if record.name == "place":
        presumed["level"] = level_of(values["name"])
    if record.prefix and not values.get("number"):
        presumed["number"] = numbering.next_number(entry.connection, record, values)
    told = {column: value for column, value in values.items() if value is not None}
    cursor = entry.connection.execute(insert_sql(record), insert_parameters(record, presumed | told, entry.id, extra))
    id_ = cursor.lastrowid or 0
    if record.name == "place":
        place_tree.insert_place(entry.connection, id_)
    return id_


def update_extra(
    entry: Entry, record: Record, id_: int, incoming: Mapping[str, str]
) -> dict[str, tuple[str | None, str]]:
    """Keep with a record what its source said and nothing could be made of.

    Returns heading → (old, new) for what is new.
    """
    if not incoming:
        return {}
    connection = entry.connection
    (held,) = connection.execute(f"SELECT extra FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()
    known = json.loads(held or "{}")
    changed = {heading: (known.get(heading), text) for heading, text in incoming.items() if known.get(heading) != text}
    if not changed:
        return {}
    extra = json.dumps(known | incoming, ensure_ascii=False)
    connection.execute(f"UPDATE [{record.name}] SET extra = ? WHERE id = ?", (extra, id_))
    insert_changes(entry, record, id_, {"extra": (held, extra)})
    return changed


def load_values(connection: sqlite3.Connection, record: Record, id_: int) -> dict[str, Any]:
    """What is stored of one record, column by column; approximate counts as such."""
    columns = [*record.columns, "approx"] if record.counts else list(record.columns)
    cursor = connection.execute(f"SELECT {', '.join(columns)} FROM [{record.name}] WHERE id = ?", (id_,))
    return restore_approx(dict(zip(columns, cursor.fetchone(), strict=True)))


def restore_approx(stored: dict[str, Any]) -> dict[str, Any]:
    """The facts of a row whose ``approx`` names its approximate counts, these as ``Approx``."""
    marked = stored.pop("approx", "").split()
    return {**stored, **{name: Approx(stored[name]) for name in marked}} if marked else stored


def differences(connection: sqlite3.Connection, record: Record, id_: int, values: Values) -> dict[str, tuple[Any, Any]]:
    """What of the values one record does not say yet: column → (old, new)."""
    old = load_values(connection, record, id_)
    return {
        column: (old[column], value)
        for column, value in values.items()
        if (old[column] != value or isinstance(old[column], Approx) != isinstance(value, Approx))
        and not _is_same_record(connection, record, column, (old[column], value))
    }


def update(entry: Entry, record: Record, id_: int, values: Values) -> dict[str, tuple[Any, Any]]:
    """Set columns of one record; returns column → (old, new) for those that really changed."""
    changed = differences(entry.connection, record, id_, values)
    if not changed:
        return {}
    stored = {column: new for column, (_, new) in changed.items()}
    if record.counts:
        stored["approx"] = approximate_fields(record, load_values(entry.connection, record, id_) | stored)
    if record.named and record.title.name in stored:
        stored["name_key"] = fold(stored[record.title.name])
    assignments = ", ".join(f"{column} = ?" for column in stored)
    entry.connection.execute(f"UPDATE [{record.name}] SET {assignments} WHERE id = ?", (*stored.values(), id_))
    insert_changes(entry, record, id_, changed)
    if record.name == "place" and "parent" in changed:
        place_tree.rebuild(entry.connection)
    return changed


def _is_same_record(connection: sqlite3.Connection, record: Record, column: str, pair: tuple[Any, Any]) -> bool:
    """Whether two values of a reference are one record, since one was merged into the other."""
    field = next(field for field in record.fields if column in field.columns)
    if not field.to or None in pair:
        return False
    target = field.targets[field.columns.index(column)]
    return canonical_id_of(connection, target, pair[0]) == canonical_id_of(connection, target, pair[1])
