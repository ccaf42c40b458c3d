"""Refused rows as an .xlsx file in the layout they came in, with what is wrong beside and on the cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from shuangbaodao_cli.output.ours import COMMENT, HEADING
from shuangbaodao_cli.output.rawcell import raw_cell
from shuangbaodao_cli.output.sheetstyle import BORDER, room
from shuangbaodao_cli.output.stamp import new_book, safe, save, sheet_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from openpyxl.cell.cell import Cell

COMMENTED = 2000
"""Rows of a table whose cells have comments; of more of them a spreadsheet becomes unwieldy."""
_WRONG = PatternFill("solid", fgColor="FFC7CE")


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
    with new_book() as book:
        for title, name in zip(titles, sheet_names(titles), strict=True):
            raw: Any = book.create_sheet(name)
            mine = [block for said, block in blocks if said == title]
            _set_widths(raw, mine)
            raw.freeze_panes = f"A{len(mine[0].head) + 1}"
            start = 0
            for block in mine:
                start = _write(raw, block, start)
        return save(book)


def _set_widths(raw: Any, blocks: Sequence[Block]) -> None:
    widths: dict[int, float] = {}
    for block in blocks:
        rows = [*block.head[block.top :], *(row.cells for row in block.rows)]
        for row in rows:
            for at, value in enumerate(row[: block.width]):
                widths[at] = max(widths.get(at, 8), room(str(value)) if value != "" else 0)
        widths[block.width] = max(widths.get(block.width, 0), 60)
    for at, width in widths.items():
        raw.column_dimensions[get_column_letter(at + 1)].width = min(width, 60)


def _write(raw: Any, block: Block, start: int) -> int:
    """Write a block from a row of the sheet on; returns the row where the next one may begin."""
    for first, left, last, right in block.merges:
        _merge(raw, start + first, left, start + last, right)
    for number, row in enumerate(block.head):
        cells = [raw_cell(raw, value, bold=True) for value in row]
        if number == block.top:
            cells[block.width :] = [raw_cell(raw, HEADING, bold=True)]
        raw.append(cells)
    if len(block.head) - 1 > block.top:
        _merge(raw, start + block.top, block.width, start + len(block.head) - 1, block.width)
    for number, refusal in enumerate(block.rows):
        cells = _cells(raw, refusal, block, commented=number < COMMENTED)
        raw.append([*cells, raw_cell(raw, refusal.told, wrapped=True)])
    raw.append([])
    return start + len(block.head) + len(block.rows) + 1


def _merge(raw: Any, first: int, left: int, last: int, right: int) -> None:
    raw.merged_cells.add(CellRange(min_row=first + 1, min_col=left + 1, max_row=last + 1, max_col=right + 1).coord)


def _cells(raw: Any, row: Refusal, block: Block, *, commented: bool) -> list[Cell]:
    cells = []
    for at, value in enumerate(row.cells[: block.width]):
        cell = raw_cell(raw, value, code=at in block.codes)
        cell.border = BORDER
        if at in row.wrong:
            cell.fill = _WRONG
        if at in row.wrong and commented:
            cell.comment = Comment(safe(COMMENT + row.wrong[at]), "sbd", height=90, width=280)
        cells.append(cell)
    return cells
