"""report: any of the questions, for any period, divided as asked."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.database import default_path, reading
from shuangbaodao_cli.ledger.finding import find
from shuangbaodao_cli.options import Format, FormatOption, LedgerPath, OutputOption, give, opened
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.output.visible import visible
from shuangbaodao_cli.reports.answering import answers
from shuangbaodao_cli.reports.catalogue import names, own_folder
from shuangbaodao_cli.reports.scope import Scope
from shuangbaodao_cli.vocabulary.period import Period, between, period
from shuangbaodao_cli.vocabulary.places import PLACE

MonthOption = Annotated[str | None, typer.Option("--month", metavar="[YYYY-MM|last]", help="哪个月；不写值就是本月")]


def chosen_period(
    month: str | None, quarter: str | None, half: str | None, year: str | None, days: tuple[str | None, str | None]
) -> Period:
    """The one period that was asked for; this year where none was."""
    said = {"month": month, "quarter": quarter, "half": half, "year": year}
    given = {kind: words for kind, words in said.items() if words is not None}
    if len(given) + (days != (None, None)) > 1:
        raise UsageError("期间只要写一种：--month、--quarter、--half、--year，或者 --from 和 --to。")
    for kind, words in given.items():
        return period(kind, words)
    return between(*days) if days != (None, None) else period("year", "")


def scoped(connection: sqlite3.Connection, asked: Period, place: str | None) -> Scope:
    """The period and the place that were asked for."""
    return Scope(connection, asked, find(connection, PLACE, place) if place else None)


def report(  # noqa: PLR0913  # each is an option of the command
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="哪张报表；不写就是工作汇总，--list 看有哪些")
    ] = "summary",
    *,
    month: MonthOption = None,
    quarter: Annotated[str | None, typer.Option("--quarter", metavar="[YYYYQn|last]", help="哪个季度")] = None,
    half: Annotated[str | None, typer.Option("--half", metavar="[YYYYHn|last]", help="哪个半年")] = None,
    year: Annotated[
        str | None, typer.Option("--year", metavar="[YYYY|last]", help="哪一年；期间都不写就是今年")
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help="从哪天起；不写就从那年1月1日起")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="到哪天止（含）；不写就到今天")] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="place|org|team|category|person|month", help="按什么分列")
    ] = None,
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="只算这个地点和它下面的")] = None,
    catalogue: Annotated[bool, typer.Option("--list", help="有哪些报表")] = False,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    ledger: LedgerPath = None,
) -> None:
    """报数：服务次数、服务群众人次、解决问题件数、参与人数、志愿者人次、服务时长。

    例如：
      sbd report --month
      sbd report --year 2026 --by place -o 年报.xlsx
      sbd report activities --month last --place 塔沟社区
    """
    if catalogue:
        give([_catalogue(ledger)], format_, output)
        return
    asked = chosen_period(month, quarter, half, year, (start, until))
    with opened(ledger) as connection, reading(connection):
        tables = answers(scoped(connection, asked, place), name, by=by)
    if name in names() and (own_folder(ledger or default_path()) / f"{name}.sql").is_file():
        sys.stderr.write(f"台账旁边的“{name}.sql”和程序自带的 {name} 同名，没有收，请改个名字。以下是程序自带的。\n")
    give(tables, format_, output, said=whole(tables))


def _catalogue(ledger: Path | None) -> Table:
    """Every report there is: ours, and those that lie beside the ledger."""
    heads = [Column("name", "名称"), Column("asks", "回答什么")]
    rows = list(names().items())
    if (folder := own_folder(ledger or default_path())).is_dir():
        from shuangbaodao_cli.reports import own  # noqa: PLC0415  # most offices have none

        asked, wrong = own.catalogue(folder)
        rows += asked
        for sentence in wrong:
            sys.stderr.write(f"{visible(sentence)}\n")
    return Table("报表目录", heads, rows)


def whole(tables: list[Table]) -> dict[str, Any] | None:
    """The JSON of a report of several tables: that of the first, with the others as its parts."""
    if len(tables) == 1:
        return None
    from shuangbaodao_cli.output import formats  # noqa: PLC0415  # only where there are several

    first, *parts = map(formats.as_json, tables)
    return {**first, "parts": parts}
