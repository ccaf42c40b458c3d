"""The five example workbooks give the figures of the news story, however they are imported."""

from __future__ import annotations

import importlib
import re
import shutil
import sqlite3
from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from conftest import EXAMPLES, Sbd
from shuangbaodao_cli.cli.app import run

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("1-places", "2-orgs", "3-teams", "4-persons", "5-activities")
STORY = {"services": 1330, "served": 12000, "resolved": 296}
"""What the news story says was done in seven months."""
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def paths(names: tuple[str, ...] = FILES) -> list[Path]:
    return [EXAMPLES / f"{name}.xlsx" for name in names]


def data_rows(path: Path) -> list[dict[str, Any]]:
    """The rows between the headings (row 3) and the total, as openpyxl reads them."""
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=3, values_only=True))
    headings = list(map(str, rows[0]))
    return [dict(zip(headings, row, strict=True)) for row in rows[1:] if row[0] != "合计"]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with all the examples in it."""
    ledger = tmp_path_factory.mktemp("examples") / "ledger.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SBD_TODAY", "2026-07-31")
        assert run(["import", *map(str, paths()), "--ledger", str(ledger)]) == 0
    return ledger


@pytest.fixture(scope="module")
def activities() -> list[dict[str, Any]]:
    return data_rows(EXAMPLES / "5-activities.xlsx")


@pytest.fixture(scope="module")
def persons() -> list[dict[str, Any]]:
    return data_rows(EXAMPLES / "4-persons.xlsx")


@pytest.fixture
def story(sbd: Sbd, filled: Path, own_ledger: Path) -> Sbd:
    shutil.copyfile(filled, own_ledger)
    return sbd


def test_the_year_has_the_totals_of_the_story(story: Sbd) -> None:
    said = story("report", "--year", "2026", "--format", "json").json()
    assert STORY.items() <= said["totals"].items()
    assert STORY.items() <= said["rows"][0].items()


def test_the_community_has_eight_teams_and_six_hundred_volunteers(story: Sbd) -> None:
    teams = story("list", "team", "所属社区:塔沟社区", "--format", "json").json()
    persons = story("list", "person", "居住社区:塔沟社区", "--format", "json").json()
    assert len(teams) == 8
    assert len(persons) == 600
    assert {person["community"] for person in persons} == {"塔沟社区"}


def test_a_hundred_party_members_checked_in_where_they_live(story: Sbd) -> None:
    checkins = story("list", "checkin", "报到方式:居住地报到", "--format", "json").json()
    assert len(checkins) == 100
    assert {one["place"] for one in checkins} == {"塔沟社区"}
    assert all(one["since"] >= "2026-01-05" for one in checkins)


def test_each_month_has_the_figures_of_its_rows(story: Sbd, activities: list[dict[str, Any]]) -> None:
    expected: dict[str, Counter[str]] = {}
    for row in activities:
        people = (row["参加人员"] or "").split("、") if row["参加人员"] else []
        expected.setdefault(f"{row['活动日期']:%Y-%m}", Counter()).update(
            {
                "services": 1,
                "served": row["服务群众人次"],
                "resolved": row["解决问题数"],
                "participations": len(people),
                "minutes": len(people) * round(row["服务时长(小时)"] * 60),
            }
        )
    said = story("report", "trend", "--from", "2026-01-01", "--to", "2026-07-31", "--format", "json").json()
    assert len(said["rows"]) == 7
    for row in said["rows"]:
        assert {name: row[name] for name in expected[row["month"]]} == dict(expected[row["month"]])


def test_everybody_who_took_part_counts_once_as_a_volunteer(story: Sbd, activities: list[dict[str, Any]]) -> None:
    names = {name for row in activities if row["参加人员"] for name in row["参加人员"].split("、")}
    said = story("report", "--year", "2026", "--format", "json").json()
    assert said["totals"]["volunteers"] == len(names)


def test_the_parking_places_and_lilacs_of_the_story_are_outcomes(story: Sbd) -> None:
    rows = story("report", "outcomes", "--year", "2026", "--format", "json").json()["rows"]
    found = {(row["what"], row["quantity"], row["unit"]) for row in rows}
    assert {("停车位", 200, "个"), ("丁香", 120, "棵"), ("稻田画", 800, "亩")} <= found


@pytest.mark.parametrize(
    "order",
    [
        tuple(reversed(FILES)),
        ("5-activities", "1-places", "2-orgs", "3-teams", "4-persons"),
        ("4-persons", "3-teams", "5-activities", "2-orgs", "1-places"),
    ],
    ids=["backwards", "activities first", "persons first"],
)
def test_the_order_of_the_files_does_not_change_the_totals(sbd: Sbd, order: tuple[str, ...]) -> None:
    assert sbd("import", *paths(order)).code == 0
    assert STORY.items() <= sbd("report", "--year", "2026", "--format", "json").json()["totals"].items()


def test_the_examples_raise_no_doubt_and_lose_no_row(sbd: Sbd) -> None:
    said = sbd("import", *paths(), "--format", "json").json()
    sheets = [sheet for file in said["files"] for sheet in file["sheets"]]
    assert [sheet["record"] for sheet in sheets] == ["place", "org", "team", "person", "activity"]
    assert [sheet["created"] for sheet in sheets] == [25, 20, 8, 600, 1330]
    assert [p for sheet in sheets for p in sheet["problems"] if p["severity"] != "fixed"] == []


def test_importing_them_again_changes_nothing(story: Sbd, own_ledger: Path) -> None:
    before = own_ledger.read_bytes()
    assert story("import", *paths()).code == 0
    assert own_ledger.read_bytes() == before


def test_reading_them_afresh_with_again_changes_no_record(story: Sbd, own_ledger: Path) -> None:
    before = records(own_ledger)
    assert story("import", *paths(), "--again").code == 0
    assert records(own_ledger) == before


def records(ledger: Path) -> list[str]:
    """Everything but the journal of commands."""
    with sqlite3.connect(ledger) as connection:
        lines = [line for line in connection.iterdump() if not re.match(r'INSERT INTO "(entry|batch|ledger)"', line)]
    connection.close()
    return lines


def test_making_them_again_gives_the_same_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    importlib.import_module("make_examples").write(tmp_path)
    for path in paths():
        ours, made = (openpyxl.load_workbook(file).worksheets[0] for file in (path, tmp_path / path.name))
        assert ours.title == made.title
        assert list(ours.values) == list(made.values)


def test_every_id_passes_the_check_of_gb_11643_and_fits_its_row(persons: list[dict[str, Any]]) -> None:
    for row in persons:
        digits = [10 if char == "X" else int(char) for char in row["身份证号"]]
        assert sum(digit * 2 ** (17 - at) for at, digit in enumerate(digits)) % 11 == 1
        born = row["出生日期"]
        assert isinstance(born, date | datetime)
        assert row["身份证号"][6:14] == f"{born:%Y%m%d}"
        assert digits[16] % 2 == (row["性别"] == "男")
    assert len({row["身份证号"] for row in persons}) == len(persons) == 600


def test_every_credit_code_passes_the_check_of_gb_32100() -> None:
    rows = data_rows(EXAMPLES / "2-orgs.xlsx")
    for row in rows:
        values = [USCC_ALPHABET.index(char) for char in row["统一社会信用代码"]]
        assert len(values) == 18
        assert sum(value * 3**at for at, value in enumerate(values[:17])) % 31 == (31 - values[17]) % 31
    assert len({row["统一社会信用代码"] for row in rows}) == len(rows) == 20


def test_no_phone_and_no_name_is_told_twice(persons: list[dict[str, Any]]) -> None:
    phones = [row["联系电话"] for row in [*persons, *data_rows(EXAMPLES / "2-orgs.xlsx")]]
    assert all(re.fullmatch(r"19[89]0000\d{4}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)
    assert len({row["姓名"] for row in persons}) == len(persons)


def test_nobody_serves_more_than_eight_hours_a_day(activities: list[dict[str, Any]]) -> None:
    worked: Counter[tuple[str, date]] = Counter()
    for row in activities:
        for name in (row["参加人员"] or "").split("、") if row["参加人员"] else []:
            worked[name, row["活动日期"]] += round(row["服务时长(小时)"] * 60)
    assert max(worked.values()) <= 8 * 60
