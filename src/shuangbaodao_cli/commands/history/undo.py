"""undo: the last command, one of the history, or an import, taken back as a unit."""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from datetime import date
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import (
    LedgerOption,
    ReasonOption,
    echo,
    is_interactive,
)
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger import office
from shuangbaodao_cli.ledger.history import entries, undo_plan
from shuangbaodao_cli.ledger.history.undo import UndoResult, revert_entry
from shuangbaodao_cli.ledger.imports.batches import batch
from shuangbaodao_cli.ledger.records.labels import command_name
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.table import show
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.reports.summary import summary_body
from shuangbaodao_cli.values.period import Period

ALL_TIME = Period(date.min, date.max)
"""The whole time, for totals that are of the ledger as such."""
MAX_SHOWN = 20
"""How many values that were not put back are named."""


def undo(
    *,
    number: Annotated[
        int | None, typer.Option("--entry", metavar="N", max=sys.maxsize, help="第几笔，编号见 sbd history")
    ] = None,
    import_: Annotated[
        int | None, typer.Option("--import", metavar="N", max=sys.maxsize, help="哪一批导入，编号见 sbd imports")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="试一遍，看哪些数会变，台账不动")] = False,
    reason: ReasonOption = None,
    session: LedgerOption,
) -> None:
    """撤销最近一笔改动，或指明的一笔、一批导入：新增的作废，改过的恢复原样。

    再撤销一次就恢复。后来登记的记录用到了它的，先要改掉或作废；导入撤销以后同一个文件可以再导入。

    例如：
      sbd undo
      sbd undo --entry 7 --reason 记错了人
      sbd undo --import 3 --dry-run
    """
    if number is not None and import_ is not None:
        raise UsageError("--entry 和 --import 只写一个。什么都没有改动。")
    with session.open() as connection:  # there must be one: a trial would make its own
        asks = number is None and is_interactive() and not dry_run
        if import_ is None:
            number = undo_plan.last_undoable_entry(connection) if number is None else number
            undo_plan.check(connection, number)  # before this command is one of the history itself
            if asks:
                typer.confirm(f"最近一笔是{_entry_label(connection, number)}。撤销它吗？", abort=True, err=True)
    with (
        session.open_or_dry_run(dry_run=dry_run) as connection,
        write_transaction(connection, session.command_line(), reason) as entry,
    ):
        before = _totals(connection)
        if import_ is not None:
            one = batch(connection, import_)
            called = f"第 {one.id} 批导入（{one.file}，{one.at}）"
            undone = revert_entry(entry, one.entry, f"第 {one.id} 批")
        else:
            undone = revert_entry(entry, number or 0)
            called = _entry_label(connection, number or 0)
        after = _totals(connection)
    if dry_run:
        echo("（试撤销，台账没有改动）")
    _print_result(called, undone)
    for what, was in before.items():
        if after[what] != was:
            echo(f"  {what}：{was} → {after[what]}")
    if import_ is None and not dry_run:
        echo("  撤错了，再撤销一次就恢复：sbd undo")


def _entry_label(connection: sqlite3.Connection, number: int) -> str:
    """A command in a few words: 第 7 笔（2026-07-31 16:30，王干事，sbd log：新增 1 条服务活动）."""
    one = entries.get_entry(connection, number)
    return f"第 {number} 笔（{one.at}，{one.operator}，{command_name(one.command)}{f'：{one.summary}' if one.summary else ''}）"


def _totals(connection: sqlite3.Connection) -> dict[str, str]:
    """Every figure of the summary over all time, and how many live records there are of each kind."""
    body = summary_body(Scope(connection, ALL_TIME), None)
    [row] = body.rows
    figures = {f"{c.label}（{c.unit}）": show(value, c) for c, value in zip(body.columns, row, strict=True)}
    counts = office.ledger_summary(connection).counts
    return figures | {f"{RECORDS[name].label}（条）": str(count) for name, count in counts.items()}


def _print_result(label: str, result: UndoResult) -> None:
    done = [f"作废了它新增的 {_format_counts(result.voided)}"] if +result.voided else []
    done += [f"作废了它恢复的 {_format_counts(result.voided_again)}"] if +result.voided_again else []
    done += [f"恢复了它作废的 {_format_counts(result.revived)}"] if +result.revived else []
    done += [f"恢复了它改过的 {len(result.restored)} 条记录"] if result.restored else []
    echo(f"已撤销{label}：{'，'.join(done) or '没有要恢复的'}。")
    for line in result.not_restored[:MAX_SHOWN]:
        echo(f"  没有恢复 {line}")
    if len(result.not_restored) > MAX_SHOWN:
        echo(f"  ……共 {len(result.not_restored)} 处没有恢复")


def _format_counts(counts: Counter[str]) -> str:
    return "、".join(f"{count} 条{RECORDS[name].label}" for name, count in counts.items() if count)
