"""A ledger that came from elsewhere: taken for hostile until it is shown to be one of ours and whole."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import LedgerError
from shuangbaodao_cli.ledger.integrity import structure, verify
from shuangbaodao_cli.ledger.storage import chain, encryption, layouts, migrations
from shuangbaodao_cli.ledger.storage.encryption import sqlite3
from shuangbaodao_cli.ledger.storage.migrations import expected_schema, schema_of
from shuangbaodao_cli.ledger.storage.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 600
"""Seconds that looking through a received ledger may take."""
_STEPS = 100_000
"""Steps of SQLite's between two looks at the clock."""
_LIMITS = {
    "LENGTH": 100_000_000,
    "SQL_LENGTH": 100_000,
    "ATTACHED": 0,
    "EXPR_DEPTH": 100,
}


@contextmanager
def opened(path: Path, called: Path) -> Iterator[sqlite3.Connection]:
    """A copy of a ledger that may be anything, open for looking; ``called`` is the file that it is a copy of.

    Nothing in it can run: its tables are those that the program itself would make, without a view or trigger,
    before anything is read from them. Raises LedgerError.
    """
    for ending in ("-journal", "-wal"):
        if called.with_name(called.name + ending).exists():
            raise LedgerError(f"“{called}”旁边还有一个 {ending} 文件：它没有写完。请用 sbd backup 重做一份备份。")
    connection = encryption.connect(path, sealed=not encryption.is_plain(path))
    try:
        _guard(connection)
        with _plain(path, called):
            _check_schema(connection, called)
            yield connection
    finally:
        connection.close()


def check(connection: sqlite3.Connection, called: Path) -> None:
    """Look at every page, reference and link of a ledger as it is. LedgerError names what is wrong."""
    described = chain.version_of(connection) == layouts.NEWEST
    _refuse(structure.findings(connection, described=described) or verify.findings(connection), called)


def bring_up(connection: sqlite3.Connection, called: Path) -> None:
    """Bring a copy that was checked to the newest schema, and look at it again. LedgerError."""
    if chain.version_of(connection) == layouts.NEWEST:
        return
    with transaction(connection):
        migrations.migrate(connection)
    check(connection, called)


def _refuse(found: list[str], called: Path) -> None:
    if found:
        raise LedgerError(f"“{called}”不完好，没有采用：\n" + "\n".join(found[:20]))


def _guard(connection: sqlite3.Connection) -> None:
    for name, value in _LIMITS.items():
        encryption.limit(connection, name, value)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    until = time.monotonic() + LONGEST
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)


@contextmanager
def _plain(path: Path, called: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if encryption.error_name(error) == "SQLITE_INTERRUPT":
            raise LedgerError(f"“{called}”看了{LONGEST // 60}分钟还没有看完，没有采用，请核对它是不是台账。") from None
        raise LedgerError(f"“{called}”读不了（{error}），没有采用。请看看权限，或换一份备份。") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        raise LedgerError(
            f"“{called}”不是 sbd 的台账，或已损坏，没有采用。请换一份备份。{encryption.unopened(path)}"
        ) from None


def _check_schema(connection: sqlite3.Connection, called: Path) -> None:
    ours = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if ours != migrations.APPLICATION_ID or version < 1:
        raise LedgerError(f"“{called}”不是 sbd 的台账，没有采用，请核对文件名。")
    if version > layouts.NEWEST:
        raise LedgerError(f"“{called}”是由更新版本的 sbd 写的，请先升级本机的 sbd。")
    if schema_of(connection) != expected_schema(version):
        raise LedgerError(f"“{called}”里的表和 sbd 建的不一样，可能被改动过，没有采用。请换一份备份。")


def head(connection: sqlite3.Connection) -> chain.Head:
    """Where the chain of a received ledger ends; ``START`` for one older than chains."""
    chained = chain.version_of(connection) >= layouts.FIRST
    return chain.last(connection) if chained else chain.Head(0, chain.START)
