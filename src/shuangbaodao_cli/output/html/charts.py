"""Numbers over months as drawings (SVG) that stand in a page: no script, nothing fetched, told in words too.

Cells of a table are dressed as well: a bar behind a number, or a shade that tells how great it is.
"""

from __future__ import annotations

from html import escape
from math import ceil
from typing import TYPE_CHECKING

from shuangbaodao_cli.output.scales import drawn, greatest, numbers, share
from shuangbaodao_cli.output.table import show
from shuangbaodao_cli.values.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shuangbaodao_cli.output.scales import Drawn
    from shuangbaodao_cli.output.table import Table

_WIDE, _HIGH = 360, 170
_LEFT, _TOP, _FLOOR = 8, 22, 134
"""Where the bars begin, where the greatest ends and where all stand, in the units of the drawing."""
_LABELS = 12
"""How many words fit under a drawing, and how many numbers over its bars."""
_THICKEST = 26.0


def drawings(table: Table, mark: str) -> str:
    """A drawing for each number of a table over its first column; ``mark`` begins their ids in the page."""
    over = table.shown()[0]
    names = [visible(show(row[over], table.columns[over])) for row in table.rows]
    return "\n".join(_figure(one, names, f"{mark}-{one.at}") for one in drawn(table))


def _figure(one: Drawn, names: Sequence[str], mark: str) -> str:
    heading = escape(visible(one.column.heading))
    said = [visible(show(value, one.column)) for value in one.values]
    told = "，".join(f"{name} {text or '空'}" for name, text in zip(names, said, strict=True))
    return (
        f"<figure><figcaption>{heading}</figcaption>"
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-labelledby="{mark}-t {mark}-d">'
        f'<title id="{mark}-t">{heading}</title><desc id="{mark}-d">{escape(told)}</desc>'
        f"{''.join(_bars(one, said))}"
        f'<line x1="{_LEFT}" y1="{_FLOOR}" x2="{_WIDE - _LEFT}" y2="{_FLOOR}"/>'
        f"{''.join(_words(names))}</svg></figure>"
    )


def _middle(at: int, of: int) -> float:
    """The middle of one of so many bars."""
    return _LEFT + (_WIDE - 2 * _LEFT) * (at + 0.5) / of


def _bars(one: Drawn, said: Sequence[str]) -> Iterator[str]:
    count = len(said)
    thick = min(_THICKEST, (_WIDE - 2 * _LEFT) / count * 0.7)
    for at, text in enumerate(said):
        high = (_FLOOR - _TOP) * one.share(at)
        middle, top = _middle(at, count), _FLOOR - high
        if high:
            yield f'<rect x="{middle - thick / 2:.1f}" y="{top:.1f}" width="{thick:.1f}" height="{high:.1f}"/>'
        if text and (count <= _LABELS or one.values[at] == one.top):
            yield f'<text x="{middle:.1f}" y="{top - 5:.1f}">{escape(text)}</text>'


def _words(names: Sequence[str]) -> Iterator[str]:
    """The names under the bars, as many as fit; of 2026-07 the month, and the year once below its first."""
    step = ceil(len(names) / _LABELS)
    last = ""
    for at in range(0, len(names), step):
        year, dash, month = names[at].partition("-")
        yield _word(at, len(names), _FLOOR + 14, month if dash else year)
        if dash and year != last:
            yield _word(at, len(names), _FLOOR + 29, year)
            last = year


def _word(at: int, of: int, low: int, text: str) -> str:
    return f'<text x="{_middle(at, of):.1f}" y="{low}">{escape(text)}</text>'


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
        return _bar_fills(columns or _apart(numbers(table)))
    if table.shaded:
        return _shades(columns[:-1]) | _bar_fills(columns[-1:])
    return {}


def _apart(columns: Sequence[Drawn]) -> list[Drawn]:
    """Of periods side by side the columns that are read from above to below; not what is compared across."""
    units: dict[str, set[str]] = {}
    for one in columns:
        units.setdefault(one.column.group, set()).add(one.column.unit)
    return [one for one in columns if len(units[one.column.group]) > 1]


def _bar_fills(columns: Sequence[Drawn]) -> Dress:
    return {
        (row, one.at): ("b", f"--p:{100 * one.share(row):.1f}%") for one in columns for row in range(len(one.values))
    }


def _shades(columns: Sequence[Drawn]) -> Dress:
    """All columns on one scale, since they count one thing."""
    top = greatest([value for one in columns for value in one.values])
    found = {(row, one.at): share(value, top) for one in columns for row, value in enumerate(one.values)}
    return {place: (f"h{ceil(part * len(SHADES))}", "") for place, part in found.items() if part}
