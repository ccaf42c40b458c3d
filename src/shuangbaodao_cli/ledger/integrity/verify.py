"""Whether the chain holds: every link, every row that it covers, and what follows from them.

A row is hashed as it was when the command that made it ended: what stands now, walked back over its changes.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import SbdError
from shuangbaodao_cli.ledger.history import command_text
from shuangbaodao_cli.ledger.orders import state
from shuangbaodao_cli.ledger.records import place_tree, store
from shuangbaodao_cli.ledger.records.labels import field_of
from shuangbaodao_cli.ledger.storage import chain, journal, layouts
from shuangbaodao_cli.ledger.storage.encryption import sqlite3
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.numbers import Approx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shuangbaodao_cli.model.record import Record


class Change(NamedTuple):
    """One remembered change of one column, as it is kept."""

    id: int
    field: str
    old: str
    new: str


class HistoryMismatch(Exception):  # noqa: N818  # what was found, not an error
    """What stands in a column is not what the history says became of it."""


def changes_of(connection: sqlite3.Connection, record: str, id_: int) -> list[Change]:
    """The changes of one row, newest first."""
    sql = "SELECT id, field, old, new FROM change WHERE record = ? AND record_id = ? ORDER BY id DESC"
    return [Change(*row) for row in connection.execute(sql, (record, id_))]


class HistoricalRows:
    """The rows of a ledger of one version, as they were."""

    def __init__(self, connection: sqlite3.Connection, version: int) -> None:
        self.connection = connection
        self.layout = layouts.layout_of(version)
        self.defaults: dict[str, dict[str, str]] = {}

    def leaf(self, layout: int, row: tuple[str, int], changes: Iterable[Change], last_change_id: int) -> bytes:
        """The hash of a record's row as it was when the change numbered ``upto`` was the last one.

        ``layout`` is that of its link, ``changes`` are all of its changes, newest first. Raises Broken, which names
        the field, where they do not lead from what stands now, or not to the default of a column that came later.
        """
        table, id_ = row
        record, columns = RECORDS[table], self.layout[table]
        cursor = self.connection.execute(f"SELECT {', '.join(columns)} FROM [{table}] WHERE id = ?", (id_,))
        stands = store.restore_approx(dict(zip(columns, cursor.fetchone(), strict=True)))
        image = dict(stands)
        for change in changes:
            if change.field in stands:
                old, new = (_stored_value(record, change.field, json.loads(kept)) for kept in (change.old, change.new))
                if (stands[change.field], _is_approx(stands[change.field])) != (new, _is_approx(new)):
                    raise HistoryMismatch(change.field)
                stands[change.field] = old
                if change.id > last_change_id:
                    image[change.field] = old
        self._check_later_defaults(layout, table, {"approx": store.approximate_fields(record, stands), **stands})
        if record.counts:
            image["approx"] = store.approximate_fields(record, image)
        columns = layouts.layout_of(layout)[table]
        marks = ", ".join("?" * len(columns))
        values = (table, id_, *(image[column] for column in columns))
        (said,) = self.connection.execute(f"SELECT json_array(?, ?, {marks})", values).fetchone()
        return chain.leaf_hash(said)

    def has_later_values_sql(self, layout: int, table: str) -> str:
        """Whether a row of an older layout says something in a column that came later, as an expression of SQL."""
        later = self._later_columns(layout, table)
        return " OR ".join(f"{column} IS NOT ({default})" for column, default in later.items()) or "0"

    def _check_later_defaults(self, layout: int, table: str, initial: dict[str, Any]) -> None:
        """Raise Broken where a row did not begin with the default of a column that its layout does not have."""
        for column, default in self._later_columns(layout, table).items():
            if not self.connection.execute(f"SELECT ? IS ({default})", (initial[column],)).fetchone()[0]:
                raise HistoryMismatch(column)

    def _later_columns(self, layout: int, table: str) -> dict[str, str]:
        """Column that came after a layout → its default, as it is written in SQL."""
        hashed = layouts.layout_of(layout)[table]
        return {column: self._defaults(table)[column] for column in self.layout[table] if column not in hashed}

    def _defaults(self, table: str) -> dict[str, str]:
        if table not in self.defaults:
            rows = self.connection.execute(
                f"SELECT name, COALESCE(dflt_value, 'NULL') FROM pragma_table_info('{table}')"
            )
            self.defaults[table] = dict(rows)
        return self.defaults[table]


def _is_approx(value: Any) -> bool:
    return isinstance(value, Approx)


def _stored_value(record: Record, column: str, value: Any) -> Any:
    field = field_of(record, column)
    return value if field is None else journal.stored_value(field, value)


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
"""What the tables beside the records are called."""

_READ_ERRORS = (SbdError, ValueError, TypeError, AttributeError, LookupError, sqlite3.DatabaseError)
"""What reading raises where something stands that the program never writes."""


def findings(connection: sqlite3.Connection) -> list[str]:
    """Where the ledger is not what its chain says, a sentence each; empty when every link holds.

    A ledger of an older version is read by the tables that it had; what follows from its rows (the state of orders,
    the tree of places) is reckoned once it was brought up.
    """
    version = chain.schema_version(connection)
    if version < layouts.FIRST:
        return []
    found: list[str] = []
    try:
        chained = _ChainWalk(connection, version)
        found += chained.link_findings()
        found += chained.unchained_findings()
        if version == layouts.NEWEST:
            found += _derived_findings(connection)
    except _READ_ERRORS as error:
        found.append(f"读到一半读不下去（{error}）")
    return found


def original_leaf(connection: sqlite3.Connection, table: str, id_: int) -> bytes:
    """The hash of a row as the chain knows it, that is as it was when the command that made it ended."""
    layout, reached = layouts.NEWEST, 0
    for (text,) in connection.execute("SELECT covered FROM link ORDER BY entry"):
        covered = chain.Coverage.parse(text)
        layout = covered.layout
        reached = covered.rows.get("change", (0, reached))[1]
        low, high = covered.rows.get(table, (0, 0))
        if low < id_ <= high:
            break
    if table not in RECORDS:
        return next(chain.leaves(connection, layouts.layout_of(layout), table, (id_ - 1, id_)))
    past = HistoricalRows(connection, layouts.NEWEST)
    return past.leaf(layout, (table, id_), changes_of(connection, table, id_), reached)


class _ChainWalk:
    """One walk along the chain, from the first link to the last."""

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
        """What is wrong with the links, and with the rows that they cover."""
        before = chain.START
        for entry, covered, digest, head in self.connection.execute(
            "SELECT entry, covered, digest, head FROM link ORDER BY entry"
        ):
            if head != chain.link_hash(before, covered, digest):
                yield f"第 {entry} 笔改动和它前面的接不上：校验链被改动过"
            before = head
            try:
                holds = self._digest(chain.Coverage.parse(covered)) == digest
            except _READ_ERRORS:
                holds = False
            if not holds and not self.mismatches:
                yield f"第 {entry} 笔改动（{self._describe_entry(entry)}）写下的内容，后来在台账外被改动过"
            yield from self.mismatches
            self.mismatches.clear()

    def unchained_findings(self) -> Iterator[str]:
        """What stands in the ledger and no command wrote."""
        for table, end in chain.max_ids(self.connection, self.version).items():
            label = RECORDS[table].label if table in RECORDS else _TABLE_LABELS[table]
            if end > self.last_ids[table]:
                yield f"有 {end - self.last_ids[table]} 条{label}不在校验链里：不是由 sbd 写进去的，或链尾被删过"
            if end < self.last_ids[table]:
                yield f"{label}少了 {self.last_ids[table] - end} 条：原来有过，后来在台账外被删掉了"

    def _digest(self, covered: chain.Coverage) -> str:
        digest = hashlib.sha256()
        upto = covered.rows.get("change", (0, self.last_ids["change"]))[1]
        joins = all(self.last_ids[table] == low for table, (low, _) in covered.rows.items())
        joins = joins and self.layout <= covered.layout <= self.version
        self.layout = covered.layout
        self.last_ids |= {table: high for table, (_, high) in covered.rows.items()}
        for table, ids in covered.rows.items():
            for leaf in self._leaves(table, ids, upto):
                digest.update(leaf)
        return digest.hexdigest() if joins else ""

    def _leaves(self, table: str, ids: tuple[int, int], last_change_id: int) -> Iterator[bytes]:
        image = chain.row_json_sql(layouts.layout_of(self.layout), table)
        sql = (
            f"SELECT id, {image}, {self.historical_rows.has_later_values_sql(self.layout, table)} FROM [{table}] "
            "WHERE id > ? AND id <= ? ORDER BY id"
        )
        for id_, said, touched in self.connection.execute(sql, ids):
            row = table, id_
            if row in self.erased_leaves:
                yield self.erased_leaves[row]
            elif table in RECORDS and (touched or row in self.changes):
                try:
                    yield self.historical_rows.leaf(self.layout, row, self.changes.get(row, []), last_change_id)
                except HistoryMismatch as broken:
                    field = field_of(RECORDS[table], str(broken))
                    label = field.label if field else "状态"
                    self.mismatches.append(f"{RECORDS[table].label} {id_} 的{label}在台账外被改动过：和改动经过对不上")
            elif not touched:
                yield chain.leaf_hash(said)

    def _describe_entry(self, entry: int) -> str:
        row = self.connection.execute("SELECT command, at, operator FROM entry WHERE id = ?", (entry,)).fetchone()
        return (
            f"{command_text.outline(row[0])}，{row[1][:16].replace('T', ' ')}，{row[2]}" if row else "这一笔已经不在了"
        )


def _derived_findings(connection: sqlite3.Connection) -> Iterator[str]:
    """What is kept of orders, needs and places, is not in the chain, and does not follow from what is."""
    found = {
        "工单": any(state.inconsistent_orders(connection)),
        "需求": any(state.inconsistent_needs(connection)),
        "地点的上下级": not place_tree.is_consistent(connection),
    }
    yield from (f"{what}现在的状态和它的经过对不上，在台账外被改动过" for what, is_so in found.items() if is_so)
