"""A period in one phrase, and the months of an office that counts from a day of its own. Today is 31 July 2026."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.values.period import office_month, office_month_start, parse_period
from shuangbaodao_cli.values.period_phrases import parse_period_phrase

if TYPE_CHECKING:
    from conftest import Sbd


def days(raw: str, starts: int = 1) -> tuple[str, str]:
    """The first day and the last."""
    found = parse_period_phrase(raw, starts)
    return found.start.isoformat(), found.last_day.isoformat()


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("本月", "2026-07-01", "2026-07-31"),
        ("上月", "2026-06-01", "2026-06-30"),
        ("本季度", "2026-07-01", "2026-09-30"),
        ("上季度", "2026-04-01", "2026-06-30"),
        ("三季度", "2026-07-01", "2026-09-30"),
        ("上半年", "2026-01-01", "2026-06-30"),
        ("下半年", "2026-07-01", "2026-12-31"),
        ("今年", "2026-01-01", "2026-12-31"),
        ("去年", "2025-01-01", "2025-12-31"),
        ("2026-07", "2026-07-01", "2026-07-31"),
        ("2026年7月", "2026-07-01", "2026-07-31"),
        ("7月", "2026-07-01", "2026-07-31"),
        ("8月", "2025-08-01", "2025-08-31"),
        ("2026Q3", "2026-07-01", "2026-09-30"),
        ("2026H1", "2026-01-01", "2026-06-30"),
        ("2025年", "2025-01-01", "2025-12-31"),
        ("2026-07-01..2026-07-15", "2026-07-01", "2026-07-15"),
        ("7月1日至7月15日", "2026-07-01", "2026-07-15"),
        ("1-6月", "2026-01-01", "2026-06-30"),
        ("2025年11月至12月", "2025-11-01", "2025-12-31"),
        ("截至7月底", "2026-01-01", "2026-07-31"),
        ("截至2025年12月底", "2025-01-01", "2025-12-31"),
        ("截止上月底", "2026-01-01", "2026-06-30"),
        ("截至上季度末", "2026-01-01", "2026-06-30"),
        ("截至7月18日", "2026-01-01", "2026-07-18"),
        ("截至今天", "2026-01-01", "2026-07-31"),
        ("截至年底", "2026-01-01", "2026-12-31"),
        ("昨天", "2026-07-30", "2026-07-30"),
        ("２０２６年 ７月", "2026-07-01", "2026-07-31"),
    ],
)
def test_a_phrase_means_what_people_mean_by_it(raw: str, first: str, last: str) -> None:
    assert days(raw) == (first, last)


@pytest.mark.parametrize("raw", ["", "胡说", "13月", "6-2月", "截至明年", "2026-02-30", "7月15日至7月1日", "0月", "Q5"])
def test_a_phrase_that_is_no_period_is_refused_with_what_would_be(raw: str) -> None:
    with pytest.raises(UsageError, match="可以写 上月"):
        parse_period_phrase(raw)


@pytest.mark.parametrize(
    ("raw", "starts", "first", "last"),
    [
        ("7月", 10, "2026-07-10", "2026-08-09"),
        ("7月", 15, "2026-07-15", "2026-08-14"),
        ("7月", 16, "2026-06-16", "2026-07-15"),
        ("7月", 26, "2026-06-26", "2026-07-25"),
        ("1月", 26, "2025-12-26", "2026-01-25"),
        ("2026Q1", 26, "2025-12-26", "2026-03-25"),
        ("今年", 10, "2026-01-10", "2027-01-09"),
        ("截至7月底", 26, "2025-12-26", "2026-07-25"),
        # 31 July belongs to the office's August where its months begin on the 26th
        ("本月", 26, "2026-07-26", "2026-08-25"),
        ("上月", 26, "2026-06-26", "2026-07-25"),
        ("本月", 10, "2026-07-10", "2026-08-09"),
    ],
)
def test_an_office_may_count_its_months_from_a_day_of_its_own(raw: str, starts: int, first: str, last: str) -> None:
    assert days(raw, starts) == (first, last)


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1950, 1, 1), date(2150, 12, 31)), st.integers(1, 28))
def test_every_day_lies_in_one_month_of_the_office(day: date, starts: int) -> None:
    month = office_month(day, starts)
    found = parse_period("month", f"{month:%Y-%m}", starts)
    assert found.start <= day < found.until
    assert office_month_start(month, starts) == found.start
    after = parse_period("month", f"{office_month(found.until, starts):%Y-%m}", starts)
    assert after.start == found.until
    named = found.start if starts <= 15 else found.last_day
    assert (named.year, named.month) == (month.year, month.month)


def test_the_course_of_the_year_on_a_page_is_that_of_the_office(sbd: Sbd) -> None:
    for day in ("2025-03-01", "2025-12-26", "2026-01-25"):
        sbd("log", "activity", f"理发{day}", "--date", day)
    assert sbd("policy", "edit", "--set", "report.month_starts=26").code == 0
    page = sbd("report", "--month", "2026-01", "--format", "html").out
    assert "期间：2025年12月26日至2026年1月25日" in page
    assert "2025-12" in page
    assert "2025-03" not in page  # that is the office's year before


def test_the_policy_says_when_a_month_begins(sbd: Sbd) -> None:
    for day in ("2026-06-26", "2026-07-25", "2026-07-26"):
        sbd("log", "activity", f"理发{day}", "--date", day)
    assert sbd("report", "--month", "2026-07", "--format", "json").json()["totals"]["services"] == 2
    assert sbd("policy", "edit", "--set", "report.month_starts=26").code == 0
    raw = sbd("report", "--month", "2026-07", "--format", "json").json()
    assert raw["totals"]["services"] == 2
    assert raw["period"] == {"from": "2026-06-26", "until": "2026-07-26"}
    assert sbd("report", "--period", "截至7月底", "--format", "json").json()["totals"]["services"] == 2
    assert sbd("policy", "edit", "--set", "report.month_starts=29").code == 2
    assert sbd("report", "--period", "上季度", "--month", "2026-07").code == 2
    assert sbd("report", "--period", "胡说").code == 2
