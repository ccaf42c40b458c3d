"""Readable numbers: 需-2026-0007 is the seventh need of 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.values.days import today
from shuangbaodao_cli.values.types import DAY, MOMENT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping

    from shuangbaodao_cli.model.record import Record


def _start_day(connection: sqlite3.Connection, record: Record, values: Mapping[str, Any]) -> str:
    """The day on which a record began: its own, or that of its owner; today where neither has one."""
    fields = [field for field in record.fields if field.type in {DAY, MOMENT}]
    own = next((values[field.name] for field in fields if field.required and values.get(field.name)), None)
    if own is None and record.part_of:
        (owner,) = record[record.part_of].targets
        sql = f"SELECT date FROM [{owner}] WHERE id = ?"
        (own,) = connection.execute(sql, (values[record.part_of],)).fetchone()
    days = (values.get(field.name) for field in fields)
    return str(own or next((day for day in days if day), today().isoformat()))


def next_number(
    connection: sqlite3.Connection, record: Record, values: Mapping[str, Any], reserved: Collection[str | None] = ()
) -> str:
    """The next free number for a record, of the year in which it began; a number is given only once.

    ``reserved`` are numbers that a roster itself gives to records which are not in the ledger yet.
    """
    year = int(_start_day(connection, record, values)[:4])
    while True:
        number = f"{record.prefix}-{year}-{next_serial(connection, record.name, year):04d}"
        sql = f"SELECT 1 FROM [{record.name}] WHERE number = ?"
        if number not in reserved and connection.execute(sql, (number,)).fetchone() is None:
            return number


def next_serial(connection: sqlite3.Connection, kind: str, year: int) -> int:
    """The next running number of a record type in a year; it counts as given."""
    (serial,) = connection.execute(
        "INSERT INTO numbering (record, year, last) VALUES (?, ?, 1) "
        "ON CONFLICT (record, year) DO UPDATE SET last = last + 1 RETURNING last",
        (kind, year),
    ).fetchone()
    return int(serial)
