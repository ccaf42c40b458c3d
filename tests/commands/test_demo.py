"""``sbd demo``: a month of work in front of one's eyes, without touching one's own ledger."""

from __future__ import annotations

import os
import shlex
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from conftest import Result, Sbd
from shuangbaodao_cli.cli.app import run


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """What one demonstration printed, and the folder where it ran."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as printed:
        patch.setenv("SBD_LEDGER", str(folder / "own.db"))
        patch.setenv("SBD_TODAY", "2026-01-02")
        patch.chdir(folder)
        code = run(["demo"])
        assert os.environ["SBD_LEDGER"] == str(folder / "own.db")
        assert os.environ["SBD_TODAY"] == "2026-01-02"
        assert Path.cwd() == folder
    return Result(code, printed.getvalue(), ""), folder


def test_it_ends_well_and_says_where_the_files_are(shown: tuple[Result, Path]) -> None:
    result, folder = shown
    assert result.code == 0
    assert "sbd-demo" in result.out.splitlines()[-1]
    assert len(list((folder / "sbd-demo").iterdir())) == 6


def test_it_leaves_ones_own_ledger_alone(shown: tuple[Result, Path]) -> None:
    _, folder = shown
    assert [path.name for path in folder.iterdir()] == ["sbd-demo"]


def test_every_command_it_shows_is_one_that_can_be_typed(shown: tuple[Result, Path]) -> None:
    commands = [line for line in shown[0].out.splitlines() if line.startswith("$ ")]
    assert len(commands) >= 6
    assert all(shlex.split(command)[1] == "sbd" for command in commands)


def test_the_july_of_the_demo_is_the_july_of_the_examples_and_one_line(shown: tuple[Result, Path]) -> None:
    summary = (shown[1] / "sbd-demo" / "2026-07-汇总.csv").read_text(encoding="utf-8-sig").splitlines()
    assert summary[1].startswith("251,")


def test_to_says_where_the_files_go(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    assert sbd("demo", "--to", "给主任看").code == 0
    assert len(list((tmp_path / "给主任看").iterdir())) == 6
    assert not own_ledger.exists()


def test_a_folder_that_cannot_be_is_told(sbd: Sbd, tmp_path: Path) -> None:
    (tmp_path / "占用").write_text("", encoding="utf-8")
    assert sbd("demo", "--to", "占用").code == 6
