"""Tables and their charts as one self-contained HTML page: no script, no network, prints on A4."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.output.html.charts import CellAttributes, cell_attributes, trend_charts
from shuangbaodao_cli.output.html.style import STYLE
from shuangbaodao_cli.output.scales import chart_series
from shuangbaodao_cli.output.table import HeaderCell, has_groups, header_rows, text_cells
from shuangbaodao_cli.values.text import replace_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Column, Table

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The browser may fetch nothing; styles are inline."""
_MAX_UNBROKEN_ROWS = 16
"""A table of at most so many rows is not broken across pages."""
_MAX_SPACED_COLUMNS = 16
"""Tables with more columns get smaller margins."""

_NO_WRAP_KINDS = {"code", "date", "moment"}
"""Kinds of columns that are not wrapped at hyphens and spaces."""


class PageState(NamedTuple):
    """What precedes a table in the page: its number, the last subtitle, the notes so far."""

    number: int
    subtitle: str
    notes: frozenset[str]


def render_page(tables: Sequence[Table]) -> str:
    """The tables as one HTML page. A subtitle or a note that was shown before is not repeated."""
    title = _escape(tables[0].title) if tables else ""
    sections = []
    state = PageState(1, "", frozenset())
    for table in tables:
        sections.append(_section(table, state))
        state = PageState(state.number + 1, table.subtitle or state.subtitle, state.notes | frozenset(table.notes))
    body = "\n".join(sections)
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{STYLE}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def _escape(text: str) -> str:
    """The text escaped for HTML, with control characters made visible."""
    return escape(replace_controls(text))


def _section(table: Table, state: PageState) -> str:
    level = "h1" if state.number == 1 else "h2"
    section_id = f"t{state.number}"
    parts = [f'<{level} id="{section_id}">{_escape(table.title)}</{level}>']
    if table.subtitle and table.subtitle != state.subtitle:
        parts.append(f"<p>{_escape(table.subtitle)}</p>")
    if table.chart == "trend" and (drawing := trend_charts(table, section_id)):
        parts.append(f'<div class="pictures">\n{drawing}\n</div>')
    parts.append(_table(table, section_id))
    if table.is_shaded and len(chart_series(table)) > 1:
        parts.append('<p class="key">颜色越深，数越大。</p>')
    if not table.rows:
        parts.append("<p>（没有记录）</p>")
    if notes := "".join(f"<li>{_escape(note)}</li>" for note in table.notes if note not in state.notes):
        parts.append(f"<ul>{notes}</ul>")
    class_attribute = ' class="kept"' if len(table.rows) <= _MAX_UNBROKEN_ROWS else ""
    return f'<section{class_attribute} aria-labelledby="{section_id}">' + "\n".join(parts) + "</section>"


def _table(table: Table, id_prefix: str) -> str:
    _, rows, _ = text_cells(table)
    last = len(rows) - 1 if table.totals is not None and table.rows else -1
    attributes, columns = cell_attributes(table), [(index, table.columns[index]) for index in table.shown_indexes()]
    is_large = table.chart == "figures" and len(rows) == 1 and all(column.is_numeric for _, column in columns)
    body = "\n".join(
        ('<tr class="total">' if number == last else "<tr>")
        + "".join(
            _cell(
                text,
                column,
                first=position == 0,
                attributes=_attributes_of(attributes, (number, index)),
                show_unit=is_large,
            )
            for position, (text, (index, column)) in enumerate(zip(row, columns, strict=True))
        )
        + "</tr>"
        for number, row in enumerate(rows)
    )
    class_attribute = _class_attribute("figures" if is_large else "dense" if len(columns) > _MAX_SPACED_COLUMNS else "")
    return (
        f'<div class="wide"><table{class_attribute} aria-labelledby="{id_prefix}">'
        f"{_header([column for _, column in columns])}<tbody>\n{body}\n</tbody></table></div>"
    )


def _header(columns: Sequence[Column]) -> str:
    """The header, which is repeated on each printed page; grouped columns are a ``colgroup``."""
    rows = header_rows(columns)
    spans = (
        "".join(f'<colgroup span="{cell.column_span}"></colgroup>' for cell in rows[0]) if has_groups(columns) else ""
    )
    body = "".join("<tr>" + "".join(map(_header_cell, row)) + "</tr>" for row in rows)
    return f"{spans}<thead>{body}</thead>"


def _header_cell(cell: HeaderCell) -> str:
    scope = "colgroup" if cell.is_group else "col"
    column_span = f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    row_span = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    return f'<th scope="{scope}"{column_span}{row_span}>{_escape(cell.text)}</th>'


def _attributes_of(attributes: CellAttributes, position: tuple[int, int]) -> tuple[str, str]:
    return attributes.get(position, ("", ""))


def _cell(text: str, column: Column, *, first: bool, attributes: tuple[str, str], show_unit: bool) -> str:
    """One cell: the name of a row is a heading, a number is right-aligned, with its bar or shade."""
    kind = "n" if column.is_numeric else "w" if column.kind in _NO_WRAP_KINDS else ""
    if first and not column.is_numeric:
        return f'<th scope="row"{_class_attribute(kind)}>{escape(text)}</th>'
    attribute_text = _class_attribute(kind, attributes[0])
    attribute_text += f' style="{attributes[1]}"' if attributes[1] else ""
    if show_unit and column.unit and column.unit not in column.heading:
        attribute_text += f' data-unit="{_escape(column.unit)}"'
    return f"<td{attribute_text}>{escape(text)}</td>"


def _class_attribute(*words: str) -> str:
    joined = " ".join(filter(None, words))
    return f' class="{joined}"' if joined else ""
