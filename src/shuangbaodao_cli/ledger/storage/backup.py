"""A ledger copied whole while others may write, and proved before anybody is told that there is a copy."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from shuangbaodao_cli.errors import LedgerError, Unreadable, why
from shuangbaodao_cli.files import settle
from shuangbaodao_cli.ledger.storage import chain, encryption, sqlite_errors
from shuangbaodao_cli.ledger.storage.encryption import sqlite3

_MISMATCH_MESSAGE = "备份和台账对不上，没有留下备份。请换一个磁盘再试。"
_DAMAGE_MESSAGE = (
    "台账本身有损坏，没有备份。请先不要再记，用 sbd verify 看是哪里，再取出以前的备份核对（sbd restore）。"
)


class State(NamedTuple):
    """What two ledgers that are the same have in common."""

    integrity: str
    counts: dict[str, int]
    head: chain.Head


class Backup(NamedTuple):
    """What a copy was proved to hold."""

    path: Path
    row_count: int
    head: chain.Head
    """Where the chain of the copy ends."""


def unused_path(path: Path) -> Path:
    """The path, with a number where there is such a file already: an older copy is never overwritten."""
    names = (path.with_name(f"{path.stem}-{at}{path.suffix}") for at in range(2, 10_000))
    return path if not path.exists() else next(name for name in names if not name.exists())


def copy(connection: sqlite3.Connection, target: Path) -> Backup:
    """Copy a ledger to a new file: a copy of one moment, reopened, checked, compared and on the disk.

    Raises Unreadable where it cannot be written, LedgerError where it is not what it should be; then there is
    no file.
    """
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".tmp")
        os.close(handle)
    except OSError as error:
        raise Unreadable(f"“{target}”写不了（{why(error)}），没有备份。") from None
    beside = Path(name)
    try:
        counted = _copy_pages(connection, beside)
        found = _verify(beside)
        if found != counted:
            raise LedgerError(_DAMAGE_MESSAGE if sqlite_errors.integrity_errors(connection) else _MISMATCH_MESSAGE)
        settle(beside, target)
    except sqlite3.Error as error:
        if sqlite_errors.is_damage(error):
            raise LedgerError(_DAMAGE_MESSAGE) from None
        raise Unreadable(f"“{target}”没有写成（{error}），请看看磁盘有没有空间。") from None
    except OSError as error:
        raise Unreadable(f"“{target}”写不了（{why(error)}），没有备份。") from None
    finally:
        for left in (beside, Path(f"{name}-journal")):
            left.unlink(missing_ok=True)
    return Backup(target, sum(counted.counts.values()), counted.head)


def _copy_pages(connection: sqlite3.Connection, temporary: Path) -> State:
    """Copy page by page in one go, and tell what is copied at the same moment."""
    outer = connection.in_transaction
    other = encryption.connect(temporary)
    try:
        if not outer:
            connection.execute("BEGIN")
        held = state(connection)
        connection.backup(other)
    finally:
        other.close()
        if not outer and connection.in_transaction:
            connection.execute("COMMIT")
    return held


def _verify(path: Path) -> State:
    """Reopen a copy, have every page checked and count again."""
    other = encryption.connect(path, "ro")
    try:
        return state(other)._replace(integrity=other.execute("PRAGMA integrity_check(1)").fetchone()[0])
    finally:
        other.close()


def state(connection: sqlite3.Connection) -> State:
    """How many rows each table has, and where the chain ends. Whether the pages are sound is taken as given."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    counts = {name: connection.execute(f"SELECT COUNT(*) FROM [{name}]").fetchone()[0] for name in sorted(names)}
    return State("ok", counts, chain.current_head(connection) if "link" in names else chain.Head(0, chain.START))
