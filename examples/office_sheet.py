"""A sheet as offices keep it: title, filler line, headings, framed rows, a total.

The same rows give the same bytes.
"""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

Value = str | float | date | None

CODES = ("区划代码", "统一社会信用代码", "身份证号", "联系电话")
FORMATS = {"服务时长(小时)": "0.0", **dict.fromkeys(CODES, "@")}
DAY_FORMAT = 'yyyy"年"m"月"d"日"'
WIDEST, READ_FROM = 44, 26  # a column from READ_FROM up holds text to be read, set flush left
LINE = Side(style="thin", color="808080")
FRAME = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
FILL = PatternFill("solid", fgColor="DDEBF7")
BODY, BOLD, TITLE = Font("宋体", 11), Font("宋体", 11, bold=True), Font("黑体", 16)
CENTRE = Alignment("center", "center", wrap_text=True)
LEFT = Alignment("left", "center", wrap_text=True)


def write_sheet(
    path: Path,
    name: str,
    head: tuple[str, str],
    headings: Sequence[str],
    rows: Sequence[Sequence[Value]],
    sums: Sequence[str] = (),
) -> None:
    """Writes a workbook of one sheet; ``head`` is its two top lines, ``sums`` what is added up."""
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = name
    _top(sheet, head, len(headings))
    for column, heading in enumerate(headings, 1):
        _column(sheet, column, heading, [row[column - 1] for row in rows])
        if sums:
            cells = (row[column - 1] for row in rows) if heading in sums else ()
            total = sum(cell for cell in cells if isinstance(cell, int | float))
            cell = sheet.cell(len(rows) + 4, column, "合计" if column == 1 else total or None)
            cell.border, cell.font, cell.alignment = FRAME, BOLD, CENTRE
            cell.number_format = FORMATS.get(heading, "General")
    for line, row in enumerate(rows, 4):
        sheet.row_dimensions[line].height = 18 * ceil(max(map(_breadth, row)) / WIDEST)
    sheet.freeze_panes = "C4"
    sheet.print_title_rows = "1:3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToHeight = 0  # as wide as the page, as long as need be
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _save(book, path)


def _top(sheet: Worksheet, head: tuple[str, str], width: int) -> None:
    for line, text in enumerate(head, 1):
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=width)
        cell = sheet.cell(line, 1, text)
        cell.font, cell.alignment = (TITLE, CENTRE) if line == 1 else (BODY, LEFT)
    for line, height in ((1, 32), (2, 22), (3, 28)):
        sheet.row_dimensions[line].height = height


def _column(sheet: Worksheet, column: int, heading: str, values: Sequence[Value]) -> None:
    width = min(WIDEST, max(map(_breadth, (heading, *values))))
    sheet.column_dimensions[get_column_letter(column)].width = width
    top = sheet.cell(3, column, heading)
    top.border, top.font, top.alignment, top.fill = FRAME, BOLD, CENTRE, FILL
    for line, value in enumerate(values, 4):
        cell = sheet.cell(line, column, value)
        cell.border, cell.font, cell.alignment = FRAME, BODY, LEFT if width >= READ_FROM else CENTRE
        dated = isinstance(value, date)
        cell.number_format = DAY_FORMAT if dated else FORMATS.get(heading, "General")


def _breadth(value: Value) -> int:
    """The width of column a cell wants; a Chinese character is as wide as two letters."""
    letters = 14 if isinstance(value, date) else sum(1 + (char > "ÿ") for char in str(value))
    return 2 + ceil(1.2 * letters)


def _save(book: Workbook, path: Path) -> None:
    """Saves without the hour: openpyxl stamps it on every member and in docProps/core.xml."""
    stamped = BytesIO()
    book.save(stamped)
    with ZipFile(stamped) as source, ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-07-31T09:00:00Z", data)
            target.writestr(ZipInfo(name), data, ZIP_DEFLATED)
