"""A table on standard output: drawn by rich at a terminal, plain aligned text in a pipe, never truncated.

Data cannot control the terminal: control and direction characters are made visible.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from shuangbaodao_cli.output.table import Column, Table, has_groups, header_rows, text_cells
from shuangbaodao_cli.values.text import display_width, pad, replace_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLUMN_GAP = 2
"""Spaces between two columns of plain text."""


def print_tables(tables: Sequence[Table], stream: TextIO | None = None) -> None:
    """Print tables one below the other, to standard output by default."""
    stream = stream or sys.stdout
    for index, table in enumerate(tables):
        if index:
            stream.write("\n")
        if stream.isatty():
            from shuangbaodao_cli.output.terminal.frame import print_framed  # 50 ms only a terminal pays for

            print_framed(table, stream)
        else:
            stream.write(plain_text(table))


def plain_text(table: Table) -> str:
    """The table as aligned text, as wide as its data."""
    headings, body, right = text_cells(table)
    columns = [table.columns[index] for index in table.shown_indexes()]
    if is_grouped := has_groups(columns):
        headings = [replace_controls(column.lower_heading) for column in columns]
    widths = [max(map(display_width, column)) for column in zip(headings, *body, strict=True)]
    lines = [replace_controls(line) for line in (table.title, table.subtitle) if line]
    lines += [_group_line(columns, widths)] if is_grouped else []
    for row in [headings, *body]:
        padded = (
            pad(text, width, align_right=align_right)
            for text, width, align_right in zip(row, widths, right, strict=True)
        )
        lines.append((" " * _COLUMN_GAP).join(padded).rstrip())
    if not body:
        lines.append("（没有记录）")
    lines += [f"注：{replace_controls(note)}" for note in table.notes]
    return "\n".join(lines) + "\n"


def _group_line(columns: Sequence[Column], widths: list[int]) -> str:
    """The line above the headings: the name of each group over its columns, which are widened in place to fit it."""
    parts, index = [], 0
    for cell in header_rows(columns)[0]:
        last = index + cell.column_span - 1
        width = sum(widths[index : last + 1]) + _COLUMN_GAP * (cell.column_span - 1)
        name = f" {replace_controls(cell.text)} " if cell.is_group else ""
        widths[last] += max(0, display_width(name) - width)
        width = max(width, display_width(name))
        parts.append(_center_in_rule(name, width, "-" if cell.is_group else " "))
        index = last + 1
    return (" " * _COLUMN_GAP).join(parts).rstrip()


def _center_in_rule(name: str, total_width: int, rule: str) -> str:
    """A name centred in a rule of so many terminal cells."""
    spare = total_width - display_width(name)
    return rule * (spare // 2) + name + rule * (spare - spare // 2)
