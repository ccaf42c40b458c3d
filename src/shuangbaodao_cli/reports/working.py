"""Reports of the work itself: needs and how they were met, orders, visits, and where nothing is yet."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger import finding
from shuangbaodao_cli.output.table import Column
from shuangbaodao_cli.reports.catalogue import question
from shuangbaodao_cli.reports.scope import UNSAID, Body, Scope
from shuangbaodao_cli.vocabulary.places import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Need = tuple[int, str | None, str | None, str | None]
"""Place, and the days on which a need was raised, closed and promised."""


def needs(scope: Scope) -> Body:
    """Needs by place: how many were raised and closed in the period, how fast, and how many too late."""
    held: dict[int, list[Need]] = defaultdict(list)
    for row in scope.ask(question("needs").sql):
        held[row[0]].append(row)
    names = finding.all_names(scope.connection, "place")
    columns = [
        Column("place", "社区（村）"),
        Column("place_id", "编号", hidden=True),
        Column("collected", "收集", "count", "件"),
        Column("closed", "解决", "count", "件"),
        Column("rate", "解决率", "decimal", "%"),
        Column("days", "平均用时", "decimal", "天"),
        Column("overdue", "逾期", "count", "件"),
    ]
    rows: list[Sequence[Any]] = [
        (names.get(place, UNSAID), place or None, *_figures(scope, rows)) for place, rows in held.items()
    ]
    rows.sort(key=lambda row: (-row[2], str(row[0])))
    notes = [
        "收集：期间内提出的。解决：期间内回头看确认的。",
        "解决率：期间内提出的需求中，到期末已确认解决的占多少，不进位。",
        "平均用时：期间内解决的，从提出到确认的天数，写明了提出日期的才算。",
        "逾期：承诺的日期过了还没有解决的，和过了才解决的。",
    ]
    total = _figures(scope, [row for rows in held.values() for row in rows])
    return Body(columns, rows, ["合计", None, *total], notes)


def _figures(scope: Scope, rows: Iterable[Need]) -> tuple[int, int, float | None, float | None, int]:
    start, until = scope.period.start.isoformat(), scope.period.until.isoformat()
    collected = closed = met = overdue = 0
    took = []
    for _, raised, done, due in rows:
        fresh = raised is not None and start <= raised < until
        collected += fresh
        met += fresh and done is not None and done < until
        overdue += due is not None and due < min(done or until, until)
        if done is not None and start <= done < until:
            closed += 1
            if raised is not None:
                took.append(_days(raised, done))
    return collected, closed, _share(met, collected), _mean(took), overdue


STEPS = ("claimed", "finished", "reviewed", "returned", "reopened")
"""The steps that are counted for who has an order in hand."""


def orders(scope: Scope) -> Body:
    """Orders by who had them in hand: the steps, how fast, and what residents said of it."""
    held: dict[tuple[Any, ...], list[Sequence[Any]]] = defaultdict(list)
    for kind, id_, holder, *rest in scope.ask(question("orders").sql):
        held[kind, id_, holder].append(rest)
    labels = ["认领", "办结", "解决", "退回", "重办", "逾期办结"]
    names = question("orders").columns
    columns = [Column("holder", "承办")]
    columns += [Column(name, label, "count", "件") for name, label in zip(names[1:], labels, strict=False)]
    columns += [Column("days", "平均用时", "decimal", "天"), Column("satisfied", "满意率", "decimal", "%")]
    rows = [(holder or UNSAID, *_course(events)) for (_, _, holder), events in held.items()]
    rows.sort(key=lambda row: (-row[1], str(row[0])))
    notes = [
        "期间内走过的步骤，算在当时的承办人名下；撤回的不算。按承办列出，不排名次。",
        "平均用时：期间内确认解决的，从开单到确认的天数。",
        "满意率：回头看写明满意程度的里面，满意和基本满意的占多少，不进位。",
    ]
    total = _course([event for events in held.values() for event in events])
    return Body(columns, rows, ["合计", *total] if rows else None, notes)


def _course(events: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """The figures of the steps of orders, each with its step, day, opening, promised day and satisfaction."""
    counts = [sum(step == wanted for step, *_ in events) for wanted in STEPS]
    late = sum(step == "finished" and due is not None and due < day for step, day, _, due, _ in events)
    took = [_days(opened, day) for step, day, opened, *_ in events if step == "reviewed" and opened is not None]
    said = [satisfaction for *_, satisfaction in events if satisfaction is not None]
    content = sum(satisfaction != "bad" for satisfaction in said)
    return *counts, late, _mean(took), _share(content, len(said))


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _mean(days: Sequence[int]) -> float | None:
    """A mean cut to one decimal; nothing where there is nothing."""
    return 10 * sum(days) // len(days) / 10 if days else None


def visits(scope: Scope) -> Body:
    """Visits by place; who was visited is never named."""
    notes = [
        "走访次数：未作废的走访记录数，按走访日期归入期间，不计入服务次数。",
        "走访人数比户数少，说明走访人比较固定。同一走访人在几个社区走访，合计里各计一次。",
    ]
    return _by_place(scope, "visits", ("走访次数", "走访户数", "发现问题", "重大变化", "走访人数"), notes)


def meetings(scope: Scope) -> Body:
    """Joint meetings by place, and what became of what they agreed."""
    notes = [
        "联席会议次数：未作废的会议记录数，按会议日期归入期间。到会单位：各次会议到会单位数之和。",
        "已落实：议定的事项中，到现在写了完成日期的，和转成的项目、工单已经办成的。",
    ]
    return _by_place(scope, "meetings", ("联席会议次数", "到会单位", "议定事项", "已落实"), notes)


def _by_place(scope: Scope, name: str, labels: Sequence[str], notes: list[str]) -> Body:
    """A report that its .sql has added up by place: counts, and their sums."""
    counts = zip(question(name).columns[1:], labels, strict=True)
    columns = [Column("place", "社区（村）"), *(Column(one, label, "count") for one, label in counts)]
    rows = scope.ask(question(name).sql).fetchall()
    return Body(columns, rows, _totals(rows), notes)


def checkins(scope: Scope) -> Body:
    """Who was to report to each community, and who has; of the whole nobody is counted twice."""
    columns = [
        Column("place", "社区（村）"),
        Column("place_id", "编号", hidden=True),
        Column("due", "应报到", "count", "人"),
        Column("reported", "已报到", "count", "人"),
        Column("rate", "报到率", "decimal", "%"),
        Column("paired", "包联单位", "count", "家"),
        Column("units", "报到单位", "count", "家"),
    ]
    found = {
        id_: (name, due, reported, paired, units)
        for id_, name, due, reported, paired, units in scope.ask(question("checkins").sql)
    }
    rows = [
        (name, id_, due, reported, _share(reported, due), paired, units)
        for id_, (name, due, reported, paired, units) in found.items()
        if id_ != scope.place
    ]
    own = found.get(scope.place) if scope.place is not None else None
    if own and not rows:
        return Body(columns, [(own[0], scope.place, own[1], own[2], _share(own[2], own[1]), *own[3:])], None, _REPORTED)
    totals = ["合计", None, own[1], own[2], _share(own[2], own[1]), *own[3:]] if own else None
    notes = _REPORTED if own else [*_REPORTED, "同一个人可能在几个社区报到，不写地点时不列合计；要合计请加 --place。"]
    return Body(columns, rows, totals, notes)


_REPORTED = [
    "应报到：居住在本社区的人，和已在本社区报到的人。已报到：期末前在本社区报到、期间内没有退出的人，同一人只计一次。",
    "报到率：已报到占应报到多少，不进位。各数都包括它下面的网格。",
]


def _share(part: int, whole: int) -> float | None:
    """What share one number is of another, in per cent cut to one decimal."""
    return 1000 * part // whole / 10 if whole else None


def coverage(scope: Scope) -> Body:
    """Communities, villages and grids that lack a branch, a unit, a member or an activity."""
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
    words = ("党支部", "包联单位", "党员", "活动")
    rows, seen = [], 0
    for place, level, kind, *counts in scope.ask(question("coverage").sql):
        seen += 1
        if lacks := [word for word, count in zip(words, counts, strict=True) if not count]:
            rows.append((place, PLACE["level"].type.show(level), kind, *counts, "、".join(lacks)))
    note = f"共 {seen} 个社区、村和网格，{len(rows)} 个有空白。各数都包括它下面的网格。"
    return Body(columns, rows, None, [note])


def _totals(rows: Sequence[Sequence[Any]]) -> list[Any] | None:
    """The sums of all columns but the first; nothing to be added up where there is no row."""
    return ["合计", *(sum(row[at] for row in rows) for at in range(1, len(rows[0])))] if rows else None
