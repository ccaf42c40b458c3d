"""A sheet written row by row: set up to print on A4 landscape, no text in it a formula."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from shuangbaodao_cli.output.xlsx.book import LONGEST_TEXT, TooLargeError, units, write_text
from shuangbaodao_cli.output.xlsx.style import LINE, PIXELS, ROW, Look, Value, lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from shuangbaodao_cli.output.table import Kind

_A4 = 9
_TALLEST = 409.0
"""Points of the tallest row Excel knows."""


class Sheet:
    """One sheet of a book, written row by row from the top."""

    def __init__(self, book: Workbook, name: str, widths: Sequence[float], header: int, *, deep: int = 1) -> None:
        """Set the page up. ``header`` is the last of the ``deep`` rows repeated on paper and frozen on the screen."""
        self.book = book
        self.raw = book.add_worksheet(name)
        self.name = name
        self.widths = widths
        self.row = 0
        self.height = 0.0
        for at, each in enumerate(widths):
            self.raw.set_column_pixels(at, at, round(each * PIXELS))
        self.raw.freeze_panes(header, 0)
        self.raw.repeat_rows(header - deep, header - 1)
        self._page()

    def _page(self) -> None:
        raw = self.raw
        raw.set_paper(_A4)
        raw.set_landscape()
        raw.fit_to_pages(1, 0)
        raw.set_margins(0.5, 0.5, 0.6, 0.7)
        raw.set_header("", {"margin": 0.3})
        raw.set_footer("&C第 &P 页 共 &N 页", {"margin": 0.3})
        raw.center_horizontally()
        raw.set_default_row(ROW)

    def cells(self, kinds: Sequence[Kind], look: Look) -> list[Format]:
        """The formats of a row, for as many rows as are written in them."""
        made = {kind: self.book.add_format(look.format(kind)) for kind in dict.fromkeys(kinds)}
        return [made[kind] for kind in kinds]

    def write(self, formats: Sequence[Format], values: Sequence[Value], least: float = ROW) -> None:
        """Add a row of these values, at least so many points high and high enough for its text."""
        row, most = self.row, 1
        for at, (format_, value) in enumerate(zip(formats, values, strict=True)):
            if value is None:
                self.raw.write_blank(row, at, None, format_)
            elif isinstance(value, str):
                self._text(row, at, value, format_)
                most = max(most, lines(value, self.widths[at]))
            elif isinstance(value, date):
                self.raw.write_datetime(row, at, value, format_)
            else:
                self.raw.write_number(row, at, value, format_)
        self._end(max(least, most * LINE + 5))

    def link(self, row: int, at: int, place: str) -> None:
        """Let a cell that is not written yet lead to another place of the book, ``Sheet!A1``."""
        self.raw.write_url(row, at, f"internal:{place}")

    def merge(self, area: tuple[int, int, int, int], text: str, format_: Format) -> None:
        """Make one cell of several (first row, first column, last row, last column, from 0) that holds this text."""
        top, left, bottom, right = area
        if (top, left) != (bottom, right):
            self.raw.merge_range(*area, "", format_)
        self._text(top, left, text, format_)

    def spread(self, texts: Sequence[str], look: Look, high: float) -> None:
        """Add a row of few texts over the whole width, the last of them over all columns that are left."""
        [format_] = self.cells(["text"], look)
        for at, text in enumerate(texts):
            last = at if at + 1 < len(texts) else len(self.widths) - 1
            self.merge((self.row, at, self.row, last), text, format_)
        self._end(high)

    def banner(self, text: str, look: Look) -> None:
        """Add a row that holds one text over the whole width."""
        scale = look.size / 11
        [format_] = self.cells(["text"], look)
        self.merge((self.row, 0, self.row, len(self.widths) - 1), text, format_)
        high = lines(text, sum(self.widths) / scale) * LINE * scale
        self._end(high + 8 * scale)

    def _text(self, row: int, at: int, text: str, format_: Format) -> None:
        """A text as XML can carry it, whatever it begins with; one that Excel would cut raises TooLargeError."""
        if len(text) * 2 > LONGEST_TEXT and units(text) > LONGEST_TEXT:
            message = f"单元格 {self.name}!{xl_rowcol_to_cell(row, at)} 的文字超过 {LONGEST_TEXT} 字，Excel 放不下"
            raise TooLargeError(message)
        write_text(self.raw, (row, at), text, format_)

    def _end(self, high: float) -> None:
        high = min(round(high, 1), _TALLEST)
        self.raw.set_row(self.row, high)
        self.height += high
        self.row += 1
