"""Orders and needs that are kept as something else than the steps say: somebody changed them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger import actors, following

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from shuangbaodao_cli.ledger.actors import Actor


def orders(connection: sqlite3.Connection) -> Iterator[int]:
    """Orders of which something is kept that their steps do not say.

    What they wait for (``pending``) is not compared: it was reckoned under the policy of its time.
    """
    plain = ("state", "opened_on", "due", "closed")
    sql = f"SELECT {', '.join(plain)}, {actors.columns('o', 'holder')} FROM [order] AS o WHERE o.id = ?"
    for (order,) in connection.execute("SELECT id FROM [order] WHERE voided IS NULL ORDER BY id").fetchall():
        said, kept = following.told(connection, order), connection.execute(sql, (order,)).fetchone()
        holders = actors.found(connection, kept[len(plain) :]), actors.of(connection, said, "holder")
        if kept[: len(plain)] != tuple(said[column] for column in plain) or not _same(connection, *holders):
            yield order


def _same(connection: sqlite3.Connection, one: Actor | None, other: Actor | None) -> bool:
    """Whether two are one, or were taken for one at some time: a step taken then was by the one that stays."""
    if one == other or one is None or other is None:
        return one == other
    sql = "SELECT 1 FROM change WHERE field = 'same_as' AND record = ? AND record_id IN (?, ?)"
    return one[0] == other[0] and connection.execute(sql, (one[0], one[1], other[1])).fetchone() is not None


def needs(connection: sqlite3.Connection) -> Iterator[int]:
    """Needs that are kept as something else than their orders say."""
    for (need,) in connection.execute(f"SELECT id FROM need WHERE (state, closed) IS NOT {following.NEED} ORDER BY id"):
        yield need
