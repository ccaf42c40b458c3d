"""Telephone numbers of mainland China: mobile and landline, one or several in a cell."""

from __future__ import annotations

import re
import unicodedata

from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.vocabulary.text import pattern

_NOISE = r"[\s()'`\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_PARTED = r"[/、,;|\n]|或者?|\s{2,}|(?<=\d)\s(?=1[3-9]\d)"
_REMARK = r"\([^()]*\)|[^\d\s()+-]{1,8}[:：]?(?=[\d+(])"
"""What people write beside a number: （微信同号）, 手机："""
_MASK = r"\d{2,7}[*xX]{3,}\d{0,4}"


class Several(str):
    """The first of several telephone numbers in one cell; the others are kept as they are written."""

    __slots__ = ("others", "sound")
    others: str
    sound: bool
    """Whether the others are telephone numbers too."""


def read_phone(text: str) -> str:
    """A mobile or landline number, digits only (a landline keeps its hyphen)."""
    if _is_mobile(text):
        return text
    number = _digits(text)
    if _is_mobile(number) or _is_landline(number):
        return number
    raise _no_phone(number)


def read_phones(text: str) -> str:
    """The first telephone number of a cell; ``Several`` where the cell says more than that."""
    try:
        return read_phone(text)
    except Unfit as unfit:
        said = [part.strip() for part in pattern(_PARTED).split(unicodedata.normalize("NFKC", text)) if part.strip()]
        numbers = [_number_in(part) for part in said]
        at = next((at for at, number in enumerate(numbers) if number), None)
        if at is None:
            raise Unfit(unfit.kind, unfit.message) from None
        first = Several(numbers[at])
        first.others = "、".join(part for i, part in enumerate(said) if i != at or _digits(part) != first)
        first.sound = all(numbers)
        return first if first.others else str(first)


def _number_in(text: str) -> str | None:
    """The one number in a text with remarks; None where there is none."""
    for tried in (text, pattern(_REMARK).sub("", text)):
        number = _digits(tried)
        if _is_mobile(number) or _is_landline(number):
            return number
    return None


def _is_mobile(number: str) -> bool:
    r"""``^1[3-9]\\d{9}$``."""
    return len(number) == 11 and number.isascii() and number.isdigit() and number[0] == "1" and number[1] > "2"


def _is_landline(number: str) -> bool:
    """An area code or none, 7 or 8 digits, an extension or none, parted by hyphens."""
    return re.fullmatch(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?", number) is not None


def _digits(text: str) -> str:
    """The number without space, brackets and country code, an area code parted by a hyphen."""
    number = pattern(_NOISE).sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))
    if "~" in number or not number.isascii():
        number = re.sub(r"[—–－~]+", "-", number)
    if "86" in number[:4]:
        number = re.sub(r"^(?:\+|00)?86-?(?=1[3-9][\d-]{9,}$)", "", number)
    number = number.removesuffix(".0")
    plain = number.replace("-", "")
    if _is_mobile(plain):
        return plain
    area = 3 if plain.startswith(("010", "02")) else 4
    return f"{number[:area]}-{number[area:]}" if re.fullmatch(r"0\d{9,11}", number) else number


def _no_phone(number: str) -> Unfit:
    if re.fullmatch(r"\d(?:\.\d+)?E\+?\d+", number, re.IGNORECASE):
        return Unfit("phone_invalid", "电话号码末几位已经丢失，请核对：把这一列设为“文本”格式，再重填完整的号码")
    if pattern(_MASK).fullmatch(number):
        return Unfit("phone_masked", "电话号码是打了星号的，这一格没有采用；能补全的请补全")
    digits = f"，这里是{len(number)}位" if number.isdigit() else ""
    return Unfit("phone_invalid", f"电话号码应是11位手机号，或带区号的座机号{digits}，请核对")
