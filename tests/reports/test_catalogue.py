"""A report is described once: its .sql, its row in the catalogue, and nothing else for a plain listing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shuangbaodao_cli.reports import catalogue, queries
from shuangbaodao_cli.reports.catalogue import REPORTS, Report
from shuangbaodao_cli.reports.compare import COMPARABLE
from shuangbaodao_cli.reports.listings import plain_columns
from shuangbaodao_cli.reports.queries import report_query
from shuangbaodao_cli.reports.snapshots.freeze import TRACEABLE_REPORTS
from shuangbaodao_cli.reports.sources import ACTIVITIES

if TYPE_CHECKING:
    from conftest import Sbd

FOLDER = Path(catalogue.__file__).parent
UNITS_SQL = (
    "-- title: 单位名单\n-- asks: 有哪些单位？\n-- columns: org org_id services\n"
    "-- labels: 单位 编号 -\n-- kinds: - - -\n"
    "SELECT o.name AS org, o.id AS org_id, 0 AS services FROM org AS o ORDER BY o.id\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of our .sql files, from which the program reads."""
    copy = tmp_path / "reports"
    copy.mkdir()
    for path in FOLDER.glob("*.sql"):
        shutil.copy(path, copy)
    monkeypatch.setattr(queries, "_FOLDER", copy)
    report_query.cache_clear()
    return copy


def test_a_plain_listing_needs_its_sql_and_its_row(sbd: Sbd, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "units.sql").write_text(UNITS_SQL, encoding="utf-8")
    monkeypatch.setitem(REPORTS, "units", Report("units", lists_rows=True))
    assert sbd("add", "org", "单位名称=甲局").code == 0
    assert "有哪些单位？" in sbd("report", "--list").out
    answer = sbd("report", "units", "--month", "--format", "json").json()
    assert answer["title"] == "单位名单"
    assert [(column["name"], column["label"]) for column in answer["columns"]] == [
        ("org", "单位"),
        ("services", "服务次数"),
    ]
    assert answer["rows"] == [{"org": "甲局", "org_id": 1, "services": 0}]
    assert "编号" not in sbd("report", "units", "--month", "--format", "csv").out
    assert "每一行本身就是来源" in sbd("report", "units", "--month", "--explain").err


def test_a_report_that_does_not_say_where_its_figures_come_from_cannot_be_described() -> None:
    with pytest.raises(ValueError, match="units"):
        Report("units")
    with pytest.raises(ValueError, match="units"):
        Report("units", sources=(ACTIVITIES,), lists_rows=True)


@pytest.mark.parametrize("head", ["-- labels: 单位\n-- kinds: - - -", "-- labels: 单位 编号 -"])
def test_the_head_of_a_plain_listing_describes_each_column(folder: Path, head: str) -> None:
    sql = re.sub(r"-- labels: .*\n-- kinds: .*", head, UNITS_SQL)
    (folder / "incomplete.sql").write_text(sql, encoding="utf-8")
    with pytest.raises(ValueError, match=r"zip\(\)"):
        plain_columns(report_query("incomplete"))


def test_lists_of_reports_elsewhere_name_reports_that_there_are() -> None:
    assert {*COMPARABLE, *TRACEABLE_REPORTS} <= set(REPORTS)
