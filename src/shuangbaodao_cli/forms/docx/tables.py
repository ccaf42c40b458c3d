"""A table of a Word document as a grid: the rows and columns that each of its cells covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.forms.docx.cells import NESTED, Cell, read_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shuangbaodao_cli.forms.docx.tree import Node

MAX_COLUMNS = 250
"""Columns of a table; Word itself allows 63."""
_EDGE_TOLERANCE = 170
"""Twentieths of a point, three millimetres: edges of cells closer together are one edge drawn by hand."""
_LOCKED = {"contentLocked", "sdtContentLocked"}


def find_tables(root: Node) -> list[Node]:
    """Every table, nested ones after the one they are in; not those in a floating box."""
    return [node for node in root.descendants(NESTED - {"tbl"}) if node.name == "tbl"]


def row_count(table: Node) -> int:
    """How many rows a table has."""
    return sum(1 for _ in _children(table, "tr"))


def grid(table: Node) -> list[Cell]:
    """The cells of a table, each with its box; none of a table that is too wide to be a form."""
    rows = [_read_row(row, reason) for row, reason in _children(table, "tr")]
    boxes = _cell_boxes(rows, _edge_columns(table))
    if any(left > right for _, (_, left, _, right) in boxes):  # cells narrower than the tolerance
        boxes = _cell_boxes(rows, ())
    for cell, box in boxes:
        cell.box = box
    return [cell for cell, _ in boxes]


Row = tuple[int, list[Cell]]
"""How many columns a row leaves out on the left, and its cells."""


def _cell_boxes(rows: Sequence[Row], edges: Sequence[int]) -> list[tuple[Cell, tuple[int, int, int, int]]]:
    """Each cell with its box; cells merged with one above or beside it are part of that one."""
    below: dict[tuple[int, int], int] = {}
    boxes: list[tuple[Cell, tuple[int, int, int, int]]] = []
    for row, (edge, cells) in enumerate(rows):
        above, below = below, {}
        for cell in cells:
            width = _number_property(cell.node, "gridSpan", 1)
            first, edge = _column_at(edges, edge), edge + width  # noqa: PLW2901  # the next cell begins where this one ends
            last = _column_at(edges, edge) - 1
            if edge > MAX_COLUMNS:
                return []
            if _is_continuation(cell.node, "hMerge") and boxes and boxes[-1][1][3] == first - 1:
                beside, box = boxes[-1]
                boxes[-1] = beside, (*box[:3], last)
                continue
            index = above.get((first, last)) if _is_continuation(cell.node, "vMerge") else None
            if index is None:
                index = len(boxes)
                boxes.append((cell, (row, first, row, last)))
            else:
                upper, box = boxes[index]
                boxes[index] = upper, (*box[:2], row, last)
            below[first, last] = index
    return boxes


def _children(parent: Node, name: str, reason: str = "") -> Iterator[tuple[Node, str]]:
    """The rows of a table or the cells of a row, also in content controls, and why each must not be filled, if so."""
    for child in parent.children:
        if child.name == name:
            yield child, reason
        elif child.name == "sdt":
            yield from _children(child, name, reason or _control_reason(child, name))
        elif child.name in {"sdtContent", "customXml"}:
            yield from _children(child, name, reason)


def _control_reason(control: Node, child_name: str) -> str:
    """Why the content of a control must not be filled; a control around rows may be, unless it is locked."""
    properties = control.first("sdtPr")
    lock = properties.first("lock") if properties else None
    return "在内容控件里" if child_name == "tc" or (lock and lock.get("val") in _LOCKED) else ""


def _read_row(row: Node, reason: str) -> Row:
    properties = row.first("trPr")
    if properties and (properties.first("del") or properties.first("ins")):
        reason = reason or "这一行有没接受的修订"
    return _number_property(row, "gridBefore", 0), [
        read_cell(cell, reason or cell_reason) for cell, cell_reason in _children(row, "tc")
    ]


def _property(element: Node, name: str) -> Node | None:
    """A property of an element; None where it is not set."""
    properties = element.first(f"{element.name}Pr")
    return properties.first(name) if properties else None


def _number_property(element: Node, name: str, default: int) -> int:
    """A property that is a number, at least the default; the default where it is not set."""
    node = _property(element, name)
    text = node.get("val") if node else ""
    return max(default, min(int(text), MAX_COLUMNS + 1)) if text.isdecimal() and len(text) < 9 else default


def _is_continuation(cell: Node, merge: str) -> bool:
    """Whether a cell is merged with the one above it, or, in very old documents, beside it."""
    node = _property(cell, merge)
    return node is not None and node.get("val") != "restart"


def _edge_columns(table: Node) -> list[int]:
    """The column that begins at each edge of the grid; edges close together are taken for one."""
    drawn = table.first("tblGrid")
    widths = [column.get("w") for column in drawn.children if column.name == "gridCol"] if drawn else []
    if len(widths) > MAX_COLUMNS or not all(width.isdecimal() and len(width) < 6 for width in widths):
        return []
    edge, columns, column_start = 0, [0], 0
    for width in map(int, widths):
        edge += width
        is_near = edge - column_start < _EDGE_TOLERANCE
        columns.append(columns[-1] + (not is_near))
        column_start = column_start if is_near else edge
    return columns


def _column_at(edges: Sequence[int], edge: int) -> int:
    """The column that begins at an edge; beyond the drawn grid each edge begins one."""
    if edge < len(edges):
        return edges[edge]
    return edge + (edges[-1] - len(edges) + 1 if edges else 0)
