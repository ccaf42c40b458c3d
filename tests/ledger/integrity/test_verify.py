"""verify, backup, restore: a past that was rewritten is found, and only what was proved is put back."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from data.older import leave
from shuangbaodao_cli.ledger.integrity import structure, verify
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.storage import chain, journal, layouts, ledger_file, transactions
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

CODE = r"\d+(?:-[0-9a-f]{4}){4}"


def edit_outside(ledger: Path, *statements: str) -> None:
    """Change a ledger as another program would: nothing is checked or journaled."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def filled_ledger(sbd: Sbd, own_ledger: Path) -> Path:
    """A ledger with records inserted, changed, voided and merged, an order taken through its steps and a snapshot."""
    (own_ledger.parent / "现场.jpg").write_bytes(b"lamp")
    for words in (
        "add place 名称=双桥区",
        "add place 名称=塔沟社区 上级=双桥区",
        "add org 名称=供电公司",
        "add person 姓名=张三 联系电话=19900001234 工作单位=供电公司",
        "add person 姓名=张三丰 工作单位=供电公司",
        "add team 名称=红马甲 所属社区=塔沟社区",
        "log activity 扫雪 --place 塔沟社区 --served 30余 --hours 2 --people 张三 --org 供电公司 --date 2026-07-01",
        "log activity 义诊 --place 塔沟社区 --served 12 --date 2026-07-02",
        "edit activity 1 服务人次=35 --reason 补登签到表",
        "edit activity 1 服务人次=约40 备注=又数了一遍",
        "edit activity 1 备注=",
        "void activity 2 --reason 重复",
        "person merge 2 1 --reason 同一人",
        "log need 修路灯 --place 塔沟社区 --on 2026-07-03",
        "order open 需-2026-0001 --on 2026-07-03",
        "order plan 需-2026-0001 --plan 换灯 --due 2026-07-09 --on 2026-07-03",
        "order claim 需-2026-0001 --by 供电公司 --on 2026-07-04",
        "order whistle 需-2026-0001 --to 供电公司 --kind 推进 --at 2026-07-04T09:30",
        "order answer 需-2026-0001 --at 2026-07-04T09:40",
        "order finish 需-2026-0001 --result 换好 --evidence 现场.jpg --on 2026-07-05",
        "order review 需-2026-0001 --by 张三丰 --solved --on 2026-07-06",
        "report freeze --month 2026-07 --for 街道",
    ):
        result = sbd(*words.split())
        assert result.code == 0, (words, result.err)
    return own_ledger


def test_a_ledger_that_only_sbd_wrote_is_whole(sbd: Sbd, filled_ledger: Path) -> None:
    result = sbd("verify")
    assert result.code == 0, result.err
    assert re.fullmatch(r"台账完好，22 笔改动环环相接。校验码 22(?:-[0-9a-f]{4}){4}\n", result.out)
    assert filled_ledger.exists()


def test_whoever_holds_an_order_may_be_merged(sbd: Sbd, filled_ledger: Path) -> None:
    """Also where a step is taken in between."""
    for words in (
        "add org 名称=供电局",
        "log need 修水管 --place 塔沟社区 --on 2026-07-03",
        "order open 需-2026-0002 --on 2026-07-03",
        "order plan 需-2026-0002 --plan 换管 --on 2026-07-03",
        "order claim 需-2026-0002 --by 供电公司 --on 2026-07-04",
        "org merge 2 1",
        "order finish 需-2026-0002 --result 换好 --on 2026-07-05",
        "org unmerge 1",
    ):
        assert sbd(*words.split()).code == 0, words
        result = sbd("verify")
        assert result.code == 0, (words, result.err)
    edit_outside(filled_ledger, "UPDATE [order] SET holder_org = NULL, holder_person = 2 WHERE id = 2")
    assert "工单现在的状态和它的经过对不上" in sbd("verify").err


