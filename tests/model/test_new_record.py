"""A record type that is added by the recipe of ARCHITECTURE.md: described once, it is known everywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import shuangbaodao_cli
from conftest import sheet

DESCRIPTION = '''"""Prizes."""

from shuangbaodao_cli.model.people import NOTE
from shuangbaodao_cli.model.record import Field, Record
from shuangbaodao_cli.values.types import NAME

PRIZE = Record(
    name="prize",
    label="奖项",
    about="得过的奖。",
    fields=(
        Field("name", "奖项名称", NAME, required=True, example="最美志愿者"),
        Field("person", "获奖人", NAME, to="person", example="张三"),
        NOTE,
    ),
    keys=(("name", "person"), ("name",)),
)
'''
MIGRATION = """
CREATE TABLE prize (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, person INTEGER REFERENCES person, note TEXT, name_key TEXT NOT NULL,
  extra TEXT, entry INTEGER NOT NULL REFERENCES entry, voided INTEGER REFERENCES entry
) STRICT;
"""
LAYOUT = '    8: {"prize": "name person note extra entry voided"},\n}\n"""Version of the schema'


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of the program that knows prizes."""
    source = Path(shuangbaodao_cli.__file__).parent
    package = tmp_path / "program" / source.name
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "model/prizes.py").write_text(DESCRIPTION, encoding="utf-8")
    (package / "ledger/storage/schema/0008_prizes.sql").write_text(MIGRATION, encoding="utf-8")
    replace(package / "ledger/storage/layouts.py", '}\n"""Version of the schema', LAYOUT)
    registry = package / "model/registry.py"
    replace(registry, "import PLACE\n", "import PLACE\nfrom shuangbaodao_cli.model.prizes import PRIZE\n")
    replace(registry, "PLEDGE, CONSENT)", "PLEDGE, CONSENT, PRIZE)")
    return package.parent


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_record_type_that_is_described_once_is_known_everywhere(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(program))

    def sbd(*args: object) -> str:
        command = [sys.executable, "-m", "shuangbaodao_cli", *map(str, args)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", timeout=60)
        assert done.returncode == 0, (args, done.stderr)
        return done.stdout

    def prizes() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(sbd("list", "prize", "--format", "json"))
        return found

    sbd("init", "--office", "文庙社区")
    sbd("add", "person", "姓名=王小五", "联系电话=13900000000")
    assert "已登记奖项 1（最美志愿者）" in sbd(
        "add", "prize", "奖项名称=最美志愿者", "获奖人=王小五", "备注=王小五领的"
    )
    assert "备注：王小五领的 → 当场领的" in sbd("edit", "prize", "最美志愿者", "备注=当场领的")
    assert "获奖人" in sbd("show", "prize", 1)
    assert "最美志愿者" in sbd("show", "person", 1)

    sbd("template", "prize", "-o", "blank.xlsx")
    cells = {cell for row in openpyxl.load_workbook("blank.xlsx").worksheets[0].values for cell in row}
    assert {"奖项名称", "获奖人", "备注", "最美志愿者"} <= {str(cell).strip("*") for cell in cells}
    book = sheet(tmp_path / "prizes.xlsx", ["奖项名称", "获奖人", "备注"], ["星级志愿者", "王小五", "去年"])
    sbd("import", book)
    assert [row["name"] for row in prizes()] == ["最美志愿者", "星级志愿者"]
    sbd("undo", "--import", 1)
    assert [row["name"] for row in prizes()] == ["最美志愿者"]
    sbd("import", book, "--again")

    sbd("person", "forget", 1, "--reason", "本人要求", "--yes")
    assert [(row["person"], row["note"]) for row in prizes()] == [("已匿名-1", None)] * 2
    assert "已作废奖项" in sbd("void", "prize", 1, "--reason", "登记错了")
    sbd("verify")
    sbd("query", "SELECT name FROM prize")
