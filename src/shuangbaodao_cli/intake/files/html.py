"""The tables in web pages saved as .xls, as the export buttons of many systems write them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.files.delimited import decode
from shuangbaodao_cli.problems import InvalidValue

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.files.sheet import Merge

_CHARSET = re.compile(rb"charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
MAX_SPAN = 1_000
"""Columns and rows that one cell may span."""


def read_html(content: bytes, encoding: str | None = None) -> list[tuple[list[list[str]], list[Merge]]]:
    """The rows and merged cells of every table in a page; InvalidValue where there is none."""
    match = _CHARSET.search(content[:4096])
    text = _decode_page(content, encoding or (match[1].decode() if match else None))
    page = _Page(convert_charrefs=True)
    page.feed(text)
    page.close()
    tables = [(table.rows, table.merges) for table in page.tables if table.rows]
    if not tables:
        raise InvalidValue("value_invalid", "是网页，里面没有表格")
    return tables


def _decode_page(content: bytes, encoding: str | None) -> str:
    """The page as text; the encoding it declares is often wrong, then it is detected."""
    try:
        return decode(content, encoding)[0]
    except InvalidValue:
        return decode(content)[0]


class _Grid:
    """A table being built: cells are placed where the spans of earlier rows leave room."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.merges: list[Merge] = []
        self.spanned: set[tuple[int, int]] = set()
        self.column = 0

    def begin_row(self) -> None:
        """Start a new row."""
        self.rows.append([])
        self.column = 0

    def add_cell(self, text: str, row_span: int, column_span: int) -> None:
        """Add a cell at the next free column of the row, spanning so many rows and columns."""
        if not self.rows:
            self.begin_row()
        row = len(self.rows) - 1
        while (row, self.column) in self.spanned:
            self.column += 1
        cells = self.rows[row]
        cells += [""] * (self.column + column_span - len(cells))
        cells[self.column] = text
        if row_span > 1 or column_span > 1:
            self.merges.append((row, self.column, row + row_span - 1, self.column + column_span - 1))
            self.spanned |= {(row + i, self.column + j) for i in range(1, row_span) for j in range(column_span)}
        self.column += column_span


class _Page(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.tables: list[_Grid] = []
        self.cell: list[str] | None = None
        self.span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        if tag == "table":
            self._end_cell()
            self.tables.append(_Grid())
        elif tag == "tr" and self.tables:
            self._end_cell()
            self.tables[-1].begin_row()
        elif tag in {"td", "th"} and self.tables:
            self._end_cell()
            attributes = dict(attrs)
            self.cell, self.span = [], (_parse_span(attributes.get("rowspan")), _parse_span(attributes.get("colspan")))
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in {"td", "th", "tr", "table"}:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Collect the text of a cell."""
        if self.cell is not None:
            self.cell.append(data)

    def _end_cell(self) -> None:
        if self.cell is not None:
            lines = (" ".join(line.split()) for line in "".join(self.cell).split("\n"))
            self.tables[-1].add_cell("\n".join(lines).strip(), *self.span)
            self.cell = None


def _parse_span(raw: str | None) -> int:
    return min(int(raw), MAX_SPAN) if raw and raw.isdigit() and int(raw) else 1
