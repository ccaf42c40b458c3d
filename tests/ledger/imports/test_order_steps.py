"""Lists of orders as offices keep them (design, §3.2 D and E): each row tells the steps of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conftest import sheet

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

DISPATCHED = {
    "单号": "单-2026-0031",
    "派单日期": "2026.7.3",
    "派单单位": "头道牌楼街道办",
    "来源需求编号": "需-2026-0001",
    "事项类别": "便民服务",
    "事项内容": "修路灯",
    "承办单位/党员": "供电公司",
    "接单时间": "2026-07-04",
    "承诺办结日期": "2026-07-20",
    "办理过程": "换了灯头",
    "办结时间": "7月18日",
    "办理结果": "路灯亮了",
    "照片/附件": "1张",
    "申请人满意度": "满意",
    "社区评价": "很及时",
    "是否回访": "是",
    "回访人": "李某某",
    "回访时间": "2026-07-20",
    "回访结论": "已解决",
    "备注": "",
}
"""§3.2 D: the list of 派单、接单."""
FIVE_STEPS = {
    "单号": "2026-12",
    "问题内容": "爱民路坑洼",
    "网格": "文庙社区",
    "类别": "基层治理",
    "登记日期": "2026-07-01",
    "核实人": "李某某",
    "核实意见": "属实",
    "会议日期": "2026-07-02",
    "方案": "硬化路面",
    "期限": "2026-07-30",
    "领办人": "张三",
    "领办日期": "2026-07-03",
    "办结日期": "2026-07-15",
    "办理情况": "铺了300米",
    "回访日期": "2026-07-18",
    "回访人": "王五",
    "是否解决": "否",
    "满意度": "不满意",
}
"""§3.2 E: the five steps of 神木市."""


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """A community, its units and people, and one need."""
    for words in (
        "add place 名称=文庙社区",
        "add org 单位名称=供电公司",
        "add person 姓名=张三",
        "add person 姓名=李某某",
        "add person 姓名=王五",
        "log need 路灯不亮 --place 文庙社区 --on 2026-07-01",
    ):
        assert sbd(*words.split()).code == 0
    return sbd


def listed(folder: Path, row: dict[str, Any], **changed: Any) -> Path:
    """A list with one row; what is changed to None stands in no column."""
    row = {head: value for head, value in {**row, **changed}.items() if value is not None}
    return sheet(folder / "工单台账.xlsx", [*row], [*row.values()])


def taken(sbd: Sbd, file: Path, *words: str, code: int = 0) -> dict[str, Any]:
    said = sbd("import", file, "--format", "json", *words)
    assert said.code == code, said.err or said.out
    found: dict[str, Any] = said.json()["files"][0]["sheets"][0]
    return found


def kinds(told: dict[str, Any]) -> list[str]:
    return [
        problem["kind"]
        for problem in told["problems"]
        if problem["severity"] != "fixed" and problem["kind"] != "unknown_header"
    ]


def course(sbd: Sbd, key: str) -> list[tuple[str, str, str | None]]:
    events = sbd("show", "order", key, "--format", "json").json()["events"]
    return [(row["step"], row["date"], row["by"]) for row in events]


def test_a_list_of_dispatches_becomes_orders_with_their_steps(office: Sbd, tmp_path: Path) -> None:
    told = taken(office, listed(tmp_path, DISPATCHED))
    assert (told["record"], told["created"], told["rejected"]) == ("order", 1, 0)
    assert {problem["value"] for problem in told["problems"] if problem["kind"] == "unknown_header"} == {
        *("办理过程", "照片/附件", "是否回访")
    }
    assert course(office, "单-2026-0031") == [
        ("dispatched", "2026-07-03", "头道牌楼街道办"),
        ("claimed", "2026-07-04", "供电公司"),
        ("finished", "2026-07-18", "供电公司"),
        ("reviewed", "2026-07-20", "李某某"),
    ]
    (order,) = office("list", "order", "--format", "json").json()
    assert (order["state"], order["holder"], order["due"], order["closed"], order["need"]) == (
        *("reviewed", "供电公司", "2026-07-20", "2026-07-20", "路灯不亮"),
    )
    (need,) = office("list", "need", "--format", "json").json()
    assert (need["state"], need["closed"]) == ("reviewed", "2026-07-20")
    assert office("report", "--month", "2026-07", "--format", "json").json()["totals"]["resolved"] == 1
    (held,) = office("report", "orders", "--month", "2026-07", "--format", "json").json()["rows"]
    assert (held["holder"], held["finished"], held["satisfied"]) == ("供电公司", 1, 100.0)


def test_what_the_policy_asks_for_and_the_list_does_not_say_is_noticed(office: Sbd, tmp_path: Path) -> None:
    told = taken(office, listed(tmp_path, DISPATCHED))
    (missing,) = [problem for problem in told["problems"] if problem["kind"] == "step_missing"]
    assert ("开单、定方案" in missing["message"], missing["severity"]) == (True, "warning")
    office("policy", "edit", "--set", "order.required=claimed")
    assert kinds(taken(office, listed(tmp_path, DISPATCHED, 单号="单-2026-0032", 来源需求编号=None))) == [
        "year_assumed"
    ]


def test_a_list_of_the_five_steps_becomes_orders_too(office: Sbd, tmp_path: Path) -> None:
    told = taken(office, listed(tmp_path, FIVE_STEPS))
    assert (told["record"], told["created"], kinds(told)) == ("order", 1, [])
    assert course(office, "2026-12") == [
        ("ticketed", "2026-07-01", "李某某"),
        ("planned", "2026-07-02", None),
        ("claimed", "2026-07-03", "张三"),
        ("finished", "2026-07-15", "张三"),
        ("reopened", "2026-07-18", "王五"),
    ]
    assert office("list", "order", "--format", "json").json()[0]["state"] == "reopened"


def test_a_newer_copy_adds_the_steps_that_were_taken_since(office: Sbd, tmp_path: Path) -> None:
    since = {
        "办结时间": "",
        "办理结果": "",
        "申请人满意度": "",
        "社区评价": "",
        "回访人": "",
        "回访时间": "",
        "回访结论": "",
    }
    assert taken(office, listed(tmp_path, DISPATCHED | since))["created"] == 1
    assert course(office, "单-2026-0031")[-1][0] == "claimed"
    newer = taken(office, listed(tmp_path, DISPATCHED))
    assert (newer["created"], newer["updated"]) == (0, 1)
    assert [change["new"] for change in newer["changes"]] == ["办结 2026-07-18", "回头看：已解决 2026-07-20"]
    assert course(office, "单-2026-0031")[-1][0] == "reviewed"
    same = taken(office, listed(tmp_path, DISPATCHED), "--again")
    assert (same["updated"], same["unchanged"]) == (0, 1)
    older = taken(office, listed(tmp_path, DISPATCHED | since), "--again")
    assert (older["updated"], len(course(office, "单-2026-0031"))) == (0, 4)


def test_a_course_that_differs_is_told_and_left(office: Sbd, tmp_path: Path) -> None:
    taken(office, listed(tmp_path, DISPATCHED))
    before = course(office, "单-2026-0031")
    told = taken(office, listed(tmp_path, DISPATCHED, 接单时间="2026-07-05"))
    assert "course_differs" in kinds(told)
    assert course(office, "单-2026-0031") == before


def test_orders_without_a_number_are_known_by_what_and_when(office: Sbd, tmp_path: Path) -> None:
    row = {"事项内容": "修门", "承办单位": "供电公司", "派单日期": "2026-07-03", "接单时间": "2026-07-04"}
    assert taken(office, listed(tmp_path, row))["created"] == 1
    newer = taken(office, listed(tmp_path, row, 办结时间="2026-07-09"))
    assert (newer["created"], newer["updated"]) == (0, 1)
    assert office("list", "order", "--format", "json").json()[0]["number"] == "单-2026-0001"


def test_a_party_organisation_that_is_named_first_here_is_of_the_kind_its_name_says(
    office: Sbd, tmp_path: Path
) -> None:
    taken(office, listed(tmp_path, DISPATCHED, 派单单位="文庙社区党总支", **{"承办单位/党员": "文庙网格党支部"}))
    held = {row["name"]: row["kind"] for row in office("list", "branch", "--format", "json").json()}
    assert held == {"文庙社区党总支": "general", "文庙网格党支部": "branch"}


@pytest.mark.parametrize(
    ("changed", "cell"),
    [
        ({"接单时间": "2026-07-02"}, "接单日期"),
        ({"办结时间": "2026-08-02"}, "还没到"),
        ({"办结时间": None, "办理结果": None}, "没有办结日期"),
        ({"回访人": "供电公司"}, "回头看要换一个人"),
        ({"回访人": ""}, "没有写回访人"),
        ({"派单日期": "", "接单时间": "", "办结时间": "", "回访时间": ""}, "看不出办到哪一步"),
        ({"来源需求编号": "需-2026-0099"}, "没有需求"),
    ],
)
def test_a_row_that_cannot_have_been_so_is_refused_whole(
    office: Sbd, tmp_path: Path, changed: dict[str, Any], cell: str
) -> None:
    told = taken(office, listed(tmp_path, DISPATCHED, **changed), code=3)
    assert (told["created"], told["rejected"]) == (0, 1)
    assert any(cell in problem["message"] for problem in told["problems"] if problem["severity"] == "error")
    assert office("list", "order", "--format", "json").json() == []
    assert office("list", "need", "--format", "json").json()[0]["state"] == "raised"


def test_a_look_back_that_does_not_say_what_it_found_closes_nothing(office: Sbd, tmp_path: Path) -> None:
    told = taken(office, listed(tmp_path, DISPATCHED, 回访结论=""))
    assert "look_back_unsaid" in kinds(told)
    assert office("report", "--month", "2026-07", "--format", "json").json()["totals"]["resolved"] == 0


def test_a_look_back_without_its_day_is_told_and_closes_nothing(office: Sbd, tmp_path: Path) -> None:
    told = taken(office, listed(tmp_path, DISPATCHED, 回访时间=None))
    assert "look_back_unsaid" in kinds(told)
    assert course(office, "单-2026-0031")[-1][0] == "finished"


def test_a_need_has_one_order_at_a_time(office: Sbd, tmp_path: Path) -> None:
    assert office("order", "open", "需-2026-0001", "--on", "2026-07-02").code == 0
    told = taken(office, listed(tmp_path, DISPATCHED), code=3)
    assert "key_conflict" in kinds(told)


def test_taking_a_list_back_takes_its_steps_back(office: Sbd, tmp_path: Path) -> None:
    for words in (
        "open 需-2026-0001 --on 2026-07-02",
        "plan 需-2026-0001 --plan 换 --on 2026-07-03",
        "claim 需-2026-0001 --by 供电公司 --on 2026-07-04",
    ):
        assert office("order", *words.split()).code == 0
    row = {"单号": "单-2026-0001", "事项内容": "路灯不亮", "开单日期": "2026-07-02", "方案日期": "2026-07-03"}
    row |= {"承办": "供电公司", "接单日期": "2026-07-04", "办结日期": "2026-07-10"}
    row |= {"回访人": "李某某", "回访日期": "2026-07-12", "是否解决": "是"}
    assert taken(office, listed(tmp_path, row))["updated"] == 1
    assert office("list", "need", "--format", "json").json()[0]["state"] == "reviewed"
    assert office("undo", "--import", "1").code == 0
    assert office("list", "need", "--format", "json").json()[0]["state"] == "claimed"
    assert office("list", "order", "--format", "json").json()[0]["state"] == "claimed"
    assert office("report", "--month", "2026-07", "--format", "json").json()["totals"]["resolved"] == 0


def test_taking_back_a_list_that_made_orders_frees_their_needs(office: Sbd, tmp_path: Path) -> None:
    taken(office, listed(tmp_path, DISPATCHED))
    assert office("undo", "--import", "1").code == 0
    assert office("list", "need", "--format", "json").json()[0]["state"] == "raised"
    assert office("order", "open", "需-2026-0001", "--on", "2026-07-02").code == 0
