"""P5: a full disk is told and leaves everything old intact. P6: an export appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from faults.harness import CHANCE, ROUNDS, Ended, Forker, Tally, copied, fault, held, some

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from faults.conftest import Promise

OLD = b"the old export"
EXPORT = ["report", "activities", "--month", "-o"]
WRITING = {
    "import": ["import", "二.csv", "--yes"],
    "log": ["log", "activity", "急救培训", "--people", "人5、人6", "--hours", "2", "--content", "讲解" * 1900],
    "edit": ["edit", "person", "人7", f"备注={'搬走了' * 1300}"],
    "undo": ["undo", "--import", "2"],
}
MOUNT, UMOUNT = (shutil.which(name) or name for name in ("mount", "umount"))
KILLS = 14


class Export:
    """An export over an older file, and what the new one is when nothing goes wrong."""

    def __init__(self, forker: Forker, base: Path, folder: Path, ending: str) -> None:
        self.forker, self.folder = forker, copied(base, folder)
        self.ending, self.words = ending, [*EXPORT, f"out/x{ending}"]
        self.out = self.folder / "out"
        self.target = self.out / f"x{ending}"
        began = time.monotonic()
        assert self.run(fault=fault(self.out, 0, "once") if forker.shim else None).code == 0
        self.seconds = time.monotonic() - began
        self.new = self.target.read_bytes()
        self.calls = forker.calls()

    def again(self) -> None:
        """The folder of the export with nothing in it but the old file."""
        self.out.mkdir(exist_ok=True)
        for path in self.out.iterdir():
            path.unlink()
        self.target.write_bytes(OLD)

    def run(self, **how: Any) -> Ended:
        """The export over the old file."""
        self.again()
        return self.forker.run(self.folder, self.words, **how)

    def judge(self, tally: Tally, ended: Ended, what: str) -> None:
        """The file is the old or the new one; only a killed process leaves a hidden file beside it."""
        found = self.target.read_bytes()
        tally.held(found == self.new or (ended.code != 0 and found == OLD), f"{what}: a torn file, {len(found)} bytes")
        beside = [path.name for path in self.out.iterdir() if path != self.target]
        hidden = all(name.startswith(".") and name.endswith(".tmp") for name in beside)
        tally.held(hidden if ended.code < 0 else not beside, f"{what}: {beside} is left")


@pytest.fixture(params=[".xlsx", ".csv"])
def export(request: pytest.FixtureRequest, forker: Forker, base: Path, tmp_path: Path) -> Export:
    return Export(forker, base, tmp_path / "office", request.param)


def killed(export: Export, tally: Tally, count: int, *changes: str) -> None:
    """Kill exports at random points, until one leaves a torn file or there were so many."""
    for _ in range(count):
        export.again()
        after = CHANCE.uniform(0, 1.2 * export.seconds)
        ended = export.forker.start(export.folder, export.words, changes=changes).kill_after(after)
        export.judge(tally, ended, f"killed after {after:.4f} s")
        if changes and tally.losses:
            return


def test_an_export_that_is_killed_leaves_the_old_file_or_the_new_one(export: Export, promise: Promise) -> None:
    tally, mutant = Tally(), Tally()
    killed(export, tally, KILLS * ROUNDS)
    killed(export, mutant, 60, "saved_in_place")
    promise(f"P6 an export whole or not at all: {export.ending}, kill -9", tally, mutant)


def test_an_export_of_which_any_call_fails_leaves_the_old_file_or_the_new_one(export: Export, promise: Promise) -> None:
    if not export.calls:
        pytest.skip("there is no C compiler here, or SQLite does not go by the C library")
    tally, mutant = Tally(), Tally()
    ways = [("once", errno.EIO), ("half", errno.ENOSPC), ("kill", 0), ("half and kill", 0)]
    for way, error in ways:
        for nth in range(1, export.calls + 1):
            ended = export.run(fault=fault(export.out, nth, way, error))
            export.judge(tally, ended, f"call {nth} {way}")
            tally.held("Traceback" not in ended.err, ended.err)
    export.judge(mutant, export.run(fault=fault(export.out, 2, "kill"), changes=["saved_in_place"]), "killed")
    promise(f"P6 an export whole or not at all: {export.ending}, every call", tally, mutant)


def test_a_full_disk_leaves_the_old_export(export: Export, promise: Promise) -> None:
    tally, mutant = Tally(), Tally()
    for size in some(range(512, len(export.new), 256), 12):
        _starved(export, tally, size)
    if export.calls:  # a workbook goes by larger temporary files: only the target's own disk is to be full
        full = fault(export.out, 3, "for ever", errno.ENOSPC)
        export.judge(mutant, export.run(fault=full, changes=["saved_in_place"]), "the disk is full")
    else:
        _starved(export, mutant, len(export.new) - 1, "saved_in_place")
    promise(f"P5 disk full: the old export, {export.ending}", tally, mutant)


def _starved(export: Export, tally: Tally, size: int, *changes: str) -> None:
    ended = export.run(largest=size, changes=changes)
    export.judge(tally, ended, f"no file beyond {size}")
    tally.held(ended.code == 6 and "写不了" in ended.err, f"no file beyond {size}: {ended}")


@pytest.mark.parametrize("name", WRITING)
def test_a_full_disk_is_told_and_leaves_the_ledger(
    forker: Forker, base: Path, tmp_path: Path, promise: Promise, name: str
) -> None:
    """Files that may not grow, and (where calls can be made to fail) a disk that says it is full."""
    folder, tally, mutant = tmp_path / "office", Tally(), Tally()
    before = held(base / "ledger.db")
    starved: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        ({"largest": size}, ("写不进去", "写不了")) for size in some(range(4096, 32768, 4096), 4)
    ]
    full = [{"fault": fault(folder, nth, "for ever", errno.ENOSPC)} for nth in range(1, 80)] if forker.shim else []
    starved += [(full[at], ("磁盘满了",)) for at in some(range(len(full[:19])), 4)]
    for how, sentences in starved:
        ended = forker.run(copied(base, folder), WRITING[name], **how)
        told = ended.code in {6, 7} and any(sentence in ended.err for sentence in sentences)
        tally.held(told and ended.err.count("\n") == 1, f"{how}: {ended}")
        tally.held(held(folder / "ledger.db") == before, f"{how}: the ledger is not what it was")
    for how in full[10:] or [how for how, _ in starved]:
        if not mutant.losses:
            forker.run(copied(base, folder), WRITING[name], changes=["each_statement_for_itself"], **how)
            mutant.held(held(folder / "ledger.db") == before, f"{how}: the ledger is not what it was")
    promise(f"P5 disk full: the ledger, {name}", tally, mutant)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = [MOUNT, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    with contextlib.suppress(OSError):
        if os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            yield disk
            subprocess.run([UMOUNT, "-l", str(disk)], check=False)
            return
    pytest.skip("only root may mount a small disk")


def test_a_disk_that_is_really_full(forker: Forker, base: Path, small_disk: Path, promise: Promise) -> None:
    tally, mutant, folder = Tally(), Tally(), copied(base, small_disk / "office")
    before = held(folder / "ledger.db")
    (folder / "out").mkdir()
    (folder / "out" / "x.xlsx").write_bytes(OLD)
    with (folder / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1024))
    for words in (*WRITING.values(), [*EXPORT, "out/x.xlsx"]):
        ended = forker.run(folder, words)
        tally.held(ended.code in {6, 7} and "磁盘" in ended.err, f"{words}: {ended}")
        tally.held(held(folder / "ledger.db") == before, f"{words}: the ledger is not what it was")
    tally.held((folder / "out" / "x.xlsx").read_bytes() == OLD, "the old export is gone")
    forker.run(folder, [*EXPORT, "out/x.xlsx"], changes=["saved_in_place"])
    mutant.held((folder / "out" / "x.xlsx").read_bytes() == OLD, "the old export is gone")
    (folder / "filler").unlink()
    for words in (*WRITING.values(), [*EXPORT, "out/x.xlsx"]):
        if words != WRITING["undo"]:  # what was imported later relies on it by now
            tally.held(forker.run(folder, words).code == 0, f"{words}: not possible with room again")
    promise("P5 disk full: a real one, and room again", tally, mutant)
