"""The files of one import command, one after the other: read, taken in, told."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import typer

from shuangbaodao_cli.cli.options import at_terminal, ledger_for
from shuangbaodao_cli.cli.progress import Waiting
from shuangbaodao_cli.commands.imports.headings import check_said
from shuangbaodao_cli.commands.imports.outcome import Rejects, Telling
from shuangbaodao_cli.errors import ERRORS, DataProblem, LedgerError, SbdError
from shuangbaodao_cli.intake.files.workbook import Workbook, read_workbook
from shuangbaodao_cli.intake.rosters.find import Asked, Found, find_rosters
from shuangbaodao_cli.ledger.imports.importer import Overturning, Request, take_in
from shuangbaodao_cli.ledger.imports.outcomes import FileOutcome


@dataclass(slots=True)
class Importing:
    """How files are to be read, taken in and told, and what became of those that were."""

    asked: Asked
    request: Request
    telling: Telling
    rejects: Rejects
    ledger: Path | None
    encoding: str | None = None
    outcomes: list[FileOutcome] = field(default_factory=list)
    failed: list[SbdError] = field(default_factory=list)

    def run(self, files: Sequence[Path]) -> None:
        """Take in every file that can be; what is wrong with the others is gathered in ``failed``."""
        connection: sqlite3.Connection | None = None
        with ExitStack() as held, Waiting(files) as waiting:
            for at, file in enumerate(files):
                waiting.begin(at, file)
                try:
                    book = read_workbook(file, encoding=self.encoding)
                    waiting.step()
                    found = find_rosters(book, self.asked)
                    check_said(book.file, found, self.request.said)
                    waiting.step()
                    # Only now: a file that cannot be read makes no ledger.
                    connection = connection or held.enter_context(ledger_for(self.ledger, trial=self.request.trial))
                    self._take(connection, book, found, waiting)
                except LedgerError:
                    raise
                except SbdError as error:
                    self.failed.append(error)

    def _take(self, connection: sqlite3.Connection, book: Workbook, found: Found, waiting: Waiting) -> None:
        left = {"隐藏的": book.hidden, "没有认出表头的": found.passed_over, "": book.notes}
        rosters = found.rosters()
        try:
            outcome = take_in(connection, book, rosters, self.request)
        except Overturning as error:
            with waiting.aside():
                self._ask(error, left)
            rosters = found.rosters()
            outcome = take_in(connection, book, rosters, replace(self.request, yes=True))
        self.rejects.add(book, rosters)
        self.outcomes.append(outcome)
        with waiting.aside():
            self.telling.tell(outcome, left)

    def _ask(self, error: Overturning, left: Mapping[str, Sequence[str]]) -> None:
        """Show what a file would replace; it stays out unless somebody at the terminal says yes."""
        self.telling.tell(error.outcome, left, kept=False)
        replaced = f"有 {error.outcome.replaced} 行要换掉台账里原有的内容，超过了对上的三分之一，照样导入吗？"
        if not (at_terminal() and typer.confirm(replaced, default=False, err=True)):
            raise error

    def finish(self, written: str | None) -> None:
        """Files that could not be taken are told last; their code comes before that of refused rows.

        ``written`` is the file that the refused rows were handed back in.
        """
        if self.failed:
            kind = next(kind for kind in type(self.failed[0]).__mro__ if kind in ERRORS)
            raise kind("\n".join(map(str, self.failed)))
        rejected = sum(sheet.rejected for outcome in self.outcomes for sheet in outcome.sheets)
        if rejected:
            remedy = f"改好 {written} 里的再导入它即可" if written else "改好后再导入这个文件即可，已收的行不会重复"
            raise DataProblem(f"有 {rejected} 行没有收进来，原因见上；{remedy}。")
