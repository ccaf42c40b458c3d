"""The 合计 of somebody's form: written only where it is what its rows come to, and told where it is not.

A form with problems collected beside problems solved asks of the same ones how many came and went.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.forms.plan import RATES, put_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.forms.figures import Figures
    from shuangbaodao_cli.forms.plan import Filling

_WHY = {
    "closed": "比收集的多：有以前提出、这段时间才解决的",
    "resolved": "比收集的多：没有写明需求的活动解决的问题也在里面，只算需求的请写 --map closed={}",
}


def more_solved(task: Filling) -> Iterator[tuple[str, str]]:
    """Columns in which more was solved than was collected, and how that can be."""
    collected = {whole: at for at, whole in task.whole.items() if task.head.asked[at].figure == "collected"}
    for column, whole in task.whole.items():
        figure, other = task.head.asked[column].figure, collected.get(whole)
        if figure not in _WHY or other is None:
            continue
        solved = {row: value for (row, at), value in task.values.items() if at == column}
        if any(_number(value) > _number(task.values.get((row, other), value)) for row, value in solved.items()):
            yield task.head.texts[column], _WHY[figure].format(task.head.texts[column])


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0


ADDED = {"services", "served", "resolved", "participations", "hours", "visits", "meetings", "collected", "closed"}
"""Figures of a whole that are the sums of those of its parts."""
CUT = 0.1
"""Hours by which each row may be short, since each is cut to one decimal."""
_LACKS = {
    "place": "有的没有写社区",
    "org": "有的活动没有写单位",
    "team": "有的活动没有写服务队",
    "category": "有的活动没有写类别",
    "person": "有的人不在表里",
}


def put_total(task: Filling, row: int, found: tuple[Figures, Figures]) -> None:
    """The figures of the whole, if the rows above come to it. A formula stays, and is held against them."""
    totals = {column: found[whole].get(task.head.asked[column].figure) for column, whole in task.whole.items()}
    formulas = {column for column in totals if (row, column) in task.leaf.formulas}
    off = {column for column, total in totals.items() if not _comes_to(task, column, total)}
    for column, total in totals.items():
        figure, name = task.head.asked[column].figure, f"{task.called((row, column))} 合计"
        if column in formulas:
            if total is not None and figure not in RATES and round(_added(task, column) - total, 1):
                once = "" if figure in ADDED else "，同一个人或单位只计一次"
                task.left.append((name, f"有公式，没有动；{_said(task, column, total)}{once}"))
        elif column in off:
            task.left.append((name, f"{_said(task, column, total)}：表里的行不全，或{_LACKS[task.rows.kind]}"))
        elif off and figure not in ADDED and total is not None:
            task.left.append((name, "别的列各行加起来不是全部，这一列也没有填"))
    uneven = {column for column in totals if off and task.head.asked[column].figure not in ADDED}
    put_figures(task, row, found, (off | uneven) - formulas)


def _added(task: Filling, column: int) -> Any:
    added = sum(value for (_, at), value in task.values.items() if at == column and not isinstance(value, str))
    return round(added, 1) if isinstance(added, float) else added


def _comes_to(task: Filling, column: int, total: Any) -> bool:
    """Whether the rows of a column come to the whole; of what cannot be added up nothing is asked."""
    figure = task.head.asked[column].figure
    if figure not in ADDED or total is None:
        return True
    missing = total - _added(task, column)
    cut = CUT * len({row for row, at in task.values if at == column}) if figure == "hours" else 0
    return bool(0 <= round(missing, 1) <= cut)


def _said(task: Filling, column: int, total: Any) -> str:
    return f"各行加起来是 {_added(task, column)}，全部是 {total}"
