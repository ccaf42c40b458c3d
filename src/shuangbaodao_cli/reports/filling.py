"""Somebody's form and the ledger → what goes into which of its cells, what was left and why."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger import finding, tree
from shuangbaodao_cli.output.table import hours
from shuangbaodao_cli.reports import figures
from shuangbaodao_cli.reports.answering import answer
from shuangbaodao_cli.reports.headed import is_total
from shuangbaodao_cli.vocabulary.record import headings
from shuangbaodao_cli.vocabulary.service import ACTIVITY
from shuangbaodao_cli.vocabulary.text import fold_header
from shuangbaodao_cli.vocabulary.types import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from shuangbaodao_cli.intake.sheet import Sheet
    from shuangbaodao_cli.output.form import Leaf, Place, Value
    from shuangbaodao_cli.reports.figures import Figures
    from shuangbaodao_cli.reports.headed import Head
    from shuangbaodao_cli.reports.scope import Scope
    from shuangbaodao_cli.vocabulary.period import Period

_ORDER = {"序号", "编号", "no", "№"}
_EACH = {"org": "orgs", "person": "people"}
"""What the rows are → the report that has a row for each."""
_COUNTED = {
    "org": ("services", "served", "resolved", "volunteers", "participations", "hours"),
    "person": ("participations", "hours"),
}
"""What such a row has none of where the report does not name it."""
_ADDED = {"services", "served", "resolved", "participations"}
"""Figures of a whole that are the sums of those of its parts."""
_RATES = {"rate", "checkin_rate"}


@dataclass(slots=True)
class Filling:
    """A form on its way: the sheet, its header, the period's scope and that of the year to date."""

    sheet: Sheet
    leaf: Leaf
    head: Head
    scope: Scope
    year: Scope
    values: dict[Place, Value] = field(default_factory=dict)
    left: list[tuple[str, str]] = field(default_factory=list)
    """What was not filled, and why."""
    filled: dict[int, int] = field(default_factory=dict)
    """Column → how many of its cells were."""
    each: dict[Period, dict[int, Figures]] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> Any:
        """What stands in a cell of the form; empty beyond what is written."""
        rows = self.sheet.rows
        return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""

    def put(self, row: int, column: int, value: Any) -> None:
        """A value into a cell that is empty and no formula; merged cells only at their beginning."""
        at = (row, column)
        covered = any(a <= row <= c and b <= column <= d and at != (a, b) for a, b, c, d in self.sheet.merges)
        if value is None or covered or at in self.leaf.formulas or self.cell(row, column) != "":
            return
        self.values[at] = value
        self.filled[column] = self.filled.get(column, 0) + 1


def fill(task: Filling) -> None:
    """Fill everything that the form asks for and the ledger knows."""
    if task.head.rows == "activity":
        return _list_activities(task)
    named, blanks, total = _rows(task)
    if task.head.label is None:
        _put_figures(task, (blanks or [task.head.row + 1])[0], _of_all(task))
        return None
    for row, name in named:
        _fill_named(task, row, name)
    if not named:
        _list_all(task, blanks)
    if total is not None:
        _put_total(task, total)
    return None


def _rows(task: Filling) -> tuple[list[tuple[int, str]], list[int], int | None]:
    """The rows that name something, those left blank for names, and that of the sums."""
    named, blanks, total = [], [], None
    for row in range(task.head.row + 1, max(len(task.sheet.rows), task.leaf.rows)):
        cells = task.sheet.rows[row] if row < len(task.sheet.rows) else []
        written = [cell for at, cell in enumerate(cells) if cell != "" and (row, at) not in task.leaf.formulas]
        name = words(task.cell(row, task.head.label)).strip() if task.head.label is not None else ""
        if any(map(is_total, written)):
            total = row
        elif name:
            if len(written) == 1 and _is_footer(task, row):
                break
            named.append((row, name))
        elif all(isinstance(cell, int | float) for cell in written) or not written:
            blanks.append(row)
        else:
            break
    return named, blanks, total


def _is_footer(task: Filling, row: int) -> bool:
    """Whether a lone text is a note or a line to sign on: it runs over the whole table, or says so."""
    said = words(next(cell for cell in task.sheet.rows[row] if cell != ""))
    return said.startswith(("注", "说明")) or any(
        a == row and d >= max(task.head.texts) and d > b for a, b, _, d in task.sheet.merges
    )


def _fill_named(task: Filling, row: int, name: str) -> None:
    kind, connection = task.head.rows, task.scope.connection
    ids = finding.Names(connection).ids(kind, name)
    if len(ids) != 1:
        why = "台账里没有这个名称" if not ids else f"台账里有 {len(ids)} 个同名的"
        task.left.append((f"第 {row + 1} 行 {name}", why))
        return
    _put_figures(task, row, _of_one(task, ids[0]))


