"""Needs beside resources: what nobody does, what nobody uses, and what could be done together."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports.catalogue import report_query
from shuangbaodao_cli.reports.model import UNSPECIFIED, Scope
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_SIMILARITY = 60
"""From which likeness of two needs on, of a hundred, they may be one project."""
MAX_ROWS = 50
"""How many lines of a table are shown."""
UNMET_STATES = {"raised", "ticketed", "planned", "returned"}
"""States in which nobody has a need in hand."""


class Need(NamedTuple):
    """An open need."""

    id: int
    number: str
    title: str
    category: str
    place: int | None
    place_name: str | None
    parent: int | None
    raised_on: str | None
    state: str


class Resource(NamedTuple):
    """A resource that can be had."""

    number: str
    title: str
    category: str
    place: int | None
    parent: int | None
    owner: str | None
    used: int


def gap(scope: Scope) -> list[Table]:
    """Needs and resources by category, unmet needs with a resource next door, what was never used, like needs."""
    needs = [Need(*row) for row in scope.execute(report_query("gap").sql)]
    resources = [Resource(*row) for row in scope.execute(report_query("unused").sql)]
    return [
        _by_category(scope, needs, resources),
        _nearby_resources(needs, resources),
        _unused_resources(resources),
        _similar_needs(needs),
    ]


def _by_category(scope: Scope, needs: Sequence[Need], resources: Sequence[Resource]) -> Table:
    columns = [
        Column("category", "类别"),
        Column("needs", "未解决需求", "count", "件"),
        Column("unmet", "其中没人办", "count", "件"),
        Column("oldest", "最久", "count", "天"),
        Column("resources", "可用资源", "count", "项"),
        Column("unused", "从没用过", "count", "项"),
    ]
    last = min(scope.period.last, today())
    rows: list[tuple[Any, ...]] = []
    for category in sorted({one.category for one in needs} | {one.category for one in resources}):
        mine = [one for one in needs if one.category == category]
        offered = [one for one in resources if one.category == category]
        days = [(last - date.fromisoformat(one.raised_on)).days for one in mine if one.raised_on]
        unmet = sum(one.state in UNMET_STATES for one in mine)
        unused = sum(not one.used for one in offered)
        rows.append((category or UNSPECIFIED, len(mine), unmet, max(days, default=None), len(offered), unused))
    totals = [
        "合计",
        *(sum(row[at] for row in rows) for at in (1, 2)),
        None,
        *(sum(row[at] for row in rows) for at in (4, 5)),
    ]
    notes = ["未解决需求：到期末还没有回头看确认解决的。从没用过：没有做成项目，提供的单位也没有认领过同类工单。"]
    return Table("需求和资源对照", columns, rows, totals, notes=notes)


def _nearby_resources(needs: Sequence[Need], resources: Sequence[Resource]) -> Table:
    """Unmet needs and unused resources of one category, of the same place or one with the same parent."""
    columns = [
        Column("need", "需求编号"),
        Column("title", "需求内容"),
        Column("place", "社区（网格）"),
        Column("raised_on", "提出日期", "date"),
        Column("resource", "资源编号"),
        Column("offered", "资源内容"),
        Column("owner", "提供单位（人）"),
    ]
    spare = defaultdict(list)
    for one in resources:
        if not one.used and one.category:
            spare[one.category].append(one)
    rows = [
        (need.number, need.title, need.place_name, need.raised_on, one.number, one.title, one.owner)
        for need in needs
        if need.state in UNMET_STATES
        for one in spare[need.category]
        if one.place is None or one.place in {need.place, need.parent} or (one.parent and one.parent == need.parent)
    ]
    return _truncated_table(
        "没人办的需求，隔壁有没用过的资源", columns, rows, ["派给谁可以再看：sbd order suggest 需求编号。"]
    )


def _unused_resources(resources: Sequence[Resource]) -> Table:
    columns = [
        Column("resource", "资源编号"),
        Column("offered", "资源内容"),
        Column("category", "类别"),
        Column("owner", "提供单位（人）"),
    ]
    rows = [(one.number, one.title, one.category or UNSPECIFIED, one.owner) for one in resources if not one.used]
    return _truncated_table("从没用过的资源", columns, rows, [])


def _similar_needs(needs: Sequence[Need]) -> Table:
    """Needs of one category that say nearly the same: each with those like it that were raised later."""
    from rapidfuzz import fuzz, process  # only this table compares words

    columns = [Column("category", "类别"), Column("needs", "需求", "count", "件"), Column("which", "哪几件")]
    groups = defaultdict(list)
    for one in needs:
        groups[one.category].append(one)
    rows = []
    for category, mine in sorted(groups.items()):
        left = mine[:1000]
        while left:
            first, *others = left
            near = process.extract(
                first.title, [one.title for one in others], scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=None
            )
            like = [others[at] for _, _, at in near]
            if like:
                which = "；".join(
                    f"{one.number} {one.title}（{one.place_name or UNSPECIFIED}）" for one in (first, *like)[:8]
                )
                rows.append((category or UNSPECIFIED, len(like) + 1, which))
            taken = {one.id for one in like}
            left = [one for one in others if one.id not in taken]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return _truncated_table("说的差不多、可以并成一个项目的需求", columns, rows, [])


def _truncated_table(title: str, columns: list[Column], rows: list[tuple[Any, ...]], notes: list[str]) -> Table:
    if len(rows) > MAX_ROWS:
        notes = [f"共 {len(rows)} 行，只列出前 {MAX_ROWS} 行；用 --place 看一个社区的。", *notes]
    return Table(title, columns, rows[:MAX_ROWS], notes=notes if rows else [])
