"""A ledger under a passphrase: nothing of it can be read on the disk, and all that works without one works."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from conftest import EXAMPLES, Result, sheet

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("sqlcipher3", reason="the extra [encryption] is not installed")

NAME = "陈示例"
KEY = "春风化雨 it's"
PLAIN = b"SQLite format 3\0"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run("status", key=KEY)`` is the command in a process of its own, where the passphrase is read."""

    def call(*args: object, key: str | None = KEY, **env: str) -> Result:
        environment = {name: value for name, value in os.environ.items() if name not in {"SBD_KEY", "SBD_KEY_FILE"}}
        environment |= env if key is None else {"SBD_KEY": key, **env}
        process = subprocess.run(
            [sys.executable, "-m", "shuangbaodao_cli", *map(str, args)],
            env={**environment, "PYTHONUTF8": "1"},
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return Result(process.returncode, process.stdout, process.stderr)

    return call


def roster(folder: Path) -> Path:
    return sheet(folder / "花名册.xlsx", ["姓名", "性别", "居住社区"], [NAME, "女", ""], ["李示例", "男", ""])


def on_disk(folder: Path) -> list[Path]:
    """Every file of a folder that is no workbook of the test's own."""
    return [path for path in folder.rglob("*") if (path.is_file() and path.parent != folder) or path.suffix == ".db"]


def test_a_short_day_leaves_nothing_that_can_be_read(run: Run, tmp_path: Path, own_ledger: Path) -> None:
    file = roster(tmp_path)
    assert run("import", file, "--dry-run").code == 0
    assert not own_ledger.exists()
    assert run("import", EXAMPLES / "1-places.xlsx").code == 0
    assert run("import", file).code == 0
    logged = run("log", "activity", "义务理发", "--date", "7-20", "--people", NAME, "--hours", "2")
    assert logged.code == 0, logged.err
    assert NAME in run("list", "person").out
    assert re.search(r"\n +1 ", run("report").out)
    assert "台账完好" in run("verify").out
    assert run("check").code in {0, 3}
    assert run("backup", "safe.db").code == 0
    assert run("void", "activity", 1, "--reason", "重复").code == 0
    assert run("undo", "--import", 2).code == 0
    assert run("verify", "--against", "safe.db").code == 0
    assert run("restore", "safe.db", "--yes").code == 0
    assert NAME in run("list", "person").out
    assert "台账完好" in run("verify").out
    paths = on_disk(tmp_path)
    assert len(paths) > 4
    for path in paths:
        content = path.read_bytes()
        assert not content.startswith((PLAIN, b"PK")), path
        assert NAME.encode() not in content, path
        assert "义务理发".encode() not in content, path


def test_a_kept_file_comes_back_as_it_was(run: Run, tmp_path: Path) -> None:
    file = roster(tmp_path)
    run("import", file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert run("imports", "--kept", digest[:8], "-o", "again.xlsx").code == 2  # numbers in it are whole
    assert not (tmp_path / "again.xlsx").exists()
    assert run("imports", "--kept", digest[:8], "-o", "again.xlsx", "--reason", "核对原表").code == 0
    assert (tmp_path / "again.xlsx").read_bytes() == file.read_bytes()
    assert run("imports", "--kept", "0" * 8, "-o", "none.xlsx", "--reason", "核对原表").code == 4
    assert run("imports", "--kept", digest[:8], "--reason", "核对原表").code == 2
    assert run("privacy", "report").out.count("核对原表") == 1


@pytest.mark.parametrize(
    ("key", "message"),
    [("别的口令", "口令不对"), (None, "SBD_KEY_FILE"), ("", "空的")],
)
def test_without_the_right_key_it_is_told(run: Run, own_ledger: Path, key: str | None, message: str) -> None:
    run("init")
    run("backup", "safe.db")
    before = own_ledger.read_bytes()
    for command in (("status",), ("restore", "safe.db", "--yes"), ("list", "person"), ("query", "select 1")):
        result = run(*command, key=key)
        assert result.code == 7, command
        assert message in result.err
        assert "Error" not in result.err
        assert "ERROR" not in result.err
    assert own_ledger.read_bytes() == before


def test_a_plain_ledger_is_not_opened_with_a_key_nor_changed(run: Run, tmp_path: Path, own_ledger: Path) -> None:
    run("import", roster(tmp_path), key=None)
    before = own_ledger.read_bytes()
    assert before.startswith(PLAIN)
    result = run("status")
    assert (result.code, "没有加密" in result.err) == (7, True)
    run("backup", "plain.db", key=None)
    assert run("restore", "plain.db", "--yes").code == 7
    assert own_ledger.read_bytes() == before


def test_a_plain_backup_restored_under_a_key_is_encrypted(run: Run, tmp_path: Path, own_ledger: Path) -> None:
    run("import", roster(tmp_path), key=None)
    run("backup", "plain.db", key=None)
    head = run("verify", key=None).out
    result = run("--ledger", tmp_path / "new.db", "restore", "plain.db")
    assert result.code == 0, result.err
    assert NAME in run("--ledger", tmp_path / "new.db", "list", "person").out
    assert run("--ledger", tmp_path / "new.db", "verify", "--against", "plain.db").code == 0
    assert "校验码" in head
    for path in (tmp_path / "new.db", *(tmp_path / "new.db.files").iterdir()):
        assert NAME.encode() not in path.read_bytes()
        assert not path.read_bytes().startswith((PLAIN, b"PK"))
    with sqlite3.connect(own_ledger) as plain:  # what was there stays as it was
        assert plain.execute("SELECT COUNT(*) FROM person").fetchone() == (2,)


def test_the_key_may_stand_in_a_file_for_its_owner_alone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "口 令"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    file.chmod(0o600)
    assert run("init", key=None, SBD_KEY_FILE=str(file)).code == 0
    assert run("status").code == 0  # the same passphrase, given otherwise
    file.chmod(0o644)
    result = run("status", key=None, SBD_KEY_FILE=str(file))
    assert (result.code, f"chmod 600 '{file}'" in result.err) == (7, True)
    for unusable in (str(tmp_path / "没有"), str(tmp_path), ""):
        result = run("status", key=None, SBD_KEY_FILE=unusable)
        assert (result.code, "SBD_KEY_FILE" in result.err, "chmod" in result.err) == (7, True, False)


def test_no_plain_copy_is_made_for_browse(run: Run, tmp_path: Path) -> None:
    run("import", EXAMPLES / "1-places.xlsx")
    result = run("browse", "--copy", "copy.db")
    assert (result.code, "加密" in result.err) == (5, True)
    assert not (tmp_path / "copy.db").exists()


def test_what_sqlite_refuses_is_told_as_ever(run: Run) -> None:
    run("init")
    run("add", "person", f"姓名={NAME}", "证件号码=11010519491231002X")
    run("add", "person", "姓名=李示例")
    result = run("edit", "person", 2, "证件号码=11010519491231002X")
    assert (result.code, "证件号" in result.err) == (5, True)
    assert run("query", "select nothing from person").code == 2
    assert run("query", "select sqlcipher_export('main')").code == 2


def test_a_forgotten_person_is_gone_from_an_encrypted_ledger_too(run: Run) -> None:
    run("init")
    run("add", "person", f"姓名={NAME}")
    assert run("person", "forget", "--yes", NAME, "--reason", "本人申请").code == 0
    assert NAME not in run("list", "person").out
    assert "台账完好" in run("verify").out


def test_without_the_package_it_is_told_how_to_install_it(run: Run, tmp_path: Path, own_ledger: Path) -> None:
    shadow = tmp_path / "shadow" / "sqlcipher3"
    shadow.mkdir(parents=True)
    (shadow / "__init__.py").write_text("raise ImportError\n", encoding="utf-8")
    result = run("init", PYTHONPATH=str(shadow.parent))
    assert (result.code, "pip install" in result.err) == (7, True)
    assert not own_ledger.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no cron")
def test_a_job_finds_the_key_by_itself(run: Run, tmp_path: Path) -> None:
    """The line of the crontab runs in a bare environment; the passphrase itself never stands in it."""
    lines, file = tmp_path / "crontab.txt", tmp_path / "口 令"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "crontab").write_text(f'#!/bin/sh\n[ "$1" = - ] && cat > {lines} || cat {lines}\n')
    (tmp_path / "bin" / "crontab").chmod(0o755)
    lines.touch()
    file.write_text(KEY, encoding="utf-8")
    file.chmod(0o600)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    run("log", "activity", "义务理发", "--date", "2026-07-20", key=None, SBD_KEY_FILE=str(file))
    add = ("schedule", "add", "daily", "--to", "月报")
    result = run(*add, PATH=path)
    assert (result.code, "SBD_KEY_FILE" in result.err, lines.read_text()) == (5, True, "")
    result = run(*add, key=None, SBD_KEY_FILE=file.name, PATH=path)
    assert result.code == 0, result.err
    assert "早已有了" in run(*add, key=None, SBD_KEY_FILE=str(file), PATH=path).out
    [line] = lines.read_text(encoding="utf-8").splitlines()
    bare = ["/usr/bin/env", "-i", "/bin/sh", "-c", line.split(" ", 5)[5]]
    cron = subprocess.run(bare, cwd="/", capture_output=True, text=True, check=False)
    assert (cron.returncode, cron.stdout, cron.stderr) == (0, "", "")
    assert list((tmp_path / "月报").glob("*.csv"))
    assert "退出码 0" in run("schedule", "list", key=None, SBD_KEY_FILE=str(file), PATH=path).out
