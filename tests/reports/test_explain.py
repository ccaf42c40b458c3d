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
    said = office("report", "activities", "--explain")
    assert said.code == 2
    assert "本身就是来源" in said.err


def lines(sbd: Sbd, name: str, *words: str) -> dict[str, tuple[Any, int]]:
    """What each figure of a report is said to be, and of how many rows."""
    figures, *_ = explained(sbd, name, *words)
    return {row["measure"]: (row["value"], row["rows"]) for row in figures}


def test_needs_and_the_steps_of_their_orders_show_their_rows(office: Sbd) -> None:
    office("log", "need", "井盖松动", "--place", "文庙社区", "--on", "2026-07-20")
    assert lines(office, "needs") == {
        "收集": (2, 2),
        "解决": (1, 1),
        "解决率（%）": (50.0, 2),
        "平均用时（天）": (4.0, 1),
        "逾期": (0, 0),
    }
    _, needs = explained(office, "needs")
    assert [(row["title"], row["collected"], row["closed"], row["closed_on"], row["days"]) for row in needs] == [
        ("路灯不亮", 1, 1, "2026-07-05", 4),
        ("井盖松动", 1, None, None, None),
    ]
    steps = lines(office, "orders")
    assert {name: steps[name] for name in ("认领", "办结", "解决", "退回")} == {
        "认领": (1, 1),
        "办结": (1, 1),
        "解决": (1, 1),
        "退回": (0, 0),
    }
    assert steps["平均用时（天）"] == (4.0, 1)
    _, listed = explained(office, "orders")
    assert [(row["step"], row["date"], row["holder"]) for row in listed] == [
        *(("claimed", "2026-07-02", "供电公司"), ("finished", "2026-07-04", "供电公司")),
        ("reviewed", "2026-07-05", "供电公司"),
    ]


def test_other_figures_are_defined_by_the_sentence_that_begins_with_them(office: Sbd) -> None:
    figures, *_ = explained(office, "needs")
    found = {row["measure"]: row["definition"] for row in figures}
    assert found["收集"] == "期间内提出的。"
    assert found["解决"] == "期间内回头看确认的。"
    assert found["逾期"] == "承诺的日期过了还没有解决的，和过了才解决的。"
    steps, *_ = explained(office, "orders")
    assert steps[0]["definition"].startswith("期间内走过的步骤")


@pytest.fixture
def street(office: Sbd) -> Sbd:
    """The same with a person who is visited twice, a meeting that agreed on two things, and who has reported."""
    for words in (
        "add subject 姓名=赵六 level=高风险 社区=塔沟社区",
        "log visit 户-2026-0001 --by 张三 --on 2026-07-08 --found 屋顶漏雨",
        "log visit 户-2026-0001 --by 李四 --on 2026-07-15 --found 无",
        "log meeting 七月联席会 --date 2026-07-10 --place 塔沟社区 --present 供电公司 --resolve 修路 --resolve 装灯",
        "add checkin who=张三 报到社区=塔沟社区 报到方式=居住地报到 报到日期=2026-07-01",
        "edit person 李四 居住社区=塔沟社区",
        "add checkin who=供电公司 报到社区=塔沟社区 报到方式=单位报到 报到日期=2026-07-01",
        "log activity 划线 --date 2026-07-20 --place 塔沟社区 --outcome 停车位200个",
        "log activity 又划线 --date 2026-07-21 --place 文庙社区 --outcome 停车位30余个",
    ):
        said = office(*words.split())
        assert said.code == 0, (words, said.err)
    return office


def test_visits_show_whom_by_number_only(street: Sbd) -> None:
    assert lines(street, "visits") == {
        "走访次数": (2, 2),
        "走访户数": (1, 2),
        "发现问题": (1, 2),
        "重大变化": (0, 2),
        "走访人数": (2, 2),
    }
    said = street("report", "visits", "--month", "2026-07", "--explain").out
    assert "张三" in said
    assert "赵六" not in said


