"""Places of a roster in the order in which they can go in: those above before those below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.vocabulary.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.intake.roster import Roster


def check_parents(roster: Roster) -> None:
    """Refuse places of a roster that stand above themselves."""
    if roster.record.name != "place" or "parent" not in roster.columns:
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


def waves(roster: Roster) -> Iterator[list[int]]:
    """Positions in the order they must go in: a roster of places may list children before parents."""
    waiting = [at for at in range(len(roster.rows)) if at not in roster.rejected]
    parents = roster.columns.get("parent") if roster.record.name == "place" else None
    if parents is None:
        yield waiting
        return
    names = [fold(name or "") for name in roster.columns["name"]]
    while waiting:
        still = {names[at] for at in waiting}
        ready = [at for at in waiting if parents[at] is None or fold(parents[at]) not in still - {names[at]}]
        going = set(ready or waiting)
        yield sorted(going)
        waiting = [at for at in waiting if at not in going]
