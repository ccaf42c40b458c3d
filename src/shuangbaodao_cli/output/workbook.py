"""Tables as an .xlsx file, one sheet each, laid out the way a street office prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.output.chart import Numbers, bars, trends
from shuangbaodao_cli.output.drawn import drawn
from shuangbaodao_cli.output.heat import shade
from shuangbaodao_cli.output.sheet import Sheet
from shuangbaodao_cli.output.sheetstyle import (
    DATA,
    FORMATS,
    HEADER,
    NOTE,
    SUBTITLE,
    TITLE,
    TOTAL,
    Value,
    fit,
    typed,
)
from shuangbaodao_cli.output.stamp import new_book, save, sheet_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook

    from shuangbaodao_cli.output.table import Column, Table

_HEADER_HIGH = 24.0


def workbook(tables: Sequence[Table]) -> bytes:
    """An .xlsx file with one sheet for each table (at least one), the same bytes every time.

    A text longer than a cell may hold raises ValueError, which names the cell.
    """
    names = sheet_names(table.title for table in tables)
    with new_book() as book:
        for name, table in zip(names, tables, strict=True):
            _write(book, name, table)
        return save(book)


def _write(book: Workbook, name: str, table: Table) -> None:
    shown = table.shown()
    columns = [table.columns[at] for at in shown]

    def picked(row: Sequence[object]) -> list[Value]:
        return [_value(row[at], column) for at, column in zip(shown, columns, strict=True)]

    rows = [picked(row) for row in table.rows]
    totals = [picked(table.totals)] if table.totals is not None and rows else []
    headings = [column.heading for column in columns]
    deep = 2 if any(column.group for column in columns) else 1
    header = (2 if table.subtitle else 1) + deep
    sheet = Sheet(book, name, fit(headings, rows + totals), header, deep=deep)
    sheet.banner(table.title, TITLE)
    if table.subtitle:
        sheet.banner(table.subtitle, SUBTITLE)
    kinds = [column.kind for column in columns]
    below = _group(sheet, columns) if deep > 1 else headings
    sheet.write(sheet.cells(["text"] * len(kinds), HEADER), below, _HEADER_HIGH)
    for look, part in ((DATA, rows), (TOTAL, totals)):
        cells = sheet.cells(kinds, look)
        for row in part:
            sheet.write(cells, row)
    for note in _numbered(table.notes):
        sheet.banner(note, NOTE)
    found = [shown.index(one.at) for one in drawn(table)]
    if table.shaded:
        shade(sheet, found[:-1], header + 1, len(rows))
    elif table.chart in {"trend", "bars"}:
        numbers = [Numbers(at, headings[at], FORMATS[columns[at].kind]) for at in found]
        pictured = trends if table.chart == "trend" else bars
        pictured(sheet, numbers, rows, header + 1)


def _group(sheet: Sheet, columns: Sequence[Column]) -> Sequence[str | None]:
    """Write what columns have in common above them; what stays to be written below it."""
    top = sheet.row + 1
    above = [column.group or column.heading for column in columns]
    firsts = [
        at for at, column in enumerate(columns) if not column.group or at == 0 or columns[at - 1].group != column.group
    ]
    said = [word if at in firsts else None for at, word in enumerate(above)]
    sheet.write(sheet.cells(["text"] * len(columns), HEADER), said, _HEADER_HIGH)
    for at, after in zip(firsts, [*firsts[1:], len(columns)], strict=True):
        sheet.merge(top, at + 1, top if columns[at].group else top + 1, after)
    return [column.lower if column.group else None for column in columns]


def _value(value: object, column: Column) -> Value:
    """A value as the sheet holds it, by the name a person reads where it has one."""
    return typed(column.labels.get(value, value), column.kind)


def _numbered(notes: Sequence[str]) -> list[str]:
    """The notes as they stand under a printed table, numbered where there are several."""
    if len(notes) == 1:
        return [f"注：{note}" for note in notes]
    return [f"{'　　' if at > 1 else '注：'}{at}. {note}" for at, note in enumerate(notes, 1)]
