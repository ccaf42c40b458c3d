"""The rows of somebody's form under its header: those that name something, those left blank, and the sums."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.intake.rosters.row_kinds import first_text, is_footer
from shuangbaodao_cli.values.cleaners import words
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shuangbaodao_cli.forms.header import Header
    from shuangbaodao_cli.forms.xlsx.form import SheetProperties
    from shuangbaodao_cli.intake.files.sheet import Sheet

_TOTAL_WORDS = {"合计", "总计", "总合计", "共计"}
_SUBTOTAL = "小计"


class FormRows(NamedTuple):
    """The rows of a form, counted from 0; ``kind`` is what they are and ``label`` the column that names them."""

    kind: str
    name_column: int | None
    named: list[tuple[int, str]]
    blanks: list[int]
    total_row: int | None
    end: int
    """The first row below that is none of the table."""
    skipped: list[tuple[str, str]]
    """Rows that are left whatever is known, and why."""


def cell_text(sheet: Sheet, row: int, column: int) -> str:
    """What a cell says; of one that is blank or beyond what is written, nothing."""
    return words(cell_value(sheet, row, column)).strip()


def cell_value(sheet: Sheet, row: int, column: int) -> Any:
    """What stands in a cell; what is nothing but blanks stands for nothing."""
    rows = sheet.rows
    cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
    return "" if isinstance(cell, str) and not cell.strip() else cell


def merged_top(sheet: Sheet, row: int, column: int) -> int:
    """The row in which the words of a cell stand, where several are merged down."""
    return next((top for top, left, end, _ in sheet.merges if left == column and top <= row <= end), row)


def classify_rows(
    sheet: Sheet, properties: SheetProperties, header: Header, is_category: Callable[[str], bool]
) -> FormRows:
    """Tell the rows of a form apart."""
    body, sums, total, end = _split_body(sheet, properties, header)
    kind, label = _row_kind(sheet, header, body, is_category)
    named: list[tuple[int, str]] = []
    blanks: list[int] = []
    left = [(f"第 {row + 1} 行 {_SUBTOTAL}", "小计的范围看不出，没有填") for row in sums]
    closed = False
    worded = {row for row in body if _row_texts(sheet, properties, header, row)}
    if label is None and len(worded) == 1 and not _has_leading_text(sheet, header, min(worded)):
        worded = set()  # a remark beside the one row for all
    for row in body:
        name = _row_name(sheet, row, kind, label)
        if (row, label) in properties.formulas:
            left.append((f"第 {row + 1} 行", "名称是公式算出来的，请改成文字"))
        elif name and fold(name) != fold(header.texts[label or 0].split("/")[-1]):  # the header of the next page
            named.append((row, name))
        elif row in worded:
            closed = closed or bool(blanks)  # what is blank below some other text is none of the table
        elif not closed and (label is None or _accepts_name(sheet, properties, row, label)):
            blanks.append(row)
    return FormRows(kind, label, named, blanks, total, end, left)


def _row_name(sheet: Sheet, row: int, kind: str, name_column: int | None) -> str:
    """What a row is called; a category may be merged down over the places that it is divided by."""
    if name_column is None:
        return ""
    return cell_text(sheet, merged_top(sheet, row, name_column) if kind == "category" else row, name_column)


def _accepts_name(sheet: Sheet, properties: SheetProperties, row: int, name_column: int) -> bool:
    """Whether a name can be written into a blank row: where it cannot, its figures would be somebody else's."""
    within = any(
        a <= row <= c and b <= name_column <= d and (a, b) != (row, name_column) for a, b, c, d in sheet.merges
    )
    return not within and (row, name_column) not in properties.blocked


def _split_body(
    sheet: Sheet, properties: SheetProperties, header: Header
) -> tuple[list[int], list[int], int | None, int]:
    """The rows down to the sums or the first note, sums of some of them, that of all, and where all ends."""
    body: list[int] = []
    parts: list[int] = []
    total = None
    last = max(len(sheet.rows), properties.row_count)
    for row in range(header.last_row + 1, last):
        cells = _row_cells(sheet, row)
        said = {re.sub(r"\s", "", cell) for cell in cells if isinstance(cell, str)}
        if said & _TOTAL_WORDS and (body or not _has_name(sheet, header, row + 1)):
            return body, parts, row if total is None else total, row + 1
        if _is_note(sheet, header, row, cells):
            return body, parts, total, row
        if said & _TOTAL_WORDS:
            total = row  # the sums stand above
        else:
            (parts if _SUBTOTAL in said else body).append(row)
    return body, parts, total, last


def _row_cells(sheet: Sheet, row: int) -> Sequence[Any]:
    return sheet.rows[row] if row < len(sheet.rows) else []


def _has_name(sheet: Sheet, header: Header, row: int) -> bool:
    """Whether a row is called something."""
    return any(cell_text(sheet, row, column) for column in header.kind_columns.values())


def _is_note(sheet: Sheet, header: Header, row: int, cells: Sequence[Any]) -> bool:
    """Whether a row is a note or a line to sign on: it says so, or runs over the whole table. 其中：党员 is a part."""
    said = first_text(cells)
    wide = any(a == row and b <= min(header.texts) and d >= max(header.texts) and d > b for a, b, _, d in sheet.merges)
    return bool(said) and (wide or (is_footer(said) and not said.startswith("其中")))


def _row_kind(
    sheet: Sheet, header: Header, body: Sequence[int], is_category: Callable[[str], bool]
) -> tuple[str, int | None]:
    """What the rows are: the narrowest thing that is named in them, or that could be.

    类别 is said of units and places too: it names rows only where it says a category of service, or stands alone.
    """
    labels = dict(header.kind_columns)
    if (column := labels.get("category")) is not None:
        words = [said for row in body if (said := cell_text(sheet, row, column))]
        if not any(map(is_category, words)) and (words or len(labels) > 1):
            del labels["category"]
    for kind, column in labels.items():
        if any(isinstance(cell_value(sheet, row, column), str) and cell_value(sheet, row, column) for row in body):
            return kind, column
    return next(iter(labels.items()), ("", None))


def _has_leading_text(sheet: Sheet, header: Header, row: int) -> bool:
    """Whether words stand in a row before its first figure, where a row says what it is."""
    return any(isinstance(cell, str) and cell.strip() for cell in sheet.rows[row][: min(header.bindings)])


def _row_texts(sheet: Sheet, properties: SheetProperties, header: Header, row: int) -> list[str]:
    """The words in a row; its number in the list is none."""
    return [
        cell
        for at, cell in enumerate(_row_cells(sheet, row))
        if isinstance(cell, str)
        and cell.strip()
        and at != header.number_column
        and (row, at) not in properties.formulas
    ]
