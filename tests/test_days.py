"""Days as offices write them. Today is Friday, 31 July 2026, in every test."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.vocabulary.days import now, read_day, read_month, today

JULY_18 = date(2023, 7, 18)
LATELY = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "written",
    [
        "2023.7.18",
        "2023-7-18",
        "2023/7/18",
        "2023年7月18日",
        "2023年7月18",
        "20230718",
        "2023-07-18",
        "2023.07.18",
        "2023年07月18日",
        "2023年７月１８日",
        "２０２３－７－１８",
        " 2023 年 7 月 18 日 ",
        "2023\u00a0年7月18日",
    ],
)
def test_a_full_date_is_read_however_it_is_written(written: str) -> None:
    assert read_day(written) == JULY_18


@settings(max_examples=100, deadline=None)
@given(LATELY)
def test_every_date_is_read_in_every_form(day: date) -> None:
    written = (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    )
    assert {read_day(one) for one in written} == {day}


@pytest.mark.parametrize(
    "written",
    [
        "2026-13-40",
        "2026-02-30",
        "2026年2月29日",
        "20260231",
        "2026.0.1",
        "2026-04-31",
        "2.30",
        "13.5",
        "0月3日",
        "4月31日",
    ],
)
def test_a_day_that_does_not_exist_is_refused(written: str) -> None:
    with pytest.raises(Unfit, match="请核对") as told:
        read_day(written)
    assert told.value.kind == "date_invalid"
    assert written in told.value.message


@pytest.mark.parametrize("written", ["", "18日", "2023年7月", "2023", "星期五", "7月18-20日", "1998.1", "-7.18"])
def test_what_does_not_say_one_day_is_refused_and_never_guessed(written: str) -> None:
    with pytest.raises(Unfit, match="请写成") as told:
        read_day(written)
    assert told.value.kind == "date_invalid"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("7月18日", date(2026, 7, 18)),
        ("7月18号", date(2026, 7, 18)),
        ("7.18", date(2026, 7, 18)),
        ("7/18", date(2026, 7, 18)),
        ("7-18", date(2026, 7, 18)),
        ("７月１８日", date(2026, 7, 18)),
        ("7月31日", date(2026, 7, 31)),  # today
        ("8月1日", date(2025, 8, 1)),  # tomorrow is not yet: last year's
        ("12月31日", date(2025, 12, 31)),
        ("1月1日", date(2026, 1, 1)),
        ("2月29日", date(2024, 2, 29)),  # the latest leap year
    ],
)
def test_a_day_without_its_year_is_the_latest_that_has_been(written: str, day: date) -> None:
    assert read_day(written) == day


def test_the_leap_day_of_this_year_counts_once_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBD_TODAY", "2028-02-28")
    assert read_day("2月29日") == date(2024, 2, 29)
    monkeypatch.setenv("SBD_TODAY", "2028-02-29")
    assert read_day("2月29日") == date(2028, 2, 29)


def test_the_leap_day_is_found_across_a_century_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBD_TODAY", "2103-12-31")
    assert read_day("2月29日") == date(2096, 2, 29)


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2025, 8, 1), date(2026, 7, 31)))
def test_every_day_of_the_last_year_is_told_by_month_and_day_alone(day: date) -> None:
    assert read_day(f"{day.month}月{day.day}日") == day


def test_the_year_of_the_title_goes_before_the_present_one() -> None:
    assert read_day("7月18日", year=2023) == JULY_18
    assert read_day("12.31", year=2026) == date(2026, 12, 31)
    assert read_day("2024年7月18日", year=2023) == date(2024, 7, 18)


def test_the_leap_day_of_a_title_of_no_leap_year_is_refused() -> None:
    assert read_day("2月29日", year=2024) == date(2024, 2, 29)
    with pytest.raises(Unfit):
        read_day("2月29日", year=2023)


@pytest.mark.parametrize(
    ("spoken", "day"),
    [
        ("今天", date(2026, 7, 31)),
        ("昨天", date(2026, 7, 30)),
        ("昨日", date(2026, 7, 30)),
        ("前天", date(2026, 7, 29)),
        ("大前天", date(2026, 7, 28)),
        (" 今 日 ", date(2026, 7, 31)),
        ("today", date(2026, 7, 31)),
        ("yesterday", date(2026, 7, 30)),
    ],
)
def test_a_spoken_day_is_counted_from_today(spoken: str, day: date) -> None:
    assert read_day(spoken) == day


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2015-07", "2015-07"),
        ("2015.7", "2015-07"),
        ("2015/7", "2015-07"),
        ("2015年7月", "2015-07"),
        ("2015年7", "2015-07"),
        ("２０１５年１０月", "2015-10"),
        ("1998.10", "1998-10"),
    ],
)
def test_a_month_without_its_day_is_kept_as_a_month(written: str, month: str) -> None:
    assert read_month(written) == month


@pytest.mark.parametrize("written", ["", "2015-13", "2015-00", "2015-07-18", "7月", "2015"])
def test_what_is_no_month_is_none(written: str) -> None:
    assert read_month(written) is None


def test_today_is_what_the_environment_says() -> None:
    assert today() == date(2026, 7, 31)


def test_without_that_today_is_the_day_in_beijing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SBD_TODAY")
    before = (datetime.now(UTC) + timedelta(hours=8)).date()
    found = today()
    assert before <= found <= (datetime.now(UTC) + timedelta(hours=8)).date()


@pytest.mark.parametrize("said", ["31.7.2026", "2026-02-30", "heute"])
def test_a_wrong_today_is_told_with_how_to_write_it(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBD_TODAY", said)
    with pytest.raises(UsageError, match=r"SBD_TODAY.*2026-07-31"):
        today()


def test_the_present_moment_is_beijing_time_to_the_second() -> None:
    moment = now()
    assert moment.utcoffset() == timedelta(hours=8)
    assert moment.microsecond == 0
