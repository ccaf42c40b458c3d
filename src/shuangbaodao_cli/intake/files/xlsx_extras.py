"""What calamine does not read of an .xlsx: errors, uncomputed formulas, comments, colours, hidden rows and columns.

The XML of the sheets is searched as bytes while it is unpacked: for a roster of 100 000 rows this takes a
tenth of a second, openpyxl nine.
"""

from __future__ import annotations

import html
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.files import cell_colours
from shuangbaodao_cli.intake.files.xlsx_parts import (
    cell_position,
    comments_by_sheet,
    sheet_names,
    unpack,
    uses_1904_dates,
)
from shuangbaodao_cli.problems import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ROW, _CELL, _FORMULA, _VALUE_START = (rb"<(?:\w+:)?%s" % tag for tag in (rb"row\b", rb"c\b", rb"f\b", rb"v"))
_TOKEN = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)")
_CELL_TAG = re.compile(_CELL + rb"([^>]*)>")
_FORMULA_TAG = re.compile(_FORMULA + rb"[^>]*>([^<]*)")
_VALUE = re.compile(rb"\s*(?:" + _FORMULA + rb"[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?" + _VALUE_START + rb">([^<]*)<")
_NO_VALUE = rb"\s*(?:</(?:\w+:)?c>|" + _VALUE_START + rb"(?:\s*/>|>\s*</))"
_UNCOMPUTED = re.compile(rb"</(?:\w+:)?f>" + _NO_VALUE)
_UNCOMPUTED_SHARED = re.compile(_FORMULA + rb"[^>]*/>" + _NO_VALUE)
_HIDDEN_ROW = re.compile(_ROW + rb"(?=[^>]*\bhidden=[\"'](?:1|true)[\"'])[^>]*?(?:\br=[\"'](\d+)|/?>)")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\b(?=[^>]*\bhidden=[\"'](?:1|true)[\"'])([^>]*)>")
_REF = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_NUMBER = {name: re.compile(rb"\b%s=[\"'](\d{1,7})[\"']" % name) for name in (b"r", b"min", b"max")}
EPOCH_1904 = 1462
"""Days between the two epochs of workbooks, 1899-12-30 and 1904-01-01."""
MAX_ROW_BYTES = 16 << 20
"""A longer row of XML is searched in pieces."""


@dataclass(slots=True)
class SheetExtras:
    """What the XML of one sheet says besides the values; cells are keyed by row and column, 0-based."""

    broken_cells: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cell → the error it shows, or its formula that was never computed."""
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    colours: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cell coloured by hand → RRGGBB."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    date_shift: int = 0
    """Days to add to a plain number that means a day: 1462 where days are counted from 1904."""
    is_utf16: bool = False
    """Whether the XML is in UTF-16, which calamine takes for an empty sheet."""


def read_extras(content: bytes) -> dict[str, SheetExtras]:
    """Name of the sheet → its extras, for the sheets that have any.

    Empty where the zip or its XML is damaged, which the reader will report. Raises InvalidValue where a part
    unpacks to more than the zip declares.
    """
    try:
        return _read_extras(content)
    except InvalidValue:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, KeyError, ValueError, EOFError, SyntaxError):
        return {}


def _read_extras(content: bytes) -> dict[str, SheetExtras]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        extras_by_part: dict[str, SheetExtras] = {}
        colour_by_style = cell_colours.coloured_styles(archive)
        for part in archive.infolist():
            chunks = unpack(content, part)
            if re.fullmatch(r"xl[/\\]worksheets[/\\][^/\\]+\.xml", part.filename, re.IGNORECASE):
                extras_by_part[part.filename.replace("\\", "/").lower()] = _search_sheet(chunks, colour_by_style)
            else:
                all(map(len, chunks))  # unpacked only to check the declared size
        comments = comments_by_sheet(archive) if any("comments" in name.lower() for name in archive.namelist()) else {}
        for name, sheet_comments in comments.items():
            extras_by_part.setdefault(name, SheetExtras()).comments = sheet_comments
        if uses_1904_dates(archive):
            for extras in extras_by_part.values():
                extras.date_shift = EPOCH_1904
        filled = {name: extras for name, extras in extras_by_part.items() if extras != SheetExtras()}
        name_by_part = sheet_names(archive) if filled else {}
        return {name_by_part[part]: extras for part, extras in filled.items() if part in name_by_part}


def _search_sheet(chunks: Iterable[bytes], colour_by_style: dict[bytes, str]) -> SheetExtras:
    extras = SheetExtras()
    row_count: int | None = None
    """Rows so far, in a sheet whose cells have no references; None where they have."""
    for index, chunk in enumerate(_whole_rows(chunks)):
        if index == 0:
            extras.is_utf16 = chunk.startswith((b"\xff\xfe", b"\xfe\xff"))
            row_count = None if _REF.search(chunk) else 0
        cells = [*_error_cells(chunk), *_uncomputed_cells(chunk)]
        positions = _positions_by_order(chunk, row_count) if row_count is not None else {}
        for start, attributes, text in cells:
            ref = _REF.search(attributes)
            position = cell_position(ref[1].decode(), ref[2].decode()) if ref else positions.get(start)
            if position:
                extras.broken_cells[position] = html.unescape(text.decode(errors="replace"))
        if b"hidden=" in chunk:
            _add_hidden(extras, chunk)
        for attributes, colour in cell_colours.coloured_cells(chunk, colour_by_style):
            if ref := _REF.search(attributes):
                extras.colours[cell_position(ref[1].decode(), ref[2].decode())] = colour
        row_count = (
            row_count if row_count is None else max((row for row, _ in positions.values()), default=row_count - 1) + 1
        )
    return extras


def _error_cells(xml: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Of each cell with an error: the offset where it begins, its attributes, the error it shows."""
    for attribute in (b't="e"', b"t='e'"):
        offset = xml.find(attribute)
        while offset >= 0:
            start = xml.rfind(b"<", max(offset - 500, 0), offset)
            if start >= 0 and (tag := _CELL_TAG.match(xml, start)):
                value = _VALUE.match(xml, tag.end())
                yield start, tag[1], value[1] if value else b"#N/A"
            offset = xml.find(attribute, offset + 5)


def _uncomputed_cells(xml: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Of each cell with a formula and no value: the offset where it begins, its attributes, the formula."""
    if b"f>" not in xml and b"<f" not in xml:
        return
    own = ((xml.rfind(b"<", 0, match.start()), match) for match in _UNCOMPUTED.finditer(xml))
    shared = ((match.start(), match) for match in _UNCOMPUTED_SHARED.finditer(xml) if b"<f" in xml)
    for inner, match in (*own, *shared):
        start = xml.rfind(b"<", 0, max(inner, 0))
        tag = _CELL_TAG.match(xml, start) if start >= 0 else None
        # A cell of type str with an empty value was computed: an empty text is a value.
        if tag and not (b'"str"' in tag[1] and not match[0].endswith(b"c>")):
            formula = _FORMULA_TAG.match(xml, inner)
            yield start, tag[1], b"=" + (formula[1] if formula else b"")


def _positions_by_order(xml: bytes, row_count: int) -> dict[int, tuple[int, int]]:
    """Offset where each cell begins → its row and column, counted by order."""
    positions: dict[int, tuple[int, int]] = {}
    row, column = row_count - 1, 0
    for token in _TOKEN.finditer(xml):
        if token[1] == b"row":
            number = _NUMBER[b"r"].search(token[2])
            row, column = int(number[1]) - 1 if number else row + 1, 0
        else:
            positions[token.start()] = row, column
            column += 1
    return positions


def _add_hidden(extras: SheetExtras, xml: bytes) -> None:
    extras.hidden_rows |= {int(match[1]) - 1 for match in _HIDDEN_ROW.finditer(xml) if match[1]}
    for match in _HIDDEN_COLUMN.finditer(xml):
        first, last = (_NUMBER[name].search(match[1]) for name in (b"min", b"max"))
        if first and last:
            extras.hidden_columns |= set(range(int(first[1]) - 1, min(int(last[1]), 16_384)))


def _whole_rows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The XML in chunks that end after a row."""
    buffer = b""
    for chunk in chunks:
        buffer += chunk
        cut = buffer.rfind(b"row>") + 4
        if cut == 3 and len(buffer) > MAX_ROW_BYTES:
            cut = len(buffer)
        if cut > 3:
            yield buffer[:cut]
            buffer = buffer[cut:]
    yield buffer
