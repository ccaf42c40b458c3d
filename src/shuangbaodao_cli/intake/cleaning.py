"""Raw cells under a header → cleaned columns, with every doubt and every change named by its cell.

Columns rather than rows: a value that stands in a column a thousand times is cleaned once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.problems import Problem, Severity, Unfit
from shuangbaodao_cli.vocabulary.days import lacks_year, today
from shuangbaodao_cli.vocabulary.numbers import Approx
from shuangbaodao_cli.vocabulary.record import SPANS
from shuangbaodao_cli.vocabulary.text import fold
from shuangbaodao_cli.vocabulary.types import COUNT, DAY, DAY_OR_MONTH, MINUTES, Setting, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shuangbaodao_cli.intake.headers import Header
    from shuangbaodao_cli.vocabulary.record import Field, Record

_FOOTERS = (
    "合计",
    "总计",
    "小计",
    "注:",
    "备注:",
    "说明:",
    "填表",
    "制表",
    "审核",
    "签字",
    "负责人签字",
    "社区书记",
    "社区党委书记",
)
_TOTALS = ("合计", "总计")


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


def letter(column: int) -> str:
    """The letter of a 0-based column: 0 → A, 27 → AB."""
    column, rest = divmod(column, 26)
    return (letter(column - 1) if column else "") + chr(65 + rest)


def read_roster(name: str, rows: Sequence[Sequence[Any]], header: Header) -> Roster:
    """Clean everything under the header. Nothing raises: problems are collected, cell by cell."""
    body, numbers, total_rows, skipped = _data_rows(rows, header)
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
    _check_required(roster)
    _check_future(roster)
    _check_spans(roster)
    _check_totals(roster, header, total_rows)
    return roster


def _data_rows(
    rows: Sequence[Sequence[Any]], header: Header
) -> tuple[list[Sequence[Any]], list[int], list[tuple[int, Sequence[Any]]], int]:
    """The rows that hold data and their numbers, the rows of totals, and how many were passed over."""
    body: list[Sequence[Any]] = []
    numbers: list[int] = []
    totals: list[tuple[int, Sequence[Any]]] = []
    skipped = 0
    first = min(header.columns)
    needed = [at for at, column in header.columns.items() if column.required]
    heading = rows[header.row]
    for number, row in enumerate(rows[header.row + 1 :], header.row + 2):
        if not _special(row, first, needed, header.order):
            body.append(row)
            numbers.append(number)
        elif any(cell != "" for cell in row):
            skipped += 1
            if _first_text(row).startswith(_TOTALS):
                totals.append((number, row))
        if body and body[-1] is row and row == heading:
            body.pop()
            numbers.pop()
            skipped += 1
    return body, numbers, totals, skipped


def _special(row: Sequence[Any], first: int, needed: list[int], order: int | None) -> bool:
    """Whether a row is no data: blank, a total, a footer, a lone remark, or the template's example."""
    filled = row[first] != "" and all(row[at] != "" for at in needed)
    if filled and order is not None and isinstance(row[order], int | float):
        return False
    cells = [cell for cell in row if cell != "" and not (isinstance(cell, str) and cell.isspace())]
    if not cells or (order is not None and row[order] == "示例") or _first_text(row).startswith(_FOOTERS):
        return True
    lone = not filled and len(cells) == 1
    return lone and (any(cell != "" for cell in row[: first + 1]) or (order is not None and row[order] != ""))


def _first_text(row: Sequence[Any]) -> str:
    return next((fold(cell) for cell in row if isinstance(cell, str) and cell.strip()), "")


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
    try:
        value = clean(cell, setting)
    except Unfit as unfit:
        if column.name == "category":
            told[cell] = ("warning", "choice_unknown", f"“{cell}”看不出属于哪个服务类别，先归入“其他”，请核对")
            return "其他"
        told[cell] = ("error", unfit.kind, f"{column.label}：{unfit.message}")
        return None
    if value == cell and not isinstance(value, Approx):
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
        if isinstance(cell, float) and _rounded_down(cell, value, setting):
            return "fixed", "normalized", f"{label}：“{words(cell)}”按 {value} 分钟计，不进位"
        return None
    if isinstance(cell, str) and (shown := column.type.show(value)) != cell:
        kind = "category_guessed" if column.name == "category" else "normalized"
        return "fixed", kind, f"{label}：“{cell}”记为“{shown}”"
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


def _check_required(roster: Roster) -> None:
    for column in roster.record.fields:
        if not column.required or column.name not in roster.columns:
            continue
        for at, value in enumerate(roster.columns[column.name]):
            if value is None and (at, column.name) not in roster.wrong:
                roster.tell(
                    at, column.name, "error", "value_missing", "", f"{column.label}没有填，这一行没有收进来，请补上"
                )


def _check_future(roster: Roster) -> None:
    now = today()
    limit = now.replace(year=now.year + 1, day=min(now.day, 28)).isoformat()
    for column in roster.record.roster():
        values = roster.columns.get(column.name)
        if column.type is not DAY or values is None or column.name in {"until", "end_date"}:
            continue
        for at, value in enumerate(values):
            if value is None or value <= now.isoformat():
                continue
            if value > limit:
                roster.tell(
                    at, column.name, "error", "date_invalid", value, f"{column.label} {value} 在一年以后，请核对"
                )
            else:
                roster.tell(at, column.name, "warning", "date_future", value, f"{column.label} {value} 还没到，请核对")


def _check_spans(roster: Roster) -> None:
    """Refuse a row whose end stands before its beginning."""
    for start, end in SPANS:
        pairs = zip(roster.columns.get(start, ()), roster.columns.get(end, ()), strict=False)
        for at, (first, last) in enumerate(pairs):
            if first is not None and last is not None and last < first:
                message = f"{roster.record[end].label} {last} 在{roster.record[start].label} {first} 之前，请核对"
                roster.tell(at, end, "error", "date_invalid", last, message)


def _check_totals(roster: Roster, header: Header, total_rows: list[tuple[int, Sequence[Any]]]) -> None:
    """Hold the last printed 合计 against the sum of the rows above it."""
    if not total_rows:
        return
    for at, column in header.columns.items():
        number, row = total_rows[-1]
        printed = row[at]
        if column.type not in {COUNT, MINUTES} or not isinstance(printed, int | float):
            continue
        total = sum(value for value in roster.columns[column.name] if value is not None)
        said = round(printed * (60 if column.type is MINUTES and header.units[at] == "小时" else 1))
        if said != total:
            shown = column.type.show(total)
            message = f"{column.label}：合计行写的是 {words(printed)}，各行加起来是 {shown}，请核对"
            place = f"{roster.sheet}!{letter(at)}{number}"
            roster.problems.append(Problem("total_mismatch", "warning", place, column.name, words(printed), message))
