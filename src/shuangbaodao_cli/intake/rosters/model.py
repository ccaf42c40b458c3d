"""A table found on a sheet: its header, the record type that it lists, its rows of data."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import column_letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.model.record import Field, Record
    from shuangbaodao_cli.problems import Problem

EXTRA = "extra"
"""The word that stands for no field: the column is kept with the row, whatever its heading says."""


@dataclass(frozen=True, slots=True)
class HeadingMeanings:
    """The meanings that users gave to headings, beside those which the record types know.

    ``mapped`` holds for every sheet: folded heading → a word for the field (--map). ``remembered`` holds
    for sheets with just these headings: their signature → record type, and folded heading → field.
    """

    mapped: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header and the meaning of its columns; rows and columns count from 0.

    ``bottom`` is the last row of the header, ``top`` its first. ``units`` says 分钟 where a heading counts
    a duration in minutes; ``unknown`` are headings that we do not know; ``duplicates`` are columns whose
    field an earlier column already has; ``mapped_columns`` are headings whose meaning a user gave, folded
    → column. ``blocks`` are the further blocks of the same columns beside the first: column of the first
    → its own.
    """

    record: Record
    bottom: int
    columns: dict[int, Field]
    units: dict[int, str]
    unknown: dict[int, str]
    duplicates: dict[int, str]
    serial_column: int | None
    year: int | None = None
    month: int | None = None
    top: int = 0
    mapped_columns: dict[str, int] = field(default_factory=dict)
    signature: str = ""
    texts: dict[int, str] = field(default_factory=dict)
    """Column → its heading as it stands, parents before children."""
    caption_values: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What is said once above the table: name of a field → its words and the cell they stand in."""
    blocks: tuple[dict[int, int], ...] = ()
    reject_columns: frozenset[int] = frozenset()
    """Columns that we put beside refused rows when handing them back: not data."""

    @property
    def missing(self) -> list[Field]:
        """Required fields of the record that no column holds."""
        present = {field.name for field in self.columns.values()} | self.caption_values.keys()
        return [field for field in self.record.fields if field.required and field.name not in present]

    @property
    def field_count(self) -> int:
        """How many fields it has: as a column, or once above the table."""
        return len(self.columns) + len(self.caption_values)


@dataclass(slots=True)
class Table:
    """The rows of data under one header; every row has the cells that ``header.columns`` counts.

    Where blocks stand side by side, the rows of the right one follow those of the left one, their
    cells in the order of the left one.
    """

    sheet: str
    header: Header
    body: list[Sequence[Any]]
    row_numbers: list[int]
    """The row numbers as a person counts them, row by row."""
    totals: list[tuple[int, int, Sequence[Any]]]
    """Rows of 合计 or 小计: how many rows of ``body`` stand above it, its row number, its cells."""
    skipped: int
    comments: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    """Index of a row → the comments on its cells, each with its cell (``C17``)."""
    head_rows: list[Sequence[Any]] = field(default_factory=list)
    """Every row above the data, title and header, as they stand in the file."""
    blocks: list[tuple[int, dict[int, int]]] = field(default_factory=list)
    """From which index of ``body`` on a column of ``header`` stands in which column of the sheet."""
    shift: int = 0
    """Days to add to a plain number that stands for a day."""
    problems: list[Problem] = field(default_factory=list)
    """Problems found while looking for the rows."""

    @property
    def record(self) -> Record:
        """The record type of its rows."""
        return self.header.record

    @property
    def caption_values(self) -> dict[str, tuple[Any, str]]:
        """The values given once for all rows, above the table: field → content of the cell and its address."""
        return self.header.caption_values

    def sheet_column(self, column: int, index: int) -> int:
        """The column of the sheet in which a column of the header stands for a row of the body."""
        block = bisect_right(self.blocks, index, key=itemgetter(0)) - 1
        return self.blocks[block][1].get(column, column) if block >= 0 else column

    def cell_address(self, name: str, index: int) -> str:
        """Where the value of a field stands, as ``Sheet!C17``; what is said above the table, there."""
        column = next((column for column, field in self.header.columns.items() if field.name == name), None)
        if column is None and name in self.caption_values:
            return f"{self.sheet}!{self.caption_values[name][1]}"
        if column is None:
            column = min(self.header.columns)
        return f"{self.sheet}!{column_letter(self.sheet_column(column, index))}{self.row_numbers[index]}"
