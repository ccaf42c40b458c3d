"""Undoes one entry as a unit: the records it created are voided, the values it changed are restored.

An import is an entry like any other; an undo is one too, so that it can be undone itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger.history import undo_guards, undo_plan
from shuangbaodao_cli.ledger.history.undo_plan import RecordChange, record_changes
from shuangbaodao_cli.ledger.orders import state
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.ledger.storage import journal, reversals
from shuangbaodao_cli.ledger.storage.driver import sqlite3
from shuangbaodao_cli.ledger.work.activities import update_participant_minutes
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.model.service import ACTIVITY
from shuangbaodao_cli.values.numbers import Approx

if TYPE_CHECKING:
    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Record


@dataclass(slots=True)
class UndoResult:
    """What an undo did."""

    voided: Counter[str] = field(default_factory=Counter)
    """Record type → how many records that the entry had created are voided now."""
    voided_again: Counter[str] = field(default_factory=Counter)
    """Record type → how many records that it had revived are voided again."""
    revived: Counter[str] = field(default_factory=Counter)
    """Record type → how many records that it had voided are revived."""
    restored: set[tuple[str, int]] = field(default_factory=set)
    """Older records that have their old values again: record type and id."""
    not_restored: list[str] = field(default_factory=list)
    """Messages about what was not restored, because it was changed again since."""


def revert_entry(entry: Entry, target: int, label: str = "") -> UndoResult:
    """Void all that the entry ``target`` created and restore all that it changed; the caller holds the transaction.

    Raises Refused, with names, where later records rely on what would be voided, and where nothing is left to
    restore. ``label`` is what users call the entry: 第 3 批.
    """
    label = label or f"第 {target} 笔"
    undo_plan.check(entry.connection, target)
    result = UndoResult()
    for record in RECORDS.values():
        result.voided[record.name] += _void(entry, record, target)
    changes = record_changes(entry.connection, target)
    reviving = {(change.record.name, change.id) for change in changes if change.revives}
    for change in changes:
        _restore(entry, change, reviving, result)
    reversals.insert_reversal(entry, target)
    undo_guards.check_later_batches(entry.connection, target, entry.id, label)
    undo_guards.check_steps(entry.connection, entry.id)  # before the references: it says which steps to undo first
    undo_guards.check_references(entry.connection, entry.id, f"这一{label[-1]}")
    undo_guards.check_revived(entry.connection, entry.id)
    undo_guards.check_merged(entry.connection)
    state.refresh_after_undo(entry)
    _check_not_empty(entry.connection, target, result)
    return result


def _check_not_empty(connection: sqlite3.Connection, target: int, result: UndoResult) -> None:
    """Refuse where nothing was restored; an import that changed nothing is undone all the same."""
    if result.restored or +result.voided or +result.voided_again or +result.revived:
        return
    origin = reversals.original_entry(connection, target)
    if connection.execute("SELECT 1 FROM batch WHERE entry = ?", (origin,)).fetchone() is None:
        raise Refused(
            f"第 {target} 笔没有什么可以恢复的，没有改动：{'；'.join(result.not_restored) or '它改的现在都不在了'}。"
        )


def _restore(entry: Entry, change: RecordChange, reviving: set[tuple[str, int]], result: UndoResult) -> None:
    """Restore one record, and count it in ``result``; Refused where its old values are no longer possible."""
    record, connection = change.record, entry.connection
    try:
        if change.kind == "facts":
            _restore_facts(entry, change, reviving, result)
            return
        ((old, new),) = change.changes.values()
        if _stored_value(connection, record, change.kind, change.id) != new:
            result.not_restored.append(
                f"{_describe_record(connection, change)}：{_CHANGED_SINCE_MESSAGES[change.kind]}，保留现在的"
            )
            return
        _restore_column(entry, change, (old, new))
    except sqlite3.IntegrityError:
        label = _describe_record(connection, change)
        raise Refused(
            f"{label} 不能恢复成原样：会和台账里另一条重复（证件号、信用代码、编号、参加人、"
            "同一需求的工单），或自己前后矛盾（结束在开始之前）。没有改动，请先核对后来改过的。"
        ) from None
    except Refused as refused:  # a place that would be below itself
        label = _describe_record(connection, change)
        raise Refused(f"{label} 不能恢复成原样：{refused}没有改动。") from None
    if change.kind == "voided":
        (result.revived if change.revives else result.voided_again)[record.name] += 1
    else:
        result.restored.add((record.name, change.id))


_CHANGED_SINCE_MESSAGES = {
    "voided": "后来又作废或恢复过",
    "same_as": "后来又合并或拆开过",
    "extra": "表中不认识的列后来又改过",
}
"""Column that is no fact of a record → the message where its value is no longer what the entry left."""


def _describe_record(connection: sqlite3.Connection, change: RecordChange) -> str:
    return f"{change.record.label} {describe(connection, change.record, change.id)}"


def _stored_value(connection: sqlite3.Connection, record: Record, column: str, id_: int) -> Any:
    return connection.execute(f"SELECT {column} FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()[0]


def _restore_column(entry: Entry, change: RecordChange, pair: tuple[Any, Any]) -> None:
    """Restore a column that is no fact: a record that is voided again is so by the entry of this undo."""
    old, new = pair
    restored = entry.id if change.kind == "voided" and old is not None else old
    sql = f"UPDATE [{change.record.name}] SET {change.kind} = ? WHERE id = ?"
    entry.connection.execute(sql, (restored, change.id))
    journal.insert_changes(entry, change.record, change.id, {change.kind: (new, restored)})
    if change.kind == "same_as" and None in pair:
        # A merger stands in the history of the canonical record too.
        pair = (None, change.id) if new is None else (change.id, None)
        journal.insert_changes(entry, change.record, old or new, {"merged": pair})


def _restore_facts(entry: Entry, change: RecordChange, reviving: set[tuple[str, int]], result: UndoResult) -> None:
    """Restore the facts of one record in one update: a start moved past its end alone would be refused."""
    stored, values = store.load_values(entry.connection, change.record, change.id), {}
    for column, (old, new) in change.changes.items():
        reason = _skip_reason(entry.connection, change.record, column, (stored[column], old, new), reviving)
        if reason is None:
            values[column] = old
        else:
            result.not_restored.append(f"{_describe_record(entry.connection, change)}：{reason}，保留现在的")
    changes = store.update(entry, change.record, change.id, values)
    if change.record is ACTIVITY and "minutes" in changes:
        update_participant_minutes(entry, change.id, *changes["minutes"], since_entry=change.entry)
    if changes:
        result.restored.add((change.record.name, change.id))


def _skip_reason(
    connection: sqlite3.Connection,
    record: Record,
    column: str,
    values: tuple[Any, Any, Any],
    reviving: set[tuple[str, int]],
) -> str | None:
    """Why a value is not restored: it was changed since, or refers to a voided record; None where it is.

    ``values``: what is stored, what was before the entry, what the entry left.
    """
    field_ = next(field for field in record.fields if column in field.columns)
    stored, old, new = values
    if stored != new or isinstance(stored, Approx) != isinstance(new, Approx):
        return f"{field_.label}后来又改过"
    if field_.to and old is not None:
        target = field_.targets[field_.columns.index(column)]
        if _stored_value(connection, RECORDS[target], "voided", old) is not None and (target, old) not in reviving:
            return f"{field_.label}原来的那一条已经作废"
    return None


def _void(entry: Entry, record: Record, created_by: int) -> int:
    """Void the records of a type that an entry created and that are not voided yet; returns how many."""
    rows = f"FROM [{record.name}] WHERE entry = ? AND voided IS NULL"
    entry.connection.execute(
        "INSERT INTO change (entry, record, record_id, field, old, new) "
        f"SELECT ?, ?, id, 'voided', 'null', ? {rows} ORDER BY id",
        (entry.id, record.name, str(entry.id), created_by),
    )
    sql = f"UPDATE [{record.name}] SET voided = ? WHERE entry = ? AND voided IS NULL"
    return entry.connection.execute(sql, (entry.id, created_by)).rowcount
