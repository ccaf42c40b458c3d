"""Checks of single persons: hours over the cap, two communities on one day, service outside their check-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.checks.finding import PERSON_ID, CheckContext, Finding
from shuangbaodao_cli.values.numbers import format_hours

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAME_PERSON = "(o.id = {0} OR o.same_as = {0})"
"""In SQL: that a person ``o`` is the canonical one of an id, or an alias of it."""
_DAYS = "(CAST(JULIANDAY(COALESCE(a.end_date, a.date)) - JULIANDAY(a.date) AS INTEGER) + 1)"
"""In SQL: for how many days an activity ``a`` lasted."""
_COMMUNITIES = (
    "home AS MATERIALIZED (SELECT t.place AS place, c.id AS community, c.name AS name FROM place AS c "
    "JOIN place_tree AS t ON t.ancestor = c.id WHERE c.level IN ('community', 'village'))"
)
"""In SQL: ``home``, every place within a community or village, with the id and name of that one."""
_REMEDY = "请对照签到表；看 {0}；记错了改：sbd edit activity 编号 字段=值"


def day_hours(context: CheckContext) -> Iterator[Finding]:
    """Days with more hours of one person than the policy's ``hours.daily_cap``."""
    cap = context.policy.number("hours", "daily_cap")
    # The minutes of a longer activity are spread over its days, which only lowers the sum of its first day: so
    # whoever is under the cap without that need not be looked at.
    sql = (
        f"WITH heavy AS (SELECT {PERSON_ID} AS who, p.date AS date FROM participation AS p WHERE p.voided IS NULL "
        "GROUP BY p.date, who HAVING SUM(p.minutes) > :cap) "
        f"SELECT h.who, n.name, h.date, SUM((p.minutes + {_DAYS} - 1) / {_DAYS}) AS spent, GROUP_CONCAT(a.id) "
        f"FROM heavy AS h JOIN person AS n ON n.id = h.who JOIN person AS o ON {_SAME_PERSON.format('h.who')} "
        "JOIN participation AS p ON p.person = o.id AND p.date = h.date AND p.voided IS NULL "
        "JOIN activity AS a ON a.id = p.activity AND a.voided IS NULL "
        "GROUP BY h.date, h.who HAVING spent > :cap ORDER BY h.date, h.who"
    )
    for person, name, day, minutes, ids in context.connection.execute(sql, {"cap": cap * 60}):
        activities = _parse_ids(ids)
        yield Finding(
            "day-hours",
            "person",
            person,
            f"{name} {day} 记了 {format_hours(minutes)} 小时（{len(activities)} 次活动），多于一天 {cap} 小时",
            _REMEDY.format(_show_commands(activities)),
            (day, minutes, *activities),
            tuple(("activity", activity) for activity in activities),
        )


def month_hours(context: CheckContext) -> Iterator[Finding]:
    """Months with more hours of one person than the policy's ``check.monthly_cap``."""
    cap = context.limit("monthly_cap")
    sql = (
        f"WITH heavy AS (SELECT {PERSON_ID} AS who, SUBSTR(p.date, 1, 7) AS month, SUM(p.minutes) AS minutes "
        "FROM participation AS p WHERE p.voided IS NULL GROUP BY month, who HAVING SUM(p.minutes) > :cap) "
        "SELECT h.who, n.name, h.month, h.minutes FROM heavy AS h JOIN person AS n ON n.id = h.who "
        "ORDER BY h.month, h.who"
    )
    for person, name, month, minutes in context.connection.execute(sql, {"cap": cap * 60}):
        message = f"{name} {month} 记了 {format_hours(minutes)} 小时，多于一个月 {cap} 小时"
        remedy = f"请逐次对照签到表：sbd show person {person}"
        yield Finding("month-hours", "person", person, message, remedy, (month, minutes))


