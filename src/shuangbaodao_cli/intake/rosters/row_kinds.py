"""What a row under a header is: data, or blank, a total, a footer, a lone remark, the template's example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.rosters.model import Header

_FOOTERS = (
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
_NON_DATA_STARTS = {word[0] for word in _FOOTERS} | set("合总共小本 \u3000\t\n")
"""What a row that is no data may begin with: any other row need not be looked at closely."""
_TOTALS = ("合计", "总计", "共计", "小计")


def is_data(row: Sequence[Any], header: Header, first: int, needed: Sequence[int]) -> bool:
    """Whether a row is data: not blank, a total, a footer, a lone remark, the example.

    ``first`` is the first column of the table, ``needed`` those that every row must fill.
    """
    serial = header.serial_column
    is_filled = bool(row[first] != "" and all(row[column] != "" for column in needed))
    if is_filled and serial is not None and isinstance(row[serial], int | float):
        return True
    start = row[first]
    if is_filled and first == 0 and isinstance(start, str) and start[0] not in _NON_DATA_STARTS and start[-1] != "计":
        return True
    cells = [cell for cell in row if cell != "" and not (isinstance(cell, str) and cell.isspace())]
    if not cells or (serial is not None and row[serial] == "示例"):
        return False
    text = first_text(row)
    if text.startswith(_FOOTERS) or is_total(text) or (text.endswith(":") and not is_filled):
        return False
    is_lone = not is_filled and len(cells) == 1
    is_at_start = any(cell != "" for cell in row[: first + 1]) or (serial is not None and row[serial] != "")
    return not (is_lone and is_at_start)


def is_footer(text: str) -> bool:
    """Whether the first text of a row below a table is a note or a line to sign on: 注：, 填表人：."""
    return text.startswith(_FOOTERS) or ":" in text


def is_total(text: str) -> bool:
    """Whether the first text of a row says that it is a total."""
    return text.startswith(_TOTALS) or text.startswith("本页小计") or text.endswith(_TOTALS)


def first_text(row: Sequence[Any]) -> str:
    """The first text of a row, folded; empty where there is none."""
    return next((fold(cell) for cell in row if isinstance(cell, str) and cell.strip()), "")


def is_blank(row: Sequence[Any]) -> bool:
    """Whether nothing stands in a row."""
    return row.count("") == len(row)


def has_single_cell(row: Sequence[Any]) -> bool:
    """Whether one cell only is filled, as in a title or a remark."""
    return row.count("") == len(row) - 1
