"""The tree of places: who is below whom, and what stands for it in ``place_tree``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.model.places import LEVELS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the tree anew from each place's parent; Refused where a place is above itself."""
    tree = list(_expected_rows(connection))
    connection.execute("DELETE FROM place_tree")
    connection.executemany("INSERT INTO place_tree (ancestor, place, depth) VALUES (?, ?, ?)", tree)


def is_consistent(connection: sqlite3.Connection) -> bool:
    """Whether the tree is what each place's parent says; Refused where a place is above itself."""
    rows = set(connection.execute("SELECT ancestor, place, depth FROM place_tree"))
    # It ends at the first row that is not there: of a hostile ledger the whole tree might fill the memory.
    return all(row in rows for row in _expected_rows(connection)) and len(rows) == sum(
        1 for _ in _expected_rows(connection)
    )


def _expected_rows(connection: sqlite3.Connection) -> Iterator[tuple[int, int, int]]:
    parents = dict(connection.execute("SELECT id, parent FROM place"))
    for place in parents:
        above, depth = place, 0
        while above is not None:
            yield above, place, depth
            above, depth = parents[above], depth + 1
            if depth > len(parents):
                raise Refused("一个地点不能在它自己下面，请核对“上级”。")


def insert_place(connection: sqlite3.Connection, place: int) -> None:
    """Put a new place, which has nothing below it yet, into the tree."""
    connection.execute(
        "INSERT INTO place_tree (ancestor, place, depth) SELECT ?1, ?1, 0 UNION ALL "
        "SELECT t.ancestor, ?1, t.depth + 1 FROM place_tree AS t JOIN place AS p ON p.parent = t.place WHERE p.id = ?1",
        (place,),
    )


def communities(connection: sqlite3.Connection, ancestor: int | None) -> list[int]:
    """The communities and villages, of the whole ledger or of one place and what is below it."""
    sql = (
        "SELECT id FROM place WHERE level IN ('community', 'village') AND voided IS NULL"
        " AND (:below IS NULL OR id IN (SELECT place FROM place_tree WHERE ancestor = :below)) ORDER BY id"
    )
    return [id_ for (id_,) in connection.execute(sql, {"below": ancestor})]


def default_parent(connection: sqlite3.Connection, level: str) -> int | None:
    """The office's own place, if a place of this level can be below it."""
    row = connection.execute("SELECT p.id, p.level FROM ledger AS l JOIN place AS p ON p.id = l.place").fetchone()
    order = list(LEVELS)
    return row[0] if row is not None and order.index(row[1]) < order.index(level) else None


def is_within(connection: sqlite3.Connection, place: int, ancestor: int) -> bool:
    """Whether a place is another one or below it."""
    sql = "SELECT COUNT(*) FROM place_tree WHERE place = ? AND ancestor = ?"
    return bool(connection.execute(sql, (place, ancestor)).fetchone()[0])
