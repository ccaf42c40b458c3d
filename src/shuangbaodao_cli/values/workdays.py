"""Working days in China, with the holidays and the weekend days worked instead."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_UNKNOWN_HOLIDAYS_NOTE = "年的放假安排本程序还没有，那一年只按周一到周五算"


@cache
def last_known_year() -> int:
    """The last year whose holidays are known."""
    from chinese_calendar.constants import holidays  # only where working days are counted

    return int(max(holidays).year)


def is_workday(day: date) -> bool:
    """Whether a day is a working day; in years without known holidays, Monday to Friday."""
    from chinese_calendar import is_workday as worked  # likewise

    return bool(worked(day)) if 2004 <= day.year <= last_known_year() else day.weekday() < 5


def add_workdays(day: str, count: int) -> str:
    """The last day (ISO) of a term of so many working days; the day after ``day`` is the first."""
    current = date.fromisoformat(day)
    while count > 0:
        current += timedelta(days=1)
        count -= is_workday(current)
    return current.isoformat()


def unknown_holidays_warning(*days: str) -> str | None:
    """A warning about days in years whose holidays are not known yet; None where there are none."""
    beyond = sorted({day[:4] for day in days if int(day[:4]) > last_known_year()})
    return f"{'、'.join(beyond)} {_UNKNOWN_HOLIDAYS_NOTE}，期限可能偏早，请核对。" if beyond else None
