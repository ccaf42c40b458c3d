"""The ledger file: how it is kept, what is refused, what several commands at once may not lose."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import EXAMPLES, Sbd, sheet, walk
from shuangbaodao_cli.errors import LedgerError, Refused
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.storage import layouts, transactions
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.model.registry import RECORDS

SBD = (sys.executable, "-m", "shuangbaodao_cli")
PLACE = RECORDS["place"]


def pragma(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def dump(ledger: Path) -> list[str]:
    with closing(sqlite3.connect(ledger)) as connection:
        return list(connection.iterdump())


# How it is kept.


def test_every_opening_pins_its_settings(own_ledger: Path) -> None:
    with closing(open_ledger(own_ledger, create=True)) as connection:
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "trusted_schema") == 0
        assert pragma(connection, "synchronous") == 2
        assert pragma(connection, "journal_mode") == "delete"
        assert pragma(connection, "busy_timeout") == transactions.BUSY_TIMEOUT_MS == 30_000


def test_the_file_says_whose_it_is_and_which_schema_it_has(sbd: Sbd, own_ledger: Path) -> None:
    sbd("init")
    with closing(sqlite3.connect(own_ledger)) as connection:
        assert pragma(connection, "application_id").to_bytes(4, "big") == b"SBD1"
        assert pragma(connection, "user_version") == layouts.NEWEST


def test_every_table_is_strict(sbd: Sbd, own_ledger: Path) -> None:
    sbd("init")
    with closing(sqlite3.connect(own_ledger)) as connection:
        tables = connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
    strict_by_name = {name: strict for name, strict in tables if not name.startswith("sqlite_")}
    assert set(RECORDS) <= strict_by_name.keys()
    assert all(strict_by_name.values())


def test_references_are_held_by_the_file_itself(sbd: Sbd, own_ledger: Path) -> None:
    sbd("add", "org", "单位名称=承德医学院")
    with closing(open_ledger(own_ledger)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE org SET entry = 99")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file modes")
def test_only_its_owner_can_read_it(tmp_path: Path, sbd: Sbd) -> None:
    before = os.umask(0)
    try:
        assert sbd("init", "--ledger", tmp_path / "新" / "台账.db").code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "新" / "台账.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "新").stat().st_mode) == 0o700


def test_nothing_stays_beside_it(sbd: Sbd, own_ledger: Path) -> None:
    sbd("log", "activity", "义诊")
    assert [path.name for path in own_ledger.parent.iterdir()] == [own_ledger.name]


@pytest.mark.parametrize(
    "words",
    [("log", "activity", "甲"), ("add", "org", "单位名称=甲"), ("init",), ("import", EXAMPLES / "3-teams.xlsx")],
)
def test_the_first_command_that_writes_makes_the_ledger(sbd: Sbd, own_ledger: Path, words: tuple[Any, ...]) -> None:
    assert sbd(*words).code == 0
    assert own_ledger.is_file()


# What is no ledger of ours.

READING = ("status", "list org", "show org 1", "report --month", "export --to 月报", "edit org 1 备注=甲")


@pytest.mark.parametrize("words", [*READING, "void org 1 --reason x"])
def test_without_a_ledger_a_sentence_says_how_to_begin(sbd: Sbd, own_ledger: Path, words: str) -> None:
    result = sbd(*words.split())
    assert (result.code, result.out) == (7, "")
    assert "sbd import" in result.err
    assert not own_ledger.exists()


def no_database(path: Path) -> None:
    path.write_bytes("这是一份普通的文件，不是台账。\n".encode() * 100)


def somebody_elses(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.commit()


def a_newer_one(path: Path) -> None:
    open_ledger(path, create=True).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {layouts.NEWEST + 1}")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_truncated_one(path: Path) -> None:
    open_ledger(path, create=True).close()
    path.write_bytes(path.read_bytes()[:-20_000])


CASES = {
    no_database: "不是 sbd 的台账",
    somebody_elses: "别的程序",
    a_newer_one: "升级",
    a_folder: "文件夹",
    a_truncated_one: "损坏",
}


@pytest.mark.parametrize("words", ["list org", "report --month", "log activity 义诊", "add org 单位名称=甲"])
@pytest.mark.parametrize("create", CASES, ids=lambda create: create.__name__)
def test_what_is_no_ledger_of_ours_is_refused_untouched(sbd: Sbd, own_ledger: Path, create: Any, words: str) -> None:
    create(own_ledger)
    before = own_ledger.read_bytes() if own_ledger.is_file() else b""
    result = sbd(*words.split())
    assert (result.code, result.out) == (7, "")
    assert CASES[create] in result.err
    assert str(own_ledger) in result.err
    assert result.err.count("\n") == 1
    assert (own_ledger.read_bytes() if own_ledger.is_file() else b"") == before


def test_status_check_finds_a_broken_reference(sbd: Sbd, own_ledger: Path) -> None:
    sbd("log", "activity", "义诊", "--people", "张三", "--new")
    assert sbd("status", "--check").code == 0
    with closing(sqlite3.connect(own_ledger)) as connection:
        connection.execute("UPDATE participation SET person = 99")
        connection.commit()
    result = sbd("status", "--check")
    assert result.code == 3
    assert "参与 1 指向的人员不在台账里" in result.err


def test_a_folder_that_cannot_be_made_is_told(sbd: Sbd, tmp_path: Path) -> None:
    (tmp_path / "占用").write_text("", encoding="utf-8")
    result = sbd("init", "--ledger", tmp_path / "占用" / "台账.db")
    assert result.code == 7
    assert result.err.count("\n") == 1


# Two at once.


@pytest.mark.parametrize("words", ["log activity 义诊", "add org 单位名称=甲", "void org 甲 --reason x"])
def test_a_ledger_that_is_being_written_is_told_after_some_patience(
    sbd: Sbd, own_ledger: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    sbd("add", "org", "单位名称=乙")
    monkeypatch.setattr(transactions, "BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(own_ledger, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = sbd(*words.split())
        assert (result.code, result.out) == (7, "")
        assert "正被另一个命令使用" in result.err
        assert sbd("list", "org", "--format", "json").json()[0]["name"] == "乙"
        other.execute("ROLLBACK")
    assert len(sbd("list", "org", "--format", "json").json()) == 1


@pytest.mark.parametrize("words", ["list org", "report --month", "status"])
def test_a_ledger_that_is_locked_whole_is_told_to_a_reader(
    sbd: Sbd, own_ledger: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    sbd("add", "org", "单位名称=乙")
    monkeypatch.setattr(transactions, "BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(own_ledger, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert sbd(*words.split()).code == 7
        other.execute("ROLLBACK")


def test_four_at_once_lose_nothing(own_ledger: Path, tmp_path: Path) -> None:
    """Four processes, each logging twenty activities of its own, on a ledger that none has made yet."""
    script = (
        "import sys\n"
        "from shuangbaodao_cli.cli.app import run\n"
        "codes = [run(['log', 'activity', f'活动{sys.argv[1]}-{n}', '--served', '3', '--hours', '1',"
        " '--people', f'人{n}', '--new']) for n in range(20)]\n"
        "sys.exit(any(codes))\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "SBD_DEBUG"}
    command = [sys.executable, "-c", script]
    processes = [
        subprocess.Popen([*command, str(n)], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
        for n in range(4)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
    with closing(open_ledger(own_ledger)) as connection:
        assert connection.execute("SELECT COUNT(*), SUM(served) FROM activity").fetchone() == (80, 240)
        assert connection.execute("SELECT COUNT(*), SUM(minutes) FROM participation").fetchone() == (80, 4800)
        assert connection.execute("SELECT COUNT(*) FROM person").fetchone() == (20,)
        assert connection.execute("SELECT COUNT(*) FROM ledger").fetchone() == (1,)


def test_a_ledger_made_by_another_meanwhile_is_ours(own_ledger: Path) -> None:
    """The same interleaving, on purpose: the other process commits after our first look."""
    created = own_ledger.with_name("made.db")
    open_ledger(created, create=True).close()
    own_ledger.touch()

    class Meanwhile(sqlite3.Connection):
        """Real SQLite; after the first look at application_id the file becomes what the other process made."""

        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            cursor = super().execute(sql, *parameters)
            if sql == "PRAGMA application_id" and own_ledger.stat().st_size == 0:
                rows = cursor.fetchall()
                own_ledger.write_bytes(created.read_bytes())
                return super().execute(f"SELECT {rows[0][0]}")
            return cursor

    connect = sqlite3.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, **options | {"factory": Meanwhile}))
        try:
            open_ledger(own_ledger, create=True).close()
        except LedgerError as error:
            pytest.fail(str(error))


# All or nothing.


@pytest.mark.parametrize("statement", ["INSERT ON participation", "INSERT ON batch", "INSERT ON change"])
def test_an_import_that_breaks_off_leaves_the_ledger_as_it_was(
    sbd: Sbd, own_ledger: Path, tmp_path: Path, statement: str
) -> None:
    """The database itself fails in the middle: a trigger raises at the third row of a table."""
    head = ("活动名称", "活动日期", "服务人次", "参加人员", "服务时长")
    first = sheet(tmp_path / "一.xlsx", head, *((f"活动{n}", "2026-07-01", 1, "张三", 1) for n in range(9)))
    second = sheet(tmp_path / "二.xlsx", head, *((f"活动{n}", "2026-07-01", 2, "张三、李四", 1) for n in range(12)))
    sbd("add", "person", "姓名=张三")
    sbd("add", "person", "姓名=李四")
    assert sbd("import", first).code == 0
    kind, table = statement.replace(" ON", "").split()
    existing = {"participation": 9, "batch": 1, "change": 0}[table]
    limit = existing + (0 if table == "batch" else 3)
    with closing(sqlite3.connect(own_ledger)) as connection:
        connection.execute(
            f"CREATE TRIGGER broken BEFORE {kind} ON {table} WHEN (SELECT COUNT(*) FROM {table}) >= {limit}"
            " BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END"
        )
        connection.commit()
    before = dump(own_ledger)
    with pytest.raises(sqlite3.IntegrityError, match="the disk is gone"):
        sbd("import", second, "--yes")
    assert dump(own_ledger) == before


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_puts_everything_back(own_ledger: Path, error: type[BaseException]) -> None:
    with closing(open_ledger(own_ledger, create=True)) as connection:
        before = list(connection.iterdump())
        with pytest.raises(error):
            break_off(connection, error)
        assert list(connection.iterdump()) == before
        assert not connection.in_transaction


def break_off(connection: sqlite3.Connection, error: type[BaseException]) -> None:
    with write_transaction(connection, "test") as entry:
        store.insert(entry, PLACE, {"name": "文庙社区"})
        raise error


def test_a_trial_run_leaves_the_ledger_as_it_was(sbd: Sbd, own_ledger: Path) -> None:
    sbd("init")
    before = own_ledger.read_bytes()
    result = sbd("import", EXAMPLES / "1-places.xlsx", "--dry-run")
    assert "新增 25" in result.out
    assert own_ledger.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_what_was_said_to_be_kept_is_there_after_a_kill(own_ledger: Path, tmp_path: Path) -> None:
    """A process is killed in the midst of logging; every activity it told of is there, and no half of one."""
    script = (
        "from shuangbaodao_cli.cli.app import run\n"
        "for n in range(10**6): run(['log', 'activity', f'活动{n}', '--people', '甲、乙', '--hours', '1', '--new'])\n"
    )
    command = [sys.executable, "-u", "-c", script]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(60)]
        process.kill()
        lines += process.stdout.readlines()
    numbers = [int(match[1]) for line in lines if (match := re.match(r"已记录 (\d+)：.*\n", line))]
    with closing(open_ledger(own_ledger)) as connection:
        stored = {id_ for (id_,) in connection.execute("SELECT id FROM activity")}
        assert set(numbers) <= stored
        assert connection.execute("SELECT COUNT(*) FROM participation").fetchone()[0] == 2 * len(stored)
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


# The tree of places.


def closure(parents: dict[int, int | None]) -> set[tuple[int, int, int]]:
    """Every place under itself and all above it, worked out by walking up."""
    found = set()
    for place in parents:
        above: int | None = place
        depth = 0
        while above is not None:
            found.add((above, place, depth))
            above, depth = parents[above], depth + 1
    return found


@walk(25)
@given(
    first=st.lists(st.integers(0, 9), min_size=1, max_size=7),
    moves=st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9)), max_size=6),
)
def test_the_tree_is_right_after_every_move_and_no_move_makes_a_ring(
    first: list[int], moves: list[tuple[int, int | None]]
) -> None:
    parents: dict[int, int | None] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_ledger(Path(folder) / "ledger.db", create=True)) as connection,
    ):
        with write_transaction(connection, "test") as entry:
            for number, seed in enumerate(first, 1):
                parents[number] = seed % number or None
                store.insert(entry, PLACE, {"name": f"地{number}", "parent": parents[number]})
        assert stored_tree(connection) == closure(parents)
        for place_seed, parent_seed in moves:
            place = place_seed % len(first) + 1
            parent = None if parent_seed is None else parent_seed % len(first) + 1
            is_ring = parent is not None and (place, parent) in {(above, below) for above, below, _ in closure(parents)}
            if is_ring:
                with pytest.raises(Refused), write_transaction(connection, "test") as entry:
                    store.update(entry, PLACE, place, {"parent": parent})
            else:
                with write_transaction(connection, "test") as entry:
                    store.update(entry, PLACE, place, {"parent": parent})
                parents[place] = parent
            assert stored_tree(connection) == closure(parents)


def stored_tree(connection: sqlite3.Connection) -> set[tuple[int, int, int]]:
    return set(connection.execute("SELECT ancestor, place, depth FROM place_tree"))


@pytest.mark.parametrize("parent", ["文庙社区", "第一网格", "一号楼"])
def test_a_place_cannot_be_below_itself(sbd: Sbd, own_ledger: Path, parent: str) -> None:
    for words in ("名称=文庙社区", "名称=第一网格 上级=文庙社区", "名称=一号楼 上级=第一网格"):
        sbd("add", "place", *words.split())
    before = own_ledger.read_bytes()
    result = sbd("edit", "place", "文庙社区", f"上级={parent}")
    assert (result.code, result.out) == (5, "")
    assert own_ledger.read_bytes() == before


def test_moving_a_place_moves_what_is_counted_under_it(sbd: Sbd) -> None:
    for words in ("名称=甲街道", "名称=乙街道", "名称=文庙社区 上级=甲街道", "名称=第一网格 上级=文庙社区"):
        sbd("add", "place", *words.split())
    sbd("log", "activity", "义诊", "--place", "第一网格", "--served", "30")
    sbd("edit", "place", "文庙社区", "上级=乙街道")
    served = {
        place: sbd("report", "--month", "--place", place, "--format", "json").json()["totals"]["served"]
        for place in ("甲街道", "乙街道", "文庙社区")
    }
    assert served == {"甲街道": 0, "乙街道": 30, "文庙社区": 30}


def test_a_roster_may_name_children_before_parents(sbd: Sbd, tmp_path: Path) -> None:
    rows = [("名称", "上级"), ("第一网格", "文庙社区"), ("文庙社区", "甲街道"), ("甲街道", None)]
    assert sbd("import", sheet(tmp_path / "地点.xlsx", *rows), "--as", "place").code == 0
    places = {row["name"]: row["parent"] for row in sbd("list", "place", "--format", "json").json()}
    assert places == {"第一网格": "文庙社区", "文庙社区": "甲街道", "甲街道": None}


def test_a_roster_cannot_make_a_ring(sbd: Sbd, own_ledger: Path, tmp_path: Path) -> None:
    sbd("init")
    before = own_ledger.read_bytes()
    rows = [("名称", "上级"), ("甲社区", "乙社区"), ("乙社区", "甲社区")]
    assert sbd("import", sheet(tmp_path / "地点.xlsx", *rows), "--as", "place").code == 3
    assert own_ledger.read_bytes() == before


# History.


def test_every_command_that_changes_something_is_one_entry(sbd: Sbd, own_ledger: Path) -> None:
    sbd("add", "org", "单位名称=甲")
    sbd("edit", "org", "甲", "备注=乙")
    sbd("list", "org")
    sbd("add", "org", "单位名称=甲")
    with closing(sqlite3.connect(own_ledger)) as connection:
        commands = [command for (command,) in connection.execute("SELECT command FROM entry ORDER BY id")]
        changes = connection.execute("SELECT entry, record, record_id, field, old, new FROM change").fetchall()
    assert len(commands) == 2
    assert changes == [(2, "org", 1, "note", "null", '"乙"')]


def test_sbd_as_a_module_is_the_same_program(own_ledger: Path, tmp_path: Path) -> None:
    result = subprocess.run([*SBD, "log", "activity", "义诊"], cwd=tmp_path, capture_output=True, check=True)
    assert result.stdout.decode().startswith("已记录 1：")
    assert own_ledger.is_file()
