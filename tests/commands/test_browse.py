"""``sbd browse``: a copy without what is not to be shown, its description, and the ledger in other programs."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from sqlite_utils import Database

from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.reports.catalogue import all_reports

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

ID, PHONE = "13080219900307001X", "19900001234"
SECRETS = (ID, PHONE, "王某某", "高血压", "塔沟小区9号楼", "19900005678", "血压偏高")

datasette = pytest.mark.skipif(importlib.util.find_spec("datasette") is None, reason="Datasette is not installed here")


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """A person with all numbers, somebody who is looked after and was visited, activities in two communities."""
    for words in (
        "add place 名称=石洞子沟街道 级别=街道",
        "add place 名称=文庙社区 级别=社区 上级=石洞子沟街道",
        "add place 名称=塔沟社区 级别=社区 上级=石洞子沟街道",
        f"add person 姓名=张三 身份证号={ID} 电话={PHONE} 居住社区=文庙社区",
        "add subject 姓名=王某某 健康状况=高血压 居住地址=塔沟小区9号楼 监护人电话=19900005678 社区=文庙社区",
        "log visit 户-2026-0001 --on 2026-07-03 --by 张三 --found 血压偏高",
        "log activity 义诊 --date 2026-07-01 --place 文庙社区 --served 30 --hours 1.5 --people 张三",
        "log activity 巡逻 --date 2026-06-02 --place 塔沟社区 --served 4",
    ):
        said = sbd(*words.split())
        assert said.code == 0, said.err
    return sbd


@pytest.fixture
def written(office: Sbd, tmp_path: Path) -> Path:
    """The copy, with its description beside it."""
    said = office("browse", "--copy", "副本.db", "--metadata", "说明.json")
    assert (said.code, said.out, said.err) == (0, "", "已写入 副本.db\n已写入 说明.json\n")
    return tmp_path / "副本.db"


def described(copy: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(copy.with_name("说明.json").read_text(encoding="utf-8"))
    return said


def points(database: Database, table: str) -> list[tuple[str | None, str]]:
    return [(key.column, key.other_table) for key in database.table(table).foreign_keys]


def got(copy: Path, path: str, **asked: str) -> Any:
    """What Datasette answers to a path of its own."""
    command = [sys.executable, "-m", "datasette", "--get", f"{quote(path).replace('%', '~')}?{urlencode(asked)}"]
    command += ["-i", str(copy), "-m", str(copy.with_name("说明.json"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr or done.stdout
    return json.loads(done.stdout) if ".json" in path else done.stdout


def test_the_ledger_opens_in_sqlite_utils(office: Sbd, own_ledger: Path) -> None:
    assert office("list", "activity").code == 0
    database = Database(own_ledger)
    assert set(RECORDS) <= set(database.table_names())
    assert [row["title"] for row in database["activity"].rows] == ["义诊", "巡逻"]
    assert database.execute("select count(*) from participation").fetchone() == (1,)
    assert ("place", "place") in points(database, "activity")
    database.close()


def test_the_copy_holds_every_record_and_leads_from_one_to_another(written: Path) -> None:
    database = Database(written)
    assert set(database.table_names()) == {*RECORDS, "place_tree"}
    assert [row["title"] for row in database["activity"].rows] == ["义诊", "巡逻"]
    assert ("org", "org") in points(database, "activity")
    assert "activity_totals" in {index.name for index in database.table("activity").indexes}
    database.close()


def test_nothing_that_is_not_to_be_shown_is_in_the_copy_or_its_description(written: Path) -> None:
    held = written.read_bytes() + written.with_name("说明.json").read_bytes()
    assert not [text for text in SECRETS if text.encode() in held]
    assert "张三".encode() in held
    with contextlib.closing(sqlite3.connect(written)) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")]
        columns = {row[1] for table in tables for row in connection.execute(f"pragma table_info([{table}])")}
    assert not columns & {"id_no", "phone", "guardian_phone", "extra", "found"}


def test_it_describes_every_table_and_column_of_the_copy_and_no_other(written: Path) -> None:
    said = described(written)["databases"]["副本"]["tables"]
    with contextlib.closing(sqlite3.connect(written)) as connection:
        for table, told in said.items():
            columns = [row[1] for row in connection.execute(f"pragma table_info([{table}])")]
            assert list(told["columns"]) == [name for name in columns if name in told["columns"]]
            assert set(columns) == set(told["columns"]) | ({"date"} if table == "participation" else set())
    assert said["activity"]["title"] == "服务活动"
    assert said["activity"]["columns"]["minutes"] == "服务时长（分钟）"
    assert said["activity"]["columns"]["org"] == "组织单位（单位的编号）"
    assert said["person"]["label_column"] == "name"


def test_its_questions_are_the_reports_but_those_that_need_what_is_hidden(written: Path) -> None:
    assert set(described(written)["databases"]["副本"]["queries"]) == set(all_reports()) - {"visits"}


def test_without_a_copy_the_description_is_of_the_ledger_itself(office: Sbd, tmp_path: Path) -> None:
    assert office("browse", "--metadata", "说明.json").err == "已写入 说明.json\n"
    assert list(json.loads((tmp_path / "说明.json").read_text(encoding="utf-8"))["databases"]) == ["ledger"]
    assert [path.name for path in tmp_path.glob("*.db")] == ["ledger.db"]


def test_written_again_the_copy_is_as_the_ledger_is_now(office: Sbd, written: Path) -> None:
    office("log", "activity", "植树", "--date", "2026-07-05")
    assert office("browse", "--copy", "副本.db").code == 0
    with contextlib.closing(sqlite3.connect(written)) as connection:
        assert connection.execute("select count(*) from activity").fetchone() == (3,)
    assert not list(written.parent.glob(".*tmp*"))


@pytest.mark.skipif(sys.platform == "win32", reason="the permissions of files are those of POSIX")
def test_the_copy_is_for_its_owner_alone(written: Path) -> None:
    assert written.stat().st_mode & 0o077 == 0


def test_a_ledger_is_never_written_over(office: Sbd, own_ledger: Path, tmp_path: Path) -> None:
    shutil.copyfile(own_ledger, tmp_path / "备份.db")
    before = own_ledger.read_bytes()
    for name in ("ledger.db", "备份.db"):
        said = office("browse", "--copy", name)
        assert (said.code, "是一份台账" in said.err) == (2, True)
    for words in ("--metadata ledger.db", "--copy 副本.txt"):
        assert office("browse", *words.split()).code == 2
    assert own_ledger.read_bytes() == (tmp_path / "备份.db").read_bytes() == before


def test_where_it_cannot_be_written_nothing_is_left(office: Sbd, tmp_path: Path) -> None:
    said = office("browse", "--copy", "没有/副本.db")
    assert (said.code, said.err.count("\n")) == (6, 1)
    assert not (tmp_path / "没有").exists()


def test_without_a_ledger_nothing_is_made(sbd: Sbd, tmp_path: Path) -> None:
    assert sbd("browse", "--copy", "副本.db").code == 7
    assert list(tmp_path.iterdir()) == []


def test_without_datasette_it_says_how_to_install_it(office: Sbd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: None)
    monkeypatch.setenv("PATH", "")
    said = office("browse")
    assert (said.code, said.out) == (1, "")
    assert 'pip install "shuangbaodao_cli[browse]"' in said.err


# With Datasette --------------------------------------------------------------------------------------


@datasette
@pytest.mark.parametrize(
    ("asked", "figures"),
    [
        ({"start": "2026-07-01", "until": "2026-08-01", "place": ""}, (1, 30, 1, 90)),
        ({"start": "", "until": "", "place": ""}, (2, 34, 1, 90)),
        ({"start": "", "until": "2026-07-01", "place": ""}, (1, 4, 0, 0)),
        ({"start": "", "until": "", "place": "1"}, (2, 34, 1, 90)),
        ({"start": "", "until": "", "place": "3"}, (1, 4, 0, 0)),
    ],
)
def test_datasette_gives_the_figures_of_the_report(
    written: Path, asked: dict[str, str], figures: tuple[int, ...]
) -> None:
    [row] = got(written, "/副本/summary.json", _shape="array", **asked)
    assert tuple(row[name] for name in ("services", "served", "volunteers", "minutes")) == figures


@datasette
def test_datasette_answers_every_question(written: Path) -> None:
    queries = described(written)["databases"]["副本"]["queries"]
    for name in queries:
        said = got(written, f"/副本/{name}.json", start="", until="", place="")
        assert said.get("error") is None, (name, said)


@datasette
def test_datasette_shows_our_words(written: Path) -> None:
    page = got(written, "/副本/activity")
    assert "服务活动" in page
    assert "服务时长（分钟）" in page
    assert ">文庙社区</a>" in page, "a reference is shown by its name"


@datasette
@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("office")
def test_it_is_served_to_this_machine_alone_and_leaves_nothing(tmp_path: Path, stop: signal.Signals) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "temp").mkdir()
    environment = os.environ | {"TMPDIR": str(tmp_path / "temp"), "SBD_DEBUG": ""}
    command = [sys.executable, "-m", "shuangbaodao_cli", "browse", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            assert running.stdout is not None
            assert f"http://127.0.0.1:{port}/" in running.stdout.readline()
            assert _served(f"http://127.0.0.1:{port}/ledger/activity.json?_shape=array")[0]["title"] == "义诊"
            with pytest.raises(urllib.error.HTTPError, match="403"):
                _asked(f"http://127.0.0.1:{port}/ledger.db")
        finally:
            running.send_signal(stop)
        assert running.wait(30) == 0
    assert list((tmp_path / "temp").iterdir()) == []


def _asked(address: str) -> Any:
    with urllib.request.urlopen(address) as answer:  # noqa: S310  # the server that was started here
        return json.load(answer)


def _served(address: str) -> Any:
    for _ in range(150):
        with contextlib.suppress(urllib.error.URLError):
            return _asked(address)
        time.sleep(0.2)
    raise AssertionError("Datasette did not answer")


@datasette
@pytest.mark.usefixtures("office")
def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "shuangbaodao_cli", "browse", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "被占用的话，换一个：--port" in done.stderr.splitlines()[-1]
