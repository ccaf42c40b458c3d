"""Rows as they were: the hash of a record's row at the end of the command that made it.

The row as it is now is walked back over its changes to the last one that its link covers; on the way each change has
to lead to what the row says.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.records.labels import field_of
from shuangbaodao_cli.ledger.storage import chain, journal, layouts
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.numbers import Approx

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from shuangbaodao_cli.model.record import Record


class Change(NamedTuple):
    """One change of one column; ``old`` and ``new`` are JSON, as stored."""

    id: int
    field: str
    old: str
    new: str


class HistoryMismatch(Exception):  # noqa: N818  # a finding, not an error
    """A column does not hold what its changes lead to; the message is the name of the column."""


def _changes_of(connection: sqlite3.Connection, record: str, id_: int) -> list[Change]:
    """The changes of one row, newest first."""
    sql = "SELECT id, field, old, new FROM change WHERE record = ? AND record_id = ? ORDER BY id DESC"
    return [Change(*row) for row in connection.execute(sql, (record, id_))]


class HistoricalRows:
    """The rows of a ledger of one schema version, as they were at an earlier moment."""

    def __init__(self, connection: sqlite3.Connection, version: int) -> None:
        self.connection = connection
        self.layout = layouts.layout_of(version)
        self.defaults: dict[str, dict[str, str]] = {}

    def leaf(self, layout: int, row: tuple[str, int], changes: Iterable[Change], last_change_id: int) -> bytes:
        """The hash of a record's row as it was when the change ``last_change_id`` was the last one.

        ``row`` is its table and id, ``layout`` that of its link; ``changes`` are all changes of the row, newest first.
        Raises HistoryMismatch, which names the column, where they do not lead to what the row says now, or where the
        row did not begin with the default of a column that came later.
        """
        table, id_ = row
        record = RECORDS[table]
        initial = self._current_values(table, id_)
        past = dict(initial)
        for change in changes:  # each takes ``initial`` one step further back, and ``past`` no further than asked
            if change.field in initial:
                old, new = (_stored_value(record, change.field, json.loads(text)) for text in (change.old, change.new))
                if not _is_same_value(initial[change.field], new):
                    raise HistoryMismatch(change.field)
                initial[change.field] = old
                if change.id > last_change_id:
                    past[change.field] = old
        self._check_later_defaults(layout, table, {"approx": store.approximate_fields(record, initial), **initial})
        if record.count_fields:
            past["approx"] = store.approximate_fields(record, past)
        return self._hash(layout, table, id_, past)

    def _current_values(self, table: str, id_: int) -> dict[str, Any]:
        """Column → what a row says now, approximate counts as such."""
        columns = self.layout[table]
        cursor = self.connection.execute(f"SELECT {', '.join(columns)} FROM [{table}] WHERE id = ?", (id_,))
        return store.restore_approx(dict(zip(columns, cursor.fetchone(), strict=True)))

    def _hash(self, layout: int, table: str, id_: int, values: dict[str, Any]) -> bytes:
        """The hash of a row that has these values, under a layout."""
        columns = layouts.layout_of(layout)[table]
        placeholders = ", ".join("?" * len(columns))
        parameters = (table, id_, *(values[column] for column in columns))
        (row_json,) = self.connection.execute(f"SELECT json_array(?, ?, {placeholders})", parameters).fetchone()
        return chain.leaf_hash(row_json)

    def has_later_values_sql(self, layout: int, table: str) -> str:
        """In SQL: whether a row of an older layout has a value other than the default in a column that came later."""
        later = self._later_columns(layout, table)
        return " OR ".join(f"{column} IS NOT ({default})" for column, default in later.items()) or "0"

    def _check_later_defaults(self, layout: int, table: str, initial: dict[str, Any]) -> None:
        """Raise HistoryMismatch where a row did not begin with the default of a column that its layout lacks."""
        for column, default in self._later_columns(layout, table).items():
            if not self.connection.execute(f"SELECT ? IS ({default})", (initial[column],)).fetchone()[0]:
                raise HistoryMismatch(column)

    def _later_columns(self, layout: int, table: str) -> dict[str, str]:
        """Column that came after a layout → its default as an SQL expression."""
        hashed = layouts.layout_of(layout)[table]
        return {column: self._defaults(table)[column] for column in self.layout[table] if column not in hashed}

    def _defaults(self, table: str) -> dict[str, str]:
        """Column → its default as an SQL expression."""
        if table not in self.defaults:
            rows = self.connection.execute(
                f"SELECT name, COALESCE(dflt_value, 'NULL') FROM pragma_table_info('{table}')"
            )
            self.defaults[table] = dict(rows)
        return self.defaults[table]


def _is_same_value(first: Any, second: Any) -> bool:
    """Whether two values are equal, and both or neither approximate."""
    return (first, isinstance(first, Approx)) == (second, isinstance(second, Approx))


def _stored_value(record: Record, column: str, value: Any) -> Any:
    """A value out of a change as its record stored it; a column beside the fields (``extra``) as it is."""
    field = field_of(record, column)
    return value if field is None else journal.stored_value(field, value)


def original_leaf(connection: sqlite3.Connection, table: str, id_: int) -> bytes:
    """The hash of a row that its link covers: of the row as it was when the command that made it ended.

    Raises HistoryMismatch where the row was changed outside the program since.
    """
    layout, last_change_id = layouts.NEWEST, 0
    for (text,) in connection.execute("SELECT covered FROM link ORDER BY entry"):
        covered = chain.Coverage.parse(text)
        layout = covered.layout
        last_change_id = covered.rows.get("change", (0, last_change_id))[1]
        low, high = covered.rows.get(table, (0, 0))
        if low < id_ <= high:
            break
    if table not in RECORDS:
        return next(chain.leaves(connection, layouts.layout_of(layout), table, (id_ - 1, id_)))
    historical_rows = HistoricalRows(connection, layouts.NEWEST)
    return historical_rows.leaf(layout, (table, id_), _changes_of(connection, table, id_), last_change_id)
