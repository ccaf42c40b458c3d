"""The structure of a ledger: its file, its references, its snapshots, and its tables as the records are described.

Everything here is found in the ledger as it is now; what became of it is for ``verify``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.records.identity import MERGEABLE
from shuangbaodao_cli.ledger.snapshots import store
from shuangbaodao_cli.ledger.storage import sqlite_errors
from shuangbaodao_cli.ledger.storage.driver import sqlite3
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils.db import Column, Table

    from shuangbaodao_cli.model.record import Record

BOOKKEEPING_COLUMNS = {"name_key": "TEXT", "approx": "TEXT", "extra": "TEXT", "entry": "INTEGER", "voided": "INTEGER"}
"""Column → type, of what a record table may have beside the fields of its record."""
_EXTRA_COLUMNS = {"participation": {"date": "TEXT"}, **{name: {"same_as": "INTEGER"} for name in MERGEABLE}}


def findings(connection: sqlite3.Connection, *, current_schema: bool = True) -> list[str]:
    """What is wrong with the ledger, a sentence each; empty when it is whole. Reads every page.

    ``current_schema=False`` is for an older ledger: its tables are not yet those of the records.
    """
    if damage := sqlite_errors.integrity_errors(connection):
        return damage
    found: list[str] = []
    try:
        found += missing_ledger_row(connection)
        found += dangling_references(connection)
        if current_schema:
            found += store.hash_mismatches(connection)
            found += schema_findings(connection)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter where SQLite quotes a damaged text
        found.append(f"读到一半读不下去（{error}）")
    return found


def missing_ledger_row(connection: sqlite3.Connection) -> list[str]:
    """A sentence where the ledger lacks its own row in ``ledger``, which says whose it is."""
    return [] if connection.execute("SELECT 1 FROM ledger").fetchone() else ["台账自己的那一行登记不在了"]


def dangling_references(connection: sqlite3.Connection) -> list[str]:
    """References to rows that do not exist, a sentence each."""
    return [
        f"{_label(table)} {rowid} 指向的{_label(parent)}不在台账里"
        for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check")
    ]


def _label(table: str) -> str:
    return RECORDS[table].label if table in RECORDS else f" {table} "


def schema_findings(connection: sqlite3.Connection) -> list[str]:
    """Where the tables differ from the descriptions of the records, a sentence each."""
    from sqlite_utils import Database  # brings pandas: 300 ms

    database = Database(connection, execute_plugins=False)
    found = []
    for record in RECORDS.values():
        table = database.table(record.name)
        if not table.exists():
            found.append(f"没有 {record.name} 表")
            continue
        if not table.strict:
            found.append(f"{record.name} 表不是 STRICT")
        found += [f"{record.name} 表：{difference}" for difference in _column_findings(record, table)]
        found += [f"{record.name} 表：{difference}" for difference in _reference_findings(record, table)]
    return found


def _column_findings(record: Record, table: Table) -> Iterator[str]:
    actual: dict[str, Column] = {column.name: column for column in table.columns}
    described = {
        name: field.type.sql if not field.to else "INTEGER" for field in record.fields for name in field.columns
    }
    expected = described | {"id": "INTEGER", **BOOKKEEPING_COLUMNS, **_EXTRA_COLUMNS.get(record.name, {})}
    yield from (f"少 {name} 一列" for name in described if name not in actual)
    yield from (f"多 {name} 一列" for name in actual if name not in expected)
    for name, column in actual.items():
        expected_type = expected.get(name, column.type)
        if column.type != expected_type:
            yield f"{name} 是 {column.type}，应是 {expected_type}"
    for field in record.fields:
        is_required = field.required or field.default is not None or field is record.title_field
        for name in field.columns if len(field.columns) == 1 else ():
            if name in actual and bool(actual[name].notnull) != is_required:
                yield f"{name} {'应当' if is_required else '不应'}必填"


def _reference_findings(record: Record, table: Table) -> Iterator[str]:
    actual = {(key.column, key.other_table) for key in table.foreign_keys}
    # A key of several columns is reported by its columns, not by one.
    actual |= {(name, key.other_table) for key in table.foreign_keys for name in getattr(key, "columns", ())}
    for field in record.fields:
        for target, column in zip(field.targets, field.columns if field.to else (), strict=True):
            if (column, target) not in actual:
                yield f"{column} 没有指向 {target}"
