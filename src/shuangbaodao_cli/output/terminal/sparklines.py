"""A column of small bars, or of small courses, for a table on a terminal: drawn in block characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.output.scales import chart_series, greatest, share
from shuangbaodao_cli.output.terminal.layout import COLUMN_OVERHEAD, free_width, widen
from shuangbaodao_cli.values.text import display_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.scales import Series
    from shuangbaodao_cli.output.table import Table
    from shuangbaodao_cli.output.terminal.layout import TablePart

_HORIZONTAL_BLOCKS = " ▏▎▍▌▋▊▉█"
"""Eighths of a cell from the left."""
_VERTICAL_BLOCKS = "▁▂▃▄▅▆▇█"
"""Eighths of a cell from below; the lowest is nought."""
_MAX_BAR_WIDTH, _MIN_BAR_WIDTH = 16, 6
"""Cells of a bar: more tells no more, fewer tell nothing."""
_TREND_HEADING, _MIN_POINTS = "走势", 2
"""What is said above courses, and how many there must be of what is to be compared."""


class SparklineColumn(NamedTuple):
    """A column to be added: behind which of the shown ones, its heading, and a text for each row.

    ``widths`` are the cells that the columns of the table get beside it.
    """

    after_index: int
    heading: str
    texts: Sequence[str]
    widths: Sequence[int]


def sparkline_column(table: Table, part: TablePart, total_width: int) -> SparklineColumn | None:
    """The picture of a table in a column; None where it has none or so many cells have no room for it.

    Headings may take two lines for it, what stands in the table may not.
    """
    columns = chart_series(table)
    is_heat = table.chart == "heat"
    pictured = columns[:-1] if is_heat else columns[:1]
    if (
        table.chart in {"figures", "map"}
        or len(table.rows) < _MIN_POINTS
        or not any(series.maximum for series in pictured)
    ):
        return None
    minimum = part.minimum_widths()
    available = free_width(minimum, total_width) - COLUMN_OVERHEAD
    cells = max(len(pictured), display_width(_TREND_HEADING)) if is_heat else min(_MAX_BAR_WIDTH, available)
    if cells > available or (len(pictured) < _MIN_POINTS if is_heat else cells < _MIN_BAR_WIDTH):
        return None
    widths = widen(minimum, part.preferred_widths(), available - cells)
    shown = table.shown_indexes()
    if is_heat:
        return SparklineColumn(shown.index(columns[-1].column_index), _TREND_HEADING, _trend_lines(pictured), widths)
    return SparklineColumn(shown.index(pictured[0].column_index), "", _bars(pictured[0], cells), widths)


def _bars(series: Series, cells: int) -> list[str]:
    """A bar for each row, the greatest as long as so many cells; what is more than nothing is seen."""
    eighths = [round(series.share(row) * cells * 8) or int(series.share(row) > 0) for row in range(len(series.values))]
    return [(_HORIZONTAL_BLOCKS[8] * (count // 8) + _HORIZONTAL_BLOCKS[count % 8]).rstrip() for count in eighths]


def _trend_lines(columns: Sequence[Series]) -> list[str]:
    """For each row how its numbers went, the greatest of the row as high as can be."""
    rows = list(zip(*(series.values for series in columns), strict=True))
    return ["".join(_trend_block(value, greatest(row)) for value in row) for row in rows]


def _trend_block(value: float | None, maximum: float) -> str:
    fraction = share(value, maximum)
    return _VERTICAL_BLOCKS[max(1, round(fraction * 7))] if fraction else _VERTICAL_BLOCKS[0]
