"""A file that was imported: known again by its hash, and taken in as one transaction."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.database import Entry, writing
from shuangbaodao_cli.ledger.loading import load
from shuangbaodao_cli.problems import Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.cleaning import Roster


LOADED = ("place", "org", "team", "person", "pairing", "checkin", "member", "activity", "participation", "outcome")
"""The order in which the sheets of one file are taken in: what others name comes first."""


@dataclass(slots=True)
class SheetOutcome:
    """What became of one sheet: rows = created + updated + unchanged + rejected + skipped."""

    sheet: str
    record: str
    header_row: int
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class FileOutcome:
    """What became of one file; ``again`` says when the same file was imported before."""

    file: str
    sha256: str
    sheets: list[SheetOutcome]
    batch: int | None = None
    again: str = ""

    def as_json(self) -> dict[str, Any]:
        """The object of the contract's import JSON."""
        return {"file": self.file, "sha256": self.sha256, "sheets": [asdict(sheet) for sheet in self.sheets]}


@dataclass(frozen=True, slots=True)
class Request:
    """How a file is to be taken in. ``asked`` tells apart two ways of reading the same file."""

    command: str
    asked: str
    new: bool = False
    again: bool = False


def take_in(
    connection: sqlite3.Connection, file: str, sha256: str, rosters: Sequence[Roster], request: Request
) -> FileOutcome:
    """Bring a file into the ledger, all of it or nothing; the same file a second time changes nothing."""
    if not request.again and (known := _before(connection, sha256, request.asked)) is not None:
        return known
    with writing(connection, request.command) as entry:
        before = connection.total_changes
        going = sorted(rosters, key=lambda roster: LOADED.index(roster.record.name))
        done = {roster.sheet: _load(entry, roster, new=request.new) for roster in going}
        outcome = FileOutcome(file, sha256, [done[roster.sheet] for roster in rosters])
        if connection.total_changes > before:
            said = json.dumps(outcome.as_json(), ensure_ascii=False)
            cursor = connection.execute(
                "INSERT INTO batch (entry, file, sha256, asked, outcome) VALUES (?, ?, ?, ?, ?)",
                (entry.id, file, sha256, request.asked, said),
            )
            outcome.batch = cursor.lastrowid
    return outcome


def _load(entry: Entry, roster: Roster, *, new: bool) -> SheetOutcome:
    loaded = load(entry, roster, new=new)
    return SheetOutcome(
        roster.sheet,
        roster.record.name,
        roster.header_row,
        len(roster.rows) + roster.skipped,
        loaded.created,
        loaded.updated,
        loaded.unchanged,
        len(roster.rejected),
        roster.skipped + len(roster.passed),
        sorted(roster.problems, key=_row),
    )


def _row(problem: Problem) -> int:
    """The row of the sheet that a problem is in: they are told from top to bottom."""
    return int(re.sub(r".*[A-Z]", "", problem.cell) or 0)


def _before(connection: sqlite3.Connection, sha256: str, asked: str) -> FileOutcome | None:
    """The outcome of the same file imported before, now all of it unchanged."""
    sql = (
        "SELECT b.id, b.file, b.outcome, e.at FROM batch AS b JOIN entry AS e ON e.id = b.entry "
        "WHERE b.sha256 = ? AND b.asked = ? ORDER BY b.id DESC LIMIT 1"
    )
    row = connection.execute(sql, (sha256, asked)).fetchone()
    if row is None:
        return None
    sheets = []
    for said in json.loads(row[2])["sheets"]:
        taken = said["created"] + said["updated"] + said["unchanged"]
        problems = [Problem(**problem) for problem in said["problems"]]
        sheets.append(SheetOutcome(**{**said, "created": 0, "updated": 0, "unchanged": taken, "problems": problems}))
    return FileOutcome(row[1], sha256, sheets, row[0], row[3][:16].replace("T", " "))
