"""A workbook → the rosters in it: the tables on each sheet, their record type recognised by their headings.

Here it is decided which of several record types a table lists, and which sheets hold no roster at all.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import FileError, NotFound
from shuangbaodao_cli.intake.files.cell_colours import COLOUR_NAMES, ROWS_PER_MARKED_ROW
from shuangbaodao_cli.intake.files.sheet import column_letter
from shuangbaodao_cli.intake.rosters.cleaning import read_roster
from shuangbaodao_cli.intake.rosters.header_search import SEARCHED_ROWS
from shuangbaodao_cli.intake.rosters.layout import year_and_month_of
from shuangbaodao_cli.intake.rosters.model import HeadingMeanings, Table
from shuangbaodao_cli.intake.rosters.tables import find_tables
from shuangbaodao_cli.intake.rosters.totals import check_copies
from shuangbaodao_cli.model.record import fields_by_heading
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.problems import Problem
from shuangbaodao_cli.values.cleaners import as_text
from shuangbaodao_cli.values.text import fold_header, split_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.intake.files.workbook import Workbook
    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.model.record import Record


def warn_colours(table: Table, sheet: Sheet) -> None:
    """Warn of the colours that only a few rows of a table have."""
    rows = {number - 1 for number in table.row_numbers}
    coloured = {cell: colour for cell, colour in sheet.colours.items() if cell[0] in rows and _is_filled(sheet, cell)}
    for colour, count in sorted(Counter(coloured.values()).items()):
        cells = sorted(cell for cell, own_colour in coloured.items() if own_colour == colour)
        if ROWS_PER_MARKED_ROW * len({row for row, _ in cells}) > len(rows):
            continue
        row, column = cells[0]
        address = f"{table.sheet}!{column_letter(column)}{row + 1}"
        name = f"{COLOUR_NAMES[colour]}色" if colour in COLOUR_NAMES else f"特别的颜色（#{colour}）"
        message = f"有 {count} 格标了{name}，颜色的意思没有收进来；如果它有含义，请另加一列写明再导入"
        table.problems.append(Problem("colour", "warning", address, "", name, message))


def _is_filled(sheet: Sheet, cell: tuple[int, int]) -> bool:
    row, column = cell
    return row < len(sheet.rows) and column < len(sheet.rows[row]) and sheet.rows[row][column] != ""


RECORD_PRIORITY = tuple(
    record.name
    for record in sorted(RECORDS.values(), key=lambda record: record.priority, reverse=True)
    if record.is_importable
)
"""Kinds of record in the order in which a sheet is taken for one where two fit equally well."""

_CARD = "服务记录卡"
OTHER_FORMS = {
    _CARD: {"服务日期", "服务内容", "活动日期", "活动名称", "服务时间", "时长", "服务时长"},
}
"""Forms that offices keep too, with headings of their own: though they name people, they are no rosters."""

_REMEDIES = {_CARD: "一行是一次服务，请用 --as participation --map 活动名称=服务内容 --new 导入"}
"""Name of a form → how it can be imported all the same."""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How a workbook is to be read: as which record type, which sheet, which year where none is written."""

    record: Record | None = None
    sheet: str | None = None
    year: int | None = None
    meanings: HeadingMeanings = field(default_factory=HeadingMeanings)
    categories: Mapping[str, Sequence[str]] | None = None
    """The office's own words that lead to a category."""


@dataclass(frozen=True, slots=True)
class FoundTables:
    """The tables of a workbook, and its filled sheets that hold none that we know, each with why."""

    tables: list[Table]
    skipped_sheets: list[str]
    categories: Mapping[str, Sequence[str]] | None = None

    def rosters(self) -> list[Roster]:
        """Every table, cleaned."""
        rosters = [_mark_wishes(read_roster(table, self.categories)) for table in self.tables]
        check_copies(rosters)
        return rosters


def find_rosters(book: Workbook, options: ReadingOptions | None = None) -> FoundTables:
    """Every roster of a workbook.

    Raises FileError where no sheet has a table that we know, NotFound where the sheet is not there.
    """
    options = options or ReadingOptions()
    tables: list[Table] = []
    skipped = []
    for sheet in _chosen_sheets(book, options.sheet):
        found = _sheet_tables(sheet, options)
        other = _other_form(found) if options.record is None else ""
        if found and not other:
            _warn_hidden(found[0], sheet)
            for table in found:
                warn_colours(table, sheet)
            tables += found
        elif any(cell != "" for row in sheet.rows for cell in row):
            skipped.append(
                f"{sheet.name}（像是{other}，{_REMEDIES.get(other, '现在还不能导入')}）" if other else sheet.name
            )
    if not tables:
        raise FileError(_no_table_message(book, options.record, skipped))
    _set_year_and_month(tables, book, options.year)
    return FoundTables(tables, skipped, options.categories)


def _mark_wishes(roster: Roster) -> Roster:
    """Set the kind of needs to wish where the heading of their title says 心愿 and no column says the kind."""
    header = roster.table.header
    title = next((column for column, field in header.columns.items() if field.name == "title"), None)
    heading = "" if title is None or "kind" in roster.columns else header.texts[title]
    if roster.record.name == "need" and "心愿" in heading:
        roster.columns["kind"] = ["wish"] * len(roster.row_numbers)
    return roster


