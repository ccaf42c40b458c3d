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
from shuangbaodao_cli.ledger.records.identity import group, merged_into, root
from shuangbaodao_cli.ledger.storage import journal
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Field, Record


class Joined(NamedTuple):
    """What a merger did: the facts that were taken over, the labels of those that differ, an earlier no."""

    taken: dict[str, Any]
    differing: list[str]
    unlike: bool


def merge(entry: Entry, record: Record, one: int, other: int) -> Joined:
    """Let ``other`` and all that was merged into it count for ``one``, which takes the facts it lacks.

    Both must be live and not merged themselves. Refused where their id numbers or codes differ.
    """
    connection = entry.connection
    if one == other:
        told = labels.describe(connection, record, one)
        raise Refused(f"两个说的是同一条{record.label}：{told}，不用合并。")
    _check_codes(connection, record, one, other)
    unlike = _said_unlike(connection, record, one, other)
    ours, theirs = store.facts(connection, record, one), store.facts(connection, record, other)
    for id_ in _members(connection, record, other):
        _point(entry, record, id_, one)
    _point(entry, record, other, one)
    journal.remember(entry, record, one, {"merged": (None, other)})
    lacking = {column: value for column, value in theirs.items() if ours[column] is None and value is not None}
    store.update(entry, record, one, lacking)
    apart = [field for field in record.fields if field is not record.title]
    differing = [field.label for field in apart if _differ(connection, field, ours, theirs)]
    return Joined(lacking, differing, unlike)


def _differ(connection: sqlite3.Connection, field: Field, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Whether two records say two things of one field."""
    pair = ours[field.columns[0]], theirs[field.columns[0]]
    if None in pair or pair[0] == pair[1]:
        return False
    return not field.to or root(connection, field.to, pair[0]) != root(connection, field.to, pair[1])


def _check_codes(connection: sqlite3.Connection, record: Record, one: int, other: int) -> None:
    """Refuse to merge records, be it by what was merged into them, of two id numbers or codes."""
    for code in (name for (name, *more) in record.keys if not more and name != record.title.name):
        sql = f"SELECT {code} FROM [{record.name}] WHERE {group(record.name, 'id')} AND {code} IS NOT NULL"
        said = {value for id_ in (one, other) for (value,) in connection.execute(sql, (id_,))}
        if len(said) > 1:
            label = record[code].label
            raise Refused(
                f"{record.label} {one} 和 {other} 的{label}不一样，不能合并。"
                f"如果有一个写错了，先改对（sbd edit {record.name} 编号 {label}=……），再合并。"
            )


def unmerge(entry: Entry, record: Record, other: int) -> int:
    """Let a merged record stand for itself again, with what had been merged into it before.

    The facts that were taken over from it are given back, unless they were changed since. Returns
    the record it had been merged into.
    """
    connection = entry.connection
    into = merged_into(connection, record.name)
    if other not in into:
        told = labels.describe(connection, record, other)
        raise Refused(f"{record.label} {told} 没有并入别的{record.label}，不用拆开。")
    stay, mergers = into[other], _mergers(connection, record)
    _give_back(entry, record, other, stay, mergers)
    for id_ in _members(connection, record, stay):
        if other in _way(id_, mergers):
            _point(entry, record, id_, other)
    _point(entry, record, other, None)
    journal.remember(entry, record, stay, {"merged": (other, None)})
    return stay


class Merger(NamedTuple):
    """The command that merged a record, and into which."""

    entry: int
    into: int


def _mergers(connection: sqlite3.Connection, record: Record) -> dict[int, Merger]:
    """For each record that is merged now, the last command that merged it by name."""
    into = merged_into(connection, record.name)
    sql = "SELECT record_id, entry, new FROM change WHERE record = ? AND field = 'same_as' AND old = 'null' ORDER BY id"
    said = connection.execute(sql, (record.name,))
    return {id_: Merger(entry, int(new)) for id_, entry, new in said if id_ in into}


def _way(id_: int, mergers: Mapping[int, Merger]) -> Iterable[int]:
    """The records that one was merged into, step by step up to the one that stays."""
    while id_ in mergers:
        id_ = mergers[id_].into
        yield id_


def _give_back(entry: Entry, record: Record, other: int, stay: int, mergers: Mapping[int, Merger]) -> None:
    """Empty again what was taken over from a record, all the way up to the one that stays."""
    below, given = other, None
    for above in _way(other, mergers):
        taken = _taken(entry.connection, record, above, mergers[below].entry)
        if given is not None:
            taken = {column: value for column, value in taken.items() if given.get(column) == value}
        held = store.facts(entry.connection, record, above)
        given = {column: value for column, value in taken.items() if held[column] == value}
        store.update(entry, record, above, dict.fromkeys(given))
        if above == stay:
            return
        below = above


def _taken(connection: sqlite3.Connection, record: Record, id_: int, entry: int) -> dict[str, Any]:
    """What a record took over in one merger: column → value."""
    sql = "SELECT field, new FROM change WHERE record = ? AND record_id = ? AND entry = ? AND old = 'null'"
    said = connection.execute(sql, (record.name, id_, entry))
    fields = {column: field for field in record.fields for column in field.columns}
    return {column: journal.stored(fields[column], json.loads(new)) for column, new in said if column in fields}


def _members(connection: sqlite3.Connection, record: Record, id_: int) -> list[int]:
    return [one for one, into in merged_into(connection, record.name).items() if into == id_]


def _point(entry: Entry, record: Record, id_: int, stay: int | None) -> None:
    """Say which record stays for one, and keep which it was."""
    sql = f"SELECT same_as FROM [{record.name}] WHERE id = ?"
    (was,) = entry.connection.execute(sql, (id_,)).fetchone()
    entry.connection.execute(f"UPDATE [{record.name}] SET same_as = ? WHERE id = ?", (stay, id_))
    journal.remember(entry, record, id_, {"same_as": (was, stay)})


def keep_apart(entry: Entry, record: Record, one: int, other: int) -> bool:
    """Remember that two records that look alike are not one; whether that is new."""
    connection = entry.connection
    if one == other:
        told = labels.describe(connection, record, one)
        raise Refused(f"两个说的是同一条{record.label}：{told}。如果合并错了，先用 sbd {record.name} unmerge 拆开。")
    if _said_unlike(connection, record, one, other):
        return False
    low, high = sorted((one, other))
    sql = "INSERT INTO unlike (record, one, other, entry) VALUES (?, ?, ?, ?)"
    connection.execute(sql, (record.name, low, high, entry.id))
    for id_, its in ((one, other), (other, one)):
        journal.remember(entry, record, id_, {"unlike": (None, its)})
    return True


def kept_apart(connection: sqlite3.Connection, record: Record) -> set[tuple[int, int]]:
    """The pairs that somebody said are not one, each by the records that stay, the lower number first."""
    into = merged_into(connection, record.name)
    said = connection.execute("SELECT one, other FROM unlike WHERE record = ?", (record.name,))
    pairs = ((into.get(one, one), into.get(other, other)) for one, other in said)
    return {(min(pair), max(pair)) for pair in pairs}


def _said_unlike(connection: sqlite3.Connection, record: Record, one: int, other: int) -> bool:
    return (min(one, other), max(one, other)) in kept_apart(connection, record)


def find_merged(connection: sqlite3.Connection, record: Record, key: str) -> int:
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
