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

SECONDS = 45
"""That a file may take on the clock; the whole command has to end within a minute."""
CELLS = 5_000_000
PIPE = 1 << 20
"""Bytes that may wait between the two processes, where the system lets them."""


@dataclass(slots=True)
class Parts:
    """What the process handed over. ``ended``: all of it; ``failed``: why not, where it said so."""

    sheets: list[Sheet] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ended: bool = False
    failed: str | None = None
    too_large: bool = False


def take_apart(reader: str, content: bytes, *more: str, meanwhile: Callable[[], object] = int) -> Parts:
    """Let a reader take a file apart. It may crash or hang without harm: then ``ended`` is not set.

    ``meanwhile`` is done here while the other process is busy with the first sheet.
    """
    command = [sys.executable, "-P", "-m", "shuangbaodao_cli.intake.files.worker", reader, *more]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, pipesize=PIPE) as child:  # noqa: S603  # our own words
        assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018  # both are pipes
        clock = threading.Timer(SECONDS, child.kill)
        clock.start()
        try:
            _feed(child.stdin, content)
            meanwhile()
            parts = _collected(child.stdout)
            if not parts.ended and parts.failed is None and not parts.too_large and child.wait() > 0:
                raise RuntimeError(f"the reading process ended with {child.returncode}")  # not by the file's fault
            return parts
        finally:
            clock.cancel()
            child.kill()


def _feed(stdin: IO[bytes], content: bytes) -> None:
    try:
        stdin.write(content)
        stdin.close()
    except BrokenPipeError:
        return


def _collected(stdout: IO[bytes]) -> Parts:
    parts, width, cells = Parts(), 0, 0
    while (size := stdout.read(4)) and len(size) == 4:
        data = stdout.read(int.from_bytes(size, "little"))
        try:
            what, *said = pickle.loads(data)  # noqa: S301  # our own process wrote it
        except (pickle.UnpicklingError, EOFError):
            return parts
        if what == "rows":
            flat = said[0]
            cells += len(flat)
            if cells > CELLS:
                parts.too_large = True
                return parts
            parts.sheets[-1].rows.extend([flat[at : at + width] for at in range(0, len(flat), width)] if width else [])
        elif what == "sheet":
            name, width, merges, comments, hidden = said
            parts.sheets.append(Sheet(name, [], merges, comments, hidden))
        elif what == "hidden":
            parts.hidden += said
        elif what == "note":
            parts.notes += said
        else:
            parts.ended, parts.failed = what == "end", said[0] if said else None
    return parts
