"""What is due: whistles, orders, visits, resolutions, and activities whose record is not complete."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.work import visits
from shuangbaodao_cli.model.orders import STEPS
from shuangbaodao_cli.values import workdays

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

LOOKBACK_DAYS = 92
"""Days back in which activities are searched for missing fields."""
_PLACE_CONDITION = "AND (:place IS NULL OR {0} IN (SELECT place FROM place_tree WHERE ancestor = :place))"
_NEXT_STEPS = {
    "planned": "认领：sbd order claim",
    "dispatched": "认领：sbd order claim",
    "claimed": "办结：sbd order finish",
    "finished": "回头看：sbd order review",
    "reopened": "重办：sbd order claim",
    "returned": "再派：sbd order dispatch",
}


class DueItem(NamedTuple):
    """One thing to be done: its kind, number, title, place, assignee, due day, and the command that records it."""

    kind: str
    number: str
    title: str
    place: str | None
    assignee: str | None
    due: str
    next_step: str


class DueQuery(NamedTuple):
    """What is asked for: what is due until a day, at a place or below it, and how many of each kind at most."""

    connection: sqlite3.Connection
    today: str
    until: str
    place: int | None
    limit: int

    def execute(self, sql: str, **parameters: object) -> sqlite3.Cursor:
        """Execute one of the statements below with the parameters of the query."""
        return self.connection.execute(
            sql, {"until": self.until, "place": self.place, "most": self.limit, **parameters}
        )


def whistles(query: DueQuery) -> Iterator[DueItem]:
    """Departments that were called and have still to sign, make contact or appear."""
    sql = (
        "SELECT o.number, o.title, p.name, g.name, w.pending, w.signed, w.contacted FROM whistle AS w "
        "JOIN [order] AS o ON o.id = w.ticket LEFT JOIN place AS p ON p.id = o.place JOIN org AS u ON u.id = w.org "
        "JOIN org AS g ON g.id = COALESCE(u.same_as, u.id) WHERE w.voided IS NULL AND w.pending IS NOT NULL "
        f"AND SUBSTR(w.pending, 1, 10) <= :until {_PLACE_CONDITION.format('o.place')} "
        "ORDER BY w.pending, w.id LIMIT :most"
    )
    for number, title, place, org, pending, signed, contacted in query.execute(sql):
        step = "签收" if signed is None else "联系" if contacted is None else "到场"
        yield DueItem("whistle", number, title, place, org, pending, f"{step}：sbd order answer {number}")


def orders(query: DueQuery) -> Iterator[DueItem]:
    """Orders whose promised day is near or over, and finished ones that wait for a look-back."""
    sql = (
        "SELECT o.number, o.title, p.name, COALESCE(g.name, t.name, h.name, b.name), o.pending, o.state "
        "FROM [order] AS o LEFT JOIN place AS p ON p.id = o.place LEFT JOIN org AS g ON g.id = o.holder_org "
        "LEFT JOIN team AS t ON t.id = o.holder_team LEFT JOIN person AS h ON h.id = o.holder_person "
        "LEFT JOIN branch AS b ON b.id = o.holder_branch WHERE o.voided IS NULL AND o.pending IS NOT NULL "
        f"AND o.pending <= :until {_PLACE_CONDITION.format('o.place')} ORDER BY o.pending, o.id LIMIT :most"
    )
    for number, title, place, holder, pending, state in query.execute(sql):
        yield DueItem(
            "order", number, title, place, holder, pending, f"{_NEXT_STEPS.get(state, STEPS[state][0])} {number}"
        )


def visits_due(query: DueQuery) -> Iterator[DueItem]:
    """Care recipients who are to be visited: on the day agreed last time, or by the cadence of their level."""
    rules = policy.current(query.connection)
    sql = (
        "SELECT s.number, s.kind, s.level, p.name, COALESCE(g.name, t.name, h.name), v.date, v.next, v.changed, "
        "SUBSTR(e.at, 1, 10) FROM subject AS s JOIN entry AS e ON e.id = s.entry "
        "LEFT JOIN visit AS v ON v.id = (SELECT l.id FROM visit AS l WHERE l.subject = s.id AND l.voided IS NULL "
        "ORDER BY l.date DESC, l.id DESC LIMIT 1) LEFT JOIN place AS p ON p.id = s.place "
        "LEFT JOIN org AS g ON g.id = s.visitor_org LEFT JOIN team AS t ON t.id = s.visitor_team "
        f"LEFT JOIN person AS h ON h.id = s.visitor_person WHERE s.voided IS NULL {_PLACE_CONDITION.format('s.place')}"
    )
    items = []
    for number, kind, level, place, assignee, last_visit, agreed_day, changed, registered in query.execute(sql):
        due = visits.next_due(rules, level, last_visit or min(registered, query.today), agreed_day, changed)
        if due <= query.until:
            title = f"走访（{kind or '重点对象'}）" + ("" if last_visit else "，还没有走访过")
            items.append(DueItem("visit", number, title, place, assignee, due, f"走访：sbd log visit {number}"))
    yield from sorted(items, key=lambda item: (item.due, item.number))[: query.limit]


def resolutions(query: DueQuery) -> Iterator[DueItem]:
    """Resolutions of meetings that nobody has carried out yet."""
    sql = (
        "SELECT r.number, r.title, p.name, COALESCE(g.name, r.owner), r.due FROM resolution AS r "
        "JOIN meeting AS m ON m.id = r.meeting LEFT JOIN place AS p ON p.id = m.place "
        "LEFT JOIN org AS u ON u.id = r.org LEFT JOIN org AS g ON g.id = COALESCE(u.same_as, u.id) "
        "LEFT JOIN project AS j ON j.id = r.project WHERE r.due IS NOT NULL AND r.done_on IS NULL "
        "AND r.voided IS NULL AND j.done_on IS NULL AND r.due <= :until AND NOT EXISTS "
        "(SELECT 1 FROM [order] AS o WHERE o.resolution = r.id AND o.closed IS NOT NULL AND o.voided IS NULL) "
        f"{_PLACE_CONDITION.format('m.place')} ORDER BY r.due, r.id LIMIT :most"
    )
    for number, title, place, assignee, due in query.execute(sql):
        yield DueItem(
            "resolution", number, title, place, assignee, due, f"办了请记：sbd edit resolution {number} 完成日期=…"
        )


def incomplete_activities(query: DueQuery) -> Iterator[DueItem]:
    """Volunteer activities that lack a field that 67号令 art. 7 asks for; art. 11 gives ten working days."""
    days = policy.current(query.connection).number("record", "entry_days")
    sql = (
        "SELECT a.id, a.title, p.name, COALESCE(g.name, a.leader), COALESCE(a.end_date, a.date), a.place IS NULL, "
        "a.content IS NULL, a.minutes IS NULL, a.org IS NULL, a.leader IS NULL FROM activity AS a "
        "LEFT JOIN place AS p ON p.id = a.place LEFT JOIN org AS u ON u.id = a.org "
        "LEFT JOIN org AS g ON g.id = COALESCE(u.same_as, u.id) WHERE a.voided IS NULL AND a.volunteer = 1 "
        "AND a.date >= :since AND (a.place IS NULL OR a.content IS NULL OR a.minutes IS NULL OR a.org IS NULL "
        f"OR a.leader IS NULL) {_PLACE_CONDITION.format('a.place')} ORDER BY a.date, a.id LIMIT :most"
    )
    since = (date.fromisoformat(query.today) - timedelta(days=LOOKBACK_DAYS)).isoformat()
    for id_, title, place, assignee, day, *missing_flags in query.execute(sql, since=since):
        due = workdays.add_workdays(day, days)
        field_labels = ("地点", "内容", "时长", "单位", "负责人")
        missing = "、".join(label for label, is_missing in zip(field_labels, missing_flags, strict=True) if is_missing)
        if due <= query.until:
            yield DueItem(
                "record",
                str(id_),
                f"{title}，缺{missing}",
                place,
                assignee,
                due,
                f"补记：sbd edit activity {id_} 字段=值",
            )


KINDS: dict[str, tuple[str, Callable[[DueQuery], Iterator[DueItem]]]] = {
    "whistle": ("吹哨", whistles),
    "order": ("工单", orders),
    "visit": ("走访", visits_due),
    "resolution": ("议定事项", resolutions),
    "record": ("活动记录", incomplete_activities),
}
"""Kind of duty → its label, and the generator of what is due."""
