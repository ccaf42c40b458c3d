"""The imports of a ledger, called batches, and the rows of files that a record came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import NotFound, Refused
from shuangbaodao_cli.ledger.storage import attachments

if TYPE_CHECKING:
    from shuangbaodao_cli.ledger.storage.driver import sqlite3
    from shuangbaodao_cli.model.record import Record

Row = dict[str, Any]


def batches(connection: sqlite3.Connection) -> list[Row]:
    """Every import, the newest first: id, time, operator, file, counts of rows, when it was undone, its kept copy."""
    sums = ", ".join(
        f"(SELECT SUM(json_extract(s.value, '$.{name}')) FROM json_each(b.outcome, '$.sheets') AS s) AS {name}"
        for name in ("rows", "created", "updated", "unchanged", "rejected", "skipped")
    )
    cursor = connection.execute(
        f"SELECT b.id AS id, e.at AS at, e.operator AS operator, b.file AS file, {sums}, u.at AS undone, "
        "b.sha256 AS sha256 FROM batch AS b JOIN entry AS e ON e.id = b.entry "
        "LEFT JOIN entry AS u ON u.id = b.undone ORDER BY b.id DESC"
    )
    names = [description[0] for description in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    for row in rows:
        row["at"], row["undone"] = _minute(row["at"]), _minute(row["undone"])
        path = attachments.find(connection, row["sha256"])
        row["kept"] = None if path is None else str(path)
    return rows


def sources(connection: sqlite3.Connection, record: Record, id_: int, limit: int) -> list[tuple[str, str, int, str]]:
    """The rows that a record came from, the latest first: file, ``Sheet!5``, number and time of the import.

    A record that another row only named (a unit, a participant) has the file it came with, without a
    row. Imports that were undone are left out.
    """
    own_rows = connection.execute(
        "SELECT b.file, s.sheet || '!' || s.row, b.id, e.at FROM source AS s JOIN batch AS b ON b.id = s.batch "
        "JOIN entry AS e ON e.id = b.entry WHERE s.record = ? AND s.record_id = ? AND b.undone IS NULL "
        "ORDER BY b.id DESC, s.sheet, s.row LIMIT ?",
        (record.name, id_, limit),
    ).fetchall()
    named_in = connection.execute(
        f"SELECT b.file, '', b.id, e.at FROM [{record.name}] AS r JOIN batch AS b ON b.entry = r.entry "
        "JOIN entry AS e ON e.id = b.entry WHERE r.id = ? AND b.undone IS NULL",
        (id_,),
    ).fetchall()
    return [(file, row, batch, _minute(at) or "") for file, row, batch, at in own_rows or named_in]


def _minute(at: str | None) -> str | None:
    return None if at is None else at[:16].replace("T", " ")


@dataclass(frozen=True, slots=True)
class Batch:
    """One import: its number, the command that made it, its file, and when that was."""

    id: int
    entry: int
    file: str
    at: str


def batch(connection: sqlite3.Connection, number: int) -> Batch:
    """An import by its number; NotFound where there is none, Refused where it was undone."""
    sql = (
        "SELECT b.entry, b.file, e.at, u.at, u.id FROM batch AS b JOIN entry AS e ON e.id = b.entry "
        "LEFT JOIN entry AS u ON u.id = b.undone WHERE b.id = ?"
    )
    row = connection.execute(sql, (number,)).fetchone()
    if row is None:
        raise NotFound(f"没有第 {number} 批导入。可以用 sbd imports 看看有哪些。")
    entry, file, at, undone, undoing_entry = row
    if undone is not None:
        raise Refused(
            f"第 {number} 批导入（{file}）早在 {undone[:16].replace('T', ' ')} 就已经撤销了，没有改动。"
            f"要恢复它：sbd undo --entry {undoing_entry}。"
        )
    return Batch(number, entry, file, at[:16].replace("T", " "))
