"""How a table fits a terminal: how wide its columns are, and which of them have to stand in a frame below."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.values.text import visible, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Column

BETWEEN = 3
"""Cells that a column takes beside what stands in it: a blank on either side and a line."""


class Part(NamedTuple):
    """Columns that stand beside each other in one frame: what they are, their headings, and the rows as text."""

    columns: Sequence[Column]
    headings: Sequence[str]
    body: Sequence[Sequence[str]]

    def least(self) -> list[int]:
        """The cells that each column takes at least: its heading may stand in two lines, what it holds may not."""
        return [max(-(-width(heading) // 4) * 2, self._firm(at)) for at, heading in enumerate(self.headings)]

    def wanted(self) -> list[int]:
        """The cells with which nothing at all is folded."""
        return [max(width(heading), self._firm(at)) for at, heading in enumerate(self.headings)]

    def _firm(self, at: int) -> int:
        """The cells of the longest that a column holds, and its share of the name over its group."""
        group = self.columns[at].group
        count = sum(column.group == group for column in self.columns)
        share = -(-(width(visible(group)) - BETWEEN * (count - 1)) // count) if group else 0
        return max(share, *(width(row[at]) for row in self.body), 0)

    def of(self, places: Sequence[int]) -> Part:
        """Some of the columns."""
        rows = [[row[at] for at in places] for row in self.body]
        return Part([self.columns[at] for at in places], [self.headings[at] for at in places], rows)


def spare(widths: Sequence[int], within: int) -> int:
    """The cells that are left beside columns of these widths in their frame."""
    return within - 1 - sum(widths) - BETWEEN * len(widths)


def let_out(least: Sequence[int], wanted: Sequence[int], left: int) -> list[int]:
    """The widths of columns, let out from the left to what they want while something is left."""
    widths = []
    for small, large in zip(least, wanted, strict=True):
        more = large - small if large - small <= left else 0
        left -= more
        widths.append(small + more)
    return widths


def widths(part: Part, within: int) -> list[int] | None:
    """The widths at which nothing is folded, or else only headings, or else the names of rows too; None if more is."""
    wanted = part.wanted()
    for least in _ways(part):
        if (left := spare(least, within)) >= 0:
            return let_out(least, wanted, left)
    return None


def parts(whole: Part, within: int) -> list[Part]:
    """A table of figures in frames of so many cells, what names its rows in each of them.

    A list of records stays one, its words fold; so does what would not fit with one figure a frame.
    """
    names = _names(whole)
    least, narrowest = _ways(whole)
    if not 0 < names < len(least) or not all(column.numeric for column in whole.columns[names:]):
        return [whole]
    room = spare(least[:names], within)
    if spare(narrowest, within) >= 0:
        return [whole]
    units = _units(whole.columns, names)
    if any(sum(least[at] + BETWEEN for at in unit) > room for unit in units):
        units = [[at] for unit in units for at in unit]
        least = [max(cells, width(visible(one.group))) for cells, one in zip(least, whole.columns, strict=True)]
    cells = [sum(least[at] + BETWEEN for at in unit) for unit in units]
    if max(cells) > room:
        return [whole]
    frames = _packed(cells, room, len(units))
    even = _packed(cells, room, -(-len(units) // len(frames)))
    chosen = even if len(even) == len(frames) else frames
    return [whole.of([*range(names), *(at for unit in frame for at in units[unit])]) for frame in chosen]


def _names(part: Part) -> int:
    """How many columns from the left name the rows."""
    return next((at for at, column in enumerate(part.columns) if column.numeric), len(part.columns))


def _ways(part: Part) -> tuple[list[int], list[int]]:
    """The least widths: with the names of rows on one line, and with these on two."""
    least, names = part.least(), _names(part)
    return least, [*(-(-cells // 4) * 2 for cells in least[:names]), *least[names:]]


def _units(columns: Sequence[Column], first: int) -> list[list[int]]:
    """The figures from a column on, those of a group together."""
    units: list[list[int]] = []
    for at in range(first, len(columns)):
        if units and columns[at].group and columns[at].group == columns[at - 1].group:
            units[-1].append(at)
        else:
            units.append([at])
    return units


def _packed(cells: Sequence[int], room: int, most: int) -> list[list[int]]:
    """What takes so many cells each, in as many rows of this room as it takes, at most so many in each."""
    frames: list[list[int]] = [[]]
    left = room
    for at, each in enumerate(cells):
        if each > left or len(frames[-1]) == most:
            frames.append([])
            left = room
        frames[-1].append(at)
        left -= each
    return frames
