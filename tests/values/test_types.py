"""Value types: what is shown is read back as what is stored, for every type there is."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.model.categories import CATEGORIES
from shuangbaodao_cli.model.places import LEVELS
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.problems import KINDS, InvalidValue
from shuangbaodao_cli.values import types
from shuangbaodao_cli.values.cleaners import CleaningContext, duration_context
from shuangbaodao_cli.values.numbers import MAX_COUNT, Approx
from shuangbaodao_cli.values.text import tidy
from shuangbaodao_cli.values.types import Type, format_minutes
from values.test_codes import ids, usccs

TYPES = {
    field.type.name: field.type for record in RECORDS.values() for field in (*record.fields, *record.roster_fields())
}
HERE = CleaningContext()
IN_ROSTER = CleaningContext(2023, month=7, in_roster=True)
MONTHS = st.dates(date(1900, 1, 1)).map(lambda day: f"{day:%Y-%m}")
DAYS = st.dates(date(1900, 1, 1)).map(date.isoformat)
CHINESE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
WORDS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=40).map(tidy).filter(bool)
NAMES = WORDS.filter(lambda said: any(category(one)[0] not in "MZ" for one in said))
"""What is nothing but marks on letters that are not there is refused: it looks like an empty cell."""
STORED: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "name": NAMES,
    "person_name": st.one_of(
        st.text(CHINESE, min_size=1, max_size=4), st.sampled_from(["阿·买提", "张　三", "张*", "J.Smith"])
    ),
    "id_no": ids(),
    "uscc": usccs(),
    "phone": st.one_of(
        st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.from_regex(r"\A0[0-9]{2,3}-[2-9][0-9]{6,7}(-[0-9]{1,4})?\Z")
    ),
    "day": DAYS,
    "day_or_month": st.one_of(DAYS, MONTHS, st.integers(1900, 2099).map(str)),
    "count": st.one_of(st.integers(0, MAX_COUNT), st.integers(0, MAX_COUNT).map(Approx)),
    "minutes": st.one_of(st.integers(0, 60 * 24 * 366), st.integers(0, 60 * 24 * 366).map(Approx)),
    "yes": st.sampled_from([0, 1]),
    "gender": st.sampled_from(["男", "女"]),
    "medium": st.sampled_from(["paper", "online", "oral"]),
    "basis": st.sampled_from(["unit", "residence"]),
    "level": st.sampled_from(list(LEVELS)),
    "category": st.sampled_from(list(CATEGORIES)),
    "private": WORDS,
    "private_day": st.one_of(DAYS, MONTHS),
    "moment": st.dates(date(1900, 1, 1)).map(lambda day: f"{day}T09:30"),
    "state": st.sampled_from(["raised", "ticketed", "planned", "claimed", "reviewed", "cancelled"]),
    "step": st.sampled_from(["ticketed", "dispatched", "finished", "reopened", "withdrawn"]),
    "urgency": st.sampled_from(["daily", "major", "urgent"]),
    "need_kind": st.sampled_from(["need", "wish"]),
    "resource_kind": st.sampled_from(["talent", "venue", "goods", "funds", "technology", "service", "information"]),
    "whistle_kind": st.sampled_from(["advance", "assault", "emergency"]),
    "solved": st.sampled_from(["yes", "no"]),
    "satisfaction": st.sampled_from(["good", "fair", "bad"]),
    "care_level": st.sampled_from(["high", "key", "general"]),
    "health": st.sampled_from(["good", "fair", "bad"]),
    "grade": st.sampled_from(["good", "fair", "bad"]),
    "visit_kind": st.sampled_from(["routine", "follow_up", "special", "phone"]),
    "branch_kind": st.sampled_from(["general", "branch", "group", "household"]),
}
WRITTEN = st.one_of(
    st.text(max_size=30),
    st.integers(-100, 10**18),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=9)),
    st.sampled_from(
        ["30余人", "1.2万", "7月18日", "2小时30分", "社区", "是", "×", "义诊", "E12345678", "138-1234-5678"]
    ),
)


def tried(of: Type, cell: object) -> tuple[Any, InvalidValue | None]:
    """What a cell becomes, or why it is refused."""
    try:
        return of.clean(cell, HERE), None
    except InvalidValue as error:
        return None, error


def test_every_type_in_use_is_tried_here() -> None:
    assert set(TYPES) == set(STORED)


@pytest.mark.parametrize("name", STORED)
def test_what_is_shown_is_read_back_as_what_is_stored(name: str) -> None:
    of = TYPES[name]

    @settings(max_examples=100, deadline=None)
    @given(STORED[name])
    def holds(stored: Any) -> None:
        back = of.clean(of.show(stored), HERE)
        assert back == stored
        assert isinstance(back, Approx) is isinstance(stored, Approx)

    holds()


def spelled(*forms: str) -> st.SearchStrategy[str]:
    """A number written in one of several ways, the number in place of {}."""
    return st.tuples(st.sampled_from(forms), st.integers(0, 40)).map(lambda drawn: drawn[0].format(drawn[1]))


FORMS: dict[str, st.SearchStrategy[Any]] = {
    "id_no": st.tuples(st.sampled_from(["{}", " {}", "'{}", "{}\t", "{} "]), ids()).map(
        lambda it: it[0].format(it[1].lower())
    ),
    "phone": spelled(
        "138-1234-56{}", "138123456{0}/139123456{0}", "+86 138123456{}", "138123456{}（办）", "0314-22900{}"
    ),
    "day": spelled(
        "7月{}日", "7.{}", "{}日", "2023年7月{}日上午", "7月1-{}日", "7月{}日-8月2日", "2023.7.{} 9:00-11:00"
    ),
    "day_or_month": spelled("1998.{}", "19{}年", "2023年7月{}日", "20150{}", "2015-{}"),
    "count": spelled("{}人", "约{}人", "{}余", "{}万人次", "{}.5万", "{}几", "近{}百人", "1,{}"),
    "minutes": spelled(
        "{}小时", "{}个半小时", "约{}小时", "{}天", "{}天半", "{0}小时{0}分", "9:00-1{}:30", "下午1点-{}点"
    ),
    "person_name": spelled("{}.张三", "张三（{}）", "★张三{}", "张三*{}"),
    "category": spelled("义诊{}次", "{}", "0{}"),
}


@pytest.mark.parametrize("setting", [HERE, IN_ROSTER])
@pytest.mark.parametrize("name", FORMS)
def test_what_was_read_from_a_written_form_is_shown_so_that_it_is_read_again(
    name: str, setting: CleaningContext
) -> None:
    of = TYPES[name]

    @settings(max_examples=150, deadline=None)
    @given(FORMS[name])
    def holds(cell: str) -> None:
        with suppress(InvalidValue):
            stored = of.clean(cell, setting)
            back = of.clean(of.show(stored), setting)
            assert back == stored
            assert isinstance(back, Approx) is isinstance(stored, Approx)

    holds()


@pytest.mark.parametrize("name", STORED)
def test_whatever_stands_in_a_cell_is_refused_in_chinese_or_stays_what_it_became(name: str) -> None:
    of = TYPES[name]

    @settings(max_examples=150, deadline=None)
    @given(st.one_of(WRITTEN, STORED[name]))
    def holds(cell: Any) -> None:
        stored, error = tried(of, cell)
        if error is None:
            assert of.clean(of.show(stored), HERE) == stored
        else:
            assert error.kind in KINDS
            assert any("\u4e00" <= char <= "\u9fff" for char in error.message)

    holds()


@pytest.mark.parametrize(
    ("of", "cell", "stored"),
    [
        (types.DAY, 45125.0, "2023-07-18"),
        (types.DAY, 45125, "2023-07-18"),
        (types.DAY, 45125.75, "2023-07-18"),
        (types.DAY, 20230718.0, "2023-07-18"),
        (types.DAY, datetime(2023, 7, 18, 9, 30), "2023-07-18"),  # noqa: DTZ001  # as a cell holds it
        (types.DAY, date(2023, 7, 18), "2023-07-18"),
        (types.DAY, "7月18日", "2026-07-18"),
        (types.DAY, "2023-07-18", "2023-07-18"),
        (types.DAY_OR_MONTH, "2015.7", "2015-07"),
        (types.DAY_OR_MONTH, 2015.7, "2015-07"),  # no month is called 70
        (types.DAY_OR_MONTH, 1998.2, "1998-02"),
        (types.DAY_OR_MONTH, 1998.12, "1998-12"),
        (types.DAY_OR_MONTH, 199807.0, "1998-07"),
        (types.DAY_OR_MONTH, "1998", "1998"),
        (types.DAY_OR_MONTH, "1998年", "1998"),
        (types.DAY_OR_MONTH, 1998.0, "1998"),
        (types.DAY_OR_MONTH, 16438.0, "1945-01-01"),
        (types.DAY_OR_MONTH, "1998.1", "1998-01"),  # as text it lost nothing
        (types.DAY_OR_MONTH, "2015年7月1日", "2015-07-01"),
        (types.DAY_OR_MONTH, date(2015, 7, 1), "2015-07-01"),
        (types.COUNT, 30.0, 30),
        (types.COUNT, "三十余人", 30),
        (types.COUNT, "1330余次", 1330),
        (types.MINUTES, 1.5, 90),
        (types.MINUTES, 2.0, 120),
        (types.MINUTES, "14:30—16:30", 120),
        (types.MINUTES, time(2, 30), 150),
        (types.MINUTES, timedelta(hours=26), 1560),
        (types.MINUTES, datetime(1899, 12, 31, 1, 30), 90),  # noqa: DTZ001  # 1:30 as one reader has it
        (types.MINUTES, datetime(1900, 1, 1, 2, 0), 1560),  # noqa: DTZ001  # 26 hours shown as h:mm
        (types.MINUTES, datetime(1900, 1, 1), 1440),  # noqa: DTZ001  # 24:00
        (types.MINUTES, 7 / 3, 140),  # 11:20 less 9:00 by a formula
        (types.MINUTES, 1.999, 119),  # never rounded up
        (types.MINUTES, 1.1, 66),
        (types.PHONE, 19900001234.0, "19900001234"),
        (types.TEXT, 3.0, "3"),
        (types.TEXT, "  第一  网格 ", "第一 网格"),
        (types.ID_NO, "13080219900307001x", "13080219900307001X"),
        (types.ID_NO, 130802900307001.0, "13080219900307001X"),  # 15 digits are whole in a number
        (types.ID_NO, "130802900307001", "13080219900307001X"),
        (types.NAME, "  甲\n 局 ", "甲局"),
        (types.NAME, "甲　局", "甲　局"),  # a name is stored as written
        (types.PERSON_NAME, "张　三（组长）", "张　三（组长）"),  # at the keyboard nothing would keep the rest
        (types.YES_NO, "√", 1),
        (types.YES_NO, "是", 1),
        (types.YES_NO, True, 1),
        (types.YES_NO, "否", 0),
        (types.YES_NO, 0.0, 0),
        (TYPES["gender"], "女性", "女"),
        (TYPES["gender"], " 男 ", "男"),
        (TYPES["level"], "街道", "street"),
        (TYPES["level"], "社 区", "community"),
        (TYPES["level"], "village", "village"),
        (TYPES["basis"], "居住地", "residence"),
        (TYPES["category"], "卫生健康", "卫生健康"),
        (TYPES["category"], "海姆立克急救培训", "卫生健康"),
        (TYPES["category"], "义务理发", "便民服务"),
        (TYPES["category"], "皮影戏演出", "文化体育"),
    ],
)
def test_a_cell_becomes_what_it_says(of: Type, cell: object, stored: object) -> None:
    assert of.clean(cell, HERE) == stored


@pytest.mark.parametrize(
    ("of", "cell", "kind"),
    [
        (types.DAY, "2026-02-30", "date_invalid"),
        (types.DAY, "2026-13-40", "date_invalid"),
        (types.DAY, 3.0, "date_invalid"),
        (types.DAY, True, "date_invalid"),
        (types.DAY, date(1899, 12, 29), "date_invalid"),
        (types.DAY, 2958466.0, "date_invalid"),
        (types.DAY, 2023.7, "date_invalid"),
        (types.DAY, "7月18-20日", "date_invalid"),  # at the keyboard nothing would keep the end
        (types.DAY_OR_MONTH, 1998.1, "date_ambiguous"),  # January or October: never guessed
        (types.DAY_OR_MONTH, "1998.13", "date_invalid"),
        (types.COUNT, -3.0, "number_invalid"),
        (types.COUNT, "负3", "number_invalid"),
        (types.COUNT, 2.5, "number_invalid"),
        (types.COUNT, datetime(2026, 7, 18), "number_invalid"),  # noqa: DTZ001  # as a cell holds it
        (types.MINUTES, -1.0, "number_invalid"),
        (types.MINUTES, -0.001, "number_invalid"),
        (types.MINUTES, timedelta(hours=-1), "number_invalid"),
        (types.MINUTES, "工时+1", "number_invalid"),
        (types.ID_NO, 1.3080219900307e17, "id_precision_lost"),
        (types.ID_NO, 130802199003070016, "id_precision_lost"),
        (types.ID_NO, "1.3080219900307E+17", "id_precision_lost"),
        (types.ID_NO, "130802199003070000", "id_precision_lost"),
        (types.ID_NO, "130802********1234", "id_masked"),
        (types.ID_NO, "130802199003070011", "id_invalid"),
        (types.USCC, "91350100M000100Y44", "uscc_invalid"),
        (types.PHONE, 1381234567.0, "phone_invalid"),
        (types.YES_NO, "也许", "choice_unknown"),
        (TYPES["gender"], "未知", "choice_unknown"),
        (TYPES["category"], "甲", "choice_unknown"),
        (types.TEXT, "甲\x00", "value_invalid"),
        (types.TEXT, "长" * 4001, "value_invalid"),
        (types.NAME, "甲\x00", "value_invalid"),
        (types.NAME, "长" * 4001, "value_invalid"),
        (types.NAME, "\u200b", "value_missing"),
        (types.PHONE, "13812345678/13912345678", "phone_invalid"),  # at the keyboard nothing would keep the other
    ],
)
def test_a_cell_that_its_type_cannot_take_is_refused_by_kind(of: Type, cell: object, kind: str) -> None:
    with pytest.raises(InvalidValue) as error:
        of.clean(cell, HERE)
    assert error.value.kind == kind


def test_an_id_kept_as_a_number_is_told_how_to_be_put_right() -> None:
    with pytest.raises(InvalidValue, match=r"末几位已经丢失.*1990年3月7日.*文本.*18位"):
        types.ID_NO.clean(1.3080219900307e17, HERE)


@pytest.mark.parametrize("name", [name for name, of in TYPES.items() if of.options])
def test_a_refused_choice_names_every_word_that_may_be_written(name: str) -> None:
    of = TYPES[name]
    for option in of.options:
        assert of.show(of.clean(option, HERE)) == option
    if name != "yes":
        with pytest.raises(InvalidValue) as error:
            of.clean("胡写", HERE)
        assert all(option in error.value.message for option in of.options)


def test_a_day_without_a_year_takes_the_year_it_stands_in() -> None:
    assert types.DAY.clean("7月18日", CleaningContext(year=2023)) == "2023-07-18"


@pytest.mark.parametrize(
    ("heading", "minutes"),
    [("服务时长(小时)", 120), ("服务时长（分钟）", 2), ("服务时长", 120), ("minutes", 2), ("hours", 120)],
)
def test_a_bare_number_is_in_the_unit_its_heading_names(heading: str, minutes: int) -> None:
    assert types.MINUTES.clean(2.0, duration_context(heading)) == minutes


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "0小时"), (30, "30分"), (60, "1小时"), (150, "2小时30分"), (61, "1小时1分"), (Approx(240), "约4小时")],
)
def test_minutes_are_shown_in_hours_and_minutes(minutes: int, shown: str) -> None:
    assert format_minutes(minutes) == shown
