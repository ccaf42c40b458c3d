"""The options for the period, the place and the recipient of a report, and the scope they give."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from shuangbaodao_cli.ledger.records.lookup import find
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.values.period import Period

PeriodOption = Annotated[
    str | None, typer.Option("--period", metavar="PERIOD", help="哪段时间：上季度、1-6月、截至7月底……")
]
MonthOption = Annotated[str | None, typer.Option("--month", metavar="[YYYY-MM|last]", help="哪个月；不写值就是本月")]
QuarterOption = Annotated[str | None, typer.Option("--quarter", metavar="[YYYYQn|last]", help="哪个季度")]
HalfOption = Annotated[str | None, typer.Option("--half", metavar="[YYYYHn|last]", help="哪个半年")]
YearOption = Annotated[str | None, typer.Option("--year", metavar="[YYYY|last]", help="哪一年；期间都不写就是今年")]
FromOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help="从哪天起；不写就从那年1月1日起")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="到哪天止（含）；不写就到今天")]
PlaceOption = Annotated[str | None, typer.Option("--place", metavar="PLACE", help="只算这个地点和它下面的")]
RecipientOption = Annotated[str | None, typer.Option("--for", metavar="WHOM", help="报给谁的")]


def make_scope(connection: sqlite3.Connection, period: Period, place: str | None) -> Scope:
    """The scope of a period and, if one is given, a place. Raises NotFound, Ambiguous."""
    return Scope(connection, period, find(connection, PLACE, place) if place else None)
