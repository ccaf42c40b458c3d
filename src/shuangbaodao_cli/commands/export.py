"""export: what a month's end hands on. Made for cron: silent when all is well, the same files twice."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.commands.report import MonthOption, scoped
from shuangbaodao_cli.errors import SbdError
from shuangbaodao_cli.ledger.database import reading
from shuangbaodao_cli.ledger.policy import month_starts
from shuangbaodao_cli.options import LedgerPath, opened
from shuangbaodao_cli.output.files import append_line, make_folder, rendered, slug, write_bytes
from shuangbaodao_cli.output.table import Table
from shuangbaodao_cli.output.visible import visible
from shuangbaodao_cli.reports.answering import answer, of_month
from shuangbaodao_cli.reports.profiles import public, upward
from shuangbaodao_cli.reports.scope import Scope
from shuangbaodao_cli.vocabulary.days import now
from shuangbaodao_cli.vocabulary.period import period


class Profile(StrEnum):
    """For whom the files are."""

    INNER = "inner"
    UPWARD = "upward"
    PUBLIC = "public"


ProfileOption = Annotated[
    Profile,
    typer.Option("--profile", metavar="inner|upward|public", help="给谁：inner 自己留，upward 上报，public 公示"),
]


def export(  # each is an option of the command
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="放在哪个文件夹（没有就建）")],
    month: MonthOption = "last",
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="只算这个地点和它下面的")] = None,
    profile: ProfileOption = Profile.INNER,
    log: Annotated[Path | None, typer.Option("--log", metavar="FILE", help="每次运行在这个文件里记一行")] = None,
    ledger: LedgerPath = None,
) -> None:
    """导出一个月的汇总、活动台账和服务时长，各一份 .xlsx 和 .csv。

    不写 --month 就是上个月。成功时不出声；内容没有变化时文件也不变。
    上报（upward）只有汇总的数，没有人名；公示（public）姓名只留一部分字，没有服务内容，也没有号码。

    例如：
      sbd export --month last --to 月报
      sbd export --profile public --to 公示
    """
    try:
        said = _export(to, month or "", place, profile=profile, ledger=ledger)
    except Exception as error:
        if log is not None:
            _note(log, error.exit_code if isinstance(error, SbdError) else 1, str(error))
        raise
    if log is not None:
        _note(log, 0, said)


def _export(to: Path, month: str, place: str | None, *, profile: Profile, ledger: Path | None) -> str:
    """Write the files; what was done, in one sentence."""
    with opened(ledger) as connection, reading(connection):
        asked = period("month", month, month_starts(connection))
        made = _made(scoped(connection, asked, place), profile)
    make_folder(to)
    head = f"{slug(place)}-" if place else ""
    written = [
        write_bytes(to / f"{head}{asked.tag}-{name}{extension}", rendered(extension, tables))
        for name, tables in made.items()
        for extension in (".xlsx", ".csv")
    ]
    changed = f"有变化的 {sum(written)} 个" if any(written) else "都没有变化"
    return f"{head}{asked.tag} 的 {len(written)} 个文件放在 {to}，{changed}"


def _made(scope: Scope, profile: Profile) -> dict[str, list[Table]]:
    """The tables of each file; the names of those for others say so, so that nobody sends the wrong one."""
    if profile is Profile.UPWARD:
        return {"上报-汇总": [*map(upward, of_month(scope))]}
    whole = of_month(scope), [answer(scope, "activities")], [answer(scope, "people")]
    if profile is Profile.INNER:
        return dict(zip(("汇总", "活动台账", "服务时长"), whole, strict=True))
    names = ("公示-汇总", "公示-活动", "公示-服务时长")
    return {name: [*map(public, tables)] for name, tables in zip(names, whole, strict=True)}


def _note(log: Path, code: int, said: str) -> None:
    """One run as one line: when, how it ended, what was done or what was wrong."""
    append_line(log, f"{now():%Y-%m-%d %H:%M:%S} 退出码 {code} {' '.join(visible(said).split())}")
