"""A cell of a Word table: what it says, why it is left alone if so, and how text gets into it, dressed alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from shuangbaodao_cli.output.xlsx.book import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.forms.docx.tree import Node, Tree

NESTED = {"tbl", "txbxContent", "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"}
"""What stands in a cell and is none of its own text."""
_IGNORED = {*NESTED, "del", "moveFrom", "rt", "pPr", "rPr"}
"""What of a paragraph is not read: what was struck out, and how a character is spoken."""
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
"""What may be in a cell that only a person should write into, and how it is called."""
_FORMULA_REASON = "是公式，打开后全选、按 F9 重算"
_NOT_INHERITED = re.compile(
    rb"<((?:\w+:)?)rPrChange\b.*?</\1rPrChange>|<(?:\w+:)?(?:vanish|specVanish|ins|del|moveFrom|moveTo)\b[^>]*/>",
    re.DOTALL,
)
"""What new text does not take over from other text: that it was changed, and that it is hidden."""

_MIN_SIZE = 10
"""Half points: what is smaller is put into empty cells so that they take no room, and nobody could read it."""

Edit = tuple[int, int, bytes]
"""From which byte to which, and what stands there instead."""


@dataclass(slots=True)
class Cell:
    """A cell: its element, what it says, why nobody but a person may write into it, if so."""

    node: Node
    text: str
    blocked_reason: str
    is_formula: bool
    box: tuple[int, int, int, int] = (0, 0, 0, 0)
    """First row and column, last row and column, counted from 0."""


def read_cell(node: Node, reason: str) -> Cell:
    """What a cell says, and what in it or around it keeps us from writing there."""
    inner = list(node.descendants(NESTED))
    formula = any(map(_is_formula, inner))
    reason = (
        _FORMULA_REASON
        if formula
        else reason or next((_BLOCK_REASONS[one.name] for one in inner if one.name in _BLOCK_REASONS), "")
    )
    return Cell(node, "\n".join(paragraph_text(one) for one in inner if one.name == "p").strip(), reason, formula)


def paragraph_text(paragraph: Node) -> str:
    """The text of a paragraph, whatever runs it is split over; what only prompts to be written over is none."""
    found = []
    for child in paragraph.children:
        if child.name == "t":
            found.append("".join(text for _, text in child.text))
        elif child.name in _SPECIAL_CHARACTERS:
            found.append(_SPECIAL_CHARACTERS[child.name])
        elif child.name not in _IGNORED and not _is_placeholder(child):
            found.append(paragraph_text(child))
    return "".join(found)


def _is_placeholder(node: Node) -> bool:
    properties = node.first("sdtPr") if node.name == "sdt" else None
    return properties is not None and properties.first("showingPlcHdr") is not None


def _is_formula(node: Node) -> bool:
    """Whether a field reckons: =SUM(ABOVE)."""
    if node.name == "fldSimple":
        return node.get("instr").lstrip().startswith("=")
    return node.name == "instrText" and "".join(text for _, text in node.text).lstrip().startswith("=")


def cell_style(tree: Tree, cell: Cell) -> bytes:
    """How the text of a cell looks: as its words do, or as the end of its paragraph, which a person would type at."""
    runs = [one for one in cell.node.descendants(NESTED) if one.name == "r" and one.first("rPr")]
    ends = [one for one in cell.node.children if one.name == "p" and (mark := one.first("pPr")) and mark.first("rPr")]
    for one in [*runs[:1], *(mark for end in ends[:1] if (mark := end.first("pPr")))]:
        if (dress := one.first("rPr")) and _font_size(dress) >= _MIN_SIZE:
            return _NOT_INHERITED.sub(b"", tree.raw(dress))
    return b""


def _font_size(style: Node) -> int:
    """The size of characters, in half points; where none is said it is that of the style."""
    said = (one.get("val") for one in style.children if one.name == "sz")
    return next((int(size) for size in said if size.isdecimal()), _MIN_SIZE)


def text_edits(tree: Tree, cell: Cell, value: str, style: bytes) -> Iterator[Edit]:
    """What is to be changed so that a cell says something; what blanks it held give way."""
    for one in cell.node.descendants(NESTED):
        if one.name == "t" and one.text:
            yield one.text[0][0], one.end, b""
    w = tree.prefix.encode()
    run = b'<%br>%b<%bt xml:space="preserve">%b</%bt></%br>' % (w, style, w, escape(safe(value)).encode(), w, w)
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
    """What is to be changed so that a formula shows no result of old, and is reckoned anew by Word."""
    shown = False
    for one in cell.node.descendants(NESTED):
        kind = one.get("fldCharType")
        shown = (shown or one.name == "fldSimple" or kind == "separate") and kind != "end"
        if shown and one.name == "t" and one.text:
            yield one.text[0][0], one.end, b""
        if (kind == "begin" or one.name == "fldSimple") and not one.get("dirty"):
            at = one.start + 1 + len(tree.prefix) + len(one.name)
            yield at, at, b' %bdirty="true"' % tree.prefix.encode()
