"""How a value is shown in our sheets: fonts, borders, number formats, and the width it needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.values.numbers import format_hours
from shuangbaodao_cli.values.text import display_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shuangbaodao_cli.output.table import Kind

Value = str | int | float | date | None
"""What a cell may hold: no formula, no error, no time."""

MIN_COLUMN_WIDTH, MAX_COLUMN_WIDTH = 8, 40
"""Limits of a column width, in digit widths, as Excel counts."""
PAGE_WIDTH = 132
"""Digit widths that fit on A4 landscape at full size."""
PAGE_HEIGHT = 490.0
"""Points that fit on A4 landscape at full size."""
_MIN_SHEET_WIDTH = 90
"""The minimum width of a sheet, so that its title and subtitle fit on one line."""
_MAX_STRETCH = 1.6
_FITTING_STEPS = (
    (1, MAX_COLUMN_WIDTH, PAGE_WIDTH),
    (2, MAX_COLUMN_WIDTH, PAGE_WIDTH * 1.3),
    (2, 24, PAGE_WIDTH * 1.3),
    (2, 16, PAGE_WIDTH * 1.3),
)
"""Lines of a heading, maximum width of Chinese text, and the total width up to which these are accepted."""
_PADDING = 3
EXACT_NUMBER_LIMIT = 1e15
"""From here on a cell loses digits of a number, or cannot hold it: a user's own report may divide by 0."""
PIXELS_PER_DIGIT = 7
"""Screen pixels in the width of a digit."""
LINE_HEIGHT = 15.0
"""Points of one line of 11 pt text."""
ROW_HEIGHT = 20.25
SIGNATURE_ROW_HEIGHT = 36.0
"""Points of a row to be signed or sealed on paper."""
_FIRST_EXCEL_DAY = date(1900, 3, 1)  # Excel's days before it are one off: it knows a 29 February 1900

NUMBER_FORMATS: dict[Kind, str] = {
    "text": "General",
    "code": "@",
    "count": "#,##0",
    "decimal": "0.0",
    "figure": "General",
    "hours": "0.0",
    "date": 'yyyy"年"m"月"d"日"',
    "moment": "General",
}
ALIGNMENTS: dict[Kind, str] = {
    "text": "left",
    "count": "right",
    "decimal": "right",
    "figure": "right",
    "hours": "right",
}
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class CellStyle:
    """The style of a cell. Without ``align`` it is aligned by its kind; colours are RRGGBB."""

    align: str = ""
    fill: str = ""
    border: bool = True
    family: str = "宋体"
    size: int = 11
    bold: bool = False
    italic: bool = False
    colour: str = ""

    def format(self, kind: Kind) -> dict[str, Any]:
        """The format properties for XlsxWriter of a cell of this kind."""
        align = self.align or ALIGNMENTS.get(kind, "center")
        properties: dict[str, Any] = {
            "font_name": self.family,
            "font_size": self.size,
            "bold": self.bold,
            "italic": self.italic,
            "align": align,
            "valign": "vcenter",
            "indent": 0 if self.align or align == "center" else 1,
            "text_wrap": align != "right",  # LibreOffice sets a number that may wrap against the border
            "num_format": NUMBER_FORMATS[kind],
        }
        if self.border:
            properties |= BORDER
        if self.fill:
            properties |= {"pattern": 1, "bg_color": f"#{self.fill}"}
        return properties | ({"font_color": f"#{self.colour}"} if self.colour else {})


BORDER: dict[str, Any] = {"border": 1, "border_color": "#808080"}

TITLE = CellStyle("center", border=False, family="黑体", size=16, bold=True)
SUBTITLE = CellStyle("left", border=False)
NOTE = CellStyle("left", border=False, size=9)
HEADER = CellStyle("center", "DDEBF7", bold=True)
REQUIRED = CellStyle("center", "FCE4D6", bold=True)
DATA = CellStyle()
TOTAL = CellStyle(fill="F2F2F2", bold=True)
EXAMPLE = CellStyle(italic=True, colour="808080")
BORDERLESS = CellStyle(border=False)
LINK_COLOUR = "0563C1"
"""The text colour of links."""


def to_cell_value(value: object, kind: Kind) -> Value:
    """A value of a table as a cell holds it: minutes as hours, a full ISO date as a date."""
    if value is None or value == "":
        return None
    if isinstance(value, int) and kind == "hours":
        return float(format_hours(value))
    if isinstance(value, int | float) and kind in {"count", "decimal", "figure"}:
        return value if abs(value) < EXACT_NUMBER_LIMIT else str(value)
    if kind == "moment":
        return str(value).replace("T", " ")
    return _to_excel_day(str(value)) if kind == "date" else str(value)


def _to_excel_day(text: str) -> date | str:
    """A full ISO date that Excel can represent as a date; any other text unchanged."""
    if not _ISO_DAY.fullmatch(text):
        return text
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return day if day >= _FIRST_EXCEL_DAY else text


def displayed_text(value: Value) -> str:
    """A value as the sheet displays it, to be measured."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value:,}"


@lru_cache(maxsize=8192)  # the same places and categories recur all the time
def text_width(text: str) -> float:
    """The column width that a text needs, in digit widths; of several lines the longest counts."""
    cells = max(map(display_width, text.split("\n")))
    return cells * (1.2 if text.isascii() else 1.1) + _PADDING


def fit_column_widths(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> list[float]:
    """A width for each column, by its content, in digit widths.

    Headings and then Chinese texts wrap where the page is too narrow, numbers and codes never; a table much
    narrower than the page is stretched.
    """
    firm, soft = [0.0] * len(headings), [0.0] * len(headings)
    for row in rows:
        for index, value in enumerate(row):
            if value is not None:
                text = displayed_text(value)
                target = soft if isinstance(value, str) and not text.isascii() else firm
                target[index] = max(target[index], text_width(text))
    for wraps, max_width, max_total in _FITTING_STEPS:
        needs = [text_width(heading) / wraps + wraps - 1 for heading in headings]
        texts = [min(max_width, width) for width in soft]
        widths = [
            min(MAX_COLUMN_WIDTH, ceil(max(MIN_COLUMN_WIDTH, *width))) for width in zip(needs, texts, firm, strict=True)
        ]
        if sum(widths) <= max_total:
            break
    total = max(1, sum(widths))
    stretch = max(1.0, _MIN_SHEET_WIDTH / total, min(_MAX_STRETCH, PAGE_WIDTH / total))
    limit = max(MAX_COLUMN_WIDTH, _MIN_SHEET_WIDTH / max(1, len(widths)))
    return [min(limit, width * stretch) for width in widths]


def wrapped_line_count(text: str, available_width: float) -> int:
    """The number of lines of a text wrapped to this width."""
    if len(text) * 2.2 + _PADDING <= available_width and "\n" not in text:
        return 1
    net_width = available_width - _PADDING
    return sum(max(1, ceil((text_width(line) - _PADDING) / net_width)) for line in text.split("\n"))
