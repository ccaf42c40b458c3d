"""``sbd schedule``: lines in the user's crontab that run in a bare environment, and leave all other lines alone."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Sbd

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no cron")

OTHERS = """\
# 我自己的
MAILTO="me@example.org"

*/5  *  * * *\t/bin/echo  hi   # not ours
#0 1 * * * switched off
0 0 * * * echo a\\%b
PATH=/usr/bin
this is no line of cron
30 4 * * 1-5 echo 'a # b'
"""
"""What people have in their crontab; none of it is ours to tidy up."""
FAKE = """\
#!/bin/sh
case "$1" in
-l) [ -f "{0}" ] && cat "{0}" || {{ echo "no crontab for $USER" >&2; exit 1; }} ;;
-) cat > "{0}" ;;
*) exit 2 ;;
esac
"""
CRON, CRONTAB = shutil.which("cron") or "", shutil.which("crontab") or ""
LOGGED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 退出码 (\d+) (.+)")


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """An activity in June and one in July."""
    for words in (
        "add place 名称=文庙社区 级别=社区",
        "log activity 义诊 --date 2026-06-01 --place 文庙社区 --served 30",
        "log activity 巡逻 --date 2026-07-01 --served 4",
    ):
        assert sbd(*words.split()).code == 0
    return sbd


@pytest.fixture
def crontab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ``crontab`` before all others in the PATH, which keeps its lines in this file."""
    folder, lines = tmp_path / "bin", tmp_path / "crontab.txt"
    folder.mkdir()
    (folder / "crontab").write_text(FAKE.format(lines), encoding="utf-8")
    (folder / "crontab").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return lines


def ours(crontab: Path) -> list[str]:
    return [line for line in crontab.read_text(encoding="utf-8").splitlines() if re.search(r"# sbd:\d+$", line)]


def command(line: str) -> str:
    """What cron hands to the shell: all after the five fields, its escapes of the percent sign taken off."""
    return line.split(" ", 5)[5].replace("\\%", "%")


def bare(line: str) -> subprocess.CompletedProcess[str]:
    """Run it as cron does: no environment, another folder."""
    return subprocess.run(
        ["/usr/bin/env", "-i", "/bin/sh", "-c", line], cwd="/", capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize(
    ("words", "fields", "told"),
    [
        ("monthly", "0 8 1 * *", "每月 1 日 08:00"),
        ("monthly --day 28 --at 23:59", "59 23 28 * *", "每月 28 日 23:59"),
        ("weekly", "0 8 * * 1", "每周一 08:00"),
        ("weekly --day 7 --at 7:05", "5 7 * * 0", "每周日 07:05"),
        ("daily --at 00:00", "0 0 * * *", "每天 00:00"),
    ],
)
def test_a_line_for_each_kind(office: Sbd, crontab: Path, words: str, fields: str, told: str) -> None:
    result = office("schedule", "add", *words.split(), "--to", "月报")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"已加入定时任务 1：{told}，")
    [line] = ours(crontab)
    assert line.startswith(f"{fields} ")
    assert told in office("schedule", "list").out


def test_all_other_lines_stay_as_they_are(office: Sbd, crontab: Path) -> None:
    crontab.write_text(OTHERS, encoding="utf-8")
    office("schedule", "add", "monthly", "--to", "月报")
    office("schedule", "add", "daily", "--to", "日报", "--profile", "public")
    assert crontab.read_text(encoding="utf-8").startswith(OTHERS)
    assert len(ours(crontab)) == 2
    assert office("schedule", "remove", "1").code == 0
    assert office("schedule", "remove", "2").code == 0
    assert crontab.read_text(encoding="utf-8") == OTHERS


def test_lines_in_another_encoding_survive(office: Sbd, crontab: Path) -> None:
    crontab.write_bytes("# 备份\n".encode("gb18030"))
    office("schedule", "add", "monthly", "--to", "月报")
    assert crontab.read_bytes().startswith("# 备份\n".encode("gb18030"))


