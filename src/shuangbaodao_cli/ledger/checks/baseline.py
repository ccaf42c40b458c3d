"""Findings that somebody looked into and found to be in order; they come back when their facts change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from shuangbaodao_cli.ledger.checks.found import Finding
    from shuangbaodao_cli.ledger.database import Entry


def accepted(connection: sqlite3.Connection) -> set[str]:
    """The fingerprints of all findings that were accepted."""
    return {finding for (finding,) in connection.execute("SELECT finding FROM accepted")}


def accept(entry: Entry, found: Iterable[Finding]) -> int:
    """Accept findings; returns how many were not accepted before."""
    before = entry.connection.total_changes
    entry.connection.executemany(
        "INSERT INTO accepted (finding, entry) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(finding.fingerprint, entry.id) for finding in found],
    )
    return entry.connection.total_changes - before
