"""log visit: one visit to a care recipient."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import LedgerOption, NewOption, echo
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.work.visits import log_visit

_GRADES = "好|一般|差"


def visit(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="对象编号，如 户-2026-0001")],
    *,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="谁去的；不写就是固定走访人")] = None,
    day: Annotated[str | None, typer.Option("--on", metavar="DATE", help="哪天；不写就是今天")] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="日常|定期|特殊|电话", help="走访类型")] = None,
    health: Annotated[str | None, typer.Option("--health", metavar=_GRADES, help="健康")] = None,
    mood: Annotated[str | None, typer.Option("--mood", metavar=_GRADES, help="精神")] = None,
    safety: Annotated[str | None, typer.Option("--safety", metavar=_GRADES, help="安全：燃气、水电")] = None,
    hygiene: Annotated[str | None, typer.Option("--hygiene", metavar=_GRADES, help="卫生")] = None,
    home: Annotated[str | None, typer.Option("--home", metavar=_GRADES, help="居住")] = None,
    content: Annotated[str | None, typer.Option("--content", metavar="TEXT", help="走访内容")] = None,
    found: Annotated[str | None, typer.Option("--found", metavar="TEXT", help="发现什么问题")] = None,
    done: Annotated[str | None, typer.Option("--done", metavar="TEXT", help="做了什么")] = None,
    changed: Annotated[bool, typer.Option("--changed", help="有重大变化，24小时内要再去")] = False,
    next_: Annotated[str | None, typer.Option("--next", metavar="DATE", help="约好下次哪天去")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="备注")] = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """记一次走访。对象只写编号，姓名不用出台账。

    例如：
      sbd log visit 户-2026-0001 --health 好 --mood 一般 --done 量血压 --next 2026-08-07
    """
    raw = {
        "visitor": by,
        "date": day,
        "kind": kind,
        "health": health,
        "mood": mood,
        "safety": safety,
        "hygiene": hygiene,
        "home": home,
        "content": content,
        "found": found,
        "done": done,
        "changed": "是" if changed else None,
        "next": next_,
        "note": note,
    }
    secrets = [raw["content"], raw["found"], raw["done"], raw["note"], None if subject.startswith("户") else subject]
    with session.open() as connection, write_transaction(connection, session.command_line(secrets)) as entry:
        logged = log_visit(entry, subject, raw, new=new)
    interval = f"，上次 {logged.previous_date}" if logged.previous_date else "，第一次走访"
    same_visitor = {True: "（同一走访人）", False: "（换了走访人）", None: ""}[logged.is_same_visitor]
    visited = f"{logged.date} 走访 {logged.subject}{interval}{same_visitor}"
    echo(f"已记录 {logged.number}：{visited}；下次最晚 {logged.next_date}")
    if logged.is_late:
        sys.stderr.write("提醒：这次比规定的间隔晚了。\n")
