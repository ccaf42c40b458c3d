"""A ledger that cannot be read on is told as damaged, not as a fault of the program."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import LedgerError
from shuangbaodao_cli.ledger.cipher import error_name, sqlite3
from shuangbaodao_cli.ledger.database import open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_COUNTED = 20
"""Places that are counted; where there are more, the file is beyond counting."""
_UNDECODED = "Could not decode to UTF-8"
"""How Python begins to say that a text in the ledger is none; there is no code for it."""


@contextmanager
def opened_whole(path: Path, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """An open ledger while it is used. Raises LedgerError where a page or a text of it turns out to be damaged."""
    try:
        connection = open_ledger(path, create=create)
    except UnicodeDecodeError:  # SQLite quotes the damaged text when it says what is wrong with it
        raise _damaged(path) from None
    try:
        yield connection
    except sqlite3.DatabaseError as error:
        if not (is_damage(error) or _is_misnamed(connection, error)):
            raise
        raise _damaged(path) from None
    finally:
        connection.close()


def torn(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds damaged in the file, in one sentence; empty where nothing is. It reads every page."""
    try:
        said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_COUNTED})") if row[0] != "ok"]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [f"读到一半读不下去（{error}）"]
    found = [line for one in said for line in one.splitlines() if not line.startswith("***")]
    many = f"至少 {_COUNTED}" if len(found) >= _COUNTED else len(found)
    return [f"台账文件有 {many} 处损坏，头一处是：{found[0]}"] if found else []


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite gave up because the file is not what it was."""
    return error_name(error).startswith(_DAMAGED) or str(error).startswith(_UNDECODED)


def _is_misnamed(connection: sqlite3.Connection, error: sqlite3.DatabaseError) -> bool:
    """Whether a table or column could not be found because its name is no longer what the program gave it."""
    from shuangbaodao_cli.ledger import received  # noqa: PLC0415  # brings sqlite-utils, 300 ms

    if not str(error).startswith("no such "):
        return False
    try:
        return bool(received.strange(connection))
    except sqlite3.DatabaseError:
        return True


def _damaged(path: Path) -> LedgerError:
    return LedgerError(f"台账“{path}”已损坏，读到一半读不下去。请不要再往里记，取出最近的备份。")
