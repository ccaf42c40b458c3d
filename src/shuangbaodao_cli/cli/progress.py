"""A progress bar while files are imported; none in a pipe, or where it is soon done."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from shuangbaodao_cli.values.text import replace_controls

LARGE_FILE = 1_000_000
"""How many bytes a file has that takes more than a moment."""
STEPS_PER_FILE = 3
"""A file is read, its tables are found, they are imported."""


class ProgressBar:
    """How far an import is; ``step`` moves it on, and ``pause`` takes the bar away while something is printed."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Make a bar, which is shown at a terminal only, for several files or a big one."""
        self.bar: Any = None
        self.task: Any = None
        if sys.stderr.isatty() and (
            len(files) > 1 or any(file.is_file() and file.stat().st_size > LARGE_FILE for file in files)
        ):
            from rich.console import Console  # 50 ms
            from rich.progress import Progress

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
        """Show the name of the next file; ``index`` counts from 0."""
        if self.bar is not None:
            self.bar.update(self.task, completed=STEPS_PER_FILE * index, description=replace_controls(file.name))

    def step(self) -> None:
        """Move the bar on by one of the steps of a file."""
        if self.bar is not None:
            self.bar.advance(self.task)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Take the bar away while something is printed or asked."""
        if self.bar is not None:
            self.bar.stop()
        yield
        if self.bar is not None:
            self.bar.start()
