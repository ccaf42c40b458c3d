"""Figures beside those of another period: 环比, 同比, and a period beside the year to date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.reports.catalogue import resolve_report
from shuangbaodao_cli.values.numbers import format_hours
from shuangbaodao_cli.values.period import Period, add_months
from shuangbaodao_cli.values.period_phrases import year_to_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.reports.model import Scope

COMPARABLE = ("summary", "needs", "orders", "visits", "meetings", "outcomes")
"""The reports whose rows are parts of a whole, so that those of two periods can stand side by side."""
COMPARISONS = {"previous": "环比", "year": "同比"}
"""``--compare`` word → what offices call it."""


class OtherPeriod(NamedTuple):
    """Another period's figures: what is appended to the names of its columns, its label, and its table."""

    suffix: str
    label: str
    table: Table


def earlier_period(period: Period, comparison: str) -> Period:
    """The period before one of the same length, or the same days a year before."""
    months = (period.until.year - period.start.year) * 12 + period.until.month - period.start.month
    if comparison == "year":
        return Period(_year_earlier(period.start), _year_earlier(period.until))
    if period.start.day == period.until.day and months:
        return Period(add_months(period.start.replace(day=1), -months).replace(day=period.start.day), period.start)
    return Period(period.start - timedelta(days=(period.until - period.start).days), period.start)


def _year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def comparison_table(scope: Scope, name: str, *, by: str | None, comparison: str) -> Table:
    """A report with the figures of an earlier period beside its own, and how much they changed."""
    period = earlier_period(scope.period, comparison)
    now = _comparable_table(scope, name, by)
    label = "去年同期" if comparison == "year" else "上期"
    before = OtherPeriod("before", label, _comparable_table(replace(scope, period=period), name, by))
    table = _join(now, before, with_changes=True)
    note = f"{COMPARISONS[comparison]}：与{period.days_label}比。增减是本期减{label}。"
    compared = {"with": comparison, "from": period.start.isoformat(), "until": period.until.isoformat()}
    return replace(
        table,
        title=f"{now.title}（{COMPARISONS[comparison]}）",
        notes=[note, *now.notes],
        meta={**now.meta, "compare": compared},
    )


def year_to_date_table(scope: Scope, name: str, *, by: str | None, month_start: int) -> Table:
    """A report with the year to date beside it: 本期 and 累计."""
    year = year_to_date(scope.period.until, month_start)
    now = _comparable_table(scope, name, by)
    other = OtherPeriod("to_date", "累计", _comparable_table(replace(scope, period=year), name, by))
    table = _join(now, other, with_changes=False)
    note = f"累计：{year.days_label}。"
    meta = {**now.meta, "to_date": {"from": year.start.isoformat(), "until": year.until.isoformat()}}
    return replace(table, notes=[note, *now.notes], meta=meta)


def _comparable_table(scope: Scope, name: str, by: str | None) -> Table:
    report, division = resolve_report(name, by)
    if report not in COMPARABLE or division == "month":
        raise UsageError(f"这张报表不能和别的期间并列，可以并列的有：{'、'.join(COMPARABLE)}，和工作汇总的各种分列。")
    return report_table(scope, report, by=division)


def _join(now: Table, other: OtherPeriod, *, with_changes: bool) -> Table:
    """The rows of two answers side by side; a part that only one of them has counts nothing in the other."""
    figures = [index for index, column in enumerate(now.columns) if column.is_numeric]
    keys = [index for index, column in enumerate(now.columns) if not column.is_numeric]
    columns = [now.columns[index] for index in keys]
    if with_changes:
        columns += [column for index in figures for column in _comparison_columns(now.columns[index], other)]
    else:
        columns += [replace(now.columns[index], group="本期") for index in figures]
        columns += [_other_column(now.columns[index], other, group=other.label) for index in figures]

    def joined(key: Sequence[Any], row: Sequence[Any] | None, other_row: Sequence[Any] | None) -> tuple[Any, ...]:
        zeros = [None if now.columns[index].kind == "decimal" else 0 for index in figures]
        values = [row[index] for index in figures] if row else zeros
        other_values = [other_row[index] for index in figures] if other_row else zeros
        if not with_changes:
            return (*key, *values, *other_values)
        pairs = zip(values, other_values, strict=True)
        return (*key, *(value for pair in pairs for value in (*pair, _difference(*pair))))

    rows = {tuple(row[index] for index in keys): row for row in now.rows}
    other_rows = {tuple(row[index] for index in keys): row for row in other.table.rows}
    totals = None
    if some := now.totals or other.table.totals:
        totals = joined([some[index] for index in keys], now.totals, other.table.totals)
    joined_rows = [joined(key, rows.get(key), other_rows.get(key)) for key in {**rows, **other_rows}]
    return replace(now, columns=columns, rows=joined_rows, totals=totals)


def _comparison_columns(column: Column, other: OtherPeriod) -> list[Column]:
    """A figure, what it was, and how much it changed: side by side under its name."""
    columns = column, _other_column(column, other), replace(column, name=f"{column.name}_change")
    labels = (("本期", column.label), (other.label, f"{other.label}{column.label}"), ("增减", f"{column.label}增减"))
    return [
        replace(each, group=column.heading, label=label, ungrouped_label=alone)
        for each, (label, alone) in zip(columns, labels, strict=True)
    ]


def _other_column(column: Column, other: OtherPeriod, *, group: str = "") -> Column:
    return replace(column, name=f"{column.name}_{other.suffix}", group=group)


def _difference(now: Any, before: Any) -> Any:
    if now is None or before is None:
        return None
    return round(now - before, 1) if isinstance(now, float) or isinstance(before, float) else now - before


def transpose_single_row(table: Table) -> Table:
    """A table with one row of figures side by side, as a row for each figure with its change in per cent.

    Any other table is returned as it is.
    """
    if len(table.rows) != 1 or not all(column.is_numeric for column in table.columns):
        return table
    (row,), columns = table.rows, table.columns
    compares = "compare" in table.meta
    half = len(columns) // 2
    positions = (
        [(index, index + 1, index + 2) for index in range(0, len(columns), 3)]
        if compares
        else [(index, index + half) for index in range(half)]
    )
    rows = []
    for first, *others in positions:
        values = [row[index] for index in (first, *others)]
        rate = [_percent_change(*values[:2])] if compares else []
        name = columns[first].heading if compares else columns[first].lower_heading
        rows.append((name, *(_display_value(value, columns[first]) for value in values), *rate))
    labels = [column.label for column in columns[:3]] if compares else ["本期", "累计"]
    new_columns = [
        Column("measure", "指标"),
        *(Column(f"figure{index}", label, "figure") for index, label in enumerate(labels)),
        *([Column("rate", "增减率", "decimal", "%")] if compares else []),
    ]
    notes = [*table.notes, *(["增减率不进位；没有可比的不算。"] if compares else [])]
    links = {
        (line, 1): table.links[0, first] for line, (first, *_) in enumerate(positions) if (0, first) in table.links
    }
    return replace(table, columns=new_columns, rows=rows, notes=notes, links=links)


def _percent_change(now: float | None, before: float | None) -> float | None:
    """The change in per cent, cut to one decimal; None where there is nothing to compare with."""
    return int(1000 * (now - before) / before) / 10 if now is not None and before else None


def _display_value(value: Any, column: Column) -> Any:
    """A figure as it is shown: minutes in hours."""
    return float(format_hours(value)) if column.kind == "hours" and value is not None else value
