"""Raw cells under a header → cleaned columns, with every doubt and every change named by its cell.

Columns rather than rows: a value that stands in a column a thousand times is cleaned once. What a table
says beside our fields is kept: columns that we do not know, comments on cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import letter
from shuangbaodao_cli.intake.rosters.cell_notes import (
    MAX_EMPTY_WORD_LENGTH,
    SUSPECT_STARTS,
    CellNotes,
    Note,
    empty_note,
    error_note,
    invalid_notes,
    is_picture,
    value_notes,
)
from shuangbaodao_cli.intake.rosters.checks import check_roster
from shuangbaodao_cli.intake.rosters.roster import Roster
from shuangbaodao_cli.intake.rosters.totals import derive_minutes
from shuangbaodao_cli.model.categories import CATEGORY
from shuangbaodao_cli.model.record import SPANS
from shuangbaodao_cli.problems import Problem, Unfit
from shuangbaodao_cli.values.cleaners import Setting, words
from shuangbaodao_cli.values.numbers import Approx
from shuangbaodao_cli.values.types import MINUTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.intake.rosters.model import Table
    from shuangbaodao_cli.model.record import Field

COMMENTS = "批注"
_SUSPECT_STARTS = ("#", "=")
"""How a cell begins that shows an error, holds a picture or a formula without its result."""


def add_unknown_columns(roster: Roster) -> None:
    """Keep the columns that we do not know, or that say something twice, as they stand."""
    header = roster.table.header
    for at, said in sorted({**header.unknown, **header.duplicates}.items()):
        heading = f"{said}（{letter(at)}列）" if said in roster.extra else said
        texts = [words(row[at]).strip() for row in roster.table.body]
        roster.extra[heading] = texts
        for position, text in enumerate(texts):
            if text.startswith(_SUSPECT_STARTS):
                _check_suspect_cell(roster, heading, at, position)


def _check_suspect_cell(roster: Roster, heading: str, column: int, index: int) -> None:
    cell = roster.table.body[index][column]
    note = error_note(cell)
    if is_picture(cell):
        roster.extra[heading][index] = ""
        note = Note("fixed", "picture", f"“{heading}”这一格是图片，当作没有填")
    if note is not None:
        severity = "warning" if note.severity == "error" else note.severity  # nothing of ours is in that column
        where = f"{roster.sheet}!{letter(roster.table.sheet_column(column, index))}{roster.row_numbers[index]}"
        roster.problems.append(Problem(note.kind, severity, where, "", words(cell), note.message))


def add_comments(roster: Roster) -> None:
    """Keep the comments that hang on cells with their rows."""
    for position, comments in roster.table.comments.items():
        for cell, said in comments:
            text = said.strip()
            roster.add_extra(position, COMMENTS, text)
            message = f"这一格有批注“{text}”，附在这一行上；如果说的是数据，请写进表里"
            roster.problems.append(Problem("comment", "warning", f"{roster.sheet}!{cell}", "", text, message))


def warn_headings(roster: Roster) -> None:
    """Tell of columns without a meaning to us, and of those whose meaning an earlier one has."""
    header = roster.table.header
    for at, heading in header.duplicates.items():
        message = f"“{heading}”与前面一列意思相同，以前面一列为准，这一列原样附在每一行上；如果两列不同，请改一下表头"
        roster.problems.append(_heading_problem(roster, "duplicate_header", at, heading, message))
    for at, heading in header.unknown.items():
        message = f"不认识“{heading}”这一列，内容会原样附在每一行上"
        roster.problems.append(_heading_problem(roster, "unknown_header", at, heading, message))


def _heading_problem(roster: Roster, kind: str, column: int, heading: str, message: str) -> Problem:
    place = f"{roster.sheet}!{letter(column)}{roster.table.header.bottom + 1}"
    return Problem(kind, "warning", place, "", heading, message)


NotesByCell = dict[Any, CellNotes]
"""What is to be said of a cell's content wherever it stands in its column."""
NotedCells = list[tuple[int, Any, CellNotes]]
"""The cells of which something is to be said: position, content, what."""
DayRanges = list[tuple[int, "Field", Any, str]]
"""Cells that name several days: position, column, content, the last day."""


def read_roster(table: Table, categories: Mapping[str, Sequence[str]] | None = None) -> Roster:
    """Clean everything under the header. Nothing raises: problems are collected, cell by cell.

    ``categories`` are the office's own words that lead to a category.
    """
    header = table.header
    roster = Roster(table, problems=list(table.problems))
    add_unknown_columns(roster)
    warn_headings(roster)
    add_comments(roster)
    around = Setting(header.year, month=header.month, in_roster=True, shift=table.shift, categories=categories)
    ranges: DayRanges = []
    for at, column in header.columns.items():
        setting = around._replace(unit=header.units[at])
        spoken = _clean_column(roster, column, [row[at] for row in table.body], setting)
        _add_problems(roster, column, at, spoken)
        ranges += _add_extras(roster, column, spoken)
    ranges += _fill_captions(roster, around)
    _set_end_days(roster, ranges)
    check_roster(roster)
    derive_minutes(roster)
    return roster


