"""Counts and durations as offices write them: 30余人, 1.2万人次, 2小时30分, 150分钟, 14:30—16:30."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from shuangbaodao_cli.problems import Unfit

_COUNT: Final = (
    r"(?P<about>约|大约|近|超过|超|不少于|至少)?"
    r"(?P<whole>\d+(?:,\d{3})*)(?:\.(?P<decimals>\d+))?(?P<scale>[万千百])?(?P<more>余|多|\+)?"
    r"(?P<unit>人次|人|次|件|个|名|户|棵|支|场|份|亩|条|位)?(?P<most>左右|上下|以上|余)?"
)
_SCALE: Final[dict[str | None, int]] = {"万": 10_000, "千": 1_000, "百": 100, None: 1}
_CLOCKS: Final = r"(\d{1,2}):(\d{2})(?:-|—|–|~|至|到)+(\d{1,2}):(\d{2})"
_SPELLED: Final = r"(?:(\d+(?:\.\d+)?)个?(半)?(?:小时|h|钟头))?(?:(\d+)(?:分钟|分|min))?"
LARGEST: Final = 10**12
"""No count in this field comes near it, and it fits every database's integer."""
DAY_LONG: Final = 24 * 60
"""Minutes; a longer service is more likely a unit mistaken."""
LONGEST: Final = 40
"""Characters; what is longer is no number."""


class Approx(int):
    """A number that was written as 30余 or 约30: it counts as 30 and says so."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{int(self)}余"


def read_count(text: str) -> int:
    """A whole number of people, times or things; ``Approx`` where the writing says so.

    >>> read_count("1.2万人次"), read_count("30余人")
    (12000, 30)
    """
    if len(text) <= LONGEST and text.isascii() and text.isdigit():
        return _bounded(int(text), text)
    match = re.fullmatch(_COUNT, _short(text))
    if match is None:
        raise Unfit("number_invalid", f"“{text}”不是一个数，请写成 30 或 30余人 这样（不能是负数）")
    decimals = match["decimals"] or ""
    scaled = int(match["whole"].replace(",", "") + decimals) * _SCALE[match["scale"]]
    whole, rest = divmod(scaled, int("1" + "0" * len(decimals)))
    if rest:
        raise Unfit("number_invalid", f"“{text}”不是整数，请核对")
    about = match["about"] or match["more"] or match["most"]
    return _bounded(Approx(whole) if about else whole, text)


def _short(text: str) -> str:
    """The text without spaces and full-width forms; Unfit where no number is as long as that."""
    if len(text) > LONGEST:
        raise Unfit("number_invalid", "这里写得太长，不是一个数，请核对")
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def _bounded(count: int, text: str) -> int:
    if count > LARGEST:
        raise Unfit("number_invalid", f"“{text}”太大了，请核对")
    return count


def read_minutes(text: str, *, unit: str = "小时") -> int:
    """A duration in whole minutes, never rounded up; a bare number is in ``unit`` (小时 or 分钟).

    >>> read_minutes("2小时30分"), read_minutes("14:30—16:30"), read_minutes("1.5")
    (150, 120, 90)
    """
    folded = _short(text)
    if match := re.fullmatch(_CLOCKS, folded):
        return _between(match, text)
    if match := re.fullmatch(r"(\d+)(?:\.(\d+))?", folded):
        minutes = _whole_minutes(match[1], match[2] or "", 60 if unit == "小时" else 1)
    elif folded and (match := re.fullmatch(_SPELLED, folded, re.IGNORECASE)):
        hours, _, decimals = (match[1] or "0").partition(".")
        minutes = _whole_minutes(hours, decimals, 60) + (30 if match[2] else 0) + int(match[3] or 0)
    else:
        raise Unfit("number_invalid", f"“{text}”看不出是多长时间，请写成 1.5（小时）、2小时30分 或 14:30-16:30 这样")
    if minutes > 60 * 24 * 366:
        raise Unfit("number_invalid", f"“{text}”太长了，请核对")
    return minutes


def _whole_minutes(whole: str, decimals: str, minutes_each: int) -> int:
    return int(whole + decimals) * minutes_each // int("1" + "0" * len(decimals))


def _between(match: re.Match[str], text: str) -> int:
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if end <= start or end > 24 * 60 or start_minute > 59 or end_minute > 59:
        raise Unfit("number_invalid", f"“{text}”的起止时间不对，请核对")
    return end - start


def read_outcome(text: str) -> dict[str, str | int]:
    """What came of an activity, as its facts: 停车位200余个 → what, quantity, unit."""
    match = re.fullmatch(
        r"\s*(\D*?[^\d余约近])\s*((?:约|近)?[\d.,]+万?余?多?)\s*(\D*)", unicodedata.normalize("NFKC", text)
    )
    if match is None:
        raise Unfit("number_invalid", f"成效“{text}”请写成 停车位200个 这样：是什么、多少、单位")
    return {"what": match[1].strip(), "quantity": read_count(match[2]), "unit": match[3].strip().lstrip("余多")}
