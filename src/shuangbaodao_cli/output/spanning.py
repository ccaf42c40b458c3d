"""The upper row of a header in the frame of a terminal: what columns have in common, over all of them."""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from shuangbaodao_cli.output.heads import heads
from shuangbaodao_cli.output.visible import visible
from shuangbaodao_cli.output.width import width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.box import Box

    from shuangbaodao_cli.output.heads import Head
    from shuangbaodao_cli.output.table import Column


def spanned(lines: Sequence[str], columns: Sequence[Column], frame: Box) -> list[str]:
    """What stands in the place of the first line of a drawn table: its upper edge, the groups, a line below them.

    Where the columns are is read from the line under the headings, the only one without a blank.
    """
    marks = {frame.head_row_left, frame.head_row_horizontal, frame.head_row_cross, frame.head_row_right}
    ruled = next(line for line in lines[1:] if set(line) <= marks)
    edges = [0, *(at for at, mark in enumerate(ruled[1:-1], 1) if mark == frame.head_row_cross), len(ruled) - 1]
    upper = heads(columns)[0]
    wide = [after - before - 1 for before, after in pairwise(edges)]
    return [_edge(upper, wide, frame), *_names(upper, wide, frame), _rule(upper, wide, frame)]


def _edge(upper: Sequence[Head], wide: Sequence[int], frame: Box) -> str:
    spans = [frame.top * cells for cells in _reach(upper, wide)]
    return frame.top_left + frame.top_divider.join(spans) + frame.top_right


def _names(upper: Sequence[Head], wide: Sequence[int], frame: Box) -> list[str]:
    """The names of the groups, each in the middle of what it stands over, folded where that is too narrow."""
    reach = _reach(upper, wide)
    folded = [
        _folded(visible(head.text) if head.group else "", cells) for head, cells in zip(upper, reach, strict=True)
    ]
    return [
        frame.head_left + frame.head_vertical.join(map(_centred, line, reach)) + frame.head_right
        for line in zip_longest(*folded, fillvalue="")
    ]


def _folded(name: str, cells: int) -> list[str]:
    lines = [""]
    for char in name:
        if width(lines[-1] + char) > cells:
            lines.append("")
        lines[-1] += char
    return lines


def _centred(text: str, cells: int) -> str:
    spare = cells - width(text)
    return " " * (spare // 2) + text + " " * (spare - spare // 2)


def _rule(upper: Sequence[Head], wide: Sequence[int], frame: Box) -> str:
    """A line under the groups; under a heading that reaches down there is none."""
    line, before, places = "", False, iter(wide)
    for at, head in enumerate(upper):
        mark = frame.head_row_horizontal if head.group else " "
        spans = [mark * next(places) for _ in range(head.across)]
        line += _joint(frame, before=before, after=head.group, first=at == 0) + frame.top_divider.join(spans)
        before = head.group
    return line + (frame.head_row_right if before else frame.head_right)


def _joint(frame: Box, *, before: bool, after: bool, first: bool) -> str:
    """What stands between two cells of the upper row, at the height of the line."""
    if first:
        return frame.head_row_left if after else frame.head_left
    if before and after:
        return frame.head_row_cross
    return frame.head_row_left if after else frame.head_row_right if before else frame.head_vertical


def _reach(upper: Sequence[Head], wide: Sequence[int]) -> list[int]:
    """Cells of each cell of the upper row, the dividers inside it among them."""
    at, found = 0, []
    for head in upper:
        found.append(sum(wide[at : at + head.across]) + head.across - 1)
        at += head.across
    return found
