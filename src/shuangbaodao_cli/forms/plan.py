"""The plan for filling a form: what goes into which of its cells, what is left as it is and why."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.forms.figures import figures_by_record
from shuangbaodao_cli.forms.headings import ColumnPeriod, column_period
from shuangbaodao_cli.forms.rows import cell_value, classify_rows
from shuangbaodao_cli.intake.files.sheet import column_letter
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.model.categories import possible_categories

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from shuangbaodao_cli.forms.figures import Figures, PeriodFigures, RecordId
    from shuangbaodao_cli.forms.header import Header
    from shuangbaodao_cli.forms.headings import Binding
    from shuangbaodao_cli.forms.rows import FormRows
    from shuangbaodao_cli.forms.xlsx.cells import Position, Value
    from shuangbaodao_cli.forms.xlsx.form import SheetProperties
    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.reports.model import Scope
    from shuangbaodao_cli.values.period import Period


def rebind_resolved(header: Header) -> dict[int, Binding]:
    """What the columns ask for, with 解决 beside 收集 read as the needs that were closed.

    By itself 解决问题 is a measure of its own, which also counts problems that an activity solved and nobody had
    collected. What the user named stays, and so does a form that asks for both.
    """
    bindings = dict(header.bindings)
    for column, binding in header.bindings.items():
        siblings = [(bindings[other].figure, header.texts[other]) for other in _sibling_columns(header, column)]
        collected = [text for figure, text in siblings if figure == "collected"]
        if binding.figure != "resolved" or binding.is_explicit or "closed" in {figure for figure, _ in siblings}:
            continue
        if any("/" in text or "问题" in text for text in collected):
            bindings[column] = binding._replace(figure="closed")
    return bindings


def _sibling_columns(header: Header, column: int) -> Iterator[int]:
    """The other columns of the same period under the same parent."""
    spans, parent = header.bindings[column].spans, _parent_heading(header, column)
    for other, binding in header.bindings.items():
        if other != column and binding.spans == spans and _parent_heading(header, other) == parent:
            yield other


def _parent_heading(header: Header, column: int) -> str:
    return header.texts[column].rpartition("/")[0]


RATES = {"rate", "checkin_rate"}
"""Figures that are a share in per cent."""
AMBIGUOUS_CELL = "一个表头下有几格，看不出填哪格"
NOT_EMPTY, FORMULA, NO_VALUE, OTHER_PERIOD = "已有内容", "是公式", "没有这个数", "表头说的不是这次填的期间"


class UnfilledCell(NamedTuple):
    """A cell that was not filled, and why; ``name`` is empty where the whole column was not."""

    column: int
    reason: str
    name: str = ""


@dataclass(slots=True)
class FillTask:
    """A form to be filled: its sheet, header and rows, the scope of the period and that of the year to date.

    ``month_start`` is the day on which the office's months begin.
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
    unfilled: list[UnfilledCell] = field(default_factory=list)
    figures_cache: dict[tuple[Period, int | None], dict[RecordId, Figures]] = field(default_factory=dict)
    to_date: dict[int, bool] = field(default_factory=dict)
    """Column that asks for a figure of one of the two periods → whether it is of the year to date."""
    rows: FormRows = field(init=False)
    categories: Mapping[str, Sequence[str]] = field(init=False)
    """The office's own categories, and the words that lead to them."""

    def __post_init__(self) -> None:
        """Classify the rows, and find of which period each column is."""
        self.categories = policy.category_words(self.scope.connection)
        self.rows = classify_rows(self.sheet, self.properties, self.header, self.means_category)
        self.skipped += self.rows.skipped
        if self.rows.kind in {"place", ""}:  # no report says what units, teams and categories collected
            self.header = self.header._replace(bindings=rebind_resolved(self.header))
        for column, binding in self.header.bindings.items():
            period = column_period(binding, self.scope.period, self.year_scope.period, self.month_start)
            if period is ColumnPeriod.OTHER:
                self.unfilled.append(UnfilledCell(column, OTHER_PERIOD))
            else:
                self.to_date[column] = period is ColumnPeriod.YEAR_TO_DATE

    def put(self, row: int, column: int, value: Any) -> None:
        """Plan a value for a cell that is empty and no formula; else, or without a value, note why it is unfilled.

        Merged cells are filled only at their beginning.
        """
        position = (row, column)
        if any(
            top <= row <= bottom and left <= column <= right and position != (top, left)
            for top, left, bottom, right in self.sheet.merges
        ):
            return
        reason = self._refusal(position) or (NO_VALUE if value is None else "")
        if reason:
            self.unfilled.append(UnfilledCell(column, reason, self.cell_name(position)))
        else:
            self.values[position] = value

    def _refusal(self, position: Position) -> str:
        """Why nothing may be written into a cell; empty where it may."""
        if blocked := self.properties.blocked.get(position):
            return blocked
        if position in self.properties.formulas:
            return FORMULA
        return NOT_EMPTY if cell_value(self.sheet, *position) != "" else self._ambiguity(position)

    def _ambiguity(self, position: Position) -> str:
        """Why it is not sure that a cell is meant: its heading spans others that are cells of their own."""
        column = position[1]
        last = next((right for top, left, _, right in self.sheet.merges if (top, left) == position), column)
        neighbours = {self.header.texts.get(column - 1), self.header.texts.get(last + 1)}
        return AMBIGUOUS_CELL if column in self.header.bindings and self.header.texts[column] in neighbours else ""

    def cell_name(self, position: Position) -> str:
        """The name of a cell: C17; in a table of a document 第17行第3列."""
        return (
            f"第{position[0] + 1}行第{position[1] + 1}列"
            if self.properties.is_document
            else f"{column_letter(position[1])}{position[0] + 1}"
        )

    def means_category(self, words: str) -> bool:
        """Whether words mean one category of service."""
        return len(possible_categories(words, self.categories)) == 1

    def record_figures(self, scope: Scope, place: int | None) -> dict[RecordId, Figures]:
        """The figures of every unit, team, person or category; computed once for a period and a place."""
        key = (scope.period, place)
        if key not in self.figures_cache:
            self.figures_cache[key] = figures_by_record(replace(scope, place=place), self.rows.kind)
        return self.figures_cache[key]

    def filled_count(self, column: int) -> int:
        """How many cells of a column were filled."""
        return sum(filled == column for _, filled in self.values)


def put_figures(task: FillTask, row: int, figures: PeriodFigures, excluded: Collection[int] = ()) -> None:
    """Plan what the columns of a row ask for, except in the excluded columns."""
    for column, to_date in task.to_date.items():
        if column in excluded:
            continue
        figure = task.header.bindings[column].figure
        value = (figures.year_to_date if to_date else figures.reported).get(figure)
        if value is not None and figure in RATES:
            value = _rate_value(task, (row, column), value)
        task.put(row, column, value)


def _rate_value(task: FillTask, position: Position, value: float) -> Value:
    """A rate as its cell shows it: a fraction where its format is per cent, else with % unless the heading has it."""
    if position in task.properties.percents:
        return value / 100
    return value if "%" in unicodedata.normalize("NFKC", task.header.texts[position[1]]) else f"{value}%"
