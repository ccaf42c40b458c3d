"""A form of Word: text is put into cells of its tables, with all else byte for byte as it was.

The XML of the document is changed at those cells alone, as that of a sheet is (see ``forms.xlsx.form``).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from datetime import date
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import FileError, Refused
from shuangbaodao_cli.forms.docx.cells import cell_style, paragraph_text, recalculation_edits, text_edits
from shuangbaodao_cli.forms.docx.tables import find_tables, grid, row_count
from shuangbaodao_cli.forms.docx.tree import MalformedDocument, Tree
from shuangbaodao_cli.forms.xlsx.form import ATTRIBUTE, RELATION, SheetProperties, pack, refuse_template, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shuangbaodao_cli.forms.docx.cells import Cell, Edit
    from shuangbaodao_cli.forms.xlsx.cells import Position, Value

MAX_SIZE = 16 * 1024 * 1024
"""Bytes of the main part of a document; pictures are parts of their own."""
_PROTECTED = re.compile(r"<(?:\w+:)?documentProtection\b[^>]*>")
_ENFORCED = re.compile(r"enforcement=[\"'](?:1|true|on)[\"']")


class WordForm:
    """A .docx whose tables are to be filled in, each called 表1, 表2 … in their order."""

    suffixes = (".docx", ".docm")
    program = "Word"

    def __init__(self, content: bytes, name: str) -> None:
        """Unpack a file. Raises FileError where it is no .docx, Refused where it is protected."""
        self.name = name
        try:
            self.parts = unpack(content)
            self._files = {info.filename: data for info, data in self.parts}
            self._main_part = self._related_part("officeDocument", "")
            self._check_size()
            self._tree = Tree(self._files[self._main_part])
        except (zipfile.BadZipFile, zlib.error, KeyError, MalformedDocument, OSError, NotImplementedError):
            raise FileError(f"“{name}”不是 .docx 文档，或已损坏，请用 WPS 或 Word 打开，另存为 .docx 再填。") from None
        refuse_template(self._files, name, ".docx")
        self._check_protection()
        self._paragraphs = [
            (element.start, text)
            for element in self._tree.root.descendants({"tbl", "txbxContent", "p"})
            if element.name == "p" and (text := paragraph_text(element).strip())
        ]
        """The paragraphs around the tables, each with the offset of its first byte."""
        self.tables = dict(zip(map("表{}".format, range(1, 1000)), find_tables(self._tree.root), strict=False))

    def _related_part(self, kind: str, source: str) -> str:
        """The part that ``source`` (the file itself, if empty) refers to as a kind. Raises KeyError without one."""
        folder, file = posixpath.split(source)
        relations = self._files[posixpath.join(folder, "_rels", f"{file}.rels")].decode(errors="replace")
        for tag in RELATION.findall(relations):
            relation = dict(ATTRIBUTE.findall(tag))
            if relation.get("Type", "").endswith(f"/{kind}"):
                return posixpath.normpath(posixpath.join("/", folder, relation["Target"])).lstrip("/")
        raise KeyError(kind)

    def _check_size(self) -> None:
        if len(self._files[self._main_part]) > MAX_SIZE:
            raise FileError(f"“{self.name}”的正文大得不正常，没有打开。请把要填的表复制到新文档里再填。")

    def _check_protection(self) -> None:
        try:
            settings = self._files[self._related_part("settings", self._main_part)].decode(errors="replace")
        except KeyError:
            return
        if (found := _PROTECTED.search(settings)) and _ENFORCED.search(found[0]) and 'edit="none"' not in found[0]:
            raise Refused(f"“{self.name}”限制了编辑，填不进去。请先在 WPS 或 Word 里停止保护（审阅→限制编辑），再填。")

    @property
    def suffix(self) -> str:
        """The suffix that its name must have: Word opens a file with macros only under .docm."""
        return ".docm" if b"macroEnabled" in self._files.get("[Content_Types].xml", b"") else ".docx"

    @property
    def sheets(self) -> Iterable[str]:
        """The names of its tables."""
        return self.tables

    def cells(self, table: str) -> list[Cell]:
        """The cells of a table."""
        return grid(self.tables[table])

    def row_count(self, table: str) -> int:
        """How many rows a table has."""
        return row_count(self.tables[table])

    def surrounding_text(self, table: str) -> tuple[list[str], list[str]]:
        """The paragraphs between a table and the one before it, and those down to the next: title, lines to sign."""
        node = self.tables[table]
        previous_end = max((other.end for other in self.tables.values() if other.end < node.start), default=-1)
        following = [other.start for other in self.tables.values() if other.start > node.end]
        next_start = min(following, default=len(self._tree.data))
        above = [text for offset, text in self._paragraphs if previous_end < offset < node.start]
        return above, [text for offset, text in self._paragraphs if node.end < offset < next_start]

    def properties(self, table: str) -> SheetProperties:
        """The properties of a table: its formulas, the cells for a person to fill, and those that a row lacks."""
        cells, rows = self.cells(table), self.row_count(table)
        present = {position for cell in cells for position in _positions(cell)}
        width = 1 + max((column for _, column in present), default=-1)
        grid_positions = {(row, column) for row in range(rows) for column in range(width)}
        blocked = dict.fromkeys(grid_positions - present, "这一行没有这一格")
        blocked |= {cell.box[:2]: cell.blocked_reason for cell in cells if cell.blocked_reason}
        formulas = frozenset(cell.box[:2] for cell in cells if cell.is_formula)
        return SheetProperties(formulas, frozenset(), frozenset(), rows, date(1899, 12, 30), blocked, is_document=True)

    def render(self, table: str, values: Mapping[Position, Value]) -> bytes:
        """The file with these values in a table; Word is to compute its formulas."""
        tree, cells = self._tree, {cell.box[:2]: cell for cell in self.cells(table)}
        edits: list[Edit] = []
        for position, value in values.items():
            edits += text_edits(tree, cells[position], _display_text(value), self._style(cells, position))
        for cell in cells.values():
            edits += recalculation_edits(tree, cell) if cell.is_formula else ()
        return pack(self.parts, {self._main_part: _apply_edits(self._files[self._main_part], edits)})

    def _style(self, cells: Mapping[Position, Cell], position: Position) -> bytes:
        """The style of new text in a cell: its own, else that of the nearest text in its row."""
        if own := cell_style(self._tree, cells[position]):
            return own
        by_distance = sorted((abs(column - position[1]), column) for row, column in cells if row == position[0])
        with_text = (cells[position[0], column] for _, column in by_distance if cells[position[0], column].text)
        return next(filter(None, (cell_style(self._tree, cell) for cell in with_text)), b"")


def _positions(cell: Cell) -> list[Position]:
    top, left, bottom, right = cell.box
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def _display_text(value: Value) -> str:
    """A value as people write it: 5, not 5.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The data with these edits made; they do not overlap."""
    parts, done = [], 0
    for start, end, replacement in sorted(edits):
        parts += [data[done:start], replacement]
        done = end
    return b"".join([*parts, data[done:]])
