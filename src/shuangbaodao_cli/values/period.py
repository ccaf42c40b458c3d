"""Periods as ``[start, until)``: 本月, 上季度, 2026H1, 2026-07, from one day to another.

An office may begin its months on a day of its own.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.days import parse_day, today

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""Kind of period → its length in months."""

_CURRENT_WORDS = {"month": {"本月", "这个月"}, "quarter": {"本季度"}, "half": {"本半年"}, "year": {"今年", "本年"}}
_PREVIOUS_WORDS = {"month": {"上月", "上个月"}, "quarter": {"上季度"}, "half": {"上个半年"}, "year": {"去年", "上年"}}
_PATTERNS = {
    "month": re.compile(r"(?:(?P<year>\d{4})[-./年]?)?(?P<part>\d{1,2})月?"),
    "quarter": re.compile(r"(?:(?P<year>\d{4})[-年]?)?(?:Q|第)?(?P<part>[1-4一二三四])(?:季度)?"),
    "half": re.compile(r"(?:(?P<year>\d{4})[-年]?)?(?:H)?(?P<part>[12]|[上下]半年)"),
    "year": re.compile(r"(?P<year>\d{4})年?(?P<part>)"),
}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_EXAMPLES = {"month": "2026-07 或 last", "quarter": "2026Q3 或 last", "half": "2026H1 或 last", "year": "2026 或 last"}
LATEST_YEAR = 9000
LATEST_START_IN_OWN_MONTH = 15
"""An office's month that begins up to this day is named after the calendar month in which it begins."""
_LABELS = {"month": "月份", "quarter": "季度", "half": "半年", "year": "年份"}


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``start`` up to, but without, ``until``."""

    start: date
    until: date

    @property
    def last_day(self) -> date:
        """The last day of the period."""
        return self.until - timedelta(days=1)

    @property
    def label(self) -> str:
        """The period in words: 2026年7月, 2026年第3季度, 2026年上半年, 2026年, or both its days."""
        months = (self.until.year - self.start.year) * 12 + self.until.month - self.start.month
        year, part = f"{self.start.year}年", self.start.month - 1
        if self.start.day == 1 and self.until.day == 1:
            if months == 1:
                return f"{year}{self.start.month}月"
            if months == 3 and part % 3 == 0:
                return f"{year}第{part // 3 + 1}季度"
            if months == 6 and part % 6 == 0:
                return f"{year}{'下' if part else '上'}半年"
            if months == 12 and part == 0:
                return year
        return self.days_label

    @property
    def days_label(self) -> str:
        """The first and last day in words, as printed on forms."""
        start, last = self.start, self.last_day
        same_year = "" if last.year == start.year else f"{last.year}年"
        until = f"至{same_year}{last.month}月{last.day}日" if last != start else ""
        return f"{start.year}年{start.month}月{start.day}日{until}"

    @property
    def tag(self) -> str:
        """The period for file names: 2026-07, or both days."""
        if self.start.day == 1 and self.until == add_months(self.start, 1):
            return f"{self.start:%Y-%m}"
        return f"{self.start:%Y%m%d}-{self.last_day:%Y%m%d}"

    @property
    def so_far(self) -> Period:
        """The part of the period up to and including today: 本月至今."""
        return Period(self.start, min(self.until, today() + timedelta(days=1)))

    def months(self) -> list[str]:
        """Every calendar month the period touches, as YYYY-MM."""
        month, labels = self.start.replace(day=1), []
        while month < self.until:
            labels.append(f"{month:%Y-%m}")
            month = add_months(month, 1)
        return labels


def add_months(first: date, months: int) -> date:
    """The first day of the month so many months later, or earlier where negative."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def office_month_start(month: date, month_start_day: int) -> date:
    """The day on which a month begins for an office with a start day of its own (每月10日起, 每月26日起).

    A month that begins by the 15th is named after the calendar month in which it begins, a later one after
    the month in which it ends: with the 10th, July begins on 10 July; with the 26th, on 26 June.
    """
    return (
        month.replace(day=month_start_day)
        if month_start_day <= LATEST_START_IN_OWN_MONTH
        else add_months(month, -1).replace(day=month_start_day)
    )


def office_month(day: date, month_start_day: int = 1) -> date:
    """The office's month in which a day lies, as the first day of the calendar month it is named after."""
    month = day.replace(day=1)
    return next(
        candidate
        for candidate in (add_months(month, 1), month, add_months(month, -1))
        if office_month_start(candidate, month_start_day) <= day
    )


def period_of_months(first: date, months: int, month_start_day: int = 1) -> Period:
    """The period of so many office months, beginning with the one named after ``first``."""
    return Period(
        office_month_start(first, month_start_day), office_month_start(add_months(first, months), month_start_day)
    )


def parse_period(kind: str, raw: str, month_start_day: int = 1) -> Period:
    """A month, quarter, half or year as people write it; empty means the current one.

    ``month_start_day`` is the day on which the office's months begin. Raises UsageError with an example.
    """
    length, current_month = MONTHS[kind], office_month(today(), month_start_day)
    folded = unicodedata.normalize("NFKC", raw).replace(" ", "")
    first = date(current_month.year, (current_month.month - 1) // length * length + 1, 1)
    if folded in {"", "this", *_CURRENT_WORDS[kind]}:
        return period_of_months(first, length, month_start_day)
    if folded in {"last", *_PREVIOUS_WORDS[kind]}:
        return period_of_months(add_months(first, -length), length, month_start_day)
    match = _PATTERNS[kind].fullmatch(folded.upper())
    if match is None:
        raise UsageError(_invalid_period_message(kind, raw))
    year = int(match["year"] or current_month.year)
    part = {"": 1, "上半年": 1, "下半年": 2, **_QUARTERS}.get(match["part"]) or int(match["part"])
    if not 1 <= part <= 12 // length or not 1900 <= year <= LATEST_YEAR:
        raise UsageError(_invalid_period_message(kind, raw))
    first = date(year, (part - 1) * length + 1, 1)
    if first > current_month and not match["year"]:
        first = first.replace(year=year - 1)  # in January 12月 is last December
    return period_of_months(first, length, month_start_day)


def _invalid_period_message(kind: str, raw: str) -> str:
    return f"“{raw}”不是{_LABELS[kind]}，--{kind} 后面请写 {_EXAMPLES[kind]}；报表的名字写在 --{kind} 前面。"


def period_between(first: str | None, last: str | None) -> Period:
    """The period between two days, both included; the default is from New Year to today. Raises UsageError."""
    try:
        end = parse_day(last) if last else today()
        start = parse_day(first) if first else date(end.year, 1, 1)
    except InvalidValue as error:
        raise UsageError(f"{error.message}。") from None
    if end < start:
        raise UsageError(f"起始日期 {start} 在截止日期 {end} 之后，请核对 --from 和 --to。")
    if end.year > LATEST_YEAR:
        raise UsageError(f"截止日期 {end} 太远了，请核对 --to。")
    return Period(start, end + timedelta(days=1))
