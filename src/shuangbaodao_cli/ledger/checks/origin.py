"""From records to the rows of the files that told of them, many at once."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from shuangbaodao_cli.ledger.checks.found import Finding

SHOWN = 3
"""How many places are named of a finding that was read from several rows."""


def origins(connection: sqlite3.Connection, found: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """Record → ``file · Sheet!row`` of the latest import that told of it; of an import its file."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for finding in found:
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


def where(finding: Finding, told: dict[tuple[str, int], str]) -> str:
    """Where a finding came from, in words; empty where no file told of it."""
    places = [told[one] for one in finding.sources[:SHOWN] if one in told]
    more = "……" if len(finding.sources) > SHOWN and places else ""
    return "；".join(dict.fromkeys(places)) + more


def numbers(connection: sqlite3.Connection, found: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """Record → its readable number (需-2026-0007), for kinds that have one."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for finding in found:
        if finding.id is not None and finding.record in RECORDS and RECORDS[finding.record].prefix:
            wanted[finding.record].add(finding.id)
    said: dict[tuple[str, int], str] = {}
    for record, ids in wanted.items():
        sql = f"SELECT r.id, r.number FROM JSON_EACH(?) AS j JOIN [{record}] AS r ON r.id = j.value"
        rows = connection.execute(sql, (json.dumps(sorted(ids)),))
        said |= {(record, id_): number for id_, number in rows if number}
    return said