def test_the_chain_is_what_its_description_says(filled_ledger: Path) -> None:
    """The first links reckoned anew with nothing of the program but the list of columns."""
    with closing(sqlite3.connect(filled_ledger)) as connection:
        connection.row_factory = sqlite3.Row
        head = "0" * 64
        for link in connection.execute("SELECT * FROM link ORDER BY entry LIMIT 3"):
            digest = hashlib.sha256()
            for table, (low, high) in json.loads(link["covered"]).items():
                for row in connection.execute(f"SELECT * FROM [{table}] WHERE id > {low} AND id <= {high} ORDER BY id"):
                    values = [table, row["id"], *(row[name] for name in layouts.layout_of(layouts.NEWEST)[table])]
                    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
                    digest.update(hashlib.sha256(text.encode()).digest())
            head = hashlib.sha256(f"{head}\n{link['covered']}\n{digest.hexdigest()}".encode()).hexdigest()
            assert link["head"] == head


NOT_COVERED = {
    *{("ledger", name) for name in ("uuid", "office", "place", "created")},
    *{("numbering", name) for name in ("record", "year", "last")},
    *{("source", name) for name in ("record", "record_id", "batch", "sheet", "row")},
    *{("mapping", name) for name in ("headings", "heading", "record", "field", "entry")},
    *{("frozen_row", name) for name in ("record", "record_id", "served", "resolved", "person", "minutes")},
    *{("frozen", name) for name in ("recipient", "note")},
    *{("order", "pending"), ("batch", "undone"), ("participation", "date")},
}
"""What may be edited by hand and is not found by verify; beside these, what names are found by (check does)."""


def test_whatever_is_edited_by_hand_is_found(filled_ledger: Path) -> None:
    """Every column of every table but those in NOT_COVERED, one at a time."""
    with closing(sqlite3.connect(filled_ledger)) as ledger:
        names = [name for (name,) in ledger.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        columns = [(table, row[1]) for table in names for row in ledger.execute(f"PRAGMA table_info([{table}])")]
        columns = [key for key in columns if key not in NOT_COVERED and key[1] not in {"id", "name_key"}]
        count = 0
        for table, column in columns:
            kind = next(row[2] for row in ledger.execute(f"PRAGMA table_info([{table}])") if row[1] == column)
            value = f"coalesce({column}, 0) + 1000" if kind == "INTEGER" else f"coalesce({column}, '') || '1'"
            if column == "state":
                value = "'cancelled'"
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
                ledger.backup(copy)
                copy.execute("PRAGMA ignore_check_constraints = ON")
                if column in {"digest", "head", "leaf", "sha256"}:
                    value = f"substr({column}, 2) || '0'"
                has_no_id = table in {"place_tree", "unlike", "frozen_row"}
                condition = "" if has_no_id else f"WHERE rowid = (SELECT MAX(rowid) FROM [{table}])"
                if copy.execute(f"UPDATE [{table}] SET {column} = {value} {condition}").rowcount > 0:
                    count += 1
                    assert structure.findings(copy) or verify.findings(copy), f"{table}.{column}"
    assert count > 90


def test_what_was_edited_by_hand_is_told_without_numbers(sbd: Sbd, own_ledger: Path) -> None:
    private = ("身份证号=13080219900307001X", "联系电话=0314-2012345")
    assert sbd("add", "person", "姓名=张三", *private).code == 0
    with closing(sqlite3.connect(own_ledger)) as ledger, ledger:
        ledger.execute("UPDATE entry SET operator = 'x'")
    for words in (["verify"], ["check"], ["status", "--check"]):
        result = sbd(*words)
        assert "sbd add person，" in result.out + result.err
        assert "13080219900307001X" not in result.out + result.err
        assert "2012345" not in result.out + result.err


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE activity SET served = 400 WHERE id = 1", "服务群众人次在台账外被改动过"),
        ("DELETE FROM participation", "少了 1 条"),
        ("INSERT INTO place (name, level, name_key, entry) VALUES ('假', 'grid', '假', 1)", "不在校验链里"),
        ("UPDATE need SET closed = NULL", "需求现在的状态和它的经过对不上"),
        ("DELETE FROM link WHERE entry = 4", "接不上"),
        ("UPDATE entry SET operator = '别人' WHERE id = 7", "第 7 笔改动"),
        ("INSERT INTO entry (at, operator, command) VALUES ('2026-07-31', '别人', 'sbd add')", "有 1 条经手记录不在"),
    ],
)  # fmt: skip
def test_what_was_done_outside_is_told(sbd: Sbd, filled_ledger: Path, statement: str, message: str) -> None:
    edit_outside(filled_ledger, statement)
    result = sbd("verify")
    assert result.code == 3
    assert message in result.err


