"""The .xlsx files sbd writes: what is in them, how they print, and what they never contain."""

from __future__ import annotations

import gc
import hashlib
import os
import re
import subprocess
import sys
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from conftest import ROOT
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.output.xlsx.template import BlankColumn, render_template
from shuangbaodao_cli.output.xlsx.workbook import render_workbook
from shuangbaodao_cli.values.text import display_width, pad

COLUMNS = (
    Column("community", "社区"),
    Column("community_id", "社区编号", "code", hidden=True),
    Column("served", "服务群众", "count", "人次"),
    Column("minutes", "服务时长", "hours", "小时"),
)
MONTHLY = Table(
    "服务情况统计表",
    COLUMNS,
    [["文庙社区", "C1", 1277, 95], ["西大街社区", "C2", None, 0]],
    totals=["合计", None, 1277, 95],
    subtitle="填报单位：文庙社区　　期间：2026年7月",
    notes=("人次为累计数。", "时长舍去不足0.1小时的部分。"),
)
HOSTILE = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=_xlfn.DISPIMG("ID_1",1)',
    "{=SUM(A1:A9)}",
    "#N/A",
    "#REF!",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "'=1",
    "TRUE",
    "https://example.org",
    "<r><t>1</t></r>",
)


def opened(data: bytes) -> Any:
    """The first sheet, as openpyxl reads it."""
    return load_workbook(BytesIO(data)).worksheets[0]


def seen(data: bytes, sheet: int = 0) -> list[list[Any]]:
    """The cells of a sheet, as calamine reads them."""
    return CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(sheet).to_python()


def part(data: bytes, name: str) -> str:
    return ZipFile(BytesIO(data)).read(name).decode()


def parts(data: bytes, pattern: str) -> list[str]:
    names = ZipFile(BytesIO(data)).namelist()
    return [re.sub("<(/?)(?:c|a|xdr):", r"<\1", part(data, name)) for name in names if re.fullmatch(pattern, name)]


def one(value: object, kind: Any = "text") -> Any:
    """The one data cell of a sheet that holds this value."""
    return opened(render_workbook([Table("表", [Column("a", "列", kind)], [(value,)])])).cell(3, 1)


def test_a_sheet_reads_from_title_to_notes_and_leaves_hidden_columns_out() -> None:
    assert seen(render_workbook([MONTHLY])) == [
        ["服务情况统计表", "", ""],
        ["填报单位：文庙社区　　期间：2026年7月", "", ""],
        ["社区", "服务群众", "服务时长（小时）"],
        ["文庙社区", 1277.0, 1.5],
        ["西大街社区", "", 0.0],
        ["合计", 1277.0, 1.5],
        ["注：1. 人次为累计数。", "", ""],
        ["　　2. 时长舍去不足0.1小时的部分。", "", ""],
    ]


def test_the_unit_is_not_said_twice() -> None:
    columns = [Column("a", "服务小时", "hours", "小时")]
    assert seen(render_workbook([Table("表", columns, [[60]])]))[1] == ["服务小时"]


def test_a_stored_value_is_written_by_the_name_a_person_reads() -> None:
    columns = [
        Column("kind", "类别", labels={"community": "社区"}),
        Column("served", "已服务", labels={True: "是", False: "否"}),
    ]
    rows: list[Any] = [["community", True], [None, None], ["其他", 0]]
    assert seen(render_workbook([Table("表", columns, rows)]))[2:] == [
        ["社区", "是"],
        ["", ""],
        ["其他", "否"],
    ]


def test_a_single_note_has_no_number_and_nothing_has_no_total() -> None:
    table = Table("表", [Column("a", "列")], [], totals=["合计"], notes=["口径。"])
    assert seen(render_workbook([table])) == [["表"], ["列"], ["注：口径。"]]


def test_without_a_subtitle_the_header_moves_up() -> None:
    data = render_workbook([Table("表", [Column("a", "列")], [["甲"]])])
    assert seen(data) == [["表"], ["列"], ["甲"]]
    assert opened(data).freeze_panes == "A3"


