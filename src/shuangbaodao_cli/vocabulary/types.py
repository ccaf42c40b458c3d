"""Value types: how a value of each kind is cleaned, shown and stored.

``clean`` takes what stands in a cell or was typed (never empty) and returns what is stored, or
raises Unfit. ``show`` gives it back as a person reads it, and ``clean(show(value)) == value``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.vocabulary import cells, numbers, text
from shuangbaodao_cli.vocabulary.cells import Setting, setting_of, words
from shuangbaodao_cli.vocabulary.privacy import Class

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Setting", "Type", "choice", "setting_of", "show_minutes", "words"]


class Type(NamedTuple):
    """A kind of value. ``sql`` is its STRICT column type, ``check`` what the column must satisfy.

    ``privacy`` is how far such a value may go, unless ``privacy.OF_FIELD`` knows better of a field.
    """

    name: str
    label: str
    clean: Callable[[Any, Setting], Any]
    show: Callable[[Any], str] = str
    sql: str = "TEXT"
    check: str = ""
    options: tuple[str, ...] = ()
    privacy: Class = Class.OPEN


def show_minutes(minutes: int) -> str:
    """Minutes as 2小时, 30分, 2小时30分 or 约4小时: read back to the same minutes."""
    whole, rest = divmod(int(minutes), 60)
    about = "约" if isinstance(minutes, numbers.Approx) else ""
    return about + (f"{whole}小时" if whole or not rest else "") + (f"{rest}分" if rest else "")


TEXT = Type("text", "文字", cells.clean_text, privacy=Class.INNER)
ID_NO = Type("id_no", "证件号码", cells.clean_id, privacy=Class.SENSITIVE)
USCC = Type("uscc", "统一社会信用代码", cells.clean_uscc)
PHONE = Type("phone", "电话", cells.clean_phone, privacy=Class.SENSITIVE)
PRIVATE = Type("private", "不外露的文字", cells.clean_text, privacy=Class.SENSITIVE)
"""What is said of a person who is looked after: name, health, address. Shown only for a reason."""
PRIVATE_DAY = Type("private_day", "不外露的日期", cells.clean_day_or_month, privacy=Class.SENSITIVE)
DAY = Type("day", "日期", cells.clean_day, check="{0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'")
COMING = DAY._replace(clean=cells.clean_coming)
"""A day that is still to come: a term, the next visit, until when something can be had."""
MOMENT = Type(
    "moment",
    "时刻",
    cells.clean_moment,
    lambda moment: moment.replace("T", " "),
    check="{0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]'",
)
"""A minute of a day in Beijing, for what has hours to be done in."""
DAY_OR_MONTH = Type("day_or_month", "日期或年月", cells.clean_day_or_month, privacy=Class.SENSITIVE)
DAYS = {DAY, COMING, DAY_OR_MONTH}
"""Types of which a value is a day, or as much of it as is known."""
COUNT = Type("count", "数目", cells.clean_count, str, "INTEGER", "{0} >= 0")
MINUTES = Type("minutes", "时长", cells.clean_minutes, show_minutes, "INTEGER", "{0} >= 0")
YES = Type("yes", "是/否", cells.clean_yes, lambda yes: "是" if yes else "否", "INTEGER", "{0} IN (0, 1)", ("是", "否"))
NAME = Type("name", "名称", cells.clean_name)
"""A reference or a record's own name: stored as written, matched folded."""
PERSON_NAME = Type("person_name", "姓名", cells.clean_person_name, privacy=Class.NAME)
"""The name of a person: 组长 in brackets and marks beside it are no part of it."""


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
