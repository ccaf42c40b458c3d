"""Somebody's own form, filled: the figures of the reports, and all else as it was (design, §3.2 K, §4.4)."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conftest import Sbd

SERVED = "log activity --place 塔沟社区"
THIN = Side(style="thin")
TITLE = '石洞子沟街道"双报到"工作统计表'
FOOT = "注：服务群众人次按次累计。    社区党委书记签字："


class Blank(NamedTuple):
    """A form: its rows, what is merged, and what must stand in it when it is filled for July 2026."""

    rows: Sequence[Sequence[Any]]
    filled: dict[str, Any]
    merges: Sequence[str] = ()
    words: Sequence[str] = ()


FORMS = {
    "a line for each community": Blank(
        [[TITLE], ["序号", "社区", "服务次数", "服务群众人次", "备注"], [1, "塔沟社区"], [2, "文庙社区"], ["合计"]],
        {"C3": 1, "D3": 30, "C4": 1, "D4": 12, "C5": 2, "D5": 42},
        ["A1:E1"],
    ),
    "two rows of header": Blank(
        [
            [TITLE],
            ["填报单位（盖章）：　　填报人：　　填报日期："],
            ["序号", "社区", "报到党员（人）", "", "志愿服务", "", "", "群众问题（件）", "", "报到率"],
            ["", "", "应报到", "已报到", "次数", "人次", "时长(小时)", "收集", "解决", ""],
            [1, "塔沟社区"],
            [2, "文庙社区"],
            ["合计"],
            [FOOT],
        ],
        {
            "C5": 2,
            "D5": 1,
            "E5": 1,
            "F5": 30,
            "G5": 3,
            "H5": 1,
            "I5": 0,
            "J5": "50.0%",
            "C6": 0,
            "D6": 0,
            "E6": 1,
            "F6": 12,
            "G6": 2,
            "H6": 0,
            "I6": 0,
            "E7": 2,
            "F7": 42,
            "G7": 5,
            "H7": 1,
            "I7": 0,
        },
        ["A1:J1", "A2:J2", "C3:D3", "E3:G3", "H3:I3", "A3:A4", "B3:B4", "J3:J4", "A8:J8"],
    ),
    "the month beside the year": Blank(
        [
            [TITLE],
            ["社区", "本月", "", "累计", ""],
            ["", "服务次数", "服务人次", "服务次数", "服务人次"],
            ["塔沟社区"],
            ["文庙社区"],
        ],
        {"B4": 1, "C4": 30, "D4": 2, "E4": 38, "B5": 1, "C5": 12, "D5": 1, "E5": 12},
        ["A1:E1", "B2:C2", "D2:E2", "A2:A3"],
    ),
    "sums that the form reckons": Blank(
        [
            ["社区", "服务次数", "服务群众人次", "解决问题数"],
            ["文庙社区"],
            ["塔沟社区"],
            ["合计", "=SUM(B2:B3)", "=SUM(C2:C3)", ""],
        ],
        {"B2": 1, "C2": 12, "D2": 0, "B3": 1, "C3": 30, "D3": 2, "D4": 2},
    ),
    "one line for all": Blank(
        [[TITLE], ["服务次数", "服务群众人次", "解决问题件数", "参与人数", "服务时长（小时）"], ["", "", "", "", ""]],
        {"A3": 2, "B3": 42, "C3": 2, "D3": 2, "E3": 5},
        ["A1:E1"],
    ),
    "a line for each unit": Blank(
        [["序号", "报到单位", "活动次数", "服务人次", "备注"], [1, "供电公司"], [2, "承德医学院"], [3, "热力集团"]],
        {"C2": 1, "D2": 12, "C3": 1, "D3": 30, "C4": 0, "D4": 0},
    ),
    "a line for each person": Blank(
        [["姓名", "单位", "参与人次", "服务时长（小时）"], ["李四", "承德医学院"], ["张三", ""]],
        {"C2": 1, "D2": 1.5, "C3": 2, "D3": 3.5},
    ),
    "blank lines for communities": Blank(
        [
            [TITLE],
            ["序号", "社区（村）", "开展活动次数", "服务群众人次"],
            ["", "", "", ""],
            ["", "", "", ""],
            ["", "", "", ""],
            [FOOT],
        ],
        {"A3": 1, "B3": "塔沟社区", "C3": 1, "D3": 30, "A4": 2, "B4": "文庙社区", "C4": 1, "D4": 12},
        ["A1:D1", "A6:D6"],
    ),
    "blank lines with numbers for units": Blank(
        [["序号", "单位名称", "服务次数"], [1, "", ""], [2, "", ""], [3, "", ""]],
        {"B2": "承德医学院", "C2": 1, "B3": "供电公司", "C3": 1},
    ),
    "a list of activities": Blank(
        [
            [TITLE],
            ["序号", "活动名称", "活动日期", "活动地点", "服务群众人次", "照片编号"],
            ["", "", "", "", "", ""],
            ["", "", "", "", "", ""],
        ],
        {
            "A3": 1,
            "B3": "=1+1义诊",
            "C3": "2026-07-02",
            "D3": "塔沟社区",
            "E3": 30,
            "A4": 2,
            "B4": "理发",
            "C4": "2026-07-10",
            "D4": "文庙社区",
            "E4": 12,
        },
        ["A1:F1"],
    ),
    "cells that are filled already": Blank(
        [["社区", "服务次数", "服务群众人次"], ["塔沟社区", 99, ""], ["文庙社区", "", "另报"]],
        {"C2": 30, "B3": 1},
    ),
    "a heading of their own": Blank(
        [["社区", "服务次数", "惠及群众"], ["塔沟社区"], ["文庙社区"]],
        {"B2": 1, "C2": 30, "B3": 1, "C3": 12},
        words=["--map", "served=惠及群众"],
    ),
    "a title that is no header": Blank(
        [[TITLE], ["单位：人次、件"], ["村（社区）", "服务居民人次", "解决问题"], ["塔沟社区"]],
        {"B4": 30, "C4": 2},
        ["A1:C1", "A2:C2"],
    ),
}


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Two communities, three units, two people; two services in July and one in June."""
    for words in (
        "add place 名称=石洞子沟街道 级别=街道",
        "add place 名称=塔沟社区 上级=石洞子沟街道",
        "add place 名称=文庙社区 上级=石洞子沟街道",
        "add org 单位名称=承德医学院",
        "add org 单位名称=供电公司",
        "add org 单位名称=热力集团",
        "add person 姓名=张三 居住社区=塔沟社区",
        "add person 姓名=李四 居住社区=塔沟社区",
        "add checkin who=张三 报到社区=塔沟社区 报到方式=居住地报到 报到日期=2026-01-05",
        "log need 路灯不亮 --place 塔沟社区 --on 2026-07-01",
        f"{SERVED} =1+1义诊 --date 7-2 --org 承德医学院 --served 30 --resolved 2 --hours 1.5 --people 张三、李四",
        "log activity 理发 --date 2026-07-10 --place 文庙社区 --org 供电公司 --served 12 --hours 2 --people 张三",
        "log activity 宣讲 --date 2026-06-05 --place 塔沟社区 --org 承德医学院 --served 8 --resolved 1 --people 李四",
    ):
        assert sbd(*words.split()).code == 0, words
    return sbd


