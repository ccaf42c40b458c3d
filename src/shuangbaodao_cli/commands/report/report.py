"""report: any of the questions, for any period, divided as asked."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import Format, LedgerOption, OutputOption, echo
from shuangbaodao_cli.cli.output import combined_json, emit
from shuangbaodao_cli.cli.periods import (
    FromOption,
    HalfOption,
    MonthOption,
    PeriodOption,
    PlaceOption,
    QuarterOption,
    ToOption,
    YearOption,
    make_scope,
)
from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.policy import month_start_day
from shuangbaodao_cli.ledger.storage.transactions import read_transaction
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports.answer import monthly_tables, report_tables
from shuangbaodao_cli.reports.catalogue import all_reports, resolve_report
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.reports.queries import user_reports_folder
from shuangbaodao_cli.values.period_phrases import resolve_period
from shuangbaodao_cli.values.text import replace_controls

MAX_SHOWN = 30
"""How many of the rows behind a figure are shown on the screen."""


class ReportFormat(StrEnum):
    """How a report is printed; the first ones are those of every answer."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    HTML = "html"
    SENTENCE = "sentence"


def report(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="哪张报表；不写就是工作汇总，--list 看有哪些")
    ] = "summary",
    *,
    phrase: PeriodOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    half: HalfOption = None,
    year: YearOption = None,
    start: FromOption = None,
    until: ToOption = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="place|org|team|category|person|month", help="按什么分列")
    ] = None,
    place: PlaceOption = None,
    compare: Annotated[
        str | None, typer.Option("--compare", metavar="previous|year", help="和上期比（环比）或和去年同期比（同比）")
    ] = None,
    to_date: Annotated[bool, typer.Option("--to-date", help="旁边并列年初到期末的累计")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="每个数的口径、来自几行、是哪些行")] = False,
    catalogue: Annotated[bool, typer.Option("--list", help="有哪些报表")] = False,
    format_: Annotated[
        ReportFormat,
        typer.Option(
            "--format",
            metavar="table|json|csv|md|html|sentence",
            help="打印成什么样子；html 是一页有图的网页，sentence 是一句话",
        ),
    ] = ReportFormat.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """报数：服务次数、服务群众人次、解决问题件数、参与人数、志愿者人次、服务时长。

    例如：
      sbd report --month
      sbd report --year 2026 --by place -o 年报.xlsx
      sbd report activities --month last --place 塔沟社区
    """
    if catalogue:
        emit([_catalogue_table(session)], Format(format_), output, head=session.head)
        return None
    as_sentence = format_ is ReportFormat.SENTENCE
    if as_sentence and (name != "summary" or by or compare or to_date or explain or output):
        raise UsageError("--format sentence 把工作汇总写成一句话，不分列、不并列，也不写文件；请去掉那些选项。")
    words = {"period": phrase, "month": month, "quarter": quarter, "half": half, "year": year}
    with session.open() as connection, read_transaction(connection):
        period = resolve_period(words, (start, until), month_start_day=month_start_day(connection))
        scope = make_scope(connection, period, place)
        if as_sentence:
            from shuangbaodao_cli.reports.sentence import sentence  # what is seldom asked for is not loaded

            return echo("\n".join(sentence(scope)))
        if compare is None and not to_date:
            paged = format_ is ReportFormat.HTML or (output is not None and output.suffix.lower() == ".html")
            tables = _report_tables(scope, name, by, as_page=paged and not explain)
        else:
            tables = [_comparison_table(scope, name, by, compare, to_date=to_date)]
        if explain:
            complete = format_ is not ReportFormat.TABLE or output is not None
            tables = _explanation_tables(tables, scope, name, by, complete=complete)
    if name in all_reports() and (user_reports_folder(session.path) / f"{name}.sql").is_file():
        sys.stderr.write(f"台账旁边的“{name}.sql”和程序自带的 {name} 同名，没有收，请改个名字。以下是程序自带的。\n")
    return emit(_vertical_tables(tables), Format(format_), output, head=session.head, json=combined_json(tables))


def _catalogue_table(session: Session) -> Table:
    """Every report there is: ours, and those that lie beside the ledger; files that are none go to stderr."""
    columns = [Column("name", "名称"), Column("asks", "回答什么")]
    rows = list(all_reports().items())
    from shuangbaodao_cli.reports.user_reports import list_reports  # likewise

    own, problems = list_reports(user_reports_folder(session.path))
    for problem in problems:
        sys.stderr.write(f"{replace_controls(problem)}\n")
    return Table("报表目录", columns, [*rows, *own])


def _report_tables(scope: Scope, name: str, by: str | None, *, as_page: bool) -> list[Table]:
    """The tables of a report; the page of a summary has its divisions and the year's course with it."""
    if as_page and resolve_report(name, by) == ("summary", None):
        return monthly_tables(scope)
    return report_tables(scope, name, by=by)


def _comparison_table(scope: Scope, name: str, by: str | None, compare: str | None, *, to_date: bool) -> Table:
    """A report with another period's figures beside its own."""
    from shuangbaodao_cli.reports.compare import COMPARISONS, comparison_table, year_to_date_table  # likewise

    if compare is None:
        return year_to_date_table(scope, name, by=by, month_start=month_start_day(scope.connection))
    words = COMPARISONS | {label: label for label in COMPARISONS.values()}
    if compare not in words or to_date:
        offered = "、".join(f"{word}（{label}）" for word, label in COMPARISONS.items())
        raise UsageError(f"--compare 后面请写 {offered}，不和 --to-date 一起用。")
    comparison = next(word for word, label in COMPARISONS.items() if compare in {word, label})
    return comparison_table(scope, name, by=by, comparison=comparison)


def _explanation_tables(tables: list[Table], scope: Scope, name: str, by: str | None, *, complete: bool) -> list[Table]:
    """Where the figures come from; unless complete, the first rows of each kind, with a word on the others."""
    from shuangbaodao_cli.reports.explain import explain  # likewise

    first, *others = explain(tables[0], scope, name, by)
    if complete:
        return [first, *others]
    note = f"只列出前 {MAX_SHOWN} 行；全部请写成文件：-o 来源.xlsx。"
    return [
        first,
        *(
            table if len(table.rows) <= MAX_SHOWN else replace(table, rows=table.rows[:MAX_SHOWN], notes=[note])
            for table in others
        ),
    ]


def _vertical_tables(tables: list[Table]) -> list[Table]:
    """The tables as they are read: where periods stand side by side, figures of the whole are a row each."""
    if not _has_other_period(tables[0]):
        return tables
    from shuangbaodao_cli.reports.compare import transpose_single_row  # likewise

    return [transpose_single_row(tables[0]), *tables[1:]]


def _has_other_period(table: Table) -> bool:
    return bool({"compare", "to_date"} & table.meta.keys())
