"""Somebody's own form: values put into cells of an .xlsx, with all else byte for byte as it was.

The XML of the sheet is changed at those cells alone. A library that reads a workbook and writes it anew
loses what it does not know: pictures, charts, what WPS keeps beside.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.errors import Refused, Unreadable
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
"""Cells that a formula over several of them may take up."""
_DATE_FORMATS = {str(one) for one in (*range(14, 18), 22, *range(27, 37), *range(50, 59))}
"""The built-in formats of days, with those of Chinese systems."""
_PERCENT_FORMATS = {"9", "10"}
_LITERALS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')

ZipParts = list[tuple[zipfile.ZipInfo, bytes]]
"""The parts of a file as they lie in it."""


class SheetProperties(NamedTuple):
    """A sheet of a form: the cells with formulas, those that show per cent or a day, and how many rows it has."""

    formulas: frozenset[Position]
    percents: frozenset[Position]
    dates: frozenset[Position]
    row_count: int
    epoch: date
    """The day that is counted as 0."""
    blocked: Mapping[Position, str] = {}
    """Cells that only a person should write into, or that are not there, and why."""
    is_document: bool = False
    """Whether it is a table in a document: its cells have no letters, and no row can be written below its last."""


def refuse_template(parts: Mapping[str, bytes], name: str, suffix: str) -> None:
    """Refuse a template: under the name of what is made from it Excel and Word do not open it."""
    if b"ml.template." in parts.get("[Content_Types].xml", b""):
        raise Unreadable(f"“{name}”是模板，请用 WPS 或 Office 打开，另存为 {suffix} 再填。")


def unpack(content: bytes) -> ZipParts:
    """The parts of a file, in their order. Raises what ``zipfile`` and ``zlib`` do of one that is damaged."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return [(info, file.read(info)) for info in file.infolist()]


def pack(parts: ZipParts, changed: Mapping[str, bytes]) -> bytes:
    """The file of these parts, some of them changed; all else as it was."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for info, data in parts:
            file.writestr(info, changed.get(info.filename, data), info.compress_type)
    return out.getvalue()


class ExcelForm:
    """An .xlsx that is to be filled in."""

    suffixes = (".xlsx", ".xlsm")
    program = "Excel"

    def __init__(self, content: bytes, name: str) -> None:
        """Take it apart; Unreadable where it is no .xlsx, or written in a way whose cells cannot be told."""
        self.name = name
        try:
            self.parts = unpack(content)
            self._files = {info.filename: data for info, data in self.parts}
            self._workbook_xml = self._files["xl/workbook.xml"].decode()
            self.sheets = self._sheet_parts()
        except (zipfile.BadZipFile, zlib.error, KeyError, UnicodeDecodeError, OSError):
            raise Unreadable(
                f"“{name}”不是 .xlsx 表格，或已损坏，请用 WPS 或 Excel 打开，另存为 .xlsx 再试。"
            ) from None

        refuse_template(self._files, name, ".xlsx")

    @property
    def suffix(self) -> str:
        """How the name of a file of its kind ends: Excel opens none with macros under another."""
        return ".xlsm" if b"macroEnabled" in self._files.get("[Content_Types].xml", b"") else ".xlsx"

    def _sheet_parts(self) -> dict[str, str]:
        """The name of each sheet → its part."""
        related = (dict(ATTRIBUTE.findall(tag)) for tag in RELATION.findall(self._xml("xl/_rels/workbook.xml.rels")))
        targets = {said["Id"]: said["Target"].removeprefix("/xl/") for said in related}
        found = {}
        for tag in _SHEET.findall(self._workbook_xml):
            said = dict(ATTRIBUTE.findall(tag))
            id_ = next(value for name, value in said.items() if name.endswith(":id"))
            found[unescape(said["name"])] = f"xl/{targets[id_]}"
        return found

    def _xml(self, part: str) -> str:
        try:
            return self._files[part].decode()
        except UnicodeDecodeError:
            raise Unreadable(
                f"“{self.name}”的编码少见，怕填错，没有填。请用 WPS 或 Excel 打开，另存一次再试。"
            ) from None

    def properties(self, sheet: str) -> SheetProperties:
        """One sheet; Refused where it is protected, and Unreadable where its cells do not say where they stand."""
        text = self._xml(self.sheets[sheet])
        if _PROTECTED.search(text):
            raise Refused(f"工作表“{sheet}”设了保护，填不进去。请先在 WPS 或 Excel 里撤销工作表保护，再填。")
        formulas: set[Position] = set()
        dressed: dict[str, set[Position]] = {}
        last = 0
        for _, attributes, inner in ROW.findall(text):
            last = row_number(attributes, last)
            for _, cell, content in CELL.findall(inner or ""):
                if (at := REFERENCE.search(cell)) is None:
                    raise Unreadable(f"“{self.name}”的格子没有写位置，请用 WPS 或 Excel 打开，另存一次再试。")
                place = (int(at[2]) - 1, column_index(at[1]))
                if content and FORMULA.search(content):
                    formulas |= {place, *_formula_cells(content)}
                if style := re.search(r'\bs="(\d+)"', cell):
                    dressed.setdefault(style[1], set()).add(place)
        kinds = self._style_kinds()
        percents, days = (
            frozenset(place for style, places in dressed.items() if kinds.get(style) == kind for place in places)
            for kind in ("percent", "day")
        )
        epoch = date(1904, 1, 1) if re.search(r'\bdate1904="(?:1|true)"', self._workbook_xml) else date(1899, 12, 30)
        return SheetProperties(frozenset(formulas), percents, days, last, epoch)

    def _style_kinds(self) -> dict[str, str]:
        """The dresses of cells that show a share in per cent, or a day."""
        text = self._xml("xl/styles.xml") if "xl/styles.xml" in self._files else ""
        kinds = dict.fromkeys(_DATE_FORMATS, "day") | dict.fromkeys(_PERCENT_FORMATS, "percent")
        for tag in re.findall(r"<(?:\w+:)?numFmt\b[^>]*>", text):
            said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            shown = _LITERALS.sub("", unescape(said.get("formatCode", "")))
            kind = "percent" if "%" in shown else "day" if re.search("[yd]", shown, re.IGNORECASE) else ""
            kinds[said["numFmtId"]] = kind
        dresses = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", text, re.DOTALL)
        ids = re.findall(r'<(?:\w+:)?xf\b[^>]*?\bnumFmtId="(\d+)"', dresses[0] if dresses else "")
        return {str(at): kinds[id_] for at, id_ in enumerate(ids) if kinds.get(id_)}

    def render(self, sheet: str, values: Mapping[Position, Value]) -> bytes:
        """The file with these values; the results of its formulas are left to be reckoned anew."""
        leaves = {part: self._xml(part) for part in self.sheets.values() if part.startswith("xl/worksheets/")}
        reckons = any(map(FORMULA.search, leaves.values()))
        leaves[self.sheets[sheet]] = put_values(leaves[self.sheets[sheet]], values)
        changed = {part: (strip_formula_results(text) if reckons else text).encode() for part, text in leaves.items()}
        if reckons:
            changed["xl/workbook.xml"] = force_recalculation(self._workbook_xml).encode()
        return pack(self.parts, changed)


def _formula_cells(content: str) -> Iterator[Position]:
    """The cells that one formula fills together."""
    if (found := _FORMULA_RANGE.search(content)) and 't="shared"' not in content:
        (left, top, right, bottom) = column_index(found[1]), int(found[2]), column_index(found[3]), int(found[4])
        if (right - left + 1) * (bottom - top + 1) <= _MAX_RANGE_CELLS:
            yield from ((row - 1, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
