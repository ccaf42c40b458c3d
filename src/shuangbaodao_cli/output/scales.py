"""The numbers that the chart of a table shows: one series for each column, each on a scale of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Column, Table


class Series(NamedTuple):
    """A numeric column: its index in the table, and its values without the totals."""

    column_index: int
    column: Column
    values: Sequence[float | None]

    @property
    def maximum(self) -> float:
        """The greatest value, 0 where there is none."""
        return greatest(self.values)

    def share(self, row: int) -> float:
        """The value of a row as a share of the maximum, from 0 to 1; 0 where it is empty or negative."""
        return share(self.values[row], self.maximum)


def greatest(values: Sequence[float | None]) -> float:
    """The greatest of some numbers, 0 where there is none."""
    return max((value for value in values if value is not None), default=0)


def share(value: float | None, maximum: float) -> float:
    """A value as a share of the maximum, from 0 to 1; 0 where it is empty or negative."""
    return max(0.0, value / maximum) if value is not None and maximum > 0 else 0.0


def chart_series(table: Table) -> list[Series]:
    """The series that the chart of a table shows: every numeric column but the first column.

    None where periods stand side by side: their columns would have to share a scale.
    """
    return [] if any(column.group for column in table.columns) else numeric_series(table)


def numeric_series(table: Table) -> list[Series]:
    """The same, even where periods stand side by side."""
    if not table.chart or not table.rows:
        return []
    _, *others = table.shown_indexes()
    numeric = [index for index in others if table.columns[index].is_numeric]
    return [Series(index, table.columns[index], [row[index] for row in table.rows]) for index in numeric]
