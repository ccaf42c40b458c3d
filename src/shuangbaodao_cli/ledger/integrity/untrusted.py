"""A ledger file from elsewhere (a backup): treated as hostile until it is proved to be a ledger and whole.

``open_copy`` opens a copy of it in which nothing can run, ``check`` verifies it, ``upgrade`` migrates it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import LedgerError
from shuangbaodao_cli.ledger.integrity import structure, verify
from shuangbaodao_cli.ledger.storage import chain, encryption, layouts, migrations
from shuangbaodao_cli.ledger.storage.driver import error_name, set_limit, sqlite3
from shuangbaodao_cli.ledger.storage.migrations import expected_schema, schema_of
from shuangbaodao_cli.ledger.storage.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_SECONDS = 600
"""Seconds that reading a received ledger may take."""
_STEPS = 100_000
"""SQLite instructions between two looks at the clock."""
_LIMITS = {
    "LENGTH": 100_000_000,
    "SQL_LENGTH": 100_000,
    "ATTACHED": 0,
    "EXPR_DEPTH": 100,
}
_MAX_FINDINGS = 20
"""How many findings are shown."""


@contextmanager
def open_copy(path: Path, original: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a copy of a received ledger, ``original``, that messages name.

    Before any row is read its schema is compared with what the migrations make, so that no foreign view or trigger
    can run. Raises LedgerError where the file is no ledger, is damaged, or takes longer than ``MAX_SECONDS``.
    """
    for suffix in ("-journal", "-wal"):
        if original.with_name(original.name + suffix).exists():
            raise LedgerError(f"“{original}”旁边还有一个 {suffix} 文件：它没有写完。请用 sbd backup 重做一份备份。")
    connection = encryption.connect(path, use_passphrase=not encryption.is_plain(path))
    try:
        _set_limits(connection)
        with _translate_errors(path, original):
            _check_schema(connection, original)
            yield connection
    finally:
        connection.close()


def check(connection: sqlite3.Connection, original: Path) -> None:
    """Verify every page, reference and link of a ledger of any version. Raises LedgerError with the findings."""
    is_current = chain.schema_version(connection) == layouts.NEWEST
    found = structure.findings(connection, current_schema=is_current) or verify.findings(connection)
    if found:
        raise LedgerError(f"“{original}”不完好，没有采用：\n" + "\n".join(found[:_MAX_FINDINGS]))


def upgrade(connection: sqlite3.Connection, original: Path) -> None:
    """Migrate a copy that was checked to the newest schema and check it again. LedgerError."""
    if chain.schema_version(connection) == layouts.NEWEST:
        return
    with transaction(connection):
        migrations.migrate(connection)
    check(connection, original)


def _set_limits(connection: sqlite3.Connection) -> None:
    """Limit what SQLite may do on the connection, and for how long."""
    for name, value in _LIMITS.items():
        set_limit(connection, name, value)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    deadline = time.monotonic() + MAX_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)


@contextmanager
def _translate_errors(path: Path, original: Path) -> Iterator[None]:
    """Raise LedgerError that names ``original`` in place of what SQLite raises of the copy at ``path``."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error_name(error) == "SQLITE_INTERRUPT":
            raise LedgerError(
                f"“{original}”看了{MAX_SECONDS // 60}分钟还没有看完，没有采用，请核对它是不是台账。"
            ) from None
        raise LedgerError(f"“{original}”读不了（{error}），没有采用。请看看权限，或换一份备份。") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        raise LedgerError(
            f"“{original}”不是 sbd 的台账，或已损坏，没有采用。请换一份备份。{encryption.open_failure_hint(path)}"
        ) from None


def _check_schema(connection: sqlite3.Connection, original: Path) -> None:
    """Raise LedgerError unless the file is a ledger with exactly the schema of its version."""
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = chain.schema_version(connection)
    if application_id != migrations.APPLICATION_ID or version < 1:
        raise LedgerError(f"“{original}”不是 sbd 的台账，没有采用，请核对文件名。")
    if version > layouts.NEWEST:
        raise LedgerError(f"“{original}”是由更新版本的 sbd 写的，请先升级本机的 sbd。")
    if schema_of(connection) != expected_schema(version):
        raise LedgerError(f"“{original}”里的表和 sbd 建的不一样，可能被改动过，没有采用。请换一份备份。")


def head(connection: sqlite3.Connection) -> chain.Head:
    """The head of a received ledger; entry 0 and ``START`` for one older than chains."""
    has_chain = chain.schema_version(connection) >= layouts.FIRST
    return chain.current_head(connection) if has_chain else chain.Head(0, chain.START)
