"""A bar on the terminal while files are read; nothing where nobody watches or it is soon done."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from shuangbaodao_cli.values.text import visible

LARGE_FILE = 1_000_000
"""Bytes of a file that takes more than a moment."""
STEPS_PER_FILE = 3
"""What is done with a file: it is read, its tables are found, they are taken in."""


class ProgressBar:
    """How far a command is. ``step`` counts; while something is printed the bar is out of the way."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Show a bar only at a terminal, for several files or a big one."""
        self.bar: Any = None
        self.task: Any = None
        if sys.stderr.isatty() and (
            len(files) > 1 or any(file.is_file() and file.stat().st_size > LARGE_FILE for file in files)
        ):
            from rich.console import Console  # only somebody who waits needs it
            from rich.progress import Progress  # likewise

            self.bar = Progress(console=Console(stderr=True), transient=True, redirect_stdout=False)
            self.task = self.bar.add_task("", total=STEPS_PER_FILE * len(files))

    def __enter__(self) -> Self:
        if self.bar is not None:
            self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()

    def start_file(self, index: int, file: Path) -> None:
        """The next file, named on the bar."""
        if self.bar is not None:
            self.bar.update(self.task, completed=STEPS_PER_FILE * index, description=visible(file.name))

    def step(self) -> None:
        """One thing is done."""
        if self.bar is not None:
            self.bar.advance(self.task)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """The bar is away while something is printed or asked."""
        if self.bar is not None:
            self.bar.stop()
        yield
        if self.bar is not None:
            self.bar.start()
