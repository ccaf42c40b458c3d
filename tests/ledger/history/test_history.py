"""What commands did, told and taken back: the last one, any one, and the taking back itself."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st

from conftest import Sbd, sheet, walk
from shuangbaodao_cli.cli.app import run
from shuangbaodao_cli.ledger.storage import reversals
from shuangbaodao_cli.model.registry import RECORDS

PHONES = [f"1990000{number:04d}" for number in range(10)]
NEED, ORDER = "需-2026-0001", "单-2026-0001"
ID_NO = "13080219900307001X"
"""A made-up number; its last digit is what ISO 7064 MOD 11-2 asks for."""


def active_records(ledger: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All active records of every kind, without the command that made them, and the tree of places."""
    found = {}
    with closing(sqlite3.connect(ledger)) as connection:
        for name in RECORDS:
            cursor = connection.execute(f"SELECT * FROM [{name}] WHERE voided IS NULL ORDER BY id")
            indexes = [index for index, column in enumerate(cursor.description) if column[0] != "entry"]
            found[name] = [tuple(row[index] for index in indexes) for row in cursor]
        sql = "SELECT t.* FROM place_tree AS t JOIN place AS p ON p.id = t.place WHERE p.voided IS NULL"
        found["place_tree"] = connection.execute(f"{sql} ORDER BY 1, 2").fetchall()
        found["batch"] = connection.execute("SELECT id FROM batch WHERE undone IS NULL").fetchall()
    return found


def last_entry(ledger: Path) -> int:
    """The number of the last command that is in the history."""
    with closing(sqlite3.connect(ledger)) as connection:
        return int(connection.execute("SELECT MAX(id) FROM entry").fetchone()[0])


@pytest.fixture
def before(sbd: Sbd) -> None:
    """A community, a unit, two persons of it and an activity that both took part in: entries 1 to 5."""
    sbd("add", "place", "名称=塔沟社区", "级别=社区")
    sbd("add", "org", "单位名称=甲局")
    sbd("add", "person", "姓名=张三", f"联系电话={PHONES[0]}", "工作单位=甲局")
    sbd("add", "person", "姓名=李四", f"联系电话={PHONES[1]}", "工作单位=甲局", "职务=医生")
    words = "log activity 理发 --place 塔沟社区 --date 2026-07-18 --served 12 --hours 约2 --people 张三,李四"
    assert sbd(*words.split()).code == 0


CHANGES: dict[str, tuple[object, ...]] = {
    "add": ("add", "person", "姓名=王五", "工作单位=甲局"),
    "log": ("log", "activity", "扫雪", "--place", "塔沟社区", "--people", "张三", "--outcome", "清雪200平方米"),
    "edit": ("edit", "activity", "1", "服务时长=3", "服务人次=30余", "活动日期=2026-07-19"),
    "both days": ("edit", "activity", "1", "活动日期=2026-07-20", "结束日期=2026-07-22"),
    "rename": ("edit", "org", "甲局", "单位名称=乙局"),
    "void": ("void", "activity", "1", "--reason", "重复登记"),
    "void a part": ("void", "participation", "1", "--reason", "没有来"),
    "merge": ("person", "merge", "1", "2"),
    "need": ("log", "need", "路灯不亮", "--place", "塔沟社区"),
}


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize("command", CHANGES.values(), ids=CHANGES)
def test_the_last_command_is_taken_back_and_brought_back(
    sbd: Sbd, command: tuple[object, ...], own_ledger: Path
) -> None:
    original = active_records(own_ledger)
    assert sbd(*command).code == 0
    changed = active_records(own_ledger)
    assert changed != original
    result = sbd("undo")
    assert (result.code, active_records(own_ledger)) == (0, original)
    assert "第 6 笔" in result.out
    assert (sbd("undo").code, active_records(own_ledger)) == (0, changed)
    assert (sbd("undo").code, active_records(own_ledger)) == (0, original)
    assert sbd("status", "--check").code == 0


@pytest.mark.usefixtures("before")
def test_a_named_command_is_taken_back_and_what_was_changed_since_stays(sbd: Sbd) -> None:
    sbd("edit", "person", "张三", "职务=主任", "备注=甲")
    sbd("edit", "person", "张三", "职务=科员")
    result = sbd("undo", "--entry", "6", "--reason", "记错了人")
    assert "职务后来又改过" in result.out
    now = sbd("show", "person", "1", "--format", "json").json()
    assert (now["position"], now["note"]) == ("科员", None)
    assert "记错了人" in sbd("show", "person", "1").out


