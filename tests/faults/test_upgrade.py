"""P15: bringing a ledger to the newest schema is safe: it is of the old version or of the new one."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from data.older import leave
from faults.harness import CHANCE, ROUNDS, Forker, Tally, copied, fault, held, some
from shuangbaodao_cli.ledger.storage import layouts, migrations

if TYPE_CHECKING:
    from pathlib import Path

    from faults.conftest import Promise

VERSIONS = range(layouts.NEWEST)
"""0 is an empty file: a ledger that is being made."""
OPENING = ["status"]


def steps(version: int) -> int:
    """Where a migration can be killed: before each of its statements, and before the commit."""
    return sum(1 for script in migrations.scripts()[version:] for _ in migrations.statements(script)) + 1


class Upgrade:
    """One ledger of an older version and what it becomes."""

    def __init__(self, forker: Forker, folder: Path, version: int) -> None:
        self.forker, self.folder = forker, folder / "office"
        self.base = folder / "older"
        self.base.mkdir()
        leave(self.base / "ledger.db", version)
        self.before = held(self.base / "ledger.db")
        counting = {"fault": fault(self.folder, 0, "once")} if forker.shim else {}
        assert forker.run(copied(self.base, self.folder), OPENING, **counting).code == 0
        self.after = held(self.folder / "ledger.db")
        self.calls = forker.calls()
        assert self.before[0] == f"({version},)"
        assert self.after[0] == f"({layouts.NEWEST},)"

    def disturbed(self, tally: Tally, what: str, *, after: float | None = None, **how: Any) -> None:
        """Open it for the first time with a fault; then it is old or new, and opens the next time."""
        running = self.forker.start(copied(self.base, self.folder), OPENING, **how)
        ended = running.wait() if after is None else running.kill_after(after)
        found = held(self.folder / "ledger.db")
        right = found == self.after or (ended.code != 0 and found == self.before)
        tally.held(right, f"{what}: ended with {ended.code}, between two versions")
        again = self.forker.run(self.folder, OPENING).code
        tally.held(
            (again, held(self.folder / "ledger.db")) == (0, self.after), f"{what}: the next one ended with {again}"
        )


def test_a_migration_that_is_killed_leaves_the_old_ledger_or_the_new_one(
    forker: Forker, tmp_path: Path, promise: Promise
) -> None:
    tally, mutant = Tally(), Tally()
    for version in VERSIONS:
        folder = tmp_path / str(version)
        folder.mkdir()
        upgrade = Upgrade(forker, folder, version)
        for nth in some(range(1, steps(version) + 1), 4):
            upgrade.disturbed(tally, f"version {version}, killed at statement {nth}", die_at=nth)
        for nth in some(range(1, upgrade.calls + 1), 1):
            for way, error in (("half and kill", 0), ("once", errno.EIO), ("for ever", errno.ENOSPC)):
                how = fault(upgrade.folder, nth, way, error)
                upgrade.disturbed(tally, f"version {version}, call {nth} {way}", fault=how)
        for _ in range(ROUNDS):
            after = CHANCE.uniform(0, 0.05)
            upgrade.disturbed(tally, f"version {version}, killed after {after:.4f} s", after=after)
        if not mutant.losses:
            upgrade.disturbed(mutant, "killed", die_at=steps(version), changes=["each_statement_for_itself"])
    promise("P15 an upgrade is whole or has not been", tally, mutant)


@pytest.mark.parametrize("words", [OPENING, ["log", "activity", "义诊"], ["report", "--month"], ["import", "二.csv"]])
def test_a_ledger_of_a_newer_program_is_refused_untouched(
    forker: Forker, base: Path, tmp_path: Path, promise: Promise, words: list[str]
) -> None:
    tally, mutant = Tally(), Tally()
    for judged, changes in ((tally, []), (mutant, ["any_version_will_do"])):
        folder = copied(base, tmp_path / "office")
        with closing(sqlite3.connect(folder / "ledger.db")) as connection:
            connection.execute(f"PRAGMA user_version = {layouts.NEWEST + 1}")
        before = (folder / "ledger.db").read_bytes()
        ended = forker.run(folder, words, changes=changes)
        judged.held(ended.code == 7 and "升级" in ended.err, f"{words}: {ended}")
        judged.held((folder / "ledger.db").read_bytes() == before, f"{words}: changed it")
    promise(f"P15 a newer ledger is refused: {words[0]}", tally, mutant)
