"""Workbooks as bytes: valid sheet names, text safe for XML, the same bytes for the same content."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_TEXT_UNITS = 32767
"""The longest text of a cell, in UTF-16 units."""

_RICH_TEXT_PREFIX = "<r>"
"""XlsxWriter takes a text in these tags for XML of its own."""
_MAX_NAME_UNITS = 31
_INVALID_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INVALID_IN_NAME = re.compile(r"""[\\/?*\[\]:'"\t\n\r]""")
_FIXED_TIMESTAMP = datetime.fromisoformat("2000-01-01")
"""The time of creation in every file, so that the same content gives the same bytes."""


class TooLargeError(ValueError):
    """A workbook cannot hold the content; the message for the user names the place."""


def xml_safe(text: str) -> str:
    """The text with ``␛`` in place of every character that XML 1.0 forbids."""
    return _INVALID_IN_XML.sub("␛", text)


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 units, as Excel counts: a character beyond U+FFFF is two."""
    return len(text) + sum(char > "\uffff" for char in text)


def truncate(text: str, max_units: int) -> str:
    """The beginning of a text, at most ``max_units`` UTF-16 units long, without half a character."""
    return text.encode("utf-16-le")[: 2 * max_units].decode("utf-16-le", "ignore")


def sheet_names(titles: Iterable[str]) -> list[str]:
    """A valid sheet name for each title: no forbidden characters, at most 31 UTF-16 units, all different."""
    taken = {"history"}  # Excel keeps this name for itself
    names = []
    for title in titles:
        base = _INVALID_IN_NAME.sub("", xml_safe(title)).strip() or "表"
        name, number = truncate(base, _MAX_NAME_UNITS), 1
        while name.casefold() in taken:
            number += 1
            suffix = f"({number})"
            name = truncate(base, _MAX_NAME_UNITS - len(suffix)) + suffix
        taken.add(name.casefold())
        names.append(name)
    return names


def write_text(sheet: Worksheet, position: tuple[int, int], text: str, format_: Format) -> None:
    """Write a text unchanged at a row and a column (0-based), whatever it begins with."""
    if text.startswith(_RICH_TEXT_PREFIX):
        sheet.write_rich_string(*position, format_, text[:1], xml_safe(text[1:]), format_)
    else:
        sheet.write_string(*position, xml_safe(text), format_)


@contextmanager
def new_workbook() -> Iterator[tuple[Workbook, BytesIO]]:
    """A workbook, and the buffer that holds its bytes after the block. Raises OSError where the disk is full."""
    raw = BytesIO()
    # In a folder of its own, since XlsxWriter leaves its temporary files behind when it is interrupted.
    with TemporaryDirectory(prefix="sbd-", ignore_cleanup_errors=True) as folder:
        book = Workbook(raw, {"tmpdir": folder})
        book.set_properties({"author": "sbd", "created": _FIXED_TIMESTAMP})
        yield book, raw
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None
