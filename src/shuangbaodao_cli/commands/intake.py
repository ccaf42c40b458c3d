"""import: rosters and activity ledgers into the ledger, every row accounted for."""

from __future__ import annotations

import gc
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.errors import DataProblem, LedgerError, SbdError
from shuangbaodao_cli.intake.rosters import find_rosters
from shuangbaodao_cli.intake.workbook import read_workbook
from shuangbaodao_cli.ledger.batches import FileOutcome, Request, SheetOutcome, take_in
from shuangbaodao_cli.ledger.database import default_path, transaction
from shuangbaodao_cli.options import LedgerPath, command_line, opened
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.visible import visible
from shuangbaodao_cli.problems import Problem
from shuangbaodao_cli.vocabulary.records import RECORDS, record_named

SHOWN = 20
"""How many problems of a sheet are printed unless --verbose."""


class ImportFormat(StrEnum):
    """How the outcome is printed."""

    TABLE = "table"
    JSON = "json"


def import_(  # noqa: PLR0913  # each is an option of the command
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="电子表格，可以一次给几个")],
    *,
    record: Annotated[str | None, typer.Option("--as", metavar="RECORD", help="当作哪种记录；不写就看表头")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="只导入这张工作表")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="试一遍，什么都不写进台账")] = False,
    new: Annotated[bool, typer.Option("--new", help="参加人员里台账没有的人也新建")] = False,
    again: Annotated[bool, typer.Option("--again", help="导入过的同一个文件也再读一遍")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="列出每一处统一了写法的格子")] = False,
    format_: Annotated[
        ImportFormat, typer.Option("--format", metavar="table|json", help="打印成什么样子")
    ] = ImportFormat.TABLE,
    ledger: LedgerPath = None,
) -> None:
    """导入名册和活动台账。

    认得人员、单位、服务队、社区（村）名册和活动台账；列的次序不限，表头上面的标题、下面的合计行不用删。
    一个文件要么整个收进来，要么不动台账；同一个文件再导入一次，什么都不会变。
    """
    kind = record_named(record) if record else None
    request = Request(command_line(), f"{kind.name if kind else ''}|{sheet or ''}|{new}", new=new, again=again)
    outcomes: list[FileOutcome] = []
    failed: list[SbdError] = []
    gc.disable()  # a roster is millions of values without a cycle: a tenth of the time
    with ExitStack() as held:
        held.callback(gc.enable)
        connection: sqlite3.Connection | None = None
        for file in files:
            try:
                book = read_workbook(file)
                found = find_rosters(book, record=kind, sheet=sheet)
                # Only now: a file that cannot be read makes no ledger.
                connection = connection or held.enter_context(_opened(ledger, dry_run=dry_run))
                outcome = take_in(connection, book.file, book.sha256, found.rosters, request)
            except LedgerError:
                raise
            except SbdError as error:
                failed.append(error)
                continue
            outcomes.append(outcome)
            if format_ is ImportFormat.TABLE:
                _tell(
                    outcome,
                    {"隐藏的": book.hidden, "没有认出表头的": found.passed_over},
                    verbose=verbose,
                    dry_run=dry_run,
                )
    if format_ is ImportFormat.JSON:
        _print_json(outcomes, dry_run=dry_run)
    _finish(outcomes, failed)


@contextmanager
def _opened(ledger: Path | None, *, dry_run: bool) -> Iterator[sqlite3.Connection]:
    """The ledger; for a trial one transaction that is put back, in a ledger thrown away if there is none."""
    if not dry_run:
        with opened(ledger, create=True) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="sbd-") as folder:
        path = ledger or default_path()
        real = path if path.exists() else Path(folder) / "trial.db"
        with opened(real, create=True) as connection, transaction(connection) as outcome:
            outcome.keep = False
            yield connection


def _print_json(outcomes: Sequence[FileOutcome], *, dry_run: bool) -> None:
    batches = [outcome.batch for outcome in outcomes if outcome.batch is not None]
    said = {
        "batch": batches[-1] if batches and not dry_run else None,
        "dry_run": dry_run,
        "rejects": None,
        "files": [outcome.as_json() for outcome in outcomes],
    }
    sys.stdout.write(formats.json_text(said))


def _finish(outcomes: Sequence[FileOutcome], failed: Sequence[SbdError]) -> None:
    """Files that could not be read are told last; their code comes before that of refused rows."""
    if failed:
        raise type(failed[0])("\n".join(map(str, failed)))
    rejected = sum(sheet.rejected for outcome in outcomes for sheet in outcome.sheets)
    if rejected:
        raise DataProblem(f"有 {rejected} 行没有收进来，原因见上；改好后再导入这个文件即可，已收的行不会重复。")


def _tell(outcome: FileOutcome, left: Mapping[str, Sequence[str]], *, verbose: bool, dry_run: bool) -> None:
    out = sys.stdout.write
    if dry_run:
        out("（试导入，台账没有改动）\n")
    if outcome.again:
        out(f"{outcome.file}：{outcome.again} 已经导入过，台账没有改动。要再读一遍请加 --again。\n")
    for sheet in outcome.sheets:
        out(f"{visible(outcome.file)} {visible(sheet.sheet)}：{_equation(sheet)}\n")
        if not outcome.again or sheet.rejected:
            _tell_problems(sheet.problems, verbose=verbose)
    for what, sheets in left.items():
        if sheets:
            out(f"  {what}工作表没有导入：{visible('、'.join(sheets))}\n")


def _equation(sheet: SheetOutcome) -> str:
    label = RECORDS[sheet.record].label
    return (
        f"{label} {sheet.rows} 行 = 新增 {sheet.created} + 更新 {sheet.updated} + 不变 {sheet.unchanged}"
        f" + 退回 {sheet.rejected} + 跳过 {sheet.skipped}"
    )


def _tell_problems(problems: Sequence[Problem], *, verbose: bool) -> None:
    marks = {"error": "退回", "warning": "请核对", "fixed": "已统一"}
    told = [problem for severity in marks for problem in problems if problem.severity == severity]
    told = [problem for problem in told if verbose or problem.severity != "fixed"]
    for problem in told if verbose else told[:SHOWN]:
        sys.stdout.write(f"  {marks[problem.severity]} {visible(f'{problem.cell}：{problem.message}')}\n")
    if len(told) > SHOWN and not verbose:
        sys.stdout.write(f"  ……还有 {len(told) - SHOWN} 处，加 --verbose 看全部\n")
    fixed = sum(problem.severity == "fixed" for problem in problems)
    if fixed and not verbose:
        sys.stdout.write(f"  另有 {fixed} 处统一了写法，加 --verbose 看是哪些\n")
