"""The short commands load no heavy library, whatever they print into."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"pandas", "numpy", "openpyxl", "xlsxwriter", "sqlite_utils", "rich", "python_calamine", "pydantic"}
PROBE = """
import sys
from shuangbaodao_cli.cli.app import run
code = run(sys.argv[1:])
print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


def _environment() -> dict[str, str]:
    """Ours, without what would make the process measure its coverage and load modules for that."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")} | {"PYTHONUTF8": "1"}


def loaded(*words: str) -> set[str]:
    """The top-level modules that a command in a process of its own had loaded when it ended."""
    command = [sys.executable, "-c", PROBE, *words]
    done = subprocess.run(command, capture_output=True, check=True, env=_environment())
    return set(done.stderr.decode().splitlines()[-1].split())


def test_the_probe_sees_what_a_heavy_command_loads(tmp_path: Path) -> None:
    assert {"xlsxwriter"} <= loaded("template", "person", "-o", str(tmp_path / "x.xlsx"))


@pytest.mark.parametrize(
    "words",
    [
        "--help",
        "report --help",
        "log activity --help",
        "log activity 义诊 --place 文庙社区 --people 张三 --hours 1.5 --served 30 --new",
        "add org 单位名称=甲",
        "init",
        "report --list",
    ],
)
def test_a_command_on_a_fresh_ledger_is_light(words: str) -> None:
    assert loaded(*words.split()) & HEAVY == set()


@pytest.mark.parametrize(
    "words",
    [
        "log activity 义诊",
        "report --month",
        "report --month --by place",
        "report activities --format csv",
        "report people --format json",
        "report outcomes --format md",
        "report places --month --format html",
        "report freeze --month",
        "report frozen",
        "list activity",
        "show activity 1",
        "edit activity 1 备注=甲",
        "status",
    ],
)
def test_a_command_on_a_known_ledger_is_light(words: str) -> None:
    assert loaded("log", "activity", "义诊") & HEAVY == set()
    assert loaded(*words.split()) & HEAVY == set()


def test_help_loads_neither_a_command_nor_the_database() -> None:
    modules = (
        "import sys; from shuangbaodao_cli.cli.app import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", modules], capture_output=True, check=True, env=_environment())
    names = done.stderr.decode().split()
    assert not [name for name in names if name.startswith(("shuangbaodao_cli.commands.", "shuangbaodao_cli.ledger"))]
    assert "sqlite3" not in names
