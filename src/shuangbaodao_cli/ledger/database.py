"""Opens the ledger, and is the one place where a change begins and ends.

Settings are pinned on every opening: rollback journal, full sync, foreign keys, no trust in the
schema. Every command that writes is one immediate transaction with one ``entry`` of who and when.
"""

from __future__ import annotations

import os
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.errors import Busy, LedgerError, Refused, why
from shuangbaodao_cli.ledger import chain, cipher, layouts, migrations
from shuangbaodao_cli.ledger.cipher import sqlite3
from shuangbaodao_cli.vocabulary.days import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 30_000
"""Milliseconds that a command waits for another one to finish writing."""
STEP = 200
"""Milliseconds of that which SQLite may wait without hearing a Ctrl-C."""
UNTOLD = 1.0
"""Seconds of that after which the person is told why nothing happens."""


def _silent(_: str) -> None:
    """Nobody is there to be told."""


tell: Callable[[str], None] = _silent
"""Tells the person what a command waits for or does meanwhile; the command line sets it."""


class Entry(NamedTuple):
    """The command under way: what every row it makes or changes refers to."""

    connection: sqlite3.Connection
    id: int


def default_path() -> Path:
    """Where the ledger is when nobody says: the user's data folder."""
    from platformdirs import user_data_path  # noqa: PLC0415  # only where neither option nor variable is given

    return user_data_path("sbd", appauthor=False) / "ledger.db"