def test_looking_takes_nothing_from_those_who_write(sbd: Sbd, filled_ledger: Path) -> None:
    """Somebody holds the ledger for writing; it is whole all the same."""
    with closing(ledger_file.open_ledger(filled_ledger)) as other, transactions.transaction(other):
        for command in (["verify"], ["check", "chain"]):
            result = sbd(*command)
            assert result.code == 0, result.err + result.out


def test_a_ledger_that_others_write_in_meanwhile_is_whole(sbd: Sbd, filled_ledger: Path) -> None:
    """P4: what is added while somebody looks is not taken for what was slipped in."""
    done = threading.Event()

    def write() -> None:
        with closing(ledger_file.open_ledger(filled_ledger)) as other:
            while not done.wait(0.002):
                with journal.write_transaction(other, "sbd add place") as entry:
                    store.insert(entry, RECORDS["place"], {"name": "文庙社区"})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for command in (["verify"], ["status", "--check"], ["check", "chain"]) * 4:
            result = sbd(*command)
            assert result.code == 0, result.err + result.out
    finally:
        done.set()
        writer.join()


@pytest.mark.parametrize("ending", [".xlsx", ".html", ".md", ".db"])
def test_an_older_file_tells_a_past_made_anew(sbd: Sbd, filled_ledger: Path, tmp_path: Path, ending: str) -> None:
    """P9. The mutant is the chain whose head is known only inside: it takes the ledger made anew for whole."""
    file = tmp_path / f"7月{ending}"
    assert (sbd("backup", file) if ending == ".db" else sbd("report", "--month", "2026-07", "-o", file)).code == 0
    assert sbd("log", "activity", "义诊", "--place", "塔沟社区").code == 0
    result = sbd("verify", "--against", file)
    assert result.code == 0, result.err
    assert "新增了 1 笔改动" in result.out
    edit_outside(filled_ledger, "UPDATE activity SET served = 99 WHERE id = 2", "DELETE FROM link")
    with closing(sqlite3.connect(filled_ledger, isolation_level=None)) as connection:
        chain.append(connection, dict.fromkeys(layouts.layout_of(layouts.NEWEST), 0))
    assert sbd("verify").code == 0
    result = sbd("verify", "--against", file)
    assert result.code == 3
    assert "对不上" in result.err


def test_a_tail_cut_off_is_found_by_an_older_head(sbd: Sbd, filled_ledger: Path) -> None:
    code = re.search(CODE, sbd("verify").out)[0]  # type: ignore[index]
    assert sbd("verify", "--against", code).code == 0
    edit_outside(filled_ledger, "DELETE FROM frozen_row", "DELETE FROM frozen", "DELETE FROM link WHERE entry = 22",
        "DELETE FROM entry WHERE id = 22")  # fmt: skip
    assert sbd("verify").code == 0
    assert sbd("verify", "--against", code).code == 3


def test_a_code_is_taken_as_it_is_typed_off_paper(sbd: Sbd, filled_ledger: Path) -> None:
    code = re.search(CODE, sbd("verify").out)[0]  # type: ignore[index]
    wide = code.translate({ord(a): ord(a) + 0xFEE0 for a in "0123456789abcdef-"})
    for typed in (code.upper(), wide, f"台账校验码 {code}", f"校验码：{code}", code.replace("-", "—"), f" {code} "):
        result = sbd("verify", "--against", typed)
        assert (result.code, "接得上" in result.out) == (0, True), (typed, result.err)
    result = sbd("verify", "--against", "0-3f9a-0c12-88ab-0d1e")
    assert (result.code, "打错了" in result.err) == (4, True), result.err
    assert filled_ledger.exists()


