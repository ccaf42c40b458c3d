"""Rows read = created + updated + unchanged + rejected + skipped: over every file we have, and over made-up ones."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import tempfile
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import EXAMPLES, Sbd
from data.sheets.make_sheets import FILES, write
from data.sheets.outcome import HERE, PARTS
from data.sheets.paper import parts
from shuangbaodao_cli.cli.app import run
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.model.record import Field

SPREADSHEETS = {".xlsx", ".xls", ".et", ".ods", ".csv", ".tsv"}
EVERY = sorted(
    path for folder in (HERE, EXAMPLES) for path in folder.iterdir() if path.suffix in SPREADSHEETS
)  # fmt: skip
READ, REFUSED, UNREADABLE = 0, 3, 6
ENCODED = {
    "t22-utf16.csv": "utf-16",
    "t22-utf8-mark.csv": "utf-8-sig",
    "t22-tabs.tsv": "utf-8",
    "t22-quoted.csv": "utf-8",
}
"""How our text files are written; the others in GB 18030."""
FURTHER = {"t15-tables-of-one-kind.xlsx": {7, 8}, "t15-tables-of-three-kinds.xlsx": {6, 7, 12, 13}}
"""The title and header rows of the second table of a sheet and the third: they are no rows of the first."""
ONE_TABLE = {
    "t22-html.xls": 3, "t22-tabs.xls": 3, "t22-xml-2003.xls": 3, "t22-xlsx.xls": 3, "t22-biff8.et": 3, "t22-open.ods": 3
}  # fmt: skip
"""Files that this test cannot read by itself, and the rows of people in them."""
BLOCKS = {"t15-sign-in-two-blocks.xlsx"}
"""Where two blocks stand side by side, a row of the sheet is one row of people or two."""


def dump(ledger: Path) -> list[str]:
    """All that the ledger holds; nothing where there is none."""
    if not ledger.exists():
        return []
    with closing(sqlite3.connect(ledger)) as connection:
        return list(connection.iterdump())


def add_up(one: dict[str, Any]) -> bool:
    """The accounting equation of one table."""
    return bool(one["rows"] == sum(one[part] for part in PARTS))


# The files


def test_the_files_are_what_their_generator_writes(tmp_path: Path) -> None:
    write(tmp_path)
    for name in FILES:
        assert content(tmp_path / name) == content(HERE / name), name
    assert {path.name for path in HERE.iterdir() if path.suffix in SPREADSHEETS} == set(FILES)


def content(path: Path) -> object:
    """The parts of a workbook, the bytes of anything else: packing may differ, contents may not."""
    return parts(path) if path.read_bytes().startswith(b"PK") else path.read_bytes()


def test_every_file_is_named_in_the_list_of_files() -> None:
    listed = (HERE / "README.md").read_text(encoding="utf-8")
    assert [name for name in FILES if f"`{name}`" not in listed] == []
    assert sum(path.stat().st_size for path in HERE.iterdir() if path.name in FILES) < 300 * 1024


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_every_row_is_accounted_for(path: Path, sbd: Sbd) -> None:
    done = sbd("import", path, "--new", "--format", "json")
    assert done.code in {READ, REFUSED, UNREADABLE}
    assert "Traceback" not in done.err
    tables = [one for file in done.json()["files"] for one in file["sheets"]]
    assert bool(tables) is (done.code != UNREADABLE)
    assert all(map(add_up, tables))
    assert sum(one["rejected"] for one in tables) == 0 or done.code == REFUSED


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_as_many_rows_are_read_as_stand_below_the_header(path: Path, sbd: Sbd) -> None:
    done = sbd("import", path, "--new", "--dry-run", "--format", "json")
    if done.code == UNREADABLE:
        pytest.skip("nothing was read")
    [file] = done.json()["files"]
    read: dict[str, int] = {}
    first: dict[str, int] = {}
    for one in file["sheets"]:
        read[one["sheet"]] = read.get(one["sheet"], 0) + one["rows"]
        first.setdefault(one["sheet"], one["header_row"])
    if path.name in ONE_TABLE:
        assert list(read.values()) == [ONE_TABLE[path.name]]
        return
    below = {name: below_header(path, rows, first[name]) for name, rows in sheets_of(path, list(read))}
    if path.name in BLOCKS:
        assert all(below[name] <= read[name] <= 2 * below[name] for name in read)
    else:
        assert read == below


def below_header(path: Path, rows: list[Sequence[Any]], header: int) -> int:
    """How many rows below a header row hold anything, as counted here."""
    further = FURTHER.get(path.name, set())
    return sum(
        number not in further and any(cell not in {None, ""} for cell in row)
        for number, row in enumerate(rows[header:], header + 1)
    )


def sheets_of(path: Path, names: list[str]) -> list[tuple[str, list[Sequence[Any]]]]:
    """The worksheets of a file by name, as openpyxl or the csv module reads them."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return [(name, list(book[name].iter_rows(values_only=True))) for name in names]
    text = path.read_bytes().decode(ENCODED.get(path.name, "gb18030"))
    text = text.removeprefix("sep=;\r\n")  # a hint to the program that opens it, no row of the table
    mark = next((mark for mark in "\t;" if mark in text), ",")
    return [(names[0], [*csv.reader(io.StringIO(text, newline=""), delimiter=mark)])]


