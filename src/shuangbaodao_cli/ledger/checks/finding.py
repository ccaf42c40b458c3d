"""Findings: what a check reports, and which rows of imported files the records of a finding came from.

A check is a function from ``CheckContext`` to findings. The SQL that several checks share stands here too.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger.records.identity import canonical_id_sql
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from shuangbaodao_cli.ledger.policy import Policy

PERSON_ID = canonical_id_sql("person", "p.person")
"""In SQL: the canonical id of the person of a participation ``p``."""
COMMUNITY_ID = (
    "COALESCE((SELECT c.id FROM place_tree AS t JOIN place AS c ON c.id = t.ancestor WHERE t.place = {0} "
    "AND c.level IN ('community', 'village') ORDER BY t.depth LIMIT 1), {0}, 0)"
)
"""In SQL: id of the community of a place; the place itself where it is above communities, 0 where it is NULL."""

RecordRefs = tuple[tuple[str, int], ...]
"""Records: type and id of each."""


class CheckContext(NamedTuple):
    """What a check is given: the ledger, the policy in force, and today's date (ISO 8601)."""

    connection: sqlite3.Connection
    policy: Policy
    today: str

    def limit(self, name: str) -> int:
        """A threshold of the policy's section ``check``."""
        return self.policy.number("check", name)


class Finding(NamedTuple):
    """One question to the user: from which check, about which record, what was seen, and how to verify it."""

    check: str
    record: str
    id: int | None
    message: str
    remedy: str
    facts: tuple[object, ...] = ()
    """Part of the fingerprint: where one of these changes, it is another finding, and not accepted."""
    related_records: RecordRefs = ()
    """The records that it was read from, where they are others than the record itself."""

    @property
    def sources(self) -> RecordRefs:
        """The records whose imports say where the finding came from."""
        return self.related_records or (((self.record, self.id),) if self.id is not None else ())

    @property
    def fingerprint(self) -> str:
        """By which the same finding is known again: check, record and a hash of its facts."""
        hashed = json.dumps([self.check, self.record, self.id, *self.facts], ensure_ascii=False)
        return f"{self.check}:{self.record}:{self.id or ''}:{hashlib.sha256(hashed.encode()).hexdigest()[:32]}"


def doublings(count: int, minimum: int) -> int:
    """How often ``minimum`` was doubled up to ``count``, plus one: a fact for what grows month by month.

    It changes only when there are as many again, so an accepted finding does not come back every month.
    """
    return (count // minimum).bit_length()


MAX_ORIGINS = 3
"""How many origins are named of a finding that was read from several records."""


def import_origins(connection: sqlite3.Connection, findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """Where the records of findings were imported from: record type and id → origin.

    The origin of a record is ``file · Sheet!row`` of its latest import that is not undone, that of a batch its file.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    for finding in findings:
        for record, id_ in finding.sources[:MAX_ORIGINS]:
            ids[record].add(id_)
    origins: dict[tuple[str, int], str] = {}
    for record in sorted(ids.keys() & RECORDS.keys()):
        sql = (
            "SELECT s.record_id, b.file || ' · ' || s.sheet || '!' || s.row FROM JSON_EACH(?2) AS j "
            "JOIN source AS s ON s.record = ?1 AND s.record_id = j.value JOIN batch AS b ON b.id = s.batch "
            "WHERE b.undone IS NULL ORDER BY s.batch, s.sheet DESC, s.row DESC"
        )
        rows = connection.execute(sql, (record, json.dumps(sorted(ids[record]))))
        origins |= {(record, id_): origin for id_, origin in rows}
    if "batch" in ids:
        origins |= {("batch", id_): file for id_, file in connection.execute("SELECT id, file FROM batch")}
    return origins


def origin_text(finding: Finding, origins: dict[tuple[str, int], str]) -> str:
    """The origins of a finding in words; empty where none of its records was imported."""
    texts = [origins[source] for source in finding.sources[:MAX_ORIGINS] if source in origins]
    more = "……" if len(finding.sources) > MAX_ORIGINS and texts else ""
    return "；".join(dict.fromkeys(texts)) + more


def record_numbers(connection: sqlite3.Connection, findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """The readable numbers of the records of findings (需-2026-0007), for types that have one: type and id → number."""
    ids: dict[str, set[int]] = defaultdict(set)
    for finding in findings:
        if finding.id is not None and finding.record in RECORDS and RECORDS[finding.record].prefix:
            ids[finding.record].add(finding.id)
    numbers: dict[tuple[str, int], str] = {}
    for record, wanted in ids.items():
        sql = f"SELECT r.id, r.number FROM JSON_EACH(?) AS j JOIN [{record}] AS r ON r.id = j.value"
        rows = connection.execute(sql, (json.dumps(sorted(wanted)),))
        numbers |= {(record, id_): number for id_, number in rows if number}
    return numbers
