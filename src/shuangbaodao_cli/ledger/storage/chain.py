"""The hash chain: each command's rows are hashed onto those before, so that rewritten history is detected.

A link covers the rows that a command added, as they were when it ended: records, their changes, the entry itself.
It includes the head before it, so the last head stands for the whole chain. Whoever keeps a head outside (each
export and backup carries one) can tell a ledger whose history was edited, shortened or made anew.

Each link names the layout (``layouts``) under which its rows were hashed, so that columns can be added later.

Not covered: what is derived from other records (the state of orders, the tree of places; verify derives it again),
which rows of a file mentioned a record, remembered headings, and of a snapshot its rows and recipient (its answer is
covered by its hash).
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
"""Hex digits of a head that are shown: 64 bits, too many to be found by trial."""
_LAYOUT_KEY = "layout"
"""The key of the layout in the text of a link; a link of the first layout has none."""


class Head(NamedTuple):
    """The end of a chain: the number of the last command that changed something, and its hash."""

    entry: int
    hash: str

    def __str__(self) -> str:
        digits = self.hash[:DISPLAYED_DIGITS]
        return f"{self.entry}-" + "-".join(digits[start : start + 4] for start in range(0, DISPLAYED_DIGITS, 4))


_TOO_LARGE = 1 << 63
"""The first number that SQLite cannot hold."""


class Coverage(NamedTuple):
    """What a link covers: the layout of its rows, and table → the ids of its rows (exclusive low, inclusive high)."""

    layout: int
    rows: dict[str, tuple[int, int]]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse the text of a link. Raises ValueError where this program did not write it."""
        try:
            ranges = json.loads(text)
            layout = ranges.pop(_LAYOUT_KEY, layouts.FIRST)
            rows = {table: (low, high) for table, (low, high) in ranges.items()}
        except (TypeError, AttributeError, RecursionError):
            raise ValueError("no text of a link") from None
        numbers = [layout, *(number for low_high in rows.values() for number in low_high)]
        if not all(type(number) is int and 0 <= number < _TOO_LARGE for number in numbers):
            raise ValueError("no numbers of a link")
        return cls(layout, rows)

    def __str__(self) -> str:
        layout = {} if self.layout == layouts.FIRST else {_LAYOUT_KEY: self.layout}
        return json.dumps({**layout, **self.rows}, separators=(",", ":"))


def current_head(connection: sqlite3.Connection) -> Head:
    """The head of a ledger; entry 0 and ``START`` where nothing was done yet."""
    row = connection.execute("SELECT entry, head FROM link ORDER BY entry DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, START)


def has_head(connection: sqlite3.Connection, head: Head) -> bool:
    """Whether the chain of a ledger once ended in a head, so that its history up to there is unchanged.

    The hash of ``head`` may be cut off after the digits that are shown.
    """
    if head.entry == 0:
        return True
    row = connection.execute("SELECT head FROM link WHERE entry = ?", (head.entry,)).fetchone()
    return row is not None and row[0].startswith(head.hash)


def schema_version(connection: sqlite3.Connection) -> int:
    """The schema version of a ledger."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def max_ids(connection: sqlite3.Connection, version: int = layouts.NEWEST) -> dict[str, int]:
    """Table → its highest id (0: empty), for every table that is hashed in that schema version."""
    tables = layouts.layout_of(version)
    return dict(zip(tables, connection.execute(_max_ids_sql(version)).fetchone(), strict=True)) if tables else {}


@cache
def _max_ids_sql(version: int) -> str:
    return "SELECT " + ", ".join(
        f"(SELECT COALESCE(MAX(id), 0) FROM [{table}])" for table in layouts.layout_of(version)
    )


def append(connection: sqlite3.Connection, ids_before: Mapping[str, int]) -> None:
    """Hash the rows that were added since ``ids_before`` onto the chain. The caller holds the transaction."""
    layout = layouts.layout_of(layouts.NEWEST)
    ids_after = max_ids(connection)
    added = {
        table: (ids_before.get(table, 0), high) for table, high in ids_after.items() if high > ids_before.get(table, 0)
    }
    digest = hashlib.sha256()
    for table, (low, high) in added.items():
        for leaf in leaves(connection, layout, table, (low, high)):
            digest.update(leaf)
    covered = str(Coverage(layouts.NEWEST, added))
    head = link_hash(current_head(connection).hash, covered, digest.hexdigest())
    sql = "INSERT INTO link (entry, covered, digest, head) VALUES (?, ?, ?, ?)"
    connection.execute(sql, (ids_after["entry"], covered, digest.hexdigest(), head))


def link_hash(previous_hash: str, covered: str, digest: str) -> str:
    """The hash of a link: of the head before it, the text of what it covers and the digest of its rows."""
    return hashlib.sha256(f"{previous_hash}\n{covered}\n{digest}".encode()).hexdigest()


def row_json_sql(layout: Layout, table: str) -> str:
    """In SQL: the table, id and hashed columns of a row as one JSON array."""
    return f"json_array('{table}', id, {', '.join(layout[table])})"


def leaves(connection: sqlite3.Connection, layout: Layout, table: str, ids: tuple[int, int]) -> Iterator[bytes]:
    """The hash of each row as it is now, by id; ``ids`` are an exclusive low and an inclusive high."""
    sql = f"SELECT {row_json_sql(layout, table)} FROM [{table}] WHERE id > ? AND id <= ? ORDER BY id"
    for (row_json,) in connection.execute(sql, ids):
        yield leaf_hash(row_json)


def leaf_hash(row_json: str) -> bytes:
    """The SHA-256 of one row, given as its JSON array."""
    return hashlib.sha256(row_json.encode()).digest()