@pytest.mark.parametrize(
    ("file", "code", "message"), [("没有.xlsx", 6, "文件夹不存在"), ("名册.csv", 4, "没有台账校验码")]
)
def test_what_carries_no_head_is_told(
    sbd: Sbd, filled_ledger: Path, tmp_path: Path, file: str, code: int, message: str
) -> None:
    (tmp_path / "名册.csv").write_text("姓名,电话\n", encoding="utf-8")
    result = sbd("verify", "--against", tmp_path / file)
    assert (result.code, message in result.err) == (code, True), result.err
    assert filled_ledger.exists()


def test_a_backup_holds_all_and_comes_back(sbd: Sbd, filled_ledger: Path, tmp_path: Path) -> None:
    before = sbd("report", "--month", "2026-07", "--format", "json").out
    copy = tmp_path / "备份.db"
    result = sbd("backup", copy)
    assert result.code == 0, result.err
    assert copy.stat().st_mode & 0o777 == 0o600
    sbd("void", "activity", "1", "--reason", "错")
    assert sbd("report", "--month", "2026-07", "--format", "json").out != before
    result = sbd("restore", copy)
    assert (result.code, "备份以后台账又有 1 笔改动" in result.err) == (5, True)
    assert sbd("restore", copy, "--yes").code == 0
    assert sbd("report", "--month", "2026-07", "--format", "json").out == before
    assert sbd("verify", "--against", copy).code == 0
    (aside,) = tmp_path.glob("ledger.db.before-restore-*.db")
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT voided IS NULL FROM activity WHERE id = 1").fetchone() == (0,)
    assert sbd("backup", copy).code == 5
    assert filled_ledger.exists()


def test_a_ledger_that_cannot_be_read_is_kept_and_replaced(sbd: Sbd, filled_ledger: Path, tmp_path: Path) -> None:
    copy = tmp_path / "备份.db"
    sbd("backup", copy)
    filled_ledger.write_bytes(b"rubbish" * 1000)
    assert sbd("status").code == 7
    assert sbd("restore", copy, "--yes").code == 0
    assert sbd("verify").code == 0
    (aside,) = tmp_path.glob("ledger.db.damaged-*.db")
    assert aside.read_bytes() == b"rubbish" * 1000


