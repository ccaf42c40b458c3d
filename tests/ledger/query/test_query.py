"""``sbd query``: any question in SQL, no change, nothing of a person that is not asked for with a reason."""

from __future__ import annotations

import csv
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from io import StringIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from shuangbaodao_cli.ledger.query.authorizer import is_hidden

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

ID, PHONE = "13080219900307001X", "19900001234"
ENDLESS = "with recursive c (x) as (select 1 union all select x + 1 from c) select count(*) from c"


@pytest.fixture
def filled_sbd(sbd: Sbd) -> Sbd:
    """A place, a person with id and phone, a care recipient, two activities."""
    for words in (
        "add place 名称=文庙社区 级别=社区",
        f"add person 姓名=张三 身份证号={ID} 电话={PHONE} 居住社区=文庙社区",
        "add subject 姓名=王某某 健康状况=高血压 居住地址=塔沟小区3号楼 监护人电话=19900005678",
        "log activity 义诊 --date 2026-07-01 --place 文庙社区 --served 30",
        "log activity 巡逻 --date 2026-07-02 --served 4",
        f"edit person 张三 电话={PHONE[:-1]}5",
    ):
        assert sbd(*words.split()).code == 0, words
    return sbd


def digest(ledger: Path) -> str:
    return hashlib.sha256(ledger.read_bytes()).hexdigest()


def test_a_question_is_answered(filled_sbd: Sbd) -> None:
    result = filled_sbd("query", "select title, served from activity order by served", "--format", "json")
    assert (result.code, result.err) == (0, "")
    assert result.json() == [{"title": "巡逻", "served": 4}, {"title": "义诊", "served": 30}]


def test_on_the_screen_numbers_stand_to_the_right_and_nothing_is_said_beside(filled_sbd: Sbd) -> None:
    result = filled_sbd("query", "select title, served from activity order by served")
    assert result.out == "查询结果（2 行）\ntitle  served\n巡逻        4\n义诊       30\n"


def test_as_csv_and_markdown(filled_sbd: Sbd) -> None:
    result = filled_sbd("query", "select title, served from activity", "--format", "csv").out
    assert list(csv.reader(StringIO(result.removeprefix("\ufeff")))) == [
        ["title", "served"],
        ["义诊", "30"],
        ["巡逻", "4"],
    ]
    assert "| 义诊 | 30 |" in filled_sbd("query", "select title, served from activity", "--format", "md").out


def test_a_sheet_holds_numbers_and_no_formula(filled_sbd: Sbd, tmp_path: Path) -> None:
    assert filled_sbd("query", "select 30 as n, '=1+1' as t, 1.5 as f", "-o", "查.xlsx").code == 0
    rows = list(openpyxl.load_workbook(tmp_path / "查.xlsx").worksheets[0].iter_rows())
    (row,) = (row for row in rows if row[0].value == 30)
    assert [(cell.value, cell.data_type) for cell in row] == [(30, "n"), ("=1+1", "s"), (1.5, "n")]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select count(*) as n from place", [{"n": 1}]),
        ("select 1 as a, 2 as a", [{"a": 1, "a_2": 2}]),
        ("values (1), (2)", [{"column1": 1}, {"column1": 2}]),
        ("select x'00ff' as b, 9e999 as f, null as n", [{"b": "00ff", "f": "inf", "n": None}]),
        (
            "with recursive c (x) as (select 1 union all select x + 1 from c where x < 3) select x from c",
            [{"x": n} for n in (1, 2, 3)],
        ),
        (
            "with recursive c (x) as (select 1 union all select x + 1 from c where x < 9) select count(*) n from c",
            [{"n": 9}],
        ),
        ("select p.name from activity a join place p on p.id = a.place", [{"name": "文庙社区"}]),
        ("select name from sqlite_schema where name = 'order'", [{"name": "order"}]),
        ("select cast(x'ff41' as text) as t", [{"t": "\ufffdA"}]),
        ("select title from activity where served > 100", []),
        ("select 1 as one -- 说明\n;", [{"one": 1}]),
    ],
)
def test_whatever_reads_may_be_asked(filled_sbd: Sbd, sql: str, expected: list[object]) -> None:
    result = filled_sbd("query", sql, "--format", "json")
    assert (result.code, result.err, result.json()) == (0, "", expected)


