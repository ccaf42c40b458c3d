"""imports and undo: what was imported, and an import taken back as a unit."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.commands.importing import ledger_for
from shuangbaodao_cli.commands.records import ReasonOption
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger import batchlist, holding, keeping
from shuangbaodao_cli.ledger.database import writing
from shuangbaodao_cli.ledger.undoing import Undone, take_back
from shuangbaodao_cli.options import Format, FormatOption, LedgerPath, OutputOption, command_line, give, opened, say
from shuangbaodao_cli.output.files import write_bytes
from shuangbaodao_cli.output.table import Column, Table, show
from shuangbaodao_cli.reports.scope import Scope
from shuangbaodao_cli.reports.summing import summed
from shuangbaodao_cli.vocabulary.period import Period
from shuangbaodao_cli.vocabulary.records import RECORDS

ALWAYS = Period(date.min, date.max)
"""The whole time, for totals that are of the ledger as such."""
SHOWN = 20
"""How many values that were not put back are named."""

_COLUMNS = [
    Column("id", "批次", "code"),
    Column("at", "时间"),
    Column("operator", "经手人"),
    Column("file", "文件"),
    Column("rows", "行数", "count"),
    Column("created", "新增", "count"),
    Column("updated", "更新", "count"),
    Column("unchanged", "不变", "count"),
    Column("rejected", "退回", "count"),
    Column("skipped", "跳过", "count"),
    Column("undone", "撤销时间"),
    Column("sha256", "文件指纹", hidden=True),
    Column("kept", "留底", hidden=True),
]


def imports(
    *,
    kept: Annotated[str | None, typer.Option("--kept", metavar="指纹", help="取出留底的一个文件，写到 -o")] = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    ledger: LedgerPath = None,
) -> None:
    """列出每一批导入：什么时候、谁、哪个文件、收了多少行、撤销了没有。

    要撤销其中一批：
      sbd undo --import 3

    要取出留底的原表（指纹见 --format json）：
      sbd imports --kept 6b5bb6b3 -o 原表.xlsx
    """
    if kept is not None:
        _take_out(kept, output, ledger)
        return
    with opened(ledger) as connection:
        rows = batchlist.batches(connection)
    body = [tuple(row[column.name] for column in _COLUMNS) for row in rows]
    give([Table(f"导入（{len(body)} 批）", _COLUMNS, body)], format_, output)


def _take_out(kept: str, output: Path | None, ledger: Path | None) -> None:
    if output is None:
        raise UsageError("还缺少 -o，写明取出来放到哪个文件，例如 -o 原表.xlsx。")
    with opened(ledger) as connection:
        write_bytes(output, keeping.content(connection, kept), private=True)
    say(f"已写入 {output}")


def undo(
    *,
    batch: Annotated[int | None, typer.Option("--import", metavar="N", help="哪一批导入，编号见 sbd imports")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="试一遍，看哪些数会变，台账不动")] = False,
    reason: ReasonOption = None,
    ledger: LedgerPath = None,
) -> None:
    """撤销一批导入：它新增的全部作废，它改过的恢复原样。

    后来登记的记录用到了这一批的，先要改掉或作废；撤销以后同一个文件可以再导入。

    例如：
      sbd undo --import 3 --dry-run
    """
    if batch is None:
        raise UsageError("还缺少 --import，例如 --import 3；编号见 sbd imports。")
    with opened(ledger):
        pass  # there must be one: a trial would make its own
    with ledger_for(ledger, trial=dry_run) as connection, writing(connection, command_line(), reason) as entry:
        before = _totals(connection)
        undone = take_back(entry, batch)
        after = _totals(connection)
    if dry_run:
        say("（试撤销，台账没有改动）")
    _tell(undone)
    for what, was in before.items():
        if after[what] != was:
            say(f"  {what}：{was} → {after[what]}")


def _totals(connection: sqlite3.Connection) -> dict[str, str]:
    """Every figure of the summary over all time, and how many live records there are of each kind."""
    body = summed(Scope(connection, ALWAYS), None)
    [row] = body.rows
    figures = {f"{c.label}（{c.unit}）": show(value, c) for c, value in zip(body.columns, row, strict=True)}
    counts = holding.held(connection).counts
    return figures | {f"{RECORDS[name].label}（条）": str(count) for name, count in counts.items()}


def _tell(undone: Undone) -> None:
    batch = undone.batch
    parts = [f"{count} 条{RECORDS[name].label}" for name, count in undone.voided.items()]
    done = [f"作废了它新增的 {'、'.join(parts)}"] if parts else []
    done += [f"恢复了它改过的 {undone.restored} 条记录"] if undone.restored else []
    say(f"已撤销第 {batch.id} 批导入（{batch.file}，{batch.at}）：{'，'.join(done) or '没有要恢复的'}。")
    for line in undone.left[:SHOWN]:
        say(f"  没有恢复 {line}")
    if len(undone.left) > SHOWN:
        say(f"  ……共 {len(undone.left)} 处没有恢复")
