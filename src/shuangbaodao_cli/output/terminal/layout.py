"""How a table fits a terminal: how wide its columns are, and which of them have to stand in a frame below."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.values.text import display_width, replace_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Column

COLUMN_OVERHEAD = 3
"""Cells that a column takes beside what stands in it: a blank on either side and a line."""


class TablePart(NamedTuple):
    """Columns that stand beside each other in one frame: what they are, their headings, and the rows as text."""

    columns: Sequence[Column]
    headings: Sequence[str]
    body: Sequence[Sequence[str]]

    def minimum_widths(self) -> list[int]:
        """The cells that each column takes at least: its heading may stand in two lines, what it holds may not."""
        return [
            max(-(-display_width(heading) // 4) * 2, self._content_width(index))
            for index, heading in enumerate(self.headings)
        ]

    def preferred_widths(self) -> list[int]:
        """The cells with which nothing at all is folded."""
        return [max(display_width(heading), self._content_width(index)) for index, heading in enumerate(self.headings)]

    def _content_width(self, index: int) -> int:
        """The cells of the longest that a column holds, and its share of the name over its group."""
        group = self.columns[index].group
        count = sum(column.group == group for column in self.columns)
        share = -(-(display_width(replace_controls(group)) - COLUMN_OVERHEAD * (count - 1)) // count) if group else 0
        return max(share, *(display_width(row[index]) for row in self.body), 0)

    def select(self, indexes: Sequence[int]) -> TablePart:
        """Some of the columns."""
        rows = [[row[index] for index in indexes] for row in self.body]
        return TablePart([self.columns[index] for index in indexes], [self.headings[index] for index in indexes], rows)


def free_width(widths: Sequence[int], total_width: int) -> int:
    """The cells that are left beside columns of these widths in their frame."""
    return total_width - 1 - sum(widths) - COLUMN_OVERHEAD * len(widths)


def widen(minimum: Sequence[int], preferred: Sequence[int], available: int) -> list[int]:
    """The widths of columns, let out from the left to what they want while something is left."""
    widths = []
    for small, large in zip(minimum, preferred, strict=True):
        more = large - small if large - small <= available else 0
        available -= more
        widths.append(small + more)
    return widths


def fit_widths(part: TablePart, total_width: int) -> list[int] | None:
    """The widths at which nothing is folded, or else only headings, or else the names of rows too; None if more is."""
    preferred = part.preferred_widths()
    for minimum in _minimum_width_options(part):
        if (available := free_width(minimum, total_width)) >= 0:
            return widen(minimum, preferred, available)
    return None


def split_table(whole: TablePart, total_width: int) -> list[TablePart]:
    """A table of figures in frames of so many cells, what names its rows in each of them.

    A list of records stays one, its words fold; so does what would not fit with one figure a frame.
    """
    names = _row_name_count(whole)
    minimum, narrowest = _minimum_width_options(whole)
    if not 0 < names < len(minimum) or not all(column.is_numeric for column in whole.columns[names:]):
        return [whole]
    available = free_width(minimum[:names], total_width)
    if free_width(narrowest, total_width) >= 0:
        return [whole]
    units = _column_groups(whole.columns, names)
    if any(sum(minimum[index] + COLUMN_OVERHEAD for index in unit) > available for unit in units):
        units = [[index] for unit in units for index in unit]
        minimum = [
            max(cells, display_width(replace_controls(column.group)))
            for cells, column in zip(minimum, whole.columns, strict=True)
        ]
    cells = [sum(minimum[index] + COLUMN_OVERHEAD for index in unit) for unit in units]
    if max(cells) > available:
        return [whole]
    frames = _pack(cells, available, len(units))
    even = _pack(cells, available, -(-len(units) // len(frames)))
    chosen = even if len(even) == len(frames) else frames
    return [whole.select([*range(names), *(index for unit in frame for index in units[unit])]) for frame in chosen]


def _row_name_count(part: TablePart) -> int:
    """How many columns from the left name the rows."""
    return next((index for index, column in enumerate(part.columns) if column.is_numeric), len(part.columns))


def _minimum_width_options(part: TablePart) -> tuple[list[int], list[int]]:
    """The least widths: with the names of rows on one line, and with these on two."""
    minimum, names = part.minimum_widths(), _row_name_count(part)
    return minimum, [*(-(-cells // 4) * 2 for cells in minimum[:names]), *minimum[names:]]


def _column_groups(columns: Sequence[Column], first: int) -> list[list[int]]:
    """The figures from a column on, those of a group together."""
    groups: list[list[int]] = []
    for index in range(first, len(columns)):
        if groups and columns[index].group and columns[index].group == columns[index - 1].group:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _pack(cells: Sequence[int], available: int, max_per_frame: int) -> list[list[int]]:
    """What takes so many cells each, in as many rows of this room as it takes, at most so many in each."""
    frames: list[list[int]] = [[]]
    remaining = available
    for index, width in enumerate(cells):
        if width > remaining or len(frames[-1]) == max_per_frame:
            frames.append([])
            remaining = available
        frames[-1].append(index)
        remaining -= width
    return frames
