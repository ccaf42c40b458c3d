"""A cell of a Word table: its text, why it must not be filled if so, and how text is put into it in its style."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from shuangbaodao_cli.output.xlsx.book import xml_safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.forms.docx.tree import Node, Tree

NESTED = {"tbl", "txbxContent", "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"}
"""Elements within a cell whose text is not its own."""
_IGNORED = {*NESTED, "del", "moveFrom", "rt", "pPr", "rPr"}
"""Elements of a paragraph that are not read: deleted text, and how a character is pronounced."""
_SPECIAL_CHARACTERS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": "□"}
_BLOCK_REASONS: dict[str, str] = {
    **dict.fromkeys(("ins", "del", "moveFrom", "moveTo"), "有没接受的修订"),
    "sdt": "在内容控件里",
    **dict.fromkeys(("fldSimple", "fldChar", "instrText"), "是域"),
    "tbl": "里面还有一个表",
    "numPr": "是自动编号",
    **dict.fromkeys(("drawing", "pict", "object"), "里面有图"),
    "http://schemas.openxmlformats.org/officeDocument/2006/math oMath": "里面有算式",
}
"""Element that only a person should write beside → why its cell is not filled."""
_FORMULA_REASON = "是公式，打开后全选、按 F9 重算"
_NOT_INHERITED = re.compile(
    rb"<((?:\w+:)?)rPrChange\b.*?</\1rPrChange>|<(?:\w+:)?(?:vanish|specVanish|ins|del|moveFrom|moveTo)\b[^>]*/>",
    re.DOTALL,
)
"""What new text does not inherit from other text: that it was changed, and that it is hidden."""

_MIN_SIZE = 10
"""Half points; smaller sizes stand in empty cells so that they take no room, and would be unreadable."""

Edit = tuple[int, int, bytes]
"""From which byte to which, and the bytes that replace them."""


@dataclass(slots=True)
class Cell:
    """A cell: its element, its text, and why only a person should write into it, if so."""

    node: Node
    text: str
    blocked_reason: str
    is_formula: bool
    box: tuple[int, int, int, int] = (0, 0, 0, 0)
    """First row and column, last row and column, counted from 0."""


def read_cell(node: Node, reason: str) -> Cell:
    """A cell as it is read; ``reason`` is what around it keeps us from writing there, if so."""
    inner = list(node.descendants(NESTED))
    is_formula = any(map(_is_formula, inner))
    if is_formula:
        reason = _FORMULA_REASON
    elif not reason:
        reason = next((_BLOCK_REASONS[element.name] for element in inner if element.name in _BLOCK_REASONS), "")
    text = "\n".join(paragraph_text(element) for element in inner if element.name == "p").strip()
    return Cell(node, text, reason, is_formula)


def paragraph_text(paragraph: Node) -> str:
    """The text of a paragraph over all its runs, without placeholders that prompt for input."""
    parts = []
    for child in paragraph.children:
        if child.name == "t":
            parts.append("".join(text for _, text in child.text))
        elif child.name in _SPECIAL_CHARACTERS:
            parts.append(_SPECIAL_CHARACTERS[child.name])
        elif child.name not in _IGNORED and not _is_placeholder(child):
            parts.append(paragraph_text(child))
    return "".join(parts)


def _is_placeholder(node: Node) -> bool:
    properties = node.first("sdtPr") if node.name == "sdt" else None
    return properties is not None and properties.first("showingPlcHdr") is not None


def _is_formula(node: Node) -> bool:
    """Whether an element is a field with a formula: =SUM(ABOVE)."""
    if node.name == "fldSimple":
        return node.get("instr").lstrip().startswith("=")
    return node.name == "instrText" and "".join(text for _, text in node.text).lstrip().startswith("=")


def cell_style(tree: Tree, cell: Cell) -> bytes:
    """The run properties for new text of a cell: those of its first text, else those at the end of its paragraph."""
    runs = [run for run in cell.node.descendants(NESTED) if run.name == "r" and run.first("rPr")]
    marks = [mark for child in cell.node.children if child.name == "p" and (mark := child.first("pPr"))]
    for styled in [*runs[:1], *[mark for mark in marks if mark.first("rPr")][:1]]:
        if (style := styled.first("rPr")) and _font_size(style) >= _MIN_SIZE:
            return _NOT_INHERITED.sub(b"", tree.raw(style))
    return b""


def _font_size(style: Node) -> int:
    """The size of characters in half points; ``_MIN_SIZE`` where it is left to the paragraph style."""
    sizes = (child.get("val") for child in style.children if child.name == "sz")
    return next((int(size) for size in sizes if size.isdecimal()), _MIN_SIZE)


def text_edits(tree: Tree, cell: Cell, value: str, style: bytes) -> Iterator[Edit]:
    """The edits that put a text into a cell; blanks in it are removed."""
    for element in cell.node.descendants(NESTED):
        if element.name == "t" and element.text:
            yield element.text[0][0], element.end, b""
    w = tree.prefix.encode()
    run = b'<%br>%b<%bt xml:space="preserve">%b</%bt></%br>' % (w, style, w, escape(xml_safe(value)).encode(), w, w)
    paragraph = cell.node.first("p")
    if paragraph is None:
        run, within, tag = b"<%bp>%b</%bp>" % (w, run, w), cell.node, b"tc"
    else:
        within, tag = paragraph, b"p"
    if tree.is_self_closing(within):
        yield within.end - 2, within.end, b">%b</%b%b>" % (run, w, tag)
    else:
        yield within.end, within.end, run


def recalculation_edits(tree: Tree, cell: Cell) -> Iterator[Edit]:
    """The edits that remove the result of a formula, and have Word compute it."""
    is_result = False
    for element in cell.node.descendants(NESTED):
        kind = element.get("fldCharType")
        is_result = (is_result or element.name == "fldSimple" or kind == "separate") and kind != "end"
        if is_result and element.name == "t" and element.text:
            yield element.text[0][0], element.end, b""
        if (kind == "begin" or element.name == "fldSimple") and not element.get("dirty"):
            offset = element.start + 1 + len(tree.prefix) + len(element.name)
            yield offset, offset, b' %bdirty="true"' % tree.prefix.encode()
