"""A sheet written row by row, set up to print on A4 landscape; no text becomes a formula."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from shuangbaodao_cli.output.xlsx.book import MAX_TEXT_UNITS, TooLargeError, utf16_length, write_text
from shuangbaodao_cli.output.xlsx.style import (
    LINE_HEIGHT,
    PIXELS_PER_DIGIT,
    ROW_HEIGHT,
    CellStyle,
    Value,
    wrapped_line_count,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from shuangbaodao_cli.output.table import Kind

_PAPER_A4 = 9
_MAX_ROW_HEIGHT = 409.0
"""The tallest row that Excel allows, in points."""


class Sheet:
    """One sheet of a book, written row by row from the top."""

    def __init__(
        self, book: Workbook, name: str, widths: Sequence[float], header_end: int, *, header_depth: int = 1
    ) -> None:
        """Add a sheet. Its ``header_depth`` rows ending above row ``header_end`` are frozen, and repeated on paper."""
        self.book = book
        self.worksheet = book.add_worksheet(name)
        self.name = name
        self.widths = widths
        self.next_row = 0
        self.height = 0.0
        for index, width in enumerate(widths):
            self.worksheet.set_column_pixels(index, index, round(width * PIXELS_PER_DIGIT))
        self.worksheet.freeze_panes(header_end, 0)
        self.worksheet.repeat_rows(header_end - header_depth, header_end - 1)
        self._set_up_page()

    def _set_up_page(self) -> None:
        worksheet = self.worksheet
        worksheet.set_paper(_PAPER_A4)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(0.5, 0.5, 0.6, 0.7)
        worksheet.set_header("", {"margin": 0.3})
        worksheet.set_footer("&C第 &P 页 共 &N 页", {"margin": 0.3})
        worksheet.center_horizontally()
        worksheet.set_default_row(ROW_HEIGHT)

    def row_formats(self, kinds: Sequence[Kind], style: CellStyle) -> list[Format]:
        """The cell formats of a row, to be used for any number of rows."""
        format_by_kind = {kind: self.book.add_format(style.format(kind)) for kind in dict.fromkeys(kinds)}
        return [format_by_kind[kind] for kind in kinds]

    def write_row(self, formats: Sequence[Format], values: Sequence[Value], min_height: float = ROW_HEIGHT) -> None:
        """Append a row of values, at least ``min_height`` points high and high enough for its text."""
        row, line_count = self.next_row, 1
        for index, (format_, value) in enumerate(zip(formats, values, strict=True)):
            if value is None:
                self.worksheet.write_blank(row, index, None, format_)
            elif isinstance(value, str):
                self._write_text(row, index, value, format_)
                line_count = max(line_count, wrapped_line_count(value, self.widths[index]))
            elif isinstance(value, date):
                self.worksheet.write_datetime(row, index, value, format_)
            else:
                self.worksheet.write_number(row, index, value, format_)
        self._finish_row(max(min_height, line_count * LINE_HEIGHT + 5))

    def add_link(self, row: int, column: int, target: str) -> None:
        """Link a cell that is not written yet to another cell of the workbook, ``Sheet!A1``."""
        self.worksheet.write_url(row, column, f"internal:{target}")

    def write_merged(self, area: tuple[int, int, int, int], text: str, format_: Format) -> None:
        """Merge an area (first row, first column, last row, last column, 0-based) and write a text into it."""
        top, left, bottom, right = area
        if (top, left) != (bottom, right):
            self.worksheet.merge_range(*area, "", format_)
        self._write_text(top, left, text, format_)

    def write_spread_row(self, texts: Sequence[str], style: CellStyle, height: float) -> None:
        """Append a row of a few texts, the last of which spans all remaining columns; ``height`` is in points."""
        [format_] = self.row_formats(["text"], style)
        for index, text in enumerate(texts):
            last = index if index + 1 < len(texts) else len(self.widths) - 1
            self.write_merged((self.next_row, index, self.next_row, last), text, format_)
        self._finish_row(height)

    def write_banner(self, text: str, style: CellStyle) -> None:
        """Append a row with one text over the whole width."""
        scale = style.size / 11
        [format_] = self.row_formats(["text"], style)
        self.write_merged((self.next_row, 0, self.next_row, len(self.widths) - 1), text, format_)
        height = wrapped_line_count(text, sum(self.widths) / scale) * LINE_HEIGHT * scale
        self._finish_row(height + 8 * scale)

    def _write_text(self, row: int, column: int, text: str, format_: Format) -> None:
        """Write a text; raises TooLargeError where Excel would truncate it."""
        if len(text) * 2 > MAX_TEXT_UNITS and utf16_length(text) > MAX_TEXT_UNITS:
            message = (
                f"单元格 {self.name}!{xl_rowcol_to_cell(row, column)} 的文字超过 {MAX_TEXT_UNITS} 字，Excel 放不下"
            )
            raise TooLargeError(message)
        write_text(self.worksheet, (row, column), text, format_)

    def _finish_row(self, height: float) -> None:
        height = min(round(height, 1), _MAX_ROW_HEIGHT)
        self.worksheet.set_row(self.next_row, height)
        self.height += height
        self.next_row += 1
