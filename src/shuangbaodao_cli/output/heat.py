"""Cells of a sheet shaded by their numbers: the darker, the greater."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.formatting.rule import ColorScale, FormatObject, Rule
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.sheet import Sheet

_LITTLE, _MUCH = "FFFFFFFF", "FF6BAED6"
"""From white to a blue on which black print is legible."""


def shade(sheet: Sheet, columns: Sequence[int], first: int, rows: int) -> None:
    """Shade columns that stand beside each other on one scale; ``first`` is the row of the first of so many rows."""
    if columns and rows:
        left, right = get_column_letter(columns[0] + 1), get_column_letter(columns[-1] + 1)
        ends = [FormatObject(type="num", val=0), FormatObject(type="max")]
        scale = ColorScale(cfvo=ends, color=[Color(rgb=_LITTLE), Color(rgb=_MUCH)])
        rule = Rule(type="colorScale", colorScale=scale)
        sheet.raw.conditional_formatting.add(f"{left}{first}:{right}{first + rows - 1}", rule)