@pytest.mark.usefixtures("before")
def test_where_all_was_changed_since_nothing_is_done(sbd: Sbd, own_ledger: Path) -> None:
    sbd("edit", "person", "张三", "职务=主任")
    sbd("edit", "person", "张三", "职务=科员")
    original = own_ledger.read_bytes()
    assert sbd("undo", "--entry", "6").code == 5
    assert own_ledger.read_bytes() == original


@pytest.mark.usefixtures("before")
def test_what_is_relied_on_is_not_taken_back(sbd: Sbd, own_ledger: Path) -> None:
    original = own_ledger.read_bytes()
    result = sbd("undo", "--entry", "2")
    assert result.code == 5
    assert "张三" in result.err
    assert own_ledger.read_bytes() == original


@pytest.mark.usefixtures("before")
def test_a_part_does_not_come_back_before_what_it_is_a_part_of(sbd: Sbd) -> None:
    sbd("void", "participation", "1", "--reason", "没有来")
    sbd("void", "person", "张三", "--reason", "登记错了")
    result = sbd("undo", "--entry", "6")
    assert result.code == 5
    assert "sbd undo --entry 7" in result.err
    assert sbd("undo", "--entry", "7").code == 0
    assert sbd("undo", "--entry", "6").code == 0


@pytest.mark.usefixtures("before")
def test_a_number_that_somebody_else_has_now_is_not_given_back(sbd: Sbd, own_ledger: Path) -> None:
    sbd("edit", "person", "1", f"证件号码={ID_NO}")
    sbd("edit", "person", "1", "证件号码=")
    sbd("edit", "person", "2", f"证件号码={ID_NO}")
    assert last_entry(own_ledger) == 8
    result = sbd("undo", "--entry", "7")
    assert result.code == 5
    assert "张三" in result.err


def test_a_place_does_not_come_back_below_itself(sbd: Sbd) -> None:
    for name, level in (("双桥区", "区"), ("水泉沟街道", "街道")):
        sbd("add", "place", f"名称={name}", f"级别={level}")
    sbd("edit", "place", "水泉沟街道", "上级=双桥区")
    sbd("edit", "place", "水泉沟街道", "上级=")
    sbd("edit", "place", "双桥区", "上级=水泉沟街道")
    result = sbd("undo", "--entry", "4")
    assert result.code == 5
    assert "水泉沟街道" in result.err
    assert "“上级”。没有改动" in result.err


@pytest.mark.usefixtures("before")
def test_a_command_is_taken_back_once_and_says_how_to_bring_it_back(sbd: Sbd) -> None:
    sbd("edit", "person", "张三", "职务=主任")
    sbd("undo", "--entry", "6")
    result = sbd("undo", "--entry", "6")
    assert result.code == 5
    assert "sbd undo --entry 7" in result.err
    assert sbd("undo", "--entry", "7").code == 0
    assert sbd("undo", "--entry", "6").code == 0
    assert sbd("undo", "--entry", "99").code == 4
    assert sbd("undo", "--entry", "6", "--import", "1").code == 2


@pytest.mark.parametrize("times", [1999, 2000])
def test_to_and_fro_however_often(sbd: Sbd, own_ledger: Path, times: int) -> None:
    sbd("add", "person", "姓名=张三")
    taken = [(at + 1, at) for at in range(1, times + 1)]  # entry 2 takes back 1, 3 takes back 2 …
    with closing(sqlite3.connect(own_ledger)) as connection:
        again = "INSERT INTO entry SELECT ?1, at, operator, 'sbd undo', NULL FROM entry WHERE id = 1"
        connection.executemany(again, [(one,) for one, _ in taken])
        sql = "INSERT INTO change (entry, record, record_id, field, old, new) VALUES (?1, 'entry', ?2, 'undone', 0, ?1)"
        connection.executemany(sql, taken)
        connection.commit()
        assert reversals.reversed_by(connection) == {one: one + 1 for one in range(times, 0, -2)}
    assert sbd("history").code == 0


