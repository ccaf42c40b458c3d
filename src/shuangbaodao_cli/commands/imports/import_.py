"""import: rosters and lists of activities into the ledger, every row accounted for."""

from __future__ import annotations

import gc
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import LedgerOption, echo
from shuangbaodao_cli.commands.imports.headings import (
    find_files,
    parse_mappings,
    print_explanation,
    remembered_mappings,
)
from shuangbaodao_cli.commands.imports.outcome import OutcomePrinter, Rejects, print_json
from shuangbaodao_cli.commands.imports.run import ImportRun
from shuangbaodao_cli.intake.rosters.find import ReadingOptions
from shuangbaodao_cli.intake.rosters.model import HeadingMeanings
from shuangbaodao_cli.ledger.imports.importer import Request
from shuangbaodao_cli.model.registry import resolve_record_type


class ImportFormat(StrEnum):
    """How the outcome is printed."""

    TABLE = "table"
    JSON = "json"


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="电子表格或文件夹，可以一次给几个")],
    *,
    record: Annotated[str | None, typer.Option("--as", metavar="RECORD", help="当作哪种记录；不写就看表头")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="只导入这张工作表")] = None,
    year: Annotated[int | None, typer.Option("--year", metavar="YYYY", help="没写年份的日期算哪一年")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="试一遍，什么都不写进台账")] = False,
    new: Annotated[bool, typer.Option("--new", help="参加人员里台账没有的人也新建")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="台账没有的社区、单位、服务队不新建，退回那一行")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="超过三分之一的行要换掉原有内容，也照导入")] = False,
    again: Annotated[bool, typer.Option("--again", help="导入过的同一个文件也再读一遍")] = False,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE.xlsx", help="退回的行另存一份，注明问题，改好可再导入")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=HEADER", help="指明哪一列是什么，如 姓名=志愿者；会记住"),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain-headers", help="只看每一列认作什么、为什么，不导入")] = False,
    encoding: Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="文本表格的编码，如 big5")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="列出每一处统一了写法的格子")] = False,
    format_: Annotated[
        ImportFormat, typer.Option("--format", metavar="table|json", help="打印成什么样子")
    ] = ImportFormat.TABLE,
    session: LedgerOption,
) -> None:
    """导入名册和活动台账。

    认得人员、单位、服务队、社区（村）名册，活动台账，需求、资源、项目清单，派单、走访台账等；列的次序不限，表头上面的标题、下面的合计行不用删。
    一个文件要么整个收进来，要么不动台账；同一个文件再导入一次，什么都不会变。
    """
    kind = resolve_record_type(record) if record else None
    mapped = parse_mappings(map_ or ())
    # A file that was read in one way is not known yet when it is to be read in another.
    read_as = [kind.name if kind else "", sheet or "", str(new)]
    read_as += [f"{part}" for part in ("strict" if strict else None, year, encoding, *sorted(mapped.items())) if part]
    remembered, categories = remembered_mappings(session)
    options = ReadingOptions(kind, sheet, year, HeadingMeanings(mapped, remembered), categories)
    files, other_files = find_files(files)
    if explain:
        print_explanation(files, options, encoding, json=format_ is ImportFormat.JSON)
        return
    request = Request(
        session.command_line(),
        "|".join(read_as),
        new=new,
        strict=strict,
        again=again,
        yes=yes,
        dry_run=dry_run,
        mapped_headings=tuple(mapped),
    )
    run = ImportRun(
        options,
        request,
        OutcomePrinter(verbose=verbose, dry_run=dry_run, silent=format_ is ImportFormat.JSON),
        Rejects(rejects, files),
        session,
        encoding,
    )
    gc.disable()  # a roster is millions of values without a cycle: a tenth of the time
    try:
        run.run(files)
    finally:
        gc.enable()
    rejects_file = run.rejects.write()
    if format_ is ImportFormat.JSON:
        print_json(run.outcomes, dry_run=dry_run, rejects=rejects_file)
    if other_files and format_ is not ImportFormat.JSON:
        echo(f"不是表格，没有看：{'、'.join(file.name for file in other_files)}")
    run.raise_failures(rejects_file)
