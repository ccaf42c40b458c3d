"""What is shown: at a terminal, in a pipe, in a file; hostile names; files whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangbaodao_cli.files import slug, write_bytes
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.files import write_tables
from shuangbaodao_cli.output.html.page import render_page
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.output.terminal import screen
from shuangbaodao_cli.values.text import replace_controls

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

HOSTILE = (
    "\x1b[31m红",
    "\x1b]52;c;cm0gLXJm\x07",
    "\x9b31m",
    "甲\u202e乙",
    "甲\u2066乙",
    "甲\u200b乙",
    "[red]张三",
    "[/]李四",
    "[link=x]王五",
    ":smile:",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "甲\n乙",
    "甲\r乙",
    "a|b",
    "<script>x</script>",
    "&lt;",
    '"引号"',
)
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
OURS = re.compile(r"\x1b\[[0-9;]*m")
"""The colours and bold that we write ourselves."""
LONG = "承德医学院附属医院驻双桥区石洞子沟街道塔沟社区联络站健康教育志愿服务队第一小组"
ROWS: list[list[object]] = [["文庙社区", 1277], [LONG, 3]]
TABLE = Table(
    "双报到工作汇总",
    [Column("place", "社区（村）"), Column("served", "服务群众人次", "count", "人次")],
    ROWS,
    totals=["合计", 1280],
    subtitle="期间：2026年7月1日至31日",
    notes=("服务群众人次：次数，不是人数。",),
)


class Terminal(io.StringIO):
    """A stream with a person in front of it."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """There is one."""
        return True


def at_terminal(table: Table) -> str:
    stream = Terminal()
    screen.print_tables([table], stream)
    return stream.getvalue()


def in_pipe(table: Table) -> str:
    stream = io.StringIO()
    screen.print_tables([table], stream)
    return stream.getvalue()


def of(text: str) -> Table:
    return Table("表", [Column("name", "名称"), Column("served", "人次", "count")], [[text, 7]])


def cells(text: str) -> int:
    """Cells on a terminal: wide characters are two, marks and formats none."""
    kinds = ((unicodedata.category(char), unicodedata.east_asian_width(char)) for char in text)
    return sum(0 if kind in {"Mn", "Me", "Cf"} else 2 if wide in "WF" else 1 for kind, wide in kinds)


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of forty cells that shows colours."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm-256color")


# Terminal and pipe.


def test_at_a_terminal_a_table_is_drawn_and_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "44")
    lines = OURS.sub("", at_terminal(TABLE)).splitlines()
    assert any("╭" in line for line in lines)
    assert max(map(cells, lines)) <= 44
    folded = "".join(re.sub(r"[│\s]|\d", "", line) for line in lines if "│" in line)
    assert LONG in folded


def test_nothing_is_cut_at_a_terminal_or_in_a_pipe() -> None:
    for said in (at_terminal(TABLE), in_pipe(TABLE)):
        assert "…" not in said
        assert "1277" in said
        assert "1280" in said
        assert "不是人数" in "".join(said.split())


def test_in_a_pipe_the_text_is_as_wide_as_its_data_and_plain() -> None:
    said = in_pipe(TABLE)
    assert not re.search("[╭│━─]|\x1b", said)
    lines = said.splitlines()
    assert lines[:2] == ["双报到工作汇总", "期间：2026年7月1日至31日"]
    assert any(line.startswith(LONG) and line.endswith(" 3") for line in lines)
    assert max(map(cells, lines)) > 80


def test_wide_characters_stand_in_line_in_a_pipe() -> None:
    body = in_pipe(TABLE).splitlines()[2:6]
    assert len({cells(line) for line in body}) == 1
    assert all(line.split()[-1] in {"服务群众人次", "1277", "3", "1280"} for line in body)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=5))
def test_whatever_the_names_columns_stand_in_line_and_nothing_steers(names: list[str]) -> None:
    table = Table("表", [Column("name", "名称"), Column("n", "数", "count")], [[name, 1] for name in names])
    lines = in_pipe(table).removesuffix("\n").split("\n")
    assert len(lines) == len(names) + 2
    assert len({cells(line) for line in lines[1:]}) == 1
    assert not STEERING.search("".join(lines))


def test_an_empty_table_says_so() -> None:
    empty = Table("单位（0 条）", TABLE.columns, [])
    assert "（没有记录）" in in_pipe(empty)
    assert "（没有记录）" in at_terminal(empty)


def test_a_command_in_a_pipe_is_not_cut_at_eighty_columns(sbd: Sbd, tmp_path: Path) -> None:
    note = "很长的备注" * 40
    sbd("add", "org", "单位名称=承德医学院", f"备注={note}")
    command = [sys.executable, "-m", "shuangbaodao_cli", "list", "org"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert note in done.stdout.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals on Windows")
def test_a_command_at_a_terminal_draws_its_table(sbd: Sbd, tmp_path: Path) -> None:
    import pty  # not on Windows

    sbd("add", "org", "单位名称=[red]承德医学院")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "shuangbaodao_cli", "list", "org"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        try:
            while more := os.read(ours, 4096):
                said += more
        except OSError:
            pass  # the other side has hung up
        assert process.wait(20) == 0
    os.close(ours)
    assert "╭" in said.decode()
    assert "[red]承德医学院" in said.decode()


# Hostile names.


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_cannot_steer_the_terminal(name: str) -> None:
    seen = OURS.sub("", at_terminal(of(name)))
    assert not STEERING.search(seen)
    assert not STEERING.search(in_pipe(of(name)))
    assert not STEERING.search(formats.markdown(of(name)))


@pytest.mark.parametrize("name", [name for name in HOSTILE if not STEERING.search(name) and "\n" not in name])
def test_a_strange_name_is_shown_as_it_is(name: str) -> None:
    assert name in OURS.sub("", at_terminal(of(name)))
    assert name in in_pipe(of(name))


@pytest.mark.parametrize("name", HOSTILE)
def test_titles_and_notes_are_as_harmless_as_names(name: str) -> None:
    table = Table(name, [Column("name", "名称")], [["甲"]], subtitle=name, notes=(name,))
    for said in (OURS.sub("", at_terminal(table)), in_pipe(table), formats.markdown(table)):
        assert not STEERING.search(said)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_csv_gives_the_name_back_but_no_formula(name: str) -> None:
    text = formats.csv_text(of(name))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [len(row) for row in rows] == [2, 2]
    dangerous = name.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert rows[1] == [f"'{name}" if dangerous else name, "7"]


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_keeps_its_columns(name: str) -> None:
    lines = [line for line in formats.markdown(of(name)).splitlines() if line.startswith("|")]
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in lines] == [3, 3, 3]


class Texts(HTMLParser):
    """The texts of the cells of a page, and the tags it has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag; no attribute may run anything."""
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag in {"td", "th"}:
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        """Add to the cell under way."""
        if self.cells:
            self.cells[-1] += data


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_shows_a_name_and_runs_nothing(name: str) -> None:
    seen = Texts()
    seen.feed(render_page([Table(name, [Column("name", name)], [[name]], subtitle=name, notes=(name,))]))
    assert "script" not in seen.tags
    assert replace_controls(name) in seen.cells[-1]
    assert not STEERING.search(seen.cells[-1])


def test_a_page_needs_no_network() -> None:
    text = render_page([TABLE])
    assert not re.search(r"https?:|src=|<link|@import|url\(", text)
    assert 'charset="utf-8"' in text
    assert 'lang="zh-CN"' in text


@pytest.mark.parametrize(
    "words", [("add", "org", "单位名称=甲\u202e丙"), ("edit", "org", "1", "备注=\u202e丁"), ("void", "org", "1")]
)
def test_what_a_command_says_of_a_record_cannot_steer_the_terminal(sbd: Sbd, words: tuple[str, ...]) -> None:
    sbd("add", "org", "单位名称=甲\u202e乙")
    said = sbd(*words, *(("--reason", "重复登记") if words[0] == "void" else ()))
    assert said.code == 0
    assert not STEERING.search(said.out + said.err)


@pytest.mark.parametrize("name", ["[red]张三", "[/]李四", ":smile:", "=1+1", "甲\u202e乙", "a|b", "<b>"])
def test_a_strange_person_can_be_kept_listed_and_exported(sbd: Sbd, tmp_path: Path, name: str) -> None:
    assert sbd("add", "person", f"姓名={name}").code == 0
    assert sbd("log", "activity", "义诊", "--people", "1", "--hours", "1").code == 0
    assert sbd("list", "person", "--format", "json").json()[0]["name"] == name
    for way in ("table", "csv", "md"):
        assert sbd("report", "people", "--month", "--format", way).code == 0
    for ending in (".xlsx", ".csv", ".md", ".html", ".json"):
        assert sbd("report", "people", "--month", "-o", tmp_path / f"x{ending}").code == 0
    assert sbd("export", "--month", "--to", "月报").code == 0


# Files.


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".json", ".md", ".html"])
def test_a_table_can_be_written_in_every_form_twice_alike(tmp_path: Path, ending: str) -> None:
    for name in ("一", "二"):
        write_tables(tmp_path / f"{name}{ending}", [TABLE, TABLE])
    first = (tmp_path / f"一{ending}").read_bytes()
    assert first == (tmp_path / f"二{ending}").read_bytes()
    assert len(first) > 100


def test_an_extension_may_be_written_large(sbd: Sbd, tmp_path: Path) -> None:
    sbd("init")
    assert sbd("list", "org", "-o", tmp_path / "X.CSV").code == 0
    assert (tmp_path / "X.CSV").read_bytes().startswith(b"\xef\xbb\xbf")


def test_only_the_file_itself_is_left(tmp_path: Path) -> None:
    write_bytes(tmp_path / "x.csv", b"a")
    write_bytes(tmp_path / "x.csv", b"b")
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
    assert (tmp_path / "x.csv").read_bytes() == b"b"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".json", ".md", ".html"])
def test_a_disk_that_is_full_leaves_the_old_file_whole(sbd: Sbd, tmp_path: Path, ending: str) -> None:
    """No file of the process may grow beyond 600 bytes, as on a disk that is full."""
    sbd("log", "activity", "义诊", "--content", "内容" * 400)
    target = tmp_path / "out" / f"x{ending}"
    target.parent.mkdir()
    target.write_bytes(b"the old one")
    script = (
        "import resource, signal, sys\n"
        "from shuangbaodao_cli.cli.app import run\n"
        "import openpyxl, shuangbaodao_cli.commands.report.report, shuangbaodao_cli.output.xlsx.workbook\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))\n"
        "sys.exit(run(['report', 'activities', '--month', '-o', sys.argv[1]]))\n"
    )
    env = {key: value for key, value in os.environ.items() if key != "SBD_DEBUG"}
    done = subprocess.run([sys.executable, "-B", "-c", script, str(target)], env=env, capture_output=True, check=False)
    assert target.read_bytes() == b"the old one"
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert done.returncode == 6
    assert "写不了" in done.stderr.decode()


def test_a_folder_that_is_not_there_is_told(sbd: Sbd, tmp_path: Path) -> None:
    sbd("init")
    said = sbd("list", "org", "-o", tmp_path / "没有" / "x.csv")
    assert (said.code, said.out) == (6, "")
    assert said.err.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file modes")
def test_a_list_with_whole_numbers_is_for_its_owner_alone(sbd: Sbd, tmp_path: Path) -> None:
    sbd("add", "person", "姓名=张三", "电话=19900001234")
    sbd("list", "person", "--full", "--reason", "核对", "-o", tmp_path / "x.csv")
    assert (tmp_path / "x.csv").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/abs", "a\0b", "-rf", "..", ".", "", "CON", "con.txt", "LPT1", "甲" * 300, "a\nb", "x:y"],
)
def test_a_name_becomes_one_plain_part_of_a_path(name: str) -> None:
    part = slug(name)
    assert part not in {"", ".", ".."}
    assert not set(part) & set('/\\:*?"<>|\0\n')
    assert not part.startswith(("-", "."))
    assert part.partition(".")[0].lower() not in {"con", "lpt1"}
    assert len(part.encode()) <= 255 - len("-2026-07-活动台账.xlsx".encode())


def test_a_place_of_a_strange_name_stays_in_the_folder(sbd: Sbd, tmp_path: Path) -> None:
    sbd("add", "place", "名称=../外面")
    assert sbd("export", "--month", "--place", "../外面", "--to", "月报/七月").code == 0
    assert len(list((tmp_path / "月报" / "七月").iterdir())) == 6
    assert [path.name for path in (tmp_path / "月报").iterdir()] == ["七月"]