def test_title_subtitle_and_notes_span_the_table_and_it_prints_on_a4_landscape() -> None:
    sheet = opened(render_workbook([MONTHLY]))
    assert {str(each) for each in sheet.merged_cells.ranges} == {
        "A1:C1",
        "A2:C2",
        "A7:C7",
        "A8:C8",
    }
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_options.horizontalCentered
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"


def test_every_cell_of_the_table_is_ruled_and_nothing_else_is() -> None:
    sheet = opened(render_workbook([MONTHLY]))
    ruled = [[cell.border.left.style for cell in row] for row in sheet["A1:C8"]]
    assert ruled == [[None] * 3] * 2 + [["thin"] * 3] * 4 + [[None] * 3] * 2
    bold = [sheet.cell(row, 1).font.b for row in range(1, 9)]
    assert bold == [True, False, True, False, False, True, False, False]
    assert (sheet["A1"].font.sz, sheet["A7"].font.sz) == (16, 9)


@pytest.mark.parametrize(
    ("kind", "given", "value", "shape"),
    [
        ("text", "文庙社区", "文庙社区", "General"),
        ("text", 7, "7", "General"),
        ("code", "00123", "00123", "@"),
        ("code", "13080219900307721X", "13080219900307721X", "@"),
        ("code", "130802199003077210", "130802199003077210", "@"),
        ("count", 12000, 12000, "#,##0"),
        ("count", "30余", "30余", "#,##0"),
        ("count", 130802199003077210, "130802199003077210", "#,##0"),
        ("decimal", float("inf"), "inf", "0.0"),
        ("hours", 95, 1.5, "0.0"),
        ("hours", 119, 1.9, "0.0"),
        ("hours", 5, 0, "0.0"),
        ("hours", 60 * 1330 + 6, 1330.1, "0.0"),
        ("date", "2026-07-18", datetime.fromisoformat("2026-07-18"), 'yyyy"年"m"月"d"日"'),
        ("date", "1998-10", "1998-10", 'yyyy"年"m"月"d"日"'),
        ("date", "2026-02-30", "2026-02-30", 'yyyy"年"m"月"d"日"'),
        ("date", "20260718", "20260718", 'yyyy"年"m"月"d"日"'),
        ("date", "1899-12-31", "1899-12-31", 'yyyy"年"m"月"d"日"'),
        ("text", None, None, "General"),
        ("text", "", None, "General"),
    ],
)
def test_a_value_stands_in_its_cell_by_its_kind(kind: str, given: object, value: object, shape: str) -> None:
    cell = one(given, kind)
    assert (cell.value, cell.number_format) == (value, shape)
    assert cell.border.bottom.style == "thin"


def test_an_empty_cell_does_not_keep_the_value_above_it() -> None:
    columns = [Column("a", "甲"), Column("b", "乙", "count"), Column("c", "丙", "date")]
    rows: list[Any] = [["一", 1, "2026-07-18"], [None, None, None], ["三", "若干", "1998-10"]]
    assert seen(render_workbook([Table("表", columns, rows)]))[2:] == [
        ["一", 1.0, date.fromisoformat("2026-07-18")],
        ["", "", ""],
        ["三", "若干", "1998-10"],
    ]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["text", "code", "count", "hours", "date"])
def test_no_text_becomes_a_formula_an_error_or_a_link(text: str, kind: Any) -> None:
    table = Table(text, [Column("a", text, kind), Column("b", "乙")], [[text, 1]], [text, 1], text, [text])
    data = render_workbook([table])
    (sheet,) = parts(data, r"xl/worksheets/sheet\d+\.xml")
    assert not re.search(r"<f[ />]", sheet)
    assert "hyperlink" not in sheet
    cells = [opened(data).cell(row, 1) for row in range(1, 7)]
    texts = [*[text] * 5, f"注：{text}"]
    assert [(cell.value, cell.data_type) for cell in cells] == [(each, "s") for each in texts]
    assert [row[0] for row in seen(data)] == texts


