"""Cleaners: raw cell → stored value, one function for each kind of value; InvalidValue says why there is none."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values import clock, codes, day_spans, days, numbers, phones, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LINE_BREAK = r"\s*[\r\n]+\s*"


class CleaningContext(NamedTuple):
    """What helps to read a value: year and month of the sheet's title, the unit its heading names.

    In a roster a cell may hold more than its value (two phone numbers, a range of days), since there the
    rest is stored with the row; on the command line it may not. ``date_shift`` is added to a plain number that
    means a day: 1462 in a workbook that counts days from 1904. ``categories`` are the keywords of the office's
    own categories; they are tried before the shipped ones.
    """

    year: int | None = None
    unit: str = "小时"
    month: int | None = None
    in_roster: bool = False
    date_shift: int = 0
    categories: Mapping[str, Sequence[str]] | None = None


def duration_context(word: str) -> CleaningContext:
    """The context whose unit the word over a duration names: minutes for ``minutes`` and 分钟, else hours."""
    return CleaningContext(unit="分钟" if word == "minutes" or "分钟" in word else "小时")


def as_text(value: object) -> str:
    """A cell as text: whole floats without a decimal point, dates as ISO, anything else by ``str``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 9))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return str(value)


def clean_text(value: object, context: CleaningContext) -> str:
    """Text with its inner runs of space made one; InvalidValue for control characters."""
    return _check_text(text.tidy(as_text(value)), context)


def _check_text(text_: str, context: CleaningContext) -> str:
    """The text unchanged; InvalidValue where it has control characters or more than 4000 characters."""
    if text.has_control(text_) or (context.in_roster and text.has_direction_marks(text_)):
        raise InvalidValue("value_invalid", "这一格里有看不见的控制字符，请删掉后重填")
    if len(text_) > 4000:
        raise InvalidValue("value_invalid", "这一格写得太长了（超过4000字），请缩短")
    return text_


def clean_name(value: object, context: CleaningContext) -> str:
    """A name as it is written, the lines of a cell joined; InvalidValue where it is empty."""
    name = as_text(value)
    if not name.isalpha() or len(name) > 40:
        name = text.pattern(_LINE_BREAK).sub("", _check_text(name.strip(), context))
        if not any(map(str.isalnum, name)) and not text.fold(name):
            raise InvalidValue("value_missing", "看上去是空的，请补上")
    return name


def clean_person_name(value: object, context: CleaningContext) -> str:
    """The name of a person; in a roster without the marks around it, and InvalidValue where it has no letter."""
    name = clean_name(value, context)
    if not context.in_roster or name.isalpha():
        return name
    name = text.strip_name_marks(name)
    if not any(map(str.isalpha, name)):
        raise InvalidValue("value_invalid", f"“{name}”不像人名，请核对")
    return name


def clean_id(value: object, _: CleaningContext) -> str:
    """An id number; InvalidValue ``id_precision_lost`` where the cell held it as a number."""
    raw = as_text(value)
    if isinstance(value, int | float) and abs(value) >= 1e15:
        raise _precision_lost_error(f"{value:.0f}")
    try:
        return codes.parse_id(raw)
    except InvalidValue:
        if re.fullmatch(r"\s*\d(?:\.\d+)?[Ee]\+?1[4-9]\s*", raw):
            raise _precision_lost_error(f"{float(raw):.0f}") from None
        if re.fullmatch(r"\d{15}000", raw):  # rounded to 15 digits and then made text
            raise _precision_lost_error(raw) from None
        raise


def _precision_lost_error(digits: str) -> InvalidValue:
    """The error for an id number that a spreadsheet rounded; it says the birth date that is still legible."""
    message = (
        f"身份证号存成了数字，末几位已经丢失{codes.birth_date_hint(digits)}；请把这一列设为“文本”格式，再重填完整的18位"
    )
    return InvalidValue("id_precision_lost", message)


def clean_uscc(value: object, _: CleaningContext) -> str:
    """A 统一社会信用代码."""
    return codes.parse_uscc(as_text(value))


def clean_phone(value: object, context: CleaningContext) -> str:
    """A telephone number; in a roster the first of several, as ``phones.SeveralPhones``."""
    return phones.parse_phones(as_text(value)) if context.in_roster else phones.parse_phone(as_text(value))


