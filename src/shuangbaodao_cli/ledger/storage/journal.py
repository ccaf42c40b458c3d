"""The journal: every command that writes is one ``entry``, and every field that it changed one ``change``.

The entry says who gave the command, when and why; the change holds the old and the new value. Both are written in
the command's one transaction, and hashed onto the chain at its end.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger.storage import chain
from shuangbaodao_cli.ledger.storage.transactions import transaction
from shuangbaodao_cli.values.cleaners import CleaningContext
from shuangbaodao_cli.values.days import now
from shuangbaodao_cli.values.numbers import Approx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shuangbaodao_cli.ledger.storage.driver import sqlite3
    from shuangbaodao_cli.model.record import Field, Record


class Entry(NamedTuple):
    """The command under way: the open connection, and the id of the entry that every row it inserts refers to."""

    connection: sqlite3.Connection
    id: int


@contextmanager
def write_transaction(connection: sqlite3.Connection, command: str, reason: str | None = None) -> Iterator[Entry]:
    """One transaction with an entry for the command; what is written in it is hashed onto the chain at the end.

    A command that changed nothing leaves no entry, unless it has a reason: then the entry itself is the record
    (somebody looked at whole id numbers).
    """
    with transaction(connection) as outcome:
        ids_before = chain.max_ids(connection)
        cursor = connection.execute(
            "INSERT INTO entry (at, operator, command, reason) VALUES (?, ?, ?, ?)",
            (now().isoformat(), operator(), command, reason),
        )
        changes_before = connection.total_changes
        yield Entry(connection, cursor.lastrowid or 0)
        outcome.commit = connection.total_changes > changes_before or reason is not None
        if outcome.commit:
            chain.append(connection, ids_before)


def operator() -> str:
    """The name of whoever gives the command: ``SBD_OPERATOR``, else the login name, else ``unknown``."""
    if name := os.environ.get("SBD_OPERATOR"):
        return name
    import getpass  # only where the variable does not say it: it loads the terminal

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def insert_changes(entry: Entry, record: Record, id_: int, changes: Mapping[str, Sequence[Any]]) -> None:
    """Insert a change for each changed field of a record; ``changes`` is column → (old, new)."""
    entry.connection.executemany(
        "INSERT INTO change (entry, record, record_id, field, old, new) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (entry.id, record.name, id_, column, *(_value_json(record, column, value) for value in pair))
            for column, pair in changes.items()
        ],
    )


def _value_json(record: Record, column: str, value: Any) -> str:
    """A value as ``change`` stores it: JSON, an approximate number as the text that is shown (30余)."""
    plain = record[column].type.show(value) if isinstance(value, Approx) else value
    return json.dumps(plain, ensure_ascii=False)


def stored_value(field: Field, value: Any) -> Any:
    """A value out of ``change`` as its record stored it: the text 30余 is an approximate number again."""
    return (
        field.type.clean(value, CleaningContext()) if field.type.sql == "INTEGER" and isinstance(value, str) else value
    )
