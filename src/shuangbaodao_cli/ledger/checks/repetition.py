"""Checks of repetition: the same people every month, like activities typed at once, the same hours for everybody."""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger.checks.finding import PERSON_ID, CheckContext, Finding, doublings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _ActivityPeople(NamedTuple):
    """An activity with the canonical ids of its participants."""

    id: int
    title: str
    date: str
    people: frozenset[int]

    @property
    def month_index(self) -> int:
        """Its month, numbered on across years."""
        return int(self.date[:4]) * 12 + int(self.date[5:7])


def same_people(context: CheckContext) -> Iterator[Finding]:
    """Series of like activities whose participants are nearly the same for months, one finding each."""
    for run in _runs(context):
        months = sorted({activity.date[:7] for activity in run})
        if len(months) >= context.limit("same_months"):
            first, last = run[0], run[-1]
            yield Finding(
                "same-people",
                "activity",
                first.id,
                f"“{first.title}”从 {months[0]} 到 {months[-1]} 的 {len(run)} 次，参加的 {len(first.people)} 人"
                "几乎一样，只有日期不同",
                f"请对照各次签到表：sbd show activity {first.id}；sbd show activity {last.id}",
                (first.id, doublings(len(months), context.limit("same_months"))),
                _activity_refs(activity.id for activity in run),
            )


def _runs(context: CheckContext) -> Iterator[list[_ActivityPeople]]:
    """Series of like activities, each with nearly the people of the one before, and at most a month after it."""
    percent = context.limit("same_percent")
    for _, series in groupby(_candidates(context), key=itemgetter(0)):
        run: list[_ActivityPeople] = []
        for _, activity in series:
            if run and not _continues(run[-1], activity, percent):
                yield run
                run = []
            run.append(activity)
        yield run


def _continues(last: _ActivityPeople, activity: _ActivityPeople, percent: int) -> bool:
    """Whether an activity is at most a month after the last one, with nearly the same people."""
    shared, total = len(last.people & activity.people), len(last.people | activity.people)
    return activity.month_index - last.month_index <= 1 and shared * 100 >= percent * total


def _candidates(context: CheckContext) -> Iterator[tuple[object, _ActivityPeople]]:
    """Activities with enough people, of a title, place and duration (the key) found in enough months; by key, date."""
    sql = (
        "WITH peopled AS MATERIALIZED (SELECT a.id, a.title, a.name_key, a.place, a.minutes, a.date "
        "FROM activity AS a JOIN participation AS p ON p.activity = a.id AND p.voided IS NULL "
        "WHERE a.voided IS NULL GROUP BY a.id HAVING COUNT(*) >= :people), "
        "often AS MATERIALIZED (SELECT name_key, place, minutes FROM peopled GROUP BY name_key, place, minutes "
        "HAVING COUNT(DISTINCT SUBSTR(date, 1, 7)) >= :months) "
        "SELECT x.name_key, x.place, x.minutes, x.id, x.title, x.date, "
        f"(SELECT JSON_GROUP_ARRAY({PERSON_ID}) FROM participation AS p WHERE p.activity = x.id AND p.voided IS NULL) "
        "FROM often AS o JOIN peopled AS x ON x.name_key = o.name_key AND x.place IS o.place "
        "AND x.minutes IS o.minutes ORDER BY x.name_key, x.place, x.minutes, x.date, x.id"
    )
    values = {"people": context.limit("same_people"), "months": context.limit("same_months")}
    for name, place, minutes, id_, title, day, people in context.connection.execute(sql, values):
        yield (name, place, minutes), _ActivityPeople(id_, title, day, frozenset(json.loads(people)))


def alike_rows(context: CheckContext) -> Iterator[Finding]:
    """Many activities of one title, place and duration typed within minutes; imported ones are left out."""
    count, minutes = context.limit("alike_rows"), context.limit("alike_minutes")
    sql = (
        "WITH typed AS (SELECT a.id, a.title, a.name_key, a.place, a.minutes, e.operator, "
        "CAST(STRFTIME('%s', e.at) AS INTEGER) AS at FROM entry AS e "
        "JOIN activity AS a ON a.entry = e.id AND a.voided IS NULL "
        "WHERE e.id NOT IN (SELECT entry FROM batch)), "
        "paced AS MATERIALIZED (SELECT *, at - LAG(at, :before) OVER same AS lasted FROM typed "
        "WINDOW same AS (PARTITION BY operator, name_key, place, minutes ORDER BY at, id)) "
        "SELECT MIN(x.id), x.title, COUNT(DISTINCT x.id), GROUP_CONCAT(DISTINCT x.id) FROM paced AS y "
        "JOIN paced AS x ON x.operator = y.operator AND x.name_key = y.name_key AND x.place IS y.place "
        "AND x.minutes IS y.minutes AND x.at BETWEEN y.at - :seconds AND y.at WHERE y.lasted <= :seconds "
        "GROUP BY x.operator, x.name_key, x.place, x.minutes ORDER BY 1"
    )
    values = {"before": count - 1, "seconds": minutes * 60}
    for id_, title, total, joined_ids in context.connection.execute(sql, values):
        ids = sorted(map(int, joined_ids.split(",")))
        message = f"“{title}”地点、时长都一样的 {total} 条，是几分钟里一条接一条记的"
        remedy = f"请核对是不是重复：sbd show activity {ids[0]}；重复的 sbd void activity 编号 --reason 重复"
        yield Finding("alike-rows", "activity", id_, message, remedy, tuple(ids), _activity_refs(ids))


def same_hours(context: CheckContext) -> Iterator[Finding]:
    """Places where in each of many activities all participants have the same duration."""
    minimum = context.limit("same_hours")
    sql = (
        "WITH timed AS (SELECT a.place AS place, MIN(p.minutes) = MAX(p.minutes) AS same FROM activity AS a "
        "JOIN participation AS p ON p.activity = a.id AND p.voided IS NULL WHERE a.voided IS NULL "
        "AND a.place IS NOT NULL GROUP BY a.id HAVING COUNT(p.minutes) > 1) "
        "SELECT t.place, w.name, COUNT(*) FROM timed AS t JOIN place AS w ON w.id = t.place "
        "GROUP BY t.place HAVING COUNT(*) >= :minimum AND MIN(t.same) = 1 ORDER BY t.place"
    )
    for place, name, count in context.connection.execute(sql, {"minimum": minimum}):
        message = f"{name}的 {count} 次活动，每一次参加的人时长都相同"
        remedy = f"请问时长是不是各人实际的；抽几次对照签到表：sbd check sample --place {name}"
        yield Finding("same-hours", "place", place, message, remedy, (doublings(count, minimum),))


def _activity_refs(activities: Iterable[int]) -> tuple[tuple[str, int], ...]:
    return tuple(("activity", activity) for activity in activities)
