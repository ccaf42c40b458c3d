"""Checks of one person's days: hours over the cap, two communities on one day, outside the time of reporting there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.checks.finding import PERSON_ID, CheckContext, Finding
from shuangbaodao_cli.values.numbers import hours

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAME_PERSON = "(o.id = {0} OR o.same_as = {0})"
"""In SQL: that a person ``o`` is the one that stays, or was merged into that one."""
_DAYS = "(CAST(JULIANDAY(COALESCE(a.end_date, a.date)) - JULIANDAY(a.date) AS INTEGER) + 1)"
_COMMUNITIES = (
    "home AS MATERIALIZED (SELECT t.place AS place, c.id AS community, c.name AS name FROM place AS c "
    "JOIN place_tree AS t ON t.ancestor = c.id WHERE c.level IN ('community', 'village'))"
)
"""In SQL: every place within a community or village, and which that is."""
_REMEDY = "请对照签到表；看 {0}；记错了改：sbd edit activity 编号 字段=值"


def day_hours(context: CheckContext) -> Iterator[Finding]:
    """More hours of one person on one day than the policy takes for likely."""
    cap = context.policy.number("hours", "daily_cap")
    # What lasted several days is spread over them; whoever is under the cap without that is under it with it.
    sql = (
        f"WITH heavy AS (SELECT {PERSON_ID} AS who, p.date AS date FROM participation AS p WHERE p.voided IS NULL "
        "GROUP BY p.date, who HAVING SUM(p.minutes) > :cap) "
        f"SELECT h.who, n.name, h.date, SUM((p.minutes + {_DAYS} - 1) / {_DAYS}) AS spent, GROUP_CONCAT(a.id) "
        f"FROM heavy AS h JOIN person AS n ON n.id = h.who JOIN person AS o ON {_SAME_PERSON.format('h.who')} "
        "JOIN participation AS p ON p.person = o.id AND p.date = h.date AND p.voided IS NULL "
        "JOIN activity AS a ON a.id = p.activity AND a.voided IS NULL "
        "GROUP BY h.date, h.who HAVING spent > :cap ORDER BY h.date, h.who"
    )
    for who, name, day, minutes, ids in context.connection.execute(sql, {"cap": cap * 60}):
        held = _parse_ids(ids)
        yield Finding(
            "day-hours",
            "person",
            who,
            f"{name} {day} 记了 {hours(minutes)} 小时（{len(held)} 次活动），多于一天 {cap} 小时",
            _REMEDY.format(_show_commands(held)),
            (day, minutes, *held),
            tuple(("activity", one) for one in held),
        )


def month_hours(context: CheckContext) -> Iterator[Finding]:
    """More hours of one person in one month than the policy takes for likely."""
    cap = context.limit("monthly_cap")
    sql = (
        f"WITH heavy AS (SELECT {PERSON_ID} AS who, SUBSTR(p.date, 1, 7) AS month, SUM(p.minutes) AS minutes "
        "FROM participation AS p WHERE p.voided IS NULL GROUP BY month, who HAVING SUM(p.minutes) > :cap) "
        "SELECT h.who, n.name, h.month, h.minutes FROM heavy AS h JOIN person AS n ON n.id = h.who "
        "ORDER BY h.month, h.who"
    )
    for who, name, month, minutes in context.connection.execute(sql, {"cap": cap * 60}):
        seen = f"{name} {month} 记了 {hours(minutes)} 小时，多于一个月 {cap} 小时"
        remedy = f"请逐次对照签到表：sbd show person {who}"
        yield Finding("month-hours", "person", who, seen, remedy, (month, minutes))


def two_places(context: CheckContext) -> Iterator[Finding]:
    """One person in the activities of two communities on one day."""
    sql = (
        f"WITH {_COMMUNITIES}, long AS MATERIALIZED (SELECT id, date, end_date FROM activity "
        "WHERE voided IS NULL AND end_date > date), "
        f"days AS (SELECT {PERSON_ID} AS who, p.date AS date FROM participation AS p WHERE p.voided IS NULL "
        "GROUP BY p.date, who HAVING COUNT(*) > 1 "
        f"UNION SELECT {PERSON_ID}, q.date FROM long JOIN participation AS p ON p.activity = long.id AND p.voided IS NULL "
        f"JOIN person AS o ON {_SAME_PERSON.format(PERSON_ID)} JOIN participation AS q ON q.person = o.id AND q.voided IS NULL "
        "AND q.date > long.date AND q.date <= long.end_date) "
        "SELECT d.who, n.name, d.date, GROUP_CONCAT(DISTINCT h.name), GROUP_CONCAT(a.id) FROM days AS d "
        f"JOIN person AS n ON n.id = d.who JOIN person AS o ON {_SAME_PERSON.format('d.who')} "
        "JOIN participation AS p ON p.person = o.id AND p.voided IS NULL "
        "AND (p.date = d.date OR p.activity IN (SELECT id FROM long)) "
        "JOIN activity AS a ON a.id = p.activity AND a.voided IS NULL "
        "AND a.date <= d.date AND COALESCE(a.end_date, a.date) >= d.date JOIN home AS h ON h.place = a.place "
        "GROUP BY d.date, d.who HAVING COUNT(DISTINCT h.community) > 1 ORDER BY d.date, d.who"
    )
    for who, name, day, places, ids in context.connection.execute(sql):
        held = _parse_ids(ids)
        yield Finding(
            "two-places",
            "person",
            who,
            f"{name} {day} 在{'、'.join(sorted(places.split(',')))}都有活动",
            _REMEDY.format(_show_commands(held)),
            (day, *held),
            tuple(("activity", one) for one in held),
        )


def outside_checkin(context: CheckContext) -> Iterator[Finding]:
    """Somebody took part in a community where they had not reported yet, or had left again; one question for each."""
    group = _SAME_PERSON.format("COALESCE(h.same_as, h.id)")
    sql = (
        "SELECT MIN(c.id), n.name, w.name, MIN(c.since) AS since, MAX(c.until) AS until, MIN(c.since) > a.date, "
        "p.id, a.id, a.title, a.date "
        "FROM checkin AS c JOIN person AS h ON h.id = c.who_person "
        "JOIN person AS n ON n.id = COALESCE(h.same_as, h.id) "
        f"JOIN person AS o ON {group} JOIN participation AS p ON p.person = o.id AND p.voided IS NULL "
        "JOIN activity AS a ON a.id = p.activity AND a.voided IS NULL JOIN place AS w ON w.id = c.place "
        "JOIN place_tree AS t ON t.ancestor = c.place AND t.place = a.place WHERE c.voided IS NULL GROUP BY p.id "
        "HAVING SUM(COALESCE(c.since, '') <= a.date AND COALESCE(c.until, a.date) >= a.date) = 0 "
        "ORDER BY a.date, p.id"
    )
    held: dict[tuple[Any, ...], list[tuple[int, int, str, str]]] = {}
    for checkin, name, place, since, until, early, *activity in context.connection.execute(sql):
        held.setdefault((checkin, name, place, since, until, early), []).append(tuple(activity))
    for (checkin, name, place, since, until, early), found in held.items():
        (_, first, title, day), last = found[0], found[-1][-1]
        days = day if day == last else f"{day} 至 {last}"
        which = f"“{title}”（{days}）" if len(found) == 1 else f" {len(found)} 次活动（{days}）"
        when = f"报到是 {since}，活动在前" if early else f"{until} 已离开，活动在后"
        yield Finding(
            "outside-checkin",
            "checkin",
            checkin,
            f"{name}参加{place}的{which}：{when}",
            f"请核对日期：sbd show checkin {checkin}；sbd show activity {first}",
            (since, until, *(participation for participation, *_ in found)),
            tuple(("activity", id_) for _, id_, *_ in found),
        )


def _parse_ids(text: str) -> list[int]:
    return sorted(map(int, text.split(",")))


def _show_commands(activities: list[int]) -> str:
    return "；".join(f"sbd show activity {one}" for one in activities[:3])
