"""Somebody's own form: values put into cells of an .xlsx, with all else byte for byte as it was.

The XML of the sheet is changed at those cells alone. A library that reads a workbook and writes it anew
loses what it does not know: pictures, charts, what WPS keeps beside.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from shuangbaodao_cli.errors import Refused, Unreadable
from shuangbaodao_cli.output.stamp import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = tuple[int, int]
"""Row and column, counted from 0."""
Value = str | int | float

_ROW = re.compile(r"<((?:\w+:)?)row\b([^>]*?)(?:/>|>(.*?)</\1row>)", re.DOTALL)
_CELL = re.compile(r"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
_REFERENCE = re.compile(r'\br="([A-Z]+)(\d+)"')
_FORMULA = re.compile(r"<(?:\w+:)?f\b")
_RESULT = re.compile(r"<((?:\w+:)?)v>[^<]*</\1v>")
_PROTECTED = re.compile(r"<(?:\w+:)?sheetProtection\b[^>]*\bsheet=\"(?:1|true)\"")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*?\bname=\"([^\"]*)\"[^>]*?\br:id=\"([^\"]*)\"")
_RELATION = re.compile(r"<Relationship\b[^>]*>")


class Leaf(NamedTuple):
    """A sheet of a form: the cells with formulas, those that show a share in per cent, and how many rows it has."""

    formulas: frozenset[Place]
    percents: frozenset[Place]
    rows: int


class Form:
    """An .xlsx that is to be filled in."""

    def __init__(self, content: bytes, name: str) -> None:
        """Take it apart; Unreadable where it is no .xlsx, or written in a way whose cells cannot be told."""
        self.name = name
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as file:
                self.parts = [(info, file.read(info)) for info in file.infolist()]
            self._text = {info.filename: data for info, data in self.parts}
            self.sheets = self._sheets()
        except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, OSError):
            raise Unreadable(
                f"“{name}”不是 .xlsx 表格，或已损坏，请用 WPS 或 Excel 打开，另存为 .xlsx 再试。"
            ) from None

    def _sheets(self) -> dict[str, str]:
        """The name of each sheet → its part."""
        related = self._text["xl/_rels/workbook.xml.rels"].decode()
        targets = {}
        for tag in _RELATION.findall(related):
            said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            targets[said["Id"]] = said["Target"].removeprefix("/xl/")
        named = _SHEET.findall(self._text["xl/workbook.xml"].decode())
        return {_plain(name): f"xl/{targets[id_]}" for name, id_ in named}

    def leaf(self, sheet: str) -> Leaf:
        """One sheet; Refused where it is protected, and Unreadable where its cells do not say where they stand."""
        text = self._text[self.sheets[sheet]].decode()
        if _PROTECTED.search(text):
            raise Refused(f"工作表“{sheet}”设了保护，填不进去。请先在 WPS 或 Excel 里撤销工作表保护，再填。")
        formulas, percents, last, shares = set(), set(), 0, self._shares()
        for _, attributes, inner in _ROW.findall(text):
            row = re.search(r'\br="(\d+)"', attributes)
            last = int(row[1]) if row else last + 1
            for _, cell, content in _CELL.findall(inner or ""):
                if (at := _REFERENCE.search(cell)) is None:
                    raise Unreadable(f"“{self.name}”的格子没有写位置，请用 WPS 或 Excel 打开，另存一次再试。")
                place = (int(at[2]) - 1, _number(at[1]))
                if _FORMULA.search(content or ""):
                    formulas.add(place)
                if (style := re.search(r'\bs="(\d+)"', cell)) and int(style[1]) in shares:
                    percents.add(place)
        return Leaf(frozenset(formulas), frozenset(percents), last)

    def _shares(self) -> set[int]:
        """The dresses of cells that show a share in per cent."""
        text = self._text.get("xl/styles.xml", b"").decode()
        custom = re.findall(r"<(?:\w+:)?numFmt\b[^>]*>", text)
        said = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in custom]
        shown = {"9", "10", *(one["numFmtId"] for one in said if "%" in one.get("formatCode", ""))}
        dressed = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", text, re.DOTALL)
        ids = re.findall(r'<(?:\w+:)?xf\b[^>]*?\bnumFmtId="(\d+)"', dressed[0] if dressed else "")
        return {at for at, id_ in enumerate(ids) if id_ in shown}

    def filled(self, sheet: str, values: Mapping[Place, Value]) -> bytes:
        """The file with these values; the results of its formulas are left to be reckoned anew."""
        by_row: dict[int, dict[int, Value]] = {}
        for (row, column), value in values.items():
            by_row.setdefault(row, {})[column] = value
        out = io.BytesIO()
        leaves = set(self.sheets.values())
        with zipfile.ZipFile(out, "w") as file:
            for info, data in self.parts:
                if info.filename == self.sheets[sheet]:
                    data = _put(data.decode(), by_row).encode()  # noqa: PLW2901  # what is written of it
                if info.filename in leaves:
                    data = _CELL.sub(_unreckoned, data.decode()).encode()  # noqa: PLW2901  # likewise
                elif info.filename == "xl/workbook.xml":
                    data = _to_reckon(data.decode()).encode()  # noqa: PLW2901  # likewise
                file.writestr(info, data, info.compress_type)
        return out.getvalue()


def _plain(name: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        name = name.replace(entity, sign)
    return name


def _number(letters: str) -> int:
    """A → 0, AA → 26."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def _letters(column: int) -> str:
    said = ""
    while column >= 0:
        said, column = chr(column % 26 + ord("A")) + said, column // 26 - 1
    return said


