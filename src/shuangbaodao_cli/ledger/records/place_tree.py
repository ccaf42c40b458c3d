"""The tree of places: ``place_tree`` has a row for every place and each place above it, itself too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.model.places import LEVELS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


def rebuild(connection: sqlite3.Connection) -> None:
    """Rebuild ``place_tree`` from each place's parent. Raises Refused where a place is above itself."""
    rows = list(_expected_rows(connection))
    connection.execute("DELETE FROM place_tree")
    connection.executemany("INSERT INTO place_tree (ancestor, place, depth) VALUES (?, ?, ?)", rows)


def is_consistent(connection: sqlite3.Connection) -> bool:
    """Whether ``place_tree`` is what each place's parent says. Raises Refused where a place is above itself."""
    rows = set(connection.execute("SELECT ancestor, place, depth FROM place_tree"))
    # Stops at the first row that is missing: the whole tree of a hostile ledger might fill the memory.
    return all(row in rows for row in _expected_rows(connection)) and len(rows) == sum(
        1 for _ in _expected_rows(connection)
    )


def _expected_rows(connection: sqlite3.Connection) -> Iterator[tuple[int, int, int]]:
    parents = dict(connection.execute("SELECT id, parent FROM place"))
    for place in parents:
        ancestor, depth = place, 0
        while ancestor is not None:
            yield ancestor, place, depth
            ancestor, depth = parents[ancestor], depth + 1
            if depth > len(parents):
                raise Refused("一个地点不能在它自己下面，请核对“上级”。")


def insert_place(connection: sqlite3.Connection, place: int) -> None:
    """Insert the rows of a new place, which has nothing below it yet."""
    connection.execute(
        "INSERT INTO place_tree (ancestor, place, depth) SELECT ?1, ?1, 0 UNION ALL "
        "SELECT t.ancestor, ?1, t.depth + 1 FROM place_tree AS t JOIN place AS p ON p.parent = t.place WHERE p.id = ?1",
        (place,),
    )


def communities(connection: sqlite3.Connection, ancestor: int | None) -> list[int]:
    """The ids of the communities and villages of the whole ledger, or of one place and what is below it."""
    sql = (
        "SELECT id FROM place WHERE level IN ('community', 'village') AND voided IS NULL"
        " AND (:below IS NULL OR id IN (SELECT place FROM place_tree WHERE ancestor = :below)) ORDER BY id"
    )
    return [id_ for (id_,) in connection.execute(sql, {"below": ancestor})]


def default_parent(connection: sqlite3.Connection, level: str) -> int | None:
    """The id of the office's own place, if a place of this level can be below it."""
    row = connection.execute("SELECT p.id, p.level FROM ledger AS l JOIN place AS p ON p.id = l.place").fetchone()
    levels = list(LEVELS)
    return row[0] if row is not None and levels.index(row[1]) < levels.index(level) else None


def is_within(connection: sqlite3.Connection, place: int, ancestor: int) -> bool:
    """Whether a place is another one or below it."""
    sql = "SELECT COUNT(*) FROM place_tree WHERE place = ? AND ancestor = ?"
    return bool(connection.execute(sql, (place, ancestor)).fetchone()[0])
