"""Where a figure comes from: its definition, how many rows stand behind it, and the rows themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.model.service import ACTIVITY, PARTICIPATION
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports.answer import answer
from shuangbaodao_cli.reports.catalogue import choose, question
from shuangbaodao_cli.reports.model import MEASURES
from shuangbaodao_cli.reports.sources import SOURCES, Behind, Row, Rows
from shuangbaodao_cli.values.numbers import hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shuangbaodao_cli.reports.model import Scope

_HEADS = (
    *(Column("measure", "指标"), Column("value", "数", "figure"), Column("rows", "来自几行", "count")),
    *(Column("approximate", "其中约数", "count"), Column("tables", "见哪张表"), Column("definition", "口径")),
)
_TABLES = 4
"""Where the column stands that names the lists of rows."""


class Figure(NamedTuple):
    """A figure of a report: where it stands in it, its column, what it is, and of what alone it counts the rows."""

    row: int
    at: int
    column: Column
    value: Any
    only: Row


def explain(report: Table, scope: Scope, name: str, by: str | None) -> list[Table]:
    """A report whose figures lead to the next table, that one with their definitions, and the rows behind them.

    RuntimeError where rows do not come to the figure: then one of the two is wrong and nobody may be told either.
    """
    whole = _whole(scope, name, by)
    held = [(one, _rows(scope, one)) for one in SOURCES[_file(name, by)]]
    figures = _figures(whole, held)
    shown = [(one, rows) for one, rows in held if rows]
    places = {one.title: number for number, (one, _) in enumerate(shown, 2)}
    lines, links = [], dict[tuple[int, int], tuple[int, int]]()
    for number, figure in enumerate(figures):
        of = [(one, _counted(rows, figure)) for one, rows in held if figure.column.name in one.figures]
        _hold(figure, of)
        lines.append(_line(whole, figure, of))
        if of[0][0].title in places:
            links[number, _TABLES] = places[of[0][0].title], 0
    told = Table("口径和来源", _HEADS, lines, links=links)
    return [_linked(report, figures), told, *(_listed(one, rows) for one, rows in shown)]


def _linked(report: Table, figures: Sequence[Figure]) -> Table:
    """A report of which each figure of the whole leads to its line in the next table."""
    last = len(report.rows) if report.totals is not None else len(report.rows) - 1
    places = {column.name: at for at, column in enumerate(report.columns)}
    found = {
        (figure.row if figure.only else last, places[figure.column.name]): (1, number)
        for number, figure in enumerate(figures)
        if figure.column.name in places  # side by side with another period the columns have other names
    }
    return replace(report, links=found)


def _file(name: str, by: str | None) -> str:
    file, _ = choose(name, by)
    if file not in SOURCES:
        raise UsageError(f"{name} 的每一行本身就是来源，不用再加 --explain；口径印在表下面。")
    return file


def _whole(scope: Scope, name: str, by: str | None) -> Table:
    """The report of which the figures of the whole are explained: undivided."""
    file = _file(name, by)
    if file == "checkins" and scope.place is None:
        raise UsageError("同一个人可能在几个社区报到，请加 --place 说明是哪里的数。")
    return answer(scope, file)


def _figures(told: Table, held: Iterable[tuple[Behind, Rows]]) -> list[Figure]:
    """What the whole comes to; of outcomes, which have no common sum, each row."""
    behind = {name for one, _ in held for name in one.figures}
    columns = [(at, column) for at, column in enumerate(told.columns) if column.name in behind]
    if (told.totals is None and len(told.rows) != 1) or told.meta["report"] == "outcomes":
        keys = {at: column.name for at, column in enumerate(told.columns) if column.name in {"what", "unit"}}
        return [
            Figure(number, at, column, row[at], {key: row[place] for place, key in keys.items()})
            for number, row in enumerate(told.rows)
            for at, column in columns
        ]
    row = told.rows[0] if told.totals is None else told.totals
    return [Figure(len(told.rows), at, column, row[at], {}) for at, column in columns]


def _rows(scope: Scope, behind: Behind) -> Rows:
    cursor = scope.ask(question(behind.sql).sql)
    names = [description[0] for description in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return [{**row, **behind.marked(scope, row)} for row in rows] if behind.marked else rows


def _counted(rows: Rows, figure: Figure) -> Rows:
    """The rows of which this figure counts some: all, or those of its kind."""
    return [row for row in rows if all(row[key] == value for key, value in figure.only.items())]


def _hold(figure: Figure, of: Sequence[tuple[Behind, Rows]]) -> None:
    parts = [one.figures[figure.column.name](rows) for one, rows in of]
    found = parts[0] if len(parts) == 1 else sum(parts)
    if found != figure.value:
        raise RuntimeError(f"{figure.column.name}: the report says {figure.value}, its rows come to {found}")


def _line(told: Table, figure: Figure, of: Sequence[tuple[Behind, Rows]]) -> tuple[Any, ...]:
    """One figure: what it is, of how many rows that say something of it, how many of them approximately."""
    key = "minutes" if figure.column.name == "hours" else figure.column.name
    counted = [row for _, rows in of for row in rows if key not in row or not (row[key] is None or row[key] is False)]
    about = sum(key in (row.get("approximate") or "").split() for row in counted)
    value = float(hours(figure.value)) if figure.column.kind == "hours" else figure.value
    named = "、".join(one.title for one, rows in of if rows)
    heading = "".join(str(word) for word in figure.only.values() if word) or figure.column.heading
    return heading, value, len(counted), about, named or None, _definition(told, figure.column)


def _definition(told: Table, column: Column) -> str | None:
    """The written definition of a measure; of another figure the sentence below the report that begins with it."""
    if column.name in MEASURES and column.label == MEASURES[column.name].label:
        return f"{MEASURES[column.name].definition}。"
    sentences = [sentence for note in told.notes for sentence in note.split("。")]
    own = next((one for one in sentences if one.startswith(f"{column.label}：")), None)
    said = own.partition("：")[2] if own else next((one for one in sentences[:1] if "：" not in one), None)
    return f"{said}。" if said else None


def _words(approximate: str) -> str | None:
    """Which figures of a row were written as about so many, as people call them."""
    fields = {**{one.name: one for one in PARTICIPATION.fields}, **{one.name: one for one in ACTIVITY.fields}}
    return "、".join(fields[name].label if name in fields else "数量" for name in approximate.split()) or None


def _listed(behind: Behind, rows: Rows) -> Table:
    body = [tuple(_cell(one, row[one.name]) for one in behind.columns) for row in rows]
    return Table(f"{behind.title}（{len(rows)} 行）", behind.columns, body)


def _cell(column: Column, value: Any) -> Any:
    if column.name == "approximate":
        return _words(value)
    return int(value) or None if isinstance(value, bool) else value
