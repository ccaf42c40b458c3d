"""What commands did to records, change by change: of one record, or by one command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger import listing
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.vocabulary.record import Record


class Touch(NamedTuple):
    """One field of one record changed by one command; where ``column`` is None the record was put in by it."""

    entry: int
    at: str
    operator: str
    command: str
    reason: str | None
    record: Record
    id: int
    column: str | None
    old: Any
    new: Any


def of_record(connection: sqlite3.Connection, record: Record, id_: int) -> list[Touch]:
    """All that happened to a record, the first thing first."""
    return [
        Touch(entry, _minute(at), who, command, why, record, id_, column, _read(old), _read(new))
        for at, who, command, why, column, old, new, entry in listing.history(connection, record, id_)
    ]


def of_entry(connection: sqlite3.Connection, entry: int) -> list[Touch]:
    """All that a command did to records: what it put in, then what it changed of others."""
    at, who, command, why = connection.execute(
        "SELECT at, operator, command, reason FROM entry WHERE id = ?", (entry,)
    ).fetchone()
    made: list[tuple[str, int, str | None, str | None, str | None]] = [
        (name, id_, None, None, None)
        for name in RECORDS
        for (id_,) in connection.execute(f"SELECT id FROM [{name}] WHERE entry = ? ORDER BY id", (entry,))
    ]
    own = {(name, id_) for name, id_, *_ in made}
    sql = "SELECT record, record_id, field, old, new FROM change WHERE entry = ? ORDER BY id"
    changed = (row for row in connection.execute(sql, (entry,)).fetchall() if row[0] in RECORDS)
    later = [row for row in changed if (row[0], row[1]) not in own and _is_there(connection, row[0], row[1])]
    return [
        Touch(entry, _minute(at), who, command, why, RECORDS[name], id_, column, _read(old), _read(new))
        for name, id_, column, old, new in (*made, *later)
    ]


def _is_there(connection: sqlite3.Connection, name: str, id_: int) -> bool:
    """Whether a record is in the ledger still: its person may have asked to be forgotten."""
    return connection.execute(f"SELECT 1 FROM [{name}] WHERE id = ?", (id_,)).fetchone() is not None


def _read(kept: str | None) -> Any:
    return None if kept is None else json.loads(kept)


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")
