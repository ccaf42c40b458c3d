"""A column of small bars or trend lines for a table on a terminal, drawn in block characters."""

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
"""Zero to eight eighths of a cell, filled from the left."""
_VERTICAL_BLOCKS = "▁▂▃▄▅▆▇█"
"""One to eight eighths of a cell, filled from below; the lowest means zero."""
_MAX_BAR_WIDTH, _MIN_BAR_WIDTH = 16, 6
"""Terminal cells of a bar: a longer one shows no more, a shorter one nothing."""
_TREND_HEADING, _MIN_POINTS = "走势", 2
"""The heading over trend lines, and how many rows or months there must be to compare."""


class SparklineColumn(NamedTuple):
    """A column to be inserted: after which of the shown ones, its heading, and a text for each row.

    ``widths`` are the widths of the other columns beside it, in terminal cells.
    """

    after_index: int
    heading: str
    texts: Sequence[str]
    widths: Sequence[int]


def sparkline_column(table: Table, part: TablePart, total_width: int) -> SparklineColumn | None:
    """The chart of a table as a column; None where the table has none or there is no room for it.

    Headings may be folded to two lines for it, values may not.
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
    """A bar for each row, the longest of so many cells; any value above zero is visible."""
    eighths = [round(series.share(row) * cells * 8) or int(series.share(row) > 0) for row in range(len(series.values))]
    return [(_HORIZONTAL_BLOCKS[8] * (count // 8) + _HORIZONTAL_BLOCKS[count % 8]).rstrip() for count in eighths]


def _trend_lines(columns: Sequence[Series]) -> list[str]:
    """A trend line for each row, on a scale of its own."""
    rows = list(zip(*(series.values for series in columns), strict=True))
    return ["".join(_trend_block(value, greatest(row)) for value in row) for row in rows]


def _trend_block(value: float | None, maximum: float) -> str:
    fraction = share(value, maximum)
    return _VERTICAL_BLOCKS[max(1, round(fraction * 7))] if fraction else _VERTICAL_BLOCKS[0]
