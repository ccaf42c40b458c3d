"""What must hold of a record beside its own fields, however it comes in: typed, edited or from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import Refused, SbdError, UsageError
from shuangbaodao_cli.ledger import store
from shuangbaodao_cli.ledger.finding import Names
from shuangbaodao_cli.vocabulary.party import BRANCH, BRANCH_KINDS
from shuangbaodao_cli.vocabulary.service import OUTCOME

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from shuangbaodao_cli.ledger.loading import Columns, Loading
    from shuangbaodao_cli.vocabulary.record import Record

_KINDS = list(BRANCH_KINDS)


def check(connection: sqlite3.Connection, record: Record, facts: Mapping[str, Any], id_: int | None = None) -> None:
    """Refuse a record whose facts break the rule of its kind; UsageError where something is left out."""
    rule = RULES.get(record.name)
    if rule and (fault := rule.fault(connection, facts, id_)):
        raise rule.error(f"{fault}。")


def check_rows(task: Loading, columns: Columns, positions: list[int]) -> None:
    """Refuse the rows of a roster that break a rule; what a row leaves open is as the ledger has it."""
    roster = task.roster
    if (rule := RULES.get(roster.record.name)) is None:
        return
    said = {column: columns[column] for column in roster.record.columns if column in columns}
    where = next((name for name in rule.columns if name in roster.columns), roster.called)
    for at in (one for one in positions if one not in roster.rejected):
        id_, held = _known(task, at)
        facts = held | {column: values[at] for column, values in said.items() if values[at] is not None}
        if held and "kind" in held and roster.columns.get("kind", [None] * len(roster.rows))[at] is None:
            facts["kind"] = held["kind"]  # what is only presumed does not stand above what is known
        if fault := rule.fault(task.entry.connection, facts, id_):
            roster.tell(at, where, "error", "value_invalid", roster.columns[where][at], f"{fault}，请核对")


def _known(task: Loading, at: int) -> tuple[int | None, dict[str, Any]]:
    """The Party organisation that a row names, if there is one, and its facts."""
    if task.roster.record is not BRANCH:
        return None, {}
    connection = task.entry.connection
    found = Names(connection).ids(BRANCH.name, task.roster.columns["name"][at])
    return (found[0], store.facts(connection, BRANCH, found[0])) if len(found) == 1 else (None, {})


def _chain(connection: sqlite3.Connection, facts: Mapping[str, Any], id_: int | None) -> str | None:
    """Each Party organisation belongs to one of a kind before its own (design, §3.2 I)."""
    show = BRANCH["kind"].type.show
    kind = facts.get("kind") or BRANCH["kind"].default
    above = connection.execute("SELECT kind FROM branch WHERE id = ?", (facts.get("parent"),)).fetchall()
    below = connection.execute("SELECT kind FROM branch WHERE parent = ? AND voided IS NULL", (id_,)).fetchall()
    for higher, lower in [*((one, kind) for (one,) in above), *((kind, one) for (one,) in below)]:
        if _KINDS.index(higher) >= _KINDS.index(lower):
            return f"{show(lower)}不能在{show(higher)}下面。从上到下是：{'、'.join(map(show, _KINDS))}"
    return None


def _one_owner(_: sqlite3.Connection, facts: Mapping[str, Any], __: int | None) -> str | None:
    """An outcome is counted once: for an activity or for a project."""
    owners = [name for name in ("activity", "project") if facts.get(name) is not None]
    if not owners:
        return f"{OUTCOME.label}要写明是哪次活动的，或哪个项目的"
    return None if len(owners) == 1 else f"{OUTCOME.label}只能算在一处：活动和项目写一样就行"


class Rule(NamedTuple):
    """What finds a fault in the facts of a record, the columns of a list where it is told, and how it is refused."""

    fault: Callable[[sqlite3.Connection, Mapping[str, Any], int | None], str | None]
    columns: tuple[str, ...]
    error: type[SbdError]


RULES = {
    "branch": Rule(_chain, ("parent", "kind"), Refused),
    "outcome": Rule(_one_owner, ("activity", "project"), UsageError),
}
"""Kind of record → the rule of its kind."""
