"""A table of a Word document as a grid: which of its cells takes up which rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.forms.docx.cells import NESTED, Cell, read_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shuangbaodao_cli.forms.docx.tree import Node

MAX_COLUMNS = 250
"""Columns of a table; Word itself allows 63."""
_EDGE_TOLERANCE = 170
"""Edges of cells less than three millimetres (in twentieths of a point) apart are one edge drawn by hand."""
_LOCKED = {"contentLocked", "sdtContentLocked"}


def find_tables(root: Node) -> list[Node]:
    """Every table, one within another after it; what is in a floating box is none."""
    return [node for node in root.descendants(NESTED - {"tbl"}) if node.name == "tbl"]


def row_count(table: Node) -> int:
    """How many rows a table has."""
    return sum(1 for _ in _children(table, "tr"))


def grid(table: Node) -> list[Cell]:
    """The cells of a table, each with the rows and columns that it takes up; none of one too wide to be a form."""
    rows = [_read_row(one, why) for one, why in _children(table, "tr")]
    drawn, plain = _cell_boxes(rows, _edge_columns(table)), _cell_boxes(rows, ())
    squeezed = any(left > right for _, (_, left, _, right) in drawn)
    found = plain if squeezed else drawn
    for cell, box in found:
        cell.box = box
    return [cell for cell, _ in found]


Row = tuple[int, list[Cell]]
"""The columns that a row leaves out on the left, and its cells."""


def _cell_boxes(rows: Sequence[Row], edges: Sequence[int]) -> list[tuple[Cell, tuple[int, int, int, int]]]:
    """Each cell with what it takes up; those that go on from one above or beside it are part of that one."""
    below: dict[tuple[int, int], int] = {}
    found: list[tuple[Cell, tuple[int, int, int, int]]] = []
    for at, (edge, cells) in enumerate(rows):
        above, below = below, {}
        for cell in cells:
            width = _number_property(cell.node, "gridSpan", 1)
            first, edge = _column_at(edges, edge), edge + width  # noqa: PLW2901  # the next one begins where this one ends
            last = _column_at(edges, edge) - 1
            if edge > MAX_COLUMNS:
                return []
            if _is_continuation(cell.node, "hMerge") and found and found[-1][1][3] == first - 1:
                box = found[-1][1]
                found[-1] = found[-1][0], (*box[:3], last)
                continue
            over = above.get((first, last)) if _is_continuation(cell.node, "vMerge") else None
            if over is None:
                found.append((cell, (at, first, at, last)))
            else:
                one, box = found[over]
                found[over] = one, (*box[:2], at, last)
            below[first, last] = len(found) - 1 if over is None else over
    return found


def _children(parent: Node, name: str, reason: str = "") -> Iterator[tuple[Node, str]]:
    """The rows of a table or the cells of a row, also those in a content control, and what keeps us from them."""
    for child in parent.children:
        if child.name == name:
            yield child, reason
        elif child.name == "sdt":
            yield from _children(child, name, reason or _control_reason(child, name))
        elif child.name in {"sdtContent", "customXml"}:
            yield from _children(child, name, reason)


def _control_reason(control: Node, child_name: str) -> str:
    """Why what a content control holds is not to be written by us: one around rows may, if it is not locked."""
    said = control.first("sdtPr")
    lock = said.first("lock") if said else None
    return "在内容控件里" if child_name == "tc" or (lock and lock.get("val") in _LOCKED) else ""


def _read_row(row: Node, reason: str) -> Row:
    said = row.first("trPr")
    if said and (said.first("del") or said.first("ins")):
        reason = reason or "这一行有没接受的修订"
    return _number_property(row, "gridBefore", 0), [
        read_cell(one, reason or more) for one, more in _children(row, "tc")
    ]


def _property(element: Node, name: str) -> Node | None:
    said = element.first(f"{element.name}Pr")
    return said.first(name) if said else None


def _number_property(element: Node, name: str, default: int) -> int:
    node = _property(element, name)
    text = node.get("val") if node else ""
    return max(default, min(int(text), MAX_COLUMNS + 1)) if text.isdecimal() and len(text) < 9 else default


def _is_continuation(cell: Node, merge: str) -> bool:
    """Whether a cell is the going on of the one above it, or beside it as very old documents have it."""
    node = _property(cell, merge)
    return node is not None and node.get("val") != "restart"


def _edge_columns(table: Node) -> list[int]:
    """Edge of the grid → column, where edges that lie close together are taken for one."""
    said = table.first("tblGrid")
    widths = [one.get("w") for one in said.children if one.name == "gridCol"] if said else []
    if len(widths) > MAX_COLUMNS or not all(width.isdecimal() and len(width) < 6 for width in widths):
        return []
    at, columns, begun = 0, [0], 0
    for width in map(int, widths):
        at += width
        near = at - begun < _EDGE_TOLERANCE
        columns.append(columns[-1] + (not near))
        begun = begun if near else at
    return columns


def _column_at(edges: Sequence[int], edge: int) -> int:
    """The column that begins at an edge; beyond the grid that is written, each stands for itself."""
    if edge < len(edges):
        return edges[edge]
    return edge + (edges[-1] - len(edges) + 1 if edges else 0)
