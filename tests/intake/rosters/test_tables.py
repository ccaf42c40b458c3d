"""Tables as offices lay them out: headers of several rows, blocks side by side, several to a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from shuangbaodao_cli.intake.files.sheet import Sheet
from shuangbaodao_cli.intake.files.workbook import Workbook
from shuangbaodao_cli.intake.rosters.find import RECORD_PRIORITY, ReadingOptions, find_rosters
from shuangbaodao_cli.intake.rosters.model import HeadingMeanings, Table
from shuangbaodao_cli.intake.rosters.tables import find_tables
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

ALL = [RECORDS[name] for name in RECORD_PRIORITY]
Merges = list[tuple[int, int, int, int]]


def laid_out(*rows: Sequence[Any], merges: Merges | None = None, name: str = "Sheet1") -> Sheet:
    """A sheet of these rows, made rectangular; merged cells as (first row, first column, last row, last column)."""
    width = max(map(len, rows))
    return Sheet(name, [[*row, *[""] * (width - len(row))] for row in rows], merges or [])


def fields(table: Table) -> dict[str, str]:
    """Field → the heading it was read from."""
    return {field.name: table.header.texts[at] for at, field in table.header.columns.items()}


def values(table: Table, name: str) -> list[Any]:
    at = next(at for at, field in table.header.columns.items() if field.name == name)
    return [row[at] for row in table.body]


TITLE = ["双桥区头道牌楼街道文庙社区2023年7月“双报到”工作情况统计表"]
FILLED_IN = ["填报单位（盖章）：文庙社区党委   填报人：王某某   联系电话：0314-2290000   填报日期：2023.7.31"]


@pytest.mark.parametrize("merged", [True, False])
def test_a_header_of_two_rows_is_read_as_one(*, merged: bool) -> None:
    merges = [(2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 6), (2, 7, 3, 7)] if merged else []
    [table] = find_tables(
        laid_out(
            TITLE,
            FILLED_IN,
            ["序号", "报到单位", "党员人数", "", "志愿服务", "", "", "备注"],
            ["", "", "应报到", "已报到", "次数", "人次", "时长(小时)", ""],
            [1.0, "承德医学院", 86.0, 80.0, 12.0, "140余", 280.0, ""],
            [2.0, "水泉沟信用社", 20.0, 18.0, 3.0, 40.0, 6.0, ""],
            merges=merges,
        ),
        ALL,
    )
    assert table.record.name == "org"
    assert (table.header.top, table.header.bottom) == (2, 3)
    assert fields(table)["name"] == "报到单位"
    assert table.header.unknown[4] == "志愿服务/次数"
    assert table.header.unknown[6] == "志愿服务/时长(小时)"
    assert [table.row_numbers, values(table, "name")] == [[5, 6], ["承德医学院", "水泉沟信用社"]]
    assert (table.header.year, table.header.month) == (2023, 7)


def test_cells_that_are_merged_beside_all_that_is_written_do_not_disturb() -> None:
    [table] = find_tables(
        laid_out(["姓名", "联系电话"], ["张三", "19900001234"], merges=[(0, 5, 0, 9), (1, 7, 1, 8)]), ALL
    )
    assert values(table, "name") == ["张三"]


def test_a_header_of_three_rows_takes_the_meaning_from_the_lowest_that_has_one() -> None:
    [table] = find_tables(
        laid_out(
            ["志愿者名册"],
            ["序号", "基本信息", "", "", "服务信息", "", "备注"],
            ["", "姓名", "联系方式", "", "服务队", "特长", ""],
            ["", "", "手机", "住址", "", "", ""],
            [1.0, "张三", "19900001234", "塔沟小区", "环境保护队", "急救", ""],
            merges=[
                (1, 0, 3, 0),
                (1, 1, 1, 3),
                (1, 4, 1, 5),
                (1, 6, 3, 6),
                (2, 1, 3, 1),
                (2, 2, 2, 3),
                (2, 4, 3, 4),
                (2, 5, 3, 5),
            ],
        ),
        ALL,
    )
    assert table.header.bottom == 3
    assert set(fields(table)) >= {"name", "team", "skills", "note"}
    assert values(table, "phone") == ["19900001234"]
    assert table.row_numbers == [5]


def test_the_name_under_a_leader_is_not_a_persons_own() -> None:
    [table] = find_tables(
        laid_out(
            ["活动名称", "活动日期", "负责人", "", "服务人次"],
            ["", "", "姓名", "电话", ""],
            ["义诊", "2026-07-18", "王某某", "19900001234", 30.0],
            merges=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 1, 4)],
        ),
        ALL,
    )
    assert table.record.name == "activity"
    assert fields(table)["leader"] == "负责人/姓名"
    assert table.header.unknown == {3: "负责人/电话"}


def test_a_row_of_data_is_not_taken_for_a_second_row_of_the_header() -> None:
    [table] = find_tables(laid_out(["姓名", "工作单位", "备注"], ["张三", "单位", ""], ["李四", "电话", ""]), ALL)
    assert table.row_numbers == [2, 3]


def test_blocks_side_by_side_are_one_list() -> None:
    head = ["序号", "姓名", "单位", "联系电话", "序号", "姓名", "单位", "联系电话"]
    [table] = find_tables(
        laid_out(
            ["志愿者名册"],
            head,
            [1.0, "张三", "甲单位", "19900000001", 3.0, "王五", "丙单位", "19900000003"],
            [2.0, "李四", "乙单位", "19900000002", 4.0, "赵六", "丁单位", "19900000004"],
            [5.0, "钱七", "", "", "", "", "", ""],
        ),
        ALL,
    )
    assert values(table, "name") == ["张三", "李四", "钱七", "王五", "赵六"]
    assert table.row_numbers == [3, 4, 5, 3, 4]
    assert [table.cell_address("phone", at) for at in (0, 3, 4)] == ["Sheet1!D3", "Sheet1!H3", "Sheet1!H4"]


def test_blocks_without_order_numbers_and_with_a_column_between_are_one_list_too() -> None:
    [table] = find_tables(
        laid_out(
            ["姓名", "电话", "", "姓名", "电话", "", "姓名", "电话"],
            ["张三", "19900000001", "", "李四", "19900000002", "", "王五", "19900000003"],
            ["赵六", "19900000004", "", "钱七", "19900000005", "", "", ""],
        ),
        ALL,
    )
    assert values(table, "name") == ["张三", "赵六", "李四", "钱七", "王五"]
    assert table.cell_address("name", 4) == "Sheet1!G2"


def test_a_header_printed_again_on_the_next_page_is_passed_over() -> None:
    head = ["序号", "姓名", "联系电话"]
    [table] = find_tables(
        laid_out(
            ["塔沟社区志愿者名册"],
            head,
            [1.0, "张三", "19900000001"],
            ["塔沟社区志愿者名册"],
            head,
            [2.0, "李四", "19900000002"],
            ["本页小计", "", 2.0],
            [],
            head,
            [3.0, "王五", "19900000003"],
        ),
        ALL,
    )
    assert table.row_numbers == [3, 6, 10]
    assert table.skipped == 4
    assert [(above, number) for above, number, _ in table.totals] == [(2, 7)]


def test_a_header_of_two_rows_printed_again_is_passed_over() -> None:
    head = [["序号", "单位名称", "党员人数", ""], ["", "", "应报到", "已报到"]]
    [table] = find_tables(
        laid_out(*head, [1.0, "甲单位", 5.0, 4.0], *head, [2.0, "乙单位", 6.0, 6.0]),
        ALL,
    )
    assert (table.row_numbers, table.skipped) == ([3, 6], 2)


def test_several_tables_on_one_sheet_are_each_read() -> None:
    first, second = find_tables(
        laid_out(
            ["一、报到单位"],
            ["单位名称", "党员人数"],
            ["承德医学院", 86.0],
            ["合计", 86.0],
            [],
            ["二、志愿服务队"],
            ["队伍名称", "队长"],
            ["环境保护队", "张三"],
        ),
        ALL,
    )
    assert (first.record.name, first.row_numbers, first.skipped) == ("org", [3], 1)
    assert (second.record.name, second.header.bottom, second.row_numbers) == ("team", 6, [8])
    assert second.head_rows == [["二、志愿服务队", ""], ["队伍名称", "队长"]]


def test_a_wider_table_below_does_not_hide_the_first() -> None:
    first, second = find_tables(
        laid_out(
            ["单位名称", "党员人数"],
            ["承德医学院", 86.0],
            [],
            ["姓名", "性别", "联系电话", "工作单位"],
            ["张三", "男", "19900000001", "承德医学院"],
        ),
        ALL,
    )
    assert [first.record.name, second.record.name] == ["org", "person"]


def test_two_sign_in_lists_on_one_sheet_belong_to_their_own_activities() -> None:
    head = ["姓名", "分工"]
    first, second = find_tables(
        laid_out(
            ["活动名称：义诊"],
            head,
            ["张三", "讲解"],
            [],
            ["活动名称：理发"],
            head,
            ["李四", "理发"],
        ),
        [RECORDS["participation"]],
    )
    assert (first.caption_values["activity"], second.caption_values["activity"]) == (("义诊", "A1"), ("理发", "A5"))
    assert (first.row_numbers, second.row_numbers) == ([3], [7])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["活动名称：急救培训　　地点：文庙社区"], "急救培训"),
        (["活动名称:急救培训  负责人:王某某"], "急救培训"),
        (["活动名称：", "急救培训", "负责人：", "王某某"], "急救培训"),
        (["时间：14:30-16:30　活动名称：急救培训"], "急救培训"),
        (["活动名称", "急救培训", "", "负责人", "王某某"], "急救培训"),
    ],
)
def test_what_is_said_once_above_the_table_holds_for_every_row(line: list[str], expected: str) -> None:
    [table] = find_tables(laid_out(line, ["姓名", "分工"], ["张三", "讲解"]), [RECORDS["participation"]])
    assert table.caption_values["activity"][0] == expected


def test_the_telephone_of_the_office_is_not_everybodys() -> None:
    [table] = find_tables(laid_out(TITLE, FILLED_IN, ["姓名", "性别"], ["张三", "男"]), ALL)
    assert table.caption_values == {}


def test_the_measure_above_a_table_is_no_unit() -> None:
    [table] = find_tables(laid_out(["名册"], ["单位：人"], ["姓名", "性别"], ["张三", "男"]), ALL)
    assert table.caption_values == {}


def test_a_merged_unit_holds_for_all_its_rows() -> None:
    [table] = find_tables(
        laid_out(
            ["工作单位", "姓名", "联系电话"],
            ["承德医学院", "张三", "19900000001"],
            ["", "李四", "19900000002"],
            ["", "王五", "19900000003"],
            ["水泉沟信用社", "赵六", ""],
            merges=[(1, 0, 3, 0)],
        ),
        ALL,
    )
    assert values(table, "org") == ["承德医学院"] * 3 + ["水泉沟信用社"]
    assert table.problems == []


def test_merged_hours_are_counted_once_and_told() -> None:
    [table] = find_tables(
        laid_out(
            ["活动名称", "活动日期", "服务时长", "服务人次"],
            ["义诊", "2026-07-18", 2.0, 30.0],
            ["理发", "", "", 12.0],
            merges=[(1, 1, 2, 1), (1, 2, 2, 2)],
        ),
        ALL,
    )
    assert values(table, "date") == ["2026-07-18"] * 2
    assert values(table, "minutes") == [2.0, ""]
    assert [(problem.kind, problem.severity, problem.cell) for problem in table.problems] == [
        ("merged_not_filled", "warning", "Sheet1!C2")
    ]


def test_a_column_without_a_heading_is_kept_under_its_letter() -> None:
    [table] = find_tables(laid_out(["姓名", "联系电话", "", ""], ["张三", "19900000001", "左邻", ""]), ALL)
    assert list(table.header.unknown) == [2]
    assert "C列" in table.header.unknown[2]


def book(*sheets: Sheet, file: str = "a.xlsx") -> Workbook:
    return Workbook(file=file, sha256="", sheets=list(sheets), hidden_sheets=[])


def test_the_month_of_a_sheet_is_in_its_name_and_the_year_in_one_of_the_titles() -> None:
    months = [
        laid_out(
            ["走访台账（2023年）"] if month == 1 else [""],
            ["活动名称", "活动日期"],
            ["慰问", "18日"],
            name=f"{month}月",
        )
        for month in range(1, 13)
    ]
    tables = find_rosters(book(*months)).tables
    assert [(table.header.year, table.header.month) for table in tables] == [(2023, month) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("file", "title", "asked", "expected"),
    [
        ("2023年台账.xlsx", "台账", None, 2023),
        ("2023年台账.xlsx", "2022年台账", None, 2022),
        ("台账.xlsx", "台账", 2021, 2021),
        ("台账.xlsx", "台账", None, None),
        ("台账.xlsx", "2023年度台账 填报日期：2024年1月5日", None, 2023),
    ],
)
def test_the_year_comes_from_who_says_it_nearest(
    file: str, title: str, asked: int | None, expected: int | None
) -> None:
    sheet = laid_out([title], ["活动名称", "活动日期"], ["慰问", "7.18"])
    [table] = find_rosters(book(sheet, file=file), ReadingOptions(year=asked)).tables
    assert table.header.year == expected


def test_what_a_heading_means_can_be_said() -> None:
    rows = laid_out(["人员", "手机（微信同号）"], ["张三", "19900000001"])
    known = HeadingMeanings({"人员": "姓名", "手机(微信同号)": "phone"})
    [table] = find_tables(rows, ALL, known)
    assert fields(table) == {"name": "人员", "phone": "手机（微信同号）"}
    learnt = {table.header.signature: ("person", {"人员": "name"})}
    [again] = find_tables(rows, ALL, HeadingMeanings(remembered=learnt))
    assert fields(again)["name"] == "人员"


def test_a_column_can_be_kept_apart_though_its_heading_is_known() -> None:
    [table] = find_tables(laid_out(["姓名", "单位"], ["张三", "平方米"]), ALL, HeadingMeanings({"单位": "extra"}))
    assert set(fields(table)) == {"name"}
    assert table.header.unknown == {1: "单位"}


def test_visits_are_taken_as_visits_and_not_as_a_roster_of_those_visited() -> None:
    visits = laid_out(
        ["序号", "姓名", "联系电话", "走访日期", "走访人", "走访内容"], [1.0, "张三", "", "7.4", "李四", ""]
    )
    persons = laid_out(["姓名", "联系电话"], ["李四", "19900000001"], name="志愿者")
    found = find_rosters(book(visits, persons))
    assert [table.record.name for table in found.tables] == ["visit", "person"]
