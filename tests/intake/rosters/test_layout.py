"""Where a table stands on its sheet (design, domain §3.2 and §4.4): headers, pages, blocks, months, whole forms."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from data.sheets.outcome import HERE, PARTS, column, numbers, only, refused, said, stored, taken, told
from data.sheets.paper import Leaf, book, sheet
from data.sheets.people import CODES, PEOPLE

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

NAMES = [person.name for person in PEOPLE]
IDS = [person.id_no for person in PEOPLE]
PHONES = [person.phone for person in PEOPLE]


def by_title(sbd: Sbd, *fields: str) -> dict[str, tuple[object, ...]]:
    """The facts of each activity under its title."""
    return {row["title"]: tuple(row[name] for name in fields) for row in stored(sbd, "activity")}


# Titles and headers


def test_titles_above_and_footers_below_are_no_rows_of_people(sbd: Sbd) -> None:
    outcome = only(sbd, "t15-titles.xlsx")
    assert (outcome["record"], outcome["header_row"]) == ("person", 3)
    assert numbers(outcome) == (6, 3, 0, 0, 0, 3)
    assert column(sbd, "person", "name", "id_no", "org", "phone") == [
        (person.name, person.id_no, "承德医学院", person.phone) for person in PEOPLE[:3]
    ]


@pytest.mark.parametrize("name", ["t15-two-header-rows.xlsx", "t15-two-header-rows.csv"])
def test_a_header_of_two_rows_is_read_with_its_parents(name: str, sbd: Sbd) -> None:
    """姓名 below 负责人 is the leader, not a list of people; a CSV has no word of what was merged."""
    outcome = only(sbd, name)
    assert (outcome["record"], outcome["header_row"]) == ("activity", 3)
    assert numbers(outcome) == (3, 2, 0, 0, 0, 1)
    assert by_title(sbd, "date", "end_date", "leader", "minutes", "headcount", "served") == {
        "义诊": ("2026-07-04", "2026-07-04", "张三", 120, 5, 40),
        "理发": ("2026-07-11", "2026-07-12", "李四", 90, 3, 20),
    }


def test_a_header_of_three_rows_is_read_to_its_lowest(sbd: Sbd) -> None:
    outcome = only(sbd, "t15-three-header-rows.xlsx")
    assert (outcome["record"], outcome["header_row"]) == ("activity", 4)
    assert numbers(outcome) == (2, 2, 0, 0, 0, 0)
    assert by_title(sbd, "date", "headcount", "minutes", "served", "resolved", "note") == {
        "义诊": ("2026-07-04", 5, 120, 40, 0, "雨"),
        "理发": ("2026-07-11", 3, 90, 20, 1, None),
    }


def test_a_header_on_each_printed_page_is_passed_over(sbd: Sbd) -> None:
    outcome = only(sbd, "t15-header-on-each-page.xlsx")
    assert outcome["header_row"] == 2
    assert numbers(outcome) == (10, 8, 0, 0, 0, 2)
    assert column(sbd, "person", "name") == NAMES[:8]


def test_title_filler_header_and_page_number_on_each_page_are_passed_over(sbd: Sbd) -> None:
    """Two pages of three people; on the second title, filler and header again, on both a page number."""
    outcome = only(sbd, "t15-title-on-each-page.xlsx")
    assert outcome["header_row"] == 3
    assert numbers(outcome) == (11, 6, 0, 0, 0, 5)
    assert column(sbd, "person", "name") == NAMES[:6]


def test_empty_rows_and_columns_between_are_nothing(sbd: Sbd) -> None:
    outcome = only(sbd, "t15-spacers.xlsx")
    assert outcome["header_row"] == 4
    assert numbers(outcome) == (4, 4, 0, 0, 0, 0)
    assert column(sbd, "person", "name", "id_no", "phone") == [(p.name, p.id_no, p.phone) for p in PEOPLE[:4]]


# Sign-in sheets


def test_two_blocks_side_by_side_are_one_list(sbd: Sbd) -> None:
    outcome = only(sbd, "t15-sign-in-two-blocks.xlsx", "--new")
    assert (outcome["record"], outcome["header_row"]) == ("participation", 3)
    assert (outcome["created"], outcome["rejected"]) == (9, 0)
    assert column(sbd, "participation", "person") == [*NAMES[:9]]
    assert sorted(column(sbd, "person", "name")) == sorted(NAMES[:9])


def test_the_activity_of_a_sign_in_sheet_stands_in_the_line_above_it(sbd: Sbd) -> None:
    only(sbd, "t15-sign-in-two-blocks.xlsx", "--new")
    expected = {"海姆立克急救培训": ("2026-07-18", "文庙社区", "王某某")}
    assert by_title(sbd, "date", "place", "leader") == expected
    assert set(column(sbd, "participation", "activity")) == {"海姆立克急救培训"}


def test_a_sign_in_sheet_knows_who_its_people_are(sbd: Sbd) -> None:
    only(sbd, "t15-sign-in-two-blocks.xlsx", "--new")
    people = {row["name"]: (row["phone"], row["org"]) for row in stored(sbd, "person")}
    assert people == {person.name: (person.phone, "承德医学院") for person in PEOPLE[:9]}


def test_signing_in_and_out_says_how_long_each_was_there(sbd: Sbd) -> None:
    """Time actually given (67号令 art. 7): who came half an hour late gave half an hour less."""
    only(sbd, "t15-sign-in-two-blocks.xlsx", "--new")
    minutes = dict(column(sbd, "participation", "person", "minutes"))
    assert minutes == {name: 90 if name == "王五" else 120 for name in NAMES[:9]}


def test_a_problem_in_the_right_hand_block_is_named_by_its_own_cell(sbd: Sbd) -> None:
    outcome = only(sbd, "t15-sign-in-two-blocks.xlsx", "--new")
    right = {
        p["cell"] for p in outcome["problems"] if p["value"] in {"吴九", "郑十", "冯一"} and p["field"] == "person"
    }
    assert right <= {"Sheet1!H4", "Sheet1!H5", "Sheet1!H6"}
    assert right


def test_a_sign_in_sheet_of_unknown_people_brings_none_into_being_unasked(sbd: Sbd) -> None:
    outcome = only(sbd, "t15-sign-in-two-blocks.xlsx")
    assert outcome["created"] == 0
    assert stored(sbd, "person") == []
    assert "--new" in "".join(problem["message"] for problem in outcome["problems"])


def test_a_sign_in_form_with_its_caption_in_cells(sbd: Sbd) -> None:
    outcome = only(sbd, "form-f-sign-in.xlsx", "--new")
    assert (outcome["record"], outcome["header_row"]) == ("participation", 4)
    assert numbers(outcome) == (6, 5, 0, 0, 0, 1)
    assert by_title(sbd, "date", "place", "leader") == {"健康义诊": ("2026-07-18", "文庙社区", "王某某")}
    assert column(sbd, "participation", "person", "minutes") == [(name, 120) for name in NAMES[:5]]
    assert column(sbd, "person", "id_no") == IDS[:5]


# Several tables, several sheets


def test_two_tables_of_one_kind_on_a_sheet_are_both_taken(sbd: Sbd) -> None:
    first, second = taken(sbd, "t15-tables-of-one-kind.xlsx")
    assert [(sheet["record"], sheet["header_row"]) for sheet in (first, second)] == [("person", 2), ("person", 8)]
    assert numbers(first) == (3, 3, 0, 0, 0, 0)
    assert numbers(second) == (2, 2, 0, 0, 0, 0)
    rows = [(person.name, person.phone, "承德医学院") for person in PEOPLE[:3]]
    rows += [(person.name, person.phone, "市邮储银行") for person in PEOPLE[3:5]]
    assert column(sbd, "person", "name", "phone", "org") == rows


def test_tables_of_three_kinds_on_a_sheet_are_all_taken(sbd: Sbd) -> None:
    tables = taken(sbd, "t15-tables-of-three-kinds.xlsx")
    assert [(sheet["record"], sheet["header_row"]) for sheet in tables] == [("org", 2), ("person", 7), ("activity", 13)]
    assert [numbers(sheet) for sheet in tables] == [(2, 2, 0, 0, 0, 0), (3, 3, 0, 0, 0, 0), (2, 2, 0, 0, 0, 0)]
    assert column(sbd, "org", "name", "members") == [("承德医学院", 86), ("市邮储银行", 12)]
    assert column(sbd, "activity", "title", "date") == [("义诊", "2026-07-04"), ("理发", "2026-07-11")]


def test_twelve_sheets_of_months_take_their_year_from_the_title(sbd: Sbd) -> None:
    sheets = taken(sbd, "t23-twelve-months.xlsx")
    filled = {sheet["sheet"]: numbers(sheet) for sheet in sheets if sheet["rows"]}
    assert filled == {f"{month}月": (4, 4, 0, 0, 0, 0) for month in range(1, 8)}
    expected = [f"2025-{month:02d}-{day}" for month in range(1, 8) for day in ("04", "11", "18", "25")]
    assert sorted(column(sbd, "activity", "date")) == expected
    titles = Counter(column(sbd, "activity", "title"))
    assert titles == {"独居老人走访慰问": 14, "义务理发": 7, "政策宣讲": 7}
    assert all(
        "year_assumed" in {problem["kind"] for problem in sheet["problems"]} for sheet in sheets if sheet["rows"]
    )


def test_a_day_alone_takes_its_month_from_the_name_of_the_sheet(sbd: Sbd) -> None:
    taken(sbd, "t23-twelve-months.xlsx")
    days = [row["date"] for row in stored(sbd, "activity") if row["title"] == "义务理发"]
    assert sorted(days) == [f"2025-{month:02d}-18" for month in range(1, 8)]


def test_a_day_that_is_not_of_the_month_of_its_sheet_is_pointed_at(sbd: Sbd, tmp_path: Path) -> None:
    rows = [["文庙社区2026年台账"], ["活动名称", "活动日期"], ["理发", "6.4"], ["义诊", "5.11"]]
    book(tmp_path / "a.xlsx", Leaf(rows, "6月"))
    [outcome] = sbd("import", tmp_path / "a.xlsx", "--format", "json").json()["files"][0]["sheets"]
    assert told(outcome, "date_other_month") == [("warning", "6月!B4")]
    assert column(sbd, "activity", "date") == ["2026-06-04", "2026-05-11"]


# Whole forms


def test_form_a_with_all_its_columns(sbd: Sbd) -> None:
    outcome = only(sbd, "form-a-persons.xlsx")
    assert (outcome["record"], outcome["header_row"]) == ("person", 3)
    assert numbers(outcome) == (5, 4, 0, 0, 0, 1)
    first = stored(sbd, "person")[0]
    expected = {
        "name": "张三", "gender": "男", "birth_date": "1960-03", "political": "中共党员", "joined_party_on": "2015-07",
        "id_no": IDS[0], "org": "承德医学院", "position": "教师", "branch": "护理学院党支部",
        "address": "文庙小区1号楼2单元501", "phone": PHONES[0], "skills": "急救、摄影",
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    shown = sbd("show", "person", "张三").out
    for kept in ("汉", "健康宣传", "周末"):
        assert kept in shown


def test_form_b_with_all_its_columns(sbd: Sbd) -> None:
    outcome = only(sbd, "form-b-orgs.xlsx")
    assert (outcome["record"], outcome["header_row"]) == ("org", 3)
    assert numbers(outcome) == (5, 4, 0, 0, 0, 1)
    assert column(sbd, "org", "name", "uscc", "members", "leader", "contact") == [
        ("双桥区农业农村局", CODES[0], 20, NAMES[1], NAMES[5]),
        ("承德医学院", CODES[1], 40, NAMES[2], NAMES[6]),
        ("名士口腔", CODES[2], 60, NAMES[3], NAMES[7]),
        ("市热力集团", CODES[3], 80, NAMES[4], NAMES[8]),
    ]
    assert told(outcome, "total_mismatch") == []
    assert column(sbd, "checkin", "who", "place", "since")[0] == ("双桥区农业农村局", "文庙社区", "2026-01-04")
    shown = sbd("show", "org", "承德医学院", "--full", "--reason", "核对").out
    for kept in ("健康义诊", "人才、场地", PHONES[6], "0314-2290002"):
        assert kept in shown


def test_form_f_with_all_its_columns(sbd: Sbd) -> None:
    outcome = only(sbd, "form-f-activities.xlsx")
    assert (outcome["record"], outcome["header_row"]) == ("activity", 3)
    assert numbers(outcome) == (4, 3, 0, 0, 0, 1)
    assert by_title(sbd, "date", "end_date", "place", "org", "leader", "category") == {
        "健康义诊": ("2026-07-04", None, "文庙社区", "承德医学院", "李四", "卫生健康"),
        "义务理发": ("2026-07-11", None, "文庙社区", "承德医学院", "王五", "便民服务"),
        "防汛值守": ("2026-07-18", "2026-07-20", "文庙社区", "承德医学院", "赵六", "应急救援"),
    }
    assert [row[:2] for row in column(sbd, "activity", "headcount", "served", "minutes")] == [(5, 30), (6, 60), (7, 90)]
    assert column(sbd, "activity", "minutes", "resolved") == [(120, 1), (120, 2), (120, 3)]
    assert told(outcome, "total_mismatch") == []
    assert "血压计2台" in sbd("show", "activity", "1").out


def test_a_service_card_is_no_roster_of_its_member(sbd: Sbd, own_ledger: Path) -> None:
    """One member, three services: as a roster, two of the three days would be lost."""
    done = sbd("import", HERE / "form-f-card.xlsx", "--new")
    assert done.code == 6
    assert "--as participation --map 活动名称=服务内容 --new" in done.err
    assert not own_ledger.exists()


def test_a_service_card_can_be_taken_as_what_it_is(sbd: Sbd) -> None:
    more = ("--as", "participation", "--map", "活动名称=服务内容", "--new")
    assert sbd("import", HERE / "form-f-card.xlsx", *more).code == 0
    assert column(sbd, "person", "name") == ["张三"]
    assert column(sbd, "activity", "date") == ["2026-07-04", "2026-07-11", "2026-07-18"]
    assert column(sbd, "participation", "person", "minutes") == [("张三", 120)] * 3


def test_a_list_of_activities_with_a_telephone_is_none_of_participants(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["活动名称", "活动日期", "社区", "参加人员", "负责人", "联系电话"]
    sheet(tmp_path / "a.xlsx", heads, ["义诊", "2026-07-18", "文庙社区", "张三、李四", "王某某", PHONES[0]])
    done = sbd("import", tmp_path / "a.xlsx", "--new", "--format", "json").json()
    assert [sheet["record"] for sheet in done["files"][0]["sheets"]] == ["activity"]
    assert len(stored(sbd, "participation")) == 2


def test_a_monthly_return_brings_its_units_and_loses_no_figure(sbd: Sbd) -> None:
    """It lists units; its figures are sums of others' records, so they stay with the unit as written."""
    outcome = only(sbd, "t15-monthly-return.xlsx")
    assert (outcome["record"], outcome["header_row"]) == ("org", 4)
    assert numbers(outcome) == (5, 3, 0, 0, 0, 2)
    assert column(sbd, "org", "name") == ["承德医学院", "市邮储银行", "市热力集团"]
    assert refused(outcome) == []
    assert "140余" in sbd("show", "org", "承德医学院").out
    assert stored(sbd, "activity") == []


