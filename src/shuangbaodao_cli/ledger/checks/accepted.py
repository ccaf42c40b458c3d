"""Findings that somebody looked into and found to be in order; they come back when their facts change.

Which rows of which files told of a record is found for many at once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from shuangbaodao_cli.ledger.checks.finding import Finding
    from shuangbaodao_cli.ledger.storage.journal import Entry


def accepted_fingerprints(connection: sqlite3.Connection) -> set[str]:
    """The fingerprints of all findings that were accepted."""
    return {finding for (finding,) in connection.execute("SELECT finding FROM accepted")}


def accept(entry: Entry, findings: Iterable[Finding]) -> int:
    """Accept findings; returns how many were not accepted before."""
    before = entry.connection.total_changes
    entry.connection.executemany(
        "INSERT INTO accepted (finding, entry) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(finding.fingerprint, entry.id) for finding in findings],
    )
    return entry.connection.total_changes - before


SHOWN = 3
"""How many places are named of a finding that was read from several rows."""


def import_origins(connection: sqlite3.Connection, findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """Record → ``file · Sheet!row`` of the latest import that told of it; of an import its file."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for finding in findings:
        for record, id_ in finding.sources[:SHOWN]:
            wanted[record].add(id_)
    told: dict[tuple[str, int], str] = {}
    for record, ids in wanted.items():
        if record in RECORDS:
            sql = (
                "SELECT s.record_id, b.file || ' · ' || s.sheet || '!' || s.row FROM JSON_EACH(?2) AS j "
                "JOIN source AS s ON s.record = ?1 AND s.record_id = j.value JOIN batch AS b ON b.id = s.batch "
                "WHERE b.undone IS NULL ORDER BY s.batch, s.sheet DESC, s.row DESC"
            )
            rows = connection.execute(sql, (record, json.dumps(sorted(ids))))
            told |= {(record, id_): where for id_, where in rows}
    if "batch" in wanted:
        told |= {("batch", id_): file for id_, file in connection.execute("SELECT id, file FROM batch")}
    return told


def origin_text(finding: Finding, origins: dict[tuple[str, int], str]) -> str:
    """Where a finding came from, in words; empty where no file told of it."""
    places = [origins[one] for one in finding.sources[:SHOWN] if one in origins]
    more = "……" if len(finding.sources) > SHOWN and places else ""
    return "；".join(dict.fromkeys(places)) + more


def record_numbers(connection: sqlite3.Connection, findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """Record → its readable number (需-2026-0007), for kinds that have one."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for finding in findings:
        if finding.id is not None and finding.record in RECORDS and RECORDS[finding.record].prefix:
            wanted[finding.record].add(finding.id)
    said: dict[tuple[str, int], str] = {}
    for record, ids in wanted.items():
        sql = f"SELECT r.id, r.number FROM JSON_EACH(?) AS j JOIN [{record}] AS r ON r.id = j.value"
        rows = connection.execute(sql, (json.dumps(sorted(ids)),))
        said |= {(record, id_): number for id_, number in rows if number}
    return said
