"""Numbers in Chinese characters, from 一 to 九千九百九十九万: 三十, 两百, 一千零五, 百余."""

from __future__ import annotations

import re

from shuangbaodao_cli.vocabulary.text import pattern

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = r"(?<![\d.,余多几数])[零〇一二两三四五六七八九十百千万]+"
_BELOW_TEN_THOUSAND = (
    r"(?:(?P<k>[一二两三四五六七八九])?千)?"
    r"(?:零?(?P<h>[一二两三四五六七八九])?百)?"
    r"(?:零?(?P<t>[一二三四五六七八九])?十)?"
    r"零?(?P<d>[一二两三四五六七八九])?"
)


def in_digits(text: str) -> str:
    """The text with every number in Chinese characters put in digits; what is no number stays.

    几十 and 数百 say no number and stay, and so does 三百五, which some read as 305 and some as 350.

    >>> in_digits("三十余人"), in_digits("百余人"), in_digits("一个半小时"), in_digits("1.2万")
    ('30余人', '100余人', '1个半小时', '1.2万')
    """
    return text if text.isascii() else pattern(_NUMERAL).sub(_digits, text)


def _digits(match: re.Match[str]) -> str:
    value = _value(match[0])
    return match[0] if value is None else str(value)


def _value(numeral: str) -> int | None:
    head, ten_thousand, tail = numeral.partition("万")
    if not ten_thousand:
        return _below(numeral)
    high, low = (_below(head) if head else 1), (_below(tail) if tail else 0)
    if high is None or low is None or (tail and low < 10 and not tail.startswith(("零", "〇"))):
        return None
    return high * 10_000 + low


def _below(numeral: str) -> int | None:
    numeral = numeral.replace("〇", "零")
    if numeral == "零":
        return 0
    match = pattern(_BELOW_TEN_THOUSAND).fullmatch(numeral)
    if match is None or numeral.endswith("零") or re.search(r"[百千][一二两三四五六七八九]$", numeral):
        return None
    parts = zip("khtd", ("千", "百", "十", ""), strict=True)
    return sum(
        (_DIGITS[match[name]] if match[name] else 1) * _UNITS.get(unit, 1)
        for name, unit in parts
        if match[name] or (unit and unit in numeral)
    )
