"""Workbooks of Excel 2003 as one XML file (SpreadsheetML), which some systems still export as .xls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from defusedxml.ElementTree import fromstring

from shuangbaodao_cli.intake.files.delimited import decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from shuangbaodao_cli.intake.files.sheet import Merge
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_ENCODING = re.compile(r"<\?xml[^>]*encoding=[\"']([\w-]+)")
MAX_INDEX = 100_000
"""The highest row or column that an index may jump to."""


@dataclass(slots=True)
class XmlSheet:
    """One worksheet of the file, hidden or not."""

    name: str
    hidden: bool
    rows: list[list[Any]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


def read_xml(content: bytes, encoding: str | None = None) -> Iterator[XmlSheet]:
    """Each worksheet of the file."""
    match = _ENCODING.match(content[:200].decode("ascii", "ignore"))
    text = decode(content, encoding or (match[1] if match else None))[0]
    for element in fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text)).iter(f"{_SS}Worksheet"):
        visible = element.findtext(f"{_X}WorksheetOptions/{_X}Visible") or ""
        sheet = XmlSheet(element.get(f"{_SS}Name") or "Sheet1", visible.startswith("SheetHidden"))
        for row in element.iter(f"{_SS}Row"):
            sheet.rows += [[] for _ in range(len(sheet.rows), _int_attribute(row, "Index", len(sheet.rows) + 1))]
            if row.get(f"{_SS}Hidden") == "1":
                sheet.hidden_rows.add(len(sheet.rows) - 1)
            _read_row(row, sheet)
        yield sheet


def _read_row(row: Element, sheet: XmlSheet) -> None:
    row_index, cells, column = len(sheet.rows) - 1, sheet.rows[-1], -1
    for cell in row.iter(f"{_SS}Cell"):
        column = _int_attribute(cell, "Index", column + 2) - 1
        extra_columns, extra_rows = _int_attribute(cell, "MergeAcross", 0), _int_attribute(cell, "MergeDown", 0)
        cells += [""] * (column + extra_columns + 1 - len(cells))
        cells[column] = _cell_value(cell.find(f"{_SS}Data"))
        if extra_columns or extra_rows:
            sheet.merges.append((row_index, column, row_index + extra_rows, column + extra_columns))
        if (comment := cell.find(f"{_SS}Comment")) is not None:
            sheet.comments[row_index, column] = "".join(comment.itertext()).strip()
        column += extra_columns


def _cell_value(data: Element | None) -> Any:
    if data is None:
        return ""
    text, kind = "".join(data.itertext()), data.get(f"{_SS}Type")
    if kind == "Number":
        return float(text)
    if kind == "Boolean":
        return text == "1"
    if kind != "DateTime":
        return text
    moment = datetime.fromisoformat(text[:19])
    # A time without a day is written as a time of 1899-12-31.
    return moment.time() if moment.date().isoformat() == "1899-12-31" else moment


def _int_attribute(element: Element, name: str, default: int) -> int:
    return min(int(element.get(f"{_SS}{name}") or default), MAX_INDEX)
