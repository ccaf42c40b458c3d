"""The import of a file: its sheets loaded in one transaction, and their outcome stored with the batch.

A file that was imported before is known by its hash; its outcome of then is shown again and nothing changes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import chain
from string import ascii_uppercase
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger import remembered_headings
from shuangbaodao_cli.ledger.imports.id_suggestions import propose_ids
from shuangbaodao_cli.ledger.imports.loader import load
from shuangbaodao_cli.ledger.imports.missing_records import missing_records
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
    from shuangbaodao_cli.ledger.imports.sheet_import import LoadedSheet


def was_imported(connection: sqlite3.Connection, sha256: str, read_as: str) -> bool:
    """Whether a file was imported before, read in the same way, and not undone."""
    sql = "SELECT 1 FROM batch WHERE sha256 = ? AND asked = ? AND undone IS NULL"
    return connection.execute(sql, (sha256, read_as)).fetchone() is not None


def earlier_outcome(connection: sqlite3.Connection, sha256: str, read_as: str) -> FileOutcome | None:
    """The outcome of the same file imported before and not undone, now all of it unchanged; None where there is none.

    Problems of severity ``fixed`` are not stored: they are found in the file again.
    """
    sql = (
        "SELECT b.id, b.file, b.outcome, e.at FROM batch AS b JOIN entry AS e ON e.id = b.entry "
        "WHERE b.sha256 = ? AND b.asked = ? AND b.undone IS NULL ORDER BY b.id DESC LIMIT 1"
    )
    row = connection.execute(sql, (sha256, read_as)).fetchone()
    if row is None:
        return None
    sheets = []
    for sheet in json.loads(row[2])["sheets"]:
        taken = sheet["created"] + sheet["updated"] + sheet["unchanged"]
        problems = [Problem(**problem) for problem in sheet["problems"] if problem["severity"] != "fixed"]
        sheets.append(SheetOutcome(**{**sheet, "created": 0, "updated": 0, "unchanged": taken, "problems": problems}))
    return FileOutcome(row[1], sha256, sheets, row[0], row[3][:16].replace("T", " "))


def reject_again(roster: Roster, problems: Sequence[Problem]) -> None:
    """Refuse again the rows that the ledger refused when the same file was imported before."""
    earlier = {problem.cell: problem for problem in problems if problem.severity == "error"}
    found_again = {problem.cell for problem in roster.problems if problem.severity == "error"}
    names = [field.name for field in roster.record.roster_fields() if earlier.keys() - found_again]
    for index in range(len(roster.row_numbers)):
        for name in names:
            cell = roster.cell_address(name, index)
            if cell in earlier and cell not in found_again and earlier[cell].field == name:
                roster.append_problem(index, earlier[cell])


LAST_ROW = 1 << 30
"""The row number by which problems without a cell are sorted: behind all others."""


@dataclass(frozen=True, slots=True)
class Request:
    """How a file is to be imported. ``read_as`` tells apart two ways of reading the same file.

    ``new`` lets unknown persons in, ``strict`` no unknown place, organisation or team. ``again`` imports
    a file anew though it was imported before. ``yes``: it may replace values in more than a third of the
    records that it matches. ``dry_run``: all will be rolled back, so nothing is asked and the file is not
    kept. ``mapped_headings`` are those whose meaning the user gave, to be remembered.
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
    """A file would replace values in more than a third of the records that it matches."""

    def __init__(self, outcome: FileOutcome) -> None:
        super().__init__(
            f"“{outcome.file}”对上的 {outcome.matched} 行中，有 {outcome.replaced} 行会把台账里原有的内容换成别的，"
            "超过了三分之一，没有导入。请看看是不是拿错了表、认错了列；确实要换请加 --yes。"
        )
        self.outcome = outcome


