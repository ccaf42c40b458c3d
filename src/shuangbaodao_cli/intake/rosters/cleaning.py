"""Raw cells under a header → cleaned columns, with a problem for every doubt and every change of a cell.

Columns rather than rows: a value that stands in a column a thousand times is cleaned once. What a table
holds beside our fields is kept with its rows: columns that we do not know, comments on cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import column_letter
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
from shuangbaodao_cli.model.record import DATE_RANGES
from shuangbaodao_cli.problems import InvalidValue, Problem
from shuangbaodao_cli.values.cleaners import CleaningContext, as_text
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
    for column, text in sorted({**header.unknown, **header.duplicates}.items()):
        heading = f"{text}（{column_letter(column)}列）" if text in roster.extra else text
        cells = [as_text(row[column]).strip() for row in roster.table.body]
        roster.extra[heading] = cells
        for index, cell in enumerate(cells):
            if cell.startswith(_SUSPECT_STARTS):
                _check_suspect_cell(roster, heading, column, index)


def _check_suspect_cell(roster: Roster, heading: str, column: int, index: int) -> None:
    """Add the problem of a cell that shows an error or a formula; a picture counts as empty."""
    cell = roster.table.body[index][column]
    note = error_note(cell)
    if is_picture(cell):
        roster.extra[heading][index] = ""
        note = Note("fixed", "picture", f"“{heading}”这一格是图片，当作没有填")
    if note is not None:
        severity = "warning" if note.severity == "error" else note.severity  # nothing of ours is in that column
        address = f"{roster.sheet}!{column_letter(roster.table.sheet_column(column, index))}{roster.row_numbers[index]}"
        roster.problems.append(Problem(note.kind, severity, address, "", as_text(cell), note.message))


def add_comments(roster: Roster) -> None:
    """Keep the comments on cells with their rows, each with a warning."""
    for index, comments in roster.table.comments.items():
        for cell, comment in comments:
            text = comment.strip()
            roster.add_extra(index, COMMENTS, text)
            message = f"这一格有批注“{text}”，附在这一行上；如果说的是数据，请写进表里"
            roster.problems.append(Problem("comment", "warning", f"{roster.sheet}!{cell}", "", text, message))


def warn_headings(roster: Roster) -> None:
    """Warn of columns that we do not know, and of those whose meaning an earlier one has."""
    header = roster.table.header
    for column, heading in header.duplicates.items():
        message = f"“{heading}”与前面一列意思相同，以前面一列为准，这一列原样附在每一行上；如果两列不同，请改一下表头"
        roster.problems.append(_heading_problem(roster, "duplicate_header", column, heading, message))
    for column, heading in header.unknown.items():
        message = f"不认识“{heading}”这一列，内容会原样附在每一行上"
        roster.problems.append(_heading_problem(roster, "unknown_header", column, heading, message))


def _heading_problem(roster: Roster, kind: str, column: int, heading: str, message: str) -> Problem:
    address = f"{roster.sheet}!{column_letter(column)}{roster.table.header.bottom + 1}"
    return Problem(kind, "warning", address, "", heading, message)


NotesByCell = dict[Any, CellNotes]
"""Content of a cell → its notes, wherever it stands in its column."""
NotedCells = list[tuple[int, Any, CellNotes]]
"""The cells with notes: index of the row, content, notes."""
DayRanges = list[tuple[int, "Field", Any, str]]
"""Cells that name several days: index of the row, field, content, the last day."""


def read_roster(table: Table, categories: Mapping[str, Sequence[str]] | None = None) -> Roster:
    """Clean everything under the header. Nothing raises: problems are collected, cell by cell.

    ``categories`` are the office's own words that lead to a category.
    """
    header = table.header
    roster = Roster(table, problems=list(table.problems))
    add_unknown_columns(roster)
    warn_headings(roster)
    add_comments(roster)
    setting = CleaningContext(
        header.year, month=header.month, in_roster=True, date_shift=table.shift, categories=categories
    )
    ranges: DayRanges = []
    for index, column in header.columns.items():
        cells = [row[index] for row in table.body]
        noted_cells = _clean_column(roster, column, cells, setting._replace(unit=header.units[index]))
        _add_problems(roster, column, index, noted_cells)
        ranges += _add_extras(roster, column, noted_cells)
    ranges += _fill_captions(roster, setting)
    _set_end_days(roster, ranges)
    check_roster(roster)
    derive_minutes(roster)
    return roster


def _clean_column(roster: Roster, column: Field, cells: list[Any], setting: CleaningContext) -> NotedCells:
    """Put the cleaned values of a column into the roster; returns the cells with notes."""
    memo: dict[Any, Any] = {"": None, None: None}
    notes: NotesByCell = {}
    plain = column.type is not MINUTES and not (column.name == "date" and setting.month)
    values: list[Any] = []
    add_value, memoized = values.append, memo.get
    for cell in cells:
        value = memoized(cell, memo)  # the memo itself is no value: it says that this cell is a new one
        if value is memo:
            value = memo[cell] = _clean_cell(cell, column, setting, notes, plain=plain)
        add_value(value)
    roster.columns[column.name] = values
    return [(index, cell, notes[cell]) for index, cell in enumerate(cells) if cell in notes] if notes else []


def _add_problems(roster: Roster, column: Field, column_index: int, noted_cells: NotedCells) -> None:
    table, name = roster.table, column.name
    first_block_letter = column_letter(column_index)
    for index, cell, cell_notes in noted_cells:
        letter = column_letter(table.sheet_column(column_index, index)) if table.blocks else first_block_letter
        address, value = f"{table.sheet}!{letter}{table.row_numbers[index]}", as_text(cell)
        for severity, kind, message in cell_notes.notes:
            roster.append_problem(index, Problem(kind, severity, address, name, value, message))


def _add_extras(roster: Roster, column: Field, noted_cells: NotedCells) -> DayRanges:
    """Keep with the rows what their cells hold beside the value; returns the cells that name several days."""
    ranges: DayRanges = []
    for index, cell, cell_notes in noted_cells:
        if cell_notes.extra:
            roster.add_extra(index, *cell_notes.extra)
        if cell_notes.until:
            ranges.append((index, column, cell, cell_notes.until))
    return ranges


def _clean_cell(cell: Any, column: Field, setting: CleaningContext, notes: NotesByCell, *, plain: bool = False) -> Any:
    """The value of a cell; its notes are added to ``notes``.

    ``plain``: a cell that is its own value has no notes.
    """
    if isinstance(cell, str) and (len(cell) <= MAX_EMPTY_WORD_LENGTH or cell[0] in SUSPECT_STARTS):
        if cell.isspace():
            return None
        if note := empty_note(cell, column) or error_note(cell):
            notes[cell] = CellNotes([note])
            return None
    try:
        value = column.type.clean(cell, setting)
    except InvalidValue as unfit:
        if column.type is not CATEGORY or unfit.kind != "choice_unknown":
            notes[cell] = invalid_notes(cell, column, unfit)
            return None
        message = f"“{as_text(cell)}”看不出属于哪个服务类别，先归入“其他”，请核对"
        notes[cell] = CellNotes([Note("warning", unfit.kind, message)], (column.label, as_text(cell).strip()))
        return "其他"
    if plain and value == cell and not isinstance(value, Approx):
        return value
    if cell_notes := value_notes(cell, value, column, setting):
        notes[cell] = cell_notes
    return str(value) if isinstance(value, str) else value


def _fill_captions(roster: Roster, setting: CleaningContext) -> DayRanges:
    """Give what is said once above the table to every row whose own cell is empty.

    Returns those of them that name several days.
    """
    ranges: DayRanges = []
    fields = {column.name: column for column in roster.record.roster_fields()}
    for name, (cell, place) in roster.table.caption_values.items():
        column, notes = fields[name], NotesByCell()
        value = _clean_cell(cell, column, setting, notes)
        cell_notes = notes.get(cell, CellNotes())
        for severity, kind, message in cell_notes.notes:
            softened = "warning" if severity == "error" else severity  # it is no row that is refused
            address = f"{roster.sheet}!{place}"
            roster.problems.append(Problem(kind, softened, address, name, as_text(cell), message))
        values = roster.columns.setdefault(name, [None] * len(roster.row_numbers))
        if value is None:
            continue
        empty = [
            index for index, own in enumerate(values) if own is None and (index, name) not in roster.rejected_cells
        ]
        for index in empty:
            values[index] = value
        ranges += _add_extras(roster, column, [(index, cell, cell_notes) for index in empty])
    return ranges


def _set_end_days(roster: Roster, ranges: DayRanges) -> None:
    """Put the last of several days where the record has a field for it, else keep the words with the row."""
    ends, fields = dict(DATE_RANGES), {column.name for column in roster.record.fields}
    for index, column, cell, until in ranges:
        first, end = roster.columns[column.name][index], ends.get(column.name)
        if end in fields:
            end_days = roster.columns.setdefault(end, [None] * len(roster.row_numbers))
            if end_days[index] is None and (index, end) not in roster.rejected_cells:
                end_days[index] = until
            if end_days[index] == until:
                message = f"{column.label}：“{as_text(cell)}”记为 {first} 至 {until}"
                roster.add_problem(index, column.name, "fixed", "date_range", cell, message)
                continue
        roster.add_extra(index, column.label, as_text(cell).strip())
        message = f"{column.label}：“{as_text(cell)}”是一段日期，只收了起始日 {first}，原文附在这一行上，请核对"
        roster.add_problem(index, column.name, "warning", "date_range", cell, message)
