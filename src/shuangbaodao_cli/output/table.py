"""A table to be read: the one shape every command hands to the screen or to a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def hours(minutes: int) -> str:
    """Minutes as hours with one decimal, never rounded up: 95 → ``1.5``; what is taken away has its sign."""
    if minutes < 0:
        return f"-{said}" if (said := hours(-minutes)) != "0.0" else said
    return f"{minutes // 60}.{minutes % 60 // 6}"


def show(value: object, column: Column) -> str:
    """One cell as a person reads it; empty is an empty string."""
    if value is None:
        return ""
    if column.kind == "hours" and isinstance(value, int):
        about = "" if type(value) is int else "约"  # an approximate number is a kind of int of its own
        return about + hours(value)
    said = column.labels.get(value, str(value))
    return said.replace("T", " ") if column.kind == "moment" else said
