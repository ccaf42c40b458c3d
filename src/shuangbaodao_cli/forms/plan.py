"""A form on its way: what goes into which of its cells, what is kept as it stands and why."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.forms.figures import figures_by_record
from shuangbaodao_cli.forms.headings import is_year_to_date
from shuangbaodao_cli.forms.rows import cell_value, classify_rows
from shuangbaodao_cli.intake.files.sheet import letter
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.model.categories import meant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from shuangbaodao_cli.forms.figures import Figures, RecordId
    from shuangbaodao_cli.forms.header import Header
    from shuangbaodao_cli.forms.headings import Binding
    from shuangbaodao_cli.forms.rows import FormRows
    from shuangbaodao_cli.forms.xlsx.cells import Position, Value
    from shuangbaodao_cli.forms.xlsx.form import SheetProperties
    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.reports.model import Scope
    from shuangbaodao_cli.values.period import Period


def rebind_resolved(header: Header) -> dict[int, Binding]:
    """What the columns ask for, 解决 beside 收集 as the needs that were closed.

    By itself 解决问题 is a measure of its own, in which problems count that an activity solved and nobody had
    collected. What somebody named stays, and so does a form that asks for both.
    """
    asked = dict(header.bindings)
    for column, one in header.bindings.items():
        beside = [(asked[at].figure, header.texts[at]) for at in _sibling_columns(header, column)]
        collected = [text for figure, text in beside if figure == "collected"]
        if one.figure != "resolved" or one.is_explicit or "closed" in {figure for figure, _ in beside}:
            continue
        if any("/" in text or "问题" in text for text in collected):
            asked[column] = one._replace(figure="closed")
    return asked


def _sibling_columns(header: Header, column: int) -> Iterator[int]:
    """The columns of the same period under the same parent."""
    for at, one in header.bindings.items():
        if (
            at != column
            and one.spans == header.bindings[column].spans
            and _parent_heading(header, at) == _parent_heading(header, column)
        ):
            yield at


def _parent_heading(header: Header, column: int) -> str:
    return header.texts[column].rpartition("/")[0]


RATES = {"rate", "checkin_rate"}
"""Figures that are a share in per cent."""
AMBIGUOUS_CELL = "一个表头下有几格，看不出填哪格"
NOT_EMPTY, FORMULA, NO_VALUE, OTHER_PERIOD = "已有内容", "是公式", "没有这个数", "表头说的不是这次填的期间"


@dataclass(slots=True)
class FillTask:
    """A form on its way: the sheet, its header and rows, the period's scope and that of the year to date.

    ``starts`` is the day on which the office's months begin.
    """

    sheet: Sheet
    properties: SheetProperties
    header: Header
    scope: Scope
    year_scope: Scope
    month_start: int = 1
    values: dict[Position, Value] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    """Rows and cells that were not filled, and why."""
    unfilled: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    """Column → why some of its cells were not filled, and which."""
    figures_cache: dict[tuple[Period, int | None], dict[RecordId, Figures]] = field(default_factory=dict)
    to_date: dict[int, bool] = field(default_factory=dict)
    """Column that asks for a figure of one of the two periods → whether of the year to date."""
    rows: FormRows = field(init=False)
    categories: Mapping[str, Sequence[str]] = field(init=False)
    """The office's own categories, and the words that lead to them."""

    def __post_init__(self) -> None:
        """Find the rows, and of which period each column is."""
        self.categories = policy.category_words(self.scope.connection)
        self.rows = classify_rows(self.sheet, self.properties, self.header, self.means_category)
        self.skipped += self.rows.skipped
        if self.rows.kind in {"place", ""}:  # of units, teams and categories nobody knows what was collected
            self.header = self.header._replace(bindings=rebind_resolved(self.header))
        for column, asked in self.header.bindings.items():
            whole = is_year_to_date(asked, self.scope.period, self.year_scope.period, self.month_start)
            if whole is None:
                self.unfilled[column] = {OTHER_PERIOD: []}
            else:
                self.to_date[column] = whole

    def put(self, row: int, column: int, value: Any) -> None:
        """A value into a cell that is empty and no formula; merged cells only at their beginning."""
        at = (row, column)
        if any(a <= row <= c and b <= column <= d and at != (a, b) for a, b, c, d in self.sheet.merges):
            return
        formula = FORMULA if at in self.properties.formulas else ""
        why = (
            self.properties.blocked.get(at)
            or formula
            or (NOT_EMPTY if cell_value(self.sheet, *at) != "" else self._ambiguity(at))
        )
        if why or value is None:
            self.unfilled.setdefault(column, {}).setdefault(why or NO_VALUE, []).append(self.cell_name(at))
        else:
            self.values[at] = value

    def _ambiguity(self, position: Position) -> str:
        """Why it is not sure that a cell is meant: its heading reaches over others that are cells of their own."""
        column = position[1]
        right = next((d for a, b, _, d in self.sheet.merges if (a, b) == position), column)
        beside = {self.header.texts.get(column - 1), self.header.texts.get(right + 1)}
        return AMBIGUOUS_CELL if column in self.header.bindings and self.header.texts[column] in beside else ""

    def cell_name(self, position: Position) -> str:
        """A cell as people call it: C17; of a table in a document 第17行第3列."""
        return (
            f"第{position[0] + 1}行第{position[1] + 1}列"
            if self.properties.is_document
            else f"{letter(position[1])}{position[0] + 1}"
        )

    def means_category(self, words: str) -> bool:
        """Whether words mean one category of service."""
        return len(meant(words, self.categories)) == 1

    def record_figures(self, scope: Scope, place: int | None) -> dict[RecordId, Figures]:
        """The figures of every unit, team, person or category, asked once for a period and a place."""
        asked = (scope.period, place)
        if asked not in self.figures_cache:
            self.figures_cache[asked] = figures_by_record(replace(scope, place=place), self.rows.kind)
        return self.figures_cache[asked]

    def filled_count(self, column: int) -> int:
        """How many cells of a column were filled."""
        return sum(at == column for _, at in self.values)


def put_figures(task: FillTask, row: int, figures: tuple[Figures, Figures], excluded: Collection[int] = ()) -> None:
    """What a row's columns ask for, except in some columns."""
    for column, whole in task.to_date.items():
        if column in excluded:
            continue
        figure = task.header.bindings[column].figure
        value = figures[whole].get(figure)
        if value is not None and figure in RATES:
            value = _rate_value(task, (row, column), value)
        task.put(row, column, value)


def _rate_value(task: FillTask, position: Position, value: float) -> Value:
    """A rate as its cell shows it: a share where it is dressed in per cent, else with % unless the heading says it."""
    if position in task.properties.percents:
        return value / 100
    return value if "%" in unicodedata.normalize("NFKC", task.header.texts[position[1]]) else f"{value}%"
