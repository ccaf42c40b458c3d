"""The course of an order, step by step, what was withdrawn too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger import actors, evidence, policy
from shuangbaodao_cli.vocabulary.orders import SATISFACTION, STEPS

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.ledger.actors import Actor


class Event(NamedTuple):
    """A step that was taken and stands: nobody withdrew it."""

    id: int
    step: str
    date: str
    by: Actor | None
    whom: Actor | None
    due: str | None


def standing(connection: sqlite3.Connection, order: int) -> list[Event]:
    """The steps of an order that stand, in the order in which they were taken."""
    sql = (
        f"SELECT e.id, e.step, e.date, {actors.columns('e', 'by')}, {actors.columns('e', 'whom')}, e.due "
        "FROM order_event AS e WHERE e.ticket = ?1 AND e.voided IS NULL AND e.step <> 'withdrawn' AND e.id NOT IN "
        "(SELECT w.corrects FROM order_event AS w WHERE w.ticket = ?1 AND w.corrects IS NOT NULL AND w.voided IS NULL) "
        "ORDER BY e.id"
    )
    found = []
    for id_, step, date, *rest in connection.execute(sql, (order,)):
        by, whom = actors.found(connection, rest[:4]), actors.found(connection, rest[4:8])
        found.append(Event(id_, step, date, by, whom, rest[8]))
    return found


def timeline(connection: sqlite3.Connection, order: int) -> list[dict[str, Any]]:
    """Every event: its day, step, who, to whom, what was said, the term, satisfaction, files, whether it stands.

    ``policy`` is the version of the rules it was taken under.
    """
    files = evidence.of_order(connection, order)
    sql = (
        f"SELECT e.id, e.date, e.step, {actors.columns('e', 'by')}, {actors.columns('e', 'whom')}, e.said, e.due, "
        f"e.satisfaction, w.id IS NULL AND e.voided IS o.voided, n.operator, {policy.UNDER.format('e.entry')} "
        "FROM order_event AS e JOIN entry AS n ON n.id = e.entry JOIN [order] AS o ON o.id = e.ticket "
        "LEFT JOIN order_event AS w ON w.ticket = e.ticket AND w.corrects = e.id AND w.voided IS e.voided "
        "WHERE e.ticket = ? ORDER BY e.id"
    )
    found = []
    for id_, date, step, *rest in connection.execute(sql, (order,)).fetchall():
        by, whom = actors.found(connection, rest[:4]), actors.found(connection, rest[4:8])
        said, due, satisfaction, stands, operator, version = rest[8:]
        found.append(
            {
                "id": id_,
                "date": date,
                "step": step,
                "label": STEPS[step][0],
                "by": by and actors.name(connection, by),
                "whom": whom and actors.name(connection, whom),
                "said": said,
                "due": due,
                "satisfaction": satisfaction and SATISFACTION.show(satisfaction),
                "evidence": files.get(id_, []),
                "stands": bool(stands),
                "operator": operator,
                "policy": version,
            }
        )
    return found
