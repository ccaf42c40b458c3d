"""A table to be read: the one shape every command hands to the screen or to a file.

Its header has one row or two: what columns have in common stands over them.
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
    """A cell of the header: what it says, and over how many columns and rows of the header it reaches."""

    text: str
    column_span: int = 1
    row_span: int = 1
    is_group: bool = False


def has_groups(columns: Sequence[Column]) -> bool:
    """Whether the header of these columns has two rows."""
    return any(column.group for column in columns)


def header_rows(columns: Sequence[Column]) -> list[list[HeaderCell]]:
    """The rows of the header, each from the left; a cell that reaches down is not said again below."""
    if not has_groups(columns):
        return [[HeaderCell(column.heading) for column in columns]]
    upper = []
    for group, members in groupby(columns, key=lambda column: column.group):
        group_columns = list(members)
        if group:
            upper.append(HeaderCell(group, column_span=len(group_columns), is_group=True))
        else:
            upper += [HeaderCell(column.heading, row_span=2) for column in group_columns]
    return [upper, [HeaderCell(column.lower_heading) for column in columns if column.group]]


Kind = Literal["text", "code", "count", "decimal", "figure", "hours", "date", "moment"]
"""How a column is shown. ``code`` is digits that are no number (ids, phones): text everywhere.
``hours`` holds integer minutes and is shown in hours with one decimal, rounded down; ``decimal`` is a
figure that has its one decimal already: a rate in per cent, a mean. ``figure`` is a number of whatever
kind, where one column holds several; ``moment`` is a minute of a day."""

Chart = Literal["", "figures", "trend", "bars", "heat", "map"]
"""Which picture helps to read a table. ``figures``: one row of numbers, to be seen from afar. ``trend``: numbers
over a first column that goes on, month after month. ``bars``: numbers of parts that stand beside each other.
``heat``: numbers of one kind in rows and columns, of which the last column is the sum; the columns go on, month
after month. ``map``: the same of columns that stand beside each other in no order."""


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
    """What it has in common with the columns beside it, over which it stands: 本期, 累计, or the figure compared."""
    ungrouped_label: str = ""
    """What it is called where headings have one row, if group and label do not say it in this order: 上期服务次数."""
    labels: Mapping[Any, str] = field(default_factory=dict)
    """Stored value → what a person reads, where the two differ (community → 社区)."""

    @property
    def is_numeric(self) -> bool:
        """Whether the column is set flush right and may be added up."""
        return self.kind in {"count", "decimal", "figure", "hours"}

    @property
    def full_label(self) -> str:
        """What it is called without what stands over it."""
        return self.ungrouped_label if self.group and self.ungrouped_label else f"{self.group}{self.label}"

    @property
    def heading(self) -> str:
        """Its full name; what is not counted in whole things says its unit behind it, unless the name does."""
        return self.full_label + self._unit_suffix(self.full_label)

    @property
    def lower_heading(self) -> str:
        """Its heading under that of its group."""
        return self.label + self._unit_suffix(f"{self.group}{self.label}")

    def _unit_suffix(self, label: str) -> str:
        is_shown = self.kind in {"hours", "decimal"} and self.unit and self.unit not in label
        return f"（{self.unit}）" if is_shown else ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings, with what a printed sheet has around them.

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
    """Row (that of totals stands behind the last) and column of a cell → the table in the same file, and the row of
    it, that says more."""

    is_beneath: bool = False
    """Whether it is printed under the table before it: in a workbook it has no sheet of its own."""

    @property
    def is_shaded(self) -> bool:
        """Whether its cells are shaded by their numbers, all but the sums."""
        return self.chart in {"heat", "map"}

    def shown_indexes(self) -> list[int]:
        """Positions of the columns a person sees."""
        return [index for index, column in enumerate(self.columns) if not column.hidden]


def format_cell(value: object, column: Column) -> str:
    """One cell as a person reads it; empty is an empty string."""
    if value is None:
        return ""
    if column.kind == "hours" and isinstance(value, int):
        about = "" if type(value) is int else "约"  # an approximate number is a kind of int of its own
        return about + format_hours(value)
    text = column.labels.get(value, str(value))
    return text.replace("T", " ") if column.kind == "moment" else text


def text_cells(table: Table) -> tuple[list[str], list[list[str]], list[bool]]:
    """Headings, rows (the totals last) as text, and which columns are set flush right."""
    indexes = table.shown_indexes()
    columns = [table.columns[index] for index in indexes]
    rows = [*table.rows, table.totals] if table.totals is not None and table.rows else list(table.rows)
    body = [[replace_controls(format_cell(row[index], table.columns[index])) for index in indexes] for row in rows]
    headings = [replace_controls(c.heading) for c in columns]
    return headings, body, [c.is_numeric for c in columns]
