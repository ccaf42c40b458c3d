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

    def ask(self, sql: str) -> sqlite3.Cursor:
        """Run a report's SQL over it."""
        start, until = self.period.start.isoformat(), self.period.until.isoformat()
        return self.connection.execute(sql, {"start": start, "until": until, "place": self.place})


@dataclass(frozen=True, slots=True)
class Body:
    """The columns and rows that answer a question, without title and period."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    totals: Sequence[Any] | None
    notes: Sequence[str]
