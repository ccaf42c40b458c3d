"""A file that is imported: known again by its hash, and taken in as one transaction.

Of one that was imported before, what became of it then holds now.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import chain
from string import ascii_uppercase
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger import remembered_headings
from shuangbaodao_cli.ledger.imports import missing as imports_missing
from shuangbaodao_cli.ledger.imports.id_suggestions import propose_ids
from shuangbaodao_cli.ledger.imports.loader import load
from shuangbaodao_cli.ledger.imports.outcomes import FileOutcome, SheetOutcome
from shuangbaodao_cli.ledger.records import labels
from shuangbaodao_cli.ledger.storage import attachments
from shuangbaodao_cli.ledger.storage.journal import Entry, write_transaction
from shuangbaodao_cli.model.registry import load_order
from shuangbaodao_cli.problems import Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.files.workbook import Workbook
    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.imports.sheet_import import SheetImport


def was_imported(connection: sqlite3.Connection, sha256: str, read_as: str) -> bool:
    """Whether a file was imported before, read in the same way, and not taken back."""
    sql = "SELECT 1 FROM batch WHERE sha256 = ? AND asked = ? AND undone IS NULL"
    return connection.execute(sql, (sha256, read_as)).fetchone() is not None


def earlier_outcome(connection: sqlite3.Connection, sha256: str, read_as: str) -> FileOutcome | None:
    """The outcome of the same file imported before and not taken back, now all of it unchanged.

    What was only tidied in its cells is not kept: it is found in the file again.
    """
    sql = (
        "SELECT b.id, b.file, b.outcome, e.at FROM batch AS b JOIN entry AS e ON e.id = b.entry "
        "WHERE b.sha256 = ? AND b.asked = ? AND b.undone IS NULL ORDER BY b.id DESC LIMIT 1"
    )
    row = connection.execute(sql, (sha256, read_as)).fetchone()
    if row is None:
        return None
    sheets = []
    for said in json.loads(row[2])["sheets"]:
        taken = said["created"] + said["updated"] + said["unchanged"]
        problems = [Problem(**problem) for problem in said["problems"] if problem["severity"] != "fixed"]
        sheets.append(SheetOutcome(**{**said, "created": 0, "updated": 0, "unchanged": taken, "problems": problems}))
    return FileOutcome(row[1], sha256, sheets, row[0], row[3][:16].replace("T", " "))


def reject_again(roster: Roster, problems: Sequence[Problem]) -> None:
    """Refuse again the rows that the ledger refused when the same file was imported before."""
    told = {problem.cell: problem for problem in problems if problem.severity == "error"}
    known = {problem.cell for problem in roster.problems if problem.severity == "error"}
    names = [field.name for field in roster.record.roster() if told.keys() - known]
    for at in range(len(roster.row_numbers)):
        for name in names:
            cell = roster.cell_address(name, at)
            if cell in told and cell not in known and told[cell].field == name:
                roster.rejected.add(at)
                roster.rejected_cells.add((at, name))
                roster.problems.append(told[cell])


LAST_ROW = 1 << 30
"""What stands in no cell is told behind what does."""


@dataclass(frozen=True, slots=True)
class Request:
    """How a file is to be taken in. ``asked`` tells apart two ways of reading the same file.

    ``new`` lets unknown persons in, ``strict`` no unknown place, organisation or team.
    ``yes``: it may replace something in more than a third of the records that it meets. ``trial``:
    all will be put back, so nothing is asked and the file is not kept. ``said`` are the headings whose
    meaning somebody said, to be remembered.
    """

    command: str
    read_as: str
    new: bool = False
    strict: bool = False
    again: bool = False
    yes: bool = False
    dry_run: bool = False
    mapped_headings: tuple[str, ...] = ()


class TooManyReplacements(Refused):
    """A file would replace something in more than a third of the records that it meets."""

    def __init__(self, outcome: FileOutcome) -> None:
        super().__init__(
            f"“{outcome.file}”对上的 {outcome.matched} 行中，有 {outcome.replaced} 行会把台账里原有的内容换成别的，"
            "超过了三分之一，没有导入。请看看是不是拿错了表、认错了列；确实要换请加 --yes。"
        )
        self.outcome = outcome


def import_workbook(
    connection: sqlite3.Connection, book: Workbook, rosters: Sequence[Roster], request: Request
) -> FileOutcome:
    """Bring a file into the ledger, all of it or nothing; the same file a second time changes nothing.

    What was refused stands in the rosters afterwards. Raises Overturning unless ``yes`` is said.
    """
    for roster in rosters:
        propose_ids(roster, rosters, connection)
    if not request.again and (outcome := earlier_outcome(connection, book.sha256, request.read_as)) is not None:
        for roster, sheet in zip(rosters, outcome.sheets, strict=False):  # an older program may have seen fewer tables
            reject_again(roster, sheet.problems)
            fixed = [problem for problem in roster.problems if problem.severity == "fixed"]
            sheet.problems = sorted([*fixed, *sheet.problems], key=_row_number)
        return outcome
    with write_transaction(connection, request.command) as entry:
        before = connection.total_changes
        going = sorted(rosters, key=lambda roster: load_order().index(roster.record.name))
        done = {id(roster): load(entry, roster, new=request.new, strict=request.strict) for roster in going}
        tasks = [done[id(roster)] for roster in rosters]
        outcome = _file_outcome(connection, book, tasks)
        if outcome.has_too_many_replacements and not (request.yes or request.dry_run):
            raise TooManyReplacements(outcome)
        remembered_headings.save_mappings(entry, (roster.table for roster in rosters), request.mapped_headings)
        told = any(task.matched_ids for task in tasks) and not was_imported(connection, book.sha256, request.read_as)
        if told or connection.total_changes > before:
            outcome.batch = _insert_batch(entry, outcome, request.read_as)
            _insert_sources(connection, outcome.batch, tasks)
            if not request.dry_run:
                attachments.save(connection, book.file, book.sha256, book.content)
    return outcome


def _file_outcome(connection: sqlite3.Connection, book: Workbook, tasks: Sequence[SheetImport]) -> FileOutcome:
    missing = imports_missing.missing_records(connection, tasks)
    sheets = [_sheet_outcome(task, missing.get(at, [])) for at, task in enumerate(tasks)]
    fresh = {(task.roster.record.name, id_) for task in tasks for id_ in task.created_ids.values()}
    older = [
        {at for at, id_ in task.matched_ids.items() if (task.roster.record.name, id_) not in fresh} for task in tasks
    ]
    met, replaced = (
        sum(map(len, older)),
        sum(len(at & task.replacing_rows) for at, task in zip(older, tasks, strict=True)),
    )
    return FileOutcome(book.file, book.sha256, sheets, matched=met, replaced=replaced)


def _sheet_outcome(task: SheetImport, missing: list[Problem]) -> SheetOutcome:
    roster = task.roster
    told = sorted([*roster.problems, *missing], key=_row_number)
    if labels.has_private_fields(roster.record):
        told = [labels.mask_problem(roster.record, problem) for problem in told]
    outcome = SheetOutcome(
        roster.sheet,
        roster.record.name,
        roster.table.header.bottom + 1,
        len(roster.row_numbers) + roster.table.skipped,
        task.created,
        task.updated,
        task.unchanged,
        len(roster.rejected),
        roster.table.skipped + len(roster.skipped),
        told,
        task.changes,
    )
    outcome.verify_counts()
    return outcome


def _row_number(problem: Problem) -> int:
    """The row of the sheet that a problem is in: they are told from top to bottom."""
    return int(problem.cell.rpartition("!")[2].strip(ascii_uppercase) or LAST_ROW)


def _insert_batch(entry: Entry, outcome: FileOutcome, read_as: str) -> int:
    """Keep what became of a file; the changes stand in the history already, what was tidied in the file."""
    sheets = [
        replace(sheet, problems=[one for one in sheet.problems if one.severity != "fixed"], changes=[]).as_json()
        for sheet in outcome.sheets
    ]
    sql = "INSERT INTO batch (entry, file, sha256, asked, outcome) VALUES (?, ?, ?, ?, ?)"
    said = json.dumps({"sheets": sheets}, ensure_ascii=False)
    return entry.connection.execute(sql, (entry.id, outcome.file, outcome.sha256, read_as, said)).lastrowid or 0


def _insert_sources(connection: sqlite3.Connection, batch: int, tasks: Sequence[SheetImport]) -> None:
    """Keep for every record which row of which sheet told of it."""
    for task in tasks:
        record, sheet, rows = task.roster.record.name, task.roster.sheet, task.roster.row_numbers
        # A row may tell of one record twice, in two blocks side by side.
        connection.executemany(
            "INSERT OR IGNORE INTO source (record, record_id, batch, sheet, row) VALUES (?, ?, ?, ?, ?)",
            (
                (record, id_, batch, sheet, rows[at])
                for at, id_ in chain(task.created_ids.items(), task.matched_ids.items())
            ),
        )