def clean_day(value: object, context: CleaningContext) -> str:
    """A day as ISO text; in a roster a range of days is a ``day_spans.Span``."""
    if isinstance(value, date):  # a datetime is one too
        return days.make_date(value.year, value.month, value.day, as_text(value)).isoformat()
    if isinstance(value, float | int) and 20000 <= value <= 80000:
        return _day_from_serial(value, context)
    if context.in_roster:
        return day_spans.parse_days(as_text(value), year=context.year, month=context.month)
    return days.parse_day(as_text(value), year=context.year).isoformat()


def clean_future_day(value: object, context: CleaningContext) -> str:
    """A day that may lie in the future; 明天 and 下周五 only on the command line, a roster has plain days."""
    if context.in_roster or not isinstance(value, str):
        return clean_day(value, context)
    return days.parse_future_day(value).isoformat()


def _day_from_serial(value: float, context: CleaningContext) -> str:
    """The ISO day of a spreadsheet's serial number, counted from 30 December 1899 or, with a shift, from 1904."""
    return (date(1899, 12, 30) + timedelta(days=int(value) + context.date_shift)).isoformat()


def clean_day_or_month(value: object, context: CleaningContext) -> str:
    """A day, a month ``YYYY-MM`` or a year ``YYYY``, as precise as it was written."""
    raw = as_text(value)
    if isinstance(value, date) or days.is_iso(raw):
        return clean_day(value, context)
    if not isinstance(value, str) and re.fullmatch(r"(?:19|20)\d\d\.1", raw):
        message = f"{raw} 可能是 {raw[:4]}年1月，也可能是 {raw[:4]}年10月，先空着；请写成 {raw[:4]}-10 这样"
        raise InvalidValue("date_ambiguous", message)
    if month := days.parse_month(raw):
        return month
    if year := days.parse_year(raw):
        return year
    # A birthday may lie further back than the day of an activity.
    if isinstance(value, float | int) and 4000 <= value <= 80000:
        return _day_from_serial(value, context)
    return days.parse_day(raw, year=context.year).isoformat()


def clean_moment(value: object, context: CleaningContext) -> str:
    """A minute of a day as ISO text, read from 2026-07-18 9:30, 昨天 下午3点 or 9:30 (of today)."""
    if isinstance(value, datetime):
        return f"{days.make_date(value.year, value.month, value.day, as_text(value))}T{value:%H:%M}"
    raw = as_text(value).replace("T", " ")
    minute = clock.parse_time(raw)
    if minute is None or minute >= 24 * 60:
        raise InvalidValue("date_invalid", f"“{raw}”看不出是几点，请写成 2026-07-18 09:30 或 9:30 这样")
    bare = days.normalize_day_text(raw)
    day = days.parse_day(bare, year=context.year) if bare else days.today()
    return f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}"


def clean_count(value: object, _: CleaningContext) -> int:
    """A whole number; ``Approx`` where it was written as 30余."""
    return numbers.parse_count(as_text(value))


def clean_minutes(value: object, context: CleaningContext) -> int:
    """A duration in whole minutes, never rounded up; ``Approx`` where it was written as 约2小时."""
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    if isinstance(value, timedelta):
        return numbers.check_duration(int(value.total_seconds()) // 60, as_text(value))
    if isinstance(value, datetime) and value.year <= 1900:
        # A duration formatted as a date: 26 hours arrive as two o'clock on the first day of 1900.
        whole_days = max((value.date() - date(1899, 12, 31)).days, 0)
        return numbers.check_duration(whole_days * 24 * 60 + value.hour * 60 + value.minute, as_text(value))
    if isinstance(value, float) and abs(value) < 1e9:
        # The tolerance absorbs a formula's rounding error: 2.3333333333333 hours are 140 minutes.
        return numbers.check_duration(floor(value * (60 if context.unit == "小时" else 1) + 1e-6), as_text(value))
    return numbers.parse_minutes(as_text(value), unit=context.unit)


def clean_yes_no(value: object, _: CleaningContext) -> int:
    """1 for 是, 0 for 否."""
    folded = text.fold(as_text(value))
    if folded in {"是", "1", "yes", "true", "y", "√", "✓", "已"}:
        return 1
    if folded in {"否", "0", "no", "false", "n", "×", "未"}:
        return 0
    raise InvalidValue("choice_unknown", f"“{as_text(value)}”应填 是 或 否")
