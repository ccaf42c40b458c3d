"""The tables of a sheet, from top to bottom, each with its header, its rows of data and its comments.

In merged cells a name, a day, an activity written once holds for all its rows; a number does not.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import column_letter
from shuangbaodao_cli.intake.rosters.header_search import find_header
from shuangbaodao_cli.intake.rosters.model import HeadingMeanings, Table
from shuangbaodao_cli.intake.rosters.row_kinds import is_data
from shuangbaodao_cli.intake.rosters.row_scan import scan_rows
from shuangbaodao_cli.problems import REJECT_COMMENT_PREFIX, Problem
from shuangbaodao_cli.values.cleaners import as_text
from shuangbaodao_cli.values.types import COUNT, ID_NO, MINUTES, PHONE, USCC

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.intake.rosters.model import Header
    from shuangbaodao_cli.model.record import Field, Record

_NUMBERS = {COUNT, MINUTES}
_UNIQUE_CODES = {ID_NO, PHONE, USCC}
"""Codes belong to one person or unit, so they are not filled down either; nor are they doubtful."""


def fill_down(sheet: Sheet, header: Header) -> list[Problem]:
    """Write what stands in a merged cell into all its rows; returns a warning for each merged number."""
    problems = []
    for first, last, column, field in _merged_cells(sheet, header):
        value: Any = sheet.rows[first][column]
        below = sheet.rows[first + 1 : last + 1]
        if field.type in _NUMBERS:
            if any(cell != "" for row in below for cell in row):
                problems.append(_not_filled_problem(sheet.name, field, value, (first, last, column)))
        elif field.type not in _UNIQUE_CODES:
            for row in below:
                row[column] = value
    return problems


def _merged_cells(sheet: Sheet, header: Header) -> Iterator[tuple[int, int, int, Field]]:
    """The filled cells that are merged over several rows of one known column: first row, last row, column, field."""
    columns = dict(header.columns)
    for block in header.blocks:
        columns |= {own: header.columns[column] for column, own in block.items() if column in header.columns}
    for first, left, last, right in sheet.merges:
        is_known = left == right and left in columns
        if is_known and header.bottom < first < last < len(sheet.rows) and sheet.rows[first][left] != "":
            yield first, last, left, columns[left]


def _not_filled_problem(sheet: str, field: Field, value: Any, cells: tuple[int, int, int]) -> Problem:
    first, last, column = cells
    message = (
        f"{field.label}：“{as_text(value)}”合并在第 {first + 1}–{last + 1} 行上，只记在第 {first + 1} 行，"
        "其余几行当作没有填；如果每行都有，请分开写"
    )
    return Problem(
        "merged_not_filled",
        "warning",
        f"{sheet}!{column_letter(column)}{first + 1}",
        field.name,
        as_text(value),
        message,
    )


def find_tables(sheet: Sheet, records: Iterable[Record], meanings: HeadingMeanings | None = None) -> list[Table]:
    """Every table of a sheet, from top to bottom; none where no header is known."""
    candidates, known_meanings = list(records), meanings or HeadingMeanings()
    header = find_header(sheet.rows, candidates, sheet.merges, known_meanings)
    tables: list[Table] = []
    start = 0
    while header is not None:
        problems = fill_down(sheet, header)
        scan = scan_rows(sheet, header, candidates, known_meanings)
        body: list[Sequence[Any]] = [sheet.rows[number - 1] for number in scan.row_numbers]
        table = Table(sheet.name, header, body, scan.row_numbers, scan.totals, scan.skipped, shift=sheet.date_shift)
        table.head_rows = list(sheet.rows[start : header.bottom + 1])
        table.problems = problems
        _append_blocks(table, scan.block_rows)
        _label_unnamed_columns(table)
        _attach_comments(table, sheet)
        tables.append(table)
        header, start = scan.next_header, scan.next_start
    return tables


def _append_blocks(table: Table, block_rows: list[tuple[int, Sequence[Any]]]) -> None:
    """Put the rows of further blocks below those of the first, their cells in its order."""
    header = table.header
    first = min(header.columns)
    needed = [column for column, field in header.columns.items() if field.required]
    for block in header.blocks:
        table.blocks.append((len(table.body), block))
        for number, row in block_rows:
            moved: list[Any] = [""] * len(row)
            for column, own in block.items():
                moved[column] = row[own]
            if is_data(moved, header, first, needed):
                table.body.append(moved)
                table.row_numbers.append(number)


def _label_unnamed_columns(table: Table) -> None:
    """Add columns without a heading that hold something to the unknown ones, under their letter."""
    if not table.body or table.header.blocks:
        return
    header = table.header
    known = {*header.columns, *header.unknown, *header.duplicates, *header.reject_columns, header.serial_column}
    for column in range(len(table.body[0])):
        if column not in known and any(map(itemgetter(column), table.body)):
            header.unknown[column] = f"（{column_letter(column)}列，没有表头）"


def _attach_comments(table: Table, sheet: Sheet) -> None:
    """Give each comment to the row that its cell is in."""
    if not sheet.comments:
        return
    indexes = {number: index for index, number in enumerate(table.row_numbers)}
    for (row, column), comment in sorted(sheet.comments.items()):
        if row + 1 in indexes and not comment.startswith(REJECT_COMMENT_PREFIX):
            table.comments.setdefault(indexes[row + 1], []).append((f"{column_letter(column)}{row + 1}", comment))
