"""The outcome of imported files as it is printed, and their refused rows as one workbook (--rejects)."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.files import write_bytes
from shuangbaodao_cli.intake.files.workbook import Workbook
from shuangbaodao_cli.intake.rosters.roster import Roster
from shuangbaodao_cli.ledger.imports.outcomes import Change, FileOutcome, SheetOutcome
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.problems import Problem
from shuangbaodao_cli.values.text import replace_controls

if TYPE_CHECKING:
    from shuangbaodao_cli.output.xlsx.rejects import RejectedBlock


class Rejects:
    """Gathers the refused rows of all files of a command; none where no --rejects was asked for."""

    def __init__(self, path: Path | None, files: Sequence[Path]) -> None:
        """Raise UsageError, before any work is done, for a path that is no .xlsx or one of the files read."""
        if path is not None and path.suffix.lower() != ".xlsx":
            raise UsageError(f"退回的行只能存成 .xlsx，请把“{path.name}”改成 .xlsx 结尾。")
        if path is not None and path.resolve() in {file.resolve() for file in files}:
            raise UsageError(f"“{path}”正是要导入的文件，退回的行请存到别的文件里。")
        self.path = path
        self.blocks: list[tuple[str, RejectedBlock]] = []

    def add(self, book: Workbook, rosters: Sequence[Roster]) -> None:
        """Gather the refused rows of one file."""
        if self.path is None or not any(roster.rejected for roster in rosters):
            return
        from shuangbaodao_cli.intake.rosters.rejects import rejected_blocks  # openpyxl is heavy

        self.blocks += [(book.file, block) for block in rejected_blocks(book, rosters)]

    def write(self) -> str | None:
        """Write the file and return its path; None where nothing was refused or no file was asked for."""
        if self.path is None:
            return None
        if not self.blocks:
            sys.stderr.write(f"没有退回的行，没有写“{replace_controls(str(self.path))}”。\n")
            return None
        from shuangbaodao_cli.output.xlsx.rejects import render_rejects  # likewise

        has_several = len({file for file, _ in self.blocks}) > 1
        titled = [
            (f"{Path(file).stem} {block.sheet}" if has_several else block.sheet, block) for file, block in self.blocks
        ]
        write_bytes(self.path, render_rejects(titled), private=True)
        count = sum(len(block.rows) for _, block in self.blocks)
        sys.stderr.write(f"退回的 {count} 行已另存到 {replace_controls(str(self.path))}\n")
        return str(self.path)


MAX_SHOWN = 20
"""How many changes, and how many problems, of a sheet are printed unless --verbose."""


@dataclass(frozen=True, slots=True)
class OutcomePrinter:
    """Prints outcomes as text; ``silent`` where they are printed as JSON at the end."""

    verbose: bool
    dry_run: bool
    silent: bool

    def print_outcome(
        self, outcome: FileOutcome, skipped_sheets: Mapping[str, Sequence[str]], *, imported: bool = True
    ) -> None:
        """Print what became of a file; ``imported``: whether it is in the ledger now.

        ``skipped_sheets``: why they were skipped → names of sheets; under an empty why, notes on the file.
        """
        if self.dry_run and outcome.has_too_many_replacements:
            sys.stderr.write(
                f"注意：{replace_controls(outcome.file)}对上的 {outcome.matched} 行中，有 {outcome.replaced} 行会把"
                "台账里原有的内容换成别的，超过了三分之一；真要导入时须加 --yes。\n"
            )
        if self.silent:
            return
        out = sys.stdout.write
        if self.dry_run or not imported:
            out("（试导入，台账没有改动）\n" if self.dry_run else "（还没有导入，台账没有改动）\n")
        if outcome.imported_before:
            out(
                f"{replace_controls(outcome.file)}：{outcome.imported_before} 已经导入过，台账没有改动。"
                "要再读一遍请加 --again。\n"
            )
        for sheet in outcome.sheets:
            out(f"{replace_controls(outcome.file)} {replace_controls(sheet.sheet)}：{_row_counts(sheet)}\n")
            self._print_changes(sheet)
            if not outcome.imported_before or sheet.rejected:
                self._print_problems(sheet.problems)
        for reason, sheets in skipped_sheets.items():
            if reason and sheets:
                out(f"  {reason}工作表没有导入：{replace_controls('、'.join(sheets))}\n")
        for note in skipped_sheets.get("", ()):
            out(f"  {replace_controls(note)}。\n")

    def _print_changes(self, sheet: SheetOutcome) -> None:
        labels = {field.name: field.label for field in RECORDS[sheet.record].roster_fields()}
        parts = {link.source_field.name for link in RECORDS[sheet.record].links}
        lines = [
            f"更新 {change.cell}：{_describe_change(change, labels, parts)}"
            for change in sheet.changes[: None if self.verbose else MAX_SHOWN]
        ]
        for line in lines:
            sys.stdout.write(f"  {replace_controls(line)}\n")
        if len(sheet.changes) > len(lines):
            sys.stdout.write(f"  ……还有 {len(sheet.changes) - len(lines)} 处更新，加 --verbose 看全部\n")

    def _print_problems(self, problems: Sequence[Problem]) -> None:
        marks = {"error": "退回", "warning": "请核对", "fixed": "已统一"}
        ordered = [problem for severity in marks for problem in problems if problem.severity == severity]
        listed = [problem for problem in ordered if self.verbose or problem.severity != "fixed"]
        for problem in listed if self.verbose else listed[:MAX_SHOWN]:
            address = f"{problem.cell}：" if problem.cell else ""
            sys.stdout.write(f"  {marks[problem.severity]} {replace_controls(f'{address}{problem.message}')}\n")
        if len(listed) > MAX_SHOWN and not self.verbose:
            sys.stdout.write(f"  ……还有 {len(listed) - MAX_SHOWN} 处，加 --verbose 看全部\n")
        fixed = sum(problem.severity == "fixed" for problem in problems)
        if fixed and not self.verbose:
            sys.stdout.write(f"  另有 {fixed} 处统一了写法，加 --verbose 看是哪些\n")


def _row_counts(sheet: SheetOutcome) -> str:
    label = RECORDS[sheet.record].label
    return (
        f"{label} {sheet.rows} 行 = 新增 {sheet.created} + 更新 {sheet.updated} + 不变 {sheet.unchanged}"
        f" + 退回 {sheet.rejected} + 跳过 {sheet.skipped}"
    )


def _describe_change(change: Change, labels: Mapping[str, str], parts: set[str]) -> str:
    label = labels.get(change.field, change.field)
    if change.field in parts and change.old is None:
        return f"{label} 增加 {change.new}"
    return f"{label} {change.old or '（空）'} → {change.new}"


def print_json(outcomes: Sequence[FileOutcome], *, dry_run: bool, rejects: str | None) -> None:
    """Print the import JSON of the contract."""
    batches = [outcome.batch for outcome in outcomes if outcome.batch is not None]
    result = {
        "batch": batches[-1] if batches and not dry_run else None,
        "dry_run": dry_run,
        "rejects": rejects,
        "files": [outcome.as_json() for outcome in outcomes],
    }
    sys.stdout.write(formats.json_text(result))
