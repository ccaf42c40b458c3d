"""Tables as an .xlsx file, one sheet each, laid out as street offices print them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlsxwriter.utility import quote_sheetname

from shuangbaodao_cli.output.scales import chart_series
from shuangbaodao_cli.output.table import format_cell, has_groups, header_rows
from shuangbaodao_cli.output.xlsx.book import TooLargeError, new_workbook, sheet_names
from shuangbaodao_cli.output.xlsx.charts import ChartColumn, add_bar_charts, add_colour_scale, add_trend_charts
from shuangbaodao_cli.output.xlsx.sheet import Sheet
from shuangbaodao_cli.output.xlsx.style import (
    DATA,
    HEADER,
    LINK_COLOUR,
    NOTE,
    NUMBER_FORMATS,
    SIGNATURE_ROW_HEIGHT,
    SUBTITLE,
    TITLE,
    TOTAL,
    CellStyle,
    Value,
    fit_column_widths,
    to_cell_value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter import Workbook

    from shuangbaodao_cli.output.table import Column, Kind, Table

_HEADER_HEIGHT = 24.0
_MAX_ROWS = 1_048_576


def render_workbook(tables: Sequence[Table]) -> bytes:
    """An .xlsx file with one sheet for each table that is not beneath another (at least one).

    The same tables give the same bytes. Raises TooLargeError for a text or a table that Excel cannot hold.
    """
    names = sheet_names(table.title for table in tables)
    sheets: list[Sheet] = []
    with new_workbook() as (book, raw):
        for name, table in zip(names, tables, strict=True):
            if table.is_beneath:
                _write_beneath(sheets[-1], table)
                continue
            targets = {
                (
                    row,
                    table.shown_indexes().index(index),
                ): f"{quote_sheetname(names[other])}!A{_header_end(tables[other]) + row_index + 1}"
                for (row, index), (other, row_index) in table.links.items()
            }
            sheets.append(_write_table(book, name, table, targets))
    return raw.getvalue()


def _header_depth(table: Table) -> int:
    """The number of header rows."""
    return 2 if has_groups(table.columns) else 1


def _header_end(table: Table) -> int:
    """The number of rows above the first row of data."""
    return (2 if table.subtitle else 1) + _header_depth(table)


def _write_table(book: Workbook, name: str, table: Table, links: Mapping[tuple[int, int], str]) -> Sheet:
    """Write a table to a sheet of its own; ``links`` maps cells (row, column) to targets in the workbook."""
    if len(table.rows) + len(table.notes) + 5 > _MAX_ROWS:
        message = f"“{table.title}”有 {len(table.rows)} 行，Excel 放不下，请写成 .csv，或者把期间分开"
        raise TooLargeError(message)
    shown = table.shown_indexes()
    columns = [table.columns[index] for index in shown]

    def visible_values(row: Sequence[object]) -> list[Value]:
        return [_cell_value(row[index], column) for index, column in zip(shown, columns, strict=True)]

    rows = [visible_values(row) for row in table.rows]
    totals = [visible_values(table.totals)] if table.totals is not None and rows else []
    headings = [column.lower_heading for column in columns]
    header_depth, header_end = _header_depth(table), _header_end(table)
    sheet = Sheet(book, name, fit_column_widths(headings, rows + totals), header_end, header_depth=header_depth)
    sheet.write_banner(table.title, TITLE)
    if table.subtitle:
        sheet.write_banner(table.subtitle, SUBTITLE)
    kinds = [column.kind for column in columns]
    for line in [headings] * header_depth:
        sheet.write_row(sheet.row_formats(["text"] * len(kinds), HEADER), line, _HEADER_HEIGHT)
    if header_depth > 1:
        _write_group_headings(sheet, columns)
    for (row, index), target in links.items():
        sheet.add_link(header_end + row, index, target)
    for style, body, first_index in ((DATA, rows, 0), (TOTAL, totals, len(rows))):
        _write_body(sheet, kinds, style, body, {(row - first_index, index) for row, index in links})
    for note in _number_notes(table.notes):
        sheet.write_banner(note, NOTE)
    _add_chart(sheet, table, rows, header_end)
    return sheet


def _write_beneath(sheet: Sheet, table: Table) -> None:
    """Write a table to be filled in by hand under the previous one, after an empty row."""
    sheet.write_banner("", NOTE)
    sheet.write_spread_row([column.label for column in table.columns], HEADER, _HEADER_HEIGHT)
    for row in table.rows:
        texts = [format_cell(value, column) for value, column in zip(row, table.columns, strict=True)]
        sheet.write_spread_row(texts, DATA, SIGNATURE_ROW_HEIGHT)
    for note in _number_notes(table.notes):
        sheet.write_banner(note, NOTE)


def _write_body(
    sheet: Sheet, kinds: Sequence[Kind], style: CellStyle, rows: Sequence[Sequence[Value]], links: set[tuple[int, int]]
) -> None:
    """Write rows of data or totals; ``links`` are their cells (row, column) that are links."""
    plain, linked = (sheet.row_formats(kinds, cell_style) for cell_style in (style, replace(style, colour=LINK_COLOUR)))
    for row, values in enumerate(rows):
        formats = (
            [linked[index] if (row, index) in links else plain[index] for index in range(len(kinds))]
            if links
            else plain
        )
        sheet.write_row(formats, values)


def _add_chart(sheet: Sheet, table: Table, rows: Sequence[Sequence[Value]], first_row: int) -> None:
    """Add the chart or the shades of a table; ``first_row`` is the row (0-based) of rows[0]."""
    shown = table.shown_indexes()
    columns = [(shown.index(series.column_index), series.column) for series in chart_series(table)]
    if table.is_shaded:
        add_colour_scale(sheet, [index for index, _ in columns[:-1]], first_row, len(rows))
    elif table.chart in {"trend", "bars"}:
        numbers = [ChartColumn(index, column.heading, NUMBER_FORMATS[column.kind]) for index, column in columns]
        add_charts = add_trend_charts if table.chart == "trend" else add_bar_charts
        add_charts(sheet, numbers, rows, first_row)


def _write_group_headings(sheet: Sheet, columns: Sequence[Column]) -> None:
    """Write the headings of groups over their columns; an ungrouped column spans both rows."""
    [format_] = sheet.row_formats(["text"], HEADER)
    top, index = sheet.next_row - 2, 0
    for cell in header_rows(columns)[0]:
        last = index + cell.column_span - 1
        sheet.write_merged((top, index, top + cell.row_span - 1, last), cell.text, format_)
        index = last + 1


def _cell_value(value: object, column: Column) -> Value:
    """A value as the cell holds it, replaced by its label where it has one."""
    return to_cell_value(column.labels.get(value, value), column.kind)


def _number_notes(notes: Sequence[str]) -> list[str]:
    """The notes as printed under a table, numbered where there are several."""
    if len(notes) == 1:
        return [f"注：{note}" for note in notes]
    return [f"{'　　' if number > 1 else '注：'}{number}. {note}" for number, note in enumerate(notes, 1)]
