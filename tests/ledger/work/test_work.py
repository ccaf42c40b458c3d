"""Whistles, meetings, visits, what is due, the policy and who is suggested."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from conftest import sheet
from shuangbaodao_cli.values import workdays

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

DEADLINES = {
    "2023-07-18": "2023-08-01",
    "2023-09-22": "2023-10-12",
    "2023-09-28": "2023-10-18",
    "2023-12-29": "2024-01-15",
    "2024-02-08": "2024-02-28",
    "2025-09-26": "2025-10-16",
}
"""Day → the tenth working day after it, worked out by hand from the notices of the State Council."""


@pytest.mark.parametrize(("day", "last"), DEADLINES.items())
def test_ten_working_days_are_those_of_the_calendar(day: str, last: str) -> None:
    assert workdays.add_workdays(day, 10) == last


def test_the_number_of_an_order_is_of_the_year_in_which_it_was_opened(sbd: Sbd) -> None:
    sbd("log", "need", "旧事", "--on", "2025-12-01")
    assert "单-2025-0001" in sbd("order", "open", "需-2025-0001", "--on", "2025-12-02").out


def test_beyond_the_known_years_it_is_monday_to_friday_and_that_is_said() -> None:
    year = workdays.last_known_year() + 2
    first = date(year, 10, 1)
    monday = first + timedelta(days=-first.weekday() % 7)
    assert workdays.add_workdays(monday.isoformat(), 5) == (monday + timedelta(days=7)).isoformat()
    assert str(year) in (workdays.unknown_holidays_warning(monday.isoformat()) or "")
    assert workdays.unknown_holidays_warning("2024-05-01") is None


@pytest.fixture
def planned(sbd: Sbd) -> Sbd:
    """An order of a place, planned for 29 July, and two units."""
    for words in (
        "add org 单位名称=供电公司",
        "add org 单位名称=承德医学院",
        "log need 电线掉了 --place 塔沟社区 --category 便民服务 --on 2026-07-20 --new",
        "order open 需-2026-0001 --on 2026-07-20",
        "order plan 需-2026-0001 --plan 修 --due 2026-07-29 --on 2026-07-20",
    ):
        assert sbd(*words.split()).code == 0
    return sbd


def rows(sbd: Sbd, *words: str) -> list[dict[str, Any]]:
    done = sbd(*words, "--format", "json")
    assert done.code == 0, done.err
    found: list[dict[str, Any]] = done.json()
    return found


def blow(sbd: Sbd, kind: str, at: str = "2026-07-24 09:30") -> dict[str, Any]:
    assert sbd("order", "whistle", "单-2026-0001", "--to", "供电公司", "--kind", kind, "--at", at).code == 0
    return rows(sbd, "list", "whistle")[-1]


# 24 July 2026 is a Friday: three working days are over on the 29th, five on the 31st.
@pytest.mark.parametrize(
    ("kind", "appear"),
    [("推进", "2026-07-29T23:59"), ("攻坚", "2026-07-31T23:59"), ("应急", "2026-07-24T11:30")],
)
def test_a_whistle_has_its_three_limits(planned: Sbd, kind: str, appear: str) -> None:
    row = blow(planned, kind)
    assert row["number"] == "哨-2026-0001"
    assert (row["sign_due"], row["contact_due"], row["appear_due"]) == (
        "2026-07-24T10:30",
        "2026-07-25T09:30",
        appear,
    )


def test_limits_stay_those_of_the_policy_under_which_the_whistle_was_blown(planned: Sbd) -> None:
    blow(planned, "推进")
    assert planned("policy", "edit", "--set", "whistle.sign_hours=4").code == 0
    assert rows(planned, "list", "whistle")[0]["sign_due"] == "2026-07-24T10:30"
    assert planned("order", "answer", "单-2026-0001", "--appear", "--at", "2026-07-25 8:00").code == 0
    assert blow(planned, "推进", "2026-07-27 09:30")["sign_due"] == "2026-07-27T13:30"


def test_a_department_signs_makes_contact_and_appears_in_turn(planned: Sbd) -> None:
    blow(planned, "推进")
    first = planned("order", "answer", "单-2026-0001", "--at", "2026-07-24 10:00")
    assert ("签收" in first.out, "按时" in first.out) == (True, True)
    late = planned("order", "answer", "单-2026-0001", "--at", "2026-07-26 10:00")
    assert ("联系" in late.out, "超过时限" in late.out) == (True, True)
    before = planned("order", "answer", "单-2026-0001", "--appear", "--at", "2026-07-26 9:00")
    assert before.code == 5
    assert planned("order", "answer", "单-2026-0001", "--contact", "--at", "2026-07-26 11:00").code == 5
    assert planned("order", "answer", "单-2026-0001", "--at", "2026-07-27 9:00").code == 0
    assert planned("order", "answer", "单-2026-0001", "--at", "2026-07-27 9:30").code == 4
    row = rows(planned, "list", "whistle")[0]
    assert (row["signed"], row["contacted"], row["appeared"], row["pending"]) == (
        "2026-07-24T10:00",
        "2026-07-26T10:00",
        "2026-07-27T09:00",
        None,
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("whistle 单-2026-0001 --to 没有的局 --kind 推进", 4),
        ("whistle 单-2026-0001 --to 供电公司 --kind 轻声", 2),
        ("whistle 单-2026-0001 --to 供电公司", 2),
        ("whistle 单-2026-0001 --kind 推进", 2),
        ("whistle 单-2026-0001 --to 供电公司 --kind 推进 --at 2026-08-02T09:30", 5),
        ("whistle 单-2026-0001 --to 供电公司 --kind 推进 --at 昨天", 2),
        ("answer 单-2026-0001", 4),
        ("answer 单-2026-0001 --sign --appear", 2),
    ],
)
def test_a_whistle_that_cannot_be_is_refused(planned: Sbd, own_ledger: Path, words: str, code: int) -> None:
    before = own_ledger.read_bytes()
    done = planned("order", *words.split())
    assert (done.code, done.out) == (code, "")
    assert own_ledger.read_bytes() == before


def test_a_department_is_not_called_twice_and_not_to_what_is_over(planned: Sbd) -> None:
    blow(planned, "推进")
    twice = planned("order", "whistle", "单-2026-0001", "--to", "供电公司", "--kind", "推进")
    assert twice.code == 5
    assert planned("order", "cancel", "单-2026-0001", "--reason", "修好了").code == 0
    assert planned("order", "whistle", "单-2026-0001", "--to", "承德医学院", "--kind", "推进").code == 5


def test_due_names_every_kind_with_the_oldest_first(planned: Sbd) -> None:
    blow(planned, "推进")
    planned(
        "log", "meeting", "联席会议", "--date", "2026-06-01", "--place", "塔沟社区", "--resolve", "栽树||2026-07-10"
    )
    planned("add", "subject", "姓名=陈某某", "level=高风险", "place=塔沟社区")
    planned("log", "visit", "户-2026-0001", "--on", "2026-07-11")
    planned("log", "activity", "理发", "--date", "2026-07-02", "--place", "塔沟社区")
    found = [(row["kind"], row["due"]) for row in rows(planned, "due")]
    # 2 July + ten working days = 16 July; 11 July + a week = 18 July
    assert found == [
        ("resolution", "2026-07-10"),
        ("record", "2026-07-16"),
        ("visit", "2026-07-18"),
        ("whistle", "2026-07-24 10:30"),
        ("order", "2026-07-29"),
    ]
    assert [row["kind"] for row in rows(planned, "due", "--kind", "走访")] == ["visit"]
    assert planned("due", "--kind", "茶").code == 2
    planned("add", "place", "名称=文庙社区")
    assert rows(planned, "due", "--place", "文庙社区") == []


def test_due_looks_as_far_ahead_as_it_is_asked(planned: Sbd) -> None:
    planned(
        "log", "meeting", "联席会议", "--date", "2026-06-01", "--place", "塔沟社区", "--resolve", "栽树||2026-08-20"
    )
    assert not rows(planned, "due", "--kind", "resolution")
    assert rows(planned, "due", "--kind", "resolution", "--within", "20")


def test_what_is_done_is_due_no_more(planned: Sbd) -> None:
    planned(
        "log", "meeting", "联席会议", "--date", "2026-06-01", "--place", "塔沟社区", "--resolve", "栽树||2026-07-10"
    )
    planned("order", "open", "--resolution", "议-2026-0001", "--on", "2026-06-02")
    for words in (
        "plan 单-2026-0002 --plan 栽 --on 2026-06-02",
        "claim 单-2026-0002 --by 承德医学院 --on 2026-06-03",
        "finish 单-2026-0002 --result 栽了 --on 2026-06-10",
        "review 单-2026-0002 --by 供电公司 --solved --on 2026-06-11",
    ):
        assert planned("order", *words.split()).code == 0
    assert rows(planned, "due", "--kind", "resolution") == []


# Meetings.


def test_a_meeting_is_kept_with_who_came_and_what_was_agreed(planned: Sbd) -> None:
    done = planned(
        *("log", "meeting", "联席会议", "--date", "2026-06-01", "--place", "塔沟社区", "--host", "王某某"),
        *("--present", "承德医学院", "--absent", "供电公司（抢修）", "--topic", "停车难|承德医学院"),
        *("--resolve", "划车位|承德医学院|2026-06-30", "--resolve", "栽树"),
    )
    assert done.code == 0
    came = [(row["org"], row["present"], row["reason"]) for row in rows(planned, "list", "attendance")]
    assert came == [("承德医学院", True, None), ("供电公司", False, "抢修")]
    assert [(row["title"], row["org"]) for row in rows(planned, "list", "topic")] == [("停车难", "承德医学院")]
    agreed = [(row["number"], row["title"], row["org"], row["due"]) for row in rows(planned, "list", "resolution")]
    assert agreed == [
        ("议-2026-0001", "划车位", "承德医学院", "2026-06-30"),
        ("议-2026-0002", "栽树", None, None),
    ]


def test_the_next_meeting_opens_with_what_became_of_the_last(planned: Sbd, tmp_path: Path) -> None:
    meeting = ("log", "meeting", "联席会议", "--place", "塔沟社区")
    planned(*meeting, "--date", "2026-06-01", "--resolve", "划车位||2026-06-30", "--resolve", "栽树")
    planned("edit", "resolution", "议-2026-0002", "完成日期=2026-06-20", "落实情况=栽了120棵")
    done = planned(*meeting, "--date", "2026-07-01")
    assert done.code == 0
    assert done.out.index("上次议定事项") < done.out.index("栽了120棵")
    assert "还没有办（逾期）" in done.out
    assert planned("show", "meeting", "会-2026-0002", "-o", tmp_path / "会议单.xlsx").code == 0
    assert "上次议定事项" in planned("show", "meeting", "会-2026-0002").out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--resolve", "栽树|供电公司|2026-05-01"], 2),
        (["--resolve", "栽树|没有的局"], 4),
        (["--resolve", "|供电公司"], 2),
        (["--resolve", "甲|供电公司|2026-07-01|乙"], 2),
        (["--present", "供电公司", "--absent", "供电公司"], 2),
        (["--date", "2026-08-09"], 5),
    ],
)
def test_a_meeting_that_cannot_be_leaves_nothing_half_written(
    planned: Sbd, own_ledger: Path, words: list[str], code: int
) -> None:
    before = own_ledger.read_bytes()
    day = [] if "--date" in words else ["--date", "2026-06-01"]
    done = planned("log", "meeting", "联席会议", "--place", "塔沟社区", *day, *words)
    assert (done.code, done.out) == (code, "")
    assert own_ledger.read_bytes() == before


def test_a_meeting_told_twice_is_refused(planned: Sbd) -> None:
    meeting = ("log", "meeting", "联席会议", "--place", "塔沟社区", "--date", "2026-06-01")
    assert planned(*meeting).code == 0
    assert planned(*meeting).code == 5


def test_a_meeting_is_not_voided_while_an_order_does_what_it_agreed(planned: Sbd) -> None:
    planned("log", "meeting", "联席会议", "--date", "2026-06-01", "--place", "塔沟社区", "--resolve", "栽树")
    planned("order", "open", "--resolution", "议-2026-0001")
    done = planned("void", "meeting", "会-2026-0001", "--reason", "错")
    assert (done.code, "工单" in done.err) == (5, True)
    planned("void", "order", "单-2026-0002", "--reason", "错")
    assert planned("void", "meeting", "会-2026-0001", "--reason", "错").code == 0
    assert rows(planned, "list", "resolution") == []


# Visits and what must not leave the ledger.

SECRETS = ("陈某某", "高血压", "塔沟小区3号楼", "19900001234", "血压偏高", "1940-03")


@pytest.fixture
def with_recipient(planned: Sbd) -> Sbd:
    done = planned(
        *(
            "add",
            "subject",
            "姓名=陈某某",
            "level=高风险",
            "place=塔沟社区",
            "健康状况=高血压",
            "固定走访人=承德医学院",
        ),
        *("居住地址=塔沟小区3号楼", "联系电话=19900001234", "出生日期=1940-03"),
    )
    assert done.code == 0
    assert planned("log", "visit", "户-2026-0001", "--on", "2026-07-11", "--found", "血压偏高").code == 0
    return planned


@pytest.mark.parametrize(
    "words",
    [
        "list subject",
        "list visit",
        "show subject 户-2026-0001",
        "show visit 1",
        "due",
        "report visits --month 2026-07",
        "edit subject 户-2026-0001 健康状况=糖尿病",
        "list subject 姓名:陈",
    ],
)
@pytest.mark.parametrize("form", ["table", "json", "csv", "md"])
def test_who_is_looked_after_is_a_number_outside_the_ledger(with_recipient: Sbd, words: str, form: str) -> None:
    shown = [] if words.startswith("edit") else ["--format", form]
    done = with_recipient(*words.split(), *shown)
    assert done.code == 0
    assert not [one for one in (*SECRETS, "糖尿病") if one in done.out + done.err]


def test_name_and_health_are_shown_for_a_reason_that_is_kept(with_recipient: Sbd) -> None:
    assert with_recipient("show", "subject", "户-2026-0001", "--full").code == 2
    done = with_recipient("show", "subject", "户-2026-0001", "--full", "--reason", "送医陪护")
    assert all(one in done.out for one in SECRETS if one != "血压偏高")


@pytest.mark.parametrize(
    ("level", "more", "due"),
    [
        ("高风险", [], "2026-07-25"),
        ("重点", [], "2026-08-18"),
        ("一般", [], "2026-10-18"),
        ("一般", ["--changed"], "2026-07-19"),
        ("一般", ["--next", "2026-08-01"], "2026-08-01"),
        ("高风险", ["--next", "2026-09-01"], "2026-07-25"),
    ],
)
def test_the_next_visit_is_due_by_level_change_and_promise(
    with_recipient: Sbd, level: str, more: list[str], due: str
) -> None:
    with_recipient("edit", "subject", "户-2026-0001", f"关爱等级={level}")
    assert f"最晚 {due}" in with_recipient("log", "visit", "户-2026-0001", "--on", "2026-07-18", *more).out
    (found,) = rows(with_recipient, "due", "--kind", "visit", "--within", "99")
    assert found["due"] == due


def test_a_visit_says_whether_the_visitor_is_the_same(with_recipient: Sbd) -> None:
    assert "同一走访人" in with_recipient("log", "visit", "户-2026-0001", "--on", "2026-07-18").out
    assert "换了走访人" in with_recipient("log", "visit", "户-2026-0001", "--on", "2026-07-25", "--by", "供电公司").out
    assert with_recipient("log", "visit", "户-2026-0001", "--on", "2026-07-25", "--by", "供电公司").code == 5


def test_a_child_needs_the_consent_of_a_guardian(with_recipient: Sbd, tmp_path: Path) -> None:
    child = ("add", "subject", "姓名=小某", "出生日期=2012-08-01", "level=重点")
    assert with_recipient(*child).code == 5
    assert with_recipient(*child, "监护人同意=是", "监护人=周某某").code == 0
    assert with_recipient("edit", "subject", "户-2026-0002", "监护人同意=否").code == 5
    assert with_recipient("add", "subject", "姓名=大某", "出生日期=2012-07-01", "level=重点").code == 0
    table = tmp_path / "儿童.csv"
    table.write_text("姓名,出生日期,保障类别,监护人\n小甲,2016-03-01,困境儿童,周某某\n", encoding="utf-8")
    said = with_recipient("import", table, "--format", "json").json()
    (problem,) = [row for row in said["files"][0]["sheets"][0]["problems"] if row["severity"] == "error"]
    assert problem["kind"] == "consent_missing"


def test_somebody_told_twice_in_a_list_without_their_numbers_is_one(sbd: Sbd, tmp_path: Path) -> None:
    table = sheet(tmp_path / "名单.xlsx", ("对象编号", "姓名", "社区"), *[(None, "王某", "文庙社区")] * 2)
    [told] = sbd("import", table, "--as", "subject", "--new", "--format", "json").json()["files"][0]["sheets"]
    assert (told["created"], told["unchanged"], told["rejected"]) == (1, 1, 0)
    assert "duplicate_row" in [problem["kind"] for problem in told["problems"]]


def test_a_list_of_visits_is_taken_with_those_visited(sbd: Sbd, tmp_path: Path) -> None:
    table = tmp_path / "走访台账.csv"
    table.write_text(
        "序号,姓名,性别,联系电话,居住地址,网格,走访日期,走访人,存在问题,处理措施,下次走访日期\n"
        "1,陈某某,女,19900001234,塔沟小区3号楼,塔沟社区,2026-07-04,李四,血压偏高,送医,2026-07-11\n"
        "2,陈某某,女,19900001234,塔沟小区3号楼,塔沟社区,2026-07-11,李四,,,\n",
        encoding="utf-8",
    )
    assert sbd("import", table).code == 3
    assert sbd("import", table, "--new", "--again").code == 0
    assert [(row["date"], row["visitor"]) for row in rows(sbd, "list", "visit")] == [
        ("2026-07-04", "李四"),
        ("2026-07-11", "李四"),
    ]
    assert len(rows(sbd, "list", "subject")) == 1
    before = rows(sbd, "list", "visit")
    assert sbd("import", table, "--new", "--again").code == 0
    assert rows(sbd, "list", "visit") == before


# Policy.


def test_the_policy_in_force_is_shown_with_its_sources(sbd: Sbd) -> None:
    done = sbd("policy", "show")
    assert done.code == 0
    assert done.out.count("出处") >= 5
    assert sbd("policy", "edit", "--set", "visit.key_days=14", "--reason", "3号文").code == 0
    assert "第 1 版" in sbd("policy", "show").out
    assert "没有改动" in sbd("policy", "edit", "--set", "visit.key_days=14").out


@pytest.mark.parametrize(
    "said",
    [
        "茶=1",
        "visit.茶=1",
        "visit.key_days=零",
        "visit.key_days=0",
        "order.required=finished",
        "visit.key_days",
        "茶.茶=1",
    ],
)
def test_a_policy_that_cannot_be_is_refused(sbd: Sbd, said: str) -> None:
    assert sbd("policy", "edit", "--set", said).code == 2
    assert "第 1 版" not in sbd("policy", "show").out


def test_a_policy_file_is_checked_before_it_is_taken(sbd: Sbd, tmp_path: Path) -> None:
    good, bad = tmp_path / "好.toml", tmp_path / "坏.toml"
    good.write_text("[whistle]\nsign_hours = 2\n", encoding="utf-8")
    bad.write_text("[whistle]\nsign_hours = [\n", encoding="utf-8")
    assert sbd("policy", "check", good).code == 0
    assert sbd("policy", "check", bad).code == 2
    assert sbd("policy", "edit", "--from", bad).code == 2
    assert sbd("policy", "edit", "--from", tmp_path / "没有.toml").code == 6
    assert sbd("policy", "edit", "--from", good).code == 0
    assert sbd("policy", "edit").code == 2


def test_the_office_says_which_words_lead_to_a_category(sbd: Sbd, tmp_path: Path) -> None:
    sbd("log", "activity", "反诈讲座", "--category", "反诈")
    assert sbd("log", "activity", "旧衣改造", "--category", "旧衣").code == 2
    own = ["--set", "category.环境卫生=旧衣、河道", "--set", "category.反诈专班=反诈"]
    assert sbd("policy", "edit", *own, "--reason", "街道5号文").code == 0
    assert sbd("log", "activity", "旧衣改造", "--category", "旧衣").code == 0
    assert sbd("log", "need", "河道漂着垃圾", "--category", "河道").code == 0
    ledger = [
        ["活动名称", "活动日期", "服务类别"],
        ["讲座", "2026-07-02", "反诈讲座"],
        ["巡河", "2026-07-03", "清河道"],
    ]
    assert sbd("import", sheet(tmp_path / "台账.xlsx", *ledger)).code == 0
    held = [one["category"] for one in rows(sbd, "list", "activity")]
    assert held == ["平安巡防", "环境卫生", "反诈专班", "环境卫生"]
    assert [one["title"] for one in rows(sbd, "list", "activity", "category:反诈专班")] == ["讲座"]
    assert sbd("edit", "activity", "1", "category=反诈专班").code == 0
    assert sbd("template", "activity", "-o", tmp_path / "空白.xlsx").code == 0
    blank = openpyxl.load_workbook(tmp_path / "空白.xlsx")
    said = [cell.value for one in blank.worksheets for line in one.iter_rows() for cell in line]
    offered = [one.formula1 or "" for one in blank.worksheets[0].data_validations.dataValidation]
    assert "反诈专班" in said or any("反诈专班" in one for one in offered)
    assert "反诈专班" in sbd("log", "activity", "下棋", "--category", "下棋").err


@pytest.mark.parametrize("said", ['茶 = "茶"', "茶 = [1]", '茶 = ["，"]', '" " = ["茶"]'])
def test_words_of_a_category_that_cannot_be_are_refused(sbd: Sbd, tmp_path: Path, said: str) -> None:
    own = tmp_path / "办法.toml"
    own.write_text(f"[category]\n{said}\n", encoding="utf-8")
    assert sbd("policy", "check", own).code == 2


def test_the_length_of_an_activity_is_cut_to_the_step_of_the_policy(sbd: Sbd) -> None:
    sbd("policy", "edit", "--set", "hours.step_minutes=30", "--set", "hours.daily_cap=3")
    done = sbd("log", "activity", "理发", "--date", "2026-07-02", "--hours", "3小时50分")
    assert rows(sbd, "list", "activity")[0]["minutes"] == 210
    assert "超过一天 3 小时" in done.err


# Suggestions and reports.


def test_who_fits_is_told_with_reasons_and_always_the_same(planned: Sbd) -> None:
    planned("add", "resource", "资源内容=电工", "提供单位=供电公司", "可服务类别=便民服务", "服务范围=塔沟社区")
    planned("add", "pairing", "单位=承德医学院", "包联社区=塔沟社区")
    planned("add", "team", "名称=便民服务队", "place=塔沟社区", "kind=便民服务")
    planned("add", "person", "姓名=张三", "community=塔沟社区", "skills=维修")
    planned("add", "person", "姓名=李四", "community=塔沟社区", "skills=唱歌")
    found = rows(planned, "order", "suggest", "需-2026-0001")
    assert [row["name"] for row in found] == ["便民服务队", "供电公司", "承德医学院", "张三"]
    assert "资-2026-0001" in found[1]["reasons"]
    assert rows(planned, "order", "suggest", "单-2026-0001") == found
    assert planned("order", "suggest", "单-2026-0009").code == 4


def test_who_has_much_in_hand_comes_later(planned: Sbd) -> None:
    for org in ("供电公司", "承德医学院"):
        planned("add", "pairing", f"单位={org}", "包联社区=塔沟社区")
    first = [row["name"] for row in rows(planned, "order", "suggest", "单-2026-0001")]
    assert first == ["供电公司", "承德医学院"]
    planned("log", "need", "修门", "--place", "塔沟社区", "--on", "2026-07-21")
    for words in ("open 需-2026-0002", "plan 需-2026-0002 --plan 修", "claim 需-2026-0002 --by 供电公司"):
        assert planned("order", *words.split()).code == 0
    found = rows(planned, "order", "suggest", "单-2026-0001")
    assert [(row["name"], row["in_hand"]) for row in found] == [("承德医学院", 0), ("供电公司", 1)]


def test_merged_units_are_one_in_what_they_have_in_hand_and_did(planned: Sbd) -> None:
    planned("add", "pairing", "单位=供电公司", "包联社区=塔沟社区")
    planned("order", "claim", "单-2026-0001", "--by", "承德医学院", "--on", "2026-07-21")
    planned("log", "need", "修门", "--place", "塔沟社区", "--on", "2026-07-21")
    for words in ("open 需-2026-0002", "plan 需-2026-0002 --plan 修", "claim 需-2026-0002 --by 供电公司"):
        assert planned("order", *words.split()).code == 0
    assert planned("org", "merge", "供电公司", "承德医学院", "--reason", "一家").code == 0
    (held,) = report(planned, "orders")["rows"]
    assert (held["holder"], held["claimed"]) == ("供电公司", 2)
    assert [row["in_hand"] for row in rows(planned, "order", "suggest", "单-2026-0001")] == [2]


def report(sbd: Sbd, name: str, *more: str) -> Any:
    done = sbd("report", name, "--month", "2026-07", *more, "--format", "json")
    assert done.code == 0, done.err
    return done.json()


def test_needs_are_counted_by_place_with_rate_and_days(planned: Sbd) -> None:
    for words in (
        "log need 修路 --place 文庙社区 --on 2026-07-01 --new",
        "order open 需-2026-0002 --on 2026-07-01",
        "order plan 需-2026-0002 --plan 修 --due 2026-07-05 --on 2026-07-01",
        "order claim 需-2026-0002 --by 承德医学院 --on 2026-07-02",
        "order finish 需-2026-0002 --result 好 --on 2026-07-10",
        "order review 需-2026-0002 --by 供电公司 --solved --on 2026-07-11",
    ):
        assert planned(*words.split()).code == 0
    said = report(planned, "needs")
    found = {row["place"]: (row["collected"], row["closed"], row["rate"], row["days"]) for row in said["rows"]}
    assert found == {"塔沟社区": (1, 0, 0.0, None), "文庙社区": (1, 1, 100.0, 10.0)}
    # both were promised for a day that passed first
    assert (said["totals"]["collected"], said["totals"]["overdue"]) == (2, 2)
    (held,) = report(planned, "orders")["rows"]
    assert (held["holder"], held["claimed"], held["finished"], held["reviewed"], held["overdue"]) == (
        *("承德医学院", 1, 1, 1, 1),
    )


def test_orders_tell_how_fast_they_were_and_how_content_people_are(planned: Sbd) -> None:
    for number, (said, day) in enumerate((("满意", "28"), ("基本满意", "29"), ("不满意", "31")), start=2):
        for words in (
            f"log need 事{number} --place 塔沟社区 --on 2026-07-20",
            f"order open 需-2026-000{number} --on 2026-07-20",
            f"order plan 需-2026-000{number} --plan 办 --on 2026-07-20",
            f"order claim 需-2026-000{number} --by 承德医学院 --on 2026-07-20",
            f"order finish 需-2026-000{number} --result 好 --on 2026-07-25",
            f"order review 需-2026-000{number} --by 供电公司 --solved --satisfaction {said} --on 2026-07-{day}",
        ):
            assert planned(*words.split()).code == 0
    said = report(planned, "orders")
    # 8, 9 and 11 days; two of three were content: both cut, never rounded up
    assert [(row["holder"], row["reviewed"], row["days"], row["satisfied"]) for row in said["rows"]] == [
        ("承德医学院", 3, 9.3, 66.6)
    ]
    assert said["totals"]["days"] == 9.3


def test_what_was_reckoned_remembers_the_version_of_the_policy(planned: Sbd) -> None:
    first = planned("show", "order", "单-2026-0001")
    assert "版办法" not in first.out
    assert planned("policy", "edit", "--set", "whistle.sign_hours=4", "--reason", "3号文").code == 0
    assert planned("order", "claim", "单-2026-0001", "--by", "承德医学院", "--on", "2026-07-21").code == 0
    assert planned("policy", "edit", "--set", "whistle.sign_hours=6").code == 0
    assert "按第 1 版办法：认领。" in planned("show", "order", "单-2026-0001").out
    events = planned("show", "order", "单-2026-0001", "--format", "json").json()["events"]
    assert [(row["step"], row["policy"]) for row in events] == [("ticketed", 0), ("planned", 0), ("claimed", 1)]
    assert planned("order", "whistle", "单-2026-0001", "--to", "供电公司", "--kind", "推进").code == 0
    assert "按第 2 版办法计算" in planned("show", "whistle", "1").out
    old = planned("policy", "show", "--version", "1")
    assert ("sign_hours = 4" in old.out, "3号文" in old.out, "sign_hours = 6" in old.out) == (True, True, False)
    assert "以前的第 1 版" in planned("policy", "show").out
    assert planned("policy", "show", "--version", "3").code == 4
    assert "本单位改的" not in planned("policy", "show", "--version", "0").out


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("明天", "2026-08-01"),
        ("后天", "2026-08-02"),
        ("月底", "2026-07-31"),
        ("年底前", "2026-12-31"),
        # 31 July 2026 is a Friday
        ("周日", "2026-08-02"),
        ("下周五", "2026-08-07"),
        ("下下周一", "2026-08-10"),
        ("8月5日", "2026-08-05"),
        ("1-15", "2027-01-15"),
        ("7月20日", "2026-07-20"),
        ("2026.9.1", "2026-09-01"),
    ],
)
def test_a_term_is_said_as_people_say_it(sbd: Sbd, said: str, day: str) -> None:
    sbd("log", "meeting", "联席会", "--date", "2026-07-01", "--resolve", f"修路||{said}")
    (agreed,) = rows(sbd, "list", "resolution")
    assert (agreed["due"], agreed["number"]) == (day, "议-2026-0001")


@pytest.mark.parametrize("said", ["下周八", "2月30日", "以后", "13月1日"])
def test_a_term_that_is_no_day_is_refused(sbd: Sbd, said: str) -> None:
    assert sbd("log", "meeting", "联席会", "--resolve", f"修路||{said}").code == 2


def test_a_term_before_its_step_is_refused(planned: Sbd) -> None:
    done = planned("order", "claim", "单-2026-0001", "--by", "供电公司", "--due", "2026-07-01", "--on", "2026-07-21")
    assert (done.code, "2026-07-01" in done.err) == (2, True)
    assert len(planned("show", "order", "1", "--format", "json").json()["events"]) == 2


def test_a_number_is_of_the_year_in_which_a_thing_began(sbd: Sbd) -> None:
    sbd("log", "meeting", "年终联席会", "--date", "2025-12-20", "--resolve", "修路||2026-03-01")
    assert [row["number"] for row in rows(sbd, "list", "resolution")] == ["议-2025-0001"]
    sbd("add", "resource", "资源内容=电工", "有效期=2027-12-31")
    assert [row["number"] for row in rows(sbd, "list", "resource")] == ["资-2026-0001"]


def test_a_name_that_nobody_knows_is_missed_among_its_own_kind(planned: Sbd) -> None:
    assert "没有单位“热力公司”" in planned("order", "dispatch", "1", "--to", "热力公司").err
    assert "没有人员“张三”" in planned("order", "dispatch", "1", "--to", "张三").err


def test_what_was_voided_says_so_when_it_is_shown(planned: Sbd) -> None:
    planned("void", "order", "单-2026-0001", "--reason", "登错了")
    assert "已作废（" in planned("show", "order", "1").out
    assert "登错了），不计入任何数字" in planned("show", "order", "1").out


def test_who_put_a_step_in_is_shown_where_nobody_is_named(planned: Sbd) -> None:
    assert "（测试员记）" in planned("show", "order", "1").out


def test_times_are_shown_as_people_write_them(planned: Sbd) -> None:
    planned("order", "whistle", "1", "--to", "供电公司", "--kind", "推进", "--at", "2026-07-31 09:30")
    assert "2026-07-31 09:30" in planned("list", "whistle").out
    assert rows(planned, "list", "whistle")[0]["blown"] == "2026-07-31T09:30"


def test_nothing_found_is_no_problem_found(with_recipient: Sbd) -> None:
    for day, found in (("2026-07-12", "无"), ("2026-07-13", "未发现"), ("2026-07-14", "门锁坏了")):
        with_recipient("log", "visit", "户-2026-0001", "--on", day, "--found", found)
    (row,) = report(with_recipient, "visits")["rows"]
    assert (row["visits"], row["found"]) == (4, 2)


@pytest.mark.parametrize("days", ["-1", "99999999999"])
def test_days_that_cannot_be_are_refused(planned: Sbd, days: str) -> None:
    assert planned("due", "--within", days).code == 2


def test_an_order_without_category_says_that_one_helps(planned: Sbd) -> None:
    planned("log", "meeting", "联席会", "--resolve", "修路")
    planned("order", "open", "--resolution", "修路")
    assert "没有写事项类别和社区" in planned("order", "suggest", "2").out


TOLD = ("王秀英", "塔沟小区3号楼", "高血压", "怕黑", "2031年", "李某芳")


def test_what_a_list_says_of_people_is_not_repeated_by_its_import(planned: Sbd, tmp_path: Path) -> None:
    heads = ["姓名", "出生日期", "居住地址", "健康状况", "备注", "关爱等级", "社区", "家庭情况"]
    first = ["王秀英", "2031年13月", "塔沟小区3号楼", "高血压", "怕黑", "一般", "塔沟社区", "独子李某芳"]
    planned("add", "subject", "姓名=王秀英", "居住地址=塔沟小区3号楼", "社区=塔沟社区")
    table = sheet(
        tmp_path / "对象.xlsx", heads, first, ["王秀英", "", "别处", "高血压", "怕黑", "很高", "塔沟社区", ""]
    )
    for words in (["--verbose"], ["--again", "--format", "json"]):
        done = planned("import", table, *words)
        assert done.code == 3
        assert not [secret for secret in TOLD if secret in done.out + done.err]
    right = sheet(
        tmp_path / "改.xlsx", heads, ["王秀英", "", "塔沟小区3号楼", "高血压", "怕黑", "一般", "塔沟社区", "李某芳"]
    )
    done = planned("import", right, "--verbose")
    assert done.code == 0
    shown = planned("show", "subject", "户-2026-0001")
    assert not [secret for secret in TOLD if secret in done.out + done.err + shown.out]
    assert "李某芳" in planned("show", "subject", "户-2026-0001", "--full", "--reason", "核对").out


def test_an_unknown_name_in_a_list_of_visits_is_told_by_its_cell(planned: Sbd, tmp_path: Path) -> None:
    visits = sheet(tmp_path / "走访.xlsx", ["对象编号", "走访日期", "走访内容"], ["王秀英", "2026-07-02", "量血压"])
    done = planned("import", visits, "--strict", "--verbose")
    assert "A2" in done.out
    assert "王秀英" not in done.out + done.err


def test_a_command_that_is_kept_says_nothing_of_people(planned: Sbd, own_ledger: Path) -> None:
    planned("add", "subject", "姓名=王秀英", "居住地址=塔沟小区3号楼", "社区=塔沟社区")
    planned("edit", "subject", "户-2026-0001", "健康状况=高血压")
    planned("log", "visit", "王秀英", "--found", "怕黑", "--content", "李某芳也在")
    with closing(sqlite3.connect(own_ledger)) as connection:
        kept = [command for (command,) in connection.execute("SELECT command FROM entry ORDER BY id")]
    assert kept[-3:] == [
        "sbd add subject '姓名=＊＊' '居住地址=＊＊' '社区=塔沟社区'",
        "sbd edit subject '户-2026-0001' '健康状况=＊＊'",
        "sbd log visit '＊＊' --found '＊＊' --content '＊＊'",
    ]


def test_visits_are_counted_apart_from_services(with_recipient: Sbd) -> None:
    (row,) = report(with_recipient, "visits")["rows"]
    assert (row["visits"], row["subjects"], row["found"]) == (1, 1, 1)
    assert report(with_recipient, "summary")["rows"][0]["services"] == 0


def test_coverage_names_what_a_place_lacks(planned: Sbd) -> None:
    planned("add", "place", "名称=第一网格", "level=网格", "parent=塔沟社区")
    planned("add", "branch", "党组织名称=第一网格党支部", "place=第一网格")
    planned("add", "pairing", "单位=供电公司", "包联社区=塔沟社区")
    said = {row["place"]: row["lacks"] for row in report(planned, "coverage")["rows"]}
    assert said == {"塔沟社区": "党员、活动", "第一网格": "包联单位、党员、活动"}


def test_the_gap_shows_unused_resources_beside_unmet_needs(planned: Sbd) -> None:
    planned("add", "resource", "资源内容=电工", "提供单位=供电公司", "可服务类别=便民服务", "服务范围=塔沟社区")
    planned("log", "need", "电线掉下来了", "--place", "塔沟社区", "--category", "便民服务", "--on", "2026-07-28")
    whole = report(planned, "gap")
    beside, unused, together = whole["parts"]
    assert [one["resource"] for one in unused] == ["资-2026-0001"]
    (row,) = whole["rows"]
    assert (row["needs"], row["unmet"], row["oldest"], row["resources"], row["unused"]) == (2, 2, 11, 1, 1)
    assert [(one["need"], one["resource"]) for one in beside] == [
        ("需-2026-0001", "资-2026-0001"),
        ("需-2026-0002", "资-2026-0001"),
    ]
    assert [one["needs"] for one in together] == [2]
    planned("order", "claim", "单-2026-0001", "--by", "供电公司")
    assert report(planned, "gap")["rows"][0]["unused"] == 0


@pytest.mark.parametrize("name", ["needs", "orders", "visits", "coverage", "gap"])
@pytest.mark.parametrize("form", ["table", "json", "csv", "md"])
def test_a_report_of_nothing_is_still_one(sbd: Sbd, name: str, form: str) -> None:
    sbd("init", "--office", "文庙社区")
    assert sbd("report", name, "--format", form).code == 0
