"""The map of places and categories: every service once, the sums those of the summary, legible when it is large."""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import walk
from shuangbaodao_cli.cli.app import run
from shuangbaodao_cli.output.html.page import render_page
from shuangbaodao_cli.output.table import Column, Table

if TYPE_CHECKING:
    from conftest import Sbd

UNSAID = "（未填）"
PLACES = ("文庙社区", "塔沟社区", "第一网格")
CATEGORIES = ("助老", "环境卫生", "其他")
UNITS = ("甲公司", "甲分公司")


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Two communities, one without any service in July; a grid; services without a place or a category."""
    for words in ("文庙社区", "塔沟社区", "西坎村", "第一网格 上级=文庙社区"):
        assert sbd("add", "place", *f"名称={words}".split()).code == 0
    for words in (
        "7月1日 --place 文庙社区 --category 助老",
        "7月2日 --place 文庙社区 --category 环境卫生",
        "7月3日 --place 第一网格 --category 环境卫生 --served 30余",
        "7月4日 --place 塔沟社区",
        "7月5日 --category 环境卫生",
        "7月6日",
        "6月30日 --place 塔沟社区 --category 助残",
        "7月7日 --place 塔沟社区 --category 助老",
    ):
        assert sbd("log", "activity", "服务", "--date", *words.split()).code == 0
    assert sbd("void", "activity", "8", "--reason", "记重了").code == 0
    return sbd


def test_each_service_stands_in_the_row_of_its_place_and_the_column_of_its_category(office: Sbd) -> None:
    said = office("report", "matrix", "--month", "2026-07", "--format", "csv").out
    assert said.lstrip("\ufeff").splitlines() == [
        "社区（村）,环境卫生,助老,（未填）,服务次数",
        "文庙社区,1,1,0,2",
        "塔沟社区,0,0,1,1",
        "第一网格,1,0,0,1",
        "西坎村,0,0,0,0",
        "（未填）,1,0,1,2",
        "合计,3,1,2,6",
    ]


def test_of_one_place_it_holds_what_is_below_it_and_no_more(office: Sbd) -> None:
    said = office("report", "matrix", "--month", "2026-07", "--place", "文庙社区", "--format", "json").json()
    assert [(row["place"], row["category:环境卫生"], row["services"]) for row in said["rows"]] == [
        ("文庙社区", 1, 2),
        ("第一网格", 1, 1),
    ]
    assert said["totals"] == {"category:环境卫生": 2, "category:助老": 1, "services": 3}


def test_a_month_without_services_has_a_row_for_each_community(office: Sbd) -> None:
    said = office("report", "matrix", "--month", "2026-02", "--format", "json").json()
    assert [(row["place"], row["services"]) for row in said["rows"]] == [
        ("文庙社区", 0),
        ("塔沟社区", 0),
        ("西坎村", 0),
    ]
    assert [column["name"] for column in said["columns"]] == ["place", "services"]
    assert "颜色越深" not in office("report", "matrix", "--month", "2026-02", "--format", "html").out


def test_an_empty_ledger_has_no_rows(sbd: Sbd) -> None:
    sbd("init")
    assert sbd("report", "matrix", "--format", "json").json()["rows"] == []


def test_it_stands_on_the_page_and_in_the_workbook_of_the_month_and_is_shaded(office: Sbd, tmp_path: Path) -> None:
    text = office("report", "--month", "2026-07", "--format", "html").out
    (section,) = [part for part in text.split("<section") if "各社区各类服务次数" in part]
    assert re.findall(r'class="n h(\d)">(\d+)<', section) == [("8", "1")] * 6
    assert "颜色越深，数越大。" in section
    assert office("report", "matrix", "--month", "2026-07", "-o", tmp_path / "x.xlsx").code == 0
    (shaded,) = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0].conditional_formatting
    assert str(shaded.sqref) == "B4:D8"
    office("export", "--month", "2026-07", "--to", tmp_path / "月报")
    assert "各社区各类服务次数" in openpyxl.load_workbook(tmp_path / "月报" / "2026-07-汇总.xlsx").sheetnames


def test_a_category_whose_name_speaks_of_telephones_can_be_handed_on(office: Sbd, tmp_path: Path) -> None:
    office("policy", "edit", "--set", "category.手机培训=手机")
    office("log", "activity", "教老人用手机", "--date", "7月8日", "--place", "塔沟社区", "--category", "手机培训")
    for profile in ("upward", "public"):
        assert office("export", "--profile", profile, "--month", "2026-07", "--to", tmp_path / profile).code == 0
    (file,) = (tmp_path / "public").glob("*汇总.csv")
    assert "手机培训,（未填）,服务次数" in file.read_text(encoding="utf-8-sig")


def test_what_was_sent_of_it_is_kept_with_its_rows(office: Sbd) -> None:
    asked = ("matrix", "--month", "2026-07")
    before = office("report", *asked).out
    assert office("report", "freeze", *asked).code == 0
    office("log", "activity", "后补", "--date", "7月9日", "--place", "塔沟社区")
    assert office("report", "frozen", "1").out == before
    assert office("report", "bridge", "1").code == 0


def test_a_large_one_has_narrow_columns() -> None:
    def made(count: int) -> str:
        columns = [Column(f"n{at}", "矛盾调解", "count") for at in range(count)]
        rows = [[f"{at}社区", *range(count)] for at in range(60)]
        return render_page([Table("表", [Column("place", "社区"), *columns], rows, chart="map")])

    assert '<table class="dense"' in made(21)
    assert 'class="dense"' not in made(12)


# Any ledger.


class Service(NamedTuple):
    """One service: in which month, where, what, by whom, for about how many, and whether it was voided."""

    month: int
    place: int | None
    category: int | None
    unit: int | None
    served: str | None
    voided: bool


SERVICES = st.lists(
    st.builds(
        Service,
        st.sampled_from([6, 7, 7, 7]),
        st.none() | st.integers(0, len(PLACES) - 1),
        st.none() | st.integers(0, len(CATEGORIES) - 1),
        st.none() | st.integers(0, len(UNITS) - 1),
        st.sampled_from([None, "7", "30余", "约50"]),
        st.sampled_from([False, False, False, True]),
    ),
    min_size=1,
    max_size=8,
)


def sbd_(*words: object) -> str:
    """What a command prints; it must end well."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(word) for word in words])
    assert code == 0, err.getvalue()
    return out.getvalue()


