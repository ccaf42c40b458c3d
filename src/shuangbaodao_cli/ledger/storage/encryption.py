"""Encryption of the ledger and of the attachments beside it: the passphrase, and every connection that uses it.

The passphrase comes from the environment alone: an option would stay in the history of the shell.
"""

from __future__ import annotations

import os
import shlex
import stat
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import LedgerError, Refused, os_error_reason
from shuangbaodao_cli.ledger.storage.driver import KEY, KEY_FILE, LedgerConnection, ignore_message, sqlite3

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "connect",
    "decrypt_file",
    "encrypt_bytes",
    "encrypt_ledger",
    "is_decryptable",
    "is_plain",
    "key_file",
    "open_failure_hint",
    "passphrase",
    "sql_literal",
]

_HEADER = b"SQLite format 3\0"
_NOT_INSTALLED_MESSAGE = (
    f"给了台账的口令（{KEY_FILE} 或 {KEY}），但没有装加密用的组件。"
    '请先运行 pip install "shuangbaodao_cli[encryption]"，再试一次。'
)


def passphrase() -> str | None:
    """The passphrase of the ledger, None where none is given. Raises LedgerError where it cannot be used."""
    if KEY_FILE in os.environ:
        secret = _read_key_file(Path(os.environ[KEY_FILE])) if os.environ[KEY_FILE] else ""
    elif KEY in os.environ:
        secret = os.environ[KEY]
    else:
        return None
    if not secret or "\0" in secret or "\n" in secret:
        variable = KEY_FILE if KEY_FILE in os.environ else KEY
        raise LedgerError(f"{variable} 里的口令是空的，或不止一行。请写好一行口令再试，或去掉这个环境变量。")
    if sqlite3.__name__ == "sqlite3":
        raise LedgerError(_NOT_INSTALLED_MESSAGE)
    return secret


def key_file() -> Path | None:
    """The absolute path of the passphrase file, None without a passphrase. Raises Refused where it is in a variable."""
    if passphrase() is None:
        return None
    if KEY_FILE not in os.environ:
        raise Refused(
            f"台账的口令在环境变量 {KEY} 里，定时任务到时候读不到，没有加上。"
            f"请把口令写进一个只有自己能读的文件，用 {KEY_FILE} 指明它，再加一次。"
        )
    return Path(os.environ[KEY_FILE]).absolute()


def _read_key_file(file: Path) -> str:
    """The passphrase in a file that only its owner can read. Raises LedgerError otherwise."""
    if not file.is_file():
        raise LedgerError(f"没有“{file}”这个口令文件，请核对环境变量 {KEY_FILE}，要写完整的路径。")
    try:
        if os.name != "nt" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise LedgerError(f"口令文件“{file}”别人也能读。请先运行 chmod 600 {shlex.quote(str(file))}，再试一次。")
        return file.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise LedgerError(f"口令文件“{file}”读不了（{os_error_reason(error)}），请核对 {KEY_FILE}。") from None
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
    """A text as an SQL literal; PRAGMA and ATTACH take no parameters."""
    return "'{}'".format(text.replace("'", "''"))


def is_plain(path: Path) -> bool:
    """Whether a file is a SQLite database that is not encrypted."""
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError:
        return False


def open_failure_hint(path: Path) -> str:
    """What may be wrong with the passphrase of a file that does not open, a sentence; empty where it must be damage."""
    if passphrase() is not None:
        if is_plain(path):
            return f"它没有加密，却给了口令。请去掉环境变量 {KEY_FILE}（或 {KEY}）再试。"
        return f"如果它是加密的台账，那是口令不对，请核对 {KEY_FILE}（或 {KEY}）。"
    if is_plain(path):
        return ""
    return f"如果它是加密的台账，请用环境变量 {KEY_FILE} 指明口令文件再试。"


def encrypt_ledger(connection: sqlite3.Connection, target: Path) -> None:
    """Export an open unencrypted ledger to a new encrypted file."""
    connection.execute(f"ATTACH {sql_literal(str(target))} AS sealed KEY {sql_literal(passphrase() or '')}")
    connection.execute("SELECT sqlcipher_export('sealed')")
    for setting in ("application_id", "user_version"):  # the export leaves them out
        value = connection.execute(f"PRAGMA main.{setting}").fetchone()[0]
        connection.execute(f"PRAGMA sealed.{setting} = {value}")
    connection.execute("DETACH sealed")


def encrypt_bytes(content: bytes) -> bytes:
    """The bytes to store for an attachment: ``content`` itself, or a small encrypted database that holds it."""
    if passphrase() is None:
        return content
    from tempfile import TemporaryDirectory  # seldom needed, and a millisecond of every start

    with TemporaryDirectory(prefix="sbd-") as folder:
        path = Path(folder) / "kept.db"
        with closing(connect(path, "rwc")) as connection:
            connection.execute("CREATE TABLE kept (content BLOB NOT NULL) STRICT")
            connection.execute("INSERT INTO kept VALUES (?)", (content,))
        return path.read_bytes()


def decrypt_file(path: Path) -> bytes:
    """The bytes that ``encrypt_bytes`` was given; a file not of its making, or of another passphrase, as it is."""
    if passphrase() is not None:
        with suppress(sqlite3.Error), closing(connect(path, "ro")) as connection:
            return bytes(connection.execute("SELECT content FROM kept").fetchone()[0])
    return path.read_bytes()


def is_decryptable(path: Path) -> bool:
    """Whether a file is a database that the passphrase opens; False without a passphrase."""
    if passphrase() is not None:
        with suppress(sqlite3.Error), closing(connect(path, "ro")) as connection:
            return bool(connection.execute("PRAGMA schema_version").fetchone()[0])
    return False
