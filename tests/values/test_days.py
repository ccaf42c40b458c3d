"""Days as offices write them. Today is Friday, 31 July 2026, in every test."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.day_spans import Span, parse_days
from shuangbaodao_cli.values.days import lacks_year, now, parse_day, parse_month, parse_year, today

JULY_18 = date(2023, 7, 18)
LATELY = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "raw",
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
        "23年7月18日",
        "2023年7月18日上午",
        "2023年7月18日（周二）",
        "2023年7月18日 星期二 下午",
        "2023.7.18 9:00-11:00",
        "2023年7月18日上午9点半至11点",
        "2023-07-18 14:30:00 至 16:30:00",
        "2023-07-18T09:30:00+08:00",
    ],
)
def test_a_full_date_is_read_however_it_is_written(raw: str) -> None:
    assert parse_day(raw) == JULY_18


@settings(max_examples=100, deadline=None)
@given(LATELY)
def test_every_date_is_read_in_every_form(day: date) -> None:
    raw = (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    )
    assert {parse_day(one) for one in raw} == {day}


@pytest.mark.parametrize(
    "raw",
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
def test_a_day_that_does_not_exist_is_refused(raw: str) -> None:
    with pytest.raises(InvalidValue, match="请核对") as error:
        parse_day(raw)
    assert error.value.kind == "date_invalid"
    assert raw in error.value.message


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "18日",
        "2023年7月",
        "2023",
        "星期五",
        "7月18-20日",
        "1998.1",
        "-7.18",
        "7.1 8",
        "2023.7.189:00",
        "9:00",
        "上午",
        "23.7.18",
    ],
)
def test_what_does_not_say_one_day_is_refused_and_never_guessed(raw: str) -> None:
    with pytest.raises(InvalidValue, match="请写成") as error:
        parse_day(raw)
    assert error.value.kind == "date_invalid"


@pytest.mark.parametrize(
    ("raw", "day"),
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
def test_a_day_without_its_year_is_the_latest_that_has_been(raw: str, day: date) -> None:
    assert parse_day(raw) == day


def test_the_leap_day_of_this_year_counts_once_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBD_TODAY", "2028-02-28")
    assert parse_day("2月29日") == date(2024, 2, 29)
    monkeypatch.setenv("SBD_TODAY", "2028-02-29")
    assert parse_day("2月29日") == date(2028, 2, 29)


def test_the_leap_day_is_found_across_a_century_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBD_TODAY", "2103-12-31")
    assert parse_day("2月29日") == date(2096, 2, 29)


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2025, 8, 1), date(2026, 7, 31)))
def test_every_day_of_the_last_year_is_told_by_month_and_day_alone(day: date) -> None:
    assert parse_day(f"{day.month}月{day.day}日") == day


def test_the_year_of_the_title_goes_before_the_present_one() -> None:
    assert parse_day("7月18日", year=2023) == JULY_18
    assert parse_day("12.31", year=2026) == date(2026, 12, 31)
    assert parse_day("2024年7月18日", year=2023) == date(2024, 7, 18)


def test_the_leap_day_of_a_title_of_no_leap_year_is_refused() -> None:
    assert parse_day("2月29日", year=2024) == date(2024, 2, 29)
    with pytest.raises(InvalidValue):
        parse_day("2月29日", year=2023)


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
    assert parse_day(spoken) == day


@pytest.mark.parametrize(
    ("raw", "month"),
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
def test_a_month_without_its_day_is_kept_as_a_month(raw: str, month: str) -> None:
    assert parse_month(raw) == month


@pytest.mark.parametrize("raw", ["", "2015-13", "2015-00", "2015-07-18", "7月", "2015"])
def test_what_is_no_month_is_none(raw: str) -> None:
    assert parse_month(raw) is None


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


@pytest.mark.parametrize("raw", ["1899年12月31日", "0202-07-18", "1800.1.1"])
def test_a_day_before_1900_is_refused(raw: str) -> None:
    with pytest.raises(InvalidValue, match="1900年"):
        parse_day(raw)


@pytest.mark.parametrize("raw", ["2023年7月", "2023.7", "202307"])
def test_a_month_where_a_day_is_asked_for_is_told_as_such(raw: str) -> None:
    with pytest.raises(InvalidValue, match="只写到了月"):
        parse_days(raw)


@pytest.mark.parametrize("raw", ["18日", "18号", "１８日", " 18 日", "18日上午"])
def test_a_day_alone_has_the_month_of_its_sheet(raw: str) -> None:
    assert parse_days(raw, year=2023, month=7) == "2023-07-18"
    with pytest.raises(InvalidValue, match="请写成"):
        parse_days(raw, year=2023)


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("7月18-20日", "2023-07-18", "2023-07-20"),
        ("7月18日-20日", "2023-07-18", "2023-07-20"),
        ("7月18日—20日", "2023-07-18", "2023-07-20"),
        ("7月28日-8月2日", "2023-07-28", "2023-08-02"),
        ("2023.7.18-7.20", "2023-07-18", "2023-07-20"),
        ("2023.7.18-20", "2023-07-18", "2023-07-20"),
        ("2023年7月18日至20日", "2023-07-18", "2023-07-20"),
        ("2023年7月18日至7月20日", "2023-07-18", "2023-07-20"),
        ("2023-7-18至2023-7-20", "2023-07-18", "2023-07-20"),
        ("2023-07-18~2023-07-20", "2023-07-18", "2023-07-20"),
        ("2023/7/18-2023/7/20", "2023-07-18", "2023-07-20"),
        ("20230718-20230720", "2023-07-18", "2023-07-20"),
        ("7.18-7.20", "2023-07-18", "2023-07-20"),
        ("7.18-20", "2023-07-18", "2023-07-20"),
        ("18-20日", "2023-07-18", "2023-07-20"),
        ("18日-20日", "2023-07-18", "2023-07-20"),
        ("7月18日（周二）至20日（周四）", "2023-07-18", "2023-07-20"),
        ("2023年7月18日上午至7月20日下午", "2023-07-18", "2023-07-20"),
        ("2023.7.18 9:00-2023.7.20 11:00", "2023-07-18", "2023-07-20"),
        ("12月28日-1月3日", "2023-12-28", "2024-01-03"),
        ("2022年12月28日-1月3日", "2022-12-28", "2023-01-03"),
    ],
)
def test_a_range_of_days_is_its_first_and_its_last(raw: str, first: str, last: str) -> None:
    found = parse_days(raw, year=2023, month=7)
    assert found == first
    assert isinstance(found, Span)
    assert found.until == last


@pytest.mark.parametrize("raw", ["2023.7.18", "7月18日-18日", "2023-07-18至2023-07-18"])
def test_a_range_of_one_day_is_that_day(raw: str) -> None:
    found = parse_days(raw, year=2023)
    assert found == "2023-07-18"
    assert not isinstance(found, Span)


@pytest.mark.parametrize("raw", ["7月20-18日", "8月2日-7月28日", "2023.7.20-2023.7.18", "7月18-32日", "2月28-30日"])
def test_a_range_that_ends_before_it_begins_or_on_no_day_is_refused(raw: str) -> None:
    with pytest.raises(InvalidValue, match="请核对"):
        parse_days(raw, year=2023)


def test_three_numbers_and_two_hyphens_may_be_a_day_or_a_range_and_are_refused() -> None:
    with pytest.raises(InvalidValue):
        parse_days("7-18-20", year=2023)


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2099, 11, 30)), st.integers(1, 30))
def test_every_range_is_read_in_every_form(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    raw = [
        f"{first}至{last}",
        f"{first:%Y%m%d}-{last:%Y%m%d}",
        f"{first.year}年{first.month}月{first.day}日—{last.month}月{last.day}日",
        f"{first.year}.{first.month}.{first.day}-{last.month}.{last.day}",
    ]
    found = [parse_days(one) for one in raw]
    assert {str(one) for one in found} == {first.isoformat()}
    assert {one.until for one in found if isinstance(one, Span)} == {last.isoformat()}
    assert all(isinstance(one, Span) for one in found)


@pytest.mark.parametrize("raw", ["7月18日", "7.18", "18日", "7月18-20日", "7月18日 9:00"])
def test_a_day_without_its_year_lacks_it(raw: str) -> None:
    assert lacks_year(raw)


@pytest.mark.parametrize("raw", ["2023.7.18", "20230718", "23年7月18日", "今天", "2023.7.18-20"])
def test_a_day_with_its_year_does_not(raw: str) -> None:
    assert not lacks_year(raw)


@pytest.mark.parametrize(
    ("raw", "year"), [("1998", "1998"), ("1998年", "1998"), ("１９９８", "1998"), ("998", None), ("3000", None)]
)
def test_a_year_alone_is_a_year(raw: str, year: str | None) -> None:
    assert parse_year(raw) == year


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("0123456789.-/年月日号至 上午:周一—"), max_size=80))
def test_whatever_stands_there_is_a_day_or_refused(text: str) -> None:
    with suppress(InvalidValue):
        found = parse_days(text, year=2023, month=7)
        assert date.fromisoformat(found).year >= 1900
