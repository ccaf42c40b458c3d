"""An import taken back as a unit: what it made is voided, what it changed is put back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import NotFound, Refused
from shuangbaodao_cli.ledger import following, relying, store
from shuangbaodao_cli.ledger.finding import describe
from shuangbaodao_cli.ledger.wording import field_of
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.ledger.database import Entry
    from shuangbaodao_cli.vocabulary.record import Record


@dataclass(frozen=True, slots=True)
class Batch:
    """One import: its number, the command that made it, its file, and when that was."""

    id: int
    entry: int
    file: str
    at: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back did."""

    batch: Batch
    voided: dict[str, int]
    """Kind of record → how many that the import had made are void now."""
    restored: int
    """Older records that have their old values again."""
    left: list[str]
    """What was not put back, in words: it was changed again since."""


def take_back(entry: Entry, number: int) -> Undone:
    """Void all that an import made and put back all that it changed; the caller holds the transaction.

    Refused, with names, where what was registered later relies on what would be void.
    """
    connection = entry.connection
    batch = _find(connection, number)
    relying.check_later_batches(connection, batch.id, batch.entry)
    restored: set[tuple[str, int]] = set()
    left: list[str] = []
    for (name, id_, column), (old, new) in _changes(connection, batch).items():
        record = RECORDS[name]
        if (why := _why_left(connection, record, id_, column, (old, new))) is not None:
            left.append(f"{record.label} {describe(connection, record, id_)}：{why}")
            continue
        _put_back(entry, record, id_, column, old)
        restored.add((name, id_))
    voided = {record.name: _void(entry, record, batch.entry) for record in RECORDS.values()}
    relying.check(connection, entry.id)
    following.after_undo(entry)
    connection.execute("UPDATE batch SET undone = ? WHERE id = ?", (entry.id, batch.id))
    return Undone(batch, {name: count for name, count in voided.items() if count}, len(restored), left)


def _find(connection: sqlite3.Connection, number: int) -> Batch:
    sql = (
        "SELECT b.entry, b.file, e.at, u.at FROM batch AS b JOIN entry AS e ON e.id = b.entry "
        "LEFT JOIN entry AS u ON u.id = b.undone WHERE b.id = ?"
    )
    row = connection.execute(sql, (number,)).fetchone()
    if row is None:
        raise NotFound(f"没有第 {number} 批导入。可以用 sbd imports 看看有哪些。")
    entry, file, at, undone = row
    if undone is not None:
        raise Refused(f"第 {number} 批导入（{file}）早在 {undone[:16].replace('T', ' ')} 就已经撤销了，没有改动。")
    return Batch(number, entry, file, at[:16].replace("T", " "))


def _changes(connection: sqlite3.Connection, batch: Batch) -> dict[tuple[str, int, str], tuple[Any, Any]]:
    """What an import changed of older records: record and column → what was, what became of it."""
    found: dict[tuple[str, int, str], tuple[Any, Any]] = {}
    for name in RECORDS:
        sql = (
            f"SELECT c.record_id, c.field, c.old, c.new FROM change AS c JOIN [{name}] AS r "
            "ON r.id = c.record_id WHERE c.entry = ?1 AND c.record = ?2 AND r.entry <> ?1 ORDER BY c.id"
        )
        for id_, column, old, new in connection.execute(sql, (batch.entry, name)):
            first = found.get((name, id_, column), (json.loads(old), None))[0]
            found[name, id_, column] = first, json.loads(new)
    return found


def _why_left(
    connection: sqlite3.Connection, record: Record, id_: int, column: str, pair: tuple[Any, Any]
) -> str | None:
    """Why a value is not put back, if it is not: somebody changed it since, or it points to what is void now."""
    field, (old, new) = field_of(record, column), pair
    if field is None:
        return None if _extra(connection, record, id_) == new else "表中不认识的列后来又改过，保留现在的"
    if store.facts(connection, record, id_)[column] != store.stored(field, new):
        return f"{field.label}后来又改过，保留现在的"
    if field.to and old is not None:
        target = field.targets[field.columns.index(column)]
        (voided,) = connection.execute(f"SELECT voided FROM [{target}] WHERE id = ?", (old,)).fetchone()
        if voided is not None:
            return f"{field.label}原来的那一条已经作废，保留现在的"
    return None


def _put_back(entry: Entry, record: Record, id_: int, column: str, old: Any) -> None:
    field = field_of(record, column)
    if field is not None:
        store.update(entry, record, id_, {column: store.stored(field, old)})
        return
    held = _extra(entry.connection, record, id_)
    entry.connection.execute(f"UPDATE [{record.name}] SET extra = ? WHERE id = ?", (old, id_))
    store.remember(entry, record, id_, {"extra": (held, old)})


def _extra(connection: sqlite3.Connection, record: Record, id_: int) -> str | None:
    (held,) = connection.execute(f"SELECT extra FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()
    said: str | None = held
    return said


def _void(entry: Entry, record: Record, made_by: int) -> int:
    """Void the live records of a kind that a command made; how many they were."""
    live = f"FROM [{record.name}] WHERE entry = ? AND voided IS NULL"
    entry.connection.execute(
        "INSERT INTO change (entry, record, record_id, field, old, new) "
        f"SELECT ?, ?, id, 'voided', 'null', ? {live} ORDER BY id",
        (entry.id, record.name, str(entry.id), made_by),
    )
    sql = f"UPDATE [{record.name}] SET voided = ? WHERE entry = ? AND voided IS NULL"
    return entry.connection.execute(sql, (entry.id, made_by)).rowcount
