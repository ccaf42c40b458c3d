"""Who could take on an order: organisations, teams and persons that fit, each with its reasons.

Every reason counts for the points below; the same ledger always gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.records import actors
from shuangbaodao_cli.ledger.records.identity import alias_ids
from shuangbaodao_cli.model.categories import CATEGORIES, CATEGORY
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.cleaners import CleaningContext
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from shuangbaodao_cli.ledger.records.actors import Actor

RESOURCE_POINTS, PAIRING_POINTS, SKILL_POINTS, LOCAL_POINTS, SOLVED_POINTS = 4, 3, 3, 2, 1
"""Points for a resource on offer; a pairing with the place; a fitting kind or skill; belonging to the place; each
similar order that was solved, up to three."""
DISTANCE_PENALTY = 1
"""Points deducted for each level of the tree between the place and that of a pairing or resource."""
IN_HAND_PENALTY, RETURNED_PENALTY = 1, 1
"""Points deducted for each order in hand, and for each that was returned or reopened; three at most."""
MAX_COUNTED = 3


@dataclass(slots=True)
class Candidate:
    """An actor who fits: the points, and the reasons in words."""

    actor: Actor
    points: int = 0
    reasons: list[str] = field(default_factory=list)
    in_hand: int = 0

    def add(self, points: int, reason: str) -> None:
        """Count a reason and its points, once."""
        if reason not in self.reasons:
            self.points += points
            self.reasons.append(reason)


def suggest(connection: sqlite3.Connection, order: int) -> list[Candidate]:
    """Whoever fits an order, the best first; of equal ones organisations before teams, branches and persons."""
    category, place = connection.execute("SELECT category, place FROM [order] WHERE id = ?", (order,)).fetchone()
    distances = _place_distances(connection, place)
    candidates: dict[Actor, Candidate] = {}
    for actor, points, reason in _reasons(connection, category, place, distances):
        candidates.setdefault(actor, Candidate(actor)).add(points, reason)
    for candidate in candidates.values():
        _add_track_record(connection, candidate, category)
    ranks = {kind: rank for rank, kind in enumerate(("org", "team", "branch", "person"))}
    return sorted(
        candidates.values(), key=lambda candidate: (-candidate.points, ranks[candidate.actor[0]], candidate.actor[1])
    )


def _place_distances(connection: sqlite3.Connection, place: int | None) -> dict[int, int]:
    """A place, those above it and those below it → the number of levels between."""
    sql = (
        "SELECT ancestor, depth FROM place_tree WHERE place = ?1 UNION "
        "SELECT place, depth FROM place_tree WHERE ancestor = ?1"
    )
    return dict(connection.execute(sql, (place,)))


def _reasons(
    connection: sqlite3.Connection, category: str | None, place: int | None, distances: dict[int, int]
) -> Iterator[tuple[Actor, int, str]]:
    yield from _resources(connection, category, distances)
    yield from _pairings(connection, distances)
    yield from _teams(connection, category, distances)
    yield from _persons(connection, category, distances)
    yield from _past_holders(connection, category, place)


def _resources(
    connection: sqlite3.Connection, category: str | None, distances: dict[int, int]
) -> Iterator[tuple[Actor, int, str]]:
    sql = (
        "SELECT number, title, place, owner_org, owner_team, owner_person FROM resource "
        "WHERE category = ? AND voided IS NULL AND COALESCE(until, '9999') >= ? ORDER BY id"
    )
    for number, title, place, *owner in connection.execute(sql, (category, today().isoformat())).fetchall():
        actor = actors.from_ids(connection, owner, ("org", "team", "person"))
        if actor is not None and (place is None or place in distances):
            yield (
                actor,
                RESOURCE_POINTS - DISTANCE_PENALTY * min(distances.get(place, 0), MAX_COUNTED),
                f"有资源 {number} {title}",
            )


def _pairings(connection: sqlite3.Connection, distances: dict[int, int]) -> Iterator[tuple[Actor, int, str]]:
    sql = (
        f"SELECT r.org, r.place, p.name FROM pairing AS r JOIN place AS p ON p.id = r.place "
        f"WHERE r.place IN ({_sql_marks(distances)}) AND r.voided IS NULL AND COALESCE(r.until, '9999') >= ? "
        "ORDER BY r.id"
    )
    for org, place, name in connection.execute(sql, (*distances, today().isoformat())).fetchall():
        actor = actors.from_ids(connection, [org], ("org",))
        if actor is not None:
            yield actor, max(PAIRING_POINTS - DISTANCE_PENALTY * distances[place], 1), f"包联{name}"


def _teams(
    connection: sqlite3.Connection, category: str | None, distances: dict[int, int]
) -> Iterator[tuple[Actor, int, str]]:
    category_words = policy.category_words(connection)
    sql = (
        f"SELECT id, name, kind, place FROM team WHERE place IN ({_sql_marks(distances)}) "
        "AND voided IS NULL ORDER BY id"
    )
    for id_, name, kind, place in connection.execute(sql, tuple(distances)):
        if category and category in {_parse_category(kind, category_words), _parse_category(name, category_words)}:
            yield ("team", id_), SKILL_POINTS, f"做{category}"
            if distances[place] == 0:
                yield ("team", id_), LOCAL_POINTS, "就在本地"


def _persons(
    connection: sqlite3.Connection, category: str | None, distances: dict[int, int]
) -> Iterator[tuple[Actor, int, str]]:
    sql = (
        f"SELECT id, skills FROM person WHERE skills IS NOT NULL AND community IN ({_sql_marks(distances)}) "
        "AND voided IS NULL AND same_as IS NULL ORDER BY id"
    )
    category_words = policy.category_words(connection).get(category or "", ())
    words = (category, *category_words, *CATEGORIES.get(category, ())) if category else ()
    for id_, skills in connection.execute(sql, tuple(distances)):
        if any(word and word in skills for word in words):
            yield ("person", id_), SKILL_POINTS, f"特长：{skills}"


def _past_holders(
    connection: sqlite3.Connection, category: str | None, place: int | None
) -> Iterator[tuple[Actor, int, str]]:
    """Who solved orders of the category at the place."""
    sql = (
        f"SELECT {actors.columns_sql('o', 'holder')}, COUNT(*) FROM [order] AS o "
        "WHERE o.category IS ?1 AND o.place IS ?2 "
        "AND o.state = 'reviewed' AND o.voided IS NULL GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4 LIMIT 20"
    )
    for *holder, count in connection.execute(sql, (category, place)).fetchall():
        if (actor := actors.from_ids(connection, holder)) is not None:
            yield actor, LOCAL_POINTS, f"在这里办成过 {count} 件同类的"


def _add_track_record(connection: sqlite3.Connection, candidate: Candidate, category: str | None) -> None:
    """Count what a candidate has in hand, and how similar orders went: up to three points either way."""
    kind, id_ = candidate.actor
    ids = [id_, *alias_ids(connection, RECORDS[kind], id_)]
    # One count for each state: a single one would go through all orders that somebody ever had.
    is_holder = f"o.holder_{kind} IN ({', '.join('?' * len(ids))})"
    count_sql = f"SELECT COUNT(*) FROM [order] AS o WHERE {is_holder} AND o.voided IS NULL AND o.state"
    in_hand, solved, failed = (
        connection.execute(f"{count_sql} {state_condition}", (*ids, *parameters)).fetchone()[0]
        for state_condition, parameters in (
            ("IN ('dispatched', 'claimed')", ()),
            ("= 'reviewed' AND o.category IS ?", (category,)),
            ("IN ('returned', 'reopened')", ()),
        )
    )
    candidate.in_hand = in_hand
    if solved:
        candidate.add(SOLVED_POINTS * min(solved, MAX_COUNTED), f"办成过 {solved} 件同类的")
    if in_hand:
        candidate.add(-IN_HAND_PENALTY * min(in_hand, MAX_COUNTED), f"手上还有 {in_hand} 件")
    if failed:
        candidate.add(-RETURNED_PENALTY * min(failed, MAX_COUNTED), f"有 {failed} 件重办")


def _parse_category(raw: Any, categories: Mapping[str, Sequence[str]]) -> str | None:
    try:
        return str(CATEGORY.clean(raw, CleaningContext(categories=categories))) if raw else None
    except InvalidValue:
        return None


def _sql_marks(items: dict[int, int]) -> str:
    return ", ".join("?" * len(items))
