"""Figures beside those of another period: 环比, 同比, and a period beside the year to date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.reports.catalogue import resolve_report
from shuangbaodao_cli.values.numbers import hours
from shuangbaodao_cli.values.period import Period, later
from shuangbaodao_cli.values.period_phrases import to_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.reports.model import Scope

COMPARABLE = ("summary", "needs", "orders", "visits", "meetings", "outcomes")
"""The reports whose rows are parts of a whole, so that those of two periods can stand side by side."""
COMPARISONS = {"previous": "环比", "year": "同比"}
"""``--compare`` word → what offices call it."""


class OtherPeriod(NamedTuple):
    """Another period's figures: what follows the names of its columns, the words for it, and the answer."""

    suffix: str
    label: str
    table: Table


def earlier_period(period: Period, comparison: str) -> Period:
    """The period before one of the same length, or the same days a year before."""
    months = (period.until.year - period.start.year) * 12 + period.until.month - period.start.month
    if comparison == "year":
        return Period(_year_earlier(period.start), _year_earlier(period.until))
    if period.start.day == period.until.day and months:
        return Period(later(period.start.replace(day=1), -months).replace(day=period.start.day), period.start)
    return Period(period.start - timedelta(days=(period.until - period.start).days), period.start)


def _year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def comparison_table(scope: Scope, name: str, *, by: str | None, comparison: str) -> Table:
    """A report with the figures of an earlier period beside its own, and how much they changed."""
    then = earlier_period(scope.period, comparison)
    now = _comparable_table(scope, name, by)
    before = OtherPeriod(
        "before",
        "去年同期" if comparison == "year" else "上期",
        _comparable_table(replace(scope, period=then), name, by),
    )
    table = _join(now, before, with_changes=True)
    note = f"{COMPARISONS[comparison]}：与{then.days}比。增减是本期减{before.label}。"
    meta = {
        **now.meta,
        "compare": {"with": comparison, "from": then.start.isoformat(), "until": then.until.isoformat()},
    }
    return replace(table, title=f"{now.title}（{COMPARISONS[comparison]}）", notes=[note, *now.notes], meta=meta)


def year_to_date_table(scope: Scope, name: str, *, by: str | None, month_start: int) -> Table:
    """A report with the year to date beside it: 本期 and 累计."""
    year = to_date(scope.period.until, month_start)
    now = _comparable_table(scope, name, by)
    whole = OtherPeriod("to_date", "累计", _comparable_table(replace(scope, period=year), name, by))
    table = _join(now, whole, with_changes=False)
    note = f"累计：{year.days}。"
    meta = {**now.meta, "to_date": {"from": year.start.isoformat(), "until": year.until.isoformat()}}
    return replace(table, notes=[note, *now.notes], meta=meta)


def _comparable_table(scope: Scope, name: str, by: str | None) -> Table:
    file, part = resolve_report(name, by)
    if file not in COMPARABLE or part == "month":
        raise UsageError(f"这张报表不能和别的期间并列，可以并列的有：{'、'.join(COMPARABLE)}，和工作汇总的各种分列。")
    return report_table(scope, file, by=part)


def _join(now: Table, other: OtherPeriod, *, with_changes: bool) -> Table:
    """The rows of two answers side by side; a part that only one of them has counts nothing in the other."""
    figures = [at for at, column in enumerate(now.columns) if column.numeric]
    keys = [at for at in range(len(now.columns)) if at not in figures]
    columns = [now.columns[at] for at in keys]
    if with_changes:
        columns += [one for at in figures for one in _comparison_columns(now.columns[at], other)]
    else:
        columns += [replace(now.columns[at], group="本期") for at in figures]
        columns += [_other_column(now.columns[at], other, group=other.label) for at in figures]

    def line(key: Sequence[Any], mine: Sequence[Any] | None, theirs: Sequence[Any] | None) -> tuple[Any, ...]:
        noughts = [None if now.columns[at].kind == "decimal" else 0 for at in figures]
        left = [mine[at] for at in figures] if mine else noughts
        right = [theirs[at] for at in figures] if theirs else noughts
        if not with_changes:
            return (*key, *left, *right)
        pairs = zip(left, right, strict=True)
        return (*key, *(value for pair in pairs for value in (*pair, _difference(*pair))))

    left = {tuple(row[at] for at in keys): row for row in now.rows}
    right = {tuple(row[at] for at in keys): row for row in other.table.rows}
    rows = [line(key, left.get(key), right.get(key)) for key in [*left, *(key for key in right if key not in left)]]
    totals = None
    if now.totals or other.table.totals:
        head = [(now.totals or other.table.totals or ())[at] for at in keys]
        totals = line(head, now.totals, other.table.totals)
    return replace(now, columns=columns, rows=rows, totals=totals)


def _comparison_columns(column: Column, other: OtherPeriod) -> list[Column]:
    """A figure, what it was, and how much it changed: side by side under its name."""
    was, change = _other_column(column, other), replace(column, name=f"{column.name}_change")
    called = (("本期", column.label), (other.label, f"{other.label}{column.label}"), ("增减", f"{column.label}增减"))
    return [
        replace(one, group=column.heading, label=label, alone=alone)
        for one, (label, alone) in zip((column, was, change), called, strict=True)
    ]


def _other_column(column: Column, other: OtherPeriod, *, group: str = "") -> Column:
    return replace(column, name=f"{column.name}_{other.suffix}", group=group)


def _difference(now: Any, before: Any) -> Any:
    if now is None or before is None:
        return None
    return round(now - before, 1) if isinstance(now, float) or isinstance(before, float) else now - before


def transpose_single_row(table: Table) -> Table:
    """Figures side by side that are of the whole, on paper: a line for each, and how much it changed in per cent."""
    if len(table.rows) != 1 or not all(column.numeric for column in table.columns):
        return table
    (row,), columns = table.rows, table.columns
    compares = "compare" in table.meta
    half = len(columns) // 2
    beside = (
        [(at, at + 1, at + 2) for at in range(0, len(columns), 3)]
        if compares
        else [(at, at + half) for at in range(half)]
    )
    body = []
    for at, *others in beside:
        values = [row[one] for one in (at, *others)]
        rate = [_percent_change(*values[:2])] if compares else []
        named = columns[at].heading if compares else columns[at].lower
        body.append((named, *(_display_value(one, columns[at]) for one in values), *rate))
    words = [column.label for column in columns[:3]] if compares else ["本期", "累计"]
    heads = [Column("measure", "指标"), *(Column(f"figure{at}", word, "figure") for at, word in enumerate(words))]
    if compares:
        heads.append(Column("rate", "增减率", "decimal", "%"))
    notes = [*table.notes, *(["增减率不进位；没有可比的不算。"] if compares else [])]
    links = {(line, 1): table.links[0, at] for line, (at, *_) in enumerate(beside) if (0, at) in table.links}
    return replace(table, columns=heads, rows=body, notes=notes, links=links)


def _percent_change(now: float | None, before: float | None) -> float | None:
    """The change in per cent, cut to one decimal; None where there is nothing to compare with."""
    return int(1000 * (now - before) / before) / 10 if now is not None and before else None


def _display_value(value: Any, column: Column) -> Any:
    """A figure as it is said: minutes in hours."""
    return float(hours(value)) if column.kind == "hours" and value is not None else value