def test_what_xml_forbids_is_made_visible_and_the_rest_is_kept() -> None:
    forbidden: Any = "李\x1b[31m四\x00\ufffe\ud800"
    table = Table(forbidden, [Column("a", forbidden)], [[forbidden]], notes=[forbidden])
    data = render_workbook([table])
    assert [row[0] for row in seen(data)] == ["李␛[31m四␛␛␛"] * 3 + ["注：李␛[31m四␛␛␛"]
    kept = "䶮\ue863𡈼󠄁 <b>&amp;\n第二行"
    assert one(kept).value == kept


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("text", "fits"), [("长" * 32767, True), ("长" * 32768, False)])
def test_a_text_excel_would_cut_is_refused_by_the_name_of_its_cell(text: str, *, fits: bool) -> None:
    table = Table("台账", [Column("a", "甲"), Column("b", "乙")], [["一", "二"], ["三", text]])
    if fits:
        assert seen(render_workbook([table]))[3][1] == text
    else:
        with pytest.raises(ValueError, match="台账!B4"):
            render_workbook([table])
        gc.collect()  # a file left open would complain here


def test_a_table_longer_than_a_sheet_is_refused_and_says_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"“长表”有 1048576 行.*\.csv"):
        render_workbook([Table("长表", [Column("a", "甲")], [("一",)] * 1_048_576)])


def test_excel_counts_a_rare_character_as_two() -> None:
    assert one("𡈼" * 16383).value == "𡈼" * 16383
    with pytest.raises(ValueError, match="表!A3"):
        one("𡈼" * 16384)


def test_sheet_names_are_ones_excel_accepts() -> None:
    titles = [
        "月报/季报",
        "月报季报",
        r"\?*[]:'" + '"',
        "",
        "统" * 40,
        "统" * 40,
        "History",
        "Abc",
        "aBC",
        "甲\t乙\n",
        "𡈼" * 20,
    ]
    data = render_workbook([Table(title, [Column("a", "列")], []) for title in titles])
    assert CalamineWorkbook.from_filelike(BytesIO(data)).sheet_names == [
        "月报季报",
        "月报季报(2)",
        "表",
        "表(2)",
        "统" * 31,
        "统" * 28 + "(2)",
        "History(2)",
        "Abc",
        "aBC(2)",
        "甲乙",
        "𡈼" * 15,
    ]


def test_columns_are_as_wide_as_their_text_up_to_a_limit_and_rows_high_enough() -> None:
    columns = [Column("a", "编号", "code"), Column("b", "单位"), Column("c", "说明")]
    rows = [
        ["P1", "承德医学院附属医院", "急" * 60],
        ["P2", "公安局", "一\n二\n三"],
        ["P3", "x", "y"],
    ]
    sheet = opened(render_workbook([Table("表", columns, rows)]))
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert widths[0] < widths[1] < widths[2]
    assert widths[1] >= 2 * len("承德医学院附属医院")
    assert widths[2] == 40
    assert sheet["C3"].alignment.wrap_text
    heights = [sheet.row_dimensions[row].height for row in (3, 4, 5)]
    assert heights[0] >= 4 * 15  # 120 cells in a column of 40 are more than three lines
    assert 3 * 15 <= heights[1] < heights[0]
    assert heights[2] == 20.25  # 27 pixels


def test_headings_wrap_before_a_wide_table_is_shrunk() -> None:
    columns = [Column(str(index), "服务群众人次", "count") for index in range(13)]
    sheet = opened(render_workbook([Table("表", columns, [[1] * 13])]))
    assert sum(each.width for each in sheet.column_dimensions.values()) <= 132
    assert sheet.row_dimensions[2].height >= 2 * 15


def test_a_table_too_wide_for_the_page_keeps_its_columns_readable() -> None:
    columns = [Column(str(index), "列") for index in range(30)]
    sheet = opened(render_workbook([Table("表", columns, [["甲"] * 30])]))
    assert sheet.column_dimensions["A"].width == 8


def test_headings_wrap_before_the_text_below_them_does() -> None:
    columns = [Column("note", "说明"), *(Column(str(index), "服务群众人次", "count") for index in range(12))]
    sheet = opened(render_workbook([Table("表", columns, [["群众反映问题已经解决" * 2, *[1] * 12]])]))
    assert sheet.column_dimensions["A"].width == 40
    assert sheet.column_dimensions["B"].width == 10


