"""What a table says beside our fields: columns that we do not know, comments on cells, doubtful headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.rows import letter
from shuangbaodao_cli.intake.telling import Note, is_picture, of_broken
from shuangbaodao_cli.problems import Problem
from shuangbaodao_cli.vocabulary.types import words

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.roster import Roster

COMMENTS = "批注"
_ODD = ("#", "=")
"""How a cell begins that shows an error, holds a picture or a formula without its result."""


def keep_unknown(roster: Roster) -> None:
    """Keep the columns that we do not know, or that say something twice, as they stand."""
    header = roster.table.header
    for at, said in sorted({**header.unknown, **header.twice}.items()):
        heading = f"{said}（{letter(at)}列）" if said in roster.extra else said
        texts = [words(row[at]).strip() for row in roster.table.body]
        roster.extra[heading] = texts
        for position, text in enumerate(texts):
            if text.startswith(_ODD):
                _tell_odd(roster, heading, at, position)


def _tell_odd(roster: Roster, heading: str, at: int, position: int) -> None:
    cell = roster.table.body[position][at]
    note = of_broken(cell)
    if is_picture(cell):
        roster.extra[heading][position] = ""
        note = Note("fixed", "picture", f"“{heading}”这一格是图片，当作没有填")
    if note is not None:
        severity = "warning" if note.severity == "error" else note.severity  # nothing of ours is in that column
        where = f"{roster.sheet}!{letter(roster.table.column(at, position))}{roster.rows[position]}"
        roster.problems.append(Problem(note.kind, severity, where, "", words(cell), note.message))


def keep_comments(roster: Roster) -> None:
    """Keep the comments that hang on cells with their rows."""
    for position, comments in roster.table.comments.items():
        for cell, said in comments:
            text = said.strip()
            roster.keep(position, COMMENTS, text)
            message = f"这一格有批注“{text}”，附在这一行上；如果说的是数据，请写进表里"
            roster.problems.append(Problem("comment", "warning", f"{roster.sheet}!{cell}", "", text, message))


def tell_headings(roster: Roster) -> None:
    """Tell of columns without a meaning to us, and of those whose meaning an earlier one has."""
    header = roster.table.header
    for at, heading in header.twice.items():
        message = f"“{heading}”与前面一列意思相同，以前面一列为准，这一列原样附在每一行上；如果两列不同，请改一下表头"
        roster.problems.append(_of_heading(roster, "duplicate_header", at, heading, message))
    for at, heading in header.unknown.items():
        message = f"不认识“{heading}”这一列，内容会原样附在每一行上"
        roster.problems.append(_of_heading(roster, "unknown_header", at, heading, message))


def _of_heading(roster: Roster, kind: str, at: int, heading: str, message: str) -> Problem:
    place = f"{roster.sheet}!{letter(at)}{roster.table.header.row + 1}"
    return Problem(kind, "warning", place, "", heading, message)
