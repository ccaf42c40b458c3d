"""The commands that changed the ledger: when, who, why, and what each did in words.

Change by change: of one record, or by one command.
"""

from __future__ import annotations

import json
from collections import Counter
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
    """One field of one record changed by one command; where ``column`` is None the record was put in by it."""

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
    """All that happened to a record, the first thing first."""
    return [
        FieldChange(
            entry, _format_minute(at), who, command, why, record, id_, column, _parse_value(old), _parse_value(new)
        )
        for at, who, command, why, column, old, new, entry in query.history(connection, record, id_)
    ]


def changes_of_entry(connection: sqlite3.Connection, entry: int) -> list[FieldChange]:
    """All that a command did to records: what it put in, then what it changed of others."""
    at, who, command, why = connection.execute(
        "SELECT at, operator, command, reason FROM entry WHERE id = ?", (entry,)
    ).fetchone()
    made: list[tuple[str, int, str | None, str | None, str | None]] = [
        (name, id_, None, None, None)
        for name in RECORDS
        for (id_,) in connection.execute(f"SELECT id FROM [{name}] WHERE entry = ? ORDER BY id", (entry,))
    ]
    own = {(name, id_) for name, id_, *_ in made}
    sql = "SELECT record, record_id, field, old, new FROM change WHERE entry = ? ORDER BY id"
    changed = (row for row in connection.execute(sql, (entry,)).fetchall() if row[0] in RECORDS)
    later = [row for row in changed if (row[0], row[1]) not in own and _exists(connection, row[0], row[1])]
    return [
        FieldChange(
            entry,
            _format_minute(at),
            who,
            command,
            why,
            RECORDS[name],
            id_,
            column,
            _parse_value(old),
            _parse_value(new),
        )
        for name, id_, column, old, new in (*made, *later)
    ]


def _exists(connection: sqlite3.Connection, name: str, id_: int) -> bool:
    """Whether a record is in the ledger still: its person may have asked to be forgotten."""
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
"""Table beside the records → what a command did that left something in it."""
_VERBS = {"made": "新增", "changed": "改了", "merged": "合并或拆开了", "voided": "作废", "revived": "恢复"}
"""What may be done to records, in the order in which it is told."""


class HistoryEntry(NamedTuple):
    """One command of the history; ``undone`` is the one that took it back, ``number`` its own."""

    number: int
    at: str
    operator: str
    command: str
    reason: str | None
    summary: str
    reversed_by: int | None


@dataclass(slots=True)
class _Effects:
    """What commands left: for each what it did to how many records of a kind, and what else it did."""

    record_counts: dict[int, dict[str, Counter[str]]] = field(default_factory=dict)
    other_actions: dict[int, list[str]] = field(default_factory=dict)

    def add(self, entry: int, verb: str, record: str, count: int) -> None:
        """Add how many records of a kind a command did something to."""
        self.record_counts.setdefault(entry, {}).setdefault(verb, Counter())[record] += count

    def phrases(self, entry: int) -> list[str]:
        """What a command did, in words."""
        done = self.record_counts.get(entry, {})
        counted = [
            f"{said} {'、'.join(f'{many} 条{RECORDS[name].label}' for name, many in done[verb].items())}"
            for verb, said in _VERBS.items()
            if verb in done
        ]
        return [*self.other_actions.get(entry, ()), *counted]


def recent_entries(connection: sqlite3.Connection, limit: int) -> list[HistoryEntry]:
    """The last commands that changed the ledger, the newest first; looking at something with a reason is none."""
    found: list[HistoryEntry] = []
    (below,) = connection.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM entry").fetchone()
    while len(found) < limit and below > 1:
        lowest = max(1, below - limit)
        found += [one for one in _entries_between(connection, lowest, below - 1) if one.summary]
        below = lowest
    return found[:limit]


def get_entry(connection: sqlite3.Connection, number: int) -> HistoryEntry:
    """One command by its number; NotFound where there is none."""
    found = _entries_between(connection, number, number)
    if not found:
        raise NotFound(f"没有第 {number} 笔。可以用 sbd history 看看有哪些。")
    return found[0]


def _entries_between(connection: sqlite3.Connection, low: int, high: int) -> list[HistoryEntry]:
    traces, undone = _effects(connection, low, high), reversals.reversed_by(connection)
    sql = "SELECT id, at, operator, command, reason FROM entry WHERE id BETWEEN ? AND ? ORDER BY id DESC"
    found = []
    for id_, at, operator, said, reason in connection.execute(sql, (low, high)).fetchall():
        words = traces.phrases(id_)
        if command_name(said) == "sbd init":
            words = ["登记了本台账的单位和地点", *words]
        found.append(
            HistoryEntry(id_, at[:16].replace("T", " "), operator, said, reason, "，".join(words), undone.get(id_))
        )
    return found


def _effects(connection: sqlite3.Connection, low: int, high: int) -> _Effects:
    """What the commands between two numbers left, table by table."""
    traces = _Effects()
    for entry, taken in reversals.reversals(connection).items():
        traces.other_actions.setdefault(entry, []).append(f"撤销第 {taken} 笔")
    for entry, file in connection.execute("SELECT entry, file FROM batch WHERE entry BETWEEN ? AND ?", (low, high)):
        traces.other_actions.setdefault(entry, []).append(f"导入{file}")
    for table, said in _OTHER_ACTIONS.items():
        sql = f"SELECT DISTINCT entry FROM [{table}] WHERE entry BETWEEN ? AND ?"
        for (entry,) in connection.execute(sql, (low, high)):
            traces.other_actions.setdefault(entry, []).append(said)
    for name in RECORDS:
        sql = f"SELECT entry, COUNT(*) FROM [{name}] WHERE entry BETWEEN ? AND ? GROUP BY entry"
        for entry, many in connection.execute(sql, (low, high)):
            traces.add(entry, "made", name, many)
        for entry, verb, many in connection.execute(_changes_sql(name), (name, low, high)):
            traces.add(entry, verb, name, many)
    return traces


def _changes_sql(name: str) -> str:
    """In SQL: how many records of a kind a command changed that it had not made itself, and how."""
    return (
        "SELECT c.entry, CASE c.field WHEN 'voided' THEN IIF(c.new = 'null', 'revived', 'voided') "
        "WHEN 'same_as' THEN 'merged' ELSE 'changed' END AS verb, COUNT(DISTINCT c.record_id) FROM change AS c "
        f"JOIN [{name}] AS r ON r.id = c.record_id WHERE c.record = ? AND c.entry BETWEEN ? AND ? "
        "AND r.entry <> c.entry AND c.field NOT IN ('merged', 'unlike') GROUP BY c.entry, verb"
    )