@pytest.mark.parametrize("again", [(), ("--again",)], ids=["twice", "read anew"])
@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_a_file_imported_twice_changes_nothing(path: Path, again: tuple[str, ...], sbd: Sbd, own_ledger: Path) -> None:
    first = sbd("import", path, "--new", "--format", "json")
    before = dump(own_ledger)
    second = sbd("import", path, "--new", *again, "--format", "json")
    assert second.code == first.code
    tables = [one for file in second.json()["files"] for one in file["sheets"]]
    assert all(map(add_up, tables))
    assert [(one["created"], one["updated"]) for one in tables] == [(0, 0)] * len(tables)
    assert dump(own_ledger) == before


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_a_trial_says_what_the_import_will_and_leaves_no_trace(path: Path, sbd: Sbd, own_ledger: Path) -> None:
    trial = sbd("import", path, "--new", "--dry-run", "--format", "json")
    assert not own_ledger.exists()
    real = sbd("import", path, "--new", "--format", "json")
    assert trial.code == real.code
    numbers = [
        [[one[part] for part in ("rows", *PARTS)] for file in done.json()["files"] for one in file["sheets"]]
        for done in (trial, real)
    ]
    assert numbers[0] == numbers[1]


def test_the_whole_folder_at_once_is_accounted_for_and_changes_nothing_the_second_time(sbd: Sbd) -> None:
    """Persons who stand in many lists under many spellings; one file has a password, one is no roster."""
    first = sbd("import", HERE, "--new", "--yes", "--format", "json")
    files = first.json()["files"]
    assert first.code == UNREADABLE
    assert {file["file"] for file in files} == set(FILES) - {"t25-password.xlsx", "form-f-card.xlsx"}
    assert all(add_up(one) for file in files for one in file["sheets"])
    second = sbd("import", HERE, "--new", "--yes", "--format", "json").json()["files"]
    changed = {file["file"] for file in second for one in file["sheets"] if one["created"] or one["updated"]}
    assert changed == set()


# Workbooks that nobody would make


