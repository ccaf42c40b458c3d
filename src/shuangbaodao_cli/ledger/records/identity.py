"""Merged records: the rows of an alias stay as they are and count for the canonical record.

``same_as`` of an alias is the id of the canonical record; it never leads to an alias
(``duplicates.merge`` sees to that), so that one step is always enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.model.record import Record

MERGEABLE = tuple(record.name for record in RECORDS.values() if record.mergeable)
"""The record types whose records may be merged."""


def is_active_sql(table: str, prefix: str = "") -> str:
    """SQL: that a row of a table is neither voided nor merged into another."""
    return f"{prefix}voided IS NULL" + (f" AND {prefix}same_as IS NULL" if table in MERGEABLE else "")


def not_voided_conditions(table: str) -> tuple[str, ...]:
    """SQL: that a row is not voided, in conditions that each have their index: one for active rows, one for aliases."""
    if table not in MERGEABLE:
        return ("voided IS NULL",)
    return is_active_sql(table), "voided IS NULL AND same_as IS NOT NULL"


def canonical_id_sql(table: str, column: str) -> str:
    """SQL: the canonical id of the record which a column points to."""
    if table not in MERGEABLE:
        return column
    return f"COALESCE((SELECT m.same_as FROM [{table}] AS m WHERE m.id = {column}), {column})"


def row_canonical_id_sql(table: str, prefix: str = "") -> str:
    """SQL: the canonical id of a row of the table itself."""
    return f"COALESCE({prefix}same_as, {prefix}id)" if table in MERGEABLE else f"{prefix}id"


def points_to_sql(table: str, column: str) -> str:
    """SQL: that a column points to the record ``?1`` or to one that was merged into it."""
    if table not in MERGEABLE:
        return f"{column} = ?1"
    return f"({column} = ?1 OR {column} IN (SELECT m.id FROM [{table}] AS m WHERE m.same_as = ?1))"


def merged_into(connection: sqlite3.Connection, table: str) -> dict[int, int]:
    """Alias → canonical id, for every merged record of a type; empty for types that cannot be merged."""
    if table not in MERGEABLE:
        return {}
    return dict(connection.execute(f"SELECT id, same_as FROM [{table}] WHERE same_as IS NOT NULL"))


def alias_ids(connection: sqlite3.Connection, record: Record, id_: int) -> list[int]:
    """The records that were merged into one and are not voided, the oldest first."""
    if record.name not in MERGEABLE:
        return []
    sql = f"SELECT id FROM [{record.name}] WHERE same_as = ? AND voided IS NULL ORDER BY id"
    return [alias for (alias,) in connection.execute(sql, (id_,))]


def canonical_id_of(connection: sqlite3.Connection, table: str, id_: int) -> int:
    """The canonical id of a record: its own, where it was not merged."""
    (canonical_id,) = connection.execute(
        f"SELECT {row_canonical_id_sql(table)} FROM [{table}] WHERE id = ?", (id_,)
    ).fetchone()
    return int(canonical_id)
