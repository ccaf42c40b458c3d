"""Reports: every figure against a sum made by hand or by plain Python, in every form it is given."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.ledger.records import store, void
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.formats import as_json
from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.values.period import Period

if TYPE_CHECKING:
    from conftest import Sbd

MEASURES = ("services", "served", "resolved", "volunteers", "participations", "minutes")
EVERY_REPORT = (
    "summary",
    "places",
    "orgs",
    "teams",
    "categories",
    "trend",
    "activities",
    "people",
    "outcomes",
    "monthly",
    "matrix",
)


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Eight activities around the edges of July 2026, in two communities of one street."""
    for words in (
        "place 名称=双桥区",
        "place 名称=头道牌楼街道 上级=双桥区",
        "place 名称=文庙社区 上级=头道牌楼街道",
        "place 名称=第一网格 上级=文庙社区",
        "place 名称=塔沟社区 上级=双桥区",
        "place 名称=西坎村 上级=双桥区",
        "org 单位名称=承德医学院",
        "org 单位名称=双桥区司法局",
        "team 队伍名称=应急服务队",
        "person 姓名=张三",
        "person 姓名=李四",
        "person 姓名=王五",
    ):
        assert sbd("add", *words.split()).code == 0
    for line in (
        "甲 --date 2025-12-31 --place 文庙社区 --served 1 --resolved 1 --hours 1 --people 张三",
        "乙 --date 2026-01-01 --place 文庙社区 --served 2 --org 承德医学院 --hours 1.5 --people 张三、李四",
        "丙 --date 2026-06-30 --place 塔沟社区 --served 4 --resolved 2 --team 应急服务队",
        "丁 --date 2026-07-01 --place 第一网格 --served 8 --resolved 4 --org 承德医学院 --hours 2 --people 张三、李四",
        "戊 --date 2026-07-15 --place 头道牌楼街道 --served 16余 --category 助老 --hours 0.5 --people 张三",
        "己 --date 2026-07-31 --place 文庙社区 --resolved 8 --org 双桥区司法局 --category 助老 --people 王五",
        "庚 --date 2026-07-31 --served 32 --outcome 停车位200余个、丁香120棵",
        "辛 --date 2026-07-02 --place 塔沟社区 --served 64 --hours 3 --people 李四 --outcome 停车位10个",
    ):
        assert sbd("log", "activity", *line.split()).code == 0
    return sbd


def totals(sbd: Sbd, *words: str) -> tuple[int, ...]:
    said = sbd("report", *words, "--format", "json")
    assert said.code == 0
    found = said.json()["totals"]
    return tuple(found[name] for name in MEASURES)


JULY = (5, 120, 12, 3, 5, 2 * 120 + 30 + 180)
SECOND_HALF = JULY
YEAR = (7, 126, 14, 3, 7, 180 + 450)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--month", JULY),
        ("--month 2026-07", JULY),
        ("--month 7", JULY),
        ("--month 2026年7月", JULY),
        ("--month last", (1, 4, 2, 0, 0, 0)),
        ("--month 上月", (1, 4, 2, 0, 0, 0)),
        ("--month 2025-12", (1, 1, 1, 1, 1, 60)),
        ("--month 2026-01", (1, 2, 0, 2, 2, 180)),
        ("--month 2026-02", (0, 0, 0, 0, 0, 0)),
        ("--quarter", JULY),
        ("--quarter 2026Q2", (1, 4, 2, 0, 0, 0)),
        ("--quarter last", (1, 4, 2, 0, 0, 0)),
        ("--quarter 2025Q4", (1, 1, 1, 1, 1, 60)),
        ("--half", SECOND_HALF),
        ("--half 2026H1", (2, 6, 2, 2, 2, 180)),
        ("--half 上半年", (2, 6, 2, 2, 2, 180)),
        ("--half last", (2, 6, 2, 2, 2, 180)),
        ("--year", YEAR),
        ("--year 2026", YEAR),
        ("", YEAR),
        ("--year last", (1, 1, 1, 1, 1, 60)),
        ("--from 2026-07-01 --to 2026-07-31", JULY),
        ("--from 2026-07-01", JULY),
        ("--from 2026-07-02 --to 2026-07-30", (2, 80, 0, 2, 2, 210)),
        ("--from 7月31日 --to 今天", (2, 32, 8, 1, 1, 0)),
        ("--to 2025-12-31", (1, 1, 1, 1, 1, 60)),
        ("--to 2025-12-30", (0, 0, 0, 0, 0, 0)),
    ],
)
def test_a_period_holds_its_first_and_its_last_day(office: Sbd, words: str, expected: tuple[int, ...]) -> None:
    assert totals(office, *words.split()) == expected


