"""Every figure that a form may ask of a place, a unit or a person: taken from the reports, reckoned nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.reports.model import UNSPECIFIED
from shuangbaodao_cli.values.numbers import hours

if TYPE_CHECKING:
    from shuangbaodao_cli.output.table import Table
    from shuangbaodao_cli.reports.model import Scope

Figures = dict[str, Any]
"""Name of a figure → its value; hours with one decimal. What a report cannot say of such a row is not in it."""


def place_figures(scope: Scope, place: int | None, wanted: set[str]) -> Figures:
    """The figures of a place with all that is below it, or of the whole ledger; only what is wanted is asked for."""
    scope = replace(scope, place=place)
    found = _first_row(report_table(scope, "summary"))
    if wanted & {"collected", "closed", "rate"}:
        found |= {"collected": 0, "closed": 0, "rate": None} | _totals(report_table(scope, "needs"))
    for name in ("visits", "meetings"):
        if name in wanted:
            found[name] = _totals(report_table(scope, name)).get(name, 0)
    if wanted & {"due", "reported", "checkin_rate", "units"} and place is not None:
        said = report_table(scope, "checkins")
        told = _totals(said) if said.totals else _first_row(said)
        found |= {name: told.get(name, 0) for name in ("due", "reported", "units")}
        found["checkin_rate"] = told.get("rate")
    return found


REPORT_BY_KIND = {"org": "orgs", "person": "people", "team": "teams", "category": "categories"}
"""What the rows of a form are → the report that has a row for each."""
RecordId = int | str
"""By what a record is known: its number, or the name of a category."""


def figures_by_record(scope: Scope, kind: str) -> dict[RecordId, Figures]:
    """The figures of every unit, team or person that has any, by its number; of every category, by its name."""
    said = report_table(scope, REPORT_BY_KIND[kind])
    key = next(at for at, column in enumerate(said.columns) if column.name in {f"{kind}_id", "category"})
    return {row[key]: _figures(said, row) for row in said.rows if row[key] not in {None, UNSPECIFIED}}


def _first_row(table: Table) -> Figures:
    return _figures(table, table.rows[0]) if table.rows else {}


def _totals(table: Table) -> Figures:
    return _figures(table, table.totals) if table.totals else {}


def _figures(table: Table, row: Any) -> Figures:
    columns = [column for column in table.columns if column.numeric]
    values = (value for column, value in zip(table.columns, row, strict=True) if column.numeric)
    return {
        column.name: float(hours(value)) if column.kind == "hours" and value is not None else value
        for column, value in zip(columns, values, strict=True)
    }
