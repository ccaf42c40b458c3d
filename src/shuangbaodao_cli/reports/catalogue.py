"""Every report that ``sbd report`` answers to, each described once: its row in REPORTS.

To add one, write its .sql and its row; a layout function only where it is more than a plain listing.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import NotFound, UsageError
from shuangbaodao_cli.reports import fieldwork, gap, listings, orders, sources
from shuangbaodao_cli.reports.queries import DIVISIONS, report_query
from shuangbaodao_cli.reports.summary import summary_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shuangbaodao_cli.output.table import Chart
    from shuangbaodao_cli.reports.model import Body, Scope
    from shuangbaodao_cli.reports.sources import Source


@dataclass(frozen=True, slots=True)
class Report:
    """A report: the name of its .sql, its layout (None: a plain listing), its chart, and where its figures come from.

    ``sources`` are the rows behind its figures. A report without any says that it lists its own rows; ValueError
    where it says neither, since nobody could then trace its figures.
    """

    name: str
    layout: Callable[[Scope], Body] | None = None
    chart: Chart = ""
    sources: tuple[Source, ...] = ()
    lists_rows: bool = False

    def __post_init__(self) -> None:
        if bool(self.sources) == self.lists_rows:
            raise ValueError(f"report {self.name}: say either its sources or that it lists its own rows")

    def body(self, scope: Scope) -> Body:
        """The answer to the report, without title and period."""
        return listings.plain_listing(scope, self.name) if self.layout is None else self.layout(scope)


_ALL = (
    Report("summary", summary_body, "figures", sources.SUMMARY),
    Report("activities", listings.activities, lists_rows=True),
    Report("people", listings.people, sources=(sources.PARTICIPATIONS,)),
    Report("outcomes", listings.outcomes, sources=(sources.OUTCOMES,)),
    Report("monthly", listings.monthly, "heat", (sources.ACTIVITIES,)),
    Report("matrix", listings.matrix, "map", (sources.ACTIVITIES,)),
    Report("needs", orders.needs, "bars", (sources.NEEDS,)),
    Report("orders", orders.orders, sources=(sources.STEPS,)),
    Report("visits", fieldwork.visits, "bars", (sources.VISITS,)),
    Report("meetings", fieldwork.meetings, "bars", (sources.MEETINGS,)),
    Report("checkins", fieldwork.checkins, "bars", (sources.ENROLLED, sources.UNITS)),
    Report("coverage", fieldwork.coverage, lists_rows=True),
    Report("gap", gap.gap, lists_rows=True),
)
REPORTS = {report.name: report for report in _ALL}
"""Name → report, in the order in which they are listed."""

SUBCOMMANDS = ("freeze", "frozen", "bridge")
"""Words behind ``sbd report`` that are no reports but commands."""


def all_reports() -> dict[str, str]:
    """Every name that ``sbd report`` answers to, with its question: the divisions stand behind the summary."""
    divided = {division.report_name: f"工作汇总按{division.label}分列" for division in DIVISIONS.values()}
    questions = {name: report_query(name).asks for name in REPORTS}
    return {"summary": questions.pop("summary"), **divided, **questions}


def resolve_report(name: str, by: str | None, user_names: Iterable[str] = ()) -> tuple[str, str | None]:
    """The report and the division that a name and ``--by`` mean; ``user_names`` are those of the user's own reports.

    Raises NotFound for an unknown name, UsageError for a division that does not fit it.
    """
    known = [*all_reports(), *user_names]
    if name not in known:
        near = difflib.get_close_matches(name, [*known, *SUBCOMMANDS], n=1)
        hint = f"是不是 {near[0]}？" if near else ""
        raise NotFound(f"没有叫“{name}”的报表。{hint}可以用：{'、'.join(known)}。")
    if by is not None and by not in {*DIVISIONS, "person"}:
        raise UsageError(f"--by 不能用“{by}”，可以用：{'、'.join([*DIVISIONS, 'person'])}。")
    divided = next((word for word, division in DIVISIONS.items() if division.report_name == name), None)
    if name == "summary" and by == "person":
        return "people", None
    if by is not None and name != "summary" and by != divided:
        raise UsageError(f"--by 只用于 summary（工作汇总），请写 sbd report --by {by}。")
    return ("summary", by or divided) if name == "summary" or divided else (name, None)