def test_the_members_a_monthly_return_counts_are_the_unit_s(sbd: Sbd) -> None:
    outcome = only(sbd, "t15-monthly-return.xlsx")
    assert column(sbd, "org", "members") == [86, 20, 34]
    assert told(outcome, "total_mismatch") == []


def test_a_public_notice_is_read_from_below_its_title(sbd: Sbd) -> None:
    outcome = only(sbd, "t15-public-notice.xlsx")
    assert outcome["header_row"] == 3
    assert numbers(outcome)[0] == 3
    assert outcome["rejected"] == 0
    assert column(sbd, "person", "name", "phone") == [(name, None) for name in NAMES[:3]]
    assert "优秀" in sbd("show", "person", "张三").out


def test_how_a_header_was_understood_can_be_asked(sbd: Sbd, own_ledger: Path) -> None:
    """Shown before anything is taken: each column, what it means, and that the ledger is as it was."""
    shown = sbd("import", "--explain-headers", HERE / "t15-two-header-rows.xlsx")
    assert shown.code == 0
    for word in ("活动名称", "负责人", "服务人次"):
        assert word in shown.out
    assert not own_ledger.exists()


def test_a_column_can_be_given_its_meaning_and_that_is_remembered(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["姓名", "联系电话", "组织关系"]
    sheet(tmp_path / "a.xlsx", heads, ["张三", PHONES[0], "文庙支部"])
    sheet(tmp_path / "b.xlsx", heads, ["李四", PHONES[1], "塔沟支部"])
    sbd("import", tmp_path / "a.xlsx", "--map", "branch=组织关系")
    done = sbd("import", tmp_path / "b.xlsx", "--format", "json")
    assert done.code == 0
    assert column(sbd, "person", "name", "branch") == [("张三", "文庙支部"), ("李四", "塔沟支部")]
    assert told(done.json()["files"][0]["sheets"][0], "unknown_header") == []


@pytest.mark.parametrize("name", ["t16-totals.xlsx", "t15-two-header-rows.xlsx", "form-b-orgs.xlsx"])
def test_the_rows_of_a_sheet_add_up(name: str, sbd: Sbd) -> None:
    outcome = only(sbd, name)
    assert outcome["rows"] == sum(outcome[part] for part in PARTS)
    assert said(outcome, "value_missing") == ""
