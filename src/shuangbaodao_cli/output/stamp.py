"""A workbook as bytes: names Excel accepts, text XML can carry, the same content the same bytes."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_TEXT = 32767
"""Characters a cell may hold; Excel counts UTF-16 units."""

_LONGEST_NAME = 31
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_NAME = re.compile(r"""[\\/?*\[\]:'"\t\n\r]""")
_STAMP = datetime.fromisoformat("2000-01-01")
"""Stands for every time in the file, so that the same content is the same bytes."""


def safe(text: str) -> str:
    """The text with ``␛`` in place of every character that XML 1.0 forbids."""
    return _NOT_XML.sub("␛", text)


def units(text: str) -> int:
    """Length of a text as Excel counts it: a rare character beyond U+FFFF is two."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, longest: int) -> str:
    """The beginning of a text, at most ``longest`` units long and without half a character."""
    return text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")


def sheet_names(titles: Iterable[str]) -> list[str]:
    """A name Excel accepts for each title: nothing it forbids, at most 31 units, none twice."""
    taken = {"history"}  # Excel keeps this name for itself
    names = []
    for title in titles:
        base = _NOT_IN_NAME.sub("", safe(title)).strip() or "表"
        name, copy = cut(base, _LONGEST_NAME), 1
        while name.casefold() in taken:
            copy += 1
            tail = f"({copy})"
            name = cut(base, _LONGEST_NAME - len(tail)) + tail
        taken.add(name.casefold())
        names.append(name)
    return names


@contextmanager
def new_book() -> Iterator[Workbook]:
    """A book whose rows go to disk as they are written; given up halfway, its files are closed."""
    book = Workbook(write_only=True)
    try:
        yield book
    finally:
        for sheet in book.worksheets:
            unfinished: Any = sheet
            if not unfinished.closed:
                unfinished.close()


def save(book: Workbook) -> bytes:
    """The workbook as an .xlsx file that carries no date, clock or platform of its making."""
    book.properties.creator = "sbd"
    book.properties.created = book.properties.modified = _STAMP
    raw = BytesIO()
    # Not book.save(): that puts the time of day into docProps/core.xml.
    ExcelWriter(book, ZipFile(raw, "w", ZIP_DEFLATED, compresslevel=1)).save()
    return _stamped(raw)


def _stamped(raw: BytesIO) -> bytes:
    """The same archive with one fixed time on every entry."""
    fixed = BytesIO()
    with ZipFile(raw) as source, ZipFile(fixed, "w") as target:
        for name in source.namelist():
            entry = ZipInfo(name, _STAMP.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0
            with source.open(name) as old, target.open(entry, "w") as new:
                shutil.copyfileobj(old, new)
    return fixed.getvalue()
