"""Refused rows handed back: the layout they came in, what is wrong beside them, ready to be imported again."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from conftest import Sbd, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell.cell import Cell

ID, OTHER_ID = "13080219900307001X", "130802198506122024"
PHONE, OTHER_PHONE = "19900001234", "19900001235"
TITLE = ["塔沟社区2023年志愿者名册"]
UNIT = ["填报单位（盖章）：塔沟社区", "", "", "填报日期：2023.7.31"]
HEADS = ["序号", "姓名", "身份证号", "联系电话", "出生日期", "备注"]
GOOD = [1, "张三", ID, PHONE, date(1990, 3, 7), ""]
BAD = [2, "李四", "1308021985061220", OTHER_PHONE, date(1985, 6, 12), "新来"]


def roster(path: Path, *rows: Sequence[Any]) -> Path:
    return sheet(path, TITLE, UNIT, HEADS, *rows, ["合计", f"{len(rows)}人"])


def handed(path: Path, title: str | None = None) -> Any:
    book = openpyxl.load_workbook(path)
    return book[title] if title else book.worksheets[0]


def texts(raw: Any) -> list[list[Any]]:
    return [["" if cell is None else cell for cell in row] for row in raw.iter_rows(values_only=True)]


def rejected(sbd: Sbd, file: Path, *more: object) -> Any:
    """The sheet that is handed back of a file."""
    done = sbd("import", file, "--rejects", "退回.xlsx", *more)
    assert done.code == 3
    return handed(Path("退回.xlsx"))


def test_refused_rows_come_back_under_the_head_they_had(sbd: Sbd, tmp_path: Path) -> None:
    raw = rejected(sbd, roster(tmp_path / "a.xlsx", GOOD, BAD))
    rows = texts(raw)
    assert raw.title == "Sheet1"
    assert rows[0][0] == TITLE[0]
    assert rows[1][:4] == UNIT
    assert rows[2] == [*HEADS, "问题"]
    [row] = rows[3:]
    assert row[:4] == [2, "李四", "1308021985061220", OTHER_PHONE]
    assert row[4].date() == BAD[4]
    assert row[5] == "新来"
    assert "身份证号应是18位" in row[6]


def test_the_wrong_cell_is_filled_and_says_why(sbd: Sbd, tmp_path: Path) -> None:
    raw = rejected(sbd, roster(tmp_path / "a.xlsx", GOOD, BAD))
    filled = [cell.coordinate for row in raw.iter_rows() for cell in row if cell.fill.fill_type]
    commented = {cell.coordinate: cell.comment.text for row in raw.iter_rows() for cell in row if cell.comment}
    assert filled == list(commented) == ["C4"]
    assert "身份证号应是18位" in commented["C4"]


def test_digits_are_text_that_nothing_can_round(sbd: Sbd, tmp_path: Path) -> None:
    row = [2, "李四", 1.3080219900307e17, 19900001235, "1985-13-12", 30]
    raw = rejected(sbd, roster(tmp_path / "a.xlsx", GOOD, row))
    found: dict[str, Cell] = {cell.column_letter: cell for cell in raw[4]}
    assert [(found[at].data_type, found[at].number_format) for at in "CD"] == [("s", "@")] * 2
    assert found["D"].value == "19900001235"
    assert not str(found["C"].value).isdigit()  # an id made up of its noughts might pass for a real one
    assert (found["F"].value, found["F"].data_type) == (30, "n")


def test_a_formula_comes_back_as_text(sbd: Sbd, tmp_path: Path) -> None:
    file = roster(tmp_path / "a.xlsx", GOOD, [2, "李四", "1", OTHER_PHONE, "", "甲"])
    book = openpyxl.load_workbook(file)
    cell = book.worksheets[0]["F5"]
    cell.value = '=HYPERLINK("https://example.org","甲")'
    cell.data_type = "s"
    book.save(file)
    [kept] = [cell for cell in rejected(sbd, file)[4] if str(cell.value).startswith("=")]
    assert kept.data_type == "s"


def test_a_mended_row_is_taken_and_nothing_of_ours_is_asked_about(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", GOOD, BAD), "--rejects", "退回.xlsx")
    book = openpyxl.load_workbook("退回.xlsx")
    book.worksheets[0]["C4"] = OTHER_ID
    book.save("退回.xlsx")
    done = sbd("import", "退回.xlsx", "--format", "json")
    assert done.code == 0
    [outcome] = done.json()["files"][0]["sheets"]
    assert (outcome["rows"], outcome["created"], outcome["skipped"]) == (1, 1, 0)
    assert outcome["problems"] == []
    assert outcome["header_row"] == 3
    [person] = sbd("list", "person", "姓名:李四", "--full", "--reason", "核对", "--format", "json").json()
    assert (person["id_no"], person["birth_date"], person["note"]) == (OTHER_ID, "1985-06-12", "新来")
    assert "问题" not in sbd("show", "person", "李四").out


def test_a_row_that_is_still_wrong_comes_back_with_one_column_of_problems(sbd: Sbd, tmp_path: Path) -> None:
    first = texts(rejected(sbd, roster(tmp_path / "a.xlsx", GOOD, BAD)))
    Path("退回.xlsx").rename("改.xlsx")
    assert texts(rejected(sbd, Path("改.xlsx"))) == first


def test_the_same_rows_are_the_same_bytes_for_the_owner_alone(sbd: Sbd, tmp_path: Path) -> None:
    file = roster(tmp_path / "a.xlsx", GOOD, BAD)
    sbd("import", file, "--rejects", "甲.xlsx", "--dry-run")
    sbd("import", file, "--rejects", "乙.xlsx")
    sbd("import", file, "--rejects", "丙.xlsx")  # known by now: what was refused is told again
    assert Path("甲.xlsx").read_bytes() == Path("乙.xlsx").read_bytes() == Path("丙.xlsx").read_bytes()
    assert Path("甲.xlsx").stat().st_mode & 0o777 == 0o600


def test_what_the_ledger_refused_comes_back_from_a_known_file_too(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", GOOD))
    heads = ["活动名称", "姓名"]
    sbd("log", "activity", "理发")
    file = sheet(tmp_path / "b.xlsx", heads, ["理发", "张三"], ["理发", "赵六"])
    sbd("import", file, "--as", "participation")
    raw = rejected(sbd, file, "--as", "participation")
    assert [row[:2] for row in texts(raw)[1:]] == [["理发", "赵六"]]
    assert "赵六" in texts(raw)[1][2]


def test_every_problem_of_a_row_is_named_once(sbd: Sbd, tmp_path: Path) -> None:
    row = [2, "", "1", "2", "1985-13-12", ""]
    raw = rejected(sbd, roster(tmp_path / "a.xlsx", GOOD, row))
    said = str(raw["G4"].value).split("；")
    assert [one[:4] for one in said] == ["姓名没有", "身份证号", "联系电话", "出生日期"]
    assert [cell.coordinate for cell in raw[4] if cell.comment] == ["B4", "C4", "D4", "E4"]


def test_a_file_without_refused_rows_makes_no_file_and_says_so(sbd: Sbd, tmp_path: Path) -> None:
    done = sbd("import", roster(tmp_path / "a.xlsx", GOOD), "--rejects", "退回.xlsx")
    assert done.code == 0
    assert "没有退回的行" in done.err
    assert not Path("退回.xlsx").exists()


def test_the_json_names_the_file(sbd: Sbd, tmp_path: Path) -> None:
    file = roster(tmp_path / "a.xlsx", GOOD, BAD)
    assert sbd("import", file, "--rejects", "退回.xlsx", "--format", "json").json()["rejects"] == "退回.xlsx"
    assert sbd("import", file, "--format", "json").json()["rejects"] is None


@pytest.mark.parametrize("name", ["退回.csv", "退回", "a.xlsx"])
def test_a_name_that_will_not_do_is_refused_before_anything_is_done(name: str, sbd: Sbd, tmp_path: Path) -> None:
    file = roster(tmp_path / "a.xlsx", GOOD, BAD)
    before = file.read_bytes()
    assert sbd("import", file, "--rejects", name).code == 2
    assert file.read_bytes() == before
    assert sbd("status").code == 7


def test_every_sheet_comes_back_under_its_name(sbd: Sbd, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, number in (("一网格", "1"), ("二网格", OTHER_ID), ("三网格", "3")):
        raw = book.create_sheet(title)
        for row in (["姓名", "身份证号"], [f"某{title[0]}", number]):
            raw.append(row)
    book.save(tmp_path / "a.xlsx")
    rejected(sbd, tmp_path / "a.xlsx")
    assert openpyxl.load_workbook("退回.xlsx").sheetnames == ["一网格", "三网格"]


def test_several_files_come_back_on_sheets_named_after_both(sbd: Sbd, tmp_path: Path) -> None:
    long = "双桥区石洞子沟街道塔沟社区志愿者名册（二〇二三年七月）"
    files = [roster(tmp_path / f"{name}.xlsx", BAD) for name in ("a", long, f"{long}改")]
    assert sbd("import", *files, "--rejects", "退回.xlsx").code == 3
    titles = openpyxl.load_workbook("退回.xlsx").sheetnames
    assert titles[0] == "a Sheet1"
    assert len(set(titles)) == 3
    assert max(map(len, titles)) <= 31


def test_a_header_of_two_rows_keeps_its_merged_parents(sbd: Sbd, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    raw = book.worksheets[0]
    for row in (
        ["活动台账"],
        ["活动名称", "活动日期", "服务情况", "", "备注"],
        ["", "", "服务人次", "服务时长(小时)", ""],
        ["理发", "2026-07-18", 30, 2, ""],
        ["义诊", "2026-02-30", 20, 1.5, ""],
    ):
        raw.append(row)
    for merged in ("A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3"):
        raw.merge_cells(merged)
    book.save(file)
    back = rejected(sbd, file)
    assert {str(one) for one in back.merged_cells.ranges} == {"A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3"}
    assert [cell.value for cell in back[4]][:5] == ["义诊", "2026-02-30", 20, 1.5, None]
    mended = openpyxl.load_workbook("退回.xlsx")
    mended.worksheets[0]["B4"] = datetime(2026, 7, 20)  # noqa: DTZ001  # as a sheet holds it
    mended.save("退回.xlsx")
    assert sbd("import", "退回.xlsx").code == 0
    [row] = sbd("list", "activity", "名称:义诊", "--format", "json").json()
    assert (row["date"], row["served"], row["minutes"]) == ("2026-07-20", 20, 90)


def test_blocks_side_by_side_come_back_as_one(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["序号", "姓名", "联系电话"]
    rows = [[1, "张三", PHONE, 3, "王五", "1"], [2, "李四", "2", 4, "赵六", OTHER_PHONE]]
    raw = rejected(sbd, sheet(tmp_path / "a.xlsx", ["签到名册"], [*heads, *heads], *rows))
    assert texts(raw)[1] == [*heads, "问题"]
    assert [row[:3] for row in texts(raw)[2:]] == [[2, "李四", "2"], [3, "王五", "1"]]
    marked = [cell.coordinate for row in raw.iter_rows() for cell in row if cell.comment]
    assert marked == [f"{get_column_letter(3)}3", f"{get_column_letter(3)}4"]


def test_two_tables_of_a_sheet_come_back_one_below_the_other(sbd: Sbd, tmp_path: Path) -> None:
    people, units = ["姓名", "身份证号", "联系电话"], ["单位名称", "统一社会信用代码", "联络员"]
    file = sheet(
        tmp_path / "a.xlsx",
        ["人员"], people, ["张三", "1", PHONE], [], ["单位"], units, ["甲局", "2", "王某某"],
    )  # fmt: skip
    raw = rejected(sbd, file)
    said = [[cell for cell in row if cell != ""][:3] for row in texts(raw)]
    assert ["张三", "1", PHONE] in said
    assert ["甲局", "2", "王某某"] in said
    again = sbd("import", "退回.xlsx", "--format", "json").json()["files"][0]["sheets"]
    assert [(sheet["record"], sheet["rows"], sheet["rejected"]) for sheet in again] == [("person", 1, 1), ("org", 1, 1)]
