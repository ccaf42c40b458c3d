"""Participations drawn for a call by phone: so many of each community, the same again from the same seed."""

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
    """One participation to be asked about."""

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
    """How many participations there are in a scope, and those drawn: ``share`` is per cent, and the least of each."""
    held: dict[int, list[int]] = defaultdict(list)
    sql = (
        "SELECT a.place, JSON_GROUP_ARRAY(p.id) FROM activity AS a "
        "JOIN participation AS p ON p.activity = a.id AND p.voided IS NULL "
        f"WHERE a.voided IS NULL AND a.date >= :start AND a.date < :until AND {_IN_PLACE} GROUP BY a.place"
    )
    homes = dict(connection.execute(f"SELECT w.id, {COMMUNITY_ID.format('w.id')} FROM place AS w"))
    for place, ids in connection.execute(sql, scope):
        held[homes.get(place, 0)] += json.loads(ids)
    percent, least = share
    chosen = [
        one for ids in held.values() for one in seeded_order(ids, seed)[: max(least, -(-len(ids) * percent // 100))]
    ]
    return sum(map(len, held.values())), _load_sample(connection, chosen)


def seeded_order(ids: Iterable[int], seed: int) -> list[int]:
    """Numbers in an order that only the seed decides, on every computer and with every version of Python."""
    return sorted(ids, key=lambda id_: (hashlib.sha256(f"{seed}:{id_}".encode()).digest(), id_))


def _load_sample(connection: sqlite3.Connection, ids: list[int]) -> list[SampledParticipation]:
    sql = (
        "SELECT w.name, p.id, p.date, a.title, p.minutes, n.name, COALESCE(n.phone, o.phone) FROM JSON_EACH(?) AS j "
        "JOIN participation AS p ON p.id = j.value JOIN activity AS a ON a.id = p.activity "
        "JOIN person AS o ON o.id = p.person JOIN person AS n ON n.id = COALESCE(o.same_as, o.id) "
        f"LEFT JOIN place AS w ON w.id = {COMMUNITY_ID.format('a.place')} ORDER BY w.name, p.date, p.id"
    )
    return [SampledParticipation(*row) for row in connection.execute(sql, (json.dumps(ids),))]
