"""What every test has: a ledger of its own, a fixed today, and ``sbd`` to call."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import settings

from faults.proved import pytest_terminal_summary  # noqa: F401  # pytest calls it by its name
from shuangbaodao_cli.cli.app import run

ROOT = Path(__file__).parents[1]
"""The checkout: what the tests read besides the package."""
EXAMPLES = ROOT / "examples"
DATA = ROOT / "tests" / "data"


@dataclass(frozen=True)
class Result:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)


Sbd = Callable[..., Result]


WALKS = 1.0 if os.environ.get("SBD_WALKS") == "full" else 0.2
"""What share of its examples a walk is given: continuous integration sets ``SBD_WALKS=full``."""


def walk(examples: int, **options: Any) -> settings:
    """The settings of a property test that plays whole commands, half a second or more each."""
    return settings(max_examples=max(3, round(examples * WALKS)), deadline=None, **options)


IN_CHILDREN = {"test_browse", "test_command_line", "test_encryption", "test_layout", "test_log", "test_readers"}
"""Test files in which the processes that a test starts are measured for coverage too, at a third of a second each:
together they run what is run in no other way."""


@pytest.fixture(autouse=True)
def own_ledger(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works on its own ledger, on 31 July 2026."""
    ledger = tmp_path / "ledger.db"
    if request.path.stem not in IN_CHILDREN:
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    monkeypatch.setenv("SBD_LEDGER", str(ledger))
    monkeypatch.setenv("SBD_TODAY", "2026-07-31")
    monkeypatch.setenv("SBD_OPERATOR", "测试员")
    monkeypatch.setenv("SBD_DEBUG", "1")
    monkeypatch.chdir(tmp_path)
    return ledger


@pytest.fixture
def sbd(capsys: pytest.CaptureFixture[str]) -> Sbd:
    """``sbd("report", "--month")`` runs the command in this process."""

    def call(*args: object) -> Result:
        capsys.readouterr()
        code = run([str(arg) for arg in args])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


def sheet(path: Path, *rows: Sequence[Any], title: str = "Sheet1") -> Path:
    """Write a workbook of one sheet, row by row, and return its path."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path
