"""One command taken back as a unit: what it made is voided, what it changed is put back.

An import is a command like any other; taking back is one too, so that it can be taken back itself.
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
    """What taking a command back did."""

    voided: Counter[str] = field(default_factory=Counter)
    """Kind of record → how many that the command had made are void now."""
    voided_again: Counter[str] = field(default_factory=Counter)
    """Kind of record → how many that it had brought back are void again."""
    revived: Counter[str] = field(default_factory=Counter)
    """Kind of record → how many that it had voided stand again."""
    restored: set[tuple[str, int]] = field(default_factory=set)
    """Older records that have their old values again."""
    not_restored: list[str] = field(default_factory=list)
    """What was not put back, in words: it was changed again since."""


def revert_entry(entry: Entry, target: int, label: str = "") -> UndoResult:
    """Void all that a command made and put back all that it changed; the caller holds the transaction.

    Refused, with names, where what was registered later relies on what would be void, and where nothing
    is left to put back. ``called``: what people call it, 第 3 批.
    """
    label = label or f"第 {target} 笔"
    undo_plan.check(entry.connection, target)
    done = UndoResult()
    for record in RECORDS.values():
        done.voided[record.name] += _void(entry, record, target)
    items = record_changes(entry.connection, target)
    reviving = {(one.record.name, one.id) for one in items if one.revives}
    for one in items:
        _restore(entry, one, reviving, done)
    reversals.insert_reversal(entry, target)
    undo_guards.check_later_batches(entry.connection, target, entry.id, label)
    undo_guards.check_steps(entry.connection, entry.id)  # before what relies on them: steps can only go one by one
    undo_guards.check_references(entry.connection, entry.id, f"这一{label[-1]}")
    undo_guards.check_revived(entry.connection, entry.id)
    undo_guards.check_merged(entry.connection)
    state.refresh_after_undo(entry)
    _check_not_empty(entry.connection, target, done)
    return done


def _check_not_empty(connection: sqlite3.Connection, target: int, result: UndoResult) -> None:
    """Refuse where nothing was put back; an import that changed nothing is taken back all the same."""
    if result.restored or +result.voided or +result.voided_again or +result.revived:
        return
    origin = reversals.original_entry(connection, target)
    if connection.execute("SELECT 1 FROM batch WHERE entry = ?", (origin,)).fetchone() is None:
        raise Refused(
            f"第 {target} 笔没有什么可以恢复的，没有改动：{'；'.join(result.not_restored) or '它改的现在都不在了'}。"
        )


def _restore(entry: Entry, change: RecordChange, reviving: set[tuple[str, int]], result: UndoResult) -> None:
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
        raise Refused(
            f"{_describe_record(connection, change)} 不能恢复成原样：会和台账里另一条重复（证件号、信用代码、编号、参加人、"
            "同一需求的工单），或自己前后矛盾（结束在开始之前）。没有改动，请先核对后来改过的。"
        ) from None
    except Refused as refused:  # a place that would be below itself
        raise Refused(f"{_describe_record(connection, change)} 不能恢复成原样：{refused}没有改动。") from None
    if change.kind == "voided":
        (result.revived if change.revives else result.voided_again)[record.name] += 1
    else:
        result.restored.add((record.name, change.id))


_CHANGED_SINCE_MESSAGES = {
    "voided": "后来又作废或恢复过",
    "same_as": "后来又合并或拆开过",
    "extra": "表中不认识的列后来又改过",
}
"""What stands beside the facts of a record → what is told where it is not what the command left."""


def _describe_record(connection: sqlite3.Connection, change: RecordChange) -> str:
    return f"{change.record.label} {describe(connection, change.record, change.id)}"


def _stored_value(connection: sqlite3.Connection, record: Record, column: str, id_: int) -> Any:
    return connection.execute(f"SELECT {column} FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()[0]


def _restore_column(entry: Entry, change: RecordChange, pair: tuple[Any, Any]) -> None:
    """Put back what stands beside the facts; what is void again is so by this command."""
    old, new = pair
    becomes = entry.id if change.kind == "voided" and old is not None else old
    sql = f"UPDATE [{change.record.name}] SET {change.kind} = ? WHERE id = ?"
    entry.connection.execute(sql, (becomes, change.id))
    journal.insert_changes(entry, change.record, change.id, {change.kind: (new, becomes)})
    if change.kind == "same_as" and None in pair:
        # As a merger tells it of the one that stays.
        pair = (None, change.id) if new is None else (change.id, None)
        journal.insert_changes(entry, change.record, old or new, {"merged": pair})


def _restore_facts(entry: Entry, change: RecordChange, reviving: set[tuple[str, int]], result: UndoResult) -> None:
    """Put back the facts of one record in one go: one day moved past another would not be allowed."""
    held, values = store.load_values(entry.connection, change.record, change.id), {}
    for column, pair in change.changes.items():
        why = _skip_reason(entry.connection, change.record, column, (held[column], *pair), reviving)
        if why is None:
            values[column] = pair[0]
        else:
            result.not_restored.append(f"{_describe_record(entry.connection, change)}：{why}，保留现在的")
    changed = store.update(entry, change.record, change.id, values)
    if change.record is ACTIVITY and "minutes" in changed:
        update_participant_minutes(entry, change.id, *changed["minutes"], since_entry=change.entry)
    if changed:
        result.restored.add((change.record.name, change.id))


def _skip_reason(
    connection: sqlite3.Connection,
    record: Record,
    column: str,
    values: tuple[Any, Any, Any],
    reviving: set[tuple[str, int]],
) -> str | None:
    """Why a value is not put back, if it is not: somebody changed it since, or it points to what is void now."""
    field_ = next(one for one in record.fields if column in one.columns)
    now, old, new = values
    if now != new or isinstance(now, Approx) != isinstance(new, Approx):
        return f"{field_.label}后来又改过"
    if field_.to and old is not None:
        target = field_.targets[field_.columns.index(column)]
        if _stored_value(connection, RECORDS[target], "voided", old) is not None and (target, old) not in reviving:
            return f"{field_.label}原来的那一条已经作废"
    return None


def _void(entry: Entry, record: Record, created_by: int) -> int:
    """Void the live records of a kind that a command made; how many they were."""
    live = f"FROM [{record.name}] WHERE entry = ? AND voided IS NULL"
    entry.connection.execute(
        "INSERT INTO change (entry, record, record_id, field, old, new) "
        f"SELECT ?, ?, id, 'voided', 'null', ? {live} ORDER BY id",
        (entry.id, record.name, str(entry.id), created_by),
    )
    sql = f"UPDATE [{record.name}] SET voided = ? WHERE entry = ? AND voided IS NULL"
    return entry.connection.execute(sql, (entry.id, created_by)).rowcount
