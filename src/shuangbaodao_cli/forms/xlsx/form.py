"""A form of Excel: values are put into cells of an .xlsx, with all else byte for byte as it was.

The XML of the sheet is changed at those cells alone. A library that reads a workbook and writes it anew
loses what it does not know: pictures, charts, the extensions of WPS.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.errors import FileError, Refused
from shuangbaodao_cli.forms.xlsx.cells import (
    CELL,
    FORMULA,
    REFERENCE,
    ROW,
    column_index,
    force_recalculation,
    put_values,
    row_number,
    strip_formula_results,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shuangbaodao_cli.forms.xlsx.cells import Position, Value

_PROTECTED = re.compile(r"<(?:\w+:)?sheetProtection\b[^>]*\bsheet=\"(?:1|true)\"")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
ATTRIBUTE = re.compile(r"([\w:]+)=[\"']([^\"']*)[\"']")
_FORMULA_RANGE = re.compile(r"<(?:\w+:)?f\b[^>]*?\bref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
_MAX_RANGE_CELLS = 100_000
"""The most cells that one formula over a range is taken for."""
_DATE_FORMATS = {str(number) for number in (*range(14, 18), 22, *range(27, 37), *range(50, 59))}
"""The ids of the built-in formats of days, with those of Chinese systems."""
_PERCENT_FORMATS = {"9", "10"}
_LITERALS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')

ZipParts = list[tuple[zipfile.ZipInfo, bytes]]
"""The parts of a zipped file, in their order."""


class SheetProperties(NamedTuple):
    """What of a sheet its cells' values do not show: formulas, formats of per cent and days, how many rows it has."""

    formulas: frozenset[Position]
    percents: frozenset[Position]
    dates: frozenset[Position]
    row_count: int
    epoch: date
    """The day with number 0."""
    blocked: Mapping[Position, str] = {}
    """Cells that only a person should fill, or that do not exist, and why."""
    is_document: bool = False
    """Whether it is a table in a document: its cells have no letters, and no row can be added below its last."""


def refuse_template(parts: Mapping[str, bytes], name: str, suffix: str) -> None:
    """Raise FileError for a template, which Excel and Word do not open under the suffix of a document."""
    if b"ml.template." in parts.get("[Content_Types].xml", b""):
        raise FileError(f"“{name}”是模板，请用 WPS 或 Office 打开，另存为 {suffix} 再填。")


def unpack(content: bytes) -> ZipParts:
    """The parts of a zipped file. Raises the errors of ``zipfile`` and ``zlib`` where it is damaged."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return [(info, file.read(info)) for info in file.infolist()]


def pack(parts: ZipParts, changed: Mapping[str, bytes]) -> bytes:
    """The zipped file of these parts, some of them changed; all else as it was."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for info, data in parts:
            file.writestr(info, changed.get(info.filename, data), info.compress_type)
    return buffer.getvalue()


