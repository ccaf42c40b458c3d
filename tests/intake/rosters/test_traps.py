"""The twenty-eight traps of real rosters (design, domain §4.2): one file each, and what must come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import openpyxl.styles
import pytest

from data.sheets.layouts import HEADS
from data.sheets.outcome import HERE, column, numbers, only, refused, said, stored, taken, told
from data.sheets.paper import parts, sheet
from data.sheets.people import PEOPLE
from data.sheets.traps import COUNTS, DATES

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

IDS = [person.id_no for person in PEOPLE]
PHONES = [person.phone for person in PEOPLE]
JULY_18 = "2023-07-18"


# 1–7: ids


def test_an_id_kept_as_a_number_is_refused_with_the_remedy(sbd: Sbd) -> None:
    roster, other = taken(sbd, "t01-id-as-number.xlsx")
    assert numbers(roster) == (3, 1, 0, 0, 2, 0)
    assert refused(roster) == [("id_precision_lost", "花名册!C3"), ("id_precision_lost", "花名册!C4")]
    assert "文本" in said(roster, "id_precision_lost")
    assert numbers(other) == (1, 1, 0, 0, 0, 0)
    assert set(column(sbd, "person", "id_no")) == {IDS[1], IDS[6]}


def test_a_lost_id_is_proposed_from_another_sheet_and_never_guessed(sbd: Sbd) -> None:
    roster, _ = taken(sbd, "t01-id-as-number.xlsx")
    lost = [p for p in roster["problems"] if p["kind"] == "id_precision_lost"]
    found, unknown = (p["message"] for p in lost if p["severity"] == "error")
    assert IDS[6] in found
    assert "入党材料" in found
    assert IDS[7] not in unknown


def test_an_id_that_ends_in_000_is_doubted_though_its_check_digit_fits(sbd: Sbd) -> None:
    """A tenth of the spoilt ids pass the check; one sound id in a thousand ends so, hence no more than doubt."""
    outcome = only(sbd, "t03-id-ends-000.xlsx")
    assert [cell for _, cell in told(outcome, "id_precision_lost")] == ["Sheet1!C3", "Sheet1!C4"]
    assert ("error", "Sheet1!C4") in told(outcome, "id_precision_lost")
    assert not [p for p in outcome["problems"] if p["cell"] == "Sheet1!C5"]


def test_colours_that_are_how_a_sheet_looks_are_not_told(sbd: Sbd, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for at in range(1, 12):
        book.active.append(["姓名", "联系电话"] if at == 1 else [f"张{at}", PHONES[at]])
        for cell in book.active[at]:
            if at % 2:  # the header and every other row
                cell.fill = openpyxl.styles.PatternFill("solid", fgColor="FFFFFF00")
    book.save(tmp_path / "a.xlsx")
    [file] = sbd("import", tmp_path / "a.xlsx", "--format", "json").json()["files"]
    assert [p for p in file["sheets"][0]["problems"] if p["kind"] == "colour"] == []


def test_text_and_numbers_in_one_column_of_ids_are_told_apart(sbd: Sbd) -> None:
    outcome = only(sbd, "t04-id-text-and-number.xlsx")
    assert numbers(outcome) == (5, 3, 0, 0, 2, 0)
    assert refused(outcome) == [("id_precision_lost", "Sheet1!C4"), ("id_precision_lost", "Sheet1!C6")]
    assert column(sbd, "person", "id_no") == IDS[:3]
    [both] = [
        p["message"] for p in outcome["problems"] if (p["kind"], p["severity"]) == ("id_precision_lost", "warning")
    ]
    assert "3 个证件号存成文字，2 个存成数字" in both


def test_an_id_rounded_by_another_program_is_refused_though_it_does_not_end_in_000(sbd: Sbd) -> None:
    outcome = only(sbd, "t05-id-rounded.xlsx")
    assert refused(outcome) == [("id_precision_lost", "Sheet1!C3"), ("id_precision_lost", "Sheet1!C4")]
    assert stored(sbd, "person") == []


def test_every_way_to_write_an_x_and_every_space_in_an_id_is_put_right_and_told(sbd: Sbd) -> None:
    outcome = only(sbd, "t06-id-spellings.xlsx")
    assert numbers(outcome) == (6, 6, 0, 0, 0, 0)
    assert column(sbd, "person", "id_no") == IDS[:6]
    assert told(outcome, "normalized") == [("fixed", f"Sheet1!C{row}") for row in range(3, 9)]


def test_an_unknown_area_of_an_id_is_a_warning_and_a_new_county_none(sbd: Sbd) -> None:
    outcome = only(sbd, "t06-id-areas.xlsx")
    assert numbers(outcome) == (3, 3, 0, 0, 0, 0)
    assert told(outcome, "id_area_unknown") == [("warning", "Sheet1!C5")]


def test_a_masked_id_lets_its_row_in_and_is_stored_as_no_id(sbd: Sbd) -> None:
    outcome = only(sbd, "t07-id-masked.xlsx")
    assert numbers(outcome) == (3, 3, 0, 0, 0, 0)
    assert told(outcome, "id_masked") == [("warning", "Sheet1!C3"), ("warning", "Sheet1!C4")]
    assert column(sbd, "person", "id_no") == [None, None, IDS[2]]


def test_a_masked_id_does_not_take_away_the_one_that_is_known(sbd: Sbd, tmp_path: Path) -> None:
    sheet(tmp_path / "a.xlsx", ["姓名", "身份证号", "联系电话"], ["张三", IDS[0], PHONES[0]])
    sbd("import", tmp_path / "a.xlsx")
    only(sbd, "t07-id-masked.xlsx")
    assert column(sbd, "person", "name", "id_no").count(("张三", IDS[0])) == 1
    assert column(sbd, "person", "name").count("张三") == 1


# 8–13: telephones, days, names


def test_telephones_are_read_in_every_way_they_are_written(sbd: Sbd) -> None:
    outcome = only(sbd, "t08-phones.xlsx")
    people = {person["name"]: person["phone"] for person in stored(sbd, "person")}
    assert people == {
        "张三": "19900005026",
        "李四": "19900007219",
        "王五": "19900003926",
        "孙七": "0314-2290000",
        "周八": "19900004746",
        "郑十": "19900000123",
    }
    assert refused(outcome) == [("phone_invalid", "Sheet1!D6"), ("phone_invalid", "Sheet1!D9")]


def test_the_second_telephone_of_a_cell_is_kept_with_the_person(sbd: Sbd) -> None:
    outcome = only(sbd, "t08-phones.xlsx")
    assert "Sheet1!D5" in {problem["cell"] for problem in outcome["problems"]}
    assert "19900004043" in sbd("show", "person", "王五", "--full", "--reason", "核对").out


def test_a_day_is_read_in_every_way_it_is_written(sbd: Sbd) -> None:
    outcome = only(sbd, "t09-dates.xlsx")
    assert outcome["header_row"] == 3
    assert column(sbd, "activity", "date") == [JULY_18] * (len(DATES) - 1)
    assert refused(outcome) == [("date_invalid", "Sheet1!C19")]


def test_the_year_taken_from_the_title_is_told_and_the_range_stays_one(sbd: Sbd) -> None:
    outcome = only(sbd, "t09-dates.xlsx")
    without = [DATES.index(written) + 4 for written in ("7月18日", "7.18", "18日", "7月18-20日", "7月18日上午")]
    assert sorted(cell for _, cell in told(outcome, "year_assumed")) == sorted(f"Sheet1!C{row}" for row in without)
    ends = {row["title"]: row["end_date"] for row in stored(sbd, "activity") if row["end_date"]}
    assert ends == {"活动11": "2023-07-20"}


def test_dates_in_the_chinese_formats_of_the_spreadsheet_are_dates(sbd: Sbd) -> None:
    assert numbers(only(sbd, "t09-date-formats.xlsx")) == (3, 3, 0, 0, 0, 0)
    assert column(sbd, "activity", "date", "resolved") == [("2026-07-18", 2)] * 3


def test_january_or_october_is_not_guessed(sbd: Sbd) -> None:
    persons, activities = taken(sbd, "t10-month-or-tenth.xlsx")
    [(severity, cell)] = told(persons, "date_ambiguous")
    assert (severity, cell) in {("error", "党员!B2"), ("warning", "党员!B2")}
    joined = {row["name"]: row["joined_party_on"] for row in stored(sbd, "person")}
    assert joined.pop("张三", None) is None
    assert joined == {"李四": "1998-10", "王五": "2015-07", "赵六": "1998-01"}
    [doubt] = [problem for problem in activities["problems"] if problem["cell"] == "活动!B3"]
    assert doubt["severity"] != "fixed"
    assert "7.10" in doubt["message"]
    assert [row["date"] for row in stored(sbd, "activity") if row["title"] != "理发"] == ["2026-07-10", "2026-07-18"]


def test_a_date_of_the_1904_calendar_is_the_day_it_shows(sbd: Sbd) -> None:
    only(sbd, "t11-1904.xlsx")
    assert stored(sbd, "activity")[0]["date"] == JULY_18


def test_a_bare_day_number_of_the_1904_calendar_is_not_four_years_off(sbd: Sbd) -> None:
    """Read by its own calendar, or refused; never 2019."""
    only(sbd, "t11-1904.xlsx")
    assert [row["date"] for row in stored(sbd, "activity") if row["title"] == "清扫"] in ([JULY_18], [])


def test_full_width_digits_letters_and_brackets_count_as_the_plain_ones(sbd: Sbd) -> None:
    outcome = only(sbd, "t12-full-width.xlsx")
    assert numbers(outcome) == (1, 1, 0, 0, 0, 0)
    [person] = stored(sbd, "person")
    assert (person["id_no"], person["phone"]) == (IDS[11], PHONES[11])
    assert person["birth_date"] == "1965-12-27"
    assert person["address"] == "３号楼：２单元"  # text is stored as written


def test_a_name_is_the_same_however_it_is_spaced_dotted_or_marked(sbd: Sbd) -> None:
    outcome = only(sbd, "t13-names.xlsx")
    assert outcome["rejected"] == 0
    assert outcome["created"] == 6
    assert len(stored(sbd, "person")) == 6


def test_a_mark_beside_a_name_does_not_make_another_person_and_is_not_lost(sbd: Sbd, tmp_path: Path) -> None:
    known = [["李四", PHONES[2]], ["王五", PHONES[3]], ["张三", PHONES[0]]]
    sheet(tmp_path / "a.xlsx", ["姓名", "联系电话"], *known)
    sbd("import", tmp_path / "a.xlsx")
    only(sbd, "t13-names.xlsx")
    assert sorted(column(sbd, "person", "phone")) == sorted(PHONES[:6])
    leader = next(row["id"] for row in stored(sbd, "person") if row["phone"] == PHONES[2])
    assert "组长" in sbd("show", "person", str(leader)).out


def test_namesakes_with_two_telephones_stay_two(sbd: Sbd) -> None:
    only(sbd, "t13-names.xlsx")
    names = ["".join(row["name"].split()) for row in stored(sbd, "person")]
    assert names.count("张三") == 2


# 14, 16–20: merges, totals, several names, numbers, errors, pictures


def test_merged_units_titles_and_days_are_filled_down(sbd: Sbd) -> None:
    outcome = only(sbd, "t14-merged.xlsx")
    assert numbers(outcome) == (5, 5, 0, 0, 0, 0)
    assert column(sbd, "activity", "title", "date", "org") == [
        ("义诊", "2026-07-18", "承德医学院"),
        ("义诊", "2026-07-18", "承德医学院"),
        ("理发", "2026-07-19", "承德医学院"),
        ("理发", "2026-07-19", "市邮储银行"),
        ("宣讲", "2026-07-20", "市邮储银行"),
    ]


def test_merged_hours_and_people_are_never_filled_and_that_is_told(sbd: Sbd) -> None:
    outcome = only(sbd, "t14-merged.xlsx")
    assert column(sbd, "activity", "minutes", "served") == [(180, 40), (None, None), (90, 12), (120, None), (None, 9)]
    assert sorted(told(outcome, "merged_not_filled")) == [
        ("warning", f"Sheet1!{at}") for at in ("F3", "F6", "G3", "G5")
    ]


def test_totals_are_no_records_and_each_wrong_one_is_told(sbd: Sbd) -> None:
    outcome = only(sbd, "t16-totals.xlsx")
    assert numbers(outcome) == (9, 4, 0, 0, 0, 5)
    assert told(outcome, "total_mismatch") == [("warning", "Sheet1!F8"), ("warning", "Sheet1!F9")]
    assert column(sbd, "activity", "title") == ["义诊", "理发", "宣讲", "清扫"]


def test_several_names_in_a_cell_are_several_people(sbd: Sbd) -> None:
    only(sbd, "t17-names-in-a-cell.xlsx", "--new")
    came: dict[str, list[str]] = {}
    for row in stored(sbd, "participation"):
        came.setdefault(row["activity"], []).append("".join(row["person"].split()))
    assert came["义诊"] == ["张三", "李四", "王五"]
    assert came["理发"] == ["张三", "李四", "王五", "赵六"]
    assert came["清扫"] == ["张三", "李四"]


def test_a_space_inside_a_name_and_one_between_names_are_told_apart(sbd: Sbd) -> None:
    """张　三 李四: a wide space only fills the column; the head count says that these are two."""
    only(sbd, "t17-names-in-a-cell.xlsx", "--new")
    assert "张三李四" not in {"".join(name.split()) for name in column(sbd, "person", "name")}
    came = [row["person"] for row in stored(sbd, "participation") if row["activity"] == "宣讲"]
    assert ["".join(name.split()) for name in came] == ["张三", "李四", "王五"]


def test_the_names_of_a_cell_are_held_against_the_head_count(sbd: Sbd) -> None:
    outcome = only(sbd, "t17-names-in-a-cell.xlsx", "--new")
    found = [problem for problem in outcome["problems"] if problem["kind"] == "headcount_mismatch"]
    assert {problem["severity"] for problem in found} == {"warning"}
    cells = {problem["cell"] for problem in found}
    assert cells & {"Sheet1!C5", "Sheet1!D5"}
    assert not cells & {"Sheet1!C2", "Sheet1!D2", "Sheet1!C3", "Sheet1!D3"}


def test_names_followed_by_a_number_of_people_name_those_alone(sbd: Sbd) -> None:
    """王五、赵六等8人: two are named, eight were there, and no person is called 赵六等8人."""
    only(sbd, "t17-names-in-a-cell.xlsx", "--new")
    assert "赵六等8人" not in column(sbd, "person", "name")
    patrol = next(row for row in stored(sbd, "activity") if row["title"] == "巡逻")
    assert patrol["headcount"] == 8


def test_durations_are_read_to_the_minute_and_half_a_day_is_not_guessed(sbd: Sbd) -> None:
    outcome = only(sbd, "t18-durations.xlsx")
    minutes = {row["title"]: row["minutes"] for row in stored(sbd, "activity")}
    exact = [120, 120, 150, 120, 150, 90, 120, 120, 150, 90]
    assert [minutes[f"活动{at:02d}"] for at in range(1, 11)] == exact
    assert minutes["活动14"] == 90
    assert "活动13" not in minutes  # 工时+1 says no duration
    assert ("number_invalid", "Sheet1!C14") in refused(outcome)
    # 半天 and 一天 are so many hours by policy only: taken with a mark, or handed back.
    loose = {problem["cell"] for problem in outcome["problems"] if problem["kind"] in {"approximate", "number_invalid"}}
    assert {"Sheet1!C12", "Sheet1!C13"} <= loose


def test_counts_are_read_with_their_about_and_their_ten_thousand(sbd: Sbd) -> None:
    outcome = only(sbd, "t18-counts.xlsx")
    assert column(sbd, "activity", "served") == [30, 30, 100, 12000, 30, 30, 1330, 800, 8, 1200]
    about = ["30余人", "约30人", "近百人", "1330余次", "800多亩"]
    assert [cell for _, cell in told(outcome, "approximate")] == [f"Sheet1!C{COUNTS.index(word) + 2}" for word in about]
    assert refused(outcome) == [("number_invalid", "Sheet1!C12")]


def test_categories_in_free_text_go_to_the_list_and_their_words_stay(sbd: Sbd) -> None:
    outcome = only(sbd, "t18-categories.xlsx")
    assert numbers(outcome) == (8, 8, 0, 0, 0, 0)
    kinds = column(sbd, "activity", "category")
    expected = ["环境卫生", "环境卫生", "法律服务", "助幼助学", "法律服务", "便民服务", "助老", "其他"]
    assert kinds == expected
    assert told(outcome, "choice_unknown") == [("warning", "Sheet1!C9")]
    for at, words in ((2, "打扫卫生、清理小广告"), (4, "关爱留守儿童"), (8, "随手拍")):
        assert words in sbd("show", "activity", str(at)).out


def test_a_cell_that_shows_an_error_is_not_an_empty_one(sbd: Sbd) -> None:
    outcome = only(sbd, "t19-errors.xlsx")
    assert numbers(outcome) == (5, 2, 0, 0, 3, 0)
    assert refused(outcome) == [("cell_error", "Sheet1!C2"), ("cell_error", "Sheet1!D3"), ("cell_error", "Sheet1!B4")]
    assert ("warning", "Sheet1!E5") in told(outcome, "cell_error")  # nothing is known of that column
    assert "#N/A" in said(outcome, "cell_error")
    assert column(sbd, "person", "name") == ["赵六", "孙七"]


def test_a_formula_without_a_result_is_not_nought(sbd: Sbd) -> None:
    outcome = only(sbd, "t19-uncomputed.xlsx")
    assert numbers(outcome) == (5, 1, 0, 0, 3, 1)
    cells = ["Sheet1!D2", "Sheet1!B3", "Sheet1!C4"]
    assert [at for at in refused(outcome) if at[0] == "formula_uncomputed"] == [
        ("formula_uncomputed", at) for at in cells
    ]
    assert "保存" in said(outcome, "formula_uncomputed")
    assert column(sbd, "activity", "title", "served") == [("清扫", 30)]


def test_a_picture_in_a_cell_is_told_and_never_kept_as_text(sbd: Sbd) -> None:
    outcome = only(sbd, "t20-pictures.xlsx")
    assert numbers(outcome) == (2, 2, 0, 0, 0, 0)
    assert [cell for _, cell in told(outcome, "picture")] == ["Sheet1!C2", "Sheet1!C3", "Sheet1!D3"]
    for at in (1, 2):
        assert "DISPIMG" not in sbd("show", "activity", str(at)).out
    assert "DISPIMG" not in sbd("list", "outcome", "--format", "json").out


# 21–25: files


def test_a_false_dimension_hides_nothing(sbd: Sbd) -> None:
    assert numbers(only(sbd, "t21-wps-dimension.xlsx")) == (3, 3, 0, 0, 0, 0)
    assert column(sbd, "person", "id_no") == IDS[:3]


SAME = (
    "t22-gbk.csv", "t22-utf8-mark.csv", "t22-utf16.csv", "t22-tabs.tsv", "t22-semicolons.csv", "t22-html.xls",
    "t22-tabs.xls", "t22-xml-2003.xls", "t22-xlsx.xls", "t22-biff8.et", "t22-open.ods",
)  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_a_file_is_what_is_in_it_not_what_it_is_called(name: str, sbd: Sbd) -> None:
    outcome = only(sbd, name)
    assert numbers(outcome) == (3, 3, 0, 0, 0, 0)
    expected = [(person.name, person.id_no, "承德医学院", person.phone) for person in PEOPLE[:3]]
    assert column(sbd, "person", "name", "id_no", "org", "phone") == expected


def test_a_character_of_four_bytes_comes_through(sbd: Sbd) -> None:
    assert only(sbd, "t22-gb18030.csv")["created"] == 4
    assert column(sbd, "person", "name")[-1] == "𡈼玉"


def test_quotes_line_breaks_and_wrapped_ids_of_a_csv(sbd: Sbd) -> None:
    assert numbers(only(sbd, "t22-quoted.csv")) == (3, 3, 0, 0, 0, 0)
    assert column(sbd, "person", "id_no") == IDS[:3]
    assert {org.replace(",", "，") for org in column(sbd, "person", "org")} == {"承德医学院，护理学院"}


def test_hidden_sheets_are_named_and_not_taken(sbd: Sbd) -> None:
    done = sbd("import", HERE / "t23-hidden.xlsx")
    assert "数据源" in done.out
    assert "字典" in done.out
    assert stored(sbd, "org") == []


def test_hidden_rows_and_columns_are_data_and_told(sbd: Sbd) -> None:
    shown, copy = taken(sbd, "t23-hidden.xlsx")
    assert numbers(shown) == (6, 6, 0, 0, 0, 0)
    assert [severity for severity, _ in told(shown, "hidden")] in (["warning"], ["warning", "warning"])
    assert "2" in said(shown, "hidden")
    assert numbers(copy) == (4, 0, 0, 4, 0, 0)


def test_a_roster_a_grid_with_ids_half_text_half_number(sbd: Sbd) -> None:
    """Ids that end in X survive; the names are spaced to one width."""
    first, second = taken(sbd, "t23-grids.xlsx")
    assert numbers(first) == (4, 2, 0, 0, 2, 0)
    assert numbers(second) == (4, 0, 0, 0, 4, 0)
    assert {kind for kind, _ in refused(first) + refused(second)} == {"id_precision_lost"}
    assert ["".join(name.split()) for name in column(sbd, "person", "name")] == ["孙七", "周八"]
    assert sbd("show", "person", "孙七").code == 0


MILLION = 1_048_576


def formatted_to_the_last_row(path: Path) -> None:
    """A roster whose every row down to the last of the sheet has a format, as dragging a border gives."""
    sheet(path, ["姓名", "联系电话"], ["张三", PHONES[0]], ["李四", PHONES[1]])
    content = parts(path)
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % number for number in range(4, MILLION + 1))
    name = "xl/worksheets/sheet1.xml"
    content[name] = content[name].replace(b"</sheetData>", rows + b"</sheetData>")
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        for part, data in content.items():
            packed.writestr(part, data)


def test_a_million_formatted_rows_are_no_rows(sbd: Sbd, tmp_path: Path) -> None:
    formatted_to_the_last_row(tmp_path / "a.xlsx")
    [outcome] = sbd("import", tmp_path / "a.xlsx", "--format", "json").json()["files"][0]["sheets"]
    assert numbers(outcome) == (2, 2, 0, 0, 0, 0)


def test_last_years_rows_far_below_are_not_lost(sbd: Sbd, tmp_path: Path) -> None:
    blank: list[list[str]] = [[]] * 400
    sheet(tmp_path / "a.xlsx", ["姓名", "联系电话"], ["张三", PHONES[0]], *blank, ["李四", PHONES[1]])
    [outcome] = sbd("import", tmp_path / "a.xlsx", "--format", "json").json()["files"][0]["sheets"]
    assert numbers(outcome) == (2, 2, 0, 0, 0, 0)


def test_a_file_with_a_password_is_one_sentence(sbd: Sbd) -> None:
    done = sbd("import", HERE / "t25-password.xlsx")
    assert done.code == 6
    assert "密码" in done.err
    assert len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize("lock", ["~$名册.xlsx", ".~名册.xlsx"])
def test_what_an_open_program_leaves_beside_a_file_is_passed_over(lock: str, sbd: Sbd, tmp_path: Path) -> None:
    folder = tmp_path / "送来的"
    folder.mkdir()
    sheet(folder / "名册.xlsx", HEADS, *[[1, "张三", IDS[0], "承德医学院", PHONES[0]]])
    (folder / lock).write_bytes("\x04王某".encode("gbk").ljust(165, b" "))
    done = sbd("import", folder, "--format", "json")
    assert done.code == 0
    assert [file["file"] for file in done.json()["files"]] == ["名册.xlsx"]


# 26–28: spellings of units, copied months, comments


def test_a_name_like_a_known_one_is_a_warning_that_names_both(sbd: Sbd, tmp_path: Path) -> None:
    known = ["姓名", "联系电话", "工作单位", "居住社区"]
    sheet(tmp_path / "a.xlsx", known, ["秦淑芳", PHONES[17], "承德市公安局旅游分局", "文庙社区"])
    sbd("import", tmp_path / "a.xlsx")
    outcome = only(sbd, "t26-unit-spellings.xlsx")
    assert outcome["created"] == 6
    new = {(p["value"], p["severity"]): p["message"] for p in outcome["problems"] if p["kind"] == "reference_new"}
    assert "承德市公安局旅游分局" in new["旅游分局", "warning"]
    assert "文庙社区" in new["文庙", "warning"]


def test_a_month_copied_from_the_last_is_asked_about_and_stays_two_months(sbd: Sbd) -> None:
    june, july = taken(sbd, "t27-copied-month.xlsx")
    assert (june["created"], july["created"]) == (3, 3)
    assert sorted(column(sbd, "activity", "date"))[:4] == ["2026-06-08", "2026-06-09", "2026-06-10", "2026-07-08"]
    assert told(june, "copied_month") == []
    assert told(july, "copied_month") == [("warning", "7月!A2")]
    [message] = [p["message"] for p in july["problems"] if p["kind"] == "copied_month"]
    assert "“6月”" in message


def test_a_month_with_its_own_numbers_is_not_asked_about(sbd: Sbd, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for month in (6, 7):
        page = book.create_sheet(f"{month}月")
        page.append(["活动名称", "活动日期", "服务人次"])
        for day in (8, 9, 10):
            page.append(["义诊", f"2026-{month:02d}-{day:02d}", 30 + day * month])
    book.save(tmp_path / "a.xlsx")
    [file] = sbd("import", tmp_path / "a.xlsx", "--format", "json").json()["files"]
    assert [told(sheet, "copied_month") for sheet in file["sheets"]] == [[], []]


def test_comments_are_told_and_kept_with_their_row(sbd: Sbd) -> None:
    outcome = only(sbd, "t28-comments.xlsx")
    assert numbers(outcome) == (3, 3, 0, 0, 0, 0)
    cells = [cell for _, cell in told(outcome, "comment")]
    assert {"Sheet1!B2", "Sheet1!D4"} <= set(cells)
    [red] = [p for p in outcome["problems"] if p["kind"] == "colour"]
    assert (red["severity"], red["cell"], red["value"]) == ("warning", "Sheet1!B3", "红色")
    assert "有 1 格标了红色" in red["message"]
    assert "已搬走" in sbd("show", "person", "张三").out
    assert "换号了" in sbd("show", "person", "王五").out
    assert "已搬走" not in sbd("show", "person", "李四").out
