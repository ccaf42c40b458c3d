"""add, list, show, edit, void: one grammar for every record. FIELD=VALUE sets, FIELD:VALUE finds."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from shuangbaodao_cli.commands.shown import as_table
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger import entering, finding, listing, store
from shuangbaodao_cli.ledger.database import writing
from shuangbaodao_cli.options import (
    Format,
    FormatOption,
    FullOption,
    LedgerPath,
    NewOption,
    OutputOption,
    command_line,
    give,
    opened,
    require,
)
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.vocabulary.record import Record
from shuangbaodao_cli.vocabulary.records import RECORDS, record_named

RecordArgument = Annotated[str, typer.Argument(metavar="RECORD", help=f"哪种记录：{' '.join(RECORDS)}")]
KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="名称或编号")]
SetArguments = Annotated[list[str] | None, typer.Argument(metavar="[FIELD=VALUE]…", help="字段=值，中文名或英文名都行")]
ReasonOption = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="原因，记入改动经过")]


def add(
    record: RecordArgument, said: SetArguments = None, *, new: NewOption = False, ledger: LedgerPath = None
) -> None:
    """登记一条记录。

    例如：
      sbd add place name=文庙社区 level=社区 parent=头道牌楼街道
      sbd add person 姓名=张三 联系电话=19900001234 工作单位=承德医学院
    """
    kind = record_named(record)
    pairs = _pairs(said, "=")
    with opened(ledger, create=True) as connection, writing(connection, command_line()) as entry:
        found = entering.values(entry, kind, pairs, new=new)
        entering.check_complete(kind, found)
        entering.check_free(connection, kind, found)
        id_ = store.insert(entry, kind, found)
        told = finding.describe(connection, kind, id_)
    sys.stdout.write(f"已登记{kind.label} {told}\n")


def list_(  # noqa: PLR0913  # each is an option of the command
    record: RecordArgument,
    found: Annotated[
        list[str] | None, typer.Argument(metavar="[FIELD:VALUE]…", help="字段:值，几个条件同时成立")
    ] = None,
    *,
    voided: Annotated[bool, typer.Option("--voided", help="列出已作废的")] = False,
    full: FullOption = False,
    reason: ReasonOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    ledger: LedgerPath = None,
) -> None:
    """列出记录，可按条件查找。

    文字写一部分就行；日期可以写 2026、2026-07、2026-07-18 或 2026-07-01..2026-07-15；
    地点包括它下面的各级；值空着表示“没填的”。

    例如：
      sbd list activity 社区:文庙社区 日期:2026-07
      sbd list person 联系电话:
    """
    kind = record_named(record)
    with opened(ledger) as connection:
        rows = listing.listed(connection, kind, _pairs(found, ":"), voided=voided)
        if full:
            _record_reveal(connection, reason)
    give([as_table(kind, rows, full=full)], format_, output)


def show(  # noqa: PLR0913  # each is an option of the command
    record: RecordArgument,
    key: KeyArgument,
    *,
    full: FullOption = False,
    reason: ReasonOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    ledger: LedgerPath = None,
) -> None:
    """看一条记录：各项内容、与它有关的记录、改动经过。"""
    kind = record_named(record)
    with opened(ledger) as connection:
        id_ = finding.find(connection, kind, key)
        row = listing.one(connection, kind, id_)
        if full:
            _record_reveal(connection, reason)
        parts = _parts(connection, kind, id_)
        past = listing.history(connection, kind, id_)
    whole = as_table(kind, [row], full=full)
    tables = [_upright(kind, whole, id_), *parts, _history(kind, past, full=full)]
    said = dict(zip((c.name for c in whole.columns), whole.rows[0], strict=True))
    give(tables, format_, output, said=said)


def edit(
    record: RecordArgument,
    key: KeyArgument,
    said: SetArguments = None,
    *,
    reason: ReasonOption = None,
    new: NewOption = False,
    ledger: LedgerPath = None,
) -> None:
    """改一条记录。旧值留底，值空着（备注=）表示清空。

    例如：
      sbd edit activity 12 服务人次=35 --reason 补登签到表
    """
    kind = record_named(record)
    pairs = _pairs(said, "=")
    if not pairs:
        raise UsageError("请写上要改的内容，例如 备注=……。什么都没有改动。")
    with opened(ledger) as connection, writing(connection, command_line(), reason) as entry:
        id_ = finding.find(connection, kind, key)
        changed = store.update(entry, kind, id_, entering.values(entry, kind, pairs, new=new))
        told = finding.describe(connection, kind, id_)
    if not changed:
        sys.stdout.write(f"{kind.label} {told} 本来就是这样，没有改动。\n")
    for column, (old, now) in changed.items():
        field = next(f for f in kind.fields if column in f.columns)
        shown = [_said(field, value) for value in (old, now)]
        sys.stdout.write(f"{kind.label} {told}：{field.label} {shown[0]} → {shown[1]}\n")


def void(record: RecordArgument, key: KeyArgument, *, reason: ReasonOption = None, ledger: LedgerPath = None) -> None:
    """作废一条记录：不再计入任何数字，但仍可查到。"""
    kind = record_named(record)
    why = require(reason, "--reason", "重复登记")
    with opened(ledger) as connection, writing(connection, command_line(), why) as entry:
        id_ = finding.find(connection, kind, key)
        told = finding.describe(connection, kind, id_)
        gone = store.void(entry, kind, id_)
    parts = "、".join(f"{count} 条{RECORDS[name].label}" for name, count in gone.items() if name != kind.name)
    if kind.name not in gone:
        sys.stdout.write(f"{kind.label} {told} 早已作废，没有改动。\n")
    else:
        sys.stdout.write(f"已作废{kind.label} {told}{f'，连同 {parts}' if parts else ''}。\n")


def _pairs(said: list[str] | None, sign: str) -> list[tuple[str, str]]:
    pairs = []
    for item in said or ():
        word, found, value = item.replace("：", ":", 1).partition(sign) if sign == ":" else item.partition(sign)
        if not found or not word.strip():
            raise UsageError(f"“{item}”应写成 字段{sign}值，例如 {'名称:文庙' if sign == ':' else '名称=文庙社区'}。")
        pairs.append((word.strip(), value.strip()))
    return pairs


def _record_reveal(connection: Any, reason: str | None) -> None:
    """Seeing whole numbers is itself kept: who, when, why."""
    with writing(connection, command_line(), require(reason, "--reason", "核对报到名单")):
        pass


def _said(field: Any, value: Any) -> str:
    if value is None:
        return "（空）"
    return f"编号 {value}" if field.to else field.type.show(value)


def _parts(connection: Any, kind: Record, id_: int) -> list[Table]:
    tables = []
    for link in {link.record: link for link in kind.links}.values():
        part = RECORDS[link.record]
        rows = listing.parts(connection, part, part.pointer(link.owner, kind.name), id_)
        if rows:
            tables.append(as_table(part, rows))
    return tables


def _upright(kind: Record, whole: Table, id_: int) -> Table:
    """One record as two columns: what, and what it is."""
    from shuangbaodao_cli.output.table import show as text  # noqa: PLC0415  # the name is a command here

    body = [(whole.columns[at].label, text(whole.rows[0][at], whole.columns[at])) for at in whole.shown()]
    return Table(f"{kind.label} {id_}", [Column("field", "项目"), Column("value", "内容")], body)


def _history(kind: Record, past: list[tuple[Any, ...]], *, full: bool) -> Table:
    body = []
    for at, who, _, why, column, old, now in past:
        field = next((f for f in kind.fields if column in f.columns), None)
        hidden = field is not None and field.type.name in {"id_no", "phone"} and not full
        if column is None:
            what = "登记"
        elif column == "voided":
            what = "作废"
        elif field is None or hidden:
            what = f"改了{field.label if field else column}"
        else:
            what = f"{field.label}：{_said(field, json.loads(old))} → {_said(field, json.loads(now))}"
        body.append((at.replace("T", " ")[:16], who, what, why))
    heads = [Column("at", "时间"), Column("operator", "经手人"), Column("what", "改动"), Column("reason", "原因")]
    return Table("改动经过", heads, body)
