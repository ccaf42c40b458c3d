"""What kind of file it is, by its content and never by its name, and whether it is safe to unpack."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_FILE_BYTES = 50 * 1024 * 1024
"""A roster of 100 000 persons is about 10 MB."""
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""All parts of a file together."""
MAX_COMPRESSION_RATIO, RATIO_CHECK_FROM_BYTES = 200, 100 * 1024
"""No part above 100 KB may be compressed more than this. None of 1 500 real workbooks comes near it."""
MAX_PARTS = 1_000

_SAVE_AS = "请用 WPS 或 Excel 打开后另存为 .xlsx 再导入"
_SAVE_DOCUMENT = "请用 WPS 或 Word 打开，另存为 .docx 再填"
_OTHER_FORMATS = {
    b"%PDF": " PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"II*\0": "图片",
    b"RIFF": "图片或声音",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"PK\5\6": "空的压缩包",
    b"{\\rtf": " Word 文档",
    b"SQLite format 3": "数据库",
}
_OTHER_ZIP_FORMATS = {
    "word/": " Word 文档",
    "ppt/": "演示文稿",
    "index/document.iwa": " Numbers 表格",
    "ofd.xml": " OFD 文件",
    "meta-inf/container.xml": "电子书",
}
"""Prefix of a part's name in a zip → what the file then is."""
_OTHER_ODF_FORMATS = {b"opendocument.text": " Word 文档", b"opendocument.presentation": "演示文稿"}
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Bytes that hardly occur in text."""
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_DOCUMENTS = (".docx", ".docm", ".doc", ".wps")
_EARLY_XLS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
"""The first record of a workbook of Excel 2 to 4, which is not an OLE file."""


def detect_kind(content: bytes, name: str) -> str:
    """``xlsx``, ``xlsb``, ``ods``, ``xls``, ``html``, ``xml`` or ``text``; FileError for anything else."""
    if not content.strip(b"\x00\r\n\t "):
        raise FileError(f"“{name}”是空的，里面没有内容，请核对是不是拿错了文件。")
    for signature, description in _OTHER_FORMATS.items():
        if content.startswith(signature):
            raise FileError(_not_a_table_message(name, description))
    if content.startswith(_ZIP):
        return _zip_kind(content, name)
    if content.startswith(_OLE):
        return _ole_kind(content, name)
    return "xls" if content.startswith(_EARLY_XLS) else _text_kind(content, name)


def is_document(content: bytes, name: str) -> bool:
    """Whether a file is a .docx document that is safe to unpack; FileError for any other kind of document."""
    if content.startswith(_ZIP):
        return _is_zipped_document(content, name)
    is_ole, has_document_name = content.startswith(_OLE), name.lower().endswith(_DOCUMENTS)
    if is_ole and has_document_name and _has_stream(content, "EncryptedPackage"):
        raise FileError(f"“{name}”设了打开密码，请先在 WPS 或 Word 里取消密码再填。")
    if content.startswith(b"{\\rtf") or (
        is_ole and _has_stream(content, "WordDocument") and not _has_stream(content, "Workbook")
    ):
        raise FileError(f"“{name}”是旧的 Word 格式，{_SAVE_DOCUMENT}。")
    if has_document_name:
        raise FileError(f"“{name}”不是 .docx 文档，或已损坏，{_SAVE_DOCUMENT}。")
    return False


def _is_zipped_document(content: bytes, name: str) -> bool:
    parts = _zip_parts(content, name)
    names = _part_names(parts)
    if b"opendocument.text" in content[:200]:
        raise FileError(f"“{name}”是 .odt 文档，{_SAVE_DOCUMENT}。")
    if not any(part_name.startswith("word/") for part_name in names) or any(
        part_name.startswith("xl/") for part_name in names
    ):
        return False
    _check_size(parts, name, "请把要填的表复制到新文档里再填")
    _check_parts(parts, name, _SAVE_DOCUMENT)
    return True


def _not_a_table_message(name: str, description: str) -> str:
    if "压缩包" in description:
        return f"“{name}”是{description}，请先解压，再导入里面的表格。"
    return f"“{name}”是{description}，不是电子表格，请把里面的表格复制到 .xlsx 里再导入。"


def _text_kind(content: bytes, name: str) -> str:
    """``xml``, ``html`` or ``text``; FileError where the content is binary."""
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    start = (content[:8192].decode("utf-16", "ignore").encode() if is_utf16 else content[:4096]).lower()
    start = start.lstrip(b"\xef\xbb\xbf\r\n\t ")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "xml"
    if start.startswith(b"mime-version:"):
        raise FileError(f"“{name}”是网页存档，{_SAVE_AS}。")
    if re.match(rb"<(!doctype html|html|table|meta|head|div|style)", start) or b"<table" in start:
        return "html"
    control_count = len(_CONTROL_BYTES.findall(content[:4096]))
    if control_count > max(8, len(content[:4096]) // 50) and not is_utf16:
        raise FileError(f"“{name}”不是电子表格文件，{_SAVE_AS}。")
    return "text"


def _ole_kind(content: bytes, name: str) -> str:
    if _has_stream(content, "EncryptedPackage"):
        raise FileError(f"“{name}”设了打开密码，请先在 WPS 或 Excel 里取消密码再导入。")
    for stream, description in (("WordDocument", " Word 文档"), ("PowerPoint Document", "演示文稿")):
        if _has_stream(content, stream) and not _has_stream(content, "Workbook"):
            raise FileError(_not_a_table_message(name, description))
    return "xls"


def _has_stream(content: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in content


def _zip_kind(content: bytes, name: str) -> str:
    """``xlsx``, ``xlsb`` or ``ods``; FileError for other zips and for those unsafe to unpack."""
    parts = _zip_parts(content, name)
    names = _part_names(parts)
    _check_size(parts, name, _SAVE_AS)
    kinds = {"xl/workbook.bin": "xlsb", "content.xml": "ods"}
    kind = next((kind for part, kind in kinds.items() if part in names), "xlsx")
    if kind == "ods" and (
        description := next(
            (description for start, description in _OTHER_ODF_FORMATS.items() if start in content[:200]), None
        )
    ):
        raise FileError(_not_a_table_message(name, description))
    workbook = kind != "xlsx" or any(part_name.startswith("xl/") for part_name in names)
    description = next(
        (
            description
            for start, description in _OTHER_ZIP_FORMATS.items()
            if any(part_name.startswith(start) for part_name in names)
        ),
        "压缩包",
    )
    if not workbook and any(part_name.endswith(("workbook.xml", "workbook.bin")) for part_name in names):
        raise FileError(f"“{name}”里的东西放得和平常不一样，怕读漏了。{_SAVE_AS}。")
    if not workbook:
        raise FileError(_not_a_table_message(name, description))
    _check_parts(parts, name, _SAVE_AS)
    return kind


def _part_names(parts: Sequence[zipfile.ZipInfo]) -> list[str]:
    return [part.filename.replace("\\", "/").lower() for part in parts]


def _check_size(parts: Sequence[zipfile.ZipInfo], name: str, remedy: str) -> None:
    """Raise FileError where the file would unpack to too much."""
    is_too_compressed = any(
        part.file_size > RATIO_CHECK_FROM_BYTES and part.file_size > MAX_COMPRESSION_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if is_too_compressed or len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise FileError(f"“{name}”展开后大得不正常，没有打开。{remedy}。")


def _check_parts(parts: Sequence[zipfile.ZipInfo], name: str, remedy: str) -> None:
    """Raise FileError for encrypted files, and for duplicate parts, which readers treat differently."""
    if any(part.flag_bits & 1 for part in parts):
        raise FileError(f"“{name}”设了打开密码，请先取消密码再导入。")
    names = _part_names(parts)
    if len(set(names)) < len(names):
        raise FileError(f"“{name}”里有重复的部分，读出来可能不对。{remedy}。")


def _zip_parts(content: bytes, name: str) -> list[zipfile.ZipInfo]:
    """The parts of a zip; FileError where it is damaged or its directory is too large."""
    end = content.rfind(b"PK\5\6")
    if end >= 0 and len(content) - end >= 16 and struct.unpack_from("<I", content, end + 12)[0] > MAX_PARTS * 500:
        raise FileError(f"“{name}”展开后大得不正常，没有打开。{_SAVE_AS}。")
    try:
        return zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileError(f"“{name}”已损坏，可能没有拷贝完整，请重新拷贝一份再导入。") from None
