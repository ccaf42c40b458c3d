"""The blank template sent out to be filled in, with drop-downs, prompts and one example row."""

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
"""The 序号 of the example row, which is not imported."""

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
    """One column to fill in: its label, its kind, its options and a hint."""

    label: str
    kind: Kind = "text"
    options: tuple[str, ...] = ()
    required: bool = False
    hint: str = ""

    @property
    def heading(self) -> str:
        """The label, with a star before it where the column is required."""
        return f"*{self.label}" if self.required else self.label


def render_template(title: str, columns: Sequence[BlankColumn], example: Sequence[object]) -> bytes:
    """An .xlsx template; the same arguments give the same bytes.

    ``example`` holds one value for each column, as in a Table. Long lists of options are written to a hidden
    sheet, because Excel allows only 255 characters in the validation itself.
    """
    names = sheet_names((title, "选项"))
    all_columns = (BlankColumn("序号", "code"), *columns)
    kinds = [column.kind for column in all_columns]
    example_row = [to_cell_value(*pair) for pair in zip((EXAMPLE_MARK, *example), kinds, strict=True)]
    longest_options = [max(column.options, key=display_width, default=None) for column in all_columns]
    headings = [column.heading for column in all_columns]
    with new_workbook() as (book, raw):
        sheet = Sheet(book, names[0], fit_column_widths(headings, [example_row, longest_options]), _HEADER_ROW)
        for text, style in ((title, TITLE), (_SUBMITTER_LINE, SUBTITLE), (_INSTRUCTIONS, NOTE)):
            sheet.write_banner(text, style)
        sheet.write_row(_header_formats(sheet, all_columns), headings, _HEADER_HEIGHT)
        sheet.write_row(_entry_formats(sheet, kinds, EXAMPLE), example_row, _ENTRY_HEIGHT)
        _write_empty_rows(sheet, kinds)
        _add_validations(sheet, all_columns, _write_options_sheet(book, names[1], columns))
    return raw.getvalue()


def _header_formats(sheet: Sheet, columns: Sequence[BlankColumn]) -> list[Format]:
    formats = {required: sheet.row_formats(["text"], REQUIRED if required else HEADER)[0] for required in (True, False)}
    return [formats[column.required] for column in columns]


def _entry_formats(sheet: Sheet, kinds: Sequence[Kind], style: CellStyle) -> list[Format]:
    """The formats of cells to type into: text stays text, or Excel makes room ``3-2`` the 2nd of March."""
    formats = sheet.row_formats(kinds, style)
    for format_, kind in zip(formats, kinds, strict=True):
        if kind == "text":
            format_.set_num_format("@")
    return formats


def _write_empty_rows(sheet: Sheet, kinds: Sequence[Kind]) -> None:
    """Write the empty rows; those on the first page have borders, the others get them once they are filled."""
    page = PAGE_HEIGHT * max(1.0, sum(sheet.widths) / PAGE_WIDTH)
    ruled_count = min(_ENTRY_ROWS - 1, int((page - sheet.height) / _ENTRY_HEIGHT))
    empty = [None] * len(kinds)
    for style, count in ((DATA, ruled_count), (BORDERLESS, _ENTRY_ROWS - ruled_count)):
        formats = _entry_formats(sheet, kinds, style)
        for _ in range(count):
            sheet.write_row(formats, empty, _ENTRY_HEIGHT)
    last, first = xl_col_to_name(len(kinds) - 1), _FIRST_ROW + ruled_count
    filled = {"type": "formula", "criteria": f"=COUNTA($A{first}:${last}{first})>0"}
    rule = filled | {"format": sheet.book.add_format(BORDER)}
    sheet.worksheet.conditional_format(f"A{first}:{last}{_LAST_ROW}", rule)


def _inline_options(options: tuple[str, ...]) -> str | None:
    """The options as an inline list, or None where they need a sheet."""
    joined = ",".join(options)
    plain = joined.count(",") == len(options) - 1 and '"' not in joined and joined == xml_safe(joined)
    return f'"{joined}"' if plain and utf16_length(joined) <= _MAX_LIST_UNITS else None


def _write_options_sheet(book: Workbook, name: str, columns: Sequence[BlankColumn]) -> dict[str, str]:
    """Label of each column with options → the source of its drop-down; writes the hidden sheet where one is needed."""
    sources = {column.label: _inline_options(column.options) for column in columns if column.options}
    long_columns = [column for column in columns if column.options and sources[column.label] is None]
    if long_columns:
        sheet = Sheet(book, name, [MIN_COLUMN_WIDTH * 2] * len(long_columns), 1)
        sheet.worksheet.hide()
        formats = sheet.row_formats(["code"] * len(long_columns), BORDERLESS)
        sheet.write_row(formats, [column.label for column in long_columns])
        for row in zip_longest(*(column.options for column in long_columns)):
            sheet.write_row(formats, row)
    for index, column in enumerate(long_columns):
        sources[column.label] = f"={quote_sheetname(name)}!{xl_range_abs(1, index, len(column.options), index)}"
    return {label: source for label, source in sources.items() if source}


def _add_validations(sheet: Sheet, columns: Sequence[BlankColumn], options: dict[str, str]) -> None:
    for index, column in enumerate(columns):
        if column.options or column.hint:
            sheet.worksheet.data_validation(
                _FIRST_ROW - 1, index, _LAST_ROW - 1, index, _validation(column, options.get(column.label))
            )


def _validation(column: BlankColumn, options: str | None) -> dict[str, Any]:
    """The drop-down of a column, if it has options, and the prompt shown when a cell is selected."""
    rule: dict[str, Any] = {"validate": "any", "show_error": False, "show_input": False}
    if options:
        rule |= {"validate": "list", "source": options, "show_error": True}
        rule |= {"error_title": "不在选项内", "error_message": "请从下拉列表中选择。"}
    if column.hint:
        rule |= {"show_input": True, "input_title": truncate(xml_safe(column.label), _MAX_PROMPT_TITLE_UNITS)}
        rule |= {"input_message": truncate(xml_safe(column.hint), _MAX_PROMPT_UNITS)}
    return rule
