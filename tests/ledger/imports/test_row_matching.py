"""Who is who when a list comes in: persons met surely or weakly, namesakes, masked and lost ids, references."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from conftest import sheet
from shuangbaodao_cli.ledger.duplicates.similarity import SimilarNames
from shuangbaodao_cli.values.clock import parse_time

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

PHONE_1, PHONE_2, PHONE_3 = "19900001234", "19900005678", "19900009012"
ID_1, ID_2 = "13080219900307001X", "130802198506122024"
HEADS = ["姓名", "身份证号", "联系电话", "工作单位", "居住社区", "职务"]


def import_(sbd: Sbd, path: Path, heads: list[str], *rows: list[Any], options: tuple[str, ...] = ()) -> dict[str, Any]:
    """Import one sheet and give back what became of it."""
    done = sbd("import", sheet(path, heads, *rows), "--format", "json", *options)
    [file] = done.json()["files"]
    [found] = file["sheets"]
    assert found["rows"] == sum(found[word] for word in ("created", "updated", "unchanged", "rejected", "skipped"))
    return dict(found)


def problem_messages(found: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    return [(problem["severity"], problem["message"]) for problem in found["problems"] if problem["kind"] == kind]


def people(sbd: Sbd, *fields: str) -> list[tuple[Any, ...]]:
    listed = sbd("list", "person", "--format", "json", "--full", "--reason", "核对").json()
    return [tuple(row[field] for field in fields) for row in listed]


@pytest.fixture
def known(sbd: Sbd, tmp_path: Path) -> Sbd:
    """张三 of 甲局 in 文庙社区, without an id or a phone."""
    import_(sbd, tmp_path / "known.xlsx", HEADS, ["张三", "", "", "甲局", "文庙社区", "教师"])
    return sbd


# Persons


def test_name_and_unit_are_a_weak_match_that_is_only_noted_where_nothing_changes(known: Sbd, tmp_path: Path) -> None:
    found = import_(known, tmp_path / "a.xlsx", HEADS, ["张三", "", "", "甲局", "", "教师"])
    assert (found["created"], found["unchanged"]) == (0, 1)
    [(severity, message)] = problem_messages(found, "weak_match")
    assert severity == "fixed"
    assert "姓名和工作单位" in message
    assert "1（张三" in message


def test_a_weak_match_that_changes_something_is_a_warning_that_says_what(known: Sbd, tmp_path: Path) -> None:
    found = import_(known, tmp_path / "a.xlsx", HEADS, ["张三", "", "", "甲局", "", "科员"])
    assert found["updated"] == 1
    [(severity, message)] = problem_messages(found, "weak_match")
    assert severity == "warning"
    assert "职务" in message


def test_an_id_or_name_and_phone_are_no_weak_match(sbd: Sbd, tmp_path: Path) -> None:
    rows = [["张三", ID_1, "", "甲局", "", ""], ["李四", "", PHONE_2, "甲局", "", ""]]
    import_(sbd, tmp_path / "a.xlsx", HEADS, *rows)
    found = import_(sbd, tmp_path / "b.xlsx", HEADS, *([*row[:5], "新职务"] for row in rows))
    assert found["updated"] == 2
    assert problem_messages(found, "weak_match") == []


def test_the_same_name_and_unit_in_two_communities_are_two_persons(known: Sbd, tmp_path: Path) -> None:
    found = import_(known, tmp_path / "a.xlsx", HEADS, ["张三", "", "", "甲局", "塔沟社区", ""])
    assert found["created"] == 1
    assert people(known, "name", "community") == [("张三", "文庙社区"), ("张三", "塔沟社区")]


def test_who_moved_is_known_by_phone(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "a.xlsx", HEADS, ["张三", "", PHONE_1, "甲局", "文庙社区", ""])
    found = import_(sbd, tmp_path / "b.xlsx", HEADS, ["张三", "", PHONE_1, "乙局", "塔沟社区", ""])
    assert (found["created"], found["updated"]) == (0, 1)


def test_an_id_fills_the_record_of_the_same_name_and_phone(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "a.xlsx", HEADS, ["张三", "", PHONE_1, "", "", ""])
    found = import_(sbd, tmp_path / "b.xlsx", HEADS, ["张三", ID_1, PHONE_1, "", "", ""])
    assert (found["created"], found["updated"]) == (0, 1)
    assert people(sbd, "id_no", "phone") == [(ID_1, PHONE_1)]


NAMESAKES = [["张三", "", PHONE_1, "甲局", "", ""], ["张三", "", PHONE_2, "甲局", "", ""]]


def test_a_row_that_fits_two_of_one_name_and_unit_is_refused_and_names_them(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "a.xlsx", HEADS, *NAMESAKES)
    found = import_(sbd, tmp_path / "b.xlsx", HEADS, ["张三", "", "", "甲局", "", "教师"])
    assert (found["created"], found["rejected"]) == (0, 1)
    [(severity, message)] = problem_messages(found, "reference_ambiguous")
    assert severity == "error"
    assert "身份证号或联系电话" in message
    assert "1（张三" in message
    assert "2（张三" in message
    assert len(people(sbd, "id")) == 2


def test_a_phone_of_its_own_tells_a_third_namesake_apart(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "a.xlsx", HEADS, *NAMESAKES)
    found = import_(sbd, tmp_path / "b.xlsx", HEADS, ["张三", "", PHONE_3, "甲局", "", ""])
    assert found["created"] == 1


def test_of_namesakes_the_one_of_whom_just_as_much_is_known_is_meant(sbd: Sbd, tmp_path: Path) -> None:
    rows = [*NAMESAKES, ["张三", "", "", "甲局", "", ""]]
    assert import_(sbd, tmp_path / "a.xlsx", HEADS, *rows)["created"] == 3
    found = import_(sbd, tmp_path / "b.xlsx", [*HEADS, "备注"], *([*row, ""] for row in rows))
    assert (found["created"], found["rejected"], found["unchanged"]) == (0, 0, 3)


def test_two_units_of_one_name_are_told_apart_by_their_code_only(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["单位名称", "统一社会信用代码", "单位类别"]
    codes = ["111308020000000018", "53130802MJ0000000E"]
    import_(sbd, tmp_path / "a.xlsx", heads, *(["甲局", code, ""] for code in codes))
    found = import_(sbd, tmp_path / "b.xlsx", heads, ["甲局", "", "机关"])
    assert found["rejected"] == 1
    assert "统一社会信用代码" in problem_messages(found, "reference_ambiguous")[0][1]


@pytest.mark.parametrize("masked", ["********", "●●●●●●●●", "••••••••", "XXXXXXXX", "xxxxxxxx"])
def test_a_masked_id_names_the_person_whose_number_agrees_and_matches_nobody(
    sbd: Sbd, tmp_path: Path, masked: str
) -> None:
    import_(sbd, tmp_path / "a.xlsx", HEADS, ["张三", ID_1, PHONE_1, "", "", ""])
    row = ["张三", f"{ID_1[:6]}{masked}{ID_1[-4:]}", PHONE_2, "", "", ""]
    found = import_(sbd, tmp_path / "b.xlsx", HEADS, row)
    assert found["created"] == 1
    assert any("sbd person merge 1 2" in message for _, message in problem_messages(found, "id_masked"))


def test_a_masked_id_that_does_not_agree_names_nobody(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "a.xlsx", HEADS, ["张三", ID_1, PHONE_1, "", "", ""])
    found = import_(sbd, tmp_path / "b.xlsx", HEADS, ["张三", f"{ID_2[:6]}********{ID_2[-4:]}", PHONE_2, "", "", ""])
    assert not any("merge" in message for _, message in problem_messages(found, "id_masked"))


def test_a_lost_id_is_proposed_out_of_the_ledger_masked(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "a.xlsx", HEADS, ["李四", ID_2, "", "", "", ""])
    found = import_(sbd, tmp_path / "b.xlsx", ["姓名", "身份证号"], ["李四", float(ID_2[:15] + "000")])
    [(severity, message)] = problem_messages(found, "id_precision_lost")
    assert severity == "error"
    assert "130802***********4" in message
    rejects = tmp_path / "r.xlsx"
    assert ID_2 not in sbd("import", tmp_path / "b.xlsx", "--format", "json", "--again", "--rejects", rejects).out
    handed = str([row for sheet_ in openpyxl.load_workbook(rejects) for row in sheet_.values])
    assert ("130802***********4" in handed, ID_2 in handed) == (True, False)


def test_a_lost_id_is_proposed_from_another_sheet_with_its_row(sbd: Sbd, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("入党材料")
    assert first is not None
    for row in (["姓名", "身份证号"], ["李四", float(ID_2[:15] + "000")], ["王五", float(ID_1[:15] + "000")]):
        first.append(row)
    for row in (["姓名", "身份证号"], ["李四", ID_2], ["张三", ID_1]):
        second.append(row)
    book.save(tmp_path / "a.xlsx")
    [file] = sbd("import", tmp_path / "a.xlsx", "--format", "json").json()["files"]
    mine, other = problem_messages(file["sheets"][0], "id_precision_lost")
    assert "“入党材料”第 2 行" in mine[1]
    assert ID_2 in mine[1]
    assert ID_1 not in other[1]
    assert [problem.get("proposal") for problem in file["sheets"][0]["problems"]] == ["130802***********4", None]


# Sign-in lists

SIGNED = ["活动名称", "日期", "地点", "姓名", "单位", "联系电话", "签到时间", "签退时间"]


def test_a_sign_in_list_tells_namesakes_apart_by_phone_and_unit(sbd: Sbd, tmp_path: Path) -> None:
    rows = [["张三", "", PHONE_1, "甲局", "", ""], ["张三", "", PHONE_2, "乙局", "", ""]]
    import_(sbd, tmp_path / "p.xlsx", HEADS, *rows)
    sbd("log", "activity", "义诊", "--date", "2026-07-18", "--place", "文庙社区", "--new")
    heads = ["活动名称", "姓名", "单位", "联系电话"]
    found = import_(sbd, tmp_path / "a.xlsx", heads, ["义诊", "张三", "", PHONE_2], options=("--as", "participation"))
    assert found["created"] == 1
    found = import_(sbd, tmp_path / "b.xlsx", heads, ["义诊", "张三", "甲局", ""], options=("--as", "participation"))
    assert found["created"] == 1
    assert [row["person_id"] for row in sbd("list", "participation", "--format", "json").json()] == [2, 1]


def test_another_phone_is_another_person_who_is_refused_unless_new_ones_are_let_in(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "p.xlsx", HEADS, ["张三", "", PHONE_1, "甲局", "", ""])
    sbd("log", "activity", "义诊", "--date", "2026-07-18")
    row = ["义诊", "2026-07-18", "", "张三", "乙局", PHONE_2, "", ""]
    found = import_(sbd, tmp_path / "a.xlsx", SIGNED, row, options=("--as", "participation"))
    [(severity, message)] = problem_messages(found, "reference_unknown")
    assert (severity, found["rejected"]) == ("error", 1)
    assert "同名的 1（张三" in message
    assert "--new" in message
    import_(sbd, tmp_path / "a.xlsx", SIGNED, row, options=("--as", "participation", "--new"))
    assert people(sbd, "name", "phone", "org") == [("张三", PHONE_1, "甲局"), ("张三", PHONE_2, "乙局")]


def test_a_sign_in_list_brings_its_activity_with_day_and_place(sbd: Sbd, tmp_path: Path) -> None:
    rows = [
        ["义诊", "2026-07-18", "文庙社区", name, "甲局", phone, "9:00", "11:30"]
        for name, phone in (("张三", PHONE_1), ("李四", PHONE_2))
    ]
    found = import_(sbd, tmp_path / "a.xlsx", SIGNED, *rows, options=("--as", "participation", "--new"))
    assert (found["created"], found["rejected"]) == (2, 0)
    [activity] = sbd("list", "activity", "--format", "json").json()
    assert (activity["title"], activity["date"], activity["place"]) == ("义诊", "2026-07-18", "文庙社区")
    assert [row["minutes"] for row in sbd("list", "participation", "--format", "json").json()] == [150, 150]
    again = import_(sbd, tmp_path / "a.xlsx", SIGNED, *rows, options=("--as", "participation", "--new", "--again"))
    assert (again["created"], again["unchanged"]) == (0, 2)


def test_an_unknown_activity_without_a_day_is_not_made(sbd: Sbd, tmp_path: Path) -> None:
    sbd("add", "person", "姓名=张三")
    found = import_(
        sbd, tmp_path / "a.xlsx", ["活动名称", "姓名"], ["义诊", "张三"], options=("--as", "participation", "--new")
    )
    assert found["rejected"] == 1
    assert "活动日期" in problem_messages(found, "reference_unknown")[0][1]


def test_of_two_activities_of_one_name_the_one_of_the_day_is_meant(sbd: Sbd, tmp_path: Path) -> None:
    sbd("add", "person", "姓名=张三")
    for day in ("2026-07-11", "2026-07-18"):
        sbd("log", "activity", "义诊", "--date", day)
    heads, options = ["活动名称", "日期", "姓名"], ("--as", "participation")
    assert import_(sbd, tmp_path / "a.xlsx", heads, ["义诊", "2026-07-18", "张三"], options=options)["created"] == 1
    [row] = sbd("list", "participation", "--format", "json").json()
    assert row["activity_id"] == 2
    found = import_(sbd, tmp_path / "b.xlsx", ["活动名称", "姓名"], ["义诊", "张三"], options=options)
    assert "请补上活动日期" in problem_messages(found, "reference_ambiguous")[0][1]


def test_who_left_before_coming_is_refused_and_a_signature_says_nothing(sbd: Sbd, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["义诊", "2026-07-18", "", "张三", "", PHONE_1, dt.time(9, 0), dt.time(8, 0)],
        ["义诊", "2026-07-18", "", "李四", "", PHONE_2, "√", "李四"],
    ]
    found = import_(sbd, tmp_path / "a.xlsx", SIGNED, *rows, options=("--as", "participation", "--new"))
    assert (found["created"], found["rejected"]) == (1, 1)
    [(severity, message)] = problem_messages(found, "number_invalid")
    assert severity == "error"
    assert "签到" in message
    [row] = sbd("list", "participation", "--format", "json").json()
    assert row["minutes"] is None
    assert "√" in sbd("show", "participation", row["id"]).out


def test_a_duration_that_is_said_counts_before_the_times(sbd: Sbd, tmp_path: Path) -> None:
    row = ["义诊", "2026-07-18", "", "张三", "", "", "9:00", "11:00", 1]
    import_(sbd, tmp_path / "a.xlsx", [*SIGNED, "服务时长"], row, options=("--as", "participation", "--new"))
    assert [row["minutes"] for row in sbd("list", "participation", "--format", "json").json()] == [60]


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("9:00", 540),
        ("9：05", 545),
        ("09:05:30", 545),
        ("2026-07-18 14:30:00", 870),
        ("14时30分", 870),
        ("9点半", 570),
        ("下午2:30", 870),
        ("0.375", 540),
        ("√", None),
        ("张三", None),
        ("2026-07-18", None),
    ],
)
def test_a_time_of_day_however_it_is_written(said: str, minutes: int | None) -> None:
    assert parse_time(said) == minutes


def test_members_and_check_ins_are_told_apart_by_id(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "p.xlsx", HEADS, *(["张三", id_no, "", "", "", ""] for id_no in (ID_1, ID_2)))
    sbd("add", "team", "队伍名称=环保队")
    heads = ["志愿服务队", "姓名", "身份证号"]
    found = import_(sbd, tmp_path / "m.xlsx", heads, ["环保队", "张三", ID_2], options=("--as", "member"))
    assert found["created"] == 1
    assert [row["person_id"] for row in sbd("list", "member", "--format", "json").json()] == [2]
    heads = ["报到人或单位", "报到社区", "报到方式", "身份证号"]
    found = import_(
        sbd, tmp_path / "c.xlsx", heads, ["张三", "文庙社区", "居住地报到", ID_1], options=("--as", "checkin")
    )
    assert [row["who_id"] for row in sbd("list", "checkin", "--format", "json").json()] == [1]


def test_an_id_of_somebody_else_on_a_list_is_a_conflict(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "p.xlsx", HEADS, ["张三", ID_1, "", "", "", ""])
    sbd("add", "team", "队伍名称=环保队")
    heads, options = ["志愿服务队", "姓名", "身份证号"], ("--as", "member", "--new")
    found = import_(sbd, tmp_path / "m.xlsx", heads, ["环保队", "李四", ID_1], options=options)
    assert found["rejected"] == 1
    assert "1（张三" in problem_messages(found, "key_conflict")[0][1]


# Names of places and units


def test_a_new_name_that_looks_like_a_known_one_is_told_with_it(sbd: Sbd, tmp_path: Path) -> None:
    sbd("add", "org", "名称=承德市公安局旅游分局")
    sbd("add", "place", "名称=文庙社区")
    found = import_(sbd, tmp_path / "a.xlsx", HEADS, ["张三", "", PHONE_1, "旅游分局", "文庙", ""])
    unit, place = sorted(
        (message for _, message in problem_messages(found, "reference_new")), key=lambda said: "地点" in said
    )
    assert "承德市公安局旅游分局" in unit
    assert "文庙社区" in place


def test_strict_lets_no_new_name_in(sbd: Sbd, tmp_path: Path) -> None:
    sbd("add", "org", "名称=承德医学院")
    row = ["张三", "", PHONE_1, "承德医学院附院", "", ""]
    found = import_(sbd, tmp_path / "a.xlsx", HEADS, row, options=("--strict",))
    assert (found["created"], found["rejected"]) == (0, 1)
    [(severity, message)] = problem_messages(found, "reference_unknown")
    assert severity == "error"
    assert "sbd add org" in message
    assert "--strict" in message
    assert len(sbd("list", "org", "--format", "json").json()) == 1


def test_strict_refuses_an_unknown_team_before_its_person_is_put_in(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["姓名", "联系电话", "志愿服务队"]
    found = import_(sbd, tmp_path / "a.xlsx", heads, ["张三", PHONE_1, "环保队"], options=("--strict",))
    assert (found["created"], found["rejected"]) == (0, 1)
    assert people(sbd, "id") == []


@pytest.mark.parametrize(
    ("known_name", "name"),
    [
        ("文庙社区", "文庙"),
        ("文庙", "文庙社区居委会"),
        ("文庙社区", "头道牌楼街道文庙社区"),
        ("承德市公安局旅游分局", "旅游分局"),
        ("旅游分局", "市公安局旅游分局"),
        ("承德医学院", "承德医学院党委"),
        ("承德医学院", "承德医学校"),
        ("双桥区农业农村局", "双桥农业农村局"),
        ("承德医学院", "承医"),
        ("承医", "承德医学院"),
        ("（文庙）社区", "（文庙）"),
    ],
)
def test_names_that_look_alike(known_name: str, name: str) -> None:
    assert [similar for similar, _ in SimilarNames([known_name], abbreviations=True).find(name)] == [known_name]


@pytest.mark.parametrize(
    ("known_name", "name"),
    [
        ("文庙社区", "社区"),
        ("社区", "文庙社区"),
        ("水泉沟镇", "水泉沟社区"),
        ("第1社区", "第2社区"),
        ("双桥区第12单位", "双桥区第123单位"),
        ("第一党支部", "第二党支部"),
        ("东园社区居民委员会", "西园社区居民委员会"),
        ("公安局", "承德市公安局"),
        ("文庙社区", "塔沟社区"),
        ("承德医学院", "承德石油高等专科学校"),
        ("文庙社区", "文庙社区"),
    ],
)
def test_names_that_do_not(known_name: str, name: str) -> None:
    assert list(SimilarNames([known_name], abbreviations=True).find(name)) == []


# Told twice


def test_two_rows_of_one_participation_do_not_turn_it_back_and_forth(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["活动名称", "活动日期", "姓名", "联系电话", "服务时长（小时）"]
    rows = [["义诊", "2026-07-18", "张三", PHONE_1, 2], ["义诊", "2026-07-18", "张三", PHONE_1, 3]]
    found = import_(sbd, tmp_path / "a.xlsx", heads, *rows, options=("--new",))
    assert [severity for severity, _ in problem_messages(found, "duplicate_row")] == ["warning"]
    again = import_(sbd, tmp_path / "a.xlsx", heads, *rows, options=("--again",))
    assert (again["updated"], again["unchanged"]) == (0, 2)
    [part] = sbd("list", "participation", "--format", "json").json()
    assert part["minutes"] == 180


def test_a_participant_is_known_with_a_remark_beside_the_name(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "p.xlsx", HEADS, ["张三", "", PHONE_1, "", "", ""], ["李四", "", PHONE_2, "", "", ""])
    heads = ["活动名称", "活动日期", "服务群众人次", "参加人员"]
    import_(sbd, tmp_path / "a.xlsx", heads, ["义诊", "2026-07-18", 30, "张三（组长）、★李四"])
    assert [row["person"] for row in sbd("list", "participation", "--format", "json").json()] == ["张三", "李四"]


@pytest.mark.parametrize(("known", "new"), [("名士口腔", "名士口腔医院"), ("名士口腔医院", "名士口腔")])
def test_a_unit_with_and_without_the_word_for_its_kind_looks_alike(known: str, new: str) -> None:
    assert [name for name, _ in SimilarNames([known], abbreviations=True).find(new)] == [known]


@pytest.mark.parametrize(("known", "new"), [("双桥区医院", "双桥区公安局"), ("双桥区", "双桥区医院")])
def test_units_of_one_district_do_not_look_alike(known: str, new: str) -> None:
    assert list(SimilarNames([known], abbreviations=True).find(new)) == []


def test_a_covered_id_is_kept_apart_and_does_not_speak_of_an_empty_one(sbd: Sbd, tmp_path: Path) -> None:
    import_(sbd, tmp_path / "a.xlsx", HEADS, ["张三", ID_1, PHONE_1, "", "", ""])
    found = import_(sbd, tmp_path / "b.xlsx", HEADS, ["张三", "130802********001X", PHONE_1, "", "", ""])
    assert [(row["field"], row["old"]) for row in found["changes"]] == [("身份证号（原表）", None)]
    assert people(sbd, "id_no") == [(ID_1,)]
