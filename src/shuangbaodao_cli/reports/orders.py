"""How needs and orders were handled: how many, how fast, how many too late, and how satisfied residents were."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger.records import labels as records_labels
from shuangbaodao_cli.output.table import Column
from shuangbaodao_cli.reports.model import UNSPECIFIED, Body, Scope, mean, share
from shuangbaodao_cli.reports.queries import report_query

if TYPE_CHECKING:
    from collections.abc import Sequence


class NeedFigures(NamedTuple):
    """What a need gives to the figures of a period; ``met``: raised in it and closed by its end; ``days`` it took."""

    collected: bool
    closed: bool
    met: bool
    overdue: bool
    days: int | None


def needs(scope: Scope) -> Body:
    """Needs by place: how many were raised and closed in the period, how fast, and how many too late."""
    by_place: dict[int, list[NeedFigures]] = defaultdict(list)
    for place, *row in scope.execute(report_query("needs").sql):
        by_place[place].append(need_figures(scope, *row[:3]))
    names = records_labels.all_names(scope.connection, "place")
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
        (names.get(place, UNSPECIFIED), place or None, *summarize_needs(figures)) for place, figures in by_place.items()
    ]
    rows.sort(key=lambda row: (-row[2], str(row[0])))
    notes = [
        "收集：期间内提出的。解决：期间内回头看确认的。",
        "解决率：期间内提出的需求中，到期末已确认解决的占多少，不进位。",
        "平均用时：期间内解决的，从提出到确认的天数，写明了提出日期的才算。",
        "逾期：承诺的日期过了还没有解决的，和过了才解决的。",
    ]
    total = summarize_needs([need for figures in by_place.values() for need in figures])
    return Body(columns, rows, ["合计", None, *total], notes)


def need_figures(scope: Scope, raised: str | None, closed: str | None, due: str | None) -> NeedFigures:
    """What a need gives to the figures of a period, by the days when it was raised, closed and due."""
    start, until = scope.period.start.isoformat(), scope.period.until.isoformat()
    collected = raised is not None and start <= raised < until
    closed_within = closed is not None and start <= closed < until
    return NeedFigures(
        collected=collected,
        closed=closed_within,
        met=collected and closed is not None and closed < until,
        overdue=due is not None and due < min(closed or until, until),
        days=_days_between(raised, closed) if closed_within and raised is not None and closed is not None else None,
    )


def summarize_needs(figures: Sequence[NeedFigures]) -> tuple[int, int, float | None, float | None, int]:
    """Needs collected and closed, the share met in per cent, the mean days it took, and how many were overdue."""
    flags = [need[:4] for need in figures] or [(False,) * 4]
    collected, closed, met, overdue = (sum(column) for column in zip(*flags, strict=True))
    days = [need.days for need in figures if need.days is not None]
    return collected, closed, share(met, collected), mean(days), overdue


COUNTED_STEPS = ("claimed", "finished", "reviewed", "returned", "reopened")
"""The steps that are counted for the holder of an order."""


class StepFigures(NamedTuple):
    """What a step of an order gives to the figures; ``satisfied`` is None where no resident said."""

    claimed: bool
    finished: bool
    reviewed: bool
    returned: bool
    reopened: bool
    overdue: bool
    days: int | None
    satisfied: bool | None


def orders(scope: Scope) -> Body:
    """Orders by their holder: the steps, how fast, and how satisfied residents were."""
    by_holder: dict[tuple[Any, ...], list[StepFigures]] = defaultdict(list)
    for kind, id_, holder, *rest in scope.execute(report_query("orders").sql):
        by_holder[kind, id_, holder].append(step_figures(*rest[:5]))
    labels = ["认领", "办结", "解决", "退回", "重办", "逾期办结"]
    names = report_query("orders").columns
    columns = [Column("holder", "承办")]
    columns += [Column(name, label, "count", "件") for name, label in zip(names[1:], labels, strict=False)]
    columns += [Column("days", "平均用时", "decimal", "天"), Column("satisfied", "满意率", "decimal", "%")]
    rows = [(holder or UNSPECIFIED, *_summarize_steps(steps)) for (_, _, holder), steps in by_holder.items()]
    rows.sort(key=lambda row: (-row[1], str(row[0])))
    notes = [
        "期间内走过的步骤，算在当时的承办人名下；撤回的不算。按承办列出，不排名次。",
        "平均用时：期间内确认解决的，从开单到确认的天数。",
        "满意率：回头看写明满意程度的里面，满意和基本满意的占多少，不进位。",
    ]
    total = _summarize_steps([step for steps in by_holder.values() for step in steps])
    return Body(columns, rows, ["合计", *total] if rows else None, notes)


def step_figures(step: str, day: str, opened: str | None, due: str | None, satisfaction: str | None) -> StepFigures:
    """What a step of an order gives to the figures."""
    return StepFigures(
        **{counted: step == counted for counted in COUNTED_STEPS},
        overdue=step == "finished" and due is not None and due < day,
        days=_days_between(opened, day) if step == "reviewed" and opened is not None else None,
        satisfied=None if satisfaction is None else satisfaction != "bad",
    )


def _summarize_steps(steps: Sequence[StepFigures]) -> tuple[Any, ...]:
    """How often each step was made and how many were overdue, the mean days, and the share of the satisfied."""
    counts = [sum(column) for column in zip(*(step[:6] for step in steps), strict=True)] or [0] * 6
    days = [step.days for step in steps if step.days is not None]
    answers = [step.satisfied for step in steps if step.satisfied is not None]
    return *counts, mean(days), share(sum(answers), len(answers))


def _days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
