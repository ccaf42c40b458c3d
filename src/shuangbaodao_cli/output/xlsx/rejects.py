"""Refused rows as an .xlsx file in the layout they came in, with what is wrong beside and on the cells.

Their cells hold what stood in others, as it stood there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.output.reject_marks import COMMENT, HEADING
from shuangbaodao_cli.output.xlsx.book import LONGEST_TEXT, cut, new_book, safe, sheet_names, write_text
from shuangbaodao_cli.output.xlsx.style import LOST, Look, room

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


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


COMMENTED = 2000
"""Rows of a table whose cells have comments; of more of them a spreadsheet becomes unwieldy."""
_ABOVE, _TOLD, _ROW = Look(border=False, bold=True), Look(border=False), Look()
_WRONG = Look(fill="FFC7CE")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused row: its cells as they came, what is wrong with it, and with which of its columns."""

    cells: Sequence[Any]
    told: str
    wrong: dict[int, str]


@dataclass(frozen=True, slots=True)
class Block:
    """The refused rows of one table, under what stood above them.

    ``head`` are the rows above the data, the header's first one at ``top``; ``merges`` are merged cells
    in them (first row, first column, last row, last column); ``width`` counts the columns of the table;
    ``codes`` are columns of digits that are no numbers. All count from 0.
    """

    sheet: str
    head: Sequence[Sequence[Any]]
    top: int
    merges: Sequence[tuple[int, int, int, int]]
    width: int
    codes: AbstractSet[int]
    rows: Sequence[Refusal]


def workbook(blocks: Sequence[tuple[str, Block]]) -> bytes:
    """An .xlsx file with one sheet for each title; blocks of one title stand one below the other."""
    titles = list(dict.fromkeys(title for title, _ in blocks))
    with new_book() as (book, raw):
        for title, name in zip(titles, sheet_names(titles), strict=True):
            mine = [block for said, block in blocks if said == title]
            sheet = RawSheet(book, name)
            _set_widths(sheet, mine)
            sheet.raw.freeze_panes(len(mine[0].head), 0)
            start = 0
            for block in mine:
                start = _write(sheet, block, start)
    return raw.getvalue()


def _set_widths(sheet: RawSheet, blocks: Sequence[Block]) -> None:
    widths: dict[int, float] = {}
    for block in blocks:
        rows = [*block.head[block.top :], *(row.cells for row in block.rows)]
        for row in rows:
            for at, value in enumerate(row[: block.width]):
                widths[at] = max(widths.get(at, 8), room(str(value)) if value != "" else 0)
        widths[block.width] = max(widths.get(block.width, 0), 60)
    for at, width in widths.items():
        sheet.raw.set_column(at, at, min(width, 60))


def _write(sheet: RawSheet, block: Block, start: int) -> int:
    """Write a block from a row of the sheet on; returns the row where the next one may begin."""
    below = start + len(block.head)
    merges = [(start + first, left, start + last, right) for first, left, last, right in block.merges]
    if len(block.head) - 1 > block.top:
        merges.append((start + block.top, block.width, below - 1, block.width))
    for merge in merges:
        sheet.raw.merge_range(*merge, "")
    for number, row in enumerate(block.head):
        said = [*row[: block.width], HEADING] if number == block.top else row
        for at, value in enumerate(said):
            sheet.put((start + number, at), value, _ABOVE)
    for number, refusal in enumerate(block.rows):
        _refuse(sheet, refusal, block, below + number, commented=number < COMMENTED)
    return below + len(block.rows) + 1


def _refuse(sheet: RawSheet, refusal: Refusal, block: Block, row: int, *, commented: bool) -> None:
    for at, value in enumerate(refusal.cells[: block.width]):
        sheet.put((row, at), value, _WRONG if at in refusal.wrong else _ROW, code=at in block.codes)
        if at in refusal.wrong and commented:
            note = {"author": "sbd", "height": 90, "width": 280}
            sheet.raw.write_comment(row, at, safe(COMMENT + refusal.wrong[at]), note)
    sheet.put((row, block.width), refusal.told, _TOLD, wrapped=True)