_INSTEAD = (
    (1, "sbd init"),
    (2, "policy edit"),
    (3, "report freeze"),
    (6, "person merge"),
    (7, "不用撤销"),
)
"""Number of a command in the test below → what its refusal names."""


def test_what_cannot_be_taken_back_says_what_to_do_instead(sbd: Sbd, own_ledger: Path) -> None:
    sbd("init", "--office", "塔沟社区", "--place", "塔沟社区", "--new")
    assert sbd("undo").code == 4
    sbd("policy", "edit", "--set", "report.month_starts=26")
    sbd("report", "freeze", "--month", "2026-06")
    sbd("add", "person", "姓名=张三")
    sbd("add", "person", "姓名=张三三")
    sbd("person", "not-the-same", "1", "2")
    sbd("list", "person", "--full", "--reason", "核对名单")
    original = own_ledger.read_bytes()
    for number, instead in _INSTEAD:
        result = sbd("undo", "--entry", number)
        assert (number, result.code) == (number, 5)
        assert instead in result.err
    assert own_ledger.read_bytes() == original
    assert "第 5 笔" in sbd("undo").out


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
@pytest.mark.usefixtures("before")
@pytest.mark.parametrize(("answer", "code", "undone"), [(b"n\n", 130, False), (b"y\n", 0, True)])
def test_at_a_terminal_it_asks_first(answer: bytes, code: int, undone: bool, own_ledger: Path) -> None:  # noqa: FBT001
    ours, theirs = os.openpty()
    os.write(ours, answer)
    command = [sys.executable, "-m", "shuangbaodao_cli", "undo"]
    result = subprocess.run(command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, check=False)
    asked = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert result.returncode == code
    assert "第 5 笔" in asked
    assert (active_records(own_ledger)["activity"] == []) is undone


def test_where_nothing_was_done_there_is_nothing_to_take_back(sbd: Sbd) -> None:
    sbd("init")
    assert sbd("undo").code == 4


@pytest.mark.usefixtures("before")
def test_a_trial_changes_nothing(sbd: Sbd, own_ledger: Path) -> None:
    original = own_ledger.read_bytes()
    result = sbd("undo", "--dry-run")
    assert "参与人数（人）：2 → 0" in result.out
    assert own_ledger.read_bytes() == original


@pytest.mark.usefixtures("before")
def test_orders_follow_and_only_the_last_step_goes(sbd: Sbd, own_ledger: Path) -> None:
    sbd("log", "need", "路灯不亮", "--place", "塔沟社区")
    states = [active_records(own_ledger)]
    steps = (("open",), ("plan", "--plan", "换灯"), ("claim", "--by", "张三"), ("finish", "--result", "换好"))
    for step, *options in steps:
        key = NEED if step == "open" else ORDER
        assert sbd("order", step, key, *options).code == 0
        states.append(active_records(own_ledger))
    for number in (7, 8):  # the opening and the plan
        result = sbd("undo", "--entry", number)
        assert result.code == 5
        assert "请从最后一步起逐笔撤销：sbd undo --entry 10" in result.err
    for number in range(len(steps), 0, -1):
        assert sbd("undo", "--entry", 6 + number).code == 0
        assert active_records(own_ledger) == states[number - 1]
    for number in range(1, len(steps) + 1):
        assert sbd("undo", "--entry", 15 - number).code == 0
        assert active_records(own_ledger) == states[number]
    sbd("order", "withdraw", ORDER, "--reason", "记错了")
    sbd("undo")
    assert active_records(own_ledger) == states[-1]
    assert "办结（已撤回）" not in sbd("show", "order", ORDER).out


@pytest.fixture
def waiting(sbd: Sbd) -> None:
    """A need and a project that one may claim, each with an order (1, 2 and 3): entries 6 to 13."""
    sbd("log", "need", "路灯不亮", "--place", "塔沟社区")
    sbd("add", "project", "项目名称=修路", "实施地点=塔沟社区", "认领名额=1")
    for target in ((NEED,), ("--project", "修路"), ("--project", "修路")):
        assert sbd("order", "open", *target).code == 0
    for number in (1, 2, 3):
        assert sbd("order", "plan", f"单-2026-000{number}", "--plan", "办").code == 0


