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
    from shuangbaodao_cli.ledger.imports.sheet_import import Loading
    from shuangbaodao_cli.model.record import Link


def hang(task: Loading, positions: list[int]) -> None:
    """Keep every part that the rows of a roster name."""
    for link in task.roster.record.links:
        needed = task.roster.columns.get(link.needs or link.each.name)
        if needed is not None and link.each.name in task.roster.columns:
            _hang(task, link, [at for at in positions if needed[at] is not None])


def _hang(task: Loading, link: Link, positions: list[int]) -> None:
    part = RECORDS[link.record]
    named = [at for at in positions if task.roster.columns[link.each.name][at] is not None]
    # What hangs on a new record cannot be in the ledger yet; the rest is held against what is there.
    fresh = [
        store.row(part, values, task.entry.id)
        for at in named
        if at in task.made
        for values in _whole(task, link, at, task.made[at], _named(task, link, at)[0])
    ]
    task.entry.connection.executemany(store.insert_sql(part), fresh)
    for at in named:
        if at in task.met:
            _bring_up_to_date(task, link, at)


def _named(task: Loading, link: Link, at: int) -> tuple[list[dict[str, Any]], list[str]]:
    """What tells apart each part that a cell names; what leads to nothing stays with the row's record."""
    roster = task.roster
    named = parted(roster.columns[link.each.name][at])
    found: list[dict[str, Any]] = []
    lost: list[str] = []
    if link.each.to:
        ids, lost = task.references.each(link.each, at, named)
        column = labels.pointing(link).name
        found = [{column: id_} for id_ in ids]
    else:
        for said in named:
            try:
                found.append(read_outcome(said))
            except Unfit as unfit:
                roster.tell(at, link.each.name, "warning", unfit.kind, said, unfit.message)
                lost.append(said)
    if lost:
        owner = task.made[at] if at in task.made else task.met[at]
        if store.set_aside(task.entry, roster.record, owner, {link.each.label: "、".join(lost)}) and at in task.met:
            task.changed.add(at)
    return found, lost


def _whole(task: Loading, link: Link, at: int, owner: int, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The facts of parts, with those that the row says of all of them."""
    columns, owned = task.roster.columns, RECORDS[link.record].pointer(link.owner, task.roster.record.name)
    takes = {name: columns[taken.name][at] for name, taken in link.takes if taken.name in columns}
    return [{owned: owner, **dict(link.fixed), **takes, **one} for one in found]


def _bring_up_to_date(task: Loading, link: Link, at: int) -> None:
    """Change the parts that a known record has, add the others; what was voided or left out is told."""
    part, connection = RECORDS[link.record], task.entry.connection
    found, lost = _named(task, link, at)
    parts = _whole(task, link, at, task.met[at], found)
    live, gone = Matcher(part, repeats=True), Matcher(part, repeats=True)
    facts = list(map(live.facts_of, parts))
    live.learn(connection, facts)
    gone.learn(connection, facts, voided=True)
    left_out = 0
    for values, fact in zip(parts, facts, strict=True):
        met = live.match(fact)
        if met is None and (was := gone.match(fact)) is not None:
            gone.claim(was)
            left_out += 1
        elif met is None:
            live.claim(store.insert(task.entry, part, values))
            task.tell_change(at, link.each.name, None, labels.part(connection, link, values))
        else:
            live.claim(met)
            _update(task, link, at, met, values)
    if left_out:
        message = f"有 {left_out} 条{part.label}在台账里已作废，没有再收；确实要收请另外登记"
        cell = task.roster.columns[link.each.name][at]
        task.roster.tell(at, link.each.name, "warning", "voided_before", cell, message)
    if part is PARTICIPATION:
        missing.tell_left_out(task, link.each.name, at, {one["person"] for one in found}, lost)


def _update(task: Loading, link: Link, at: int, id_: int, values: dict[str, Any]) -> None:
    part, connection = RECORDS[link.record], task.entry.connection
    said = {column: value for column, value in values.items() if value is not None}
    for column, pair in store.update(task.entry, part, id_, said).items():
        field = next(one for one in part.fields if column in one.columns)
        name = labels.part_name(connection, link, values)
        old, new = (
            None if value is None else f"{name} {labels.said(connection, field, column, value)}" for value in pair
        )
        task.tell_change(at, link.each.name, old, new or name)