def import_workbook(
    connection: sqlite3.Connection, book: Workbook, rosters: Sequence[Roster], request: Request
) -> FileOutcome:
    """Import a file, all of it or nothing; the same file a second time changes nothing.

    The rows that were refused stand in the rosters afterwards. Raises TooManyReplacements unless ``yes``.
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
        ordered = sorted(rosters, key=lambda roster: load_order().index(roster.record.name))
        loaded = {id(roster): load(entry, roster, new=request.new, strict=request.strict) for roster in ordered}
        sheets = [loaded[id(roster)] for roster in rosters]
        outcome = _file_outcome(connection, book, sheets)
        if outcome.has_too_many_replacements and not (request.yes or request.dry_run):
            raise TooManyReplacements(outcome)
        remembered_headings.save_mappings(entry, (roster.table for roster in rosters), request.mapped_headings)
        is_news = any(sheet.ids.matched for sheet in sheets) and not was_imported(
            connection, book.sha256, request.read_as
        )
        if is_news or connection.total_changes > before:
            outcome.batch = _insert_batch(entry, outcome, request.read_as)
            _insert_sources(connection, outcome.batch, sheets)
            if not request.dry_run:
                attachments.save(connection, book.file, book.sha256, book.content)
    return outcome


def _file_outcome(connection: sqlite3.Connection, book: Workbook, loaded: Sequence[LoadedSheet]) -> FileOutcome:
    missing = missing_records(connection, loaded)
    sheets = [_sheet_outcome(sheet, missing.get(index, [])) for index, sheet in enumerate(loaded)]
    new = {(sheet.roster.record.name, id_) for sheet in loaded for id_ in sheet.ids.created.values()}
    matched = replaced = 0
    for sheet in loaded:
        record = sheet.roster.record.name
        known_rows = {index for index, id_ in sheet.ids.matched.items() if (record, id_) not in new}
        matched += len(known_rows)
        replaced += len(known_rows & sheet.replacing_rows)
    return FileOutcome(book.file, book.sha256, sheets, matched=matched, replaced=replaced)


def _sheet_outcome(sheet: LoadedSheet, missing: Sequence[Problem]) -> SheetOutcome:
    roster, updated = sheet.roster, len(sheet.updated_rows)
    problems = sorted([*roster.problems, *missing], key=_row_number)
    if labels.has_private_fields(roster.record):
        problems = [labels.mask_problem(roster.record, problem) for problem in problems]
    outcome = SheetOutcome(
        roster.sheet,
        roster.record.name,
        header_row=roster.table.header.bottom + 1,
        rows=len(roster.row_numbers) + roster.table.skipped,
        created=len(sheet.ids.created),
        updated=updated,
        unchanged=len(sheet.ids.matched) - updated,
        rejected=len(roster.rejected),
        skipped=roster.table.skipped + len(sheet.skipped),
        problems=problems,
        changes=sheet.changes(),
    )
    outcome.verify_counts()
    return outcome


def _row_number(problem: Problem) -> int:
    """The row of the sheet that a problem is in: they are shown from top to bottom."""
    return int(problem.cell.rpartition("!")[2].strip(ascii_uppercase) or LAST_ROW)


def _insert_batch(entry: Entry, outcome: FileOutcome, read_as: str) -> int:
    """Store the outcome of a file and return the number of its batch.

    Its changes stand in the history already, what was only tidied is found in the file again.
    """
    sheets = [
        replace(
            sheet, problems=[problem for problem in sheet.problems if problem.severity != "fixed"], changes=[]
        ).as_json()
        for sheet in outcome.sheets
    ]
    sql = "INSERT INTO batch (entry, file, sha256, asked, outcome) VALUES (?, ?, ?, ?, ?)"
    stored = json.dumps({"sheets": sheets}, ensure_ascii=False)
    return entry.connection.execute(sql, (entry.id, outcome.file, outcome.sha256, read_as, stored)).lastrowid or 0


def _insert_sources(connection: sqlite3.Connection, batch: int, sheets: Sequence[LoadedSheet]) -> None:
    """Store for every record which row of which sheet named it."""
    for loaded in sheets:
        record, sheet, row_numbers = loaded.roster.record.name, loaded.roster.sheet, loaded.roster.row_numbers
        # A row may tell of one record twice, in two blocks side by side.
        connection.executemany(
            "INSERT OR IGNORE INTO source (record, record_id, batch, sheet, row) VALUES (?, ?, ?, ?, ?)",
            (
                (record, id_, batch, sheet, row_numbers[index])
                for index, id_ in chain(loaded.ids.created.items(), loaded.ids.matched.items())
            ),
        )
