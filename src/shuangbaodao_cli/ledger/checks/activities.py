"""Checks of one activity: the names beside its count, their hours, and who stands there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.checks.found import COMMUNITY, Asked, Finding, doublings
from shuangbaodao_cli.output.table import hours

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIVE = "FROM activity AS a JOIN participation AS p ON p.activity = a.id AND p.voided IS NULL WHERE a.voided IS NULL"
_LISTED = (
    "WITH listed AS MATERIALIZED (SELECT a.id, a.title, a.date, a.headcount, COUNT(*) AS names, "
    f"{COMMUNITY.format('a.place')} AS home {_LIVE} AND a.headcount IS NOT NULL "
    "AND a.approx NOT LIKE '%headcount%' GROUP BY a.id), "
    "habit AS MATERIALIZED (SELECT home, COUNT(*) AS lists, SUM(names < headcount) AS short FROM listed "
    "GROUP BY home HAVING short >= :habit AND short * 2 > lists) "
)
"""In SQL: activities with a count of people and names beside it, and the communities where lists are short by habit:
more than half of them, from the number on that the policy says."""


def headcount(asked: Asked) -> Iterator[Finding]:
    """Activities whose count of people is another than that of the names beside it.

    Where a community's lists are short by habit, that is one question; more names than people is always one.
    """
    yield from _short_by_habit(asked)
    sql = (
        f"{_LISTED} SELECT id, title, date, headcount, names FROM listed WHERE names > headcount "
        "OR (names < headcount AND home NOT IN (SELECT home FROM habit)) ORDER BY date, id"
    )
    for id_, title, day, count, names in asked.connection.execute(sql, {"habit": asked.limit("short_lists")}):
        seen = f"“{title}”（{day}）写参加 {count} 人，名单有 {names} 人"
        yield Finding("headcount", "activity", id_, seen, edit(id_, "参加人数"), (count, names))


def _short_by_habit(asked: Asked) -> Iterator[Finding]:
    sql = f"{_LISTED} SELECT home, w.name, lists, short FROM habit LEFT JOIN place AS w ON w.id = home ORDER BY home"
    for home, name, lists, short in asked.connection.execute(sql, {"habit": asked.limit("short_lists")}):
        seen = f"{name or '没有写社区'}的活动，{lists} 次既写了参加人数又有名单，其中 {short} 次名单上的人少"
        remedy = "只记一部分人的，可以 sbd check --accept headcount --reason 只记骨干；要记全的，请对照签到表补上"
        # Accepted once, it is accepted for as long as it is the habit.
        yield Finding("headcount", "place" if home else "", home or None, seen, remedy, ("habit",))


def no_minutes(asked: Asked) -> Iterator[Finding]:
    """Activities where some have hours and others none."""
    sql = (
        f"SELECT a.id, a.title, a.date, COUNT(*) AS names, COUNT(p.minutes) AS timed {_LIVE} "
        "GROUP BY a.id HAVING timed > 0 AND timed < names ORDER BY a.date, a.id"
    )
    for id_, title, day, names, timed in asked.connection.execute(sql):
        seen = f"“{title}”（{day}）参加的 {names} 人里，{names - timed} 人没有时长"
        remedy = f"请对照签到表补上：sbd show activity {id_}；sbd edit participation 编号 服务时长=…"
        yield Finding("no-minutes", "activity", id_, seen, remedy, (names, timed))


def hours_without_activity(asked: Asked) -> Iterator[Finding]:
    """People have hours of an activity that has none; one that came of a list of hours has no other."""
    sql = (
        f"SELECT a.id, a.title, a.date, COUNT(*), SUM(p.minutes) {_LIVE} AND COALESCE(a.minutes, 0) = 0 "
        "AND p.minutes > 0 GROUP BY a.id HAVING SUM(p.entry = a.entry) = 0 ORDER BY a.date, a.id"
    )
    for id_, title, day, names, minutes in asked.connection.execute(sql):
        seen = f"“{title}”（{day}）没有写服务时长，参加的 {names} 人却记了 {hours(minutes)} 小时"
        yield Finding("hours-without-activity", "activity", id_, seen, edit(id_, "服务时长"), (names, minutes))


def round_numbers(asked: Asked) -> Iterator[Finding]:
    """Places where the people served are a multiple of ten nearly every time, and not said to be approximate."""
    least = asked.limit("round_least")
    sql = (
        "SELECT w.id, w.name, COUNT(*) AS times, SUM(a.served % 10 = 0) AS round FROM activity AS a "
        "JOIN place AS w ON w.id = a.place WHERE a.voided IS NULL AND a.served >= 10 AND a.approx NOT LIKE '%served%' "
        "GROUP BY w.id HAVING times >= :least AND round * 100 >= times * :percent ORDER BY w.id"
    )
    values = {"least": least, "percent": asked.limit("round_percent")}
    for place, name, times, tens in asked.connection.execute(sql, values):
        seen = f"{name}的 {times} 次活动，{tens} 次的服务群众人次是整十的数"
        remedy = "请问是不是数出来的；估计的写成 约30：sbd edit activity 编号 服务群众人次=约30，报表会说明有几个是约数"
        yield Finding("round-numbers", "place", place, seen, remedy, (doublings(times, least),))


def counted_twice(asked: Asked) -> Iterator[Finding]:
    """Somebody stands in one activity under two records that were found to be one person."""
    sql = (
        "SELECT a.id, a.title, a.date, n.id, n.name, COUNT(*) AS times FROM person AS m "
        "JOIN person AS n ON n.id = m.same_as JOIN participation AS p ON p.person = m.id AND p.voided IS NULL "
        "JOIN activity AS a ON a.id = p.activity AND a.voided IS NULL "
        "JOIN person AS o ON (o.id = n.id OR o.same_as = n.id) AND o.id <> m.id "
        "JOIN participation AS q ON q.activity = a.id AND q.person = o.id AND q.voided IS NULL "
        "WHERE m.same_as IS NOT NULL GROUP BY a.id, n.id ORDER BY a.date, a.id, n.id"
    )
    for id_, title, day, who, name, _ in asked.connection.execute(sql):
        seen = f"“{title}”（{day}）里，{name}（{who}）和并入他的人都在名单上，算了不止一人次"
        remedy = f"请核对：sbd show activity {id_}；多的一条 sbd void participation 编号 --reason 重复"
        yield Finding("counted-twice", "activity", id_, seen, remedy, (who,))


def edit(id_: int, field: str) -> str:
    """What to do where a field of an activity may be wrong."""
    return f"请核对：sbd show activity {id_}；记错了改：sbd edit activity {id_} {field}=…"
