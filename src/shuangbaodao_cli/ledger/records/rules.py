"""What must hold of a record beside its own fields, however it comes in: typed, edited or from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import Refused, SbdError, UsageError
from shuangbaodao_cli.ledger.records import labels
from shuangbaodao_cli.ledger.records.matching import Matcher
from shuangbaodao_cli.model.care import SUBJECT, lacks_consent
from shuangbaodao_cli.model.party import BRANCH, BRANCH_KINDS
from shuangbaodao_cli.model.record import SPANS
from shuangbaodao_cli.model.service import OUTCOME
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from shuangbaodao_cli.model.record import Record


def check_manual_insert(record: Record) -> None:
    """Refuse to put in by hand a record that comes about by a command of its own."""
    if record.verb:
        raise UsageError(f"{record.label}不能这样登记，请用 {record.verb}。")


def check_duplicate(connection: sqlite3.Connection, record: Record, values: dict[str, Any]) -> None:
    """Refuse a new record that is in the ledger already."""
    if record.repeats:
        return
    matcher = Matcher(record)
    facts = matcher.key_values(values)
    matcher.load_candidates(connection, [facts])
    met = matcher.match(facts)
    if met is not None:
        told = labels.describe(connection, record, met)
        raise Refused(f"台账里已经有这一条{record.label}：{told}。要改它请用 sbd edit {record.name} {met} 字段=值。")


def check_not_future(day: str) -> None:
    """Refuse a day that has not come."""
    if day > today().isoformat():
        raise Refused(f"{day} 还没到，不能先记。请核对日期；今天是 {today().isoformat()}。")


def check_dates(record: Record, values: Mapping[str, Any]) -> None:
    """Refuse an activity that has not been yet, and a record whose end would be before its beginning."""
    if record.name == "activity" and values.get("date") is not None:
        check_not_future(values["date"])
    if record is SUBJECT and lacks_consent(values.get("birth_date"), values.get("consent"), today()):
        raise Refused("不满14周岁，登记前要先得到监护人同意。同意了请写上 监护人同意=是，并写明监护人。")
    for start, end in SPANS:
        first, last = values.get(start), values.get(end)
        if first is not None and last is not None and last < first:
            raise UsageError(f"{record[end].label} {last} 在{record[start].label} {first} 之前，请核对。")


def check_complete(record: Record, values: dict[str, Any]) -> None:
    """Refuse a new record that lacks what its kind requires."""
    lacking = [f.label for f in record.fields if f.required and all(values.get(c) is None for c in f.columns)]
    if lacking:
        raise UsageError(f"{record.label}还缺少：{'、'.join(lacking)}。例如 {lacking[0]}=……")


_BRANCH_ORDER = list(BRANCH_KINDS)


def check(connection: sqlite3.Connection, record: Record, values: Mapping[str, Any], id_: int | None = None) -> None:
    """Refuse a record whose facts break the rule of its kind; UsageError where something is left out."""
    rule = RULES.get(record.name)
    if rule and (fault := rule.fault(connection, values, id_)):
        raise rule.error(f"{fault}。")


def _branch_order_fault(connection: sqlite3.Connection, values: Mapping[str, Any], id_: int | None) -> str | None:
    """Each Party organisation belongs to one of a kind before its own (design, §3.2 I)."""
    show = BRANCH["kind"].type.show
    kind = values.get("kind") or BRANCH["kind"].default
    above = connection.execute("SELECT kind FROM branch WHERE id = ?", (values.get("parent"),)).fetchall()
    below = connection.execute("SELECT kind FROM branch WHERE parent = ? AND voided IS NULL", (id_,)).fetchall()
    for higher, lower in [*((one, kind) for (one,) in above), *((kind, one) for (one,) in below)]:
        if _BRANCH_ORDER.index(higher) >= _BRANCH_ORDER.index(lower):
            return f"{show(lower)}不能在{show(higher)}下面。从上到下是：{'、'.join(map(show, _BRANCH_ORDER))}"
    return None


def _outcome_owner_fault(_: sqlite3.Connection, values: Mapping[str, Any], __: int | None) -> str | None:
    """An outcome is counted once: for an activity or for a project."""
    owners = [name for name in ("activity", "project") if values.get(name) is not None]
    if not owners:
        return f"{OUTCOME.label}要写明是哪次活动的，或哪个项目的"
    return None if len(owners) == 1 else f"{OUTCOME.label}只能算在一处：活动和项目写一样就行"


class Rule(NamedTuple):
    """What finds a fault in the facts of a record, the columns of a list where it is told, and how it is refused."""

    fault: Callable[[sqlite3.Connection, Mapping[str, Any], int | None], str | None]
    columns: tuple[str, ...]
    error: type[SbdError]


RULES = {
    "branch": Rule(_branch_order_fault, ("parent", "kind"), Refused),
    "outcome": Rule(_outcome_owner_fault, ("activity", "project"), UsageError),
}
"""Kind of record → the rule of its kind."""
