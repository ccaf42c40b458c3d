"""The summary of a filled form: what each column was filled with, what was left and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shuangbaodao_cli.forms.headings import FIGURE_HEADINGS
from shuangbaodao_cli.intake.rosters.layout import year_and_month
from shuangbaodao_cli.model.service import ACTIVITY
from shuangbaodao_cli.output.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.forms.plan import FillTask

FIGURE_LABELS = {name: words[0] for name, words in FIGURE_HEADINGS.items()}
"""Figure → its label."""
_BLANK_TO_FILL = re.compile(r"[:：]\s*(?:$|\s{2,}|\u3000)|[\s\u3000_]{2,}[年月日]|_{2,}")
"""A gap in a title or a line to sign on, to be written by hand: 填报日期：, 　　年　月."""
MAX_CELLS = 5
"""How many cells are named for one reason."""

Line = tuple[str, str | None, str | None, int, str | None]


def summary_table(task: FillTask, form: str) -> Table:
    """What was filled, what was left and why."""
    columns = [
        Column("heading", "表头或行"),
        Column("measure", "指标", hidden=True),
        Column("figure", "填的是"),
        Column("cells", "填了几格", "count"),
        Column("left", "没填的原因"),
    ]
    lines = [
        *_column_lines(task),
        *((name, None, None, 0, reason) for name, reason in task.skipped),
        *_title_lines(task),
        *_handwritten_lines(task),
    ]
    return Table(f"已填“{form}”", columns, lines, subtitle=f"期间：{task.scope.period.days_label}")


def _column_lines(task: FillTask) -> Iterator[Line]:
    """Every column of the form, under its heading."""
    header, lists_activities = task.header, task.rows.kind == "activity"
    for column, text in header.texts.items():
        count = task.filled_count(column)
        reasons = _unfilled_text(task, column)
        if lists_activities:
            name = header.activity_fields.get(column) if count or reasons else None
            label = ACTIVITY[name].label if name else None
            yield text, name, label, count, reasons or (None if count else "不认识，没有填")
        elif column in header.bindings:
            figure = header.bindings[column].figure
            label = f"{'累计' if task.to_date.get(column) else ''}{FIGURE_LABELS[figure]}"
            yield text, figure, label, count, reasons or (None if count else "没有要填的行")
        else:
            yield text, None, None, count, reasons or (None if count else _unbound_reason(task, column))


def _unfilled_text(task: FillTask, column: int) -> str:
    """Why cells of a column were not filled, and which; empty where there are none."""
    cells: dict[str, list[str]] = {}
    for cell in task.unfilled:
        if cell.column == column:
            cells.setdefault(cell.reason, []).extend(filter(None, [cell.name]))
    return "；".join(_reason_text(reason, names) for reason, names in cells.items())


def _unbound_reason(task: FillTask, column: int) -> str:
    """Why a column that asks for no figure was left."""
    if column == task.header.number_column:
        return "序号"
    names = {task.rows.kind, "place"} if task.rows.kind in {"org", "team", "category"} else {task.rows.kind}
    return "行的名称" if column in {task.header.kind_columns.get(kind) for kind in names} else "不认识，没有填"


def _reason_text(reason: str, cells: list[str]) -> str:
    more = f"等 {len(cells)} 格" if len(cells) > MAX_CELLS else ""
    return f"{'、'.join(cells[:MAX_CELLS])}{more} {reason}".strip()


def _title_lines(task: FillTask) -> Iterator[Line]:
    """A line where the title names another month or year than the one that was filled in."""
    above = [[line] for line in task.sheet.paragraphs_above]
    year, month = year_and_month([*above, *task.sheet.rows[: task.header.first_row]])
    last = task.scope.period.last_day
    other_month = month is not None and task.month_start == 1 and month != last.month
    if (year is not None and year != last.year) or other_month:
        title = f"{f'{year}年' if year else ''}{f'{month}月' if month else ''}"
        yield "标题", None, None, 0, f"标题写的是 {title}，填的是{task.scope.period.days_label}的数，请核对"


def _handwritten_lines(task: FillTask) -> Iterator[Line]:
    """Cells and lines around the table with a gap to be filled by hand."""
    rows = task.sheet.rows
    around = [*range(task.header.first_row), *range(task.rows.end, len(rows))]
    cells = [(f"{task.cell_name((row, column))} ", cell) for row in around for column, cell in enumerate(rows[row])]
    for prefix, text in [
        *cells,
        *(("", line) for line in (*task.sheet.paragraphs_above, *task.sheet.paragraphs_below)),
    ]:
        if isinstance(text, str) and _BLANK_TO_FILL.search(text):
            short = re.sub(r"\s+", " ", text).strip()
            yield f"{prefix}{short[:24]}", None, None, 0, "留给人填的，没有动"
