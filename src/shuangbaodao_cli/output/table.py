"""The table: the one shape in which every command passes its result to the screen or to a file.

Its header has one row, or two where columns are grouped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from shuangbaodao_cli.values.numbers import format_hours
from shuangbaodao_cli.values.text import replace_controls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class HeaderCell(NamedTuple):
    """A cell of the header, and how many columns and header rows it spans."""

    text: str
    column_span: int = 1
    row_span: int = 1
    is_group: bool = False


def has_groups(columns: Sequence[Column]) -> bool:
    """Whether the header of these columns has two rows."""
    return any(column.group for column in columns)


def header_rows(columns: Sequence[Column]) -> list[list[HeaderCell]]:
    """The rows of the header from the left; a cell that spans both rows is only in the first."""
    if not has_groups(columns):
        return [[HeaderCell(column.heading) for column in columns]]
    top_row = []
    for group, members in groupby(columns, key=lambda column: column.group):
        group_columns = list(members)
        if group:
            top_row.append(HeaderCell(group, column_span=len(group_columns), is_group=True))
        else:
            top_row += [HeaderCell(column.heading, row_span=2) for column in group_columns]
    return [top_row, [HeaderCell(column.lower_heading) for column in columns if column.group]]


Kind = Literal["text", "code", "count", "decimal", "figure", "hours", "date", "moment"]
"""How a column is shown. ``code`` is digits that are no number (ids, phones): text everywhere.
``hours`` holds integer minutes and is shown in hours with one decimal, rounded down; ``decimal`` is a
number with one decimal: a percentage, a mean. ``figure`` is a number of any kind, where one column
mixes several; ``moment`` is a minute of a day."""

Chart = Literal["", "figures", "trend", "bars", "heat", "map"]
"""Which chart helps to read a table. ``figures``: one row of numbers in large print. ``trend``: numbers over a
first column of successive months. ``bars``: numbers of parts to be compared. ``heat``: numbers of one kind in
rows and columns, of which the last column is the sum; the columns are successive months. ``map``: the same with
columns in no order."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its JSON key, its Chinese heading, how it is shown and in which unit."""

    name: str
    label: str
    kind: Kind = "text"
    unit: str = ""
    hidden: bool = False
    """Only JSON carries it: the ``FIELD_id`` beside a reference."""
    group: str = ""
    """The heading it shares with the columns beside it: 本期, 累计, or the figure compared."""
    ungrouped_label: str = ""
    """Its label where the header has one row, if that is not group and label in this order: 上期服务次数."""
    labels: Mapping[Any, str] = field(default_factory=dict)
    """Stored value → its label, where the two differ (community → 社区)."""

    @property
    def is_numeric(self) -> bool:
        """Whether the column is right-aligned and may be added up."""
        return self.kind in {"count", "decimal", "figure", "hours"}

    @property
    def full_label(self) -> str:
        """Its label where the header has one row."""
        return self.ungrouped_label if self.group and self.ungrouped_label else f"{self.group}{self.label}"

    @property
    def heading(self) -> str:
        """Its full label; hours and decimals have their unit after it, unless the label names it."""
        return self.full_label + self._unit_suffix(self.full_label)

    @property
    def lower_heading(self) -> str:
        """Its heading in the lower row of the header, under that of its group."""
        return self.label + self._unit_suffix(f"{self.group}{self.label}")

    def _unit_suffix(self, label: str) -> str:
        is_shown = self.kind in {"hours", "decimal"} and self.unit and self.unit not in label
        return f"（{self.unit}）" if is_shown else ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings, with the title, totals and notes of a printed sheet.

    ``totals`` is a row like the others (empty cells are None). ``meta`` is filled for a report and
    becomes the outer object of its JSON; a plain list has none and is an array.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    totals: Sequence[Any] | None = None
    subtitle: str = ""
    notes: Sequence[str] = ()
    chart: Chart = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Row (the totals are the one after the last) and column of a cell → the table in the same file, and its row,
    with the details."""

    is_beneath: bool = False
    """Whether it is printed under the previous table and has no sheet of its own in a workbook."""

    @property
    def is_shaded(self) -> bool:
        """Whether its cells, except the sums, are shaded by their numbers."""
        return self.chart in {"heat", "map"}

    def shown_indexes(self) -> list[int]:
        """The indexes of the columns that are not hidden."""
        return [index for index, column in enumerate(self.columns) if not column.hidden]


def format_cell(value: object, column: Column) -> str:
    """One cell as text for a reader; an empty string where it is empty."""
    if value is None:
        return ""
    if column.kind == "hours" and isinstance(value, int):
        about = "" if type(value) is int else "约"  # an approximate number is a kind of int of its own
        return about + format_hours(value)
    text = column.labels.get(value, str(value))
    return text.replace("T", " ") if column.kind == "moment" else text


def text_cells(table: Table) -> tuple[list[str], list[list[str]], list[bool]]:
    """The headings, the rows (totals last) as text, and which columns are right-aligned."""
    indexes = table.shown_indexes()
    columns = [table.columns[index] for index in indexes]
    rows = [*table.rows, table.totals] if table.totals is not None and table.rows else list(table.rows)
    body = [[replace_controls(format_cell(row[index], table.columns[index])) for index in indexes] for row in rows]
    headings = [replace_controls(c.heading) for c in columns]
    return headings, body, [c.is_numeric for c in columns]
