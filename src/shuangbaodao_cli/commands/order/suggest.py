"""order suggest: who could do an order, with the reasons."""

from __future__ import annotations

from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import Format, FormatOption, LedgerOption, OutputOption
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.commands.order.steps import OrderArgument
from shuangbaodao_cli.errors import NotFound
from shuangbaodao_cli.ledger.orders import create, suggestions
from shuangbaodao_cli.ledger.records import actors, labels, store
from shuangbaodao_cli.model.orders import ORDER
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.table import Column, Table


def suggest(
    order: OrderArgument,
    *,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="最多列几个")] = 10,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """看谁合适办这件事，各写明理由。只是建议，派给谁由人定。

    看：对口的资源、包联的单位、服务队的类别和人的特长、离得远近、手上还有几件、以前办得怎样。
    """
    with session.open() as connection:
        id_ = create.find_order(connection, order)
        if id_ is None:
            raise NotFound(f"需求“{order}”还没有工单，请先开单：sbd order open {order}。")
        found = suggestions.suggest(connection, id_)[: max(limit, 1)]
        names = [actors.name(connection, suggestion.actor) for suggestion in found]
        label = labels.describe(connection, ORDER, id_)
        values = store.load_values(connection, ORDER, id_)
    columns = [
        Column("kind", "种类", labels={kind: RECORDS[kind].label for kind in actors.KINDS}),
        Column("id", "编号", "code"),
        Column("name", "名称"),
        Column("points", "合适度", "count"),
        Column("in_hand", "在办", "count", "件"),
        Column("reasons", "理由"),
    ]
    rows = [
        (*suggestion.actor, name, suggestion.points, suggestion.in_hand, "；".join(suggestion.reasons))
        for suggestion, name in zip(found, names, strict=True)
    ]
    notes = [] if rows else ["没有对口的：先登记资源（sbd add resource）、包联（sbd add pairing）或人员特长，再来看。"]
    missing = [word for name, word in (("category", "事项类别"), ("place", "社区")) if values[name] is None]
    if missing:
        number = values["number"]
        notes.append(f"这张单没有写{'和'.join(missing)}，写上会找得更准：sbd edit order {number} {missing[0]}=…")
    emit([Table(f"谁合适办：{label}", columns, rows, notes=notes)], format_, output, head=session.head)
