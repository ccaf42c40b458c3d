"""What each proof is given: processes to torture, a ledger with some work in it, and a place to say what it found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from faults.harness import Forker, Tally
from faults.proved import PROVED

if TYPE_CHECKING:
    from pathlib import Path

Promise = Callable[[str, Tally, Tally | None], None]

if sys.platform != "linux":  # no fork, no limits, no preloading
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def forker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forker]:
    """The process that all others are forked from."""
    made = Forker(tmp_path_factory.mktemp("forker"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def base(forker: Forker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger of two imports and two activities, and files yet to be imported."""
    folder = tmp_path_factory.mktemp("base") / "office"
    folder.mkdir()
    people = [f"人{n},199{n:08d}" for n in range(40)]
    (folder / "人员.csv").write_text("\n".join(["姓名,联系电话", *people]), encoding="utf-8")
    head = "活动名称,活动日期,服务人次,参加人员,服务时长,成效"
    for name, served, count in (("一", 1, 20), ("二", 2, 30)):
        rows = [f"活动{n},2026-07-{n % 28 + 1},{served},人{n}、人{n % 7},1.5,停车位{n}个" for n in range(count)]
        (folder / f"{name}.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    ended = forker.run(
        folder,
        ["init", "--office", "双桥区"],
        ["import", "人员.csv"],
        ["import", "一.csv"],
        ["log", "activity", "义诊", "--people", "人1、人2", "--hours", "2", "--content", "讲解" * 1500],
        ["log", "activity", "理发", "--people", "人3", "--hours", "1", "--served", "3"],
    )
    assert ended.code == 0, ended
    return folder


@pytest.fixture
def promise(record_property: Callable[[str, object], None]) -> Promise:
    """Say what came of a promise: its own tally, and that of its mutant."""

    def told(name: str, tally: Tally, mutant: Tally | None) -> None:
        caught = None if mutant is None else bool(mutant.losses)
        record_property(PROVED, [name, tally.trials, len(tally.losses), caught])
        assert tally.losses == []
        assert tally.trials > 0
        assert caught is not False, "the mutant was not caught: this proves nothing"

    return told
