"""Where the figures of a report come from: their definitions, how many rows are behind them, and the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.model.service import ACTIVITY, PARTICIPATION
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.reports.catalogue import REPORTS, resolve_report
from shuangbaodao_cli.reports.model import MEASURES
from shuangbaodao_cli.reports.queries import report_query
from shuangbaodao_cli.values.numbers import format_hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shuangbaodao_cli.reports.model import Scope
    from shuangbaodao_cli.reports.sources import Row, Rows, Source

_COLUMNS = (
    *(Column("measure", "指标"), Column("value", "数", "figure"), Column("rows", "来自几行", "count")),
    *(Column("approximate", "其中约数", "count"), Column("tables", "见哪张表"), Column("definition", "口径")),
)
_TABLES_INDEX = 4
"""The position of the column that names the lists of rows."""


class Figure(NamedTuple):
    """A figure of a report: its position, column and value, and the criteria of the rows that count in it."""

    row_index: int
    column_index: int
    column: Column
    value: Any
    criteria: Row


def explain(report: Table, scope: Scope, name: str, by: str | None) -> list[Table]:
    """The report with its figures linked to the next table, that of their definitions, and the rows behind them.

    Raises UsageError where a report lists its own rows, RuntimeError where the rows do not come to a figure: then
    one of the two is wrong and neither may be shown.
    """
    undivided = _undivided_table(scope, name, by)
    sources = [(source, _source_rows(scope, source)) for source in REPORTS[_explainable_report(name, by)].sources]
    figures = _figures(undivided, sources)
    shown = [(source, rows) for source, rows in sources if rows]
    table_numbers = {source.title: number for number, (source, _) in enumerate(shown, 2)}
    lines, links = [], dict[tuple[int, int], tuple[int, int]]()
    for number, figure in enumerate(figures):
        behind = [
            (source, _matching_rows(rows, figure)) for source, rows in sources if figure.column.name in source.figures
        ]
        _verify_figure(figure, behind)
        lines.append(_figure_row(undivided, figure, behind))
        first_title = behind[0][0].title
        if first_title in table_numbers:
            links[number, _TABLES_INDEX] = table_numbers[first_title], 0
    explanation = Table("口径和来源", _COLUMNS, lines, links=links)
    return [_link_figures(report, figures), explanation, *(_rows_table(source, rows) for source, rows in shown)]


def _link_figures(report: Table, figures: Sequence[Figure]) -> Table:
    """The report with each figure of the whole linked to its line in the next table."""
    last = len(report.rows) if report.totals is not None else len(report.rows) - 1
    indexes = {column.name: index for index, column in enumerate(report.columns)}
    links = {
        (figure.row_index if figure.criteria else last, indexes[figure.column.name]): (1, number)
        for number, figure in enumerate(figures)
        if figure.column.name in indexes  # side by side with another period the columns have other names
    }
    return replace(report, links=links)


def _explainable_report(name: str, by: str | None) -> str:
    """The report of a name. Raises UsageError where it lists its own rows."""
    report, _ = resolve_report(name, by)
    if not REPORTS[report].sources:
        raise UsageError(f"{name} 的每一行本身就是来源，不用再加 --explain；口径印在表下面。")
    return report


def _undivided_table(scope: Scope, name: str, by: str | None) -> Table:
    """The report without divisions: the figures of the whole are explained."""
    report = _explainable_report(name, by)
    if report == "checkins" and scope.place is None:
        raise UsageError("同一个人可能在几个社区报到，请加 --place 说明是哪里的数。")
    return report_table(scope, report)


def _figures(table: Table, sources: Iterable[tuple[Source, Rows]]) -> list[Figure]:
    """The figures of the whole; of outcomes, which have no common sum, those of each row."""
    traced = {name for source, _ in sources for name in source.figures}
    columns = [(index, column) for index, column in enumerate(table.columns) if column.name in traced]
    if (table.totals is None and len(table.rows) != 1) or table.meta["report"] == "outcomes":
        keys = {index: column.name for index, column in enumerate(table.columns) if column.name in {"what", "unit"}}
        return [
            Figure(row_index, index, column, row[index], {key: row[key_index] for key_index, key in keys.items()})
            for row_index, row in enumerate(table.rows)
            for index, column in columns
        ]
    row = table.rows[0] if table.totals is None else table.totals
    return [Figure(len(table.rows), index, column, row[index], {}) for index, column in columns]


def _source_rows(scope: Scope, source: Source) -> Rows:
    cursor = scope.execute(report_query(source.query_name).sql)
    names = [description[0] for description in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return [{**row, **source.derive_values(scope, row)} for row in rows] if source.derive_values else rows


def _matching_rows(rows: Rows, figure: Figure) -> Rows:
    """The rows that a figure counts: all, or those that meet its criteria."""
    return [row for row in rows if all(row[key] == value for key, value in figure.criteria.items())]


def _verify_figure(figure: Figure, sources: Sequence[tuple[Source, Rows]]) -> None:
    """Raise RuntimeError unless the rows of all sources together come to the figure."""
    parts = [source.figures[figure.column.name](rows) for source, rows in sources]
    derived = parts[0] if len(parts) == 1 else sum(parts)
    if derived != figure.value:
        raise RuntimeError(f"{figure.column.name}: the report says {figure.value}, its rows come to {derived}")


def _figure_row(table: Table, figure: Figure, sources: Sequence[tuple[Source, Rows]]) -> tuple[Any, ...]:
    """One figure: its name and value, how many rows count in it, how many of them approximately, its definition."""
    key = "minutes" if figure.column.name == "hours" else figure.column.name
    counted = [
        row for _, rows in sources for row in rows if key not in row or not (row[key] is None or row[key] is False)
    ]
    approximate = sum(key in (row.get("approximate") or "").split() for row in counted)
    value = float(format_hours(figure.value)) if figure.column.kind == "hours" else figure.value
    titles = "、".join(source.title for source, rows in sources if rows)
    heading = "".join(str(word) for word in figure.criteria.values() if word) or figure.column.heading
    return heading, value, len(counted), approximate, titles or None, _definition(table, figure.column)


def _definition(table: Table, column: Column) -> str | None:
    """The definition of a measure; for another figure the sentence below the report that begins with its label."""
    if column.name in MEASURES and column.label == MEASURES[column.name].label:
        return f"{MEASURES[column.name].definition}。"
    sentences = [sentence for note in table.notes for sentence in note.split("。")]
    own = next((sentence for sentence in sentences if sentence.startswith(f"{column.label}：")), None)
    if own:
        definition = own.partition("：")[2]
    else:
        definition = next((sentence for sentence in sentences[:1] if "：" not in sentence), "")
    return f"{definition}。" if definition else None


def _approximate_labels(approximate: str) -> str | None:
    """The labels of the fields of a row that were written as about so many."""
    fields = {field.name: field for field in (*PARTICIPATION.fields, *ACTIVITY.fields)}
    return "、".join(fields[name].label if name in fields else "数量" for name in approximate.split()) or None


def _rows_table(source: Source, rows: Rows) -> Table:
    body = [tuple(_cell_value(column, row[column.name]) for column in source.columns) for row in rows]
    return Table(f"{source.title}（{len(rows)} 行）", source.columns, body)


def _cell_value(column: Column, value: Any) -> Any:
    """A value as it is listed: of a condition 1 where it holds, else nothing."""
    if column.name == "approximate":
        return _approximate_labels(value)
    return int(value) or None if isinstance(value, bool) else value
