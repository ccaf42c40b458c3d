"""Raw cells under a header → cleaned columns, with every doubt and every change named by its cell.

Columns rather than rows: a value that stands in a column a thousand times is cleaned once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.beside import keep_comments, keep_unknown, tell_headings
from shuangbaodao_cli.intake.checking import check
from shuangbaodao_cli.intake.roster import Roster
from shuangbaodao_cli.intake.rows import letter
from shuangbaodao_cli.intake.telling import ODD, SHORT, Note, Said, of_broken, of_nothing, of_taken, of_unfit
from shuangbaodao_cli.problems import Problem, Unfit
from shuangbaodao_cli.vocabulary.categories import CATEGORY
from shuangbaodao_cli.vocabulary.numbers import Approx
from shuangbaodao_cli.vocabulary.record import SPANS
from shuangbaodao_cli.vocabulary.types import MINUTES, Setting, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.intake.tables import Table
    from shuangbaodao_cli.vocabulary.record import Field

Told = dict[Any, Said]
"""What is to be said of a cell's content wherever it stands in its column."""
Spoken = list[tuple[int, Any, Said]]
"""The cells of which something is to be said: position, content, what."""
Ranges = list[tuple[int, "Field", Any, str]]
"""Cells that name several days: position, column, content, the last day."""


def read_roster(table: Table, categories: Mapping[str, Sequence[str]] | None = None) -> Roster:
    """Clean everything under the header. Nothing raises: problems are collected, cell by cell.

    ``categories`` are the office's own words that lead to a category.
    """
    header = table.header
    roster = Roster(table, problems=list(table.problems))
    keep_unknown(roster)
    tell_headings(roster)
    keep_comments(roster)
    around = Setting(header.year, month=header.month, in_roster=True, shift=table.shift, categories=categories)
    ranges: Ranges = []
    for at, column in header.columns.items():
        setting = around._replace(unit=header.units[at])
        spoken = _clean_column(roster, column, [row[at] for row in table.body], setting)
        _tell(roster, column, at, spoken)
        ranges += _keep_beside(roster, column, spoken)
    ranges += _fill_given(roster, around)
    _set_ends(roster, ranges)
    check(roster)
    return roster


def _clean_column(roster: Roster, column: Field, cells: list[Any], setting: Setting) -> Spoken:
    memo: dict[Any, Any] = {"": None, None: None}
    told: Told = {}
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


def _tell(roster: Roster, column: Field, at: int, spoken: Spoken) -> None:
    table, name = roster.table, column.name
    place, fixed = f"{table.sheet}!", letter(at)
    for position, cell, said in spoken:
        stands = letter(table.column(at, position)) if table.blocks else fixed
        where, value = f"{place}{stands}{table.numbers[position]}", words(cell)
        for severity, kind, message in said.notes:
            roster.add(position, Problem(kind, severity, where, name, value, message))


def _keep_beside(roster: Roster, column: Field, spoken: Spoken) -> Ranges:
    """Keep with the rows what their cells say beside the value; the cells that name several days."""
    ranges: Ranges = []
    for at, cell, said in spoken:
        if said.beside:
            roster.keep(at, *said.beside)
        if said.until:
            ranges.append((at, column, cell, said.until))
    return ranges


def _clean_cell(cell: Any, column: Field, setting: Setting, told: Told, *, plain: bool = False) -> Any:
    """The value of a cell, and in ``told`` what is to be said of it.

    ``plain``: of a cell that is its own value nothing is to be said.
    """
    if isinstance(cell, str) and (len(cell) <= SHORT or cell[0] in ODD):
        if cell.isspace():
            return None
        if note := of_nothing(cell, column) or of_broken(cell):
            told[cell] = Said([note])
            return None
    try:
        value = column.type.clean(cell, setting)
    except Unfit as unfit:
        if column.type is not CATEGORY or unfit.kind != "choice_unknown":
            told[cell] = of_unfit(cell, column, unfit)
            return None
        message = f"“{words(cell)}”看不出属于哪个服务类别，先归入“其他”，请核对"
        told[cell] = Said([Note("warning", unfit.kind, message)], (column.label, words(cell).strip()))
        return "其他"
    if plain and value == cell and not isinstance(value, Approx):
        return value
    if said := of_taken(cell, value, column, setting):
        told[cell] = said
    return str(value) if isinstance(value, str) else value


def _fill_given(roster: Roster, setting: Setting) -> Ranges:
    """Give what is said once above the table to every row that says nothing else."""
    ranges: Ranges = []
    fields = {column.name: column for column in roster.record.roster()}
    for name, (cell, place) in roster.table.given.items():
        column, told = fields[name], Told()
        value = _clean_cell(cell, column, setting, told)
        said = told.get(cell, Said())
        for severity, kind, message in said.notes:
            softened = "warning" if severity == "error" else severity  # it is no row that is refused
            where = f"{roster.sheet}!{place}"
            roster.problems.append(Problem(kind, softened, where, name, words(cell), message))
        held = roster.columns.setdefault(name, [None] * len(roster.rows))
        if value is None:
            continue
        bare = [at for at, own in enumerate(held) if own is None and (at, name) not in roster.wrong]
        for at in bare:
            held[at] = value
        ranges += _keep_beside(roster, column, [(at, cell, said) for at in bare])
    return ranges


def _set_ends(roster: Roster, ranges: Ranges) -> None:
    """Put the last of several days where the record has a field for it, else keep the words with the row."""
    ends, fields = dict(SPANS), {column.name for column in roster.record.fields}
    for at, column, cell, until in ranges:
        first, end = roster.columns[column.name][at], ends.get(column.name)
        if end in fields:
            held = roster.columns.setdefault(end, [None] * len(roster.rows))
            if held[at] is None and (at, end) not in roster.wrong:
                held[at] = until
            if held[at] == until:
                message = f"{column.label}：“{words(cell)}”记为 {first} 至 {until}"
                roster.tell(at, column.name, "fixed", "date_range", cell, message)
                continue
        roster.keep(at, column.label, words(cell).strip())
        message = f"{column.label}：“{words(cell)}”是一段日期，只收了起始日 {first}，原文附在这一行上，请核对"
        roster.tell(at, column.name, "warning", "date_range", cell, message)
