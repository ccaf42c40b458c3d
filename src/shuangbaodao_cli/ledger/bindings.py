"""What the columns of somebody's form ask for, as somebody said: remembered by the shape of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.database import Entry

KIND = "fill"
"""Stands for the kind of record where a heading of a form is remembered, not one of a list."""


def recall(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Shape of a form → heading → the figure it was said to ask for; what was said last comes last."""
    sql = "SELECT headings, heading, field FROM mapping WHERE record = ? ORDER BY entry, headings, heading"
    found: dict[str, dict[str, str]] = {}
    for shape, heading, figure in connection.execute(sql, (KIND,)):
        found.setdefault(shape, {})[heading] = figure
    return found


def remember(entry: Entry, shape: str, said: Mapping[str, str]) -> None:
    """Keep what was said of a form; what was said before of the same gives way."""
    entry.connection.executemany(
        "INSERT INTO mapping (headings, heading, record, field, entry) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (headings, heading) DO UPDATE SET field = excluded.field, entry = excluded.entry "
        "WHERE field <> excluded.field",
        [(shape, heading, KIND, figure, entry.id) for heading, figure in said.items()],
    )
