"""Insert and update records, one at a time; every change is journalled with the old value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.records import numbering, place_tree
from shuangbaodao_cli.ledger.records.identity import canonical_id_of
from shuangbaodao_cli.ledger.storage.journal import insert_changes
from shuangbaodao_cli.model.places import place_level_from_name
from shuangbaodao_cli.values.numbers import Approx
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Record

Values = Mapping[str, Any]
"""Column → value; a column that is not there is empty."""


@cache
def insert_sql(record: Record) -> str:
    """SQL: the statement that inserts one record; its parameters are ``insert_parameters``."""
    columns = [*record.columns, *_auxiliary_columns(record), "extra", "entry"]
    placeholders = ", ".join(f"?{number}" for number in range(1, len(columns) + 1))
    names = ", ".join(columns)
    if record.name == "participation":
        return (
            f"INSERT INTO participation ({names}, date) "
            f"SELECT {placeholders}, date FROM activity WHERE id = ?{columns.index('activity') + 1}"
        )
    return f"INSERT INTO [{record.name}] ({names}) VALUES ({placeholders})"


def _auxiliary_columns(record: Record) -> list[str]:
    return (["name_key"] if record.has_name else []) + (["approx"] if record.count_fields else [])


def insert_parameters(record: Record, values: Values, entry: int, extra: str | None = None) -> tuple[Any, ...]:
    """The parameters of ``insert_sql``: the values of a record, and its bookkeeping columns."""
    parameters = [values.get(column) for column in record.columns]
    if record.has_name:
        parameters.append(fold(values[record.title_field.name]))
    if record.count_fields:
        parameters.append(approximate_fields(record, values))
    return (*parameters, extra, entry)


def approximate_fields(record: Record, values: Values) -> str:
    """The names of the counts that were written as 30余 or 约30, separated by spaces."""
    return " ".join(name for name in record.count_fields if isinstance(values.get(name), Approx))


def insert(entry: Entry, record: Record, values: Values, extra: str | None = None) -> int:
    """Insert one record and return its id; defaults and its number are filled in."""
    defaults = {field.name: field.default for field in record.fields if field.default is not None}
    if record.name == "place":
        defaults["level"] = place_level_from_name(values["name"])
    if record.prefix and not values.get("number"):
        defaults["number"] = numbering.next_number(entry.connection, record, values)
    given = {column: value for column, value in values.items() if value is not None}
    cursor = entry.connection.execute(insert_sql(record), insert_parameters(record, defaults | given, entry.id, extra))
    id_ = cursor.lastrowid or 0
    if record.name == "place":
        place_tree.insert_place(entry.connection, id_)
    return id_


def update_extra(
    entry: Entry, record: Record, id_: int, incoming: Mapping[str, str]
) -> dict[str, tuple[str | None, str]]:
    """Store with a record the columns of its source that we do not know; heading → (old, new) of what is new."""
    if not incoming:
        return {}
    connection = entry.connection
    (stored,) = connection.execute(f"SELECT extra FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()
    known = json.loads(stored or "{}")
    changed = {heading: (known.get(heading), text) for heading, text in incoming.items() if known.get(heading) != text}
    if not changed:
        return {}
    extra = json.dumps(known | incoming, ensure_ascii=False)
    connection.execute(f"UPDATE [{record.name}] SET extra = ? WHERE id = ?", (extra, id_))
    insert_changes(entry, record, id_, {"extra": (stored, extra)})
    return changed


def load_values(connection: sqlite3.Connection, record: Record, id_: int) -> dict[str, Any]:
    """Column → stored value of one record; approximate counts as ``Approx``."""
    columns = [*record.columns, "approx"] if record.count_fields else list(record.columns)
    cursor = connection.execute(f"SELECT {', '.join(columns)} FROM [{record.name}] WHERE id = ?", (id_,))
    return restore_approx(dict(zip(columns, cursor.fetchone(), strict=True)))


def restore_approx(stored: dict[str, Any]) -> dict[str, Any]:
    """The values of a row, those counts as ``Approx`` that its ``approx`` names."""
    approximate = stored.pop("approx", "").split()
    return {**stored, **{name: Approx(stored[name]) for name in approximate}} if approximate else stored


def differences(connection: sqlite3.Connection, record: Record, id_: int, values: Values) -> dict[str, tuple[Any, Any]]:
    """Column → (old, new) for the values that differ from the stored ones."""
    stored = load_values(connection, record, id_)
    return {
        column: (stored[column], value)
        for column, value in values.items()
        if (stored[column] != value or isinstance(stored[column], Approx) != isinstance(value, Approx))
        and not _is_same_record(connection, record, column, (stored[column], value))
    }


def update(entry: Entry, record: Record, id_: int, values: Values) -> dict[str, tuple[Any, Any]]:
    """Update one record and return column → (old, new) for what really changed."""
    changes = differences(entry.connection, record, id_, values)
    if not changes:
        return {}
    stored = {column: new for column, (_, new) in changes.items()}
    if record.count_fields:
        stored["approx"] = approximate_fields(record, load_values(entry.connection, record, id_) | stored)
    if record.has_name and record.title_field.name in stored:
        stored["name_key"] = fold(stored[record.title_field.name])
    assignments = ", ".join(f"{column} = ?" for column in stored)
    entry.connection.execute(f"UPDATE [{record.name}] SET {assignments} WHERE id = ?", (*stored.values(), id_))
    insert_changes(entry, record, id_, changes)
    if record.name == "place" and "parent" in changes:
        place_tree.rebuild(entry.connection)
    return changes


def _is_same_record(connection: sqlite3.Connection, record: Record, column: str, pair: tuple[Any, Any]) -> bool:
    """Whether two values of a reference mean one record, since one was merged into the other."""
    field = next(field for field in record.fields if column in field.columns)
    if not field.to or None in pair:
        return False
    target = field.targets[field.columns.index(column)]
    return canonical_id_of(connection, target, pair[0]) == canonical_id_of(connection, target, pair[1])
