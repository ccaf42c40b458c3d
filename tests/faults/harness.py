"""What the proofs share: processes to torture, what a ledger holds, how often, and what came of it."""

from __future__ import annotations

import errno
import itertools
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROUNDS = int(os.environ.get("SBD_TORTURE", "1"))
"""``make test`` takes a sample; ``make torture`` so many times as much."""
CHANCE = random.Random(20260731)  # noqa: S311  # the points of a kill need no secrecy
HERE = Path(__file__).parent
WAYS = {"once": 0, "for ever": 1, "half": 2, "kill": 3, "half and kill": 4}
"""How a call fails, as fault.c numbers it."""


class Ended(NamedTuple):
    """How a process ended (below 0: by a signal) and what it had printed."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class Tally:
    """How often a promise was put to the test, and each time that it was broken."""

    trials: int = 0
    losses: list[str] = field(default_factory=list)

    def held(self, kept: object, what: str) -> None:
        """Count one trial; ``what`` is told where the promise was not kept."""
        self.trials += 1
        if not kept:
            self.losses.append(what)


class Forker:
    """Starts ``sbd`` in processes that may be killed, starved or made to fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count()
        self.shim = _shim(folder)
        (folder / "warm").mkdir()
        (folder / "warm" / "人员.csv").write_text("姓名,联系电话\n张三,19900001234\n", encoding="utf-8")
        warm = [
            ["import", "人员.csv"],
            ["log", "activity", "义诊"],
            ["report", "activities", "--month", "-o", "x.xlsx"],
        ]
        gone = ("COVERAGE", "COV_", "SBD_")
        env = {key: value for key, value in os.environ.items() if not key.startswith(gone)}
        env |= {
            "PYTHONPATH": str(HERE.parent),
            "SBD_LEDGER": "ledger.db",
            "SBD_TODAY": "2026-07-31",
            "SBD_OPERATOR": "测试员",
        }
        if self.shim is not None:
            env["LD_PRELOAD"] = str(self.shim)
        with (folder / "forker.err").open("wb") as complaints:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "faults.forker", json.dumps(warm)],
                cwd=folder / "warm",
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
            )

    def close(self) -> None:
        """End the process that forks."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()

    def ask(self, **job: Any) -> int:
        """What the process that forks answers to a job."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, (self.folder / "forker.err").read_text(encoding="utf-8")
        return int(answer)

    def start(self, folder: Path, *commands: Sequence[object], **more: Any) -> Running:
        """Start commands in a folder.

        ``more``: ``changes`` (of mutants), ``largest`` file, ``fault``, ``acks``, ``env``, ``die_at`` a statement.
        """
        said = self.folder / str(next(self.numbers))
        job: dict[str, Any] = {
            "folder": str(folder),
            "commands": [[str(word) for word in words] for words in commands],
            "out": f"{said}.out",
            "err": f"{said}.err",
            "seen": str(self.folder / "seen"),
            "env": {},
            "changes": [],
            "largest": None,
            "fault": None,
            "acks": None,
            "die_at": 0,
        }
        return Running(self, self.ask(**job | more), Path(f"{said}.out"), Path(f"{said}.err"))

    def calls(self) -> int:
        """How many calls changed a file in a folder, as the last process that counted them says; 0 without a shim."""
        return int((self.folder / "seen").read_text(encoding="utf-8")) if self.shim else 0

    def run(self, folder: Path, *commands: Sequence[object], **more: Any) -> Ended:
        """Run commands in a folder to their end."""
        return self.start(folder, *commands, **more).wait()


@dataclass(frozen=True, slots=True)
class Running:
    """A process under way."""

    forker: Forker
    id: int
    out: Path
    err: Path

    def wait(self) -> Ended:
        """Wait for its end."""
        code = self.forker.ask(wait=self.id)
        return Ended(code, *map(_printed, (self.out, self.err)))

    def kill_after(self, seconds: float) -> Ended:
        """Kill it as a power cut would, without a word."""
        time.sleep(seconds)
        os.kill(self.id, signal.SIGKILL)
        return self.wait()


def _printed(path: Path) -> str:
    """What a process printed to a file; it may have been killed before there was one."""
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _shim(folder: Path) -> Path | None:
    """The library that lets calls fail, where there is a compiler for it."""
    made = folder / "fault.so"
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(HERE / "fault.c"), "-ldl"]
    return made if subprocess.run(command, capture_output=True, check=False).returncode == 0 else None


def fault(within: Path, nth: int, way: str, error: int = errno.EIO) -> dict[str, Any]:
    """Let the nth call that changes a file in a folder fail in one of the ``WAYS``; 0 only counts them."""
    return {"within": str(within), "how": [nth, error, WAYS[way]]}


def copied(base: Path, to: Path) -> Path:
    """A fresh copy of a folder in place of the last one."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(base, to)
    return to


def held(ledger: Path) -> list[str]:
    """All that a ledger holds; a journal left behind by a kill is played back first, as by the next command."""
    with closing(sqlite3.connect(ledger)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        version = connection.execute("PRAGMA user_version").fetchone()
        return [str(version), *connection.iterdump()]


def some(points: Iterable[int], count: int) -> list[int]:
    """So many of the points times the rounds, spread at random, in order; all of them where there are no more."""
    known = list(points)
    return sorted(CHANCE.sample(known, min(len(known), count * ROUNDS)))
