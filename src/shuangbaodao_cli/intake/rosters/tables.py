"""The tables of a sheet: what their columns mean, their rows of data, what was said once above them.

In merged cells a name, a day, an activity written once holds for all its rows; a number does not.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import letter
from shuangbaodao_cli.intake.rosters.header_search import find_header
from shuangbaodao_cli.intake.rosters.model import HeadingMeanings, Table
from shuangbaodao_cli.intake.rosters.row_kinds import is_data
from shuangbaodao_cli.intake.rosters.rows import scan_rows
from shuangbaodao_cli.output.reject_marks import COMMENT
from shuangbaodao_cli.problems import Problem
from shuangbaodao_cli.values.cleaners import words
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
    told = []
    for first, last, column, field in _merged_cells(sheet, header):
        value: Any = sheet.rows[first][column]
        below = sheet.rows[first + 1 : last + 1]
        if field.type in _NUMBERS:
            if any(cell != "" for row in below for cell in row):
                told.append(_not_filled_problem(sheet.name, field, value, (first, last, column)))
        elif field.type not in _UNIQUE_CODES:
            for row in below:
                row[column] = value
    return told


def _merged_cells(sheet: Sheet, header: Header) -> Iterator[tuple[int, int, int, Field]]:
    """The filled cells merged over several rows of data of one column that we know."""
    columns = dict(header.columns)
    for block in header.blocks:
        columns |= {there: header.columns[at] for at, there in block.items() if at in header.columns}
    for first, left, last, right in sheet.merges:
        known = left == right and left in columns
        if known and header.bottom < first < last < len(sheet.rows) and sheet.rows[first][left] != "":
            yield first, last, left, columns[left]


def _not_filled_problem(sheet: str, field: Field, value: Any, where: tuple[int, int, int]) -> Problem:
    first, last, column = where
    message = (
        f"{field.label}：“{words(value)}”合并在第 {first + 1}–{last + 1} 行上，只记在第 {first + 1} 行，"
        "其余几行当作没有填；如果每行都有，请分开写"
    )
    return Problem(
        "merged_not_filled", "warning", f"{sheet}!{letter(column)}{first + 1}", field.name, words(value), message
    )


def find_tables(sheet: Sheet, records: Iterable[Record], meanings: HeadingMeanings | None = None) -> list[Table]:
    """Every table of a sheet, from top to bottom; none where no header is known."""
    candidates, said = list(records), meanings or HeadingMeanings()
    header = find_header(sheet.rows, candidates, sheet.merges, said)
    tables: list[Table] = []
    since = 0
    while header is not None:
        problems = fill_down(sheet, header)
        found = scan_rows(sheet, header, candidates, said)
        numbers = found.row_numbers
        body: list[Sequence[Any]] = [sheet.rows[number - 1] for number in numbers]
        head: list[Sequence[Any]] = list(sheet.rows[since : header.bottom + 1])
        table = Table(sheet.name, header, body, numbers, found.totals, found.skipped, head_rows=head, shift=sheet.shift)
        table.problems = problems
        _append_blocks(table, found.block_rows)
        _label_unnamed_columns(table)
        _attach_comments(table, sheet)
        tables.append(table)
        header, since = found.next_header, found.next_start
    return tables


def _append_blocks(table: Table, block_rows: list[tuple[int, Sequence[Any]]]) -> None:
    """Put the rows of further blocks below those of the first, their cells in its order."""
    header = table.header
    first = min(header.columns)
    needed = [at for at, one in header.columns.items() if one.required]
    for block in header.blocks:
        table.blocks.append((len(table.body), block))
        for number, row in block_rows:
            beside: list[Any] = [""] * len(row)
            for at, there in block.items():
                beside[at] = row[there]
            if is_data(beside, header, first, needed):
                table.body.append(beside)
                table.row_numbers.append(number)


def _label_unnamed_columns(table: Table) -> None:
    """Columns without a heading that hold something are kept too, under their letter."""
    if not table.body or table.header.blocks:
        return
    header = table.header
    named = header.columns.keys() | header.unknown.keys() | header.duplicates.keys() | {header.serial_column}
    for at in range(len(table.body[0])):
        if at not in named and at not in header.reject_columns and any(map(itemgetter(at), table.body)):
            header.unknown[at] = f"（{letter(at)}列，没有表头）"


def _attach_comments(table: Table, sheet: Sheet) -> None:
    """Give each comment to the row that its cell is in."""
    if not sheet.comments:
        return
    positions = {number: at for at, number in enumerate(table.row_numbers)}
    for (row, column), said in sorted(sheet.comments.items()):
        if row + 1 in positions and not said.startswith(COMMENT):
            table.comments.setdefault(positions[row + 1], []).append((f"{letter(column)}{row + 1}", said))
