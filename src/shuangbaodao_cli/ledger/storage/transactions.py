"""Transactions: one per command that writes; a user who has to wait for another command is notified."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.storage.driver import LedgerConnection, error_name, sqlite3
from shuangbaodao_cli.ledger.storage.sqlite_errors import translate_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_TIMEOUT_MS = 30_000
"""Milliseconds that a command waits for another one to finish writing."""
BUSY_STEP_MS = 200
"""Milliseconds of that which SQLite may wait without hearing a Ctrl-C."""
NOTIFY_AFTER_SECONDS = 1.0
"""Seconds of that after which the user is notified why nothing happens."""


_TRANSACTION = ("BEGIN IMMEDIATE", ("COMMIT",), ("ROLLBACK",))
_SAVEPOINT = ("SAVEPOINT part", ("RELEASE part",), ("ROLLBACK TO part", "RELEASE part"))


class Outcome:
    """How a transaction ends unless something is raised in it: committed, or rolled back."""

    commit = True


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[Outcome]:
    """A transaction that holds the write lock from the start; ``outcome.commit = False`` rolls it back at the end.

    Inside another one it is a savepoint of that, and is rolled back by itself.
    """
    inner = connection.in_transaction
    begin, commit, rollback = _SAVEPOINT if inner else _TRANSACTION
    with translate_errors():
        _begin_with_retry(connection, begin)
        try:
            outcome = Outcome()
            yield outcome
            for statement in commit if outcome.commit else rollback:
                connection.execute(statement)
        except BaseException:
            if connection.in_transaction:
                for statement in rollback:
                    connection.execute(statement)
            raise


def _begin_with_retry(connection: sqlite3.Connection, statement: str) -> None:
    """Wait for another command to finish, in steps between which Ctrl-C is heard."""
    began = time.monotonic()
    notified = False
    connection.execute(f"PRAGMA busy_timeout = {min(BUSY_STEP_MS, BUSY_TIMEOUT_MS)}")
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            waited = time.monotonic() - began
            if not error_name(error).startswith("SQLITE_BUSY") or waited > BUSY_TIMEOUT_MS / 1000:
                raise
            if not notified and waited > NOTIFY_AFTER_SECONDS:
                notified = True
                notify(connection, "台账正被另一个命令使用，请等一等，最多30秒……")
        else:
            break
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def notify(connection: sqlite3.Connection, message: str) -> None:
    """Tell whoever opened the ledger what a command waits for or does meanwhile."""
    if isinstance(connection, LedgerConnection):
        connection.notify(message)


def path_of(connection: sqlite3.Connection) -> Path:
    """The path of an open ledger."""
    (_, _, file) = connection.execute("PRAGMA database_list").fetchone()
    return Path(file)


@contextmanager
def read_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction for reading: all that is read in it is of one moment, whatever others write meanwhile."""
    with translate_errors():
        connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.DatabaseError):  # of a damaged ledger this fails too; what was raised says so
                connection.execute("COMMIT")
            raise
        connection.execute("COMMIT")
