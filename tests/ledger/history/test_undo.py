"""An import taken back as a unit: the ledger says what it said before, and the history keeps both."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import EXAMPLES, Sbd, sheet, walk
from shuangbaodao_cli.cli.app import run
from shuangbaodao_cli.model.registry import RECORDS

PHONES = [f"1990000{number:04d}" for number in range(10)]
HEADS = ["姓名", "联系电话", "工作单位", "职务", "血型"]
ZHANG = ["张三", PHONES[0], "甲局", "教师", "A型"]
LI = ["李四", PHONES[1], "甲局", "医生", ""]
ACTIVITY = ["活动名称", "活动日期", "社区", "服务人次", "服务时长", "参加人员", "成效"]
SHEARS = ["理发", "2026-07-18", "塔沟社区", "30余", 2, "张三、李四", "停车位200个"]


def active_records(ledger: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All active records of every kind, without the command that made them."""
    found = {}
    with closing(sqlite3.connect(ledger)) as connection:
        for name in RECORDS:
            cursor = connection.execute(f"SELECT * FROM [{name}] WHERE voided IS NULL ORDER BY id")
            indexes = [index for index, column in enumerate(cursor.description) if column[0] != "entry"]
            found[name] = [tuple(row[index] for index in indexes) for row in cursor]
    return found


def row_counts(sbd: Sbd, *args: object) -> list[tuple[int, ...]]:
    """What became of the rows of each sheet: rows, created, updated, unchanged, rejected, skipped."""
    counted = ("rows", "created", "updated", "unchanged", "rejected", "skipped")
    outcome = sbd("import", *args, "--format", "json").json()
    return [tuple(sheet_[name] for name in counted) for file in outcome["files"] for sheet_ in file["sheets"]]


@pytest.fixture
def before(sbd: Sbd, tmp_path: Path) -> None:
    """Two persons and an activity that both took part in, each from a file of its own."""
    sbd("import", sheet(tmp_path / "p.xlsx", HEADS, ZHANG, LI))
    sbd("import", sheet(tmp_path / "a.xlsx", ACTIVITY, SHEARS))


