"""A report beside another period: 环比, 同比, 累计; and the sentence. Today is 31 July 2026."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangbaodao_cli.reports.compare import earlier_period
from shuangbaodao_cli.reports.sentence import format_rounded
from shuangbaodao_cli.values.period import Period

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Three communities; services in two Julys, in June and in January."""
    for name in ("塔沟社区", "文庙社区", "陕西营社区"):
        sbd("add", "place", f"名称={name}")
    sbd("add", "person", "姓名=张三")
    for day, place, served, resolved, hours in (
        ("2025-07-10", "塔沟社区", 40, 1, 1),
        ("2026-01-05", "塔沟社区", 100, 2, 1),
        ("2026-06-30", "塔沟社区", 8, 0, 2),
        ("2026-06-02", "文庙社区", 30, 3, 1),
        ("2026-07-01", "塔沟社区", 20, 1, 1.5),
        ("2026-07-31", "塔沟社区", 30, 2, 1),
        ("2026-07-15", "陕西营社区", 5, 0, 0.5),
    ):
        words = ["--place", place, "--served", served, "--resolved", resolved, "--hours", hours, "--people", "张三"]
        assert sbd("log", "activity", f"服务{day}", "--date", day, *words).code == 0
    return sbd


def report(sbd: Sbd, *words: str) -> Any:
    said = sbd("report", *words, "--format", "json")
    assert said.code == 0, said.err
    return said.json()


def test_a_month_beside_the_one_before(office: Sbd) -> None:
    said = report(office, "--month", "2026-07", "--compare", "previous")
    (row,) = said["rows"]
    assert (row["services"], row["services_before"], row["services_change"]) == (3, 2, 1)
    assert (row["served"], row["served_before"], row["served_change"]) == (55, 38, 17)
    assert (row["hours"], row["hours_before"], row["hours_change"]) == (3.0, 3.0, 0.0)
    assert (row["minutes"], row["minutes_before"]) == (180, 180)
    assert said["compare"] == {"with": "previous", "from": "2026-06-01", "until": "2026-07-01"}
    assert report(office, "--month", "2026-07", "--compare", "环比") == said


def test_a_line_for_each_figure_with_its_change_in_per_cent(office: Sbd) -> None:
    said = office("report", "--month", "2026-07", "--compare", "previous").out
    assert re.search(r"服务群众人次 +55 +38 +17 +44\.7", said)
    assert re.search(r"解决问题件数 +3 +3 +0 +0\.0", said)
    assert "与2026年6月1日至6月30日比" in said
    never = office("report", "--month", "2026-07", "--place", "陕西营社区", "--compare", "previous").out
    assert re.search(r"服务次数 +1 +0 +1\n", never)


def test_what_fell_is_negative_and_cut_towards_nothing(office: Sbd) -> None:
    said = office("report", "--month", "2026-06", "--compare", "year").out
    assert re.search(r"服务次数 +2 +0 +2\n", said)
    less = report(office, "--month", "2026-06", "--compare", "previous", "--place", "文庙社区")
    assert less["rows"][0]["hours_change"] == 1.0
    july = office("report", "--month", "2026-07", "--compare", "previous", "--place", "文庙社区").out
    assert re.search(r"服务时长（小时） +0\.0 +1\.0 +-1\.0 +-100\.0", july)


def test_parts_of_either_period_have_a_row(office: Sbd) -> None:
    said = report(office, "places", "--month", "2026-07", "--compare", "previous")
    found = {row["place"]: (row["services"], row["services_before"]) for row in said["rows"]}
    assert found == {"塔沟社区": (2, 1), "陕西营社区": (1, 0), "文庙社区": (0, 1)}
    assert (said["totals"]["services"], said["totals"]["services_before"], said["totals"]["services_change"]) == (
        3,
        2,
        1,
    )
    assert said["totals"]["volunteers"] == 1


def test_the_same_days_of_the_year_before(office: Sbd) -> None:
    (row,) = report(office, "--month", "2026-07", "--compare", "year")["rows"]
    assert (row["services"], row["services_before"], row["served_before"]) == (3, 1, 40)


def test_the_year_to_date_stands_beside_the_month(office: Sbd, tmp_path: Path) -> None:
    said = report(office, "places", "--month", "2026-07", "--to-date")
    found = {row["place"]: (row["services"], row["services_to_date"], row["served_to_date"]) for row in said["rows"]}
    assert found == {"塔沟社区": (2, 4, 158), "陕西营社区": (1, 1, 5), "文庙社区": (0, 1, 30)}
    assert said["to_date"] == {"from": "2026-01-01", "until": "2026-08-01"}
    assert office("report", "--month", "2026-07", "--to-date", "-o", tmp_path / "月报.xlsx").code == 0
    rows = list(openpyxl.load_workbook(tmp_path / "月报.xlsx").worksheets[0].iter_rows(values_only=True))
    assert ("服务次数", 3, 6) in rows
    assert ("服务时长（小时）", 3, 7) in rows


