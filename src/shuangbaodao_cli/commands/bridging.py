"""report bridge: how the figures that were sent became those of today."""

from __future__ import annotations

from typing import Annotated

import typer

from shuangbaodao_cli.commands.report import MonthOption, PeriodOption, chosen_period, scoped, whole
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger import finding, frozen
from shuangbaodao_cli.ledger.database import reading
from shuangbaodao_cli.ledger.policy import month_starts
from shuangbaodao_cli.options import Format, FormatOption, LedgerPath, OutputOption, give, opened
from shuangbaodao_cli.reports import bridging
from shuangbaodao_cli.vocabulary.places import PLACE


def bridge(  # noqa: PLR0913  # each is an option of the command
    which: Annotated[
        str | None,
        typer.Argument(metavar="[N|last]", help="从哪一份报送说起；不写就是最近的一份"),
    ] = None,
    *,
    words: PeriodOption = None,
    month: MonthOption = None,
    quarter: Annotated[str | None, typer.Option("--quarter", metavar="[YYYYQn|last]", help="哪个季度")] = None,
    half: Annotated[str | None, typer.Option("--half", metavar="[YYYYHn|last]", help="哪个半年")] = None,
    year: Annotated[str | None, typer.Option("--year", metavar="[YYYY|last]", help="哪一年")] = None,
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="只算这个地点和它下面的")] = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    ledger: LedgerPath = None,
) -> None:
    """上次报送的数怎么变成了现在的数：报送时的数，加新增、补录、更正、作废，等于现在的数，逐条列出。

    期间和报送的一样，就说这一期；不一样（如上月报的、问到本月），就说今年以来连续报送的累计数。

    例如：
      sbd report bridge last
      sbd report bridge --month 2026-07 --place 塔沟社区
    """
    period = {"period": words, "month": month, "quarter": quarter, "half": half, "year": year}
    if which is not None and which not in frozen.LAST and place is not None:
        raise UsageError("写明了哪一份报送，范围就是它的范围，请不要再写 --place。")
    with opened(ledger) as connection, reading(connection):
        unsaid = all(words is None for words in period.values())
        asked = None if unsaid else chosen_period(period, starts=month_starts(connection))
        if which is not None and which not in frozen.LAST:
            sent = frozen.find(connection, which)
        elif asked is None:
            within = finding.find(connection, PLACE, place) if place else None
            sent = bridging.last(connection, within)
        else:
            sent = bridging.last_for(connection, asked, scoped(connection, asked, place).place)
        tables = bridging.bridge(connection, sent, asked)
    give(tables, format_, output, said=whole(tables))
