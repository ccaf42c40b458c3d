"""What a row says beside its own record: its team, its check-in, who took part, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.imports import missing
from shuangbaodao_cli.ledger.records import labels, store
from shuangbaodao_cli.ledger.records.matching import Matcher
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.model.service import PARTICIPATION
from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.values.numbers import read_outcome
from shuangbaodao_cli.values.text import parted

if TYPE_CHECKING:
    from shuangbaodao_cli.ledger.imports.sheet_import import SheetImport
    from shuangbaodao_cli.model.record import Link


def insert_linked_records(task: SheetImport, positions: list[int]) -> None:
    """Keep every part that the rows of a roster name."""
    for link in task.roster.record.links:
        needed = task.roster.columns.get(link.needs or link.each.name)
        if needed is not None and link.each.name in task.roster.columns:
            _insert_parts(task, link, [at for at in positions if needed[at] is not None])


def _insert_parts(task: SheetImport, link: Link, positions: list[int]) -> None:
    part = RECORDS[link.record]
    named = [at for at in positions if task.roster.columns[link.each.name][at] is not None]
    # What hangs on a new record cannot be in the ledger yet; the rest is held against what is there.
    fresh = [
        store.insert_parameters(part, values, task.entry.id)
        for at in named
        if at in task.created_ids
        for values in _part_values(task, link, at, task.created_ids[at], _resolve_parts(task, link, at)[0])
    ]
    task.entry.connection.executemany(store.insert_sql(part), fresh)
    for at in named:
        if at in task.matched_ids:
            _update_parts(task, link, at)


def _resolve_parts(task: SheetImport, link: Link, index: int) -> tuple[list[dict[str, Any]], list[str]]:
    """What tells apart each part that a cell names; what leads to nothing stays with the row's record."""
    roster = task.roster
    named = parted(roster.columns[link.each.name][index])
    found: list[dict[str, Any]] = []
    lost: list[str] = []
    if link.each.to:
        ids, lost = task.references.resolve_names(link.each, index, named)
        column = labels.link_target_field(link).name
        found = [{column: id_} for id_ in ids]
    else:
        for said in named:
            try:
                found.append(read_outcome(said))
            except Unfit as unfit:
                roster.add_problem(index, link.each.name, "warning", unfit.kind, said, unfit.message)
                lost.append(said)
    if lost:
        owner = task.created_ids[index] if index in task.created_ids else task.matched_ids[index]
        if (
            store.update_extra(task.entry, roster.record, owner, {link.each.label: "、".join(lost)})
            and index in task.matched_ids
        ):
            task.changed_rows.add(index)
    return found, lost


def _part_values(
    task: SheetImport, link: Link, index: int, owner: int, found: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The facts of parts, with those that the row says of all of them."""
    columns, owned = task.roster.columns, RECORDS[link.record].pointer(link.owner, task.roster.record.name)
    takes = {name: columns[taken.name][index] for name, taken in link.takes if taken.name in columns}
    return [{owned: owner, **dict(link.fixed), **takes, **one} for one in found]


def _update_parts(task: SheetImport, link: Link, index: int) -> None:
    """Change the parts that a known record has, add the others; what was voided or left out is told."""
    part, connection = RECORDS[link.record], task.entry.connection
    found, lost = _resolve_parts(task, link, index)
    parts = _part_values(task, link, index, task.matched_ids[index], found)
    live, gone = Matcher(part, repeats=True), Matcher(part, repeats=True)
    facts = list(map(live.key_values, parts))
    live.load_candidates(connection, facts)
    gone.load_candidates(connection, facts, voided=True)
    left_out = 0
    for values, fact in zip(parts, facts, strict=True):
        met = live.match(fact)
        if met is None and (was := gone.match(fact)) is not None:
            gone.claim(was)
            left_out += 1
        elif met is None:
            live.claim(store.insert(task.entry, part, values))
            task.add_change(index, link.each.name, None, labels.format_part(connection, link, values))
        else:
            live.claim(met)
            _update_part(task, link, index, met, values)
    if left_out:
        message = f"有 {left_out} 条{part.label}在台账里已作废，没有再收；确实要收请另外登记"
        cell = task.roster.columns[link.each.name][index]
        task.roster.add_problem(index, link.each.name, "warning", "voided_before", cell, message)
    if part is PARTICIPATION:
        missing.warn_missing_participants(task, link.each.name, index, {one["person"] for one in found}, lost)


def _update_part(task: SheetImport, link: Link, index: int, id_: int, values: dict[str, Any]) -> None:
    part, connection = RECORDS[link.record], task.entry.connection
    said = {column: value for column, value in values.items() if value is not None}
    for column, pair in store.update(task.entry, part, id_, said).items():
        field = next(one for one in part.fields if column in one.columns)
        name = labels.part_name(connection, link, values)
        old, new = (
            None if value is None else f"{name} {labels.format_value(connection, field, column, value)}"
            for value in pair
        )
        task.add_change(index, link.each.name, old, new or name)
