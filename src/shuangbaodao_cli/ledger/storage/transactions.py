"""Where a change begins and ends: one transaction, waiting in words while somebody else writes."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.storage import encryption
from shuangbaodao_cli.ledger.storage.encryption import sqlite3
from shuangbaodao_cli.ledger.storage.sqlite_errors import translated

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
            if not encryption.error_name(error).startswith("SQLITE_BUSY") or waited > PATIENCE / 1000:
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
