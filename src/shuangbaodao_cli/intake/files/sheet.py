"""A worksheet as it was read: rows of raw cells, and what is known about them besides their values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def column_letter(column: int) -> str:
    """The letter of a 0-based column: 0 → A, 27 → AB."""
    column, rest = divmod(column, 26)
    return (column_letter(column - 1) if column else "") + chr(65 + rest)


Merge = tuple[int, int, int, int]
"""Merged cells: first row, first column, last row, last column, 0-based."""


class BrokenCell(str):
    """The text of a cell without a value: an error (#N/A), or a formula that was never computed."""

    __slots__ = ()


@dataclass(slots=True)
class Sheet:
    """One visible worksheet: rows of raw cells from ``A1``; an empty cell is an empty string.

    Rows and columns are 0-based; all rows have the same length.
    """

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    """Row and column of a cell → its comment (批注)."""
    hidden_row_count: int = 0
    hidden_column_count: int = 0
    date_shift: int = 0
    """Days to add to a plain number that means a day: 1462 where days are counted from 1904."""
    colours: dict[tuple[int, int], str] = field(default_factory=dict)
    """Row and column of a cell coloured by hand → RRGGBB."""
    paragraphs_above: list[str] = field(default_factory=list)
    """For a table in a document, the paragraphs above it: its title, and values that apply to all rows."""
    paragraphs_below: list[str] = field(default_factory=list)
    """Those below it: notes, a line for signatures."""
