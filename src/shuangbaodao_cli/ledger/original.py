"""A row as it was when the command that made it ended: what stands now, walked back over its changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger import chain, store
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


def leaf(connection: sqlite3.Connection, row: tuple[str, int], changes: Iterable[Change], upto: int) -> bytes:
    """The hash of a record's row as it was when the change numbered ``upto`` was the last one.

    ``changes`` are all of its changes, newest first. Raises Broken, which names the field, where they do not
    lead from what stands now.
    """
    table, id_ = row
    record, columns = RECORDS[table], chain.tables()[table]
    cursor = connection.execute(f"SELECT {', '.join(columns)} FROM [{table}] WHERE id = ?", (id_,))
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
    if record.counts:
        image["approx"] = store.approximate(record, image)
    marks = ", ".join("?" * len(columns))
    values = (table, id_, *(image[column] for column in columns))
    (said,) = connection.execute(f"SELECT json_array(?, ?, {marks})", values).fetchone()
    return chain.leaf_of(said)


def _approx(value: Any) -> bool:
    return isinstance(value, Approx)


def _stored(record: Record, column: str, kept: Any) -> Any:
    field = field_of(record, column)
    return kept if field is None else store.stored(field, kept)
