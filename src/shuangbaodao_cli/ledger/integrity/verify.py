"""The verification of a ledger: whether it is whole, every link of its chain holds, and what is derived follows.

A row is hashed as it was when the command that made it ended: the row as it is now, walked back over its changes
(``past_rows``).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import DataProblem, SbdError
from shuangbaodao_cli.ledger.history import command_text
from shuangbaodao_cli.ledger.integrity import structure
from shuangbaodao_cli.ledger.integrity.past_rows import Change, HistoricalRows, HistoryMismatch
from shuangbaodao_cli.ledger.orders import state
from shuangbaodao_cli.ledger.records import place_tree
from shuangbaodao_cli.ledger.records.labels import field_of
from shuangbaodao_cli.ledger.storage import chain, layouts, migrations
from shuangbaodao_cli.ledger.storage.driver import sqlite3
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLE_LABELS = {
    "entry": "经手记录",
    "change": "改动记录",
    "batch": "导入记录",
    "policy": "办法",
    "frozen": "报送过的报表",
    "evidence": "凭据",
    "forgotten": "匿名记录",
    "accepted": "认可记录",
}
"""Table that is no record → its name in messages."""

_READ_ERRORS = (SbdError, ValueError, TypeError, AttributeError, LookupError, sqlite3.DatabaseError)
"""What is raised while reading values that the program never writes."""


def check_integrity(connection: sqlite3.Connection) -> None:
    """Raise DataProblem, with every finding, unless the ledger is whole and its chain holds.

    The caller holds a read transaction: what somebody else writes meanwhile would seem to be missing from the chain.
    """
    found = structure.findings(connection) or migrations.schema_differences(connection) or findings(connection)
    if found:
        raise DataProblem("台账不完好，请先不要再记，取出最近的备份核对（sbd restore）：\n" + "\n".join(found))


def findings(connection: sqlite3.Connection) -> list[str]:
    """What contradicts the chain, a sentence each; empty when every link holds.

    A ledger of an older version is read by the tables that it had; what is derived from its rows (the state of orders,
    the tree of places) is verified only after its migration.
    """
    version = chain.schema_version(connection)
    if version < layouts.FIRST:
        return []
    found: list[str] = []
    try:
        walk = _ChainWalk(connection, version)
        found += walk.link_findings()
        found += walk.unchained_findings()
        if version == layouts.NEWEST:
            found += _derived_findings(connection)
    except _READ_ERRORS as error:
        found.append(f"读到一半读不下去（{error}）")
    return found


class _ChainWalk:
    """A walk along the chain from the first link to the last; ``link_findings`` goes before ``unchained_findings``."""

    def __init__(self, connection: sqlite3.Connection, version: int) -> None:
        self.connection = connection
        self.version = version
        self.layout = layouts.FIRST
        self.last_ids = dict.fromkeys(layouts.layout_of(version), 0)
        self.historical_rows = HistoricalRows(connection, version)
        self.changes: dict[tuple[str, int], list[Change]] = {}
        sql = "SELECT record, record_id, id, field, old, new FROM change ORDER BY id DESC"
        for record, id_, *change in connection.execute(sql):
            self.changes.setdefault((record, id_), []).append(Change(*change))
        sql = "SELECT record, record_id, leaf FROM forgotten"
        self.erased_leaves = {(record, id_): bytes.fromhex(leaf) for record, id_, leaf in connection.execute(sql)}
        self.mismatches: list[str] = []

    def link_findings(self) -> Iterator[str]:
        """What is wrong with the links and with the rows that they cover."""
        previous_head = chain.START
        for entry, covered, digest, head in self.connection.execute(
            "SELECT entry, covered, digest, head FROM link ORDER BY entry"
        ):
            if head != chain.link_hash(previous_head, covered, digest):
                yield f"第 {entry} 笔改动和它前面的接不上：校验链被改动过"
            previous_head = head
            try:
                holds = self._digest(chain.Coverage.parse(covered)) == digest
            except _READ_ERRORS:
                holds = False
            if not holds and not self.mismatches:
                yield f"第 {entry} 笔改动（{self._describe_entry(entry)}）写下的内容，后来在台账外被改动过"
            yield from self.mismatches
            self.mismatches.clear()

    def unchained_findings(self) -> Iterator[str]:
        """Rows after the last link, which no command wrote, and rows before it that are gone."""
        for table, last_id in chain.max_ids(self.connection, self.version).items():
            label = RECORDS[table].label if table in RECORDS else _TABLE_LABELS[table]
            unchained = last_id - self.last_ids[table]
            if unchained > 0:
                yield f"有 {unchained} 条{label}不在校验链里：不是由 sbd 写进去的，或链尾被删过"
            if unchained < 0:
                yield f"{label}少了 {-unchained} 条：原来有过，后来在台账外被删掉了"

    def _digest(self, covered: chain.Coverage) -> str:
        """The digest of the rows that a link covers; empty where it does not join on to the links before it."""
        digest = hashlib.sha256()
        last_change_id = covered.rows.get("change", (0, self.last_ids["change"]))[1]
        joins = all(self.last_ids[table] == low for table, (low, _) in covered.rows.items())
        joins = joins and self.layout <= covered.layout <= self.version
        self.layout = covered.layout
        self.last_ids |= {table: high for table, (_, high) in covered.rows.items()}
        for table, ids in covered.rows.items():
            for leaf in self._leaves(table, ids, last_change_id):
                digest.update(leaf)
        return digest.hexdigest() if joins else ""

    def _leaves(self, table: str, ids: tuple[int, int], last_change_id: int) -> Iterator[bytes]:
        """The hash of each row as it was when the change ``last_change_id`` was the last one, by id.

        A row without changes is hashed in SQL. One that was erased has its stored hash; one that contradicts its
        changes, or has a value in a later column that no change explains, has none.
        """
        row_json_sql = chain.row_json_sql(layouts.layout_of(self.layout), table)
        has_later_values_sql = self.historical_rows.has_later_values_sql(self.layout, table)
        sql = f"SELECT id, {row_json_sql}, {has_later_values_sql} FROM [{table}] WHERE id > ? AND id <= ? ORDER BY id"
        for id_, row_json, has_later_values in self.connection.execute(sql, ids):
            row = table, id_
            if row in self.erased_leaves:
                yield self.erased_leaves[row]
            elif table in RECORDS and (has_later_values or row in self.changes):
                try:
                    yield self.historical_rows.leaf(self.layout, row, self.changes.get(row, []), last_change_id)
                except HistoryMismatch as mismatch:
                    field = field_of(RECORDS[table], str(mismatch))
                    label = field.label if field else "状态"
                    self.mismatches.append(f"{RECORDS[table].label} {id_} 的{label}在台账外被改动过：和改动经过对不上")
            elif not has_later_values:
                yield chain.leaf_hash(row_json)

    def _describe_entry(self, entry: int) -> str:
        """The command of an entry without its values, with its moment and operator."""
        row = self.connection.execute("SELECT command, at, operator FROM entry WHERE id = ?", (entry,)).fetchone()
        if row is None:
            return "这一笔已经不在了"
        command, moment, operator = row
        return f"{command_text.outline(command)}，{moment[:16].replace('T', ' ')}，{operator}"


def _derived_findings(connection: sqlite3.Connection) -> Iterator[str]:
    """Derived columns and tables, which no link covers, that differ from what they are derived from."""
    inconsistent = {
        "工单": any(state.inconsistent_orders(connection)),
        "需求": any(state.inconsistent_needs(connection)),
        "地点的上下级": not place_tree.is_consistent(connection),
    }
    yield from (
        f"{label}现在的状态和它的经过对不上，在台账外被改动过"
        for label, is_inconsistent in inconsistent.items()
        if is_inconsistent
    )
