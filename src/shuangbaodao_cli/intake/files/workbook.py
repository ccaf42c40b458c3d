"""A file → its sheets of raw cells, read by calamine in a process of its own.

The kind is detected by content, never by name. A folder means all the tables in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import FileError, os_error_reason
from shuangbaodao_cli.intake.files.detect import MAX_FILE_BYTES, detect_kind
from shuangbaodao_cli.intake.files.sandbox import read_in_sandbox
from shuangbaodao_cli.intake.files.sheet import BrokenCell, Sheet
from shuangbaodao_cli.intake.files.xlsx_extras import SheetExtras, read_extras
from shuangbaodao_cli.problems import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shuangbaodao_cli.intake.files.sandbox import ReadResult


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as it was read: its name, the hash of its bytes, its visible worksheets."""

    file: str
    sha256: str
    sheets: list[Sheet]
    hidden_sheets: list[str]
    content: bytes = b""
    """The bytes of the file, to be stored as an attachment."""
    notes: list[str] = field(default_factory=list)
    """Remarks for the user on how it was read."""


def read_workbook(path: Path, *, encoding: str | None = None) -> Workbook:
    """The sheets of a workbook or a text file. Raises FileError."""
    return parse_workbook(path.name, read_input_file(path), encoding)


def parse_workbook(name: str, content: bytes, encoding: str | None = None) -> Workbook:
    """The sheets of a file whose bytes are read already. Raises FileError."""
    kind = detect_kind(content, name)
    result, extras = _read_content(kind, content, name, encoding)
    if result.outcome != "complete":
        raise FileError(_failure_message(name, result))
    for sheet in result.sheets:
        _add_extras(sheet, extras.get(sheet.name, SheetExtras()))
    sha256 = hashlib.sha256(content).hexdigest()
    return Workbook(name, sha256, result.sheets, result.hidden_sheets, content, _notes(result, content))


def _read_content(
    kind: str, content: bytes, name: str, encoding: str | None
) -> tuple[ReadResult, dict[str, SheetExtras]]:
    """What the reader makes of a file (openpyxl where calamine fails), and the extras of each sheet from its XML."""
    if kind in {"text", "html", "xml"}:
        return read_in_sandbox(kind, content, *([encoding] if encoding else [])), {}
    extras: dict[str, SheetExtras] = {}
    try:
        result = read_in_sandbox("calamine", content, while_waiting=lambda: extras.update(read_extras(content)))
    except InvalidValue as error:
        raise FileError(f"“{name}”{error.message}。") from None
    is_incomplete = result.outcome == "failed" or not any(sheet.rows for sheet in result.sheets)
    if kind == "xlsx" and (is_incomplete or any(sheet_extras.is_utf16 for sheet_extras in extras.values())):
        second = read_in_sandbox("openpyxl", content)
        result = second if second.outcome == "complete" else result
    return result, extras


def _add_extras(sheet: Sheet, extras: SheetExtras) -> None:
    """Add to a sheet what calamine does not read."""
    sheet.comments |= extras.comments
    sheet.colours = extras.colours
    sheet.hidden_row_count += len(extras.hidden_rows)
    sheet.hidden_column_count = len(extras.hidden_columns)
    sheet.date_shift = extras.date_shift
    for (row, column), text in extras.broken_cells.items():
        if row < len(sheet.rows) and column < len(sheet.rows[row]) and sheet.rows[row][column] == "":
            sheet.rows[row][column] = BrokenCell(text)


def _notes(result: ReadResult, content: bytes) -> list[str]:
    """The remarks for the user on how the file was read."""
    notes = list(result.notes)
    if b"vbaProject.bin" in content[-4096 * 16 :]:
        notes.append("文件里的宏没有运行")
    return notes


def _failure_message(name: str, result: ReadResult) -> str:
    if result.outcome == "too_large":
        return f"“{name}”的格子太多了（超过五百万），请拆成几个文件再导入。"
    if result.failure:
        return f"“{name}”{result.failure}。"
    if result.outcome == "crashed":
        return f"“{name}”太大或已损坏，读不下去。请用 WPS 或 Excel 打开后，把要导入的表复制到新文件里再导入。"
    return f"“{name}”已损坏、设了密码，或不是电子表格，请重新拷贝一份，或另存为 .xlsx 再导入。"


def read_input_file(path: Path) -> bytes:
    """The bytes of a file; FileError where it is missing, too large, a lock file or cannot be read."""
    try:
        if path.name.startswith(("~$", ".~")):
            raise FileError(
                f"“{path.name}”是表格打开时的临时文件，请先在 WPS 或 Excel 里关闭表格，再导入“{path.name[2:]}”。"
            )
        if path.stat().st_size > MAX_FILE_BYTES:
            raise FileError(f"“{path}”超过50兆，请拆成几个文件再导入。")
        return path.read_bytes()
    except FileNotFoundError:
        raise FileError(f"没有找到文件“{path}”，请核对文件名和所在的文件夹。") from None
    except OSError as error:
        raise FileError(f"文件“{path}”打不开（{os_error_reason(error)}），请看看它是不是正被别的程序占用。") from None


_TABLE_SUFFIXES = {
    ".xlsx",
    ".xlsm",
    ".xls",
    ".xlsb",
    ".et",
    ".ods",
    ".csv",
    ".tsv",
    ".txt",
    ".xml",
    ".htm",
    ".html",
    "",
}
"""Suffixes of the files taken from a folder; their kind is still detected by content."""
_LOCK_FILE_PREFIXES = ("~$", ".~", ".")


def expand_folders(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """The files to read, those of a folder sorted by name; and the files of folders that were skipped.

    A file given by itself is taken whatever its name. The lock files that WPS and Excel keep while a
    workbook is open (``~$名册.xlsx``) are in neither list.
    """
    files: list[Path] = []
    skipped: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        for file in sorted(below for below in path.rglob("*") if below.is_file()):
            if not file.name.startswith(_LOCK_FILE_PREFIXES):
                (files if file.suffix.lower() in _TABLE_SUFFIXES else skipped).append(file)
    return files, skipped
