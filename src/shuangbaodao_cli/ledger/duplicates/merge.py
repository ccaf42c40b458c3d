"""Merging two records of one person or organisation, and taking that back.

Nothing is moved: the merged record keeps its rows and points to the one that stays. The history
keeps who was merged into whom, and with it which facts the one that stays took over; both is what
``unmerge`` goes by.
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
    """What a merger did: the facts that were taken over, the labels of those that differ, an earlier no."""

    copied_values: dict[str, Any]
    differing_labels: list[str]
    was_marked_distinct: bool


def merge(entry: Entry, record: Record, canonical_id: int, alias_id: int) -> MergeResult:
    """Let ``other`` and all that was merged into it count for ``one``, which takes the facts it lacks.

    Both must be live and not merged themselves. Refused where their id numbers or codes differ.
    """
    connection = entry.connection
    if canonical_id == alias_id:
        told = labels.describe(connection, record, canonical_id)
        raise Refused(f"两个说的是同一条{record.label}：{told}，不用合并。")
    _check_codes(connection, record, canonical_id, alias_id)
    unlike = _is_marked_distinct(connection, record, canonical_id, alias_id)
    ours, theirs = store.load_values(connection, record, canonical_id), store.load_values(connection, record, alias_id)
    for id_ in _all_alias_ids(connection, record, alias_id):
        _set_same_as(entry, record, id_, canonical_id)
    _set_same_as(entry, record, alias_id, canonical_id)
    journal.insert_changes(entry, record, canonical_id, {"merged": (None, alias_id)})
    lacking = {column: value for column, value in theirs.items() if ours[column] is None and value is not None}
    store.update(entry, record, canonical_id, lacking)
    apart = [field for field in record.fields if field is not record.title]
    differing = [field.label for field in apart if _is_conflicting(connection, field, ours, theirs)]
    return MergeResult(lacking, differing, unlike)


def _is_conflicting(
    connection: sqlite3.Connection, field: Field, ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> bool:
    """Whether two records say two things of one field."""
    pair = ours[field.columns[0]], theirs[field.columns[0]]
    if None in pair or pair[0] == pair[1]:
        return False
    return not field.to or canonical_id_of(connection, field.to, pair[0]) != canonical_id_of(
        connection, field.to, pair[1]
    )


def _check_codes(connection: sqlite3.Connection, record: Record, first_id: int, second_id: int) -> None:
    """Refuse to merge records, be it by what was merged into them, of two id numbers or codes."""
    for code in (name for (name, *more) in record.keys if not more and name != record.title.name):
        sql = f"SELECT {code} FROM [{record.name}] WHERE {points_to_sql(record.name, 'id')} AND {code} IS NOT NULL"
        said = {value for id_ in (first_id, second_id) for (value,) in connection.execute(sql, (id_,))}
        if len(said) > 1:
            label = record[code].label
            raise Refused(
                f"{record.label} {first_id} 和 {second_id} 的{label}不一样，不能合并。"
                f"如果有一个写错了，先改对（sbd edit {record.name} 编号 {label}=……），再合并。"
            )


def unmerge(entry: Entry, record: Record, alias_id: int) -> int:
    """Let a merged record stand for itself again, with what had been merged into it before.

    The facts that were taken over from it are given back, unless they were changed since. Returns
    the record it had been merged into.
    """
    connection = entry.connection
    into = merged_into(connection, record.name)
    if alias_id not in into:
        told = labels.describe(connection, record, alias_id)
        raise Refused(f"{record.label} {told} 没有并入别的{record.label}，不用拆开。")
    stay, mergers = into[alias_id], _mergers(connection, record)
    _clear_copied_values(entry, record, alias_id, stay, mergers)
    for id_ in _all_alias_ids(connection, record, stay):
        if alias_id in _merge_chain(id_, mergers):
            _set_same_as(entry, record, id_, alias_id)
    _set_same_as(entry, record, alias_id, None)
    journal.insert_changes(entry, record, stay, {"merged": (alias_id, None)})
    return stay


class Merger(NamedTuple):
    """The command that merged a record, and into which."""

    entry_id: int
    into: int


def _mergers(connection: sqlite3.Connection, record: Record) -> dict[int, Merger]:
    """For each record that is merged now, the last command that merged it by name."""
    into = merged_into(connection, record.name)
    sql = "SELECT record_id, entry, new FROM change WHERE record = ? AND field = 'same_as' AND old = 'null' ORDER BY id"
    said = connection.execute(sql, (record.name,))
    return {id_: Merger(entry, int(new)) for id_, entry, new in said if id_ in into}


def _merge_chain(id_: int, mergers: Mapping[int, Merger]) -> Iterable[int]:
    """The records that one was merged into, step by step up to the one that stays."""
    while id_ in mergers:
        id_ = mergers[id_].into
        yield id_


def _clear_copied_values(
    entry: Entry, record: Record, alias_id: int, canonical_id: int, mergers: Mapping[int, Merger]
) -> None:
    """Empty again what was taken over from a record, all the way up to the one that stays."""
    below, given = alias_id, None
    for above in _merge_chain(alias_id, mergers):
        taken = _copied_values(entry.connection, record, above, mergers[below].entry_id)
        if given is not None:
            taken = {column: value for column, value in taken.items() if given.get(column) == value}
        held = store.load_values(entry.connection, record, above)
        given = {column: value for column, value in taken.items() if held[column] == value}
        store.update(entry, record, above, dict.fromkeys(given))
        if above == canonical_id:
            return
        below = above


def _copied_values(connection: sqlite3.Connection, record: Record, id_: int, entry_id: int) -> dict[str, Any]:
    """What a record took over in one merger: column → value."""
    sql = "SELECT field, new FROM change WHERE record = ? AND record_id = ? AND entry = ? AND old = 'null'"
    said = connection.execute(sql, (record.name, id_, entry_id))
    fields = {column: field for field in record.fields for column in field.columns}
    return {column: journal.stored_value(fields[column], json.loads(new)) for column, new in said if column in fields}


def _all_alias_ids(connection: sqlite3.Connection, record: Record, id_: int) -> list[int]:
    return [one for one, into in merged_into(connection, record.name).items() if into == id_]


def _set_same_as(entry: Entry, record: Record, id_: int, canonical_id: int | None) -> None:
    """Say which record stays for one, and keep which it was."""
    sql = f"SELECT same_as FROM [{record.name}] WHERE id = ?"
    (was,) = entry.connection.execute(sql, (id_,)).fetchone()
    entry.connection.execute(f"UPDATE [{record.name}] SET same_as = ? WHERE id = ?", (canonical_id, id_))
    journal.insert_changes(entry, record, id_, {"same_as": (was, canonical_id)})


def mark_distinct(entry: Entry, record: Record, first_id: int, second_id: int) -> bool:
    """Remember that two records that look alike are not one; whether that is new."""
    connection = entry.connection
    if first_id == second_id:
        told = labels.describe(connection, record, first_id)
        raise Refused(f"两个说的是同一条{record.label}：{told}。如果合并错了，先用 sbd {record.name} unmerge 拆开。")
    if _is_marked_distinct(connection, record, first_id, second_id):
        return False
    low, high = sorted((first_id, second_id))
    sql = "INSERT INTO unlike (record, one, other, entry) VALUES (?, ?, ?, ?)"
    connection.execute(sql, (record.name, low, high, entry.id))
    for id_, its in ((first_id, second_id), (second_id, first_id)):
        journal.insert_changes(entry, record, id_, {"unlike": (None, its)})
    return True


def distinct_pairs(connection: sqlite3.Connection, record: Record) -> set[tuple[int, int]]:
    """The pairs that somebody said are not one, each by the records that stay, the lower number first."""
    into = merged_into(connection, record.name)
    said = connection.execute("SELECT one, other FROM unlike WHERE record = ?", (record.name,))
    pairs = ((into.get(one, one), into.get(other, other)) for one, other in said)
    return {(min(pair), max(pair)) for pair in pairs}


def _is_marked_distinct(connection: sqlite3.Connection, record: Record, first_id: int, second_id: int) -> bool:
    return (min(first_id, second_id), max(first_id, second_id)) in distinct_pairs(connection, record)


def find_alias(connection: sqlite3.Connection, record: Record, key: str) -> int:
    """The merged record that a number or a name means; NotFound where there is none or no telling which."""
    if key.isascii() and key.isdigit():
        return lookup.find(connection, record, key, voided=True)
    sql = f"SELECT id FROM [{record.name}] WHERE name_key = ? AND same_as IS NOT NULL ORDER BY id"
    found = [int(id_) for (id_,) in connection.execute(sql, (fold(key),))]
    if not found:
        raise NotFound(f"没有叫“{key}”、并入了别的{record.label}的记录。")
    if len(found) > 1:
        told = "；".join(labels.describe(connection, record, id_) for id_ in found)
        raise Ambiguous(f"有 {len(found)} 条叫“{key}”的{record.label}已并入别的，请用编号指明：{told}。")
    return found[0]
