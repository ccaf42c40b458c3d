"""Tables and their pictures as one self-contained page: no script, no network, prints on A4, Chinese fonts by name."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.output.html.charts import Dress, drawings, dress
from shuangbaodao_cli.output.html.style import STYLE
from shuangbaodao_cli.output.scales import drawn
from shuangbaodao_cli.output.table import Head, cells, grouped, heads
from shuangbaodao_cli.values.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Column, Table

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may fetch for the page: nothing. What it says of looks stands in it."""
_SHORT = 16
"""Rows of a table that is not torn apart on paper."""
_DENSE = 16
"""Columns that have room for their usual margins; more of them get less."""

_UNBROKEN = {"code", "date", "moment"}
"""Kinds of columns whose hyphens and blanks are no place to begin a line."""


class Said(NamedTuple):
    """What the page said before a table: its number, the subtitle above, the notes so far."""

    number: int
    subtitle: str
    notes: frozenset[str]


def page(tables: Sequence[Table]) -> str:
    """The tables as one HTML page. What the page has said once, a period or a definition, it does not say again."""
    title = _text(tables[0].title) if tables else ""
    sections = []
    said = Said(1, "", frozenset())
    for table in tables:
        sections.append(_section(table, said))
        said = Said(said.number + 1, table.subtitle or said.subtitle, said.notes | frozenset(table.notes))
    body = "\n".join(sections)
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{STYLE}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def _text(text: str) -> str:
    """A text as it may stand in a page: it steers nothing and opens no tag."""
    return escape(visible(text))


def _section(table: Table, said: Said) -> str:
    level = "h1" if said.number == 1 else "h2"
    mark = f"t{said.number}"
    parts = [f'<{level} id="{mark}">{_text(table.title)}</{level}>']
    if table.subtitle and table.subtitle != said.subtitle:
        parts.append(f"<p>{_text(table.subtitle)}</p>")
    if table.chart == "trend" and (drawing := drawings(table, mark)):
        parts.append(f'<div class="pictures">\n{drawing}\n</div>')
    parts.append(_table(table, mark))
    if table.shaded and len(drawn(table)) > 1:
        parts.append('<p class="key">颜色越深，数越大。</p>')
    if not table.rows:
        parts.append("<p>（没有记录）</p>")
    if notes := "".join(f"<li>{_text(note)}</li>" for note in table.notes if note not in said.notes):
        parts.append(f"<ul>{notes}</ul>")
    kept = ' class="kept"' if len(table.rows) <= _SHORT else ""
    return f'<section{kept} aria-labelledby="{mark}">' + "\n".join(parts) + "</section>"


def _table(table: Table, mark: str) -> str:
    _, rows, _ = cells(table)
    last = len(rows) - 1 if table.totals is not None and table.rows else -1
    shades, columns = dress(table), [(at, table.columns[at]) for at in table.shown()]
    large = table.chart == "figures" and len(rows) == 1 and all(column.numeric for _, column in columns)
    body = "\n".join(
        ('<tr class="total">' if number == last else "<tr>")
        + "".join(
            _cell(text, column, first=place == 0, worn=_worn(shades, (number, at)), unit=large)
            for place, (text, (at, column)) in enumerate(zip(row, columns, strict=True))
        )
        + "</tr>"
        for number, row in enumerate(rows)
    )
    named = _classes("figures" if large else "dense" if len(columns) > _DENSE else "")
    return (
        f'<div class="wide"><table{named} aria-labelledby="{mark}">'
        f"{_header([column for _, column in columns])}<tbody>\n{body}\n</tbody></table></div>"
    )


def _header(columns: Sequence[Column]) -> str:
    """The header, which a printer repeats on each page; columns that have something in common are a group."""
    rows = heads(columns)
    spans = "".join(f'<colgroup span="{head.across}"></colgroup>' for head in rows[0]) if grouped(columns) else ""
    said = "".join("<tr>" + "".join(map(_head, row)) + "</tr>" for row in rows)
    return f"{spans}<thead>{said}</thead>"


def _head(head: Head) -> str:
    scope = "colgroup" if head.group else "col"
    across = f' colspan="{head.across}"' if head.across > 1 else ""
    down = f' rowspan="{head.down}"' if head.down > 1 else ""
    return f'<th scope="{scope}"{across}{down}>{_text(head.text)}</th>'


def _worn(shades: Dress, place: tuple[int, int]) -> tuple[str, str]:
    return shades.get(place, ("", ""))


def _cell(text: str, column: Column, *, first: bool, worn: tuple[str, str], unit: bool) -> str:
    """One cell: what names its row is a heading, a number is set flush right in what the picture gives it."""
    kind = "n" if column.numeric else "w" if column.kind in _UNBROKEN else ""
    if first and not column.numeric:
        return f'<th scope="row"{_classes(kind)}>{escape(text)}</th>'
    said = _classes(kind, worn[0])
    said += f' style="{worn[1]}"' if worn[1] else ""
    if unit and column.unit and column.unit not in column.heading:
        said += f' data-unit="{_text(column.unit)}"'
    return f"<td{said}>{escape(text)}</td>"


def _classes(*words: str) -> str:
    said = " ".join(filter(None, words))
    return f' class="{said}"' if said else ""
