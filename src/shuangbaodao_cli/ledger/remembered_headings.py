"""What headings mean, as somebody said with --map: remembered for the next sheet with the same headings.

What the columns of somebody's form ask for is remembered by the shape of the form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.rosters.model import EXTRA

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from shuangbaodao_cli.intake.rosters.model import Table
    from shuangbaodao_cli.ledger.storage.journal import Entry

FORM_KIND = "fill"
"""Stands for the kind of record where a heading of a form is remembered, not one of a list."""


def load_bindings(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Shape of a form → heading → the figure it was said to ask for; what was said last comes last."""
    sql = "SELECT headings, heading, field FROM mapping WHERE record = ? ORDER BY entry, headings, heading"
    found: dict[str, dict[str, str]] = {}
    for shape, heading, figure in connection.execute(sql, (FORM_KIND,)):
        found.setdefault(shape, {})[heading] = figure
    return found


def save_bindings(entry: Entry, shape: str, bindings: Mapping[str, str]) -> None:
    """Keep what was said of a form; what was said before of the same gives way."""
    entry.connection.executemany(
        "INSERT INTO mapping (headings, heading, record, field, entry) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (headings, heading) DO UPDATE SET field = excluded.field, entry = excluded.entry "
        "WHERE field <> excluded.field",
        [(shape, heading, FORM_KIND, figure, entry.id) for heading, figure in bindings.items()],
    )


HeadingMappings = dict[str, tuple[str, dict[str, str]]]
"""Signature of the headings of a sheet → record type, and folded heading → name of the field."""

_REVERSED_ENTRIES_SQL = "SELECT b.entry FROM batch AS b WHERE b.undone IS NOT NULL"
"""In SQL: the imports that were taken back, and with them what they said of headings."""


def load_mappings(connection: sqlite3.Connection) -> HeadingMappings:
    """Everything that was said of headings so far."""
    learnt: HeadingMappings = {}
    for headings, heading, record, field in connection.execute(
        f"SELECT headings, heading, record, field FROM mapping WHERE entry NOT IN ({_REVERSED_ENTRIES_SQL}) "
        "ORDER BY headings, heading"
    ):
        learnt.setdefault(headings, (record, {}))[1][heading] = field
    return learnt


def save_mappings(entry: Entry, tables: Iterable[Table], headings: Iterable[str]) -> None:
    """Keep what was said of the headings of these tables; what was said of them before gives way."""
    for table in tables:
        header = table.header
        for heading in headings:
            at = header.mapped_columns.get(heading)
            if at is None:
                continue
            field = header.columns[at].name if at in header.columns else EXTRA
            entry.connection.execute(
                "INSERT INTO mapping (headings, heading, record, field, entry) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (headings, heading) DO UPDATE "
                "SET record = excluded.record, field = excluded.field, entry = excluded.entry "
                f"WHERE record <> excluded.record OR field <> excluded.field OR entry IN ({_REVERSED_ENTRIES_SQL})",
                (header.signature, heading, table.record.name, field, entry.id),
            )
