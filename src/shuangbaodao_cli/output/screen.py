"""A table on the screen: a rich table at a terminal, plain aligned text in a pipe, never cut.

What the data hold cannot steer the terminal: control and direction characters are made visible.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from shuangbaodao_cli.output.table import Table, show
from shuangbaodao_cli.output.visible import visible
from shuangbaodao_cli.output.width import pad, width

if TYPE_CHECKING:
    from collections.abc import Sequence


def cells(table: Table) -> tuple[list[str], list[list[str]], list[bool]]:
    """Headings, rows (the totals last) as text, and which columns are set flush right."""
    at = table.shown()
    columns = [table.columns[i] for i in at]
    rows = [*table.rows, table.totals] if table.totals is not None and table.rows else list(table.rows)
    body = [[visible(show(row[i], table.columns[i])) for i in at] for row in rows]
    headings = [visible(c.heading) for c in columns]
    return headings, body, [c.numeric for c in columns]


def print_tables(tables: Sequence[Table], stream: TextIO | None = None) -> None:
    """Print tables one below the other."""
    stream = stream or sys.stdout
    for at, table in enumerate(tables):
        if at:
            stream.write("\n")
        if stream.isatty():
            _print_rich(table, stream)
        else:
            stream.write(plain(table))


def plain(table: Table) -> str:
    """A table as aligned text, as wide as its data."""
    headings, body, right = cells(table)
    widths = [max(map(width, column)) for column in zip(headings, *body, strict=True)]
    lines = [visible(line) for line in (table.title, table.subtitle) if line]
    for row in [headings, *body]:
        said = (pad(text, cells_, right=flush) for text, cells_, flush in zip(row, widths, right, strict=True))
        lines.append("  ".join(said).rstrip())
    if not body:
        lines.append("（没有记录）")
    lines += [f"注：{visible(note)}" for note in table.notes]
    return "\n".join(lines) + "\n"


def _print_rich(table: Table, stream: TextIO) -> None:
    from rich import box  # noqa: PLC0415  # 50 ms that only a terminal pays for
    from rich.console import Console  # noqa: PLC0415  # likewise
    from rich.table import Table as RichTable  # noqa: PLC0415  # likewise
    from rich.text import Text  # noqa: PLC0415  # likewise

    from shuangbaodao_cli.output.spark import spark  # noqa: PLC0415  # likewise

    headings, body, right = cells(table)
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    drawn = RichTable(box=box.ROUNDED, header_style="bold", title_style="bold", expand=False)
    drawn.title = Text("\n".join(visible(line) for line in (table.title, table.subtitle) if line))
    picture = spark(table, body, headings, console.width) if _draws(stream) else None
    for at, (heading, flush) in enumerate(zip(headings, right, strict=True)):
        wide = picture.widths[at] if picture else None
        drawn.add_column(Text(heading), justify="right" if flush else "left", overflow="fold", width=wide)
        if picture and at == picture.behind:
            drawn.add_column(Text(picture.heading), no_wrap=True, min_width=max(map(width, picture.texts)))
    last = len(body) - 1 if table.totals is not None and table.rows else -1
    for at, row in enumerate(body):
        line = [Text(text) for text in row]
        if picture:
            line.insert(picture.behind + 1, Text(picture.texts[at] if at < len(picture.texts) else "", style="blue"))
        drawn.add_row(*line, style="bold" if at == last else None, end_section=at == last - 1)
    console.print(drawn)
    if not body:
        console.print("（没有记录）")
    for note in table.notes:
        console.print(Text(f"注：{visible(note)}", style="dim"))


def _draws(stream: TextIO) -> bool:
    """Whether the terminal's code page has what bars are drawn with."""
    try:
        "▏█▁".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
