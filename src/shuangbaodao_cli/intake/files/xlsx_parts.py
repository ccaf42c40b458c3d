"""The parts of an .xlsx: which one is which sheet, and which comments belong to it.

A part is unpacked in chunks, and never to more than its declared size.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zlib
from typing import TYPE_CHECKING

from shuangbaodao_cli.problems import InvalidValue

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

MAX_PART_BYTES = 16 << 20
"""A larger part is not parsed as a whole."""
CHUNK_BYTES = 1 << 20
"""Bytes unpacked at a time."""


def cell_position(letters: str, number: str) -> tuple[int, int]:
    """Row and column of a cell, 0-based: ``B``, ``3`` → 2, 1."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(number) - 1, column - 1


def uses_1904_dates(archive: zipfile.ZipFile) -> bool:
    """Whether days are counted from 1904, as old Mac programs and WPS do."""
    values = (
        element.get("date1904")
        for element in elements(archive, "xl/workbook.xml")
        if element.tag.endswith("}workbookPr")
    )
    return next(values, None) in {"1", "true"}


def sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Normalized name of a part → the name of its sheet."""
    targets = {id_: target for id_, _, target in _relationships(archive, "xl/workbook.xml")}
    name_by_part = {}
    for element in elements(archive, "xl/workbook.xml"):
        if element.tag.endswith("}sheet"):
            id_ = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
            name_by_part[targets.get(id_, "")] = element.get("name", "")
    return name_by_part


def comments_by_sheet(archive: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], str]]:
    """Normalized name of a sheet's part → row and column of a cell → its comment."""
    comments = {}
    for name in map(_normalize_part_name, archive.namelist()):
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            targets = [target for _, kind, target in _relationships(archive, name) if kind.endswith("/comments")]
            sheet_comments = dict(comment for target in targets for comment in _comments(archive, target))
            if sheet_comments:
                comments[name] = sheet_comments
    return comments


def _comments(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[tuple[int, int], str]]:
    for element in elements(archive, name):
        ref = (
            re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", element.get("ref", "")) if element.tag.endswith("}comment") else None
        )
        if ref:
            texts = (text.text or "" for text in element.iter() if text.tag.endswith("}t"))
            yield cell_position(ref[1], ref[2]), "".join(texts).strip()


def _relationships(archive: zipfile.ZipFile, name: str) -> list[tuple[str, str, str]]:
    """Id, type and normalized name of each part that the named part refers to."""
    folder, file = posixpath.split(name)
    return [
        (
            element.get("Id", ""),
            element.get("Type", ""),
            _normalize_part_name(
                posixpath.normpath(posixpath.join("/" + folder, element.get("Target", ""))).lstrip("/")
            ),
        )
        for element in elements(archive, f"{folder}/_rels/{file}.rels")
    ]


def elements(archive: zipfile.ZipFile, name: str, required: bytes = b"") -> Iterator[Element]:
    """Every element of a part; none where it is missing, too large, or has no match of ``required``."""
    part = next((part for part in archive.infolist() if _normalize_part_name(part.filename) == name), None)
    if part is None or part.file_size > MAX_PART_BYTES or not re.search(required, content := archive.read(part)):
        return iter(())
    from defusedxml.ElementTree import fromstring  # only where there is something to parse

    return iter(fromstring(content).iter())


def _normalize_part_name(name: str) -> str:
    return name.replace("\\", "/").lower()


def unpack(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part in chunks; InvalidValue where it is more than the zip declares."""
    name_length, extra_length = struct.unpack_from("<HH", content, part.header_offset + 26)
    start = part.header_offset + 30 + name_length + extra_length
    packed = memoryview(content)[start : start + part.compress_size]
    remaining = part.file_size
    for chunk in (
        _inflate(packed)
        if part.compress_type
        else (packed[offset : offset + CHUNK_BYTES] for offset in _chunk_starts(packed))
    ):
        remaining -= len(chunk)
        if remaining < 0:
            raise InvalidValue(
                "value_invalid", "展开后大得不正常，没有打开，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入"
            )
        yield bytes(chunk)


def _inflate(packed: memoryview) -> Iterator[bytes]:
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    for offset in _chunk_starts(packed):
        pending: bytes | memoryview = packed[offset : offset + CHUNK_BYTES]
        while pending:
            yield decompressor.decompress(pending, CHUNK_BYTES)
            pending = decompressor.unconsumed_tail
    while chunk := decompressor.decompress(b"", CHUNK_BYTES):
        yield chunk


def _chunk_starts(packed: memoryview) -> range:
    return range(0, len(packed), CHUNK_BYTES)
