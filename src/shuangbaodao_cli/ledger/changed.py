"""What one command changed of older records, gathered so that it can be put back in turn."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger import store
from shuangbaodao_cli.ledger.wording import field_of
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.vocabulary.record import Record

_BESIDE = ("voided", "same_as", "extra")
"""What stands beside the facts of a record; each is put back by itself."""


@dataclass(slots=True)
class Changed:
    """What a command changed of one record: its facts together, or one thing beside them (``kind``)."""

    entry: int
    record: Record
    id: int
    kind: str
    last: int = 0
    pairs: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Column → (what was before the command, what it left)."""

    @property
    def revives(self) -> bool:
        """Whether the record stands again when this is put back."""
        return self.kind == "voided" and self.pairs["voided"][0] is None


def changes(connection: sqlite3.Connection, entry: int) -> list[Changed]:
    """What a command changed of records that it did not make, the last first.

    Put back in this order nothing is in the way: a number leaves one record before another has it again.
    """
    found: dict[tuple[str, int, str], Changed] = {}
    sql = "SELECT id, record, record_id, field, old, new FROM change WHERE entry = ? ORDER BY id"
    for at, name, id_, column, old, new in connection.execute(sql, (entry,)).fetchall():
        if name not in RECORDS or _made_by(connection, name, id_) in {entry, None}:
            continue
        record = RECORDS[name]
        fact = field_of(record, column)
        if fact is None and column not in _BESIDE:
            continue  # what the history says of the other side of a merger
        kind = "facts" if fact else column
        one = found.setdefault((name, id_, kind), Changed(entry, record, id_, kind))
        was, now = (store.stored(fact, json.loads(said)) if fact else json.loads(said) for said in (old, new))
        one.last = at
        one.pairs[column] = one.pairs.get(column, (was, None))[0], now
    return sorted(found.values(), key=lambda one: -one.last)


def _made_by(connection: sqlite3.Connection, name: str, id_: int) -> int | None:
    """The command that made a record; None where its person asked to be forgotten."""
    row = connection.execute(f"SELECT entry FROM [{name}] WHERE id = ?", (id_,)).fetchone()
    return row[0] if row else None
