"""Several days in one cell: 7月18-20日, 2023.7.18-7.20, 7月28日-8月2日."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.values.days import bare, is_iso, made, read_day
from shuangbaodao_cli.values.text import pattern

if TYPE_CHECKING:
    from datetime import date

_TO = r"(?:-|—|–|~|〜|至|到)+"
_PLAIN_TO = r"(?:—|–|~|〜|至|到)[-—–~〜]*"
_WHOLE = r"(?:\d{4}|\d\d(?=年))[-./年]\d{1,2}[-./月]\d{1,2}[日号]?|\d{8}"
_LAST = rf"(?P<last>{_WHOLE}|\d{{1,2}}[-./月]\d{{1,2}}[日号]?|\d{{1,2}}[日号]?)"
_SPANS = (
    rf"(?P<first>{_WHOLE}|\d{{1,2}}[./月]\d{{1,2}}[日号]?|\d{{1,2}}[日号]){_TO}{_LAST}",
    rf"(?P<first>\d{{1,2}}-\d{{1,2}}|\d{{1,2}}){_PLAIN_TO}{_LAST}",
    r"(?P<first>\d{1,2})-(?P<last>\d{1,2}[日号])",
)
"""7-18-20 is none of them: it may be a range as well as a day."""
_NEXT_YEAR = 92
"""Days; a range may run over the turn of a year, but not for longer than this."""


class Span(str):
    """The first of several days; ``until`` is the last."""

    __slots__ = ("until",)
    until: str


def read_days(text: str, *, year: int | None = None, month: int | None = None) -> str:
    """A day as ISO text, a range of days as a ``Span``; what the last day does not say it has of the first.

    Raises Unfit.
    """
    folded = bare(text) if not is_iso(text) else ""
    match = next(filter(None, (pattern(said).fullmatch(folded) for said in _SPANS)), None)
    if match is None:
        return read_day(text, year=year, month=month).isoformat()
    said = match["first"] if not match["first"].isdigit() or len(match["first"]) > 2 else f"{match['first']}日"
    first = read_day(said, year=year, month=month)
    last = _last(match["last"], first, text)
    if last < first:
        raise Unfit("date_invalid", f"“{text}”的截止日在开始日之前，请核对")
    if last == first:
        return first.isoformat()
    span = Span(first.isoformat())
    span.until = last.isoformat()
    return span


def _last(said: str, first: date, text: str) -> date:
    if re.fullmatch(r"\d{1,2}[日号]?", said):
        return made(first.year, first.month, int(said.rstrip("日号")), text)
    last = read_day(said, year=first.year)
    if last < first and not re.match(r"\d{4}|\d\d年", said):
        over = made(first.year + 1, last.month, last.day, text)
        return over if (over - first).days <= _NEXT_YEAR else last
    return last
