"""The ledger for programs: its reports as pandas tables, and SQL that only reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.policy import month_start_day
from shuangbaodao_cli.ledger.query import sql as query_sql
from shuangbaodao_cli.ledger.records.lookup import find
from shuangbaodao_cli.ledger.storage.ledger_file import default_path
from shuangbaodao_cli.ledger.storage.transactions import read_transaction
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.reports.answer import report_tables
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.values.period_phrases import resolve_period

if TYPE_CHECKING:
    import sqlite3
    from datetime import date
    from types import TracebackType

    import pandas as pd

    from shuangbaodao_cli.output.table import Column, Table
    from shuangbaodao_cli.values.period import Period


class PeriodOptions(TypedDict, total=False):
    """The period of a report, one way: a phrase (上季度), a month, quarter, half or year, or two days with both."""

    period: str
    month: str
    quarter: str
    half: str
    year: str
    start: str | date | None
    end: str | date | None


class Ledger:
    """An open ledger, which can be read and not changed. Close it, or use it in ``with``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Closing it again does nothing."""
        self._connection.close()

    def report(
        self,
        name: str = "summary",
        *,
        by: str | None = None,
        place: str | None = None,
        **period_options: Unpack[PeriodOptions],
    ) -> pd.DataFrame:
        """The rows of one report, as ``sbd report NAME --format json`` gives them.

        ``attrs`` hold ``title``, ``period`` (from, until: half-open), ``place``, ``labels`` (Chinese),
        ``units``, ``totals`` and ``notes``. Of a report of several tables it is the first. Without a
        period it is this year. Raises UsageError, NotFound.
        """
        return self.tables(name, by=by, place=place, **period_options)[0]

    def tables(
        self,
        name: str = "summary",
        *,
        by: str | None = None,
        place: str | None = None,
        **period_options: Unpack[PeriodOptions],
    ) -> list[pd.DataFrame]:
        """All tables of one report, each as ``report`` gives the first."""
        with read_transaction(self._connection):
            period = _requested_period(period_options, month_start_day(self._connection))
            place_id = find(self._connection, PLACE, place) if place else None
            tables = report_tables(Scope(self._connection, period, place_id), name, by=by)
        return [_to_frame(table) for table in tables]

    def query(self, sql: str, *, seconds: int = query_sql.DEFAULT_SECONDS) -> pd.DataFrame:
        """The answer to one SELECT. Sensitive columns cannot be named; under ``*`` they are empty.

        ``attrs["hidden"]`` names those that were emptied.

        Raises UsageError with SQLite's own words where the statement is wrong, would change something, or takes
        longer than ``seconds``.
        """
        import pandas as pd  # 300 ms, for those who ask for a table

        answer = query_sql.run_query(self._connection, sql, seconds=seconds)
        frame = pd.DataFrame(answer.rows, columns=answer.columns)
        frame.attrs["hidden"] = answer.hidden
        return frame


def open_ledger(path: str | os.PathLike[str] | None = None) -> Ledger:
    """Open a ledger for reading; without a path the one that ``sbd`` itself would take.

    Raises LedgerError where there is none, it is not ours, damaged, or of a newer program.
    """
    return Ledger(query_sql.open_read_only(Path(path) if path is not None else _default_ledger_path()))


def _default_ledger_path() -> Path:
    named = os.environ.get("SBD_LEDGER")
    return Path(named) if named else default_path()


def _requested_period(period_options: PeriodOptions, month_start: int) -> Period:
    """The one period that was asked for, else this year; months begin on ``month_start``. Raises UsageError."""
    unknown = set(period_options) - PeriodOptions.__optional_keys__
    if unknown:
        raise UsageError(
            f"没有 {'、'.join(sorted(unknown))} 这个参数，期间可以用：{'、'.join(PeriodOptions.__annotations__)}。"
        )
    words = {name: str(value) for name, value in period_options.items() if value is not None}
    days = words.pop("start", None), words.pop("end", None)
    return resolve_period(words, days, month_start_day=month_start)


_DTYPES = {"count": "Int64", "decimal": "Float64", "date": "datetime64[s]"}
"""Kind of a column → its type in pandas; hours have two columns of their own, all else is text."""


def _to_frame(table: Table) -> pd.DataFrame:
    """A table as a data frame, made from its JSON so that the two agree."""
    import pandas as pd  # 300 ms, for those who ask for a table

    json = formats.as_json(table)
    report: dict[str, Any] = json if isinstance(json, dict) else {"title": table.title, "rows": json}
    types, labels, units = {}, {}, {}
    for column in table.columns:
        for name, (dtype, label, unit) in _frame_columns(column).items():
            types[name], labels[name], units[name] = dtype, label, unit
    frame = pd.DataFrame(report["rows"], columns=list(types)).astype(types)
    for key in ("report", "title", "period", "place", "totals", "notes"):
        frame.attrs[key] = report.get(key, list(table.notes) if key == "notes" else None)
    frame.attrs |= {"labels": labels, "units": units}
    return frame


def _frame_columns(column: Column) -> dict[str, tuple[str, str, str]]:
    """The columns of the data frame for one of a table: name → (type, label, unit). Hours and minutes are two."""
    if column.kind == "hours":
        minutes = {"minutes": ("Int64", column.label, "分钟")}
        return ({"hours": ("Float64", column.label, "小时")} if column.name == "hours" else {}) | minutes
    identity = column.hidden and column.name.endswith("_id")
    dtype = "Int64" if identity else _DTYPES.get(column.kind, "string")
    return {column.name: (dtype, column.label, column.unit)}
