"""log activity: one service activity, in one line or asked step by step."""

# No annotations from __future__: Typer would read each from its text, which is a millisecond of every start.

import sqlite3
import sys
from datetime import date
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import (
    LedgerOption,
    NewOption,
    echo,
    is_interactive,
    require,
)
from shuangbaodao_cli.ledger.records import labels
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.work.activities import LoggedActivity, log_activity
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.model.service import ACTIVITY
from shuangbaodao_cli.values.numbers import MAX_PLAUSIBLE_MINUTES

_WEEKDAYS = "一二三四五六日"


def activity(
    title: Annotated[str | None, typer.Argument(metavar="TITLE", help="活动名称；在终端里不写就一步步问")] = None,
    *,
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="在哪个社区或村")] = None,
    org: Annotated[str | None, typer.Option("--org", metavar="ORG", help="组织单位")] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="CATEGORY", help="服务类别，如 卫生健康")
    ] = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="哪天：昨天、7-18、7月18日；不写就是今天")
    ] = None,
    served: Annotated[str | None, typer.Option("--served", metavar="N", help="服务群众人次，可写 30余")] = None,
    resolved: Annotated[str | None, typer.Option("--resolved", metavar="N", help="解决问题数")] = None,
    hours: Annotated[
        str | None, typer.Option("--hours", metavar="HOURS", help="每人时长：1.5、2小时30分、14:30-16:30")
    ] = None,
    people: Annotated[
        list[str] | None, typer.Option("--people", metavar="NAMES", help="参加人员，用、分开，可写几次")
    ] = None,
    headcount: Annotated[
        str | None, typer.Option("--headcount", metavar="N", help="参加人数；写了人员就不用写")
    ] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="TEAM", help="哪个志愿服务队")] = None,
    leader: Annotated[str | None, typer.Option("--leader", metavar="NAME", help="活动负责人")] = None,
    content: Annotated[str | None, typer.Option("--content", metavar="TEXT", help="服务内容")] = None,
    outcome: Annotated[list[str] | None, typer.Option("--outcome", metavar="TEXT", help="成效，如 停车位200个")] = None,
    need: Annotated[str | None, typer.Option("--need", metavar="NEED", help="为哪件需求做的（需求编号）")] = None,
    project: Annotated[str | None, typer.Option("--project", metavar="PROJECT", help="属于哪个项目")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="备注")] = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """记一次服务活动。

    例如：
      sbd log activity 海姆立克急救培训 --place 文庙社区 --org 承德医学院 --date 昨天 --served 30
    """
    raw = {
        "title": title,
        "date": day,
        "place": place,
        "org": org,
        "team": team,
        "leader": leader,
        "category": category,
        "content": content,
        "minutes": hours,
        "headcount": headcount,
        "served": served,
        "resolved": resolved,
        "need": need,
        "project": project,
        "note": note,
    }
    names = people or []
    asks_user = title is None and is_interactive()
    if not asks_user:
        require(title, "活动名称（TITLE）", "sbd log activity 义务理发")
    with session.open(create=True) as connection:
        if asks_user:
            from shuangbaodao_cli.commands.log.prompts import ask_activity  # only where somebody answers

            answers, names = ask_activity(connection, new=new)
            raw |= answers
        with write_transaction(connection, session.command_line()) as entry:
            logged = log_activity(entry, raw, people=names, outcomes=outcome or (), new=new)
            message = _confirmation(entry.connection, logged)
            daily_cap = _daily_cap(connection) if "minutes" in logged.values else 24
    echo(message)
    _print_warnings(logged, daily_cap)


def _daily_cap(connection: sqlite3.Connection) -> int:
    """How many hours a person may serve on one day by the policy."""
    from shuangbaodao_cli.ledger import policy  # only where a duration is given

    return policy.current(connection).number("hours", "daily_cap")


def _print_warnings(logged: LoggedActivity, daily_cap: int) -> None:
    """Warn of likely slips: hours beyond ``daily_cap``, a problem counted twice, an activity logged twice."""
    minutes = logged.values.get("minutes", 0)
    if minutes > MAX_PLAUSIBLE_MINUTES:
        sys.stderr.write("提醒：每人时长超过一天，是不是把分钟写成了小时？\n")
    elif minutes > 60 * daily_cap:
        sys.stderr.write(f"提醒：每人时长超过一天 {daily_cap} 小时，请核对。\n")
    if "need" in logged.values and "resolved" in logged.values:
        sys.stderr.write("提醒：写明了需求，解决没有以回头看为准，这次的“解决问题数”不重复计数。\n")
    if logged.similar_id is not None:
        sys.stderr.write(
            f"提醒：同一天同一地点已有一次同名活动（编号 {logged.similar_id}）。如果记重了："
            f"sbd void activity {logged.id} --reason 重复登记\n"
        )


def _confirmation(connection: sqlite3.Connection, logged: LoggedActivity) -> str:
    """What was logged, for the user to compare: the day with its weekday, names as they are stored, figures."""
    values = logged.values
    day = date.fromisoformat(values["date"])
    parts = [f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）", values["title"]]
    references = [name for name in ("place", "org", "team", "need", "project") if name in values]
    parts += [labels.name_of(connection, RECORDS[name], values[name]) for name in references]
    parts += [values[name] for name in ("category", "leader") if name in values]
    counts = {"served": "服务群众 {} 人次", "resolved": "解决问题 {} 件", "headcount": "参加 {} 人"}
    parts += [words.format(values[name]) for name, words in counts.items() if name in values]
    if "minutes" in values:
        parts.append(f"每人 {ACTIVITY['minutes'].type.show(values['minutes'])}")
    lines = [f"已记录 {logged.id}：{'，'.join(parts)}"]
    if logged.people:
        lines.append(f"  参加：{'、'.join(logged.people)}")
    return "\n".join(lines)