NAMES = ["张三", "李四", "张　三", "王五（组长）", "合计", "小计", "塔沟社区", "承德医学院", "义诊", "示例", "NA"]
WORDS = [
    "2023.7.18", "7月18日", "18日", "2026-13-40", "1.3080219900307E+17", "13080219600323931X", "130802********931X",
    "19900005026", "199-0000-7219", "30余人", "1.2万人次", "半天", "2小时30分", "14:30—16:30", "男", "党员",
    "张三、李四，王五", "停车位200个", "#N/A", "=1/0", "=SUM(A1:A3)", '=DISPIMG("ID_1",1)', "备注：", "合　计",
    "注：以上", "社区党委书记签字：", "无", "/", "-", "\u202e张三", "a\u200bb", "𡈼玉", "'123", "0", "1e400", "∞", "½",
    " ", "\u3000",
]  # fmt: skip
CELLS = st.one_of(
    st.none(),
    st.sampled_from(NAMES),
    st.sampled_from(WORDS),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
    st.datetimes(datetime(1900, 3, 1), datetime(2100, 1, 1)),  # noqa: DTZ001  # a cell has no time zone
    st.times(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
)
TITLES = [
    "塔沟社区2026年7月台账",
    "填报单位（盖章）：塔沟社区　　填报日期：2026.7.31",
    "活动名称：义诊 时间：7月18日 地点：塔沟社区",
    "单位：人",
]
FURTHER_HEADS = ["序号", "民族", "照片", "网格长", "姓名", "单位", "日期", ""]


def heading(field: Field) -> st.SearchStrategy[str]:
    """Any of the ways in which offices head a column."""
    written = st.sampled_from([field.label, *field.aliases])
    return st.one_of(written, written.map("　".join), written.map(lambda word: f"{word}（必填）"))


FIT: dict[str, list[Any]] = {
    "name": ["张三", "李四", "王五", "塔沟社区", "承德医学院", "义诊"],
    "day": [date(2026, 7, 18), "2026.7.4", "7月11日"],
    "count": [0, 3, "30余人", 12.0],
    "minutes": [2, 1.5, "2小时30分", time(1, 30)],
    "phone": ["19900005026", 19900007219],
    "id_no": ["13080219600323931X", "13080219891011902X"],
    "level": ["社区", "村"],
    "basis": ["单位报到", "居住地报到"],
}
"""Values that fit a field of a type."""


def cell(kind: str) -> st.SearchStrategy[Any]:
    """What stands in a column: three times in four something that fits."""
    fit = st.sampled_from(FIT.get(kind, ["文字"]))
    return st.integers(0, 3).flatmap(lambda die: fit if die else CELLS)


@st.composite
def leaves(draw: st.DrawFn) -> list[list[Any]]:
    """The rows of one sheet: titles, a header in any order with gaps, and rows of anything at all."""
    fields = draw(st.sampled_from([one for one in RECORDS.values() if one.is_importable])).roster_fields()
    chosen = [(draw(heading(field)), field.type.name) for field in fields if field.required or draw(st.booleans())]
    chosen += [(word, "") for word in draw(st.lists(st.sampled_from(FURTHER_HEADS), max_size=3))]
    chosen = draw(st.permutations(chosen))
    heads = [word for word, _ in chosen]
    line = st.tuples(*(cell(kind) for _, kind in chosen)).map(list)
    total = st.sampled_from(["合计", "小计", "注：", "总 计"]).flatmap(
        lambda word: st.lists(CELLS, max_size=len(heads) - 1).map(lambda rest: [word, *rest])
    )
    between = st.one_of(line, line, total, st.just([]), st.just(heads))
    rows = draw(st.lists(line, max_size=4)) + draw(st.lists(between, max_size=4))
    above = [[title] for title in draw(st.lists(st.sampled_from(TITLES), max_size=3))]
    gap: list[Any] = [None] * draw(st.integers(0, 2))
    return [[*gap, *row] for row in (*above, heads, *rows)]


@settings(max_examples=60, deadline=None)
@given(st.lists(leaves(), min_size=1, max_size=3), st.booleans())
def test_whatever_a_workbook_holds_its_rows_add_up(sheets: list[list[list[Any]]], new: bool) -> None:  # noqa: FBT001
    with tempfile.TemporaryDirectory() as folder:
        path, ledger = Path(folder) / "a.xlsx", Path(folder) / "ledger.db"
        write_book(path, sheets)
        options = ["--new"] * new + ["--format", "json", "--ledger", str(ledger)]
        code, out, err = command("import", str(path), *options)
        assert code in {READ, REFUSED, UNREADABLE}, err
        assert "Traceback" not in err
        tables = [one for file in json.loads(out)["files"] for one in file["sheets"]]
        assert all(map(add_up, tables))
        before = dump(ledger)
        assert command("import", str(path), *options)[0] == code
        assert dump(ledger) == before


def write_book(path: Path, sheets: list[list[list[Any]]]) -> None:
    """Write the rows as they come; what a spreadsheet cannot hold is written as text."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, 1):
        one = book.create_sheet(f"表{number}")
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                one.cell(at, column, fitting(value))
    book.save(path)


def fitting(value: Any) -> Any:
    """A value that a cell can hold."""
    if isinstance(value, time) and value.microsecond:
        return value.replace(microsecond=0)
    if isinstance(value, str):
        return "".join(char for char in value if char.isprintable() or char in "\u3000\u200b\u202e")
    return value


def command(*args: str) -> tuple[int, str, str]:
    """Run ``sbd`` in this process: its code, what it printed, what it said."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(list(args))
    return code, out.getvalue(), err.getvalue()
