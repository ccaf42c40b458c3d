"""Value types: how a value of each kind is cleaned, shown and stored.

``clean`` takes what stands in a cell or was typed (never empty) and returns what is stored, or
raises Unfit. ``show`` gives it back as a person reads it, and ``clean(show(value)) == value``.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.vocabulary import codes, days, numbers, text

if TYPE_CHECKING:
    from collections.abc import Callable


class Setting(NamedTuple):
    """What stands around a value: the year of the sheet's title, the unit its heading names."""

    year: int | None = None
    unit: str = "小时"


def setting_of(word: str) -> Setting:
    """What the word that a duration is given under says of its unit: ``minutes`` and 分钟, else hours."""
    return Setting(unit="分钟" if word == "minutes" or "分钟" in word else "小时")


class Type(NamedTuple):
    """A kind of value. ``sql`` is its STRICT column type, ``check`` what the column must satisfy."""

    name: str
    label: str
    clean: Callable[[Any, Setting], Any]
    show: Callable[[Any], str] = str
    sql: str = "TEXT"
    check: str = ""
    options: tuple[str, ...] = ()


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


def _clean_text(value: object, _: Setting) -> str:
    written = text.tidy(words(value))
    if text.has_control(written):
        raise Unfit("value_invalid", "这一格里有看不见的控制字符，请删掉后重填")
    if len(written) > 4000:
        raise Unfit("value_invalid", "这一格写得太长了（超过4000字），请缩短")
    return written


def _clean_name(value: object, setting: Setting) -> str:
    """A name broken over two lines of a cell is one name."""
    written = _clean_text(value, setting).replace("\n", "")
    if not text.fold(written):
        raise Unfit("value_missing", "看上去是空的，请补上")
    return written


def _clean_id(value: object, _: Setting) -> str:
    if not isinstance(value, str):
        if isinstance(value, int | float) and (len(words(value)) > 15 or abs(value) >= 1e15):
            raise Unfit(
                "id_precision_lost",
                "身份证号存成了数字，末几位已经丢失；请把这一列设为“文本”格式，再重填完整的18位",
            )
        value = words(value)
    return codes.read_id(value)


def _clean_uscc(value: object, _: Setting) -> str:
    return codes.read_uscc(words(value))


def _clean_phone(value: object, _: Setting) -> str:
    return codes.read_phone(words(value))


def _clean_day(value: object, setting: Setting) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | int) and 20000 <= value <= 80000:
        return (date(1899, 12, 30) + timedelta(days=int(value))).isoformat()
    return days.read_day(words(value), year=setting.year).isoformat()


def _clean_day_or_month(value: object, setting: Setting) -> str:
    # As a number 2015.07 is plain, but 1998.1 may be January or October: that one is refused.
    written = words(value)
    if (isinstance(value, str) or len(written.partition(".")[2]) == 2) and (month := days.read_month(written)):
        return month
    return _clean_day(value, setting)


def _clean_count(value: object, _: Setting) -> int:
    return numbers.read_count(words(value))


def _clean_minutes(value: object, setting: Setting) -> int:
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    if isinstance(value, timedelta):
        return int(value.total_seconds()) // 60
    if isinstance(value, datetime) and value.year <= 1900:
        return (value - datetime(1899, 12, 31)).seconds // 60  # noqa: DTZ001  # a duration, not a moment
    return numbers.read_minutes(words(value), unit=setting.unit)


def _clean_yes(value: object, _: Setting) -> int:
    folded = text.fold(words(value))
    if folded in {"是", "1", "yes", "true", "y", "√", "✓", "已"}:
        return 1
    if folded in {"否", "0", "no", "false", "n", "×", "未"}:
        return 0
    raise Unfit("choice_unknown", f"“{words(value)}”应填 是 或 否")


def show_minutes(minutes: int) -> str:
    """Minutes as 2小时, 30分 or 2小时30分: exact, and read back to the same minutes."""
    whole, rest = divmod(minutes, 60)
    return (f"{whole}小时" if whole or not rest else "") + (f"{rest}分" if rest else "")


TEXT = Type("text", "文字", _clean_text)
ID_NO = Type("id_no", "证件号码", _clean_id)
USCC = Type("uscc", "统一社会信用代码", _clean_uscc)
PHONE = Type("phone", "电话", _clean_phone)
DAY = Type("day", "日期", _clean_day, check="{0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'")
DAY_OR_MONTH = Type("day_or_month", "日期或年月", _clean_day_or_month)
COUNT = Type("count", "数目", _clean_count, str, "INTEGER", "{0} >= 0")
MINUTES = Type("minutes", "时长", _clean_minutes, show_minutes, "INTEGER", "{0} >= 0")
YES = Type("yes", "是/否", _clean_yes, lambda yes: "是" if yes else "否", "INTEGER", "{0} IN (0, 1)", ("是", "否"))
NAME = Type("name", "名称", _clean_name)
"""A reference or a record's own name: stored as written, matched folded."""


def choice(name: str, label: str, options: dict[str, tuple[str, ...]]) -> Type:
    """A type of fixed words: stored value → its Chinese label and the other words for it."""
    known = {text.fold(word): stored for stored, said in options.items() for word in (stored, *said)}
    labels = {stored: said[0] for stored, said in options.items()}

    def clean(value: object, _: Setting) -> str:
        try:
            return known[text.fold(words(value))]
        except KeyError:
            offered = "、".join(labels.values())
            raise Unfit("choice_unknown", f"“{words(value)}”不在可选的几项里，可以填：{offered}") from None

    quoted = ", ".join(f"'{stored}'" for stored in options)
    return Type(name, label, clean, labels.__getitem__, "TEXT", f"{{0}} IN ({quoted})", tuple(labels.values()))
