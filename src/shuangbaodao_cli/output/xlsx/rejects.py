"""Rejected rows as an .xlsx file in the layout they came in, with what is wrong beside the row and on the cells.

The cells hold the raw values unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.output.xlsx.book import MAX_TEXT_UNITS, new_workbook, sheet_names, truncate, write_text, xml_safe
from shuangbaodao_cli.output.xlsx.style import EXACT_NUMBER_LIMIT, CellStyle, text_width
from shuangbaodao_cli.problems import REJECT_COMMENT_PREFIX, REJECT_HEADING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


class ErrorValue(str):
    """An error that a cell shows in place of a value (#N/A): written as an error, not as text."""

    __slots__ = ()


class RejectsSheet:
    """A sheet for cells copied from other sheets: text never becomes a formula, nor a code a number."""

    def __init__(self, book: Workbook, name: str) -> None:
        """Add an empty sheet to the workbook."""
        self.book = book
        self.worksheet: Worksheet = book.add_worksheet(name)
        self._formats: dict[tuple[CellStyle, bool, str], Format] = {}

    def write_cell(
        self, position: tuple[int, int], value: Any, style: CellStyle, *, is_code: bool = False, wrapped: bool = False
    ) -> None:
        """Write a value at a row and a column, 0-based; ``is_code`` makes a number text."""
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and (is_code or abs(value) >= EXACT_NUMBER_LIMIT)
        ):
            value = f"{value:.14G}" if abs(value) >= EXACT_NUMBER_LIMIT else f"{value:.15g}"
        if isinstance(value, date) and value.year < 1900:  # Excel has no such day
            value = value.isoformat()
        text = isinstance(value, str) and value != ""
        format_ = self._format(style, "@" if is_code or text else _number_format(value), wrapped=wrapped)
        if isinstance(value, ErrorValue):
            self.worksheet.write_formula(*position, f"={value}", format_, value)
        elif text:
            write_text(self.worksheet, position, truncate(value, MAX_TEXT_UNITS), format_)
        elif isinstance(value, bool):
            self.worksheet.write_boolean(*position, value, format_)
        elif isinstance(value, int | float):
            self.worksheet.write_number(*position, value, format_)
        elif isinstance(value, date | time | timedelta):
            self.worksheet.write_datetime(*position, value, format_)
        else:
            self.worksheet.write_blank(*position, None, format_)

    def _format(self, style: CellStyle, number_format: str, *, wrapped: bool) -> Format:
        key = style, wrapped, number_format
        if key not in self._formats:
            properties = style.format("text") | {"align": "general", "indent": 0, "text_wrap": wrapped}
            self._formats[key] = self.book.add_format(properties | {"num_format": number_format})
        return self._formats[key]


def _number_format(value: Any) -> str:
    if isinstance(value, datetime):
        return "yyyy-mm-dd" if value.time() == time() else "yyyy-mm-dd hh:mm"
    if isinstance(value, date):
        return "yyyy-mm-dd"
    return "[h]:mm" if isinstance(value, time | timedelta) else "General"


MAX_COMMENTED_ROWS = 2000
"""Only the first rows of a table get comments on their cells; more make a spreadsheet slow."""
_ABOVE_STYLE, _MESSAGE_STYLE, _CELL_STYLE = CellStyle(border=False, bold=True), CellStyle(border=False), CellStyle()
_WRONG_CELL_STYLE = CellStyle(fill="FFC7CE")


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row: its raw cells, what is wrong with it, and a message for each column that is wrong."""

    cells: Sequence[Any]
    message: str
    cell_messages: dict[int, str]


@dataclass(frozen=True, slots=True)
class RejectedBlock:
    """The rejected rows of one table, with the rows above them.

    ``rows_above`` are the rows above the data, ``header_index`` the first one of the header among them;
    ``merges`` are merged cells in them (first row, first column, last row, last column); ``width`` is the number
    of columns of the table; ``code_columns`` hold digits that are no numbers. All are 0-based.
    """

    sheet: str
    rows_above: Sequence[Sequence[Any]]
    header_index: int
    merges: Sequence[tuple[int, int, int, int]]
    width: int
    code_columns: AbstractSet[int]
    rows: Sequence[RejectedRow]


def render_rejects(blocks: Sequence[tuple[str, RejectedBlock]]) -> bytes:
    """An .xlsx file with one sheet for each title; blocks with the same title follow one another on it."""
    titles = list(dict.fromkeys(title for title, _ in blocks))
    with new_workbook() as (book, raw):
        for title, name in zip(titles, sheet_names(titles), strict=True):
            own_blocks = [block for block_title, block in blocks if block_title == title]
            sheet = RejectsSheet(book, name)
            _set_widths(sheet, own_blocks)
            sheet.worksheet.freeze_panes(len(own_blocks[0].rows_above), 0)
            start = 0
            for block in own_blocks:
                start = _write_table(sheet, block, start)
    return raw.getvalue()


def _set_widths(sheet: RejectsSheet, blocks: Sequence[RejectedBlock]) -> None:
    widths: dict[int, float] = {}
    for block in blocks:
        rows = [*block.rows_above[block.header_index :], *(row.cells for row in block.rows)]
        for row in rows:
            for index, value in enumerate(row[: block.width]):
                widths[index] = max(widths.get(index, 8), text_width(str(value)) if value != "" else 0)
        widths[block.width] = max(widths.get(block.width, 0), 60)
    for index, width in widths.items():
        sheet.worksheet.set_column(index, index, min(width, 60))


def _write_table(sheet: RejectsSheet, block: RejectedBlock, start: int) -> int:
    """Write a block beginning at a row of the sheet; returns the row where the next one begins."""
    below = start + len(block.rows_above)
    merges = [(start + first, left, start + last, right) for first, left, last, right in block.merges]
    if len(block.rows_above) - 1 > block.header_index:
        merges.append((start + block.header_index, block.width, below - 1, block.width))
    for merge in merges:
        sheet.worksheet.merge_range(*merge, "")
    for index, row in enumerate(block.rows_above):
        cells = [*row[: block.width], REJECT_HEADING] if index == block.header_index else row
        for column, value in enumerate(cells):
            sheet.write_cell((start + index, column), value, _ABOVE_STYLE)
    for index, rejected_row in enumerate(block.rows):
        _write_rejected_row(sheet, rejected_row, block, below + index, commented=index < MAX_COMMENTED_ROWS)
    return below + len(block.rows) + 1


def _write_rejected_row(
    sheet: RejectsSheet, rejected_row: RejectedRow, block: RejectedBlock, row: int, *, commented: bool
) -> None:
    for index, value in enumerate(rejected_row.cells[: block.width]):
        sheet.write_cell(
            (row, index),
            value,
            _WRONG_CELL_STYLE if index in rejected_row.cell_messages else _CELL_STYLE,
            is_code=index in block.code_columns,
        )
        if index in rejected_row.cell_messages and commented:
            note = {"author": "sbd", "height": 90, "width": 280}
            sheet.worksheet.write_comment(
                row, index, xml_safe(REJECT_COMMENT_PREFIX + rejected_row.cell_messages[index]), note
            )
    sheet.write_cell((row, block.width), rejected_row.message, _MESSAGE_STYLE, wrapped=True)
