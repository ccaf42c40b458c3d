"""Blank sheets: what is sent out comes back, filled in or not, without a word of doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

HEADER = 4
FILLED: dict[str, dict[str, Any]] = {
    "place": {"名称": "陕西营社区", "级别": "社区", "上级": "头道牌楼街道"},
    "org": {"单位名称": "双桥区司法局", "统一社会信用代码": "91350100M000100Y43", "包联社区": "文庙社区、塔沟社区"},
    "pairing": {"单位": "承德医学院", "包联社区": "文庙社区", "起始日期": "2026-01-05"},
    "person": {"姓名": "赵六", "身份证号": "11010519491231002X", "居住社区": "文庙社区", "志愿服务队": "应急服务队"},
    "checkin": {"报到人或单位": "张三", "报到社区": "文庙社区", "报到方式": "居住地报到", "报到日期": "2026-01-05"},
    "team": {"队伍名称": "助老服务队", "所属社区": "塔沟社区", "队长": "张三"},
    "member": {"志愿服务队": "应急服务队", "姓名": "张三"},
    "activity": {"活动名称": "义诊", "活动日期": "2026-07-18", "服务时长": 1.5, "服务群众人次": 30, "参加人员": "张三"},
    "participation": {"活动名称": "义务理发", "姓名": "张三", "服务时长": 2},
    "outcome": {"成果": "停车位", "活动名称": "义务理发", "数量": 200, "单位": "个"},
    "need": {"需求内容": "爱民路坑洼", "社区（网格）": "文庙社区", "提出日期": "2026-07-02", "涉及人数": 120},
    "order": {"事项内容": "修路", "社区（网格）": "文庙社区", "开单日期": "2026-07-02", "方案日期": "2026-07-03"},
    "resource": {"资源内容": "急救讲师", "提供单位（人）": "承德医学院", "资源类别": "人才", "数量": 6},
    "project": {"项目名称": "停车位规划", "对应需求": "需-2026-0001", "牵头单位": "承德医学院", "认领名额": 2},
    "meeting": {"会议名称": "8月联席会议", "会议日期": "2026-07-20", "社区（村）": "文庙社区", "主持人": "王某某"},
    "attendance": {"会议": "7月联席会议", "单位": "承德医学院", "是否到会": "否", "缺席原因": "出差"},
    "topic": {"议题": "停车难", "会议": "7月联席会议", "提出单位": "承德医学院"},
    "resolution": {"议定事项": "规划停车位", "会议": "7月联席会议", "责任单位": "承德医学院", "完成时限": "2026-09-30"},
    "subject": {"姓名": "陈某某", "关爱等级": "重点", "社区（网格）": "文庙社区", "健康状况": "高血压"},
    "visit": {"对象": "户-2026-0001", "走访日期": "2026-07-18", "走访人": "张三", "健康": "好"},
    "branch": {"党组织名称": "爱民路网格党支部", "组织层级": "网格党支部", "所在网格（社区）": "文庙社区"},
    "area": {"责任党员": "张三", "责任网格": "文庙社区", "楼栋单元": "3号楼2单元", "户数": 24},
    "pledge": {"姓名": "张三", "承诺事项": "每周义务巡逻一次", "岗位": "文明劝导岗"},
    "consent": {"姓名": "张三", "用途": "志愿服务记录", "形式": "书面", "同意日期": "2026-01-05"},
}
"""One row for each record, by the labels of its columns."""


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    for words in (
        "place 名称=头道牌楼街道",
        "place 名称=文庙社区",
        "place 名称=塔沟社区",
        "org 单位名称=承德医学院",
        "team 队伍名称=应急服务队",
        "person 姓名=张三",
        "activity 活动名称=义务理发 活动日期=2026-07-10",
        "need 需求内容=路灯不亮 提出日期=2026-07-01",
        "meeting 会议名称=7月联席会议 会议日期=2026-07-05",
        "subject 姓名=周某某",
    ):
        assert sbd("add", *words.split()).code == 0
    return sbd


def blank(sbd: Sbd, record: str, folder: Path) -> Path:
    path = folder / f"{record}.xlsx"
    done = sbd("template", record, "-o", path)
    assert done.code == 0
    return path


def headings(sheet: Any) -> dict[str, int]:
    """Label → column, without the star of a required one and the bracket of a unit."""
    cells = [(str(cell.value), cell.column) for cell in sheet[HEADER]]
    return {label.removeprefix("*").partition("（小时")[0]: column for label, column in cells}


def only_sheet(said: Any) -> dict[str, Any]:
    (file,) = said["files"]
    (sheet,) = file["sheets"]
    assert isinstance(sheet, dict)
    return sheet


@pytest.mark.parametrize("record", FILLED)
def test_a_blank_comes_back_as_no_row_and_its_example_is_passed_over(sbd: Sbd, tmp_path: Path, record: str) -> None:
    path = blank(sbd, record, tmp_path)
    done = sbd("import", path, "--as", record, "--format", "json")
    assert done.code == 0
    sheet = only_sheet(done.json())
    assert (sheet["record"], sheet["created"], sheet["rejected"], sheet["problems"]) == (record, 0, 0, [])
    assert sheet["rows"] == sheet["skipped"] == 1


@pytest.mark.parametrize("record", FILLED)
def test_a_blank_is_known_for_what_it_is(office: Sbd, tmp_path: Path, record: str) -> None:
    done = office("import", fill(office, record, tmp_path), "--format", "json")
    assert done.code == 0
    assert only_sheet(done.json())["record"] == record


def fill(sbd: Sbd, record: str, folder: Path) -> Path:
    """The blank of a record with one row written under its example."""
    path = blank(sbd, record, folder)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = headings(sheet)
    sheet.cell(HEADER + 2, at["序号"], 1)
    for label, value in FILLED[record].items():
        sheet.cell(HEADER + 2, at[label], value)
    book.save(path)
    return path


@pytest.mark.parametrize("record", FILLED)
def test_a_blank_that_is_filled_in_is_taken(office: Sbd, tmp_path: Path, record: str) -> None:
    before = len(office("list", record, "--format", "json").json())
    done = office("import", fill(office, record, tmp_path), "--as", record, "--format", "json")
    assert done.code == 0
    sheet = only_sheet(done.json())
    assert (sheet["created"], sheet["rejected"], sheet["skipped"]) == (1, 0, 1)
    assert [p for p in sheet["problems"] if p["severity"] != "fixed"] == []
    rows = office("list", record, "--format", "json").json()
    assert len(rows) == before + 1
    for label, value in FILLED[record].items():
        field = RECORDS[record].field(label)
        if field is None or field.type.options or label == "身份证号" or field.type.name == "private":
            continue
        expected = value * 60 if field.type.name == "minutes" else value
        found = rows[-1][field.name]
        assert found == expected or rows[-1].get(f"{field.name}_id") == 1


def test_a_row_without_its_order_number_is_taken_too(office: Sbd, tmp_path: Path) -> None:
    path = fill(office, "person", tmp_path)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(HEADER + 2, 1, None).value = None
    book.save(path)
    assert only_sheet(office("import", path, "--format", "json").json())["created"] == 1


def test_what_hangs_on_a_row_comes_back_with_it(office: Sbd, tmp_path: Path) -> None:
    for record in ("org", "person", "activity"):
        assert office("import", fill(office, record, tmp_path)).code == 0
    pairings = office("list", "pairing", "--format", "json").json()
    assert [(row["org"], row["place"]) for row in pairings] == [
        ("双桥区司法局", "文庙社区"),
        ("双桥区司法局", "塔沟社区"),
    ]
    (member,) = office("list", "member", "--format", "json").json()
    assert (member["person"], member["team"]) == ("赵六", "应急服务队")
    (part,) = office("list", "participation", "--format", "json").json()
    assert (part["person"], part["activity"], part["minutes"]) == ("张三", "义诊", 90)


@pytest.mark.parametrize("record", FILLED)
def test_required_columns_have_a_star_and_every_field_a_column(sbd: Sbd, tmp_path: Path, record: str) -> None:
    sheet = openpyxl.load_workbook(blank(sbd, record, tmp_path)).worksheets[0]
    labels = [str(cell.value) for cell in sheet[HEADER]]
    assert labels[0] == "序号"
    for field in RECORDS[record].fields:
        if field.name in RECORDS[record].derived:
            continue
        found = [label for label in labels if label.removeprefix("*").partition("（小时")[0] == field.label]
        assert len(found) == 1
        assert found[0].startswith("*") == field.required
    assert labels[-1] == "备注"


@pytest.mark.parametrize("record", FILLED)
def test_numbers_of_persons_and_units_are_cells_of_text(sbd: Sbd, tmp_path: Path, record: str) -> None:
    sheet = openpyxl.load_workbook(blank(sbd, record, tmp_path)).worksheets[0]
    for label in ("身份证号", "联系电话", "统一社会信用代码"):
        if label in headings(sheet):
            assert sheet.cell(HEADER + 2, headings(sheet)[label]).number_format == "@"


@pytest.mark.parametrize("record", FILLED)
def test_the_example_row_would_pass_if_it_were_meant(office: Sbd, tmp_path: Path, record: str) -> None:
    path = blank(office, record, tmp_path)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(HEADER + 1, 1, 1)
    book.save(path)
    said = office("import", path, "--as", record, "--format", "json", "--dry-run", "--new").json()
    refused = {p["kind"] for p in only_sheet(said)["problems"] if p["severity"] == "error"}
    assert refused <= {"reference_unknown"}


def test_choices_are_offered_in_the_sheet(sbd: Sbd, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(blank(sbd, "activity", tmp_path)).worksheets[0]
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert any("便民服务" in str(rule.formula1) for rule in lists)


def test_without_a_name_the_file_is_called_by_the_record(sbd: Sbd, tmp_path: Path) -> None:
    done = sbd("template", "person")
    assert done.code == 0
    assert "人员空白表.xlsx" in done.err
    assert (tmp_path / "人员空白表.xlsx").is_file()


def test_a_blank_is_the_same_every_time(sbd: Sbd, tmp_path: Path) -> None:
    first = blank(sbd, "activity", tmp_path).read_bytes()
    (tmp_path / "activity.xlsx").unlink()
    assert blank(sbd, "activity", tmp_path).read_bytes() == first


@pytest.mark.parametrize("words", ["person -o 表.csv", "person -o 表", "thing", "", "person org"])
def test_a_blank_that_cannot_be_is_refused(sbd: Sbd, tmp_path: Path, words: str) -> None:
    done = sbd("template", *words.split())
    assert (done.code, done.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(sbd: Sbd) -> None:
    done = sbd("template", "person", "-o", "没有/表.xlsx")
    assert done.code == 6
    assert "没有/表.xlsx" in done.err


@pytest.mark.parametrize("record", [name for name, one in RECORDS.items() if one.command])
def test_what_comes_about_by_a_command_is_not_typed_in(sbd: Sbd, record: str) -> None:
    done = sbd("add", record, "备注=甲")
    assert done.code == 2
    assert "sbd order" in done.err


@pytest.mark.parametrize("record", ["order_event", "whistle"])
def test_what_no_list_tells_of_has_no_blank(sbd: Sbd, record: str) -> None:
    done = sbd("template", record)
    assert done.code == 2
    assert "sbd order" in done.err


def test_there_is_a_blank_for_every_other_kind() -> None:
    assert {*FILLED, "order_event", "whistle"} == set(RECORDS)