@pytest.mark.parametrize("month", ["2025-12", "2026-01", "2026-02", "2026-06", "2026-07"])
def test_every_listing_of_a_month_has_the_rows_of_its_totals(office: Sbd, month: str) -> None:
    services, served, _, volunteers, participations, minutes = totals(office, "--month", month)
    said = {
        name: office("report", name, "--month", month, "--format", "json").json()
        for name in ("activities", "people", "monthly")
    }
    assert len(said["activities"]["rows"]) == services == said["monthly"]["totals"]["services"]
    assert said["activities"]["totals"]["served"] == served
    assert len(said["people"]["rows"]) == volunteers
    assert said["people"]["totals"]["participations"] == participations
    assert said["people"]["totals"]["minutes"] == minutes


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("双桥区", (4, 88, 12, 3, 5, 450)),
        ("头道牌楼街道", (3, 24, 12, 3, 4, 270)),
        ("文庙社区", (2, 8, 12, 3, 3, 240)),
        ("第一网格", (1, 8, 4, 2, 2, 240)),
        ("塔沟社区", (1, 64, 0, 1, 1, 180)),
        ("西坎村", (0, 0, 0, 0, 0, 0)),
    ],
)
def test_a_place_counts_with_all_that_is_below_it(office: Sbd, place: str, expected: tuple[int, ...]) -> None:
    assert totals(office, "--month", "--place", place) == expected


def divided(sbd: Sbd, *words: str) -> dict[str | None, tuple[int, ...]]:
    said = sbd("report", *words, "--format", "json").json()
    key = said["columns"][0]["name"]
    return {row[key]: tuple(row[name] for name in MEASURES) for row in said["rows"]}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (
            "place",
            {
                "文庙社区": (1, 0, 8, 1, 1, 0),
                "第一网格": (1, 8, 4, 2, 2, 240),
                "头道牌楼街道": (1, 16, 0, 1, 1, 30),
                "塔沟社区": (1, 64, 0, 1, 1, 180),
                "西坎村": (0, 0, 0, 0, 0, 0),
                "（未填）": (1, 32, 0, 0, 0, 0),
            },
        ),
        (
            "org",
            {
                "承德医学院": (1, 8, 4, 2, 2, 240),
                "双桥区司法局": (1, 0, 8, 1, 1, 0),
                "（未填）": (3, 112, 0, 2, 2, 210),
            },
        ),
        ("team", {"（未填）": JULY}),
        ("category", {"助老": (2, 16, 8, 2, 2, 30), "（未填）": (3, 104, 4, 2, 3, 420)}),
        ("month", {"2026-07": JULY}),
    ],
)
def test_a_division_has_the_figures_of_each_part(office: Sbd, by: str, expected: dict[str, tuple[int, ...]]) -> None:
    assert divided(office, "--month", "--by", by) == expected
    assert totals(office, "--month", "--by", by) == JULY


def test_a_trend_names_every_month_of_the_period(office: Sbd) -> None:
    found = divided(office, "trend", "--year")
    assert list(found) == [f"2026-{month:02d}" for month in range(1, 13)]
    assert found["2026-07"] == JULY
    assert found["2026-02"] == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "by"),
    [("places", "place"), ("orgs", "org"), ("teams", "team"), ("categories", "category"), ("trend", "month")],
)
def test_a_division_can_be_asked_for_by_its_name(office: Sbd, name: str, by: str) -> None:
    assert office("report", name, "--format", "json").out == office("report", "--by", by, "--format", "json").out


def test_people_have_their_participations_and_hours(office: Sbd) -> None:
    said = office("report", "people", "--month", "--format", "json").json()
    rows = {row["person"]: (row["participations"], row["minutes"], row["hours"]) for row in said["rows"]}
    assert rows == {"张三": (2, 150, 2.5), "李四": (2, 300, 5.0), "王五": (1, 0, 0.0)}
    assert (said["totals"]["participations"], said["totals"]["minutes"]) == (5, 450)
    assert office("report", "--by", "person", "--month", "--format", "json").out == (
        office("report", "people", "--month", "--format", "json").out
    )


