"""What calamine does not tell of an .xlsx: error cells, formulas never computed, comments, what is hidden.

The XML of the sheets is searched as bytes while it is unpacked: openpyxl needs nine seconds for what
takes a tenth of one here, on a roster of 100 000 rows.
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
from shuangbaodao_cli.intake.files.xlsx_parts import comments_of, counts_from_1904, place, sheet_names, unpacked
from shuangbaodao_cli.problems import Unfit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ROW, _CELL, _F, _V = (rb"<(?:\w+:)?%s" % tag for tag in (rb"row\b", rb"c\b", rb"f\b", rb"v"))
_TOKEN = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)")
_CELL_TAG = re.compile(_CELL + rb"([^>]*)>")
_FORMULA_TAG = re.compile(_F + rb"[^>]*>([^<]*)")
_VALUE = re.compile(rb"\s*(?:" + _F + rb"[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?" + _V + rb">([^<]*)<")
_NO_VALUE = rb"\s*(?:</(?:\w+:)?c>|" + _V + rb"(?:\s*/>|>\s*</))"
_UNCOMPUTED = re.compile(rb"</(?:\w+:)?f>" + _NO_VALUE)
_UNCOMPUTED_SHARED = re.compile(_F + rb"[^>]*/>" + _NO_VALUE)
_HIDDEN_ROW = re.compile(_ROW + rb"(?=[^>]*\bhidden=[\"'](?:1|true)[\"'])[^>]*?(?:\br=[\"'](\d+)|/?>)")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\b(?=[^>]*\bhidden=[\"'](?:1|true)[\"'])([^>]*)>")
_REF = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_NUMBER = {name: re.compile(rb"\b%s=[\"'](\d{1,7})[\"']" % name) for name in (b"r", b"min", b"max")}
EPOCH_1904 = 1462
"""Days between the two days from which workbooks count."""
LONGEST = 16 << 20
"""Bytes of XML in which a row must end to be searched."""


@dataclass(slots=True)
class Unsaid:
    """Of one sheet: row and column → what an error cell shows or a formula says; comments; what is hidden."""

    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    colours: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    shift: int = 0
    """Days to add to a plain number that stands for a day, where they are counted from 1904."""
    foreign: bool = False
    """Whether it is in UTF-16, which calamine takes for an empty sheet."""


def unsaid(content: bytes) -> dict[str, Unsaid]:
    """Name of the sheet → what its XML says beyond the values, for sheets where there is something.

    Nothing of a file whose zip or XML is not sound: what becomes of it the reader says. Raises Unfit
    where a part unpacks to more than the zip says of it.
    """
    try:
        return _unsaid(content)
    except Unfit:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, KeyError, ValueError, EOFError, SyntaxError):
        return {}


def _unsaid(content: bytes) -> dict[str, Unsaid]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        found: dict[str, Unsaid] = {}
        marks = cell_colours.styles(parts)
        for part in parts.infolist():
            pieces = unpacked(content, part)
            if re.fullmatch(r"xl[/\\]worksheets[/\\][^/\\]+\.xml", part.filename, re.IGNORECASE):
                found[part.filename.replace("\\", "/").lower()] = _searched(pieces, marks)
            else:
                all(map(len, pieces))  # only to see that each is as large as it says
        comments = comments_of(parts) if any("comments" in name.lower() for name in parts.namelist()) else {}
        for name, said in comments.items():
            found.setdefault(name, Unsaid()).comments = said
        if counts_from_1904(parts):
            for one in found.values():
                one.shift = EPOCH_1904
        telling = {name: one for name, one in found.items() if one != Unsaid()}
        names = sheet_names(parts) if telling else {}
        return {names[part]: one for part, one in telling.items() if part in names}


def _searched(pieces: Iterable[bytes], marks: dict[bytes, str]) -> Unsaid:
    found = Unsaid()
    rows: int | None = None
    """Rows so far, in a sheet that does not number its cells."""
    for at, piece in enumerate(_whole_rows(pieces)):
        if at == 0:
            found.foreign = piece.startswith((b"\xff\xfe", b"\xfe\xff"))
            rows = None if _REF.search(piece) else 0
        cells = [*_errors(piece), *_uncomputed(piece)]
        places = _counted(piece, rows) if rows is not None else {}
        for start, attributes, text in cells:
            ref = _REF.search(attributes)
            spot = place(ref[1].decode(), ref[2].decode()) if ref else places.get(start)
            if spot:
                found.broken[spot] = html.unescape(text.decode(errors="replace"))
        if b"hidden=" in piece:
            _hide(found, piece)
        for attributes, colour in cell_colours.coloured(piece, marks):
            if ref := _REF.search(attributes):
                found.colours[place(ref[1].decode(), ref[2].decode())] = colour
        rows = rows if rows is None else max((row for row, _ in places.values()), default=rows - 1) + 1
    return found


def _errors(piece: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Where each cell with an error begins, its attributes, what it shows."""
    for mark in (b't="e"', b"t='e'"):
        at = piece.find(mark)
        while at >= 0:
            start = piece.rfind(b"<", max(at - 500, 0), at)
            if start >= 0 and (tag := _CELL_TAG.match(piece, start)):
                value = _VALUE.match(piece, tag.end())
                yield start, tag[1], value[1] if value else b"#N/A"
            at = piece.find(mark, at + 5)


def _uncomputed(piece: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Where each cell with a formula and no value begins, its attributes, the formula."""
    if b"f>" not in piece and b"<f" not in piece:
        return
    written = ((piece.rfind(b"<", 0, match.start()), match) for match in _UNCOMPUTED.finditer(piece))
    shared = ((match.start(), match) for match in _UNCOMPUTED_SHARED.finditer(piece) if b"<f" in piece)
    for inner, match in (*written, *shared):
        start = piece.rfind(b"<", 0, max(inner, 0))
        tag = _CELL_TAG.match(piece, start) if start >= 0 else None
        # A formula whose result is no text has said so: an empty text is a value.
        if tag and not (b'"str"' in tag[1] and not match[0].endswith(b"c>")):
            said = _FORMULA_TAG.match(piece, inner)
            yield start, tag[1], b"=" + (said[1] if said else b"")


def _counted(piece: bytes, rows: int) -> dict[int, tuple[int, int]]:
    """Where each cell begins → its row and column, told by their order."""
    places: dict[int, tuple[int, int]] = {}
    row, column = rows - 1, 0
    for token in _TOKEN.finditer(piece):
        if token[1] == b"row":
            said = _NUMBER[b"r"].search(token[2])
            row, column = int(said[1]) - 1 if said else row + 1, 0
        else:
            places[token.start()] = row, column
            column += 1
    return places


def _hide(found: Unsaid, piece: bytes) -> None:
    found.hidden_rows |= {int(match[1]) - 1 for match in _HIDDEN_ROW.finditer(piece) if match[1]}
    for match in _HIDDEN_COLUMN.finditer(piece):
        first, last = (_NUMBER[name].search(match[1]) for name in (b"min", b"max"))
        if first and last:
            found.hidden_columns |= set(range(int(first[1]) - 1, min(int(last[1]), 16_384)))


def _whole_rows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The XML in pieces that end behind a row."""
    held = b""
    for piece in pieces:
        held += piece
        cut = held.rfind(b"row>") + 4
        if cut == 3 and len(held) > LONGEST:
            cut = len(held)
        if cut > 3:
            yield held[:cut]
            held = held[cut:]
    yield held