def form(path: Path, blank: Blank) -> Path:
    """A workbook as offices send them: dressed, merged, with a list to choose from, set up to print."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "统计表"
    wide = max(map(len, blank.rows))
    for row, cells in enumerate(blank.rows, 1):
        for column in range(1, wide + 1):
            cell = sheet.cell(row, column)
            cell.value = cells[column - 1] if column <= len(cells) and cells[column - 1] != "" else None
            cell.border, cell.font = Border(THIN, THIN, THIN, THIN), Font("仿宋_GB2312", sz=12)
    for merge in blank.merges:
        sheet.merge_cells(merge)
    sheet["A1"].fill, sheet["A1"].comment = PatternFill("solid", fgColor="DDEBF7"), Comment("月底前报", "街道")
    sheet.print_area, sheet.freeze_panes = f"A1:{'ABCDEFGHIJ'[wide - 1]}{len(blank.rows)}", "B3"
    sheet.column_dimensions["B"].width, sheet.page_setup.orientation = 27, "landscape"
    choice = DataValidation(type="list", formula1='"好,中,差"')
    choice.add("A30:A40")
    sheet.add_data_validation(choice)
    book.create_sheet("说明")["A1"] = "='统计表'!A1"
    book.save(path)
    return path


def dress(sheet: Any) -> dict[str, Any]:
    """Everything of a sheet that is not the value of a cell."""
    cells = {
        cell.coordinate: (
            cell.number_format,
            cell.font.name,
            cell.font.sz,
            cell.border.left.style,
            cell.fill.fgColor.rgb,
        )
        for row in sheet.iter_rows()
        for cell in row
    }
    return {
        "cells": cells,
        "merges": sorted(map(str, sheet.merged_cells.ranges)),
        "lists": [(str(one.sqref), one.formula1) for one in sheet.data_validations.dataValidation],
        "print": (
            sheet.print_area,
            sheet.freeze_panes,
            sheet.page_setup.orientation,
            sheet.column_dimensions["B"].width,
        ),
        "comment": sheet["A1"].comment.text,
    }


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_filled_and_nothing_else_of_it_changes(office: Sbd, tmp_path: Path, name: str) -> None:
    blank, out = form(tmp_path / "空表.xlsx", FORMS[name]), tmp_path / "填好.xlsx"
    said = office("fill", blank, "--month", "2026-07", *FORMS[name].words, "-o", out)
    assert said.code == 0, said.err
    before, after = (openpyxl.load_workbook(path).worksheets[0] for path in (blank, out))
    held = {cell.coordinate: cell.value for row in before.iter_rows() for cell in row if cell.value is not None}
    now = {cell.coordinate: cell.value for row in after.iter_rows() for cell in row if cell.value is not None}
    assert now == held | FORMS[name].filled
    assert dress(before) == dress(after)
    with zipfile.ZipFile(blank) as one, zipfile.ZipFile(out) as other:
        assert one.namelist() == other.namelist()
        changed = {part for part in one.namelist() if one.read(part) != other.read(part)}
    assert changed <= {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml"}


def test_what_it_writes_is_what_the_report_says(office: Sbd, tmp_path: Path) -> None:
    out = tmp_path / "填好.xlsx"
    assert (
        office("fill", form(tmp_path / "空表.xlsx", FORMS["one line for all"]), "--month", "2026-07", "-o", out).code
        == 0
    )
    (row,) = office("report", "--month", "2026-07", "--format", "json").json()["rows"]
    cells = [cell.value for cell in openpyxl.load_workbook(out).worksheets[0][3]]
    assert cells == [row[name] for name in ("services", "served", "resolved", "volunteers", "hours")]


def test_it_tells_what_it_filled_what_it_left_and_why(office: Sbd, tmp_path: Path) -> None:
    blank = form(tmp_path / "空表.xlsx", Blank([["社区", "服务次数", "经费"], ["塔沟社区"], ["塔沟"], ["合计"]], {}))
    said = office("fill", blank, "--month", "2026-07", "-o", tmp_path / "填好.xlsx", "--format", "json")
    told = {row["heading"]: (row["figure"], row["cells"], row["left"]) for row in said.json()}
    assert told["服务次数"] == ("服务次数", 1, None)
    assert told["经费"] == (None, 0, "不认识，没有填")
    assert told["第 3 行 塔沟"][2] == "台账里没有这个名称，是不是：塔沟社区"
    assert "各行加起来是 1，全部是 2" in told["B4 合计"][2]


def test_a_rate_is_written_as_its_cell_shows_it(office: Sbd, tmp_path: Path) -> None:
    blank = form(tmp_path / "空表.xlsx", Blank([["社区", "报到率", "报到率（%）"], ["塔沟社区"]], {}))
    book = openpyxl.load_workbook(blank)
    book.worksheets[0]["B2"].number_format = "0.0%"
    book.save(blank)
    assert office("fill", blank, "--month", "2026-07", "-o", tmp_path / "填好.xlsx").code == 0
    cells = [cell.value for cell in openpyxl.load_workbook(tmp_path / "填好.xlsx").worksheets[0][2]]
    assert cells[1] == 0.5


def test_what_was_said_of_a_heading_is_remembered_for_the_next_such_form(office: Sbd, tmp_path: Path) -> None:
    blank = form(tmp_path / "空表.xlsx", FORMS["a heading of their own"])
    for at, words in enumerate((["--map", "served=惠及群众"], [])):
        out = tmp_path / f"{at}.xlsx"
        assert office("fill", blank, "--month", "2026-07", *words, "-o", out).code == 0
        assert openpyxl.load_workbook(out).worksheets[0]["C2"].value == 30


def test_a_heading_that_is_not_there_is_refused(office: Sbd, tmp_path: Path) -> None:
    blank = form(tmp_path / "空表.xlsx", FORMS["a line for each community"])
    said = office("fill", blank, "--map", "served=惠及群众", "-o", tmp_path / "填好.xlsx")
    assert (said.code, "惠及群众" in said.err) == (5, True)
    assert office("fill", blank, "--map", "什么=服务次数", "-o", tmp_path / "填好.xlsx").code == 2
    assert not (tmp_path / "填好.xlsx").exists()


def test_a_form_with_too_few_blank_lines_is_refused(office: Sbd, tmp_path: Path) -> None:
    short = Blank([["社区", "服务次数"], ["", ""], [FOOT]], {}, ["A3:B3"])
    said = office("fill", form(tmp_path / "空表.xlsx", short), "-o", tmp_path / "填好.xlsx")
    assert (said.code, "1 行空行，要填 2 行" in said.err) == (5, True)


def test_a_protected_sheet_is_refused(office: Sbd, tmp_path: Path) -> None:
    blank = form(tmp_path / "空表.xlsx", FORMS["one line for all"])
    book = openpyxl.load_workbook(blank)
    book.worksheets[0].protection.enable()
    book.save(blank)
    said = office("fill", blank, "-o", tmp_path / "填好.xlsx")
    assert (said.code, "撤销工作表保护" in said.err) == (5, True)


def test_what_is_no_form_is_told_and_an_old_file_stays(office: Sbd, tmp_path: Path) -> None:
    out = tmp_path / "填好.xlsx"
    out.write_bytes(b"old")
    stranger = form(tmp_path / "空表.xlsx", Blank([["品名", "单价"], ["米", 3]], {}))
    damaged = tmp_path / "坏.xlsx"
    damaged.write_bytes(stranger.read_bytes()[:2000])
    text = tmp_path / "文字.xlsx"
    text.write_text("社区,服务次数\n塔沟社区,\n", encoding="utf-8")
    for file in (stranger, damaged, text, tmp_path / "没有.xlsx"):
        assert office("fill", file, "-o", out).code == 6
    assert office("fill", stranger, "-o", stranger).code == 5
    assert office("fill", stranger, "-o", tmp_path / "表.csv").code == 2
    assert office("fill", stranger).code == 2
    assert out.read_bytes() == b"old"
