"""A form as somebody sent it → its tables as sheets of raw cells, and the file to be filled; Excel or Word."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.forms.docx.form import WordForm
from shuangbaodao_cli.forms.xlsx.form import ExcelForm
from shuangbaodao_cli.intake.files.detect import is_document
from shuangbaodao_cli.intake.files.sheet import Sheet
from shuangbaodao_cli.intake.files.workbook import Workbook, bytes_of, workbook_of

if TYPE_CHECKING:
    from pathlib import Path

_NUMBER = re.compile(r"(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?")
"""What stands in a cell of a document as text and is a number all the same; 007 is a code."""


def read_form(path: Path) -> tuple[Workbook, ExcelForm | WordForm]:
    """A form, read and to be filled. By content, never by name; Unreadable and Refused say why it cannot be."""
    content = bytes_of(path)
    if not is_document(content, path.name):
        return workbook_of(path.name, content), ExcelForm(content, path.name)
    form = WordForm(content, path.name)
    sheets = [_sheet(form, name) for name in form.sheets]
    return Workbook(path.name, hashlib.sha256(content).hexdigest(), sheets, [], content), form


def _sheet(form: WordForm, name: str) -> Sheet:
    """One table as if it were a worksheet."""
    cells = form.cells(name)
    wide = 1 + max((cell.box[3] for cell in cells), default=-1)
    rows: list[list[Any]] = [[""] * wide for _ in range(form.row_count(name) if wide else 0)]
    for cell in cells:
        top, left, _, _ = cell.box
        rows[top][left] = _cell_value(cell.text)
    merges = [cell.box for cell in cells if cell.box[:2] != cell.box[2:]]
    above, below = form.surrounding_text(name)
    return Sheet(name, rows, merges, above=above, below=below)


def _cell_value(text: str) -> Any:
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
