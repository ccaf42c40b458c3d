"""A table at a terminal, drawn by rich. Figures are never folded: columns without room move to a frame below.

rich has no cells that span columns; the upper row of a grouped header is drawn here.
"""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, TextIO

from rich import box
from rich.console import Console
from rich.segment import Segment, SegmentLines
from rich.table import Table as RichTable
from rich.text import Text

from shuangbaodao_cli.output.table import has_groups, header_rows, text_cells
from shuangbaodao_cli.output.terminal.layout import TablePart, fit_widths, split_table
from shuangbaodao_cli.output.terminal.sparklines import SparklineColumn, sparkline_column
from shuangbaodao_cli.values.text import display_width, replace_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.box import Box

    from shuangbaodao_cli.output.table import Column, HeaderCell, Table


def group_header_lines(lines: Sequence[str], columns: Sequence[Column], frame: Box) -> list[str]:
    """The lines that replace the first line of a drawn table: its top edge, the groups, a rule below them.

    The positions of the columns are read from the rule under the headings, the only line without spaces.
    """
    marks = {frame.head_row_left, frame.head_row_horizontal, frame.head_row_cross, frame.head_row_right}
    ruled = next(line for line in lines[1:] if set(line) <= marks)
    edges = [0, *(index for index, mark in enumerate(ruled[1:-1], 1) if mark == frame.head_row_cross), len(ruled) - 1]
    header = header_rows(columns)[0]
    widths = [after - before - 1 for before, after in pairwise(edges)]
    return [
        _top_edge(header, widths, frame),
        *_group_name_lines(header, widths, frame),
        _group_rule(header, widths, frame),
    ]


def _top_edge(header: Sequence[HeaderCell], widths: Sequence[int], frame: Box) -> str:
    spans = [frame.top * cells for cells in _span_widths(header, widths)]
    return frame.top_left + frame.top_divider.join(spans) + frame.top_right


def _group_name_lines(header: Sequence[HeaderCell], widths: Sequence[int], frame: Box) -> list[str]:
    """The names of the groups, each centred over its columns, folded where these are too narrow."""
    widths_spanned = _span_widths(header, widths)
    folded = [
        _fold(replace_controls(cell.text) if cell.is_group else "", cells)
        for cell, cells in zip(header, widths_spanned, strict=True)
    ]
    return [
        frame.head_left + frame.head_vertical.join(map(_center, line, widths_spanned)) + frame.head_right
        for line in zip_longest(*folded, fillvalue="")
    ]


def _fold(name: str, max_width: int) -> list[str]:
    lines = [""]
    for char in name:
        if display_width(lines[-1] + char) > max_width:
            lines.append("")
        lines[-1] += char
    return lines


def _center(text: str, target_width: int) -> str:
    spare = target_width - display_width(text)
    return " " * (spare // 2) + text + " " * (spare - spare // 2)


def _group_rule(header: Sequence[HeaderCell], widths: Sequence[int], frame: Box) -> str:
    """A rule under the groups; there is none under a heading that spans both rows."""
    line, before, remaining_widths = "", False, iter(widths)
    for index, cell in enumerate(header):
        mark = frame.head_row_horizontal if cell.is_group else " "
        spans = [mark * next(remaining_widths) for _ in range(cell.column_span)]
        line += _joint(frame, before=before, after=cell.is_group, first=index == 0) + frame.top_divider.join(spans)
        before = cell.is_group
    return line + (frame.head_row_right if before else frame.head_right)


def _joint(frame: Box, *, before: bool, after: bool, first: bool) -> str:
    """The character between two cells of the upper row in the rule below it."""
    if first:
        return frame.head_row_left if after else frame.head_left
    if before and after:
        return frame.head_row_cross
    return frame.head_row_left if after else frame.head_row_right if before else frame.head_vertical


def _span_widths(header: Sequence[HeaderCell], widths: Sequence[int]) -> list[int]:
    """The terminal cells of each cell of the upper row, including the dividers inside it."""
    index, spans = 0, []
    for cell in header:
        spans.append(sum(widths[index : index + cell.column_span]) + cell.column_span - 1)
        index += cell.column_span
    return spans


def print_framed(table: Table, stream: TextIO) -> None:
    """Print a table to a terminal, in as many frames as its width requires."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    columns = [table.columns[index] for index in table.shown_indexes()]
    headings, body, _ = text_cells(table)
    if has_groups(columns):
        headings = [replace_controls(column.lower_heading) for column in columns]
    whole = TablePart(columns, headings, body)
    sparklines = sparkline_column(table, whole, console.width) if _supports_block_characters(stream) else None
    title = "\n".join(replace_controls(line) for line in (table.title, table.subtitle) if line)
    for index, part in enumerate(split_table(whole, console.width)):
        has_totals = table.totals is not None and bool(table.rows)
        _print_frame(
            console,
            part,
            _build_table(part, console, has_totals=has_totals, sparklines=sparklines),
            "" if index else title,
        )
    if not body:
        console.print("（没有记录）")
    for note in table.notes:
        console.print(Text(f"注：{replace_controls(note)}", style="dim"))


def _build_table(
    part: TablePart, console: Console, *, has_totals: bool, sparklines: SparklineColumn | None
) -> RichTable:
    frame = box.ROUNDED.substitute(console.options, safe=console.safe_box)
    rich_table = RichTable(box=frame, header_style="bold", title_style="bold", expand=False)
    widths = sparklines.widths if sparklines else fit_widths(part, console.width)
    for index, (column, heading) in enumerate(zip(part.columns, part.headings, strict=True)):
        width = widths[index] if widths else None
        rich_table.add_column(Text(heading), overflow="fold", width=width)
        rich_table.columns[-1].justify = "right" if column.is_numeric else "left"
        if sparklines and index == sparklines.after_index:
            rich_table.add_column(
                Text(sparklines.heading), no_wrap=True, min_width=max(map(display_width, sparklines.texts))
            )
    last = len(part.body) - 1 if has_totals else -1
    for index, row in enumerate(part.body):
        line = [Text(text) for text in row]
        if sparklines:
            line.insert(
                sparklines.after_index + 1,
                Text(sparklines.texts[index] if index < len(sparklines.texts) else "", style="blue"),
            )
        rich_table.add_row(*line, style="bold" if index == last else None, end_section=index == last - 1)
    return rich_table


def _print_frame(console: Console, part: TablePart, rich_table: RichTable, title: str) -> None:
    """Print one frame, with the names of groups over their columns."""
    if not has_groups(part.columns):
        rich_table.title = Text(title) if title else None
        console.print(rich_table)
        return
    lines = console.render_lines(rich_table, pad=False)
    texts = ["".join(segment.text for segment in line) for line in lines]
    above = group_header_lines(texts, part.columns, rich_table.box or box.ROUNDED)
    if title:
        console.print(Text(title, style="bold"), justify="center", width=display_width(texts[0]))
    bold = console.get_style("bold")
    console.print(SegmentLines([[Segment(line, bold)] for line in above] + lines[1:], new_lines=True), end="")


def _supports_block_characters(stream: TextIO) -> bool:
    """Whether the encoding of the terminal has the block characters of bars."""
    try:
        "▏█▁".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