def _clean_column(roster: Roster, column: Field, cells: list[Any], setting: Setting) -> NotedCells:
    memo: dict[Any, Any] = {"": None, None: None}
    told: NotesByCell = {}
    plain = column.type is not MINUTES and not (column.name == "date" and setting.month)
    values: list[Any] = []
    keep, known = values.append, memo.get
    for cell in cells:
        value = known(cell, memo)  # the memo itself is no value: it says that this cell is a new one
        if value is memo:
            value = memo[cell] = _clean_cell(cell, column, setting, told, plain=plain)
        keep(value)
    roster.columns[column.name] = values
    return [(at, cell, told[cell]) for at, cell in enumerate(cells) if cell in told] if told else []


def _add_problems(roster: Roster, column: Field, column_index: int, noted_cells: NotedCells) -> None:
    table, name = roster.table, column.name
    place, fixed = f"{table.sheet}!", letter(column_index)
    for position, cell, said in noted_cells:
        stands = letter(table.sheet_column(column_index, position)) if table.blocks else fixed
        where, value = f"{place}{stands}{table.row_numbers[position]}", words(cell)
        for severity, kind, message in said.notes:
            roster.append_problem(position, Problem(kind, severity, where, name, value, message))


def _add_extras(roster: Roster, column: Field, noted_cells: NotedCells) -> DayRanges:
    """Keep with the rows what their cells say beside the value; the cells that name several days."""
    ranges: DayRanges = []
    for at, cell, said in noted_cells:
        if said.extra:
            roster.add_extra(at, *said.extra)
        if said.until:
            ranges.append((at, column, cell, said.until))
    return ranges


def _clean_cell(cell: Any, column: Field, setting: Setting, notes: NotesByCell, *, plain: bool = False) -> Any:
    """The value of a cell, and in ``told`` what is to be said of it.

    ``plain``: of a cell that is its own value nothing is to be said.
    """
    if isinstance(cell, str) and (len(cell) <= MAX_EMPTY_WORD_LENGTH or cell[0] in SUSPECT_STARTS):
        if cell.isspace():
            return None
        if note := empty_note(cell, column) or error_note(cell):
            notes[cell] = CellNotes([note])
            return None
    try:
        value = column.type.clean(cell, setting)
    except Unfit as unfit:
        if column.type is not CATEGORY or unfit.kind != "choice_unknown":
            notes[cell] = invalid_notes(cell, column, unfit)
            return None
        message = f"“{words(cell)}”看不出属于哪个服务类别，先归入“其他”，请核对"
        notes[cell] = CellNotes([Note("warning", unfit.kind, message)], (column.label, words(cell).strip()))
        return "其他"
    if plain and value == cell and not isinstance(value, Approx):
        return value
    if said := value_notes(cell, value, column, setting):
        notes[cell] = said
    return str(value) if isinstance(value, str) else value


def _fill_captions(roster: Roster, setting: Setting) -> DayRanges:
    """Give what is said once above the table to every row that says nothing else."""
    ranges: DayRanges = []
    fields = {column.name: column for column in roster.record.roster()}
    for name, (cell, place) in roster.table.caption_values.items():
        column, told = fields[name], NotesByCell()
        value = _clean_cell(cell, column, setting, told)
        said = told.get(cell, CellNotes())
        for severity, kind, message in said.notes:
            softened = "warning" if severity == "error" else severity  # it is no row that is refused
            where = f"{roster.sheet}!{place}"
            roster.problems.append(Problem(kind, softened, where, name, words(cell), message))
        held = roster.columns.setdefault(name, [None] * len(roster.row_numbers))
        if value is None:
            continue
        bare = [at for at, own in enumerate(held) if own is None and (at, name) not in roster.rejected_cells]
        for at in bare:
            held[at] = value
        ranges += _add_extras(roster, column, [(at, cell, said) for at in bare])
    return ranges


def _set_end_days(roster: Roster, ranges: DayRanges) -> None:
    """Put the last of several days where the record has a field for it, else keep the words with the row."""
    ends, fields = dict(SPANS), {column.name for column in roster.record.fields}
    for at, column, cell, until in ranges:
        first, end = roster.columns[column.name][at], ends.get(column.name)
        if end in fields:
            held = roster.columns.setdefault(end, [None] * len(roster.row_numbers))
            if held[at] is None and (at, end) not in roster.rejected_cells:
                held[at] = until
            if held[at] == until:
                message = f"{column.label}：“{words(cell)}”记为 {first} 至 {until}"
                roster.add_problem(at, column.name, "fixed", "date_range", cell, message)
                continue
        roster.add_extra(at, column.label, words(cell).strip())
        message = f"{column.label}：“{words(cell)}”是一段日期，只收了起始日 {first}，原文附在这一行上，请核对"
        roster.add_problem(at, column.name, "warning", "date_range", cell, message)