@pytest.mark.usefixtures("before")
def test_what_an_import_made_and_changed_is_as_it_was(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    original = active_records(own_ledger)
    file = sheet(
        tmp_path / "b.xlsx",
        ACTIVITY,
        ["理发", "2026-07-18", "塔沟社区", 45, "约3小时", "张三、李四、王五", "停车位250个、丁香3棵"],
        ["扫雪", "2026-07-20", "文庙社区", 5, 1, "张三", ""],
    )
    sbd("import", file, "--new")
    assert active_records(own_ledger) != original
    assert sbd("undo", "--import", "3").code == 0
    assert active_records(own_ledger) == original
    assert sbd("status", "--check").code == 0


@pytest.mark.usefixtures("before")
def test_references_names_and_unknown_columns_are_put_back(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    original = active_records(own_ledger)
    sbd("import", sheet(tmp_path / "b.xlsx", HEADS, ["张　三", PHONES[0], "丙局", "主任", "B型"], [*LI[:4], "O型"]))
    sbd("undo", "--import", "3")
    assert active_records(own_ledger) == original


@pytest.mark.usefixtures("before")
def test_the_file_can_be_imported_again_with_the_same_result(sbd: Sbd, tmp_path: Path) -> None:
    rows = [["理发", "2026-07-18", "塔沟社区", 45, 3, "张三", ""], ["扫雪", "2026-07-20", "文庙社区", 5, 1, "张三", ""]]
    file = sheet(tmp_path / "b.xlsx", ACTIVITY, *rows)
    first = sbd("import", file, "--format", "json").json()["files"][0]
    sbd("undo", "--import", "3")
    again = sbd("import", file, "--format", "json").json()["files"][0]
    assert again == first
    assert row_counts(sbd, file) == [(2, 0, 0, 2, 0, 0)]


def test_every_example_goes_in_again_as_the_first_time(sbd: Sbd, own_ledger: Path) -> None:
    files = sorted(EXAMPLES.glob("*.xlsx"))
    first = row_counts(sbd, *files)
    for number in range(len(files), 0, -1):
        assert sbd("undo", "--import", str(number)).code == 0
    assert not any(active_records(own_ledger).values())
    assert row_counts(sbd, *files) == first


def test_what_somebody_voided_stays_void_and_is_not_taken_again(sbd: Sbd, tmp_path: Path) -> None:
    file = sheet(tmp_path / "p.xlsx", HEADS[:2], ZHANG[:2], LI[:2])
    sbd("import", file)
    sbd("void", "person", "张三", "--reason", "迁出")
    sbd("undo", "--import", "1")
    assert row_counts(sbd, file) == [(2, 1, 0, 0, 0, 1)]


def test_what_was_typed_and_taken_back_comes_in_with_its_list(sbd: Sbd, tmp_path: Path) -> None:
    file = sheet(tmp_path / "p.xlsx", HEADS[:2], ZHANG[:2])
    sbd("add", "person", "姓名=张三", f"联系电话={PHONES[0]}")
    sbd("undo")
    assert row_counts(sbd, file) == [(1, 1, 0, 0, 0, 0)]


def test_what_somebody_voided_is_void_for_itself_after_to_and_fro_too(sbd: Sbd, tmp_path: Path) -> None:
    file = sheet(tmp_path / "p.xlsx", HEADS[:2], ZHANG[:2])
    sbd("add", "person", "姓名=张三", f"联系电话={PHONES[0]}")
    sbd("void", "person", "1", "--reason", "迁出")
    for _ in range(2):
        sbd("undo")
    assert row_counts(sbd, file) == [(1, 0, 0, 0, 0, 1)]


@pytest.mark.usefixtures("before")
def test_a_later_change_stays_and_is_told(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", sheet(tmp_path / "b.xlsx", HEADS, ["张三", PHONES[0], "", "主任", "B型"], LI))
    sbd("edit", "person", "张三", "职务=科员")
    result = sbd("undo", "--import", "3")
    assert "职务后来又改过" in result.out
    assert "张三" in result.out
    assert sbd("show", "person", "张三", "--format", "json").json()["position"] == "科员"
    assert "A型" in sbd("show", "person", "张三").out


@pytest.mark.usefixtures("before")
def test_two_imports_taken_back_in_turn_leave_what_was_before_both(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    original = active_records(own_ledger)
    sbd("import", sheet(tmp_path / "b.xlsx", HEADS, [*ZHANG[:3], "主任", ""], LI))
    sbd("import", sheet(tmp_path / "c.xlsx", HEADS, [*ZHANG[:3], "科员", ""], LI))
    for number in ("4", "3"):
        result = sbd("undo", "--import", number)
        assert "没有恢复" not in result.out
    assert active_records(own_ledger) == original


@pytest.mark.usefixtures("before")
def test_what_later_records_rely_on_cannot_be_taken_back(sbd: Sbd, own_ledger: Path) -> None:
    original = own_ledger.read_bytes()
    result = sbd("undo", "--import", "1")
    assert result.code == 5
    assert "参与 1（理发，张三）" in result.err
    assert own_ledger.read_bytes() == original
    assert sbd("undo", "--import", "2").code == 0
    assert sbd("undo", "--import", "1").code == 0


@pytest.mark.usefixtures("before")
def test_a_record_that_was_edited_to_rely_on_it_holds_an_import_too(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", sheet(tmp_path / "b.xlsx", ["单位名称", "联络员"], ["丙局", "王某某"]))
    sbd("edit", "person", "李四", "工作单位=丙局")
    result = sbd("undo", "--import", "3")
    assert result.code == 5
    assert "李四" in result.err


def test_what_a_later_file_tells_of_too_cannot_be_taken_back_first(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", sheet(tmp_path / "a.xlsx", HEADS, ZHANG))
    sbd("import", sheet(tmp_path / "b.xlsx", HEADS, ZHANG, LI))
    result = sbd("undo", "--import", "1")
    assert result.code == 5
    assert "第 2 批（b.xlsx）" in result.err
    assert len(sbd("list", "person", "--format", "json").json()) == 2


def test_the_place_of_the_ledger_cannot_be_taken_back(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", sheet(tmp_path / "a.xlsx", ["社区名称", "级别"], ["塔沟社区", "社区"]))
    sbd("init", "--place", "塔沟社区")
    assert sbd("undo", "--import", "1").code == 5


@pytest.mark.usefixtures("before")
def test_it_says_which_totals_move(sbd: Sbd) -> None:
    printed = sbd("undo", "--import", "2").out
    assert "作废了它新增的 1 条地点、1 条服务活动、2 条参与、1 条成效" in printed
    for line in (
        "服务次数（次）：1 → 0",
        "服务群众人次（人次）：30 → 0",
        "参与人数（人）：2 → 0",
        "志愿者人次（人次）：2 → 0",
        "服务时长（小时）：4.0 → 0.0",
        "服务活动（条）：1 → 0",
    ):
        assert line in printed
    assert "人员（条）" not in printed


@pytest.mark.usefixtures("before")
def test_a_trial_says_the_same_and_changes_nothing(sbd: Sbd, own_ledger: Path) -> None:
    original = own_ledger.read_bytes()
    trial = sbd("undo", "--import", "2", "--dry-run")
    assert own_ledger.read_bytes() == original
    assert trial.out == f"（试撤销，台账没有改动）\n{sbd('undo', '--import', '2').out}"


@pytest.mark.usefixtures("before")
def test_the_list_and_the_history_say_that_it_was_taken_back(sbd: Sbd) -> None:
    sbd("undo", "--import", "2", "--reason", "拿错了表")
    taken_back = {row["id"]: bool(row["undone"]) for row in sbd("imports", "--format", "json").json()}
    assert taken_back == {1: False, 2: True}
    past = sbd("show", "activity", "1").out
    assert "作废" in past
    assert "拿错了表" in past
    assert "来自" not in past


@pytest.mark.usefixtures("before")
def test_an_import_is_taken_back_once(sbd: Sbd) -> None:
    sbd("undo", "--import", "2")
    result = sbd("undo", "--import", "2")
    assert result.code == 5
    assert "sbd undo --entry 3" in result.err
    assert sbd("undo", "--import", "9").code == 4
    assert sbd("undo", "--entry", "3").code == 0


def test_where_there_is_no_ledger_there_is_nothing_to_take_back(sbd: Sbd, own_ledger: Path) -> None:
    assert sbd("undo", "--import", "1", "--dry-run").code == 7
    assert not own_ledger.exists()


@pytest.mark.usefixtures("before")
def test_an_import_taken_back_is_no_earlier_copy(sbd: Sbd, tmp_path: Path) -> None:
    wang = ["王五", PHONES[2], "", "", ""]
    sbd("import", sheet(tmp_path / "b.xlsx", HEADS, ZHANG, LI, wang))
    sbd("undo", "--import", "3")
    one = sbd("import", sheet(tmp_path / "c.xlsx", HEADS, ZHANG, [*LI[:4], "O型"]), "--format", "json").json()
    assert "missing_now" not in {problem["kind"] for problem in one["files"][0]["sheets"][0]["problems"]}


def test_what_it_said_of_headings_is_forgotten_with_it(sbd: Sbd, tmp_path: Path) -> None:
    file = sheet(tmp_path / "a.xlsx", ["志愿者", "绰号", "联系电话"], ["张三", "老张", PHONES[0]])
    other = sheet(tmp_path / "b.xlsx", ["志愿者", "绰号", "联系电话"], ["李四", "老李", PHONES[1]])
    sbd("import", file, "--as", "person", "--map", "姓名=绰号")
    sbd("undo", "--import", "1")
    assert sbd("import", other, "--as", "person").code == 6
    for _ in range(2):
        sbd("import", file, "--as", "person", "--map", "姓名=志愿者")
    sbd("import", other, "--as", "person")
    assert [one["name"] for one in sbd("list", "person", "--format", "json").json()] == ["张三", "李四"]


def test_the_same_said_again_after_it_was_taken_back_holds(sbd: Sbd, tmp_path: Path) -> None:
    file = sheet(tmp_path / "a.xlsx", ["志愿者", "联系电话"], ["张三", PHONES[0]])
    other = sheet(tmp_path / "b.xlsx", ["志愿者", "联系电话"], ["李四", PHONES[1]])
    sbd("import", file, "--as", "person", "--map", "姓名=志愿者")
    sbd("undo", "--import", "1")
    sbd("import", file, "--as", "person", "--map", "姓名=志愿者")
    assert sbd("import", other, "--as", "person").code == 0


def test_what_points_to_nothing_live_holds_an_import(sbd: Sbd, tmp_path: Path) -> None:
    """The unit that stood there before is void, the one that stands there now would be."""
    sbd("import", sheet(tmp_path / "a.xlsx", HEADS, ZHANG))
    sbd("import", sheet(tmp_path / "b.xlsx", HEADS, [*ZHANG[:2], "丙局", "", ""]))
    sbd("void", "org", "甲局", "--reason", "撤并")
    result = sbd("undo", "--import", "2")
    assert result.code == 5
    assert "张三" in result.err


def test_a_person_merged_since_holds_an_import(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", sheet(tmp_path / "a.xlsx", HEADS, ZHANG))
    sbd("import", sheet(tmp_path / "b.xlsx", HEADS, ["张三三", PHONES[3], "", "", ""]))
    assert sbd("person", "merge", "1", "2").code == 0
    result = sbd("undo", "--import", "2")
    assert result.code == 5
    assert "1（张三" in result.err
    sbd("person", "unmerge", "2")
    assert sbd("undo", "--import", "2").code == 0


CELL = st.sampled_from
EVENTS = st.lists(
    st.tuples(
        CELL(["甲", "乙"]),
        CELL(["2026-07-18", "2026-07-19"]),
        CELL(["", "甲社区", "乙社区"]),
        CELL(["", "30", "30余"]),
        CELL(["", 2, "半天"]),
        CELL(["", "张三", "张三、李四"]),
        CELL(["", "停车位200个", "停车位200余个、丁香3棵"]),
        CELL(["", "甲", "乙"]),
    ),
    min_size=1,
    max_size=4,
)
"""Few words, so that the second sheet meets what the first one said."""


@walk(40)
@given(EVENTS, EVENTS)
def test_whatever_an_import_says_taking_it_back_leaves_what_was(
    first: list[tuple[Any, ...]], second: list[tuple[Any, ...]]
) -> None:
    heads = ["序号", *ACTIVITY, "没有的列"]
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.db"

        def run_command(*words: str) -> Any:
            printed = StringIO()
            with redirect_stdout(printed), redirect_stderr(StringIO()):
                assert run([*words, "--ledger", str(ledger)]) in {0, 3}
            return json.loads(printed.getvalue()) if "--format" in words else None

        def import_rows(name: str, rows: list[tuple[Any, ...]]) -> Any:
            body = [[number, *row] for number, row in enumerate(rows, 1)]
            file = sheet(Path(folder) / name, ["台账"], heads, *body)
            options = ("--as", "activity", "--new", "--yes", "--format", "json")
            return run_command("import", str(file), *options)

        import_rows("a.xlsx", first)
        original = active_records(ledger)
        result = import_rows("b.xlsx", second)
        if result["batch"] != 2:
            return
        run_command("undo", "--import", "2")
        assert active_records(ledger) == original
        again = import_rows("b.xlsx", second)
        counted = ("created", "updated", "unchanged", "rejected", "skipped")
        one, other = (each["files"][0]["sheets"][0] for each in (result, again))
        assert [one[name] for name in counted] == [other[name] for name in counted]
