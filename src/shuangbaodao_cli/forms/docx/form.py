"""Somebody's own form in Word: text put into cells of its tables, with all else byte for byte as it was.

The XML of the document is changed at those cells alone, as that of a sheet is (see ``forms.xlsx.form``).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from datetime import date
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Refused, Unreadable
from shuangbaodao_cli.forms.docx.cells import cell_style, paragraph_text, recalculation_edits, text_edits
from shuangbaodao_cli.forms.docx.tables import find_tables, grid, row_count
from shuangbaodao_cli.forms.docx.tree import MalformedDocument, Tree
from shuangbaodao_cli.forms.xlsx.form import ATTRIBUTE, RELATION, SheetProperties, pack, refuse_template, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shuangbaodao_cli.forms.docx.cells import Cell, Edit
    from shuangbaodao_cli.forms.xlsx.cells import Position, Value

MAX_SIZE = 16 * 1024 * 1024
"""Bytes of the text of a document; pictures lie beside it."""
_PROTECTED = re.compile(r"<(?:\w+:)?documentProtection\b[^>]*>")
_ENFORCED = re.compile(r"enforcement=[\"'](?:1|true|on)[\"']")


class WordForm:
    """A .docx whose tables are to be filled in, each called 表1, 表2 … in their order."""

    suffixes = (".docx", ".docm")
    program = "Word"

    def __init__(self, content: bytes, name: str) -> None:
        """Take it apart; Unreadable where it is no .docx, Refused where it is protected."""
        self.name = name
        try:
            self.parts = unpack(content)
            self._files = {info.filename: data for info, data in self.parts}
            self._main_part = self._related_part("officeDocument", "")
            self._check_size()
            self._tree = Tree(self._files[self._main_part])
        except (zipfile.BadZipFile, zlib.error, KeyError, MalformedDocument, OSError, NotImplementedError):
            raise Unreadable(f"“{name}”不是 .docx 文档，或已损坏，请用 WPS 或 Word 打开，另存为 .docx 再填。") from None
        refuse_template(self._files, name, ".docx")
        self._check_protection()
        self._paragraphs = [
            (one.start, text)
            for one in self._tree.root.descendants({"tbl", "txbxContent", "p"})
            if one.name == "p" and (text := paragraph_text(one).strip())
        ]
        """The paragraphs around the tables, each with the byte it begins on."""
        self.tables = dict(zip(map("表{}".format, range(1, 1000)), find_tables(self._tree.root), strict=False))

    def _related_part(self, kind: str, source: str) -> str:
        """The part that another one (the whole, if none) is related to as a kind; KeyError where there is none."""
        folder, file = posixpath.split(source)
        said = self._files[posixpath.join(folder, "_rels", f"{file}.rels")].decode(errors="replace")
        for tag in RELATION.findall(said):
            found = dict(ATTRIBUTE.findall(tag))
            if found.get("Type", "").endswith(f"/{kind}"):
                return posixpath.normpath(posixpath.join("/", folder, found["Target"])).lstrip("/")
        raise KeyError(kind)

    def _check_size(self) -> None:
        if len(self._files[self._main_part]) > MAX_SIZE:
            raise Unreadable(f"“{self.name}”的正文大得不正常，没有打开。请把要填的表复制到新文档里再填。")

    def _check_protection(self) -> None:
        try:
            settings = self._files[self._related_part("settings", self._main_part)].decode(errors="replace")
        except KeyError:
            return
        if (found := _PROTECTED.search(settings)) and _ENFORCED.search(found[0]) and 'edit="none"' not in found[0]:
            raise Refused(f"“{self.name}”限制了编辑，填不进去。请先在 WPS 或 Word 里停止保护（审阅→限制编辑），再填。")

    @property
    def suffix(self) -> str:
        """How the name of a file of its kind ends: Word opens none with macros under another."""
        return ".docm" if b"macroEnabled" in self._files.get("[Content_Types].xml", b"") else ".docx"

    @property
    def sheets(self) -> Iterable[str]:
        """What its tables are called."""
        return self.tables

    def cells(self, table: str) -> list[Cell]:
        """The cells of a table."""
        return grid(self.tables[table])

    def row_count(self, table: str) -> int:
        """How many rows a table has."""
        return row_count(self.tables[table])

    def surrounding_text(self, table: str) -> tuple[list[str], list[str]]:
        """The paragraphs between a table and the one before it, and those down to the next: title, lines to sign."""
        mine = self.tables[table]
        ends = [one.end for one in self.tables.values() if one.end < mine.start]
        begins = [one.start for one in self.tables.values() if one.start > mine.end]
        above = [text for at, text in self._paragraphs if max(ends, default=-1) < at < mine.start]
        return above, [
            text for at, text in self._paragraphs if mine.end < at < min(begins, default=len(self._tree.data))
        ]

    def properties(self, table: str) -> SheetProperties:
        """One table: the cells that reckon, and those that are to be left to a person, or that a row lacks."""
        cells, rows = self.cells(table), self.row_count(table)
        there = {(row, column) for cell in cells for row, column in _positions(cell)}
        wide = 1 + max((column for _, column in there), default=-1)
        barred = {(row, column): "这一行没有这一格" for row in range(rows) for column in range(wide)}
        barred = {at: why for at, why in barred.items() if at not in there}
        barred |= {cell.box[:2]: cell.blocked_reason for cell in cells if cell.blocked_reason}
        formulas = frozenset(cell.box[:2] for cell in cells if cell.is_formula)
        return SheetProperties(formulas, frozenset(), frozenset(), rows, date(1899, 12, 30), barred, is_document=True)

    def render(self, table: str, values: Mapping[Position, Value]) -> bytes:
        """The file with these values in a table; the results of its formulas are left to be reckoned anew."""
        tree, cells = self._tree, {cell.box[:2]: cell for cell in self.cells(table)}
        edits: list[Edit] = []
        for at, value in values.items():
            edits += text_edits(tree, cells[at], _display_text(value), self._style(cells, at))
        for cell in cells.values():
            edits += recalculation_edits(tree, cell) if cell.is_formula else ()
        return pack(self.parts, {self._main_part: _apply_edits(self._files[self._main_part], edits)})

    def _style(self, cells: Mapping[Position, Cell], position: Position) -> bytes:
        """How what is put into a cell looks: as is said there, else as the words beside it, the nearest first."""
        if own := cell_style(self._tree, cells[position]):
            return own
        beside = sorted((abs(column - position[1]), column) for row, column in cells if row == position[0])
        words = (cells[position[0], column] for _, column in beside if cells[position[0], column].text)
        return next(filter(None, (cell_style(self._tree, one) for one in words)), b"")


def _positions(cell: Cell) -> list[Position]:
    top, left, bottom, right = cell.box
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def _display_text(value: Value) -> str:
    """A value as people write it: 5, not 5.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Bytes with some of them changed."""
    done, at = [], 0
    for start, end, instead in sorted(edits):
        done += [data[at:start], instead]
        at = end
    return b"".join([*done, data[at:]])
