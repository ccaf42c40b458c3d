"""Remembered headings: what the headings of a roster and of a form mean, as a user said with ``--map``.

Those of a roster are remembered for the next sheet with the same headings, those of a form by the shape of the form.
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
"""The ``record`` of a heading of a form, which belongs to no record type."""


def load_bindings(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Shape of a form → heading → the figure that it asks for, oldest first."""
    sql = "SELECT headings, heading, field FROM mapping WHERE record = ? ORDER BY entry, headings, heading"
    bindings: dict[str, dict[str, str]] = {}
    for shape, heading, figure in connection.execute(sql, (FORM_KIND,)):
        bindings.setdefault(shape, {})[heading] = figure
    return bindings


def save_bindings(entry: Entry, shape: str, bindings: Mapping[str, str]) -> None:
    """Store the bindings of a form; they replace earlier ones of the same headings."""
    entry.connection.executemany(
        "INSERT INTO mapping (headings, heading, record, field, entry) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (headings, heading) DO UPDATE SET field = excluded.field, entry = excluded.entry "
        "WHERE field <> excluded.field",
        [(shape, heading, FORM_KIND, figure, entry.id) for heading, figure in bindings.items()],
    )


HeadingMappings = dict[str, tuple[str, dict[str, str]]]
"""Signature of the headings of a sheet → record type, and folded heading → name of its field."""

_REVERSED_ENTRIES_SQL = "SELECT b.entry FROM batch AS b WHERE b.undone IS NOT NULL"
"""In SQL: the entries of undone imports; what they said of headings does not count."""


def load_mappings(connection: sqlite3.Connection) -> HeadingMappings:
    """All remembered headings of rosters, but for those of undone imports."""
    mappings: HeadingMappings = {}
    for headings, heading, record, field in connection.execute(
        f"SELECT headings, heading, record, field FROM mapping WHERE entry NOT IN ({_REVERSED_ENTRIES_SQL}) "
        "ORDER BY headings, heading"
    ):
        mappings.setdefault(headings, (record, {}))[1][heading] = field
    return mappings


def save_mappings(entry: Entry, tables: Iterable[Table], headings: Iterable[str]) -> None:
    """Store what the user said of these headings of the tables; it replaces what was said earlier."""
    for table in tables:
        header = table.header
        for heading in headings:
            index = header.mapped_columns.get(heading)
            if index is None:
                continue
            field = header.columns[index].name if index in header.columns else EXTRA
            entry.connection.execute(
                "INSERT INTO mapping (headings, heading, record, field, entry) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (headings, heading) DO UPDATE "
                "SET record = excluded.record, field = excluded.field, entry = excluded.entry "
                f"WHERE record <> excluded.record OR field <> excluded.field OR entry IN ({_REVERSED_ENTRIES_SQL})",
                (header.signature, heading, table.record.name, field, entry.id),
            )