def test_meetings_reports_and_outcomes_show_their_rows(street: Sbd) -> None:
    assert lines(street, "meetings") == {
        "联席会议次数": (1, 1),
        "到会单位": (1, 1),
        "议定事项": (2, 1),
        "已落实": (0, 1),
    }
    assert lines(street, "checkins", "--place", "塔沟社区") == {
        "应报到": (2, 2),
        "已报到": (1, 2),
        "报到率（%）": (50.0, 2),
        "包联单位": (0, 1),
        "报到单位": (1, 1),
    }
    assert street("report", "checkins", "--explain").code == 2
    assert lines(street, "outcomes") == {"停车位个": (230, 2)}
    assert {row["approximate"] for row in explained(street, "outcomes")[0]} == {1}
    assert lines(street, "people") == {"参加次数": (3, 3), "服务时长（小时）": (5.0, 3)}
    assert lines(street, "monthly")["服务次数"] == lines(street, "matrix")["服务次数"] == (5, 5)


def leads(cell: Any) -> tuple[str, str]:
    """The sheet and the cell to which a cell leads; nothing where it leads nowhere."""
    sheet, _, place = (cell.hyperlink.location if cell.hyperlink else "").rpartition("!")
    return sheet.strip("'"), place


@pytest.mark.parametrize(
    "words",
    [
        *(("summary",), ("--by", "place"), ("needs",), ("outcomes",), ("summary", "--compare", "previous")),
        *(("summary", "--to-date"), ("--by", "place", "--compare", "year")),
    ],
)
def test_in_a_workbook_a_figure_leads_to_its_line_and_that_to_its_rows(
    street: Sbd, tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = tmp_path / "来源.xlsx"
    assert street("report", *words, "--month", "2026-07", "--explain", "-o", file).code == 0
    book = openpyxl.load_workbook(file)
    report, lines, *lists = book.worksheets
    led = [(cell.value, leads(cell)) for row in report.iter_rows() for cell in row if cell.hyperlink]
    assert len(led) == lines.max_row - 2
    for value, (sheet, place) in led:
        assert sheet == lines.title
        line = [each.value for each in lines[place[1:]]]
        assert line[1] == value
        onward, _ = leads(lines.cell(int(place[1:]), 5))
        assert onward in ({one.title for one in lists} if line[4] else {""})


@pytest.mark.parametrize("name", ["summary", "needs", "orders", "visits", "meetings", "outcomes", "people", "monthly"])
def test_every_figure_of_every_report_has_a_definition(street: Sbd, name: str) -> None:
    figures, *_ = explained(street, name)
    assert figures
    assert [row["measure"] for row in figures if not row["definition"]] == []


def test_who_was_merged_visits_reports_and_meets_as_one(street: Sbd) -> None:
    for words in (
        "add org 单位名称=电力公司",
        "add checkin who=电力公司 报到社区=塔沟社区 报到方式=单位报到 报到日期=2026-07-02",
        "add pairing 单位=供电公司 社区=塔沟社区",
        "add pairing 单位=电力公司 社区=塔沟社区",
        "log meeting 又一次联席会 --date 2026-07-11 --place 塔沟社区 --present 供电公司、电力公司",
    ):
        said = street(*words.split())
        assert said.code == 0, (words, said.err)
    before = lines(street, "checkins", "--place", "塔沟社区")
    assert (before["报到单位"][0], before["包联单位"][0]) == (2, 2)
    assert lines(street, "meetings")["到会单位"][0] == 3
    assert street("org", "merge", "供电公司", "电力公司").code == 0
    assert street("person", "merge", "张三", "李四").code == 0
    assert lines(street, "visits")["走访人数"][0] == 1
    after = lines(street, "checkins", "--place", "塔沟社区")
    assert (after["报到单位"][0], after["包联单位"][0]) == (1, 1)
    assert lines(street, "meetings")["到会单位"][0] == 2
