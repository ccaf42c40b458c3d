"""Reversals: which entry undid which. A reversal is an entry itself and can be reversed in turn.

They are stored in ``change`` under the pseudo record ``entry``, so that the chain covers them; the batch of an
import repeats it in ``undone``, because many queries ask for that.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Refused

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.ledger.storage.journal import Entry

_REVERSAL_ROWS_SQL = "FROM change WHERE record = 'entry' AND field = 'undone' ORDER BY id"


def reversed_by(connection: sqlite3.Connection) -> dict[int, int]:
    """Every entry that is reversed now → the entry that reversed it."""
    last: dict[int, int] = dict(connection.execute("SELECT entry, undone FROM batch WHERE undone IS NOT NULL"))
    last |= dict(connection.execute(f"SELECT record_id, entry {_REVERSAL_ROWS_SQL}"))
    found: dict[int, int] = {}
    for target, reversal in sorted(last.items(), key=itemgetter(1), reverse=True):
        if reversal not in found:  # a reversal that is reversed itself has no effect
            found[target] = reversal
    return found


def reversals(connection: sqlite3.Connection) -> dict[int, int]:
    """Every reversal → the entry that it reversed."""
    imports: dict[int, int] = dict(connection.execute("SELECT undone, entry FROM batch WHERE undone IS NOT NULL"))
    return imports | dict(connection.execute(f"SELECT entry, record_id {_REVERSAL_ROWS_SQL}"))


def active_reversals(connection: sqlite3.Connection) -> list[int]:
    """The entries that reversed something done, oldest first; what they voided nobody voided by hand.

    Left out is the reversal of such a reversal: it restores, or voids again what somebody had voided by hand.
    """
    found: dict[int, None] = {}
    for reversal, target in sorted(reversals(connection).items()):
        if target not in found:
            found[reversal] = None
    return list(found)


def insert_reversal(entry: Entry, target: int) -> None:
    """Record that this command reverses ``target``, and whether the import that this comes down to is undone now.

    Raises Refused where it would restore an import whose file was imported again since.
    """
    connection = entry.connection
    connection.execute(
        "INSERT INTO change (entry, record, record_id, field, old, new) VALUES (?, 'entry', ?, 'undone', 'null', ?)",
        (entry.id, target, str(entry.id)),
    )
    origin = original_entry(connection, target)
    undone = origin in reversed_by(connection)
    if not undone:
        _refuse_if_reimported(connection, origin)
    connection.execute("UPDATE batch SET undone = ? WHERE entry = ?", (entry.id if undone else None, origin))


def original_entry(connection: sqlite3.Connection, entry: int) -> int:
    """The entry that a reversal of reversals comes down to; ``entry`` itself where it is no reversal."""
    targets = reversals(connection)
    while entry in targets:
        entry = targets[entry]
    return entry


def _refuse_if_reimported(connection: sqlite3.Connection, entry: int) -> None:
    """Refuse to restore an import whose file was imported again since."""
    sql = (
        "SELECT later.id, later.file FROM batch AS b JOIN batch AS later ON later.sha256 = b.sha256 "
        "WHERE b.entry = ? AND later.entry > b.entry AND later.undone IS NULL LIMIT 1"
    )
    if row := connection.execute(sql, (entry,)).fetchone():
        raise Refused(f"这个文件后来又导入过（第 {row[0]} 批，{row[1]}），里面的记录都在，不用恢复。没有改动。")
