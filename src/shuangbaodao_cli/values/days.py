"""Days as offices write them, future ones too (明天, 下周五, 月底), and which day is today.

The only module that knows a time zone.
"""

from __future__ import annotations

import os
import unicodedata
from datetime import date, datetime, timedelta, timezone

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.text import pattern

BEIJING = timezone(timedelta(hours=8))
"""China has kept one offset and no summer time since 1992, so no time-zone data are needed."""

EARLIEST_YEAR = 1900
"""Earlier years are taken for mistakes."""
MAX_LENGTH = 60
"""Characters; a longer text is no day."""
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_RELATIVE_DAYS = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3, "today": 0, "yesterday": 1}
_YEAR = r"(?P<y>\d{4}|\d\d(?=年))"
_DAY = rf"{_YEAR}[-./年](?P<m>\d{{1,2}})[-./月](?P<d>\d{{1,2}})[日号]?"
_COMPACT = r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"
_DAY_OF_YEAR = r"(?P<m>\d{1,2})[-./月](?P<d>\d{1,2})[日号]?"
_DAY_OF_MONTH = r"(?P<d>\d{1,2})[日号]"
_MONTH = r"(\d{4})[-./年](\d{1,2})月?"
_WITH_YEAR = r"\d{4}[-./年]|\d年"
_COMPACT_MONTH = r"((?:19|20)\d\d)(\d{2})"
_YEAR_ONLY = r"((?:19|20)\d\d)年?"
_REDUNDANT_SPACE = r"(?<!\d) | (?!\d)"
_TIME_OR_WEEKDAY = (
    r"\(?(?:周|星期|礼拜)[一二三四五六日天]\)?|\(?(?:上午|下午|中午|早上|晚上|全天)\)?"
    r"|(?:(?<=\d)T|(?<![\d.]))\d{1,2}(?::\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\+\d\d:\d\d)?|[点时](?:半|\d{1,2}分?|整)?)"
)
"""What may be written beside a day: the time, the day of the week."""


def today() -> date:
    """Today in Beijing, or the day in ``SBD_TODAY`` (tests, late reports). Raises UsageError where that is no day."""
    raw = os.environ.get("SBD_TODAY")
    if not raw:
        return now().date()
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise UsageError(f"环境变量 SBD_TODAY 写的是“{raw}”，应写成 2026-07-31 这样的日期。") from None


def now() -> datetime:
    """The current time in Beijing, to the second."""
    return datetime.now(BEIJING).replace(microsecond=0)


def is_iso(text: str) -> bool:
    """Whether a text is a day as it is stored, YYYY-MM-DD."""
    return pattern(_ISO).fullmatch(text) is not None


def normalize_day_text(text: str) -> str:
    """A written day without spaces, full-width forms, time of day and day of the week."""
    folded = " ".join(pattern(_TIME_OR_WEEKDAY).sub(" ", unicodedata.normalize("NFKC", text[:MAX_LENGTH])).split())
    return pattern(_REDUNDANT_SPACE).sub("", folded).strip("-—–~〜至到,;()")


def parse_day(text: str, *, year: int | None = None, month: int | None = None) -> date:
    """A day read from its written forms: 2023.7.18, 2023年7月18日, 20230718, 7月18日, 18日, 昨天.

    Without a year, ``year`` is taken where given (the title of the sheet), else the latest such
    day that is not in the future; a day without its month needs ``month``. Raises InvalidValue.
    """
    if is_iso(text):
        return make_date(int(text[:4]), int(text[5:7]), int(text[8:]), text)
    folded = text if text.startswith("-") or pattern(_DAY).fullmatch(text) else normalize_day_text(text)
    if folded in _RELATIVE_DAYS:
        return today() - timedelta(days=_RELATIVE_DAYS[folded])
    if match := pattern(_DAY).fullmatch(folded) or pattern(_COMPACT).fullmatch(folded):
        full_year = match["y"] if len(match["y"]) == 4 else f"20{match['y']}"
        return make_date(int(full_year), int(match["m"]), int(match["d"]), text)
    if match := pattern(_DAY_OF_YEAR).fullmatch(folded):
        return _day_without_year(int(match["m"]), int(match["d"]), year, text)
    if month and (match := pattern(_DAY_OF_MONTH).fullmatch(folded)):
        return _day_without_year(month, int(match["d"]), year, text)
    if parse_month(text):
        raise InvalidValue("date_invalid", f"“{text}”只写到了月，请写成 2023-07-18 这样，补上是哪一天")
    raise InvalidValue("date_invalid", f"“{text}”看不出是哪一天，请写成 2026-07-18 或 7月18日 这样")


