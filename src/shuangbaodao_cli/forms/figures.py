"""Every figure that a form may ask of a place, a unit or a person: taken from the reports, computed nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.reports.model import UNSPECIFIED
from shuangbaodao_cli.values.numbers import format_hours

if TYPE_CHECKING:
    from shuangbaodao_cli.output.table import Table
    from shuangbaodao_cli.reports.model import Scope

Figures = dict[str, Any]
"""Name of a figure → its value; hours with one decimal. A figure that no report has of such a row is missing."""


class PeriodFigures(NamedTuple):
    """The figures of one row: of the period that is reported, and of the year to date."""

    reported: Figures
    year_to_date: Figures


def place_figures(scope: Scope, place: int | None, wanted: set[str]) -> Figures:
    """The figures of a place with all that is below it, or of the whole ledger; only wanted reports are run."""
    scope = replace(scope, place=place)
    figures = _first_row(report_table(scope, "summary"))
    if wanted & {"collected", "closed", "rate"}:
        figures |= {"collected": 0, "closed": 0, "rate": None} | _totals(report_table(scope, "needs"))
    for name in ("visits", "meetings"):
        if name in wanted:
            figures[name] = _totals(report_table(scope, name)).get(name, 0)
    if wanted & {"due", "reported", "checkin_rate", "units"} and place is not None:
        table = report_table(scope, "checkins")
        checkins = _totals(table) if table.totals else _first_row(table)
        figures |= {name: checkins.get(name, 0) for name in ("due", "reported", "units")}
        figures["checkin_rate"] = checkins.get("rate")
    return figures


REPORT_BY_KIND = {"org": "orgs", "person": "people", "team": "teams", "category": "categories"}
"""What the rows of a form are → the report that has a row for each."""
RecordId = int | str
"""The id of a record, or the name of a category."""


def figures_by_record(scope: Scope, kind: str) -> dict[RecordId, Figures]:
    """The figures of every unit, team or person that has any, by its id; of every category, by its name."""
    table = report_table(scope, REPORT_BY_KIND[kind])
    key = next(index for index, column in enumerate(table.columns) if column.name in {f"{kind}_id", "category"})
    return {row[key]: _figures(table, row) for row in table.rows if row[key] not in {None, UNSPECIFIED}}


def _first_row(table: Table) -> Figures:
    return _figures(table, table.rows[0]) if table.rows else {}


def _totals(table: Table) -> Figures:
    return _figures(table, table.totals) if table.totals else {}


def _figures(table: Table, row: Any) -> Figures:
    """The numeric cells of a row by the names of their columns; minutes in hours."""
    return {
        column.name: float(format_hours(value)) if column.kind == "hours" and value is not None else value
        for column, value in zip(table.columns, row, strict=True)
        if column.is_numeric
    }
