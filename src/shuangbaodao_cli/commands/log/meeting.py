"""log meeting: a joint meeting with its attendance, topics and resolutions."""

from __future__ import annotations

from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import Format, LedgerOption, NewOption, echo, require
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.cli.record_tables import RESOLUTION_COLUMNS
from shuangbaodao_cli.ledger.records import labels
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.work import meetings
from shuangbaodao_cli.model.meetings import MEETING
from shuangbaodao_cli.output.table import Table


def meeting(
    title: Annotated[str | None, typer.Argument(metavar="TITLE", help="会议名称")] = None,
    *,
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="哪个社区或村的会")] = None,
    day: Annotated[str | None, typer.Option("--date", metavar="DATE", help="哪天；不写就是今天")] = None,
    venue: Annotated[str | None, typer.Option("--venue", metavar="TEXT", help="会议地点")] = None,
    host: Annotated[str | None, typer.Option("--host", metavar="NAME", help="主持人")] = None,
    recorder: Annotated[str | None, typer.Option("--recorder", metavar="NAME", help="记录人")] = None,
    present: Annotated[
        list[str] | None, typer.Option("--present", metavar="ORGS", help="到会单位，用、分开，可写几次")
    ] = None,
    absent: Annotated[
        list[str] | None, typer.Option("--absent", metavar="ORGS", help="缺席单位，原因写在括号里")
    ] = None,
    topic: Annotated[list[str] | None, typer.Option("--topic", metavar="内容|提出单位", help="议题，可写几次")] = None,
    resolve: Annotated[
        list[str] | None, typer.Option("--resolve", metavar="内容|责任单位|时限", help="议定事项，可写几次")
    ] = None,
    content: Annotated[str | None, typer.Option("--content", metavar="TEXT", help="讨论意见")] = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """记一次党建联席会议。记完先列出上次议定事项办得怎样。

    例如：
      sbd log meeting 7月联席会议 --place 陕西营社区 --present 承德医学院、水泉沟信用社 \
--resolve '规划停车位|承德医学院|2026-09-30'
    """
    require(title, "会议名称（TITLE）", "sbd log meeting 7月联席会议 --place 陕西营社区")
    raw = {
        "title": title,
        "place": place,
        "date": day,
        "venue": venue,
        "host": host,
        "recorder": recorder,
        "content": content,
    }
    with session.open(create=True) as connection, write_transaction(connection, session.command_line()) as entry:
        id_ = meetings.log_meeting(
            entry,
            raw,
            present=present or (),
            absent=absent or (),
            topics=topic or (),
            resolutions=resolve or (),
            new=new,
        )
        label = labels.describe(connection, MEETING, id_)
        previous, resolutions = meetings.previous_outcomes(connection, id_), meetings.outcomes(connection, id_)
    echo(f"已记录会议 {label}")
    tables = [Table("上次议定事项落实情况", RESOLUTION_COLUMNS, previous)] if previous else []
    if resolutions:
        tables.append(Table("这次议定事项", RESOLUTION_COLUMNS[:4], [row[:4] for row in resolutions]))
    if tables:
        emit(tables, Format.TABLE, None, head=session.head)
