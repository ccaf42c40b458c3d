"""Rows of a roster in the order in which they can go in: places and Party organisations above before those below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.vocabulary.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.intake.roster import Roster


def check_parents(roster: Roster) -> None:
    """Refuse rows that stand above themselves."""
    if not _chained(roster):
        return
    names = [fold(name or "") for name in roster.columns["name"]]
    parents = [fold(parent or "") for parent in roster.columns["parent"]]
    above = {name: parent for name, parent in zip(names, parents, strict=True) if parent}
    for at, (name, parent) in enumerate(zip(names, parents, strict=True)):
        seen, higher = {name}, parent
        while higher in above and higher not in seen:
            seen.add(higher)
            higher = above[higher]
        if name and higher == name:
            said = roster.columns["parent"][at]
            roster.tell(at, "parent", "error", "value_invalid", said, "一级级往上会回到它自己，请核对“上级”")


def _chained(roster: Roster) -> bool:
    """Whether its rows say which other record of their own kind they belong to."""
    return "parent" in roster.columns and roster.record["parent"].to == roster.record.name


def waves(roster: Roster) -> Iterator[list[int]]:
    """Positions in the order they must go in: a roster may list children before parents."""
    waiting = [at for at in range(len(roster.rows)) if at not in roster.rejected]
    if not _chained(roster):
        yield waiting
        return
    parents = roster.columns["parent"]
    names = [fold(name or "") for name in roster.columns["name"]]
    while waiting:
        still = {names[at] for at in waiting}
        ready = [at for at in waiting if parents[at] is None or fold(parents[at]) not in still - {names[at]}]
        going = set(ready or waiting)
        yield sorted(going)
        waiting = [at for at in waiting if at not in going]
