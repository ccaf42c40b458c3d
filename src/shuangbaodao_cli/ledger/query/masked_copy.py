"""A copy of the records without what is not to leave the ledger, for programs that show whole tables.

Left out are the secret columns of ``authorizer.secret`` and all that is no record: history, batches, rules.
The indexes come along, as far as their columns do.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Refused, Unreadable, UsageError, why
from shuangbaodao_cli.ledger.query.authorizer import is_hidden
from shuangbaodao_cli.ledger.storage import encryption, migrations
from shuangbaodao_cli.ledger.storage.encryption import sqlite3
from shuangbaodao_cli.ledger.storage.transactions import read_transaction
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLES = (*RECORDS, "place_tree")
"""What is copied; reports ask the tree of places which lie below which."""


def visible_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table that may be shown."""
    found = connection.execute(f"SELECT name FROM pragma_table_info('{table}')")
    return [name for (name,) in found if not is_hidden(table, name)]


def write(connection: sqlite3.Connection, path: Path) -> None:
    """Write the copy to a file for its owner alone, whole or not at all.

    Raises UsageError where a ledger stands in its place, Unreadable where it cannot be written, Refused where
    the ledger is encrypted: the copy would not be.
    """
    if encryption.passphrase() is not None:
        raise Refused(
            "台账是加密的，给 browse 的副本却不加密，会把内容明着留在磁盘上，没有写。请用 sbd list 或 sbd query 看。"
        )
    _refuse_ledger(path)
    beside = path.with_name(f".{path.name[:40]}.{os.getpid()}.tmp")
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with contextlib.closing(sqlite3.connect(beside, isolation_level=None)) as copy, read_transaction(connection):
            copy.execute("PRAGMA synchronous = OFF")  # nothing is lost but a copy
            copy.execute("BEGIN")
            for table in TABLES:
                _copy_table(connection, copy, table)
            for statement in _index_statements(connection):
                with contextlib.suppress(sqlite3.OperationalError):  # of a column that is not there
                    copy.execute(statement)
            copy.execute("COMMIT")
        beside.replace(path)
    except (OSError, sqlite3.OperationalError) as error:
        said = why(error) if isinstance(error, OSError) else str(error)
        raise Unreadable(f"“{path}”写不了（{said}），请看看文件夹在不在、能不能写、磁盘满没满。") from None
    finally:
        beside.unlink(missing_ok=True)


def _refuse_ledger(path: Path) -> None:
    """Refuse to write over a ledger: the header of the file says whether it is one."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        if int.from_bytes(file.read(72)[68:]) == migrations.APPLICATION_ID:
            raise UsageError(f"“{path}”是一份台账，副本请写成另一个文件。")


def _copy_table(connection: sqlite3.Connection, copy: sqlite3.Connection, table: str) -> None:
    names = visible_columns(connection, table)
    listed = ", ".join(f"[{name}]" for name in names)
    copy.execute(f"CREATE TABLE [{table}] ({', '.join(_column_definitions(connection, table, names))})")
    marks = ", ".join("?" * len(names))
    rows = connection.execute(f"SELECT {listed} FROM [{table}]")
    copy.executemany(f"INSERT INTO [{table}] ({listed}) VALUES ({marks})", rows)


def _column_definitions(connection: sqlite3.Connection, table: str, names: list[str]) -> Iterator[str]:
    """The columns as SQL, and which records they point to, so that a reader can be led there."""
    types = dict(connection.execute(f"SELECT name, type FROM pragma_table_info('{table}')"))
    for name in names:
        yield f"[{name}] {types[name]}{' PRIMARY KEY' if name == 'id' else ''}"
    if "id" not in names:
        keys = connection.execute(f"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk")
        yield f"PRIMARY KEY ({', '.join(f'[{name}]' for (name,) in keys)})"
    points = connection.execute(f"SELECT [from], [table] FROM pragma_foreign_key_list('{table}')")
    for name, target in points:
        if name in names and target in TABLES and name != "date":
            yield f"FOREIGN KEY ([{name}]) REFERENCES [{target}] (id)"


def _index_statements(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("SELECT sql, tbl_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    return [sql for sql, table in found if table in TABLES]
