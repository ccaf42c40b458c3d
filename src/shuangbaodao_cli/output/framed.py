"""A table at a terminal, drawn by rich. Figures are never folded: what has no room beside stands below."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich import box
from rich.console import Console
from rich.segment import Segment, SegmentLines
from rich.table import Table as RichTable
from rich.text import Text

from shuangbaodao_cli.output.fitting import Part, parts, widths
from shuangbaodao_cli.output.heads import grouped
from shuangbaodao_cli.output.screen import cells
from shuangbaodao_cli.output.spanning import spanned
from shuangbaodao_cli.output.spark import Spark, spark
from shuangbaodao_cli.output.visible import visible
from shuangbaodao_cli.output.width import width

if TYPE_CHECKING:
    from shuangbaodao_cli.output.table import Table


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