@pytest.mark.parametrize(
    "sql",
    [
        "delete from person",
        "update activity set served = 9",
        "insert into place (name) values ('甲')",
        "drop table person",
        "create table x (a)",
        "create temp table x (a)",
        "create view v as select 1",
        "pragma user_version = 9",
        "pragma query_only = off",
        "pragma writable_schema = on",
        "attach 'other.db' as other",
        "vacuum into 'copy.db'",
        "begin",
        "reindex",
        "analyze",
        "select load_extension('x')",
        "select * from pragma_database_list",
        "select 1 where (select 1 from (delete from person))",
        "with x as (select 1) delete from person",
    ],
)
def test_what_would_change_or_open_anything_is_refused(
    filled_sbd: Sbd, own_ledger: Path, tmp_path: Path, sql: str
) -> None:
    before, files = digest(own_ledger), sorted(tmp_path.iterdir())
    result = filled_sbd("query", sql)
    assert (result.code, result.out) == (2, "")
    assert "SQLite 说：" in result.err
    assert (digest(own_ledger), sorted(tmp_path.iterdir())) == (before, files)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("selec 1", '这句 SQL 不对。SQLite 说：near "selec": syntax error'),
        ("select * from nope", "没有这张表"),
        ("select nope from place", "没有这一列"),
        ("select 1; select 2", "一次只能查一句"),
        ("select ?", "没给值的参数"),
        ("select :a", "没给值的参数"),
        ("", "还没有写要查什么"),
        (" -- 只有说明", "还没有写要查什么"),
        ("select zeroblob(999999999)", "一个值太大了"),
        ("delete from person", "只能查（select）"),
    ],
)
def test_a_wrong_question_is_told_in_chinese_with_the_words_of_sqlite(filled_sbd: Sbd, sql: str, message: str) -> None:
    result = filled_sbd("query", sql)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert result.err.count("\n") == 1


def test_what_never_ends_is_stopped(filled_sbd: Sbd) -> None:
    started = time.monotonic()
    result = filled_sbd("query", ENDLESS, "--seconds", "1")
    assert result.code == 2
    assert "1 秒还没有算完" in result.err
    assert time.monotonic() - started < 10


def test_rows_without_end_are_stopped(filled_sbd: Sbd) -> None:
    result = filled_sbd("query", ENDLESS.replace("count(*)", "x"))
    assert (result.code, result.out) == (2, "")
    assert "100 万行" in result.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.usefixtures("filled_sbd")
