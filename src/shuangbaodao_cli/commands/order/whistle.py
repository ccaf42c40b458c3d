"""order whistle and order answer: a department is called to an order, and reports."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import LedgerOption, NewOption, echo, require
from shuangbaodao_cli.commands.order.steps import OrderArgument
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.orders import create, whistles
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.orders import WHISTLE
from shuangbaodao_cli.values import workdays
from shuangbaodao_cli.values.days import now, today

TimeOption = Annotated[str | None, typer.Option("--at", metavar="TIME", help="几时：9:30、昨天 15:00；不写就是现在")]


def whistle(
    order: OrderArgument,
    *,
    to: Annotated[str | None, typer.Option("--to", metavar="ORG", help="叫哪个部门来")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="推进|攻坚|应急", help="什么哨，到场的时限各不同")
    ] = None,
    at: TimeOption = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """吹哨：社区办不了的事，叫部门来报到，签收、联系、到场都有时限。

    例如：
      sbd order whistle 单-2026-0001 --to 双桥区农业农村局 --kind 推进
    """
    name = require(to, "--to", "双桥区农业农村局")
    stored_kind = records_input.clean(WHISTLE["kind"], require(kind, "--kind", "推进"))
    moment = _parse_moment(at)
    with session.open() as connection, write_transaction(connection, session.command_line()) as entry:
        id_ = create.find_or_open_order(entry, order)
        (org,) = records_input.resolve(entry, WHISTLE["org"], name, new=new).values()
        whistle_id, limits = whistles.blow(entry, id_, org, stored_kind, moment)
        number = store.load_values(connection, WHISTLE, whistle_id)["number"]
    shown = {column: limit.replace("T", " ") for column, limit in limits.items()}
    echo(f"已吹哨 {number}：{WHISTLE['kind'].type.show(stored_kind)}，{name}")
    echo(f"  签收 {shown['sign_due']} 前，联系 {shown['contact_due']} 前，到场 {shown['appear_due']} 前")
    if doubt := workdays.unknown_holidays_warning(limits["appear_due"]):
        sys.stderr.write(f"注意：{doubt}\n")


def answer(
    order: OrderArgument,
    *,
    sign: Annotated[bool, typer.Option("--sign", help="签收了")] = False,
    contact: Annotated[bool, typer.Option("--contact", help="联系了")] = False,
    appear: Annotated[bool, typer.Option("--appear", help="到场了")] = False,
    org: Annotated[str | None, typer.Option("--org", metavar="ORG", help="哪个部门；只叫了一个就不用写")] = None,
    at: TimeOption = None,
    session: LedgerOption,
) -> None:
    """部门报到：签收、联系、到场。不写是哪一样，就是轮到的那一样。"""
    columns = [column for column, is_given in zip(whistles.ANSWERS, (sign, contact, appear), strict=True) if is_given]
    if len(columns) > 1:
        raise UsageError("--sign、--contact、--appear 一次写一样。")
    moment = _parse_moment(at)
    with session.open() as connection, write_transaction(connection, session.command_line()) as entry:
        id_ = create.find_or_open_order(entry, order)
        org_id = next(iter(records_input.resolve(entry, WHISTLE["org"], org).values())) if org else None
        reply = whistles.answer(entry, id_, moment, column=columns[0] if columns else None, org=org_id)
    timeliness = "按时" if reply.at <= reply.due else f"超过时限（{reply.due.replace('T', ' ')}）"
    following = f"；接下来是{reply.next_label}" if reply.next_label else ""
    echo(f"{reply.org}已{reply.label}：{reply.at.replace('T', ' ')}，{timeliness}{following}")


def _parse_moment(raw: str | None) -> str:
    """A moment as it is stored, to the minute; now where none was typed. Raises UsageError."""
    return f"{today().isoformat()}T{now():%H:%M}" if raw is None else str(records_input.clean(WHISTLE["blown"], raw))
