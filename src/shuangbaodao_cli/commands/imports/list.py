"""imports: the list of batches, and whether each was undone; --kept writes out the file of one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import (
    Format,
    FormatOption,
    LedgerOption,
    OutputOption,
    ReasonOption,
    echo,
    record_reveal,
)
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.files import write_bytes
from shuangbaodao_cli.ledger.imports import batches
from shuangbaodao_cli.ledger.storage import attachments
from shuangbaodao_cli.output.table import Column, Table

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
    reason: ReasonOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """列出每一批导入：什么时候、谁、哪个文件、收了多少行、撤销了没有。

    要撤销其中一批：
      sbd undo --import 3

    要取出留底的原表（指纹见 --format json）；里面的号码是完整的，须写明 --reason，这件事本身会留底：
      sbd imports --kept 6b5bb6b3 -o 原表.xlsx --reason 核对原表
    """
    if kept is not None:
        _extract_file(session, kept, output, reason)
        return
    with session.open() as connection:
        rows = batches.batches(connection)
    body = [tuple(row[column.name] for column in _COLUMNS) for row in rows]
    emit([Table(f"导入（{len(body)} 批）", _COLUMNS, body)], format_, output, head=session.head)


def _extract_file(session: Session, fingerprint: str, output: Path | None, reason: str | None) -> None:
    if output is None:
        raise UsageError("还缺少 -o，写明取出来放到哪个文件，例如 -o 原表.xlsx。")
    with session.open() as connection:
        content = attachments.read(connection, fingerprint)
        record_reveal(session, connection, reason)
    write_bytes(output, content, private=True)
    echo(f"已写入 {output}")
