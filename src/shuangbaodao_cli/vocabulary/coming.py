"""Days that are still to come, as people say them: 明天, 下周五, 月底; 12月5日 is the nearest one."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.vocabulary.days import lacks_year, read_day, today
from shuangbaodao_cli.vocabulary.text import pattern

_SPOKEN = {"明天": 1, "明日": 1, "后天": 2, "大后天": 3}
_WEEKS = {"": 0, "本": 0, "这": 0, "下": 1, "下下": 2}
_WEEKDAY = r"(|本|这|下|下下)个?(?:周|星期|礼拜)([一二三四五六日天])"


def read_coming(text: str) -> date:
    """A day by which something is to be done. Without a year the nearest such day; Unfit as for any day."""
    said = unicodedata.normalize("NFKC", text).strip().removesuffix("前").removesuffix("之")
    now = today()
    if said in _SPOKEN:
        return now + timedelta(days=_SPOKEN[said])
    if said in {"月底", "本月底"}:
        return (now.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if said in {"年底", "今年底"}:
        return now.replace(month=12, day=31)
    if match := pattern(_WEEKDAY).fullmatch(said):
        weekday = "一二三四五六日".index(match[2].replace("天", "日"))
        return now + timedelta(days=weekday - now.weekday() + 7 * _WEEKS[match[1]])
    if not lacks_year(said):
        return read_day(said)
    return min(_in_years(said, now.year), key=lambda day: abs((day - now).days))


def _in_years(said: str, year: int) -> list[date]:
    """The day in the years around one; the 29th of February is not in all of them."""
    found = []
    for each in (year, year - 1, year + 1):
        try:
            found.append(read_day(said, year=each))
        except Unfit:
            if each == year + 1 and not found:
                raise
    return found
