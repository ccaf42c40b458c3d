"""Every figure can show the rows it comes from, and they come to it. Today is 31 July 2026."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Two communities; four services, one of them for a need that a look-back closed, and one outside of July."""
    for words in (
        "add place 名称=塔沟社区",
        "add place 名称=文庙社区",
        "add org 单位名称=供电公司",
        "add person 姓名=张三",
        "add person 姓名=李四",
        "log need 路灯不亮 --place 塔沟社区 --on 2026-07-01",
        "log activity 理发 --date 7月2日 --place 塔沟社区 --served 30余 --resolved 2 --hours 1.5 --people 张三、李四",
        "log activity 义诊 --date 2026-07-03 --place 文庙社区 --served 12 --hours 2 --people 张三",
        "log activity 换灯 --date 2026-07-04 --place 塔沟社区 --resolved 1 --need 需-2026-0001",
        "log activity 宣讲 --date 2026-06-30 --place 塔沟社区 --served 99",
        "order open 需-2026-0001 --on 2026-07-01",
        "order plan 需-2026-0001 --plan 换 --on 2026-07-01",
        "order claim 需-2026-0001 --by 供电公司 --on 2026-07-02",
        "order finish 需-2026-0001 --result 亮了 --on 2026-07-04",
        "order review 需-2026-0001 --by 李四 --solved --on 2026-07-05",
    ):
        assert sbd(*words.split()).code == 0
    return sbd


def explained(sbd: Sbd, *words: str) -> list[Any]:
    said = sbd("report", "--month", "2026-07", *words, "--explain", "--format", "json")
    assert said.code == 0, said.err
    parts: list[Any] = said.json()["parts"]
    return parts


def test_a_figure_says_what_it_means_and_of_how_many_rows_it_comes(office: Sbd) -> None:
    figures, *_ = explained(office)
    found = {row["measure"]: (row["value"], row["rows"], row["approximate"]) for row in figures}
    assert found == {
        "服务次数": (3, 3, 0),
        "服务群众人次": (42, 2, 1),
        "解决问题件数": (3, 2, 0),
        "参与人数": (2, 3, 0),
        "志愿者人次": (3, 3, 0),
        "服务时长（小时）": (5.0, 3, 0),
    }
    assert all(row["definition"] for row in figures)


def test_the_rows_come_to_the_figures(office: Sbd) -> None:
    _, activities, lookbacks, participations = explained(office)
    assert [(row["title"], row["served"], row["resolved"], row["approximate"]) for row in activities] == [
        ("理发", 30, 2, "服务群众人次"),
        ("义诊", 12, None, None),
        ("换灯", None, None, None),
    ]
    assert [(row["number"], row["holder"], row["closed"]) for row in lookbacks] == [
        ("需-2026-0001", "供电公司", "2026-07-05")
    ]
    assert [(row["person"], row["minutes"]) for row in participations] == [("张三", 90), ("李四", 90), ("张三", 120)]


def test_a_place_shows_its_own_rows_only(office: Sbd) -> None:
    figures, activities, *rest = explained(office, "--place", "文庙社区")
    assert {row["measure"]: row["value"] for row in figures}["服务群众人次"] == 12
    assert [row["title"] for row in activities] == ["义诊"]
    assert [len(rows) for rows in rest] == [1]


def test_the_file_has_a_sheet_for_the_figures_and_one_for_each_kind_of_row(office: Sbd, tmp_path: Path) -> None:
    file = tmp_path / "来源.xlsx"
    assert office("report", "--by", "place", "--month", "2026-07", "--explain", "-o", file).code == 0
    book = openpyxl.load_workbook(file)
    assert [sheet.title for sheet in book.worksheets][1:] == [
        *("口径和来源", "活动（3 行）", "回头看确认解决的需求（1 行）", "参与记录（3 行）"),
    ]


def test_on_the_screen_many_rows_are_cut_and_it_says_where_the_others_are(office: Sbd) -> None:
    for number in range(40):
        office("log", "activity", f"巡逻{number}", "--date", "2026-07-10", "--place", "塔沟社区")
    said = office("report", "--month", "2026-07", "--explain").out
    assert "活动（43 行）" in said
    assert "只列出前 30 行" in said
    assert len(re.findall("巡逻", said)) == 27


def test_what_lists_its_own_rows_is_not_explained(office: Sbd) -> None:
    assert office("report", "needs", "--explain").code == 2
