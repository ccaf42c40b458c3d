"""What a check finds, and what it is asked about."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger.records.identity import canonical_id_sql

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.ledger.policy import Policy

PERSON_ID = canonical_id_sql("person", "p.person")
"""In SQL: whose a participation ``p`` is, a merged person counting as the one that stays."""
COMMUNITY_ID = (
    "COALESCE((SELECT c.id FROM place_tree AS t JOIN place AS c ON c.id = t.ancestor WHERE t.place = {0} "
    "AND c.level IN ('community', 'village') ORDER BY t.depth LIMIT 1), {0}, 0)"
)
"""In SQL: the community that a place is in; itself where it is above all communities, 0 where none is known."""

RecordRefs = tuple[tuple[str, int], ...]
"""Records: kind and id."""


class CheckContext(NamedTuple):
    """The ledger that is looked through, the rules in force in it, and the day that is today."""

    connection: sqlite3.Connection
    policy: Policy
    today: str

    def limit(self, name: str) -> int:
        """A threshold of the checks, as the policy says it."""
        return self.policy.number("check", name)


class Finding(NamedTuple):
    """One question: which check asks it, of which record, what was seen, and what to look at."""

    check: str
    record: str
    id: int | None
    message: str
    remedy: str
    facts: tuple[object, ...] = ()
    """What the question hangs on: where one of these changes, it is another question."""
    related_records: RecordRefs = ()
    """The records that it was read from, where they are others than the record itself."""

    @property
    def sources(self) -> RecordRefs:
        """The records whose place in a file says where it came from."""
        return self.related_records or (((self.record, self.id),) if self.id is not None else ())

    @property
    def fingerprint(self) -> str:
        """By which the same question is known again: check, record and the hash of its facts."""
        said = json.dumps([self.check, self.record, self.id, *self.facts], ensure_ascii=False)
        return f"{self.check}:{self.record}:{self.id or ''}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def doublings(count: int, minimum: int) -> int:
    """A fact that changes each time that there are as many again: of what grows month by month."""
    return (count // minimum).bit_length()
