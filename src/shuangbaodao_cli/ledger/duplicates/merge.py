"""Merge two records of one person or organisation, and unmerge them again.

Nothing is moved: the alias keeps its rows and points to the canonical record. The history tells which
record was merged into which, and which values the canonical record took over; ``unmerge`` goes by both.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import Ambiguous, NotFound, Refused
from shuangbaodao_cli.ledger.records import labels, lookup, store
from shuangbaodao_cli.ledger.records.identity import canonical_id_of, merged_into, points_to_sql
from shuangbaodao_cli.ledger.storage import journal
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Field, Record


class MergeResult(NamedTuple):
    """What a merger did: the values copied, the labels of fields that differ, whether the two were marked distinct."""

    copied_values: dict[str, Any]
    differing_labels: list[str]
    was_marked_distinct: bool


def merge(entry: Entry, record: Record, canonical_id: int, alias_id: int) -> MergeResult:
    """Merge ``alias_id`` and its own aliases into ``canonical_id``, which takes over the values it lacks.

    Both must be active. Raises Refused where they are one, or their id numbers or codes differ.
    """
    connection = entry.connection
    if canonical_id == alias_id:
        label = labels.describe(connection, record, canonical_id)
        raise Refused(f"两个说的是同一条{record.label}：{label}，不用合并。")
    _check_codes(connection, record, canonical_id, alias_id)
    was_marked_distinct = _is_marked_distinct(connection, record, canonical_id, alias_id)
    ours, theirs = store.load_values(connection, record, canonical_id), store.load_values(connection, record, alias_id)
    for id_ in _all_alias_ids(connection, record, alias_id):
        _set_same_as(entry, record, id_, canonical_id)
    _set_same_as(entry, record, alias_id, canonical_id)
    journal.insert_changes(entry, record, canonical_id, {"merged": (None, alias_id)})
    copied = {column: value for column, value in theirs.items() if ours[column] is None and value is not None}
    store.update(entry, record, canonical_id, copied)
    fields = [field for field in record.fields if field is not record.title_field]
    differing_labels = [field.label for field in fields if _is_conflicting(connection, field, ours, theirs)]
    return MergeResult(copied, differing_labels, was_marked_distinct)


def _is_conflicting(
    connection: sqlite3.Connection, field: Field, ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> bool:
    """Whether two records have different values in a field; references to one merged record do not differ."""
    pair = ours[field.columns[0]], theirs[field.columns[0]]
    if None in pair or pair[0] == pair[1]:
        return False
    return not field.to or canonical_id_of(connection, field.to, pair[0]) != canonical_id_of(
        connection, field.to, pair[1]
    )


def _check_codes(connection: sqlite3.Connection, record: Record, first_id: int, second_id: int) -> None:
    """Raise Refused where two records, their aliases included, have different id numbers or codes."""
    for code in (name for (name, *more) in record.keys if not more and name != record.title_field.name):
        sql = f"SELECT {code} FROM [{record.name}] WHERE {points_to_sql(record.name, 'id')} AND {code} IS NOT NULL"
        values = {value for id_ in (first_id, second_id) for (value,) in connection.execute(sql, (id_,))}
        if len(values) > 1:
            label = record[code].label
            raise Refused(
                f"{record.label} {first_id} 和 {second_id} 的{label}不一样，不能合并。"
                f"如果有一个写错了，先改对（sbd edit {record.name} 编号 {label}=……），再合并。"
            )


def unmerge(entry: Entry, record: Record, alias_id: int) -> int:
    """Make an alias stand for itself again, with what had been merged into it before.

    Values that were copied from it are emptied again, unless they were changed since. Returns the id of
    the record it had been merged into. Raises Refused where it is no alias.
    """
    connection = entry.connection
    aliases = merged_into(connection, record.name)
    if alias_id not in aliases:
        label = labels.describe(connection, record, alias_id)
        raise Refused(f"{record.label} {label} 没有并入别的{record.label}，不用拆开。")
    canonical_id, mergers = aliases[alias_id], _mergers(connection, record)
    _clear_copied_values(entry, record, alias_id, canonical_id, mergers)
    for id_ in _all_alias_ids(connection, record, canonical_id):
        if alias_id in _merge_chain(id_, mergers):
            _set_same_as(entry, record, id_, alias_id)
    _set_same_as(entry, record, alias_id, None)
    journal.insert_changes(entry, record, canonical_id, {"merged": (alias_id, None)})
    return canonical_id


class Merger(NamedTuple):
    """The entry that merged a record, and the id of the record it was merged into."""

    entry_id: int
    into: int


def _mergers(connection: sqlite3.Connection, record: Record) -> dict[int, Merger]:
    """Alias → its last merger, for the records that are merged now."""
    aliases = merged_into(connection, record.name)
    sql = "SELECT record_id, entry, new FROM change WHERE record = ? AND field = 'same_as' AND old = 'null' ORDER BY id"
    rows = connection.execute(sql, (record.name,))
    return {id_: Merger(entry, int(new)) for id_, entry, new in rows if id_ in aliases}


def _merge_chain(id_: int, mergers: Mapping[int, Merger]) -> Iterable[int]:
    """The ids of the records that one was merged into, step by step up to the canonical one."""
    while id_ in mergers:
        id_ = mergers[id_].into
        yield id_


def _clear_copied_values(
    entry: Entry, record: Record, alias_id: int, canonical_id: int, mergers: Mapping[int, Merger]
) -> None:
    """Empty the values that were copied from an alias, all the way up to the canonical record."""
    lower, emptied = alias_id, None
    for upper in _merge_chain(alias_id, mergers):
        copied = _copied_values(entry.connection, record, upper, mergers[lower].entry_id)
        if emptied is not None:
            copied = {column: value for column, value in copied.items() if emptied.get(column) == value}
        stored = store.load_values(entry.connection, record, upper)
        emptied = {column: value for column, value in copied.items() if stored[column] == value}
        store.update(entry, record, upper, dict.fromkeys(emptied))
        if upper == canonical_id:
            return
        lower = upper


def _copied_values(connection: sqlite3.Connection, record: Record, id_: int, entry_id: int) -> dict[str, Any]:
    """Column → value that a record took over in one merger."""
    sql = "SELECT field, new FROM change WHERE record = ? AND record_id = ? AND entry = ? AND old = 'null'"
    changes = connection.execute(sql, (record.name, id_, entry_id))
    fields = {column: field for field in record.fields for column in field.columns}
    return {
        column: journal.stored_value(fields[column], json.loads(value)) for column, value in changes if column in fields
    }


def _all_alias_ids(connection: sqlite3.Connection, record: Record, id_: int) -> list[int]:
    return [alias for alias, canonical_id in merged_into(connection, record.name).items() if canonical_id == id_]


def _set_same_as(entry: Entry, record: Record, id_: int, canonical_id: int | None) -> None:
    """Set or clear ``same_as`` of a record, and journal it."""
    sql = f"SELECT same_as FROM [{record.name}] WHERE id = ?"
    (old,) = entry.connection.execute(sql, (id_,)).fetchone()
    entry.connection.execute(f"UPDATE [{record.name}] SET same_as = ? WHERE id = ?", (canonical_id, id_))
    journal.insert_changes(entry, record, id_, {"same_as": (old, canonical_id)})


def mark_distinct(entry: Entry, record: Record, first_id: int, second_id: int) -> bool:
    """Mark two records that look alike as distinct; False where they were already. Raises Refused for one record."""
    connection = entry.connection
    if first_id == second_id:
        label = labels.describe(connection, record, first_id)
        raise Refused(f"两个说的是同一条{record.label}：{label}。如果合并错了，先用 sbd {record.name} unmerge 拆开。")
    if _is_marked_distinct(connection, record, first_id, second_id):
        return False
    low, high = sorted((first_id, second_id))
    sql = "INSERT INTO unlike (record, one, other, entry) VALUES (?, ?, ?, ?)"
    connection.execute(sql, (record.name, low, high, entry.id))
    for id_, other_id in ((first_id, second_id), (second_id, first_id)):
        journal.insert_changes(entry, record, id_, {"unlike": (None, other_id)})
    return True


def distinct_pairs(connection: sqlite3.Connection, record: Record) -> set[tuple[int, int]]:
    """The pairs that were marked distinct, by their canonical ids, the lower first."""
    canonical_ids = merged_into(connection, record.name)
    rows = connection.execute("SELECT one, other FROM unlike WHERE record = ?", (record.name,))
    pairs = ((canonical_ids.get(first, first), canonical_ids.get(second, second)) for first, second in rows)
    return {(min(pair), max(pair)) for pair in pairs}


def _is_marked_distinct(connection: sqlite3.Connection, record: Record, first_id: int, second_id: int) -> bool:
    return (min(first_id, second_id), max(first_id, second_id)) in distinct_pairs(connection, record)


def find_alias(connection: sqlite3.Connection, record: Record, key: str) -> int:
    """The id of the alias that an id or a name means. Raises NotFound where there is none, Ambiguous for several."""
    if key.isascii() and key.isdigit():
        return lookup.find(connection, record, key, voided=True)
    sql = f"SELECT id FROM [{record.name}] WHERE name_key = ? AND same_as IS NOT NULL ORDER BY id"
    ids = [int(id_) for (id_,) in connection.execute(sql, (fold(key),))]
    if not ids:
        raise NotFound(f"没有叫“{key}”、并入了别的{record.label}的记录。")
    if len(ids) > 1:
        named = "；".join(labels.describe(connection, record, id_) for id_ in ids)
        raise Ambiguous(f"有 {len(ids)} 条叫“{key}”的{record.label}已并入别的，请用编号指明：{named}。")
    return ids[0]
