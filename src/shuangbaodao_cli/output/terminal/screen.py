"""A table on the screen: a rich table at a terminal, plain aligned text in a pipe, never cut.

What the data hold cannot steer the terminal: control and direction characters are made visible.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from shuangbaodao_cli.output.table import Column, Table, cells, grouped, heads
from shuangbaodao_cli.values.text import pad, visible, width

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = 2
"""Blanks between two columns of plain text."""


def print_tables(tables: Sequence[Table], stream: TextIO | None = None) -> None:
    """Print tables one below the other."""
    stream = stream or sys.stdout
    for at, table in enumerate(tables):
        if at:
            stream.write("\n")
        if stream.isatty():
            from shuangbaodao_cli.output.terminal.frame import print_framed  # 50 ms only a terminal pays for

            print_framed(table, stream)
        else:
            stream.write(plain(table))


def plain(table: Table) -> str:
    """A table as aligned text, as wide as its data."""
    headings, body, right = cells(table)
    columns = [table.columns[at] for at in table.shown()]
    if over := grouped(columns):
        headings = [visible(column.lower) for column in columns]
    widths = [max(map(width, column)) for column in zip(headings, *body, strict=True)]
    lines = [visible(line) for line in (table.title, table.subtitle) if line]
    lines += [_over(columns, widths)] if over else []
    for row in [headings, *body]:
        said = (pad(text, cells_, right=flush) for text, cells_, flush in zip(row, widths, right, strict=True))
        lines.append((" " * _BETWEEN).join(said).rstrip())
    if not body:
        lines.append("（没有记录）")
    lines += [f"注：{visible(note)}" for note in table.notes]
    return "\n".join(lines) + "\n"


def _over(columns: Sequence[Column], widths: list[int]) -> str:
    """The line above the headings: the name of each group over its columns, which it makes as wide as it needs."""
    said, at = [], 0
    for head in heads(columns)[0]:
        last = at + head.across - 1
        within = sum(widths[at : last + 1]) + _BETWEEN * (head.across - 1)
        name = f" {visible(head.text)} " if head.group else ""
        widths[last] += max(0, width(name) - within)
        within = max(within, width(name))
        said.append(_ruled(name, within, "-" if head.group else " "))
        at = last + 1
    return (" " * _BETWEEN).join(said).rstrip()


def _ruled(name: str, within: int, rule: str) -> str:
    """A name in the middle of a line of so many cells."""
    spare = within - width(name)
    return rule * (spare // 2) + name + rule * (spare - spare // 2)
