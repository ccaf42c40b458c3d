"""From one time of the clock to another: 14:30—16:30, 下午2点-4点, 上午9点半至11点."""

from __future__ import annotations

import re

from shuangbaodao_cli.problems import Unfit

_TIME = r"(上午|下午|晚上|早上|中午)?(\d{1,2})(?::(\d{2})(?::\d{2})?|[点时](?:(半)|(\d{1,2})分?|整)?)"
_BETWEEN = re.compile(rf"{_TIME}(?:-|—|–|~|〜|至|到)+{_TIME}")
_LATE = {"下午", "晚上", "中午"}


def read_between(text: str) -> int | None:
    """The minutes between two times of one day; None where the text says no such thing.

    A part of the day that is said once holds for both: 下午2点-4点 ends at 16:00. Raises Unfit where
    the times are none or the second is not after the first.
    """
    match = _BETWEEN.fullmatch(text)
    if match is None:
        return None
    said = match.groups()
    start = _minute(said[:5], said[0], text)
    end = _minute(said[5:], said[5] or said[0], text)
    if end <= start or end > 24 * 60:
        raise Unfit("number_invalid", f"“{text}”的起止时间不对，请核对")
    return end - start


def _minute(said: tuple[str | None, ...], part: str | None, text: str) -> int:
    """The minute of the day: ``said`` is its part of the day, hour, minutes, 半, minutes after 点."""
    _, hour, minutes, half, after = said
    late = part in _LATE and int(hour or 0) < (12 if part != "中午" else 4)
    minute = 30 if half else int(minutes or after or 0)
    if minute > 59:
        raise Unfit("number_invalid", f"“{text}”的起止时间不对，请核对")
    return (int(hour or 0) + (12 if late else 0)) * 60 + minute
