"""Plays commands for the pages and pictures of the documentation: on a fixed day, in a folder of their own."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from shuangbaodao_cli.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[1] / "examples"
SETTING = {"SBD_LEDGER": "ledger.db", "SBD_TODAY": "2026-07-31", "SBD_OPERATOR": "王干事", "COLUMNS": "80"}


@contextmanager
def away() -> Iterator[Path]:
    """A folder of its own to work in, on the day of the examples."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder), patch.dict(os.environ, SETTING):
        yield Path(folder)


@contextmanager
def beside_examples() -> Iterator[Path]:
    """The same with the example workbooks in it."""
    with away() as folder:
        shutil.copytree(EXAMPLES, folder / "examples", ignore=lambda _, found: [f for f in found if f[-5:] != ".xlsx"])
        yield folder


class Aside(StringIO):
    """Standard error beside a terminal: what is said there is shown too, but no bar moves in a picture."""

    def __init__(self, beside: StringIO) -> None:
        super().__init__()
        self.beside = beside

    def write(self, text: str) -> int:
        """Say it on the terminal."""
        return self.beside.write(text)


def spoken(command: str, stream: StringIO | None = None) -> str:
    """What a command prints."""
    stream = stream or StringIO()
    _, *args = shlex.split(command)
    files = [sorted(map(str, Path().glob(arg))) if "*" in arg else [arg] for arg in args]
    with redirect_stdout(stream), redirect_stderr(Aside(stream)):
        run([arg for group in files for arg in group])
    return stream.getvalue()
