"""P11, P12: no workbook brings the program down, and no cell of one is dropped without a word."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from conftest import EXAMPLES
from data.hostile import ROSTER, packed, parts, sheet_xml, text
from faults.harness import Tally
from faults.mutants import swap
from shuangbaodao_cli.intake.files import xlsx_extras

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from conftest import Sbd
    from faults.conftest import Promise

FAR = {
    "the last cell of a sheet": ("XFD1048576", 1_048_576),
    "a cell beyond every sheet": ("ZZZZZZZ1", 3),
    "a row beyond every sheet": ("A99999999999", 99_999_999_999),
}
"""Where a single value stands in a small file that makes readers ask for all the memory there is."""
_IN_THIS_PROCESS = (
    "import sys; from shuangbaodao_cli.intake.files.readers import read_calamine; "
    "list(read_calamine(open(sys.argv[1], 'rb').read()))"
)


def far(folder: Path, ref: str, row: int) -> Path:
    return packed(folder / f"{ref}.xlsx", parts(sheet_xml(f'{ROSTER}<row r="{row}">{text(ref, "李四")}</row>')))


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def test_no_workbook_brings_the_program_down(sbd: Sbd, own_ledger: Path, tmp_path: Path, promise: Promise) -> None:
    """The mutant reads in its own process: the reader gives up by a signal that nothing catches."""
    assert sbd("add", "org", "名称=供电公司").code == 0
    tally, mutant, before = Tally(), Tally(), own_ledger.read_bytes()
    for what, where in FAR.items():
        file, began = far(tmp_path, *where), time.monotonic()
        said = sbd("import", file)
        tally.held(said.code == 6 and "太大或已损坏" in said.err and time.monotonic() - began < 60, what)
        tally.held(own_ledger.read_bytes() == before, what)
        done = subprocess.run(
            [sys.executable, "-c", _IN_THIS_PROCESS, str(file)], preexec_fn=_bounded, capture_output=True, check=False
        )
        mutant.held(done.returncode >= 0, what)
    promise("P11 no workbook brings the program down", tally, mutant)


ODD = (
    '<c r="B3" t="e"><v>#N/A</v></c>',
    '<c r="B3" t="e"><v>#REF!</v></c>',
    '<c r="B3"><f>1+1</f></c>',
    '<c r="B3"><f>VLOOKUP(A1,B1:C2,2)</f><v></v></c>',
)
"""Cells that the first reader gives as empty ones."""


def accounted(said: dict[str, object]) -> bool:
    """Whether each row read was taken, refused or passed over."""
    took = ("created", "updated", "unchanged", "rejected", "skipped")
    sheets = [sheet for file in said["files"] for sheet in file["sheets"]]  # type: ignore[attr-defined]
    return bool(sheets) and all(sheet["rows"] == sum(sheet[name] for name in took) for sheet in sheets)


def test_nothing_is_dropped_without_a_word(
    sbd: Sbd, tmp_path: Path, promise: Promise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant has the first reader alone, to which an error in a cell is an empty cell."""
    tally, mutant = Tally(), Tally()
    tally.held(accounted(sbd("import", *sorted(EXAMPLES.glob("*.xlsx")), "--format", "json").json()), "the examples")
    for at, cell in enumerate(ODD):
        rows = f'{ROSTER}<row r="3">{text("A3", "李四")}{cell}</row>'
        file = packed(tmp_path / f"{at}.xlsx", parts(sheet_xml(rows)))
        command = ("import", file, "--dry-run", "--new", "--format", "json")
        said = sbd(*command)
        tally.held(accounted(said.json()) and "Sheet1!B3" in said.out, cell)
        with monkeypatch.context() as patched:
            swap(xlsx_extras.read_extras, lambda _: {}, patched.setattr)
            mutant.held("Sheet1!B3" in sbd(*command).out, cell)
    promise("P12 nothing is dropped without a word", tally, mutant)
