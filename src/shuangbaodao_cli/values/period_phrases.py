"""A period in one phrase: 上季度, 2026Q3, 1-6月, 7月1日至7月15日, 截至7月底."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.days import parse_day, today
from shuangbaodao_cli.values.period import (
    Period,
    office_month,
    office_month_start,
    parse_period,
    period_between,
    period_of_months,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_YEAR_TO_DATE = re.compile(r"(?:截至|截止|截止到|到)(.*)")
_RANGE = re.compile(r"(.+?)(?:\.\.|至|到|~|—+|–)(.+)")
_MONTH_RANGE = re.compile(r"(?:(\d{4})年?)?(\d{1,2})月?[-至到~—](\d{1,2})月")
_EXAMPLE = "上月、2026-07、2026Q3、上半年、1-6月、7月1日至7月15日、截至7月底"


def resolve_period(
    options: Mapping[str, str | None], days: tuple[str | None, str | None] = (None, None), *, month_start_day: int = 1
) -> Period:
    """The period that the options name (kind → words, ``period`` for a phrase); the current year where none does.

    ``month_start_day`` is the day on which the office's months begin. Raises UsageError with an example.
    """
    given = {kind: words for kind, words in options.items() if words is not None}
    if len(given) + (days != (None, None)) > 1:
        raise UsageError("期间只要写一种：period、month、quarter、half、year，或者从哪天到哪天。")
    for kind, words in given.items():
        return (
            parse_period_phrase(words, month_start_day)
            if kind == "period"
            else parse_period(kind, words, month_start_day)
        )
    return period_between(*days) if days != (None, None) else parse_period("year", "", month_start_day)


def parse_period_phrase(raw: str, month_start_day: int = 1) -> Period:
    """The period that a phrase means; ``month_start_day`` is the day on which the office's months begin.

    Raises UsageError with examples.
    """
    folded = unicodedata.normalize("NFKC", raw).replace(" ", "")
    try:
        if match := _YEAR_TO_DATE.fullmatch(folded):
            return year_to_date(_parse_end(match[1], month_start_day), month_start_day)
        if match := _MONTH_RANGE.fullmatch(folded):
            return _parse_month_range(match, month_start_day)
        if match := _RANGE.fullmatch(folded):
            return period_between(match[1], match[2])
        for kind in _period_kinds(folded):
            return parse_period(kind, folded, month_start_day)
        day = parse_day(folded)
    except (UsageError, InvalidValue):
        raise UsageError(f"“{raw}”看不出是哪段时间，可以写 {_EXAMPLE}。") from None
    return period_between(day.isoformat(), day.isoformat())


def year_to_date(until: date, month_start_day: int = 1) -> Period:
    """The period from the beginning of the office's year up to, but without, a day (截至)."""
    year = office_month(date.fromordinal(until.toordinal() - 1), month_start_day).year
    return Period(office_month_start(date(year, 1, 1), month_start_day), until)


def _period_kinds(folded: str) -> Iterator[str]:
    """The kind of period that a phrase names; nothing where it names none."""
    upper = folded.upper()
    if "季" in folded or "Q" in upper:
        yield "quarter"
    elif "半年" in folded or "H" in upper:
        yield "half"
    elif folded in {"今年", "本年", "去年", "上年"} or re.fullmatch(r"\d{4}年?", folded):
        yield "year"
    elif "月" in folded[-1:] or re.fullmatch(r"\d{4}[-./年]\d{1,2}|\d{6}", folded):
        yield "month"


def _parse_end(raw: str, month_start_day: int) -> date:
    """The day after the end that a phrase names: 7月底, 上月底, 今天, 7月18日."""
    if raw in {"", "今", "今天", "现在", "目前"}:
        return date.fromordinal(today().toordinal() + 1)
    phrase = raw.removesuffix("底").removesuffix("末")
    phrase = {"年": "今年", "月": "本月"}.get(phrase, phrase)
    if kind := next(_period_kinds(phrase), None):
        return parse_period(kind, phrase, month_start_day).until
    return date.fromordinal(parse_day(raw).toordinal() + 1)


def _parse_month_range(match: re.Match[str], month_start_day: int) -> Period:
    year, first, last = (int(part or 0) for part in match.groups())
    current_month = office_month(today(), month_start_day)
    if not 1 <= first <= last <= 12:
        raise UsageError
    first_month = date(year or current_month.year, first, 1)
    if first_month > current_month and not year:
        first_month = first_month.replace(year=first_month.year - 1)
    return period_of_months(first_month, last - first + 1, month_start_day)
