"""Cells that hold what stood in others, as it stood there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.output.sheetstyle import LOST
from shuangbaodao_cli.output.stamp import LONGEST_TEXT, cut, write_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from shuangbaodao_cli.output.sheetstyle import Look


class Fault(str):
    """What a cell shows in place of a value (#N/A): handed back as the error that it is, not as text."""

    __slots__ = ()


class RawSheet:
    """A sheet into which cells of other sheets are put: text never a formula, a code never a number."""

    def __init__(self, book: Workbook, name: str) -> None:
        """Begin an empty sheet."""
        self.book = book
        self.raw: Worksheet = book.add_worksheet(name)
        self._formats: dict[tuple[Look, bool, str], Format] = {}

    def put(self, place: tuple[int, int], value: Any, look: Look, *, code: bool = False, wrapped: bool = False) -> None:
        """Write a value at a row and a column, counted from 0."""
        if isinstance(value, int | float) and not isinstance(value, bool) and (code or abs(value) >= LOST):
            value = f"{value:.14G}" if abs(value) >= LOST else f"{value:.15g}"
        if isinstance(value, date) and value.year < 1900:  # Excel has no such day
            value = value.isoformat()
        text = isinstance(value, str) and value != ""
        format_ = self._format(look, "@" if code or text else _shape(value), wrapped=wrapped)
        if isinstance(value, Fault):
            self.raw.write_formula(*place, f"={value}", format_, value)
        elif text:
            write_text(self.raw, place, cut(value, LONGEST_TEXT), format_)
        elif isinstance(value, bool):
            self.raw.write_boolean(*place, value, format_)
        elif isinstance(value, int | float):
            self.raw.write_number(*place, value, format_)
        elif isinstance(value, date | time | timedelta):
            self.raw.write_datetime(*place, value, format_)
        else:
            self.raw.write_blank(*place, None, format_)

    def _format(self, look: Look, shape: str, *, wrapped: bool) -> Format:
        key = look, wrapped, shape
        if key not in self._formats:
            said = look.format("text") | {"align": "general", "indent": 0, "text_wrap": wrapped}
            self._formats[key] = self.book.add_format(said | {"num_format": shape})
        return self._formats[key]


def _shape(value: Any) -> str:
    if isinstance(value, datetime):
        return "yyyy-mm-dd" if value.time() == time() else "yyyy-mm-dd hh:mm"
    if isinstance(value, date):
        return "yyyy-mm-dd"
    return "[h]:mm" if isinstance(value, time | timedelta) else "General"
