"""A question, a period and a place → the Table that answers it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger import office as ledger_office
from shuangbaodao_cli.ledger.policy import month_start_day
from shuangbaodao_cli.ledger.records import labels
from shuangbaodao_cli.ledger.storage.transactions import path_of
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.output.table import Chart, Table
from shuangbaodao_cli.reports import fieldwork, gap, listings, orders
from shuangbaodao_cli.reports.catalogue import DIVISIONS, all_reports, report_query, resolve_report, user_reports_folder
from shuangbaodao_cli.reports.summary import summary_body
from shuangbaodao_cli.values.period_phrases import to_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from shuangbaodao_cli.reports.model import Body, Scope

BODY_BUILDERS: dict[str, Callable[[Scope], Body]] = {
    "activities": listings.activities,
    "people": listings.people,
    "outcomes": listings.outcomes,
    "monthly": listings.monthly,
    "matrix": listings.matrix,
    "needs": orders.needs,
    "orders": orders.orders,
    "visits": fieldwork.visits,
    "meetings": fieldwork.meetings,
    "checkins": fieldwork.checkins,
    "coverage": fieldwork.coverage,
}
"""The reports beside the summary: the name of the .sql file → how it is laid out."""
_CHARTS: dict[str, Chart] = {
    "summary": "figures",
    "monthly": "heat",
    "matrix": "map",
    **dict.fromkeys(("needs", "visits", "meetings", "checkins"), "bars"),
}
_DIVISION_CHARTS: dict[str, Chart] = {"month": "trend"}
"""Which picture helps to read a report; whatever else the summary is divided by stands in bars."""


def report_tables(scope: Scope, name: str, *, by: str | None = None) -> list[Table]:
    """The tables that answer a report: one, but for what lays needs beside resources."""
    if name != "gap":
        return [report_table(scope, name, by=by)]
    resolve_report(name, by)
    tables = gap.gap(scope)
    place = None if scope.place is None else labels.name_of(scope.connection, PLACE, scope.place)
    period = {"from": scope.period.start.isoformat(), "until": scope.period.until.isoformat()}
    meta = {"report": "gap", "title": tables[0].title, "period": period, "place": place}
    return [replace(tables[0], subtitle=_subtitle(scope, place), meta=meta), *tables[1:]]


def report_table(scope: Scope, name: str, *, by: str | None = None) -> Table:
    """The answer to one report, with all that a printed sheet says around it."""
    if name not in all_reports():
        return _user_report_table(scope, name, by)
    file, part = resolve_report(name, by)
    body = summary_body(scope, part) if file == "summary" else BODY_BUILDERS[file](scope)
    title = report_query(file).title + (f"——按{DIVISIONS[part].label}" if part else "")
    chart = _DIVISION_CHARTS.get(part, "bars") if part else _CHARTS.get(file, "")
    return replace(build_table(scope, DIVISIONS[part].report_name if part else file, title, body), chart=chart)


def _user_report_table(scope: Scope, name: str, by: str | None) -> Table:
    """The answer to a report that somebody of the office wrote."""
    from shuangbaodao_cli.reports import user_reports  # ours are asked for a hundred times as often

    mine = user_reports.report_files(user_reports_folder(path_of(scope.connection)))
    file, _ = resolve_report(name, by, mine)
    written = user_reports.load_report(mine[file])
    return build_table(scope, file, written.title, user_reports.run_report(scope, written))


def build_table(scope: Scope, report: str, title: str, body: Body) -> Table:
    """What answers a question, with office, place and period around it."""
    place = None if scope.place is None else labels.name_of(scope.connection, PLACE, scope.place)
    period = {"from": scope.period.start.isoformat(), "until": scope.period.until.isoformat()}
    return Table(
        title,
        body.columns,
        body.rows,
        body.totals,
        subtitle=_subtitle(scope, place),
        notes=body.notes,
        meta={"report": report, "title": title, "period": period, "place": place},
    )


def _subtitle(scope: Scope, place: str | None) -> str:
    office = ledger_office.office(scope.connection)
    said = [f"填报单位：{office}"] if office else []
    said += [f"范围：{place}"] if place else []
    return "　　".join([*said, f"期间：{scope.period.days}"])


def monthly_tables(scope: Scope) -> list[Table]:
    """What an office hands on each month: the totals, their divisions, and the year's course to date."""
    year = replace(scope, period=to_date(scope.period.until, month_start_day(scope.connection)))
    divided = [report_table(scope, name) for name in ("summary", "places", "orgs", "categories", "matrix", "outcomes")]
    return [*divided, report_table(year, "trend"), report_table(year, "monthly")]
