"""The 合计 of somebody's form: written only where it is what its rows come to, and told where it is not.

A form with problems collected beside problems solved asks of the same ones how many came and went.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.forms.plan import RATES, put_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.forms.figures import Figures
    from shuangbaodao_cli.forms.plan import FillTask

_REASONS = {
    "closed": "比收集的多：有以前提出、这段时间才解决的",
    "resolved": "比收集的多：没有写明需求的活动解决的问题也在里面，只算需求的请写 --map closed={}",
}


def solved_excess_notes(task: FillTask) -> Iterator[tuple[str, str]]:
    """Columns in which more was solved than was collected, and how that can be."""
    collected = {whole: at for at, whole in task.to_date.items() if task.header.bindings[at].figure == "collected"}
    for column, whole in task.to_date.items():
        figure, other = task.header.bindings[column].figure, collected.get(whole)
        if figure not in _REASONS or other is None:
            continue
        solved = {row: value for (row, at), value in task.values.items() if at == column}
        if any(_as_number(value) > _as_number(task.values.get((row, other), value)) for row, value in solved.items()):
            yield task.header.texts[column], _REASONS[figure].format(task.header.texts[column])


def _as_number(value: object) -> float:
    return value if isinstance(value, int | float) else 0


ADDITIVE = {"services", "served", "resolved", "participations", "hours", "visits", "meetings", "collected", "closed"}
"""Figures of a whole that are the sums of those of its parts."""
HOURS_TOLERANCE = 0.1
"""Hours by which each row may be short, since each is cut to one decimal."""
_MISSING_REASONS = {
    "place": "有的没有写社区",
    "org": "有的活动没有写单位",
    "team": "有的活动没有写服务队",
    "category": "有的活动没有写类别",
    "person": "有的人不在表里",
}


def put_total(task: FillTask, row: int, figures: tuple[Figures, Figures]) -> None:
    """The figures of the whole, if the rows above come to it. A formula stays, and is held against them."""
    totals = {column: figures[whole].get(task.header.bindings[column].figure) for column, whole in task.to_date.items()}
    formulas = {column for column in totals if (row, column) in task.properties.formulas}
    off = {column for column, total in totals.items() if not _matches_total(task, column, total)}
    for column, total in totals.items():
        figure, name = task.header.bindings[column].figure, f"{task.cell_name((row, column))} 合计"
        if column in formulas:
            if total is not None and figure not in RATES and round(_column_sum(task, column) - total, 1):
                once = "" if figure in ADDITIVE else "，同一个人或单位只计一次"
                task.skipped.append((name, f"有公式，没有动；{_sum_message(task, column, total)}{once}"))
        elif column in off:
            task.skipped.append(
                (name, f"{_sum_message(task, column, total)}：表里的行不全，或{_MISSING_REASONS[task.rows.kind]}")
            )
        elif off and figure not in ADDITIVE and total is not None:
            task.skipped.append((name, "别的列各行加起来不是全部，这一列也没有填"))
    uneven = {column for column in totals if off and task.header.bindings[column].figure not in ADDITIVE}
    put_figures(task, row, figures, (off | uneven) - formulas)


def _column_sum(task: FillTask, column: int) -> Any:
    added = sum(value for (_, at), value in task.values.items() if at == column and not isinstance(value, str))
    return round(added, 1) if isinstance(added, float) else added


def _matches_total(task: FillTask, column: int, total: Any) -> bool:
    """Whether the rows of a column come to the whole; of what cannot be added up nothing is asked."""
    figure = task.header.bindings[column].figure
    if figure not in ADDITIVE or total is None:
        return True
    missing = total - _column_sum(task, column)
    cut = HOURS_TOLERANCE * len({row for row, at in task.values if at == column}) if figure == "hours" else 0
    return bool(0 <= round(missing, 1) <= cut)


def _sum_message(task: FillTask, column: int, total: Any) -> str:
    return f"各行加起来是 {_column_sum(task, column)}，全部是 {total}"
