"""Values put into the XML of a sheet at some cells, and every other byte of it as it was."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from shuangbaodao_cli.output.xlsx.book import safe

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
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def column_letters(column: int) -> str:
    """0 → A, 26 → AA."""
    said = ""
    while column >= 0:
        said, column = chr(column % 26 + ord("A")) + said, column // 26 - 1
    return said


def put_values(xml: str, values: Mapping[Position, Value]) -> str:
    """The XML of a sheet with values in some of its cells; rows that are not written in it are put in."""
    waiting: dict[int, dict[int, Value]] = {}
    for (row, column), value in values.items():
        waiting.setdefault(row, {})[column] = value

    last = 0

    def changed(match: re.Match[str]) -> str:
        nonlocal last
        last = row_number(match[2], last)
        at, prefix, attributes = last - 1, match[1], match[2].rstrip("/")
        before = "".join(_new_row(prefix, row, waiting.pop(row)) for row in sorted(waiting) if row < at)
        if at not in waiting:
            return before + match[0]
        return (
            f"{before}<{prefix}row{attributes}>{_fill_row(prefix, match[3] or '', at, waiting.pop(at))}</{prefix}row>"
        )

    def filled(match: re.Match[str]) -> str:
        prefix, attributes = match[1], match[2].rstrip("/ ")
        inner = ROW.sub(changed, match[3] or "")
        inner += "".join(_new_row(prefix, row, waiting.pop(row)) for row in sorted(waiting))
        return f"<{prefix}sheetData{attributes}>{inner}</{prefix}sheetData>"

    return _DIMENSION.sub(lambda match: _widen_dimension(match, values), _SHEET_DATA.sub(filled, xml, count=1), count=1)


def _new_row(prefix: str, row: int, values: Mapping[int, Value]) -> str:
    return f'<{prefix}row r="{row + 1}">{_fill_row(prefix, "", row, values)}</{prefix}row>'


def row_number(attributes: str, last: int) -> int:
    """The number of a row, counted from 1: the one it says, else one more than that of the row before."""
    found = ROW_NUMBER.search(attributes)
    return int(found[1]) if found else last + 1


def _fill_row(prefix: str, inner: str, row: int, values: Mapping[int, Value]) -> str:
    """What is in a row, the filled cells in their places and in the dress they had."""
    waiting = dict(sorted(values.items()))

    def new(before: float) -> str:
        columns = [column for column in waiting if column < before]
        return "".join(_cell_xml(prefix, f"{column_letters(one)}{row + 1}", "", waiting.pop(one)) for one in columns)

    def changed(match: re.Match[str]) -> str:
        if (found := REFERENCE.search(match[2])) is None:
            return match[0]
        column = column_index(found[1])
        if column not in waiting:
            return new(column) + match[0]
        dress = re.sub(r'\s(?:r|t)="[^"]*"', "", match[2]).rstrip("/ ")
        return new(column) + _cell_xml(prefix, f"{column_letters(column)}{row + 1}", dress, waiting.pop(column))

    end = max((match.end() for match in CELL.finditer(inner)), default=0)
    return CELL.sub(changed, inner[:end]) + new(math.inf) + inner[end:]


def _cell_xml(prefix: str, reference: str, attributes: str, value: Value) -> str:
    """A cell with a value; text is text, whatever it begins with, and stands for itself letter by letter."""
    if isinstance(value, str):
        said = escape(safe(_ESCAPED.sub("_x005F_", value)))
        inner = f'<{prefix}is><{prefix}t xml:space="preserve">{said}</{prefix}t></{prefix}is>'
        return f'<{prefix}c r="{reference}"{attributes} t="inlineStr">{inner}</{prefix}c>'
    return f'<{prefix}c r="{reference}"{attributes}><{prefix}v>{value}</{prefix}v></{prefix}c>'


def _widen_dimension(match: re.Match[str], values: Mapping[Position, Value]) -> str:
    """What a sheet says of its extent, made to hold the new values: some readers take it at its word."""
    head, left, top, right, bottom, tail = match.groups()
    rows, columns = {row for row, _ in values}, {column for _, column in values}
    first = min(int(top) - 1, *rows), min(column_index(left), *columns)
    last = max(int(bottom or top) - 1, *rows), max(column_index(right or left), *columns)
    if first == (int(top) - 1, column_index(left)) and last == (int(bottom or top) - 1, column_index(right or left)):
        return match[0]
    return f"{head}{column_letters(first[1])}{first[0] + 1}:{column_letters(last[1])}{last[0] + 1}{tail}"


def strip_formula_results(xml: str) -> str:
    """The XML of a sheet without the results of its formulas, so that whoever opens it reckons them anew.

    A picture in a cell is a formula to WPS; it reckons nothing and stays.
    """

    def bare(match: re.Match[str]) -> str:
        inner = match[3] or ""
        return (
            _CACHED_VALUE.sub("", match[0])
            if FORMULA.search(inner) and not _PICTURE_FORMULA.search(inner)
            else match[0]
        )

    return CELL.sub(bare, xml)


def force_recalculation(xml: str) -> str:
    """The XML of a workbook that is told to reckon its formulas when it is opened."""
    if found := re.search(r"<((?:\w+:)?)calcPr\b([^>]*?)/>", xml):
        said = re.sub(r'\sfullCalcOnLoad="[^"]*"', "", found[2]).rstrip()
        return xml.replace(found[0], f'<{found[1]}calcPr{said} fullCalcOnLoad="1"/>', 1)
    for end in ("definedNames", "externalReferences", "sheets"):
        if found := re.search(rf"</((?:\w+:)?){end}>", xml):
            return xml.replace(found[0], f'{found[0]}<{found[1]}calcPr fullCalcOnLoad="1"/>', 1)
    return xml
