"""The header of a table in one row or in two: what columns have in common stands over them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Column


class Head(NamedTuple):
    """A cell of the header: what it says, and over how many columns and rows of the header it reaches."""

    text: str
    across: int = 1
    down: int = 1
    group: bool = False


def grouped(columns: Sequence[Column]) -> bool:
    """Whether the header of these columns has two rows."""
    return any(column.group for column in columns)


def heads(columns: Sequence[Column]) -> list[list[Head]]:
    """The rows of the header, each from the left; a cell that reaches down is not said again below."""
    if not grouped(columns):
        return [[Head(column.heading) for column in columns]]
    upper = []
    for group, members in groupby(columns, key=lambda column: column.group):
        beside = list(members)
        if group:
            upper.append(Head(group, across=len(beside), group=True))
        else:
            upper += [Head(column.heading, down=2) for column in beside]
    return [upper, [Head(column.lower) for column in columns if column.group]]
