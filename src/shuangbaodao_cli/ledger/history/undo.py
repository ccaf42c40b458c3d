"""One command taken back as a unit: what it made is voided, what it changed is put back.

An import is a command like any other; taking back is one too, so that it can be taken back itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger.history import undo_guards, undo_plan
from shuangbaodao_cli.ledger.history.undo_plan import Changed, changes
from shuangbaodao_cli.ledger.orders import state
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.ledger.storage import journal, reversals
from shuangbaodao_cli.ledger.storage.encryption import sqlite3
from shuangbaodao_cli.ledger.work.activities import follow_minutes
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.model.service import ACTIVITY
from shuangbaodao_cli.values.numbers import Approx

if TYPE_CHECKING:
    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Record


@dataclass(slots=True)
class Undone:
    """What taking a command back did."""

    voided: Counter[str] = field(default_factory=Counter)
    """Kind of record → how many that the command had made are void now."""
    again: Counter[str] = field(default_factory=Counter)
    """Kind of record → how many that it had brought back are void again."""
    revived: Counter[str] = field(default_factory=Counter)
    """Kind of record → how many that it had voided stand again."""
    restored: set[tuple[str, int]] = field(default_factory=set)
    """Older records that have their old values again."""
    left: list[str] = field(default_factory=list)
    """What was not put back, in words: it was changed again since."""


def take_back(entry: Entry, target: int, called: str = "") -> Undone:
    """Void all that a command made and put back all that it changed; the caller holds the transaction.

    Refused, with names, where what was registered later relies on what would be void, and where nothing
    is left to put back. ``called``: what people call it, 第 3 批.
    """
    called = called or f"第 {target} 笔"
    undo_plan.check(entry.connection, target)
    done = Undone()
    for record in RECORDS.values():
        done.voided[record.name] += _void(entry, record, target)
    items = changes(entry.connection, target)
    reviving = {(one.record.name, one.id) for one in items if one.revives}
    for one in items:
        _put_back(entry, one, reviving, done)
    reversals.remember(entry, target)
    undo_guards.check_later_batches(entry.connection, target, entry.id, called)
    undo_guards.check_steps(entry.connection, entry.id)  # before what relies on them: steps can only go one by one
    undo_guards.check(entry.connection, entry.id, f"这一{called[-1]}")
    undo_guards.check_revived(entry.connection, entry.id)
    undo_guards.check_merged(entry.connection)
    state.after_undo(entry)
    _check_something(entry.connection, target, done)
    return done


def _check_something(connection: sqlite3.Connection, target: int, done: Undone) -> None:
    """Refuse where nothing was put back; an import that changed nothing is taken back all the same."""
    if done.restored or +done.voided or +done.again or +done.revived:
        return
    origin = reversals.first(connection, target)
    if connection.execute("SELECT 1 FROM batch WHERE entry = ?", (origin,)).fetchone() is None:
        raise Refused(f"第 {target} 笔没有什么可以恢复的，没有改动：{'；'.join(done.left) or '它改的现在都不在了'}。")


def _put_back(entry: Entry, one: Changed, reviving: set[tuple[str, int]], done: Undone) -> None:
    record, connection = one.record, entry.connection
    try:
        if one.kind == "facts":
            _put_back_facts(entry, one, reviving, done)
            return
        ((old, new),) = one.pairs.values()
        if _beside(connection, record, one.kind, one.id) != new:
            done.left.append(f"{_told(connection, one)}：{_SINCE[one.kind]}，保留现在的")
            return
        _set_beside(entry, one, (old, new))
    except sqlite3.IntegrityError:
        raise Refused(
            f"{_told(connection, one)} 不能恢复成原样：会和台账里另一条重复（证件号、信用代码、编号、参加人、"
            "同一需求的工单），或自己前后矛盾（结束在开始之前）。没有改动，请先核对后来改过的。"
        ) from None
    except Refused as refused:  # a place that would be below itself
        raise Refused(f"{_told(connection, one)} 不能恢复成原样：{refused}没有改动。") from None
    if one.kind == "voided":
        (done.revived if one.revives else done.again)[record.name] += 1
    else:
        done.restored.add((record.name, one.id))


_SINCE = {
    "voided": "后来又作废或恢复过",
    "same_as": "后来又合并或拆开过",
    "extra": "表中不认识的列后来又改过",
}
"""What stands beside the facts of a record → what is told where it is not what the command left."""


def _told(connection: sqlite3.Connection, one: Changed) -> str:
    return f"{one.record.label} {describe(connection, one.record, one.id)}"


def _beside(connection: sqlite3.Connection, record: Record, column: str, id_: int) -> Any:
    return connection.execute(f"SELECT {column} FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()[0]


def _set_beside(entry: Entry, one: Changed, pair: tuple[Any, Any]) -> None:
    """Put back what stands beside the facts; what is void again is so by this command."""
    old, new = pair
    becomes = entry.id if one.kind == "voided" and old is not None else old
    sql = f"UPDATE [{one.record.name}] SET {one.kind} = ? WHERE id = ?"
    entry.connection.execute(sql, (becomes, one.id))
    journal.remember(entry, one.record, one.id, {one.kind: (new, becomes)})
    if one.kind == "same_as" and None in pair:
        # As a merger tells it of the one that stays.
        pair = (None, one.id) if new is None else (one.id, None)
        journal.remember(entry, one.record, old or new, {"merged": pair})


def _put_back_facts(entry: Entry, one: Changed, reviving: set[tuple[str, int]], done: Undone) -> None:
    """Put back the facts of one record in one go: one day moved past another would not be allowed."""
    held, values = store.facts(entry.connection, one.record, one.id), {}
    for column, pair in one.pairs.items():
        why = _why_left(entry.connection, one.record, column, (held[column], *pair), reviving)
        if why is None:
            values[column] = pair[0]
        else:
            done.left.append(f"{_told(entry.connection, one)}：{why}，保留现在的")
    changed = store.update(entry, one.record, one.id, values)
    if one.record is ACTIVITY and "minutes" in changed:
        follow_minutes(entry, one.id, *changed["minutes"], since=one.entry)
    if changed:
        done.restored.add((one.record.name, one.id))


def _why_left(
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
        if _beside(connection, RECORDS[target], "voided", old) is not None and (target, old) not in reviving:
            return f"{field_.label}原来的那一条已经作废"
    return None


def _void(entry: Entry, record: Record, made_by: int) -> int:
    """Void the live records of a kind that a command made; how many they were."""
    live = f"FROM [{record.name}] WHERE entry = ? AND voided IS NULL"
    entry.connection.execute(
        "INSERT INTO change (entry, record, record_id, field, old, new) "
        f"SELECT ?, ?, id, 'voided', 'null', ? {live} ORDER BY id",
        (entry.id, record.name, str(entry.id), made_by),
    )
    sql = f"UPDATE [{record.name}] SET voided = ? WHERE entry = ? AND voided IS NULL"
    return entry.connection.execute(sql, (entry.id, made_by)).rowcount
