"""The command line as a person meets it: Chinese help, one sentence for every slip, clean ends."""

from __future__ import annotations

import os
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest import sheet
from data.sheets.documents import document, drawn
from shuangbaodao_cli.cli import app
from shuangbaodao_cli.cli.lazy import Group, Stub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Sbd

SBD = (sys.executable, "-m", "shuangbaodao_cli")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
BOILERPLATE = re.compile(
    r"Usage|Options|Commands|Arguments|Show this|Try |Error|default|required|\bTEXT\b(?=\s*$)|\[OPTIONS\]"
)


def words_of(group: Group, before: str = "") -> list[str]:
    """Every command and group, as it is typed after ``sbd``."""
    found = []
    for word, command in group.commands.items():
        found.append(f"{before}{word}")
        if isinstance(command, Group):
            found += words_of(command, f"{before}{word} ")
    return found


EVERY = words_of(app.ROOT)


def stubs_of(group: Group, before: str = "") -> Iterator[tuple[str, Stub]]:
    """Every command with what it is typed as."""
    for word, command in group.commands.items():
        if isinstance(command, Group):
            yield from stubs_of(command, f"{before}{word} ")
        if isinstance(main := getattr(command, "main_command", command), Stub):
            yield f"{before}{word}", main


def cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def process(*words: str, env: dict[str, str] | None = None, **extra: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {key: value for key, value in os.environ.items() if key != "SBD_DEBUG"} if env is None else env
    return subprocess.run([*SBD, *words], env=environment, capture_output=True, check=False, timeout=60, **extra)


# Help.


@pytest.mark.parametrize("words", ["", *EVERY])
def test_help_is_chinese_from_end_to_end(sbd: Sbd, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = sbd(*words.split(), "--help")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].startswith(f"用法：sbd {words}".rstrip())
    assert not BOILERPLATE.search(result.out)
    assert "--help" in result.out
    assert all(cells(line) <= 80 for line in lines if not line.startswith(("用法", "  sbd ")))


@pytest.mark.parametrize("words", EVERY)
def test_every_option_and_argument_is_explained_in_chinese(sbd: Sbd, words: str) -> None:
    lines = sbd(*words.split(), "--help").out.splitlines()
    parts = [at for at, line in enumerate(lines) if line in {"选项：", "参数：", "命令："}]
    assert parts
    listed = [line for line in lines[parts[0] :] if line.strip()]
    for at, line in enumerate(listed):
        if re.match(r"  \S", line):
            following = listed[at + 1] if at + 1 < len(listed) else ""
            assert CHINESE.search(re.sub(r"^  \S+( \S+)?", "", line) + following)


LEAVES = [(words, stub) for words, stub in stubs_of(app.ROOT)]


@pytest.mark.parametrize(("words", "stub"), LEAVES, ids=[words for words, _ in LEAVES])
def test_a_second_value_for_an_option_that_takes_one_is_refused(sbd: Sbd, words: str, stub: Stub) -> None:
    """Nothing is dropped in silence. What takes several (--people is a list in itself, --outcome) takes them still."""
    for option in stub.load().params:
        if option.param_type_name == "option" and not getattr(option, "is_flag", False):
            name = option.opts[0]
            result = sbd(*words.split(), name, "甲", f"{name}=乙")
            assert ("只能写一次" in result.err) == (not option.multiple), (name, result.err)
            assert result.code == 2 or option.multiple


def test_help_names_every_command(sbd: Sbd) -> None:
    page = sbd("--help").out
    for word in app.ROOT.commands:
        assert re.search(rf"^  {word} .*[\u4e00-\u9fff]", page, re.MULTILINE)


@pytest.mark.parametrize("words", [(), ("log",)])
def test_without_a_command_the_help_is_shown(sbd: Sbd, words: tuple[str, ...]) -> None:
    result = sbd(*words)
    assert result.code == 0
    assert result.out.strip() == sbd(*words, "--help").out.strip()


def test_the_examples_in_the_help_can_be_typed(sbd: Sbd, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is understood: it may find nothing (3, 4), no crontab (1) or be refused (5), but is never wrong (2)."""
    monkeypatch.setenv("PATH", "")  # the crontab of whoever runs the tests is not ours to write to
    assert sbd("init", "--office", "试用").code == 0
    sheet(Path("街道月报.xlsx"), ["服务次数", "服务群众人次", "备注"], ["", "", "甲"])
    document(Path("区里的表.docx"), drawn([["服务次数", "服务群众人次"], ["", ""]]))
    assert sbd("report", "--month", "-o", "7月汇总.xlsx").code == 0
    examples = [
        shlex.split(line)[1:]
        for words in EVERY
        for line in sbd(*words.split(), "--help").out.splitlines()
        if line.startswith("  sbd ")
    ]
    assert len(examples) >= 8
    for example in examples:
        assert sbd(*example).code in {0, 4} | {"schedule": {1}, "undo": {5}, "restore": {5}, "verify": {3}}.get(
            example[0], set()
        )


# Slips.

SLIPS = [
    "--nosuch",
    "report --nosuch",
    "report --mont",
    "report --from",
    "report --format",
    "report --format xml",
    "report summary extra",
    "list",
    "list org --format xml",
    "list org -o",
    "show org",
    "show org 1 2 3",
    "add",
    "edit org",
    "void org",
    "foo",
    "log foo",
    "log activity 义诊 多余",
    "log activity 义诊 --served",
    "log activity 义诊 --nosuch 3",
    "import",
    "import --as",
    "export",
    "template",
    "init extra",
    "status extra",
    "demo extra",
    "--ledger",
    "report --full",
    "report --list=x",
    "log activity 义诊 --new=x",
]


@pytest.mark.parametrize("words", SLIPS)
def test_a_slip_is_one_chinese_sentence(sbd: Sbd, words: str) -> None:
    result = sbd(*words.split())
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    assert result.err.rstrip().endswith(("。", "？"))
    assert CHINESE.search(result.err)
    ours = re.sub(r"用 sbd [a-z ]*--help", "", result.err)
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,}|Traceback|Error|Usage|Got ", ours)


@pytest.mark.parametrize("words", SLIPS)
def test_a_slip_makes_no_ledger(sbd: Sbd, own_ledger: Path, words: str) -> None:
    sbd(*words.split())
    assert not own_ledger.exists()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("report --nosuch", "--nosuch"),
        ("report --mont", "--month"),
        ("report --from", "--from"),
        ("report --format xml", "table、json、csv、md"),
        ("report summary extra", "extra"),
        ("list", "RECORD"),
        ("foo", "report"),
        ("log foo", "activity"),
        ("export", "--to"),
        ("--ledger", "--ledger 后面"),
    ],
)
def test_a_slip_names_what_is_wrong(sbd: Sbd, words: str, named: str) -> None:
    assert named in sbd(*words.split()).err


def test_a_close_command_is_suggested(sbd: Sbd) -> None:
    assert "report" in sbd("reprot").err


@pytest.mark.parametrize("words", [("report", "--month", "\x1b[31m"), ("show", "org", "甲\u202e"), ("\x1bfoo",)])
def test_what_was_typed_cannot_steer_the_terminal(sbd: Sbd, words: tuple[str, ...]) -> None:
    sbd("init")
    result = sbd(*words)
    assert result.code in {2, 4}
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", result.err)


def test_the_name_of_the_office_cannot_steer_the_terminal(sbd: Sbd) -> None:
    result = sbd("init", "--office", "\x1b[31m双桥区")
    assert "\x1b" not in result.out + result.err


def test_an_unforeseen_fault_is_one_sentence_without_a_traceback(own_ledger: Path) -> None:
    """Something stands there that the program never writes: nothing a person did."""
    assert process("add", "org", "名称=甲").returncode == 0
    with closing(sqlite3.connect(own_ledger)) as connection:
        connection.execute("UPDATE org SET extra = '{'")
        connection.commit()
    done = process("show", "org", "1")
    message = done.stderr.decode()
    assert done.returncode == 1
    assert "告诉开发者" in message
    assert "Traceback" not in message
    assert message.count("\n") == 1


# Options that stand anywhere.


@pytest.mark.parametrize(
    "words",
    [
        "--ledger {} list org --format json",
        "--ledger={} list org --format json",
        "list --ledger {} org --format json",
        "list org --format json --ledger {}",
        "list org --format json --ledger={}",
    ],
)
def test_the_ledger_may_be_named_before_and_after_the_command(
    sbd: Sbd, own_ledger: Path, tmp_path: Path, words: str
) -> None:
    other = tmp_path / "别处.db"
    assert sbd("add", "org", "单位名称=甲", "--ledger", other).code == 0
    result = sbd(*words.format(other).split())
    assert [row["name"] for row in result.json()] == ["甲"]
    assert not own_ledger.exists()


@pytest.mark.parametrize("words", ["--ledger {} log activity 义诊", "log --ledger {} activity 义诊"])
def test_the_ledger_may_be_named_between_the_words_of_a_group(
    sbd: Sbd, own_ledger: Path, tmp_path: Path, words: str
) -> None:
    assert sbd(*words.format(tmp_path / "别处.db").split()).code == 0
    assert (tmp_path / "别处.db").is_file()
    assert not own_ledger.exists()


@pytest.mark.parametrize("words", ["report --month", "report --month --by place", "report --month -o x.csv"])
def test_a_bare_period_may_stand_before_any_option(sbd: Sbd, words: str) -> None:
    sbd("init")
    assert sbd(*words.split()).code == 0


def test_what_looks_like_an_option_can_be_a_name_behind_two_dashes(sbd: Sbd) -> None:
    assert sbd("log", "activity", "--", "--义诊").code == 0
    assert sbd("list", "activity", "--format", "json").json()[0]["title"] == "--义诊"


@pytest.mark.parametrize("day", ["昨天", "2026-02-30", "x"])
def test_a_wrong_today_is_told(sbd: Sbd, monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("SBD_TODAY", day)
    result = sbd("log", "activity", "义诊")
    assert result.code == 2
    assert "SBD_TODAY" in result.err


# Processes: encodings, interruption, pipes.

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals, locales and pipes as POSIX has them")


@POSIX
@pytest.mark.parametrize(
    "env",
    [
        {},
        {"LANG": "C"},
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=lambda env: "-".join(env) or "none",
)
def test_chinese_comes_out_as_utf8_whatever_the_locale(own_ledger: Path, tmp_path: Path, env: dict[str, str]) -> None:
    done = process("log", "activity", "义务理发", "--ledger", str(own_ledger), env=env, cwd=tmp_path)
    assert done.stderr == b""
    assert done.returncode == 0
    assert "义务理发" in done.stdout.decode()
    listed = process("list", "activity", "--ledger", str(own_ledger), env=env, cwd=tmp_path)
    assert "义务理发" in listed.stdout.decode()
    wrong = process("foo", env=env, cwd=tmp_path)
    assert "没有" in wrong.stderr.decode()


def test_a_chinese_code_page_is_kept(own_ledger: Path, tmp_path: Path) -> None:
    env = os.environ | {"PYTHONIOENCODING": "gbk"}
    done = process("log", "activity", "义务理发𡈼", "--ledger", str(own_ledger), env=env, cwd=tmp_path)
    assert done.returncode == 0
    assert "义务理发" in done.stdout.decode("gbk")


@POSIX
def test_ctrl_c_ends_with_130_and_changes_nothing(own_ledger: Path, tmp_path: Path) -> None:
    assert process("init").returncode == 0
    before = own_ledger.read_bytes()
    os.mkfifo(tmp_path / "名册.xlsx")
    running = subprocess.Popen(
        [*SBD, "import", "名册.xlsx"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with (tmp_path / "名册.xlsx").open("wb"):  # opens when the other side reads
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert out == b""
    assert "什么都没有改动" in err.decode()
    assert b"Traceback" not in err
    assert own_ledger.read_bytes() == before


@POSIX
def test_ctrl_c_is_heard_while_waiting_for_a_busy_ledger(own_ledger: Path, tmp_path: Path) -> None:
    assert process("init").returncode == 0
    with closing(sqlite3.connect(own_ledger, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        script = (
            "import shuangbaodao_cli.commands.log.activity\n"
            "from shuangbaodao_cli.cli import app\n"
            "print('go', flush=True)\n"
            "app.main()\n"
        )
        running = subprocess.Popen(
            [sys.executable, "-c", script, "log", "activity", "义诊"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert running.stdout is not None
        running.stdout.readline()
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                running.wait(0.5)
            running.send_signal(signal.SIGINT)
            running.wait(3)
        except subprocess.TimeoutExpired:
            pytest.fail("still waiting three seconds after Ctrl-C")
        finally:
            running.kill()
            running.communicate()
    assert running.returncode == 130


@POSIX
@pytest.mark.parametrize("words", ["--help", "list activity", "list activity --format json", "report activities"])
def test_a_reader_that_leaves_early_brings_no_traceback(sbd: Sbd, own_ledger: Path, words: str) -> None:
    sbd("log", "activity", "义诊")
    with closing(sqlite3.connect(own_ledger)) as connection:
        columns = "title, date, content, volunteer, name_key, entry"
        connection.execute(
            f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
            f"INSERT INTO activity ({columns}) SELECT '义诊' || i, '2026-07-01', '内容内容内容内容', 1, '', 1 FROM n"
        )
        connection.commit()
    reader, writer = os.pipe()
    env = {key: value for key, value in os.environ.items() if key != "SBD_DEBUG"}
    running = subprocess.Popen([*SBD, *words.split()], stdout=writer, stderr=subprocess.PIPE, env=env)
    os.close(writer)
    assert os.read(reader, 10)
    os.close(reader)
    _, err = running.communicate(timeout=60)
    assert err == b""


@POSIX
@pytest.mark.parametrize("words", ["--help", "list org", "log activity 义诊", "foo"])
def test_a_reader_that_never_was_brings_no_traceback(sbd: Sbd, words: str) -> None:
    sbd("init")
    reader, writer = os.pipe()
    os.close(reader)
    env = {key: value for key, value in os.environ.items() if key != "SBD_DEBUG"}
    running = subprocess.Popen([*SBD, *words.split()], stdout=writer, stderr=subprocess.PIPE, env=env)
    os.close(writer)
    _, err = running.communicate(timeout=60)
    assert b"Traceback" not in err
    assert b"BrokenPipe" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix closes the streams")
@pytest.mark.parametrize(
    ("words", "streams", "code", "message"),
    [
        ("log activity", "<&-", 2, "还缺少"),
        ("restore nothing.db", "<&-", 6, "读不了"),
        ("status", ">&-", 0, ""),
        ("status", "2>&-", 0, ""),
        ("status", "<&- >&- 2>&-", 0, ""),
        ("no-such-command", "2>&-", 2, ""),
        ("status", ">/dev/full", 1, "没有写完（磁盘满了）"),
        ("log activity 义诊", ">/dev/full", 1, "没有写完（磁盘满了）"),
    ],
)
def test_closed_and_full_streams_end_in_one_sentence(
    sbd: Sbd, words: str, streams: str, code: int, message: str
) -> None:
    """As a job or another program may start it."""
    if "/dev/full" in streams and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    assert sbd("init", "--office", "试用").code == 0
    command = f"exec {shlex.join(SBD)} {words} {streams}"
    environment = {key: value for key, value in os.environ.items() if key != "SBD_DEBUG"}
    done = subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, check=False, timeout=60)
    errors = done.stderr.decode()
    assert (done.returncode, message in errors) == (code, True), errors
    assert len(errors.splitlines()) == bool(message)
