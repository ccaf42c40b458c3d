"""A column of small bars, or of small courses, for a table on a terminal: drawn in block characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.output.scales import drawn, greatest, share
from shuangbaodao_cli.output.terminal.layout import BETWEEN, let_out, spare
from shuangbaodao_cli.values.text import width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.scales import Drawn
    from shuangbaodao_cli.output.table import Table
    from shuangbaodao_cli.output.terminal.layout import Part

_LYING = " ▏▎▍▌▋▊▉█"
"""Eighths of a cell from the left."""
_STANDING = "▁▂▃▄▅▆▇█"
"""Eighths of a cell from below; the lowest is nought."""
_WIDEST, _NARROWEST = 16, 6
"""Cells of a bar: more tells no more, fewer tell nothing."""
_COURSE, _FEWEST = "走势", 2
"""What is said above courses, and how many there must be of what is to be compared."""


class Spark(NamedTuple):
    """A column to be added: behind which of the shown ones, its heading, and a text for each row.

    ``widths`` are the cells that the columns of the table get beside it.
    """

    behind: int
    heading: str
    texts: Sequence[str]
    widths: Sequence[int]


def spark(table: Table, part: Part, within: int) -> Spark | None:
    """The picture of a table in a column; None where it has none or so many cells have no room for it.

    Headings may take two lines for it, what stands in the table may not.
    """
    columns = drawn(table)
    heat = table.chart == "heat"
    pictured = columns[:-1] if heat else columns[:1]
    if table.chart in {"figures", "map"} or len(table.rows) < _FEWEST or not any(one.top for one in pictured):
        return None
    least = part.least()
    room = spare(least, within) - BETWEEN
    cells = max(len(pictured), width(_COURSE)) if heat else min(_WIDEST, room)
    if cells > room or (len(pictured) < _FEWEST if heat else cells < _NARROWEST):
        return None
    widths = let_out(least, part.wanted(), room - cells)
    shown = table.shown()
    if heat:
        return Spark(shown.index(columns[-1].at), _COURSE, _courses(pictured), widths)
    return Spark(shown.index(pictured[0].at), "", _bars(pictured[0], cells), widths)


def _bars(one: Drawn, cells: int) -> list[str]:
    """A bar for each row, the greatest as long as so many cells; what is more than nothing is seen."""
    eighths = [round(one.share(row) * cells * 8) or int(one.share(row) > 0) for row in range(len(one.values))]
    return [(_LYING[8] * (each // 8) + _LYING[each % 8]).rstrip() for each in eighths]


def _courses(columns: Sequence[Drawn]) -> list[str]:
    """For each row how its numbers went, the greatest of the row as high as can be."""
    rows = list(zip(*(one.values for one in columns), strict=True))
    return ["".join(_step(value, greatest(row)) for value in row) for row in rows]


def _step(value: float | None, top: float) -> str:
    part = share(value, top)
    return _STANDING[max(1, round(part * 7))] if part else _STANDING[0]
