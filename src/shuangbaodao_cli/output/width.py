"""How many cells a text takes up, on a terminal and in a column of a sheet."""

from __future__ import annotations

import unicodedata
from functools import cache


@cache
def _cells(char: str) -> int:
    """Cells of one character: 2 for a wide one, 0 for one that joins the character before it."""
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def width(text: str) -> int:
    """Cells a text takes up: a Chinese character is 2, a combining or zero-width one is 0."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """The text filled with spaces to this many cells; ``right`` sets it flush right.

    A text that is wider already comes back as it is.
    """
    space = " " * (cells - width(text))
    return space + text if right else text + space
