"""Files that are called .xls or .et and the like: BIFF8 in OLE2, HTML, SpreadsheetML 2003, ODS."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from data.sheets.paper import pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _SMALLEST = 512, 4096
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def biff(path: Path, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write a workbook of one sheet as old Excel and WPS (.et) do."""
    heading = _string(name, "<B")
    start = 20 + 4 + 6 + len(heading) + 4
    whole = _begin(0x0005) + _record(0x0085, struct.pack("<IH", start, 0) + heading) + _record(0x000A)
    whole += _begin(0x0010)
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", at, column, 0)
            if isinstance(value, str) and value:
                whole += _record(0x0204, place + _string(value, "<H"))
            elif value != "":
                whole += _record(0x0203, place + struct.pack("<d", value))
    path.write_bytes(ole("Workbook", whole + _record(0x000A)))


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _string(said: str, length: str) -> bytes:
    return struct.pack(length, len(said)) + b"\x01" + said.encode("utf-16-le")


def ole(stream: str, content: bytes) -> bytes:
    """An OLE2 file that holds one stream."""
    content = content.ljust(_SMALLEST, b"\0")
    content += b"\0" * (-len(content) % _SECTOR)
    sectors = len(content) // _SECTOR
    table = [_FAT, _END, *range(3, 2 + sectors), _END]
    table += [_FREE] * (128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, _SMALLEST, _END, 0, _END, 0, 0)
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry(stream, 2, _FREE, 2, len(content))
    head += struct.pack("<I", _FREE) * ((_SECTOR - len(head)) // 4)
    return head + struct.pack("<128I", *table) + entries.ljust(_SECTOR, b"\0") + content


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written) + 2, kind, 1, _FREE, _FREE, child)
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)


def html(path: Path, rows: Sequence[Sequence[Any]], *, title: str) -> None:
    """Write what a government system's “导出 Excel” often is: an HTML table in GB2312, called .xls."""
    width = max(map(len, rows))
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>\n" for row in rows)
    said = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
        '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
        "<style>td{mso-number-format:'\\@';}</style></head><body>\n"
        f'<table border="1"><tr><td colspan="{width}">{title}</td></tr>\n{body}</table></body></html>\n'
    )
    path.write_bytes(said.encode("gb2312"))


def xml_2003(path: Path, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write an “XML 表格 2003”."""
    lines = "".join(f"<Row>{''.join(map(_xml_cell, row))}</Row>\n" for row in rows)
    path.write_text(
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">\n'
        f'<Worksheet ss:Name="{name}"><Table>\n{lines}</Table></Worksheet></Workbook>\n',
        encoding="utf-8",
    )


def _xml_cell(value: object) -> str:
    kind = "Number" if isinstance(value, int | float) else "String"
    return f'<Cell><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>' if value != "" else "<Cell/>"


def ods(path: Path, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write an OpenDocument spreadsheet."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="{name}">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    listed = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    whole = {"mimetype": _ODS, "content.xml": content, "META-INF/manifest.xml": listed}
    pack(path, {part: said.encode() for part, said in whole.items()})


def _ods_cell(value: object) -> str:
    if value == "":
        return "<table:table-cell/>"
    said = f"<text:p>{escape(str(value))}</text:p></table:table-cell>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}">{said}'
    return f'<table:table-cell office:value-type="string">{said}'
