"""Merged cells: a name, a day, an activity written once holds for all its rows; a number does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.rows import letter
from shuangbaodao_cli.problems import Problem
from shuangbaodao_cli.vocabulary.types import COUNT, ID_NO, MINUTES, PHONE, USCC, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.intake.headers import Header
    from shuangbaodao_cli.intake.sheet import Sheet
    from shuangbaodao_cli.vocabulary.record import Field

_NUMBERS = {COUNT, MINUTES}
_OF_ONE = {ID_NO, PHONE, USCC}
"""Codes belong to one person or unit, so they are not filled down either; nor are they doubtful."""


def fill_down(sheet: Sheet, header: Header) -> list[Problem]:
    """Write what stands in a merged cell into all its rows; returns a warning for each merged number."""
    told = []
    for first, last, column, field in _merged(sheet, header):
        value: Any = sheet.rows[first][column]
        below = sheet.rows[first + 1 : last + 1]
        if field.type in _NUMBERS:
            if any(cell != "" for row in below for cell in row):
                told.append(_not_filled(sheet.name, field, value, (first, last, column)))
        elif field.type not in _OF_ONE:
            for row in below:
                row[column] = value
    return told


def _merged(sheet: Sheet, header: Header) -> Iterator[tuple[int, int, int, Field]]:
    """The filled cells merged over several rows of data of one column that we know."""
    columns = dict(header.columns)
    for block in header.blocks:
        columns |= {there: header.columns[at] for at, there in block.items() if at in header.columns}
    for first, left, last, right in sheet.merges:
        known = left == right and left in columns
        if known and header.row < first < last < len(sheet.rows) and sheet.rows[first][left] != "":
            yield first, last, left, columns[left]


def _not_filled(sheet: str, field: Field, value: Any, where: tuple[int, int, int]) -> Problem:
    first, last, column = where
    message = (
        f"{field.label}：“{words(value)}”合并在第 {first + 1}–{last + 1} 行上，只记在第 {first + 1} 行，"
        "其余几行当作没有填；如果每行都有，请分开写"
    )
    return Problem(
        "merged_not_filled", "warning", f"{sheet}!{letter(column)}{first + 1}", field.name, words(value), message
    )
