"""report bridge: how the figures that were sent became those of today."""

from __future__ import annotations

from typing import Annotated

import typer

from shuangbaodao_cli.commands.periods import (
    FromOption,
    HalfOption,
    MonthOption,
    PeriodOption,
    PlaceOption,
    QuarterOption,
    RecipientOption,
    ToOption,
)
from shuangbaodao_cli.commands.report import whole
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger import finding, frozen
from shuangbaodao_cli.ledger.database import reading
from shuangbaodao_cli.ledger.policy import month_starts
from shuangbaodao_cli.options import Format, FormatOption, LedgerPath, OutputOption, give, opened
from shuangbaodao_cli.reports import bridging
from shuangbaodao_cli.vocabulary.places import PLACE
from shuangbaodao_cli.vocabulary.spoken import chosen_period


def bridge(  # noqa: PLR0913  # each is an option of the command
    which: Annotated[
        str | None,
        typer.Argument(metavar="[N|last]", help="从哪一份报送说起；不写就是最近的一份"),
    ] = None,
    *,
    words: PeriodOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    half: HalfOption = None,
    year: Annotated[str | None, typer.Option("--year", metavar="[YYYY|last]", help="哪一年")] = None,
    start: FromOption = None,
    until: ToOption = None,
    place: PlaceOption = None,
    recipient: RecipientOption = None,
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
    named = which is not None and which not in frozen.LAST
    if named and (place is not None or recipient is not None):
        raise UsageError("写明了哪一份报送，就是它的范围、报给它写的那家，请不要再写 --place、--for。")
    with opened(ledger) as connection, reading(connection):
        unsaid = all(said is None for said in (*period.values(), start, until))
        asked = None if unsaid else chosen_period(period, (start, until), starts=month_starts(connection))
        within = finding.find(connection, PLACE, place) if place else None
        if which is not None and named:
            sent = frozen.find(connection, which)
        elif asked is None:
            sent = bridging.last(connection, within, recipient)
        else:
            sent = bridging.last_for(connection, asked, within, recipient)
        tables = bridging.bridge(connection, sent, asked)
    give(tables, format_, output, said=whole(tables))
