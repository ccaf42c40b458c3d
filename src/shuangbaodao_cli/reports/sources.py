"""The rows behind the figures of reports: the .sql that lists them, and how each figure is derived from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.model.orders import SATISFACTION, STEP
from shuangbaodao_cli.output.table import Column
from shuangbaodao_cli.reports import model, orders

if TYPE_CHECKING:
    from collections.abc import Callable

    from shuangbaodao_cli.reports.model import Scope

Row = dict[str, Any]
Rows = list[Row]


class Source(NamedTuple):
    """Rows behind figures, the columns that are shown of them, and for each figure how the rows give it."""

    title: str
    query_name: str
    columns: tuple[Column, ...]
    figures: dict[str, Callable[[Rows], Any]]
    derive_values: Callable[[Scope, Row], Row] | None = None
    """What a row gives to the figures, where its .sql does not say so."""


def _total(name: str) -> Callable[[Rows], int]:
    """The sum of a column."""
    return lambda rows: sum(row[name] or 0 for row in rows)


def _distinct_count(*names: str) -> Callable[[Rows], int]:
    """How many different values (of several columns together) there are; rows without the first do not count."""
    return lambda rows: len({tuple(row[name] for name in names) for row in rows if row[names[0]] is not None})


def _mean(name: str) -> Callable[[Rows], float | None]:
    """The mean of a column over the rows that have a value."""
    return lambda rows: model.mean([row[name] for row in rows if row[name] is not None])


def _share(part: str, whole: str) -> Callable[[Rows], float | None]:
    """What share the sum of one column is of that of another, in per cent."""
    return lambda rows: model.share(_total(part)(rows), _total(whole)(rows))


def _sums(*names: str) -> dict[str, Callable[[Rows], Any]]:
    return {name: _total(name) for name in names}


def _count_columns(**labels: str) -> tuple[Column, ...]:
    return tuple(Column(name, label, "count") for name, label in labels.items())


_ID, _DATE, _PLACE = Column("id", "编号", "code"), Column("date", "日期", "date"), Column("place", "社区（村）")
_APPROXIMATE = Column("approximate", "约数")

ACTIVITIES = Source(
    "活动",
    "activities",
    (
        *(_ID, _DATE, Column("title", "活动名称"), _PLACE, Column("org", "组织单位")),
        *(*_count_columns(served="服务群众人次", resolved="解决问题数"), _APPROXIMATE),
    ),
    {"services": len, **_sums("served", "resolved")},
)
LOOKBACKS = Source(
    "回头看确认解决的需求",
    "lookbacks",
    (
        *(Column("number", "需求编号"), Column("title", "需求内容"), _PLACE, Column("order_number", "单号")),
        *(Column("holder", "承办"), Column("closed", "解决日期", "date")),
    ),
    {"resolved": len},
)
PARTICIPATIONS = Source(
    "参与记录",
    "participations",
    (
        *(_ID, _DATE, Column("person", "姓名"), Column("activity", "活动名称"), _PLACE),
        *(Column("minutes", "服务时长", "hours", "小时"), _APPROXIMATE),
    ),
    {"volunteers": _distinct_count("person_id"), "participations": len, "hours": _total("minutes")},
)
SUMMARY = (ACTIVITIES, LOOKBACKS, PARTICIPATIONS)
"""What is behind the summary and its divisions."""
NEEDS = Source(
    "需求",
    "needs",
    (
        *(Column("number", "需求编号"), Column("title", "需求内容"), Column("place_name", "社区（村）")),
        *(Column("raised_on", "提出日期", "date"), Column("closed_on", "解决日期", "date")),
        *(Column("due", "承诺办结日期", "date"), Column("order_number", "单号")),
        *_count_columns(collected="收集", closed="解决", met="期内收集已解决", overdue="逾期", days="用时（天）"),
    ),
    {**_sums("collected", "closed", "overdue"), "rate": _share("met", "collected"), "days": _mean("days")},
    lambda scope, row: {
        "closed_on": row["closed"],
        **orders.need_figures(scope, row["raised_on"], row["closed"], row["due"])._asdict(),
    },
)
STEPS = Source(
    "工单步骤",
    "orders",
    (
        *(Column("number", "单号"), Column("title", "事项"), Column("holder", "承办"), _DATE),
        Column("step", "步骤", labels={name: STEP.show(name) for name in orders.COUNTED_STEPS}),
        *(Column("due", "承诺办结日期", "date"), *_count_columns(overdue="逾期办结", days="用时（天）")),
        Column("satisfaction", "满意度", labels={value: SATISFACTION.show(value) for value in ("good", "fair", "bad")}),
    ),
    {
        **_sums(*orders.COUNTED_STEPS, "overdue"),
        "days": _mean("days"),
        "satisfied": _share("satisfied", "asked"),
    },
    lambda _, row: _step_values(row),
)
VISITS = Source(
    "走访记录",
    "visited",
    (
        *(_ID, _DATE, _PLACE, Column("subject", "走访对象编号", "code"), Column("visitor", "走访人")),
        *_count_columns(found="发现问题", changed="重大变化"),
    ),
    {
        "visits": len,
        "subjects": _distinct_count("subject"),
        **_sums("found", "changed"),
        "visitors": _distinct_count("who", "place_id"),
    },
)
MEETINGS = Source(
    "联席会议",
    "met",
    (
        _ID,
        _DATE,
        Column("title", "会议名称"),
        _PLACE,
        *_count_columns(present="到会单位", agreed="议定事项", done="已落实"),
    ),
    {"meetings": len, **_sums("present", "agreed", "done")},
)
ENROLLED = Source(
    "应报到的人",
    "enrolled",
    (_ID, Column("person", "姓名"), Column("org", "单位"), *_count_columns(reported="已报到")),
    {
        "due": len,
        "reported": _total("reported"),
        "rate": lambda rows: model.share(_total("reported")(rows), len(rows)),
    },
)
UNITS = Source(
    "包联和报到的单位",
    "linked",
    (_ID, Column("org", "单位"), *_count_columns(paired="包联", reported="报到")),
    {"paired": _total("paired"), "units": _total("reported")},
)
OUTCOMES = Source(
    "成果",
    "achieved",
    (
        *(_ID, _DATE, Column("what", "成果"), Column("quantity", "数量", "count"), Column("unit", "计量单位")),
        *(Column("activity", "活动名称"), Column("project", "项目名称"), _APPROXIMATE),
    ),
    {"quantity": _total("quantity")},
)


def _step_values(row: Row) -> Row:
    """What a step gives to the figures; ``asked`` where a resident said how satisfied they are."""
    figures = orders.step_figures(row["step"], row["date"], row["opened_on"], row["due"], row["satisfaction"])
    satisfied = figures.satisfied
    return {
        **figures._asdict(),
        "satisfied": None if satisfied is None else int(satisfied),
        "asked": satisfied is not None,
    }
