"""Backups: a copy of the whole ledger, made while others may write and verified before it is put in place."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from shuangbaodao_cli.errors import FileError, LedgerError, os_error_reason
from shuangbaodao_cli.files import replace_durably
from shuangbaodao_cli.ledger.storage import chain, encryption, sqlite_errors
from shuangbaodao_cli.ledger.storage.driver import sqlite3

_MISMATCH_MESSAGE = "备份和台账对不上，没有留下备份。请换一个磁盘再试。"
_DAMAGE_MESSAGE = (
    "台账本身有损坏，没有备份。请先不要再记，用 sbd verify 看是哪里，再取出以前的备份核对（sbd restore）。"
)


class State(NamedTuple):
    """What is compared of a ledger and its copy: SQLite's integrity check, rows per table, head of the chain."""

    integrity: str
    counts: dict[str, int]
    head: chain.Head


class Backup(NamedTuple):
    """A copy that was verified: its file, the number of its rows and the head of its chain."""

    path: Path
    row_count: int
    head: chain.Head


def unused_path(path: Path) -> Path:
    """The path, with a number added where it is taken: an older copy is never overwritten."""
    numbered = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(2, 10_000))
    return path if not path.exists() else next(name for name in numbered if not name.exists())


def copy(connection: sqlite3.Connection, target: Path) -> Backup:
    """Copy a ledger, as it is at one moment, to a new file; the copy is reopened, checked, compared and synced.

    Raises FileError where the file cannot be written, LedgerError where the ledger is damaged or the copy differs
    from it; then there is no file.
    """
    try:
        handle, temporary_name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".tmp")
        os.close(handle)
    except OSError as error:
        raise FileError(f"“{target}”写不了（{os_error_reason(error)}），没有备份。") from None
    temporary = Path(temporary_name)
    try:
        original = _copy_pages(connection, temporary)
        if _verify(temporary) != original:
            raise LedgerError(_DAMAGE_MESSAGE if sqlite_errors.integrity_errors(connection) else _MISMATCH_MESSAGE)
        replace_durably(temporary, target)
    except sqlite3.Error as error:
        if sqlite_errors.is_damage(error):
            raise LedgerError(_DAMAGE_MESSAGE) from None
        raise FileError(f"“{target}”没有写成（{error}），请看看磁盘有没有空间。") from None
    except OSError as error:
        raise FileError(f"“{target}”写不了（{os_error_reason(error)}），没有备份。") from None
    finally:
        for leftover in (temporary, Path(f"{temporary}-journal")):
            leftover.unlink(missing_ok=True)
    return Backup(target, sum(original.counts.values()), original.head)


def _copy_pages(connection: sqlite3.Connection, temporary: Path) -> State:
    """Copy every page in one transaction; the state of the ledger in that same transaction."""
    inner = connection.in_transaction
    copy_connection = encryption.connect(temporary)
    try:
        if not inner:
            connection.execute("BEGIN")
        original = state(connection)
        connection.backup(copy_connection)
    finally:
        copy_connection.close()
        if not inner and connection.in_transaction:
            connection.execute("COMMIT")
    return original


def _verify(path: Path) -> State:
    """The state of a copy, read from the disk again and with every page checked."""
    with closing(encryption.connect(path, "ro")) as connection:
        return state(connection)._replace(integrity=connection.execute("PRAGMA integrity_check(1)").fetchone()[0])


def state(connection: sqlite3.Connection) -> State:
    """The rows of each table and the head of the chain; its pages are not checked but taken to be sound."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    counts = {name: connection.execute(f"SELECT COUNT(*) FROM [{name}]").fetchone()[0] for name in sorted(names)}
    return State("ok", counts, chain.current_head(connection) if "link" in names else chain.Head(0, chain.START))