def two_places(context: CheckContext) -> Iterator[Finding]:
    """Days on which one person took part in activities of two communities."""
    sql = (
        f"WITH {_COMMUNITIES}, long AS MATERIALIZED (SELECT id, date, end_date FROM activity "
        "WHERE voided IS NULL AND end_date > date), "
        f"days AS (SELECT {PERSON_ID} AS who, p.date AS date FROM participation AS p WHERE p.voided IS NULL "
        "GROUP BY p.date, who HAVING COUNT(*) > 1 "
        f"UNION SELECT {PERSON_ID}, q.date FROM long "
        "JOIN participation AS p ON p.activity = long.id AND p.voided IS NULL "
        f"JOIN person AS o ON {_SAME_PERSON.format(PERSON_ID)} "
        "JOIN participation AS q ON q.person = o.id AND q.voided IS NULL "
        "AND q.date > long.date AND q.date <= long.end_date) "
        "SELECT d.who, n.name, d.date, GROUP_CONCAT(DISTINCT h.name), GROUP_CONCAT(a.id) FROM days AS d "
        f"JOIN person AS n ON n.id = d.who JOIN person AS o ON {_SAME_PERSON.format('d.who')} "
        "JOIN participation AS p ON p.person = o.id AND p.voided IS NULL "
        "AND (p.date = d.date OR p.activity IN (SELECT id FROM long)) "
        "JOIN activity AS a ON a.id = p.activity AND a.voided IS NULL "
        "AND a.date <= d.date AND COALESCE(a.end_date, a.date) >= d.date JOIN home AS h ON h.place = a.place "
        "GROUP BY d.date, d.who HAVING COUNT(DISTINCT h.community) > 1 ORDER BY d.date, d.who"
    )
    for person, name, day, places, ids in context.connection.execute(sql):
        activities = _parse_ids(ids)
        yield Finding(
            "two-places",
            "person",
            person,
            f"{name} {day} 在{'、'.join(sorted(places.split(',')))}都有活动",
            _REMEDY.format(_show_commands(activities)),
            (day, *activities),
            tuple(("activity", activity) for activity in activities),
        )


def outside_checkin(context: CheckContext) -> Iterator[Finding]:
    """Check-ins whose person took part in that community before or after it; all such activities are one finding."""
    same_person = _SAME_PERSON.format("COALESCE(h.same_as, h.id)")
    sql = (
        "SELECT MIN(c.id), n.name, w.name, MIN(c.since) AS since, MAX(c.until) AS until, MIN(c.since) > a.date, "
        "p.id, a.id, a.title, a.date "
        "FROM checkin AS c JOIN person AS h ON h.id = c.who_person "
        "JOIN person AS n ON n.id = COALESCE(h.same_as, h.id) "
        f"JOIN person AS o ON {same_person} JOIN participation AS p ON p.person = o.id AND p.voided IS NULL "
        "JOIN activity AS a ON a.id = p.activity AND a.voided IS NULL JOIN place AS w ON w.id = c.place "
        "JOIN place_tree AS t ON t.ancestor = c.place AND t.place = a.place WHERE c.voided IS NULL GROUP BY p.id "
        "HAVING SUM(COALESCE(c.since, '') <= a.date AND COALESCE(c.until, a.date) >= a.date) = 0 "
        "ORDER BY a.date, p.id"
    )
    # Check-in → the participations outside it: id, activity, title, date.
    services: dict[tuple[Any, ...], list[tuple[int, int, str, str]]] = {}
    for checkin, name, place, since, until, is_early, *service in context.connection.execute(sql):
        services.setdefault((checkin, name, place, since, until, is_early), []).append(tuple(service))
    for (checkin, name, place, since, until, is_early), outside in services.items():
        (_, first_activity, title, first_day), last_day = outside[0], outside[-1][-1]
        days = first_day if first_day == last_day else f"{first_day} 至 {last_day}"
        what = f"“{title}”（{days}）" if len(outside) == 1 else f" {len(outside)} 次活动（{days}）"
        when = f"报到是 {since}，活动在前" if is_early else f"{until} 已离开，活动在后"
        yield Finding(
            "outside-checkin",
            "checkin",
            checkin,
            f"{name}参加{place}的{what}：{when}",
            f"请核对日期：sbd show checkin {checkin}；sbd show activity {first_activity}",
            (since, until, *(participation for participation, *_ in outside)),
            tuple(("activity", activity) for _, activity, *_ in outside),
        )


def _parse_ids(text: str) -> list[int]:
    return sorted(map(int, text.split(",")))


def _show_commands(activities: list[int]) -> str:
    return "；".join(f"sbd show activity {activity}" for activity in activities[:3])
