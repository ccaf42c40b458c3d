"""The rules that a record must keep beside the types of its fields, whether typed, edited or imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import Refused, SbdError, UsageError
from shuangbaodao_cli.ledger.records import labels
from shuangbaodao_cli.ledger.records.matching import Matcher
from shuangbaodao_cli.model.care import SUBJECT, lacks_consent
from shuangbaodao_cli.model.party import BRANCH, BRANCH_KINDS
from shuangbaodao_cli.model.record import DATE_RANGES
from shuangbaodao_cli.model.service import OUTCOME
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from shuangbaodao_cli.model.record import Record


def check_manual_insert(record: Record) -> None:
    """Raise UsageError for a record type that has a command of its own."""
    if record.command:
        raise UsageError(f"{record.label}不能这样登记，请用 {record.command}。")


def check_duplicate(connection: sqlite3.Connection, record: Record, values: dict[str, Any]) -> None:
    """Raise Refused where a new record is in the ledger already."""
    if record.may_repeat:
        return
    matcher = Matcher(record)
    key_values = matcher.key_values(values)
    matcher.load_candidates(connection, [key_values])
    id_ = matcher.match(key_values)
    if id_ is not None:
        label = labels.describe(connection, record, id_)
        raise Refused(f"台账里已经有这一条{record.label}：{label}。要改它请用 sbd edit {record.name} {id_} 字段=值。")


def check_not_future(day: str) -> None:
    """Raise Refused for a day in the future."""
    if day > today().isoformat():
        raise Refused(f"{day} 还没到，不能先记。请核对日期；今天是 {today().isoformat()}。")


def check_dates(record: Record, values: Mapping[str, Any]) -> None:
    """Raise Refused for a future activity or a child without consent, UsageError for an end before its start."""
    if record.name == "activity" and values.get("date") is not None:
        check_not_future(values["date"])
    if record is SUBJECT and lacks_consent(values.get("birth_date"), values.get("consent"), today()):
        raise Refused("不满14周岁，登记前要先得到监护人同意。同意了请写上 监护人同意=是，并写明监护人。")
    for start, end in DATE_RANGES:
        start_day, end_day = values.get(start), values.get(end)
        if start_day is not None and end_day is not None and end_day < start_day:
            raise UsageError(f"{record[end].label} {end_day} 在{record[start].label} {start_day} 之前，请核对。")


def check_complete(record: Record, values: dict[str, Any]) -> None:
    """Raise UsageError where a new record lacks a required field."""
    missing = [
        field.label
        for field in record.fields
        if field.required and all(values.get(column) is None for column in field.columns)
    ]
    if missing:
        raise UsageError(f"{record.label}还缺少：{'、'.join(missing)}。例如 {missing[0]}=……")


_BRANCH_ORDER = list(BRANCH_KINDS)


def check(connection: sqlite3.Connection, record: Record, values: Mapping[str, Any], id_: int | None = None) -> None:
    """Raise the error of the rule of its type that a record breaks; ``id_`` is None for a new one."""
    rule = RULES.get(record.name)
    if rule and (fault := rule.fault(connection, values, id_)):
        raise rule.error(f"{fault}。")


def _branch_order_fault(connection: sqlite3.Connection, values: Mapping[str, Any], id_: int | None) -> str | None:
    """A Party organisation belongs to one of a higher level (design, §3.2 I)."""
    show = BRANCH["kind"].type.show
    kind = values.get("kind") or BRANCH["kind"].default
    above = connection.execute("SELECT kind FROM branch WHERE id = ?", (values.get("parent"),)).fetchall()
    below = connection.execute("SELECT kind FROM branch WHERE parent = ? AND voided IS NULL", (id_,)).fetchall()
    for higher, lower in [*((other, kind) for (other,) in above), *((kind, other) for (other,) in below)]:
        if _BRANCH_ORDER.index(higher) >= _BRANCH_ORDER.index(lower):
            return f"{show(lower)}不能在{show(higher)}下面。从上到下是：{'、'.join(map(show, _BRANCH_ORDER))}"
    return None


def _outcome_owner_fault(_: sqlite3.Connection, values: Mapping[str, Any], __: int | None) -> str | None:
    """An outcome belongs to an activity or to a project, and to one only: it is counted once."""
    owners = [name for name in ("activity", "project") if values.get(name) is not None]
    if not owners:
        return f"{OUTCOME.label}要写明是哪次活动的，或哪个项目的"
    return None if len(owners) == 1 else f"{OUTCOME.label}只能算在一处：活动和项目写一样就行"


class Rule(NamedTuple):
    """The rule of one record type: what finds the fault in its values, the columns it reads, and the error."""

    fault: Callable[[sqlite3.Connection, Mapping[str, Any], int | None], str | None]
    columns: tuple[str, ...]
    error: type[SbdError]


RULES = {
    "branch": Rule(_branch_order_fault, ("parent", "kind"), Refused),
    "outcome": Rule(_outcome_owner_fault, ("activity", "project"), UsageError),
}
"""Record type → its rule."""
