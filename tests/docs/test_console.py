"""Console sessions in Markdown are played and compared: documentation and test at once.

A page is one session: its blocks share a folder with the example workbooks and a ledger.

- ``console``: each ``$ sbd …`` is run in this process; the lines below it are what it must print,
  and ``[退出码 4]`` how it must end. A backslash continues a command, ``*`` stands for files, and
  ``$ ls`` lists a folder. What is not to be run stands in ``sh``.
- ``csv NAME``: becomes the workbook NAME in the folder of the page, or the document where NAME ends in .docx.
- ``sql NAME``: becomes the file NAME, a report of somebody's own.

``SBD_REWRITE=1 python -m pytest tests/docs/test_console.py`` writes today's output into the pages:
read it in the diff before it is kept.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from io import StringIO
from itertools import chain
from pathlib import Path

import pytest

from conftest import EXAMPLES, ROOT, sheet
from data.sheets.documents import document, drawn
from shuangbaodao_cli.cli.app import run
from shuangbaodao_cli.values.days import now

PAGES = [
    page
    for page in (*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md")))
    if "```console\n" in page.read_text(encoding="utf-8")
]
BLOCK = re.compile(r"^```(console|csv|sql)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*(?:(?<=\\)\n.*)*)", re.MULTILINE)
_DAYS = "|".join((now().date() + timedelta(days)).isoformat() for days in (-1, 0, 1))
TIME = re.compile(rf"\b(?:{_DAYS}) \d\d:\d\d\b")
"""A moment of the real clock, be it midnight meanwhile; moments that a page itself speaks of stand as they are."""
ENTERED = "2026-07-31 16:30"
"""Stands for every time of entry, which no two runs share."""
CODE, SHOWN = re.compile(r"(\d+)(?:-[0-9a-f]{4}){4}\b"), r"\1-3f9a-0c12-88ab-0d1e"
"""The code of the chain goes by the moment too."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_the_program_prints(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    for name, value in {"SBD_LEDGER": "练习.db", "SBD_OPERATOR": "王干事", "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "examples").mkdir()
    for workbook in EXAMPLES.glob("*.xlsx"):
        shutil.copyfile(workbook, tmp_path / "examples" / workbook.name)
    written = page.read_text(encoding="utf-8")
    played = BLOCK.sub(play, written)
    if "SBD_REWRITE" in os.environ:
        page.write_text(played, encoding="utf-8")
    else:
        why = f"SBD_REWRITE=1 python -m pytest {request.node.path.relative_to(ROOT)} accepts it"
        assert played.splitlines() == written.splitlines(), why


def play(block: re.Match[str]) -> str:
    """The block as it would be written today."""
    kind, name, body = block.groups()
    if kind == "csv":
        if name:
            rows = list(csv.reader(body.splitlines()))
            if name.endswith(".docx"):
                document(Path(name), drawn(rows))
            else:
                sheet(Path(name), *rows)
        return block[0]
    if kind == "sql":
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(body, encoding="utf-8")
        return block[0]
    played = "".join(f"$ {command}\n{said(command)}" for command in COMMAND.findall(body))
    return f"```console\n{played}```"


def said(command: str) -> str:
    """What a command prints, both streams in order, and how it ends unless all is well."""
    word, *args = shlex.split(command.replace("\\\n", " "))
    if word == "ls":
        return "".join(f"{file.name}\n" for file in sorted(Path(*args).iterdir()))
    assert word == "sbd", f"“{command}” is not run here: put it into an sh block"
    here, out = Path.cwd(), StringIO()
    files = ([str(f.relative_to(here)) for f in sorted(here.glob(a))] if "*" in a else [a] for a in args)
    with redirect_stdout(out), redirect_stderr(out):
        code = run(list(chain.from_iterable(files)))
    return CODE.sub(SHOWN, TIME.sub(ENTERED, out.getvalue())) + (f"[退出码 {code}]\n" if code else "")
