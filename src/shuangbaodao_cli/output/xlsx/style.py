"""How a value stands in our sheets: fonts, borders, number formats, and the room it needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.values.numbers import hours
from shuangbaodao_cli.values.text import width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shuangbaodao_cli.output.table import Kind

Value = str | int | float | date | None
"""What a cell may hold: no formula, no error, no clock."""

NARROWEST, WIDEST = 8, 40
"""Limits of a column, in the widths of a digit, as Excel counts."""
PAGE = 132
"""Widths of a digit that fit on A4 landscape at full size."""
PAGE_HEIGHT = 490.0
"""Points that fit on A4 landscape at full size."""
_LEAST = 90
"""Narrowest a sheet is made, so that its title and subtitle stand on one line."""
_STRETCH = 1.6
_SQUEEZES = ((1, WIDEST, PAGE), (2, WIDEST, PAGE * 1.3), (2, 24, PAGE * 1.3), (2, 16, PAGE * 1.3))
"""Lines of a heading, widest Chinese text, and the width of table up to which these will do."""
_PADDING = 3
LOST = 1e15
"""From here on a number in a cell no longer has all its digits, or none: a report of somebody's own may divide by 0."""
PIXELS = 7
"""Of a screen, for the width of a digit."""
LINE = 15.0
"""Points that one line of 11 pt text takes."""
ROW = 20.25
BY_HAND = 36.0
"""Points of a row that is signed or sealed on paper."""
_FIRST_DAY = date(1900, 3, 1)  # Excel's days before it are one off: it knows a 29 February 1900

FORMATS: dict[Kind, str] = {
    "text": "General",
    "code": "@",
    "count": "#,##0",
    "decimal": "0.0",
    "figure": "General",
    "hours": "0.0",
    "date": 'yyyy"年"m"月"d"日"',
    "moment": "General",
}
ALIGNED: dict[Kind, str] = {"text": "left", "count": "right", "decimal": "right", "figure": "right", "hours": "right"}
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Look:
    """The dress of a cell. Without ``align`` a cell is set the way its kind is; colours are RRGGBB."""

    align: str = ""
    fill: str = ""
    border: bool = True
    family: str = "宋体"
    size: int = 11
    bold: bool = False
    italic: bool = False
    colour: str = ""

    def format(self, kind: Kind) -> dict[str, Any]:
        """What XlsxWriter wants to know of a cell of this kind."""
        across = self.align or ALIGNED.get(kind, "center")
        said: dict[str, Any] = {
            "font_name": self.family,
            "font_size": self.size,
            "bold": self.bold,
            "italic": self.italic,
            "align": across,
            "valign": "vcenter",
            "indent": 0 if self.align or across == "center" else 1,
            "text_wrap": across != "right",  # LibreOffice sets a number that may wrap against the line
            "num_format": FORMATS[kind],
        }
        if self.border:
            said |= BORDER
        if self.fill:
            said |= {"pattern": 1, "bg_color": f"#{self.fill}"}
        return said | ({"font_color": f"#{self.colour}"} if self.colour else {})


BORDER: dict[str, Any] = {"border": 1, "border_color": "#808080"}

TITLE = Look("center", border=False, family="黑体", size=16, bold=True)
SUBTITLE = Look("left", border=False)
NOTE = Look("left", border=False, size=9)
HEADER = Look("center", "DDEBF7", bold=True)
REQUIRED = Look("center", "FCE4D6", bold=True)
DATA = Look()
TOTAL = Look(fill="F2F2F2", bold=True)
EXAMPLE = Look(italic=True, colour="808080")
OPEN = Look(border=False)
LINK = "0563C1"
"""The colour of what leads somewhere else."""


def typed(value: object, kind: Kind) -> Value:
    """A value of a table as a sheet holds it: minutes as hours, a full ISO date as a date."""
    if value is None or value == "":
        return None
    if isinstance(value, int) and kind == "hours":
        return float(hours(value))
    if isinstance(value, int | float) and kind in {"count", "decimal", "figure"}:
        return value if abs(value) < LOST else str(value)
    if kind == "moment":
        return str(value).replace("T", " ")
    return _day(str(value)) if kind == "date" else str(value)


def _day(text: str) -> date | str:
    """A full ISO date that Excel can count to; any other date stays as it was written."""
    if not _ISO_DAY.fullmatch(text):
        return text
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return day if day >= _FIRST_DAY else text


def printed(value: Value) -> str:
    """A value as the sheet shows it, to be measured."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value:,}"


@lru_cache(maxsize=8192)  # a year's ledger says the same places and deeds again and again
def room(text: str) -> float:
    """Column width that a text needs on one line, its longest line if it has several."""
    cells = max(map(width, text.split("\n")))
    return cells * (1.2 if text.isascii() else 1.1) + _PADDING


def fit(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> list[float]:
    """A width for each column, from its content.

    Headings and then Chinese texts wrap where the page asks for it, numbers and codes never; a
    table much narrower than the page is let out.
    """
    firm, soft = [0.0] * len(headings), [0.0] * len(headings)
    for row in rows:
        for at, value in enumerate(row):
            if value is not None:
                text = printed(value)
                kept = soft if isinstance(value, str) and not text.isascii() else firm
                kept[at] = max(kept[at], room(text))
    for wraps, widest, enough in _SQUEEZES:
        needs = [room(heading) / wraps + wraps - 1 for heading in headings]
        texts = [min(widest, each) for each in soft]
        widths = [min(WIDEST, ceil(max(NARROWEST, *each))) for each in zip(needs, texts, firm, strict=True)]
        if sum(widths) <= enough:
            break
    total = max(1, sum(widths))
    stretch = max(1.0, _LEAST / total, min(_STRETCH, PAGE / total))
    limit = max(WIDEST, _LEAST / max(1, len(widths)))
    return [min(limit, each * stretch) for each in widths]


def lines(text: str, within: float) -> int:
    """Lines a text takes when wrapped within this width."""
    if len(text) * 2.2 + _PADDING <= within and "\n" not in text:
        return 1
    net = within - _PADDING
    return sum(max(1, ceil((room(part) - _PADDING) / net)) for part in text.split("\n"))
