"""What stands in a cell → what is stored, for each kind of value; Unfit says why it cannot be."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.values import clock, codes, day_spans, days, numbers, phones, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BROKEN_LINE = r"\s*[\r\n]+\s*"


class Setting(NamedTuple):
    """What stands around a value: year and month of the sheet's title, the unit its heading names.

    In a roster a cell may say more than its value (two telephones, a range of days), since there the
    rest is kept with the row; at the keyboard it may not. ``shift`` is added to a plain number that
    stands for a day: 1462 in a workbook that counts days from 1904. ``categories`` are the words that lead
    to a category by the office's own policy; they go before the shipped ones.
    """

    year: int | None = None
    unit: str = "小时"
    month: int | None = None
    in_roster: bool = False
    shift: int = 0
    categories: Mapping[str, Sequence[str]] | None = None


def setting_of(word: str) -> Setting:
    """What the word that a duration is given under says of its unit: ``minutes`` and 分钟, else hours."""
    return Setting(unit="分钟" if word == "minutes" or "分钟" in word else "小时")


def words(value: object) -> str:
    """A cell as text: whole floats lose their point, dates are ISO, the rest as it stands."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 9))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return str(value)


def clean_text(value: object, setting: Setting) -> str:
    """Text, its inner runs of space made one; Unfit for control characters."""
    return _sound(text.tidy(words(value)), setting)


def _sound(written: str, setting: Setting) -> str:
    """The text, if a person can have meant all of it; else Unfit."""
    if text.has_control(written) or (setting.in_roster and text.turns_round(written)):
        raise Unfit("value_invalid", "这一格里有看不见的控制字符，请删掉后重填")
    if len(written) > 4000:
        raise Unfit("value_invalid", "这一格写得太长了（超过4000字），请缩短")
    return written


def clean_name(value: object, setting: Setting) -> str:
    """A name as it is written; broken over two lines of a cell it is one name."""
    written = words(value)
    if not written.isalpha() or len(written) > 40:
        written = text.pattern(_BROKEN_LINE).sub("", _sound(written.strip(), setting))
        if not any(map(str.isalnum, written)) and not text.fold(written):
            raise Unfit("value_missing", "看上去是空的，请补上")
    return written


def clean_person_name(value: object, setting: Setting) -> str:
    """The name of a person; in a roster without remarks and marks beside it, and Unfit where it has no letter."""
    name = clean_name(value, setting)
    if not setting.in_roster or name.isalpha():
        return name
    name = text.person_name(name)
    if not any(map(str.isalpha, name)):
        raise Unfit("value_invalid", f"“{name}”不像人名，请核对")
    return name


def clean_id(value: object, _: Setting) -> str:
    """An id number; Unfit ``id_precision_lost`` where the cell kept it as a number."""
    written = words(value)
    if isinstance(value, int | float) and abs(value) >= 1e15:
        raise _digits_lost(f"{value:.0f}")
    try:
        return codes.read_id(written)
    except Unfit:
        if re.fullmatch(r"\s*\d(?:\.\d+)?[Ee]\+?1[4-9]\s*", written):
            raise _digits_lost(f"{float(written):.0f}") from None
        if re.fullmatch(r"\d{15}000", written):  # rounded to 15 digits and then made text
            raise _digits_lost(written) from None
        raise


def _digits_lost(left: str) -> Unfit:
    message = f"身份证号存成了数字，末几位已经丢失{codes.still_known(left)}；请把这一列设为“文本”格式，再重填完整的18位"
    return Unfit("id_precision_lost", message)


def clean_uscc(value: object, _: Setting) -> str:
    """A 统一社会信用代码."""
    return codes.read_uscc(words(value))


def clean_phone(value: object, setting: Setting) -> str:
    """A telephone number; in a roster the first of several, as ``phones.Several``."""
    return phones.read_phones(words(value)) if setting.in_roster else phones.read_phone(words(value))


