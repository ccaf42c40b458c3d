"""export: what a month's end hands on. Made for cron: silent when all is well, the same files twice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.commands.report import MonthOption, scoped
from shuangbaodao_cli.ledger.database import reading
from shuangbaodao_cli.ledger.policy import month_starts
from shuangbaodao_cli.options import LedgerPath, opened
from shuangbaodao_cli.output.files import make_folder, rendered, slug, write_bytes
from shuangbaodao_cli.reports.answering import answer, of_month
from shuangbaodao_cli.vocabulary.period import period


def export(
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="放在哪个文件夹（没有就建）")],
    month: MonthOption = "last",
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="只算这个地点和它下面的")] = None,
    ledger: LedgerPath = None,
) -> None:
    """导出一个月的汇总、活动台账和服务时长，各一份 .xlsx 和 .csv。

    不写 --month 就是上个月。成功时不出声；内容没有变化时文件也不变。适合放进定时任务：
      sbd export --month last --to 月报
    """
    with opened(ledger) as connection, reading(connection):
        asked = period("month", month or "", month_starts(connection))
        scope = scoped(connection, asked, place)
        made = {
            "汇总": of_month(scope),
            "活动台账": [answer(scope, "activities")],
            "服务时长": [answer(scope, "people")],
        }
    make_folder(to)
    head = f"{slug(place)}-" if place else ""
    for name, tables in made.items():
        for extension in (".xlsx", ".csv"):
            write_bytes(to / f"{head}{asked.tag}-{name}{extension}", rendered(extension, tables))