def test_outcomes_are_added_up_by_what_and_unit(office: Sbd) -> None:
    rows = office("report", "outcomes", "--month", "--format", "json").json()["rows"]
    assert {(row["what"], row["unit"]): (row["quantity"], row["services"]) for row in rows} == {
        ("停车位", "个"): (210, 2),
        ("丁香", "棵"): (120, 1),
    }


def test_what_came_of_a_project_is_counted_on_the_day_it_was_done(office: Sbd) -> None:
    office("add", "project", "项目名称=停车位规划", "实施地点=塔沟社区")
    assert office("add", "outcome", "成果=停车位", "数量=200余", "单位=个", "项目=项-2026-0001").code == 0
    assert office("add", "outcome", "成果=停车位", "数量=5", "单位=个").code == 2
    twice = office("add", "outcome", "成果=停车位", "数量=5", "项目=项-2026-0001", "活动=1")
    assert (twice.code, "只能算在一处" in twice.err) == (2, True)

    def july(*more: str) -> tuple[int, int]:
        said = office("report", "outcomes", "--month", "2026-07", *more, "--format", "json").json()
        quantity = next((row["quantity"] for row in said["rows"] if row["what"] == "停车位"), 0)
        return quantity, sum("没有计入" in note for note in said["notes"])

    assert july() == (210, 1)
    assert office("edit", "project", "项-2026-0001", "完成日期=2026-07-20").code == 0
    assert july() == (410, 0)
    assert july("--place", "塔沟社区") == (210, 0)
    assert office("edit", "project", "项-2026-0001", "完成日期=2026-06-20").code == 0
    assert july() == (210, 0)


def test_a_project_that_names_no_day_is_done_on_its_last_look_back(office: Sbd) -> None:
    office("add", "project", "项目名称=停车位规划")
    office("add", "outcome", "成果=丁香", "数量=30", "单位=棵", "项目=项-2026-0001")
    for words in (
        "open --project 项-2026-0001 --on 2026-05-01",
        "plan 单-2026-0001 --plan 栽 --on 2026-05-01",
        "claim 单-2026-0001 --by 张三 --on 2026-05-02",
        "finish 单-2026-0001 --result 栽好 --on 2026-05-20",
        "review 单-2026-0001 --by 李四 --solved --on 2026-05-21",
    ):
        assert office("order", *words.split()).code == 0
    said = office("report", "outcomes", "--month", "2026-05", "--format", "json").json()
    assert [(row["what"], row["quantity"], row["projects"]) for row in said["rows"]] == [("丁香", 30, 1)]


def test_the_listing_of_activities_adds_up_to_the_summary(office: Sbd) -> None:
    said = office("report", "activities", "--month", "--format", "json").json()
    rows = said["rows"]
    assert len(rows) == JULY[0]
    assert sum(row["served"] or 0 for row in rows) == said["totals"]["served"] == JULY[1]
    assert sum(row["resolved"] or 0 for row in rows) == said["totals"]["resolved"] == JULY[2]
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)


def test_the_table_of_places_and_months_adds_up_both_ways(office: Sbd) -> None:
    said = office("report", "monthly", "--year", "--format", "json").json()
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    for row in said["rows"]:
        assert sum(row[month] for month in months) == row["services"]
    for name in [*months, "services"]:
        assert sum(row[name] for row in said["rows"]) == said["totals"][name]
    assert said["totals"]["services"] == YEAR[0]
    assert {row["place"]: row["2026-07"] for row in said["rows"] if row["2026-07"]} == {
        "文庙社区": 1,
        "第一网格": 1,
        "头道牌楼街道": 1,
        "塔沟社区": 1,
        "（未填）": 1,
    }


def test_approximate_numbers_are_told_once_for_each_activity(office: Sbd) -> None:
    notes = office("report", "--month", "--format", "json").json()["notes"]
    assert [note for note in notes if "约数" in note and re.search(r"(?<!\d)1(?!\d)", note)]
    assert not [n for n in office("report", "--month", "6", "--format", "json").json()["notes"] if "约数" in n]


@pytest.mark.parametrize("report", ["activities", "outcomes"])
def test_a_listing_says_how_many_of_its_rows_are_approximate(office: Sbd, report: str) -> None:
    notes = office("report", report, "--month", "--format", "json").json()["notes"]
    assert [note for note in notes if "约" in note and re.search(r"(?<!\d)1(?!\d)", note)]


