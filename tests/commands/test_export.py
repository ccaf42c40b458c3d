"""``sbd export``: six dated files at the end of a month, the same ones however often it runs."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

NAMES = {f"{name}{ending}" for name in ("汇总", "活动台账", "服务时长") for ending in (".xlsx", ".csv")}


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Two activities in June, three in July."""
    sbd("add", "place", "名称=文庙社区")
    sbd("add", "place", "名称=塔沟社区")
    sbd("add", "person", "姓名=张三", "电话=19900001234")
    for line in (
        "甲 --date 2026-06-01 --place 文庙社区 --served 1 --hours 1 --people 张三",
        "乙 --date 2026-06-30 --place 塔沟社区 --served 2",
        "丙 --date 2026-07-01 --place 文庙社区 --served 4 --hours 1.5 --people 张三 --outcome 停车位200个",
        "丁 --date 2026-07-31 --place 塔沟社区 --served 8 --resolved 3",
        "戊 --date 2026-07-31 --served 16",
    ):
        assert sbd("log", "activity", *line.split()).code == 0
    return sbd


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_six_files_with_the_month_in_their_names_and_not_a_word(office: Sbd, tmp_path: Path) -> None:
    said = office("export", "--month", "2026-07", "--to", "月报")
    assert (said.code, said.out, said.err) == (0, "", "")
    assert {path.name for path in (tmp_path / "月报").iterdir()} == {f"2026-07-{name}" for name in NAMES}


@pytest.mark.parametrize(
    ("words", "tag"), [("", "2026-06"), ("--month last", "2026-06"), ("--month", "2026-07"), ("--month 6", "2026-06")]
)
def test_without_a_month_it_is_the_last(office: Sbd, tmp_path: Path, words: str, tag: str) -> None:
    assert office("export", *words.split(), "--to", "月报").code == 0
    assert {path.name for path in (tmp_path / "月报").iterdir()} == {f"{tag}-{name}" for name in NAMES}


def test_every_csv_begins_with_a_bom_and_only_one(office: Sbd, tmp_path: Path) -> None:
    office("export", "--month", "--to", "月报")
    for path in (tmp_path / "月报").glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert path.read_bytes().count(b"\xef\xbb\xbf") == 1


def test_the_files_hold_the_figures_of_the_month(office: Sbd, tmp_path: Path) -> None:
    office("export", "--month", "2026-07", "--to", "月报")
    folder = tmp_path / "月报"
    assert rows(folder / "2026-07-汇总.csv")[:2] == [
        ["服务次数", "服务群众人次", "解决问题件数", "参与人数", "志愿者人次", "服务时长（小时）"],
        ["3", "28", "3", "1", "1", "1.5"],
    ]
    assert [row[1] for row in rows(folder / "2026-07-活动台账.csv")] == ["活动名称", "丙", "丁", "戊", ""]
    assert rows(folder / "2026-07-服务时长.csv")[1:] == [["张三", "", "", "1", "1.5"], ["合计", "", "", "1", "1.5"]]
    book = openpyxl.load_workbook(folder / "2026-07-汇总.xlsx")
    assert [28, 3, 1] in [[cell.value for cell in row][1:4] for row in book.worksheets[0].iter_rows()]


def test_a_place_stands_in_the_names_and_bounds_the_figures(office: Sbd, tmp_path: Path) -> None:
    office("export", "--month", "2026-07", "--place", "文庙社区", "--to", "月报")
    folder = tmp_path / "月报"
    assert {path.name for path in folder.iterdir()} == {f"文庙社区-2026-07-{name}" for name in NAMES}
    assert rows(folder / "文庙社区-2026-07-汇总.csv")[1] == ["1", "4", "0", "1", "1", "1.5"]


def test_twice_gives_the_same_bytes(office: Sbd, tmp_path: Path) -> None:
    for folder in ("一", "二"):
        office("export", "--month", "2026-07", "--to", folder)
    assert content(tmp_path / "一") == content(tmp_path / "二")


def test_another_process_on_another_day_gives_the_same_bytes(office: Sbd, tmp_path: Path) -> None:
    office("export", "--month", "2026-07", "--to", "一")
    command = [sys.executable, "-m", "shuangbaodao_cli", "export", "--month", "2026-07", "--to", "二"]
    day = {"SBD_TODAY": "2026-11-03", "PYTHONHASHSEED": "7", "TZ": "America/New_York"}
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | day, capture_output=True, check=True)
    assert done.stdout + done.stderr == b""
    assert content(tmp_path / "一") == content(tmp_path / "二")


