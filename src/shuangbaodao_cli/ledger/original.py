"""A row as it was when the command that made it ended: what stands now, walked back over its changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger import chain, layouts, store
from shuangbaodao_cli.ledger.wording import field_of
from shuangbaodao_cli.vocabulary.numbers import Approx
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from shuangbaodao_cli.vocabulary.record import Record


class Change(NamedTuple):
    """One remembered change of one column, as it is kept."""

    id: int
    field: str
    old: str
    new: str


class Broken(Exception):  # noqa: N818  # what was found, not an error
    """What stands in a column is not what the history says became of it."""


def changes_of(connection: sqlite3.Connection, record: str, id_: int) -> list[Change]:
    """The changes of one row, newest first."""
    sql = "SELECT id, field, old, new FROM change WHERE record = ? AND record_id = ? ORDER BY id DESC"
    return [Change(*row) for row in connection.execute(sql, (record, id_))]


class Past:
    """The rows of a ledger of one version, as they were."""

    def __init__(self, connection: sqlite3.Connection, version: int) -> None:
        self.connection = connection
        self.layout = layouts.layout_of(version)
        self.defaults: dict[str, dict[str, str]] = {}

    def leaf(self, layout: int, row: tuple[str, int], changes: Iterable[Change], upto: int) -> bytes:
        """The hash of a record's row as it was when the change numbered ``upto`` was the last one.

        ``layout`` is that of its link, ``changes`` are all of its changes, newest first. Raises Broken, which names
        the field, where they do not lead from what stands now, or not to the default of a column that came later.
        """
        table, id_ = row
        record, columns = RECORDS[table], self.layout[table]
        cursor = self.connection.execute(f"SELECT {', '.join(columns)} FROM [{table}] WHERE id = ?", (id_,))
        stands = store.with_marks(dict(zip(columns, cursor.fetchone(), strict=True)))
        image = dict(stands)
        for change in changes:
            if change.field in stands:
                old, new = (_stored(record, change.field, json.loads(kept)) for kept in (change.old, change.new))
                if (stands[change.field], _approx(stands[change.field])) != (new, _approx(new)):
                    raise Broken(change.field)
                stands[change.field] = old
                if change.id > upto:
                    image[change.field] = old
        self._check_later(layout, table, {"approx": store.approximate(record, stands), **stands})
        if record.counts:
            image["approx"] = store.approximate(record, image)
        columns = layouts.layout_of(layout)[table]
        marks = ", ".join("?" * len(columns))
        values = (table, id_, *(image[column] for column in columns))
        (said,) = self.connection.execute(f"SELECT json_array(?, ?, {marks})", values).fetchone()
        return chain.leaf_of(said)

    def touched_sql(self, layout: int, table: str) -> str:
        """Whether a row of an older layout says something in a column that came later, as an expression of SQL."""
        later = self._later(layout, table)
        return " OR ".join(f"{column} IS NOT ({default})" for column, default in later.items()) or "0"

    def _check_later(self, layout: int, table: str, first: dict[str, Any]) -> None:
        """Raise Broken where a row did not begin with the default of a column that its layout does not have."""
        for column, default in self._later(layout, table).items():
            if not self.connection.execute(f"SELECT ? IS ({default})", (first[column],)).fetchone()[0]:
                raise Broken(column)

    def _later(self, layout: int, table: str) -> dict[str, str]:
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


def _approx(value: Any) -> bool:
    return isinstance(value, Approx)


def _stored(record: Record, column: str, kept: Any) -> Any:
    field = field_of(record, column)
    return kept if field is None else store.stored(field, kept)
