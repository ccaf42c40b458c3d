"""export: what a month's end hands on. Made for cron: silent when all is well, the same files twice."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import LedgerOption
from shuangbaodao_cli.cli.output import with_chain_head
from shuangbaodao_cli.cli.periods import MonthOption, PlaceOption, make_scope
from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.errors import SbdError, UsageError
from shuangbaodao_cli.files import append_line, make_folder, slug, write_bytes
from shuangbaodao_cli.ledger.policy import month_start_day
from shuangbaodao_cli.ledger.storage.transactions import read_transaction
from shuangbaodao_cli.output.files import render
from shuangbaodao_cli.output.table import Table
from shuangbaodao_cli.reports.answer import monthly_tables, report_table
from shuangbaodao_cli.reports.export_profiles import public_table, upward_table
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.values.days import now
from shuangbaodao_cli.values.period import Period, parse_period
from shuangbaodao_cli.values.text import replace_controls


class Profile(StrEnum):
    """For whom the files are."""

    INNER = "inner"
    UPWARD = "upward"
    PUBLIC = "public"


FILE_NAMES = {
    Profile.INNER: ("汇总", "活动台账", "服务时长"),
    Profile.UPWARD: ("上报-汇总",),
    Profile.PUBLIC: ("公示-汇总", "公示-活动", "公示-服务时长"),
}
"""The names of the files; of those for others they say so, so that nobody sends the wrong one."""

ProfileOption = Annotated[
    Profile,
    typer.Option("--profile", metavar="inner|upward|public", help="给谁：inner 自己留，upward 上报，public 公示"),
]


def export(
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="放在哪个文件夹（没有就建）")],
    month: MonthOption = None,
    recent: Annotated[bool, typer.Option("--recent", help="本月到今天为止的，和刚结束的上个月的，各出一份")] = False,
    place: PlaceOption = None,
    profile: ProfileOption = Profile.INNER,
    log: Annotated[Path | None, typer.Option("--log", metavar="FILE", help="每次运行在这个文件里记一行")] = None,
    session: LedgerOption,
) -> None:
    """导出一个月的汇总、活动台账和服务时长，各一份 .xlsx 和 .csv。

    --month 和 --recent 都不写就是上个月。成功时不出声；内容没有变化时文件也不变。
    上报（upward）只有汇总的数，没有人名；公示（public）姓名只留一部分字，没有服务内容，也没有号码。

    例如：
      sbd export --month last --to 月报
      sbd export --recent --profile public --to 公示
    """
    if recent and month is not None:
        raise UsageError("--recent 就是本月和上个月，请不要再写 --month。")
    try:
        message = _export(
            to, "last" if month is None else month, place, recent=recent, profile=profile, session=session
        )
    except Exception as error:
        if log is not None:
            _append_log(log, error.exit_code if isinstance(error, SbdError) else 1, str(error))
        raise
    if log is not None:
        _append_log(log, 0, message)


def _export(to: Path, month: str, place: str | None, *, recent: bool, profile: Profile, session: Session) -> str:
    """Write the files. Returns in one sentence what was done."""
    prefix = f"{slug(place)}-" if place else ""
    with session.open() as connection, read_transaction(connection):
        periods = _periods_by_tag(month, recent=recent, starts=month_start_day(connection))
        files = {
            f"{prefix}{tag}-{name}": tables
            for tag, days in periods.items()
            for name, tables in _file_tables(make_scope(connection, days, place), profile).items()
        }
    make_folder(to)
    written = [
        write_bytes(to / f"{name}{extension}", render(extension, with_chain_head(tables, extension, session.head)))
        for name, tables in files.items()
        for extension in (".xlsx", ".csv")
    ]
    changed = f"有变化的 {sum(written)} 个" if any(written) else "都没有变化"
    return f"{prefix}{'、'.join(periods)} 的 {len(written)} 个文件放在 {to}，{changed}"


def _periods_by_tag(month: str, *, recent: bool, starts: int) -> dict[str, Period]:
    """The tag of each month in file names → its days; the present month has its tag from the first day on."""
    if not recent:
        only = parse_period("month", month, starts)
        return {only.tag: only}
    # Always both: what was done or entered after the last run of a month is in the first one of the next.
    return {month.tag: month.so_far for month in (parse_period("month", word, starts) for word in ("last", "this"))}


def _file_tables(scope: Scope, profile: Profile) -> dict[str, list[Table]]:
    """The tables of each file. Raises Refused where one has what may not go that far."""
    files = [monthly_tables(scope)]
    if profile is not Profile.UPWARD:
        files += [[report_table(scope, name)] for name in ("activities", "people")]
    if profile is not Profile.INNER:
        allowed = upward_table if profile is Profile.UPWARD else public_table
        files = [[*map(allowed, tables)] for tables in files]
    return dict(zip(FILE_NAMES[profile], files, strict=True))


def _append_log(log: Path, code: int, message: str) -> None:
    """Log one run as one line: when, how it ended, what was done or what was wrong."""
    append_line(log, f"{now():%Y-%m-%d %H:%M:%S} 退出码 {code} {' '.join(replace_controls(message).split())}")
