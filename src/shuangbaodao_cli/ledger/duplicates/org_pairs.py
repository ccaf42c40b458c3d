"""Organisations that may be one: by a name that looks like another's, a code or a phone."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger.duplicates.similarity import SimilarNames
from shuangbaodao_cli.ledger.records.identity import is_active_sql
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

NAME_REASON_SCORES = {"后面的字相同": 80, "只差“社区”一类的字": 75, "只差一个字": 65, "像是简称": 60}
"""Way of looking alike → the score of that reason, of 100."""
SHARED_PHONE_LIMIT = 30
"""The number of organisations with one phone from which on it is no reason."""


class Org(NamedTuple):
    """What of an organisation is compared with others."""

    id: int
    name: str
    uscc: str | None
    phone: str | None


def pairs(connection: sqlite3.Connection) -> Iterator[tuple[tuple[int, int], dict[str, int]]]:
    """Every pair of organisations that may be one: their ids, and reason → score."""
    sql = f"SELECT id, name, uscc, phone FROM org WHERE {is_active_sql('org')} ORDER BY id"
    orgs = [Org(*row) for row in connection.execute(sql)]
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for first, second, reason, score in (*_pairs_by_name(orgs), *_pairs_by_phone(orgs)):
        if first.uscc is None or second.uscc is None or first.uscc == second.uscc:
            found[min(first.id, second.id), max(first.id, second.id)][reason] = score
    yield from sorted(found.items())


def _pairs_by_name(orgs: list[Org]) -> Iterator[tuple[Org, Org, str, int]]:
    by_name: dict[str, list[Org]] = defaultdict(list)
    for org in orgs:
        by_name[fold(org.name)].append(org)
    similar_names = SimilarNames((org.name for org in orgs), abbreviations=True)
    for org in orgs:
        yield from ((org, other, "名称相同", 90) for other in by_name[fold(org.name)] if other.id > org.id)
        for name, likeness in similar_names.find(org.name):
            yield from ((org, other, f"名称{likeness}", NAME_REASON_SCORES[likeness]) for other in by_name[fold(name)])


def _pairs_by_phone(orgs: list[Org]) -> Iterator[tuple[Org, Org, str, int]]:
    by_phone: dict[str, list[Org]] = defaultdict(list)
    for org in orgs:
        if org.phone:
            by_phone[org.phone].append(org)
    for group in by_phone.values():
        if len(group) < SHARED_PHONE_LIMIT:
            yield from ((first, second, "联系电话相同", 50) for first, second in combinations(group, 2))
