"""How a page dresses the cells of a table: a bar behind a number, or a shade that tells how great it is."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from shuangbaodao_cli.output.drawn import drawn, greatest, numbers, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.drawn import Drawn
    from shuangbaodao_cli.output.table import Table

SHADES = ("deebf7", "c6dbef", "9ecae1", "6baed6", "4292c6", "2171b5", "08519c", "08306b")
"""From little to much; dark print is legible on the first five, white on the others."""
WHITE_FROM = 6
"""The first shade that asks for white print."""

Dress = dict[tuple[int, int], tuple[str, str]]
"""Row and column of a table → class and style of its cell."""


def dress(table: Table) -> Dress:
    """What the picture of a table puts into its cells; nothing where it is drawn beside them or not at all."""
    columns = drawn(table)
    if table.chart == "bars":
        return _bars(columns or _apart(numbers(table)))
    if table.shaded:
        return _shades(columns[:-1]) | _bars(columns[-1:])
    return {}


def _apart(columns: Sequence[Drawn]) -> list[Drawn]:
    """Of periods side by side the columns that are read from above to below; not what is compared across."""
    units: dict[str, set[str]] = {}
    for one in columns:
        units.setdefault(one.column.group, set()).add(one.column.unit)
    return [one for one in columns if len(units[one.column.group]) > 1]


def _bars(columns: Sequence[Drawn]) -> Dress:
    return {
        (row, one.at): ("b", f"--p:{100 * one.share(row):.1f}%") for one in columns for row in range(len(one.values))
    }


def _shades(columns: Sequence[Drawn]) -> Dress:
    """All columns on one scale, since they count one thing."""
    top = greatest([value for one in columns for value in one.values])
    found = {(row, one.at): share(value, top) for one in columns for row, value in enumerate(one.values)}
    return {place: (f"h{ceil(part * len(SHADES))}", "") for place, part in found.items() if part}
