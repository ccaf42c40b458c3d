"""The chain: every command's rows hashed onto those before, so that a past rewritten by hand is found.

A link is of the rows that a command added, as they were when it ended: records, their changes, the entry
itself. It holds the head before it, so the last head stands for all. Whoever keeps a head outside (each
export and backup carries one) can tell a ledger whose past was edited, shortened or made anew.

Not covered: what follows from other records (how far an order is, the tree of places; verify reckons it
anew), the rows of a file that told of a record, what headings were said to mean, and the rows behind a frozen
report (its answer is, by its hash) with to whom it was sent.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

Covered = dict[str, tuple[int, int]]
"""Table → after which id and up to which one a link covers its rows."""

START = "0" * 64
"""The head before the first link."""
SHOWN = 16
"""Hex digits of a head that people are shown: what nobody can hit by trying."""

_BESIDE = {
    "entry": ("at", "operator", "command", "reason"),
    "change": ("entry", "record", "record_id", "field", "old", "new"),
    "batch": ("entry", "file", "sha256", "asked", "outcome"),
    "policy": ("text", "entry"),
    "frozen": (
        *("number", "report", "title", "division", "start", "until", "place", "definitions", "date", "sha256"),
        "entry",
    ),
    "evidence": ("event", "sha256", "file", "entry"),
    "forgotten": ("record", "record_id", "leaf", "entry"),
    "accepted": ("finding", "entry"),
}
"""The tables beside the records that the chain covers, and what of their rows."""
_FOLLOWS = {"order": ("opened_on", "due", "holder", "state", "pending", "closed"), "need": ("state", "closed")}
"""Record → its fields that are brought to what the steps of an order say, with nothing remembered of it."""


class Head(NamedTuple):
    """Where a chain ends: the number of the last command that changed something, and its hash."""

    entry: int
    hash: str

    def __str__(self) -> str:
        shown = self.hash[:SHOWN]
        return f"{self.entry}-" + "-".join(shown[at : at + 4] for at in range(0, SHOWN, 4))


@cache
def tables() -> dict[str, tuple[str, ...]]:
    """Table → the columns that its hash is made of, in this order."""
    found = dict(_BESIDE)
    for record in RECORDS.values():
        follows = {column for name in _FOLLOWS.get(record.name, ()) for column in record[name].columns}
        columns = [column for column in record.columns if column not in follows]
        beside = ["approx"] if record.counts else []
        merged = ["same_as"] if record.name in {"person", "org"} else []
        found[record.name] = (*columns, *beside, *merged, "extra", "entry", "voided")
    return found


def last(connection: sqlite3.Connection) -> Head:
    """The head of a ledger; of one in which nothing was done yet, ``START``."""
    row = connection.execute("SELECT entry, head FROM link ORDER BY entry DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, START)


def holds(connection: sqlite3.Connection, head: Head) -> bool:
    """Whether the chain of a ledger once ended there, that is whether it only goes on from there.

    The hash of ``head`` may be cut off after the digits that people are shown.
    """
    if head.entry == 0:
        return True
    row = connection.execute("SELECT head FROM link WHERE entry = ?", (head.entry,)).fetchone()
    return row is not None and row[0].startswith(head.hash)


def ends(connection: sqlite3.Connection) -> dict[str, int]:
    """Table → its highest id: what comes after it is of the command under way."""
    return dict(zip(tables(), connection.execute(_ends_sql()).fetchone(), strict=True))


@cache
def _ends_sql() -> str:
    return "SELECT " + ", ".join(f"(SELECT COALESCE(MAX(id), 0) FROM [{table}])" for table in tables())


def append(connection: sqlite3.Connection, before: Mapping[str, int]) -> None:
    """Hash what was added since ``before`` onto the chain; the caller holds the transaction."""
    after = ends(connection)
    covered = {table: (before[table], after[table]) for table in after if after[table] > before[table]}
    digest = hashlib.sha256()
    for table, (low, high) in covered.items():
        for leaf in leaves(connection, table, low, high):
            digest.update(leaf)
    said = json.dumps(covered, separators=(",", ":"))
    head = joined(last(connection).hash, said, digest.hexdigest())
    sql = "INSERT INTO link (entry, covered, digest, head) VALUES (?, ?, ?, ?)"
    connection.execute(sql, (after["entry"], said, digest.hexdigest(), head))


def joined(before: str, covered: str, digest: str) -> str:
    """The head that comes of the head before and what a link covers."""
    return hashlib.sha256(f"{before}\n{covered}\n{digest}".encode()).hexdigest()


def image_sql(table: str) -> str:
    """What of a row is hashed: its number and columns as one JSON array."""
    return f"json_array('{table}', id, {', '.join(tables()[table])})"


def leaves(connection: sqlite3.Connection, table: str, low: int, high: int) -> Iterator[bytes]:
    """The hash of each row of a table with an id over ``low`` and up to ``high``, in order, as it is now."""
    sql = f"SELECT {image_sql(table)} FROM [{table}] WHERE id > ? AND id <= ? ORDER BY id"
    for (image,) in connection.execute(sql, (low, high)):
        yield leaf_of(image)


def leaf_of(image: str) -> bytes:
    """The hash of one row."""
    return hashlib.sha256(image.encode()).digest()
