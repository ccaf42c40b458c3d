"""What SQLite says went wrong, in plain words: the ledger is busy, full, read-only or damaged."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Busy, LedgerError, Refused
from shuangbaodao_cli.ledger.storage import encryption
from shuangbaodao_cli.ledger.storage.encryption import error_name, sqlite3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def translate_errors(path: Path | str = "") -> Iterator[None]:
    """Tell in plain words what SQLite says of a ledger that is busy, full or read-only."""
    try:
        yield
    except sqlite3.OperationalError as error:
        name = encryption.error_name(error)
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise Busy("台账正被另一个命令使用，等了30秒还没有空，请稍后再试。什么都没有改动。") from None
        if name.startswith("SQLITE_FULL"):
            raise LedgerError("磁盘满了，没有写进台账，原来的内容都在。请腾出空间再试。") from None
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR")):
            raise LedgerError(f"台账{path}写不进去（{error}），原来的内容都在。请看看权限和磁盘。") from None
        raise
    except sqlite3.IntegrityError as error:
        if str(error).startswith("UNIQUE "):  # SQLCipher's package knows no longer name than SQLITE_CONSTRAINT
            raise Refused("台账里已经有另一条这样的记录（证件号、信用代码或参加人重复），没有改动，请核对。") from None
        raise


_DAMAGE_ERROR_NAMES = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_MAX_ERRORS = 20
"""Places that are counted; where there are more, the file is beyond counting."""
_UNDECODABLE_PREFIX = "Could not decode to UTF-8"
"""How Python begins to say that a text in the ledger is none; there is no code for it."""


def integrity_errors(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds damaged in the file, in one sentence; empty where nothing is. It reads every page."""
    try:
        said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_MAX_ERRORS})") if row[0] != "ok"]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [f"读到一半读不下去（{error}）"]
    found = [line for one in said for line in one.splitlines() if not line.startswith("***")]
    many = f"至少 {_MAX_ERRORS}" if len(found) >= _MAX_ERRORS else len(found)
    return [f"台账文件有 {many} 处损坏，头一处是：{found[0]}"] if found else []


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite gave up because the file is not what it was."""
    return error_name(error).startswith(_DAMAGE_ERROR_NAMES) or str(error).startswith(_UNDECODABLE_PREFIX)
