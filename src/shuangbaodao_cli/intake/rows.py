"""Which rows under a header hold data: not the blank ones, the totals, the footers, the example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.vocabulary.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.headers import Header

_FOOTERS = (
    "合计",
    "总计",
    "小计",
    "本页小计",
    "注:",
    "备注:",
    "说明:",
    "填表",
    "制表",
    "审核",
    "签字",
    "负责人签字",
    "社区书记",
    "社区党委书记",
)
_TOTALS = ("合计", "总计", "共计")


def letter(column: int) -> str:
    """The letter of a 0-based column: 0 → A, 27 → AB."""
    column, rest = divmod(column, 26)
    return (letter(column - 1) if column else "") + chr(65 + rest)


def data_rows(
    rows: Sequence[Sequence[Any]], header: Header
) -> tuple[list[Sequence[Any]], list[int], list[tuple[int, Sequence[Any]]], int]:
    """The rows that hold data and their numbers, the rows of totals, and how many were passed over."""
    body: list[Sequence[Any]] = []
    numbers: list[int] = []
    totals: list[tuple[int, Sequence[Any]]] = []
    skipped = 0
    first = min(header.columns)
    needed = [at for at, column in header.columns.items() if column.required]
    heading = rows[header.row]
    for number, row in enumerate(rows[header.row + 1 :], header.row + 2):
        if not _special(row, first, needed, header.order):
            body.append(row)
            numbers.append(number)
        elif any(cell != "" for cell in row):
            skipped += 1
            if _is_total(_first_text(row)):
                totals.append((number, row))
        if body and body[-1] is row and row == heading:
            body.pop()
            numbers.pop()
            skipped += 1
    return body, numbers, totals, skipped


def _special(row: Sequence[Any], first: int, needed: list[int], order: int | None) -> bool:
    """Whether a row is no data: blank, a total, a footer, a lone remark, or the template's example."""
    filled = row[first] != "" and all(row[at] != "" for at in needed)
    if filled and order is not None and isinstance(row[order], int | float):
        return False
    cells = [cell for cell in row if cell != "" and not (isinstance(cell, str) and cell.isspace())]
    if not cells or (order is not None and row[order] == "示例") or _is_footer(_first_text(row)):
        return True
    lone = not filled and len(cells) == 1
    return lone and (any(cell != "" for cell in row[: first + 1]) or (order is not None and row[order] != ""))


def _is_footer(text: str) -> bool:
    return text.startswith(_FOOTERS) or _is_total(text)


def _is_total(text: str) -> bool:
    return text.startswith(_TOTALS) or text.endswith(_TOTALS)


def _first_text(row: Sequence[Any]) -> str:
    return next((fold(cell) for cell in row if isinstance(cell, str) and cell.strip()), "")