def _put(text: str, by_row: Mapping[int, Mapping[int, Value]]) -> str:
    """The XML of a sheet with values at rows that it has."""
    seen = set()

    def row(match: re.Match[str]) -> str:
        prefix, attributes, inner = match[1], match[2], match[3] or ""
        found = re.search(r'\br="(\d+)"', attributes)
        at = int(found[1]) - 1 if found else -1
        if at not in by_row:
            return match[0]
        seen.add(at)
        return f"<{prefix}row{attributes.rstrip('/')}>{_cells(prefix, inner, at, by_row[at])}</{prefix}row>"

    text = _ROW.sub(row, text)
    if missing := sorted(set(by_row) - seen):
        raise Unreadable(f"表里没有第 {missing[0] + 1} 行，填不进去，请在 WPS 或 Excel 里画好表格再填。")
    return text


def _cells(prefix: str, inner: str, row: int, values: Mapping[int, Value]) -> str:
    """The cells of a row, in the order of their columns, the filled ones in the dress they had."""
    held = [(_number(found[1]), match) for match in _CELL.finditer(inner) if (found := _REFERENCE.search(match[2]))]
    cells = {column: match[0] for column, match in held}
    dress = {column: re.sub(r'\s(?:r|t)="[^"]*"', "", match[2]).rstrip("/ ") for column, match in held}
    for column, value in values.items():
        cells[column] = _cell(prefix, f"{_letters(column)}{row + 1}", dress.get(column, ""), value)
    return "".join(cells[column] for column in sorted(cells))


def _cell(prefix: str, reference: str, dress: str, value: Value) -> str:
    if isinstance(value, str):
        said = f'<{prefix}is><{prefix}t xml:space="preserve">{escape(safe(value))}</{prefix}t></{prefix}is>'
        return f'<{prefix}c r="{reference}"{dress} t="inlineStr">{said}</{prefix}c>'
    return f'<{prefix}c r="{reference}"{dress}><{prefix}v>{value}</{prefix}v></{prefix}c>'


def _unreckoned(match: re.Match[str]) -> str:
    """A cell without the result of its formula, so that whoever opens the file reckons it anew."""
    return _RESULT.sub("", match[0]) if _FORMULA.search(match[3] or "") else match[0]


def _to_reckon(text: str) -> str:
    """The workbook told to reckon its formulas when it is opened."""
    if found := re.search(r"<((?:\w+:)?)calcPr\b([^>]*?)/>", text):
        if "fullCalcOnLoad" in found[2]:
            return text
        return text.replace(found[0], f'<{found[1]}calcPr{found[2].rstrip()} fullCalcOnLoad="1"/>', 1)
    for end in ("definedNames", "externalReferences", "sheets"):
        if found := re.search(rf"</((?:\w+:)?){end}>", text):
            return text.replace(found[0], f'{found[0]}<{found[1]}calcPr fullCalcOnLoad="1"/>', 1)
    return text
