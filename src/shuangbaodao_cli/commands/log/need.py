"""log need: one need of a resident, in one line."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import LedgerOption, NewOption, echo, require
from shuangbaodao_cli.ledger.records import labels
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.work.needs import log_need
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.model.work import NEED


def need(
    title: Annotated[str | None, typer.Argument(metavar="TITLE", help="居民要办的事，一句话")] = None,
    *,
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="在哪个社区、村或网格")] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="CATEGORY", help="类别，如 环境卫生")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="谁提出的")] = None,
    people: Annotated[str | None, typer.Option("--people", metavar="N", help="涉及多少人，可写 30余")] = None,
    urgency: Annotated[str | None, typer.Option("--urgency", metavar="日常|重大|紧急", help="紧急程度")] = None,
    day: Annotated[str | None, typer.Option("--on", metavar="DATE", help="哪天提出：昨天、7-18；不写就是今天")] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="TEXT", help="来源：走访、热线、联席会……")] = None,
    phone: Annotated[str | None, typer.Option("--phone", metavar="PHONE", help="联系电话")] = None,
    wish: Annotated[bool, typer.Option("--wish", help="是微心愿")] = False,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="备注")] = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """记一件居民的需求（问题、微心愿）。

    例如：
      sbd log need 爱民路路面坑洼 --place 兴神路社区 --by 王某某 --people 120余 --urgency 重大
    """
    require(title, "需求内容（TITLE）", "sbd log need 路灯不亮")
    raw = {
        "title": title,
        "kind": "微心愿" if wish else None,
        "place": place,
        "category": category,
        "raised_by": by,
        "people": people,
        "urgency": urgency,
        "raised_on": day,
        "source": source,
        "phone": phone,
        "note": note,
    }
    with session.open(create=True) as connection, write_transaction(connection, session.command_line()) as entry:
        logged = log_need(entry, raw, new=new)
        place_label = labels.name_of(connection, PLACE, logged.values["place"]) if "place" in logged.values else None
    parts = [logged.values["raised_on"], logged.values["title"], place_label, logged.values.get("category")]
    parts += [NEED[name].type.show(logged.values[name]) for name in ("urgency", "kind") if name in logged.values]
    echo(f"已记录 {logged.number}：{'，'.join(filter(None, parts))}")
    echo(f"  下一步：sbd order open {logged.number}")
    if logged.similar_number:
        sys.stderr.write(
            f"提醒：{logged.similar_number} 说的是同一件事，还没有解决。"
            f"如果记重了：sbd void need {logged.number} --reason 重复登记\n"
        )
