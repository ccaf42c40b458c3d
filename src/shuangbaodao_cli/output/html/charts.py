"""Charts in a page: trends as SVG with a description in words, bars and shades in the cells of a table.

No script, and nothing is fetched.
"""

from __future__ import annotations

from html import escape
from math import ceil
from typing import TYPE_CHECKING

from shuangbaodao_cli.output.scales import chart_series, greatest, numeric_series, share
from shuangbaodao_cli.output.table import format_cell
from shuangbaodao_cli.values.text import replace_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shuangbaodao_cli.output.scales import Series
    from shuangbaodao_cli.output.table import Table

_WIDTH, _HEIGHT = 360, 170
_LEFT, _TOP, _BASELINE = 8, 22, 134
"""The left margin, the top of the highest bar and the baseline, in units of the drawing."""
_MAX_LABELS = 12
"""How many labels fit under a chart, and how many numbers over its bars."""
_MAX_BAR_WIDTH = 26.0


def trend_charts(table: Table, id_prefix: str) -> str:
    """An SVG figure for each series of a table over its first column; ``id_prefix`` begins their ids in the page."""
    first_column = table.shown_indexes()[0]
    names = [replace_controls(format_cell(row[first_column], table.columns[first_column])) for row in table.rows]
    return "\n".join(_figure(series, names, f"{id_prefix}-{series.column_index}") for series in chart_series(table))


def _figure(series: Series, names: Sequence[str], id_prefix: str) -> str:
    heading = escape(replace_controls(series.column.heading))
    labels = [replace_controls(format_cell(value, series.column)) for value in series.values]
    description = "，".join(f"{name} {text or '空'}" for name, text in zip(names, labels, strict=True))
    return (
        f"<figure><figcaption>{heading}</figcaption>"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{id_prefix}-t {id_prefix}-d">'
        f'<title id="{id_prefix}-t">{heading}</title><desc id="{id_prefix}-d">{escape(description)}</desc>'
        f"{''.join(_bars(series, labels))}"
        f'<line x1="{_LEFT}" y1="{_BASELINE}" x2="{_WIDTH - _LEFT}" y2="{_BASELINE}"/>'
        f"{''.join(_axis_labels(names))}</svg></figure>"
    )


def _bar_middle(index: int, count: int) -> float:
    """The x coordinate of the middle of one of so many bars."""
    return _LEFT + (_WIDTH - 2 * _LEFT) * (index + 0.5) / count


def _bars(series: Series, labels: Sequence[str]) -> Iterator[str]:
    count = len(labels)
    bar_width = min(_MAX_BAR_WIDTH, (_WIDTH - 2 * _LEFT) / count * 0.7)
    for index, text in enumerate(labels):
        height = (_BASELINE - _TOP) * series.share(index)
        middle, top = _bar_middle(index, count), _BASELINE - height
        if height:
            left = middle - bar_width / 2
            yield f'<rect x="{left:.1f}" y="{top:.1f}" width="{bar_width:.1f}" height="{height:.1f}"/>'
        if text and (count <= _MAX_LABELS or series.values[index] == series.maximum):
            yield f'<text x="{middle:.1f}" y="{top - 5:.1f}">{escape(text)}</text>'


def _axis_labels(names: Sequence[str]) -> Iterator[str]:
    """The labels under the bars, as many as fit; of 2026-07 the month, and the year once below its first month."""
    step = ceil(len(names) / _MAX_LABELS)
    last_year = ""
    for index in range(0, len(names), step):
        year, dash, month = names[index].partition("-")
        yield _axis_label(index, len(names), _BASELINE + 14, month if dash else year)
        if dash and year != last_year:
            yield _axis_label(index, len(names), _BASELINE + 29, year)
            last_year = year


def _axis_label(index: int, count: int, y: int, text: str) -> str:
    return f'<text x="{_bar_middle(index, count):.1f}" y="{y}">{escape(text)}</text>'


SHADES = ("deebf7", "c6dbef", "9ecae1", "6baed6", "4292c6", "2171b5", "08519c", "08306b")
"""From low to high; dark text is legible on the first five, white text on the others."""
FIRST_SHADE_WITH_WHITE_TEXT = 6
"""The first shade with white text, counted from 1."""

CellAttributes = dict[tuple[int, int], tuple[str, str]]
"""Row and column of a table → class and style of that cell."""


def cell_attributes(table: Table) -> CellAttributes:
    """The bars or shades in the cells of a table; empty where its chart is not in the cells, or it has none."""
    columns = chart_series(table)
    if table.chart == "bars":
        return _bar_fills(columns or _comparable_series(numeric_series(table)))
    if table.is_shaded:
        return _shades(columns[:-1]) | _bar_fills(columns[-1:])
    return {}


def _comparable_series(columns: Sequence[Series]) -> list[Series]:
    """Of periods side by side, the series to be compared down the rows, not across the periods."""
    units: dict[str, set[str]] = {}
    for series in columns:
        units.setdefault(series.column.group, set()).add(series.column.unit)
    return [series for series in columns if len(units[series.column.group]) > 1]


def _bar_fills(columns: Sequence[Series]) -> CellAttributes:
    return {
        (row, series.column_index): ("b", f"--p:{100 * series.share(row):.1f}%")
        for series in columns
        for row in range(len(series.values))
    }


def _shades(columns: Sequence[Series]) -> CellAttributes:
    """Shades for all columns on one scale, since they count the same thing."""
    maximum = greatest([value for series in columns for value in series.values])
    shares = {
        (row, series.column_index): share(value, maximum)
        for series in columns
        for row, value in enumerate(series.values)
    }
    return {position: (f"h{ceil(fraction * len(SHADES))}", "") for position, fraction in shares.items() if fraction}
