"""add, edit, void: one grammar for every record, FIELD=VALUE."""

from __future__ import annotations

from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import (
    KeyArgument,
    LedgerOption,
    NewOption,
    ReasonOption,
    RecordArgument,
    echo,
    parse_pairs,
    require,
)
from shuangbaodao_cli.cli.record_tables import describe_change
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.records import labels, rules
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.work import register
from shuangbaodao_cli.model.record import Record
from shuangbaodao_cli.model.registry import RECORDS, resolve_record_type

AssignmentArguments = Annotated[
    list[str] | None, typer.Argument(metavar="[FIELD=VALUE]…", help="字段=值，中文名或英文名都行")
]


def add(
    record: RecordArgument,
    assignments: AssignmentArguments = None,
    *,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """登记一条记录。

    例如：
      sbd add place name=文庙社区 level=社区 parent=头道牌楼街道
      sbd add person 姓名=张三 联系电话=19900001234 工作单位=承德医学院
    """
    kind = resolve_record_type(record)
    rules.check_manual_insert(kind)  # before a ledger is made
    pairs = parse_pairs(assignments, "=")
    with (
        session.open(create=True) as connection,
        write_transaction(connection, session.command_line(_private_values(kind, pairs))) as entry,
    ):
        label = labels.describe(connection, kind, register.add(entry, kind, pairs, new=new))
    echo(f"已登记{kind.label} {label}")


def edit(
    record: RecordArgument,
    key: KeyArgument,
    assignments: AssignmentArguments = None,
    *,
    reason: ReasonOption = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """改一条记录。旧值留底，值空着（备注=）表示清空。

    例如：
      sbd edit activity 12 服务人次=35 --reason 补登签到表
    """
    kind = resolve_record_type(record)
    pairs = parse_pairs(assignments, "=")
    if not pairs:
        raise UsageError("请写上要改的内容，例如 备注=……。什么都没有改动。")
    with (
        session.open() as connection,
        write_transaction(connection, session.command_line(_private_values(kind, pairs)), reason) as entry,
    ):
        edited = register.edit(entry, kind, key, pairs, new=new)
        lines = [describe_change(connection, kind, column, change) for column, change in edited.changes.items()]
    if not lines:
        echo(f"{kind.label} {edited.label} 本来就是这样，没有改动。")
    for line in lines:
        echo(f"{kind.label} {edited.label}：{line}")
    if edited.participant_count:
        echo(f"参加这次活动的 {edited.participant_count} 人，时长也一起改了；原来单独填过时长的没有动。")


def void(record: RecordArgument, key: KeyArgument, *, reason: ReasonOption = None, session: LedgerOption) -> None:
    """作废一条记录：不再计入任何数字，但仍可查到。"""
    kind = resolve_record_type(record)
    why = require(reason, "--reason", "重复登记")
    with session.open() as connection, write_transaction(connection, session.command_line(), why) as entry:
        voided = register.void(entry, kind, key)
    if kind.name not in voided.counts:
        echo(f"{kind.label} {voided.label} 早已作废，没有改动。")
        return
    parts = "、".join(f"{count} 条{RECORDS[name].label}" for name, count in voided.counts.items() if name != kind.name)
    echo(f"已作废{kind.label} {voided.label}{f'，连同 {parts}' if parts else ''}。")


def _private_values(kind: Record, pairs: list[tuple[str, str]]) -> list[str]:
    """The values of care recipients' private fields: they are kept with the record and in no command line."""
    return [value for word, value in pairs if (field := kind.field(word)) and field.type.name in labels.PRIVATE_TYPES]
