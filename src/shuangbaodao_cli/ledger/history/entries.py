"""The history of the ledger: its entries (one for each command) and the field changes they made.

An entry has a summary in words; a field change belongs to one record and one entry.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import NotFound
from shuangbaodao_cli.ledger.records import query
from shuangbaodao_cli.ledger.records.labels import command_name
from shuangbaodao_cli.ledger.storage import reversals
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.model.record import Record


class FieldChange(NamedTuple):
    """One field of one record, changed by one entry; where ``column`` is None, the entry created the record."""

    entry: int
    at: str
    operator: str
    command: str
    reason: str | None
    record: Record
    id: int
    column: str | None
    old: Any
    new: Any


def changes_of_record(connection: sqlite3.Connection, record: Record, id_: int) -> list[FieldChange]:
    """The history of a record, oldest change first."""
    return [
        FieldChange(
            *(entry, _format_minute(at), operator, command, reason),
            *(record, id_, column, _parse_value(old), _parse_value(new)),
        )
        for at, operator, command, reason, column, old, new, entry in query.history(connection, record, id_)
    ]


def changes_of_entry(connection: sqlite3.Connection, entry: int) -> list[FieldChange]:
    """What an entry did to records: those it created, then the fields it changed of others."""
    at, operator, command, reason = connection.execute(
        "SELECT at, operator, command, reason FROM entry WHERE id = ?", (entry,)
    ).fetchone()
    created: list[tuple[str, int, str | None, str | None, str | None]] = [
        (name, id_, None, None, None)
        for name in RECORDS
        for (id_,) in connection.execute(f"SELECT id FROM [{name}] WHERE entry = ? ORDER BY id", (entry,))
    ]
    created_ids = {(name, id_) for name, id_, *_ in created}
    sql = "SELECT record, record_id, field, old, new FROM change WHERE entry = ? ORDER BY id"
    changed = [
        (name, id_, column, old, new)
        for name, id_, column, old, new in connection.execute(sql, (entry,)).fetchall()
        if name in RECORDS and (name, id_) not in created_ids and _exists(connection, name, id_)
    ]
    return [
        FieldChange(
            *(entry, _format_minute(at), operator, command, reason),
            *(RECORDS[name], id_, column, _parse_value(old), _parse_value(new)),
        )
        for name, id_, column, old, new in (*created, *changed)
    ]


def _exists(connection: sqlite3.Connection, name: str, id_: int) -> bool:
    """Whether a record is still in the ledger."""
    return connection.execute(f"SELECT 1 FROM [{name}] WHERE id = ?", (id_,)).fetchone() is not None


def _parse_value(stored: str | None) -> Any:
    return None if stored is None else json.loads(stored)


def _format_minute(at: str) -> str:
    return at[:16].replace("T", " ")


_OTHER_ACTIONS = {
    "policy": "改了办法",
    "frozen": "报送留底",
    "unlike": "记下两条不是同一个",
    "mapping": "记下了表头的意思",
    "forgotten": "按本人要求删去了内容",
    "accepted": "记下了核对过的",
}
"""Table that is no record → what an entry did that inserted a row there."""
_VERBS = {"made": "新增", "changed": "改了", "merged": "合并或拆开了", "voided": "作废", "revived": "恢复"}
"""What an entry may do to records → its Chinese verb, in the order of the summary."""


class HistoryEntry(NamedTuple):
    """One entry of the history with its summary; ``reversed_by`` is the number of the entry that undid it."""

    number: int
    at: str
    operator: str
    command: str
    reason: str | None
    summary: str
    reversed_by: int | None


@dataclass(slots=True)
class _Effects:
    """What entries did: to how many records of each type, and what else."""

    record_counts: dict[int, dict[str, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    """Entry → verb → record type → number of records."""
    other_actions: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Entry → phrases."""

    def phrases(self, entry: int) -> list[str]:
        """What an entry did, in Chinese phrases; empty where it changed nothing."""
        counts = self.record_counts.get(entry, {})
        counted = [
            f"{label} {'、'.join(f'{count} 条{RECORDS[name].label}' for name, count in counts[verb].items())}"
            for verb, label in _VERBS.items()
            if verb in counts
        ]
        return [*self.other_actions.get(entry, ()), *counted]


