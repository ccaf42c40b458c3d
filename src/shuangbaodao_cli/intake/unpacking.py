"""A part of a zipped workbook unpacked in pieces, and never to more than it says of itself."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from shuangbaodao_cli.problems import Unfit

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

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
