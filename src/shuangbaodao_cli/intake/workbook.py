"""A file → its sheets of raw cells. By content, never by name; calamine reads, in a process of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Unreadable, why
from shuangbaodao_cli.intake.apart import take_apart
from shuangbaodao_cli.intake.container import LARGEST, kind_of
from shuangbaodao_cli.intake.unsaid import unsaid

if TYPE_CHECKING:
    from pathlib import Path

    from shuangbaodao_cli.intake.apart import Parts
    from shuangbaodao_cli.intake.unsaid import Unsaid


class Broken(str):
    """What a cell shows in place of a value: an error (#N/A), or a formula that was never computed."""

    __slots__ = ()


@dataclass(slots=True)
class Sheet:
    """One visible worksheet: rows of raw cells from ``A1``; an empty cell is an empty string.

    Rows and columns are counted from 0; all rows have the same length.
    """

    name: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Merged cells: first row, first column, last row, last column."""
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    """What hangs on a cell (批注), by its row and column."""
    hidden_rows: int = 0
    hidden_columns: int = 0


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
    content = _bytes(path)
    kind = kind_of(content, path.name)
    beside: dict[str, Unsaid] = {}
    if kind in {"text", "html", "xml"}:
        parts = take_apart(kind, content, *([encoding] if encoding else []))
    else:
        parts = take_apart("calamine", content, meanwhile=lambda: beside.update(unsaid(content)))
    if kind == "xlsx" and (parts.failed is not None or not any(rows for _, rows, _ in parts.sheets)):
        second = take_apart("openpyxl", content)
        parts = second if second.ended else parts
    if not parts.ended:
        raise Unreadable(_why_not(path.name, parts))
    sheets = [_sheet(*one, beside.get(one[0])) for one in parts.sheets]
    return Workbook(
        path.name, hashlib.sha256(content).hexdigest(), sheets, parts.hidden, content, _notes(parts, content)
    )


def _sheet(name: str, rows: list[list[Any]], merges: list[tuple[int, int, int, int]], beside: Unsaid | None) -> Sheet:
    sheet = Sheet(name, rows, merges)
    if beside is not None:
        sheet.comments, sheet.hidden_rows = beside.comments, len(beside.hidden_rows)
        for (row, column), text in beside.broken.items():
            if row < len(rows) and column < len(rows[row]) and rows[row][column] == "":
                rows[row][column] = Broken(text)
    return sheet


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


def _bytes(path: Path) -> bytes:
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