def recent_entries(connection: sqlite3.Connection, limit: int) -> list[HistoryEntry]:
    """The latest ``limit`` entries that changed the ledger, newest first; reveals of whole numbers are left out."""
    found: list[HistoryEntry] = []
    (below,) = connection.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM entry").fetchone()
    while len(found) < limit and below > 1:
        lowest = max(1, below - limit)
        found += [entry for entry in _entries_between(connection, lowest, below - 1) if entry.summary]
        below = lowest
    return found[:limit]


def get_entry(connection: sqlite3.Connection, number: int) -> HistoryEntry:
    """The entry of a number. Raises NotFound where there is none."""
    found = _entries_between(connection, number, number)
    if not found:
        raise NotFound(f"没有第 {number} 笔。可以用 sbd history 看看有哪些。")
    return found[0]


def _entries_between(connection: sqlite3.Connection, low: int, high: int) -> list[HistoryEntry]:
    """The entries numbered ``low`` to ``high``, both included, newest first."""
    effects, reversed_by = _effects(connection, low, high), reversals.reversed_by(connection)
    sql = "SELECT id, at, operator, command, reason FROM entry WHERE id BETWEEN ? AND ? ORDER BY id DESC"
    entries = []
    for id_, at, operator, command, reason in connection.execute(sql, (low, high)).fetchall():
        phrases = effects.phrases(id_)
        if command_name(command) == "sbd init":
            phrases = ["登记了本台账的单位和地点", *phrases]
        minute, summary = _format_minute(at), "，".join(phrases)
        entries.append(HistoryEntry(id_, minute, operator, command, reason, summary, reversed_by.get(id_)))
    return entries


def _effects(connection: sqlite3.Connection, low: int, high: int) -> _Effects:
    """The effects of the entries numbered ``low`` to ``high``, read table by table."""
    effects = _Effects()
    for entry, target in reversals.reversals(connection).items():
        effects.other_actions[entry].append(f"撤销第 {target} 笔")
    for entry, file in connection.execute("SELECT entry, file FROM batch WHERE entry BETWEEN ? AND ?", (low, high)):
        effects.other_actions[entry].append(f"导入{file}")
    for table, phrase in _OTHER_ACTIONS.items():
        sql = f"SELECT DISTINCT entry FROM [{table}] WHERE entry BETWEEN ? AND ?"
        for (entry,) in connection.execute(sql, (low, high)):
            effects.other_actions[entry].append(phrase)
    for name in RECORDS:
        sql = f"SELECT entry, COUNT(*) FROM [{name}] WHERE entry BETWEEN ? AND ? GROUP BY entry"
        for entry, count in connection.execute(sql, (low, high)):
            effects.record_counts[entry]["made"][name] += count
        for entry, verb, count in connection.execute(_changes_sql(name), (name, low, high)):
            effects.record_counts[entry][verb][name] += count
    return effects


def _changes_sql(name: str) -> str:
    """In SQL: entry, verb and how many records of a type it changed that it had not created itself."""
    return (
        "SELECT c.entry, CASE c.field WHEN 'voided' THEN IIF(c.new = 'null', 'revived', 'voided') "
        "WHEN 'same_as' THEN 'merged' ELSE 'changed' END AS verb, COUNT(DISTINCT c.record_id) FROM change AS c "
        f"JOIN [{name}] AS r ON r.id = c.record_id WHERE c.record = ? AND c.entry BETWEEN ? AND ? "
        "AND r.entry <> c.entry AND c.field NOT IN ('merged', 'unlike') GROUP BY c.entry, verb"
    )
