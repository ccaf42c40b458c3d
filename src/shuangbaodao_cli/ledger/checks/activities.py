"""Checks of activities and needs: headcounts against names, hours, persons counted twice, and dates.

Dates: of activities that are still to come or were entered late, and of needs that were closed early.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.checks.finding import COMMUNITY_ID, CheckContext, Finding, doublings
from shuangbaodao_cli.values import workdays
from shuangbaodao_cli.values.numbers import format_hours

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTICIPATIONS = (
    "FROM activity AS a JOIN participation AS p ON p.activity = a.id AND p.voided IS NULL WHERE a.voided IS NULL"
)
_LISTS_SQL = (
    "WITH listed AS MATERIALIZED (SELECT a.id, a.title, a.date, a.headcount, COUNT(*) AS names, "
    f"{COMMUNITY_ID.format('a.place')} AS home {_PARTICIPATIONS} AND a.headcount IS NOT NULL "
    "AND a.approx NOT LIKE '%headcount%' GROUP BY a.id), "
    "habit AS MATERIALIZED (SELECT home, COUNT(*) AS lists, SUM(names < headcount) AS short FROM listed "
    "GROUP BY home HAVING short >= :habit AND short * 2 > lists) "
)
"""In SQL: ``listed``, the activities with a headcount and names; ``habit``, the communities where lists are short by
habit: in more than half of them, and at least as often as the policy says."""


def headcount(context: CheckContext) -> Iterator[Finding]:
    """Activities whose headcount is not the number of names.

    Where the lists of a community are short by habit, they are one finding; an activity with more names than its
    headcount is always a finding of its own.
    """
    yield from _habitually_short_lists(context)
    sql = (
        f"{_LISTS_SQL} SELECT id, title, date, headcount, names FROM listed WHERE names > headcount "
        "OR (names < headcount AND home NOT IN (SELECT home FROM habit)) ORDER BY date, id"
    )
    for id_, title, day, count, names in context.connection.execute(sql, {"habit": context.limit("short_lists")}):
        message = f"“{title}”（{day}）写参加 {count} 人，名单有 {names} 人"
        yield Finding("headcount", "activity", id_, message, edit_remedy(id_, "参加人数"), (count, names))


def _habitually_short_lists(context: CheckContext) -> Iterator[Finding]:
    sql = f"{_LISTS_SQL} SELECT home, w.name, lists, short FROM habit LEFT JOIN place AS w ON w.id = home ORDER BY home"
    """Communities where the lists are short by habit, one finding each."""
    for community, name, lists, short in context.connection.execute(sql, {"habit": context.limit("short_lists")}):
        message = f"{name or '没有写社区'}的活动，{lists} 次既写了参加人数又有名单，其中 {short} 次名单上的人少"
        remedy = "只记一部分人的，可以 sbd check --accept headcount --reason 只记骨干；要记全的，请对照签到表补上"
        # Its facts never change: once accepted, it is accepted for as long as it is the habit.
        yield Finding("headcount", "place" if community else "", community or None, message, remedy, ("habit",))


def no_minutes(context: CheckContext) -> Iterator[Finding]:
    """Activities in which some participations have a duration and others have none."""
    sql = (
        f"SELECT a.id, a.title, a.date, COUNT(*) AS names, COUNT(p.minutes) AS timed {_PARTICIPATIONS} "
        "GROUP BY a.id HAVING timed > 0 AND timed < names ORDER BY a.date, a.id"
    )
    for id_, title, day, names, timed in context.connection.execute(sql):
        message = f"“{title}”（{day}）参加的 {names} 人里，{names - timed} 人没有时长"
        remedy = f"请对照签到表补上：sbd show activity {id_}；sbd edit participation 编号 服务时长=…"
        yield Finding("no-minutes", "activity", id_, message, remedy, (names, timed))


def hours_without_activity(context: CheckContext) -> Iterator[Finding]:
    """Activities without a duration whose participations have one, unless the same entry created both.

    An activity that was created from a list of hours has no other duration.
    """
    sql = (
        f"SELECT a.id, a.title, a.date, COUNT(*), SUM(p.minutes) {_PARTICIPATIONS} AND COALESCE(a.minutes, 0) = 0 "
        "AND p.minutes > 0 GROUP BY a.id HAVING SUM(p.entry = a.entry) = 0 ORDER BY a.date, a.id"
    )
    for id_, title, day, names, minutes in context.connection.execute(sql):
        message = f"“{title}”（{day}）没有写服务时长，参加的 {names} 人却记了 {format_hours(minutes)} 小时"
        yield Finding(
            "hours-without-activity", "activity", id_, message, edit_remedy(id_, "服务时长"), (names, minutes)
        )


def round_numbers(context: CheckContext) -> Iterator[Finding]:
    """Places where nearly every count of people served is a multiple of ten, approximate counts aside."""
    minimum = context.limit("round_least")
    sql = (
        "SELECT w.id, w.name, COUNT(*) AS times, SUM(a.served % 10 = 0) AS round FROM activity AS a "
        "JOIN place AS w ON w.id = a.place WHERE a.voided IS NULL AND a.served >= 10 AND a.approx NOT LIKE '%served%' "
        "GROUP BY w.id HAVING times >= :minimum AND round * 100 >= times * :percent ORDER BY w.id"
    )
    values = {"minimum": minimum, "percent": context.limit("round_percent")}
    for place, name, times, round_times in context.connection.execute(sql, values):
        message = f"{name}的 {times} 次活动，{round_times} 次的服务群众人次是整十的数"
        remedy = "请问是不是数出来的；估计的写成 约30：sbd edit activity 编号 服务群众人次=约30，报表会说明有几个是约数"
        yield Finding("round-numbers", "place", place, message, remedy, (doublings(times, minimum),))


def counted_twice(context: CheckContext) -> Iterator[Finding]:
    """Activities in which two records that are merged into one person take part."""
    sql = (
        "SELECT a.id, a.title, a.date, n.id, n.name, COUNT(*) AS times FROM person AS m "
        "JOIN person AS n ON n.id = m.same_as JOIN participation AS p ON p.person = m.id AND p.voided IS NULL "
        "JOIN activity AS a ON a.id = p.activity AND a.voided IS NULL "
        "JOIN person AS o ON (o.id = n.id OR o.same_as = n.id) AND o.id <> m.id "
        "JOIN participation AS q ON q.activity = a.id AND q.person = o.id AND q.voided IS NULL "
        "WHERE m.same_as IS NOT NULL GROUP BY a.id, n.id ORDER BY a.date, a.id, n.id"
    )
    for id_, title, day, person, name, _ in context.connection.execute(sql):
        message = f"“{title}”（{day}）里，{name}（{person}）和并入他的人都在名单上，算了不止一人次"
        remedy = f"请核对：sbd show activity {id_}；多的一条 sbd void participation 编号 --reason 重复"
        yield Finding("counted-twice", "activity", id_, message, remedy, (person,))


def edit_remedy(id_: int, field: str) -> str:
    """The remedy where a field of an activity may be wrong."""
    return f"请核对：sbd show activity {id_}；记错了改：sbd edit activity {id_} {field}=…"


_ENTRY_DAY = "MIN(SUBSTR(e.at, 1, 10), :today)"
"""In SQL: the date of an entry ``e``, but never later than today: ``SBD_TODAY`` may set an earlier day."""


def future(context: CheckContext) -> Iterator[Finding]:
    """Activities whose date is later than today."""
    sql = "SELECT id, title, date FROM activity WHERE voided IS NULL AND date > :today ORDER BY date, id"
    for id_, title, day in context.connection.execute(sql, {"today": context.today}):
        message = f"“{title}”的日期是 {day}，还没有到"
        yield Finding("future", "activity", id_, message, edit_remedy(id_, "日期"), (day,))


def closed_early(context: CheckContext) -> Iterator[Finding]:
    """Needs that were closed on the day they were raised, or before it."""
    sql = (
        "SELECT id, number, title, raised_on, closed FROM need WHERE voided IS NULL AND closed <= raised_on "
        "ORDER BY closed, id"
    )
    for id_, number, title, raised, closed in context.connection.execute(sql):
        problem = "提出的当天就记了解决" if closed == raised else "解决日期早于提出日期"
        message = f"“{title}”{raised} 提出，{closed} 解决：{problem}"
        remedy = f"请核对两个日期：sbd show need {number or id_}"
        yield Finding("closed-early", "need", id_, message, remedy, (raised, closed))


def late_entry(context: CheckContext) -> Iterator[Finding]:
    """Activities that were entered too many working days after their end; those of one import are one finding."""
    days = context.policy.number("record", "entry_days")
    sql = (
        "WITH term AS MATERIALIZED (SELECT value ->> 0 AS entered, value ->> 1 AS last FROM JSON_EACH(:terms)), "
        f"late AS (SELECT a.id, a.title, COALESCE(a.end_date, a.date) AS day, {_ENTRY_DAY} AS entered, b.id AS batch, "
        "b.file AS file FROM entry AS e JOIN activity AS a ON a.entry = e.id AND a.voided IS NULL "
        f"JOIN term ON term.entered = {_ENTRY_DAY} AND COALESCE(a.end_date, a.date) <= term.last "
        "LEFT JOIN batch AS b ON b.entry = e.id) "
        "SELECT CASE WHEN batch IS NULL THEN id END AS one, MIN(title), MIN(day), MAX(day), entered, batch, file, "
        "COUNT(*) FROM late GROUP BY batch, one ORDER BY MIN(day), batch, one"
    )
    values = {"today": context.today, "terms": json.dumps(_late_cutoffs(context, days))}
    for id_, title, first, last, entered, batch, file, count in context.connection.execute(sql, values):
        if batch is None:
            message = f"“{title}”{last} 结束，{entered} 才记，超过 {days} 个工作日"
            yield Finding(
                "late-entry", "activity", id_, message, f"请核对日期和来由：sbd show activity {id_}", (last, entered)
            )
        else:
            message = f"{file} 里有 {count} 次活动（{first} 至 {last}），{entered} 导入时已超过 {days} 个工作日"
            remedy = f"看 sbd imports 第 {batch} 批；是补录旧账，可以 sbd check --accept late-entry --reason 补录"
            yield Finding("late-entry", "batch", batch, message, remedy, (count, first, last))


def _late_cutoffs(context: CheckContext, days: int) -> list[tuple[str, str]]:
    """Every date of an entry, with the latest end of activities that were too late to be entered then."""
    sql = f"SELECT DISTINCT {_ENTRY_DAY} FROM entry AS e"
    return [(day, _late_cutoff(day, days)) for (day,) in context.connection.execute(sql, {"today": context.today})]


def _late_cutoff(entered_on: str, days: int) -> str:
    """The day before the last ``days`` working days that precede ``entered_on``; both dates are ISO 8601."""
    day = date.fromisoformat(entered_on)
    while days > 0:
        day -= timedelta(days=1)
        days -= workdays.is_workday(day)
    return (day - timedelta(days=1)).isoformat()