def make_date(year: int, month: int, day: int, text: str) -> date:
    """The calendar day; InvalidValue where there is no such day or it lies before 1900."""
    try:
        result = date(year, month, day)
    except ValueError:
        raise InvalidValue("date_invalid", f"“{text}”不是一个存在的日期，请核对") from None
    if year < EARLIEST_YEAR:
        raise InvalidValue("date_invalid", f"“{text}”在1900年以前，请核对")
    return result


def lacks_year(text: str) -> bool:
    """Whether a written day or range of days has no year of its own."""
    if pattern(_WITH_YEAR).match(text):  # as most are written: no need to fold it
        return False
    folded = normalize_day_text(text)
    return pattern(r"\d").search(folded) is not None and pattern(r"\d{4}|\d年").search(folded) is None


def _day_without_year(month: int, day: int, year: int | None, text: str) -> date:
    if year is not None:
        return make_date(year, month, day, text)
    this_year = today().year
    leap = (month, day) == (2, 29)
    for candidate in range(this_year, this_year - 9, -1):
        if leap and (candidate % 4 or (candidate % 100 == 0 and candidate % 400)):
            continue
        result = make_date(candidate, month, day, text)
        if result <= today():
            return result
    raise InvalidValue("date_invalid", f"“{text}”看不出是哪一年，请把年份写上")


def parse_month(text: str) -> str | None:
    """A month without its day (出生年月, 入党时间) as ``YYYY-MM``; None where the text is no month."""
    folded = unicodedata.normalize("NFKC", text).replace(" ", "")
    match = pattern(_MONTH).fullmatch(folded) or pattern(_COMPACT_MONTH).fullmatch(folded)
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < EARLIEST_YEAR:
        return None
    return f"{match[1]}-{int(match[2]):02d}"


def parse_year(text: str) -> str | None:
    """A year alone, 1998 or 1998年, as ``YYYY``; None where the text is no year."""
    match = pattern(_YEAR_ONLY).fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    return match[1] if match else None


_RELATIVE_FUTURE_DAYS = {"明天": 1, "明日": 1, "后天": 2, "大后天": 3}
_WEEKS = {"": 0, "本": 0, "这": 0, "下": 1, "下下": 2}
_WEEKDAY = r"(|本|这|下|下下)个?(?:周|星期|礼拜)([一二三四五六日天])"


def parse_future_day(text: str) -> date:
    """A day that may lie in the future; without a year the one nearest to today. Raises InvalidValue."""
    folded = unicodedata.normalize("NFKC", text).strip().removesuffix("前").removesuffix("之")
    current = today()
    if folded in _RELATIVE_FUTURE_DAYS:
        return current + timedelta(days=_RELATIVE_FUTURE_DAYS[folded])
    if folded in {"月底", "本月底"}:
        return (current.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if folded in {"年底", "今年底"}:
        return current.replace(month=12, day=31)
    if match := pattern(_WEEKDAY).fullmatch(folded):
        weekday = "一二三四五六日".index(match[2].replace("天", "日"))
        return current + timedelta(days=weekday - current.weekday() + 7 * _WEEKS[match[1]])
    if not lacks_year(folded):
        return parse_day(folded)
    return min(_day_in_nearby_years(folded, current.year), key=lambda day: abs((day - current).days))


def _day_in_nearby_years(raw: str, year: int) -> list[date]:
    """The day in a year and the two beside it; raises InvalidValue where none has it, as with 29 February."""
    candidates = []
    for candidate_year in (year, year - 1, year + 1):
        try:
            candidates.append(parse_day(raw, year=candidate_year))
        except InvalidValue:
            if candidate_year == year + 1 and not candidates:
                raise
    return candidates
