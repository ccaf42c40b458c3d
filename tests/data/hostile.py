"""Workbooks written part by part, with what a program that means well would not write."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'
)
_WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def parts(sheet: str | bytes) -> dict[str, str | bytes]:
    """The parts of a workbook of one sheet."""
    return {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet,
    }


def text(ref: str, said: str) -> str:
    """A cell of text."""
    return f'<c r="{ref}" t="inlineStr"><is><t>{said}</t></is></c>'


ROSTER = (
    f'<row r="1">{text("A1", "姓名")}{text("B1", "电话")}</row>'
    f'<row r="2">{text("A2", "张三")}{text("B2", "19900001234")}</row>'
)
"""A roster of one person."""


def sheet_xml(rows: str = ROSTER, before: str = "") -> str:
    """A worksheet of these rows; ``before`` stands before them."""
    return f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def packed(path: Path, held: dict[str, str | bytes]) -> Path:
    """Write parts as a workbook."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, said in held.items():
            book.writestr(name, said)
    return path
