"""The four recipes of ARCHITECTURE.md, each followed as it stands on a copy of the program."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest

import shuangbaodao_cli
from conftest import DATA, EXAMPLES, ROOT, sheet
from shuangbaodao_cli.ledger.storage import layouts

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_FILES = {"A field": 3, "A record type": 4, "A report": 3, "A command": 3}
NEWEST = DATA / "ledgers" / f"{layouts.NEWEST}.db.gz"
BACKUP = DATA / "ledgers" / f"{layouts.NEWEST}-backup.db.gz"


class Edit(NamedTuple):
    """Lines of a file that stand one below the other, and the same with those that are added."""

    path: str
    old: str
    new: str


def recipe(name: str) -> list[Edit]:
    """The edits of a recipe: a path, then lines that begin with a blank (where) or a + (what is added)."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"\*\*{name}\*\*.*?```recipe\n(.*?)```", text, re.DOTALL)
    return [
        Edit(path, "".join(line[1:] for line in lines if line[0] == " "), "".join(line[1:] for line in lines))
        for path, body in re.findall(r"^(\w[\w/]*\.\w+)\n((?:[ +].*\n)+)", block, re.MULTILINE)
        for lines in hunks(body.splitlines(keepends=True))
    ]


def hunks(lines: list[str]) -> list[list[str]]:
    """A new hunk begins where a line of context follows what is added, unless it is the last line."""
    found: list[list[str]] = [[]]
    for number, line in enumerate(lines):
        starts = line[0] == " " and found[-1] and found[-1][-1][0] == "+" and number + 1 < len(lines)
        if starts:
            found.append([])
        found[-1].append(line)
    return found


def follow(package: Path, edits: Iterable[Edit]) -> None:
    """Make the edits of a recipe; where its lines stand must be found, and only once."""
    for path, old, new in edits:
        file = package / path
        text = file.read_text(encoding="utf-8") if old else ""
        assert bool(old) == file.exists(), path
        if old:
            assert text.count(old) == 1, (path, old)
        file.write_text(text.replace(old, new) if old else new, encoding="utf-8")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package of a copy of the program."""
    source = Path(shuangbaodao_cli.__file__).parent
    copy = tmp_path / "program" / source.name
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


class Program:
    """A copy of the program that a recipe was followed on."""

    def __init__(self, package: Path, monkeypatch: pytest.MonkeyPatch, followed: str | Iterable[Edit]) -> None:
        follow(package, recipe(followed) if isinstance(followed, str) else followed)
        monkeypatch.setenv("PYTHONPATH", str(package.parent))
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    def run(self, *args: object, code: int = 0) -> str:
        """What a command prints on either stream."""
        command = [sys.executable, "-m", "shuangbaodao_cli", *map(str, args)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", timeout=120)
        assert done.returncode == code, (args, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def rows(self, *args: object) -> list[dict[str, Any]]:
        """What a command lists."""
        rows: list[dict[str, Any]] = json.loads(self.run(*args, "--format", "json"))
        return rows


def tamper(program: Program, ledger: Path, statement: str) -> None:
    """Rewrite a row behind the program's back: verify finds it. Then all is as it was."""
    content = ledger.read_bytes()
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        connection.execute(statement)
    program.run("verify", code=3)
    ledger.write_bytes(content)


@pytest.mark.parametrize("name", MOST_FILES)
def test_a_recipe_touches_few_files(name: str) -> None:
    assert 0 < len({edit.path for edit in recipe(name)}) <= MOST_FILES[name]


def test_the_page_is_short() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 120


