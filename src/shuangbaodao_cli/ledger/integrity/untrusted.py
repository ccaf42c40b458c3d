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

MAX_SECONDS = 600
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
def open_copy(path: Path, original: Path) -> Iterator[sqlite3.Connection]:
    """A copy of a ledger that may be anything, open for looking; ``called`` is the file that it is a copy of.

    Nothing in it can run: its tables are those that the program itself would make, without a view or trigger,
    before anything is read from them. Raises LedgerError.
    """
    for ending in ("-journal", "-wal"):
        if original.with_name(original.name + ending).exists():
            raise LedgerError(f"“{original}”旁边还有一个 {ending} 文件：它没有写完。请用 sbd backup 重做一份备份。")
    connection = encryption.connect(path, use_passphrase=not encryption.is_plain(path))
    try:
        _set_limits(connection)
        with _translate_errors(path, original):
            _check_schema(connection, original)
            yield connection
    finally:
        connection.close()


def check(connection: sqlite3.Connection, original: Path) -> None:
    """Look at every page, reference and link of a ledger as it is. LedgerError names what is wrong."""
    described = chain.schema_version(connection) == layouts.NEWEST
    _raise_if_any(structure.findings(connection, current_schema=described) or verify.findings(connection), original)


def upgrade(connection: sqlite3.Connection, original: Path) -> None:
    """Bring a copy that was checked to the newest schema, and look at it again. LedgerError."""
    if chain.schema_version(connection) == layouts.NEWEST:
        return
    with transaction(connection):
        migrations.migrate(connection)
    check(connection, original)


def _raise_if_any(findings: list[str], original: Path) -> None:
    if findings:
        raise LedgerError(f"“{original}”不完好，没有采用：\n" + "\n".join(findings[:20]))


def _set_limits(connection: sqlite3.Connection) -> None:
    for name, value in _LIMITS.items():
        encryption.set_limit(connection, name, value)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    until = time.monotonic() + MAX_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)


@contextmanager
def _translate_errors(path: Path, original: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if encryption.error_name(error) == "SQLITE_INTERRUPT":
            raise LedgerError(
                f"“{original}”看了{MAX_SECONDS // 60}分钟还没有看完，没有采用，请核对它是不是台账。"
            ) from None
        raise LedgerError(f"“{original}”读不了（{error}），没有采用。请看看权限，或换一份备份。") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        raise LedgerError(
            f"“{original}”不是 sbd 的台账，或已损坏，没有采用。请换一份备份。{encryption.open_failure_hint(path)}"
        ) from None


def _check_schema(connection: sqlite3.Connection, original: Path) -> None:
    ours = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if ours != migrations.APPLICATION_ID or version < 1:
        raise LedgerError(f"“{original}”不是 sbd 的台账，没有采用，请核对文件名。")
    if version > layouts.NEWEST:
        raise LedgerError(f"“{original}”是由更新版本的 sbd 写的，请先升级本机的 sbd。")
    if schema_of(connection) != expected_schema(version):
        raise LedgerError(f"“{original}”里的表和 sbd 建的不一样，可能被改动过，没有采用。请换一份备份。")


def head(connection: sqlite3.Connection) -> chain.Head:
    """Where the chain of a received ledger ends; ``START`` for one older than chains."""
    chained = chain.schema_version(connection) >= layouts.FIRST
    return chain.current_head(connection) if chained else chain.Head(0, chain.START)
