"""Which part of an .xlsx is which sheet, and which comments belong to it.

A part is unpacked in pieces, and never to more than it says of itself.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zlib
from typing import TYPE_CHECKING

from shuangbaodao_cli.problems import Unfit

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

LARGEST = 16 << 20
"""Bytes of a part that is looked into as a whole."""


def place(letters: str, number: str) -> tuple[int, int]:
    """Row and column of a cell, counted from 0: ``B``, ``3`` → 2, 1."""
    column = 0
    for one in letters:
        column = column * 26 + ord(one) - 64
    return int(number) - 1, column - 1


def counts_from_1904(parts: zipfile.ZipFile) -> bool:
    """Whether days are counted from 1904, as old programs for the Mac and WPS do."""
    said = (one.get("date1904") for one in elements(parts, "xl/workbook.xml") if one.tag.endswith("}workbookPr"))
    return next(said, None) in {"1", "true"}


def sheet_names(parts: zipfile.ZipFile) -> dict[str, str]:
    """Part, in small letters → the name of its sheet."""
    targets = {id_: target for id_, _, target in _related(parts, "xl/workbook.xml")}
    found = {}
    for one in elements(parts, "xl/workbook.xml"):
        if one.tag.endswith("}sheet"):
            id_ = next((value for name, value in one.attrib.items() if name.endswith("}id")), "")
            found[targets.get(id_, "")] = one.get("name", "")
    return found


def comments_of(parts: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], str]]:
    """Part of a sheet, in small letters → row and column of a cell → what is noted beside it."""
    found = {}
    for name in map(_folded, parts.namelist()):
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            targets = [target for _, kind, target in _related(parts, name) if kind.endswith("/comments")]
            said = dict(one for target in targets for one in _comments(parts, target))
            if said:
                found[name] = said
    return found


def _comments(parts: zipfile.ZipFile, name: str) -> Iterator[tuple[tuple[int, int], str]]:
    for one in elements(parts, name):
        ref = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", one.get("ref", "")) if one.tag.endswith("}comment") else None
        if ref:
            texts = (text.text or "" for text in one.iter() if text.tag.endswith("}t"))
            yield place(ref[1], ref[2]), "".join(texts).strip()


def _related(parts: zipfile.ZipFile, name: str) -> list[tuple[str, str, str]]:
    """Id, kind and name of each part that another one refers to."""
    folder, file = posixpath.split(name)
    return [
        (
            one.get("Id", ""),
            one.get("Type", ""),
            _folded(posixpath.normpath(posixpath.join("/" + folder, one.get("Target", ""))).lstrip("/")),
        )
        for one in elements(parts, f"{folder}/_rels/{file}.rels")
    ]


def elements(parts: zipfile.ZipFile, name: str, holding: bytes = b"") -> Iterator[Element]:
    """Every element of a part; none of one that is not there or larger than such a part ever is.

    Where ``holding`` is given, none of a part that holds nothing of that pattern.
    """
    part = next((part for part in parts.infolist() if _folded(part.filename) == name), None)
    if part is None or part.file_size > LARGEST or not re.search(holding, content := parts.read(part)):
        return iter(())
    from defusedxml.ElementTree import fromstring  # only where there is something to tell

    return iter(fromstring(content).iter())


def _folded(name: str) -> str:
    return name.replace("\\", "/").lower()


PIECE = 1 << 20
"""Bytes that are unpacked at a time."""


def unpacked(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a part really holds, in pieces; Unfit where that is more than the list of parts says."""
    name, more = struct.unpack_from("<HH", content, part.header_offset + 26)
    start = part.header_offset + 30 + name + more
    packed = memoryview(content)[start : start + part.compress_size]
    left = part.file_size
    for piece in _inflated(packed) if part.compress_type else (packed[at : at + PIECE] for at in _steps(packed)):
        left -= len(piece)
        if left < 0:
            raise Unfit("value_invalid", "展开后大得不正常，没有打开，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入")
        yield bytes(piece)


def _inflated(packed: memoryview) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in _steps(packed):
        waiting: bytes | memoryview = packed[at : at + PIECE]
        while waiting:
            yield unpacking.decompress(waiting, PIECE)
            waiting = unpacking.unconsumed_tail
    while piece := unpacking.decompress(b"", PIECE):
        yield piece


def _steps(packed: memoryview) -> range:
    return range(0, len(packed), PIECE)