def clean_day(value: object, setting: Setting) -> str:
    """A day as ISO text; in a roster a range of days is a ``day_spans.Span``."""
    if isinstance(value, date):  # a datetime is one too
        return days.made(value.year, value.month, value.day, words(value)).isoformat()
    if isinstance(value, float | int) and 20000 <= value <= 80000:
        return _of_serial(value, setting)
    if setting.in_roster:
        return day_spans.read_days(words(value), year=setting.year, month=setting.month)
    return days.read_day(words(value), year=setting.year).isoformat()


def clean_coming(value: object, setting: Setting) -> str:
    """A day by which something is to be done; in a roster as any day."""
    if setting.in_roster or not isinstance(value, str):
        return clean_day(value, setting)
    from shuangbaodao_cli.values import days as values_days  # only where a term is said

    return values_days.read_coming(value).isoformat()


def _of_serial(value: float, setting: Setting) -> str:
    """The day of a number of days as a sheet counts them, from 30 December 1899 or four years on."""
    return (date(1899, 12, 30) + timedelta(days=int(value) + setting.shift)).isoformat()


def clean_day_or_month(value: object, setting: Setting) -> str:
    """A day, a month ``YYYY-MM`` or a year ``YYYY``, as precise as it was written."""
    written = words(value)
    if isinstance(value, date) or days.is_iso(written):
        return clean_day(value, setting)
    if not isinstance(value, str) and re.fullmatch(r"(?:19|20)\d\d\.1", written):
        message = (
            f"{written} 可能是 {written[:4]}年1月，也可能是 {written[:4]}年10月，先空着；请写成 {written[:4]}-10 这样"
        )
        raise Unfit("date_ambiguous", message)
    if month := days.read_month(written):
        return month
    if year := days.read_year(written):
        return year
    # A birthday may lie further back than the day of an activity.
    if isinstance(value, float | int) and 4000 <= value <= 80000:
        return _of_serial(value, setting)
    return days.read_day(written, year=setting.year).isoformat()


def clean_moment(value: object, setting: Setting) -> str:
    """A minute of a day as ISO text: 2026-07-18 9:30, 昨天 下午3点, 9:30 (of today)."""
    if isinstance(value, datetime):
        return f"{days.made(value.year, value.month, value.day, words(value))}T{value:%H:%M}"
    written = words(value).replace("T", " ")
    minute = clock.read_time(written)
    if minute is None or minute >= 24 * 60:
        raise Unfit("date_invalid", f"“{written}”看不出是几点，请写成 2026-07-18 09:30 或 9:30 这样")
    bare = days.bare(written)
    day = days.read_day(bare, year=setting.year) if bare else days.today()
    return f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}"


def clean_count(value: object, _: Setting) -> int:
    """A whole number, ``Approx`` where it was written as 30余."""
    return numbers.read_count(words(value))


def clean_minutes(value: object, setting: Setting) -> int:
    """A duration in whole minutes, never rounded up, ``Approx`` where it was written as 约2小时."""
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    if isinstance(value, timedelta):
        return numbers.long_enough(int(value.total_seconds()) // 60, words(value))
    if isinstance(value, datetime) and value.year <= 1900:
        # A duration shown as a moment: 26 hours stand there as two o'clock of the first day of 1900.
        whole = max((value.date() - date(1899, 12, 31)).days, 0)
        return numbers.long_enough(whole * 24 * 60 + value.hour * 60 + value.minute, words(value))
    if isinstance(value, float) and abs(value) < 1e9:
        # What a formula leaves behind the sixth decimal is no time: 2.3333333333333 hours are 140 minutes.
        return numbers.long_enough(floor(value * (60 if setting.unit == "小时" else 1) + 1e-6), words(value))
    return numbers.read_minutes(words(value), unit=setting.unit)


def clean_yes(value: object, _: Setting) -> int:
    """1 for 是, 0 for 否."""
    folded = text.fold(words(value))
    if folded in {"是", "1", "yes", "true", "y", "√", "✓", "已"}:
        return 1
    if folded in {"否", "0", "no", "false", "n", "×", "未"}:
        return 0
    raise Unfit("choice_unknown", f"“{words(value)}”应填 是 或 否")
