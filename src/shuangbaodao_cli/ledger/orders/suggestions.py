"""Who could do what an order asks for: organisations, teams and persons that fit, each with its reasons.

Every reason counts so many points, written below; the same ledger always gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.records import actors
from shuangbaodao_cli.ledger.records.identity import members
from shuangbaodao_cli.model.categories import CATEGORIES, CATEGORY
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.values.cleaners import Setting
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from shuangbaodao_cli.ledger.records.actors import Actor

RESOURCE, PAIRED, CRAFT, HERE, DONE = 4, 3, 3, 2, 1
"""Points: a resource on offer; paired with the place; the kind or skill fits; is of the place; each like
order that was solved, up to three."""
FAR = 1
"""Points less for each level of the tree between the place and where a pairing or team is."""
BUSY, CAME_BACK = 1, 1
"""Points less for each order in hand, and for each that was returned or had to be done again; three at most."""
MOST = 3


@dataclass(slots=True)
class Candidate:
    """Somebody who fits: the points, and in words why."""

    actor: Actor
    points: int = 0
    reasons: list[str] = field(default_factory=list)
    in_hand: int = 0

    def add(self, points: int, reason: str) -> None:
        """Count a reason, once."""
        if reason not in self.reasons:
            self.points += points
            self.reasons.append(reason)


def suggest(connection: sqlite3.Connection, order: int) -> list[Candidate]:
    """Whoever fits an order, the best first; of equal ones organisations before teams before persons."""
    category, place = connection.execute("SELECT category, place FROM [order] WHERE id = ?", (order,)).fetchone()
    near = _near(connection, place)
    found: dict[Actor, Candidate] = {}
    for actor, points, reason in _reasons(connection, category, place, near):
        found.setdefault(actor, Candidate(actor)).add(points, reason)
    for one in found.values():
        _weigh(connection, one, category)
    kinds = {kind: at for at, kind in enumerate(("org", "team", "branch", "person"))}
    return sorted(found.values(), key=lambda one: (-one.points, kinds[one.actor[0]], one.actor[1]))


def _near(connection: sqlite3.Connection, place: int | None) -> dict[int, int]:
    """The place, those above it and those below it → how many levels lie between."""
    sql = (
        "SELECT ancestor, depth FROM place_tree WHERE place = ?1 UNION "
        "SELECT place, depth FROM place_tree WHERE ancestor = ?1"
    )
    return dict(connection.execute(sql, (place,)))


def _reasons(
    connection: sqlite3.Connection, category: str | None, place: int | None, near: dict[int, int]
) -> Iterator[tuple[Actor, int, str]]:
    yield from _resources(connection, category, near)
    yield from _pairings(connection, near)
    yield from _teams(connection, category, near)
    yield from _persons(connection, category, near)
    yield from _holders(connection, category, place)


def _resources(
    connection: sqlite3.Connection, category: str | None, near: dict[int, int]
) -> Iterator[tuple[Actor, int, str]]:
    sql = (
        "SELECT number, title, place, owner_org, owner_team, owner_person FROM resource "
        "WHERE category = ? AND voided IS NULL AND COALESCE(until, '9999') >= ? ORDER BY id"
    )
    for number, title, place, *owner in connection.execute(sql, (category, today().isoformat())).fetchall():
        actor = actors.found(connection, owner, ("org", "team", "person"))
        if actor is not None and (place is None or place in near):
            yield actor, RESOURCE - FAR * min(near.get(place, 0), MOST), f"有资源 {number} {title}"


def _pairings(connection: sqlite3.Connection, near: dict[int, int]) -> Iterator[tuple[Actor, int, str]]:
    sql = (
        f"SELECT r.org, r.place, p.name FROM pairing AS r JOIN place AS p ON p.id = r.place "
        f"WHERE r.place IN ({_marks(near)}) AND r.voided IS NULL AND COALESCE(r.until, '9999') >= ? ORDER BY r.id"
    )
    for org, place, name in connection.execute(sql, (*near, today().isoformat())).fetchall():
        actor = actors.found(connection, [org], ("org",))
        if actor is not None:
            yield actor, max(PAIRED - FAR * near[place], 1), f"包联{name}"


def _teams(
    connection: sqlite3.Connection, category: str | None, near: dict[int, int]
) -> Iterator[tuple[Actor, int, str]]:
    own = policy.categories(connection)
    sql = f"SELECT id, name, kind, place FROM team WHERE place IN ({_marks(near)}) AND voided IS NULL ORDER BY id"
    for id_, name, kind, place in connection.execute(sql, tuple(near)):
        if category and category in {_category(kind, own), _category(name, own)}:
            yield ("team", id_), CRAFT, f"做{category}"
            if near[place] == 0:
                yield ("team", id_), HERE, "就在本地"


def _persons(
    connection: sqlite3.Connection, category: str | None, near: dict[int, int]
) -> Iterator[tuple[Actor, int, str]]:
    sql = (
        f"SELECT id, skills FROM person WHERE skills IS NOT NULL AND community IN ({_marks(near)}) "
        "AND voided IS NULL AND same_as IS NULL ORDER BY id"
    )
    own = policy.categories(connection).get(category or "", ())
    words = (category, *own, *CATEGORIES.get(category, ())) if category else ()
    for id_, skills in connection.execute(sql, tuple(near)):
        if any(word and word in skills for word in words):
            yield ("person", id_), CRAFT, f"特长：{skills}"


def _holders(
    connection: sqlite3.Connection, category: str | None, place: int | None
) -> Iterator[tuple[Actor, int, str]]:
    """Who solved like orders of the place."""
    sql = (
        f"SELECT {actors.columns('o', 'holder')}, COUNT(*) FROM [order] AS o WHERE o.category IS ?1 AND o.place IS ?2 "
        "AND o.state = 'reviewed' AND o.voided IS NULL GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4 LIMIT 20"
    )
    for *holder, count in connection.execute(sql, (category, place)).fetchall():
        if (actor := actors.found(connection, holder)) is not None:
            yield actor, HERE, f"在这里办成过 {count} 件同类的"


def _weigh(connection: sqlite3.Connection, one: Candidate, category: str | None) -> None:
    """What somebody has in hand, and how like orders went: up to three points either way."""
    kind, id_ = one.actor
    ids = [id_, *members(connection, RECORDS[kind], id_)]
    # One count for each state: together they would go through all orders that somebody ever had.
    whose = f"o.holder_{kind} IN ({', '.join('?' * len(ids))})"
    of = f"SELECT COUNT(*) FROM [order] AS o WHERE {whose} AND o.voided IS NULL AND o.state"
    in_hand, done, back = (
        connection.execute(f"{of} {states}", (*ids, *more)).fetchone()[0]
        for states, more in (
            ("IN ('dispatched', 'claimed')", ()),
            ("= 'reviewed' AND o.category IS ?", (category,)),
            ("IN ('returned', 'reopened')", ()),
        )
    )
    one.in_hand = in_hand
    if done:
        one.add(DONE * min(done, MOST), f"办成过 {done} 件同类的")
    if in_hand:
        one.add(-BUSY * min(in_hand, MOST), f"手上还有 {in_hand} 件")
    if back:
        one.add(-CAME_BACK * min(back, MOST), f"有 {back} 件重办")


def _category(said: Any, own: Mapping[str, Sequence[str]]) -> str | None:
    try:
        return str(CATEGORY.clean(said, Setting(categories=own))) if said else None
    except Unfit:
        return None


def _marks(held: dict[int, int]) -> str:
    return ", ".join("?" * len(held))
