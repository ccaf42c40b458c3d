"""Cells of a roster: what is taken, what is said of it, what is kept with the row. Today is 31 July 2026."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from conftest import sheet
from shuangbaodao_cli.intake.files.sheet import BrokenCell, Sheet
from shuangbaodao_cli.intake.rosters.cleaning import read_roster
from shuangbaodao_cli.intake.rosters.tables import find_tables
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.problems import KINDS, Problem
from shuangbaodao_cli.values.numbers import Approx

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conftest import Sbd
    from shuangbaodao_cli.intake.rosters.roster import Roster

ID = "13080219900307001X"
ENDS_IN_NOUGHTS = ("130802199003077000", "130802199003106000", "130802198506123000")
"""Valid by GB 11643, as one in eleven rounded ones is."""


def roster(record: str, heads: Sequence[str], *rows: Sequence[Any], above: str = "", **beside: Any) -> Roster:
    """The roster of a sheet with this header and these rows; ``above`` is a title."""
    body = [list(row) for row in ([above] + [""] * (len(heads) - 1), heads, *rows)]
    [table] = find_tables(Sheet("表", body, **beside), [RECORDS[record]])
    return read_roster(table)


def person(heading: str, *cells: Any, above: str = "") -> Roster:
    names = "甲乙丙丁戊己庚辛壬癸"
    return roster(
        "person", ["姓名", heading], *((f"张{names[at]}", cell) for at, cell in enumerate(cells)), above=above
    )


def activity(heading: str, *cells: Any, above: str = "") -> Roster:
    rows = ((f"义诊{at}", "2026-07-18", cell) for at, cell in enumerate(cells, 1))
    return roster("activity", ["活动名称", "活动日期", heading], *rows, above=above)


def dated(cell: Any, above: str = "") -> Roster:
    return roster("activity", ["活动名称", "活动日期"], ["义诊", cell], above=above)


def problem_kinds(found: Roster) -> list[tuple[str, str]]:
    assert all(problem.kind in KINDS for problem in found.problems)
    return [(problem.severity, problem.kind) for problem in found.problems]


def only(found: Roster) -> Problem:
    [problem] = found.problems
    return problem


# Ids


@pytest.mark.parametrize("written", [ID.lower(), f"'{ID}", f" {ID}", "130802 19900307 001X", "13080219900307001×"])
def test_an_id_put_right_is_told_with_old_and_new(written: str) -> None:
    found = person("身份证号", written)
    assert found.columns["id_no"] == [ID]
    assert problem_kinds(found) == [("fixed", "normalized")]
    assert written in only(found).message
    assert ID in only(found).message


@pytest.mark.parametrize("cell", ["130802900307001", 130802900307001.0])
def test_an_id_of_fifteen_digits_is_taken_in_eighteen_and_told(cell: Any) -> None:
    found = person("身份证号", cell)
    assert found.columns["id_no"] == [ID]
    assert problem_kinds(found) == [("fixed", "normalized")]


def test_an_id_kept_as_a_number_is_refused_with_what_is_still_known_of_it() -> None:
    found = person("身份证号", 1.3080219900307e17)
    assert problem_kinds(found) == [("error", "id_precision_lost")]
    assert "1990年3月7日" in only(found).message
    assert "文本" in only(found).message
    assert found.rejected == {0}


@pytest.mark.parametrize("lost", [1.3080219900307e17, "130802199003071000"])
def test_an_id_ending_in_noughts_is_refused_where_its_column_lost_digits(lost: Any) -> None:
    found = person("身份证号", ID, ENDS_IN_NOUGHTS[0], lost)
    assert [problem for problem in problem_kinds(found) if problem[0] == "error"] == [
        ("error", "id_precision_lost")
    ] * 2
    assert found.rejected == {1, 2}


def test_several_ids_ending_in_noughts_are_no_chance() -> None:
    found = person("身份证号", ID, *ENDS_IN_NOUGHTS)
    assert found.rejected == {1, 2, 3}
    assert {kind for _, kind in problem_kinds(found)} == {"id_precision_lost"}


def test_one_id_ending_in_noughts_may_be_true_and_is_pointed_at() -> None:
    found = person("身份证号", ID, ENDS_IN_NOUGHTS[0], ENDS_IN_NOUGHTS[0])
    assert problem_kinds(found) == [("warning", "id_precision_lost")] * 2
    assert found.columns["id_no"][1] == ENDS_IN_NOUGHTS[0]
    assert not found.rejected


def test_an_id_without_a_number_of_its_own_is_a_rounded_one() -> None:
    """Digits 15 to 17 count the people born on a day in a place, from 001."""
    found = person("身份证号", ID, "130802199002140004")
    assert problem_kinds(found) == [("error", "id_precision_lost")]
    assert found.rejected == {1}


@pytest.mark.parametrize("written", ["130802********1234", "130802××××××××1234", "1308021990****001X"])
def test_a_masked_id_is_not_taken_but_kept_with_its_row(written: str) -> None:
    found = person("身份证号", written)
    assert problem_kinds(found) == [("warning", "id_masked")]
    assert found.columns["id_no"] == [None]
    assert found.extra["身份证号"] == [written]
    assert not found.rejected


def test_an_id_of_no_province_is_taken_and_pointed_at() -> None:
    found = person("身份证号", "160802199003070015")
    assert problem_kinds(found) == [("warning", "id_area_unknown")]
    assert found.columns["id_no"] == ["160802199003070015"]


@pytest.mark.parametrize(
    "number", ["810000199003070015", "830000199003070019", "612722197202290143", "610881197202290147"]
)
def test_residence_permits_and_abolished_counties_are_nothing_to_speak_of(number: str) -> None:
    assert person("身份证号", number).problems == []


# Telephones


@pytest.mark.parametrize(
    ("cell", "number"), [(1.38e10, "13800000000"), (13812345678.0, "13812345678"), ("13812345678", "13812345678")]
)
def test_a_whole_telephone_number_is_taken_without_a_word(cell: Any, number: str) -> None:
    found = person("联系电话", cell)
    assert found.columns["phone"] == [number]
    assert found.problems == []


@pytest.mark.parametrize("written", ["138-1234-5678", "13812345678.0", "+86 13812345678", "１３８１２３４５６７８"])
def test_a_telephone_number_put_right_is_told(written: str) -> None:
    found = person("联系电话", written)
    assert found.columns["phone"] == ["13812345678"]
    assert problem_kinds(found) == [("fixed", "normalized")]


def test_a_second_telephone_number_is_kept_with_its_row() -> None:
    found = person("联系电话", "13812345678/13912345678", "13712345678")
    assert found.columns["phone"] == ["13812345678", "13712345678"]
    assert found.extra == {"其他电话": ["13912345678", ""]}
    assert problem_kinds(found) == [("fixed", "phone_several")]


def test_a_telephone_number_beside_a_wrong_one_is_pointed_at() -> None:
    found = person("联系电话", "1381234567/13912345678")
    assert found.columns["phone"] == ["13912345678"]
    assert found.extra == {"其他电话": ["1381234567"]}
    assert problem_kinds(found) == [("warning", "phone_several")]


@pytest.mark.parametrize(("written", "said"), [("1.38E+10", "文本"), ("1381234567", "10位"), (1381234567.0, "10位")])
def test_a_telephone_number_that_lost_digits_is_refused(written: Any, said: str) -> None:
    found = person("联系电话", written)
    assert problem_kinds(found) == [("error", "phone_invalid")]
    assert said in only(found).message


def test_a_masked_telephone_number_is_kept_with_its_row() -> None:
    found = person("联系电话", "138****5678")
    assert problem_kinds(found) == [("warning", "phone_masked")]
    assert (found.columns["phone"], found.extra) == ([None], {"联系电话": ["138****5678"]})


# Days

JULY = "文庙社区2023年7月工作台账"


@pytest.mark.parametrize(
    ("cell", "severity", "kind"),
    [
        ("2023.7.18", "fixed", "normalized"),
        ("2023年７月１８日", "fixed", "normalized"),
        ("20230718", "fixed", "normalized"),
        (20230718.0, "fixed", "normalized"),
        (45125.0, "fixed", "normalized"),
        ("2023.7.18 9:00-11:00", "fixed", "normalized"),
        ("7月18日", "fixed", "year_assumed"),
        ("7.18", "fixed", "year_assumed"),
        (7.18, "fixed", "year_assumed"),
        ("18日", "fixed", "year_assumed"),
        ("7月18日上午", "fixed", "year_assumed"),
    ],
)
def test_a_day_read_in_its_month_is_told_with_how(cell: Any, severity: str, kind: str) -> None:
    found = dated(cell, JULY)
    assert found.columns["date"] == ["2023-07-18"]
    assert problem_kinds(found) == [(severity, kind)]
    assert "2023-07-18" in only(found).message


@pytest.mark.parametrize("cell", ["2023-07-18", date(2023, 7, 18), datetime(2023, 7, 18, 9, 30)])  # noqa: DTZ001  # a cell
def test_a_day_as_it_is_stored_is_taken_without_a_word(cell: Any) -> None:
    found = dated(cell, JULY)
    assert found.columns["date"] == ["2023-07-18"]
    assert found.problems == []


@pytest.mark.parametrize("cell", [7.1, 7.2, 7.3])
def test_a_day_as_a_number_may_have_lost_its_nought(cell: float) -> None:
    found = dated(cell, JULY)
    assert problem_kinds(found) == [("warning", "year_assumed")]
    assert f"{cell}0" in only(found).message


@pytest.mark.parametrize("cell", ["6月30日", "2023.8.1", "2022-07-18", date(2022, 7, 18)])
def test_a_day_of_another_month_than_the_title_says_is_pointed_at(cell: Any) -> None:
    assert ("warning", "date_other_month") in problem_kinds(dated(cell, JULY))


def test_a_check_in_need_not_be_in_the_month_of_the_title() -> None:
    found = roster("person", ["姓名", "报到日期"], ["张三", "2023-01-05"], above=JULY)
    assert found.problems == []


@pytest.mark.parametrize("cell", ["2023年7月", 2023.7, "1899-12-31", 2958466.0, "31日", "2026.2.30"])
def test_what_is_no_day_is_refused(cell: Any) -> None:
    found = dated(cell, "文庙社区2023年6月台账")
    assert ("error", "date_invalid") in problem_kinds(found)
    assert found.rejected == {0}


@pytest.mark.parametrize(
    ("cell", "until"),
    [("7月18-20日", "2023-07-20"), ("2023.7.18-7.20", "2023-07-20"), ("7月18日-8月2日", "2023-08-02")],
)
def test_a_range_of_days_is_an_activity_with_an_end(cell: str, until: str) -> None:
    found = dated(cell, JULY)
    assert found.columns["date"] == ["2023-07-18"]
    assert found.columns["end_date"] == [until]
    assert found.extra == {}
    assert ("fixed", "date_range") in problem_kinds(found)


def test_an_end_that_stands_there_already_is_not_overwritten() -> None:
    heads = ["活动名称", "结束日期", "活动日期"]
    found = roster("activity", heads, ["甲", "2023-07-19", "7月18-20日"], ["乙", "", "7月18-20日"], above=JULY)
    assert found.columns["end_date"] == ["2023-07-19", "2023-07-20"]
    assert [problem.cell for problem in found.problems if problem.severity == "warning"] == ["表!C3"]
    assert found.extra == {"活动日期": ["7月18-20日", ""]}


def test_where_no_field_holds_an_end_the_words_are_kept() -> None:
    found = roster("person", ["姓名", "报到日期"], ["张三", "2023年7月18日至20日"])
    assert found.columns["checkin_since"] == ["2023-07-18"]
    assert found.extra == {"报到日期": ["2023年7月18日至20日"]}
    assert problem_kinds(found) == [("warning", "date_range")]


def test_a_month_as_a_number_may_be_january_or_october() -> None:
    found = person("入党时间", 1998.1, 1998.11, "1998.10", 1998.0)
    assert found.columns["joined_party_on"] == [None, "1998-11", "1998-10", "1998"]
    assert found.extra == {"入党时间": ["1998.1", "", "", ""]}
    [doubt] = [problem for problem in found.problems if problem.severity == "warning"]
    assert doubt.kind == "date_ambiguous"
    assert "1998年1月" in doubt.message
    assert "1998年10月" in doubt.message
    assert not found.rejected


def test_a_birthday_to_come_is_refused() -> None:
    assert ("error", "date_invalid") in problem_kinds(person("出生日期", "2091-03-07"))


# Counts and durations


@pytest.mark.parametrize(("written", "count"), [("30余人", 30), ("三十余人", 30), ("十几人", 10), ("近百人", 100)])
def test_a_number_written_as_about_is_taken_and_told(written: str, count: int) -> None:
    found = activity("服务人次", written)
    assert found.columns["served"] == [Approx(count)]
    assert isinstance(found.columns["served"][0], Approx)
    assert problem_kinds(found) == [("fixed", "approximate")]


@pytest.mark.parametrize(("written", "count"), [("1.2万人次", 12000), ("1,330", 1330), ("三十人", 30), ("两百", 200)])
def test_a_number_written_out_is_told_with_what_it_became(written: str, count: int) -> None:
    found = activity("服务人次", written)
    assert found.columns["served"] == [count]
    assert problem_kinds(found) == [("fixed", "normalized")]
    assert f"“{count}”" in only(found).message


@pytest.mark.parametrize("written", ["几十人", "若干", "30-40人", 3.5])
def test_what_says_no_number_is_refused(written: Any) -> None:
    assert problem_kinds(activity("服务人次", written)) == [("error", "number_invalid")]


@pytest.mark.parametrize(
    ("heading", "cell", "minutes"),
    [
        ("服务时长", "2h", 120),
        ("服务时长", "120分钟", 120),
        ("服务时长", "14:30—16:30", 120),
        ("服务时长", "1个半小时", 90),
        ("服务时长（分钟）", "一个半小时", 90),
    ],
)
def test_a_duration_in_other_words_is_told_with_what_it_became(heading: str, cell: str, minutes: int) -> None:
    found = activity(heading, cell)
    assert found.columns["minutes"] == [minutes]
    assert problem_kinds(found) == [("fixed", "normalized")]


@pytest.mark.parametrize(("heading", "cell"), [("服务时长", 1.5), ("服务时长", "1.5"), ("服务时长(分钟)", 90.0)])
def test_a_plain_number_under_its_unit_is_taken_without_a_word(heading: str, cell: Any) -> None:
    found = activity(heading, cell)
    assert found.columns["minutes"] == [90]
    assert found.problems == []


@pytest.mark.parametrize(("cell", "minutes", "said"), [("半天", 240, "4小时"), ("一天", 480, "8小时")])
def test_half_a_day_counts_by_convention_and_is_pointed_at(cell: str, minutes: int, said: str) -> None:
    found = activity("服务时长", cell)
    assert found.columns["minutes"] == [minutes]
    assert isinstance(found.columns["minutes"][0], Approx)
    assert problem_kinds(found) == [("warning", "approximate")]
    assert said in only(found).message


def test_a_fraction_of_a_minute_is_dropped_and_told() -> None:
    found = activity("服务时长", 1.999)
    assert found.columns["minutes"] == [119]
    assert problem_kinds(found) == [("fixed", "normalized")]


def test_an_approximate_duration_is_stored_shown_and_remembered_as_such(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["活动名称", "活动日期", "服务时长", "参加人员"]
    sbd("import", sheet(tmp_path / "a.xlsx", heads, ["义诊", "2026-07-18", "半天", "张三"]), "--new")
    assert [row["minutes"] for row in sbd("list", "activity", "--format", "json").json()] == [240]
    assert (
        "约4小时"
        in sbd("edit", "activity", "1", "minutes=90", "--reason", "问过").out + sbd("show", "activity", "1").out
    )
    assert "约2小时" in sbd("log", "activity", "清扫", "--hours", "约2小时").out
    report = sbd("report", "--from", "2026-07-01", "--to", "2026-07-31")
    assert report.code in {0, 2}


def test_the_same_approximate_duration_again_changes_nothing(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["活动名称", "活动日期", "服务时长", "参加人员"]
    file = sheet(tmp_path / "a.xlsx", heads, ["义诊", "2026-07-18", "半天", "张三"])
    sbd("import", file, "--new")
    again = sbd("import", file, "--new", "--again", "--format", "json").json()["files"][0]["sheets"][0]
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)


# Names and words


@pytest.mark.parametrize("written", ["张三（组长）", "★张三", "张三*", "1.张三"])
def test_a_remark_beside_a_name_is_kept_with_its_row(written: str) -> None:
    found = roster("person", ["姓名", "联系电话"], [written, "13812345678"])
    assert found.columns["name"] == ["张三"]
    assert found.extra == {"姓名": [written]}
    assert problem_kinds(found) == [("fixed", "remark_kept")]


@pytest.mark.parametrize("name", ["张　三", "阿•买提", "䶮", "J.Smith", "王\ue863"])
def test_a_name_is_stored_as_it_is_written(name: str) -> None:
    found = roster("person", ["姓名", "联系电话"], [name, "13812345678"])
    assert found.columns["name"] == [name]
    assert found.problems == []


@pytest.mark.parametrize("written", ["123", "—", "***", "张\x00三", "张\u202e三", "张\u2066三"])
def test_what_nobody_is_called_is_refused(written: str) -> None:
    found = roster("person", ["姓名", "联系电话"], [written, "13812345678"])
    assert problem_kinds(found) == [("error", "value_invalid")]


@pytest.mark.parametrize("written", ["甲\x00局", "甲\x1b[31m局", "\u202e甲局"])
def test_control_characters_and_what_turns_writing_round_are_refused_everywhere(written: str) -> None:
    for heading in ("工作单位", "备注", "职务"):
        assert problem_kinds(person(heading, written)) == [("error", "value_invalid")]


def test_a_word_for_nothing_names_no_unit() -> None:
    found = person("工作单位", "无", "/", "甲局")
    assert found.columns["org"] == [None, None, "甲局"]
    assert problem_kinds(found) == [("fixed", "normalized")] * 2


def test_free_text_is_put_into_a_category_and_kept() -> None:
    found = activity("服务类别", "海姆立克急救培训", "卫生健康", "杂事")
    assert found.columns["category"] == ["卫生健康", "卫生健康", "其他"]
    assert found.extra == {"服务类别": ["海姆立克急救培训", "", "杂事"]}
    assert problem_kinds(found) == [("fixed", "category_guessed"), ("warning", "choice_unknown")]


# Cells without a value


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"])
@pytest.mark.parametrize("made", [str, BrokenCell])
def test_an_error_in_a_cell_refuses_its_row_with_the_remedy(error: str, made: type[str]) -> None:
    for heading in ("联系电话", "工作单位", "备注", "出生日期"):
        found = person(heading, made(error), "")
        assert problem_kinds(found) == [("error", "cell_error")]
        assert "公式" in only(found).message
        assert found.rejected == {0}


def test_a_formula_that_was_never_computed_is_no_nought() -> None:
    found = activity("服务人次", BrokenCell("=SUM(A1:A9)"))
    assert problem_kinds(found) == [("error", "formula_uncomputed")]
    assert "保存一次" in only(found).message
    assert found.columns["served"] == [None]


def test_in_a_column_that_we_do_not_know_they_are_kept_and_pointed_at() -> None:
    found = person("血型", BrokenCell("#N/A"), BrokenCell("=A1"), "A型")
    assert found.extra == {"血型": ["#N/A", "=A1", "A型"]}
    assert sorted(problem_kinds(found)) == [
        ("warning", "cell_error"),
        ("warning", "formula_uncomputed"),
        ("warning", "unknown_header"),
    ]
    assert {problem.cell for problem in found.problems} == {"表!B2", "表!B3", "表!B4"}
    assert not found.rejected


@pytest.mark.parametrize(
    "cell", ['=DISPIMG("ID_AB",1)', '=_xlfn.DISPIMG("ID_AB",1)', BrokenCell('=_xlfn.DISPIMG("ID_AB",1)')]
)
def test_a_picture_is_no_text(cell: str) -> None:
    for heading in ("备注", "联系电话"):
        found = person(heading, cell)
        assert problem_kinds(found) == [("fixed", "picture")]
    found = person("照片", cell)
    assert found.extra == {"照片": [""]}
    assert ("fixed", "picture") in problem_kinds(found)


# What stands beside and above


def test_comments_are_kept_with_their_row() -> None:
    found = roster(
        "person", ["姓名", "联系电话"], ["张三", ""], ["李四", ""], comments={(2, 1): "已搬走", (3, 0): "红色=未报到"}
    )
    assert found.extra == {"批注": ["已搬走", "红色=未报到"]}
    assert [(problem.severity, problem.kind, problem.cell) for problem in found.problems] == [
        ("warning", "comment", "表!B3"),
        ("warning", "comment", "表!A4"),
    ]


def test_what_is_said_above_holds_for_every_row_that_says_nothing_else() -> None:
    rows: list[list[Any]] = [
        ["活动时间：2023年7月18-20日　地点：文庙社区", "", ""],
        ["活动名称", "服务内容", "服务人次"],
    ]
    rows += [["义诊", "量血压", 30.0], ["义剪", "理发", 12.0]]
    [table] = find_tables(Sheet("表", rows), [RECORDS["activity"]])
    found = read_roster(table)
    assert found.columns["date"] == ["2023-07-18"] * 2
    assert found.columns["end_date"] == ["2023-07-20"] * 2
    assert found.columns["place"] == ["文庙社区"] * 2
    assert not found.rejected


def test_what_is_said_above_and_cannot_be_read_is_told_once_there() -> None:
    rows: list[list[Any]] = [
        ["活动时间：近期", "", ""],
        ["活动名称", "服务内容", "服务人次"],
        ["义诊", "", 30.0],
        ["义剪", "", 12.0],
    ]
    [table] = find_tables(Sheet("表", rows), [RECORDS["activity"]])
    found = read_roster(table)
    assert [(problem.severity, problem.cell) for problem in found.problems if problem.kind == "date_invalid"] == [
        ("warning", "表!A1")
    ]
    assert found.rejected == {0, 1}


# People counted and named


@pytest.mark.parametrize(
    ("names", "count", "wrong"),
    [
        ("张三、李四", 2, False),
        ("张三 李四，王五", 3, False),
        ("张三、李四", 3, True),
        ("张三、李四、王五", 2, True),
        ("张三、李四等6人", 6, False),
        ("张三、李四等", 1, True),
        ("张三、李四", "10余人", False),
        ("", 3, False),
    ],
)
def test_names_are_counted_against_the_head_count(names: str, count: Any, wrong: bool) -> None:  # noqa: FBT001  # a case
    found = roster("activity", ["活动名称", "活动日期", "参加人员", "参加人数"], ["甲", "2026-07-18", names, count])
    assert [problem.kind for problem in found.problems if problem.severity == "warning"] == [
        "headcount_mismatch"
    ] * wrong


# Totals

HEADS = ["活动名称", "活动日期", "服务人次", "服务时长"]


def summed(*rows: tuple[str, Any, Any]) -> list[tuple[str, str]]:
    """What is said of the totals among rows of name, count and duration: cell and message."""
    body = [[name, "" if "计" in name else "2026-07-18", count, hours] for name, count, hours in rows]
    found = roster("activity", HEADS, *body)
    return [(problem.cell, problem.message) for problem in found.problems if problem.kind == "total_mismatch"]


def test_parts_are_held_against_their_rows_and_the_whole_against_all() -> None:
    assert not summed(("甲", 1, 1), ("乙", 2, 1.5), ("小计", 3, 2.5), ("丙", 4, 1), ("小计", 4, 1), ("合计", 7, 3.5))
    [(cell, _)] = summed(("甲", 1, ""), ("小计", 1, ""), ("丙", 4, ""), ("小计", 6, ""), ("合计", 5, ""))
    assert cell == "表!C6"
    [(cell, _)] = summed(("甲", 1, ""), ("小计", 1, ""), ("丙", 4, ""), ("小计", 4, ""), ("合计", 9, ""))
    assert cell == "表!C7"


def test_a_sheet_of_several_sections_has_a_whole_for_each() -> None:
    assert not summed(("甲", 1, ""), ("合计", 1, ""), ("乙", 4, ""), ("合计", 4, ""), ("总计", 5, ""))


@pytest.mark.parametrize(
    ("printed", "wrong"), [("296件", False), ("297件", True), ("二百九十六", False), ("见附件", False)]
)
def test_a_total_in_words_is_held_too(printed: str, wrong: bool) -> None:  # noqa: FBT001  # a case
    assert bool(summed(("甲", 200, ""), ("乙", 96, ""), ("合计", printed, ""))) is wrong


@pytest.mark.parametrize("printed", [BrokenCell("#REF!"), BrokenCell("=SUM(C3:C4)"), ""])
def test_a_total_that_says_nothing_is_held_against_nothing(printed: Any) -> None:
    assert not summed(("甲", 200, ""), ("合计", printed, ""))


def test_the_whole_counts_refused_rows_and_says_what_could_not_be_read() -> None:
    found = roster("activity", HEADS, ["甲", "", 5, ""], ["乙", "2026-07-18", "若干", ""], ["合计", "", 5, ""])
    assert "total_mismatch" not in {problem.kind for problem in found.problems}
    found = roster("activity", HEADS, ["甲", "", 5, ""], ["乙", "2026-07-18", "若干", ""], ["合计", "", 9, ""])
    [wrong] = [problem for problem in found.problems if problem.kind == "total_mismatch"]
    assert "有 1 格没能读出来" in wrong.message


def test_minutes_are_summed_in_the_unit_of_the_heading() -> None:
    assert not summed(("甲", "", 1.5), ("乙", "", "30分"), ("合计", "", 2.0))
    [(cell, message)] = summed(("甲", "", 1.5), ("乙", "", "半天"), ("合计", "", 5.0))
    assert cell == "表!D5"
    assert "5小时30分" in message
