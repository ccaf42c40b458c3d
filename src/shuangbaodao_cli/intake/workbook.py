"""A file → its sheets of raw cells. By content, never by name; calamine reads."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Unreadable, why

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 50 * 1024 * 1024
"""Bytes; a roster of 100 000 persons is about 10 MB."""
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible worksheet: rows of raw cells from ``A1``; an empty cell is an empty string."""

    name: str
    rows: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as it was read: its name, the hash of its bytes, its visible worksheets."""

    file: str
    sha256: str
    sheets: list[Sheet]
    hidden: list[str]


def read_workbook(path: Path) -> Workbook:
    """Read a workbook; Unreadable says in one sentence why it cannot be."""
    content = _bytes(path)
    sheets, hidden = _sheets(content, path.name)
    return Workbook(path.name, hashlib.sha256(content).hexdigest(), sheets, hidden)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Unreadable(f"“{path}”是一个文件夹，请给出里面的文件。")
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"“{path}”超过50兆，请拆成几个文件再导入。")
        return path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(f"没有找到文件“{path}”，请核对文件名和所在的文件夹。") from None
    except OSError as error:
        raise Unreadable(f"文件“{path}”打不开（{why(error)}），请看看它是不是正被别的程序占用。") from None


def _sheets(content: bytes, name: str) -> tuple[list[Sheet], list[str]]:
    from python_calamine import (  # noqa: PLC0415  # only an import reads workbooks
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    if not content.startswith((_OLE, _ZIP)):
        raise Unreadable(f"“{name}”不是电子表格文件，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入。")
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(f"“{name}”设了打开密码，请先在 WPS 或 Excel 里取消密码再导入。")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        kept: list[Sheet] = []
        hidden: list[str] = []
        for about in book.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            if about.visible != SheetVisibleEnum.Visible:
                hidden.append(about.name)
                continue
            kept.append(Sheet(about.name, book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)))
    except PasswordError:
        raise Unreadable(f"“{name}”设了打开密码，请先在 WPS 或 Excel 里取消密码再导入。") from None
    except (CalamineError, OSError, ValueError):
        raise Unreadable(f"“{name}”已损坏或不是电子表格，请重新拷贝一份，或另存为 .xlsx 再导入。") from None
    return kept, hidden