def test_the_same_again_changes_nothing_and_another_time_moves_it(office: Sbd, crontab: Path) -> None:
    office("schedule", "add", "monthly", "--to", "月报")
    before = crontab.read_bytes()
    assert office("schedule", "add", "monthly", "--to", "月报").out.startswith("早已有了定时任务 1：")
    assert crontab.read_bytes() == before
    assert office("schedule", "add", "monthly", "--to", "月报", "--day", "3").out.startswith(
        "已改定时任务 1：每月 3 日"
    )
    assert [line[:10] for line in ours(crontab)] == ["0 8 3 * * "]


def test_the_list_says_what_became_of_each(office: Sbd, crontab: Path, own_ledger: Path, tmp_path: Path) -> None:
    office("schedule", "add", "monthly", "--to", "月报", "--place", "文庙社区")
    [row] = office("schedule", "list", "--format", "json").json()
    assert row == {
        "number": 1,
        "when": "每月 1 日 08:00",
        "exports": "上个月：汇总、活动台账、服务时长",
        "to": str(tmp_path / "月报"),
        "profile": "inner",
        "place": "文庙社区",
        "ledger": str(own_ledger),
        "last": None,
    }
    assert bare(command(ours(crontab)[0])).returncode == 0
    [row] = office("schedule", "list", "--format", "json").json()
    assert "退出码 0" in row["last"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("monthly --profile upward", "上个月：上报-汇总"),
        ("weekly", "本月至今和上个月：汇总、活动台账、服务时长"),
        ("daily --profile public", "本月至今和上个月：公示-汇总、公示-活动、公示-服务时长"),
    ],
)
def test_the_list_says_what_each_exports_and_for_whom(office: Sbd, crontab: Path, words: str, told: str) -> None:
    result = office("schedule", "add", *words.split(), "--to", "表").out
    assert f"导出{told}，" in result
    assert len(ours(crontab)) == 1
    shown = office("schedule", "list").out
    assert told in shown
    assert any(label in shown for label in ("上报", "自己留", "公示"))


@pytest.mark.usefixtures("crontab")
def test_what_is_not_there_cannot_be_removed(office: Sbd) -> None:
    assert office("schedule", "list", "--format", "json").json() == []
    assert office("schedule", "remove", "1").code == 4


@pytest.mark.parametrize(
    "words",
    [
        *("yearly", "monthly --day 29", "monthly --day 0", "weekly --day 8", "daily --day 1"),
        *("daily --at 24:00", "daily --at 8", "daily --at 8:60", "daily --profile all"),
    ],
)
def test_a_time_that_is_none_is_told_and_nothing_written(office: Sbd, crontab: Path, words: str) -> None:
    result = office("schedule", "add", *words.split(), "--to", "月报")
    assert (result.code, result.out) == (2, "")
    assert not crontab.exists()


def test_what_could_not_run_at_night_is_told_now(office: Sbd, crontab: Path, tmp_path: Path) -> None:
    assert office("schedule", "add", "daily", "--to", "月报", "--place", "没有社区").code == 4
    assert office("schedule", "add", "daily", "--to", "月报", "--ledger", "没有.db").code == 7
    (tmp_path / "占用").write_text("", encoding="utf-8")
    assert office("schedule", "add", "daily", "--to", "占用").code == 6
    for name in ("甲 #乙", "甲\n乙", "长" * 400):
        assert office("schedule", "add", "daily", "--to", name).code == 2
    assert not crontab.exists()


