"""What a picture shows of a table: its numbers, column by column, each on a scale of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Column, Table


class Series(NamedTuple):
    """A column of numbers: where it stands in the table, and what stands in its rows, the totals left out."""

    column_index: int
    column: Column
    values: Sequence[float | None]

    @property
    def maximum(self) -> float:
        """The greatest of them, 0 where there is none."""
        return greatest(self.values)

    def share(self, row: int) -> float:
        """What a row has of the greatest, from 0 to 1; nothing of what is empty or below nought."""
        return share(self.values[row], self.maximum)


def greatest(values: Sequence[float | None]) -> float:
    """The greatest of some numbers, 0 where there is none."""
    return max((value for value in values if value is not None), default=0)


def share(value: float | None, maximum: float) -> float:
    """A number as a part of the greatest, from 0 to 1."""
    return max(0.0, value / maximum) if value is not None and maximum > 0 else 0.0


def chart_series(table: Table) -> list[Series]:
    """The columns of a table that its picture shows: every number but what stands in the first column.

    Two periods side by side have none: their columns would have to share a scale.
    """
    return [] if any(column.group for column in table.columns) else numeric_series(table)


def numeric_series(table: Table) -> list[Series]:
    """The same, periods side by side or not."""
    if not table.chart or not table.rows:
        return []
    _, *others = table.shown_indexes()
    numeric = [index for index in others if table.columns[index].is_numeric]
    return [Series(index, table.columns[index], [row[index] for row in table.rows]) for index in numeric]
