"""Whether the chain holds: every link, every row that it covers, and what follows from them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import SbdError
from shuangbaodao_cli.ledger import chain, original, strayed, tree, typed
from shuangbaodao_cli.ledger.cipher import sqlite3
from shuangbaodao_cli.ledger.wording import field_of
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALLED = {
    "entry": "经手记录",
    "change": "改动记录",
    "batch": "导入记录",
    "policy": "办法",
    "frozen": "报送过的报表",
    "evidence": "凭据",
    "forgotten": "匿名记录",
    "accepted": "认可记录",
}
"""What the tables beside the records are called."""

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
            label = RECORDS[table].label if table in RECORDS else _CALLED[table]
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
    """What is kept of orders, needs and places, is not in the chain, and does not follow from what is."""
    found = {
        "工单": any(strayed.orders(connection)),
        "需求": any(strayed.needs(connection)),
        "地点的上下级": not tree.stands(connection),
    }
    yield from (f"{what}现在的状态和它的经过对不上，在台账外被改动过" for what, is_so in found.items() if is_so)