def test_without_a_crontab_the_line_is_given_to_be_pasted(
    office: Sbd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    result = office("schedule", "add", "monthly", "--to", "月报")
    assert (result.code, result.out) == (1, "")
    sentence, line = result.err.splitlines()
    assert "没有 crontab" in sentence
    assert line.startswith("0 8 1 * * ")
    assert bare(command(line)).returncode == 0
    assert len(list((tmp_path / "月报").glob("*.xlsx"))) == 3
    assert office("schedule", "list").code == 1
    assert office("schedule", "remove", "1").code == 1


def test_a_crontab_that_refuses_is_told(office: Sbd, crontab: Path) -> None:
    (crontab.parent / "bin" / "crontab").write_text("#!/bin/sh\necho 'you are not allowed' >&2; exit 1\n")
    for words in (["add", "daily", "--to", "月报"], ["list"], ["remove", "1"]):
        result = office("schedule", *words)
        assert result.code == 1
        assert "you are not allowed" in result.err


# The line itself ------------------------------------------------------------------------------------


@pytest.fixture
def job(office: Sbd, crontab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The command of a monthly job, of a folder and a ledger whose names need every care."""
    shutil.move(os.environ["SBD_LEDGER"], tmp_path / "我的 台账's.db")
    monkeypatch.setenv("SBD_LEDGER", "我的 台账's.db")
    assert office("schedule", "add", "monthly", "--to", "月 报 50%").code == 0
    [line] = ours(crontab)
    assert "\\%" in line
    return command(line)


def test_it_runs_in_a_bare_environment_and_is_silent(job: str, tmp_path: Path) -> None:
    done = bare(job)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    made = sorted(path.name for path in (tmp_path / "月 报 50%").iterdir())
    assert len(made) == 6
    assert all(re.fullmatch(r"\d{4}-\d\d-(汇总|活动台账|服务时长)\.(xlsx|csv)", name) for name in made)
    [line] = (tmp_path / "月 报 50%.log").read_text(encoding="utf-8").splitlines()
    code, message = LOGGED.fullmatch(line).groups()  # type: ignore[union-attr]
    assert (code, "有变化的 6 个" in message) == ("0", True)


def test_twice_leaves_the_same_bytes_and_two_lines(job: str, tmp_path: Path) -> None:
    bare(job)
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in (tmp_path / "月 报 50%").iterdir()}
    assert bare(job).returncode == 0
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in (tmp_path / "月 报 50%").iterdir()} == before
    first, second = (tmp_path / "月 报 50%.log").read_text(encoding="utf-8").splitlines()
    assert "有变化的 6 个" in first
    assert "都没有变化" in second


@pytest.mark.parametrize("every", ["weekly", "daily"])
def test_what_runs_often_exports_the_month_to_date_and_the_one_that_ended(
    office: Sbd, crontab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: str
) -> None:
    """Done on the last day of July after that day's run, it is in July's files after the first run of August."""
    assert office("schedule", "add", every, "--to", "表").code == 0
    words = shlex.split(command(ours(crontab)[0]), comments=True)
    words = words[words.index("shuangbaodao_cli") + 1 :]

    def served(month: str) -> str:
        text = (tmp_path / "表" / f"{month}-汇总.csv").read_text(encoding="utf-8-sig")
        return text.splitlines()[1].split(",")[1]

    assert office(*words).code == 0
    assert (served("2026-06"), served("2026-07")) == ("30", "4")
    office("log", "activity", "夜巡", "--date", "2026-07-31", "--served", "5")
    monkeypatch.setenv("SBD_TODAY", "2026-08-01")
    assert office(*words).code == 0
    assert (served("2026-07"), served("2026-08")) == ("9", "0")
    assert len(list((tmp_path / "表").iterdir())) == 18


def test_it_waits_for_a_busy_ledger(job: str, tmp_path: Path) -> None:
    code = (
        "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1]); c.execute('begin exclusive');"
        "print('locked', flush=True); time.sleep(3)"
    )
    ledger = str(tmp_path / "我的 台账's.db")
    with subprocess.Popen([sys.executable, "-c", code, ledger], stdout=subprocess.PIPE, text=True) as busy:
        assert busy.stdout is not None
        assert busy.stdout.readline() == "locked\n"
        begun = time.monotonic()
        assert bare(job).returncode == 0
        assert time.monotonic() - begun > 1


@pytest.mark.parametrize(("fault", "code"), [("ledger", 7), ("folder", 6)])
def test_how_it_ended_is_in_the_code_and_in_the_log(job: str, tmp_path: Path, fault: str, code: int) -> None:
    if fault == "ledger":
        (tmp_path / "我的 台账's.db").write_text("这不是台账", encoding="utf-8")
    else:
        (tmp_path / "月 报 50%").rmdir()
        (tmp_path / "月 报 50%").write_text("", encoding="utf-8")
    done = bare(job)
    assert (done.returncode, done.stdout) == (code, "")
    [line] = (tmp_path / "月 报 50%.log").read_text(encoding="utf-8").splitlines()
    assert LOGGED.fullmatch(line)[1] == str(code)  # type: ignore[index]
    assert done.stderr.strip() in line


def test_a_module_in_the_folder_it_stands_in_is_not_taken(job: str, tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise SystemExit(99)", encoding="utf-8")
    done = subprocess.run(["/usr/bin/env", "-i", "/bin/sh", "-c", job], cwd=tmp_path, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("_", range(3))
def test_killed_half_way_every_file_is_whole(job: str, tmp_path: Path, _: int) -> None:
    """Old and new files are either whole or not there; the next run makes them all."""
    assert bare(job).returncode == 0
    whole = {p.name: p.read_bytes() for p in (tmp_path / "月 报 50%").iterdir()}
    for path in (tmp_path / "月 报 50%").iterdir():
        path.unlink()
    running = subprocess.Popen(["/usr/bin/env", "-i", "/bin/sh", "-c", f"exec {job}"])
    time.sleep(0.3 + 0.15 * _)
    running.kill()
    running.wait()
    left = {p.name: p.read_bytes() for p in (tmp_path / "月 报 50%").iterdir() if not p.name.startswith(".")}
    assert left.items() <= whole.items()
    assert bare(job).returncode == 0
    assert {p.name: p.read_bytes() for p in (tmp_path / "月 报 50%").iterdir() if p.name in whole} == whole


def test_the_log_may_lie_anywhere(office: Sbd, tmp_path: Path) -> None:
    assert office("export", "--month", "--to", "月报", "--log", "记录/一.log").code == 0
    assert office("export", "--month", "--to", "月报", "--place", "没有", "--log", "记录/一.log").code == 4
    lines = (tmp_path / "记录/一.log").read_text(encoding="utf-8").splitlines()
    assert [LOGGED.fullmatch(line)[1] for line in lines] == ["0", "4"]  # type: ignore[index]


# A real cron ---------------------------------------------------------------------------------------


@pytest.fixture
def daemon() -> Iterator[None]:
    """A cron daemon of our own, and the crontab of the user put back as it was."""
    if os.environ.get("SBD_CRON") != "1":
        pytest.skip("a real cron is used only where SBD_CRON=1 says so (.ci/run): it changes the user's crontab")
    if os.geteuid() != 0 or not CRON or not CRONTAB:
        pytest.skip("needs cron, and root to start it")
    previous = subprocess.run([CRONTAB, "-l"], capture_output=True, check=False)
    cron = subprocess.Popen([CRON, "-f"], stderr=subprocess.DEVNULL)  # ends at once where one is running
    try:
        yield
    finally:
        cron.terminate()
        cron.wait()
        restore = [CRONTAB, "-"] if previous.returncode == 0 else [CRONTAB, "-r"]
        subprocess.run(restore, input=previous.stdout, check=True)


@pytest.mark.usefixtures("daemon")
def test_a_real_cron_runs_it(office: Sbd, tmp_path: Path) -> None:
    moment = datetime.now().astimezone() + timedelta(seconds=8)
    at = (moment + timedelta(minutes=1)).strftime("%H:%M")
    result = office("schedule", "add", "daily", "--at", at, "--to", "日报", "--place", "文庙社区")
    assert result.code == 0, result.err
    log = tmp_path / "日报.log"
    deadline = time.monotonic() + 75
    while not log.exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    assert LOGGED.match(log.read_text(encoding="utf-8"))[1] == "0"  # type: ignore[index]
    assert len(list((tmp_path / "日报").iterdir())) == 12
    number = re.search(r"定时任务 (\d+)", result.out)
    assert number is not None
    assert office("schedule", "remove", number[1]).code == 0
