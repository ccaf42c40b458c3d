"""Cells coloured by hand: red often means 未报到. The meaning cannot be guessed, so the colours are reported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.files.xlsx_parts import elements

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

COLOUR_NAMES = {
    "FF0000": "红",
    "C00000": "深红",
    "FFFF00": "黄",
    "FFC000": "橙",
    "00B050": "绿",
    "92D050": "浅绿",
    "00B0F0": "蓝",
}
"""The standard colours of WPS and Excel that people mark with; others are named by their number."""
_DEFAULT_COLOURS = {"", "FFFFFF", "000000"}
_CUSTOM_COLOUR = rb"rgb=[\"'](?!..(?:000000|FFFFFF))"
ROWS_PER_MARKED_ROW = 3
"""A colour on more than one row in so many is part of the layout and marks nothing."""
_MAX_MATCHES = 2_000
"""Cells of one style in one chunk of a sheet; a style on more of them is part of the layout."""


def coloured_styles(archive: zipfile.ZipFile) -> dict[bytes, str]:
    """Number of each cell style with a custom colour → its colour (RRGGBB); theme colours are layout."""
    sections: dict[str, list[str]] = {"fonts": [], "fills": []}
    colour_by_style: dict[bytes, str] = {}
    section, count = "", 0
    for element in elements(archive, "xl/styles.xml", _CUSTOM_COLOUR):
        tag = element.tag.rsplit("}")[-1]
        if tag in {"fonts", "fills", "cellXfs", "borders", "cellStyleXfs", "cellStyles", "dxfs"}:
            section = tag
        elif tag in {"font", "fill"} and section == f"{tag}s":
            sections[section].append("")
        elif (tag, section) in {("color", "fonts"), ("fgColor", "fills")} and sections[section]:
            sections[section][-1] = element.get("rgb", "")[-6:].upper()
        elif tag == "xf" and section == "cellXfs":
            colours = (
                sections[name][int(element.get(key, 0))] for name, key in (("fills", "fillId"), ("fonts", "fontId"))
            )
            if colour := next((rgb for rgb in colours if rgb not in _DEFAULT_COLOURS), ""):
                colour_by_style[b"%d" % count] = colour
            count += 1
    return colour_by_style


def coloured_cells(xml: bytes, colour_by_style: dict[bytes, str]) -> Iterator[tuple[bytes, str]]:
    """The attributes and the colour of each cell with a coloured style in a chunk of a sheet's XML."""
    for style, colour in colour_by_style.items():
        style_attribute = b' s="%s"' % style
        if not 0 < xml.count(style_attribute) <= _MAX_MATCHES:
            continue
        for match in re.finditer(re.escape(style_attribute), xml):
            start = xml.rfind(b"<", max(match.start() - 200, 0), match.start())
            if re.match(rb"<(?:\w+:)?c\s", xml[start : start + 8]):
                yield xml[start : match.start()], colour
