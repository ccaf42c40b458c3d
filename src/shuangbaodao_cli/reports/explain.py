"""Where a figure comes from: its definition, how many rows stand behind it, and the rows themselves."""

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
from shuangbaodao_cli.values.numbers import hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shuangbaodao_cli.reports.model import Scope
    from shuangbaodao_cli.reports.sources import Row, Rows, Source

_COLUMNS = (
    *(Column("measure", "指标"), Column("value", "数", "figure"), Column("rows", "来自几行", "count")),
    *(Column("approximate", "其中约数", "count"), Column("tables", "见哪张表"), Column("definition", "口径")),
)
_TABLES_INDEX = 4
"""Where the column stands that names the lists of rows."""


class Figure(NamedTuple):
    """A figure of a report: where it stands in it, its column, what it is, and of what alone it counts the rows."""

    row_index: int
    column_index: int
    column: Column
    value: Any
    criteria: Row


def explain(report: Table, scope: Scope, name: str, by: str | None) -> list[Table]:
    """A report whose figures lead to the next table, that one with their definitions, and the rows behind them.

    RuntimeError where rows do not come to the figure: then one of the two is wrong and nobody may be told either.
    """
    whole = _undivided_table(scope, name, by)
    held = [(one, _source_rows(scope, one)) for one in REPORTS[_explainable_file(name, by)].sources]
    figures = _figures(whole, held)
    shown = [(one, rows) for one, rows in held if rows]
    places = {one.title: number for number, (one, _) in enumerate(shown, 2)}
    lines, links = [], dict[tuple[int, int], tuple[int, int]]()
    for number, figure in enumerate(figures):
        of = [(one, _matching_rows(rows, figure)) for one, rows in held if figure.column.name in one.figures]
        _verify_figure(figure, of)
        lines.append(_figure_row(whole, figure, of))
        if of[0][0].title in places:
            links[number, _TABLES_INDEX] = places[of[0][0].title], 0
    told = Table("口径和来源", _COLUMNS, lines, links=links)
    return [_link_figures(report, figures), told, *(_rows_table(one, rows) for one, rows in shown)]


def _link_figures(report: Table, figures: Sequence[Figure]) -> Table:
    """A report of which each figure of the whole leads to its line in the next table."""
    last = len(report.rows) if report.totals is not None else len(report.rows) - 1
    places = {column.name: at for at, column in enumerate(report.columns)}
    found = {
        (figure.row_index if figure.criteria else last, places[figure.column.name]): (1, number)
        for number, figure in enumerate(figures)
        if figure.column.name in places  # side by side with another period the columns have other names
    }
    return replace(report, links=found)


def _explainable_file(name: str, by: str | None) -> str:
    """The report of a name. Raises UsageError where it lists its own rows, or is one of the user's own."""
    report, _ = resolve_report(name, by)
    if not REPORTS[report].sources:
        raise UsageError(f"{name} 的每一行本身就是来源，不用再加 --explain；口径印在表下面。")
    return report


def _undivided_table(scope: Scope, name: str, by: str | None) -> Table:
    """The report of which the figures of the whole are explained: undivided."""
    file = _explainable_file(name, by)
    if file == "checkins" and scope.place is None:
        raise UsageError("同一个人可能在几个社区报到，请加 --place 说明是哪里的数。")
    return report_table(scope, file)


def _figures(table: Table, sources: Iterable[tuple[Source, Rows]]) -> list[Figure]:
    """What the whole comes to; of outcomes, which have no common sum, each row."""
    behind = {name for one, _ in sources for name in one.figures}
    columns = [(at, column) for at, column in enumerate(table.columns) if column.name in behind]
    if (table.totals is None and len(table.rows) != 1) or table.meta["report"] == "outcomes":
        keys = {at: column.name for at, column in enumerate(table.columns) if column.name in {"what", "unit"}}
        return [
            Figure(number, at, column, row[at], {key: row[place] for place, key in keys.items()})
            for number, row in enumerate(table.rows)
            for at, column in columns
        ]
    row = table.rows[0] if table.totals is None else table.totals
    return [Figure(len(table.rows), at, column, row[at], {}) for at, column in columns]


def _source_rows(scope: Scope, source: Source) -> Rows:
    cursor = scope.execute(report_query(source.query_name).sql)
    names = [description[0] for description in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return [{**row, **source.derive_values(scope, row)} for row in rows] if source.derive_values else rows


def _matching_rows(rows: Rows, figure: Figure) -> Rows:
    """The rows of which this figure counts some: all, or those of its kind."""
    return [row for row in rows if all(row[key] == value for key, value in figure.criteria.items())]


def _verify_figure(figure: Figure, sources: Sequence[tuple[Source, Rows]]) -> None:
    parts = [one.figures[figure.column.name](rows) for one, rows in sources]
    found = parts[0] if len(parts) == 1 else sum(parts)
    if found != figure.value:
        raise RuntimeError(f"{figure.column.name}: the report says {figure.value}, its rows come to {found}")


def _figure_row(table: Table, figure: Figure, sources: Sequence[tuple[Source, Rows]]) -> tuple[Any, ...]:
    """One figure: what it is, of how many rows that say something of it, how many of them approximately."""
    key = "minutes" if figure.column.name == "hours" else figure.column.name
    counted = [
        row for _, rows in sources for row in rows if key not in row or not (row[key] is None or row[key] is False)
    ]
    about = sum(key in (row.get("approximate") or "").split() for row in counted)
    value = float(hours(figure.value)) if figure.column.kind == "hours" else figure.value
    named = "、".join(one.title for one, rows in sources if rows)
    heading = "".join(str(word) for word in figure.criteria.values() if word) or figure.column.heading
    return heading, value, len(counted), about, named or None, _definition(table, figure.column)


def _definition(table: Table, column: Column) -> str | None:
    """The written definition of a measure; of another figure the sentence below the report that begins with it."""
    if column.name in MEASURES and column.label == MEASURES[column.name].label:
        return f"{MEASURES[column.name].definition}。"
    sentences = [sentence for note in table.notes for sentence in note.split("。")]
    own = next((one for one in sentences if one.startswith(f"{column.label}：")), None)
    said = own.partition("：")[2] if own else next((one for one in sentences[:1] if "：" not in one), None)
    return f"{said}。" if said else None


def _approximate_labels(approximate: str) -> str | None:
    """Which figures of a row were written as about so many, as people call them."""
    fields = {**{one.name: one for one in PARTICIPATION.fields}, **{one.name: one for one in ACTIVITY.fields}}
    return "、".join(fields[name].label if name in fields else "数量" for name in approximate.split()) or None


def _rows_table(source: Source, rows: Rows) -> Table:
    body = [tuple(_cell_value(one, row[one.name]) for one in source.columns) for row in rows]
    return Table(f"{source.title}（{len(rows)} 行）", source.columns, body)


def _cell_value(column: Column, value: Any) -> Any:
    if column.name == "approximate":
        return _approximate_labels(value)
    return int(value) or None if isinstance(value, bool) else value
