"""Puts values into some cells of the XML of a sheet, and leaves every other byte of it as it was."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from shuangbaodao_cli.output.xlsx.book import xml_safe

if TYPE_CHECKING:
    from collections.abc import Mapping

Position = tuple[int, int]
"""Row and column, counted from 0."""
Value = str | int | float

ROW = re.compile(r"<((?:\w+:)?)row\b([^>]*?)(?:/>|>(.*?)</\1row>)", re.DOTALL)
CELL = re.compile(r"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
REFERENCE = re.compile(r'\br="([A-Z]+)(\d+)"')
FORMULA = re.compile(r"<(?:\w+:)?f\b")
ROW_NUMBER = re.compile(r'\br="(\d+)"')
_CACHED_VALUE = re.compile(r"<((?:\w+:)?)v>[^<]*</\1v>")
_PICTURE_FORMULA = re.compile(r"DISPIMG\(", re.IGNORECASE)
_SHEET_DATA = re.compile(r"<((?:\w+:)?)sheetData\b([^>]*?)(?:/>|>(.*)</\1sheetData>)", re.DOTALL)
_DIMENSION = re.compile(r'(<(?:\w+:)?dimension\b[^>]*\bref=")([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?(")')
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def column_index(letters: str) -> int:
    """A → 0, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(column: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    while column >= 0:
        letters, column = chr(column % 26 + ord("A")) + letters, column // 26 - 1
    return letters


def put_values(xml: str, values: Mapping[Position, Value]) -> str:
    """The XML of a sheet with values in some of its cells; rows that it does not have are added."""
    waiting: dict[int, dict[int, Value]] = {}
    for (row, column), value in values.items():
        waiting.setdefault(row, {})[column] = value

    last = 0

    def fill_row(match: re.Match[str]) -> str:
        nonlocal last
        last = row_number(match[2], last)
        current, prefix, attributes = last - 1, match[1], match[2].rstrip("/")
        before = "".join(_new_row(prefix, row, waiting.pop(row)) for row in sorted(waiting) if row < current)
        if current not in waiting:
            return before + match[0]
        inner = _fill_row(prefix, match[3] or "", current, waiting.pop(current))
        return f"{before}<{prefix}row{attributes}>{inner}</{prefix}row>"

    def fill_sheet(match: re.Match[str]) -> str:
        prefix, attributes = match[1], match[2].rstrip("/ ")
        inner = ROW.sub(fill_row, match[3] or "")
        inner += "".join(_new_row(prefix, row, waiting.pop(row)) for row in sorted(waiting))
        return f"<{prefix}sheetData{attributes}>{inner}</{prefix}sheetData>"

    return _DIMENSION.sub(
        lambda match: _widen_dimension(match, values), _SHEET_DATA.sub(fill_sheet, xml, count=1), count=1
    )


def _new_row(prefix: str, row: int, values: Mapping[int, Value]) -> str:
    return f'<{prefix}row r="{row + 1}">{_fill_row(prefix, "", row, values)}</{prefix}row>'


def row_number(attributes: str, last: int) -> int:
    """The number of a row, counted from 1: its own, else one more than ``last``, that of the row before."""
    match = ROW_NUMBER.search(attributes)
    return int(match[1]) if match else last + 1


def _fill_row(prefix: str, inner: str, row: int, values: Mapping[int, Value]) -> str:
    """The cells of a row with these values, the filled ones in their places and with the style they had."""
    waiting = dict(sorted(values.items()))

    def new_cells(before: float) -> str:
        columns = [column for column in waiting if column < before]
        return "".join(
            _cell_xml(prefix, f"{column_letters(column)}{row + 1}", "", waiting.pop(column)) for column in columns
        )

    def fill_cell(match: re.Match[str]) -> str:
        if (found := REFERENCE.search(match[2])) is None:
            return match[0]
        column = column_index(found[1])
        if column not in waiting:
            return new_cells(column) + match[0]
        style = re.sub(r'\s(?:r|t)="[^"]*"', "", match[2]).rstrip("/ ")
        reference = f"{column_letters(column)}{row + 1}"
        return new_cells(column) + _cell_xml(prefix, reference, style, waiting.pop(column))

    end = max((match.end() for match in CELL.finditer(inner)), default=0)
    return CELL.sub(fill_cell, inner[:end]) + new_cells(math.inf) + inner[end:]


def _cell_xml(prefix: str, reference: str, attributes: str, value: Value) -> str:
    """A cell with a value; a text is inline, so that none is taken for a formula or an escape."""
    if isinstance(value, str):
        text = escape(xml_safe(_ESCAPED.sub("_x005F_", value)))
        inner = f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'
        return f'<{prefix}c r="{reference}"{attributes} t="inlineStr">{inner}</{prefix}c>'
    return f'<{prefix}c r="{reference}"{attributes}><{prefix}v>{value}</{prefix}v></{prefix}c>'


def _widen_dimension(match: re.Match[str], values: Mapping[Position, Value]) -> str:
    """The dimension of a sheet, widened to hold the new values: some readers rely on it."""
    prefix, left, top, right, bottom, suffix = match.groups()
    rows, columns = {row for row, _ in values}, {column for _, column in values}
    first = min(int(top) - 1, *rows), min(column_index(left), *columns)
    last = max(int(bottom or top) - 1, *rows), max(column_index(right or left), *columns)
    if first == (int(top) - 1, column_index(left)) and last == (int(bottom or top) - 1, column_index(right or left)):
        return match[0]
    return f"{prefix}{column_letters(first[1])}{first[0] + 1}:{column_letters(last[1])}{last[0] + 1}{suffix}"


def strip_formula_results(xml: str) -> str:
    """The XML of a sheet without the results of its formulas, so that the program that opens it computes them.

    A picture in a cell is a formula to WPS; it computes nothing and stays.
    """

    def strip_result(match: re.Match[str]) -> str:
        inner = match[3] or ""
        return (
            _CACHED_VALUE.sub("", match[0])
            if FORMULA.search(inner) and not _PICTURE_FORMULA.search(inner)
            else match[0]
        )

    return CELL.sub(strip_result, xml)


def force_recalculation(xml: str) -> str:
    """The XML of a workbook whose formulas are computed when it is opened."""
    if found := re.search(r"<((?:\w+:)?)calcPr\b([^>]*?)/>", xml):
        attributes = re.sub(r'\sfullCalcOnLoad="[^"]*"', "", found[2]).rstrip()
        return xml.replace(found[0], f'<{found[1]}calcPr{attributes} fullCalcOnLoad="1"/>', 1)
    for end in ("definedNames", "externalReferences", "sheets"):
        if found := re.search(rf"</((?:\w+:)?){end}>", xml):
            return xml.replace(found[0], f'{found[0]}<{found[1]}calcPr fullCalcOnLoad="1"/>', 1)
    return xml
