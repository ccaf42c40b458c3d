"""Where a change begins and ends: one transaction, waiting in words while somebody else writes."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.storage import encryption
from shuangbaodao_cli.ledger.storage.encryption import sqlite3
from shuangbaodao_cli.ledger.storage.sqlite_errors import translate_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_TIMEOUT_MS = 30_000
"""Milliseconds that a command waits for another one to finish writing."""
BUSY_STEP_MS = 200
"""Milliseconds of that which SQLite may wait without hearing a Ctrl-C."""
NOTIFY_AFTER_SECONDS = 1.0
"""Seconds of that after which the person is told why nothing happens."""


_TRANSACTION = ("BEGIN IMMEDIATE", ("COMMIT",), ("ROLLBACK",))
_SAVEPOINT = ("SAVEPOINT part", ("RELEASE part",), ("ROLLBACK TO part", "RELEASE part"))


class Outcome:
    """How a transaction is to end, unless something is raised in it."""

    commit = True


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[Outcome]:
    """All or nothing, taken for writing from the start; ``keep = False`` puts everything back.

    Inside another one it is a part of that, and can be put back by itself.
    """
    inner = connection.in_transaction
    begin, keep, undo = _SAVEPOINT if inner else _TRANSACTION
    with translate_errors():
        _begin_with_retry(connection, begin)
        try:
            outcome = Outcome()
            yield outcome
            for statement in keep if outcome.commit else undo:
                connection.execute(statement)
        except BaseException:
            if connection.in_transaction:
                for statement in undo:
                    connection.execute(statement)
            raise


def _begin_with_retry(connection: sqlite3.Connection, statement: str) -> None:
    """Wait for another command to finish, in steps between which Ctrl-C is heard."""
    began = time.monotonic()
    told = False
    connection.execute(f"PRAGMA busy_timeout = {min(BUSY_STEP_MS, BUSY_TIMEOUT_MS)}")
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            waited = time.monotonic() - began
            if not encryption.error_name(error).startswith("SQLITE_BUSY") or waited > BUSY_TIMEOUT_MS / 1000:
                raise
            if not told and waited > NOTIFY_AFTER_SECONDS:
                told = True
                notify(connection, "台账正被另一个命令使用，请等一等，最多30秒……")
        else:
            break
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def notify(connection: sqlite3.Connection, message: str) -> None:
    """Tell whoever opened the ledger what a command waits for or does meanwhile."""
    if isinstance(connection, encryption.LedgerConnection):
        connection.notify(message)


def path_of(connection: sqlite3.Connection) -> Path:
    """The file of an open ledger."""
    from pathlib import Path  # noqa: PLC0415  # only its type is known here

    (_, _, ledger) = connection.execute("PRAGMA database_list").fetchone()
    return Path(ledger)


@contextmanager
def read_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything read in it is of one moment, whatever others write meanwhile."""
    with translate_errors():
        connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.DatabaseError):  # a damaged ledger cannot even be let go of; what was raised says so
                connection.execute("COMMIT")
            raise
        connection.execute("COMMIT")
