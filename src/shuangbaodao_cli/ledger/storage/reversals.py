"""Which commands were taken back by which; a command that took one back can be taken back itself.

It is kept in ``change`` under the pseudo record ``entry``, so that the chain covers it; an import's batch
says it too, because so much is asked of it.
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
    """Every command that is taken back now → the one that took it back."""
    last: dict[int, int] = dict(connection.execute("SELECT entry, undone FROM batch WHERE undone IS NOT NULL"))
    last |= dict(connection.execute(f"SELECT record_id, entry {_REVERSAL_ROWS_SQL}"))
    found: dict[int, int] = {}
    for one, taker in sorted(last.items(), key=itemgetter(1), reverse=True):
        if taker not in found:  # what was taken back itself takes nothing back
            found[one] = taker
    return found


def reversals(connection: sqlite3.Connection) -> dict[int, int]:
    """Every command that took one back → the one it took back."""
    found: dict[int, int] = {one: of for of, one in connection.execute("SELECT entry, undone FROM batch") if one}
    return found | dict(connection.execute(f"SELECT entry, record_id {_REVERSAL_ROWS_SQL}"))


def active_reversals(connection: sqlite3.Connection) -> list[int]:
    """The commands that took back what had been done: nobody voided for itself what went with it.

    A command that takes back a taking back brings it back, or voids again what somebody had voided.
    """
    found: dict[int, None] = {}
    for one, taken in sorted(reversals(connection).items()):
        if taken not in found:
            found[one] = None
    return list(found)


def insert_reversal(entry: Entry, target: int) -> None:
    """Keep that this command takes one back, and whether the import that it comes down to stands now."""
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
    """The command that the taking back of taking back comes down to; itself where it took none back."""
    taken = reversals(connection)
    while entry in taken:
        entry = taken[entry]
    return entry


def _refuse_if_reimported(connection: sqlite3.Connection, entry: int) -> None:
    """Refuse to bring an import back whose file was imported again since."""
    sql = (
        "SELECT later.id, later.file FROM batch AS b JOIN batch AS later ON later.sha256 = b.sha256 "
        "WHERE b.entry = ? AND later.entry > b.entry AND later.undone IS NULL LIMIT 1"
    )
    if row := connection.execute(sql, (entry,)).fetchone():
        raise Refused(f"这个文件后来又导入过（第 {row[0]} 批，{row[1]}），里面的记录都在，不用恢复。没有改动。")
