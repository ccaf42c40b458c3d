"""Findings that somebody accepted: looked into, and found to be in order.

A finding is known by its fingerprint, so it comes back when its facts change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from shuangbaodao_cli.ledger.checks.finding import Finding
    from shuangbaodao_cli.ledger.storage.journal import Entry


def accepted_fingerprints(connection: sqlite3.Connection) -> set[str]:
    """The fingerprints of all accepted findings."""
    return {fingerprint for (fingerprint,) in connection.execute("SELECT finding FROM accepted")}


def accept(entry: Entry, findings: Iterable[Finding]) -> int:
    """Mark findings as accepted; returns how many were not accepted before."""
    before = entry.connection.total_changes
    entry.connection.executemany(
        "INSERT INTO accepted (finding, entry) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(finding.fingerprint, entry.id) for finding in findings],
    )
    return entry.connection.total_changes - before
