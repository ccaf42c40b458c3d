"""The Python API: the same figures as the commands, as pandas tables, from a ledger it cannot change."""

from __future__ import annotations

import doctest
import hashlib
import os
import re
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import shuangbaodao_cli
from conftest import EXAMPLES, ROOT
from shuangbaodao_cli import open_ledger
from shuangbaodao_cli.errors import LedgerError, NotFound, UsageError
from shuangbaodao_cli.reports.catalogue import all_reports

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

PAGE = ROOT / "docs" / "reference" / "python-api.md"


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Two communities in one street, three activities, one of them elsewhere in time."""
    for words in (
        "add place 名称=石洞子沟街道 级别=街道",
        "add place 名称=文庙社区 级别=社区 上级=石洞子沟街道",
        "add place 名称=塔沟社区 级别=社区 上级=石洞子沟街道",
        "add person 姓名=张三 电话=19900001234",
        "log activity 甲 --date 2026-07-01 --place 文庙社区 --served 4 --hours 1小时35分 --people 张三",
        "log activity 乙 --date 2026-07-31 --place 塔沟社区 --served 8 --resolved 3 --hours 1小时35分 --people 张三",
        "log activity 丙 --date 2026-06-30 --place 塔沟社区 --served 16",
    ):
        result = sbd(*words.split())
        assert result.code == 0, result.err
    return sbd


def test_a_report_is_a_table_with_its_units(office: Sbd, own_ledger: Path) -> None:
    with open_ledger(own_ledger) as ledger:
        table = ledger.report("places", month="2026-07")
    assert table[["place", "services", "served", "resolved", "minutes"]].to_dict("list") == {
        "place": ["文庙社区", "塔沟社区"],
        "services": [1, 1],
        "served": [4, 8],
        "resolved": [0, 3],
        "minutes": [95, 95],
    }
    assert table["hours"].to_list() == [1.5, 1.5]
    assert table.attrs["units"] == {
        "place": "",
        "place_id": "",
        "services": "次",
        "served": "人次",
        "resolved": "件",
        "volunteers": "人",
        "participations": "人次",
        "hours": "小时",
        "minutes": "分钟",
    }
    assert table.attrs["labels"]["served"] == "服务群众人次"
    assert table.attrs["period"] == {"from": "2026-07-01", "until": "2026-08-01"}
    assert table.attrs["totals"]["volunteers"] == 1
    assert table.attrs["totals"]["minutes"] == 190
    assert any("同一人只计一次" in note for note in table.attrs["notes"])
    assert office("report", "places", "--month", "2026-07", "--format", "json").json()["title"] == table.attrs["title"]


def test_its_columns_have_types_that_can_be_reckoned_with(office: Sbd, own_ledger: Path) -> None:
    with open_ledger(own_ledger) as ledger:
        table = ledger.report("activities", year="2026")
    assert office("report", "activities", "--year", "2026").code == 0
    assert str(table["served"].dtype) == "Int64"
    assert table["date"].dt.month.to_list() == [6, 7, 7]
    assert table["title"].dtype == "string"
    assert table["minutes"].isna().to_list() == [True, False, False]
    assert table.attrs["units"]["minutes"] == "分钟"


@pytest.mark.parametrize("name", all_reports())
def test_every_report_says_what_the_command_says(office: Sbd, own_ledger: Path, name: str) -> None:
    result = office("report", name, "--year", "2026", "--format", "json").json()
    with open_ledger(own_ledger) as ledger:
        table = ledger.report(name, year="2026")
    assert set(table.attrs["labels"]) == set(table.columns)
    assert {key: table.attrs[key] for key in ("report", "title", "period", "place", "totals", "notes")} == {
        key: result[key] for key in ("report", "title", "period", "place", "totals", "notes")
    }
    rows = [{key: _plain(value) for key, value in row.items()} for row in table.to_dict("records")]
    assert rows == result["rows"]


def _plain(value: Any) -> Any:
    if value is pd.NA or value is None or value is pd.NaT:
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value


@pytest.mark.parametrize(
    ("asked", "services"),
    [
        ({}, 3),
        ({"month": "2026-07"}, 2),
        ({"month": ""}, 2),
        ({"month": "last"}, 1),
        ({"quarter": "2026Q2"}, 1),
        ({"half": "2026H2"}, 2),
        ({"year": "2025"}, 0),
        ({"start": "2026-06-30", "end": "2026-07-01"}, 2),
        ({"start": date(2026, 7, 1)}, 2),
        ({"end": date(2026, 6, 30)}, 1),
        ({"month": "2026-07", "place": "塔沟社区"}, 1),
        ({"month": "2026-07", "place": "石洞子沟街道"}, 2),
    ],
)
@pytest.mark.usefixtures("office")
def test_any_period_and_place(own_ledger: Path, asked: dict[str, Any], services: int) -> None:
    with open_ledger(own_ledger) as ledger:
        assert ledger.report(**asked)["services"].to_list() == [services]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"name": "nope"}, NotFound),
        ({"place": "没有社区"}, NotFound),
        ({"month": "2026-13"}, UsageError),
        ({"month": "2026-07", "year": "2026"}, UsageError),
        ({"month": "2026-07", "start": "2026-07-01"}, UsageError),
        ({"week": "1"}, UsageError),
        ({"by": "nope"}, UsageError),
        ({"start": "2026-07-02", "end": "2026-07-01"}, UsageError),
    ],
)
@pytest.mark.usefixtures("office")
def test_what_cannot_be_asked_is_told(own_ledger: Path, asked: dict[str, Any], error: type[Exception]) -> None:
    with open_ledger(own_ledger) as ledger, pytest.raises(error, match=r"[\u4e00-\u9fff]"):
        ledger.report(**asked)


@pytest.mark.usefixtures("office")
def test_a_question_in_sql(own_ledger: Path) -> None:
    with open_ledger(str(own_ledger)) as ledger:
        table = ledger.query("select title, served from activity order by served")
        assert table.to_dict("list") == {"title": ["甲", "乙", "丙"], "served": [4, 8, 16]}
        assert table.attrs == {"hidden": []}
        masked = ledger.query("select * from person")
        assert masked["phone"].to_list() == [None]
        assert masked.attrs == {"hidden": ["person.id_no", "person.phone", "person.extra"]}
        with pytest.raises(UsageError, match=r"person\.phone 不外露"):
            ledger.query("select name, phone from person")
        with pytest.raises(UsageError, match="SQLite"):
            ledger.query("delete from person")
        assert ledger.report(month="2026-07")["volunteers"].to_list() == [1], "a report works after a question"


@pytest.mark.usefixtures("office")
def test_nothing_that_is_asked_changes_the_file(own_ledger: Path) -> None:
    before = hashlib.sha256(own_ledger.read_bytes()).hexdigest()
    with open_ledger(own_ledger) as ledger:
        for name in all_reports():
            ledger.tables(name)
        ledger.query("select * from person")
    assert hashlib.sha256(own_ledger.read_bytes()).hexdigest() == before


def test_it_sees_what_was_put_in_while_it_is_open(office: Sbd, own_ledger: Path) -> None:
    with open_ledger(own_ledger) as ledger:
        assert ledger.report()["services"].to_list() == [3]
        assert office("log", "activity", "丁", "--date", "2026-07-02").code == 0
        assert ledger.report()["services"].to_list() == [4]


@pytest.mark.usefixtures("office")
def test_without_a_path_it_is_the_ledger_of_the_command(own_ledger: Path) -> None:
    assert os.environ["SBD_LEDGER"] == str(own_ledger)
    with open_ledger() as ledger:
        assert ledger.report()["services"].to_list() == [3]


def test_where_there_is_no_ledger_none_is_made(own_ledger: Path) -> None:
    with pytest.raises(LedgerError):
        open_ledger(own_ledger)
    assert not own_ledger.exists()


@pytest.mark.usefixtures("office")
def test_closed_twice_and_after_an_error(own_ledger: Path) -> None:
    ledger = open_ledger(own_ledger)
    with pytest.raises(ZeroDivisionError), ledger:
        raise ZeroDivisionError
    ledger.close()


def test_importing_the_package_loads_nothing() -> None:
    """Neither pandas nor SQLite nor any module of ours until something is asked for."""
    code = (
        "import sys, shuangbaodao_cli; shuangbaodao_cli.__version__; print(*sys.modules);"
        "from shuangbaodao_cli import open_ledger; print(*sys.modules)"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    bare, asked = (set(line.split()) for line in done.stdout.splitlines())
    assert not {name for name in bare if name.startswith("shuangbaodao_cli.")}
    assert not bare & {"sqlite3", "pandas", "typing_extensions"}
    assert not asked & {"pandas", "numpy", "openpyxl", "typer", "rich"}


def test_a_name_that_is_none() -> None:
    with pytest.raises(AttributeError, match="nope"):
        shuangbaodao_cli.nope  # noqa: B018  # it is what is tested


def test_the_examples_of_the_page_do_what_they_say(sbd: Sbd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBD_LEDGER", str(tmp_path / "练习.db"))
    assert sbd("import", *sorted(EXAMPLES.glob("*.xlsx"))).code == 0
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, PAGE.name, str(PAGE), 0)
    messages: list[str] = []
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    results = doctest.DocTestRunner(optionflags=flags).run(test, out=messages.append)
    assert results.attempted > 10
    assert results.failed == 0, "".join(messages)
