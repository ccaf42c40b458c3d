"""Reading a form of Excel or Word: its tables as sheets of raw cells, and the file to be filled."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.forms.docx.form import WordForm
from shuangbaodao_cli.forms.xlsx.form import ExcelForm
from shuangbaodao_cli.intake.files.detect import is_document
from shuangbaodao_cli.intake.files.sheet import Sheet
from shuangbaodao_cli.intake.files.workbook import Workbook, parse_workbook, read_input_file

if TYPE_CHECKING:
    from pathlib import Path

_NUMBER = re.compile(r"(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?")
"""A text in a cell of a document that is a number; 007 is a code."""


def read_form(path: Path) -> tuple[Workbook, ExcelForm | WordForm]:
    """A form as a workbook to be read and a file to be filled. Its type is detected by content, never by name.

    Raises FileError or Refused, saying why it cannot be filled.
    """
    content = read_input_file(path)
    if not is_document(content, path.name):
        return parse_workbook(path.name, content), ExcelForm(content, path.name)
    form = WordForm(content, path.name)
    sheets = [_sheet(form, name) for name in form.sheets]
    return Workbook(path.name, hashlib.sha256(content).hexdigest(), sheets, [], content), form


def _sheet(form: WordForm, name: str) -> Sheet:
    """A table of a document as if it were a worksheet."""
    cells = form.cells(name)
    width = 1 + max((cell.box[3] for cell in cells), default=-1)
    rows: list[list[Any]] = [[""] * width for _ in range(form.row_count(name) if width else 0)]
    for cell in cells:
        top, left, _, _ = cell.box
        rows[top][left] = _cell_value(cell.text)
    merges = [cell.box for cell in cells if cell.box[:2] != cell.box[2:]]
    above, below = form.surrounding_text(name)
    return Sheet(name, rows, merges, paragraphs_above=above, paragraphs_below=below)


def _cell_value(text: str) -> Any:
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
