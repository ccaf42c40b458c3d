"""Needs beside resources: what nobody does, what nobody uses, and what could be done together."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports.model import UNSPECIFIED, Body, Scope
from shuangbaodao_cli.reports.queries import report_query
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_SIMILARITY = 60
"""From which similarity of two needs on, of a hundred, they may be one project."""
MAX_ROWS = 50
"""How many rows of a further table are shown."""
MAX_COMPARED_NEEDS = 1000
"""How many needs of one category are compared with each other: the time grows with their square."""
MAX_LISTED_NEEDS = 8
"""How many similar needs are listed in one row."""
UNMET_STATES = {"raised", "ticketed", "planned", "returned"}
"""States in which nobody has a need in hand."""


class Need(NamedTuple):
    """An open need, as gap.sql lists it."""

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
    """An available resource, as unused.sql lists it."""

    number: str
    title: str
    category: str
    place: int | None
    parent: int | None
    owner: str | None
    used: int


def gap(scope: Scope) -> Body:
    """Needs and resources by category; then unmet needs with a resource nearby, unused resources, similar needs."""
    needs = [Need(*row) for row in scope.execute(report_query("gap").sql)]
    resources = [Resource(*row) for row in scope.execute(report_query("unused").sql)]
    further = [_nearby_resources(needs, resources), _unused_resources(resources), _similar_needs(needs)]
    columns = [
        Column("category", "类别"),
        Column("needs", "未解决需求", "count", "件"),
        Column("unmet", "其中没人办", "count", "件"),
        Column("oldest", "最久", "count", "天"),
        Column("resources", "可用资源", "count", "项"),
        Column("unused", "从没用过", "count", "项"),
    ]
    rows = _rows_by_category(scope, needs, resources)
    sums = [
        None if column.name == "oldest" else sum(row[index] for row in rows)
        for index, column in enumerate(columns[1:], 1)
    ]
    notes = ["未解决需求：到期末还没有回头看确认解决的。从没用过：没有做成项目，提供的单位也没有认领过同类工单。"]
    return Body(columns, rows, ["合计", *sums], notes, further)


def _rows_by_category(scope: Scope, needs: Sequence[Need], resources: Sequence[Resource]) -> list[tuple[Any, ...]]:
    """A row for each category; how long the oldest need has been open is counted to the period's end or today."""
    last = min(scope.period.last_day, today())
    rows: list[tuple[Any, ...]] = []
    for category in sorted({need.category for need in needs} | {resource.category for resource in resources}):
        of_category = [need for need in needs if need.category == category]
        offered = [resource for resource in resources if resource.category == category]
        days = [(last - date.fromisoformat(need.raised_on)).days for need in of_category if need.raised_on]
        unmet = sum(need.state in UNMET_STATES for need in of_category)
        unused = sum(not resource.used for resource in offered)
        oldest = max(days, default=None)
        rows.append((category or UNSPECIFIED, len(of_category), unmet, oldest, len(offered), unused))
    return rows


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
    unused = defaultdict(list)
    for resource in resources:
        if not resource.used and resource.category:
            unused[resource.category].append(resource)
    rows = [
        (need.number, need.title, need.place_name, need.raised_on, resource.number, resource.title, resource.owner)
        for need in needs
        if need.state in UNMET_STATES
        for resource in unused[need.category]
        if _is_nearby(need, resource)
    ]
    note = "派给谁可以再看：sbd order suggest 需求编号。"
    return _truncated_table("没人办的需求，隔壁有没用过的资源", columns, rows, [note])


def _is_nearby(need: Need, resource: Resource) -> bool:
    if resource.place is None or resource.place in {need.place, need.parent}:
        return True
    return bool(resource.parent) and resource.parent == need.parent


def _unused_resources(resources: Sequence[Resource]) -> Table:
    columns = [
        Column("resource", "资源编号"),
        Column("offered", "资源内容"),
        Column("category", "类别"),
        Column("owner", "提供单位（人）"),
    ]
    rows = [
        (resource.number, resource.title, resource.category or UNSPECIFIED, resource.owner)
        for resource in resources
        if not resource.used
    ]
    return _truncated_table("从没用过的资源", columns, rows, [])


def _similar_needs(needs: Sequence[Need]) -> Table:
    """Needs of one category with nearly the same words: a row for each with those like it that were raised later."""
    columns = [Column("category", "类别"), Column("needs", "需求", "count", "件"), Column("which", "哪几件")]
    by_category = defaultdict(list)
    for need in needs:
        by_category[need.category].append(need)
    rows = []
    for category, of_category in sorted(by_category.items()):
        remaining = of_category[:MAX_COMPARED_NEEDS]
        while remaining:
            first, *others = remaining
            similar = _similar_to(first, others)
            if similar:
                listed = [first, *similar][:MAX_LISTED_NEEDS]
                which = "；".join(f"{need.number} {need.title}（{need.place_name or UNSPECIFIED}）" for need in listed)
                rows.append((category or UNSPECIFIED, len(similar) + 1, which))
            similar_ids = {need.id for need in similar}
            remaining = [need for need in others if need.id not in similar_ids]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return _truncated_table("说的差不多、可以并成一个项目的需求", columns, rows, [])


def _similar_to(need: Need, others: Sequence[Need]) -> list[Need]:
    """Those of the other needs with nearly the same title, the most similar first."""
    from rapidfuzz import fuzz, process  # only this table compares words

    titles = [other.title for other in others]
    matches = process.extract(need.title, titles, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=None)
    return [others[index] for _, _, index in matches]


def _truncated_table(title: str, columns: list[Column], rows: list[tuple[Any, ...]], notes: list[str]) -> Table:
    if len(rows) > MAX_ROWS:
        notes = [f"共 {len(rows)} 行，只列出前 {MAX_ROWS} 行；用 --place 看一个社区的。", *notes]
    return Table(title, columns, rows[:MAX_ROWS], notes=notes if rows else [])
