"""A form on its way: what goes into which of its cells, what is kept as it stands and why."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.forms.figures import of_each
from shuangbaodao_cli.forms.headings import of_year
from shuangbaodao_cli.forms.rows import form_rows, held
from shuangbaodao_cli.intake.files.sheet import letter
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.model.categories import meant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from shuangbaodao_cli.forms.figures import Figures, Id
    from shuangbaodao_cli.forms.header import Head
    from shuangbaodao_cli.forms.headings import Asked
    from shuangbaodao_cli.forms.rows import Rows
    from shuangbaodao_cli.forms.xlsx.cells import Place, Value
    from shuangbaodao_cli.forms.xlsx.form import Leaf
    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.reports.model import Scope
    from shuangbaodao_cli.values.period import Period


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


RATES = {"rate", "checkin_rate"}
"""Figures that are a share in per cent."""
SHARED = "一个表头下有几格，看不出填哪格"
HELD, FORMULA, UNKNOWN, OTHER_PERIOD = "已有内容", "是公式", "没有这个数", "表头说的不是这次填的期间"


@dataclass(slots=True)
class Filling:
    """A form on its way: the sheet, its header and rows, the period's scope and that of the year to date.

    ``starts`` is the day on which the office's months begin.
    """

    sheet: Sheet
    leaf: Leaf
    head: Head
    scope: Scope
    year: Scope
    starts: int = 1
    values: dict[Place, Value] = field(default_factory=dict)
    left: list[tuple[str, str]] = field(default_factory=list)
    """Rows and cells that were not filled, and why."""
    kept: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    """Column → why some of its cells were not filled, and which."""
    each: dict[tuple[Period, int | None], dict[Id, Figures]] = field(default_factory=dict)
    whole: dict[int, bool] = field(default_factory=dict)
    """Column that asks for a figure of one of the two periods → whether of the year to date."""
    rows: Rows = field(init=False)
    own: Mapping[str, Sequence[str]] = field(init=False)
    """The office's own categories, and the words that lead to them."""

    def __post_init__(self) -> None:
        """Find the rows, and of which period each column is."""
        self.own = policy.categories(self.scope.connection)
        self.rows = form_rows(self.sheet, self.leaf, self.head, self.means_category)
        self.left += self.rows.left
        if self.rows.kind in {"place", ""}:  # of units, teams and categories nobody knows what was collected
            self.head = self.head._replace(asked=paired(self.head))
        for column, asked in self.head.asked.items():
            whole = of_year(asked, self.scope.period, self.year.period, self.starts)
            if whole is None:
                self.kept[column] = {OTHER_PERIOD: []}
            else:
                self.whole[column] = whole

    def put(self, row: int, column: int, value: Any) -> None:
        """A value into a cell that is empty and no formula; merged cells only at their beginning."""
        at = (row, column)
        if any(a <= row <= c and b <= column <= d and at != (a, b) for a, b, c, d in self.sheet.merges):
            return
        formula = FORMULA if at in self.leaf.formulas else ""
        why = self.leaf.barred.get(at) or formula or (HELD if held(self.sheet, *at) != "" else self._unsure(at))
        if why or value is None:
            self.kept.setdefault(column, {}).setdefault(why or UNKNOWN, []).append(self.called(at))
        else:
            self.values[at] = value

    def _unsure(self, at: Place) -> str:
        """Why it is not sure that a cell is meant: its heading reaches over others that are cells of their own."""
        column = at[1]
        right = next((d for a, b, _, d in self.sheet.merges if (a, b) == at), column)
        beside = {self.head.texts.get(column - 1), self.head.texts.get(right + 1)}
        return SHARED if column in self.head.asked and self.head.texts[column] in beside else ""

    def called(self, at: Place) -> str:
        """A cell as people call it: C17; of a table in a document 第17行第3列."""
        return f"第{at[0] + 1}行第{at[1] + 1}列" if self.leaf.on_page else f"{letter(at[1])}{at[0] + 1}"

    def means_category(self, words: str) -> bool:
        """Whether words mean one category of service."""
        return len(meant(words, self.own)) == 1

    def each_of(self, scope: Scope, where: int | None) -> dict[Id, Figures]:
        """The figures of every unit, team, person or category, asked once for a period and a place."""
        asked = (scope.period, where)
        if asked not in self.each:
            self.each[asked] = of_each(replace(scope, place=where), self.rows.kind)
        return self.each[asked]

    def count(self, column: int) -> int:
        """How many cells of a column were filled."""
        return sum(at == column for _, at in self.values)


def put_figures(task: Filling, row: int, found: tuple[Figures, Figures], but: Collection[int] = ()) -> None:
    """What a row's columns ask for, except in some columns."""
    for column, whole in task.whole.items():
        if column in but:
            continue
        figure = task.head.asked[column].figure
        value = found[whole].get(figure)
        if value is not None and figure in RATES:
            value = _share(task, (row, column), value)
        task.put(row, column, value)


def _share(task: Filling, at: Place, value: float) -> Value:
    """A rate as its cell shows it: a share where it is dressed in per cent, else with % unless the heading says it."""
    if at in task.leaf.percents:
        return value / 100
    return value if "%" in unicodedata.normalize("NFKC", task.head.texts[at[1]]) else f"{value}%"
