"""Writes files as office programs write them; the same content gives the same file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet


@dataclass(frozen=True)
class Leaf:
    """One worksheet and what is odd about it; cells and ranges are called as on screen (``B3:B5``)."""

    rows: Sequence[Sequence[Any]]
    name: str = "Sheet1"
    merges: Sequence[str] = ()
    state: Literal["visible", "hidden", "veryHidden"] = "visible"
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()
    filtered: str = ""
    comments: Mapping[str, str] = field(default_factory=dict)
    fills: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)


def book(path: Path, *leaves: Leaf, epoch_1904: bool = False) -> None:
    """Write a workbook with openpyxl."""
    made = Workbook()
    if epoch_1904:
        made.epoch = CALENDAR_MAC_1904
    made.remove(made.worksheets[0])
    for leaf in leaves:
        _fill(made.create_sheet(leaf.name), leaf)
    stamped = BytesIO()
    made.save(stamped)
    pack(path, parts(stamped))


def sheet(path: Path, *rows: Sequence[Any], **odd: Any) -> None:
    """Write a workbook of one worksheet."""
    book(path, Leaf(rows, **odd))


def _fill(sheet: Worksheet, leaf: Leaf) -> None:
    for row in leaf.rows:
        sheet.append(list(row))
    for merged in leaf.merges:
        sheet.merge_cells(merged)
    for cell, said in leaf.comments.items():
        sheet[cell].comment = Comment(said, "网格员")
    for cell, colour in leaf.fills.items():
        sheet[cell].fill = PatternFill("solid", fgColor=colour)
    for cell, shown in leaf.formats.items():
        sheet[cell].number_format = shown
    for number in leaf.hidden_rows:
        sheet.row_dimensions[number].hidden = True
    for letter in leaf.hidden_columns:
        sheet.column_dimensions[letter].hidden = True
    if leaf.filtered:
        sheet.auto_filter.ref = leaf.filtered
    sheet.sheet_state = leaf.state


def parts(file: Path | BytesIO) -> dict[str, bytes]:
    """The parts of a zip by name, the hour of writing taken out of them."""
    with ZipFile(file) as packed:
        found = {name: packed.read(name) for name in packed.namelist()}
    stamp = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    if (core := "docProps/core.xml") in found:
        found[core] = re.sub(stamp, b"2026-07-31T09:00:00Z", found[core])
    return found


def pack(path: Path, content: Mapping[str, bytes]) -> None:
    """Write a zip whose bytes do not depend on the hour."""
    with ZipFile(path, "w") as packed:
        for name, data in content.items():
            packed.writestr(ZipInfo(name), data, ZIP_DEFLATED)


def rewrite(path: Path, part: str, *changes: tuple[str, str]) -> None:
    """Replace text in one part of a workbook, as only another program would have written it."""
    content = parts(path)
    said = content[part].decode()
    for old, new in changes:
        if not re.search(old, said):
            raise ValueError(f"{path.name}: {part} has no {old}")
        said = re.sub(old, new, said)
    pack(path, {**content, part: said.encode()})


def delimited(path: Path, rows: Sequence[Sequence[Any]], encoding: str, mark: str = ",") -> None:
    """Write CSV or TSV as a spreadsheet program exports it: lines end in CR LF, no quotes."""
    path.write_bytes("".join(mark.join(map(str, row)) + "\r\n" for row in rows).encode(encoding))