def open_ledger(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """Open a ledger, brought to the newest schema; ``create`` makes one where there is none.

    Raises LedgerError where there is none, it is not ours, damaged, or of a newer program.
    """
    cipher.passphrase()  # before a file is made that it cannot be used for
    if not path.exists():
        if not create:
            raise LedgerError(
                f"还没有台账（{path}）。先导入一份名册（sbd import 文件.xlsx），或用 sbd init 建一个空台账。"
            )
        _create_file(path)
    if path.is_dir():
        raise LedgerError(f"“{path}”是一个文件夹，不是台账文件，请核对 --ledger 或 SBD_LEDGER。")
    try:
        connection = cipher.connect(path)
    except sqlite3.Error as error:
        raise LedgerError(f"台账“{path}”打不开（{error}），请看看文件夹的权限。") from None
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _create_file(path: Path) -> None:
    """An empty file that only its owner can read; two commands at once make one between them."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise LedgerError(f"台账“{path}”建不了（{why(error)}），请换一个可以写的文件夹。") from None


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    try:
        with translated(path):
            for pragma in (f"busy_timeout = {PATIENCE}", "cache_size = -65536"):
                connection.execute(f"PRAGMA {pragma}")
            _pin(connection, path)
            _check_version(connection, path)
    except sqlite3.DatabaseError as error:
        if cipher.error_name(error) in {"SQLITE_NOTADB", "SQLITE_CORRUPT"}:
            said = cipher.unopened(path)
            raise LedgerError(f"“{path}”不是 sbd 的台账，或已损坏，请核对路径，或取出备份。{said}") from None
        raise


_PINNED = {
    "foreign_keys": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "synchronous": ("FULL", 2),
    "journal_mode": ("DELETE", "delete"),
}
"""What every promise rests on: setting → what it is set to, and what it then reads."""


def _pin(connection: sqlite3.Connection, path: Path) -> None:
    """Set what must hold and look whether it does: SQLite says nothing where a setting did not take."""
    for setting, (word, reads) in _PINNED.items():
        connection.execute(f"PRAGMA {setting} = {word}")
        if connection.execute(f"PRAGMA {setting}").fetchone()[0] != reads:
            raise LedgerError(f"台账“{path}”不能安全地打开（{setting}），没有改动。可能别的程序正开着它，请关掉再试。")


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    ours, version = _stamps(connection)
    if ours == migrations.APPLICATION_ID and version == layouts.NEWEST:
        if connection.execute("SELECT 1 FROM ledger").fetchone() is None:
            raise LedgerError(f"台账“{path}”已损坏：它自己的那一行登记不在了。请不要再往里记，取出最近的备份。")
        return
    if ours == migrations.APPLICATION_ID and version > layouts.NEWEST:
        raise LedgerError(f"台账“{path}”是由更新版本的 sbd 写的，请先升级本机的 sbd。")
    tables = connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()[0]
    if tables and _stamps(connection)[0] != migrations.APPLICATION_ID:  # looked at again: it may be in the making
        raise LedgerError(f"“{path}”是别的程序的数据库，不是 sbd 的台账，请核对 --ledger 或 SBD_LEDGER。")
    import uuid  # noqa: PLC0415  # only where a ledger is made

    with transaction(connection):
        if (had := _stamps(connection)[1]) == layouts.NEWEST:
            return
        if had:
            _back_up_before_migrating(path, had)
        migrations.migrate(connection)
        connection.execute(
            "INSERT INTO ledger (id, uuid, created) VALUES (1, ?, ?) ON CONFLICT DO NOTHING",
            (str(uuid.uuid4()), now().isoformat()),
        )


def _back_up_before_migrating(path: Path, version: int) -> None:
    """Copy the ledger as it is beside it. Nobody can write meanwhile: the transaction is taken for writing."""
    from shuangbaodao_cli.ledger import copying  # noqa: PLC0415  # once in the life of a ledger

    target = copying.free(path.with_name(f"{path.name}.before-{layouts.NEWEST}.db"))
    tell(f"台账是旧版（{version}）的，先备份到 {target}，再升级……")
    with closing(cipher.connect(path, "ro")) as other:
        copying.copy(other, target)


def _stamps(connection: sqlite3.Connection) -> tuple[int, int]:
    ours = connection.execute("PRAGMA application_id").fetchone()[0]
    return ours, connection.execute("PRAGMA user_version").fetchone()[0]


@contextmanager
def translated(path: Path | str = "") -> Iterator[None]:
    """Tell in plain words what SQLite says of a ledger that is busy, full or read-only."""
    try:
        yield
    except sqlite3.OperationalError as error:
        name = cipher.error_name(error)
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


_WHOLE = ("BEGIN IMMEDIATE", ("COMMIT",), ("ROLLBACK",))
_PART = ("SAVEPOINT part", ("RELEASE part",), ("ROLLBACK TO part", "RELEASE part"))


class Outcome:
    """How a transaction is to end, unless something is raised in it."""

    keep = True


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[Outcome]:
    """All or nothing, taken for writing from the start; ``keep = False`` puts everything back.

    Inside another one it is a part of that, and can be put back by itself.
    """
    inner = connection.in_transaction
    begin, keep, undo = _PART if inner else _WHOLE
    with translated():
        _patiently(connection, begin)
        try:
            outcome = Outcome()
            yield outcome
            for statement in keep if outcome.keep else undo:
                connection.execute(statement)
        except BaseException:
            if connection.in_transaction:
                for statement in undo:
                    connection.execute(statement)
            raise


def _patiently(connection: sqlite3.Connection, begin: str) -> None:
    """Wait for another command to finish, in steps between which Ctrl-C is heard."""
    began = time.monotonic()
    told = False
    connection.execute(f"PRAGMA busy_timeout = {min(STEP, PATIENCE)}")
    while True:
        try:
            connection.execute(begin)
        except sqlite3.OperationalError as error:
            waited = time.monotonic() - began
            if not cipher.error_name(error).startswith("SQLITE_BUSY") or waited > PATIENCE / 1000:
                raise
            if not told and waited > UNTOLD:
                told = True
                tell("台账正被另一个命令使用，请等一等，最多30秒……")
        else:
            break
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE}")


def path_of(connection: sqlite3.Connection) -> Path:
    """The file of an open ledger."""
    from pathlib import Path  # noqa: PLC0415  # only its type is known here

    (_, _, ledger) = connection.execute("PRAGMA database_list").fetchone()
    return Path(ledger)


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything read in it is of one moment, whatever others write meanwhile."""
    with translated():
        connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.DatabaseError):  # a damaged ledger cannot even be let go of; what was raised says so
                connection.execute("COMMIT")
            raise
        connection.execute("COMMIT")


@contextmanager
def writing(connection: sqlite3.Connection, command: str, reason: str | None = None) -> Iterator[Entry]:
    """One command's changes, with the entry that says who made them, when and why.

    A command that changed nothing leaves no entry, unless it has a
    reason: then the entry itself is what is kept (somebody looked at whole id numbers).
    """
    with transaction(connection) as outcome:
        ends = chain.ends(connection)
        cursor = connection.execute(
            "INSERT INTO entry (at, operator, command, reason) VALUES (?, ?, ?, ?)",
            (now().isoformat(), operator(), command, reason),
        )
        before = connection.total_changes
        yield Entry(connection, cursor.lastrowid or 0)
        outcome.keep = connection.total_changes > before or reason is not None
        if outcome.keep:
            chain.append(connection, ends)


def operator() -> str:
    """Who is at the keyboard: ``SBD_OPERATOR``, else the login name."""
    said = os.environ.get("SBD_OPERATOR")
    if said:
        return said
    import getpass  # noqa: PLC0415  # only where the variable does not say it

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"
