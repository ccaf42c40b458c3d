"""What the columns of somebody's form ask for, as somebody said: remembered by the shape of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.database import Entry

KIND = "fill"
"""Stands for the kind of record where a heading of a form is remembered, not one of a list."""


def recall(connection: sqlite3.Connection) -> dict[str, str]:
    """Every heading that was said to ask for a figure, the latest word on it last."""
    sql = "SELECT heading, field FROM mapping WHERE record = ? ORDER BY entry, headings"
    return dict(connection.execute(sql, (KIND,)).fetchall())


def of_shape(connection: sqlite3.Connection, shape: str) -> dict[str, str]:
    """What was said of the headings of forms of one shape."""
    sql = "SELECT heading, field FROM mapping WHERE record = ? AND headings = ?"
    return dict(connection.execute(sql, (KIND, shape)).fetchall())


def remember(entry: Entry, shape: str, said: Mapping[str, str]) -> None:
    """Keep what was said of a form; what was said before of the same gives way."""
    entry.connection.executemany(
        "INSERT INTO mapping (headings, heading, record, field, entry) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (headings, heading) DO UPDATE SET field = excluded.field, entry = excluded.entry "
        "WHERE field <> excluded.field",
        [(shape, heading, KIND, figure, entry.id) for heading, figure in said.items()],
    )
