"""What the rows of a roster must satisfy before they are matched, and the order in which they go in.

A place or Party organisation must not stand above itself, and goes in after the one that it belongs to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.imports.sheet_import import row_values
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.records.lookup import NameLookup
from shuangbaodao_cli.ledger.records.rules import RULES
from shuangbaodao_cli.model.party import BRANCH
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.imports.references import Columns
    from shuangbaodao_cli.ledger.imports.sheet_import import SheetImport


def check_parents(roster: Roster) -> None:
    """Refuse rows that stand above themselves."""
    if not _has_parents(roster):
        return
    names = [fold(name or "") for name in roster.columns["name"]]
    parents = [fold(parent or "") for parent in roster.columns["parent"]]
    parent_of = {name: parent for name, parent in zip(names, parents, strict=True) if parent}
    for index, (name, parent) in enumerate(zip(names, parents, strict=True)):
        seen, ancestor = {name}, parent
        while ancestor in parent_of and ancestor not in seen:
            seen.add(ancestor)
            ancestor = parent_of[ancestor]
        if name and ancestor == name:
            raw = roster.columns["parent"][index]
            roster.add_problem(index, "parent", "error", "value_invalid", raw, "一级级往上会回到它自己，请核对“上级”")


def _has_parents(roster: Roster) -> bool:
    """Whether its rows say which other record of their own kind they belong to."""
    return "parent" in roster.columns and roster.record["parent"].to == roster.record.name


def dependency_waves(roster: Roster) -> Iterator[list[int]]:
    """Positions in the order they must go in: a roster may list children before parents."""
    waiting = [index for index in range(len(roster.row_numbers)) if index not in roster.rejected]
    if not _has_parents(roster):
        yield waiting
        return
    parents = roster.columns["parent"]
    names = [fold(name or "") for name in roster.columns["name"]]
    while waiting:
        missing = {names[index] for index in waiting}
        ready = [
            index for index in waiting if parents[index] is None or fold(parents[index]) not in missing - {names[index]}
        ]
        wave = set(ready or waiting)
        yield sorted(wave)
        waiting = [index for index in waiting if index not in wave]


def check_rows(task: SheetImport, columns: Columns, positions: Iterable[int]) -> None:
    """Refuse the rows of a roster that break a rule; what a row leaves open is as the ledger has it."""
    roster = task.roster
    if (rule := RULES.get(roster.record.name)) is None:
        return
    names = [column for column in roster.record.columns if column in columns]
    blamed = next((name for name in rule.columns if name in roster.columns), roster.title_field)
    kinds = roster.columns.get("kind", [None] * len(roster.row_numbers))
    for index in (index for index in positions if index not in roster.rejected):
        id_, stored = _stored_branch(task, index)
        values = stored | row_values(columns, names, index)
        if "kind" in stored and kinds[index] is None:
            values["kind"] = stored["kind"]  # what is only presumed does not stand above what is known
        if fault := rule.fault(task.connection, values, id_):
            raw = roster.columns[blamed][index]
            roster.add_problem(index, blamed, "error", "value_invalid", raw, f"{fault}，请核对")


def _stored_branch(task: SheetImport, index: int) -> tuple[int | None, dict[str, Any]]:
    """The Party organisation that a row names, if there is one, and its values."""
    if task.roster.record is not BRANCH:
        return None, {}
    ids = NameLookup(task.connection).ids(BRANCH.name, task.roster.columns["name"][index])
    return (ids[0], store.load_values(task.connection, BRANCH, ids[0])) if len(ids) == 1 else (None, {})
