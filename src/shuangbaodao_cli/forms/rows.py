"""The rows of a form under its header: those that name something, those left blank, and the totals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.intake.rosters.row_kinds import first_text, is_footer
from shuangbaodao_cli.values.cleaners import as_text
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shuangbaodao_cli.forms.header import Header
    from shuangbaodao_cli.forms.xlsx.form import SheetProperties
    from shuangbaodao_cli.intake.files.sheet import Sheet

_TOTAL_WORDS = {"合计", "总计", "总合计", "共计"}
_SUBTOTAL = "小计"


class FormRows(NamedTuple):
    """The rows of a form, counted from 0; ``kind`` is what they are and ``name_column`` the column that names them."""

    kind: str
    name_column: int | None
    named: list[tuple[int, str]]
    blanks: list[int]
    total_row: int | None
    end: int
    """The first row below the table."""
    skipped: list[tuple[str, str]]
    """Rows that are left whatever the ledger has, and why."""


def cell_text(sheet: Sheet, row: int, column: int) -> str:
    """The text of a cell; empty for one that is blank or beyond the sheet."""
    return as_text(cell_value(sheet, row, column)).strip()


def cell_value(sheet: Sheet, row: int, column: int) -> Any:
    """The value of a cell; empty for one with nothing but blanks, or beyond the sheet."""
    rows = sheet.rows
    cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
    return "" if isinstance(cell, str) and not cell.strip() else cell


def merged_top(sheet: Sheet, row: int, column: int) -> int:
    """The row that has the text of a cell, where several are merged downwards."""
    return next((top for top, left, end, _ in sheet.merges if left == column and top <= row <= end), row)


def classify_rows(
    sheet: Sheet, properties: SheetProperties, header: Header, is_category: Callable[[str], bool]
) -> FormRows:
    """Classify the rows of a form. ``is_category`` says whether a text means a category of service."""
    body, subtotals, total, end = _split_body(sheet, properties, header)
    kind, name_column = _row_kind(sheet, header, body, is_category)
    named: list[tuple[int, str]] = []
    blanks: list[int] = []
    skipped = [(f"第 {row + 1} 行 {_SUBTOTAL}", "小计的范围看不出，没有填") for row in subtotals]
    is_closed = False
    with_text = {row for row in body if _row_texts(sheet, properties, header, row)}
    if name_column is None and len(with_text) == 1 and not _has_leading_text(sheet, header, min(with_text)):
        with_text = set()  # a remark beside the one row for all
    for row in body:
        name = _row_name(sheet, row, kind, name_column)
        if (row, name_column) in properties.formulas:
            skipped.append((f"第 {row + 1} 行", "名称是公式算出来的，请改成文字"))
        elif name and fold(name) != fold(header.texts[name_column or 0].split("/")[-1]):  # the header of the next page
            named.append((row, name))
        elif row in with_text:
            is_closed = is_closed or bool(blanks)  # what is blank below some other text is none of the table
        elif not is_closed and (name_column is None or _accepts_name(sheet, properties, row, name_column)):
            blanks.append(row)
    return FormRows(kind, name_column, named, blanks, total, end, skipped)


def _row_name(sheet: Sheet, row: int, kind: str, name_column: int | None) -> str:
    """The name of a row; a category may be merged downwards over its places."""
    if name_column is None:
        return ""
    return cell_text(sheet, merged_top(sheet, row, name_column) if kind == "category" else row, name_column)


def _accepts_name(sheet: Sheet, properties: SheetProperties, row: int, name_column: int) -> bool:
    """Whether a name can be written into a blank row: without its name its figures would seem another's."""
    is_merged = any(
        top <= row <= bottom and left <= name_column <= right and (top, left) != (row, name_column)
        for top, left, bottom, right in sheet.merges
    )
    return not is_merged and (row, name_column) not in properties.blocked


def _split_body(
    sheet: Sheet, properties: SheetProperties, header: Header
) -> tuple[list[int], list[int], int | None, int]:
    """The rows down to the total or the first note, those of subtotals, that of the total, and the first row below."""
    body: list[int] = []
    subtotals: list[int] = []
    total = None
    last = max(len(sheet.rows), properties.row_count)
    for row in range(header.last_row + 1, last):
        cells = _row_cells(sheet, row)
        texts = {re.sub(r"\s", "", cell) for cell in cells if isinstance(cell, str)}
        if texts & _TOTAL_WORDS and (body or not _has_name(sheet, header, row + 1)):
            return body, subtotals, row if total is None else total, row + 1
        if _is_note(sheet, header, row, cells):
            return body, subtotals, total, row
        if texts & _TOTAL_WORDS:
            total = row  # the total stands above
        else:
            (subtotals if _SUBTOTAL in texts else body).append(row)
    return body, subtotals, total, last


def _row_cells(sheet: Sheet, row: int) -> Sequence[Any]:
    return sheet.rows[row] if row < len(sheet.rows) else []


def _has_name(sheet: Sheet, header: Header, row: int) -> bool:
    """Whether a row has a name of any kind."""
    return any(cell_text(sheet, row, column) for column in header.kind_columns.values())


def _is_note(sheet: Sheet, header: Header, row: int, cells: Sequence[Any]) -> bool:
    """Whether a row is a note or a line to sign on: by its words, or merged over the table. 其中：党员 is a part."""
    text = first_text(cells)
    is_wide = any(
        top == row and left <= min(header.texts) and right >= max(header.texts) and right > left
        for top, left, _, right in sheet.merges
    )
    return bool(text) and (is_wide or (is_footer(text) and not text.startswith("其中")))


def _row_kind(
    sheet: Sheet, header: Header, body: Sequence[int], is_category: Callable[[str], bool]
) -> tuple[str, int | None]:
    """What the rows are, with the column of their names: the narrowest kind that is named in them, or that could be.

    类别 is a heading of units and places too: it names rows only where a category of service stands, or alone.
    """
    columns = dict(header.kind_columns)
    if (column := columns.get("category")) is not None:
        texts = [text for row in body if (text := cell_text(sheet, row, column))]
        if not any(map(is_category, texts)) and (texts or len(columns) > 1):
            del columns["category"]
    for kind, column in columns.items():
        if any(isinstance(cell_value(sheet, row, column), str) and cell_value(sheet, row, column) for row in body):
            return kind, column
    return next(iter(columns.items()), ("", None))


def _has_leading_text(sheet: Sheet, header: Header, row: int) -> bool:
    """Whether a row has a text before its first figure, where its name would be."""
    return any(isinstance(cell, str) and cell.strip() for cell in sheet.rows[row][: min(header.bindings)])


def _row_texts(sheet: Sheet, properties: SheetProperties, header: Header, row: int) -> list[str]:
    """The texts of a row, but not its number in the list."""
    return [
        cell
        for column, cell in enumerate(_row_cells(sheet, row))
        if isinstance(cell, str)
        and cell.strip()
        and column != header.number_column
        and (row, column) not in properties.formulas
    ]
