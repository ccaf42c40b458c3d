"""Values put into the XML of a sheet at some cells, and every other byte of it as it was."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from shuangbaodao_cli.output.xlsx.book import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = tuple[int, int]
"""Row and column, counted from 0."""
Value = str | int | float

ROW = re.compile(r"<((?:\w+:)?)row\b([^>]*?)(?:/>|>(.*?)</\1row>)", re.DOTALL)
CELL = re.compile(r"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
REFERENCE = re.compile(r'\br="([A-Z]+)(\d+)"')
FORMULA = re.compile(r"<(?:\w+:)?f\b")
NUMBER = re.compile(r'\br="(\d+)"')
_RESULT = re.compile(r"<((?:\w+:)?)v>[^<]*</\1v>")
_PICTURE = re.compile(r"DISPIMG\(", re.IGNORECASE)
_END = re.compile(r"<((?:\w+:)?)sheetData\b([^>]*?)(?:/>|>(.*)</\1sheetData>)", re.DOTALL)
_DIMENSION = re.compile(r'(<(?:\w+:)?dimension\b[^>]*\bref=")([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?(")')
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def number(letters: str) -> int:
    """A → 0, AA → 26."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def letters(column: int) -> str:
    """0 → A, 26 → AA."""
    said = ""
    while column >= 0:
        said, column = chr(column % 26 + ord("A")) + said, column // 26 - 1
    return said


def put(text: str, values: Mapping[Place, Value]) -> str:
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
        return f"{before}<{prefix}row{attributes}>{_cells(prefix, match[3] or '', at, waiting.pop(at))}</{prefix}row>"

    def filled(match: re.Match[str]) -> str:
        prefix, attributes = match[1], match[2].rstrip("/ ")
        inner = ROW.sub(changed, match[3] or "")
        inner += "".join(_new_row(prefix, row, waiting.pop(row)) for row in sorted(waiting))
        return f"<{prefix}sheetData{attributes}>{inner}</{prefix}sheetData>"

    return _DIMENSION.sub(lambda match: _widened(match, values), _END.sub(filled, text, count=1), count=1)


def _new_row(prefix: str, row: int, values: Mapping[int, Value]) -> str:
    return f'<{prefix}row r="{row + 1}">{_cells(prefix, "", row, values)}</{prefix}row>'


def row_number(attributes: str, last: int) -> int:
    """The number of a row, counted from 1: the one it says, else one more than that of the row before."""
    found = NUMBER.search(attributes)
    return int(found[1]) if found else last + 1


def _cells(prefix: str, inner: str, row: int, values: Mapping[int, Value]) -> str:
    """What is in a row, the filled cells in their places and in the dress they had."""
    waiting = dict(sorted(values.items()))

    def new(before: float) -> str:
        columns = [column for column in waiting if column < before]
        return "".join(_cell(prefix, f"{letters(one)}{row + 1}", "", waiting.pop(one)) for one in columns)

    def changed(match: re.Match[str]) -> str:
        if (found := REFERENCE.search(match[2])) is None:
            return match[0]
        column = number(found[1])
        if column not in waiting:
            return new(column) + match[0]
        dress = re.sub(r'\s(?:r|t)="[^"]*"', "", match[2]).rstrip("/ ")
        return new(column) + _cell(prefix, f"{letters(column)}{row + 1}", dress, waiting.pop(column))

    end = max((match.end() for match in CELL.finditer(inner)), default=0)
    return CELL.sub(changed, inner[:end]) + new(math.inf) + inner[end:]


def _cell(prefix: str, reference: str, dress: str, value: Value) -> str:
    """A cell with a value; text is text, whatever it begins with, and stands for itself letter by letter."""
    if isinstance(value, str):
        said = escape(safe(_ESCAPED.sub("_x005F_", value)))
        inner = f'<{prefix}is><{prefix}t xml:space="preserve">{said}</{prefix}t></{prefix}is>'
        return f'<{prefix}c r="{reference}"{dress} t="inlineStr">{inner}</{prefix}c>'
    return f'<{prefix}c r="{reference}"{dress}><{prefix}v>{value}</{prefix}v></{prefix}c>'


def _widened(match: re.Match[str], values: Mapping[Place, Value]) -> str:
    """What a sheet says of its extent, made to hold the new values: some readers take it at its word."""
    head, left, top, right, bottom, tail = match.groups()
    rows, columns = {row for row, _ in values}, {column for _, column in values}
    first = min(int(top) - 1, *rows), min(number(left), *columns)
    last = max(int(bottom or top) - 1, *rows), max(number(right or left), *columns)
    if first == (int(top) - 1, number(left)) and last == (int(bottom or top) - 1, number(right or left)):
        return match[0]
    return f"{head}{letters(first[1])}{first[0] + 1}:{letters(last[1])}{last[0] + 1}{tail}"


def unreckoned(text: str) -> str:
    """The XML of a sheet without the results of its formulas, so that whoever opens it reckons them anew.

    A picture in a cell is a formula to WPS; it reckons nothing and stays.
    """

    def bare(match: re.Match[str]) -> str:
        inner = match[3] or ""
        return _RESULT.sub("", match[0]) if FORMULA.search(inner) and not _PICTURE.search(inner) else match[0]

    return CELL.sub(bare, text)


def to_reckon(text: str) -> str:
    """The XML of a workbook that is told to reckon its formulas when it is opened."""
    if found := re.search(r"<((?:\w+:)?)calcPr\b([^>]*?)/>", text):
        said = re.sub(r'\sfullCalcOnLoad="[^"]*"', "", found[2]).rstrip()
        return text.replace(found[0], f'<{found[1]}calcPr{said} fullCalcOnLoad="1"/>', 1)
    for end in ("definedNames", "externalReferences", "sheets"):
        if found := re.search(rf"</((?:\w+:)?){end}>", text):
            return text.replace(found[0], f'{found[0]}<{found[1]}calcPr fullCalcOnLoad="1"/>', 1)
    return text
