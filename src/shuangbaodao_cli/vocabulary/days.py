"""Days as offices write them, and which day is today. No instants, no time zones beyond this file."""

from __future__ import annotations

import os
import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.problems import Unfit

BEIJING = timezone(timedelta(hours=8))
"""China has kept one offset and no summer time since 1992, so no time-zone data are needed."""

_SPOKEN = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3, "today": 0, "yesterday": 1}
_DAY = r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?"
_COMPACT = r"(\d{4})(\d{2})(\d{2})"
_DAY_OF_YEAR = r"(\d{1,2})[-./月](\d{1,2})[日号]?"
_TIME = r"(?:[\sT]+\d{1,2}:\d{2}.*|\s*\(?(?:周|星期)[一二三四五六日天]\)?|\s*(?:[上下]午|晚上|全天).*)+$"
"""What may stand behind a day and is no part of it: the time, the day of the week."""
_MONTH = r"(\d{4})[-./年](\d{1,2})月?"


def today() -> date:
    """Today in Beijing, or the day that ``SBD_TODAY`` says (tests, late reports)."""
    said = os.environ.get("SBD_TODAY")
    if not said:
        return now().date()
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise UsageError(f"环境变量 SBD_TODAY 写的是“{said}”，应写成 2026-07-31 这样的日期。") from None


def now() -> datetime:
    """The present moment in Beijing, to the second: when a change was entered."""
    return datetime.now(BEIJING).replace(microsecond=0)


def _made(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unfit("date_invalid", f"“{text}”不是一个存在的日期，请核对") from None


def read_day(text: str, *, year: int | None = None) -> date:
    """A full day from its written forms: 2023.7.18, 2023年7月18日, 20230718, 7月18日, 昨天.

    Without a year, ``year`` is taken where given (the title of the sheet), else the latest such
    day that is not in the future. Raises Unfit.
    """
    folded = re.sub(_TIME, "", unicodedata.normalize("NFKC", text)).replace(" ", "")
    if folded in _SPOKEN:
        return today() - timedelta(days=_SPOKEN[folded])
    if match := re.fullmatch(_DAY, folded) or re.fullmatch(_COMPACT, folded):
        return _made(int(match[1]), int(match[2]), int(match[3]), text)
    if match := re.fullmatch(_DAY_OF_YEAR, folded):
        return _without_year(int(match[1]), int(match[2]), year, text)
    raise Unfit("date_invalid", f"“{text}”看不出是哪一天，请写成 2026-07-18 或 7月18日 这样")


def lacks_year(text: str) -> bool:
    """Whether a written day has no year of its own."""
    return re.fullmatch(_DAY_OF_YEAR, unicodedata.normalize("NFKC", text).replace(" ", "")) is not None


def _without_year(month: int, day: int, year: int | None, text: str) -> date:
    if year is not None:
        return _made(year, month, day, text)
    this_year = today().year
    leap = (month, day) == (2, 29)
    for candidate in range(this_year, this_year - 9, -1):
        if leap and (candidate % 4 or (candidate % 100 == 0 and candidate % 400)):
            continue
        found = _made(candidate, month, day, text)
        if found <= today():
            return found
    raise Unfit("date_invalid", f"“{text}”看不出是哪一年，请把年份写上")


def read_month(text: str) -> str | None:
    """A month without its day (出生年月, 入党时间) as ``YYYY-MM``; None where it is no month."""
    folded = unicodedata.normalize("NFKC", text).replace(" ", "")
    match = re.fullmatch(_MONTH, folded) or re.fullmatch(r"((?:19|20)\d\d)(\d{2})", folded)
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    return f"{match[1]}-{int(match[2]):02d}"
