"""A masked copy of the ledger, for programs that show whole tables: the records without their hidden columns.

Hidden is what ``authorizer.is_hidden`` says; tables that are no records (history, batches, rules) are left out.
Indexes are copied where all of their columns are.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import FileError, Refused, UsageError, os_error_reason
from shuangbaodao_cli.ledger.query.authorizer import is_hidden
from shuangbaodao_cli.ledger.storage import encryption, migrations
from shuangbaodao_cli.ledger.storage.driver import sqlite3
from shuangbaodao_cli.ledger.storage.transactions import read_transaction
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLES = (*RECORDS, "place_tree")
"""The tables that are copied; reports need the tree of places."""


def visible_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table that may be shown."""
    rows = connection.execute(f"SELECT name FROM pragma_table_info('{table}')")
    return [name for (name,) in rows if not is_hidden(table, name)]


def write(connection: sqlite3.Connection, path: Path) -> None:
    """Write the copy to a file that only its owner can read, whole or not at all.

    Raises UsageError where the file is a ledger, FileError where it cannot be written, Refused where the ledger is
    encrypted: the copy would not be.
    """
    if encryption.passphrase() is not None:
        raise Refused(
            "台账是加密的，给 browse 的副本却不加密，会把内容明着留在磁盘上，没有写。请用 sbd list 或 sbd query 看。"
        )
    _refuse_ledger(path)
    temporary = path.with_name(f".{path.name[:40]}.{os.getpid()}.tmp")
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as copy, read_transaction(connection):
            copy.execute("PRAGMA synchronous = OFF")  # after a power cut the copy is simply made again
            copy.execute("BEGIN")
            for table in TABLES:
                _copy_table(connection, copy, table)
            for statement in _index_statements(connection):
                with contextlib.suppress(sqlite3.OperationalError):  # one of its columns is hidden
                    copy.execute(statement)
            copy.execute("COMMIT")
        temporary.replace(path)
    except (OSError, sqlite3.OperationalError) as error:
        reason = os_error_reason(error) if isinstance(error, OSError) else str(error)
        raise FileError(f"“{path}”写不了（{reason}），请看看文件夹在不在、能不能写、磁盘满没满。") from None
    finally:
        temporary.unlink(missing_ok=True)


def _refuse_ledger(path: Path) -> None:
    """Raise UsageError where the header of an existing file says that it is a ledger."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        if int.from_bytes(file.read(72)[68:]) == migrations.APPLICATION_ID:
            raise UsageError(f"“{path}”是一份台账，副本请写成另一个文件。")


def _copy_table(connection: sqlite3.Connection, copy: sqlite3.Connection, table: str) -> None:
    """Create a table in the copy and insert the visible columns of every row."""
    names = visible_columns(connection, table)
    columns = ", ".join(f"[{name}]" for name in names)
    copy.execute(f"CREATE TABLE [{table}] ({', '.join(_column_definitions(connection, table, names))})")
    placeholders = ", ".join("?" * len(names))
    rows = connection.execute(f"SELECT {columns} FROM [{table}]")
    copy.executemany(f"INSERT INTO [{table}] ({columns}) VALUES ({placeholders})", rows)


def _column_definitions(connection: sqlite3.Connection, table: str, names: list[str]) -> Iterator[str]:
    """In SQL: the columns, and their references to other tables, which a browser shows as links."""
    types = dict(connection.execute(f"SELECT name, type FROM pragma_table_info('{table}')"))
    for name in names:
        yield f"[{name}] {types[name]}{' PRIMARY KEY' if name == 'id' else ''}"
    if "id" not in names:
        keys = connection.execute(f"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk")
        yield f"PRIMARY KEY ({', '.join(f'[{name}]' for (name,) in keys)})"
    references = connection.execute(f"SELECT [from], [table] FROM pragma_foreign_key_list('{table}')")
    for name, target in references:
        if name in names and target in TABLES and name != "date":
            yield f"FOREIGN KEY ([{name}]) REFERENCES [{target}] (id)"


def _index_statements(connection: sqlite3.Connection) -> list[str]:
    """The CREATE INDEX statements of the copied tables."""
    rows = connection.execute("SELECT sql, tbl_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    return [sql for sql, table in rows if table in TABLES]
