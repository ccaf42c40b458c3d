"""What a row says beside its own record: its team, its check-in, who took part, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger import store
from shuangbaodao_cli.ledger.matching import Matcher
from shuangbaodao_cli.ledger.references import parted
from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.vocabulary.numbers import read_outcome
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.ledger.database import Entry
    from shuangbaodao_cli.ledger.loading import Loading
    from shuangbaodao_cli.vocabulary.record import Link, Record


def hang(task: Loading, positions: list[int]) -> None:
    """Keep every part that the rows of a roster name."""
    for link in task.roster.record.links:
        needed = task.roster.columns.get(link.needs or link.each.name)
        if needed is not None and link.each.name in task.roster.columns:
            _hang(task, link, [at for at in positions if needed[at] is not None])


def _hang(task: Loading, link: Link, positions: list[int]) -> None:
    part, columns = RECORDS[link.record], task.roster.columns
    owned = part.pointer(link.owner, task.roster.record.name)
    takes = [(name, columns[taken.name]) for name, taken in link.takes if taken.name in columns]
    named = [at for at in positions if columns[link.each.name][at] is not None]

    def said(at: int, owner: int) -> Iterator[dict[str, Any]]:
        common = {owned: owner, **dict(link.fixed), **{name: taken[at] for name, taken in takes}}
        yield from ({**common, **found} for found in _parts(task, link, at, owner))

    # What hangs on a new record cannot be in the ledger yet; the rest is held against what is there.
    fresh = (
        store.row(part, values, task.entry.id) for at in named if at in task.made for values in said(at, task.made[at])
    )
    task.entry.connection.executemany(store.insert_sql(part), list(fresh))
    for at in named:
        if at in task.met:
            changed, gone = _bring_up_to_date(task.entry, part, list(said(at, task.met[at])))
            if changed:
                task.changed.add(at)
            if gone:
                message = f"有 {gone} 条{part.label}在台账里已作废，没有再收；确实要收请另外登记"
                cell = columns[link.each.name][at]
                task.roster.tell(at, link.each.name, "warning", "voided_before", cell, message)


def _parts(task: Loading, link: Link, at: int, owner: int) -> Iterator[dict[str, Any]]:
    """The facts of each part that a cell names; what leads to nothing stays with the row's record."""
    roster = task.roster
    named = parted(roster.columns[link.each.name][at])
    lost: list[str] = []
    if link.each.to:
        part = RECORDS[link.record]
        column = next(f.name for f in part.fields if f.to == link.each.to and f.name != link.owner)
        ids, lost = task.references.each(link.each, at, named)
        yield from ({column: id_} for id_ in ids)
    else:
        for said in named:
            try:
                yield read_outcome(said)
            except Unfit as unfit:
                roster.tell(at, link.each.name, "warning", unfit.kind, said, unfit.message)
                lost.append(said)
    if lost:
        store.set_aside(task.entry, roster.record, owner, {link.each.label: "、".join(lost)})


def _bring_up_to_date(entry: Entry, part: Record, parts: list[dict[str, Any]]) -> tuple[bool, int]:
    """Change the parts that a record already has, add the others.

    Returns whether anything changed, and how many were left out since they had been voided.
    """
    live, gone = Matcher(part, repeats=True), Matcher(part, repeats=True)
    facts = list(map(live.facts_of, parts))
    live.learn(entry.connection, facts)
    gone.learn(entry.connection, facts, voided=True)
    changed, left_out = False, 0
    for values, fact in zip(parts, facts, strict=True):
        met = live.match(fact)
        if met is None and (was := gone.match(fact)) is not None:
            gone.claim(was)
            left_out += 1
        elif met is None:
            live.claim(store.insert(entry, part, values))
            changed = True
        else:
            live.claim(met)
            said = {column: value for column, value in values.items() if value is not None}
            changed = bool(store.update(entry, part, met, said)) or changed
    return changed, left_out