@pytest.mark.parametrize(
    "changed",
    [
        "type = 'Index' WHERE name = 'person_name_key'",
        "sql = REPLACE(sql, 'address', 'bddress') WHERE name = 'person'",
    ],
)
def test_what_one_bit_makes_of_the_schema_is_told_as_damage(
    sbd: Sbd, filled_ledger: Path, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SBD_DEBUG")
    edit_outside(filled_ledger, "PRAGMA writable_schema = ON", f"UPDATE sqlite_schema SET {changed}")
    for words in (["verify"], ["status", "--check"], ["check"], ["report", "--month"], ["list", "person"]):
        result = sbd(*words)
        assert result.code in {0, 3, 7}, (words, result)
        assert result.code == 0 or "备份" in result.out + result.err
    assert sbd("verify").code in {3, 7}


def test_a_ledger_that_lost_its_own_row_is_damaged(sbd: Sbd, filled_ledger: Path, tmp_path: Path) -> None:
    """Neither pages nor the chain say so; each command would stumble over it."""
    good, bad = tmp_path / "备份.db", tmp_path / "坏的.db"
    assert sbd("backup", good).code == 0
    edit_outside(filled_ledger, "PRAGMA foreign_keys = OFF", "DELETE FROM ledger")
    bad.write_bytes(filled_ledger.read_bytes())
    for words in ("verify", "status", "report --month", "log activity 义诊"):
        result = sbd(*words.split())
        assert (result.code, "取出最近的备份" in result.err) == (7, True), words
    assert sbd("restore", bad, "--yes").code == 7
    assert sbd("restore", good, "--yes").code == 0
    assert sbd("verify").code == 0


def test_a_ledger_with_a_damaged_page_is_kept_and_replaced(sbd: Sbd, filled_ledger: Path, tmp_path: Path) -> None:
    """It opens, and its chain can be read; it is what verify sends people to restore for."""
    assert sbd("backup", tmp_path / "备份.db").code == 0
    _damage_page(filled_ledger)
    result = sbd("restore", tmp_path / "备份.db", "--yes")
    assert result.code == 0, result.err
    assert sbd("verify").code == 0
    assert len(list(tmp_path.glob("ledger.db.damaged-*.db"))) == 1


def _damage_page(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'activity'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with ledger.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 512)


def test_a_damaged_ledger_is_not_backed_up(sbd: Sbd, filled_ledger: Path, tmp_path: Path) -> None:
    """What is wrong is the ledger, not the disk; and the copy would be as damaged."""
    _damage_page(filled_ledger)
    result = sbd("backup", tmp_path / "备份.db")
    assert (result.code, "台账本身有损坏" in result.err) == (7, True), result.err
    assert not (tmp_path / "备份.db").exists()
    result = sbd("verify")
    assert result.code == 3
    assert re.search(r"台账文件有 (至少 )?\d+ 处损坏，头一处是：|读到一半读不下去", result.err)
    assert len(result.err.splitlines()) == 2


def test_a_backup_goes_into_a_folder_that_is_named(sbd: Sbd, filled_ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "优盘").mkdir()
    for _ in range(2):
        assert sbd("backup", tmp_path / "优盘").code == 0
    assert len(list((tmp_path / "优盘").glob("ledger-*.db"))) == 2
    assert filled_ledger.exists()


def test_a_kept_file_that_is_damaged_is_not_passed_over_in_silence(sbd: Sbd, own_ledger: Path, tmp_path: Path) -> None:
    roster = tmp_path / "名册.csv"
    roster.write_text("姓名,联系电话\n张三,19900001234\n", encoding="utf-8")
    assert sbd("import", roster).code == 0
    assert sbd("backup", tmp_path / "好的.db").code == 0
    (file,) = own_ledger.with_name("ledger.db.files").iterdir()
    file.write_bytes(b"rubbish")
    result = sbd("backup", tmp_path / "备份.db")
    assert result.code == 3
    assert "0 个留底文件" in result.out
    assert f"1 个留底文件没有拷：台账旁边的已损坏（{file.stem[:8]}……{file.suffix}）" in result.err
    assert sbd("restore", tmp_path / "好的.db", "--yes").code == 0
    assert file.read_bytes() == roster.read_bytes()


def _add_view(path: Path) -> None:
    edit_outside(path, "ALTER TABLE team RENAME TO t", "CREATE VIEW team AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
        "SELECT i + 1 FROM n) SELECT i AS id FROM n")  # fmt: skip


def _add_trigger(path: Path) -> None:
    edit_outside(path, "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM activity; END")


def _truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 // 4096 * 4096)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_add_view, "表和 sbd 建的不一样"),
        (_add_trigger, "表和 sbd 建的不一样"),
        (_truncate, ""),
        (lambda path: path.write_bytes(b"PK\x03\x04"), "不是 sbd 的台账"),
        (lambda path: path.write_bytes(b""), "不是 sbd 的台账"),
        (lambda path: edit_outside(path, "PRAGMA user_version = 99"), "更新版本"),
        (lambda path: edit_outside(path, "UPDATE activity SET served = 400"), "被改动过"),
        (lambda path: path.with_name(f"{path.name}-journal").write_bytes(b""), "没有写完"),
    ],
)
def test_what_cannot_be_proved_is_not_put_back(
    sbd: Sbd, filled_ledger: Path, tmp_path: Path, damage: object, message: str
) -> None:
    """P11, and P7 from the other side: the ledger stays byte for byte, nothing else is left lying about."""
    copy = tmp_path / "备份.db"
    sbd("backup", copy)
    damage(copy)  # type: ignore[operator]
    before, files = filled_ledger.read_bytes(), sorted(tmp_path.iterdir())
    started = time.monotonic()
    result = sbd("restore", copy, "--yes")
    assert (result.code, message in result.err) == (7, True), result.err
    assert time.monotonic() - started < 60
    assert filled_ledger.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == files


