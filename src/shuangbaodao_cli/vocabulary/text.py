"""How words are compared: what is stored stays as written, what is matched is folded."""

from __future__ import annotations

import re
import unicodedata

SPACES = re.compile(r"\s+")
_BLANKS = re.compile(r"[^\S\n]+")
_MIDDLE_DOTS = dict.fromkeys(map(ord, "•‧∙⋅・･᛫●."), "·")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BRACKETED_TAIL = re.compile(r"\([^()]*\)$")


def tidy(text: str) -> str:
    """The text as it is stored: outer space off, inner runs of space made one; lines stay lines."""
    return text if text.isalnum() else _BLANKS.sub(" ", text).strip()


def has_control(text: str) -> bool:
    """Whether the text carries control characters, which no name or note has a use for."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def fold(text: str) -> str:
    """The text as it is matched: width, space, invisible characters and kinds of dot do not count.

    >>> fold("张　三"), fold("阿•买提"), fold("（文庙）社区")
    ('张三', '阿·买提', '(文庙)社区')
    """
    if text.isascii():
        return "".join(text.split()).replace(".", "·").casefold()
    if not unicodedata.is_normalized("NFKC", text) or not text.isalpha():
        text = unicodedata.normalize("NFKC", text).translate(_MIDDLE_DOTS)
        text = _INVISIBLE.sub("", SPACES.sub("", text))
    return text.casefold()


def fold_header(text: str) -> tuple[str, str]:
    """A heading folded, and the same without its bracketed tail: 服务时长（小时） → …, 服务时长.

    Leading order numbers and the * of a required column do not count.
    """
    folded = re.sub(r"^(?:[*＊]|\d+[.、])+|[:：*＊]+$", "", fold(text).replace("·", "."))
    return folded, _BRACKETED_TAIL.sub("", folded)