@pytest.mark.usefixtures("before", "waiting")
@pytest.mark.parametrize("back", [("undo", "--entry", "15"), ("order", "withdraw", ORDER[:-1] + "2")])
def test_a_claim_does_not_come_back_where_the_project_is_full(
    sbd: Sbd, own_ledger: Path, back: tuple[str, ...]
) -> None:
    sbd("order", "claim", "单-2026-0002", "--by", "张三")
    if back[0] == "undo":
        sbd("undo")
    else:
        sbd("order", "return", "单-2026-0002", "--reason", "忙不过来")
    assert sbd("order", "claim", "单-2026-0003", "--by", "李四").code == 0
    original = active_records(own_ledger)
    result = sbd(*back, "--reason", "记错了")
    assert (result.code, active_records(own_ledger)) == (5, original)
    assert "认领满了" in result.err


@pytest.mark.usefixtures("before", "waiting")
@pytest.mark.parametrize("back", [("undo", "--entry", "14"), ("order", "withdraw", ORDER)])
def test_an_order_does_not_come_back_where_its_need_has_another(
    sbd: Sbd, own_ledger: Path, back: tuple[str, ...]
) -> None:
    sbd("order", "cancel", ORDER, "--reason", "不办了")
    assert sbd("order", "open", NEED).code == 0
    original = active_records(own_ledger)
    result = sbd(*back, "--reason", "记错了")
    assert (result.code, active_records(own_ledger)) == (5, original)
    assert f"{NEED} 现在由 单-2026-0004 在办，{ORDER} 不能恢复" in result.err
    assert sbd("order", "cancel", "单-2026-0004", "--reason", "重了").code == 0
    assert sbd(*back, "--reason", "记错了").code == 0


@pytest.mark.usefixtures("before", "waiting")
@pytest.mark.parametrize("apart", [("undo", "--entry", "15"), ("person", "unmerge", "2")])
def test_whoever_has_an_order_has_it_still_after_a_merger_was_taken_back(sbd: Sbd, apart: tuple[str, ...]) -> None:
    sbd("order", "dispatch", ORDER, "--to", "李四", "--due", "2026-08-09")
    sbd("person", "merge", "1", "2")
    sbd("order", "claim", ORDER, "--by", "张三")
    sbd("order", "withdraw", ORDER, "--reason", "记错了")
    assert sbd("show", "order", ORDER, "--format", "json").json()["holder"] == "张三"
    assert sbd(*apart).code == 0
    assert sbd("show", "order", ORDER, "--format", "json").json()["holder"] == "李四"


