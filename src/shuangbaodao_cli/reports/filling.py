"""Somebody's form and the ledger → what goes into which of its cells, what was left and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger import finding, tree
from shuangbaodao_cli.output.table import hours
from shuangbaodao_cli.reports import figures, sums
from shuangbaodao_cli.reports.answering import answer
from shuangbaodao_cli.reports.fillable import put_figures
from shuangbaodao_cli.reports.formrows import held, text
from shuangbaodao_cli.vocabulary.places import PLACE
from shuangbaodao_cli.vocabulary.records import RECORDS
from shuangbaodao_cli.vocabulary.text import person_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from shuangbaodao_cli.output.cellxml import Place, Value
    from shuangbaodao_cli.reports.figures import Figures
    from shuangbaodao_cli.reports.fillable import Filling
    from shuangbaodao_cli.reports.scope import Scope

_EACH = {"org": "orgs", "person": "people"}
"""What the rows are → the report that has a row for each."""
_COUNTED = {
    "org": ("services", "served", "resolved", "volunteers", "participations", "hours"),
    "person": ("participations", "hours"),
}
"""What such a row has none of where the report does not name it."""


def fill(task: Filling) -> None:
    """Fill everything that the form asks for and the ledger knows."""
    rows = task.rows
    if rows.kind == "activity":
        _list_activities(task)
    elif rows.label is None:
        _fill_only_row(task)
    else:
        for row, name in rows.named:
            _fill_named(task, row, name)
        if not rows.named:
            _list_all(task)
        if rows.total is not None:
            sums.put_total(task, rows.total, of_all(task))


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


def _fill_named(task: Filling, row: int, name: str) -> None:
    id_ = _known(task, row, task.rows.kind, name)
    where = _named_place(task, row)
    place = _known(task, row, "place", where) if where else task.scope.place
    if id_ is not None and (place is not None or not where):
        put_figures(task, row, _of_one(task, id_, place))


def _named_place(task: Filling, row: int) -> str:
    """The place that stands before a unit in its row: the unit is counted there. Mostly there is none."""
    column = task.head.labels.get("place")
    if task.rows.kind != "org" or column is None or column > (task.rows.label or 0):
        return ""
    merged = (top for top, left, bottom, _ in task.sheet.merges if left == column and top <= row <= bottom)
    return text(task.sheet, next(merged, row), column)


def _known(task: Filling, row: int, kind: str, name: str) -> int | None:
    """The one record that a row names; what keeps it from being found is told."""
    connection = task.scope.connection
    names = finding.Names(connection)
    said = person_name(name) if kind == "person" else name
    ids = names.narrowed(kind, names.ids(kind, said), task.scope.place)
    why = ""
    if not ids:
        near = finding.nearest(connection, RECORDS[kind], said)
        why = "台账里没有这个名称" + (f"，是不是：{'、'.join(near)}" if near else "")
    elif len(ids) > 1:
        why = f"台账里有 {len(ids)} 个同名的"
    elif kind == "place" and task.scope.place is not None and not tree.within(connection, ids[0], task.scope.place):
        why = f"不在 {finding.name_of(connection, PLACE, task.scope.place)} 范围内"
    if why:
        task.left.append((f"第 {row + 1} 行 {name}", why))
        return None
    return ids[0]


def _list_all(task: Filling) -> None:
    """Write the names in too, where the form leaves its rows blank."""
    connection, kind, place = task.scope.connection, task.rows.kind, task.scope.place
    ids = tree.communities(connection, place) if kind == "place" else list(_each(task, task.scope, place))
    _check_room(task, len(ids), f"要填 {len(ids)} 行")
    names = finding.all_names(connection, kind)
    for count, (row, id_) in enumerate(zip(task.rows.blanks, ids, strict=False), 1):
        _number(task, row, count)
        task.put(row, task.rows.label or 0, names[id_])
        put_figures(task, row, _of_one(task, id_, place))


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


def _of_one(task: Filling, id_: int, where: int | None) -> tuple[Figures, Figures]:
    """The figures of a place, unit or person; of a unit or person only what was done at ``where``."""
    if task.rows.kind == "place":
        return _both(task, lambda scope: figures.of_place(scope, id_, _wanted(task)))
    nought = dict.fromkeys(_COUNTED[task.rows.kind], 0)
    return _both(task, lambda scope: nought | _each(task, scope, where).get(id_, {}))


def _both(task: Filling, ask: Callable[[Scope], Figures]) -> tuple[Figures, Figures]:
    """The figures of the period, and those of the year to date where a column asks for them."""
    now = ask(task.scope)
    return now, ask(task.year) if any(task.whole.values()) else now


def _each(task: Filling, scope: Scope, where: int | None) -> dict[int, Figures]:
    """The figures of every unit or person, asked once for a period and a place."""
    asked = (scope.period, where)
    if asked not in task.each:
        task.each[asked] = figures.of_each(replace(scope, place=where), _EACH[task.rows.kind])
    return task.each[asked]


def _wanted(task: Filling) -> set[str]:
    return {task.head.asked[column].figure for column in task.whole}
