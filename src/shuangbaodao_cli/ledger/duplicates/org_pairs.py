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
"""How much a way of looking alike says, of 100."""
SHARED_PHONE_LIMIT = 30
"""Organisations behind one telephone, from which on it says nothing."""


class Org(NamedTuple):
    """What of an organisation is held against others."""

    id: int
    name: str
    uscc: str | None
    phone: str | None


def pairs(connection: sqlite3.Connection) -> Iterator[tuple[tuple[int, int], dict[str, int]]]:
    """Every pair of organisations for which something speaks: their numbers, and each reason with its weight."""
    sql = f"SELECT id, name, uscc, phone FROM org WHERE {is_active_sql('org')} ORDER BY id"
    orgs = [Org(*row) for row in connection.execute(sql)]
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for one, other, why, weight in (*_pairs_by_name(orgs), *_pairs_by_phone(orgs)):
        if one.uscc is None or other.uscc is None or one.uscc == other.uscc:
            found[min(one.id, other.id), max(one.id, other.id)][why] = weight
    yield from sorted(found.items())


def _pairs_by_name(orgs: list[Org]) -> Iterator[tuple[Org, Org, str, int]]:
    named: dict[str, list[Org]] = defaultdict(list)
    for org in orgs:
        named[fold(org.name)].append(org)
    alike = SimilarNames((org.name for org in orgs), abbreviations=True)
    for org in orgs:
        yield from ((org, other, "名称相同", 90) for other in named[fold(org.name)] if other.id > org.id)
        for name, how in alike.find(org.name):
            yield from ((org, other, f"名称{how}", NAME_REASON_SCORES[how]) for other in named[fold(name)])


def _pairs_by_phone(orgs: list[Org]) -> Iterator[tuple[Org, Org, str, int]]:
    sharing: dict[str, list[Org]] = defaultdict(list)
    for org in orgs:
        if org.phone:
            sharing[org.phone].append(org)
    for alike in sharing.values():
        if len(alike) < SHARED_PHONE_LIMIT:
            yield from ((one, other, "联系电话相同", 50) for one, other in combinations(alike, 2))
