"""Somebody's form and the ledger → what goes into which of its cells, what was left and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.forms import figures, totals
from shuangbaodao_cli.forms.plan import put_figures
from shuangbaodao_cli.forms.row_records import named_rows
from shuangbaodao_cli.forms.rows import held, text
from shuangbaodao_cli.forms.totals import more_solved
from shuangbaodao_cli.ledger.records import labels, place_tree
from shuangbaodao_cli.model.categories import offered
from shuangbaodao_cli.reports.answer import answer
from shuangbaodao_cli.values.numbers import hours

if TYPE_CHECKING:
    from collections.abc import Callable

    from shuangbaodao_cli.forms.figures import Figures, Id
    from shuangbaodao_cli.forms.plan import Filling
    from shuangbaodao_cli.forms.xlsx.cells import Place, Value
    from shuangbaodao_cli.reports.model import Scope

_COUNTED = dict.fromkeys(
    ("org", "team", "category"), ("services", "served", "resolved", "volunteers", "participations", "hours")
) | {"person": ("participations", "hours")}
"""What such a row has none of where the report does not name it."""


def fill(task: Filling) -> None:
    """Fill everything that the form asks for and the ledger knows."""
    rows = task.rows
    if task.head.is_no_table:
        raise Refused("这张表是一格名称、一格空白的，不是表头下面填数的，还不会填。没有写文件。")
    if rows.kind == "activity":
        _list_activities(task)
    elif rows.label is None:
        _fill_only_row(task)
    else:
        for one in named_rows(task):
            put_figures(task, one.row, _of_one(task, one.id, one.where))
        if not rows.named:
            _list_all(task)
        if rows.total is not None:
            totals.put_total(task, rows.total, of_all(task))
    task.left += more_solved(task)


def _fill_only_row(task: Filling) -> None:
    """One row for all: the one below the header, if nothing stands there that we do not understand."""
    rows, first = task.rows, task.head.row + 1
    blank = next(iter(rows.blanks), rows.total)
    if blank is None and first == rows.end == max(len(task.sheet.rows), task.leaf.rows) and not task.leaf.on_page:
        blank = first  # nothing was drawn below the header
    if blank is None or first not in {blank, rows.total}:
        said = next((text(task.sheet, first, at) for at in task.head.texts if text(task.sheet, first, at)), "")
        row = f"第 {first + 1} 行{f'“{said}”' if said else ''}"
        raise Refused(f"表头里没有行的名称（社区、单位、姓名……），表头下面{row}看不出该填哪里。没有写文件。")
    put_figures(task, blank, of_all(task))


def _list_all(task: Filling) -> None:
    """Write the names in too, where the form leaves its rows blank."""
    ids = _all_ids(task)
    _check_room(task, len(ids), f"要填 {len(ids)} 行")
    names = {} if task.rows.kind == "category" else labels.all_names(task.scope.connection, task.rows.kind)
    for count, (row, id_) in enumerate(zip(task.rows.blanks, ids, strict=False), 1):
        _number(task, row, count)
        task.put(row, task.rows.label or 0, id_ if isinstance(id_, str) else names[id_])
        put_figures(task, row, _of_one(task, id_, task.scope.place))


def _all_ids(task: Filling) -> list[Id]:
    """What a form without names lists: every community, else each that the report names."""
    place = task.scope.place
    if task.rows.kind == "place":
        return [*place_tree.communities(task.scope.connection, place)]
    found = [*task.each_of(task.scope, place)]
    if task.rows.kind == "category":
        order = [*offered(task.own), *map(str, found)]
        found.sort(key=lambda one: order.index(str(one)))
    return found


def _check_room(task: Filling, wanted: int, what: str) -> None:
    blanks = len(task.rows.blanks)
    if wanted > blanks:
        program = "Word" if task.leaf.on_page else "Excel"
        raise Refused(f"表里留了 {blanks} 行空行，{what}。请在 WPS 或 {program} 里插入空行再填，没有写文件。")


def _number(task: Filling, row: int, count: int) -> None:
    column = task.head.order
    if column is not None and held(task.sheet, row, column) == "":
        task.put(row, column, count)


def _list_activities(task: Filling) -> None:
    """Every activity of the period on a row of its own, under the headings of activities that we know."""
    said = answer(task.scope, "activities")
    at = {column.name: place for place, column in enumerate(said.columns)}
    _check_room(task, len(said.rows), f"这段时间有 {len(said.rows)} 次活动")
    for count, (row, values) in enumerate(zip(task.rows.blanks, said.rows, strict=False), 1):
        _number(task, row, count)
        for column, name in task.head.facts.items():
            if name in at:
                task.put(row, column, _fact(task, (row, column), name, values[at[name]]))


def _fact(task: Filling, at: Place, name: str, value: Any) -> Value | None:
    """A fact of an activity as its cell holds it: a day as a day, where the cell is dressed for one."""
    if value is None:
        return None
    if name == "minutes":
        return float(hours(value))
    if name == "date" and at in task.leaf.days:
        return (date.fromisoformat(value) - task.leaf.epoch).days
    return int(value) if isinstance(value, int) else str(value)


def of_all(task: Filling) -> tuple[Figures, Figures]:
    """The figures of all that the form is about."""
    return _both(task, lambda scope: figures.of_place(scope, task.scope.place, _wanted(task)))


def _of_one(task: Filling, id_: Id, where: int | None) -> tuple[Figures, Figures]:
    """The figures of a place, unit, team, person or category; of all but places only what was done at ``where``."""
    if isinstance(id_, int) and task.rows.kind == "place":
        return _both(task, lambda scope: figures.of_place(scope, id_, _wanted(task)))
    nought = dict.fromkeys(_COUNTED[task.rows.kind], 0)
    return _both(task, lambda scope: nought | task.each_of(scope, where).get(id_, {}))


def _both(task: Filling, ask: Callable[[Scope], Figures]) -> tuple[Figures, Figures]:
    """The figures of the period, and those of the year to date where a column asks for them."""
    now = ask(task.scope)
    return now, ask(task.year) if any(task.whole.values()) else now


def _wanted(task: Filling) -> set[str]:
    return {task.head.asked[column].figure for column in task.whole}
