"""Which SQLite opens the ledger: Python's own, or SQLCipher's where a passphrase for it is given.

The passphrase comes from the environment alone: an option would stay in the history of the shell. SQLCipher's
package has exceptions and connections of its own, so every module of the ledger takes ``sqlite3`` from here.
Encrypted are files kept beside the ledger too, and a plain ledger that is to become one.
"""

from __future__ import annotations

import os
import shlex
import stat
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import LedgerError, Refused, why

__all__ = [
    "LedgerConnection",
    "connect",
    "error_name",
    "ignore_message",
    "is_plain",
    "key_file",
    "open_failure_hint",
    "passphrase",
    "set_limit",
    "sql_literal",
    "sqlite3",
]

KEY, KEY_FILE = "SBD_KEY", "SBD_KEY_FILE"
_HEADER = b"SQLite format 3\0"
_NOT_INSTALLED_MESSAGE = (
    f"给了台账的口令（{KEY_FILE} 或 {KEY}），但没有装加密用的组件。"
    '请先运行 pip install "shuangbaodao_cli[encryption]"，再试一次。'
)

if TYPE_CHECKING:
    from collections.abc import Callable

if TYPE_CHECKING or (KEY not in os.environ and KEY_FILE not in os.environ):
    import sqlite3
else:
    try:
        from sqlcipher3 import dbapi2 as sqlite3
    except ImportError:  # told where a ledger is opened
        import sqlite3


class LedgerConnection(sqlite3.Connection):
    """A connection to a ledger that knows whom to tell what a command waits for or does meanwhile."""

    notify: Callable[[str], None]


def ignore_message(_: str) -> None:
    """Nobody is there to be told."""


def passphrase() -> str | None:
    """The passphrase of the ledger, None where none is given. Raises LedgerError where it cannot be used."""
    if KEY_FILE in os.environ:
        said = _read_key_file(Path(os.environ[KEY_FILE])) if os.environ[KEY_FILE] else ""
    elif KEY in os.environ:
        said = os.environ[KEY]
    else:
        return None
    if not said or "\0" in said or "\n" in said:
        where = KEY_FILE if KEY_FILE in os.environ else KEY
        raise LedgerError(f"{where} 里的口令是空的，或不止一行。请写好一行口令再试，或去掉这个环境变量。")
    if sqlite3.__name__ == "sqlite3":
        raise LedgerError(_NOT_INSTALLED_MESSAGE)
    return said


def key_file() -> Path | None:
    """Where the passphrase is kept, None where there is none. Raises Refused where it is in the environment alone."""
    if passphrase() is None:
        return None
    if KEY_FILE not in os.environ:
        raise Refused(
            f"台账的口令在环境变量 {KEY} 里，定时任务到时候读不到，没有加上。"
            f"请把口令写进一个只有自己能读的文件，用 {KEY_FILE} 指明它，再加一次。"
        )
    return Path(os.environ[KEY_FILE]).absolute()


def _read_key_file(file: Path) -> str:
    if not file.is_file():
        raise LedgerError(f"没有“{file}”这个口令文件，请核对环境变量 {KEY_FILE}，要写完整的路径。")
    try:
        if os.name != "nt" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise LedgerError(f"口令文件“{file}”别人也能读。请先运行 chmod 600 {shlex.quote(str(file))}，再试一次。")
        return file.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise LedgerError(f"口令文件“{file}”读不了（{why(error)}），请核对 {KEY_FILE}。") from None
    except UnicodeDecodeError:
        raise LedgerError(f"口令文件“{file}”不是 UTF-8 的文字文件，请另写一个。") from None


def connect(
    path: Path, mode: str = "rw", *, use_passphrase: bool = True, notify: Callable[[str], None] = ignore_message
) -> LedgerConnection:
    """A connection to the file of a ledger; it is opened with the passphrase, if there is one and it is to be used."""
    key = passphrase() if use_passphrase else None
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, factory=LedgerConnection)
    connection.notify = notify
    if sqlite3.__name__ != "sqlite3":
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to the terminal what we tell in words
    if key is not None:
        connection.execute(f"PRAGMA key = {sql_literal(key)}")
    return connection


def sql_literal(text: str) -> str:
    """A text as SQL writes it; a PRAGMA takes no parameters."""
    return "'{}'".format(text.replace("'", "''"))


def is_plain(path: Path) -> bool:
    """Whether a file is a database that nobody encrypted."""
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError:
        return False


def open_failure_hint(path: Path) -> str:
    """What may be the matter with a file that is not read as a database, as the end of a sentence; empty: damage."""
    if passphrase() is not None:
        if is_plain(path):
            return f"它没有加密，却给了口令。请去掉环境变量 {KEY_FILE}（或 {KEY}）再试。"
        return f"如果它是加密的台账，那是口令不对，请核对 {KEY_FILE}（或 {KEY}）。"
    if is_plain(path):
        return ""
    return f"如果它是加密的台账，请用环境变量 {KEY_FILE} 指明口令文件再试。"


def error_name(error: sqlite3.Error) -> str:
    """SQLite's name of what went wrong; empty where Python says it and SQLite does not."""
    return getattr(error, "sqlite_errorname", None) or ""


def set_limit(connection: sqlite3.Connection, name: str, value: int) -> int | None:
    """Set one of SQLite's limits and tell what it was; SQLCipher's package cannot set any, then None."""
    if not hasattr(connection, "setlimit"):
        return None
    return connection.setlimit(getattr(sqlite3, f"SQLITE_LIMIT_{name}"), value)


def encrypt_ledger(connection: sqlite3.Connection, target: Path) -> None:
    """Write an open ledger that is not encrypted to a new file that is."""
    connection.execute(f"ATTACH {sql_literal(str(target))} AS sealed KEY {sql_literal(passphrase() or '')}")
    connection.execute("SELECT sqlcipher_export('sealed')")
    for stamp in ("application_id", "user_version"):
        value = connection.execute(f"PRAGMA main.{stamp}").fetchone()[0]
        connection.execute(f"PRAGMA sealed.{stamp} = {value}")
    connection.execute("DETACH sealed")


def encrypt_bytes(content: bytes) -> bytes:
    """The bytes of a file as they are kept beside the ledger: as they are, or in a small encrypted database."""
    if passphrase() is None:
        return content
    from tempfile import TemporaryDirectory  # noqa: PLC0415  # only where a ledger is encrypted

    with TemporaryDirectory(prefix="sbd-") as folder:
        path = Path(folder) / "kept.db"
        with closing(connect(path, "rwc")) as kept:
            kept.execute("CREATE TABLE kept (content BLOB NOT NULL) STRICT")
            kept.execute("INSERT INTO kept VALUES (?)", (content,))
        return path.read_bytes()


def decrypt_file(path: Path) -> bytes:
    """What ``wrap`` was given; a file that it did not write, or with another passphrase, as it is."""
    if passphrase() is not None:
        with suppress(sqlite3.Error), closing(connect(path, "ro")) as kept:
            return bytes(kept.execute("SELECT content FROM kept").fetchone()[0])
    return path.read_bytes()


def is_decryptable(path: Path) -> bool:
    """Whether a file is a database that the passphrase opens."""
    if passphrase() is not None:
        with suppress(sqlite3.Error), closing(connect(path, "ro")) as found:
            return bool(found.execute("PRAGMA schema_version").fetchone()[0])
    return False
