"""The chain of Party organisations: each belongs to one of a kind before its own (design, §3.2 I)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger import store
from shuangbaodao_cli.ledger.finding import Names
from shuangbaodao_cli.vocabulary.party import BRANCH, BRANCH_KINDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.loading import Columns, Loading
    from shuangbaodao_cli.vocabulary.record import Record

_KINDS = list(BRANCH_KINDS)


def check(connection: sqlite3.Connection, record: Record, facts: Mapping[str, Any], id_: int | None = None) -> None:
    """Refuse a Party organisation below one that is not of a higher kind, or above one that is not of a lower."""
    if record is BRANCH and (fault := _fault(connection, facts, id_)):
        raise Refused(f"{fault}。")


def check_rows(task: Loading, columns: Columns, positions: list[int]) -> None:
    """Refuse the rows of a roster that would stand so; what a row leaves open is as the ledger has it."""
    roster = task.roster
    if roster.record is not BRANCH:
        return
    connection, names = task.entry.connection, Names(task.entry.connection)
    unsaid = [None] * len(roster.rows)
    kinds, parents = roster.columns.get("kind", unsaid), columns.get("parent", unsaid)
    for at in positions:
        known = names.ids(BRANCH.name, roster.columns["name"][at])
        id_ = known[0] if len(known) == 1 else None
        held = store.facts(connection, BRANCH, id_) if id_ is not None else {}
        facts = {"kind": kinds[at] or held.get("kind"), "parent": parents[at] or held.get("parent")}
        if fault := _fault(connection, facts, id_):
            where = "parent" if "parent" in roster.columns else "kind"
            roster.tell(at, where, "error", "value_invalid", roster.columns[where][at], f"{fault}，请核对")


def _fault(connection: sqlite3.Connection, facts: Mapping[str, Any], id_: int | None) -> str | None:
    show = BRANCH["kind"].type.show
    kind = facts.get("kind") or BRANCH["kind"].default
    above = connection.execute("SELECT kind FROM branch WHERE id = ?", (facts.get("parent"),)).fetchall()
    below = connection.execute("SELECT kind FROM branch WHERE parent = ? AND voided IS NULL", (id_,)).fetchall()
    for higher, lower in [*((one, kind) for (one,) in above), *((kind, one) for (one,) in below)]:
        if _KINDS.index(higher) >= _KINDS.index(lower):
            return f"{show(lower)}不能在{show(higher)}下面。从上到下是：{'、'.join(map(show, _KINDS))}"
    return None
