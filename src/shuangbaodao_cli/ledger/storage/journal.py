"""Every change is remembered: by which command, with its old and its new value.

Every command that writes is one immediate transaction with one ``entry`` of who and when.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger.storage import chain
from shuangbaodao_cli.ledger.storage.transactions import transaction
from shuangbaodao_cli.values.cleaners import Setting
from shuangbaodao_cli.values.days import now
from shuangbaodao_cli.values.numbers import Approx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shuangbaodao_cli.ledger.storage.encryption import sqlite3
    from shuangbaodao_cli.model.record import Field, Record


class Entry(NamedTuple):
    """The command under way: what every row it makes or changes refers to."""

    connection: sqlite3.Connection
    id: int


@contextmanager
def write_transaction(connection: sqlite3.Connection, command: str, reason: str | None = None) -> Iterator[Entry]:
    """One command's changes, with the entry that says who made them, when and why.

    A command that changed nothing leaves no entry, unless it has a
    reason: then the entry itself is what is kept (somebody looked at whole id numbers).
    """
    with transaction(connection) as outcome:
        ends = chain.max_ids(connection)
        cursor = connection.execute(
            "INSERT INTO entry (at, operator, command, reason) VALUES (?, ?, ?, ?)",
            (now().isoformat(), operator(), command, reason),
        )
        before = connection.total_changes
        yield Entry(connection, cursor.lastrowid or 0)
        outcome.commit = connection.total_changes > before or reason is not None
        if outcome.commit:
            chain.append(connection, ends)


def operator() -> str:
    """Who is at the keyboard: ``SBD_OPERATOR``, else the login name."""
    said = os.environ.get("SBD_OPERATOR")
    if said:
        return said
    import getpass  # noqa: PLC0415  # only where the variable does not say it

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def insert_changes(entry: Entry, record: Record, id_: int, changes: Mapping[str, Sequence[Any]]) -> None:
    """Keep what was and what became of the fields of one record."""
    entry.connection.executemany(
        "INSERT INTO change (entry, record, record_id, field, old, new) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (entry.id, record.name, id_, column, *(_value_json(record, column, value) for value in pair))
            for column, pair in changes.items()
        ],
    )


def _value_json(record: Record, column: str, value: Any) -> str:
    """A value as it is remembered, in JSON; an approximate number in the words that say so."""
    said = record[column].type.show(value) if isinstance(value, Approx) else value
    return json.dumps(said, ensure_ascii=False)


def stored_value(field: Field, value: Any) -> Any:
    """A value as the history keeps it → as it was stored: 30余 is a number again."""
    return field.type.clean(value, Setting()) if field.type.sql == "INTEGER" and isinstance(value, str) else value