class ExcelForm:
    """An .xlsx that is to be filled in."""

    suffixes = (".xlsx", ".xlsm")
    program = "Excel"

    def __init__(self, content: bytes, name: str) -> None:
        """Unpack a file. Raises FileError where it is no .xlsx."""
        self.name = name
        try:
            self.parts = unpack(content)
            self._files = {info.filename: data for info, data in self.parts}
            self._workbook_xml = self._files["xl/workbook.xml"].decode()
            self.sheets = self._sheet_parts()
        except (zipfile.BadZipFile, zlib.error, KeyError, UnicodeDecodeError, OSError):
            raise FileError(f"“{name}”不是 .xlsx 表格，或已损坏，请用 WPS 或 Excel 打开，另存为 .xlsx 再试。") from None

        refuse_template(self._files, name, ".xlsx")

    @property
    def suffix(self) -> str:
        """The suffix that its name must have: Excel opens a file with macros only under .xlsm."""
        return ".xlsm" if b"macroEnabled" in self._files.get("[Content_Types].xml", b"") else ".xlsx"

    def _sheet_parts(self) -> dict[str, str]:
        """Name of a sheet → the path of its part in the file."""
        tags = RELATION.findall(self._xml("xl/_rels/workbook.xml.rels"))
        relations = (dict(ATTRIBUTE.findall(tag)) for tag in tags)
        targets = {relation["Id"]: relation["Target"].removeprefix("/xl/") for relation in relations}
        parts = {}
        for tag in _SHEET.findall(self._workbook_xml):
            attributes = dict(ATTRIBUTE.findall(tag))
            id_ = next(value for name, value in attributes.items() if name.endswith(":id"))
            parts[unescape(attributes["name"])] = f"xl/{targets[id_]}"
        return parts

    def _xml(self, part: str) -> str:
        try:
            return self._files[part].decode()
        except UnicodeDecodeError:
            raise FileError(
                f"“{self.name}”的编码少见，怕填错，没有填。请用 WPS 或 Excel 打开，另存一次再试。"
            ) from None

    def properties(self, sheet: str) -> SheetProperties:
        """The properties of a sheet. Raises Refused where it is protected, FileError where cells have no reference."""
        text = self._xml(self.sheets[sheet])
        if _PROTECTED.search(text):
            raise Refused(f"工作表“{sheet}”设了保护，填不进去。请先在 WPS 或 Excel 里撤销工作表保护，再填。")
        formulas: set[Position] = set()
        by_style: dict[str, set[Position]] = {}
        last = 0
        for _, attributes, inner in ROW.findall(text):
            last = row_number(attributes, last)
            for _, cell, content in CELL.findall(inner or ""):
                if (reference := REFERENCE.search(cell)) is None:
                    raise FileError(f"“{self.name}”的格子没有写位置，请用 WPS 或 Excel 打开，另存一次再试。")
                position = (int(reference[2]) - 1, column_index(reference[1]))
                if content and FORMULA.search(content):
                    formulas |= {position, *_formula_cells(content)}
                if style := re.search(r'\bs="(\d+)"', cell):
                    by_style.setdefault(style[1], set()).add(position)
        kinds = self._style_kinds()
        percents, days = (
            frozenset(cell for style, cells in by_style.items() if kinds.get(style) == kind for cell in cells)
            for kind in ("percent", "day")
        )
        epoch = date(1904, 1, 1) if re.search(r'\bdate1904="(?:1|true)"', self._workbook_xml) else date(1899, 12, 30)
        return SheetProperties(frozenset(formulas), percents, days, last, epoch)

    def _style_kinds(self) -> dict[str, str]:
        """Index of a cell style → ``percent`` or ``day``, for those that show one."""
        text = self._xml("xl/styles.xml") if "xl/styles.xml" in self._files else ""
        kinds = dict.fromkeys(_DATE_FORMATS, "day") | dict.fromkeys(_PERCENT_FORMATS, "percent")
        for tag in re.findall(r"<(?:\w+:)?numFmt\b[^>]*>", text):
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            code = _LITERALS.sub("", unescape(attributes.get("formatCode", "")))
            kind = "percent" if "%" in code else "day" if re.search("[yd]", code, re.IGNORECASE) else ""
            kinds[attributes["numFmtId"]] = kind
        styles = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", text, re.DOTALL)
        ids = re.findall(r'<(?:\w+:)?xf\b[^>]*?\bnumFmtId="(\d+)"', styles[0] if styles else "")
        return {str(index): kinds[id_] for index, id_ in enumerate(ids) if kinds.get(id_)}

    def render(self, sheet: str, values: Mapping[Position, Value]) -> bytes:
        """The file with these values; its formulas are computed when it is opened."""
        sheets = {part: self._xml(part) for part in self.sheets.values() if part.startswith("xl/worksheets/")}
        has_formulas = any(map(FORMULA.search, sheets.values()))
        sheets[self.sheets[sheet]] = put_values(sheets[self.sheets[sheet]], values)
        changed = {
            part: (strip_formula_results(text) if has_formulas else text).encode() for part, text in sheets.items()
        }
        if has_formulas:
            changed["xl/workbook.xml"] = force_recalculation(self._workbook_xml).encode()
        return pack(self.parts, changed)


def _formula_cells(content: str) -> Iterator[Position]:
    """The cells that one formula over a range fills."""
    if (found := _FORMULA_RANGE.search(content)) and 't="shared"' not in content:
        (left, top, right, bottom) = column_index(found[1]), int(found[2]), column_index(found[3]), int(found[4])
        if (right - left + 1) * (bottom - top + 1) <= _MAX_RANGE_CELLS:
            yield from ((row - 1, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
