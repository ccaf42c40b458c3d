"""Raw cells under a header → cleaned columns, with every doubt and every change named by its cell.

Columns rather than rows: a value that stands in a column a thousand times is cleaned once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.checking import check
from shuangbaodao_cli.intake.rows import data_rows, letter
from shuangbaodao_cli.problems import Problem, Severity, Unfit
from shuangbaodao_cli.vocabulary.days import lacks_year
from shuangbaodao_cli.vocabulary.numbers import DAY_LONG, Approx
from shuangbaodao_cli.vocabulary.types import DAY, DAY_OR_MONTH, MINUTES, Setting, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shuangbaodao_cli.intake.headers import Header
    from shuangbaodao_cli.vocabulary.record import Field, Record


@dataclass(slots=True)
class Roster:
    """The rows of one sheet, cleaned. Lists in ``columns`` and ``rows`` go side by side.

    ``rows`` are the row numbers as a person counts them; ``rejected`` are positions in the lists.
    """

    sheet: str
    record: Record
    header_row: int
    rows: list[int]
    columns: dict[str, list[Any]]
    letters: dict[str, str]
    extra: dict[str, list[str]]
    skipped: int = 0
    rejected: set[int] = field(default_factory=set)
    passed: set[int] = field(default_factory=set)
    """Positions of rows that were left out for a reason that was told."""
    wrong: set[tuple[int, str]] = field(default_factory=set)
    """Position and field of every cell that refused its row."""
    problems: list[Problem] = field(default_factory=list)

    def cell(self, name: str, at: int) -> str:
        """Where a value stands, as ``Sheet!C17``."""
        return f"{self.sheet}!{self.letters.get(name, 'A')}{self.rows[at]}"

    def tell(self, at: int, name: str, severity: Severity, kind: str, value: object, message: str) -> None:
        """Keep a problem of one cell; an error refuses its row."""
        if severity == "error":
            self.rejected.add(at)
            self.wrong.add((at, name))
        self.problems.append(Problem(kind, severity, self.cell(name, at), name, words(value), message))


Told = dict[Any, tuple["Severity", str, str]]
"""What is to be said of a cell's content wherever it stands in its column: severity, kind, message."""


NOTHING = {"无", "/", "／", "-", "—", "——", "--", "暂无", "空", "没有"}
"""What people put into a cell that has no number or day to hold."""


def read_roster(name: str, rows: Sequence[Sequence[Any]], header: Header) -> Roster:
    """Clean everything under the header. Nothing raises: problems are collected, cell by cell."""
    body, numbers, total_rows, skipped = data_rows(rows, header)
    roster = Roster(
        name,
        header.record,
        header.row + 1,
        numbers,
        {},
        {column.name: letter(at) for at, column in header.columns.items()},
        {heading: [words(row[at]).strip() for row in body] for at, heading in header.unknown.items()},
        skipped,
    )
    _tell_headings(roster, header)
    for at, column in header.columns.items():
        _clean_column(roster, column, [row[at] for row in body], Setting(header.year, header.units[at]))
    check(roster, header, total_rows)
    return roster


def _clean_column(roster: Roster, column: Field, cells: list[Any], setting: Setting) -> None:
    clean = column.type.clean
    memo: dict[Any, Any] = {"": None, None: None}
    told: Told = {}
    values: list[Any] = []
    keep, known = values.append, memo.get
    for cell in cells:
        value = known(cell, memo)  # the memo itself is no value: it says that this cell is a new one
        if value is memo:
            value = memo[cell] = _clean_cell(cell, column, clean, setting, told)
        keep(value)
    roster.columns[column.name] = values
    if told:
        for at, cell in enumerate(cells):
            if cell in told:
                severity, kind, message = told[cell]
                roster.tell(at, column.name, severity, kind, cell, message)


def _clean_cell(
    cell: Any,
    column: Field,
    clean: Callable[[Any, Setting], Any],
    setting: Setting,
    told: Told,
) -> Any:
    if isinstance(cell, str) and not cell.strip():
        return None
    if isinstance(cell, str) and column.type.name not in {"text", "name"} and cell.strip() in NOTHING:
        told[cell] = ("fixed", "normalized", f"{column.label}：“{cell}”当作没有填")
        return None
    try:
        value = clean(cell, setting)
    except Unfit as unfit:
        if column.name == "category":
            told[cell] = ("warning", "choice_unknown", f"“{cell}”看不出属于哪个服务类别，先归入“其他”，请核对")
            return "其他"
        told[cell] = ("error", unfit.kind, f"{column.label}：{unfit.message}")
        return None
    if value == cell and column.type is not MINUTES and not isinstance(value, Approx):
        return value
    if said := _what_was_done(cell, value, column, setting):
        told[cell] = said
    return value


def _what_was_done(cell: Any, value: Any, column: Field, setting: Setting) -> tuple[Severity, str, str] | None:
    """What is to be said of a cell that was taken otherwise than it stands there."""
    label = column.label
    if isinstance(value, Approx):
        return "fixed", "approximate", f"{label}：“{cell}”按 {int(value)} 计入，并标为约数"
    if column.type is DAY or column.type is DAY_OR_MONTH:
        return _how_dated(cell, value, label, setting)
    if column.type is MINUTES:
        return _how_long(cell, value, label, setting)
    if isinstance(cell, str) and (shown := column.type.show(value)) != cell:
        kind = "category_guessed" if column.name == "category" else "normalized"
        return "fixed", kind, f"{label}：“{cell}”记为“{shown}”"
    return None


def _how_long(cell: Any, value: int, label: str, setting: Setting) -> tuple[Severity, str, str] | None:
    if value > DAY_LONG:
        return "warning", "number_invalid", f"{label}：{words(cell)} 超过一天，是不是把分钟写成了小时？请核对"
    if isinstance(cell, float) and _rounded_down(cell, value, setting):
        return "fixed", "normalized", f"{label}：“{words(cell)}”按 {value} 分钟计，不进位"
    return None


def _how_dated(cell: Any, value: str, label: str, setting: Setting) -> tuple[Severity, str, str] | None:
    written = words(cell)
    if not isinstance(cell, str | int | float) or written == value:
        return None
    if lacks_year(written):
        severity: Severity = "warning" if setting.year is None else "fixed"
        doubt = f"；也可能是 {written}0，请核对" if isinstance(cell, float) and re.search(r"\.[123]$", written) else ""
        severity = "warning" if doubt else severity
        return severity, "year_assumed", f"{label}：“{written}”没写年份，记为 {value}{doubt}"
    return "fixed", "normalized", f"{label}：“{written}”记为“{value}”"


def _rounded_down(cell: float, minutes: int, setting: Setting) -> bool:
    return abs(cell * (60 if setting.unit == "小时" else 1) - minutes) > 1e-6


def _tell_headings(roster: Roster, header: Header) -> None:
    place = f"{roster.sheet}!{{}}{header.row + 1}"
    for at, heading in header.twice.items():
        message = f"“{heading}”与前面一列意思相同，这一列没有采用；如果两列不同，请改一下表头"
        roster.problems.append(Problem("duplicate_header", "warning", place.format(letter(at)), "", heading, message))
    for at, heading in header.unknown.items():
        message = f"不认识“{heading}”这一列，内容会原样附在每一行上"
        roster.problems.append(Problem("unknown_header", "warning", place.format(letter(at)), "", heading, message))
