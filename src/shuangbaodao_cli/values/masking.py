"""Masking: what is shown of ids, phone numbers and names unless somebody gives a reason to see them whole.

An id keeps only its area and its last character: with the birth date known, four more digits would leave
exactly one possible number.
"""

from __future__ import annotations

import re
import unicodedata

_SINGLE_NAME = r"[^、，,；;/\n]+"
_SEPARATOR = r"[ \-\u2010-\u2014]?"
"""What may separate two digits of a number: 199-0000-1234, 199 0000 1234."""
_ID = rf"(?<!\d)[1-9１-９](?:{_SEPARATOR}\d){{16}}{_SEPARATOR}[\dXxＸｘ](?!\d)"
_MOBILE = rf"(?:(?<!\d)|(?<=(?<!\d)86)|(?<=(?<!\d)0086))[1１]{_SEPARATOR}[3-9３-９](?:{_SEPARATOR}\d){{9}}(?!\d)"

_LONG_NUMBER = r"(?<![\d*])(?!(?:19|20)\d{6}(?!\d))[A-Za-z]{0,2}\d{7,}(?!\d)"
"""A passport, a bank card, a landline."""


def mask_id(number: str) -> str:
    """An id number masked, ``130802***********X``; of a passport the first and the last character are shown."""
    shown = 6 if len(number) == 18 else 1
    return f"{number[:shown]}{'*' * (len(number) - shown - 1)}{number[-1:]}" if len(number) > 4 else "*" * len(number)


def mask_phone(number: str) -> str:
    """A phone number masked, ``199****1234``; a landline keeps its last two digits."""
    if re.fullmatch(r"\d{3}(\d|\*){4}\d{4}", number):  # a masked number stays as it is
        return f"{number[:3]}****{number[-4:]}"
    return f"{'*' * (len(number) - 2)}{number[-2:]}"


def mask_private(_: str) -> str:
    """A placeholder for the name, health or address of a care recipient: it shows only that there is a value."""
    return "＊＊"


def mask_name(name: str) -> str:
    """Names masked as on public notices, ``王小兰`` → ``王*兰``, ``张三`` → ``张*``; several names each by itself."""
    return re.sub(_SINGLE_NAME, lambda match: _mask_single_name(match[0]), name)


def _mask_single_name(name: str) -> str:
    # 张　三 is spaced to fill a line; a combining mark is no letter of its own
    letters = [letter for letter in name if not letter.isspace() and unicodedata.category(letter) != "Mn"]
    if len(letters) < 2:
        return "*" * len(letters)
    last = letters[-1] if len(letters) > 2 else ""
    return letters[0] + "*" * (len(letters) - 1 - len(last)) + last


def mask_numbers(text: str) -> str:
    """The text with its ids and mobile numbers masked: 报名电话19900001234 → 报名电话199****1234."""
    masked = re.sub(_ID, lambda match: mask_id(re.sub(_SEPARATOR, "", match[0])), text)
    masked = re.sub(_MOBILE, lambda match: mask_phone(re.sub(_SEPARATOR, "", match[0])), masked)
    # the visible rest of a number may begin another one
    return text if masked == text else mask_numbers(masked)


def mask_codes(text: str) -> str:
    """A text of unknown content with ids, mobile numbers and every other long number masked, except days.

    >>> mask_codes("E12345678"), mask_codes("0314-2290001"), mask_codes("20260731入会")
    ('*******78', '0314-*****01', '20260731入会')
    """
    return re.sub(_LONG_NUMBER, lambda match: mask_phone(match[0]), mask_numbers(text))
