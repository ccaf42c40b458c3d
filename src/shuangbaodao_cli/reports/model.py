"""What every report shares: its scope and body, and the measures with one written definition each.

Version 2 of the definitions: since 2, *resolved* counts look-backs. A changed
definition is a new version with a line in the changelog.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.output.table import Column, Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from shuangbaodao_cli.output.table import Table
    from shuangbaodao_cli.values.period import Period


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that offices are asked for."""

    label: str
    unit: str
    definition: str
    kind: Kind = "count"


DEFINITIONS_VERSION = 2
"""The version of these definitions, stored with every snapshot."""

MEASURES: dict[str, Measure] = {
    "services": Measure("服务次数", "次", "未作废的服务活动数，按活动日期归入期间"),
    "served": Measure("服务群众人次", "人次", "各次活动“服务群众人次”之和；一人受服务两次计两人次"),
    "resolved": Measure(
        "解决问题件数",
        "件",
        "回头看确认解决的需求数，按确认那天归入期间，加上没有写明需求的活动的“解决问题数”；同一个问题只计一次",
    ),
    "volunteers": Measure("参与人数", "人", "有参与记录的人，同一人只计一次"),
    "participations": Measure("志愿者人次", "人次", "参与记录数；一人参加两次计两人次"),
    "hours": Measure("服务时长", "小时", "各条参与记录的服务时长之和，保留一位小数，不进位", "hours"),
}


def measure_column(name: str) -> Column:
    """The column that shows a measure."""
    measure = MEASURES[name]
    return Column(name, measure.label, measure.kind, measure.unit)


def definitions(names: Iterable[str]) -> list[str]:
    """The definitions of these measures, a note each."""
    return [f"{MEASURES[name].label}：{MEASURES[name].definition}。" for name in names]


UNSPECIFIED = "（未填）"
"""Where an activity names no place, unit, team or category."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A period, and a place with all that is below it (None: the whole ledger)."""

    connection: sqlite3.Connection
    period: Period
    place: int | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of a report's SQL."""
        start, until = self.period.start.isoformat(), self.period.until.isoformat()
        return {"start": start, "until": until, "place": self.place}

    def execute(self, sql: str) -> sqlite3.Cursor:
        """Run a report's SQL over it."""
        return self.connection.execute(sql, self.parameters)


@dataclass(frozen=True, slots=True)
class Body:
    """The columns and rows that answer a question, without title and period."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    totals: Sequence[Any] | None
    notes: Sequence[str]
    further_tables: Sequence[Table] = ()
    """Tables that are printed behind it, under titles of their own."""


def mean(numbers: Sequence[int]) -> float | None:
    """The mean cut to one decimal; None of no numbers."""
    return 10 * sum(numbers) // len(numbers) / 10 if numbers else None


def share(part: int, whole: int) -> float | None:
    """What share a part is of the whole, in per cent cut to one decimal; None where the whole is 0."""
    return 1000 * part // whole / 10 if whole else None


def approximate_note(rows: int) -> list[str]:
    """The note on rows whose numbers were written as 30余人; none without such rows."""
    return [f"其中 {rows} 条的数字写的是约数（如“30余人”），按写出的数计入，不进位。"] if rows else []
