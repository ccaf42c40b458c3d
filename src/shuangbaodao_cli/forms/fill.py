"""Somebody's form and the ledger → what goes into which of its cells, what was left and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.forms import figures, totals
from shuangbaodao_cli.forms.plan import put_figures
from shuangbaodao_cli.forms.row_records import resolve_rows
from shuangbaodao_cli.forms.rows import cell_text, cell_value
from shuangbaodao_cli.forms.totals import solved_excess_notes
from shuangbaodao_cli.ledger.records import labels, place_tree
from shuangbaodao_cli.model.categories import offered
from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.values.numbers import hours

if TYPE_CHECKING:
    from collections.abc import Callable

    from shuangbaodao_cli.forms.figures import Figures, RecordId
    from shuangbaodao_cli.forms.plan import FillTask
    from shuangbaodao_cli.forms.xlsx.cells import Position, Value
    from shuangbaodao_cli.reports.model import Scope

_COUNTED_FIGURES = dict.fromkeys(
    ("org", "team", "category"), ("services", "served", "resolved", "volunteers", "participations", "hours")
) | {"person": ("participations", "hours")}
"""What such a row has none of where the report does not name it."""


def fill(task: FillTask) -> None:
    """Fill everything that the form asks for and the ledger knows."""
    rows = task.rows
    if task.header.is_side_by_side:
        raise Refused("这张表是一格名称、一格空白的，不是表头下面填数的，还不会填。没有写文件。")
    if rows.kind == "activity":
        _fill_activities(task)
    elif rows.name_column is None:
        _fill_only_row(task)
    else:
        for one in resolve_rows(task):
            put_figures(task, one.row, _record_figures(task, one.id, one.place))
        if not rows.named:
            _fill_blank_rows(task)
        if rows.total_row is not None:
            totals.put_total(task, rows.total_row, total_figures(task))
    task.skipped += solved_excess_notes(task)


def _fill_only_row(task: FillTask) -> None:
    """One row for all: the one below the header, if nothing stands there that we do not understand."""
    rows, first = task.rows, task.header.last_row + 1
    blank = next(iter(rows.blanks), rows.total_row)
    if (
        blank is None
        and first == rows.end == max(len(task.sheet.rows), task.properties.row_count)
        and not task.properties.is_document
    ):
        blank = first  # nothing was drawn below the header
    if blank is None or first not in {blank, rows.total_row}:
        said = next(
            (cell_text(task.sheet, first, at) for at in task.header.texts if cell_text(task.sheet, first, at)), ""
        )
        row = f"第 {first + 1} 行{f'“{said}”' if said else ''}"
        raise Refused(f"表头里没有行的名称（社区、单位、姓名……），表头下面{row}看不出该填哪里。没有写文件。")
    put_figures(task, blank, total_figures(task))


def _fill_blank_rows(task: FillTask) -> None:
    """Write the names in too, where the form leaves its rows blank."""
    ids = _all_ids(task)
    _check_room(task, len(ids), f"要填 {len(ids)} 行")
    names = {} if task.rows.kind == "category" else labels.all_names(task.scope.connection, task.rows.kind)
    for count, (row, id_) in enumerate(zip(task.rows.blanks, ids, strict=False), 1):
        _put_number(task, row, count)
        task.put(row, task.rows.name_column or 0, id_ if isinstance(id_, str) else names[id_])
        put_figures(task, row, _record_figures(task, id_, task.scope.place))


def _all_ids(task: FillTask) -> list[RecordId]:
    """What a form without names lists: every community, else each that the report names."""
    place = task.scope.place
    if task.rows.kind == "place":
        return [*place_tree.communities(task.scope.connection, place)]
    found = [*task.record_figures(task.scope, place)]
    if task.rows.kind == "category":
        order = [*offered(task.categories), *map(str, found)]
        found.sort(key=lambda one: order.index(str(one)))
    return found


def _check_room(task: FillTask, wanted: int, description: str) -> None:
    blanks = len(task.rows.blanks)
    if wanted > blanks:
        program = "Word" if task.properties.is_document else "Excel"
        raise Refused(f"表里留了 {blanks} 行空行，{description}。请在 WPS 或 {program} 里插入空行再填，没有写文件。")


def _put_number(task: FillTask, row: int, count: int) -> None:
    column = task.header.number_column
    if column is not None and cell_value(task.sheet, row, column) == "":
        task.put(row, column, count)


def _fill_activities(task: FillTask) -> None:
    """Every activity of the period on a row of its own, under the headings of activities that we know."""
    said = report_table(task.scope, "activities")
    at = {column.name: place for place, column in enumerate(said.columns)}
    _check_room(task, len(said.rows), f"这段时间有 {len(said.rows)} 次活动")
    for count, (row, values) in enumerate(zip(task.rows.blanks, said.rows, strict=False), 1):
        _put_number(task, row, count)
        for column, name in task.header.activity_fields.items():
            if name in at:
                task.put(row, column, _activity_value(task, (row, column), name, values[at[name]]))


def _activity_value(task: FillTask, position: Position, name: str, value: Any) -> Value | None:
    """A fact of an activity as its cell holds it: a day as a day, where the cell is dressed for one."""
    if value is None:
        return None
    if name == "minutes":
        return float(hours(value))
    if name == "date" and position in task.properties.dates:
        return (date.fromisoformat(value) - task.properties.epoch).days
    return int(value) if isinstance(value, int) else str(value)


def total_figures(task: FillTask) -> tuple[Figures, Figures]:
    """The figures of all that the form is about."""
    return _period_and_year(task, lambda scope: figures.place_figures(scope, task.scope.place, _wanted_figures(task)))


def _record_figures(task: FillTask, id_: RecordId, place: int | None) -> tuple[Figures, Figures]:
    """The figures of a place, unit, team, person or category; of all but places only what was done at ``where``."""
    if isinstance(id_, int) and task.rows.kind == "place":
        return _period_and_year(task, lambda scope: figures.place_figures(scope, id_, _wanted_figures(task)))
    nought = dict.fromkeys(_COUNTED_FIGURES[task.rows.kind], 0)
    return _period_and_year(task, lambda scope: nought | task.record_figures(scope, place).get(id_, {}))


def _period_and_year(task: FillTask, figures_of: Callable[[Scope], Figures]) -> tuple[Figures, Figures]:
    """The figures of the period, and those of the year to date where a column asks for them."""
    now = figures_of(task.scope)
    return now, figures_of(task.year_scope) if any(task.to_date.values()) else now


def _wanted_figures(task: FillTask) -> set[str]:
    return {task.header.bindings[column].figure for column in task.to_date}
