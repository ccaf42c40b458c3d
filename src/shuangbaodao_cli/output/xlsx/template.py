"""The blank sheet sent out to be filled in, with drop-downs, prompts and one example row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range_abs

from shuangbaodao_cli.output.xlsx.book import new_workbook, sheet_names, truncate, utf16_length, xml_safe
from shuangbaodao_cli.output.xlsx.sheet import Sheet
from shuangbaodao_cli.output.xlsx.style import (
    BORDER,
    BORDERLESS,
    DATA,
    EXAMPLE,
    HEADER,
    MIN_COLUMN_WIDTH,
    NOTE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    REQUIRED,
    SUBTITLE,
    TITLE,
    CellStyle,
    fit_column_widths,
    to_cell_value,
)
from shuangbaodao_cli.values.text import display_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from shuangbaodao_cli.output.table import Kind

EXAMPLE_MARK = "示例"
"""What the 序号 of the example row says: a row that is not imported."""

_ENTRY_ROWS = 500
_HEADER_ROW = 4
_FIRST_ROW = _HEADER_ROW + 2
_LAST_ROW = _HEADER_ROW + 1 + _ENTRY_ROWS
_HEADER_HEIGHT, _ENTRY_HEIGHT = 26.0, 22.0
_MAX_LIST_UNITS = 255
_MAX_PROMPT_UNITS = 255
_MAX_PROMPT_TITLE_UNITS = 32
_SUBMITTER_LINE = "填报单位（盖章）：" + "　" * 16 + "填报人：" + "　" * 10 + "填报日期：" + "　" * 8
_INSTRUCTIONS = "说明：带 * 的列必填；序号为“示例”的灰色行不会导入；点选单元格可看填写提示或下拉选项。"


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


def render_template(title: str, columns: Sequence[BlankColumn], example: Sequence[object]) -> bytes:
    """An .xlsx file to be filled in, the same bytes every time.

    ``example`` holds one value for each column, as a Table would. Longer lists of options stand
    on a hidden sheet, because Excel takes no more than 255 characters of them in place.
    """
    names = sheet_names((title, "选项"))
    asked = (BlankColumn("序号", "code"), *columns)
    kinds = [column.kind for column in asked]
    shown = [to_cell_value(*each) for each in zip((EXAMPLE_MARK, *example), kinds, strict=True)]
    longest = [max(column.options, key=display_width, default=None) for column in asked]
    headings = [column.heading for column in asked]
    with new_workbook() as (book, raw):
        sheet = Sheet(book, names[0], fit_column_widths(headings, [shown, longest]), _HEADER_ROW)
        for text, look in ((title, TITLE), (_SUBMITTER_LINE, SUBTITLE), (_INSTRUCTIONS, NOTE)):
            sheet.write_banner(text, look)
        sheet.write_row(_header_formats(sheet, asked), headings, _HEADER_HEIGHT)
        sheet.write_row(_entry_formats(sheet, kinds, EXAMPLE), shown, _ENTRY_HEIGHT)
        _write_empty_rows(sheet, kinds)
        _add_validations(sheet, asked, _write_options_sheet(book, names[1], columns))
    return raw.getvalue()


def _header_formats(sheet: Sheet, columns: Sequence[BlankColumn]) -> list[Format]:
    looks = {required: sheet.row_formats(["text"], REQUIRED if required else HEADER)[0] for required in (True, False)}
    return [looks[column.required] for column in columns]


def _entry_formats(sheet: Sheet, kinds: Sequence[Kind], style: CellStyle) -> list[Format]:
    """Cells to type into: text stays text, or Excel makes room ``3-2`` the 2nd of March."""
    formats = sheet.row_formats(kinds, style)
    for format_, kind in zip(formats, kinds, strict=True):
        if kind == "text":
            format_.set_num_format("@")
    return formats


def _write_empty_rows(sheet: Sheet, kinds: Sequence[Kind]) -> None:
    """Rule the rows that fill one page; the others are ruled once something is in them."""
    page = PAGE_HEIGHT * max(1.0, sum(sheet.widths) / PAGE_WIDTH)
    ruled = min(_ENTRY_ROWS - 1, int((page - sheet.height) / _ENTRY_HEIGHT))
    nothing = [None] * len(kinds)
    for look, count in ((DATA, ruled), (BORDERLESS, _ENTRY_ROWS - ruled)):
        formats = _entry_formats(sheet, kinds, look)
        for _ in range(count):
            sheet.write_row(formats, nothing, _ENTRY_HEIGHT)
    last, first = xl_col_to_name(len(kinds) - 1), _FIRST_ROW + ruled
    filled = {"type": "formula", "criteria": f"=COUNTA($A{first}:${last}{first})>0"}
    rule = filled | {"format": sheet.book.add_format(BORDER)}
    sheet.worksheet.conditional_format(f"A{first}:{last}{_LAST_ROW}", rule)


def _inline_options(options: tuple[str, ...]) -> str | None:
    """The options as a formula of their own, or None if they only fit on a sheet."""
    joined = ",".join(options)
    plain = joined.count(",") == len(options) - 1 and '"' not in joined and joined == xml_safe(joined)
    return f'"{joined}"' if plain and utf16_length(joined) <= _MAX_LIST_UNITS else None


def _write_options_sheet(book: Workbook, name: str, columns: Sequence[BlankColumn]) -> dict[str, str]:
    """Where the options of each column are found; makes the hidden sheet if any are too long."""
    found = {column.label: _inline_options(column.options) for column in columns if column.options}
    away = [column for column in columns if column.options and found[column.label] is None]
    if away:
        sheet = Sheet(book, name, [MIN_COLUMN_WIDTH * 2] * len(away), 1)
        sheet.worksheet.hide()
        formats = sheet.row_formats(["code"] * len(away), BORDERLESS)
        sheet.write_row(formats, [column.label for column in away])
        for row in zip_longest(*(column.options for column in away)):
            sheet.write_row(formats, row)
    for at, column in enumerate(away):
        found[column.label] = f"={quote_sheetname(name)}!{xl_range_abs(1, at, len(column.options), at)}"
    return {label: where for label, where in found.items() if where}


def _add_validations(sheet: Sheet, columns: Sequence[BlankColumn], options: dict[str, str]) -> None:
    for at, column in enumerate(columns):
        if column.options or column.hint:
            sheet.worksheet.data_validation(
                _FIRST_ROW - 1, at, _LAST_ROW - 1, at, _validation(column, options.get(column.label))
            )


def _validation(column: BlankColumn, options: str | None) -> dict[str, Any]:
    """The drop-down of a column, if it has options, and the prompt shown when a cell is picked."""
    rule: dict[str, Any] = {"validate": "any", "show_error": False, "show_input": False}
    if options:
        rule |= {"validate": "list", "source": options, "show_error": True}
        rule |= {"error_title": "不在选项内", "error_message": "请从下拉列表中选择。"}
    if column.hint:
        rule |= {"show_input": True, "input_title": truncate(xml_safe(column.label), _MAX_PROMPT_TITLE_UNITS)}
        rule |= {"input_message": truncate(xml_safe(column.hint), _MAX_PROMPT_UNITS)}
    return rule
