"""A report's name, period and place → the tables that answer it, as they are printed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger import office as ledger_office
from shuangbaodao_cli.ledger.policy import month_start_day
from shuangbaodao_cli.ledger.records import labels
from shuangbaodao_cli.ledger.storage.transactions import path_of
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.output.table import Table
from shuangbaodao_cli.reports.catalogue import REPORTS, all_reports, resolve_report
from shuangbaodao_cli.reports.queries import DIVISIONS, report_query, user_reports_folder
from shuangbaodao_cli.reports.summary import summary_body
from shuangbaodao_cli.values.period_phrases import year_to_date

if TYPE_CHECKING:
    from shuangbaodao_cli.reports.model import Body, Scope


def report_tables(scope: Scope, name: str, *, by: str | None = None) -> list[Table]:
    """The tables that answer a report: its own, and the further ones that some have behind it."""
    if name not in all_reports():
        return [_user_report_table(scope, name, by)]
    report, division = resolve_report(name, by)
    query = report_query(report)
    if division is None:
        body = REPORTS[report].body(scope)
        table = replace(build_table(scope, report, query.title, body), chart=REPORTS[report].chart)
        return [table, *body.further_tables]
    divided = DIVISIONS[division]
    title = f"{query.title}——按{divided.label}"
    table = build_table(scope, divided.report_name, title, summary_body(scope, division))
    return [replace(table, chart=divided.chart)]


def report_table(scope: Scope, name: str, *, by: str | None = None) -> Table:
    """The first table that answers a report: for most the only one."""
    return report_tables(scope, name, by=by)[0]


def _user_report_table(scope: Scope, name: str, by: str | None) -> Table:
    """The answer to a report that somebody of the office wrote."""
    from shuangbaodao_cli.reports import user_reports  # ours are asked for far more often

    files = user_reports.report_files(user_reports_folder(path_of(scope.connection)))
    resolved, _ = resolve_report(name, by, files)
    report = user_reports.load_report(files[resolved])
    return build_table(scope, resolved, report.title, user_reports.run_report(scope, report))


def build_table(scope: Scope, report: str, title: str, body: Body) -> Table:
    """A body as a table with office, place and period around it."""
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
    parts = [f"填报单位：{office}"] if office else []
    parts += [f"范围：{place}"] if place else []
    return "　　".join([*parts, f"期间：{scope.period.days_label}"])


def monthly_tables(scope: Scope) -> list[Table]:
    """What an office hands on each month: the totals, their divisions, and the year to date month by month."""
    year = replace(scope, period=year_to_date(scope.period.until, month_start_day(scope.connection)))
    names = ("summary", "places", "orgs", "categories", "matrix", "outcomes")
    return [*(report_table(scope, name) for name in names), report_table(year, "trend"), report_table(year, "monthly")]