def test_a_ledger_that_somebody_is_writing_to_is_not_taken_for_a_damaged_one(
    sbd: Sbd, filled_ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    assert sbd("backup", copy).code == 0
    before = filled_ledger.read_bytes()
    monkeypatch.setattr(transactions, "BUSY_TIMEOUT_MS", 300)
    with closing(sqlite3.connect(filled_ledger, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        result = sbd("restore", copy, "--yes")
    assert result.code == 7
    assert "台账正被另一个命令使用" in result.err
    assert filled_ledger.read_bytes() == before
    assert not list(tmp_path.glob("*damaged*"))


def test_an_older_ledger_is_backed_up_before_it_is_migrated(sbd: Sbd, own_ledger: Path, tmp_path: Path) -> None:
    """P15, its first half; and all that an older program wrote becomes one link."""
    leave(own_ledger, 6)
    before = own_ledger.read_bytes()
    result = sbd("status")
    assert result.code == 0
    assert "先备份到" in result.err
    (copy,) = tmp_path.glob("ledger.db.before-*.db")
    with closing(sqlite3.connect(copy)) as backup, closing(sqlite3.connect(":memory:")) as original:
        original.deserialize(before)
        assert list(backup.iterdump()) == list(original.iterdump())
    assert sbd("verify").code == 0
    edit_outside(own_ledger, "UPDATE activity SET served = 300")
    assert sbd("verify").code == 3
    assert sbd("restore", copy, "--yes").code == 0
    assert sbd("list", "activity", "--format", "json").json()[0]["served"] == 30


def test_a_ledger_that_others_made_unsafe_is_put_right_or_not_opened(
    sbd: Sbd, filled_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program switched the journal over; while it holds the ledger so, nothing is written."""
    with closing(sqlite3.connect(filled_ledger, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("SELECT COUNT(*) FROM activity").fetchone()
        with monkeypatch.context() as hurried:
            hurried.setattr(transactions, "BUSY_TIMEOUT_MS", 300)
            result = sbd("status")
        assert (result.code, "正被另一个命令使用" in result.err) == (7, True), result.err
    assert sbd("log", "activity", "义诊", "--place", "塔沟社区").code == 0
    with closing(sqlite3.connect(filled_ledger)) as after:
        assert after.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.parametrize(
    "covered",
    [
        '{"layout":Infinity}',
        '{"entry":[1e400,5]}',
        '{"entry":[0,9223372036854775808]}',
        '{"layout":9,"entry":[0,1]}',
        '{"layout":-3}',
        '{"layout":7.0}',
        '{"entry":[1]}',
        "[" * 100_000,
        "null",
        "x",
    ],
)
def test_a_link_that_was_rewritten_by_hand_is_a_finding_and_no_crash(
    sbd: Sbd, filled_ledger: Path, covered: str
) -> None:
    with closing(sqlite3.connect(filled_ledger, isolation_level=None)) as connection:
        connection.execute("UPDATE link SET covered = ? WHERE entry = 2", (covered,))
    for words in (["verify"], ["status", "--check"], ["check", "chain"]):
        result = sbd(*words)
        assert result.code == 3, (words, result.err)
    # Whether the rows of that link are needed for it or not: it is done or refused.
    assert sbd("person", "forget", "1", "--yes", "--reason", "本人").code in {0, 3}
