"""What a report is asked about, and the part of a Table that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Column
    from shuangbaodao_cli.vocabulary.period import Period

UNSAID = "（未填）"
"""Where an activity names no place, unit, team or category."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A period, and a place with all that is below it (None: the whole ledger)."""

    connection: sqlite3.Connection
    period: Period
    place: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of a report's SQL."""
        start, until = self.period.start.isoformat(), self.period.until.isoformat()
        return {"start": start, "until": until, "place": self.place}

    def ask(self, sql: str) -> sqlite3.Cursor:
        """Run a report's SQL over it."""
        return self.connection.execute(sql, self.values)


@dataclass(frozen=True, slots=True)
class Body:
    """The columns and rows that answer a question, without title and period."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    totals: Sequence[Any] | None
    notes: Sequence[str]


def approximate_note(rows: int) -> list[str]:
    """What every report says of numbers that were written as 30余人."""
    return [f"其中 {rows} 条的数字写的是约数（如“30余人”），按写出的数计入，不进位。"] if rows else []
