"""Where a figure comes from: its definition, how many rows stand behind it, and the rows themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.output.table import Column, Table, hours
from shuangbaodao_cli.reports.catalogue import choose, question
from shuangbaodao_cli.reports.measures import MEASURES
from shuangbaodao_cli.reports.summing import summed
from shuangbaodao_cli.vocabulary.service import ACTIVITY, PARTICIPATION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shuangbaodao_cli.reports.scope import Scope

Rows = list[dict[str, Any]]


class Behind(NamedTuple):
    """Rows that stand behind figures: the .sql that lists them, its columns, and how each figure comes of them."""

    title: str
    sql: str
    columns: tuple[Column, ...]
    figures: dict[str, Callable[[Rows], int]]
    approximate: str = ""
    """What follows a figure's name in the column that says it is approximate."""


def _sum(name: str) -> Callable[[Rows], int]:
    return lambda rows: sum(row[name] or 0 for row in rows)


_DATE, _PLACE = Column("date", "日期", "date"), Column("place", "社区（村）")
ACTIVITIES = Behind(
    "活动",
    "activities",
    (
        *(Column("id", "编号", "code"), _DATE, Column("title", "活动名称"), _PLACE, Column("org", "组织单位")),
        *(Column("served", "服务群众人次", "count"), Column("resolved", "解决问题数", "count")),
        Column("approximate", "约数"),
    ),
    {"services": len, "served": _sum("served"), "resolved": _sum("resolved")},
    "approximate",
)
LOOKBACKS = Behind(
    "回头看确认解决的需求",
    "lookbacks",
    (
        *(Column("number", "需求编号"), Column("title", "需求内容"), _PLACE, Column("order_number", "单号")),
        *(Column("holder", "承办"), Column("closed", "解决日期", "date")),
    ),
    {"resolved": len},
)
PARTICIPATIONS = Behind(
    "参与记录",
    "participations",
    (
        *(Column("id", "编号", "code"), _DATE, Column("person", "姓名"), Column("activity", "活动名称"), _PLACE),
        *(Column("minutes", "服务时长", "hours", "小时"), Column("approximate", "约数")),
    ),
    {
        "volunteers": lambda rows: len({row["person_id"] for row in rows}),
        "participations": len,
        "hours": _sum("minutes"),
    },
    "approximate",
)
BEHIND = (ACTIVITIES, LOOKBACKS, PARTICIPATIONS)


def explain(scope: Scope, name: str, by: str | None) -> list[Table]:
    """The figures of the summary with their definitions and counts of rows, and the rows behind them.

    RuntimeError where rows do not come to the figure: then one of the two is wrong and nobody may be told either.
    """
    file, _ = choose(name, by)
    if file != "summary":
        raise UsageError("--explain 说明工作汇总和它的各种分列；别的报表本身就列着来源，口径印在表下面。")
    held = [(one, _rows(scope, one)) for one in BEHIND]
    body = summed(scope, None)
    lines = []
    for column, figure in zip(body.columns, body.rows[0], strict=True):
        of = [(one, rows) for one, rows in held if column.name in one.figures]
        if (found := sum(one.figures[column.name](rows) for one, rows in of)) != figure:
            raise RuntimeError(f"{column.name}: the report says {figure}, its rows come to {found}")
        lines.append(_line(column, figure, of))
    heads = [Column("measure", "指标"), Column("value", "数", "figure"), Column("rows", "来自几行", "count")]
    heads += [Column("approximate", "其中约数", "count"), Column("tables", "见哪张表"), Column("definition", "口径")]
    return [Table("口径和来源", heads, lines), *(_listed(one, rows) for one, rows in held if rows)]


def _rows(scope: Scope, behind: Behind) -> Rows:
    cursor = scope.ask(question(behind.sql).sql)
    names = [description[0] for description in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _line(column: Column, figure: int, of: Sequence[tuple[Behind, Rows]]) -> tuple[Any, ...]:
    """One figure: what it is, of how many rows that say something of it, how many of them approximately."""
    key = "minutes" if column.name == "hours" else column.name
    counted = [row for _, rows in of for row in rows if key not in row or row[key] is not None]
    about = sum(key in (row.get("approximate") or "").split() for row in counted)
    value = float(hours(figure)) if column.kind == "hours" else figure
    named = "、".join(one.title for one, rows in of if rows)
    return column.heading, value, len(counted), about, named or None, f"{MEASURES[column.name].definition}。"


def _words(approximate: str) -> str | None:
    """Which figures of a row were written as about so many, as people call them."""
    fields = {**{one.name: one for one in PARTICIPATION.fields}, **{one.name: one for one in ACTIVITY.fields}}
    return "、".join(fields[name].label for name in approximate.split()) or None


def _listed(behind: Behind, rows: Rows) -> Table:
    body = [
        tuple(_words(row[one.name]) if one.name == "approximate" else row[one.name] for one in behind.columns)
        for row in rows
    ]
    return Table(f"{behind.title}（{len(rows)} 行）", behind.columns, body)
