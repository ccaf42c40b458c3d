"""Codes that carry a check digit, and telephone numbers.

GB 11643—1999 公民身份号码 · GB 32100—2015 统一社会信用代码. The area prefix of an id is not judged:
it is the area of first registration and keeps abolished codes.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from shuangbaodao_cli.problems import Unfit

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_ID = re.compile(r"\d{17}[\dX]")
_OTHER_DOCUMENT = re.compile(r"[A-Z]{1,2}\d{7,10}")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {char: value for value, char in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_LOOKALIKE = str.maketrans({"×": "X", "Х": "X", "х": "X", "x": "X"})
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?")


def id_check_character(first17: str) -> str:
    """The 18th character that GB 11643 gives to 17 digits."""
    return _ID_CHECK[sum(map(int.__mul__, map(int, first17), _ID_WEIGHTS)) % 11]


def uscc_check_character(first17: str) -> str:
    """The 18th character that GB 32100 gives to the first 17."""
    total = sum(_USCC_VALUE[char] * weight for char, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def _compact(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text.upper()
    return re.sub(r"[\s'`\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", text)).translate(_LOOKALIKE).upper()


def read_id(text: str) -> str:
    """An id number of 18 characters that passes its check; Unfit says what is wrong with it.

    A passport or travel permit (one or two letters and digits) has no check and is taken as it is.
    """
    number = _compact(text)
    if not _ID.fullmatch(number):
        if _OTHER_DOCUMENT.fullmatch(number):
            return number
        raise Unfit("id_invalid", f"身份证号应是18位，这里是{len(number)}位，请核对")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Unfit("id_invalid", "身份证号里的出生日期不存在，请核对") from None
    if id_check_character(number[:17]) != number[17]:
        raise Unfit("id_invalid", "身份证号最后一位校验不符，多半是有一位写错了，请核对")
    return number


def read_uscc(text: str) -> str:
    """A 统一社会信用代码 of 18 characters that passes its check."""
    code = _compact(text)
    if len(code) != 18 or any(char not in _USCC_VALUE for char in code):
        raise Unfit("uscc_invalid", f"统一社会信用代码应是18位数字和大写字母，这里是{len(code)}位，请核对")
    if uscc_check_character(code[:17]) != code[17]:
        raise Unfit("uscc_invalid", "统一社会信用代码最后一位校验不符，多半是有一位写错了，请核对")
    return code


def read_phone(text: str) -> str:
    """A mobile or landline number, digits only (a landline keeps its hyphen)."""
    if _MOBILE.fullmatch(text):
        return text
    number = _phone_digits(text)
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return number
    raise Unfit("phone_invalid", "电话号码应是11位手机号，或带区号的座机号，请核对")


def _phone_digits(text: str) -> str:
    number = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", text)).removeprefix("+86")
    plain = number.replace("-", "")
    if _MOBILE.fullmatch(plain):
        return plain
    area = 3 if plain.startswith(("010", "02")) else 4
    return f"{number[:area]}-{number[area:]}" if re.fullmatch(r"0\d{9,11}", number) else number
