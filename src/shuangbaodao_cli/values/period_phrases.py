"""A period in one phrase: 上季度, 2026Q3, 1-6月, 7月1日至7月15日, 截至7月底."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.values.days import read_day, today
from shuangbaodao_cli.values.period import Period, begins, between, month_of, period, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TO_DATE = re.compile(r"(?:截至|截止|截止到|到)(.*)")
_RANGE = re.compile(r"(.+?)(?:\.\.|至|到|~|—+|–)(.+)")
_MONTHS = re.compile(r"(?:(\d{4})年?)?(\d{1,2})月?[-至到~—](\d{1,2})月")
_EXAMPLE = "上月、2026-07、2026Q3、上半年、1-6月、7月1日至7月15日、截至7月底"


def chosen_period(
    said: Mapping[str, str | None], days: tuple[str | None, str | None] = (None, None), *, starts: int = 1
) -> Period:
    """The one period that was asked for (kind → words, ``period`` for a phrase); this year where none was.

    ``starts`` is the day on which the office's months begin. Raises UsageError that shows how to write it.
    """
    given = {kind: words for kind, words in said.items() if words is not None}
    if len(given) + (days != (None, None)) > 1:
        raise UsageError("期间只要写一种：period、month、quarter、half、year，或者从哪天到哪天。")
    for kind, words in given.items():
        return spoken(words, starts) if kind == "period" else period(kind, words, starts)
    return between(*days) if days != (None, None) else period("year", "", starts)


def spoken(said: str, starts: int = 1) -> Period:
    """The period that a phrase means; ``starts`` is the day on which the office's months begin.

    Raises UsageError that shows what can be written.
    """
    folded = unicodedata.normalize("NFKC", said).replace(" ", "")
    try:
        if match := _TO_DATE.fullmatch(folded):
            return to_date(_end(match[1], starts), starts)
        if match := _MONTHS.fullmatch(folded):
            return _months(match, starts)
        if match := _RANGE.fullmatch(folded):
            return between(match[1], match[2])
        for kind in _kinds(folded):
            return period(kind, folded, starts)
        day = read_day(folded)
    except (UsageError, Unfit):
        raise UsageError(f"“{said}”看不出是哪段时间，可以写 {_EXAMPLE}。") from None
    return between(day.isoformat(), day.isoformat())


def to_date(until: date, starts: int = 1) -> Period:
    """From the beginning of the office's year up to, but without, a day: what is called 截至."""
    year = month_of(date.fromordinal(until.toordinal() - 1), starts).year
    return Period(begins(date(year, 1, 1), starts), until)


def _kinds(folded: str) -> Iterator[str]:
    """The kind of period that a phrase speaks of, if it does."""
    upper = folded.upper()
    if "季" in folded or "Q" in upper:
        yield "quarter"
    elif "半年" in folded or "H" in upper:
        yield "half"
    elif folded in {"今年", "本年", "去年", "上年"} or re.fullmatch(r"\d{4}年?", folded):
        yield "year"
    elif "月" in folded[-1:] or re.fullmatch(r"\d{4}[-./年]\d{1,2}|\d{6}", folded):
        yield "month"


def _end(said: str, starts: int) -> date:
    """The day after the one up to which something is told: 7月底, 上月底, 今天, 7月18日."""
    if said in {"", "今", "今天", "现在", "目前"}:
        return date.fromordinal(today().toordinal() + 1)
    whole_one = said.removesuffix("底").removesuffix("末")
    whole_one = {"年": "今年", "月": "本月"}.get(whole_one, whole_one)
    if kind := next(_kinds(whole_one), None):
        return period(kind, whole_one, starts).until
    return date.fromordinal(read_day(said).toordinal() + 1)


def _months(match: re.Match[str], starts: int) -> Period:
    year, first, last = (int(part or 0) for part in match.groups())
    now = month_of(today(), starts)
    if not 1 <= first <= last <= 12:
        raise UsageError
    begin = date(year or now.year, first, 1)
    if begin > now and not year:
        begin = begin.replace(year=begin.year - 1)
    return whole(begin, last - first + 1, starts)
