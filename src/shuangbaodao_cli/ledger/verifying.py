"""Whether the chain holds: every link, every row that it covers, and what follows from them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import SbdError
from shuangbaodao_cli.ledger import chain, following, original, tree, typed
from shuangbaodao_cli.ledger.cipher import sqlite3
from shuangbaodao_cli.ledger.database import Entry, transaction
from shuangbaodao_cli.ledger.wording import field_of
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLLOWS = (
    ("工单", "SELECT id, state, opened_on, closed FROM [order] ORDER BY id"),
    ("需求", "SELECT id, state, closed FROM need ORDER BY id"),
    ("地点的上下级", "SELECT ancestor, place, depth FROM place_tree ORDER BY ancestor, place"),
)
"""What is not in the chain since it follows from what is: what it is called, and all of it."""


_UNREADABLE = (SbdError, ValueError, TypeError, AttributeError, LookupError, sqlite3.DatabaseError)
"""What reading raises where something stands that the program never writes."""


def findings(connection: sqlite3.Connection) -> list[str]:
    """Where the ledger is not what its chain says, a sentence each; empty when every link holds."""
    found: list[str] = []
    try:
        chained = _Chain(connection)
        for looked in (chained.links(), chained.outside(), _derived(connection)):
            found += looked
    except _UNREADABLE as error:
        found.append(f"读到一半读不下去（{error}）")
    return found


def original_leaf(connection: sqlite3.Connection, table: str, id_: int) -> bytes:
    """The hash of a row as the chain knows it, that is as it was when the command that made it ended."""
    if table not in RECORDS:
        return next(chain.leaves(connection, table, id_ - 1, id_))
    reached = 0
    for (said,) in connection.execute("SELECT covered FROM link ORDER BY entry"):
        covered = json.loads(said)
        reached = covered.get("change", (0, reached))[1]
        if table in covered and covered[table][0] < id_ <= covered[table][1]:
            break
    return original.leaf(connection, (table, id_), original.changes_of(connection, table, id_), reached)


class _Chain:
    """One walk along the chain, from the first link to the last."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.reached = dict.fromkeys(chain.tables(), 0)
        self.changes: dict[tuple[str, int], list[original.Change]] = {}
        sql = "SELECT record, record_id, id, field, old, new FROM change ORDER BY id DESC"
        for record, id_, *change in connection.execute(sql):
            self.changes.setdefault((record, id_), []).append(original.Change(*change))
        sql = "SELECT record, record_id, leaf FROM forgotten"
        self.forgotten = {(record, id_): bytes.fromhex(leaf) for record, id_, leaf in connection.execute(sql)}
        self.broken: list[str] = []

    def links(self) -> Iterator[str]:
        """What is wrong with the links, and with the rows that they cover."""
        before = chain.START
        for entry, covered, digest, head in self.connection.execute(
            "SELECT entry, covered, digest, head FROM link ORDER BY entry"
        ):
            if head != chain.joined(before, covered, digest):
                yield f"第 {entry} 笔改动和它前面的接不上：校验链被改动过"
            before = head
            try:
                holds = self._digest(json.loads(covered)) == digest
            except _UNREADABLE:
                holds = False
            if not holds and not self.broken:
                yield f"第 {entry} 笔改动（{self._told(entry)}）写下的内容，后来在台账外被改动过"
            yield from self.broken
            self.broken.clear()

    def outside(self) -> Iterator[str]:
        """What stands in the ledger and no command wrote."""
        for table, end in chain.ends(self.connection).items():
            label = RECORDS[table].label if table in RECORDS else table
            if end > self.reached[table]:
                yield f"有 {end - self.reached[table]} 条{label}不在校验链里：不是由 sbd 写进去的，或链尾被删过"
            if end < self.reached[table]:
                yield f"{label}少了 {self.reached[table] - end} 条：原来有过，后来在台账外被删掉了"

    def _digest(self, covered: dict[str, list[int]]) -> str:
        digest = hashlib.sha256()
        upto = covered.get("change", (0, self.reached["change"]))[1]
        joins = all(self.reached[table] == low for table, (low, _) in covered.items())
        self.reached |= {table: high for table, (_, high) in covered.items()}
        for table, (low, high) in covered.items():
            for leaf in self._leaves(table, low, high, upto):
                digest.update(leaf)
        return digest.hexdigest() if joins else ""

    def _leaves(self, table: str, low: int, high: int, upto: int) -> Iterator[bytes]:
        sql = f"SELECT id, {chain.image_sql(table)} FROM [{table}] WHERE id > ? AND id <= ? ORDER BY id"
        for id_, image in self.connection.execute(sql, (low, high)):
            row = table, id_
            if row in self.forgotten:
                yield self.forgotten[row]
            elif table in RECORDS and row in self.changes:
                try:
                    yield original.leaf(self.connection, row, self.changes[row], upto)
                except original.Broken as broken:
                    field = field_of(RECORDS[table], str(broken))
                    said = field.label if field else "状态"
                    self.broken.append(f"{RECORDS[table].label} {id_} 的{said}在台账外被改动过：和改动经过对不上")
            else:
                yield chain.leaf_of(image)

    def _told(self, entry: int) -> str:
        row = self.connection.execute("SELECT command, at, operator FROM entry WHERE id = ?", (entry,)).fetchone()
        return f"{typed.outline(row[0])}，{row[1][:16].replace('T', ' ')}，{row[2]}" if row else "这一笔已经不在了"


def _derived(connection: sqlite3.Connection) -> Iterator[str]:
    """What is kept of orders, needs and places and does not follow from what was done; nothing is changed."""
    with transaction(connection) as outcome:
        outcome.keep = False
        stands = [connection.execute(sql).fetchall() for _, sql in _FOLLOWS]
        entry = Entry(connection, chain.last(connection).entry)
        for (order,) in connection.execute("SELECT id FROM [order] WHERE voided IS NULL ORDER BY id").fetchall():
            following.follow(entry, order)
        for (need,) in connection.execute("SELECT id FROM need ORDER BY id").fetchall():
            following.follow_need(connection, need)
        tree.regrow(connection)
        follows = [connection.execute(sql).fetchall() for _, sql in _FOLLOWS]
    for (what, _), was, is_ in zip(_FOLLOWS, stands, follows, strict=True):
        if was != is_:
            yield f"{what}现在的状态和它的经过对不上，在台账外被改动过"