def test_a_file_that_has_not_changed_is_not_written_again(office: Sbd, tmp_path: Path) -> None:
    office("export", "--month", "2026-07", "--to", "月报")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "月报").iterdir()}
    office("export", "--month", "2026-07", "--to", "月报")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "月报").iterdir()} == before


def test_what_was_put_in_late_is_in_the_next_run(office: Sbd, tmp_path: Path) -> None:
    office("export", "--month", "2026-07", "--to", "月报")
    office("log", "activity", "己", "--date", "2026-07-02", "--served", "32")
    office("export", "--month", "2026-07", "--to", "月报")
    assert rows(tmp_path / "月报" / "2026-07-汇总.csv")[1][:2] == ["4", "60"]
    assert len(list((tmp_path / "月报").iterdir())) == 6


# This month to date, and the one before it ---------------------------------------------------------


def named(folder: Path) -> set[str]:
    return {path.name.removesuffix("-汇总.csv") for path in folder.glob("*-汇总.csv")}


def subtitle(path: Path) -> str:
    cells = [str(cell) for row in openpyxl.load_workbook(path).worksheets[0].values for cell in row if cell]
    return next(cell for cell in cells if "期间：" in cell)


def test_recent_is_this_month_to_date_and_the_one_that_ended(
    office: Sbd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBD_TODAY", "2026-07-05")
    said = office("export", "--recent", "--to", "周报", "--log", "周报.log")
    assert (said.code, said.out, said.err) == (0, "", "")
    folder = tmp_path / "周报"
    assert {path.name for path in folder.iterdir()} == {
        f"{tag}-{name}" for tag in ("2026-06", "2026-07") for name in NAMES
    }
    assert rows(folder / "2026-06-汇总.csv")[1][:2] == ["2", "3"]
    assert rows(folder / "2026-07-汇总.csv")[1][:2] == ["1", "4"], (
        "what is entered for a later day has not been done yet"
    )
    assert subtitle(folder / "2026-06-汇总.xlsx").endswith("期间：2026年6月1日至6月30日")
    assert subtitle(folder / "2026-07-汇总.xlsx").endswith("期间：2026年7月1日至7月5日")
    assert "2026-06、2026-07 的 12 个文件" in (tmp_path / "周报.log").read_text(encoding="utf-8")


def test_the_last_days_of_a_month_are_in_the_first_run_of_the_next(
    office: Sbd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever day that run is on: the 1st, or a week later."""
    for day in ("2026-08-01", "2026-08-07", "2026-08-31"):
        monkeypatch.setenv("SBD_TODAY", "2026-07-30")
        office("export", "--recent", "--to", day)
        assert rows(tmp_path / day / "2026-07-汇总.csv")[1][:2] == ["1", "4"]
        monkeypatch.setenv("SBD_TODAY", day)
        office("export", "--recent", "--to", day)
        assert rows(tmp_path / day / "2026-07-汇总.csv")[1][:2] == ["3", "28"]
        assert subtitle(tmp_path / day / "2026-07-汇总.xlsx").endswith("期间：2026年7月1日至7月31日")
        assert named(tmp_path / day) == {"2026-06", "2026-07", "2026-08"}
        assert rows(tmp_path / day / "2026-08-汇总.csv")[1][0] == "0"


def test_recent_twice_leaves_the_same_bytes_and_a_month_that_ended_stays(
    office: Sbd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBD_TODAY", "2026-07-05")
    office("export", "--recent", "--to", "日报")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "日报").iterdir()}
    office("export", "--recent", "--to", "日报", "--log", "日报.log")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "日报").iterdir()} == before
    assert "都没有变化" in (tmp_path / "日报.log").read_text(encoding="utf-8")
    monkeypatch.setenv("SBD_TODAY", "2026-07-06")
    office("export", "--recent", "--to", "日报")
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "日报").iterdir()}
    assert {path.name[:7] for path in before if after[path] != before[path]} <= {"2026-07"}
    assert len(after) == 12


@pytest.mark.parametrize(
    ("starts", "day", "tags", "services"),
    [
        (26, "2026-07-26", ["20260626-20260725", "20260726-20260825"], ["2", "0"]),
        (26, "2026-07-25", ["20260526-20260625", "20260626-20260725"], ["1", "2"]),
        (10, "2026-07-31", ["20260610-20260709", "20260710-20260809"], ["2", "2"]),
    ],
)
def test_recent_goes_by_the_months_of_the_office(
    office: Sbd,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    starts: int,
    day: str,
    tags: list[str],
    services: list[str],
) -> None:
    assert office("policy", "edit", "--set", f"report.month_starts={starts}").code == 0
    monkeypatch.setenv("SBD_TODAY", day)
    assert office("export", "--recent", "--to", "周报").code == 0
    assert sorted(named(tmp_path / "周报")) == tags
    assert [rows(tmp_path / "周报" / f"{tag}-汇总.csv")[1][0] for tag in tags] == services


def test_recent_and_a_month_are_two_things(office: Sbd, tmp_path: Path) -> None:
    said = office("export", "--recent", "--month", "2026-07", "--to", "月报")
    assert (said.code, "--recent" in said.err) == (2, True)
    assert not (tmp_path / "月报").exists()


def test_a_month_without_any_service_gives_files_too(office: Sbd, tmp_path: Path) -> None:
    assert office("export", "--month", "2026-02", "--to", "月报").code == 0
    assert rows(tmp_path / "月报" / "2026-02-汇总.csv")[1] == ["0", "0", "0", "0", "0", "0.0"]


def test_the_folder_is_made_with_all_above_it(office: Sbd, tmp_path: Path) -> None:
    assert office("export", "--month", "--to", "报表/2026/七月").code == 0
    assert len(list((tmp_path / "报表" / "2026" / "七月").iterdir())) == 6


def test_a_folder_that_cannot_be_is_told(office: Sbd, tmp_path: Path) -> None:
    (tmp_path / "占用").write_text("这是一个文件", encoding="utf-8")
    for folder in ("占用", "占用/月报"):
        said = office("export", "--month", "--to", folder)
        assert (said.code, said.out) == (6, "")
        assert "占用" in said.err
        assert said.err.count("\n") == 1
    assert (tmp_path / "占用").read_text(encoding="utf-8") == "这是一个文件"


@pytest.mark.skipif(sys.platform == "win32", reason="the permissions of folders are those of POSIX")
def test_a_folder_that_may_not_be_written_keeps_its_old_files(office: Sbd, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    office("export", "--month", "2026-07", "--to", "月报")
    before = content(tmp_path / "月报")
    office("log", "activity", "己", "--date", "2026-07-02")
    (tmp_path / "月报").chmod(0o555)
    try:
        assert office("export", "--month", "2026-07", "--to", "月报").code == 6
        assert content(tmp_path / "月报") == before
    finally:
        (tmp_path / "月报").chmod(0o755)


def test_a_file_that_cannot_be_replaced_leaves_the_others_whole_and_nothing_beside(office: Sbd, tmp_path: Path) -> None:
    office("export", "--month", "2026-07", "--to", "月报")
    blocked = tmp_path / "月报" / "2026-07-服务时长.xlsx"
    blocked.unlink()
    blocked.mkdir()
    office("log", "activity", "己", "--date", "2026-07-02")
    said = office("export", "--month", "2026-07", "--to", "月报")
    assert said.code == 6
    assert "2026-07-服务时长.xlsx" in said.err
    assert {path.name for path in (tmp_path / "月报").iterdir()} == {f"2026-07-{name}" for name in NAMES}
    openpyxl.load_workbook(tmp_path / "月报" / "2026-07-汇总.xlsx")
    shutil.rmtree(blocked)


@pytest.mark.parametrize("words", ["--to 月报 --month 2026-13", "", "--to 月报 extra", "--to 月报 --place"])
def test_an_export_that_is_none_writes_nothing(office: Sbd, tmp_path: Path, words: str) -> None:
    said = office("export", *words.split())
    assert (said.code, said.out) == (2, "")
    assert not (tmp_path / "月报").exists()


def test_an_unknown_place_writes_nothing(office: Sbd, tmp_path: Path) -> None:
    assert office("export", "--to", "月报", "--place", "没有社区").code == 4
    assert not (tmp_path / "月报").exists()


def test_without_a_ledger_nothing_is_written(sbd: Sbd, tmp_path: Path) -> None:
    assert sbd("export", "--to", "月报").code == 7
    assert list(tmp_path.iterdir()) == []


def test_no_whole_number_of_a_person_is_in_the_files(office: Sbd, tmp_path: Path) -> None:
    office("export", "--month", "2026-07", "--to", "月报")
    for path in (tmp_path / "月报").glob("*.csv"):
        assert "19900001234" not in path.read_text(encoding="utf-8")
