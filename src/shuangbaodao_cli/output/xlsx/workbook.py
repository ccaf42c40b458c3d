"""Tables as an .xlsx file, one sheet each, laid out the way a street office prints them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlsxwriter.utility import quote_sheetname

from shuangbaodao_cli.output.scales import drawn
from shuangbaodao_cli.output.table import grouped, heads, show
from shuangbaodao_cli.output.xlsx.book import TooLargeError, new_book, sheet_names
from shuangbaodao_cli.output.xlsx.charts import Numbers, bars, shade, trends
from shuangbaodao_cli.output.xlsx.sheet import Sheet
from shuangbaodao_cli.output.xlsx.style import (
    BY_HAND,
    DATA,
    FORMATS,
    HEADER,
    LINK,
    NOTE,
    SUBTITLE,
    TITLE,
    TOTAL,
    Look,
    Value,
    fit,
    typed,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter import Workbook

    from shuangbaodao_cli.output.table import Column, Kind, Table

_HEADER_HIGH = 24.0
_MOST_ROWS = 1_048_576


def workbook(tables: Sequence[Table]) -> bytes:
    """An .xlsx file with one sheet for each table that is not ``beneath`` another (at least one).

    It is the same bytes every time. A text longer than a cell may hold, or more rows than a sheet may, raises
    TooLargeError, which names the place.
    """
    names = sheet_names(table.title for table in tables)
    sheets: list[Sheet] = []
    with new_book() as (book, raw):
        for name, table in zip(names, tables, strict=True):
            if table.beneath:
                _write_beneath(sheets[-1], table)
                continue
            places = {
                (row, table.shown().index(at)): f"{quote_sheetname(names[other])}!A{_header(tables[other]) + line + 1}"
                for (row, at), (other, line) in table.links.items()
            }
            sheets.append(_write(book, name, table, places))
    return raw.getvalue()


def _deep(table: Table) -> int:
    """Rows of its headings."""
    return 2 if grouped(table.columns) else 1


def _header(table: Table) -> int:
    """Rows above its first one."""
    return (2 if table.subtitle else 1) + _deep(table)


def _write(book: Workbook, name: str, table: Table, links: Mapping[tuple[int, int], str]) -> Sheet:
    """Write a table on a sheet of its own; ``links`` are places in the book to which cells of it lead."""
    if len(table.rows) + len(table.notes) + 5 > _MOST_ROWS:
        message = f"“{table.title}”有 {len(table.rows)} 行，Excel 放不下，请写成 .csv，或者把期间分开"
        raise TooLargeError(message)
    shown = table.shown()
    columns = [table.columns[at] for at in shown]

    def picked(row: Sequence[object]) -> list[Value]:
        return [_value(row[at], column) for at, column in zip(shown, columns, strict=True)]

    rows = [picked(row) for row in table.rows]
    totals = [picked(table.totals)] if table.totals is not None and rows else []
    headings = [column.lower for column in columns]
    deep, header = _deep(table), _header(table)
    sheet = Sheet(book, name, fit(headings, rows + totals), header, deep=deep)
    sheet.banner(table.title, TITLE)
    if table.subtitle:
        sheet.banner(table.subtitle, SUBTITLE)
    kinds = [column.kind for column in columns]
    for line in [headings] * deep:
        sheet.write(sheet.cells(["text"] * len(kinds), HEADER), line, _HEADER_HIGH)
    if deep > 1:
        _over(sheet, columns)
    for (row, at), place in links.items():
        sheet.link(header + row, at, place)
    for look, part, first in ((DATA, rows, 0), (TOTAL, totals, len(rows))):
        _body(sheet, kinds, look, part, {(row - first, at) for row, at in links})
    for note in _numbered(table.notes):
        sheet.banner(note, NOTE)
    _picture(sheet, table, rows, header)
    return sheet


def _write_beneath(sheet: Sheet, table: Table) -> None:
    """Write a table that is filled in by hand under the one before it, set apart by an empty row."""
    sheet.banner("", NOTE)
    sheet.spread([column.label for column in table.columns], HEADER, _HEADER_HIGH)
    for row in table.rows:
        said = [show(value, column) for value, column in zip(row, table.columns, strict=True)]
        sheet.spread(said, DATA, BY_HAND)
    for note in _numbered(table.notes):
        sheet.banner(note, NOTE)


def _body(
    sheet: Sheet, kinds: Sequence[Kind], look: Look, rows: Sequence[Sequence[Value]], links: set[tuple[int, int]]
) -> None:
    """Write rows; ``links`` are the cells of them that lead somewhere."""
    plain, leading = (sheet.cells(kinds, one) for one in (look, replace(look, colour=LINK)))
    for row, values in enumerate(rows):
        formats = [leading[at] if (row, at) in links else plain[at] for at in range(len(kinds))] if links else plain
        sheet.write(formats, values)


def _picture(sheet: Sheet, table: Table, rows: Sequence[Sequence[Value]], first: int) -> None:
    """What helps to read the table; ``first`` is the row (from 0) of rows[0]."""
    shown = table.shown()
    found = [(shown.index(one.at), one.column) for one in drawn(table)]
    if table.shaded:
        shade(sheet, [at for at, _ in found[:-1]], first, len(rows))
    elif table.chart in {"trend", "bars"}:
        numbers = [Numbers(at, column.heading, FORMATS[column.kind]) for at, column in found]
        pictured = trends if table.chart == "trend" else bars
        pictured(sheet, numbers, rows, first)


def _over(sheet: Sheet, columns: Sequence[Column]) -> None:
    """Say what columns have in common above them; a column that shares nothing has both rows for itself."""
    [format_] = sheet.cells(["text"], HEADER)
    top, at = sheet.row - 2, 0
    for head in heads(columns)[0]:
        last = at + head.across - 1
        sheet.merge((top, at, top + head.down - 1, last), head.text, format_)
        at = last + 1


def _value(value: object, column: Column) -> Value:
    """A value as the sheet holds it, by the name a person reads where it has one."""
    return typed(column.labels.get(value, value), column.kind)


def _numbered(notes: Sequence[str]) -> list[str]:
    """The notes as they stand under a printed table, numbered where there are several."""
    if len(notes) == 1:
        return [f"注：{note}" for note in notes]
    return [f"{'　　' if at > 1 else '注：'}{at}. {note}" for at, note in enumerate(notes, 1)]