@pytest.mark.parametrize("words", ["places --month", "trend --year", "orgs --month", "categories --month"])
def test_where_volunteers_do_not_add_up_a_note_says_so(office: Sbd, words: str) -> None:
    said = office("report", *words.split(), "--format", "json").json()
    assert sum(row["volunteers"] for row in said["rows"]) > said["totals"]["volunteers"]
    assert [note for note in said["notes"] if "合计不是各行之和" in note]


# One number everywhere.


def cells_of(text: str, form: str) -> list[list[str]]:
    """The rows of a report as a reader of that form sees them."""
    if form == "csv":
        return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    if form == "md":
        return [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    if form == "html":
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.DOTALL)
        return [[unescape(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)] for row in rows]
    return [re.split(r" {2,}", line.strip()) for line in text.splitlines()]


def of_workbook(path: Path) -> list[list[str]]:
    """The rows of a workbook, each cell as Excel shows it."""
    return [[shown(cell) for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]


def shown(cell: Any) -> str:
    if isinstance(cell.value, int | float) and cell.number_format.endswith("0.0"):
        return f"{cell.value:.1f}"
    return "" if cell.value is None else str(cell.value)


@pytest.mark.parametrize("report", ["summary", "places", "orgs", "categories", "trend", "people"])
def test_every_form_gives_the_same_figures(office: Sbd, tmp_path: Path, report: str) -> None:
    words = ("report", report, "--month")
    said = office(*words, "--format", "json").json()
    names = [column["name"] for column in said["columns"]]

    def line(row: dict[str, Any]) -> list[str]:
        return ["" if row[n] is None else f"{row[n]:.1f}" if n == "hours" else str(row[n]) for n in names]

    expected = [line(row) for row in said["rows"]]
    if report != "summary":
        last = {name: said["totals"].get(name) for name in names} | {names[0]: "合计"}
        expected.append(line(last))
    seen = {form: cells_of(office(*words, "--format", form).out, form) for form in ("csv", "md")}
    for form in ("csv", "md", "html"):
        assert office(*words, "-o", tmp_path / f"x.{form}").code == 0
        seen[f".{form}"] = cells_of((tmp_path / f"x.{form}").read_text(encoding="utf-8"), form)
    assert office(*words, "-o", tmp_path / "x.xlsx").code == 0
    seen[".xlsx"] = of_workbook(tmp_path / "x.xlsx")
    for rows in seen.values():
        for row in expected:
            assert row in rows
    plain = cells_of(office(*words).out, "table")
    for row in expected:
        assert [cell for cell in row if cell] in plain


def test_a_file_of_json_holds_what_is_printed(office: Sbd, tmp_path: Path) -> None:
    office("report", "--month", "-o", tmp_path / "x.json")
    assert (tmp_path / "x.json").read_text(encoding="utf-8") == office("report", "--month", "--format", "json").out


# The JSON of the contract.


@pytest.mark.parametrize("name", EVERY_REPORT)
def test_a_report_as_json_has_the_shape_of_the_contract(office: Sbd, name: str) -> None:
    said = office("report", name, "--month", "2026-07", "--place", "双桥区", "--format", "json").json()
    assert list(said) == ["report", "title", "period", "place", "columns", "rows", "totals", "notes"]
    assert said["report"] == name
    assert said["period"] == {"from": "2026-07-01", "until": "2026-08-01"}
    assert said["place"] == "双桥区"
    assert all(column.keys() == {"name", "label", "unit"} for column in said["columns"])
    names = {column["name"] for column in said["columns"]}
    assert said["rows"]
    assert all(names <= row.keys() for row in said["rows"])
    assert said["totals"].keys() <= names | {"minutes"}
    assert all(isinstance(value, int | float) or value is None for value in said["totals"].values())
    assert said["notes"]
    assert all(isinstance(note, str) for note in said["notes"])


def test_references_in_a_report_have_their_number_beside_them(office: Sbd) -> None:
    for by, record in (("place", "place"), ("org", "org"), ("team", "team")):
        known = {row["name"]: row["id"] for row in office("list", record, "--format", "json").json()}
        for row in office("report", "--year", "--by", by, "--format", "json").json()["rows"]:
            assert row[f"{by}_id"] == known.get(row[by])


@pytest.mark.parametrize("name", EVERY_REPORT)
def test_an_empty_ledger_gives_noughts_and_no_error(sbd: Sbd, tmp_path: Path, name: str) -> None:
    assert sbd("init").code == 0
    for form in ("table", "json", "csv", "md"):
        assert sbd("report", name, "--month", "--format", form).code == 0
    for ending in ("xlsx", "html"):
        assert sbd("report", name, "--month", "-o", tmp_path / f"x.{ending}").code == 0
    said = sbd("report", name, "--month", "--format", "json").json()
    assert all(not value for value in said["totals"].values())


def test_the_summary_of_an_empty_ledger_is_a_row_of_noughts(sbd: Sbd) -> None:
    sbd("init")
    assert totals(sbd, "--month") == (0, 0, 0, 0, 0, 0)
    assert len(sbd("report", "--month", "--format", "json").json()["rows"]) == 1


# Asking wrongly.


@pytest.mark.parametrize(
    "words",
    [
        "--month 7 --year 2026",
        "--month --quarter",
        "--half --from 2026-01-01",
        "--year --to 2026-01-01",
        "--month 2026-13",
        "--month 0",
        "--quarter 2026Q5",
        "--half 3",
        "--year 26",
        "--month summary",
        "--from 2026-07-02 --to 2026-07-01",
        "--from 某天",
        "--by 社区",
        "activities --by place",
        "--month 2026-07 -o 月报.docx",
        "--month 2026-07 -o 月报",
        "summary people",
    ],
)
def test_a_question_that_is_none_is_refused(office: Sbd, tmp_path: Path, words: str) -> None:
    said = office("report", *words.split())
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert not list(tmp_path.glob("月报*"))


def test_an_unknown_report_names_the_nearest(office: Sbd) -> None:
    said = office("report", "activitys")
    assert said.code == 4
    assert "是不是 activities" in said.err


def test_an_unknown_place_names_the_nearest(office: Sbd) -> None:
    said = office("report", "--place", "文庙")
    assert said.code == 4
    assert "文庙社区" in said.err


def test_the_catalogue_names_every_report_and_wants_no_ledger(sbd: Sbd, own_ledger: Path) -> None:
    said = sbd("report", "--list", "--format", "json").json()
    assert [row["name"] for row in said] == [
        *EVERY_REPORT,
        "needs",
        "orders",
        "visits",
        "meetings",
        "checkins",
        "coverage",
        "gap",
    ]
    assert not own_ledger.exists()


def test_every_measure_is_defined_under_the_report(office: Sbd) -> None:
    said = office("report", "--month").out
    for label in ("服务次数", "服务群众人次", "解决问题件数", "参与人数", "志愿者人次", "服务时长"):
        assert f"注：{label}：" in said


def test_the_heading_names_the_office_the_place_and_the_days(office: Sbd) -> None:
    office("init", "--office", "双桥区委组织部")
    said = office("report", "--month", "--place", "文庙社区").out
    assert "填报单位：双桥区委组织部　　范围：文庙社区　　期间：2026年7月1日至7月31日" in said


def test_hours_are_shown_with_one_decimal_and_never_rounded_up(sbd: Sbd) -> None:
    sbd("log", "activity", "甲", "--hours", "1小时59分", "--people", "张三", "--new")
    said = sbd("report", "--month", "--format", "json").json()["totals"]
    assert (said["minutes"], said["hours"]) == (119, 1.9)


# Any ledger: what the reports say against plain Python.

PLACES = (None, 0, 0, 1, 1, 2, 3)
"""Parents: a district; two streets; communities below them; a grid below the first community."""
ORGS = TEAMS = 2
PERSONS = 4
FIRST = date(2025, 12, 25)


@dataclass(frozen=True)
class Done:
    """One activity as drawn."""

    day: date
    place: int | None
    org: int | None
    team: int | None
    category: str | None
    served: int | None
    resolved: int | None
    minutes: int | None
    people: frozenset[int]
    voided: bool


DONE = st.builds(
    Done,
    day=st.integers(0, 12).map(lambda days: FIRST + timedelta(days)),
    place=st.none() | st.integers(0, len(PLACES) - 1),
    org=st.none() | st.integers(0, ORGS - 1),
    team=st.none() | st.integers(0, TEAMS - 1),
    category=st.sampled_from([None, "助老", "便民服务", "其他"]),
    served=st.none() | st.integers(0, 50),
    resolved=st.none() | st.integers(0, 5),
    minutes=st.none() | st.integers(0, 600),
    people=st.frozensets(st.integers(0, PERSONS - 1), max_size=PERSONS),
    voided=st.sampled_from([False, False, False, True]),
)


def measured(found: list[Done]) -> tuple[int, ...]:
    """The definitions of the contract, in plain Python."""
    return (
        len(found),
        sum(one.served or 0 for one in found),
        sum(one.resolved or 0 for one in found),
        len(frozenset[int]().union(*(one.people for one in found))),
        sum(len(one.people) for one in found),
        sum((one.minutes or 0) * len(one.people) for one in found),
    )


def below(place: int | None, scope: int) -> bool:
    while place is not None and place != scope:
        place = PLACES[place]
    return place is not None


def put_in(path: Path, done: list[Done]) -> None:
    connection = open_ledger(path, create=True)
    with write_transaction(connection, "test") as entry:
        for number, parent in enumerate(PLACES):
            facts = {"name": f"地{number}", "level": "community", "parent": None if parent is None else parent + 1}
            store.insert(entry, RECORDS["place"], facts)
        for record, count in (("org", ORGS), ("team", TEAMS), ("person", PERSONS)):
            for number in range(count):
                store.insert(entry, RECORDS[record], {"name": f"{record}{number}"})
        for one in done:
            numbers = {
                name: None if (at := getattr(one, name)) is None else at + 1 for name in ("place", "org", "team")
            }
            same = {name: getattr(one, name) for name in ("category", "served", "resolved", "minutes")}
            facts = {"title": "活动", "date": one.day.isoformat(), **numbers, **same}
            id_ = store.insert(entry, RECORDS["activity"], facts)
            for person in one.people:
                part = {"activity": id_, "person": person + 1, "minutes": one.minutes}
                store.insert(entry, RECORDS["participation"], part)
            if one.voided:
                void.void(entry, RECORDS["activity"], id_)
    connection.close()


@settings(max_examples=25, deadline=None)
@given(
    done=st.lists(DONE, max_size=12),
    start=st.integers(0, 12),
    days=st.integers(1, 10),
    scope=st.none() | st.integers(0, len(PLACES) - 1),
)
def test_any_ledger_adds_up_as_defined(done: list[Done], start: int, days: int, scope: int | None) -> None:
    period = Period(FIRST + timedelta(start), FIRST + timedelta(start + days))
    held = [
        one
        for one in done
        if not one.voided and period.start <= one.day < period.until and (scope is None or below(one.place, scope))
    ]
    with tempfile.TemporaryDirectory() as folder:
        put_in(Path(folder) / "ledger.db", done)
        connection = open_ledger(Path(folder) / "ledger.db")
        asked = Scope(connection, period, None if scope is None else scope + 1)
        said = {name: as_json(report_table(asked, name)) for name in EVERY_REPORT}
        connection.close()
    assert tuple(said["summary"]["totals"][name] for name in MEASURES) == measured(held)
    assert_divided(said, held)
    rows = said["activities"]["rows"]
    assert len(rows) == len(held)
    assert said["activities"]["totals"]["served"] == sum(row["served"] or 0 for row in rows) == measured(held)[1]
    assert said["people"]["totals"]["participations"] == measured(held)[4]
    assert said["people"]["totals"]["minutes"] == measured(held)[5]
    assert len(said["people"]["rows"]) == measured(held)[3]
    assert said["monthly"]["totals"]["services"] == said["matrix"]["totals"]["services"] == len(held)


def assert_divided(said: dict[str, Any], held: list[Done]) -> None:
    """Each part has the figures of its own activities, and all but the heads add up to the total."""
    parts: dict[str, tuple[str, Any]] = {
        "places": ("place_id", lambda one: None if one.place is None else one.place + 1),
        "orgs": ("org_id", lambda one: None if one.org is None else one.org + 1),
        "teams": ("team_id", lambda one: None if one.team is None else one.team + 1),
        "categories": ("category", lambda one: one.category or "（未填）"),
        "trend": ("month", lambda one: f"{one.day:%Y-%m}"),
    }
    for name, (key, of) in parts.items():
        rows = {row[key]: tuple(row[measure] for measure in MEASURES) for row in said[name]["rows"]}
        assert len(rows) == len(said[name]["rows"])
        for part, figures in rows.items():
            assert figures == measured([one for one in held if of(one) == part])
        assert {of(one) for one in held} <= rows.keys()
        assert tuple(said[name]["totals"][measure] for measure in MEASURES) == measured(held)
