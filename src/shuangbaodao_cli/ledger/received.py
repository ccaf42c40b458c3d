"""A ledger that came from elsewhere: taken for hostile until it is shown to be one of ours and whole."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import LedgerError
from shuangbaodao_cli.ledger import chain, cipher, layouts, migrations, proof, verifying
from shuangbaodao_cli.ledger.cipher import sqlite3
from shuangbaodao_cli.ledger.database import transaction

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
_NAMED = 10
"""How many strange things are named."""


@contextmanager
def opened(path: Path, called: Path) -> Iterator[sqlite3.Connection]:
    """A copy of a ledger that may be anything, open for looking; ``called`` is the file that it is a copy of.

    Nothing in it can run: its tables are those that the program itself would make, without a view or trigger,
    before anything is read from them. Raises LedgerError.
    """
    for ending in ("-journal", "-wal"):
        if called.with_name(called.name + ending).exists():
            raise LedgerError(f"“{called}”旁边还有一个 {ending} 文件：它没有写完。请用 sbd backup 重做一份备份。")
    connection = cipher.connect(path, sealed=not cipher.is_plain(path))
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
    _refuse(proof.findings(connection, described=described) or verifying.findings(connection), called)


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
        cipher.limit(connection, name, value)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    until = time.monotonic() + LONGEST
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)


@contextmanager
def _plain(path: Path, called: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if cipher.error_name(error) == "SQLITE_INTERRUPT":
            raise LedgerError(f"“{called}”看了{LONGEST // 60}分钟还没有看完，没有采用，请核对它是不是台账。") from None
        raise LedgerError(f"“{called}”读不了（{error}），没有采用。请看看权限，或换一份备份。") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        raise LedgerError(
            f"“{called}”不是 sbd 的台账，或已损坏，没有采用。请换一份备份。{cipher.unopened(path)}"
        ) from None


def _check_schema(connection: sqlite3.Connection, called: Path) -> None:
    ours = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if ours != migrations.APPLICATION_ID or version < 1:
        raise LedgerError(f"“{called}”不是 sbd 的台账，没有采用，请核对文件名。")
    if version > layouts.NEWEST:
        raise LedgerError(f"“{called}”是由更新版本的 sbd 写的，请先升级本机的 sbd。")
    if _schema(connection) != _expected(version):
        raise LedgerError(f"“{called}”里的表和 sbd 建的不一样，可能被改动过，没有采用。请换一份备份。")


def _schema(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Kind, name and text of all that a database holds; how SQLite spaces and quotes it does not matter."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {(kind, name, re.sub(r"""[\s"\[\]`]""", "", sql)) for kind, name, sql in rows}


def _expected(version: int) -> set[tuple[str, str, str]]:
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for script in migrations.scripts()[:version]:
            for statement in migrations.statements(script):
                fresh.execute(statement)
        return _schema(fresh)
    finally:
        fresh.close()


_KINDS = {"table": "表", "index": "索引", "trigger": "触发器", "view": "视图"}


def strange(connection: sqlite3.Connection) -> list[str]:
    """What a ledger holds besides its rows and is not what the program makes, at most three sentences.

    A trigger would change what commands write before it is hashed, and a backup of it would not be taken back.
    """
    real, wanted = (
        {(kind, name): said for kind, name, said in held}
        for held in (_schema(connection), _expected(connection.execute("PRAGMA user_version").fetchone()[0]))
    )
    told = {
        "多出不是 sbd 建的": real.keys() - wanted.keys(),
        "少了": wanted.keys() - real.keys(),
        "有改过的": {one for one in real.keys() & wanted.keys() if real[one] != wanted[one]},
    }
    return [
        f"台账里{what}：{'、'.join(f'{_KINDS.get(kind, kind)} {name}' for kind, name in sorted(names)[:_NAMED])}"
        for what, names in told.items()
        if names
    ]


def head(connection: sqlite3.Connection) -> chain.Head:
    """Where the chain of a received ledger ends; ``START`` for one older than chains."""
    chained = chain.version_of(connection) >= layouts.FIRST
    return chain.last(connection) if chained else chain.Head(0, chain.START)