def test_chinese_text_wraps_before_a_wide_table_is_shrunk_but_numbers_do_not() -> None:
    columns = [Column("id", "号", "code"), *(Column(str(index), "说明") for index in range(8))]
    rows = [["13080219900307721X", *["群众反映问题已经解决"] * 8]]
    sheet = opened(render_workbook([Table("表", columns, rows)]))
    assert sum(each.width for each in sheet.column_dimensions.values()) <= 132 * 1.3
    assert sheet.column_dimensions["A"].width > 18
    assert sheet.row_dimensions[3].height >= 2 * 15


def test_a_long_note_gets_the_lines_it_needs() -> None:
    table = Table("表", [Column("a", "列")], [["甲"]], notes=["短。", "长" * 200])
    sheet = opened(render_workbook([table]))
    assert sheet.row_dimensions[5].height > 3 * sheet.row_dimensions[4].height - 20


def test_one_sheet_for_each_table_in_order() -> None:
    second = Table("名单", [Column("a", "姓名")], [["张三"]])
    data = render_workbook([MONTHLY, second])
    assert seen(data, 0)[0][0] == "服务情况统计表"
    assert seen(data, 1) == [["名单"], ["姓名"], ["张三"]]


TREND = Table(
    "服务趋势",
    [
        Column("month", "月份"),
        Column("unit_id", "单位编号", "code", hidden=True),
        Column("services", "服务次数", "count"),
        Column("place", "地点"),
        Column("minutes", "服务时长", "hours", "小时"),
    ],
    [["2026-06", "U1", 12, "文庙", 95], ["2026-07", "U1", None, "文庙", 60]],
    totals=["合计", None, 12, None, 155],
    notes=["注。"],
    chart="trend",
)


def test_a_trend_has_a_chart_of_each_number_over_the_first_column_without_the_total() -> None:
    services, minutes = parts(render_workbook([TREND]), r"xl/charts/chart\d+\.xml")
    assert "服务次数" in services
    assert re.findall(r"<f>(.*?)</f>", services) == ["服务趋势!$A$3:$A$4", "服务趋势!$B$3:$B$4"]
    assert re.findall(r"<v>(.*?)</v>", services) == ["2026-06", "2026-07", "12"]
    assert "服务时长（小时）" in minutes
    assert re.findall(r"<f>(.*?)</f>", minutes) == ["服务趋势!$A$3:$A$4", "服务趋势!$D$3:$D$4"]
    assert re.findall(r"<v>(.*?)</v>", minutes) == ["2026-06", "2026-07", "1.5", "1.0"]


def test_the_first_column_is_charted_over_even_when_it_counts() -> None:
    columns = [Column("floor", "楼层", "count"), Column("a", "服务次数", "count")]
    (chart,) = parts(render_workbook([Table("楼", columns, [[1, 5]], chart="trend")]), r"xl/charts/.*xml")
    assert re.findall(r"<f>(.*?)</f>", chart) == ["楼!$A$3", "楼!$B$3"]


def test_charts_stand_below_the_notes_and_as_wide_as_the_table() -> None:
    (drawing,) = parts(render_workbook([TREND]), r"xl/drawings/drawing\d+\.xml")
    rows = [int(row) for row in re.findall(r"<row>(\d+)<", drawing)]
    columns = [int(column) for column in re.findall(r"<col>(\d+)<", drawing)]
    assert rows[0] == 7  # counted from 0: the note is row 6, one row stays free
    assert rows[1] < rows[2] < rows[3]
    assert columns == [0, 4, 0, 4]


def test_charts_that_do_not_fit_under_the_table_begin_a_page() -> None:
    columns = [Column("month", "月份"), *(Column(str(n), f"数{n}", "count") for n in range(4))]
    long = Table("趋势", columns, [[f"{n}月", 1, 2, 3, 4] for n in range(1, 13)], chart="trend")
    sheet = opened(render_workbook([long]))
    assert [each.id for each in sheet.row_breaks.brk] == [14, 38]  # before the 1st and the 4th
    assert opened(render_workbook([TREND])).row_breaks.brk == []


