"""Cells that somebody coloured: red is often 未报到. What a colour means is nobody's to guess, so it is told."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.related import elements
from shuangbaodao_cli.intake.rows import letter
from shuangbaodao_cli.problems import Problem

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    from shuangbaodao_cli.intake.sheet import Sheet
    from shuangbaodao_cli.intake.tables import Table

NAMES = {
    "FF0000": "红",
    "C00000": "深红",
    "FFFF00": "黄",
    "FFC000": "橙",
    "00B050": "绿",
    "92D050": "浅绿",
    "00B0F0": "蓝",
}
"""The standard colours of WPS and Excel that people mark with; others are called by their number."""
_PLAIN = {"", "FFFFFF", "000000"}
_CHOSEN = rb"rgb=[\"'](?!..(?:000000|FFFFFF))"
MOST = 3
"""A colour on more than one row in so many is how the sheet looks, and marks nothing."""
_SEARCHED = 2_000
"""Cells of one style in one piece of a sheet; who marks more marks nothing."""


def styles(parts: zipfile.ZipFile) -> dict[bytes, str]:
    """Number of each cell style that is coloured by hand → its colour; theme colours are how a sheet looks."""
    sections: dict[str, list[str]] = {"fonts": [], "fills": []}
    found: dict[bytes, str] = {}
    section, count = "", 0
    for one in elements(parts, "xl/styles.xml", _CHOSEN):
        tag = one.tag.rsplit("}")[-1]
        if tag in {"fonts", "fills", "cellXfs", "borders", "cellStyleXfs", "cellStyles", "dxfs"}:
            section = tag
        elif tag in {"font", "fill"} and section == f"{tag}s":
            sections[section].append("")
        elif (tag, section) in {("color", "fonts"), ("fgColor", "fills")} and sections[section]:
            sections[section][-1] = one.get("rgb", "")[-6:].upper()
        elif tag == "xf" and section == "cellXfs":
            chosen = (sections[name][int(one.get(key, 0))] for name, key in (("fills", "fillId"), ("fonts", "fontId")))
            if colour := next((rgb for rgb in chosen if rgb not in _PLAIN), ""):
                found[b"%d" % count] = colour
            count += 1
    return found


def coloured(piece: bytes, known: dict[bytes, str]) -> Iterator[tuple[bytes, str]]:
    """The attributes of each cell of a piece of a sheet that has a coloured style, and its colour."""
    for style, colour in known.items():
        mark = b' s="%s"' % style
        if not 0 < piece.count(mark) <= _SEARCHED:
            continue
        for match in re.finditer(re.escape(mark), piece):
            start = piece.rfind(b"<", max(match.start() - 200, 0), match.start())
            if re.match(rb"<(?:\w+:)?c\s", piece[start : start + 8]):
                yield piece[start : match.start()], colour


def tell(table: Table, sheet: Sheet) -> None:
    """Warn of the colours that stand on a few rows of a table only."""
    lines = {number - 1: at for at, number in enumerate(table.numbers)}
    marked = {spot: colour for spot, colour in sheet.colours.items() if spot[0] in lines and _said(sheet, spot)}
    for colour, count in sorted(Counter(marked.values()).items()):
        spots = sorted(spot for spot, one in marked.items() if one == colour)
        if MOST * len({row for row, _ in spots}) > len(lines):
            continue
        row, column = spots[0]
        cell = f"{table.sheet}!{letter(column)}{row + 1}"
        name = f"{NAMES[colour]}色" if colour in NAMES else f"特别的颜色（#{colour}）"
        message = f"有 {count} 格标了{name}，颜色的意思没有收进来；如果它有含义，请另加一列写明再导入"
        table.problems.append(Problem("colour", "warning", cell, "", name, message))


def _said(sheet: Sheet, spot: tuple[int, int]) -> bool:
    row, column = spot
    return row < len(sheet.rows) and column < len(sheet.rows[row]) and sheet.rows[row][column] != ""
