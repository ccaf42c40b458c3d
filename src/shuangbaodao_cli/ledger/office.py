"""The office that keeps the ledger, its place, and a summary of what the ledger holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.records.identity import is_active_sql
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.ledger.storage.journal import Entry


@dataclass(frozen=True, slots=True)
class LedgerSummary:
    """The office and its place, the minute of the last change, and record → number of active ones."""

    office: str | None
    place: str | None
    last_change: str | None
    counts: dict[str, int]


def ledger_summary(connection: sqlite3.Connection) -> LedgerSummary:
    """A summary of the ledger as it is now."""
    office, place = connection.execute(
        "SELECT l.office, p.name FROM ledger AS l LEFT JOIN place AS p ON p.id = l.place"
    ).fetchone()
    (moment,) = connection.execute("SELECT MAX(at) FROM entry").fetchone()
    counts = {
        name: connection.execute(f"SELECT COUNT(*) FROM [{name}] WHERE {is_active_sql(name)}").fetchone()[0]
        for name in RECORDS
    }
    return LedgerSummary(office, place, moment and moment[:16].replace("T", " "), counts)


def place(connection: sqlite3.Connection) -> str | None:
    """The name of the office's place; None where none is set."""
    row = connection.execute("SELECT p.name FROM ledger AS l JOIN place AS p ON p.id = l.place").fetchone()
    return str(row[0]) if row else None


def office(connection: sqlite3.Connection) -> str | None:
    """The name of the office as it is printed on reports; None where none is set."""
    (name,) = connection.execute("SELECT office FROM ledger").fetchone()
    return str(name) if name else None


def set_office(entry: Entry, office: str | None, place: int | None) -> None:
    """Set the office and the id of its place; what is None stays as it was."""
    entry.connection.execute(
        "UPDATE ledger SET office = COALESCE(?, office), place = COALESCE(?, place)", (office, place)
    )
