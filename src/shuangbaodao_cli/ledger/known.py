"""A file that was imported before: what became of it then holds now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.outcomes import FileOutcome, SheetOutcome
from shuangbaodao_cli.problems import Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.roster import Roster


def is_known(connection: sqlite3.Connection, sha256: str, asked: str) -> bool:
    """Whether a file was imported before, read in the same way, and not taken back."""
    sql = "SELECT 1 FROM batch WHERE sha256 = ? AND asked = ? AND undone IS NULL"
    return connection.execute(sql, (sha256, asked)).fetchone() is not None


def before(connection: sqlite3.Connection, sha256: str, asked: str) -> FileOutcome | None:
    """The outcome of the same file imported before and not taken back, now all of it unchanged.

    What was only tidied in its cells is not kept: it is found in the file again.
    """
    sql = (
        "SELECT b.id, b.file, b.outcome, e.at FROM batch AS b JOIN entry AS e ON e.id = b.entry "
        "WHERE b.sha256 = ? AND b.asked = ? AND b.undone IS NULL ORDER BY b.id DESC LIMIT 1"
    )
    row = connection.execute(sql, (sha256, asked)).fetchone()
    if row is None:
        return None
    sheets = []
    for said in json.loads(row[2])["sheets"]:
        taken = said["created"] + said["updated"] + said["unchanged"]
        problems = [Problem(**problem) for problem in said["problems"] if problem["severity"] != "fixed"]
        sheets.append(SheetOutcome(**{**said, "created": 0, "updated": 0, "unchanged": taken, "problems": problems}))
    return FileOutcome(row[1], sha256, sheets, row[0], row[3][:16].replace("T", " "))


def recall(roster: Roster, problems: Sequence[Problem]) -> None:
    """Refuse again the rows that the ledger refused when the same file was imported before."""
    told = {problem.cell: problem for problem in problems if problem.severity == "error"}
    known = {problem.cell for problem in roster.problems if problem.severity == "error"}
    names = [field.name for field in roster.record.roster() if told.keys() - known]
    for at in range(len(roster.rows)):
        for name in names:
            cell = roster.cell(name, at)
            if cell in told and cell not in known and told[cell].field == name:
                roster.rejected.add(at)
                roster.wrong.add((at, name))
                roster.problems.append(told[cell])
