"""Draws participations to be verified by telephone: a share of each community, the same for the same seed."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger.checks.finding import COMMUNITY_ID

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping


class SampledParticipation(NamedTuple):
    """A participation that was drawn: community, activity, minutes, and whom to call."""

    place: str | None
    id: int
    date: str
    title: str
    minutes: int | None
    person: str
    phone: str | None


_IN_PLACE = "(:place IS NULL OR a.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))"


def draw(
    connection: sqlite3.Connection, scope: Mapping[str, object], seed: int, share: tuple[int, int]
) -> tuple[int, list[SampledParticipation]]:
    """The number of participations in a scope, and those that were drawn, by community and date.

    ``share``: per cent of each community, and the least number of each.
    """
    ids_by_community: dict[int, list[int]] = defaultdict(list)
    sql = (
        "SELECT a.place, JSON_GROUP_ARRAY(p.id) FROM activity AS a "
        "JOIN participation AS p ON p.activity = a.id AND p.voided IS NULL "
        f"WHERE a.voided IS NULL AND a.date >= :start AND a.date < :until AND {_IN_PLACE} GROUP BY a.place"
    )
    communities = dict(connection.execute(f"SELECT w.id, {COMMUNITY_ID.format('w.id')} FROM place AS w"))
    for place, ids in connection.execute(sql, scope):
        ids_by_community[communities.get(place, 0)] += json.loads(ids)
    percent, least = share
    drawn: list[int] = []
    for ids in ids_by_community.values():
        drawn += seeded_order(ids, seed)[: max(least, -(-len(ids) * percent // 100))]
    return sum(map(len, ids_by_community.values())), _load_sample(connection, drawn)


def seeded_order(ids: Iterable[int], seed: int) -> list[int]:
    """Ids in an order that depends on the seed alone: the same on every computer and every version of Python."""
    return sorted(ids, key=lambda id_: (hashlib.sha256(f"{seed}:{id_}".encode()).digest(), id_))


def _load_sample(connection: sqlite3.Connection, ids: list[int]) -> list[SampledParticipation]:
    sql = (
        "SELECT w.name, p.id, p.date, a.title, p.minutes, n.name, COALESCE(n.phone, o.phone) FROM JSON_EACH(?) AS j "
        "JOIN participation AS p ON p.id = j.value JOIN activity AS a ON a.id = p.activity "
        "JOIN person AS o ON o.id = p.person JOIN person AS n ON n.id = COALESCE(o.same_as, o.id) "
        f"LEFT JOIN place AS w ON w.id = {COMMUNITY_ID.format('a.place')} ORDER BY w.name, p.date, p.id"
    )
    return [SampledParticipation(*row) for row in connection.execute(sql, (json.dumps(ids),))]
