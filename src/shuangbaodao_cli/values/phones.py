"""Telephone numbers of mainland China, mobile and landline: one on the command line, several in a cell."""

from __future__ import annotations

import unicodedata

from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.text import compact, pattern

_SEPARATORS = r"[/、,;|\n]|或者?|\s{2,}|(?<=\d)\s(?=1[3-9]\d)"
_REMARK = r"\([^()]*\)|[^\d\s()+-]{1,8}[:：]?(?=[\d+(])"
"""What people write beside a number: （微信同号）, 手机："""
_MASKED_PHONE = r"\d{2,7}[*xX]{3,}\d{0,4}"
_LANDLINE = r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?"
_COUNTRY_CODE = r"^(?:\+|00)?86-?(?=1[3-9][\d-]{9,}$)"
_SCIENTIFIC = r"\d(?:\.\d+)?[Ee]\+?\d+"
_DASHES = r"[—–－~]+"


class SeveralPhones(str):
    """The first of several telephone numbers in one cell; ``others`` is the rest as it is written."""

    __slots__ = ("others", "others_valid")
    others: str
    others_valid: bool
    """Whether all the others are telephone numbers too."""


def parse_phone(text: str) -> str:
    """A mobile or landline number, digits only (a landline keeps its hyphen). Raises InvalidValue."""
    if number := _complete_number(text):
        return number
    raise _invalid_phone_error(_normalize(text))


def parse_phones(text: str) -> str:
    """The first telephone number of a cell; ``SeveralPhones`` where the cell holds more. Raises InvalidValue."""
    if number := _complete_number(text):
        return number
    parts = [part.strip() for part in pattern(_SEPARATORS).split(unicodedata.normalize("NFKC", text)) if part.strip()]
    numbers = [_complete_number(part) or _complete_number(pattern(_REMARK).sub("", part)) for part in parts]
    index = next((index for index, number in enumerate(numbers) if number), None)
    if index is None:
        raise _invalid_phone_error(_normalize(text))
    first = SeveralPhones(numbers[index])
    first.others = "、".join(
        part for position, part in enumerate(parts) if position != index or _normalize(part) != first
    )
    first.others_valid = all(numbers)
    return first if first.others else str(first)


def _complete_number(text: str) -> str | None:
    """The text as a telephone number; None where it is none or holds anything else."""
    if _is_mobile(text):
        return text
    number = _normalize(text)
    return number if _is_mobile(number) or _is_landline(number) else None


def _is_mobile(number: str) -> bool:
    r"""``^1[3-9]\\d{9}$``."""
    return len(number) == 11 and number.isascii() and number.isdigit() and number[0] == "1" and number[1] > "2"


def _is_landline(number: str) -> bool:
    """Whether it is 7 or 8 digits, optionally with an area code and an extension, separated by hyphens."""
    return number[:1].isdigit() and pattern(_LANDLINE).fullmatch(number) is not None


def _normalize(text: str) -> str:
    """The number without spaces, brackets and country code, the area code separated by a hyphen."""
    number = compact(text).replace("(", "").replace(")", "")
    if "~" in number or not number.isascii():
        number = pattern(_DASHES).sub("-", number)
    if "86" in number[:4]:
        number = pattern(_COUNTRY_CODE).sub("", number)
    number = number.removesuffix(".0")
    plain = number.replace("-", "")
    if _is_mobile(plain):
        return plain
    area = 3 if plain.startswith(("010", "02")) else 4
    bare = number.startswith("0") and 10 <= len(number) <= 12 and number.isdecimal()
    return f"{number[:area]}-{number[area:]}" if bare else number


def _invalid_phone_error(number: str) -> InvalidValue:
    if pattern(_SCIENTIFIC).fullmatch(number):
        return InvalidValue("phone_invalid", "电话号码末几位已经丢失，请核对：把这一列设为“文本”格式，再重填完整的号码")
    if pattern(_MASKED_PHONE).fullmatch(number):
        return InvalidValue("phone_masked", "电话号码是打了星号的，这一格没有采用；能补全的请补全")
    digits = f"，这里是{len(number)}位" if number.isdigit() else ""
    return InvalidValue("phone_invalid", f"电话号码应是11位手机号，或带区号的座机号{digits}，请核对")
