"""P2: what sbd said it saved is saved. P4: several at once lose nothing, and nobody waits without being told."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from faults.harness import CHANCE, ROUNDS, Forker, Running, Tally, copied, held

if TYPE_CHECKING:
    from pathlib import Path

    from faults.conftest import Promise

KILLS = 40
WRITERS, EACH = 4, 20
BUSY = "台账正被另一个命令使用"


def log(title: str) -> list[str]:
    return ["log", "activity", title, "--people", "人1、人2", "--hours", "1", "--served", "3"]


def killed_while_logging(forker: Forker, folder: Path, *changes: str) -> tuple[set[str], dict[str, int]]:
    """What was acknowledged before a kill, on the disk; and what the ledger has, with how many took part.

    The kill comes at any moment after the first acknowledgement.
    """
    acks = folder.parent / "acks"
    acks.unlink(missing_ok=True)
    commands = [log(f"急救{n}") for n in range(60)]
    running, patience = forker.start(folder, *commands, acks=str(acks), changes=changes), time.monotonic() + 20
    while not (acks.exists() and acks.stat().st_size) and time.monotonic() < patience:
        time.sleep(0.002)
    running.kill_after(CHANCE.uniform(0, 0.1))
    told = {f"急救{at}" for at in acks.read_text(encoding="utf-8").split()}
    held(folder / "ledger.db")  # plays the journal back, and checks the file
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        sql = (
            "SELECT a.title, (SELECT COUNT(*) FROM participation AS p WHERE p.activity = a.id) "
            "FROM activity AS a WHERE a.title LIKE '急救%'"
        )
        return told, dict(connection.execute(sql).fetchall())


def test_what_was_said_to_be_kept_is_kept(forker: Forker, base: Path, tmp_path: Path, promise: Promise) -> None:
    """Acknowledged on the disk after exit code 0, then kill -9: each is there, and no half of one."""
    tally, mutant, told_in_all = Tally(), Tally(), 0
    for _ in range(KILLS * ROUNDS):
        told, kept = killed_while_logging(forker, copied(base, tmp_path / "office"))
        told_in_all += len(told)
        tally.held(told <= kept.keys(), f"acknowledged and lost: {told - kept.keys()}")
        tally.held(set(kept.values()) <= {2}, "an activity without those who took part")
        tally.held(len(kept) <= len(told) + 1, "more was kept than was under way")
    assert told_in_all >= KILLS
    while not mutant.losses and mutant.trials < 200:
        told, kept = killed_while_logging(forker, copied(base, tmp_path / "office"), "told_before_it_is_kept")
        mutant.held(told <= kept.keys(), "acknowledged and lost")
    promise("P2 what was said to be kept is kept", tally, mutant)


def all_at_once(forker: Forker, folder: Path, tally: Tally, *changes: str) -> None:
    """Several processes log at the same time; every row of each is to be there, and nobody hears of an error."""
    running = [
        forker.start(folder, *(log(f"{writer}号-{n}") for n in range(EACH)), changes=changes)
        for writer in range(WRITERS)
    ]
    for one in running:
        ended = one.wait()
        tally.held((ended.code, ended.err) == (0, ""), f"a writer ended with {ended.code}: {ended.err}")
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        totals = connection.execute("SELECT COUNT(*), SUM(served) FROM activity WHERE title LIKE '%号-%'").fetchone()
        minutes = connection.execute("SELECT SUM(minutes) FROM participation WHERE entry > 5").fetchone()
    count = WRITERS * EACH
    tally.held(totals == (count, 3 * count), f"of {count} activities there are {totals}")
    tally.held(minutes == (2 * 60 * count,), f"their minutes are {minutes}")


def test_several_at_once_lose_nothing(forker: Forker, base: Path, tmp_path: Path, promise: Promise) -> None:
    tally, mutant = Tally(), Tally()
    for _ in range(ROUNDS):
        all_at_once(forker, copied(base, tmp_path / "office"), tally)
    all_at_once(forker, copied(base, tmp_path / "office"), mutant, "lock_taken_late")
    promise("P4 four writers at once lose nothing", tally, mutant)


def refused(forker: Forker, folder: Path, tally: Tally, words: list[str], *changes: str) -> None:
    """Give a command while another one writes and does not end."""
    before = held(folder / "ledger.db")
    with closing(sqlite3.connect(folder / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        how = {"changes": ["soon_out_of_patience", *changes], "env": {"TORTURE_PATIENCE": "300"}}
        ended = forker.run(folder, words, **how)
    said = BUSY in ended.err and "什么都没有改动" in ended.err and "Traceback" not in ended.err
    tally.held((ended.code, ended.out) == (7, ""), f"ended with {ended.code}: {ended.out}")
    tally.held(said, f"said: {ended.err}")
    tally.held(held(folder / "ledger.db") == before, "changed something")


@pytest.mark.parametrize("words", [log("急救"), ["import", "二.csv", "--yes"], ["edit", "person", "人7", "备注=甲"]])
def test_who_cannot_wait_longer_is_told_that_nothing_was_changed(
    forker: Forker, base: Path, tmp_path: Path, promise: Promise, words: list[str]
) -> None:
    folder, tally, mutant = copied(base, tmp_path / "office"), Tally(), Tally()
    refused(forker, folder, tally, words)
    refused(forker, folder, mutant, words, "busy_is_a_fault")
    promise(f"P4 a busy ledger is told: {words[0]}", tally, mutant)


def started_behind_a_lock(forker: Forker, folder: Path, seconds: float, *changes: str) -> tuple[str, Running]:
    """A command that waits for another one so long, and what it has said until then."""
    with closing(sqlite3.connect(folder / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = forker.start(folder, log("急救"), changes=changes)
        time.sleep(seconds)
        said = waiting.err.read_text(encoding="utf-8")
        other.execute("ROLLBACK")
    return said, waiting


def test_who_waits_gets_the_turn(forker: Forker, base: Path, tmp_path: Path, promise: Promise) -> None:
    tally, mutant, folder = Tally(), Tally(), tmp_path / "office"
    for judged, changes in ((tally, ()), (mutant, ("no_patience",))):
        _, waiting = started_behind_a_lock(forker, copied(base, folder), 0.5, *changes)
        ended = waiting.wait()
        judged.held((ended.code, ended.out[:3]) == (0, "已记录"), f"ended with {ended.code}: {ended.err}")
    promise("P4 who waits gets the turn", tally, mutant)


def test_who_waits_is_told_so(forker: Forker, base: Path, tmp_path: Path, promise: Promise) -> None:
    tally, mutant, folder = Tally(), Tally(), tmp_path / "office"
    for judged, changes in ((tally, ()), (mutant, ("waits_in_silence",))):
        said, waiting = started_behind_a_lock(forker, copied(base, folder), 2, *changes)
        waiting.wait()
        judged.held("等" in said, f"after two seconds it had said {said!r}")
    promise("P4 nobody waits without being told", tally, mutant)
