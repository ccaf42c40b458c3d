"""The SQLite driver: Python's own, or SQLCipher's where a passphrase for the ledger is given.

SQLCipher's package has exceptions and connections of its own, so every module of the ledger takes ``sqlite3`` from
here. What the two drivers offer under different names, or not at all, is evened out here too.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KEY", "KEY_FILE", "LedgerConnection", "error_name", "ignore_message", "set_limit", "sqlite3"]

KEY, KEY_FILE = "SBD_KEY", "SBD_KEY_FILE"
"""The environment variables that give the passphrase, or the file that it is in."""

if TYPE_CHECKING or (KEY not in os.environ and KEY_FILE not in os.environ):
    import sqlite3
else:
    try:
        from sqlcipher3 import dbapi2 as sqlite3
    except ImportError:  # reported when the passphrase is read: a module must not fail on import
        import sqlite3


def error_name(error: sqlite3.Error) -> str:
    """SQLite's own name of an error (``SQLITE_BUSY``); empty where it was raised by Python."""
    return getattr(error, "sqlite_errorname", None) or ""


def set_limit(connection: sqlite3.Connection, name: str, value: int) -> int | None:
    """Set one of SQLite's limits and return its former value; None with SQLCipher's package, which can set none."""
    if not hasattr(connection, "setlimit"):
        return None
    return connection.setlimit(getattr(sqlite3, f"SQLITE_LIMIT_{name}"), value)


class LedgerConnection(sqlite3.Connection):
    """A connection to a ledger that knows whom to tell what a command waits for or does meanwhile."""

    notify: Callable[[str], None]


def ignore_message(_: str) -> None:
    """Drop a message: nobody is there to read it."""
