"""verify, backup, restore: whether the ledger was altered, a verified copy of it, and the way back to a copy."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import (
    LedgerOption,
    YesOption,
    echo,
    echo_err,
    is_interactive,
)
from shuangbaodao_cli.errors import DataProblem, FileError, Refused, os_error_reason
from shuangbaodao_cli.ledger.integrity import chain_heads
from shuangbaodao_cli.ledger.integrity import restore as integrity_restore
from shuangbaodao_cli.ledger.integrity import verify as integrity_verify
from shuangbaodao_cli.ledger.storage import attachments, chain, migrations, transactions
from shuangbaodao_cli.ledger.storage import backup as storage_backup
from shuangbaodao_cli.values.days import now

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="备份文件")]


def verify(
    *,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="FILE|CODE", help="以前导出的报表、备份，或报表上印的校验码"),
    ] = None,
    session: LedgerOption,
) -> None:
    """核对台账：每一笔改动都环环相接，没有在台账外被改动、删掉或补写。

    每份报表和备份都带着当时的校验码。拿一份以前的来比，连整本重做过的台账也看得出来。

    例如：
      sbd verify
      sbd verify --against 7月汇总.xlsx
      sbd verify --against 12-3f9a-0c12-88ab-0d1e
    """
    older = None if against is None else chain_heads.resolve_head(against)
    with session.open() as connection, transactions.read_transaction(connection):
        integrity_verify.check_integrity(connection)
        head = chain.current_head(connection)
        if older is not None and not chain.has_head(connection, older):
            raise DataProblem(
                f"台账和“{against}”对不上：那时的校验码是 {older}，台账里没有这一笔，或那以前的内容后来被改写过。\n"
                f"现在的校验码是 {head}。如果中间取回过备份，属于正常；不是的话，请找当时的备份来核对。"
            )
    echo(f"台账完好，{head.entry} 笔改动环环相接。校验码 {head}")
    if older is not None:
        later = head.entry - older.entry
        echo(f"和“{against}”接得上：那以后新增了 {later} 笔改动，以前的没有被改写。")


def backup(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="备份文件或文件夹；不写就放在台账旁边")] = None,
    *,
    session: LedgerOption,
) -> None:
    """备份台账，连同留底的原始文件。别人正在记也没有关系。

    备份写好以后重新打开、逐页检查、和台账核对过，才算数。请把备份拷到别的磁盘上。

    例如：
      sbd backup
      sbd backup 台账-20260731.db
    """
    with session.open() as connection:
        target = _backup_path(file, session.path)
        copied = storage_backup.copy(connection, target)
        files, damaged = attachments.copy_all(attachments.folder(connection), Path(f"{target}.files"))
        differences = migrations.schema_differences(connection)
    echo(f"已备份到 {copied.path}：{copied.row_count} 行、{files} 个留底文件，已重新打开核对无误。校验码 {copied.head}")
    if differences:
        lines = "\n".join(differences)
        raise DataProblem(
            f"但这份备份 sbd restore 不会采用，因为别的程序改过台账的结构：\n{lines}\n请先用那个程序改回去，再备份。"
        )
    _raise_if_damaged(damaged, "台账旁边")


def _backup_path(file: Path | None, ledger_path: Path) -> Path:
    """Where the backup goes: the file or folder that was named, else the folder of backups beside the ledger.

    Raises Refused where there is such a file already, FileError where the folder cannot be made.
    """
    if file is not None and not file.is_dir():
        if file.exists():
            raise Refused(f"已经有“{file}”这个文件，备份不覆盖别的文件。请换一个名字。")
        return file
    folder = file or ledger_path.with_name(f"{ledger_path.name}.backups")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise FileError(f"备份文件夹“{folder}”建不了（{os_error_reason(error)}），请写明备份到哪里。") from None
    return storage_backup.unused_path(folder / f"{ledger_path.stem}-{now():%Y%m%d-%H%M%S}.db")


def _raise_if_damaged(names: list[str], where: str) -> None:
    """Raise DataProblem that names the first of the kept files that were not copied, because they are damaged."""
    if names:
        shown = "、".join(f"{name[:8]}……{Path(name).suffix}" for name in names[:5])
        raise DataProblem(
            f"另有 {len(names)} 个留底文件没有拷：{where}的已损坏（{shown}）。"
            "请从以前的备份旁边的 .files 文件夹找回；是哪些导入和工单的，看 sbd check kept-files。"
        )


def restore(file: FileArgument, *, yes: YesOption = False, session: LedgerOption) -> None:
    """取回备份：先证明备份完好，再换上；原来的台账另存一份。

    证明不了的备份不用：表不对、有坏页、校验链断了，都会说明。

    例如：
      sbd restore 台账-20260731.db
    """
    path = session.path

    def confirm(plan: integrity_restore.Plan) -> bool:
        return _confirm_restore(plan, yes=yes)

    result = integrity_restore.restore(file, path, session.command_line(), confirm, session.notify)
    if result is None:
        raise typer.Abort
    files, damaged = attachments.copy_all(Path(f"{file}.files"), Path(f"{path}.files"))
    echo(f"已取回备份，台账在 {path}，补回 {files} 个留底文件。校验码 {result.head}")
    if result.previous_ledger:
        echo(f"原来的台账另存为 {result.previous_ledger}")
    _raise_if_damaged(damaged, "备份旁边")


def _confirm_restore(plan: integrity_restore.Plan, *, yes: bool) -> bool:
    """Say what would be lost, and ask. With ``yes`` only say it; Refused where nobody can be asked."""
    if plan.open_failure:
        message = f"现在的台账读不了：{plan.open_failure}\n取回会把它另存一份，换成备份。"
    elif plan.current_head is None:
        return True
    elif plan.extends:
        lost = plan.current_head.entry - plan.head.entry
        if lost == 0:
            message = "现在的台账和备份到同一笔，换上以后内容一样。"
        else:
            message = f"备份以后台账又有 {lost} 笔改动，换上备份就没有了（原来的台账会另存一份）。"
    else:
        message = "这份备份和现在的台账不是同一本，或不是由它而来。换上以后，现在的会另存一份。"
    if yes:
        echo_err(message)
        return True
    if not is_interactive():
        raise Refused(f"{message}确实要取回请加 --yes。台账没有动。")
    sys.stderr.write(f"{message}\n")
    return typer.confirm("要取回吗？", err=True)
