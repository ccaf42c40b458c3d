"""Reports by place: visits, meetings, check-ins, and the places where something is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.output.table import Column
from shuangbaodao_cli.reports.model import Body, Scope, share
from shuangbaodao_cli.reports.queries import report_query

if TYPE_CHECKING:
    from collections.abc import Sequence


def visits(scope: Scope) -> Body:
    """Visits by place; the care recipients are never named."""
    notes = [
        "走访次数：未作废的走访记录数，按走访日期归入期间，不计入服务次数。",
        "走访户数：走访到的不同对象。发现问题：写了发现什么问题的走访，写“无”“正常”的不算。重大变化：写明有的走访。",
        "走访人数：去走访的不同的人、单位和队伍。比户数少，说明走访人比较固定。同一走访人在几个社区走访，合计里各计一次。",
    ]
    return _by_place(scope, "visits", ("走访次数", "走访户数", "发现问题", "重大变化", "走访人数"), notes)


def meetings(scope: Scope) -> Body:
    """Joint meetings by place, and what became of what they agreed."""
    notes = [
        "联席会议次数：未作废的会议记录数，按会议日期归入期间。到会单位：各次会议到会单位数之和。",
        "议定事项：这些会议议定的事项数。",
        "已落实：议定的事项中，到现在写了完成日期的，和转成的项目、工单已经办成的。",
    ]
    return _by_place(scope, "meetings", ("联席会议次数", "到会单位", "议定事项", "已落实"), notes)


def _by_place(scope: Scope, name: str, labels: Sequence[str], notes: list[str]) -> Body:
    """A report whose .sql adds up counts by place, with their totals."""
    counts = zip(report_query(name).columns[1:], labels, strict=True)
    columns = [Column("place", "社区（村）"), *(Column(column, label, "count") for column, label in counts)]
    rows = scope.execute(report_query(name).sql).fetchall()
    return Body(columns, rows, _totals(rows), notes)


def checkins(scope: Scope) -> Body:
    """Who was to check in at each community, and who has.

    Somebody may have checked in at several, so there are totals only for a place: its own row.
    """
    columns = [
        Column("place", "社区（村）"),
        Column("place_id", "编号", hidden=True),
        Column("due", "应报到", "count", "人"),
        Column("reported", "已报到", "count", "人"),
        Column("rate", "报到率", "decimal", "%"),
        Column("paired", "包联单位", "count", "家"),
        Column("units", "报到单位", "count", "家"),
    ]
    rows = {
        id_: (name, id_, due, reported, share(reported, due), paired, units)
        for id_, name, due, reported, paired, units in scope.execute(report_query("checkins").sql)
    }
    if scope.place is None or scope.place not in rows:
        note = "同一个人可能在几个社区报到，不写地点时不列合计；要合计请加 --place。"
        return Body(columns, list(rows.values()), None, [*_CHECKIN_NOTES, note])
    own = rows.pop(scope.place)
    if not rows:
        return Body(columns, [own], None, _CHECKIN_NOTES)
    return Body(columns, list(rows.values()), ["合计", None, *own[2:]], _CHECKIN_NOTES)


_CHECKIN_NOTES = [
    "应报到：居住在本社区的人，和已在本社区报到的人。已报到：期末前在本社区报到、期间内没有退出的人，同一人只计一次。",
    "报到率：已报到占应报到多少，不进位。各数都包括它下面的网格。",
    "包联单位：与它结对、期间内没有解除的单位。报到单位：期末前在这里报到、期间内没有退出的单位。",
]


def coverage(scope: Scope) -> Body:
    """Communities, villages and grids that lack a branch, a paired organisation, a member or an activity."""
    columns = [
        Column("place", "社区、村或网格"),
        Column("level", "级别"),
        Column("kind", "类别"),
        Column("branches", "党支部", "count"),
        Column("units", "包联单位", "count"),
        Column("members", "党员和志愿者", "count"),
        Column("services", "期间活动", "count"),
        Column("lacks", "缺什么"),
    ]
    labels = ("党支部", "包联单位", "党员", "活动")
    rows, place_count = [], 0
    for place, level, kind, *counts in scope.execute(report_query("coverage").sql):
        place_count += 1
        if lacks := [label for label, count in zip(labels, counts, strict=True) if not count]:
            rows.append((place, PLACE["level"].type.show(level), kind, *counts, "、".join(lacks)))
    note = f"共 {place_count} 个社区、村和网格，{len(rows)} 个有空白。各数都包括它下面的网格。"
    return Body(columns, rows, None, [note])


def _totals(rows: Sequence[Sequence[Any]]) -> list[Any] | None:
    """The sums of all columns but the first; None without rows."""
    return ["合计", *(sum(row[index] for row in rows) for index in range(1, len(rows[0])))] if rows else None