def test_a_field(package: Path, own_ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is known everywhere, and neither a ledger nor a backup from before it is broken by it."""
    own_ledger.write_bytes(gzip.decompress(NEWEST.read_bytes()))
    backup = tmp_path / "backup.db"
    backup.write_bytes(gzip.decompress(BACKUP.read_bytes()))
    program = Program(package, monkeypatch, "A field")
    assert "完好" in program.run("verify")
    assert "完好" in program.run("status", "--check")
    assert "完好" in program.run("verify", "--against", backup)
    program.run("check", "schema", "chain")
    name = program.rows("list", "team")[0]["name"]
    assert "口号" in program.run("edit", "team", name, "口号=有事您说话")
    program.run("import", sheet(tmp_path / "t.xlsx", ["队伍名称", "服务口号"], ["新来的服务队", "随叫随到"]))
    assert {row["slogan"] for row in program.rows("list", "team")} >= {"有事您说话", "随叫随到"}
    program.run("verify")
    program.run("undo")
    program.run("person", "forget", 1, "--reason", "本人要求", "--yes")
    program.run("verify")
    for column in ("slogan", "name"):
        tamper(program, own_ledger, f"UPDATE team SET {column} = '改' WHERE id = 1")
    program.run("backup", tmp_path / "newer.db")
    (upgraded,) = tmp_path.glob("ledger.db.before-*.db")
    for file in (backup, upgraded, tmp_path / "newer.db"):
        program.run("restore", file, "--yes")
        program.run("verify")
        program.run("status", "--check")


NUMBER_OF_A_PERSON = (
    Edit(
        "model/people.py",
        '        Field("skills", "特长"',
        '        Field("stars", "星级", COUNT, ("星",), default=1),\n        Field("skills", "特长"',
    ),
    Edit(
        "ledger/storage/schema/0008_stars.sql",
        "",
        "ALTER TABLE person ADD COLUMN stars INTEGER NOT NULL DEFAULT 1;\n"
        "ALTER TABLE person ADD COLUMN approx TEXT NOT NULL DEFAULT '';\n",
    ),
    Edit(
        "ledger/storage/layouts.py",
        "    },\n}\n",
        '    },\n    8: {"person": " ".join('
        f"{(*layouts.layout_of(layouts.NEWEST)['person'], 'stars', 'approx')!r}"
        ")},\n}\n",
    ),
)


def test_a_number_of_a_person_is_erased_with_the_person(
    package: Path, own_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field of any type: what is left is what a new person would have."""
    own_ledger.write_bytes(gzip.decompress(NEWEST.read_bytes()))
    program = Program(package, monkeypatch, NUMBER_OF_A_PERSON)
    program.run("add", "person", "姓名=王小五", "联系电话=13900000000", "星级=约4")
    person = next(row["id"] for row in program.rows("list", "person") if row["name"] == "王小五")
    program.run("edit", "person", person, "星级=3余")
    program.run("verify")
    program.run("person", "forget", person, "--reason", "本人要求", "--yes")
    assert next(row["stars"] for row in program.rows("list", "person") if row["id"] == person) == 1
    program.run("verify")
    program.run("status", "--check")
    program.run("show", "person", person)


def test_a_record_type(package: Path, own_ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be added, listed, edited, imported, undone, erased, voided and proved."""
    own_ledger.write_bytes(gzip.decompress(NEWEST.read_bytes()))
    backup = tmp_path / "backup.db"
    backup.write_bytes(gzip.decompress(BACKUP.read_bytes()))
    program = Program(package, monkeypatch, "A record type")
    program.run("verify")
    program.run("add", "person", "姓名=王小五", "联系电话=13900000000")
    person = next(row["id"] for row in program.rows("list", "person") if row["name"] == "王小五")
    added = program.run("add", "prize", "奖项名称=最美志愿者", "获奖人=王小五", "备注=王小五领的")
    assert "已登记奖项 1（最美志愿者）" in added
    assert "备注：王小五领的 → 当场领的" in program.run("edit", "prize", "最美志愿者", "备注=当场领的")
    assert "获奖人" in program.run("show", "prize", 1)
    assert "最美志愿者" in program.run("show", "person", person)

    program.run("template", "prize", "-o", "blank.xlsx")
    cells = {str(cell).strip("*") for row in openpyxl.load_workbook("blank.xlsx").worksheets[0].values for cell in row}
    assert {"奖项名称", "获奖人", "备注"} <= cells
    book = sheet(tmp_path / "prizes.xlsx", ["奖项名称", "获奖人", "备注"], ["星级志愿者", "王小五", "去年"])
    program.run("import", book)
    assert [row["name"] for row in program.rows("list", "prize")] == ["最美志愿者", "星级志愿者"]
    program.run("undo")
    assert [row["name"] for row in program.rows("list", "prize")] == ["最美志愿者"]
    program.run("import", book, "--again")
    tamper(program, own_ledger, "UPDATE prize SET name = '改' WHERE id = 1")

    program.run("person", "forget", person, "--reason", "本人要求", "--yes")
    left = [(row["person"], row["note"]) for row in program.rows("list", "prize")]
    assert left == [(f"已匿名-{person}", None)] * 2
    assert "已作废奖项" in program.run("void", "prize", 1, "--reason", "登记错了")
    program.run("verify")
    program.run("query", "SELECT name FROM prize")
    program.run("restore", backup, "--yes")
    program.run("verify")


def test_a_report(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(package, monkeypatch, "A report")
    people = [["姓名", "联系电话", "特长"]]
    people += [[f"人{number}", f"1990000000{number}", skill] for number, skill in enumerate(("急救", "急救", "摄影"))]
    program.run("import", sheet(tmp_path / "people.xlsx", *people))
    answer = json.loads(program.run("report", "skills", "--year", "2026", "--format", "json"))
    assert [(row["skills"], row["people"]) for row in answer["rows"]] == [("急救", 2), ("摄影", 1)]
    assert [column["label"] for column in answer["columns"]] == ["特长", "人数"]
    assert "有哪些特长" in program.run("report", "--list")
    program.run("report", "skills", "--year", "2026", "-o", tmp_path / "skills.xlsx")


def test_a_command(package: Path, own_ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(package, monkeypatch, "A command")
    assert "看台账有多大" in program.run("--help")
    assert "还没有台账" in program.run("size", code=7)
    program.run("import", EXAMPLES / "1-places.xlsx")
    assert program.run("size") == f"{own_ledger} 有 {own_ledger.stat().st_size // 1024} KB。\n"
