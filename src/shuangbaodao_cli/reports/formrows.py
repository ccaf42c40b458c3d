"""The rows of somebody's form under its header: those that name something, those left blank, and the sums."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.intake.rows import first_text, is_footer
from shuangbaodao_cli.vocabulary.text import fold
from shuangbaodao_cli.vocabulary.types import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.sheet import Sheet
    from shuangbaodao_cli.output.form import Leaf
    from shuangbaodao_cli.reports.headed import Head

_WHOLE = {"合计", "总计", "总合计", "共计"}
_PART = "小计"


class Rows(NamedTuple):
    """The rows of a form, counted from 0; ``kind`` is what they are and ``label`` the column that names them."""

    kind: str
    label: int | None
    named: list[tuple[int, str]]
    blanks: list[int]
    total: int | None
    end: int
    """The first row below that is none of the table."""


def text(sheet: Sheet, row: int, column: int) -> str:
    """What a cell says; of one that is blank or beyond what is written, nothing."""
    return words(held(sheet, row, column)).strip()


def held(sheet: Sheet, row: int, column: int) -> Any:
    """What stands in a cell; what is nothing but blanks stands for nothing."""
    rows = sheet.rows
    cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
    return "" if isinstance(cell, str) and not cell.strip() else cell


def form_rows(sheet: Sheet, leaf: Leaf, head: Head) -> Rows:
    """Tell the rows of a form apart."""
    body, total, end = _body(sheet, leaf, head)
    kind, label = _label(sheet, head, body)
    named: list[tuple[int, str]] = []
    blanks: list[int] = []
    closed = False
    worded = {row for row in body if _texts(sheet, leaf, head, row)}
    if label is None and len(worded) == 1 and not _names_something(sheet, head, min(worded)):
        worded = set()  # a remark beside the one row for all
    for row in body:
        name = text(sheet, row, label) if label is not None and (row, label) not in leaf.formulas else ""
        if name and fold(name) != fold(head.texts[label or 0].split("/")[-1]):  # the header of the next page
            named.append((row, name))
        elif row not in worded:
            blanks += [] if closed else [row]
        else:
            closed = closed or bool(blanks)  # what is blank below some other text is none of the table
    return Rows(kind, label, named, blanks, total, end)


def _body(sheet: Sheet, leaf: Leaf, head: Head) -> tuple[list[int], int | None, int]:
    """The rows down to the sums or the first note, that of the sums, and where all ends."""
    body: list[int] = []
    last = max(len(sheet.rows), leaf.rows)
    for row in range(head.row + 1, last):
        cells = sheet.rows[row] if row < len(sheet.rows) else []
        said = {re.sub(r"\s", "", cell) for cell in cells if isinstance(cell, str)}
        if said & _WHOLE:
            return body, row, row + 1
        if _is_note(sheet, head, row, cells):
            return body, None, row
        if _PART not in said:
            body.append(row)
    return body, None, last


def _is_note(sheet: Sheet, head: Head, row: int, cells: Sequence[Any]) -> bool:
    """Whether a row is a note or a line to sign on: it says so, or runs over the whole table."""
    said = first_text(cells)
    wide = any(a == row and d >= max(head.texts) and d > b for a, b, _, d in sheet.merges)
    return bool(said) and (is_footer(said) or wide)


def _label(sheet: Sheet, head: Head, body: Sequence[int]) -> tuple[str, int | None]:
    """What the rows are: the narrowest thing that is named in them, or that could be."""
    for kind, column in head.labels.items():
        if any(isinstance(held(sheet, row, column), str) and held(sheet, row, column) for row in body):
            return kind, column
    return next(iter(head.labels.items()), ("", None))


def _names_something(sheet: Sheet, head: Head, row: int) -> bool:
    """Whether words stand in a row before its first figure, where a row says what it is."""
    return any(isinstance(cell, str) and cell.strip() for cell in sheet.rows[row][: min(head.asked)])


def _texts(sheet: Sheet, leaf: Leaf, head: Head, row: int) -> list[str]:
    """The words in a row; its number in the list is none."""
    cells = sheet.rows[row] if row < len(sheet.rows) else []
    return [
        cell
        for at, cell in enumerate(cells)
        if isinstance(cell, str) and cell.strip() and at != head.order and (row, at) not in leaf.formulas
    ]