def put_in(services: list[Service]) -> None:
    for facts in ("名称=文庙社区", "名称=塔沟社区", "名称=第一网格 上级=文庙社区"):
        sbd_("add", "place", *facts.split())
    for unit in UNITS:
        sbd_("add", "org", f"单位名称={unit}")
    for at, one in enumerate(services, 1):
        words: list[object] = ["log", "activity", f"服务{at}", "--date", f"2026-{one.month:02}-15"]
        words += [] if one.place is None else ["--place", PLACES[one.place]]
        words += [] if one.category is None else ["--category", CATEGORIES[one.category]]
        words += [] if one.unit is None else ["--org", UNITS[one.unit]]
        words += [] if one.served is None else ["--served", one.served]
        sbd_(*words)
        if one.voided:
            sbd_("void", "activity", at, "--reason", "记重了")
    sbd_("org", "merge", *UNITS)


@walk(25)
@given(SERVICES)
def test_its_cells_are_the_services_and_its_sums_those_of_the_other_reports(services: list[Service]) -> None:
    july = [one for one in services if one.month == 7 and not one.voided]
    names = [
        (
            UNSAID if one.place is None else PLACES[one.place],
            UNSAID if one.category is None else CATEGORIES[one.category],
        )
        for one in july
    ]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SBD_LEDGER"] = str(Path(folder) / "ledger.db")
        put_in(services)
        said = {
            name: json.loads(sbd_("report", name, "--month", "2026-07", "--format", "json"))
            for name in ("matrix", "summary", "places", "categories")
        }
        text = sbd_("report", "matrix", "--month", "2026-07", "--format", "html")
    labels = {column["name"]: column["label"] for column in said["matrix"]["columns"][1:-1]}
    cells = {(row["place"], labels[name]): row[name] for row in said["matrix"]["rows"] for name in labels if row[name]}
    assert cells == Counter(names)
    assert said["matrix"]["totals"]["services"] == said["summary"]["totals"]["services"] == len(july)
    places = {row["place"]: row["services"] for row in said["matrix"]["rows"]}
    assert places == {row["place"]: row["services"] for row in said["places"]["rows"]}
    sums = {label: said["matrix"]["totals"][name] for name, label in labels.items()}
    assert sums == {row["category"]: row["services"] for row in said["categories"]["rows"]}
    shown = [int(number) for number in re.findall(r"<td[^>]*>(\d+)</td>", text)]
    across = len(labels) + 1
    assert shown[-1] == len(july)
    assert sum(number for at, number in enumerate(shown[:-across]) if at % across != across - 1) == len(july)
