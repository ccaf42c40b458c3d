"""A file taken apart in a process of its own, with bounds on memory and time."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from shuangbaodao_cli.intake.files.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT_SECONDS = 45
"""That a file may take on the clock; the whole command has to end within a minute."""
MAX_CELLS = 5_000_000
PIPE_BYTES = 1 << 20
"""Bytes that may wait between the two processes, where the system lets them."""


@dataclass(slots=True)
class ReadResult:
    """What the process handed over. ``ended``: all of it; ``failed``: why not, where it said so."""

    sheets: list[Sheet] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_complete: bool = False
    failure: str | None = None
    is_too_large: bool = False


def read_in_sandbox(
    reader: str, content: bytes, *arguments: str, while_waiting: Callable[[], object] = int
) -> ReadResult:
    """Let a reader take a file apart. It may crash or hang without harm: then ``ended`` is not set.

    ``meanwhile`` is done here while the other process is busy with the first sheet.
    """
    command = [sys.executable, "-P", "-m", "shuangbaodao_cli.intake.files.worker", reader, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, pipesize=PIPE_BYTES) as child:  # noqa: S603  # our own words
        assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018  # both are pipes
        clock = threading.Timer(TIMEOUT_SECONDS, child.kill)
        clock.start()
        try:
            _write_input(child.stdin, content)
            while_waiting()
            parts = _collect_frames(child.stdout)
            if not parts.is_complete and parts.failure is None and not parts.is_too_large and child.wait() > 0:
                raise RuntimeError(f"the reading process ended with {child.returncode}")  # not by the file's fault
            return parts
        finally:
            clock.cancel()
            child.kill()


def _write_input(stdin: IO[bytes], content: bytes) -> None:
    try:
        stdin.write(content)
        stdin.close()
    except BrokenPipeError:
        return


def _collect_frames(stdout: IO[bytes]) -> ReadResult:
    parts, width, cells = ReadResult(), 0, 0
    while (size := stdout.read(4)) and len(size) == 4:
        data = stdout.read(int.from_bytes(size, "little"))
        try:
            what, *said = pickle.loads(data)  # noqa: S301  # our own process wrote it
        except (pickle.UnpicklingError, EOFError):
            return parts
        if what == "rows":
            flat = said[0]
            cells += len(flat)
            if cells > MAX_CELLS:
                parts.is_too_large = True
                return parts
            parts.sheets[-1].rows.extend([flat[at : at + width] for at in range(0, len(flat), width)] if width else [])
        elif what == "sheet":
            name, width, merges, comments, hidden = said
            parts.sheets.append(Sheet(name, [], merges, comments, hidden))
        elif what == "hidden":
            parts.hidden_sheets += said
        elif what == "note":
            parts.notes += said
        else:
            parts.is_complete, parts.failure = what == "end", said[0] if said else None
    return parts
