"""A file → its sheets of raw cells. By content, never by name; calamine reads, in a process of its own.

A folder that was given means all the tables below it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Unreadable, why
from shuangbaodao_cli.intake.files.detect import LARGEST, kind_of
from shuangbaodao_cli.intake.files.sandbox import take_apart
from shuangbaodao_cli.intake.files.sheet import Broken, Sheet
from shuangbaodao_cli.intake.files.xlsx_extras import Unsaid, unsaid
from shuangbaodao_cli.problems import Unfit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shuangbaodao_cli.intake.files.sandbox import Parts


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as it was read: its name, the hash of its bytes, its visible worksheets."""

    file: str
    sha256: str
    sheets: list[Sheet]
    hidden: list[str]
    content: bytes = b""
    """The file itself, to be kept."""
    notes: list[str] = field(default_factory=list)
    """What a person should know of how it was read."""


def read_workbook(path: Path, *, encoding: str | None = None) -> Workbook:
    """Read a workbook or a table of text; Unreadable says in one sentence why it cannot be."""
    return workbook_of(path.name, bytes_of(path), encoding)


def workbook_of(name: str, content: bytes, encoding: str | None = None) -> Workbook:
    """The same of a file whose bytes are read already."""
    kind = kind_of(content, name)
    parts, beside = _parts(kind, content, name, encoding)
    if not parts.ended:
        raise Unreadable(_why_not(name, parts))
    for sheet in parts.sheets:
        _tell_unsaid(sheet, beside.get(sheet.name, Unsaid()))
    sha256 = hashlib.sha256(content).hexdigest()
    return Workbook(name, sha256, parts.sheets, parts.hidden, content, _notes(parts, content))


def _parts(kind: str, content: bytes, name: str, encoding: str | None) -> tuple[Parts, dict[str, Unsaid]]:
    """What is in a file, and what of it only its XML says; the second reader where the first fails."""
    if kind in {"text", "html", "xml"}:
        return take_apart(kind, content, *([encoding] if encoding else [])), {}
    beside: dict[str, Unsaid] = {}
    try:
        parts = take_apart("calamine", content, meanwhile=lambda: beside.update(unsaid(content)))
    except Unfit as unfit:
        raise Unreadable(f"“{name}”{unfit.message}。") from None
    missed = parts.failed is not None or not any(sheet.rows for sheet in parts.sheets)
    if kind == "xlsx" and (missed or any(one.foreign for one in beside.values())):
        second = take_apart("openpyxl", content)
        parts = second if second.ended else parts
    return parts, beside


def _tell_unsaid(sheet: Sheet, beside: Unsaid) -> None:
    """Put into a sheet what the first reader does not tell of it."""
    sheet.comments |= beside.comments
    sheet.colours = beside.colours
    sheet.hidden_rows += len(beside.hidden_rows)
    sheet.hidden_columns = len(beside.hidden_columns)
    sheet.shift = beside.shift
    for (row, column), text in beside.broken.items():
        if row < len(sheet.rows) and column < len(sheet.rows[row]) and sheet.rows[row][column] == "":
            sheet.rows[row][column] = Broken(text)


def _notes(parts: Parts, content: bytes) -> list[str]:
    """What a person should know of how the file was read."""
    notes = list(parts.notes)
    if b"vbaProject.bin" in content[-4096 * 16 :]:
        notes.append("文件里的宏没有运行")
    return notes


def _why_not(name: str, parts: Parts) -> str:
    if parts.too_large:
        return f"“{name}”的格子太多了（超过五百万），请拆成几个文件再导入。"
    if parts.failed:
        return f"“{name}”{parts.failed}。"
    if parts.failed is None:
        return f"“{name}”太大或已损坏，读不下去。请用 WPS 或 Excel 打开后，把要导入的表复制到新文件里再导入。"
    return f"“{name}”已损坏、设了密码，或不是电子表格，请重新拷贝一份，或另存为 .xlsx 再导入。"


def bytes_of(path: Path) -> bytes:
    """What is in a file, if it is not too large; Unreadable says why it cannot be read."""
    try:
        if path.name.startswith(("~$", ".~")):
            raise Unreadable(
                f"“{path.name}”是表格打开时的临时文件，请先在 WPS 或 Excel 里关闭表格，再导入“{path.name[2:]}”。"
            )
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"“{path}”超过50兆，请拆成几个文件再导入。")
        return path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(f"没有找到文件“{path}”，请核对文件名和所在的文件夹。") from None
    except OSError as error:
        raise Unreadable(f"文件“{path}”打不开（{why(error)}），请看看它是不是正被别的程序占用。") from None


_TABLES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv", ".tsv", ".txt", ".xml", ".htm", ".html", ""}
"""Endings of what a folder is searched for; what a file really is its content says."""
_LOCKS = ("~$", ".~", ".")


def files_in(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """The files in the order given, those of a folder by name; and what in a folder is no table.

    A file that stands there by itself is taken whatever it is called. The files that WPS and Excel
    keep while a workbook is open (``~$名册.xlsx``) are no tables.
    """
    files: list[Path] = []
    left: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        for one in sorted(below for below in path.rglob("*") if below.is_file()):
            if not one.name.startswith(_LOCKS):
                (files if one.suffix.lower() in _TABLES else left).append(one)
    return files, left
