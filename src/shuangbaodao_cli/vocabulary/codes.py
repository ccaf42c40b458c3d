"""Codes that carry a check digit, and telephone numbers.

GB 11643—1999 公民身份号码 · GB 32100—2015 统一社会信用代码. The area prefix of an id is not judged:
it is the area of first registration and keeps abolished codes.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from operator import mul

from shuangbaodao_cli.problems import Unfit

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_ID_ZEROES = sum(_ID_WEIGHTS) * ord("0")
"""What the weighted sum of the bytes of 17 digits is over that of the digits."""
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {char: value for value, char in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_LOOKALIKE = str.maketrans({"×": "X", "Х": "X", "х": "X", "x": "X"})


def _is_mobile(number: str) -> bool:
    r"""``^1[3-9]\\d{9}$``."""
    return len(number) == 11 and number.isascii() and number.isdigit() and number[0] == "1" and number[1] > "2"


def _is_landline(number: str) -> bool:
    """An area code or none, 7 or 8 digits, an extension or none, parted by hyphens."""
    return re.fullmatch(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?", number) is not None


def id_check_character(first17: str) -> str:
    """The 18th character that GB 11643 gives to 17 digits."""
    return _ID_CHECK[(sum(map(mul, first17.encode(), _ID_WEIGHTS)) - _ID_ZEROES) % 11]


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
    if len(number) != 18 or not number[:17].isdigit() or not (number[17].isdigit() or number[17] == "X"):
        if re.fullmatch(r"[A-Z]{1,2}\d{7,10}", number):
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
    if _is_mobile(text):
        return text
    number = _phone_digits(text)
    if _is_mobile(number) or _is_landline(number):
        return number
    raise Unfit("phone_invalid", "电话号码应是11位手机号，或带区号的座机号，请核对")


def _phone_digits(text: str) -> str:
    number = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", text)).removeprefix("+86")
    plain = number.replace("-", "")
    if _is_mobile(plain):
        return plain
    area = 3 if plain.startswith(("010", "02")) else 4
    return f"{number[:area]}-{number[area:]}" if re.fullmatch(r"0\d{9,11}", number) else number
