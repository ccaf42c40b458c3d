"""Whether the chain holds: every link, every row that it covers, and what follows from them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import SbdError
from shuangbaodao_cli.ledger import chain, layouts, original, strayed, tree, typed
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
    """Where the ledger is not what its chain says, a sentence each; empty when every link holds.

    A ledger of an older version is read by the tables that it had; what follows from its rows (the state of orders,
    the tree of places) is reckoned once it was brought up.
    """
    version = chain.version_of(connection)
    if version < layouts.FIRST:
        return []
    found: list[str] = []
    try:
        chained = _Chain(connection, version)
        found += chained.links()
        found += chained.outside()
        if version == layouts.NEWEST:
            found += _derived(connection)
    except _UNREADABLE as error:
        found.append(f"读到一半读不下去（{error}）")
    return found


def original_leaf(connection: sqlite3.Connection, table: str, id_: int) -> bytes:
    """The hash of a row as the chain knows it, that is as it was when the command that made it ended."""
    layout, reached = layouts.NEWEST, 0
    for (text,) in connection.execute("SELECT covered FROM link ORDER BY entry"):
        covered = chain.Covered.parse(text)
        layout = covered.layout
        reached = covered.rows.get("change", (0, reached))[1]
        low, high = covered.rows.get(table, (0, 0))
        if low < id_ <= high:
            break
    if table not in RECORDS:
        return next(chain.leaves(connection, layouts.layout_of(layout), table, (id_ - 1, id_)))
    past = original.Past(connection, layouts.NEWEST)
    return past.leaf(layout, (table, id_), original.changes_of(connection, table, id_), reached)


class _Chain:
    """One walk along the chain, from the first link to the last."""

    def __init__(self, connection: sqlite3.Connection, version: int) -> None:
        self.connection = connection
        self.version = version
        self.layout = layouts.FIRST
        self.reached = dict.fromkeys(layouts.layout_of(version), 0)
        self.past = original.Past(connection, version)
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
                holds = self._digest(chain.Covered.parse(covered)) == digest
            except _UNREADABLE:
                holds = False
            if not holds and not self.broken:
                yield f"第 {entry} 笔改动（{self._told(entry)}）写下的内容，后来在台账外被改动过"
            yield from self.broken
            self.broken.clear()

    def outside(self) -> Iterator[str]:
        """What stands in the ledger and no command wrote."""
        for table, end in chain.ends(self.connection, self.version).items():
            label = RECORDS[table].label if table in RECORDS else _CALLED[table]
            if end > self.reached[table]:
                yield f"有 {end - self.reached[table]} 条{label}不在校验链里：不是由 sbd 写进去的，或链尾被删过"
            if end < self.reached[table]:
                yield f"{label}少了 {self.reached[table] - end} 条：原来有过，后来在台账外被删掉了"

    def _digest(self, covered: chain.Covered) -> str:
        digest = hashlib.sha256()
        upto = covered.rows.get("change", (0, self.reached["change"]))[1]
        joins = all(self.reached[table] == low for table, (low, _) in covered.rows.items())
        joins = joins and self.layout <= covered.layout <= self.version
        self.layout = covered.layout
        self.reached |= {table: high for table, (_, high) in covered.rows.items()}
        for table, ids in covered.rows.items():
            for leaf in self._leaves(table, ids, upto):
                digest.update(leaf)
        return digest.hexdigest() if joins else ""

    def _leaves(self, table: str, ids: tuple[int, int], upto: int) -> Iterator[bytes]:
        image = chain.image_sql(layouts.layout_of(self.layout), table)
        sql = (
            f"SELECT id, {image}, {self.past.touched_sql(self.layout, table)} FROM [{table}] "
            "WHERE id > ? AND id <= ? ORDER BY id"
        )
        for id_, said, touched in self.connection.execute(sql, ids):
            row = table, id_
            if row in self.forgotten:
                yield self.forgotten[row]
            elif table in RECORDS and (touched or row in self.changes):
                try:
                    yield self.past.leaf(self.layout, row, self.changes.get(row, []), upto)
                except original.Broken as broken:
                    field = field_of(RECORDS[table], str(broken))
                    label = field.label if field else "状态"
                    self.broken.append(f"{RECORDS[table].label} {id_} 的{label}在台账外被改动过：和改动经过对不上")
            elif not touched:
                yield chain.leaf_of(said)

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
