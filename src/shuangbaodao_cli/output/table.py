"""A table to be read: the one shape every command hands to the screen or to a file.

Its header has one row or two: what columns have in common stands over them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from shuangbaodao_cli.values.numbers import hours
from shuangbaodao_cli.values.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Head(NamedTuple):
    """A cell of the header: what it says, and over how many columns and rows of the header it reaches."""

    text: str
    across: int = 1
    down: int = 1
    group: bool = False


def grouped(columns: Sequence[Column]) -> bool:
    """Whether the header of these columns has two rows."""
    return any(column.group for column in columns)


def heads(columns: Sequence[Column]) -> list[list[Head]]:
    """The rows of the header, each from the left; a cell that reaches down is not said again below."""
    if not grouped(columns):
        return [[Head(column.heading) for column in columns]]
    upper = []
    for group, members in groupby(columns, key=lambda column: column.group):
        beside = list(members)
        if group:
            upper.append(Head(group, across=len(beside), group=True))
        else:
            upper += [Head(column.heading, down=2) for column in beside]
    return [upper, [Head(column.lower) for column in columns if column.group]]


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
    alone: str = ""
    """What it is called where headings have one row, if group and label do not say it in this order: 上期服务次数."""
    labels: Mapping[Any, str] = field(default_factory=dict)
    """Stored value → what a person reads, where the two differ (community → 社区)."""

    @property
    def numeric(self) -> bool:
        """Whether the column is set flush right and may be added up."""
        return self.kind in {"count", "decimal", "figure", "hours"}

    @property
    def full(self) -> str:
        """What it is called without what stands over it."""
        return self.alone if self.group and self.alone else f"{self.group}{self.label}"

    @property
    def heading(self) -> str:
        """Its full name; what is not counted in whole things says its unit behind it, unless the name does."""
        return self.full + self._unit_beside(self.full)

    @property
    def lower(self) -> str:
        """Its heading under that of its group."""
        return self.label + self._unit_beside(f"{self.group}{self.label}")

    def _unit_beside(self, said: str) -> str:
        says = self.kind in {"hours", "decimal"} and self.unit and self.unit not in said
        return f"（{self.unit}）" if says else ""


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

    beneath: bool = False
    """Whether it is printed under the table before it: in a workbook it has no sheet of its own."""

    @property
    def shaded(self) -> bool:
        """Whether its cells are shaded by their numbers, all but the sums."""
        return self.chart in {"heat", "map"}

    def shown(self) -> list[int]:
        """Positions of the columns a person sees."""
        return [at for at, column in enumerate(self.columns) if not column.hidden]


def show(value: object, column: Column) -> str:
    """One cell as a person reads it; empty is an empty string."""
    if value is None:
        return ""
    if column.kind == "hours" and isinstance(value, int):
        about = "" if type(value) is int else "约"  # an approximate number is a kind of int of its own
        return about + hours(value)
    said = column.labels.get(value, str(value))
    return said.replace("T", " ") if column.kind == "moment" else said


def cells(table: Table) -> tuple[list[str], list[list[str]], list[bool]]:
    """Headings, rows (the totals last) as text, and which columns are set flush right."""
    at = table.shown()
    columns = [table.columns[i] for i in at]
    rows = [*table.rows, table.totals] if table.totals is not None and table.rows else list(table.rows)
    body = [[visible(show(row[i], table.columns[i])) for i in at] for row in rows]
    headings = [visible(c.heading) for c in columns]
    return headings, body, [c.numeric for c in columns]
