"""What headings mean, as somebody said with --map: remembered for the next sheet with the same headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.headers import APART

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from shuangbaodao_cli.intake.tables import Table
    from shuangbaodao_cli.ledger.database import Entry

Learnt = dict[str, tuple[str, dict[str, str]]]
"""Signature of the headings of a sheet → record type, and folded heading → name of the field."""


_TAKEN_BACK = "SELECT b.entry FROM batch AS b WHERE b.undone IS NOT NULL"
"""In SQL: the imports that were taken back, and with them what they said of headings."""


def recall(connection: sqlite3.Connection) -> Learnt:
    """Everything that was said of headings so far."""
    learnt: Learnt = {}
    for headings, heading, record, field in connection.execute(
        f"SELECT headings, heading, record, field FROM mapping WHERE entry NOT IN ({_TAKEN_BACK}) "
        "ORDER BY headings, heading"
    ):
        learnt.setdefault(headings, (record, {}))[1][heading] = field
    return learnt


def remember(entry: Entry, tables: Iterable[Table], said: Iterable[str]) -> None:
    """Keep what was said of the headings of these tables; what was said of them before gives way."""
    for table in tables:
        header = table.header
        for heading in said:
            at = header.told.get(heading)
            if at is None:
                continue
            field = header.columns[at].name if at in header.columns else APART
            entry.connection.execute(
                "INSERT INTO mapping (headings, heading, record, field, entry) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (headings, heading) DO UPDATE "
                "SET record = excluded.record, field = excluded.field, entry = excluded.entry "
                f"WHERE record <> excluded.record OR field <> excluded.field OR entry IN ({_TAKEN_BACK})",
                (header.signature, heading, table.record.name, field, entry.id),
            )
