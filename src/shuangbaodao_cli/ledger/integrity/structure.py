"""Whether a ledger is whole: its file, its references, what was sent, and its tables as the records are described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Database

from shuangbaodao_cli.ledger.records.identity import MERGEABLE
from shuangbaodao_cli.ledger.snapshots import store
from shuangbaodao_cli.ledger.storage import sqlite_errors
from shuangbaodao_cli.ledger.storage.encryption import sqlite3
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils.db import Column, Table

    from shuangbaodao_cli.model.record import Record

BOOKKEEPING_COLUMNS = {"name_key": "TEXT", "approx": "TEXT", "extra": "TEXT", "entry": "INTEGER", "voided": "INTEGER"}
"""What every record table may keep beside the facts of its record."""
_EXTRA_COLUMNS = {"participation": {"date": "TEXT"}, **{name: {"same_as": "INTEGER"} for name in MERGEABLE}}


def findings(connection: sqlite3.Connection, *, current_schema: bool = True) -> list[str]:
    """What is wrong with the ledger, a sentence each; empty when it is whole. Reads every page.

    ``described``: its tables are to be those of the records, which an older ledger's are not.
    """
    if torn := sqlite_errors.integrity_errors(connection):
        return torn
    found: list[str] = []
    try:
        for look in (
            (missing_ledger_row, dangling_references, store.hash_mismatches, schema_findings)
            if current_schema
            else (missing_ledger_row, dangling_references)
        ):
            found += look(connection)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter where SQLite quotes a damaged text
        found.append(f"读到一半读不下去（{error}）")
    return found


def missing_ledger_row(connection: sqlite3.Connection) -> list[str]:
    """What each ledger has exactly once: the row that says whose it is."""
    return [] if connection.execute("SELECT 1 FROM ledger").fetchone() else ["台账自己的那一行登记不在了"]


def dangling_references(connection: sqlite3.Connection) -> list[str]:
    """References to records that are not there."""
    return [
        f"{_label(table)} {rowid} 指向的{_label(parent)}不在台账里"
        for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check")
    ]


def _label(table: str) -> str:
    return RECORDS[table].label if table in RECORDS else f" {table} "


def schema_findings(connection: sqlite3.Connection) -> list[str]:
    """Where the tables differ from the descriptions of the records."""
    database = Database(connection, execute_plugins=False)
    found = []
    for record in RECORDS.values():
        table = database.table(record.name)
        if not table.exists():
            found.append(f"没有 {record.name} 表")
            continue
        if not table.strict:
            found.append(f"{record.name} 表不是 STRICT")
        found += [f"{record.name} 表：{said}" for said in _column_findings(record, table)]
        found += [f"{record.name} 表：{said}" for said in _reference_findings(record, table)]
    return found


def _column_findings(record: Record, table: Table) -> Iterator[str]:
    real: dict[str, Column] = {column.name: column for column in table.columns}
    expected = {
        name: field.type.sql if not field.to else "INTEGER" for field in record.fields for name in field.columns
    }
    beside = {"id": "INTEGER", **BOOKKEEPING_COLUMNS, **_EXTRA_COLUMNS.get(record.name, {})}
    yield from (f"少 {name} 一列" for name in expected if name not in real)
    yield from (f"多 {name} 一列" for name in real if name not in expected | beside)
    for name, column in real.items():
        wanted = (expected | beside).get(name, column.type)
        if column.type != wanted:
            yield f"{name} 是 {column.type}，应是 {wanted}"
    for field in record.fields:
        needed = field.required or field.default is not None or field is record.title
        for name in field.columns if len(field.columns) == 1 else ():
            if name in real and bool(real[name].notnull) != needed:
                yield f"{name} {'应当' if needed else '不应'}必填"


def _reference_findings(record: Record, table: Table) -> Iterator[str]:
    real = {(key.column, key.other_table) for key in table.foreign_keys}
    # A key of several columns is reported by its columns, not by one.
    real |= {(name, key.other_table) for key in table.foreign_keys for name in getattr(key, "columns", ())}
    for field in record.fields:
        for target, column in zip(field.targets, field.columns if field.to else (), strict=True):
            if (column, target) not in real:
                yield f"{column} 没有指向 {target}"
