"""Ranges of days in one cell: 7月18-20日, 2023.7.18-7.20, 7月28日-8月2日."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.days import is_iso, make_date, normalize_day_text, parse_day
from shuangbaodao_cli.values.text import pattern

if TYPE_CHECKING:
    from datetime import date

_RANGE_SEPARATOR = r"(?:-|—|–|~|〜|至|到)+"
_UNAMBIGUOUS_SEPARATOR = r"(?:—|–|~|〜|至|到)[-—–~〜]*"
_FULL_DATE = r"(?:\d{4}|\d\d(?=年))[-./年]\d{1,2}[-./月]\d{1,2}[日号]?|\d{8}"
_LAST_DAY = rf"(?P<last>{_FULL_DATE}|\d{{1,2}}[-./月]\d{{1,2}}[日号]?|\d{{1,2}}[日号]?)"
_SPAN_PATTERNS = (
    rf"(?P<first>{_FULL_DATE}|\d{{1,2}}[./月]\d{{1,2}}[日号]?|\d{{1,2}}[日号]){_RANGE_SEPARATOR}{_LAST_DAY}",
    rf"(?P<first>\d{{1,2}}-\d{{1,2}}|\d{{1,2}}){_UNAMBIGUOUS_SEPARATOR}{_LAST_DAY}",
    r"(?P<first>\d{1,2})-(?P<last>\d{1,2}[日号])",
)
"""7-18-20 matches none of them: it may be a range as well as a day."""
_MAX_DAYS_OVER_NEW_YEAR = 92
"""The longest range, in days, that may cross the turn of a year."""


class Span(str):
    """The first day of a range as ISO text; ``until`` is the last."""

    __slots__ = ("until",)
    until: str


def parse_days(text: str, *, year: int | None = None, month: int | None = None) -> str:
    """A day as ISO text, a range of days as a ``Span``; the last day takes missing parts from the first.

    Raises InvalidValue.
    """
    folded = normalize_day_text(text) if not is_iso(text) else ""
    match = next(filter(None, (pattern(expression).fullmatch(folded) for expression in _SPAN_PATTERNS)), None)
    if match is None:
        return parse_day(text, year=year, month=month).isoformat()
    first_text = match["first"]
    if first_text.isdigit() and len(first_text) <= 2:  # the day of a month
        first_text += "日"
    first = parse_day(first_text, year=year, month=month)
    last = _last_day(match["last"], first, text)
    if last < first:
        raise InvalidValue("date_invalid", f"“{text}”的截止日在开始日之前，请核对")
    if last == first:
        return first.isoformat()
    span = Span(first.isoformat())
    span.until = last.isoformat()
    return span


def _last_day(raw: str, first: date, text: str) -> date:
    if re.fullmatch(r"\d{1,2}[日号]?", raw):
        return make_date(first.year, first.month, int(raw.rstrip("日号")), text)
    last = parse_day(raw, year=first.year)
    if last < first and not re.match(r"\d{4}|\d\d年", raw):
        in_next_year = make_date(first.year + 1, last.month, last.day, text)
        return in_next_year if (in_next_year - first).days <= _MAX_DAYS_OVER_NEW_YEAR else last
    return last
