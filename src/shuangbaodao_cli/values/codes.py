"""Codes with a check digit: id numbers and the credit codes of organisations.

GB 11643—1999 公民身份号码 · GB 32100—2015 统一社会信用代码.
"""

from __future__ import annotations

import re
from datetime import date
from operator import mul

from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.text import compact, pattern

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_ID_ASCII_OFFSET = sum(_ID_WEIGHTS) * ord("0")
"""The weighted sum of the ASCII codes of 17 digits minus that of the digits."""
_PROVINCES = r"9?(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
"""GB/T 2260, with 81 to 83 for the residence permits of people from 香港, 澳门 and 台湾; permanent residence
permits of foreigners have a 9 before it."""
_MASKED_ID = r"\d{1,14}(?:[*•●]+|X{3,})[\dX]{0,6}"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {char: value for value, char in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_LOOKALIKES = str.maketrans({"×": "X", "Х": "X", "х": "X", "x": "X"})


def id_check_character(first17: str) -> str:
    """The 18th character that GB 11643 gives to 17 digits."""
    return _ID_CHECK[(sum(map(mul, first17.encode(), _ID_WEIGHTS)) - _ID_ASCII_OFFSET) % 11]


def uscc_check_character(first17: str) -> str:
    """The 18th character that GB 32100 gives to the first 17."""
    total = sum(_USCC_VALUE[char] * weight for char, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def _normalize(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text.upper()
    return compact(text).translate(_LOOKALIKES).upper()


def parse_id(text: str) -> str:
    """A valid id number of 18 characters; InvalidValue says what is wrong with it.

    A number of 15 digits, as issued until 1999, becomes the one of 18 that its holder has now. A passport,
    travel or residence permit that begins with letters has no check digit and is returned as it is.
    """
    number = _normalize(text)
    if len(number) == 15 and number.isdigit():
        number = _to_18_digits(number)
    if len(number) != 18 or not number[:17].isdigit() or not (number[17].isdigit() or number[17] == "X"):
        if re.fullmatch(r"[A-Z]{1,2}\d{7,10}|[A-Z]{3}\d{12}", number):
            return number
        raise _invalid_id_error(number)
    if _birth_date(number) is None:
        raise InvalidValue("id_invalid", "身份证号里的出生日期不存在，请核对")
    if id_check_character(number[:17]) != number[17]:
        raise InvalidValue("id_invalid", "身份证号最后一位校验不符，多半是有一位写错了，请核对")
    return number


def birth_date_hint(number: str) -> str:
    """The birth date of an id number whose last digits are lost, as a remark for a message; empty without one."""
    birth_date = _birth_date(number)
    return f"（还看得出{birth_date.year}年{birth_date.month}月{birth_date.day}日出生）" if birth_date else ""


def _birth_date(number: str) -> date | None:
    """The birth date in an id number of 18 characters; None where there is no such day."""
    try:
        return date.fromisoformat(number[6:14])
    except ValueError:
        return None


def _to_18_digits(number: str) -> str:
    """A number of 15 digits as 18: its holders were born in the 1900s (GB 11643—1999, 附录)."""
    first17 = f"{number[:6]}19{number[6:]}"
    return first17 + id_check_character(first17)


def _invalid_id_error(number: str) -> InvalidValue:
    if pattern(_MASKED_ID).fullmatch(number):
        return InvalidValue("id_masked", "身份证号是打了星号的，认不出是谁，这一格没有采用；能补全的请补全18位")
    return InvalidValue("id_invalid", f"身份证号应是18位，这里是{len(number)}位，请核对")


def has_known_province(number: str) -> bool:
    """Whether an id number begins with the code of a province; true of passports and permits too.

    Only the province is checked. The rest is the county of first registration, which may have an abolished
    code, and public lists of counties (python-stdnum's among them) lack current ones such as 610881.
    """
    return not number[0].isdigit() or pattern(_PROVINCES).match(number) is not None


def parse_uscc(text: str) -> str:
    """A valid 统一社会信用代码 of 18 characters; InvalidValue says what is wrong with it."""
    code = _normalize(text)
    if len(code) != 18 or any(char not in _USCC_VALUE for char in code):
        raise InvalidValue("uscc_invalid", f"统一社会信用代码应是18位数字和大写字母，这里是{len(code)}位，请核对")
    if uscc_check_character(code[:17]) != code[17]:
        raise InvalidValue("uscc_invalid", "统一社会信用代码最后一位校验不符，多半是有一位写错了，请核对")
    return code
