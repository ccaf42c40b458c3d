"""Text: folded for matching, tidied for storing, split into names; made safe and measured for showing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

SPACES = r"\s+"
_ASCII_NOISE = str.maketrans("", "", "\t\n\v\f\r\x1c\x1d\x1e\x1f '`")
_NOISE = r"[\s'`\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_SPACES_IN_LINE = r"[^\S\n]+"
_MIDDLE_DOTS = dict.fromkeys(map(ord, "•‧∙⋅・･᛫●."), "·")
_INVISIBLE = r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
_DIRECTION_MARKS = r"[\u202a-\u202e\u2066-\u2069]"
_NAME_SEPARATOR = r"[、，,；;/\n]+(?![^（(]*[）)])"
"""What separates several names in one cell, outside brackets."""
_SPACE_SEPARATED = r"(?<!\S)\S\s+\S(?!\S)|\S+"
"""A word between spaces: a name, or the two characters of one that was spaced to the width of three."""
_AND_OTHERS = r"等(?:[\d零一二两三四五六七八九十百]*[余多]?[人名位]?)?\s*$"
_MARK = r"[★☆※●■▲◆△○#＃√✓]"
_REMARK = r"(?:（[^（）()]*）|\([^（）()]*\)|【[^【】]*】)"
_BEFORE_NAME = rf"^(?:\s|\d{{1,4}}\s*[.、．)）]|{_MARK}|[*＊](?![*＊])|{_REMARK})+"
_AFTER_NAME = rf"(?:\s|{_MARK}|(?<![*＊])[*＊]|{_REMARK})+$"
_BRACKETED_TAIL = r"\([^()]*\)$"


@cache
def pattern(expression: str) -> re.Pattern[str]:
    """A regular expression, compiled at its first use: all at import would cost a short command 5 ms."""
    return re.compile(expression)


def tidy(text: str) -> str:
    """The text as it is stored: stripped, inner runs of space made one, line breaks unchanged."""
    return text if text.isalnum() else pattern(_SPACES_IN_LINE).sub(" ", text).strip()


def compact(code: str) -> str:
    """A number or code without spaces, quotes and invisible characters."""
    if code.isascii():
        return code.translate(_ASCII_NOISE)
    return pattern(_NOISE).sub("", unicodedata.normalize("NFKC", code))


def has_control(text: str) -> bool:
    """Whether the text has control characters other than tab, line feed and carriage return."""
    return not text.isprintable() and pattern(_CONTROL).search(text) is not None


def has_direction_marks(text: str) -> bool:
    """Whether the text changes the writing direction, so that it reads differently from what is stored."""
    return not text.isprintable() and pattern(_DIRECTION_MARKS).search(text) is not None


def fold(text: str) -> str:
    """The text folded for matching: width, case, space, invisible characters and kinds of dot are ignored.

    >>> fold("张　三"), fold("阿•买提"), fold("（文庙）社区")
    ('张三', '阿·买提', '(文庙)社区')
    """
    if text.isascii():
        return "".join(text.split()).replace(".", "·").casefold()
    if not unicodedata.is_normalized("NFKC", text) or not text.isalpha():
        text = unicodedata.normalize("NFKC", text).translate(_MIDDLE_DOTS)
        text = pattern(_INVISIBLE).sub("", pattern(SPACES).sub("", text))
    return text.casefold()


def fold_header(text: str) -> tuple[str, str]:
    """A heading folded, and the same without its bracketed tail: 服务时长（小时） → …, 服务时长.

    Leading numbers and the * of a required column are ignored.
    """
    folded = re.sub(r"^(?:[*＊]|\d+[.、])+|[:：*＊]+$", "", fold(text).replace("·", "."))
    return folded, pattern(_BRACKETED_TAIL).sub("", folded)


def split_names(cell: str) -> list[str]:
    """The names in a cell, each once, in their order.

    A space separates 张三 李四, but not 张 三, where it fills the column, nor names in Latin letters;
    等6人 after the last is no part of a name.
    """
    names: list[str] = []
    for part in pattern(_NAME_SEPARATOR).split(pattern(_AND_OTHERS).sub("", cell)):
        words = pattern(_SPACE_SEPARATED).findall(part)
        are_names = all(len(name) > 1 and not name.isascii() for name in words)
        names += words if are_names else [part.strip()]
    return list(dict.fromkeys(name for name in names if name))


def has_unnamed_others(cell: str) -> bool:
    """Whether a cell says that there were others besides its names: 张三、李四等6人."""
    return pattern(_AND_OTHERS).search(cell) is not None


def strip_name_marks(text: str) -> str:
    """A name without what people put around it: order number, marks, a remark in brackets.

    What would be no name without them stays as it is: 张* is a masked name.

    >>> strip_name_marks("张三（组长）"), strip_name_marks("★张三"), strip_name_marks("1.张三"), strip_name_marks("张*")
    ('张三', '张三', '张三', '张*')
    """
    if text.isalpha():
        return text
    name = pattern(_AFTER_NAME).sub("", pattern(_BEFORE_NAME).sub("", text))
    return name if sum(map(str.isalpha, name)) > 1 else text


_CONTROL_OR_INVISIBLE = r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"


def replace_controls(text: str) -> str:
    """The text with every control, direction and zero-width character replaced by a visible sign."""
    return (
        text
        if text.isprintable()
        else re.sub(_CONTROL_OR_INVISIBLE, lambda match: "⏎" if match[0] == "\n" else "␛", text)
    )


@cache
def _char_width(char: str) -> int:
    """Terminal cells of one character: 2 for a wide one, 0 for a combining one."""
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def display_width(text: str) -> int:
    """Terminal cells of a text: a Chinese character is 2, a combining or zero-width one is 0."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


def pad(text: str, target_width: int, *, align_right: bool = False) -> str:
    """The text padded with spaces to so many terminal cells.

    A text that is wider already is returned unchanged.
    """
    space = " " * (target_width - display_width(text))
    return space + text if align_right else text + space
