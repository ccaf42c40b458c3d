"""What an import says of itself: where each record came from, what changed, who is no longer named."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from conftest import Sbd, sheet
from shuangbaodao_cli.intake.files.workbook import read_workbook
from shuangbaodao_cli.intake.rosters.find import find_rosters
from shuangbaodao_cli.ledger.imports.importer import Request, import_workbook
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger

if TYPE_CHECKING:
    from collections.abc import Sequence

PHONES = [f"1990000{number:04d}" for number in range(10)]
HEADS = ["姓名", "联系电话", "工作单位", "职务"]
ZHANG = ["张三", PHONES[0], "甲局", "教师"]
LI = ["李四", PHONES[1], "甲局", "医生"]
WANG = ["王五", PHONES[2], "乙局", "科员"]
ZHAO = ["赵六", PHONES[3], "乙局", "科员"]
ACTIVITY = ["活动名称", "活动日期", "社区", "服务时长", "参加人员", "成效"]


def roster(path: Path, *rows: Sequence[Any]) -> Path:
    return sheet(path, HEADS, *rows)


def only(sbd: Sbd, *args: object) -> dict[str, Any]:
    """The one sheet of an import printed as JSON."""
    [file] = sbd("import", *args, "--format", "json").json()["files"]
    [outcome] = file["sheets"]
    assert isinstance(outcome, dict)
    return outcome


def of_kind(outcome: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [problem for problem in outcome["problems"] if problem["kind"] == kind]


def asked(ledger: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(ledger)) as connection:
        return connection.execute(sql).fetchall()


# Where a record came from


def test_every_row_that_told_of_a_record_is_known(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI))
    sbd("import", roster(tmp_path / "b.xlsx", LI, WANG, ["赵六", "1", "", ""]))
    rows = asked(own_ledger, "SELECT batch, sheet, row, record, record_id FROM source ORDER BY batch, row")
    assert rows == [
        (1, "Sheet1", 2, "person", 1),
        (1, "Sheet1", 3, "person", 2),
        (2, "Sheet1", 2, "person", 2),
        (2, "Sheet1", 3, "person", 3),
    ]


def test_show_names_the_rows_that_told_of_a_record(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI))
    sbd("import", roster(tmp_path / "b.xlsx", LI, WANG))
    shown = sbd("show", "person", "李四").out
    assert shown.index("b.xlsx  Sheet1!2") < shown.index("a.xlsx  Sheet1!3")
    assert "来自" not in sbd("show", "person", "李四", "--format", "json").out


def test_a_unit_that_a_row_only_named_comes_from_the_file(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG))
    shown = sbd("show", "org", "甲局").out
    assert "a.xlsx" in shown
    assert "Sheet1!" not in shown


def test_what_was_typed_in_comes_from_no_file(sbd: Sbd) -> None:
    sbd("add", "person", "姓名=张三")
    assert "来自" not in sbd("show", "person", "张三").out


# What changed


def test_an_update_shows_old_and_new_with_its_cell(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI))
    again = roster(tmp_path / "b.xlsx", ["张三", PHONES[0], "丙局", "教师"], LI)
    printed = sbd("import", again, "--dry-run").out
    assert "更新 Sheet1!C2：工作单位 甲局 → 丙局" in printed
    assert printed.count("更新 Sheet1!") == 1
    [change] = only(sbd, again)["changes"]
    assert change == {"cell": "Sheet1!C2", "id": 1, "field": "org", "old": "甲局", "new": "丙局"}


def test_what_was_empty_is_said_to_have_been(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", sheet(tmp_path / "a.xlsx", ["姓名", "联系电话"], ["张三", PHONES[0]]))
    file = roster(tmp_path / "b.xlsx", ["张三", PHONES[0], "", "教师"])
    assert "更新 Sheet1!D2：职务 （空） → 教师" in sbd("import", file, "--dry-run").out
    assert only(sbd, file)["changes"][0]["old"] is None


def test_numbers_of_persons_are_masked_in_changes(sbd: Sbd, tmp_path: Path) -> None:
    number, other = "13080219900307001X", PHONES[7]
    heads = ["姓名", "身份证号", "联系电话"]
    sbd("import", sheet(tmp_path / "a.xlsx", heads, ["张三", number, PHONES[0]]))
    file = sheet(tmp_path / "b.xlsx", heads, ["张三", number, other])
    printed = sbd("import", file, "--dry-run").out
    assert "联系电话 199****0000 → 199****0007" in printed
    said = sbd("import", file, "--format", "json").out
    assert PHONES[0] not in said + printed
    assert other not in said + printed


def test_what_hangs_on_a_record_changes_in_words_too(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "p.xlsx", ZHANG, LI))
    sbd("import", sheet(tmp_path / "a.xlsx", ACTIVITY, ["理发", "2026-07-18", "", 2, "张三", "停车位200个"]))
    file = sheet(tmp_path / "b.xlsx", ACTIVITY, ["理发", "2026-07-18", "", 3, "张三、李四", "停车位250余个、丁香3棵"])
    changes = {
        (change["cell"], change["field"], change["old"], change["new"])
        for change in only(sbd, file, "--dry-run")["changes"]
    }
    assert changes == {
        ("Sheet1!D2", "minutes", "2小时", "3小时"),
        ("Sheet1!E2", "people", "张三 2小时", "张三 3小时"),
        ("Sheet1!E2", "people", None, "李四"),
        ("Sheet1!F2", "outcome", "停车位 200", "停车位 250余"),
        ("Sheet1!F2", "outcome", None, "丁香3棵"),
    }
    printed = sbd("import", file).out
    assert "更新 Sheet1!E2：参加人员 增加 李四" in printed
    assert "更新 Sheet1!F2：成效 停车位 200 → 停车位 250余" in printed


def test_a_column_we_do_not_know_changes_under_its_own_heading(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["姓名", "联系电话", "血型"]
    sbd("import", sheet(tmp_path / "a.xlsx", heads, ["张三", PHONES[0], "A型"]))
    outcome = only(sbd, sheet(tmp_path / "b.xlsx", heads, ["张三", PHONES[0], "B型"]))
    assert outcome["changes"] == [{"cell": "Sheet1!C2", "id": 1, "field": "血型", "old": "A型", "new": "B型"}]


def test_a_trial_prints_what_the_real_import_prints(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI))
    file = roster(tmp_path / "b.xlsx", ["张三", PHONES[0], "丙局", "主任"], LI, WANG)
    trial = sbd("import", file, "--dry-run")
    real = sbd("import", file)
    assert trial.out == f"（试导入，台账没有改动）\n{real.out}"


def test_twenty_changes_are_shown_and_all_with_verbose(sbd: Sbd, tmp_path: Path) -> None:
    people = [
        [f"某{letter}", f"199000010{at:02d}"]
        for at, letter in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥")
    ]
    sbd("import", sheet(tmp_path / "a.xlsx", ["姓名", "联系电话"], *people))
    file = sheet(tmp_path / "b.xlsx", ["姓名", "联系电话", "职务"], *([*person, "教师"] for person in people))
    short = sbd("import", file, "--dry-run").out
    assert short.count("（空） → 教师") == 20
    assert "还有 2 处更新" in short
    assert sbd("import", file, "--verbose").out.count("（空） → 教师") == 22


def test_a_level_put_right_by_hand_is_not_guessed_again(sbd: Sbd, tmp_path: Path) -> None:
    file = sheet(tmp_path / "a.xlsx", ["社区名称", "备注"], ["塔沟社区", ""])
    sbd("import", file)
    sbd("edit", "place", "塔沟社区", "级别=村")
    assert only(sbd, sheet(tmp_path / "b.xlsx", ["社区名称", "备注"], ["塔沟社区", "老"]))["changes"] == [
        {"cell": "Sheet1!B2", "id": 1, "field": "note", "old": None, "new": "老"}
    ]


# Every row once


def test_a_row_counted_twice_stops_the_import_and_changes_nothing(tmp_path: Path, own_ledger: Path) -> None:
    book = read_workbook(roster(tmp_path / "a.xlsx", ZHANG, LI))
    [roster_] = find_rosters(book).rosters()
    roster_.rejected.add(len(roster_.row_numbers))  # no such row: counted though it was not read
    with closing(open_ledger(own_ledger, create=True)) as connection:
        before = list(connection.iterdump())
        with pytest.raises(RuntimeError, match="2 rows were read, 3 are accounted for"):
            import_workbook(connection, book, [roster_], Request("sbd import", ""))
        assert list(connection.iterdump()) == before


# A file that would turn over what is known


def test_a_file_that_changes_more_than_a_third_is_refused(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    people = [[f"某{letter}", f"199000020{at:02d}", "甲局", "教师"] for at, letter in enumerate("甲乙丙丁戊己庚辛")]
    sbd("import", roster(tmp_path / "a.xlsx", *people))
    before = own_ledger.read_bytes()
    wrong = roster(tmp_path / "b.xlsx", *([*person[:3], "医生"] for person in people[:3]), *people[3:])
    done = sbd("import", wrong)
    assert done.code == 5
    assert "8 行中，有 3 行" in done.err
    assert "--yes" in done.err
    assert "更新 Sheet1!D2：职务 教师 → 医生" in done.out
    assert own_ledger.read_bytes() == before
    assert sbd("import", wrong, "--yes").code == 0
    assert len(sbd("list", "person", "职务:医生", "--format", "json").json()) == 3


def test_a_third_and_no_more_is_taken(sbd: Sbd, tmp_path: Path) -> None:
    people = [[f"某{letter}", f"199000020{at:02d}", "甲局", "教师"] for at, letter in enumerate("甲乙丙丁戊己庚辛壬")]
    sbd("import", roster(tmp_path / "a.xlsx", *people))
    file = roster(tmp_path / "b.xlsx", *([*person[:3], "医生"] for person in people[:3]), *people[3:])
    assert only(sbd, file)["updated"] == 3


def test_two_changes_are_never_too_many(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI))
    file = roster(tmp_path / "b.xlsx", [*ZHANG[:3], "主任"], [*LI[:3], "主任"])
    assert only(sbd, file)["updated"] == 2


def test_filling_what_is_empty_turns_nothing_over(sbd: Sbd, tmp_path: Path) -> None:
    people = [ZHANG, LI, WANG, ZHAO]
    sbd("import", sheet(tmp_path / "a.xlsx", HEADS[:2], *(person[:2] for person in people)))
    assert only(sbd, roster(tmp_path / "b.xlsx", *people))["updated"] == 4


def test_a_trial_only_says_that_it_would_be_too_much(sbd: Sbd, tmp_path: Path) -> None:
    people = [ZHANG, LI, WANG]
    sbd("import", roster(tmp_path / "a.xlsx", *people))
    file = roster(tmp_path / "b.xlsx", *([*person[:3], "主任"] for person in people))
    trial = sbd("import", file, "--dry-run")
    assert trial.code == 0
    assert "3 行中，有 3 行" in trial.err
    assert "--yes" in trial.err
    assert "更新 3" in trial.out


def test_the_other_files_of_the_command_are_taken(sbd: Sbd, tmp_path: Path) -> None:
    people = [ZHANG, LI, WANG]
    sbd("import", roster(tmp_path / "a.xlsx", *people))
    over = roster(tmp_path / "b.xlsx", *([*person[:3], "主任"] for person in people))
    assert sbd("import", over, roster(tmp_path / "c.xlsx", ZHAO)).code == 5
    assert len(sbd("list", "person", "--format", "json").json()) == 4
    assert sbd("list", "person", "职务:主任", "--format", "json").json() == []


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal to type at")
@pytest.mark.parametrize(("answer", "code", "position"), [("", 5, "教师"), ("y", 0, "主任")])
def test_at_a_terminal_it_asks_and_nothing_is_no(
    answer: str, code: int, position: str, sbd: Sbd, tmp_path: Path
) -> None:
    people = [ZHANG, ["李四", PHONES[1], "甲局", "教师"], ["王五", PHONES[2], "甲局", "教师"]]
    sbd("import", roster(tmp_path / "a.xlsx", *people))
    over = roster(tmp_path / "b.xlsx", *([*person[:3], "主任"] for person in people))
    master, slave = os.openpty()
    os.write(master, f"{answer}\n".encode())
    command = [sys.executable, "-m", "shuangbaodao_cli", "import", str(over)]
    done = subprocess.run(command, stdin=slave, stderr=slave, stdout=subprocess.PIPE, timeout=60, check=False)
    os.close(slave)
    os.close(master)
    assert done.returncode == code
    assert "更新 Sheet1!D2：职务 教师 → 主任".encode() in done.stdout
    assert len(sbd("list", "person", f"职务:{position}", "--format", "json").json()) == 3


# Who is no longer there


def test_a_person_missing_from_a_newer_roster_is_named_and_stays(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI, WANG))
    outcome = only(sbd, roster(tmp_path / "b.xlsx", ZHANG, WANG, ZHAO))
    [problem] = of_kind(outcome, "missing_now")
    assert problem["severity"] == "warning"
    assert "李四" in problem["message"]
    assert "没有改动" in problem["message"]
    assert "sbd void person 2" in problem["message"]
    assert outcome["updated"] == 0
    assert len(sbd("list", "person", "--format", "json").json()) == 4


def test_a_list_of_others_misses_nobody(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI, WANG))
    assert of_kind(only(sbd, roster(tmp_path / "b.xlsx", ZHANG, ZHAO)), "missing_now") == []


def test_a_roster_is_held_against_the_newest_copy_of_itself(sbd: Sbd, tmp_path: Path) -> None:
    other = ["钱七", PHONES[4], "丁局", ""]
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI, WANG))
    sbd("import", roster(tmp_path / "b.xlsx", ZHANG, LI, ZHAO))
    sbd("import", roster(tmp_path / "of another office.xlsx", other, ["孙八", PHONES[5], "丁局", ""]))
    told = [
        problem["message"]
        for problem in of_kind(only(sbd, roster(tmp_path / "c.xlsx", ZHANG, LI, WANG[:2])), "missing_now")
    ]
    assert len(told) == 1
    assert "赵六" in told[0]


def test_a_person_who_moved_to_another_sheet_is_not_missing(sbd: Sbd, tmp_path: Path) -> None:
    def book(path: Path, first: list[list[str]], other: list[list[str]]) -> Path:
        made = openpyxl.Workbook()
        made.remove(made.worksheets[0])
        for name, rows in (("一网格", first), ("二网格", other)):
            raw = made.create_sheet(name)
            for row in [HEADS, *rows]:
                raw.append(row)
        made.save(path)
        return path

    sbd("import", book(tmp_path / "a.xlsx", [ZHANG, LI, WANG], [ZHAO]))
    said = sbd("import", book(tmp_path / "b.xlsx", [ZHANG, LI], [ZHAO, [*WANG[:3], "主任"]]), "--format", "json").json()
    assert [of_kind(sheet, "missing_now") for sheet in said["files"][0]["sheets"]] == [[], []]


def test_who_was_voided_is_not_missing(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI, WANG))
    sbd("void", "person", "李四", "--reason", "迁出")
    assert of_kind(only(sbd, roster(tmp_path / "b.xlsx", ZHANG, [*WANG[:3], "主任"])), "missing_now") == []


def test_activities_are_never_missing(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["活动名称", "活动日期", "备注"]
    sbd("import", sheet(tmp_path / "a.xlsx", heads, ["理发", "2026-07-18", ""], ["义诊", "2026-07-19", ""]))
    outcome = only(sbd, sheet(tmp_path / "b.xlsx", heads, ["理发", "2026-07-18", "补"]))
    assert outcome["problems"] == []


def test_a_participant_no_longer_named_is_told_and_stays(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "p.xlsx", ZHANG, LI))
    sbd("import", sheet(tmp_path / "a.xlsx", ACTIVITY, ["理发", "2026-07-18", "", 2, "张三、李四", ""]))
    outcome = only(sbd, sheet(tmp_path / "b.xlsx", ACTIVITY, ["理发", "2026-07-18", "", 2, "张三", ""]))
    [problem] = of_kind(outcome, "people_left_out")
    assert problem["cell"] == "Sheet1!E2"
    assert "李四" in problem["message"]
    assert "张三" not in problem["message"]
    assert outcome["unchanged"] == 1
    assert len(sbd("list", "participation", "--format", "json").json()) == 2


@pytest.mark.parametrize("cell", ["", "张三、李四、王五"])
def test_an_empty_cell_or_a_longer_list_leaves_nobody_out(cell: str, sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "p.xlsx", ZHANG, LI, WANG))
    sbd("import", sheet(tmp_path / "a.xlsx", ACTIVITY, ["理发", "2026-07-18", "", 2, "张三、李四", ""]))
    outcome = only(sbd, sheet(tmp_path / "b.xlsx", ACTIVITY, ["理发", "2026-07-18", "", 2, cell, ""]))
    assert of_kind(outcome, "people_left_out") == []


def test_a_participant_added_by_hand_is_not_asked_of_the_sheet(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "p.xlsx", ZHANG, LI))
    sbd("import", sheet(tmp_path / "a.xlsx", ACTIVITY, ["理发", "2026-07-18", "", 2, "张三", ""]))
    sbd("add", "participation", "activity=理发", "person=李四")
    outcome = only(sbd, sheet(tmp_path / "b.xlsx", ACTIVITY, ["理发", "2026-07-18", "", 2, "张三", "停车位1个"]))
    assert of_kind(outcome, "people_left_out") == []


# What is let in


@pytest.mark.parametrize(
    ("heads", "row", "cell"),
    [
        (["姓名", "联系电话", "工作单位"], ["张三", PHONES[0], "甲局"], "Sheet1!C2"),
        (["姓名", "联系电话", "居住社区"], ["张三", PHONES[0], "塔沟社区"], "Sheet1!C2"),
        (["姓名", "联系电话", "志愿服务队"], ["张三", PHONES[0], "环保队"], "Sheet1!C2"),
        (["活动名称", "活动日期", "社区"], ["理发", "2026-07-18", "塔沟社区"], "Sheet1!C2"),
    ],
)
def test_strict_refuses_a_row_that_names_what_is_unknown(
    heads: list[str], row: list[str], cell: str, sbd: Sbd, tmp_path: Path
) -> None:
    file = sheet(tmp_path / "a.xlsx", heads, row)
    done = sbd("import", file, "--strict", "--format", "json")
    assert done.code == 3
    [outcome] = done.json()["files"][0]["sheets"]
    assert (outcome["rows"], outcome["created"], outcome["rejected"]) == (1, 0, 1)
    assert [problem["cell"] for problem in of_kind(outcome, "reference_unknown")] == [cell]
    assert only(sbd, file)["created"] == 1


# The file itself


def test_the_file_is_kept_once_under_its_hash_for_its_owner_alone(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    file = roster(tmp_path / "a.xlsx", ZHANG)
    sbd("import", file)
    sbd("import", file, "--again")
    folder = Path(f"{own_ledger}.files")
    [kept] = folder.iterdir()
    content = file.read_bytes()
    assert kept.name == f"{hashlib.sha256(content).hexdigest()}.xlsx"
    assert kept.read_bytes() == content
    assert (folder.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o600)
    [row] = sbd("imports", "--format", "json").json()
    assert row["kept"] == str(kept)


def test_a_trial_keeps_no_file(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    sbd("init")
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG), "--dry-run")
    assert not Path(f"{own_ledger}.files").exists()


def test_a_file_that_cannot_be_kept_is_not_imported(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    sbd("init")
    Path(f"{own_ledger}.files").write_text("in the way")
    before = own_ledger.read_bytes()
    done = sbd("import", roster(tmp_path / "a.xlsx", ZHANG))
    assert done.code in {6, 7}
    assert own_ledger.read_bytes() == before


def test_what_is_kept_of_the_outcome_holds_no_change_twice(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI))
    sbd("import", roster(tmp_path / "b.xlsx", [*ZHANG[:3], "主任"], LI))
    [[said]] = asked(own_ledger, "SELECT outcome FROM batch WHERE id = 2")
    assert json.loads(said)["sheets"][0]["changes"] == []
    again = sbd("import", tmp_path / "b.xlsx", "--format", "json").json()["files"][0]["sheets"][0]
    assert again["changes"] == []


# The list of imports


def test_imports_lists_every_batch_the_newest_first(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI))
    sbd("import", roster(tmp_path / "b.xlsx", [*ZHANG[:3], "主任"], WANG, ["赵六", "1", "", ""], ["合计", "3"]))
    rows = sbd("imports", "--format", "json").json()
    counted = ["rows", "created", "updated", "unchanged", "rejected", "skipped"]
    assert [(row["id"], row["file"], *(row[name] for name in counted)) for row in rows] == [
        (2, "b.xlsx", 4, 1, 1, 0, 1, 1),
        (1, "a.xlsx", 2, 2, 0, 0, 0, 0),
    ]
    assert {row["operator"] for row in rows} == {"测试员"}
    assert {row["undone"] for row in rows} == {None}
    assert "b.xlsx" in sbd("imports", "--format", "csv").out


def test_a_file_that_said_nothing_new_is_remembered_once(sbd: Sbd, tmp_path: Path) -> None:
    """Else, read again after another list had its say, it would turn that back."""
    sbd("import", roster(tmp_path / "a.xlsx", ZHANG, LI))
    same = roster(tmp_path / "b.xlsx", LI, ZHANG)  # written once: a workbook holds the second it was made in
    for again in ([], ["--again"], []):
        assert only(sbd, same, *again)["unchanged"] == 2
        assert len(sbd("imports", "--format", "json").json()) == 2
