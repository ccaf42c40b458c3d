"""Checks of days: activities that are yet to come or were entered late, needs closed as soon as they were raised."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger import workdays
from shuangbaodao_cli.ledger.checks.activities import edit
from shuangbaodao_cli.ledger.checks.found import Asked, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTERED = "MIN(SUBSTR(e.at, 1, 10), :today)"
"""In SQL: the day on which something was entered; where today is said to be an earlier one, that day."""


def future(asked: Asked) -> Iterator[Finding]:
    """Activities that are yet to come."""
    sql = "SELECT id, title, date FROM activity WHERE voided IS NULL AND date > :today ORDER BY date, id"
    for id_, title, day in asked.connection.execute(sql, {"today": asked.today}):
        seen = f"“{title}”的日期是 {day}，还没有到"
        yield Finding("future", "activity", id_, seen, edit(id_, "日期"), (day,))


def closed_early(asked: Asked) -> Iterator[Finding]:
    """Needs that were closed on the day they were raised, or before."""
    sql = (
        "SELECT id, number, title, raised_on, closed FROM need WHERE voided IS NULL AND closed <= raised_on "
        "ORDER BY closed, id"
    )
    for id_, number, title, raised, closed in asked.connection.execute(sql):
        when = "提出的当天就记了解决" if closed == raised else "解决日期早于提出日期"
        seen = f"“{title}”{raised} 提出，{closed} 解决：{when}"
        remedy = f"请核对两个日期：sbd show need {number or id_}"
        yield Finding("closed-early", "need", id_, seen, remedy, (raised, closed))


def late_entry(asked: Asked) -> Iterator[Finding]:
    """Activities entered after their term; those of one import are one question."""
    days = asked.policy.number("record", "entry_days")
    sql = (
        "WITH term AS MATERIALIZED (SELECT value ->> 0 AS entered, value ->> 1 AS last FROM JSON_EACH(:terms)), "
        f"late AS (SELECT a.id, a.title, COALESCE(a.end_date, a.date) AS day, {_ENTERED} AS entered, b.id AS batch, "
        "b.file AS file FROM entry AS e JOIN activity AS a ON a.entry = e.id AND a.voided IS NULL "
        f"JOIN term ON term.entered = {_ENTERED} AND COALESCE(a.end_date, a.date) <= term.last "
        "LEFT JOIN batch AS b ON b.entry = e.id) "
        "SELECT CASE WHEN batch IS NULL THEN id END AS one, MIN(title), MIN(day), MAX(day), entered, batch, file, "
        "COUNT(*) FROM late GROUP BY batch, one ORDER BY MIN(day), batch, one"
    )
    values = {"today": asked.today, "terms": json.dumps(_terms(asked, days))}
    for id_, title, first, last, entered, batch, file, count in asked.connection.execute(sql, values):
        if batch is None:
            seen = f"“{title}”{last} 结束，{entered} 才记，超过 {days} 个工作日"
            yield Finding(
                "late-entry", "activity", id_, seen, f"请核对日期和来由：sbd show activity {id_}", (last, entered)
            )
        else:
            seen = f"{file} 里有 {count} 次活动（{first} 至 {last}），{entered} 导入时已超过 {days} 个工作日"
            remedy = f"看 sbd imports 第 {batch} 批；是补录旧账，可以 sbd check --accept late-entry --reason 补录"
            yield Finding("late-entry", "batch", batch, seen, remedy, (count, first, last))


def _terms(asked: Asked, days: int) -> list[tuple[str, str]]:
    """Each day on which something was entered → the last day of activities that it was too late for."""
    sql = f"SELECT DISTINCT {_ENTERED} FROM entry AS e"
    return [(day, _last_late(day, days)) for (day,) in asked.connection.execute(sql, {"today": asked.today})]


def _last_late(entered: str, days: int) -> str:
    """The day before the first of the so many working days that ended before ``entered``."""
    found = date.fromisoformat(entered)
    while days > 0:
        found -= timedelta(days=1)
        days -= workdays.is_workday(found)
    return (found - timedelta(days=1)).isoformat()