@pytest.mark.parametrize(
    "table",
    [
        MONTHLY,
        Table("空", TREND.columns, [], chart="trend"),
        Table("无数", [Column("a", "甲"), Column("b", "乙")], [["一", "二"]], chart="trend"),
    ],
)
def test_no_chart_where_none_is_asked_for_or_there_are_no_numbers(table: Table) -> None:
    assert parts(render_workbook([table]), r"xl/charts/.*") == []


def test_hostile_names_pass_through_a_chart() -> None:
    rows: list[Any] = [["=1+1", 1], ["\x1b]0;x\x07", "30余"]]
    columns = [Column("a", "甲"), Column("b", "<乙>\x00", "count")]
    (chart,) = parts(render_workbook([Table("'=A1'!", columns, rows, chart="trend")]), r"xl/charts/.*xml")
    assert re.findall(r"<v>(.*?)</v>", chart) == ["=1+1", "␛]0;x␛", "1"]
    assert "&lt;乙&gt;␛" in chart


PERSONS = (
    BlankColumn("姓名", required=True, hint="与身份证一致"),
    BlankColumn("身份证号", "code", required=True),
    BlankColumn("性别", options=("男", "女")),
    BlankColumn("民族", options=tuple(f"第{index:02}个民族" for index in range(56))),
    BlankColumn("特长", options=("义诊,急救", "理发"), hint="可多填"),
    BlankColumn("报到日期", "date"),
    BlankColumn("时长", "hours"),
    BlankColumn("家庭人口", "count"),
)
EXAMPLE = ("张三", "13080219900307721X", "男", "第01个民族", "理发", "2026-07-18", 150, 3)


def test_a_blank_has_one_example_row_that_says_so_and_nothing_below() -> None:
    rows = seen(render_template("党员登记表", PERSONS, EXAMPLE))
    assert rows[0][0] == "党员登记表"
    assert [word for word in ("填报单位（盖章）：", "填报人：", "填报日期：") if word in rows[1][0]] == [
        "填报单位（盖章）：",
        "填报人：",
        "填报日期：",
    ]
    assert "示例" in rows[2][0]
    assert rows[3] == [*("序号", "*姓名", "*身份证号", "性别", "民族", "特长", "报到日期", "时长", "家庭人口")]
    day = date.fromisoformat("2026-07-18")
    assert rows[4] == [*("示例", "张三", "13080219900307721X", "男", "第01个民族", "理发", day, 2.5, 3.0)]
    assert [cell for row in rows[5:] for cell in row if cell != ""] == []


def test_a_blank_is_preformatted_for_500_rows() -> None:
    sheet = opened(render_template("党员登记表", PERSONS, EXAMPLE))
    shapes = ["@", "@", "@", "@", "@", "@", 'yyyy"年"m"月"d"日"', "0.0", "#,##0"]
    for row in (5, 6, 505):
        assert [sheet.cell(row, column).number_format for column in range(1, 10)] == shapes
    assert sheet.max_row == 505
    assert (sheet["B5"].font.i, sheet["B6"].font.i) == (True, False)
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize(("columns", "ruled"), [(6, 16), (20, 35)])
def test_the_empty_rows_of_a_blank_are_ruled_to_the_end_of_the_page(columns: int, ruled: int) -> None:
    asked = [BlankColumn(f"第{index}项内容") for index in range(columns)]
    sheet = opened(render_template("表", asked, ["填写内容"] * columns))
    lines = [sheet.cell(row, 1).border.left.style for row in range(6, 506)]
    assert lines == ["thin"] * ruled + [None] * (500 - ruled)
    (rest,) = sheet.conditional_formatting
    assert str(rest.sqref).startswith(f"A{6 + ruled}:")
    assert rest.rules[0].dxf.border.left.style == "thin"


def test_required_headings_have_a_colour_of_their_own() -> None:
    sheet = opened(render_template("党员登记表", PERSONS, EXAMPLE))
    colours = [sheet.cell(4, column).fill.fgColor.rgb for column in range(1, 10)]
    assert colours[1] == colours[2] != colours[3]
    assert len(set(colours[3:])) == 1


