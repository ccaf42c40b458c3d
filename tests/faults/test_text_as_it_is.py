"""P13: the text of a name never changes, ids stay text. P14: nothing in the data runs.

Beside these: hostile names in every form of output (tests/output/test_formats.py, test_html.py, test_xlsx.py), text
that looks like a number (tests/intake/files/test_readers.py). P12, every row accounted for, is proved by
tests/ledger/imports/test_import.py (test_the_equation_is_printed,
test_whatever_a_roster_holds_every_row_is_accounted_for_once) and tests/intake/rosters/test_layout.py
(test_the_rows_of_a_sheet_add_up).
"""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from faults.harness import Forker, Tally, copied

if TYPE_CHECKING:
    from pathlib import Path

    from faults.conftest import Promise

HEAD = ("姓名", "证件号码", "联系电话", "职务", "所属网格", "特长", "备注")
PEOPLE = (
    ("𡈼玉", "13080219900307001X", "19900001234", "NA", "00123", "1e5", "0.10"),
    ("买买提·艾力", "", "0314-2050000", "None", "007", "nan", "1-2"),
    ("李\ue863", "", "", "inf", "1/2", "NULL", "TRUE"),
    ("葛\U000e0100城", "", "", "", "0", "１２", "3-1"),
    ("\uf90a䶮", "", "", "", "00", "⼭", "#1"),
)
FORMULAS = ("=1+1", '=DISPIMG("ID_AB",1)', "+1+1", "-1+1", "@SUM(A1)", "{=1+1}", "=", "https://x.invalid")
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def listed(forker: Forker, folder: Path) -> list[dict[str, Any]]:
    """Every person of a ledger, whole."""
    assert forker.run(folder, ["list", "person", "--full", "--reason", "核对", "-o", "all.json"]).code == 0
    found = json.loads((folder / "all.json").read_text(encoding="utf-8"))
    rows = found["rows"] if isinstance(found, dict) else found
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def there_and_back(forker: Forker, tmp_path: Path, tally: Tally, ending: str, *changes: str) -> None:
    """Into one ledger, out of it as a file, into another one: every cell of it is what it was."""
    for name in ("one", "other"):
        copied(tmp_path / "empty", tmp_path / name)
    one, other = tmp_path / "one", tmp_path / "other"
    (one / "人员.csv").write_text("\n".join(map(",".join, (HEAD, *PEOPLE))), encoding="utf-8")
    assert forker.run(one, ["import", "人员.csv"]).code == 0
    written = forker.run(one, ["list", "person", "--full", "--reason", "核对", "-o", f"../other/人员{ending}"])
    assert written.code == 0, written
    forker.run(other, ["import", f"人员{ending}"], ["init"], changes=changes)
    before, after = listed(forker, one), listed(forker, other)
    tally.held([row["name"] for row in before] == [name for name, *_ in PEOPLE], "the names were changed by the import")
    for row, now in zip(before, [*after, *[{}] * len(before)], strict=False):
        for name, value in row.items():
            tally.held(now.get(name) == value, f"{name}: {value!r} became {now.get(name)!r}")


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_text_comes_back_as_it_was(forker: Forker, tmp_path: Path, promise: Promise, ending: str) -> None:
    tally, mutant = Tally(), Tally()
    (tmp_path / "empty").mkdir()
    assert forker.run(tmp_path / "empty", ["init"]).code == 0
    there_and_back(forker, tmp_path, tally, ending)
    there_and_back(forker, tmp_path, mutant, ending, "types_are_guessed")
    promise(f"P13 text comes back as it was: {ending}", tally, mutant)


def formulas(forker: Forker, folder: Path, tally: Tally, *changes: str) -> None:
    """Put names that look like formulas in a workbook, and look for what a program would run."""
    for name in FORMULAS:
        add = ["add", "org", f"单位名称={name}", "备注=x"]
        assert forker.run(folder, add).code == 0, name
    assert forker.run(folder, ["list", "org", "-o", "x.xlsx"], changes=changes).code == 0
    with zipfile.ZipFile(folder / "x.xlsx") as book:
        texts = {name: book.read(name).decode() for name in book.namelist() if name.endswith((".xml", ".rels"))}
    for name, text in texts.items():
        tally.held(not re.search(r"<f[ >]|TargetMode=\"External\"", text), f"{name} has something that runs")


def test_no_name_runs_in_a_workbook(forker: Forker, base: Path, tmp_path: Path, promise: Promise) -> None:
    tally, mutant = Tally(), Tally()
    formulas(forker, copied(base, tmp_path / "office"), tally)
    formulas(forker, copied(base, tmp_path / "office"), mutant, "written_raw")
    promise("P14 no name is a formula or a link", tally, mutant)


def shown(forker: Forker, folder: Path, tally: Tally, *changes: str) -> None:
    """Names that turn the line round, in what is printed of them."""
    for char in "\u202e\u2066\u200b":
        forker.run(folder, ["add", "org", f"单位名称=甲{char}乙"])
    for words in (["list", "org"], ["list", "org", "--format", "md"], ["show", "org", "1"]):
        ended = forker.run(folder, words, changes=changes)
        tally.held(not STEERING.search(ended.out + ended.err), f"{words}: {ended}")


def test_no_name_steers_the_screen(forker: Forker, base: Path, tmp_path: Path, promise: Promise) -> None:
    tally, mutant = Tally(), Tally()
    shown(forker, copied(base, tmp_path / "office"), tally)
    shown(forker, copied(base, tmp_path / "office"), mutant, "shown_raw")
    promise("P14 no name steers the screen", tally, mutant)


def escaping(forker: Forker, folder: Path, tally: Tally, *changes: str) -> None:
    """Export by places whose names are paths; whatever is written is in the folder that was named."""
    outside = sorted(path.name for path in folder.iterdir())
    for name in ("../外面", "..\\外面", "/外面", "外\n面")[: 1 if changes else 4]:
        forker.run(folder, ["add", "place", f"名称={name}"])
        export = ["export", "--month", "2026-07", "--place", name, "--profile", "upward"]
        ended = forker.run(folder, [*export, "--to", "月报"], changes=changes)
        now = sorted(path.name for path in folder.iterdir() if path.name != "月报")
        tally.held(ended.code == 0 and now == outside, f"{name!r}: {ended}, {now}")


def test_no_name_leads_out_of_the_folder(forker: Forker, base: Path, tmp_path: Path, promise: Promise) -> None:
    tally, mutant = Tally(), Tally()
    escaping(forker, copied(base, tmp_path / "office"), tally)
    escaping(forker, copied(base, tmp_path / "office"), mutant, "named_raw")
    promise("P14 no name leads out of the folder", tally, mutant)
