"""Cells of a sheet shaded by their numbers: the darker, the greater."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.sheet import Sheet

_SCALE = {
    "type": "2_color_scale",
    "min_type": "num",
    "min_value": 0,
    "max_type": "max",
    "min_color": "#FFFFFF",
    "max_color": "#6BAED6",  # black print is legible on the darkest
}


def shade(sheet: Sheet, columns: Sequence[int], first: int, rows: int) -> None:
    """Shade columns that stand beside each other on one scale; ``first`` is the first of so many rows, from 0."""
    if columns and rows:
        sheet.raw.conditional_format(first, columns[0], first + rows - 1, columns[-1], _SCALE)