def test_a_blank_offers_its_options_and_prompts() -> None:
    data = render_template("党员登记表", PERSONS, EXAMPLE)
    rules = opened(data).data_validations.dataValidation
    assert [(str(rule.sqref), rule.type, rule.formula1, rule.prompt) for rule in rules] == [
        ("B6:B505", None, None, "与身份证一致"),
        ("D6:D505", "list", '"男,女"', None),
        ("E6:E505", "list", "选项!$A$2:$A$57", None),
        ("F6:F505", "list", "选项!$B$2:$B$3", "可多填"),
    ]
    assert load_workbook(BytesIO(data))["选项"].sheet_state == "hidden"
    options = seen(data, 1)
    assert options[0] == ["民族", "特长"]
    assert [row[0] for row in options[1:]] == [f"第{index:02}个民族" for index in range(56)]
    assert [row[1] for row in options[1:4]] == ["义诊,急救", "理发", ""]


@pytest.mark.parametrize(
    ("options", "sheets"),
    [
        (("一" * 127, "二" * 127), 1),
        (("一" * 127, "二" * 128), 2),
        (('带"引号"', "乙"), 2),
        (("\x1b", "乙"), 2),
        ((), 1),
    ],
)
def test_only_options_that_fit_stand_in_place(options: tuple[str, ...], sheets: int) -> None:
    book = load_workbook(BytesIO(render_template("表", [BlankColumn("甲", options=options)], [None])))
    assert len(book.sheetnames) == sheets


def test_a_blank_called_like_its_options_sheet_keeps_its_name() -> None:
    column = BlankColumn("甲", options=("一,二", "三"))
    data = render_template("选项", [column], ["三"])
    assert load_workbook(BytesIO(data)).sheetnames == ["选项", "选项(2)"]
    assert opened(data).data_validations.dataValidation[0].formula1 == "'选项(2)'!$A$2:$A$3"


def test_hostile_text_in_a_blank_stays_text() -> None:
    column = BlankColumn("=1+1", options=("=2+2", "a,b"), hint="长" * 300 + "\x1b")
    data = render_template("=3+3", [column], ["#N/A"])
    for sheet in parts(data, r"xl/worksheets/.*xml"):
        assert not re.search(r"<f[ />]", sheet)
    assert [row[1] for row in seen(data)[3:5]] == ["=1+1", "#N/A"]
    assert seen(data, 1) == [["=1+1"], ["=2+2"], ["a,b"]]
    assert opened(data).data_validations.dataValidation[0].prompt == "长" * 255


def test_an_example_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        render_template("表", [BlankColumn("甲")], [])


@pytest.mark.parametrize("data", [render_workbook([MONTHLY, TREND]), render_template("表", PERSONS, EXAMPLE)])
def test_a_file_carries_no_time_of_its_making(data: bytes) -> None:
    entries = ZipFile(BytesIO(data)).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 31, 0, 0, 0)}
    core = part(data, "docProps/core.xml")
    assert re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", core) == ["2000-01-01T00:00:00"] * 2


def test_another_process_on_another_day_line_writes_the_same_bytes() -> None:
    script = (
        "import hashlib\n"
        "from output import test_xlsx as t\n"
        "data = t.render_workbook([t.MONTHLY, t.TREND]) + t.render_template('表', t.PERSONS, t.EXAMPLE)\n"
        "print(hashlib.sha256(data).hexdigest())\n"
    )
    path = os.pathsep.join([str(ROOT / "tests"), *sys.path])
    here = render_workbook([MONTHLY, TREND]) + render_template("表", PERSONS, EXAMPLE)
    for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": path}
        done = subprocess.run([sys.executable, "-c", script], env=env, check=True, capture_output=True, text=True)
        assert done.stdout.strip() == hashlib.sha256(here).hexdigest()


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("abc", 3),
        ("文庙", 4),
        ("文a庙", 5),
        ("e\u0301", 1),
        ("零\u200b宽", 4),
        ("１２", 4),
    ],
)
def test_width_counts_wide_characters_twice_and_joining_ones_not_at_all(text: str, cells: int) -> None:
    assert display_width(text) == cells


def test_pad_fills_up_on_either_side_and_cuts_nothing() -> None:
    assert pad("文庙", 6) == "文庙  "
    assert pad("文庙", 6, align_right=True) == "  文庙"
    assert pad("文庙社区", 6) == "文庙社区"
