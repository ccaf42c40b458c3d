"""P1: a command is done wholly or not at all. P3: done again, it changes nothing more."""

from __future__ import annotations

import errno
import time
from typing import TYPE_CHECKING, Any

import pytest

from faults.harness import CHANCE, ROUNDS, Forker, Tally, copied, fault, held, some

if TYPE_CHECKING:
    from pathlib import Path

    from faults.conftest import Promise

COMMANDS = {
    "import": ["import", "二.csv", "--yes"],
    "log": ["log", "activity", "急救培训", "--people", "人5、人6", "--hours", "2", "--outcome", "手册30本"],
    "edit": ["edit", "person", "人7", "电话=19912345678", "备注=搬走了"],
    "undo": ["undo", "--import", "2"],
}
AGAIN = {"import": 0, "edit": 0, "undo": 5}
"""Commands that change nothing when they are given again, and how that ends."""
ANEW = {"import": "every_row_a_stranger", "edit": "every_value_is_news", "undo": "every_undo_is_the_first"}
"""The mutant of each, which does once more what is done already."""
KILLS = 15
"""For each command: sixty in all."""


class Case:
    """One command on one ledger: what it holds before and after, and where all trials take place."""

    def __init__(self, forker: Forker, base: Path, tmp_path: Path, name: str) -> None:
        self.forker, self.base, self.name, self.words = forker, base, name, COMMANDS[name]
        self.folder = tmp_path / name
        self.before = held(base / "ledger.db")
        self.slow = name == "import"  # reads its file in a further process
        self.fresh()
        began = time.monotonic()
        ended = self.forker.run(self.folder, self.words, fault=fault(self.folder, 0, "once") if forker.shim else None)
        self.seconds = time.monotonic() - began
        assert ended.code == 0, ended
        self.calls = forker.calls()
        self.after = held(self.folder / "ledger.db")
        self.size = (self.folder / "ledger.db").stat().st_size
        assert self.after != self.before

    def fresh(self) -> Path:
        """The ledger as it was before."""
        return copied(self.base, self.folder)

    def run(self, **how: Any) -> Any:
        """The command on a fresh ledger."""
        return self.forker.run(self.fresh(), self.words, **how)

    def judge(self, tally: Tally, code: int, what: str) -> None:
        """Whether it holds what it held before, or what it was to hold; where it said so, surely the latter."""
        try:
            found = held(self.folder / "ledger.db")
        except Exception as error:  # noqa: BLE001  # whatever it is, it is a loss
            tally.held(kept=False, what=f"{self.name}, {what}: {error!r}")
            return
        right = found == self.after or (code != 0 and found == self.before)
        tally.held(right, f"{self.name}, {what}: ended with {code}, neither before nor after")


@pytest.fixture(params=COMMANDS)
def case(request: pytest.FixtureRequest, forker: Forker, base: Path, tmp_path: Path) -> Case:
    return Case(forker, base, tmp_path, request.param)


def faults(case: Case, count: int) -> list[tuple[str, dict[str, Any]]]:
    """Ways to let a command fail: each call on its files in five ways, and files that may not grow."""
    ways = [("once", errno.EIO), ("for ever", errno.EIO), ("half", errno.ENOSPC), ("kill", 0), ("half and kill", 0)]
    found: list[tuple[str, dict[str, Any]]] = []
    for way, error in ways if case.calls else ():
        points = some(range(1, case.calls + 1), count)
        found += [(f"call {nth} {way}", {"fault": fault(case.folder, nth, way, error)}) for nth in points]
    found += [(f"no file beyond {size}", {"largest": size}) for size in some(range(4096, case.size, 4096), count)]
    return found


def broken(case: Case, *changes: str) -> Tally:
    """The mutant under the same faults, until it is caught."""
    tally = Tally()
    for what, how in faults(case, 6):
        case.judge(tally, case.run(changes=changes, **how).code, what)
        if tally.losses:
            break
    return tally


def test_a_command_is_done_wholly_or_not_at_all(case: Case, promise: Promise) -> None:
    tally = Tally()
    for what, how in faults(case, 3 if case.slow else 8):
        ended = case.run(**how)
        case.judge(tally, ended.code, what)
        tally.held("Traceback" not in ended.err, f"{case.name}, {what}: {ended.err}")
    promise(f"P1 all or nothing: {case.name}, every write failing", tally, broken(case, "each_statement_for_itself"))


def test_a_kill_leaves_all_or_nothing(case: Case, promise: Promise) -> None:
    tally, mutant = Tally(), Tally()
    for _ in range(KILLS * ROUNDS):
        killed(case, tally)
    while not mutant.losses and mutant.trials < 400:
        killed(case, mutant, "each_statement_for_itself")
    promise(f"P1 all or nothing: {case.name}, kill -9", tally, mutant)


def killed(case: Case, tally: Tally, *changes: str) -> None:
    """Kill the command at a moment of its own choosing."""
    after = CHANCE.uniform(0, case.seconds)
    ended = case.forker.start(case.fresh(), case.words, changes=changes).kill_after(after)
    case.judge(tally, ended.code, f"killed after {after:.4f} s")


def test_once_more_changes_nothing_more(case: Case, promise: Promise) -> None:
    if case.name not in AGAIN:
        pytest.skip("what is logged twice is told and kept twice: two services may be alike")
    tally, mutant = Tally(), Tally()
    for what, how in [("nothing", {}), *faults(case, 1 if case.slow else 2)]:
        _twice(case, tally, what, how)
    _twice(case, mutant, "nothing", {}, ANEW[case.name])
    promise(f"P3 once more changes nothing: {case.name}", tally, mutant)


def _twice(case: Case, tally: Tally, what: str, how: dict[str, Any], *changes: str) -> None:
    """After a fault the command is given again until it is done, and then once more."""
    first = case.run(**how)
    done = held(case.folder / "ledger.db") == case.after
    again = [case.forker.run(case.folder, case.words, changes=changes).code for _ in range(2)]
    tally.held(held(case.folder / "ledger.db") == case.after, f"{case.name}, again after {what}: not the same")
    wanted = [AGAIN[case.name] if done else 0, AGAIN[case.name]]
    tally.held(again == wanted, f"{case.name}, again after {what} ({first.code}): ended with {again}, not {wanted}")