def test_the_workbook_has_the_month_and_the_year_over_their_figures(office: Sbd, tmp_path: Path) -> None:
    file = tmp_path / "月报.xlsx"
    assert office("report", "--by", "place", "--month", "2026-07", "--to-date", "-o", file).code == 0
    sheet = openpyxl.load_workbook(file).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    upper, lower = rows[2], rows[3]
    assert (upper[0], upper[1], upper[7]) == ("社区（村）", "本期", "累计")
    assert lower[1:3] == ("服务次数", "服务群众人次") == lower[7:9]
    assert {str(one) for one in sheet.merged_cells.ranges} >= {"A3:A4", "B3:G3", "H3:M3"}
    assert sheet.print_title_rows == "$3:$4"
    assert (rows[4][1], rows[4][7]) == (2, 4)


@pytest.mark.parametrize(
    "words",
    [
        ["activities", "--compare", "year"],
        ["--by", "month", "--to-date"],
        ["--compare", "year", "--to-date"],
        ["--compare", "明年"],
        ["gap", "--compare", "year"],
        ["--format", "sentence", "--compare", "year"],
        ["--format", "sentence", "--by", "place"],
        ["needs", "--format", "sentence"],
    ],
)
def test_what_cannot_stand_side_by_side_is_refused(office: Sbd, words: list[str]) -> None:
    assert office("report", *words).code == 2


def span(first: str, until: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(until))


@pytest.mark.parametrize(
    ("period", "way", "expected"),
    [
        (span("2026-07-01", "2026-08-01"), "previous", span("2026-06-01", "2026-07-01")),
        (span("2026-01-01", "2026-02-01"), "previous", span("2025-12-01", "2026-01-01")),
        (span("2026-07-01", "2026-10-01"), "previous", span("2026-04-01", "2026-07-01")),
        (span("2026-01-01", "2027-01-01"), "previous", span("2025-01-01", "2026-01-01")),
        (span("2026-06-26", "2026-07-26"), "previous", span("2026-05-26", "2026-06-26")),
        (span("2026-07-01", "2026-07-16"), "previous", span("2026-06-16", "2026-07-01")),
        (span("2026-03-01", "2026-04-01"), "previous", span("2026-02-01", "2026-03-01")),
        (span("2026-07-01", "2026-08-01"), "year", span("2025-07-01", "2025-08-01")),
        (span("2024-02-29", "2024-03-01"), "year", span("2023-02-28", "2023-03-01")),
    ],
)
def test_the_period_to_compare_with_is_of_the_same_length(period: Period, way: str, expected: Period) -> None:
    assert earlier_period(period, way) == expected


@pytest.mark.parametrize(
    ("number", "said"),
    [
        *((0, "0"), (296, "296"), (999, "999"), (4.5, "4.5"), (1000, "1000"), (1005, "1000余"), (1330, "1330")),
        *((1339, "1330余"), (9999, "9990余"), (10000, "1万"), (12000, "1.2万"), (12999, "1.2万"), (199999, "19.9万")),
        *((1234567, "123.4万"), (1012.5, "1010余"), (1010.5, "1010余")),
    ],
)
def test_a_number_is_spoken_by_the_written_rule(number: float, said: str) -> None:
    assert format_rounded(number, 1000) == said


@given(st.integers(0, 10**9))
def test_a_spoken_number_is_never_more_than_it_is(number: int) -> None:
    said = format_rounded(number, 1000).replace("余", "")
    value = round(float(said.removesuffix("万")) * 10000) if said.endswith("万") else int(said)
    assert number - 1000 < value <= number


def test_the_sentence_says_what_the_report_says(office: Sbd) -> None:
    office("init", "--place", "塔沟社区")
    said = office("report", "--period", "截至7月底", "--format", "sentence").out
    assert said.startswith(
        "截至7月底，全社区已开展志愿服务6次，服务群众193人次，解决群众急难愁盼问题8件，志愿服务时长7小时。\n"
    )
    assert "服务时长 7 小时；期间2026年1月1日至7月31日" in said
    assert office("report", "--month", "2026-07", "--place", "文庙社区", "--format", "sentence").out.startswith(
        "7月，文庙社区已开展志愿服务0次"
    )
    assert office("report", "--year", "2025", "--format", "sentence").out.startswith("2025年，全社区已开展志愿服务1次")
    office("policy", "edit", "--set", "report.exact_below=100")
    assert "服务群众190余人次" in office("report", "--period", "截至7月底", "--format", "sentence").out
