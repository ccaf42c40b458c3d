"""A table at a terminal, drawn by rich. Figures are never folded: what has no room beside stands below.

In the upper row of its header stands what columns have in common, over all of them.
"""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, TextIO

from rich import box
from rich.console import Console
from rich.segment import Segment, SegmentLines
from rich.table import Table as RichTable
from rich.text import Text

from shuangbaodao_cli.output.table import cells, grouped, heads
from shuangbaodao_cli.output.terminal.layout import Part, parts, widths
from shuangbaodao_cli.output.terminal.sparklines import Spark, spark
from shuangbaodao_cli.values.text import visible, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.box import Box

    from shuangbaodao_cli.output.table import Column, Head, Table


def spanned(lines: Sequence[str], columns: Sequence[Column], frame: Box) -> list[str]:
    """What stands in the place of the first line of a drawn table: its upper edge, the groups, a line below them.

    Where the columns are is read from the line under the headings, the only one without a blank.
    """
    marks = {frame.head_row_left, frame.head_row_horizontal, frame.head_row_cross, frame.head_row_right}
    ruled = next(line for line in lines[1:] if set(line) <= marks)
    edges = [0, *(at for at, mark in enumerate(ruled[1:-1], 1) if mark == frame.head_row_cross), len(ruled) - 1]
    upper = heads(columns)[0]
    wide = [after - before - 1 for before, after in pairwise(edges)]
    return [_edge(upper, wide, frame), *_names(upper, wide, frame), _rule(upper, wide, frame)]


def _edge(upper: Sequence[Head], wide: Sequence[int], frame: Box) -> str:
    spans = [frame.top * cells for cells in _reach(upper, wide)]
    return frame.top_left + frame.top_divider.join(spans) + frame.top_right


def _names(upper: Sequence[Head], wide: Sequence[int], frame: Box) -> list[str]:
    """The names of the groups, each in the middle of what it stands over, folded where that is too narrow."""
    reach = _reach(upper, wide)
    folded = [
        _folded(visible(head.text) if head.group else "", cells) for head, cells in zip(upper, reach, strict=True)
    ]
    return [
        frame.head_left + frame.head_vertical.join(map(_centred, line, reach)) + frame.head_right
        for line in zip_longest(*folded, fillvalue="")
    ]


def _folded(name: str, cells: int) -> list[str]:
    lines = [""]
    for char in name:
        if width(lines[-1] + char) > cells:
            lines.append("")
        lines[-1] += char
    return lines


def _centred(text: str, cells: int) -> str:
    spare = cells - width(text)
    return " " * (spare // 2) + text + " " * (spare - spare // 2)


def _rule(upper: Sequence[Head], wide: Sequence[int], frame: Box) -> str:
    """A line under the groups; under a heading that reaches down there is none."""
    line, before, places = "", False, iter(wide)
    for at, head in enumerate(upper):
        mark = frame.head_row_horizontal if head.group else " "
        spans = [mark * next(places) for _ in range(head.across)]
        line += _joint(frame, before=before, after=head.group, first=at == 0) + frame.top_divider.join(spans)
        before = head.group
    return line + (frame.head_row_right if before else frame.head_right)


def _joint(frame: Box, *, before: bool, after: bool, first: bool) -> str:
    """What stands between two cells of the upper row, at the height of the line."""
    if first:
        return frame.head_row_left if after else frame.head_left
    if before and after:
        return frame.head_row_cross
    return frame.head_row_left if after else frame.head_row_right if before else frame.head_vertical


def _reach(upper: Sequence[Head], wide: Sequence[int]) -> list[int]:
    """Cells of each cell of the upper row, the dividers inside it among them."""
    at, found = 0, []
    for head in upper:
        found.append(sum(wide[at : at + head.across]) + head.across - 1)
        at += head.across
    return found


def print_framed(table: Table, stream: TextIO) -> None:
    """Print a table as it is read at a terminal, in as many frames as it takes."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    columns = [table.columns[at] for at in table.shown()]
    headings, body, _ = cells(table)
    if grouped(columns):
        headings = [visible(column.lower) for column in columns]
    whole = Part(columns, headings, body)
    picture = spark(table, whole, console.width) if _draws(stream) else None
    title = "\n".join(visible(line) for line in (table.title, table.subtitle) if line)
    for at, part in enumerate(parts(whole, console.width)):
        summed = table.totals is not None and bool(table.rows)
        _print_frame(console, part, _drawn(part, console, summed=summed, picture=picture), "" if at else title)
    if not body:
        console.print("（没有记录）")
    for note in table.notes:
        console.print(Text(f"注：{visible(note)}", style="dim"))


def _drawn(part: Part, console: Console, *, summed: bool, picture: Spark | None) -> RichTable:
    frame = box.ROUNDED.substitute(console.options, safe=console.safe_box)
    drawn = RichTable(box=frame, header_style="bold", title_style="bold", expand=False)
    wide = picture.widths if picture else widths(part, console.width)
    for at, (column, heading) in enumerate(zip(part.columns, part.headings, strict=True)):
        fixed = wide[at] if wide else None
        drawn.add_column(Text(heading), overflow="fold", width=fixed)
        drawn.columns[-1].justify = "right" if column.numeric else "left"
        if picture and at == picture.behind:
            drawn.add_column(Text(picture.heading), no_wrap=True, min_width=max(map(width, picture.texts)))
    last = len(part.body) - 1 if summed else -1
    for at, row in enumerate(part.body):
        line = [Text(text) for text in row]
        if picture:
            line.insert(picture.behind + 1, Text(picture.texts[at] if at < len(picture.texts) else "", style="blue"))
        drawn.add_row(*line, style="bold" if at == last else None, end_section=at == last - 1)
    return drawn


def _print_frame(console: Console, part: Part, drawn: RichTable, title: str) -> None:
    """Print one frame, the names of groups over their columns: rich knows no cell that spans several."""
    if not grouped(part.columns):
        drawn.title = Text(title) if title else None
        console.print(drawn)
        return
    lines = console.render_lines(drawn, pad=False)
    texts = ["".join(segment.text for segment in line) for line in lines]
    above = spanned(texts, part.columns, drawn.box or box.ROUNDED)
    if title:
        console.print(Text(title, style="bold"), justify="center", width=width(texts[0]))
    bold = console.get_style("bold")
    console.print(SegmentLines([[Segment(line, bold)] for line in above] + lines[1:], new_lines=True), end="")


def _draws(stream: TextIO) -> bool:
    """Whether the terminal's code page has what bars are drawn with."""
    try:
        "▏█▁".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
