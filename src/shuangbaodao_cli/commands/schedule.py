"""schedule: jobs in the crontab of the user that export by themselves. add, list, remove."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli import crontab
from shuangbaodao_cli.cli.crontab import Job
from shuangbaodao_cli.cli.options import Format, FormatOption, LedgerOption, OutputOption, echo
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.cli.periods import PlaceOption
from shuangbaodao_cli.commands.export import FILE_NAMES, Profile, ProfileOption
from shuangbaodao_cli.errors import SbdError, UsageError
from shuangbaodao_cli.files import make_folder
from shuangbaodao_cli.ledger.records.lookup import find
from shuangbaodao_cli.ledger.storage import encryption
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.output.table import Column, Table

WEEKDAYS = "一二三四五六日"
PROFILE_LABELS = {"inner": "自己留", "upward": "上报", "public": "公示"}
LATEST_DAY = 28
"""The last day of the month that every month has."""


def add(
    every: Annotated[str, typer.Argument(metavar="monthly|weekly|daily", help="每月、每周还是每天")],
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="放在哪个文件夹（没有就建）")],
    place: PlaceOption = None,
    day: Annotated[int | None, typer.Option("--day", metavar="N", help="每月几日（1–28）或星期几（1–7）")] = None,
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help="几点几分，按这台电脑的时间")] = "08:00",
    profile: ProfileOption = Profile.INNER,
    session: LedgerOption,
) -> None:
    """让电脑到时候自己导出（sbd export），写进这个用户的定时任务。

    每月（monthly）导出上个月的；每周（weekly）、每天（daily）导出本月到当天的，连同刚结束的上个月的，
    这样月底最后几天做的、后来补录的，下一次都在里面。
    每次在文件夹旁边的 .log 里记一行。已经有一条做同样的事，就改它的时间。
    台账加密的，口令文件在哪里（SBD_KEY_FILE）也写进去。

    例如：
      sbd schedule add monthly --to 月报
      sbd schedule add weekly --day 5 --at 17:00 --to 周报 --place 文庙社区
    """
    schedule = _cron_fields(every, day, at)
    with session.open() as connection:
        if place:
            find(connection, PLACE, place)
    folder = to.absolute()
    words = ["export", *(["--month", "last"] if every == "monthly" else ["--recent"]), "--to", str(folder)]
    words += ["--place", place] if place else []
    words += ["--profile", profile.value, "--log", f"{folder}.log"]
    words += ["--ledger", str(session.path.absolute())]
    key_file = str(encryption.key_file() or "")
    entry = crontab.manual_entry(Job(1, schedule, tuple(words), key_file))
    if not crontab.is_available():
        raise SbdError(f"这台机器上没有 crontab，没有加上。请在别的定时工具里用这一行：\n{entry}")
    make_folder(folder)
    job, previous = crontab.add(schedule, words, key_file)
    verb = "已加入" if previous is None else "早已有了" if previous == job else "已改"
    echo(
        f"{verb}定时任务 {job.number}：{_describe_schedule(job)}，导出{_describe_exports(job)}，"
        f"放在 {folder}，每次记一行在 {folder}.log。"
    )


def list_(*, format_: FormatOption = Format.TABLE, output: OutputOption = None) -> None:
    """列出本程序的定时任务，和各自最近一次的结果。"""
    columns = [
        Column("number", "编号", "code"),
        Column("when", "什么时候"),
        Column("exports", "导出什么"),
        Column("to", "放在"),
        Column("profile", "给谁", labels=PROFILE_LABELS),
        Column("place", "范围"),
        Column("ledger", "台账"),
        Column("last", "最近一次"),
    ]
    rows = [
        (
            job.number,
            _describe_schedule(job),
            _describe_exports(job),
            *(job.option(name) or None for name in ("--to", "--profile", "--place", "--ledger")),
            _last_log_line(job),
        )
        for job in crontab.jobs()
    ]
    emit([Table(f"定时任务（{len(rows)} 条）", columns, rows)], format_, output, head=None)


def remove(number: Annotated[int, typer.Argument(metavar="N", help="编号，见 sbd schedule list")]) -> None:
    """去掉一条定时任务；已经导出的文件不动。"""
    job = crontab.remove(number)
    echo(f"已去掉定时任务 {job.number}：{_describe_schedule(job)}。{job.option('--to')} 里的文件都在。")


def _cron_fields(every: str, day: int | None, at: str) -> str:
    """The five fields of cron for what was typed. Raises UsageError that shows how to write it."""
    match = re.fullmatch(r"(\d{1,2})[:：](\d{2})", at.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise UsageError(f"“{at}”不是几点几分，--at 后面请写 08:00 这样的。")
    clock = f"{int(match[2])} {int(match[1])}"
    if every == "daily":
        if day is not None:
            raise UsageError("每天的不用写 --day。")
        return f"{clock} * * *"
    if every not in {"monthly", "weekly"}:
        raise UsageError(f"不能用“{every}”，可以用：monthly（每月）、weekly（每周）、daily（每天）。")
    last = LATEST_DAY if every == "monthly" else len(WEEKDAYS)
    day = 1 if day is None else day
    if not 1 <= day <= last:
        why = "，29 日以后有的月份没有" if every == "monthly" else "，7 是星期日"
        raise UsageError(f"--day 后面请写 1 到 {last}{why}。")
    return f"{clock} {day} * *" if every == "monthly" else f"{clock} * * {day % 7}"


def _describe_schedule(job: Job) -> str:
    """When a job runs, in words; the fields of cron as they are where somebody set them by hand."""
    match = re.fullmatch(r"(\d+) (\d+) (\*|\d+) \* (\*|\w+)", job.schedule)
    if match is None:
        return job.schedule
    minute, hour, day, weekday = match.groups()
    clock = f"{int(hour):02}:{int(minute):02}"
    if day != "*":
        return f"每月 {day} 日 {clock}"
    if weekday != "*":
        return f"每周{WEEKDAYS[int(weekday) - 1]} {clock}" if weekday.isdigit() else job.schedule
    return f"每天 {clock}"


def _describe_exports(job: Job) -> str:
    """Which months a job exports, and the files of each."""
    month = job.option("--month")
    months = "本月至今和上个月" if "--recent" in job.arguments else "上个月" if month in {"", "last"} else month
    files = {profile.value: names for profile, names in FILE_NAMES.items()}
    return f"{months}：{'、'.join(files.get(job.option('--profile'), files['inner']))}"


def _last_log_line(job: Job) -> str | None:
    """The last line of a job's log; None where it has none yet."""
    log = Path(job.option("--log"))
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return lines[-1] if lines else None
