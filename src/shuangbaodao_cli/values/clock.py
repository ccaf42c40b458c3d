"""Times of day and ranges of them: 9时半; 14:30—16:30, 下午2点-4点, 上午9点半至11点."""

from __future__ import annotations

import re
import unicodedata

from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.text import pattern

_TIME = r"(上午|下午|晚上|早上|中午)?(\d{1,2})(?::(\d{2})(?::\d{2})?|[点时](?:(半)|(\d{1,2})分?|整)?)"
_TIME_RANGE = rf"{_TIME}(?:-|—|–|~|〜|至|到)+{_TIME}"
_CLOCK = r"(?<!\d)([01]?\d|2[0-4])[:时点]([0-5]\d)?(?!\d)"
_HALF_HOUR = r"(?<!\d)([01]?\d|2[0-4])[时点]半"
_DAY_FRACTION = r"0?\.\d+"
_AFTERNOON_WORDS = {"下午", "晚上", "中午"}


def parse_time_range(text: str) -> int | None:
    """The minutes between two times of one day; None where the text is no such range.

    A part of the day written once applies to both: 下午2点-4点 ends at 16:00. Raises InvalidValue where
    a time is impossible or the second is not after the first.
    """
    match = pattern(_TIME_RANGE).fullmatch(text)
    if match is None:
        return None
    groups = match.groups()
    start = _minute_of_day(groups[:5], groups[0], text)
    end = _minute_of_day(groups[5:], groups[5] or groups[0], text)
    if end <= start or end > 24 * 60:
        raise InvalidValue("number_invalid", f"“{text}”的起止时间不对，请核对")
    return end - start


def _minute_of_day(groups: tuple[str | None, ...], day_part: str | None, text: str) -> int:
    """The minute of the day. ``groups`` are its part of the day, hour, minutes, 半, minutes after 点."""
    _, hour, minutes, half, plain_minutes = groups
    is_afternoon = day_part in _AFTERNOON_WORDS and int(hour or 0) < (12 if day_part != "中午" else 4)
    minute = 30 if half else int(minutes or plain_minutes or 0)
    if minute > 59:
        raise InvalidValue("number_invalid", f"“{text}”的起止时间不对，请核对")
    return (int(hour or 0) + (12 if is_afternoon else 0)) * 60 + minute


def parse_time(raw: str) -> int | None:
    """A time of day in minutes since midnight: 9:00, 9：05, 9时半, 2026-07-18 09:00:00, 0.375 (of a day); else None."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", raw)).strip()
    if pattern(_DAY_FRACTION).fullmatch(text):
        return round(float(text) * 24 * 60)
    afternoon = 12 if re.search("下午|晚|pm", text, re.IGNORECASE) else 0
    match = pattern(_HALF_HOUR).search(text) or pattern(_CLOCK).search(text)
    if match is None:
        return None
    hour = int(match[1])
    is_half = match.re.pattern == _HALF_HOUR
    return (hour + (afternoon if hour < 12 else 0)) * 60 + (30 if is_half else int(match[2] or 0))
