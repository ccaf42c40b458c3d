"""What is encrypted besides the ledger in use: files kept beside it, and a plain ledger that is to become one."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from shuangbaodao_cli.ledger import cipher
from shuangbaodao_cli.ledger.cipher import sqlite3


def seal(connection: sqlite3.Connection, target: Path) -> None:
    """Write an open ledger that is not encrypted to a new file that is."""
    connection.execute(f"ATTACH {cipher.quoted(str(target))} AS sealed KEY {cipher.quoted(cipher.passphrase() or '')}")
    connection.execute("SELECT sqlcipher_export('sealed')")
    for stamp in ("application_id", "user_version"):
        value = connection.execute(f"PRAGMA main.{stamp}").fetchone()[0]
        connection.execute(f"PRAGMA sealed.{stamp} = {value}")
    connection.execute("DETACH sealed")


def wrap(content: bytes) -> bytes:
    """The bytes of a file as they are kept beside the ledger: as they are, or in a small encrypted database."""
    if cipher.passphrase() is None:
        return content
    from tempfile import TemporaryDirectory  # noqa: PLC0415  # only where a ledger is encrypted

    with TemporaryDirectory(prefix="sbd-") as folder:
        path = Path(folder) / "kept.db"
        with closing(cipher.connect(path, "rwc")) as kept:
            kept.execute("CREATE TABLE kept (content BLOB NOT NULL) STRICT")
            kept.execute("INSERT INTO kept VALUES (?)", (content,))
        return path.read_bytes()


def unwrap(path: Path) -> bytes:
    """What ``wrap`` was given; a file that it did not write, or with another passphrase, as it is."""
    if cipher.passphrase() is not None:
        with suppress(sqlite3.Error), closing(cipher.connect(path, "ro")) as kept:
            return bytes(kept.execute("SELECT content FROM kept").fetchone()[0])
    return path.read_bytes()


def is_sealed(path: Path) -> bool:
    """Whether a file is a database that the passphrase opens."""
    if cipher.passphrase() is not None:
        with suppress(sqlite3.Error), closing(cipher.connect(path, "ro")) as found:
            return bool(found.execute("PRAGMA schema_version").fetchone()[0])
    return False
