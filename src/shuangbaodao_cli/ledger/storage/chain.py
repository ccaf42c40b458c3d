"""The chain: every command's rows hashed onto those before, so that a past rewritten by hand is found.

A link is of the rows that a command added, as they were when it ended: records, their changes, the entry
itself. It holds the head before it, so the last head stands for all. Whoever keeps a head outside (each
export and backup carries one) can tell a ledger whose past was edited, shortened or made anew.

Each link says under which layout (``layouts``) its rows were hashed, so that columns may come later.

Not covered: what follows from other records (how far an order is, the tree of places; verify reckons it
anew), the rows of a file that told of a record, what headings were said to mean, and the rows behind a frozen
report (its answer is, by its hash) with to whom it was sent.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Self

from shuangbaodao_cli.ledger.storage import layouts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from shuangbaodao_cli.ledger.storage.layouts import Layout

START = "0" * 64
"""The head before the first link."""
DISPLAYED_DIGITS = 16
"""Hex digits of a head that people are shown: what nobody can hit by trying."""
_LAYOUT_KEY = "layout"
"""The key under which the text of a link names its layout; a link of the first layout does not name it."""


class Head(NamedTuple):
    """Where a chain ends: the number of the last command that changed something, and its hash."""

    entry: int
    hash: str

    def __str__(self) -> str:
        shown = self.hash[:DISPLAYED_DIGITS]
        return f"{self.entry}-" + "-".join(shown[at : at + 4] for at in range(0, DISPLAYED_DIGITS, 4))


class Coverage(NamedTuple):
    """What a link is of: the layout of its rows, and of each table after which id and up to which."""

    layout: int
    rows: dict[str, tuple[int, int]]

    @classmethod
    def parse(cls, text: str) -> Self:
        """What the text of a link says. ValueError, TypeError or AttributeError where it cannot be one of ours."""
        kept = json.loads(text)
        layout = kept.pop(_LAYOUT_KEY, layouts.FIRST)
        return cls(int(layout), {table: (int(low), int(high)) for table, (low, high) in kept.items()})

    def __str__(self) -> str:
        layout = {} if self.layout == layouts.FIRST else {_LAYOUT_KEY: self.layout}
        return json.dumps({**layout, **self.rows}, separators=(",", ":"))


def current_head(connection: sqlite3.Connection) -> Head:
    """The head of a ledger; of one in which nothing was done yet, ``START``."""
    row = connection.execute("SELECT entry, head FROM link ORDER BY entry DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, START)


def has_head(connection: sqlite3.Connection, head: Head) -> bool:
    """Whether the chain of a ledger once ended there, that is whether it only goes on from there.

    The hash of ``head`` may be cut off after the digits that people are shown.
    """
    if head.entry == 0:
        return True
    row = connection.execute("SELECT head FROM link WHERE entry = ?", (head.entry,)).fetchone()
    return row is not None and row[0].startswith(head.hash)


def schema_version(connection: sqlite3.Connection) -> int:
    """The version of the schema that a ledger has."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def max_ids(connection: sqlite3.Connection, version: int = layouts.NEWEST) -> dict[str, int]:
    """Table → its highest id, in a ledger of that version: what comes after it is of the command under way."""
    tables = layouts.layout_of(version)
    return dict(zip(tables, connection.execute(_max_ids_sql(version)).fetchone(), strict=True)) if tables else {}


@cache
def _max_ids_sql(version: int) -> str:
    return "SELECT " + ", ".join(
        f"(SELECT COALESCE(MAX(id), 0) FROM [{table}])" for table in layouts.layout_of(version)
    )


def append(connection: sqlite3.Connection, ids_before: Mapping[str, int]) -> None:
    """Hash what was added since ``before`` onto the chain; the caller holds the transaction."""
    layout = layouts.layout_of(layouts.NEWEST)
    after = max_ids(connection)
    added = {
        table: (ids_before.get(table, 0), high) for table, high in after.items() if high > ids_before.get(table, 0)
    }
    digest = hashlib.sha256()
    for table, (low, high) in added.items():
        for leaf in leaves(connection, layout, table, (low, high)):
            digest.update(leaf)
    covered = str(Coverage(layouts.NEWEST, added))
    head = link_hash(current_head(connection).hash, covered, digest.hexdigest())
    sql = "INSERT INTO link (entry, covered, digest, head) VALUES (?, ?, ?, ?)"
    connection.execute(sql, (after["entry"], covered, digest.hexdigest(), head))


def link_hash(previous_hash: str, covered: str, digest: str) -> str:
    """The head that comes of the head before and what a link covers."""
    return hashlib.sha256(f"{previous_hash}\n{covered}\n{digest}".encode()).hexdigest()


def row_json_sql(layout: Layout, table: str) -> str:
    """What of a row is hashed: its number and columns as one JSON array."""
    return f"json_array('{table}', id, {', '.join(layout[table])})"


def leaves(connection: sqlite3.Connection, layout: Layout, table: str, ids: tuple[int, int]) -> Iterator[bytes]:
    """The hash of each row of a table with an id over the first of two and up to the second, as it is now."""
    sql = f"SELECT {row_json_sql(layout, table)} FROM [{table}] WHERE id > ? AND id <= ? ORDER BY id"
    for (image,) in connection.execute(sql, ids):
        yield leaf_hash(image)


def leaf_hash(row_json: str) -> bytes:
    """The hash of one row."""
    return hashlib.sha256(row_json.encode()).digest()
