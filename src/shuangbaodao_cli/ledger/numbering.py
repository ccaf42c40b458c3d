"""Readable numbers: 需-2026-0007 is the seventh need of 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.vocabulary.days import today
from shuangbaodao_cli.vocabulary.types import DAY

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping

    from shuangbaodao_cli.vocabulary.record import Record


def following(
    connection: sqlite3.Connection, record: Record, values: Mapping[str, Any], taken: Collection[str | None] = ()
) -> str:
    """The next free number for a record, of the year of its first day; a number once given never comes again.

    ``taken`` are numbers that a list itself gives to records which are not in the ledger yet.
    """
    days = (values.get(field.name) for field in record.fields if field.type is DAY)
    year = int(next((day[:4] for day in days if day), today().year))
    while True:
        (last,) = connection.execute(
            "INSERT INTO numbering (record, year, last) VALUES (?, ?, 1) "
            "ON CONFLICT (record, year) DO UPDATE SET last = last + 1 RETURNING last",
            (record.name, year),
        ).fetchone()
        number = f"{record.prefix}-{year}-{last:04d}"
        held = f"SELECT 1 FROM [{record.name}] WHERE number = ?"
        if number not in taken and connection.execute(held, (number,)).fetchone() is None:
            return number
