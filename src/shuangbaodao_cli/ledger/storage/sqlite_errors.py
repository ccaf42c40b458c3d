"""Errors of SQLite as sentences for the user: the ledger is busy, full, read-only or damaged.

``integrity_errors`` looks for damage; ``is_damage`` recognises it in an error that was raised.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Busy, LedgerError, Refused
from shuangbaodao_cli.ledger.storage.driver import error_name, sqlite3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def translate_errors(path: Path | str = "") -> Iterator[None]:
    """Raise Busy, LedgerError or Refused with a plain sentence in place of what SQLite raises inside.

    Covered are a ledger that is busy, full or cannot be written, and a value that must be unique and is not; anything
    else is passed on as it is.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        name = error_name(error)
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
"""Damaged places up to which SQLite counts them."""
_UNDECODABLE_PREFIX = "Could not decode to UTF-8"
"""How Python's message for a text that is not UTF-8 begins; SQLite has no error code for it."""


def integrity_errors(connection: sqlite3.Connection) -> list[str]:
    """The damage that SQLite finds in the file, as one sentence; empty where there is none. Reads every page."""
    try:
        rows = [text for (text,) in connection.execute(f"PRAGMA integrity_check({_MAX_ERRORS})") if text != "ok"]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [f"读到一半读不下去（{error}）"]
    places = [line for text in rows for line in text.splitlines() if not line.startswith("***")]
    count = f"至少 {_MAX_ERRORS}" if len(places) >= _MAX_ERRORS else len(places)
    return [f"台账文件有 {count} 处损坏，头一处是：{places[0]}"] if places else []


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error means that the ledger file is damaged."""
    return error_name(error).startswith(_DAMAGE_ERROR_NAMES) or str(error).startswith(_UNDECODABLE_PREFIX)
