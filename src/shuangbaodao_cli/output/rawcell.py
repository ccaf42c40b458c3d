"""A cell that holds what stood in another, as it stood there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from shuangbaodao_cli.output.stamp import LONGEST_TEXT, cut, safe

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

_LOST = 1e15
"""From here on a number in a cell no longer has all its digits."""
_PLAIN, _BOLD = Font("宋体", sz=11), Font("宋体", sz=11, b=True)
_ACROSS = Alignment(vertical="center")
_WRAPPED = Alignment(vertical="center", wrap_text=True)


class Fault(str):
    """What a cell shows in place of a value (#N/A): handed back as the error that it is, not as text."""

    __slots__ = ()


def raw_cell(sheet: Any, value: Any, *, code: bool = False, bold: bool = False, wrapped: bool = False) -> Cell:
    """A cell of a sheet that is written row by row: text never a formula, a code never a number."""
    cell = WriteOnlyCell(sheet)
    cell.font, cell.alignment = _BOLD if bold else _PLAIN, _WRAPPED if wrapped else _ACROSS
    if isinstance(value, int | float) and not isinstance(value, bool) and (code or abs(value) >= _LOST):
        value = f"{value:.14G}" if abs(value) >= _LOST else f"{value:.15g}"
    if isinstance(value, date) and value.year < 1900:  # Excel has no such day
        value = value.isoformat()
    if isinstance(value, str) and value:
        cell.value = cut(safe(value), LONGEST_TEXT)
        cell.data_type = "e" if isinstance(value, Fault) else "s"
    elif not isinstance(value, str):
        cell.value = value
    if code or (isinstance(value, str) and value):
        cell.number_format = "@"
    elif said := _format(value):
        cell.number_format = said
    return cell


def _format(value: Any) -> str:
    if isinstance(value, datetime):
        return "yyyy-mm-dd" if value.time() == time() else "yyyy-mm-dd hh:mm"
    if isinstance(value, date):
        return "yyyy-mm-dd"
    return "[h]:mm" if isinstance(value, time | timedelta) else ""
