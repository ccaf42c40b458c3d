"""The ledger file: opened, created, and migrated to the newest schema.

Settings are pinned on every opening: rollback journal, full sync, foreign keys, no trust in the schema.
"""

from __future__ import annotations

import os
import uuid
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import LedgerError, os_error_reason
from shuangbaodao_cli.ledger.storage import encryption, layouts, migrations, transactions
from shuangbaodao_cli.ledger.storage.driver import error_name, ignore_message, sqlite3
from shuangbaodao_cli.ledger.storage.sqlite_errors import is_damage, translate_errors
from shuangbaodao_cli.ledger.storage.transactions import transaction
from shuangbaodao_cli.values.days import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def default_path() -> Path:
    """The path of the ledger where neither option nor variable gives one: in the user's data folder."""
    from platformdirs import user_data_path  # only needed where neither is given

    return user_data_path("sbd", appauthor=False) / "ledger.db"


def open_ledger(
    path: Path, *, create: bool = False, notify: Callable[[str], None] = ignore_message
) -> sqlite3.Connection:
    """Open a ledger, brought to the newest schema; ``create`` makes one where there is none.

    ``notify`` receives, in sentences for the user, why a command on this connection waits.
    Raises LedgerError where there is none, it is not ours, damaged, or of a newer program.
    """
    encryption.passphrase()  # before a file is made that it cannot be used for
    if not path.exists():
        if not create:
            raise LedgerError(
                f"还没有台账（{path}）。先导入一份名册（sbd import 文件.xlsx），或用 sbd init 建一个空台账。"
            )
        _create_file(path)
    if path.is_dir():
        raise LedgerError(f"“{path}”是一个文件夹，不是台账文件，请核对 --ledger 或 SBD_LEDGER。")
    try:
        connection = encryption.connect(path, notify=notify)
    except sqlite3.Error as error:
        raise LedgerError(f"台账“{path}”打不开（{error}），请看看文件夹的权限。") from None
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _create_file(path: Path) -> None:
    """Create an empty file that only its owner can read, unless another command did so meanwhile. LedgerError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise LedgerError(f"台账“{path}”建不了（{os_error_reason(error)}），请换一个可以写的文件夹。") from None


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Pin the settings of a new connection and bring the ledger to the newest schema. LedgerError."""
    try:
        with translate_errors(path):
            for pragma in (f"busy_timeout = {transactions.BUSY_TIMEOUT_MS}", "cache_size = -65536"):
                connection.execute(f"PRAGMA {pragma}")
            _pin(connection, path)
            _check_version(connection, path)
    except sqlite3.DatabaseError as error:
        if error_name(error) in {"SQLITE_NOTADB", "SQLITE_CORRUPT"}:
            hint = encryption.open_failure_hint(path)
            raise LedgerError(f"“{path}”不是 sbd 的台账，或已损坏，请核对路径，或取出备份。{hint}") from None
        raise


_PINNED_SETTINGS = {
    "foreign_keys": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "synchronous": ("FULL", 2),
    "journal_mode": ("DELETE", "delete"),
}
"""PRAGMA → the word that sets it, and the value that it then reads. Durability and safety rest on these."""


def _pin(connection: sqlite3.Connection, path: Path) -> None:
    """Apply the pinned settings and read them back: SQLite reports nothing where one had no effect. LedgerError."""
    for setting, (word, expected) in _PINNED_SETTINGS.items():
        connection.execute(f"PRAGMA {setting} = {word}")
        if connection.execute(f"PRAGMA {setting}").fetchone()[0] != expected:
            raise LedgerError(f"台账“{path}”不能安全地打开（{setting}），没有改动。可能别的程序正开着它，请关掉再试。")


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Create or migrate the schema where the file has not the newest. LedgerError where it is not ours, or newer."""
    application_id, version = _application_id_and_version(connection)
    is_ours = application_id == migrations.APPLICATION_ID
    if is_ours and version == layouts.NEWEST:
        if connection.execute("SELECT 1 FROM ledger").fetchone() is None:
            raise LedgerError(f"台账“{path}”已损坏：它自己的那一行登记不在了。请不要再往里记，取出最近的备份。")
        return
    if is_ours and version > layouts.NEWEST:
        raise LedgerError(f"台账“{path}”是由更新版本的 sbd 写的，请先升级本机的 sbd。")
    tables = connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()[0]
    # Read again: another command may be creating this very ledger.
    if tables and _application_id_and_version(connection)[0] != migrations.APPLICATION_ID:
        raise LedgerError(f"“{path}”是别的程序的数据库，不是 sbd 的台账，请核对 --ledger 或 SBD_LEDGER。")
    with transaction(connection):
        if (old_version := _application_id_and_version(connection)[1]) == layouts.NEWEST:
            return
        if old_version:
            _back_up_before_migrating(connection, path, old_version)
        migrations.migrate(connection)
        connection.execute(
            "INSERT INTO ledger (id, uuid, created) VALUES (1, ?, ?) ON CONFLICT DO NOTHING",
            (str(uuid.uuid4()), now().isoformat()),
        )


def _back_up_before_migrating(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Copy the ledger to a file beside it. Nobody writes meanwhile: the caller's transaction holds the write lock."""
    from shuangbaodao_cli.ledger.storage import backup  # once in the life of a ledger, and a millisecond of every start

    target = backup.unused_path(path.with_name(f"{path.name}.before-{layouts.NEWEST}.db"))
    transactions.notify(connection, f"台账是旧版（{version}）的，先备份到 {target}，再升级……")
    with closing(encryption.connect(path, "ro")) as reader:
        backup.copy(reader, target)


def _application_id_and_version(connection: sqlite3.Connection) -> tuple[int, int]:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    return application_id, connection.execute("PRAGMA user_version").fetchone()[0]


@contextmanager
def open_reporting_damage(
    path: Path, *, create: bool = False, notify: Callable[[str], None] = ignore_message
) -> Iterator[sqlite3.Connection]:
    """An open ledger while it is used. Raises LedgerError where a page or a text of it turns out to be damaged."""
    try:
        connection = open_ledger(path, create=create, notify=notify)
    except UnicodeDecodeError:  # SQLite quotes the damaged text when it says what is wrong with it
        raise _damage_error(path) from None
    try:
        yield connection
    except sqlite3.DatabaseError as error:
        if not (is_damage(error) or _is_schema_altered(connection, error)):
            raise
        raise _damage_error(path) from None
    finally:
        connection.close()


def _is_schema_altered(connection: sqlite3.Connection, error: sqlite3.DatabaseError) -> bool:
    """Whether a table or column was not found because the schema is no longer what the migrations made."""
    if not str(error).startswith("no such "):
        return False
    try:
        return bool(migrations.schema_differences(connection))
    except sqlite3.DatabaseError:
        return True


def _damage_error(path: Path) -> LedgerError:
    return LedgerError(f"台账“{path}”已损坏，读到一半读不下去。请不要再往里记，取出最近的备份。")
