"""Reading a file in a process of its own, with limits on memory and time."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Literal

from shuangbaodao_cli.intake.files.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT_SECONDS = 45
"""Wall time for one file; the whole command has to end within a minute."""
MAX_CELLS = 5_000_000
PIPE_BYTES = 1 << 20
"""Size of the pipe between the two processes, where the system lets it be set."""


@dataclass(slots=True)
class ReadResult:
    """What the reading process handed over: all of the file only where the outcome is ``complete``."""

    sheets: list[Sheet] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    outcome: Literal["crashed", "complete", "failed", "too_large"] = "crashed"
    """``crashed``: it ended without saying why, or was stopped by its bounds."""
    failure: str = ""
    """Why it failed, in words for the user; empty where it could not say."""


def read_in_sandbox(
    reader: str, content: bytes, *arguments: str, while_waiting: Callable[[], object] = int
) -> ReadResult:
    """What a reader in another process makes of a file; that process may crash or hang without harm.

    ``while_waiting`` is called here while the other process reads the first sheet.
    """
    command = [sys.executable, "-P", "-m", "shuangbaodao_cli.intake.files.worker", reader, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, pipesize=PIPE_BYTES) as child:  # noqa: S603  # our own words
        assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018  # both are pipes
        timer = threading.Timer(TIMEOUT_SECONDS, child.kill)
        timer.start()
        try:
            _write_input(child.stdin, content)
            while_waiting()
            result = _collect_frames(child.stdout)
            if result.outcome == "crashed" and child.wait() > 0:
                raise RuntimeError(f"the reading process ended with {child.returncode}")  # not by the file's fault
            return result
        finally:
            timer.cancel()
            child.kill()


def _write_input(stdin: IO[bytes], content: bytes) -> None:
    try:
        stdin.write(content)
        stdin.close()
    except BrokenPipeError:
        return


def _collect_frames(stdout: IO[bytes]) -> ReadResult:
    result, width, cell_count = ReadResult(), 0, 0
    while (size := stdout.read(4)) and len(size) == 4:
        data = stdout.read(int.from_bytes(size, "little"))
        try:
            kind, *payload = pickle.loads(data)  # noqa: S301  # our own process wrote it
        except (pickle.UnpicklingError, EOFError):
            return result
        if kind == "rows":
            cells = payload[0]
            cell_count += len(cells)
            if cell_count > MAX_CELLS:
                result.outcome = "too_large"
                return result
            result.sheets[-1].rows.extend(
                [cells[index : index + width] for index in range(0, len(cells), width)] if width else []
            )
        elif kind == "sheet":
            name, width, merges, comments, hidden = payload
            result.sheets.append(Sheet(name, [], merges, comments, hidden))
        elif kind == "hidden":
            result.hidden_sheets += payload
        elif kind == "note":
            result.notes += payload
        else:
            result.outcome = "complete" if kind == "end" else "failed"
            result.failure = payload[0] if payload else ""
    return result
