"""Value types: how a value of each kind is cleaned, shown and stored, and its privacy class.

``clean`` takes a raw value from a cell or the command line (never empty) and returns the stored value, or
raises InvalidValue. ``show`` returns it as a person reads it; ``clean(show(value)) == value``.

《个人信息保护法》art. 6 (as little as needed), 25 (publishing needs a consent of its own), 28 (what is
sensitive), 51 (data are kept by classes).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values import cleaners, numbers, text
from shuangbaodao_cli.values.cleaners import CleaningContext, as_text

if TYPE_CHECKING:
    from collections.abc import Callable


class PrivacyClass(IntEnum):
    """How widely a value may be shown; where a word has several meanings the strictest class applies."""

    OPEN = 0
    NAME = 1
    """A person's name, a part of which may be shown on a notice board."""
    INTERNAL = 2
    SENSITIVE = 3

    @property
    def label(self) -> str:
        """公开, 内部 or 敏感; a name is 内部 too."""
        return ("公开", "内部", "内部", "敏感")[self]


class Type(NamedTuple):
    """A kind of value. ``sql`` is its STRICT column type, ``check`` what the column must satisfy.

    ``privacy`` is the class of such values, unless ``record.FIELD_PRIVACY`` has another for the field.
    """

    name: str
    label: str
    clean: Callable[[Any, CleaningContext], Any]
    show: Callable[[Any], str] = str
    sql: str = "TEXT"
    check: str = ""
    options: tuple[str, ...] = ()
    privacy: PrivacyClass = PrivacyClass.OPEN


def format_minutes(minutes: int) -> str:
    """Minutes as 2小时, 30分, 2小时30分 or 约4小时; ``parse_minutes`` reads back the same minutes."""
    whole, rest = divmod(int(minutes), 60)
    about = "约" if isinstance(minutes, numbers.Approx) else ""
    return about + (f"{whole}小时" if whole or not rest else "") + (f"{rest}分" if rest else "")


TEXT = Type("text", "文字", cleaners.clean_text, privacy=PrivacyClass.INTERNAL)
ID_NO = Type("id_no", "证件号码", cleaners.clean_id, privacy=PrivacyClass.SENSITIVE)
USCC = Type("uscc", "统一社会信用代码", cleaners.clean_uscc)
PHONE = Type("phone", "电话", cleaners.clean_phone, privacy=PrivacyClass.SENSITIVE)
PRIVATE = Type("private", "不外露的文字", cleaners.clean_text, privacy=PrivacyClass.SENSITIVE)
"""Name, health or address of a care recipient, shown only where a reason is given."""
PRIVATE_DAY = Type("private_day", "不外露的日期", cleaners.clean_day_or_month, privacy=PrivacyClass.SENSITIVE)
DAY = Type("day", "日期", cleaners.clean_day, check="{0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'")
FUTURE_DAY = DAY._replace(clean=cleaners.clean_future_day)
"""A day that may lie in the future: a deadline, the next visit, the end of an offer."""
MOMENT = Type(
    "moment",
    "时刻",
    cleaners.clean_moment,
    lambda moment: moment.replace("T", " "),
    check="{0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'",
)
"""A minute of a day in Beijing, for deadlines counted in hours."""
DAY_OR_MONTH = Type("day_or_month", "日期或年月", cleaners.clean_day_or_month, privacy=PrivacyClass.SENSITIVE)
DAY_TYPES = {DAY, FUTURE_DAY, DAY_OR_MONTH}
"""Types whose values are days, or as much of a day as is known."""
COUNT = Type("count", "数目", cleaners.clean_count, str, "INTEGER", "{0} >= 0")
MINUTES = Type("minutes", "时长", cleaners.clean_minutes, format_minutes, "INTEGER", "{0} >= 0")
YES_NO = Type(
    "yes", "是/否", cleaners.clean_yes_no, lambda yes: "是" if yes else "否", "INTEGER", "{0} IN (0, 1)", ("是", "否")
)
NAME = Type("name", "名称", cleaners.clean_name)
"""A reference or a record's own name: stored as written, matched folded."""
PERSON_NAME = Type("person_name", "姓名", cleaners.clean_person_name, privacy=PrivacyClass.NAME)
"""The name of a person, without remarks in brackets and marks around it."""


def choice(name: str, label: str, options: dict[str, tuple[str, ...]]) -> Type:
    """A type with fixed options: stored value → its Chinese label and other accepted words."""
    stored_by_word = {text.fold(word): stored for stored, words in options.items() for word in (stored, *words)}
    labels = {stored: words[0] for stored, words in options.items()}

    def clean(value: object, _: CleaningContext) -> str:
        try:
            return stored_by_word[text.fold(as_text(value))]
        except KeyError:
            choices = "、".join(labels.values())
            raise InvalidValue("choice_unknown", f"“{as_text(value)}”不在可选的几项里，可以填：{choices}") from None

    quoted = ", ".join(f"'{stored}'" for stored in options)
    return Type(name, label, clean, labels.__getitem__, "TEXT", f"{{0}} IN ({quoted})", tuple(labels.values()))
