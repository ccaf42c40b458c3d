"""Charts under a table, trends one below the other and bars side by side; cells shaded by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.output.xlsx.book import xml_safe
from shuangbaodao_cli.output.xlsx.style import PAGE_HEIGHT, PIXELS_PER_DIGIT, ROW_HEIGHT, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.chart import Chart

    from shuangbaodao_cli.output.xlsx.sheet import Sheet

MAX_BARS = 30
"""Bars that can still be told apart; of a longer table only the first rows are charted."""
_MAX_HALF_PAGE_BARS = 16
"""Bars whose labels are legible on half a page."""
_TREND_CHART_ROWS = 8
"""Rows from the top of one trend chart to the top of the next."""
_PAGE_ROWS = 24
"""Rows that fit on a page."""
_CHARTS_PER_ROW = 3
"""Bar charts side by side."""
_PIXELS_PER_POINT = 4 / 3
"""Screen pixels in a point."""
_LABEL_FONT = {"name": "宋体", "size": 9}


class ChartColumn(NamedTuple):
    """A column to be charted: its index in the sheet, its heading, and its number format."""

    column_index: int
    title: str
    format: str


def add_trend_charts(
    sheet: Sheet, columns: Sequence[ChartColumn], rows: Sequence[Sequence[Value]], first_row: int
) -> None:
    """Add a chart for each column below the last row; ``first_row`` is the row (0-based) of rows[0].

    One each, because services, people served and problems solved differ a hundredfold.
    """
    tops = _chart_top_rows(sheet, len(columns), _TREND_CHART_ROWS)
    for column, top in zip(columns, tops, strict=True):
        chart = _build_chart(sheet, "column", column, rows, first_row)
        _insert_chart(sheet, chart, (0, sum(map(_pixels, sheet.widths))), (top, _TREND_CHART_ROWS - 1))


def add_bar_charts(
    sheet: Sheet, columns: Sequence[ChartColumn], rows: Sequence[Sequence[Value]], first_row: int
) -> None:
    """Add a chart of horizontal bars for each column below the last row, three side by side, the first row on top."""
    chart_rows = _PAGE_ROWS // 2 if len(rows) <= _MAX_HALF_PAGE_BARS else _PAGE_ROWS
    tops = _chart_top_rows(sheet, -(-len(columns) // _CHARTS_PER_ROW), chart_rows)
    total = sum(map(_pixels, sheet.widths))
    edges = [total * index // _CHARTS_PER_ROW for index in range(_CHARTS_PER_ROW + 1)]
    for index, column in enumerate(columns):
        title = f"{column.title}（前 {MAX_BARS} 行）" if len(rows) > MAX_BARS else column.title
        chart = _build_chart(sheet, "bar", column._replace(title=title), rows[:MAX_BARS], first_row)
        left, right = edges[index % _CHARTS_PER_ROW :][:2]
        _insert_chart(sheet, chart, (left, right - left), (tops[index // _CHARTS_PER_ROW], chart_rows - 1))


def _chart_top_rows(sheet: Sheet, count: int, chart_rows: int) -> list[int]:
    """The top rows (0-based) of so many charts below each other; sets page breaks where they do not fit the page."""
    below = sheet.next_row + 1
    tops = [below + index * chart_rows for index in range(count)]
    if sheet.height + count * chart_rows * ROW_HEIGHT > PAGE_HEIGHT:
        sheet.worksheet.set_h_pagebreaks([top - 1 for top in tops[:: max(1, _PAGE_ROWS // chart_rows)]])
    return tops


def _pixels(width: float) -> int:
    return round(width * PIXELS_PER_DIGIT)


def _insert_chart(sheet: Sheet, chart: Chart, horizontal: tuple[int, int], vertical: tuple[int, int]) -> None:
    """Place a chart; ``horizontal`` is its left edge and width in pixels, ``vertical`` its top row and row count."""
    chart.set_size({"width": horizontal[1], "height": vertical[1] * ROW_HEIGHT * _PIXELS_PER_POINT})
    sheet.worksheet.insert_chart(vertical[0], 0, chart, {"x_offset": horizontal[0], "object_position": 1})


def _build_chart(
    sheet: Sheet, kind: str, column: ChartColumn, rows: Sequence[Sequence[Value]], first_row: int
) -> Chart:
    """A chart of one column over the first column of the sheet, as bars with their numbers."""
    chart = sheet.book.add_chart({"type": kind})
    last = first_row + len(rows) - 1
    counts = [row[column.column_index] for row in rows]
    chart.add_series(
        {
            "categories": [sheet.name, first_row, 0, last, 0],
            "values": [sheet.name, first_row, column.column_index, last, column.column_index],
            # For viewers that read no cells; by default XlsxWriter writes 0 for an empty one.
            "values_data": [count if isinstance(count, int | float) else None for count in counts],
            "fill": {"color": "#3B6EA5"},
            "gap": 80 if kind == "column" else 40,
            "data_labels": {"value": True, "num_format": column.format, "font": _LABEL_FONT},
        }
    )
    title = (
        f" {column.title}" if column.title.startswith("=") else column.title
    )  # XlsxWriter takes =A!B1 for the cell's text
    chart.set_title({"name": xml_safe(title), "name_font": {"name": "黑体", "size": 12, "bold": True}})
    chart.set_legend({"none": True})
    is_horizontal = kind == "bar"  # their numbers are shown at the bars
    set_names, set_values = (
        (chart.set_y_axis, chart.set_x_axis) if is_horizontal else (chart.set_x_axis, chart.set_y_axis)
    )
    set_names({"num_font": _LABEL_FONT, "reverse": is_horizontal, "major_gridlines": {"visible": False}})
    light = {"visible": not is_horizontal, "line": {"color": "#D9D9D9"}}
    set_values(
        {"num_format": column.format, "num_font": _LABEL_FONT, "visible": not is_horizontal, "major_gridlines": light}
    )
    return chart


_COLOUR_SCALE = {
    "type": "2_color_scale",
    "min_type": "num",
    "min_value": 0,
    "max_type": "max",
    "min_color": "#FFFFFF",
    "max_color": "#6BAED6",  # black text is legible on the darkest
}


def add_colour_scale(sheet: Sheet, columns: Sequence[int], first_row: int, row_count: int) -> None:
    """Shade adjacent columns on one scale, ``row_count`` rows from ``first_row`` (0-based) on."""
    if columns and row_count:
        sheet.worksheet.conditional_format(first_row, columns[0], first_row + row_count - 1, columns[-1], _COLOUR_SCALE)
