"""The run of one import command: its files are read, imported and reported one after the other.

A file that cannot be imported does not stop the others; what was wrong with it is raised at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import typer

from shuangbaodao_cli.cli.options import is_interactive
from shuangbaodao_cli.cli.progress import ProgressBar
from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.commands.imports.headings import check_mappings
from shuangbaodao_cli.commands.imports.outcome import OutcomePrinter, Rejects
from shuangbaodao_cli.errors import ERRORS, DataProblem, LedgerError, SbdError
from shuangbaodao_cli.intake.files.workbook import Workbook, read_workbook
from shuangbaodao_cli.intake.rosters.find import FoundTables, ReadingOptions, find_rosters
from shuangbaodao_cli.ledger.imports.importer import Request, TooManyReplacements, import_workbook
from shuangbaodao_cli.ledger.imports.outcomes import FileOutcome


@dataclass(slots=True)
class ImportRun:
    """How files are to be read, imported and reported, and the outcomes and errors of those that were."""

    options: ReadingOptions
    request: Request
    printer: OutcomePrinter
    rejects: Rejects
    session: Session
    encoding: str | None = None
    outcomes: list[FileOutcome] = field(default_factory=list)
    errors: list[SbdError] = field(default_factory=list)

    def run(self, files: Sequence[Path]) -> None:
        """Import every file that can be; what is wrong with the others is gathered in ``errors``."""
        connection: sqlite3.Connection | None = None
        with ExitStack() as stack, ProgressBar(files) as progress:
            for index, file in enumerate(files):
                progress.start_file(index, file)
                try:
                    book = read_workbook(file, encoding=self.encoding)
                    progress.step()
                    found = find_rosters(book, self.options)
                    check_mappings(book.file, found, self.request.mapped_headings)
                    progress.step()
                    # Only now: a file that cannot be read makes no ledger.
                    connection = connection or stack.enter_context(
                        self.session.open_or_dry_run(dry_run=self.request.dry_run)
                    )
                    self._import_workbook(connection, book, found, progress)
                except LedgerError:
                    raise
                except SbdError as error:
                    self.errors.append(error)

    def _import_workbook(
        self, connection: sqlite3.Connection, book: Workbook, found: FoundTables, progress: ProgressBar
    ) -> None:
        skipped_sheets = {"隐藏的": book.hidden_sheets, "没有认出表头的": found.skipped_sheets, "": book.notes}
        rosters = found.rosters()
        try:
            outcome = import_workbook(connection, book, rosters, self.request)
        except TooManyReplacements as error:
            with progress.pause():
                self._confirm_replacements(error, skipped_sheets)
            rosters = found.rosters()
            outcome = import_workbook(connection, book, rosters, replace(self.request, yes=True))
        self.rejects.add(book, rosters)
        self.outcomes.append(outcome)
        with progress.pause():
            self.printer.print_outcome(outcome, skipped_sheets)

    def _confirm_replacements(self, error: TooManyReplacements, skipped_sheets: Mapping[str, Sequence[str]]) -> None:
        """Print what a file would replace; raises the error again unless the user at the terminal says yes."""
        self.printer.print_outcome(error.outcome, skipped_sheets, imported=False)
        question = f"有 {error.outcome.replaced} 行要换掉台账里原有的内容，超过了对上的三分之一，照样导入吗？"
        if not (is_interactive() and typer.confirm(question, default=False, err=True)):
            raise error

    def raise_failures(self, rejects_file: str | None) -> None:
        """Raise what was wrong with files that could not be imported, else DataProblem where rows were refused.

        ``rejects_file`` is the file in which the refused rows were handed back.
        """
        if self.errors:
            kind = next(kind for kind in type(self.errors[0]).__mro__ if kind in ERRORS)
            raise kind("\n".join(map(str, self.errors)))
        rejected = sum(sheet.rejected for outcome in self.outcomes for sheet in outcome.sheets)
        if rejected:
            remedy = (
                f"改好 {rejects_file} 里的再导入它即可"
                if rejects_file
                else "改好后再导入这个文件即可，已收的行不会重复"
            )
            raise DataProblem(f"有 {rejected} 行没有收进来，原因见上；{remedy}。")
