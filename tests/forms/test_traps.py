"""Forms that could be filled wrongly: what must stay empty, what must be refused, what must stay as it was."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.formula import ArrayFormula
from python_calamine import CalamineWorkbook

from forms.test_fill import FORMS, Blank, form, office

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from conftest import Sbd

__all__ = ["office"]
JULY = ("--month", "2026-07")


class Trap(NamedTuple):
    """A form, how it is asked for, and all that may be written into it."""

    rows: Sequence[Sequence[Any]]
    filled: dict[str, Any]
    merges: Sequence[str] = ()
    words: Sequence[str] = JULY


TRAPS = {
    "another period over a figure": Trap(
        [["社区", "本月", "", "去年同期", ""], ["", "服务次数", "人次", "服务次数", "人次"], ["塔沟社区"]],
        {"B3": 1, "C3": 30},
        ["A1:A2", "B1:C1", "D1:E1"],
    ),
    "another period over a figure, with nothing merged": Trap(
        [["", "本月", "", "去年同期", ""], ["社区", "服务次数", "走访次数", "服务次数", "走访次数"], ["塔沟社区"]],
        {"B3": 1, "C3": 0},
    ),
    "a rise over a figure": Trap(
        [["社区", "服务次数", "增减", ""], ["", "", "服务次数", "服务人次"], ["塔沟社区"]], {"B3": 1}, ["C1:D1"]
    ),
    "another work than service": Trap(
        [["社区", "志愿服务", "", "理论宣讲", ""], ["", "次数", "人次", "次数", "人次"], ["塔沟社区"]],
        {"B3": 1, "C3": 30},
        ["A1:A2", "B1:C1", "D1:E1"],
    ),
    "this month, in a year": Trap(
        [["社区", "本月服务次数", "累计服务次数"], ["塔沟社区"]], {"C2": 2}, words=("--year", "2026")
    ),
    "months by name": Trap(
        [["社区", "6月服务次数", "7月份服务次数", "1-7月服务次数", "1—6月服务次数", "2025年服务次数"], ["塔沟社区"]],
        {"C2": 1, "D2": 2},
    ),
    "a quarter by name": Trap(
        [["社区", "二季度服务次数", "三季度服务次数", "本季度服务人次"], ["塔沟社区"]],
        {"B2": 1, "D2": 8},
        words=("--quarter", "2026Q2"),
    ),
    "persons beside their units": Trap(
        [["单位", "姓名", "参与人次", "服务时长"], ["承德医学院", "李四"], ["承德医学院", "★张三（组长）"]],
        {"C2": 1, "D2": 1.5, "C3": 2, "D3": 3.5},
    ),
    "somebody's name beside a community": Trap(
        [["社区", "负责人", "", "服务次数"], ["", "姓名", "电话", ""], ["塔沟社区", "王某某"]],
        {"D3": 1},
        ["A1:A2", "B1:C1", "D1:D2"],
    ),
    "units within their communities": Trap(
        [["社区", "报到单位", "服务次数"], ["塔沟社区", "承德医学院"], ["", "供电公司"], ["文庙社区", "供电公司"]],
        {"C2": 1, "C3": 0, "C4": 1},
        ["A2:A3"],
    ),
    "a community outside of what was asked": Trap(
        [["社区", "服务次数", "服务人次"], ["塔沟社区"], ["文庙社区"]],
        {"B2": 1, "C2": 30},
        words=(*JULY, "--place", "塔沟社区"),
    ),
    "a line to sign on that is not merged": Trap(
        [["社区", "服务次数", "服务人次"], [""], [""], ["填表人：　　审核人："]],
        {"A2": "塔沟社区", "B2": 1, "C2": 30, "A3": "文庙社区", "B3": 1, "C3": 12},
    ),
    "blank lines below the sums": Trap(
        [["社区", "服务次数", "服务人次"], [""], [""], ["合计", ""], [""], ["以上属实"]],
        {"A2": "塔沟社区", "B2": 1, "C2": 30, "A3": "文庙社区", "B3": 1, "C3": 12, "B4": 2, "C4": 42},
    ),
    "order numbers that are text": Trap(
        [["序号", "社区", "服务次数"], ["1"], ["2"]], {"B2": "塔沟社区", "C2": 1, "B3": "文庙社区", "C3": 1}
    ),
    "cells of nothing but blanks": Trap(
        [["社区", "服务次数", "服务人次"], ["塔沟社区", " ", "　"]], {"B2": 1, "C2": 30}
    ),
    "headings merged down over nothing": Trap(
        [["社区", "服务次数"], ["", ""], ["", ""], ["", ""]],
        {"A3": "塔沟社区", "B3": 1, "A4": "文庙社区", "B4": 1},
        ["A1:A2", "B1:B2"],
    ),
    "a remark beside the one row for all": Trap(
        [["服务次数", "服务人次", "备注"], ["", "", "含网格"]], {"A2": 2, "B2": 42}
    ),
    "sections between the rows": Trap(
        [["社区", "服务次数"], ["塔沟社区"], ["小计"], ["文庙社区"], ["小计"], ["合计"]],
        {"B2": 1, "B4": 1, "B6": 2},
    ),
    "the header again on the next page": Trap(
        [["社区", "服务次数"], ["塔沟社区"], ["社区", "服务次数"], ["文庙社区"]], {"B2": 1, "B4": 1}
    ),
    "a list of activities without figures": Trap(
        [["序号", "活动名称", "活动地点", "组织单位"], [1], [2], [3]],
        {"B2": "=1+1义诊", "C2": "塔沟社区", "D2": "承德医学院", "B3": "理发", "C3": "文庙社区", "D3": "供电公司"},
    ),
    "one column of the sums does not come out": Trap(
        [["社区", "服务次数", "收集需求", "参与人数"], ["塔沟社区"], ["文庙社区"], ["合计"]],
        {"B2": 1, "C2": 1, "D2": 2, "B3": 1, "C3": 0, "D3": 1, "B4": 2, "C4": 1, "D4": 2},
    ),
}


def cells(path: Path, sheet: int = 0) -> dict[str, Any]:
    """Every filled cell of a sheet."""
    rows = openpyxl.load_workbook(path).worksheets[sheet].iter_rows()
    return {cell.coordinate: cell.value for row in rows for cell in row if cell.value is not None}


def reworked(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The same file with some of its parts changed by hand."""
    out = path.with_name(f"另-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info, change(info.filename, old.read(info)))
    return out


def part(path: Path, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    with zipfile.ZipFile(path) as file:
        return file.read(name)


@pytest.mark.parametrize("name", TRAPS)
def test_only_what_is_certain_is_filled(office: Sbd, tmp_path: Path, name: str) -> None:
    trap, out = TRAPS[name], tmp_path / "填好.xlsx"
    blank = form(tmp_path / "空表.xlsx", Blank(trap.rows, {}, trap.merges))
    said = office("fill", blank, *trap.words, "-o", out)
    assert said.code == 0, said.err
    held = {at: value for at, value in cells(blank).items() if not (isinstance(value, str) and not value.strip())}
    assert cells(out) == held | trap.filled


@pytest.mark.parametrize(
    "rows",
    [
        [["类别", "服务次数", "服务人次"], ["城市"], ["农村"]],
        [["类别", "服务次数", "服务人次"], ["城市"]],
        [["服务次数", "服务人次", "类别"], ["", "", "城市"], ["", "", "农村"]],
    ],
)
def test_rows_that_are_something_else_are_not_filled_with_the_whole(
    office: Sbd, tmp_path: Path, rows: list[list[str]]
) -> None:
    out = tmp_path / "填好.xlsx"
    said = office("fill", form(tmp_path / "空表.xlsx", Blank(rows, {})), *JULY, "-o", out)
    assert (said.code, "看不出该填哪里" in said.err, out.exists()) == (5, True, False)


def test_a_sum_that_the_rows_do_not_come_to_is_told_column_by_column(office: Sbd, tmp_path: Path) -> None:
    assert office("log", "need", "树要修", "--on", "2026-07-03").code == 0
    rows = [["社区", "服务次数", "收集需求", "参与人数"], ["塔沟社区"], ["文庙社区"], ["合计", "", "", "=SUM(D2:D3)"]]
    out = tmp_path / "填好.xlsx"
    said = office("fill", form(tmp_path / "空表.xlsx", Blank(rows, {})), *JULY, "-o", out, "--format", "json")
    told = {row["heading"]: row["left"] for row in said.json()}
    assert "各行加起来是 1，全部是 2" in told["C4 合计"]
    assert "各行加起来是 3，全部是 2，同一个人或单位只计一次" in told["D4 合计"]
    assert {at: value for at, value in cells(out).items() if at[1] == "4"} == {
        "A4": "合计",
        "B4": 2,
        "D4": "=SUM(D2:D3)",
    }


def test_each_cell_that_was_left_is_named(office: Sbd, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["2026年6月统计表"],
        ["填报日期：　　年　月　日"],
        ["社区", "服务次数", "解决率"],
        ["塔沟社区", 9],
        ["文庙社区"],
    ]
    blank = form(tmp_path / "空表.xlsx", Blank(rows, {}, ["A1:C1", "A2:C2"]))
    said = office("fill", blank, *JULY, "-o", tmp_path / "填好.xlsx", "--format", "json")
    told = {row["heading"]: (row["measure"], row["cells"], row["left"]) for row in said.json()}
    assert told["服务次数"] == ("services", 1, "B4 已有内容")
    assert told["解决率"] == ("rate", 1, "C5 没有这个数")
    assert told["标题"][2] == "标题写的是 2026年6月，填的是2026年7月1日至7月31日的数，请核对"
    assert any(heading.startswith("A2 填报日期：") for heading in told)


def test_days_between_two_dates_are_those_of_the_report(office: Sbd, tmp_path: Path) -> None:
    blank = form(tmp_path / "空表.xlsx", FORMS["one line for all"])
    days = ("--from", "2026-06-01", "--to", "2026-07-02")
    assert office("fill", blank, *days, "-o", tmp_path / "填好.xlsx").code == 0
    (row,) = office("report", *days, "--format", "json").json()["rows"]
    names = ("services", "served", "resolved", "volunteers", "hours")
    assert [cells(tmp_path / "填好.xlsx")[f"{at}3"] for at in "ABCDE"] == [row[name] for name in names]
    assert [row["services"], row["served"]] == [2, 38]


class TestWhatWasSaidOfAHeading:
    """A figure that somebody named holds for forms of the same shape, and for no other."""

    ROWS = (["社区", "服务次数", "惠及群众", "走访次数"], ["塔沟社区"])

    @pytest.fixture
    def learnt(self, office: Sbd, tmp_path: Path) -> Sbd:
        said = office(
            "fill", self.made(tmp_path, *self.ROWS), "--map", "served=惠及群众", *JULY, "-o", tmp_path / "0.xlsx"
        )
        assert said.code == 0
        return office

    @staticmethod
    def made(folder: Path, *rows: list[str]) -> Path:
        return form(folder / "空表.xlsx", Blank(rows, {}))

    def test_it_holds_for_the_next_month(self, learnt: Sbd, tmp_path: Path) -> None:
        assert learnt("fill", self.made(tmp_path, *self.ROWS), *JULY, "-o", tmp_path / "1.xlsx").code == 0
        assert cells(tmp_path / "1.xlsx")["C2"] == 30

    def test_it_does_not_hold_for_another_form(self, learnt: Sbd, tmp_path: Path) -> None:
        other = self.made(tmp_path, ["单位", "惠及群众", "解决问题", "活动次数", "备注"], ["承德医学院"])
        assert learnt("fill", other, *JULY, "-o", tmp_path / "1.xlsx").code == 0
        assert "B2" not in cells(tmp_path / "1.xlsx")

    @pytest.mark.parametrize(
        ("heads", "where"),
        [
            (["社区", "惠及群众", "服务次数", "走访次数"], "原来是第 3 个表头，现在是第 2 个"),
            (["社区", "服务次数", "群众", "走访次数"], "现在没有了"),
        ],
    )
    def test_a_heading_that_moved_or_went_is_refused_until_it_is_named_anew(
        self, learnt: Sbd, tmp_path: Path, heads: list[str], where: str
    ) -> None:
        blank, out = self.made(tmp_path, heads, ["塔沟社区"]), tmp_path / "1.xlsx"
        said = learnt("fill", blank, *JULY, "-o", out)
        assert (said.code, where in said.err, out.exists()) == (5, True, False)
        again = "served=惠及群众" if "惠及群众" in heads else "served=群众"
        for words in (("--map", again), ()):
            assert learnt("fill", blank, *words, *JULY, "-o", out).code == 0
            assert 30 in cells(out).values()

    def test_a_column_can_be_left_alone_for_good(self, learnt: Sbd, tmp_path: Path) -> None:
        shorter = self.made(tmp_path, ["社区", "服务次数", "走访次数", "备注"], ["塔沟社区"])
        assert learnt("fill", shorter, *JULY, "-o", tmp_path / "1.xlsx").code == 5
        skips = ("--map", "skip=惠及群众", "--map", "skip=走访次数")
        for words in (skips, ()):
            assert learnt("fill", shorter, *words, *JULY, "-o", tmp_path / "1.xlsx").code == 0
            assert {"B2", "C2"} & cells(tmp_path / "1.xlsx").keys() == {"B2"}


class TestTheFileItself:
    """What is in the file beside the filled cells."""

    def test_charts_and_what_nobody_knows_stay_byte_for_byte(self, office: Sbd, tmp_path: Path) -> None:
        blank = form(tmp_path / "空表.xlsx", FORMS["a line for each community"])
        book = openpyxl.load_workbook(blank)
        chart = BarChart()
        chart.add_data(Reference(book.worksheets[0], min_col=3, min_row=2, max_row=4), titles_from_data=True)
        book.worksheets[0].add_chart(chart, "H2")
        del book["说明"]
        book.save(blank)
        blank = reworked(blank, lambda name, data: data + (b"<!-- WPS -->" if name.endswith("styles.xml") else b""))
        assert office("fill", blank, *JULY, "-o", tmp_path / "填好.xlsx").code == 0
        with zipfile.ZipFile(blank) as one, zipfile.ZipFile(tmp_path / "填好.xlsx") as other:
            assert [info.filename for info in one.infolist()] == [info.filename for info in other.infolist()]
            changed = [name for name in one.namelist() if one.read(name) != other.read(name)]
        assert changed == ["xl/worksheets/sheet1.xml"]  # without a formula nothing is to be reckoned either

    def test_rows_that_the_file_does_not_hold_are_put_in(self, office: Sbd, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet["B2"], sheet["C2"], sheet["B6"] = "社区", "服务次数", "注：按次计"
        book.save(tmp_path / "空表.xlsx")
        assert office("fill", tmp_path / "空表.xlsx", *JULY, "-o", tmp_path / "填好.xlsx").code == 0
        rows = re.findall(rb'<row r="(\d+)"', part(tmp_path / "填好.xlsx"))
        assert rows == [b"2", b"3", b"4", b"6"]
        read = CalamineWorkbook.from_path(str(tmp_path / "填好.xlsx")).get_sheet_by_index(0).to_python()
        assert [row[-2:] for row in read][-5:-2] == [["社区", "服务次数"], ["塔沟社区", 1], ["文庙社区", 1]]

    def test_a_sheet_says_how_far_it_reaches_now(self, office: Sbd, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.worksheets[0].append(["服务次数", "服务群众人次"])
        book.save(tmp_path / "空表.xlsx")
        assert office("fill", tmp_path / "空表.xlsx", *JULY, "-o", tmp_path / "填好.xlsx").code == 0
        assert b'<dimension ref="A1:B2"' in part(tmp_path / "填好.xlsx")
        loaded = openpyxl.load_workbook(tmp_path / "填好.xlsx", read_only=True)
        assert [cell.value for cell in list(loaded.worksheets[0].iter_rows())[1]] == [2, 42]
        loaded.close()

    def test_cells_of_one_formula_over_several_are_formulas(self, office: Sbd, tmp_path: Path) -> None:
        blank = form(tmp_path / "空表.xlsx", Blank([["社区", "服务次数", "服务人次"], ["塔沟社区"], ["文庙社区"]], {}))
        book = openpyxl.load_workbook(blank)
        book.worksheets[0]["C2"] = ArrayFormula("C2:C3", "=B2:B3*10")
        book.save(blank)
        assert office("fill", blank, *JULY, "-o", tmp_path / "填好.xlsx").code == 0
        assert {"B2": 1, "B3": 1}.items() <= cells(tmp_path / "填好.xlsx").items()
        assert "C3" not in cells(tmp_path / "填好.xlsx")

    def test_results_of_formulas_go_but_pictures_in_cells_stay(self, office: Sbd, tmp_path: Path) -> None:
        rows = [["社区", "服务次数", "照片"], ["塔沟社区", "", '=DISPIMG("ID_AB",1)'], ["合计", "=SUM(B2:B2)"]]
        blank = form(tmp_path / "空表.xlsx", Blank(rows, {}))
        blank = reworked(
            blank, lambda _, data: re.sub(rb"</f><v\s*/>", b"</f><v>0</v>", data.replace(b"<v></v>", b"<v />"))
        )
        assert part(blank).count(b"<v>0</v>") == 2
        assert office("fill", blank, *JULY, "-o", tmp_path / "填好.xlsx").code == 0
        assert part(tmp_path / "填好.xlsx").count(b"<v>0</v>") == 1
        assert b'fullCalcOnLoad="1"' in part(tmp_path / "填好.xlsx", "xl/workbook.xml")

    def test_a_day_is_a_day_where_its_cell_is_dressed_for_one(self, office: Sbd, tmp_path: Path) -> None:
        blank = form(tmp_path / "空表.xlsx", Blank([["活动名称", "活动日期", "备注"], [""], [""]], {}))
        book = openpyxl.load_workbook(blank)
        book.worksheets[0]["B2"].number_format = 'yyyy"年"m"月"d"日"'
        book.save(blank)
        assert office("fill", blank, *JULY, "-o", tmp_path / "填好.xlsx").code == 0
        sheet = openpyxl.load_workbook(tmp_path / "填好.xlsx").worksheets[0]
        assert (f"{sheet['B2'].value:%Y-%m-%d}", sheet["B3"].value) == ("2026-07-02", "2026-07-10")

    def test_text_is_never_a_formula_nor_a_code(self, office: Sbd, tmp_path: Path) -> None:
        for title in ("@甲", "+乙", "-丙", "_x0041_丁<&>"):
            assert office("log", "activity", "--date", "2026-05-02", "--", title).code == 0
        blank = form(tmp_path / "空表.xlsx", Blank([["活动名称", "活动日期"], [""], [""], [""], [""]], {}))
        assert office("fill", blank, "--month", "2026-05", "-o", tmp_path / "填好.xlsx").code == 0
        read = CalamineWorkbook.from_path(str(tmp_path / "填好.xlsx")).get_sheet_by_index(0).to_python()
        assert [row[0] for row in read[1:5]] == ["@甲", "+乙", "-丙", "_x0041_丁<&>"]
        assert re.search(rb"<f[ >/]", part(tmp_path / "填好.xlsx")) is None

    def test_a_form_with_macros_keeps_its_kind(self, office: Sbd, tmp_path: Path) -> None:
        def macros(name: str, data: bytes) -> bytes:
            return (
                data.replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")
                if name[0] == "["
                else data
            )

        blank = reworked(form(tmp_path / "空表.xlsx", FORMS["one line for all"]), macros)
        said = office("fill", blank, *JULY, "-o", tmp_path / "填好.xlsx")
        assert (said.code, ".xlsm" in said.err) == (2, True)
        assert office("fill", blank, *JULY, "-o", tmp_path / "填好.xlsm").code == 0

    def test_a_template_is_refused(self, office: Sbd, tmp_path: Path) -> None:
        def template(name: str, data: bytes) -> bytes:
            return data.replace(b"spreadsheetml.sheet.main", b"spreadsheetml.template.main") if name[0] == "[" else data

        blank = reworked(form(tmp_path / "空表.xlsx", FORMS["one line for all"]), template)
        said = office("fill", blank, *JULY, "-o", tmp_path / "填好.xlsx")
        assert (said.code, "是模板" in said.err) == (6, True)

    def test_a_sheet_in_a_rare_encoding_is_refused(self, office: Sbd, tmp_path: Path) -> None:
        def foreign(name: str, data: bytes) -> bytes:
            return data.decode().encode("utf-16") if name.endswith("sheet1.xml") else data

        blank = reworked(form(tmp_path / "空表.xlsx", FORMS["one line for all"]), foreign)
        said = office("fill", blank, *JULY, "-o", tmp_path / "填好.xlsx")
        assert (said.code, "Traceback" in said.err) == (6, False)

    def test_a_folder_that_is_not_there_is_told(self, office: Sbd, tmp_path: Path) -> None:
        blank = form(tmp_path / "空表.xlsx", FORMS["one line for all"])
        assert office("fill", blank, *JULY, "-o", tmp_path / "没有" / "填好.xlsx").code == 6
        assert office("fill", blank, *JULY, "--sheet", "没有", "-o", tmp_path / "填好.xlsx").code == 6


def test_a_row_of_a_place_is_what_the_report_of_that_place_says(office: Sbd, tmp_path: Path) -> None:
    for words in (
        "add place 名称=第一网格 级别=网格 上级=塔沟社区",
        "log activity 巡逻 --date 2026-07-20 --place 第一网格 --served 5 --hours 1 --people 李四",
        "log activity 全街道清扫 --date 2026-07-21 --place 石洞子沟街道 --served 100",
        "log activity 没写社区 --date 2026-07-22 --served 1000",
    ):
        assert office(*words.split()).code == 0
    names = ("services", "served", "resolved", "volunteers", "participations", "hours")
    heads = ["地点", "服务次数", "服务群众人次", "解决问题", "参与人数", "志愿者人次", "服务时长"]
    places = ("塔沟社区", "第一网格", "石洞子沟街道", "文庙社区")
    out = tmp_path / "填好.xlsx"
    blank = form(tmp_path / "空表.xlsx", Blank([heads, *([place] for place in places)], {}))
    assert office("fill", blank, *JULY, "-o", out).code == 0
    for row, place in enumerate(places, 2):
        (figures,) = office("report", *JULY, "--place", place, "--format", "json").json()["rows"]
        assert [cells(out)[f"{at}{row}"] for at in "BCDEFG"] == [figures[name] for name in names]
    assert [cells(out)[f"C{row}"] for row in range(2, 6)] == [35, 5, 147, 12]  # by hand: 30+5; 5; 30+12+5+100; 12
