"""Problems collected beside problems solved: a form that has both asks of the same ones how many came and went."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.reports.asking import Asked
    from shuangbaodao_cli.reports.fillable import Filling
    from shuangbaodao_cli.reports.headed import Head

_WHY = {
    "closed": "比收集的多：有以前提出、这段时间才解决的",
    "resolved": "比收集的多：没有写明需求的活动解决的问题也在里面，只算需求的请写 --map closed={}",
}


def paired(head: Head) -> dict[int, Asked]:
    """What the columns ask for, 解决 beside 收集 as the needs that were closed.

    By itself 解决问题 is a measure of its own, in which problems count that an activity solved and nobody had
    collected. What somebody named stays, and so does a form that asks for both.
    """
    asked = dict(head.asked)
    for column, one in head.asked.items():
        beside = [(asked[at].figure, head.texts[at]) for at in _beside(head, column)]
        collected = [text for figure, text in beside if figure == "collected"]
        if one.figure != "resolved" or one.given or "closed" in {figure for figure, _ in beside}:
            continue
        if any("/" in text or "问题" in text for text in collected):
            asked[column] = one._replace(figure="closed")
    return asked


def _beside(head: Head, column: int) -> Iterator[int]:
    """The columns of the same period under the same parent."""
    for at, one in head.asked.items():
        if at != column and one.spans == head.asked[column].spans and _parent(head, at) == _parent(head, column):
            yield at


def _parent(head: Head, column: int) -> str:
    return head.texts[column].rpartition("/")[0]


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