def _warn_hidden(table: Table, sheet: Sheet) -> None:
    """Warn of hidden rows and columns: they are read like the others."""
    cell = f"{sheet.name}!A{table.header.bottom + 2}"
    for count, what in ((sheet.hidden_row_count, "行"), (sheet.hidden_column_count, "列")):
        if count:
            message = f"有 {count} {what}是隐藏的，也一起读了；不该收的请先删去再导入"
            table.problems.append(Problem("hidden", "warning", cell, "", str(count), message))


def _chosen_sheets(book: Workbook, sheet: str | None) -> list[Sheet]:
    chosen = [candidate for candidate in book.sheets if sheet is None or candidate.name == sheet]
    if chosen:
        return chosen
    if sheet is None:
        raise FileError(f"“{book.file}”里没有可读的工作表。")
    names = "、".join(candidate.name for candidate in book.sheets)
    raise NotFound(f"“{book.file}”里没有叫“{sheet}”的工作表，有：{names}。")


def _sheet_tables(sheet: Sheet, options: ReadingOptions) -> list[Table]:
    wanted = [options.record] if options.record else [RECORDS[name] for name in RECORD_PRIORITY]
    found = find_tables(sheet, wanted, options.meanings)
    if options.record is not None:
        return found
    if any(map(_is_participation_list, found)):
        return find_tables(sheet, [RECORDS["participation"]], options.meanings) or found
    if any(map(_is_activity_list, found)):
        others = [record for record in wanted if record.name != "participation"]
        return find_tables(sheet, others, options.meanings) or found
    return found


_PEOPLE_HEADINGS = {
    fold_header(word)[1] for link in RECORDS["activity"].links for word in link.source_field.accepted_names()
}
_SINGLE_PERSON_HEADINGS = {"姓名", "志愿者姓名", "党员姓名", "签到", "签到时间", "签退时间"}


def _is_participation_list(table: Table) -> bool:
    """Whether a list of activities is really one of participations: one name a row, the activity repeated."""
    columns = {field.name: column for column, field in table.header.columns.items()}
    if table.record.name != "activity":
        return False
    if "people" not in columns:
        return bool(_SINGLE_PERSON_HEADINGS & set(table.header.unknown.values()))
    if table.header.texts[columns["people"]] not in _SINGLE_PERSON_HEADINGS or len(table.body) < 2:
        return False
    if any(len(split_names(as_text(row[columns["people"]]))) > 1 for row in table.body):
        return False
    activities = {
        (as_text(row[columns["title"]]), as_text(row[columns["date"]])) for row in table.body if "date" in columns
    }
    return 2 * len(activities) <= len(table.body)


def _is_activity_list(table: Table) -> bool:
    """Whether a list of participations is really one of activities: a row names several persons."""
    person = next((column for column, field in table.header.columns.items() if field.name == "person"), None)
    if table.record.name != "participation" or person is None:
        return False
    heading = fold_header(table.header.texts[person])[1]
    return heading in _PEOPLE_HEADINGS - _SINGLE_PERSON_HEADINGS or any(
        len(split_names(as_text(row[person]))) > 1 for row in table.body
    )


def _other_form(tables: Iterable[Table]) -> str:
    """The other form that tables belong to, known by two of its own headings; empty where there is none."""
    unknown = {word for table in tables for heading in table.header.unknown.values() for word in fold_header(heading)}
    are_persons = all(table.record.name == "person" for table in tables)
    forms = (form for form, own in OTHER_FORMS.items() if len(unknown & own) > 1 and (are_persons or form != _CARD))
    return next(forms, "")


def _set_year_and_month(tables: list[Table], book: Workbook, year: int | None) -> None:
    """Give every table the year and month that its title, its sheet, the other titles or the file name."""
    named = {sheet.name: year_and_month_of(sheet.name) for sheet in book.sheets}
    years = {table.header.year or named[table.sheet][0] for table in tables} - {None}
    common = years.pop() if len(years) == 1 else _year_of_file(book.file) if not years else None
    for table in tables:
        year_of_sheet, month = named[table.sheet]
        table_year = year or table.header.year or year_of_sheet or common
        table.header = replace(table.header, year=table_year, month=month or table.header.month)


def _year_of_file(name: str) -> int | None:
    """The year in the name of a file, where 年 follows it: 2023年名册.xlsx."""
    years = set(re.findall(r"(?<!\d)((?:19|20)\d\d)年", name))
    return int(years.pop()) if len(years) == 1 else None


def likeliest_record(sheets: list[Sheet]) -> Record:
    """The record type with the most known headings, though they be too few for a header."""
    texts = {
        heading
        for sheet in sheets
        for row in sheet.rows[:SEARCHED_ROWS]
        for cell in row
        for heading in fold_header(as_text(cell))
    }
    return max(
        (RECORDS[name] for name in RECORD_PRIORITY), key=lambda record: len(texts & fields_by_heading(record).keys())
    )


def _no_table_message(book: Workbook, record: Record | None, skipped_sheets: list[str]) -> str:
    if any("（像是" in sheet for sheet in skipped_sheets):
        return f"“{book.file}”没有导入：{'、'.join(skipped_sheets)}。"
    kind = record or likeliest_record(book.sheets)
    needed = "、".join(field.label for field in kind.fields if field.required)
    return (
        f"“{book.file}”里没有认得出的表头。{kind.label}表至少要有这些列：{needed}；"
        f"可以用 sbd template {kind.name} -o 空白表.xlsx 看看怎样的表头能认出。"
    )
