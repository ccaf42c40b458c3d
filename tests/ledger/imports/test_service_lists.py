"""The lists of the service loop as offices keep them (design, §3.2 C, G, H, I, J): each is known for what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conftest import sheet

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

FORMS: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "需求清单": (
        "need",
        {
            "序号": 1,
            "需求编号": "需-2026-0031",
            "提出日期": "2026.7.2",
            "提出人": "王某某",
            "联系电话": "19900001234",
            "网格/楼栋": "文庙社区",
            "需求类别": "环境卫生",
            "需求内容": "楼道堆物",
            "紧急程度(日常/重大/紧急)": "重大",
            "涉及人数": "30余人",
            "是否能自行解决": "否",
            "责任人": "李某某",
            "状态": "办理中",
            "备注": "",
        },
        {"是否能自行解决", "状态"},
    ),
    "微心愿台账": (
        "need",
        {
            "编号": 1,
            "心愿人": "周某某",
            "类别": "助老",
            "心愿内容": "想要一台收音机",
            "预计金额": 80,
            "征集日期": "7月2日",
            "认领人": "张三",
            "认领日期": "7月5日",
            "状态": "认领成功",
        },
        {"预计金额", "认领人", "认领日期", "状态"},
    ),
    "资源清单": (
        "resource",
        {
            "序号": 1,
            "资源编号": "资-2026-0031",
            "提供单位/党员": "承德医学院",
            "资源类别(人才/场地/物资/资金/技术/服务/信息)": "人才",
            "资源内容": "急救讲师",
            "数量": 6,
            "可提供时间": "周三下午",
            "联系人": "李某某",
            "联系电话": "0314-2290000",
            "有效期": "2026-12-31",
        },
        set(),
    ),
    "项目清单": (
        "project",
        {
            "序号": 1,
            "项目编号": "项-2026-0031",
            "项目名称": "停车位规划",
            "对应需求编号": "需-2026-0001",
            "牵头单位": "承德医学院",
            "参与单位": "水泉沟信用社",
            "负责人": "王某某",
            "实施地点": "文庙社区",
            "目标/受益人数": 300,
            "进度(未启动/进行中/已完成)": "进行中",
            "成效": "",
            "群众评价": "好",
        },
        {"参与单位", "进度(未启动/进行中/已完成)"},
    ),
    "独居老人走访记录表": (
        "visit",
        {
            "序号": 1,
            "姓名": "陈某某",
            "性别": "女",
            "年龄": 82,
            "联系电话": "19900001234",
            "居住地址": "塔沟小区3号楼",
            "网格": "文庙社区",
            "健康状况": "好",
            "走访日期": "7.18",
            "走访人": "张三",
            "走访内容": "聊天",
            "存在问题": "血压偏高",
            "处理措施": "送医",
            "下次走访日期": "7.25",
        },
        {"年龄", "健康状况"},
    ),
    "重点服务对象名册": (
        "subject",
        {
            "序号": 1,
            "姓名": "陈某某",
            "性别": "女",
            "保障类别": "空巢独居老人",
            "风险等级": "高风险",
            "联系电话": "19900001234",
            "居住地址": "塔沟小区3号楼",
            "所属社区": "",
            "网格": "文庙社区",
            "健康状况": "高血压",
            "监护人姓名": "陈小某",
        },
        {"所属社区"},
    ),
    "责任田": (
        "area",
        {
            "网格": "文庙社区",
            "楼栋单元": "3号楼2单元",
            "户数": 24,
            "责任党员": "张三",
            "电话": "19900001234",
            "重点户": "2户",
            "职责": "每月走一遍",
        },
        {"电话"},
    ),
    "三亮公示牌": (
        "pledge",
        {"序号": 1, "姓名": "张三", "岗位": "文明劝导岗", "职责": "劝导", "承诺事项": "每周巡逻", "完成情况": "已做"},
        set(),
    ),
    "网格党支部一览表": (
        "branch",
        {
            "序号": 1,
            "党支部名称": "爱民路网格党支部",
            "组织层级": "网格党支部",
            "所在网格": "文庙社区",
            "书记": "王某某",
            "党员人数": 23,
        },
        set(),
    ),
    "议定事项清单": (
        "resolution",
        {
            "序号": 1,
            "会议名称": "7月联席会议",
            "议定事项": "规划停车位",
            "责任单位": "承德医学院",
            "责任人": "王某某",
            "完成时限": "2026-09-30",
            "落实情况": "已划线",
        },
        set(),
    ),
    "联席会议登记表": (
        "meeting",
        {
            "序号": 1,
            "会议名称": "8月联席会议",
            "会议日期": "7月20日",
            "会议地点": "活动室",
            "主持人": "王某某",
            "记录人": "李某某",
        },
        set(),
    ),
}
"""Title of the sheet → its kind, a row by its headings, and the headings that are only kept beside."""


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    for words in (
        "place 名称=文庙社区",
        "org 单位名称=承德医学院",
        "person 姓名=张三 电话=19900001234",
        "need 需求内容=路灯不亮 提出日期=2026-07-01",
        "meeting 会议名称=7月联席会议 会议日期=2026-07-05",
    ):
        assert sbd("add", *words.split()).code == 0
    return sbd


@pytest.mark.parametrize("title", FORMS)
def test_a_form_is_taken_for_what_it_is_with_every_column_it_has(office: Sbd, tmp_path: Path, title: str) -> None:
    record, row, beside = FORMS[title]
    file = sheet(
        tmp_path / "表.xlsx", [f"双桥区文庙社区2026年{title}"], ["填报单位：文庙社区"], [*row], [*row.values()]
    )
    said = office("import", file, "--new", "--format", "json")
    assert said.code == 0, said.err
    (told,) = said.json()["files"][0]["sheets"]
    assert (told["record"], told["created"], told["rejected"]) == (record, 1, 0), told["problems"]
    assert {problem["value"] for problem in told["problems"] if problem["kind"] == "unknown_header"} <= beside
    assert not [problem for problem in told["problems"] if problem["kind"] == "duplicate_header"]
    again = office("import", file, "--new", "--again", "--format", "json").json()["files"][0]["sheets"][0]
    assert (again["created"], again["updated"], again["rejected"]) == (0, 0, 0)


def test_a_list_of_wishes_is_one_of_wishes(office: Sbd, tmp_path: Path) -> None:
    record, row, _ = FORMS["微心愿台账"]
    office("import", sheet(tmp_path / "表.xlsx", [*row], [*row.values()]))
    found = office("list", record, "种类:微心愿", "--format", "json").json()
    assert [(row["title"], row["kind"], row["raised_on"], row["state"]) for row in found] == [
        ("想要一台收音机", "wish", "2026-07-02", "raised")
    ]


def test_numbers_of_a_list_are_kept_and_ours_go_on_beside_them(office: Sbd, tmp_path: Path) -> None:
    file = sheet(
        tmp_path / "表.xlsx",
        ["需求编号", "需求内容", "提出日期"],
        ["需-2026-0002", "甲", "2026-07-02"],
        ["", "乙", "2026-07-03"],
        ["XQ-7", "丙", "2026-07-04"],
        ["", "丁", "2025-12-30"],
    )
    assert office("import", file).code == 0
    found = {row["title"]: row["number"] for row in office("list", "need", "--format", "json").json()}
    assert found == {
        "路灯不亮": "需-2026-0001",
        "甲": "需-2026-0002",
        "乙": "需-2026-0003",
        "丙": "XQ-7",
        "丁": "需-2025-0001",
    }
    assert office("log", "need", "戊", "--on", "2026-07-05").out.startswith("已记录 需-2026-0004")


def test_a_foreign_table_of_names_and_numbers_is_no_list_of_ours(office: Sbd, tmp_path: Path) -> None:
    """Found in two of 1,610 workbooks of other projects."""
    for heads in (["Name", "Number"], ["Name", "Code"]):
        file = sheet(tmp_path / "表.xlsx", heads, ["Alpha", 1], ["Beta", 2])
        assert office("import", file).code == 6
        assert office("import", file, "--as", "place", "--dry-run").code in {0, 3}


def test_a_party_organisation_stands_below_one_of_a_higher_kind(office: Sbd) -> None:
    assert office("add", "branch", "name=兴神路社区党总支", "kind=党总支").code == 0
    assert office("add", "branch", "name=爱民路网格党支部", "kind=网格党支部", "parent=兴神路社区党总支").code == 0
    assert office("add", "branch", "name=一号楼党小组", "kind=楼栋党小组", "parent=爱民路网格党支部").code == 0
    above = office("add", "branch", "name=二号党支部", "kind=网格党支部", "parent=一号楼党小组")
    assert (above.code, "不能在" in above.err) == (5, True)
    assert office("edit", "branch", "爱民路网格党支部", "上级党组织=一号楼党小组").code == 5


def test_taking_a_list_of_needs_back_is_refused_while_an_order_works_on_one(office: Sbd, tmp_path: Path) -> None:
    file = sheet(tmp_path / "表.xlsx", ["需求内容", "提出日期"], ["甲", "2026-07-02"])
    office("import", file)
    assert office("order", "open", "甲").code == 0
    assert office("undo", "--import", "1").code == 5
    assert office("void", "order", "单-2026-0001", "--reason", "错").code == 0
    assert office("undo", "--import", "1").code == 0


def test_a_list_of_branches_may_name_those_below_before_those_above(office: Sbd, tmp_path: Path) -> None:
    table = sheet(
        tmp_path / "党组织.xlsx",
        ["党组织名称", "组织层级", "上级党组织"],
        ["一号楼党小组", "楼栋党小组", "爱民路网格党支部"],
        ["爱民路网格党支部", "网格党支部", "兴神路社区党总支"],
        ["兴神路社区党总支", "社区党总支", None],
    )
    assert office("import", table).code == 0
    held = {row["name"]: row["parent"] for row in office("list", "branch", "--format", "json").json()}
    assert held["一号楼党小组"] == "爱民路网格党支部"
    assert held["爱民路网格党支部"] == "兴神路社区党总支"


def test_a_list_of_branches_cannot_turn_the_chain_upside_down(office: Sbd, tmp_path: Path) -> None:
    heads: list[str] = ["党组织名称", "组织层级", "上级党组织"]
    right: list[list[Any]] = [
        ["兴神路社区党总支", "社区党总支", None],
        ["爱民路网格党支部", "网格党支部", "兴神路社区党总支"],
    ]
    wrong = sheet(tmp_path / "倒.xlsx", heads, *right, ["二号党支部", "网格党支部", "爱民路网格党支部"])
    said = office("import", wrong)
    assert said.code == 3
    assert "Sheet1!C4" in said.out
    assert "从上到下是" in said.out
    names = [row["name"] for row in office("list", "branch", "--format", "json").json()]
    assert names == ["兴神路社区党总支", "爱民路网格党支部"]
    lower = sheet(tmp_path / "低.xlsx", heads[:2], ["兴神路社区党总支", "楼栋党小组"])
    assert office("import", lower).code == 3
    assert office("edit", "branch", "兴神路社区党总支", "kind=楼栋党小组").code == 5
    around = sheet(
        tmp_path / "圈.xlsx", heads, ["甲党支部", "网格党支部", "乙党支部"], ["乙党支部", "网格党支部", "甲党支部"]
    )
    assert office("import", around).code == 3
