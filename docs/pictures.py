"""Pictures of the program at work (SVG), drawn from what it prints: the same bytes each time, so a test holds them.

A terminal is drawn by rich. A page of a report stands in its picture as it is, for a browser to lay out.
"""

from __future__ import annotations

import os
import re
from html import escape, unescape
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING
from unittest.mock import patch

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from running import beside_examples, spoken
from shuangbaodao_cli.values.text import display_width

if TYPE_CHECKING:
    from collections.abc import Sequence

IMPORT = "sbd import examples/*.xlsx"
SESSION = (
    IMPORT,
    "sbd log activity 义务理发 --place 塔沟社区 --served 12 --people 王佳琳 --hours 1.5",
    "sbd report --month --by place --place 石洞子沟街道",
)
SCREENS = {
    "report": ("sbd report --month --compare previous", "sbd report monthly --half 2026H1"),
    "explain": ("sbd report --month --place 西坎村 --explain",),
}
"""Pictures of reports: the name of each, and what is typed for it."""
PAGE = "sbd report --month --format html"
PARTS = ("双报到工作汇总", "各社区各类服务次数", "双报到工作汇总——按月份")
"""The sections of that page that stand in its picture; all of it would be three times as long."""
WIDE = 102
LETTER, ASPECT = 20, 0.602
"""The size of a letter, as rich has it, and how wide a cell is to that: so of most monospaced fonts."""
CELL = LETTER * ASPECT
FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: "Cascadia Mono", Consolas, Menlo, "DejaVu Sans Mono", "Noto Sans Mono CJK SC",
    "Microsoft YaHei", "PingFang SC", monospace;
  font-size: {char_height}px;
}}
.{unique_id}-title {{ font: bold 16px "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; }}
{styles}
</style>
<defs>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""
HIGH = 1385
"""How much of the page the picture shows: about to the end of the drawings, it depends on the viewer's fonts."""
PAPER = """\
<svg width="1152" height="{high}" viewBox="0 0 1152 {high}" xmlns="http://www.w3.org/2000/svg"
  style="width: 1152px; height: {high}px">
<foreignObject width="1152" height="{high}">
<html xmlns="http://www.w3.org/1999/xhtml" lang="zh-CN"><head>{style}</head>
<body style="padding: 0 2em"><main>
{body}
</main></body></html>
</foreignObject>
<rect x="1" y="1" width="1150" height="{edge}" style="fill: none; stroke: #999; stroke-width: 2px"/>
</svg>
"""
PLACED = re.compile(r'<text class="([^"]+)" x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+"[^>]*>([^<]*)</text>')


class Terminal(StringIO):
    """Takes what is printed and passes for a terminal."""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a stream of text in memory has none
        """It can show the blocks that bars are made of."""
        return "utf-8"

    def isatty(self) -> bool:
        """It is one, as far as the program can tell."""
        return True


def pictures() -> dict[str, str]:
    """Every picture: the name of its file without the ending, and the SVG."""
    made = {"session": screen(SESSION)}
    for name, typed in SCREENS.items():
        made[name] = screen(typed, before=(IMPORT,))
    return made | {"page": page()}


def screen(typed: Sequence[str], *, before: Sequence[str] = ()) -> str:
    """Commands and what they print as it looks at a terminal: really run, after those that are not shown."""
    console = Console(record=True, file=StringIO(), width=WIDE, force_terminal=True, color_system="truecolor")
    terminal = {"COLUMNS": str(WIDE), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with beside_examples(), patch.dict(os.environ, terminal):
        os.environ.pop("NO_COLOR", None)
        for command in before:
            spoken(command)
        for at, command in enumerate(typed):
            console.print(Text.assemble(("\n" if at else "") + "$ ", (command, "bold")), soft_wrap=True)
            console.print(Text.from_ansi(spoken(command, Terminal()).rstrip()), soft_wrap=True)
    svg = console.export_svg(title="sbd", theme=MONOKAI, code_format=FRAME, font_aspect_ratio=ASPECT, unique_id="sbd")
    return re.sub(r"[ \t]+$", "", PLACED.sub(spread, svg), flags=re.MULTILINE)


def spread(text: re.Match[str]) -> str:
    """A line in its cells, each wide letter and each word placed by itself: rich gives every letter one cell."""
    style, x, y, content = text.groups()
    at, placed = float(x), []
    for (cells, blank), letters in groupby(
        unescape(content), key=lambda letter: (display_width(letter), letter.isspace())
    ):
        for piece in letters if cells == 2 else ["".join(letters)]:
            long = display_width(piece) * CELL
            fitted = f'x="{at + (long - LETTER) / 2:g}"' if cells == 2 else f'x="{at:g}" textLength="{long:g}"'
            placed += [] if blank else [f"<tspan {fitted}>{escape(piece)}</tspan>"]
            at += long
    return f'<text class="{style}" y="{y}">{"".join(placed)}</text>\n'


def page() -> str:
    """The page of a month in a picture: its own style and some of its sections, word for word."""
    with beside_examples():
        spoken(IMPORT)
        told = spoken(PAGE)
    style = told[told.index("<style>") : told.index("</style>") + len("</style>")]
    sections = re.findall(r"<section.*?</section>", told, re.DOTALL)
    shown = [one for one in sections if set(re.findall(r"<h\d[^>]*>([^<]*)<", one)) & set(PARTS)]
    body = "\n".join(shown).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    return PAPER.format(style=style, body=body, high=HIGH, edge=HIGH - 2)
