"""Plans an undo: whether an entry can be undone, what to do instead, and which changes there are to restore."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import NotFound, Refused
from shuangbaodao_cli.ledger.records.labels import command_name, field_of
from shuangbaodao_cli.ledger.storage import journal, reversals
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.model.record import Record

_IRREVERSIBLE = {
    "policy": "改办法不能这样撤销：各版都留着。要换回原来的，用 sbd policy show --version 看旧的一版，"
    "再用 sbd policy edit 照着改回去",
    "frozen": "报送留底不能撤销，报送过的照原样留着。数改了以后，请再报一次：sbd report freeze",
    "unlike": "“不是同一个”的记号不用撤销。其实是同一个，直接合并就行：sbd person merge 编号 编号"
    "（单位用 sbd org merge）",
    "forgotten": "按本人要求删去的内容已经不在台账里，不能恢复。需要的话，征得本人同意后重新登记：sbd add",
    "accepted": "核对过的记号不能这样撤销。事实有了变化，下次核对会再提出来",
}
"""Table with rows that an undo does not remove → why an entry that inserted one there cannot be undone."""
_INIT_MESSAGE = "本台账的单位和地点不能这样撤销，请再写一次：sbd init --office 单位 --place 地点"
_ONLY_HEADINGS_MESSAGE = "这一笔只记住了表头的意思，没有改动记录，不用撤销。说错了请用 --map 再说一次"
_ONLY_REVEAL_MESSAGE = "这一笔只记下了看过什么和原因，没有改动记录，不用撤销"


def last_undoable_entry(connection: sqlite3.Connection) -> int:
    """The last entry that changed records, was an import, or undid one; what ``sbd init`` did is left out.

    Raises NotFound where there was none.
    """
    newest = (
        "SELECT t.entry FROM [{}] AS t WHERE {} AND NOT EXISTS "
        "(SELECT 1 FROM entry AS e WHERE e.id = t.entry AND e.command LIKE 'sbd init%') ORDER BY t.id DESC LIMIT 1"
    )
    statements = [newest.format(table, "TRUE") for table in ("batch", *RECORDS)]
    statements.append(newest.format("change", "t.field <> 'unlike'"))
    entries = [row[0] for row in (connection.execute(sql).fetchone() for sql in statements) if row]
    if not entries:
        raise NotFound("台账里还没有改动过的记录，没有可以撤销的。")
    return int(max(entries))


def check(connection: sqlite3.Connection, entry: int) -> None:
    """Check that an entry can be undone, and say what to do instead where it cannot.

    Raises NotFound where there is no such entry, Refused where it is undone already or left something permanent.
    """
    row = connection.execute("SELECT command FROM entry WHERE id = ?", (entry,)).fetchone()
    if row is None:
        raise NotFound(f"没有第 {entry} 笔。可以用 sbd history 看看有哪些。")
    if (reversal := reversals.reversed_by(connection).get(entry)) is not None:
        raise Refused(
            f"第 {entry} 笔早已由第 {reversal} 笔撤销，没有改动。要恢复它，撤销那一笔：sbd undo --entry {reversal}。"
        )
    if (reason := _refusal_reason(connection, entry, command_name(row[0]))) is not None:
        raise Refused(f"{reason}。没有改动。")


def _refusal_reason(connection: sqlite3.Connection, entry: int, command: str) -> str | None:
    """Why an entry cannot be undone, a sentence without its full stop; None where it can."""
    for table, message in _IRREVERSIBLE.items():
        if _has_rows(connection, table, entry):
            return message
    if command == "sbd init":
        return _INIT_MESSAGE
    if any(_has_rows(connection, table, entry) for table in ("change", "batch", *RECORDS)):
        return None
    return _ONLY_HEADINGS_MESSAGE if _has_rows(connection, "mapping", entry) else _ONLY_REVEAL_MESSAGE


def _has_rows(connection: sqlite3.Connection, table: str, entry: int) -> bool:
    return connection.execute(f"SELECT 1 FROM [{table}] WHERE entry = ? LIMIT 1", (entry,)).fetchone() is not None


_NON_FACT_COLUMNS = ("voided", "same_as", "extra")
"""Columns of a record that are no facts; each is restored by itself."""


@dataclass(slots=True)
class RecordChange:
    """What an entry changed of one record: its facts together, or one other column.

    ``kind`` is ``facts`` or the name of that column.
    """

    entry: int
    record: Record
    id: int
    kind: str
    last_change_id: int = 0
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Column → (value before the entry, value that it left)."""

    @property
    def revives(self) -> bool:
        """Whether restoring this revives the record."""
        return self.kind == "voided" and self.changes["voided"][0] is None


def record_changes(connection: sqlite3.Connection, entry: int) -> list[RecordChange]:
    """What an entry changed of records that it did not create, the last change first.

    Restored in this order nothing is in the way: a number leaves one record before another has it again.
    """
    changes: dict[tuple[str, int, str], RecordChange] = {}
    sql = "SELECT id, record, record_id, field, old, new FROM change WHERE entry = ? ORDER BY id"
    for change_id, name, id_, column, old, new in connection.execute(sql, (entry,)).fetchall():
        if name not in RECORDS or _created_by(connection, name, id_) in {entry, None}:
            continue
        record = RECORDS[name]
        fact = field_of(record, column)
        if fact is None and column not in _NON_FACT_COLUMNS:
            continue  # the other side of a merger, or a mark that two records are distinct
        kind = "facts" if fact else column
        change = changes.setdefault((name, id_, kind), RecordChange(entry, record, id_, kind))
        before, after = (
            journal.stored_value(fact, json.loads(value)) if fact else json.loads(value) for value in (old, new)
        )
        change.last_change_id = change_id
        change.changes[column] = change.changes.get(column, (before, None))[0], after
    return sorted(changes.values(), key=lambda change: -change.last_change_id)


def _created_by(connection: sqlite3.Connection, name: str, id_: int) -> int | None:
    """The entry that created a record; None where there is no such record any more."""
    row = connection.execute(f"SELECT entry FROM [{name}] WHERE id = ?", (id_,)).fetchone()
    return row[0] if row else None
