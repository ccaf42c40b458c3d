"""One ledger, one number, everywhere: screen, .xlsx, .csv, JSON, page, sentence, rows behind it and filled forms."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from conftest import walk
from data.sheets import documents
from shuangbaodao_cli.cli.app import run

FIGURES = ("services", "served", "resolved", "hours")
HEADS = ("服务次数", "服务群众人次", "解决问题件数", "服务时长（小时）")


class Service(NamedTuple):
    """One service: its day, what it says of people and problems, its minutes, and how many took part."""

    day: date
    served: int | None
    resolved: int | None
    minutes: int
    people: int


SERVICES = st.lists(
    st.builds(
        Service,
        st.dates(date(2026, 5, 25), date(2026, 7, 31)),
        st.none() | st.integers(0, 40000),
        st.none() | st.integers(0, 12),
        st.integers(1, 700),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=5,
)
PERIODS = {
    "2026-07": (date(2026, 7, 1), date(2026, 7, 31)),
    "上季度": (date(2026, 4, 1), date(2026, 6, 30)),
    "截至6月底": (date(2026, 1, 1), date(2026, 6, 30)),
    "6月30日至7月2日": (date(2026, 6, 30), date(2026, 7, 2)),
    "今年": (date(2026, 1, 1), date(2026, 12, 31)),
}


def sbd(*words: object) -> str:
    """What a command prints; it must end well."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(word) for word in words])
    assert code == 0, err.getvalue()
    return out.getvalue()


def put_in(services: list[Service]) -> None:
    for name in ("张三", "李四", "王五"):
        sbd("add", "person", f"姓名={name}")
    for at, one in enumerate(services):
        words: list[object] = ["log", "activity", f"服务{at}", "--date", one.day.isoformat()]
        words += [] if one.served is None else ["--served", one.served]
        words += [] if one.resolved is None else ["--resolved", one.resolved]
        words += ["--hours", f"{one.minutes}分钟"]
        words += ["--people", "、".join(("张三", "李四", "王五")[: one.people])] if one.people else []
        sbd(*words)


def counted(services: list[Service], said: str) -> tuple[Any, ...]:
    """The figures of a period, counted here."""
    first, last = PERIODS[said]
    within = [one for one in services if first <= one.day <= last]
    minutes = sum(one.minutes * one.people for one in within)
    sums = (sum(one.served or 0 for one in within), sum(one.resolved or 0 for one in within))
    return (len(within), *sums, minutes // 6 / 10)


def everywhere(folder: Path, said: str) -> dict[str, tuple[Any, ...]]:
    """The figures as each way of saying them has them."""
    asked = ["--period", said]
    found = {}
    (row,) = json.loads(sbd("report", *asked, "--format", "json"))["rows"]
    found["json"] = tuple(row[name] for name in FIGURES)
    heads, values = sbd("report", *asked).splitlines()[2:4]
    found["screen"] = picked(dict(zip(heads.split(), values.split(), strict=True)))
    rows = list(csv.reader(io.StringIO(sbd("report", *asked, "--format", "csv").lstrip("\ufeff"))))
    found["csv"] = picked(dict(zip(rows[0], rows[1], strict=True)))
    sbd("report", *asked, "-o", folder / "表.xlsx")
    cells = [
        [cell.value for cell in row] for row in openpyxl.load_workbook(folder / "表.xlsx").worksheets[0].iter_rows()
    ]
    at = next(at for at, row in enumerate(cells) if row[0] == "服务次数")
    found["xlsx"] = picked(dict(zip(map(str, cells[at]), cells[at + 1], strict=True)))
    sbd("report", *asked, "-o", folder / "页.html")
    page = (folder / "页.html").read_text(encoding="utf-8")
    table = page[page.index("<table") : page.index("</table>")]
    cell = r"<(?:th|td)[^>]*>([^<]*)</(?:th|td)>"
    texts = re.findall(cell, table)
    found["html"] = picked(dict(zip(texts[: len(texts) // 2], texts[len(texts) // 2 :], strict=True)))
    exact = sbd("report", *asked, "--format", "sentence").splitlines()[1]
    found["sentence"] = tuple(float(number) for number in re.findall(r" ([\d.]+) (?:次|人次|件|小时)", exact))
    explained = json.loads(sbd("report", *asked, "--explain", "--format", "json"))["parts"][0]
    found["explain"] = picked({row["measure"]: row["value"] for row in explained})
    book = openpyxl.Workbook()
    for column, head in enumerate(HEADS, 1):
        book.worksheets[0].cell(1, column, head)
        book.worksheets[0].cell(2, column).number_format = "General"
    book.worksheets[0].row_dimensions[2].height = 20
    book.save(folder / "空表.xlsx")
    (folder / "填好.xlsx").unlink(missing_ok=True)
    sbd("fill", folder / "空表.xlsx", *asked, "-o", folder / "填好.xlsx")
    found["form"] = tuple(cell.value for cell in openpyxl.load_workbook(folder / "填好.xlsx").worksheets[0][2])
    documents.document(folder / "空表.docx", documents.drawn([HEADS, [""] * len(HEADS)]))
    (folder / "填好.docx").unlink(missing_ok=True)
    sbd("fill", folder / "空表.docx", *asked, "-o", folder / "填好.docx")
    filled = documents.cells(folder / "填好.docx")
    found["document"] = tuple(float(filled[f"{letter}2"]) for letter in "ABCD")
    return found


def picked(row: dict[str, Any]) -> tuple[float, ...]:
    return tuple(float(str(row[head])) for head in HEADS)


@walk(25)
@given(SERVICES, st.sampled_from(list(PERIODS)))
def test_every_way_of_saying_a_figure_says_the_same(services: list[Service], said: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SBD_LEDGER"] = str(Path(folder) / "ledger.db")
        put_in(services)
        expected = counted(services, said)
        for way, figures in everywhere(Path(folder), said).items():
            assert figures == expected, way
