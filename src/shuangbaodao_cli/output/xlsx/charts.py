"""Charts under a table: of numbers that go on, one below the other; of parts, side by side.

Cells are shaded by their numbers: the darker, the greater.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.output.xlsx.book import safe
from shuangbaodao_cli.output.xlsx.style import PAGE_HEIGHT, PIXELS, ROW, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.chart import Chart

    from shuangbaodao_cli.output.xlsx.sheet import Sheet

PARTS = 30
"""Bars of a chart that can still be told apart; of a longer table the first rows are shown."""
_FEW = 16
"""Bars whose names are legible on half a page."""
_HIGH = 8
"""Rows from the top of one trend to the top of the next."""
_A_PAGE = 24
"""Rows that fit on a page."""
_BESIDE = 3
"""Charts of parts that stand side by side."""
_POINT = 4 / 3
"""Pixels of a point."""
_PRINT = {"name": "宋体", "size": 9}


class Numbers(NamedTuple):
    """A column to be pictured: where it stands in the sheet, its heading, and how its numbers are shown."""

    at: int
    title: str
    format: str


def trends(sheet: Sheet, numbers: Sequence[Numbers], rows: Sequence[Sequence[Value]], first: int) -> None:
    """Put a chart for each column below what is written; ``first`` is the row (from 0) of rows[0].

    One each, because services, people served and matters solved differ a hundredfold.
    """
    tops = _tops(sheet, len(numbers), _HIGH)
    for one, top in zip(numbers, tops, strict=True):
        chart = _chart(sheet, "column", one, rows, first)
        _place(sheet, chart, (0, sum(map(_pixels, sheet.widths))), (top, _HIGH - 1))


def bars(sheet: Sheet, numbers: Sequence[Numbers], rows: Sequence[Sequence[Value]], first: int) -> None:
    """Put a chart of lying bars for each column below what is written, three side by side, the first row on top."""
    high = _A_PAGE // 2 if len(rows) <= _FEW else _A_PAGE
    tops = _tops(sheet, -(-len(numbers) // _BESIDE), high)
    total = sum(map(_pixels, sheet.widths))
    edges = [total * beside // _BESIDE for beside in range(_BESIDE + 1)]
    for place, one in enumerate(numbers):
        title = f"{one.title}（前 {PARTS} 行）" if len(rows) > PARTS else one.title
        chart = _chart(sheet, "bar", one._replace(title=title), rows[:PARTS], first)
        left, right = edges[place % _BESIDE :][:2]
        _place(sheet, chart, (left, right - left), (tops[place // _BESIDE], high - 1))


def _tops(sheet: Sheet, count: int, high: int) -> list[int]:
    """The first row (from 0) of so many charts below each other; a new page where the old one has no room."""
    below = sheet.row + 1
    tops = [below + place * high for place in range(count)]
    if sheet.height + count * high * ROW > PAGE_HEIGHT:
        sheet.raw.set_h_pagebreaks([top - 1 for top in tops[:: max(1, _A_PAGE // high)]])
    return tops


def _pixels(width: float) -> int:
    return round(width * PIXELS)


def _place(sheet: Sheet, chart: Chart, across: tuple[int, int], down: tuple[int, int]) -> None:
    """Lay a chart over the sheet: pixels from the left and width, first row and how many rows."""
    chart.set_size({"width": across[1], "height": down[1] * ROW * _POINT})
    sheet.raw.insert_chart(down[0], 0, chart, {"x_offset": across[0], "object_position": 1})


def _chart(sheet: Sheet, kind: str, one: Numbers, rows: Sequence[Sequence[Value]], first: int) -> Chart:
    """One column over the first one of the sheet, as bars with their numbers."""
    chart = sheet.book.add_chart({"type": kind})
    last = first + len(rows) - 1
    counts = [row[one.at] for row in rows]
    chart.add_series(
        {
            "categories": [sheet.name, first, 0, last, 0],
            "values": [sheet.name, first, one.at, last, one.at],
            # For viewers that read no cells; left to itself, XlsxWriter says 0 for an empty one.
            "values_data": [count if isinstance(count, int | float) else None for count in counts],
            "fill": {"color": "#3B6EA5"},
            "gap": 80 if kind == "column" else 40,
            "data_labels": {"value": True, "num_format": one.format, "font": _PRINT},
        }
    )
    title = f" {one.title}" if one.title.startswith("=") else one.title  # XlsxWriter takes =A!B1 for the cell's text
    chart.set_title({"name": safe(title), "name_font": {"name": "黑体", "size": 12, "bold": True}})
    chart.set_legend({"none": True})
    lying = kind == "bar"  # its numbers stand at the bars
    names, values = (chart.set_y_axis, chart.set_x_axis) if lying else (chart.set_x_axis, chart.set_y_axis)
    names({"num_font": _PRINT, "reverse": lying, "major_gridlines": {"visible": False}})
    light = {"visible": not lying, "line": {"color": "#D9D9D9"}}
    values({"num_format": one.format, "num_font": _PRINT, "visible": not lying, "major_gridlines": light})
    return chart


_SCALE = {
    "type": "2_color_scale",
    "min_type": "num",
    "min_value": 0,
    "max_type": "max",
    "min_color": "#FFFFFF",
    "max_color": "#6BAED6",  # black print is legible on the darkest
}


def shade(sheet: Sheet, columns: Sequence[int], first: int, rows: int) -> None:
    """Shade columns that stand beside each other on one scale; ``first`` is the first of so many rows, from 0."""
    if columns and rows:
        sheet.raw.conditional_format(first, columns[0], first + rows - 1, columns[-1], _SCALE)
