"""A form of Excel or Word: read as sheets of raw cells, and filled with figures of the ledger row by row."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.forms.docx.form import WordForm
from shuangbaodao_cli.forms.figures import PeriodFigures, place_figures
from shuangbaodao_cli.forms.plan import put_figures
from shuangbaodao_cli.forms.row_records import resolve_rows
from shuangbaodao_cli.forms.rows import cell_text, cell_value
from shuangbaodao_cli.forms.totals import put_total, solved_excess_notes
from shuangbaodao_cli.forms.xlsx.form import ExcelForm
from shuangbaodao_cli.intake.files.detect import is_document
from shuangbaodao_cli.intake.files.sheet import Sheet
from shuangbaodao_cli.intake.files.workbook import Workbook, parse_workbook, read_input_file
from shuangbaodao_cli.ledger.records import labels, place_tree
from shuangbaodao_cli.model.categories import category_names
from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.values.numbers import format_hours

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shuangbaodao_cli.forms.figures import Figures, RecordId
    from shuangbaodao_cli.forms.plan import FillTask
    from shuangbaodao_cli.forms.xlsx.cells import Position, Value
    from shuangbaodao_cli.reports.model import Scope

_COUNTED_FIGURES = dict.fromkeys(
    ("org", "team", "category"), ("services", "served", "resolved", "volunteers", "participations", "hours")
) | {"person": ("participations", "hours")}
"""Kind of row → the figures that are 0 for a row that the report does not have."""


def fill(task: FillTask) -> None:
    """Plan everything that the form asks for and the ledger has. Raises Refused where the form cannot be filled."""
    rows = task.rows
    if task.header.is_side_by_side:
        raise Refused("这张表是一格名称、一格空白的，不是表头下面填数的，还不会填。没有写文件。")
    if rows.kind == "activity":
        _fill_activities(task)
    elif rows.name_column is None:
        _fill_only_row(task)
    else:
        for record in resolve_rows(task):
            put_figures(task, record.row, _record_figures(task, record.id, record.place))
        if not rows.named:
            _fill_blank_rows(task)
        if rows.total_row is not None:
            put_total(task, rows.total_row, total_figures(task))
    task.skipped += solved_excess_notes(task)


def _fill_only_row(task: FillTask) -> None:
    """Fill the one row for all: that below the header, unless something stands there that is not understood."""
    rows, first = task.rows, task.header.last_row + 1
    blank = next(iter(rows.blanks), rows.total_row)
    is_header_last = first == rows.end == max(len(task.sheet.rows), task.properties.row_count)
    if blank is None and is_header_last and not task.properties.is_document:
        blank = first  # nothing was drawn below the header
    if blank is None or first not in {blank, rows.total_row}:
        texts = (cell_text(task.sheet, first, column) for column in task.header.texts)
        text = next(filter(None, texts), "")
        row = f"第 {first + 1} 行{f'“{text}”' if text else ''}"
        raise Refused(f"表头里没有行的名称（社区、单位、姓名……），表头下面{row}看不出该填哪里。没有写文件。")
    put_figures(task, blank, total_figures(task))


def _fill_blank_rows(task: FillTask) -> None:
    """Fill blank rows with names and their figures."""
    ids = _all_ids(task)
    _check_room(task, len(ids), f"要填 {len(ids)} 行")
    names = {} if task.rows.kind == "category" else labels.all_names(task.scope.connection, task.rows.kind)
    for count, (row, id_) in enumerate(zip(task.rows.blanks, ids, strict=False), 1):
        _put_number(task, row, count)
        task.put(row, task.rows.name_column or 0, id_ if isinstance(id_, str) else names[id_])
        put_figures(task, row, _record_figures(task, id_, task.scope.place))


def _all_ids(task: FillTask) -> list[RecordId]:
    """The ids for a form without names: every community, else all that the report has, categories in their order."""
    place = task.scope.place
    if task.rows.kind == "place":
        return [*place_tree.communities(task.scope.connection, place)]
    ids = [*task.record_figures(task.scope, place)]
    if task.rows.kind == "category":
        order = [*category_names(task.categories), *map(str, ids)]
        ids.sort(key=lambda id_: order.index(str(id_)))
    return ids


def _check_room(task: FillTask, wanted: int, description: str) -> None:
    """Raise Refused where the form has fewer blank rows than wanted."""
    blanks = len(task.rows.blanks)
    if wanted > blanks:
        program = "Word" if task.properties.is_document else "Excel"
        raise Refused(f"表里留了 {blanks} 行空行，{description}。请在 WPS 或 {program} 里插入空行再填，没有写文件。")


def _put_number(task: FillTask, row: int, count: int) -> None:
    """Number a row, where the form has a column for that and it is empty."""
    column = task.header.number_column
    if column is not None and cell_value(task.sheet, row, column) == "":
        task.put(row, column, count)


def _fill_activities(task: FillTask) -> None:
    """Fill a blank row with each activity of the period, under the headings that mean a field of it."""
    table = report_table(task.scope, "activities")
    indexes = {column.name: index for index, column in enumerate(table.columns)}
    _check_room(task, len(table.rows), f"这段时间有 {len(table.rows)} 次活动")
    for count, (row, values) in enumerate(zip(task.rows.blanks, table.rows, strict=False), 1):
        _put_number(task, row, count)
        for column, name in task.header.activity_fields.items():
            if name in indexes:
                task.put(row, column, _activity_value(task, (row, column), name, values[indexes[name]]))


def _activity_value(task: FillTask, position: Position, name: str, value: Any) -> Value | None:
    """A field of an activity as its cell holds it: a day as a number, where the cell has a format of days."""
    if value is None:
        return None
    if name == "minutes":
        return float(format_hours(value))
    if name == "date" and position in task.properties.dates:
        return (date.fromisoformat(value) - task.properties.epoch).days
    return int(value) if isinstance(value, int) else str(value)


def total_figures(task: FillTask) -> PeriodFigures:
    """The figures of the whole place of the form."""
    return _period_and_year(task, lambda scope: place_figures(scope, task.scope.place, _wanted_figures(task)))


def _record_figures(task: FillTask, id_: RecordId, place: int | None) -> PeriodFigures:
    """The figures of a place, unit, team, person or category; of all but places what was done at ``place``."""
    if isinstance(id_, int) and task.rows.kind == "place":
        return _period_and_year(task, lambda scope: place_figures(scope, id_, _wanted_figures(task)))
    zeros = dict.fromkeys(_COUNTED_FIGURES[task.rows.kind], 0)
    return _period_and_year(task, lambda scope: zeros | task.record_figures(scope, place).get(id_, {}))


def _period_and_year(task: FillTask, figures_of: Callable[[Scope], Figures]) -> PeriodFigures:
    """The figures of the period, and those of the year to date where a column asks for them."""
    reported = figures_of(task.scope)
    return PeriodFigures(reported, figures_of(task.year_scope) if any(task.to_date.values()) else reported)


def _wanted_figures(task: FillTask) -> set[str]:
    return {task.header.bindings[column].figure for column in task.to_date}


_NUMBER = re.compile(r"(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?")
"""A text in a cell of a document that is a number; 007 is a code."""


def read_form(path: Path) -> tuple[Workbook, ExcelForm | WordForm]:
    """A form as a workbook to be read and a file to be filled. Its type is detected by content, never by name.

    Raises FileError or Refused, saying why it cannot be filled.
    """
    content = read_input_file(path)
    if not is_document(content, path.name):
        return parse_workbook(path.name, content), ExcelForm(content, path.name)
    form = WordForm(content, path.name)
    sheets = [_sheet(form, name) for name in form.sheets]
    return Workbook(path.name, hashlib.sha256(content).hexdigest(), sheets, [], content), form


def _sheet(form: WordForm, name: str) -> Sheet:
    """A table of a document as if it were a worksheet."""
    cells = form.cells(name)
    width = 1 + max((cell.box[3] for cell in cells), default=-1)
    rows: list[list[Any]] = [[""] * width for _ in range(form.row_count(name) if width else 0)]
    for cell in cells:
        top, left, _, _ = cell.box
        rows[top][left] = _cell_value(cell.text)
    merges = [cell.box for cell in cells if cell.box[:2] != cell.box[2:]]
    above, below = form.surrounding_text(name)
    return Sheet(name, rows, merges, paragraphs_above=above, paragraphs_below=below)


def _cell_value(text: str) -> Any:
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
