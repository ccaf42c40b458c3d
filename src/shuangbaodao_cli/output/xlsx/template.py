"""The blank sheet sent out to be filled in, with drop-downs, prompts and one example row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range_abs

from shuangbaodao_cli.output.xlsx.book import cut, new_book, safe, sheet_names, units
from shuangbaodao_cli.output.xlsx.sheet import Sheet
from shuangbaodao_cli.output.xlsx.style import (
    BORDER,
    DATA,
    EXAMPLE,
    HEADER,
    NARROWEST,
    NOTE,
    OPEN,
    PAGE,
    PAGE_HEIGHT,
    REQUIRED,
    SUBTITLE,
    TITLE,
    Look,
    fit,
    typed,
)
from shuangbaodao_cli.values.text import width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from shuangbaodao_cli.output.table import Kind

EXAMPLE_MARK = "示例"
"""What the 序号 of the example row says: a row that is not imported."""

_ROWS = 500
_HEADER = 4
_FIRST = _HEADER + 2
_LAST = _HEADER + 1 + _ROWS
_HEADER_HIGH, _HIGH = 26.0, 22.0
_LONGEST_LIST = 255
_LONGEST_PROMPT = 255
_LONGEST_PROMPT_TITLE = 32
_WHO = "填报单位（盖章）：" + "　" * 16 + "填报人：" + "　" * 10 + "填报日期：" + "　" * 8
_HOW = "说明：带 * 的列必填；序号为“示例”的灰色行不会导入；点选单元格可看填写提示或下拉选项。"


@dataclass(frozen=True, slots=True)
class BlankColumn:
    """One column to fill in: its heading, its kind, what may be chosen and what to know first."""

    label: str
    kind: Kind = "text"
    options: tuple[str, ...] = ()
    required: bool = False
    hint: str = ""

    @property
    def heading(self) -> str:
        """The label, marked with a star when the column must be filled."""
        return f"*{self.label}" if self.required else self.label


def blank(title: str, columns: Sequence[BlankColumn], example: Sequence[object]) -> bytes:
    """An .xlsx file to be filled in, the same bytes every time.

    ``example`` holds one value for each column, as a Table would. Longer lists of options stand
    on a hidden sheet, because Excel takes no more than 255 characters of them in place.
    """
    names = sheet_names((title, "选项"))
    asked = (BlankColumn("序号", "code"), *columns)
    kinds = [column.kind for column in asked]
    shown = [typed(*each) for each in zip((EXAMPLE_MARK, *example), kinds, strict=True)]
    longest = [max(column.options, key=width, default=None) for column in asked]
    headings = [column.heading for column in asked]
    with new_book() as (book, raw):
        sheet = Sheet(book, names[0], fit(headings, [shown, longest]), _HEADER)
        for text, look in ((title, TITLE), (_WHO, SUBTITLE), (_HOW, NOTE)):
            sheet.banner(text, look)
        sheet.write(_header(sheet, asked), headings, _HEADER_HIGH)
        sheet.write(_entry(sheet, kinds, EXAMPLE), shown, _HIGH)
        _empty_rows(sheet, kinds)
        _validations(sheet, asked, _options_sheet(book, names[1], columns))
    return raw.getvalue()


def _header(sheet: Sheet, columns: Sequence[BlankColumn]) -> list[Format]:
    looks = {required: sheet.cells(["text"], REQUIRED if required else HEADER)[0] for required in (True, False)}
    return [looks[column.required] for column in columns]


def _entry(sheet: Sheet, kinds: Sequence[Kind], look: Look) -> list[Format]:
    """Cells to type into: text stays text, or Excel makes room ``3-2`` the 2nd of March."""
    formats = sheet.cells(kinds, look)
    for format_, kind in zip(formats, kinds, strict=True):
        if kind == "text":
            format_.set_num_format("@")
    return formats


def _empty_rows(sheet: Sheet, kinds: Sequence[Kind]) -> None:
    """Rule the rows that fill one page; the others are ruled once something is in them."""
    page = PAGE_HEIGHT * max(1.0, sum(sheet.widths) / PAGE)
    ruled = min(_ROWS - 1, int((page - sheet.height) / _HIGH))
    nothing = [None] * len(kinds)
    for look, count in ((DATA, ruled), (OPEN, _ROWS - ruled)):
        formats = _entry(sheet, kinds, look)
        for _ in range(count):
            sheet.write(formats, nothing, _HIGH)
    last, first = xl_col_to_name(len(kinds) - 1), _FIRST + ruled
    filled = {"type": "formula", "criteria": f"=COUNTA($A{first}:${last}{first})>0"}
    rule = filled | {"format": sheet.book.add_format(BORDER)}
    sheet.raw.conditional_format(f"A{first}:{last}{_LAST}", rule)


def _in_place(options: tuple[str, ...]) -> str | None:
    """The options as a formula of their own, or None if they only fit on a sheet."""
    joined = ",".join(options)
    plain = joined.count(",") == len(options) - 1 and '"' not in joined and joined == safe(joined)
    return f'"{joined}"' if plain and units(joined) <= _LONGEST_LIST else None


def _options_sheet(book: Workbook, name: str, columns: Sequence[BlankColumn]) -> dict[str, str]:
    """Where the options of each column are found; makes the hidden sheet if any are too long."""
    found = {column.label: _in_place(column.options) for column in columns if column.options}
    away = [column for column in columns if column.options and found[column.label] is None]
    if away:
        sheet = Sheet(book, name, [NARROWEST * 2] * len(away), 1)
        sheet.raw.hide()
        formats = sheet.cells(["code"] * len(away), OPEN)
        sheet.write(formats, [column.label for column in away])
        for row in zip_longest(*(column.options for column in away)):
            sheet.write(formats, row)
    for at, column in enumerate(away):
        found[column.label] = f"={quote_sheetname(name)}!{xl_range_abs(1, at, len(column.options), at)}"
    return {label: where for label, where in found.items() if where}


def _validations(sheet: Sheet, columns: Sequence[BlankColumn], options: dict[str, str]) -> None:
    for at, column in enumerate(columns):
        if column.options or column.hint:
            sheet.raw.data_validation(_FIRST - 1, at, _LAST - 1, at, _validation(column, options.get(column.label)))


def _validation(column: BlankColumn, options: str | None) -> dict[str, Any]:
    """The drop-down of a column, if it has options, and the prompt shown when a cell is picked."""
    rule: dict[str, Any] = {"validate": "any", "show_error": False, "show_input": False}
    if options:
        rule |= {"validate": "list", "source": options, "show_error": True}
        rule |= {"error_title": "不在选项内", "error_message": "请从下拉列表中选择。"}
    if column.hint:
        rule |= {"show_input": True, "input_title": cut(safe(column.label), _LONGEST_PROMPT_TITLE)}
        rule |= {"input_message": cut(safe(column.hint), _LONGEST_PROMPT)}
    return rule
