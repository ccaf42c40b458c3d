"""Counts and durations as offices write them: 30余人, 1.2万人次, 2小时30分, 150分钟, 14:30—16:30, 半天.

In Chinese characters too, from 一 to 九千九百九十九万: 三十, 两百, 一千零五, 百余.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.clock import parse_time_range
from shuangbaodao_cli.values.text import pattern

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = r"(?<![\d.,余多几数])[零〇一二两三四五六七八九十百千万]+"
_BELOW_TEN_THOUSAND = (
    r"(?:(?P<k>[一二两三四五六七八九])?千)?"
    r"(?:零?(?P<h>[一二两三四五六七八九])?百)?"
    r"(?:零?(?P<t>[一二三四五六七八九])?十)?"
    r"零?(?P<d>[一二两三四五六七八九])?"
)


def numerals_to_digits(text: str) -> str:
    """The text with every number in Chinese characters replaced by digits.

    几十 and 数百 are no numbers and stay, and so does 三百五, which may mean 305 or 350.

    >>> numerals_to_digits("三十余人"), numerals_to_digits("百余人")
    ('30余人', '100余人')
    >>> numerals_to_digits("一个半小时"), numerals_to_digits("1.2万")
    ('1个半小时', '1.2万')
    """
    return text if text.isascii() else pattern(_NUMERAL).sub(_replace_numeral, text)


def _replace_numeral(match: re.Match[str]) -> str:
    value = _numeral_value(match[0])
    return match[0] if value is None else str(value)


def _numeral_value(numeral: str) -> int | None:
    head, ten_thousand, tail = numeral.partition("万")
    if not ten_thousand:
        return _value_below_ten_thousand(numeral)
    high, low = (_value_below_ten_thousand(head) if head else 1), (_value_below_ten_thousand(tail) if tail else 0)
    if high is None or low is None or (tail and low < 10 and not tail.startswith(("零", "〇"))):
        return None
    return high * 10_000 + low


def _value_below_ten_thousand(numeral: str) -> int | None:
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


_COUNT: Final = (
    r"(?P<about>约|大约|近|超过|超|上|不少于|至少)?"
    r"(?P<whole>\d+(?:,\d{3})*)(?:\.(?P<decimals>\d+))?(?P<few>[余多几])?(?P<scale>[万千百])?(?P<more>[余多几]|\+)?"
    r"(?P<unit>人次|人|次|件|个|名|户|棵|支|场|份|亩|条|位)?(?P<most>左右|上下|以上|余)?"
)
_SCALE: Final[dict[str | None, int]] = {"万": 10_000, "千": 1_000, "百": 100, None: 1}
_HOURS: Final = (
    r"(?:(?P<hours>\d+(?:\.\d+)?)个?(?P<half>半)?(?:小时|h|钟头)(?P<behind>半)?|(?P<alone>半)个?(?:小时|钟头))?"
    r"(?:(?P<minutes>\d+)(?:分钟|分|min)|(?P<quarters>[1-3])刻钟?)?"
)
_DAYS: Final = r"(?:(?P<days>\d+(?:\.\d+)?)个?(?P<half>半)?天(?P<behind>半)?|(?P<alone>半)天)"
_APPROXIMATE: Final = r"(?P<about>约|大约|近)?(?P<duration>.+?)(?P<most>左右|上下|以上|余|多)?"
MAX_COUNT: Final = 10**12
"""No real count comes near it, and it fits every database's integer."""
HALF_DAY_MINUTES: Final = 4 * 60
FULL_DAY_MINUTES: Final = 8 * 60
"""Minutes counted for 半天 and 一天: a working day, by convention; always approximate."""
MAX_PLAUSIBLE_MINUTES: Final = 24 * 60
"""Minutes; a longer service probably has the wrong unit."""
MAX_LENGTH: Final = 40
"""Characters; a longer text is no number."""


