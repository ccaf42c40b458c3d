"""How a table fits a terminal: the widths of its columns, and which of them move to a frame below.

All widths are in terminal cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.values.text import display_width, replace_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Column

COLUMN_OVERHEAD = 3
"""Cells that a column takes besides its content: a space on either side and a line."""


class TablePart(NamedTuple):
    """Columns side by side in one frame, their headings, and the rows as text."""

    columns: Sequence[Column]
    headings: Sequence[str]
    body: Sequence[Sequence[str]]

    def minimum_widths(self) -> list[int]:
        """The width that each column needs at least: its heading may take two lines, its content may not."""
        return [
            max(-(-display_width(heading) // 4) * 2, self._content_width(index))
            for index, heading in enumerate(self.headings)
        ]

    def preferred_widths(self) -> list[int]:
        """The widths at which nothing at all is folded."""
        return [max(display_width(heading), self._content_width(index)) for index, heading in enumerate(self.headings)]

    def _content_width(self, index: int) -> int:
        """The width of the longest value of a column, or its share of the name of its group if that is more."""
        group = self.columns[index].group
        count = sum(column.group == group for column in self.columns)
        share = -(-(display_width(replace_controls(group)) - COLUMN_OVERHEAD * (count - 1)) // count) if group else 0
        return max(share, *(display_width(row[index]) for row in self.body), 0)

    def select(self, indexes: Sequence[int]) -> TablePart:
        """The part with only these columns."""
        rows = [[row[index] for index in indexes] for row in self.body]
        return TablePart([self.columns[index] for index in indexes], [self.headings[index] for index in indexes], rows)


def free_width(widths: Sequence[int], total_width: int) -> int:
    """The width left over by columns of these widths in a frame; negative where they do not fit."""
    return total_width - 1 - sum(widths) - COLUMN_OVERHEAD * len(widths)


def widen(minimum: Sequence[int], preferred: Sequence[int], available: int) -> list[int]:
    """The widths of columns, widened from the left to the preferred width while there is room."""
    widths = []
    for small, large in zip(minimum, preferred, strict=True):
        more = large - small if large - small <= available else 0
        available -= more
        widths.append(small + more)
    return widths


def fit_widths(part: TablePart, total_width: int) -> list[int] | None:
    """The widths at which at most headings, or else the names of rows too, are folded; None where that is too wide."""
    preferred = part.preferred_widths()
    for minimum in _minimum_width_options(part):
        if (available := free_width(minimum, total_width)) >= 0:
            return widen(minimum, preferred, available)
    return None


def split_table(whole: TablePart, total_width: int) -> list[TablePart]:
    """A table of figures split into frames of this width, with the names of its rows in each of them.

    A list of records stays one frame, and so does a table that would not fit with one figure a frame; they fold.
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
    """How many columns from the left hold the names of the rows."""
    return next((index for index, column in enumerate(part.columns) if column.is_numeric), len(part.columns))


def _minimum_width_options(part: TablePart) -> tuple[list[int], list[int]]:
    """The minimum widths: with the names of rows on one line, and with these on two."""
    minimum, names = part.minimum_widths(), _row_name_count(part)
    return minimum, [*(-(-cells // 4) * 2 for cells in minimum[:names]), *minimum[names:]]


def _column_groups(columns: Sequence[Column], first: int) -> list[list[int]]:
    """The indexes of the columns from ``first`` on, those of a group together."""
    groups: list[list[int]] = []
    for index in range(first, len(columns)):
        if groups and columns[index].group and columns[index].group == columns[index - 1].group:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _pack(cells: Sequence[int], available: int, max_per_frame: int) -> list[list[int]]:
    """The indexes of items of these widths, packed into as many frames as needed, at most so many in each."""
    frames: list[list[int]] = [[]]
    remaining = available
    for index, width in enumerate(cells):
        if width > remaining or len(frames[-1]) == max_per_frame:
            frames.append([])
            remaining = available
        frames[-1].append(index)
        remaining -= width
    return frames