def _list_all(task: Filling, blanks: list[int]) -> None:
    """Write the names in too, where the form leaves its rows blank."""
    connection = task.scope.connection
    kind = task.head.rows
    ids = tree.communities(connection, task.scope.place) if kind == "place" else list(_each(task, task.scope))
    if len(ids) > len(blanks):
        raise Refused(
            f"表里留了 {len(blanks)} 行空行，要填 {len(ids)} 行。请在 WPS 或 Excel 里插入空行再填，没有写文件。"
        )
    names = finding.all_names(connection, kind)
    for count, (row, id_) in enumerate(zip(blanks, ids, strict=False), 1):
        _number(task, row, count)
        task.put(row, task.head.label or 0, names[id_])
        _put_figures(task, row, _of_one(task, id_))


def _number(task: Filling, row: int, count: int) -> None:
    for column, text in task.head.texts.items():
        if fold_header(text)[0] in _ORDER:
            task.put(row, column, count)


def _list_activities(task: Filling) -> None:
    """Every activity of the period on a row of its own, under the headings of activities that we know."""
    said = answer(task.scope, "activities")
    known = headings(ACTIVITY)
    at = {column.name: place for place, column in enumerate(said.columns)}
    columns = {}
    for column, text in task.head.texts.items():
        fields = (known.get(word) for word in fold_header(text.split("/")[-1]))
        name = next((one.name for one in fields if one is not None and one.name in at), None)
        if name is not None:
            columns[column] = name
    _, blanks, _ = _rows(task)
    if len(said.rows) > len(blanks):
        raise Refused(
            f"表里留了 {len(blanks)} 行空行，这段时间有 {len(said.rows)} 次活动。请插入空行再填，没有写文件。"
        )
    for count, (row, values) in enumerate(zip(blanks, said.rows, strict=False), 1):
        _number(task, row, count)
        for column, name in columns.items():
            value = values[at[name]]
            task.put(row, column, float(hours(value)) if name == "minutes" and value is not None else value)


def _put_total(task: Filling, row: int) -> None:
    """The sums, where the form does not reckon them itself: only if its rows are all there is."""
    found = _of_all(task)
    for column, asked in task.head.asked.items():
        if asked.figure in _ADDED:
            told = sum(value for (_, at), value in task.values.items() if at == column and not isinstance(value, str))
            if told != found[asked.whole_year].get(asked.figure):
                whole = found[asked.whole_year].get(asked.figure)
                why = f"“{task.head.texts[column]}”各行加起来是 {told}，全部是 {whole}：表里的行不全，或有的行没有填"
                task.left.append((f"第 {row + 1} 行 合计", why))
                return
    _put_figures(task, row, found)


def _put_figures(task: Filling, row: int, found: tuple[Figures, Figures]) -> None:
    for column, asked in task.head.asked.items():
        value = found[asked.whole_year].get(asked.figure)
        if value is not None and asked.figure in _RATES:
            value = _share(task, (row, column), value)
        task.put(row, column, value)


def _share(task: Filling, at: Place, value: float) -> Value:
    """A rate as its cell shows it: a share where it is dressed in per cent, else with % unless the heading says it."""
    if at in task.leaf.percents:
        return value / 100
    return value if "%" in unicodedata.normalize("NFKC", task.head.texts[at[1]]) else f"{value}%"


def _of_all(task: Filling) -> tuple[Figures, Figures]:
    return _both(task, lambda scope: figures.of_place(scope, task.scope.place, _wanted(task)))


def _of_one(task: Filling, id_: int) -> tuple[Figures, Figures]:
    if task.head.rows == "place":
        return _both(task, lambda scope: figures.of_place(scope, id_, _wanted(task)))
    return _both(task, lambda scope: dict.fromkeys(_COUNTED[task.head.rows], 0) | _each(task, scope).get(id_, {}))


def _both(task: Filling, ask: Callable[[Scope], Figures]) -> tuple[Figures, Figures]:
    """The figures of the period, and those of the year to date where a column asks for them."""
    now = ask(task.scope)
    return now, ask(task.year) if any(asked.whole_year for asked in task.head.asked.values()) else now


def _each(task: Filling, scope: Scope) -> dict[int, Figures]:
    """The figures of every unit or person, asked once for a scope."""
    key = scope.period
    if key not in task.each:
        task.each[key] = figures.of_each(scope, _EACH[task.head.rows])
    return task.each[key]


def _wanted(task: Filling) -> set[str]:
    return {asked.figure for asked in task.head.asked.values()}
