"""Where a table begins, what its columns mean and what it lists, however the sheet is laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.intake.rosters.find import RECORD_PRIORITY
from shuangbaodao_cli.intake.rosters.header_search import find_header
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.rosters.model import Header

ALL = [RECORDS[name] for name in RECORD_PRIORITY]
ROSTERS = {
    "person": "序号 姓名 性别 身份证号 联系电话 政治面貌 工作单位 居住社区 志愿服务队 报到日期 备注",
    "org": "序号 单位名称 统一社会信用代码 党员人数 负责人 联络员 联系电话 包联社区 报到时间",
    "team": "序号 队伍名称 所属社区 队长 队伍类别 备注",
    "place": "社区名称 级别 上级 区划代码 备注",
    "activity": "序号 活动名称 活动日期 社区（村） 组织单位 服务时长(小时) 参加人员 服务群众人次 成效",
    "checkin": "姓名 报到社区 报到方式 报到日期",
    "participation": "活动名称 姓名 服务时长 分工",
    "pairing": "单位名称 包联社区 起始日期 截止日期",
}
"""One heading row of each kind, as offices have them."""


def found(*rows: Sequence[Any]) -> Header:
    width = max(map(len, rows))
    header = find_header([[*row, *[""] * (width - len(row))] for row in rows], ALL)
    assert header is not None
    return header


def meaning(*headings: str) -> dict[str, str]:
    """Heading → the field it was taken for."""
    return {headings[at]: field.name for at, field in found(headings).columns.items()}


@pytest.mark.parametrize(("kind", "headings"), ROSTERS.items())
def test_the_headings_tell_what_is_listed(kind: str, headings: str) -> None:
    header = found(headings.split())
    assert header.record.name == kind
    assert header.unknown == {}
    assert header.missing == []


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(ROSTERS)), st.randoms(use_true_random=False))
def test_columns_may_stand_in_any_order(kind: str, random: Any) -> None:
    headings = ROSTERS[kind].split()
    expected = meaning(*headings)
    random.shuffle(headings)
    assert found(headings).record.name == kind
    assert meaning(*headings) == expected


@pytest.mark.parametrize("above", range(6))
def test_the_header_is_found_below_title_rows(above: int) -> None:
    titles = [
        ["塔沟社区2026年7月志愿者名册"],
        ["填报单位（盖章）：塔沟社区", "", "填报人：王某某"],
        [],
        ["单位：人"],
        [],
    ]
    header = found(*titles[:above], ["序号", "姓名", "联系电话"], [1, "张三", "19900001234"])
    assert header.bottom == above
    assert header.record.name == "person"


def test_a_header_far_below_is_still_found() -> None:
    assert found(*[["说明"]] * 20, ["姓名", "联系电话"]).bottom == 20


def test_data_rows_are_not_taken_for_the_header() -> None:
    assert found(["姓名", "联系电话"], ["姓名", "电话"]).bottom == 0
    assert found(["姓名", "联系电话", "备注"], ["单位", "电话", "性别"]).bottom == 0


@pytest.mark.parametrize(
    "written",
    [
        "姓　名",
        "姓 名",
        "姓\n名",
        " 姓名 ",
        "姓名：",
        "*姓名",
        "姓名*",
        "姓名（必填）",
        "姓名\n（必填）",
        "1、姓名",
        "志愿者姓名",
        "党员姓名",
    ],
)
def test_a_heading_is_known_however_it_is_set(written: str) -> None:
    header = found([written, "联系电话"])
    assert header.columns[0].name == "name"


@pytest.mark.parametrize("written", ["1.姓名", "1．姓名"])
def test_an_order_number_with_a_dot_before_a_heading_does_not_count(written: str) -> None:
    assert find_header([[written, "联系电话", "性别"]], ALL) is not None


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("身份证号码", "id_no"),
        ("公民身份号码", "id_no"),
        ("联系方式（电话）", "phone"),
        ("手机号", "phone"),
        ("所属单位", "org"),
        ("人员类别", "political"),
        ("现住址", "address"),
        ("入党时间", "joined_party_on"),
        ("出生年月", "birth_date"),
        ("报到时间", "checkin_since"),
        ("所属服务队", "team"),
        ("ｉｄ＿ｎｏ", "id_no"),
    ],
)
def test_a_column_of_persons_has_many_names(written: str, field: str) -> None:
    header = found(["姓名", "性别", written])
    assert header.record.name == "person"
    assert header.columns[2].name == field


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("服务日期（xxxx/xx/xx）", "date"),
        ("志愿项目名称（全称）", "title"),
        ("志愿时", "minutes"),
        ("志愿服务时长(小时)", "minutes"),
        ("服务人次", "served"),
        ("举办单位", "org"),
        ("志愿活动类别", "category"),
        ("带队人", "leader"),
        ("参与人数", "headcount"),
        ("志愿者姓名", "people"),
        ("服务截止日期", "end_date"),
        ("所属社区", "place"),
    ],
)
def test_a_column_of_activities_has_many_names(written: str, field: str) -> None:
    first = [heading for heading, name in (("活动主题", "title"), ("日期", "date")) if name != field]
    header = found([*first, "服务内容", written])
    assert header.record.name == "activity"
    assert header.columns[len(first) + 1].name == field


@pytest.mark.parametrize(
    "order",
    [
        "序号",
        "编号",
        "序 号",
        "NO.",
        "No",
        "№",
        "ＮＯ．",
    ],
)
def test_the_column_of_order_numbers_is_no_fact(order: str) -> None:
    header = found([order, "姓名", "联系电话"])
    assert header.serial_column == 0
    assert 0 not in header.columns
    assert header.unknown == {}


def test_unknown_headings_are_kept_with_their_place() -> None:
    header = found(["姓名", "血型", "联系电话", "紧急联系人\n姓名"])
    assert header.unknown == {1: "血型", 3: "紧急联系人\n姓名"}


def test_a_column_without_a_heading_is_none() -> None:
    header = found(["姓名", "", "联系电话", " "])
    assert sorted(header.columns) == [0, 2]
    assert header.unknown == {}


def test_the_second_column_of_one_meaning_is_told_apart() -> None:
    header = found(["姓名", "手机", "联系电话"])
    assert header.columns[1].name == "phone"
    assert header.duplicates == {2: "联系电话"}


@pytest.mark.parametrize(
    ("written", "unit"),
    [("服务时长（分钟）", "分钟"), ("服务时长（小时）", "小时"), ("服务时长", "小时"), ("时长(分钟)", "分钟")],
)
def test_the_heading_says_the_unit_of_a_duration(written: str, unit: str) -> None:
    header = found(["活动名称", "日期", written])
    assert header.units[2] == unit


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("塔沟社区2023年7月志愿服务台账", 2023),
        ("2023.7.18 统计", 2023),
        ("塔沟社区志愿服务台账（2023年度）", 2023),
        ("填报日期：2023-07-31", 2023),
        ("1998年台账", 1998),
        ("志愿服务台账", None),
        ("2022至2023年台账", None),  # two years: no telling which
        ("电话 03142023000", None),
        ("区划代码 130802002023", None),
        ("塔沟社区２０２３年7月志愿服务台账", 2023),
    ],
)
def test_the_year_is_that_of_the_title(title: str, year: int | None) -> None:
    assert found([title], ["活动名称", "日期"]).year == year


def test_one_year_said_twice_is_one_year() -> None:
    assert found(["2023年7月台账"], ["填报日期：2023.7.31"], ["活动名称", "日期"]).year == 2023


def test_a_year_below_the_header_is_not_the_title() -> None:
    assert found(["活动名称", "日期"], ["2023年端午联欢", "6月22日"]).year is None


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [["", ""], ["", ""]],
        [["甲", "乙"], [1.0, 2.0]],
        [["姓名"]],
        [["联系电话", "性别"]],  # what is required is not there
        [["活动名称", "服务内容"]],
        [["志愿者名册"], ["张三", "19900001234"]],
        [["Name", "Position", *(f"Price {day}" for day in range(30))]],  # two words of ours among many of others
    ],
)
def test_without_a_header_that_is_known_there_is_none(rows: list[list[Any]]) -> None:
    assert find_header(rows, ALL) is None


def test_one_column_is_enough_where_the_kind_is_said() -> None:
    header = find_header([["志愿者名单"], ["姓名"], ["张三"]], [RECORDS["person"]])
    assert header is not None
    assert header.bottom == 1


def test_what_is_required_and_not_there_is_named() -> None:
    header = found(["活动名称", "日期", "成效"])
    assert header.missing == []
    assert find_header([["日期", "成效"]], [RECORDS["activity"]]) is None


def test_cells_that_are_no_text_do_not_disturb() -> None:
    header = found(["", 2026.0], [1.0, 2.5, True], ["姓名", "联系电话", 3.0])
    assert header.bottom == 2
    assert header.unknown == {2: "3"}


def test_a_cell_too_long_for_a_heading_is_cut() -> None:
    header = found(["姓名", "联系电话", "说" * 1_000_000], ["张三", "19900001234", ""])
    assert header.unknown == {2: "说" * 200}
