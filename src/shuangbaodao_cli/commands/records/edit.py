"""add, list, show, edit, void: one grammar for every record. FIELD=VALUE sets, FIELD:VALUE finds."""

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
from shuangbaodao_cli.ledger.orders import state
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import labels, lookup, rules, store
from shuangbaodao_cli.ledger.records import void as records_void
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.work.activities import update_participant_minutes
from shuangbaodao_cli.model.orders import ORDER
from shuangbaodao_cli.model.record import Record
from shuangbaodao_cli.model.registry import RECORDS, record_named
from shuangbaodao_cli.model.service import ACTIVITY

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
    kind = record_named(record)
    rules.check_manual_insert(kind)
    given = parse_pairs(assignments, "=")
    with (
        session.open(create=True) as connection,
        write_transaction(connection, session.command_line(_private_values(kind, given))) as entry,
    ):
        found = records_input.parse_assignments(entry, kind, given, new=new)
        rules.check_complete(kind, found)
        rules.check_dates(kind, found)
        rules.check(connection, kind, found)
        rules.check_duplicate(connection, kind, found)
        id_ = store.insert(entry, kind, found)
        told = labels.describe(connection, kind, id_)
    echo(f"已登记{kind.label} {told}")


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
    kind = record_named(record)
    given = parse_pairs(assignments, "=")
    if not given:
        raise UsageError("请写上要改的内容，例如 备注=……。什么都没有改动。")
    with (
        session.open() as connection,
        write_transaction(connection, session.command_line(_private_values(kind, given)), reason) as entry,
    ):
        id_ = lookup.find(connection, kind, key)
        found = records_input.parse_assignments(entry, kind, given, new=new)
        whole = store.load_values(connection, kind, id_) | found
        rules.check_dates(kind, whole)
        rules.check(connection, kind, whole, id_)
        changed = store.update(entry, kind, id_, found)
        people = (
            update_participant_minutes(entry, id_, *changed["minutes"])
            if kind is ACTIVITY and "minutes" in changed
            else 0
        )
        told = labels.describe(connection, kind, id_)
        lines = [describe_change(connection, kind, column, pair) for column, pair in changed.items()]
    if not lines:
        echo(f"{kind.label} {told} 本来就是这样，没有改动。")
    for line in lines:
        echo(f"{kind.label} {told}：{line}")
    if people:
        echo(f"参加这次活动的 {people} 人，时长也一起改了；原来单独填过时长的没有动。")


def void(record: RecordArgument, key: KeyArgument, *, reason: ReasonOption = None, session: LedgerOption) -> None:
    """作废一条记录：不再计入任何数字，但仍可查到。"""
    kind = record_named(record)
    why = require(reason, "--reason", "重复登记")
    with session.open() as connection, write_transaction(connection, session.command_line(), why) as entry:
        id_ = lookup.find(connection, kind, key, voided=True)
        told = labels.describe(connection, kind, id_)
        gone = records_void.void(entry, kind, id_)
        if kind is ORDER:
            state.refresh_after_void(connection, id_)
    parts = "、".join(f"{count} 条{RECORDS[name].label}" for name, count in gone.items() if name != kind.name)
    if kind.name not in gone:
        echo(f"{kind.label} {told} 早已作废，没有改动。")
    else:
        echo(f"已作废{kind.label} {told}{f'，连同 {parts}' if parts else ''}。")


def _private_values(kind: Record, assignments: list[tuple[str, str]]) -> list[str]:
    """What is typed of people who are looked after: it stands with their record and nowhere else."""
    return [
        value for word, value in assignments if (field := kind.field(word)) and field.type.name in labels.PRIVATE_TYPES
    ]