class Approx(int):
    """An approximate number, written as 30余 or 约30: it counts as 30 and is shown as 30余."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{int(self)}余"


def parse_count(text: str) -> int:
    """A whole number of people, times or things; ``Approx`` where it was written as approximate.

    It is never rounded up: 十几 counts as 10, 百余 as 100. Raises InvalidValue.

    >>> parse_count("1.2万人次"), parse_count("30余人"), parse_count("三十人")
    (12000, 30, 30)
    """
    if len(text) <= MAX_LENGTH and text.isascii() and text.isdigit():
        return _check_limit(int(text), text)
    match = re.fullmatch(_COUNT, numerals_to_digits(_normalize(text)))
    if match is None:
        raise InvalidValue("number_invalid", f"“{text}”不是一个数，请写成 30 或 30余人 这样（不能是负数）")
    decimals = match["decimals"] or ""
    scaled = int(match["whole"].replace(",", "") + decimals) * _SCALE[match["scale"]]
    whole, rest = divmod(scaled, int("1" + "0" * len(decimals)))
    if rest:
        raise InvalidValue("number_invalid", f"“{text}”不是整数，请核对")
    about = match["about"] or match["few"] or match["more"] or match["most"]
    return _check_limit(Approx(whole) if about else whole, text)


def _normalize(text: str) -> str:
    """The text without spaces and full-width forms; InvalidValue where it is too long for a number."""
    if len(text) > MAX_LENGTH:
        raise InvalidValue("number_invalid", "这里写得太长，不是一个数，请核对")
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def _check_limit(count: int, text: str) -> int:
    if count > MAX_COUNT:
        raise InvalidValue("number_invalid", f"“{text}”太大了，请核对")
    return count


def parse_minutes(text: str, *, unit: str = "小时") -> int:
    """A duration in whole minutes, never rounded up; a bare number is in ``unit`` (小时 or 分钟).

    ``Approx`` where it was written as approximate, and for 半天 and 一天. Raises InvalidValue.

    >>> parse_minutes("2小时30分"), parse_minutes("14:30—16:30"), parse_minutes("1.5"), parse_minutes("半天")
    (150, 120, 90, 240)
    """
    folded = numerals_to_digits(_normalize(text)).lower()
    minutes = parse_time_range(folded)
    if minutes is None and (match := re.fullmatch(_APPROXIMATE, folded)):
        about = match["about"] or match["most"] or "天" in folded
        minutes = _parse_duration(match["duration"], unit)
        minutes = Approx(minutes) if minutes is not None and about else minutes
    if minutes is None:
        raise InvalidValue(
            "number_invalid", f"“{text}”看不出是多长时间，请写成 1.5（小时）、2小时30分 或 14:30-16:30 这样"
        )
    return check_duration(minutes, text)


def check_duration(minutes: int, text: str) -> int:
    """The minutes unchanged; InvalidValue where they are negative or more than a year."""
    if not 0 <= minutes <= 60 * 24 * 366:
        raise InvalidValue("number_invalid", f"“{text}”不会是一次服务的时长，请核对")
    return minutes


def _parse_duration(raw: str, unit: str) -> int | None:
    """A duration in minutes; None where the text is none. ``unit`` is that of a bare number."""
    if match := re.fullmatch(r"(\d+)(?:\.(\d+))?", raw):
        return _whole_minutes(match[0], 60 if unit == "小时" else 1)
    if match := re.fullmatch(_DAYS, raw):
        half = match["half"] or match["behind"] or match["alone"]
        return _whole_minutes(match["days"] or "0", FULL_DAY_MINUTES) + (HALF_DAY_MINUTES if half else 0)
    if match := re.fullmatch(_HOURS, raw):
        half = match["half"] or match["behind"] or match["alone"]
        rest = int(match["minutes"] or 0) + 15 * int(match["quarters"] or 0)
        return _whole_minutes(match["hours"] or "0", 60) + (30 if half else 0) + rest
    return None


def _whole_minutes(number: str, minutes_each: int) -> int:
    whole, _, decimals = number.partition(".")
    return int(whole + decimals) * minutes_each // int("1" + "0" * len(decimals))


def parse_outcome(text: str) -> dict[str, str | int]:
    """The outcome of an activity split into what, quantity and unit: 停车位200余个. Raises InvalidValue."""
    match = re.fullmatch(
        r"\s*(\D*?[^\d余约近])\s*((?:约|近)?[\d.,]+万?余?多?)\s*(\D*)", unicodedata.normalize("NFKC", text)
    )
    if match is None:
        raise InvalidValue("number_invalid", f"成效“{text}”请写成 停车位200个 这样：是什么、多少、单位")
    return {"what": match[1].strip(), "quantity": parse_count(match[2]), "unit": match[3].strip().lstrip("余多")}


def format_hours(minutes: int) -> str:
    """Minutes as hours with one decimal, rounded towards zero: 95 → ``1.5``, -95 → ``-1.5``."""
    if minutes < 0:
        return f"-{text}" if (text := format_hours(-minutes)) != "0.0" else text
    return f"{minutes // 60}.{minutes % 60 // 6}"
