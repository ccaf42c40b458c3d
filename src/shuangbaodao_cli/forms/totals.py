"""The 合计 of a form: written only where the rows add up to it, and noted where they do not.

Also the note where a form shows more problems solved than collected, which it takes to be the same ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.forms.plan import RATES, put_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.forms.figures import PeriodFigures
    from shuangbaodao_cli.forms.plan import FillTask

_EXCESS_REASONS = {
    "closed": "比收集的多：有以前提出、这段时间才解决的",
    "resolved": "比收集的多：没有写明需求的活动解决的问题也在里面，只算需求的请写 --map closed={}",
}


def solved_excess_notes(task: FillTask) -> Iterator[tuple[str, str]]:
    """Headings of columns in which more was solved than collected, each with how that can be."""
    collected = {
        to_date: column
        for column, to_date in task.to_date.items()
        if task.header.bindings[column].figure == "collected"
    }
    for column, to_date in task.to_date.items():
        figure, other = task.header.bindings[column].figure, collected.get(to_date)
        if figure not in _EXCESS_REASONS or other is None:
            continue
        solved = {row: value for (row, filled), value in task.values.items() if filled == column}
        if any(_as_number(value) > _as_number(task.values.get((row, other), value)) for row, value in solved.items()):
            yield task.header.texts[column], _EXCESS_REASONS[figure].format(task.header.texts[column])


def _as_number(value: object) -> float:
    return value if isinstance(value, int | float) else 0


ADDITIVE = {"services", "served", "resolved", "participations", "hours", "visits", "meetings", "collected", "closed"}
"""Figures whose total is the sum of those of the parts."""
HOURS_TOLERANCE = 0.1
"""Hours by which each row may be short, since it is cut to one decimal."""
_MISSING_REASONS = {
    "place": "有的没有写社区",
    "org": "有的活动没有写单位",
    "team": "有的活动没有写服务队",
    "category": "有的活动没有写类别",
    "person": "有的人不在表里",
}


def put_total(task: FillTask, row: int, figures: PeriodFigures) -> None:
    """Plan the totals of the form, where its rows add up to them. A formula stays, and is compared with them."""
    totals = {
        column: (figures.year_to_date if to_date else figures.reported).get(task.header.bindings[column].figure)
        for column, to_date in task.to_date.items()
    }
    formulas = {column for column in totals if (row, column) in task.properties.formulas}
    differing = {column for column, total in totals.items() if not _matches_total(task, column, total)}
    for column, total in totals.items():
        figure, cell = task.header.bindings[column].figure, f"{task.cell_name((row, column))} 合计"
        if column in formulas:
            if total is not None and figure not in RATES and round(_column_sum(task, column) - total, 1):
                hint = "" if figure in ADDITIVE else "，同一个人或单位只计一次"
                task.skipped.append((cell, f"有公式，没有动；{_sum_message(task, column, total)}{hint}"))
        elif column in differing:
            task.skipped.append(
                (cell, f"{_sum_message(task, column, total)}：表里的行不全，或{_MISSING_REASONS[task.rows.kind]}")
            )
        elif differing and figure not in ADDITIVE and total is not None:
            task.skipped.append((cell, "别的列各行加起来不是全部，这一列也没有填"))
    unverified = {column for column in totals if differing and task.header.bindings[column].figure not in ADDITIVE}
    put_figures(task, row, figures, (differing | unverified) - formulas)


def _column_sum(task: FillTask, column: int) -> Any:
    """The sum of what was filled into a column."""
    total = sum(value for (_, filled), value in task.values.items() if filled == column and not isinstance(value, str))
    return round(total, 1) if isinstance(total, float) else total


def _matches_total(task: FillTask, column: int, total: Any) -> bool:
    """Whether the rows of a column add up to the total; True for what cannot be added up."""
    figure = task.header.bindings[column].figure
    if figure not in ADDITIVE or total is None:
        return True
    missing = total - _column_sum(task, column)
    rows = {row for row, filled in task.values if filled == column}
    tolerance = HOURS_TOLERANCE * len(rows) if figure == "hours" else 0
    return bool(0 <= round(missing, 1) <= tolerance)


def _sum_message(task: FillTask, column: int, total: Any) -> str:
    return f"各行加起来是 {_column_sum(task, column)}，全部是 {total}"
