"""A sheet written row by row: set up to print on A4 landscape, no text in it a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins

from shuangbaodao_cli.output.sheetstyle import (
    ALIGNED,
    BORDER,
    FORMATS,
    LINE,
    ROW,
    Look,
    Value,
    lines,
)
from shuangbaodao_cli.output.stamp import LONGEST_TEXT, safe, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell

    from shuangbaodao_cli.output.table import Kind

_A4 = 9
_TALLEST = 409.0
"""Points of the tallest row Excel knows."""


class Sheet:
    """One sheet of a book, written row by row from the top."""

    def __init__(self, book: Workbook, name: str, widths: Sequence[float], header: int, *, deep: int = 1) -> None:
        """Set the page up. ``header`` is the last of the ``deep`` rows repeated on paper and frozen on the screen."""
        self.raw: Any = book.create_sheet(name)
        self.name = name
        self.widths = widths
        self.row = 0
        self.height = 0.0
        for at, each in enumerate(widths, 1):
            self.raw.column_dimensions[get_column_letter(at)].width = each
        self.raw.freeze_panes = f"A{header + 1}"
        self.raw.print_title_rows = f"{header - deep + 1}:{header}"
        self._page()

    def _page(self) -> None:
        raw = self.raw
        raw.page_setup.paperSize = _A4
        raw.page_setup.orientation = "landscape"
        raw.sheet_properties.pageSetUpPr.fitToPage = True
        raw.page_setup.fitToWidth, raw.page_setup.fitToHeight = 1, 0
        raw.page_margins = PageMargins(0.5, 0.5, 0.6, 0.7, 0.3, 0.3)
        raw.print_options.horizontalCentered = True
        raw.oddFooter.center.text = "第 &P 页 共 &N 页"
        raw.sheet_format.defaultRowHeight, raw.sheet_format.customHeight = ROW, True

    def cells(self, kinds: Sequence[Kind], look: Look) -> list[Cell]:
        """A row of dressed cells, to be written again and again with other values."""
        return [self._cell(kind, look) for kind in kinds]

    def _cell(self, kind: Kind, look: Look) -> Cell:
        cell = WriteOnlyCell(self.raw)
        cell.font = look.font
        if look.border:
            cell.border = BORDER
        if look.fill:
            cell.fill = look.fill
        across = look.align or ALIGNED.get(kind, "center")
        inset = 0 if look.align or across == "center" else 1
        wraps = across != "right"  # LibreOffice sets a number that may wrap against the line
        cell.alignment = Alignment(across, "center", wrap_text=wraps, indent=inset)
        cell.number_format = FORMATS[kind]
        return cell

    def write(self, cells: Sequence[Cell], values: Sequence[Value], least: float = ROW) -> None:
        """Add a row of these values, at least so many points high and high enough for its text."""
        self.row += 1
        most = 1
        for at, (cell, value) in enumerate(zip(cells, values, strict=True)):
            if isinstance(value, str):
                cell.value = self._checked(value, at)
                cell.data_type = "s"  # whatever it begins with, it is text
                most = max(most, lines(value, self.widths[at]))
            else:
                cell.value = value
        self._end(list(cells), max(least, most * LINE + 5))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Make one cell of several, rows and columns counted from 1."""
        if (top, left) != (bottom, right):
            self.raw.merged_cells.add(f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}")

    def banner(self, text: str, look: Look) -> None:
        """Add a row that holds one text over the whole width."""
        self.row += 1
        scale = (look.font.sz or 11) / 11
        cell = self._cell("text", look)
        cell.value = self._checked(text, 0)
        cell.data_type = "s"
        high = lines(text, sum(self.widths) / scale) * LINE * scale
        if len(self.widths) > 1:
            last = get_column_letter(len(self.widths))
            self.raw.merged_cells.add(f"A{self.row}:{last}{self.row}")
        self._end([cell], high + 8 * scale)

    def _end(self, cells: list[Cell], high: float) -> None:
        high = min(round(high, 1), _TALLEST)
        self.raw.row_dimensions[self.row].height = high
        self.height += high
        self.raw.append(cells)

    def _checked(self, text: str, at: int) -> str:
        """The text as XML can carry it; one that Excel would cut raises ValueError."""
        if len(text) * 2 > LONGEST_TEXT and units(text) > LONGEST_TEXT:
            where = f"{self.name}!{get_column_letter(at + 1)}{self.row}"
            message = f"单元格 {where} 的文字超过 {LONGEST_TEXT} 字，Excel 放不下"
            raise ValueError(message)
        return safe(text)
