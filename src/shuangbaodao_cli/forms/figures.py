"""Every figure that a form may ask of a place, a unit or a person: taken from the reports, reckoned nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.reports.answer import answer
from shuangbaodao_cli.reports.model import UNSAID
from shuangbaodao_cli.values.numbers import hours

if TYPE_CHECKING:
    from shuangbaodao_cli.output.table import Table
    from shuangbaodao_cli.reports.model import Scope

Figures = dict[str, Any]
"""Name of a figure → its value; hours with one decimal. What a report cannot say of such a row is not in it."""


def of_place(scope: Scope, place: int | None, wanted: set[str]) -> Figures:
    """The figures of a place with all that is below it, or of the whole ledger; only what is wanted is asked for."""
    scope = replace(scope, place=place)
    found = _row(answer(scope, "summary"))
    if wanted & {"collected", "closed", "rate"}:
        found |= {"collected": 0, "closed": 0, "rate": None} | _totals(answer(scope, "needs"))
    for name in ("visits", "meetings"):
        if name in wanted:
            found[name] = _totals(answer(scope, name)).get(name, 0)
    if wanted & {"due", "reported", "checkin_rate", "units"} and place is not None:
        said = answer(scope, "checkins")
        told = _totals(said) if said.totals else _row(said)
        found |= {name: told.get(name, 0) for name in ("due", "reported", "units")}
        found["checkin_rate"] = told.get("rate")
    return found


EACH = {"org": "orgs", "person": "people", "team": "teams", "category": "categories"}
"""What the rows of a form are → the report that has a row for each."""
Id = int | str
"""By what a record is known: its number, or the name of a category."""


def of_each(scope: Scope, kind: str) -> dict[Id, Figures]:
    """The figures of every unit, team or person that has any, by its number; of every category, by its name."""
    said = answer(scope, EACH[kind])
    key = next(at for at, column in enumerate(said.columns) if column.name in {f"{kind}_id", "category"})
    return {row[key]: _figures(said, row) for row in said.rows if row[key] not in {None, UNSAID}}


def _row(said: Table) -> Figures:
    return _figures(said, said.rows[0]) if said.rows else {}


def _totals(said: Table) -> Figures:
    return _figures(said, said.totals) if said.totals else {}


def _figures(said: Table, row: Any) -> Figures:
    columns = [column for column in said.columns if column.numeric]
    values = (value for column, value in zip(said.columns, row, strict=True) if column.numeric)
    return {
        column.name: float(hours(value)) if column.kind == "hours" and value is not None else value
        for column, value in zip(columns, values, strict=True)
    }
