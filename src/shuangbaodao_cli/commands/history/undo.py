"""undo: reverts the last entry, one of the history, or an import, as a unit."""

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
from shuangbaodao_cli.output.table import format_cell
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.reports.summary import summary_body
from shuangbaodao_cli.values.period import Period

ALL_TIME = Period(date.min, date.max)
"""The period of totals over the whole ledger."""
MAX_SHOWN = 20
"""How many values that were not restored are named."""


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
    with session.open() as connection:  # fails where there is no ledger: a dry run would make its own
        must_confirm = number is None and is_interactive() and not dry_run
        if import_ is None:
            number = undo_plan.last_undoable_entry(connection) if number is None else number
            undo_plan.check(connection, number)  # outside the transaction, in which this undo is an entry itself
            if must_confirm:
                typer.confirm(f"最近一笔是{_entry_label(connection, number)}。撤销它吗？", abort=True, err=True)
    with (
        session.open_or_dry_run(dry_run=dry_run) as connection,
        write_transaction(connection, session.command_line(), reason) as entry,
    ):
        before = _totals(connection)
        if import_ is not None:
            imported = batch(connection, import_)
            label = f"第 {imported.id} 批导入（{imported.file}，{imported.at}）"
            result = revert_entry(entry, imported.entry, f"第 {imported.id} 批")
        else:
            result = revert_entry(entry, number or 0)
            label = _entry_label(connection, number or 0)
        after = _totals(connection)
    if dry_run:
        echo("（试撤销，台账没有改动）")
    _print_result(label, result)
    for name, total in before.items():
        if after[name] != total:
            echo(f"  {name}：{total} → {after[name]}")
    if import_ is None and not dry_run:
        echo("  撤错了，再撤销一次就恢复：sbd undo")


def _entry_label(connection: sqlite3.Connection, number: int) -> str:
    """An entry in a few words: 第 7 笔（2026-07-31 16:30，王干事，sbd log：新增 1 条服务活动）."""
    entry = entries.get_entry(connection, number)
    summary = f"：{entry.summary}" if entry.summary else ""
    return f"第 {number} 笔（{entry.at}，{entry.operator}，{command_name(entry.command)}{summary}）"


def _totals(connection: sqlite3.Connection) -> dict[str, str]:
    """Every figure of the summary over all time, and the number of records of each type, by label with unit."""
    body = summary_body(Scope(connection, ALL_TIME), None)
    [row] = body.rows
    figures = {
        f"{column.label}（{column.unit}）": format_cell(value, column)
        for column, value in zip(body.columns, row, strict=True)
    }
    counts = office.ledger_summary(connection).counts
    return figures | {f"{RECORDS[name].label}（条）": str(count) for name, count in counts.items()}


def _print_result(label: str, result: UndoResult) -> None:
    phrases = [f"作废了它新增的 {_format_counts(result.voided)}"] if +result.voided else []
    phrases += [f"作废了它恢复的 {_format_counts(result.voided_again)}"] if +result.voided_again else []
    phrases += [f"恢复了它作废的 {_format_counts(result.revived)}"] if +result.revived else []
    phrases += [f"恢复了它改过的 {len(result.restored)} 条记录"] if result.restored else []
    echo(f"已撤销{label}：{'，'.join(phrases) or '没有要恢复的'}。")
    for message in result.not_restored[:MAX_SHOWN]:
        echo(f"  没有恢复 {message}")
    if len(result.not_restored) > MAX_SHOWN:
        echo(f"  ……共 {len(result.not_restored)} 处没有恢复")


def _format_counts(counts: Counter[str]) -> str:
    return "、".join(f"{count} 条{RECORDS[name].label}" for name, count in counts.items() if count)