def test_ctrl_c_ends_it_at_once() -> None:
    command = [sys.executable, "-m", "shuangbaodao_cli", "query", ENDLESS]
    process = subprocess.Popen(command, env=os.environ | {"SBD_DEBUG": ""}, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (130, "已取消，什么都没有改动。\n")


@pytest.mark.parametrize(
    "sql",
    [
        "select name, phone, id_no from person",
        "select * from person",
        "select max(phone) || max(id_no) from person",
        "select p.[phone] as harmless from person as p",
        "select x from (select id_no as x from person union select phone from person)",
        "with a as (select * from person) select * from a",
        "select * from change",
        "select * from entry",
        "select * from subject",
        "select name_key from subject",
        "select * from batch",
        "select json_group_array(phone) from person",
        "select hex(phone), hex(id_no) from person",
        "select group_concat(guardian_phone || address || health || name) from subject",
    ],
)
def test_no_number_of_a_person_and_nothing_of_the_looked_after_is_printed(filled_sbd: Sbd, sql: str) -> None:
    for form in ("table", "json", "csv", "md"):
        result = filled_sbd("query", sql, "--format", form)
        assert result.code == (0 if "*" in sql else 2)
        for secret in (ID, PHONE, PHONE[:-1] + "5", "王某某", "高血压", "塔沟小区", "19900005678"):
            assert secret not in result.out
            assert secret.encode().hex().upper() not in result.out
        assert "不外露" in result.err


ALL_COLUMNS = "with p ({}) as (select * from person) select count(*) as n from p where {}"


def test_nor_can_a_condition_find_it_out(filled_sbd: Sbd) -> None:
    """Neither under its own name, which is refused, nor under another that ``*`` is given."""
    result = filled_sbd("query", f"select name from person where phone = '{PHONE[:-1]}5' or id_no like '1308%'")
    assert (result.code, result.out, "person.phone" in result.err) == (2, "", True)
    count = len(filled_sbd("query", "select * from person", "--format", "json").json()[0])
    names = [f"c{number}" for number in range(count)]
    condition = " or ".join(f"{name} like '1308%' or {name} like '199%'" for name in names)
    assert filled_sbd("query", ALL_COLUMNS.format(", ".join(names), condition), "--format", "json").json() == [{"n": 0}]


@pytest.mark.parametrize(
    "sql",
    [
        "select count(phone) from person",
        "select name from person order by PHONE",
        'select name from person where "phone" is null',
        "select s.[name] from subject as s",
        "select count(*) from change where old like '%199%'",
    ],
)
def test_what_would_be_reckoned_from_a_hidden_column_is_refused_and_no_wrong_figure(filled_sbd: Sbd, sql: str) -> None:
    result = filled_sbd("query", sql)
    assert (result.code, result.out, "不外露" in result.err) == (2, "", True)
    assert filled_sbd("query", sql, "--full", "--reason", "核对").code == 0


def test_for_a_reason_it_is_shown_and_that_is_kept(filled_sbd: Sbd) -> None:
    assert filled_sbd("query", "select phone from person", "--full").code == 2
    sql = "select id_no, name from person"
    result = filled_sbd("query", sql, "--full", "--reason", "核对报到名单", "--format", "json")
    assert (result.json(), result.err) == ([{"id_no": ID, "name": "张三"}], "")
    entries = filled_sbd(
        "query", "select operator, reason from entry order by id desc limit 1", "--format", "json"
    ).json()
    assert entries == [{"operator": "测试员", "reason": "核对报到名单"}]


@pytest.mark.skipif(sys.platform == "win32", reason="the permissions of files are those of POSIX")
def test_a_file_with_whole_numbers_is_for_its_owner_alone(filled_sbd: Sbd, tmp_path: Path) -> None:
    filled_sbd("query", "select id_no from person", "--full", "--reason", "核对", "-o", "全.csv")
    assert (tmp_path / "全.csv").stat().st_mode & 0o077 == 0


def test_a_reason_does_not_open_the_ledger_to_changes(filled_sbd: Sbd) -> None:
    assert filled_sbd("query", "delete from person", "--full", "--reason", "核对").code == 2
    assert filled_sbd("query", "select count(*) as n from person", "--format", "json").json() == [{"n": 1}]


@pytest.mark.usefixtures("filled_sbd")
def test_every_column_that_may_hold_a_number_of_a_person_is_secret(own_ledger: Path) -> None:
    """Told from the schema itself: by name, whichever table it stands in."""
    with sqlite3.connect(own_ledger) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")]
        columns = [(t, row[1]) for t in tables for row in connection.execute(f"pragma table_info([{t}])")]
    connection.close()
    assert len(columns) > 200
    for table, column in columns:
        if column in {"id_no", "phone", "guardian_phone", "extra"}:
            assert is_hidden(table, column), (table, column)
    assert not any(is_hidden(table, "name") for table in ("place", "org", "team", "person"))


def test_names_of_columns_and_cells_cannot_steer_the_terminal(filled_sbd: Sbd) -> None:
    result = filled_sbd("query", "select char(27) || '[31m' as \"\x1b[2J\"")
    assert "\x1b" not in result.out


def test_without_a_ledger_none_is_made(sbd: Sbd, own_ledger: Path) -> None:
    assert sbd("query", "select 1").code == 7
    assert not own_ledger.exists()


def test_a_foreign_database_is_no_ledger(sbd: Sbd, own_ledger: Path) -> None:
    with sqlite3.connect(own_ledger) as connection:
        connection.execute("create table t (a)")
    connection.close()
    assert sbd("query", "select 1").code == 7


def test_it_waits_for_somebody_who_is_writing(filled_sbd: Sbd, own_ledger: Path) -> None:
    code = (
        "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1]); c.execute('begin exclusive');"
        "print('locked', flush=True); time.sleep(2)"
    )
    busy = subprocess.Popen([sys.executable, "-c", code, str(own_ledger)], stdout=subprocess.PIPE, text=True)
    assert busy.stdout is not None
    assert busy.stdout.readline() == "locked\n"
    assert filled_sbd("query", "select count(*) as n from activity", "--format", "json").json() == [{"n": 2}]
    assert busy.wait() == 0
    busy.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="the permissions of files are those of POSIX")
def test_a_ledger_that_may_only_be_read_is_enough(filled_sbd: Sbd, own_ledger: Path) -> None:
    own_ledger.chmod(0o400)
    assert filled_sbd("query", "select count(*) as n from activity", "--format", "json").json() == [{"n": 2}]


@pytest.mark.parametrize("seconds", ["0", "-1", "x"])
def test_a_time_that_is_none(filled_sbd: Sbd, seconds: str) -> None:
    assert filled_sbd("query", "select 1", "--seconds", seconds).code == 2


@pytest.mark.parametrize(
    "join",
    [
        *("{} a FULL JOIN {} b USING (phone)", "{} a right outer join {} b using (phone)"),
        *("{} a NATURAL FULL JOIN {} b", "{} a natural join {} b", "{} a join {} b using (phone)"),
        *("{} a cross join {} b using(phone)", "{} a left join {} b using/**/(phone)"),
        "{} a right \ufeff join {} b using \ufeff (phone)",
    ],
)
def test_a_join_that_reads_past_the_gate_is_refused(sbd: Sbd, join: str) -> None:
    """SQLite compares what two tables share without asking: a list of all numbers would find the one."""
    sbd("add", "person", "姓名=张三", "联系电话=19900001234")
    phones = "(select '19900001234' AS phone)"
    result = sbd("query", f"select count(*) from {join.format('person', phones)}")
    assert (result.code, result.out, "JOIN … ON" in result.err) == (2, "", True)


def test_words_of_such_joins_may_stand_in_quotes(filled_sbd: Sbd) -> None:
    result = filled_sbd("query", "select 'a full join b using (c)' as [right] -- natural join", "--format", "json")
    assert result.json() == [{"right": "a full join b using (c)"}]