def test_an_import_comes_back_with_its_batch(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    file = sheet(tmp_path / "a.xlsx", ["姓名", "联系电话", "工作单位"], ["张三", PHONES[0], "甲局"])
    sbd("import", file)
    changed = active_records(own_ledger)
    sbd("undo", "--import", "1")
    assert sbd("imports", "--format", "json").json()[0]["undone"]
    sbd("undo")
    assert active_records(own_ledger) == changed
    assert sbd("imports", "--format", "json").json()[0]["undone"] is None
    sbd("undo")
    assert sbd("imports", "--format", "json").json()[0]["undone"]
    sbd("import", file)
    result = sbd("undo", "--entry", last_entry(own_ledger) - 1)
    assert result.code == 5
    assert "第 2 批" in result.err


@pytest.mark.usefixtures("before")
def test_the_history_tells_what_each_command_did(sbd: Sbd) -> None:
    sbd("edit", "person", "张三", "职务=主任", "--reason", "调动")
    sbd("undo")
    sbd("list", "person", "--full", "--reason", "核对名单")
    rows = sbd("history", "--format", "json").json()
    assert [row["entry"] for row in rows] == [7, 6, 5, 4, 3, 2, 1]
    assert [row["what"] for row in rows[:3]] == [
        "撤销第 6 笔，改了 1 条人员",
        "改了 1 条人员",
        "新增 1 条服务活动、2 条参与",
    ]
    assert rows[1]["reason"] == "调动"
    assert rows[1]["undone"] == "已由第 7 笔撤销"
    assert [row["entry"] for row in sbd("history", "--limit", "2", "--format", "json").json()] == [7, 6]


def test_numbers_in_commands_are_masked_and_nothing_is_told_of_who_is_looked_after(sbd: Sbd, own_ledger: Path) -> None:
    assert sbd("add", "person", "姓名=张三", f"联系电话={PHONES[0]}", f"证件号码={ID_NO}").code == 0
    sbd("add", "person", "姓名=李四", "联系电话=0314-2012345")
    sbd("add", "subject", "姓名=赵某", "健康状况=好", "level=高风险")
    sbd("edit", "subject", "赵某", "居住地址=某楼")
    sbd("--ledger", own_ledger, "edit", "--reason", "补", "重点服务对象", "赵某", "备注=某事")
    sbd("--ledger", own_ledger, "add", "--new", "人员", "姓名=王五", "联系电话=0314-2012345")
    output = sbd("history").out + sbd("history", "--entry", "1").out + sbd("history", "person", "1").out
    for secret in (PHONES[0], ID_NO, "2012345", "赵某", "某楼", "某事", str(own_ledger)):
        assert secret not in output
    assert last_entry(own_ledger) == 6
    assert sbd("history", "--entry", "1", "--full").code == 2
    assert PHONES[0] in sbd("history", "--entry", "1", "--full", "--reason", "核对").out


def test_it_is_all_the_same_where_the_options_stand(sbd: Sbd, own_ledger: Path) -> None:
    sbd("--ledger", own_ledger, "init", "--office", "塔沟居委会", "--place", "塔沟社区", "--new")
    assert sbd("undo").code == 4
    assert "sbd init" in sbd("undo", "--entry", "1").err
    assert sbd("add", "--new", "person", "姓名=李四", "联系电话=0314-2012345").code == 0
    assert sbd("--ledger", own_ledger, "add", "--", "人员", "姓名=王五", "联系电话=0314-2012346").code == 0
    assert sbd("add", "--ledger", own_ledger, "subject", "姓名=赵某", "level=高风险").code == 0
    assert sbd("edit", "--reason=核实", "subject", "赵某", "居住地址=某楼").code == 0
    output = sbd("history").out
    for secret in ("2012345", "2012346", "赵某", "某楼"):
        assert secret not in output
    assert last_entry(own_ledger) == 5


@pytest.mark.usefixtures("before")
def test_the_history_of_one_record(sbd: Sbd) -> None:
    sbd("edit", "person", "张三", f"联系电话={PHONES[2]}", "--reason", "换了号码")
    row = sbd("history", "person", "张三", "--format", "json").json()[-1]
    assert (row["entry"], row["field"], row["old"], row["new"]) == (6, "联系电话", "199****0000", "199****0002")
    assert (row["operator"], row["command"], row["reason"]) == ("测试员", "sbd edit", "换了号码")
    whole = sbd("history", "person", "张三", "--full", "--reason", "核对", "--format", "json").json()
    assert whole[-1]["new"] == PHONES[2]
    assert sbd("history", "person").code == 2
    assert sbd("history", "person", "1", "--entry", "2").code == 4


@pytest.mark.usefixtures("before")
def test_a_slip_has_what_was_corrected_and_room_to_sign(sbd: Sbd, tmp_path: Path) -> None:
    sbd("init", "--office", "塔沟社区居委会")
    sbd("edit", "participation", "1", "服务时长=3", "--reason", "本人提出，核对签到表")
    slip = sbd("history", "participation", "1", "--slip", "--format", "json").json()
    [line] = slip["corrections"]
    assert (line["field"], line["old"], line["new"]) == ("服务时长", "约2小时", "3小时")
    assert (line["reason"], line["operator"]) == ("本人提出，核对签到表", "测试员")
    assert slip["office"] == "塔沟社区居委会"
    for suffix in ("xlsx", "html", "md", "csv", "json"):
        assert sbd("history", "--entry", "7", "--slip", "-o", tmp_path / f"更正单.{suffix}").code == 0
    [page] = openpyxl.load_workbook(tmp_path / "更正单.xlsx")  # one sheet: what was corrected and who signs it
    assert sum(one.height for one in page.row_dimensions.values()) < 595 - 72 * (0.6 + 0.7)  # A4 less its margins
    cells = {cell.value for row in page.iter_rows() for cell in row}
    assert {"原记录", "更正为", "更正原因", "更正时间", "经办人", "约2小时", "3小时", "申请人签字", "单位盖章"} <= cells
    assert sbd("history", "--slip").code == 2
    printed = sbd("history", "--entry", "7", "--slip", "--format", "csv").out
    assert (printed[:3], printed.count("\ufeff")) == ("\ufeff记录", 1)
    assert printed.replace("\r\n", "\n") == (tmp_path / "更正单.csv").read_text("utf-8")


def test_there_is_no_slip_of_what_corrected_no_record(sbd: Sbd, tmp_path: Path) -> None:
    sbd("init", "--office", "塔沟社区居委会")
    sbd("init", "--place", "塔沟社区", "--new")
    assert [row["what"] for row in sbd("history", "--format", "json").json()] == [
        "登记了本台账的单位和地点，新增 1 条地点",
        "登记了本台账的单位和地点",
    ]
    result = sbd("history", "--entry", "1", "--slip", "-o", tmp_path / "更正单.xlsx")
    assert (result.code, (tmp_path / "更正单.xlsx").exists()) == (4, False)
    assert "第 1 笔没有改动记录" in result.err


def test_a_program_that_reads_one_command_is_given_all_of_it(sbd: Sbd, tmp_path: Path) -> None:
    sbd("import", sheet(tmp_path / "a.xlsx", HEADS[:2], *([f"王{at}", None] for at in range(300))))
    assert len(sbd("history", "--entry", "1", "--format", "json").json()["changes"]) == 300
    assert "王299" in sbd("history", "--entry", "1", "--format", "csv").out
    assert "还有 100 处没有列出" in sbd("history", "--entry", "1").out


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize("words", [("history", "--entry"), ("undo", "--entry"), ("undo", "--import")])
def test_a_number_that_no_record_can_have_is_told_so(sbd: Sbd, words: tuple[str, ...]) -> None:
    assert [sbd(*words, number).code for number in ("0", "6", "99", "9" * 25)] == [4, 4, 4, 2]


@pytest.mark.usefixtures("before")
def test_an_omission_that_was_put_right_has_a_slip_too(sbd: Sbd) -> None:
    sbd("add", "person", "姓名=王五")
    sbd("add", "participation", "活动名称=1", "姓名=王五")
    [line] = sbd("history", "--entry", "7", "--slip", "--format", "json").json()["corrections"]
    assert (line["old"], line["new"]) == ("（没有）", "登记")


NAMES = st.sampled_from(["张三", "李四", "王五"])
ORGS = st.sampled_from(["甲局", "乙局"])
PERSONS = st.sampled_from(["1", "2", "3", "4"])
ACTS = st.sampled_from(["1", "2"])
DAYS = st.sampled_from(["2026-07-18", "2026-07-20", "2026-07-25"])
HOURS = st.sampled_from(["", "2", "约3", "1.5"])


def _fields(**values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    pairs = [value.map(f"{name}={{}}".format) for name, value in values.items()]
    return st.lists(st.one_of(pairs), min_size=1, max_size=3, unique_by=lambda one: one.partition("=")[0]).map(tuple)


def _command(*words: str | st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.tuples(*(st.just(word) if isinstance(word, str) else word for word in words)).map(
        lambda all_: tuple(part for one in all_ for part in ((one,) if isinstance(one, str) else one))
    )


PERSON_FIELDS = _fields(
    工作单位=ORGS, 职务=st.sampled_from(["", "医生"]), 证件号码=st.sampled_from(["", ID_NO]), 姓名=NAMES
)
ACT_FIELDS = _fields(
    活动日期=DAYS, 结束日期=DAYS, 服务时长=HOURS, 服务人次=st.sampled_from(["", "30", "30余"]), 社区=st.just("甲社区")
)
COMMANDS = st.one_of(
    _command(
        "add", "person", NAMES.map("姓名={}".format), PERSON_FIELDS.filter(lambda all_: "姓名" not in "".join(all_))
    ),
    _command("edit", "person", PERSONS, PERSON_FIELDS),
    _command("edit", "activity", ACTS, ACT_FIELDS),
    _command("edit", "place", st.sampled_from(["甲社区", "乙社区"]), st.sampled_from(["上级=石洞子沟街道", "上级="])),
    _command("edit", "participation", st.sampled_from(["1", "2", "3"]), _fields(服务时长=HOURS, 姓名=NAMES)),
    _command("void", st.sampled_from(["person", "activity", "participation"]), PERSONS, "--reason", "重复"),
    _command("log", "activity", "理发", "--date", DAYS, "--place", "甲社区", "--hours", "约2", "--people", NAMES),
    _command("person", st.sampled_from(["merge"]), PERSONS, PERSONS),
    _command("person", "unmerge", PERSONS),
    _command("order", st.sampled_from(["open", "cancel"]), NEED, "--reason", "不办了"),
    _command("order", "open", NEED),
    _command("order", "plan", ORDER, "--plan", "换灯"),
    st.lists(
        st.tuples(NAMES, st.sampled_from(PHONES[:3]), ORGS, st.sampled_from(["", "教师"])), min_size=1, max_size=3
    ),
)


def _check_history(ledger: Path) -> None:
    """Every value that stands is the last that the history knows, and each old one the new one before it."""
    with closing(sqlite3.connect(ledger)) as connection:
        connection.row_factory = sqlite3.Row
        rows = {
            (name, row["id"]): dict(row) for name in RECORDS for row in connection.execute(f"SELECT * FROM [{name}]")
        }
        for one in connection.execute("SELECT * FROM change ORDER BY id DESC"):
            row = rows.get((one["record"], one["record_id"]), {})
            if one["field"] not in row:
                continue
            new, old = (json.loads(one[side]) for side in ("new", "old"))
            # Approximate numbers are kept in the words that say so: they begin alike.
            if isinstance(new, str) and isinstance(row[one["field"]], int):
                assert new[:1] in {"约", str(row[one["field"]])[:1]}
            elif not isinstance(row[one["field"]], str) or not isinstance(new, int):
                assert row[one["field"]] == new
            row[one["field"]] = old
        for row in rows.values():
            assert row["voided"] is None
            assert row.get("same_as") is None


HEADS = ["姓名", "联系电话", "工作单位", "职务"]


def run_command(ledger: Path, *words: str) -> int:
    """Run a command in this process without a fixture; its exit code."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        return run([*words, "--ledger", str(ledger)])


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which something was done already; each example works on a copy."""
    ledger = tmp_path_factory.mktemp("worked") / "ledger.db"
    for words in (
        ("add", "place", "名称=石洞子沟街道", "级别=街道"),
        ("add", "place", "名称=甲社区", "级别=社区", "上级=石洞子沟街道"),
        ("add", "place", "名称=乙社区", "级别=社区"),
        ("add", "org", "单位名称=甲局"),
        ("add", "org", "单位名称=乙局"),
        ("add", "person", "姓名=张三", f"联系电话={PHONES[0]}", "工作单位=甲局"),
        ("add", "person", "姓名=李四", f"联系电话={PHONES[1]}", "工作单位=甲局", "职务=医生"),
        ("add", "person", "姓名=王五", f"联系电话={PHONES[2]}", "工作单位=乙局"),
        (
            "log",
            "activity",
            "扫雪",
            "--date",
            "2026-07-19",
            "--place",
            "甲社区",
            "--hours",
            "约2",
            "--people",
            "张三、李四",
        ),
        ("log", "need", "路灯不亮", "--place", "甲社区"),
    ):
        assert run_command(ledger, *words, *(("--new",) if words[0] == "log" and "activity" in words else ())) == 0
    return ledger


@walk(20, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(commands=st.lists(COMMANDS, min_size=3, max_size=8))
def test_whatever_is_done_is_taken_back_and_brought_back(worked: Path, commands: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(shutil.copy(worked, folder))
        for number, command in enumerate(commands):
            original = active_records(ledger)
            if isinstance(command, list):
                run_command(
                    ledger, "import", str(sheet(Path(folder) / f"{number}.xlsx", HEADS, *map(list, command))), "--yes"
                )
            else:
                run_command(ledger, *command)
            changed = active_records(ledger)
            if changed == original:
                continue
            for expected in (original, changed):
                assert run_command(ledger, "undo") == 0
                assert active_records(ledger) == expected
        _check_history(ledger)


def test_a_command_rewritten_by_hand_is_listed_and_found(sbd: Sbd, own_ledger: Path) -> None:
    assert sbd("add", "person", "姓名=张三").code == 0
    with closing(sqlite3.connect(own_ledger)) as ledger, ledger:
        ledger.execute("UPDATE entry SET command = 'sbd add person \"甲'")
    assert sbd("history").code == 0
    result = sbd("verify")
    assert (result.code, "第 1 笔改动（sbd add person，" in result.err) == (3, True)
