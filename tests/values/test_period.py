"""Periods from the first day on up to, but without, the next one's first. Today is 31 July 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.values.period import Period, parse_period, period_between

YEARS = st.integers(1900, 2200)


def span(start: tuple[int, int, int], until: tuple[int, int, int]) -> Period:
    return Period(date(*start), date(*until))


JULY = span((2026, 7, 1), (2026, 8, 1))
JUNE = span((2026, 6, 1), (2026, 7, 1))
QUARTER_3 = span((2026, 7, 1), (2026, 10, 1))
QUARTER_2 = span((2026, 4, 1), (2026, 7, 1))
HALF_1 = span((2026, 1, 1), (2026, 7, 1))
HALF_2 = span((2026, 7, 1), (2027, 1, 1))
YEAR = span((2026, 1, 1), (2027, 1, 1))


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        *(("month", raw, JULY) for raw in ("", "this", "本月", "2026-07", "2026-7", "2026年7月", "2026.7", "2026/07")),
        *(("month", raw, JULY) for raw in ("7", "07", "7月", "２０２６年７月", " 2026 年 7 月 ", "202607")),
        *(("month", raw, JUNE) for raw in ("last", "上月", "上个月", "2026-06")),
        *(("quarter", raw, QUARTER_3) for raw in ("", "this", "本季度", "2026Q3", "2026q3", "2026-Q3", "Q3")),
        *(("quarter", raw, QUARTER_3) for raw in ("2026年第3季度", "第3季度", "3季度", "3")),
        *(("quarter", raw, QUARTER_2) for raw in ("last", "上季度", "2026Q2")),
        *(("half", raw, HALF_1) for raw in ("last", "上半年", "2026上半年", "2026年上半年", "2026H1", "2026h1", "H1")),
        *(("half", raw, HALF_2) for raw in ("", "this", "本半年", "下半年", "2026年下半年", "2026H2")),
        *(("year", raw, YEAR) for raw in ("", "this", "今年", "本年", "2026", "2026年", "２０２６")),
        *(("year", raw, span((2025, 1, 1), (2026, 1, 1))) for raw in ("last", "去年", "上年", "2025")),
        ("month", "2024-02", span((2024, 2, 1), (2024, 3, 1))),
        ("month", "2026-12", span((2026, 12, 1), (2027, 1, 1))),
        ("quarter", "2025Q4", span((2025, 10, 1), (2026, 1, 1))),
    ],
)
def test_a_period_is_read_as_people_write_it(kind: str, raw: str, expected: Period) -> None:
    assert parse_period(kind, raw) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("month", span((2025, 12, 1), (2026, 1, 1))),
        ("quarter", span((2025, 10, 1), (2026, 1, 1))),
        ("half", span((2025, 7, 1), (2026, 1, 1))),
        ("year", span((2025, 1, 1), (2026, 1, 1))),
    ],
)
def test_the_last_one_in_january_lies_in_the_year_before(
    kind: str, expected: Period, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBD_TODAY", "2026-01-15")
    assert parse_period(kind, "last") == expected


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("month", "2026-13"),
        ("month", "2026-00"),
        ("month", "0"),
        ("month", "2026"),
        ("month", "七月"),
        ("month", "2026-07-18"),
        ("month", "people"),
        ("quarter", "2026Q5"),
        ("quarter", "2026-07"),
        ("half", "2026H3"),
        ("half", "2026"),
        ("year", "26"),
        ("year", "2026-07"),
        ("year", "0000"),
        ("year", "9999"),
        ("month", "上季度"),
        ("month", "去年"),
        ("month", "今年"),
        ("quarter", "上月"),
        ("half", "去年"),
        ("year", "上月"),
    ],
)
def test_what_is_no_such_period_is_refused_and_shown_how_to_write(kind: str, raw: str) -> None:
    with pytest.raises(UsageError, match=f"“{raw}”不是.*--{kind} 后面请写 2026"):
        parse_period(kind, raw)


@settings(max_examples=100, deadline=None)
@given(YEARS)
def test_months_quarters_and_halves_lay_a_year_out_without_gap_or_overlap(year: int) -> None:
    for kind, parts in (
        ("month", [f"{year}-{month:02d}" for month in range(1, 13)]),
        ("quarter", [f"{year}Q{quarter}" for quarter in range(1, 5)]),
        ("half", [f"{year}H1", f"{year}H2"]),
    ):
        found = [parse_period(kind, part) for part in parts]
        whole = parse_period("year", str(year))
        assert found[0].start == whole.start == date(year, 1, 1)
        assert found[-1].until == whole.until == date(year + 1, 1, 1)
        assert [one.until for one in found[:-1]] == [one.start for one in found[1:]]


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_day_lies_in_the_month_it_is_written_in_and_in_no_other(day: date) -> None:
    found = parse_period("month", f"{day:%Y-%m}")
    assert found.start <= day < found.until
    assert found.start.day == found.until.day == 1
    assert found.until - found.start <= timedelta(31)


@pytest.mark.parametrize(("raw", "last"), [("2024-02", 29), ("2023-02", 28), ("1900-02", 28), ("2000-02", 29)])
def test_february_ends_on_its_own_day(raw: str, last: int) -> None:
    assert parse_period("month", raw).last_day.day == last


@pytest.mark.parametrize(
    ("found", "label"),
    [
        (JULY, "2026年7月"),
        (QUARTER_3, "2026年第3季度"),
        (HALF_1, "2026年上半年"),
        (HALF_2, "2026年下半年"),
        (YEAR, "2026年"),
        (span((2026, 7, 1), (2026, 7, 16)), "2026年7月1日至7月15日"),
        (span((2026, 7, 18), (2026, 7, 19)), "2026年7月18日"),
        (span((2025, 12, 26), (2026, 1, 26)), "2025年12月26日至2026年1月25日"),
        (span((2026, 2, 1), (2026, 5, 1)), "2026年2月1日至4月30日"),  # three months, no quarter
        (span((2025, 7, 1), (2026, 7, 1)), "2025年7月1日至2026年6月30日"),
    ],
)
def test_a_period_says_in_words_which_it_is(found: Period, label: str) -> None:
    assert found.label == label


def test_a_period_names_both_its_days_and_a_word_for_a_file() -> None:
    assert JULY.days_label == "2026年7月1日至7月31日"
    assert JULY.tag == "2026-07"
    assert span((2026, 7, 1), (2026, 7, 16)).tag == "20260701-20260715"
    assert QUARTER_3.tag == "20260701-20260930"


def test_a_period_names_every_month_it_touches() -> None:
    assert span((2025, 11, 30), (2026, 2, 2)).months() == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert JULY.months() == ["2026-07"]
    assert QUARTER_3.months() == ["2026-07", "2026-08", "2026-09"]


def test_between_two_days_has_both() -> None:
    assert period_between("2026-07-01", "2026-07-15") == span((2026, 7, 1), (2026, 7, 16))
    assert period_between("2026-07-18", "2026-07-18") == span((2026, 7, 18), (2026, 7, 19))
    assert period_between("7月1日", "昨天") == span((2026, 7, 1), (2026, 7, 31))
    assert period_between("2026-02-28", "2026-02-28").until == date(2026, 3, 1)


def test_between_without_one_end_reaches_from_new_year_or_to_today() -> None:
    assert period_between(None, "2025-07-15") == span((2025, 1, 1), (2025, 7, 16))
    assert period_between("2026-07-01", None) == span((2026, 7, 1), (2026, 8, 1))


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.integers(0, 4000))
def test_between_counts_as_many_days_as_the_calendar(first: date, more: int) -> None:
    last = first + timedelta(more)
    found = period_between(first.isoformat(), last.isoformat())
    assert (found.until - found.start).days == more + 1
    assert found.last_day == last


@pytest.mark.parametrize(
    ("first", "last"), [("2026-07-15", "2026-07-01"), ("2026-02-30", None), (None, "胡写"), ("8月40日", None)]
)
def test_days_that_are_none_or_the_wrong_way_round_are_refused(first: str | None, last: str | None) -> None:
    with pytest.raises(UsageError, match=r"。$"):
        period_between(first, last)


def test_the_very_last_day_is_no_traceback() -> None:
    try:
        found = period_between("2026-01-01", "9999-12-31")
    except UsageError:
        return
    assert found.start == date(2026, 1, 1)
