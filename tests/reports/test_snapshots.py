"""What was sent stays as it was sent, and every figure of today can be led back to it line by line."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import walk
from shuangbaodao_cli.ledger.duplicates import merge as duplicates_merge
from shuangbaodao_cli.ledger.records import place_tree, store
from shuangbaodao_cli.ledger.records import void as records_void
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.formats import as_json
from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.reports.snapshots import bridge
from shuangbaodao_cli.reports.snapshots import freeze as snapshots_freeze
from shuangbaodao_cli.values.numbers import format_hours
from shuangbaodao_cli.values.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conftest import Sbd
    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.output.table import Table

MEASURES = ("services", "served", "resolved", "volunteers", "participations", "minutes")
NOTHING = (0, 0, 0, 0, 0, 0)


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Three activities of July and one of June, in two communities; the first is 冻-2026-0001."""
    for words in (
        "place 名称=双桥区",
        "place 名称=文庙社区 上级=双桥区",
        "place 名称=塔沟社区 上级=双桥区",
        "person 姓名=张三",
        "person 姓名=李四",
        "person 姓名=王五",
    ):
        assert sbd("add", *words.split()).code == 0
    for line in (
        "甲 --date 2026-06-30 --place 文庙社区 --served 1",
        "乙 --date 2026-07-01 --place 文庙社区 --served 10 --resolved 1 --hours 1 --people 张三",
        "丙 --date 2026-07-05 --place 塔沟社区 --served 20 --hours 2 --people 张三、李四",
        "丁 --date 2026-07-09 --place 文庙社区 --served 30 --resolved 2",
    ):
        assert sbd("log", "activity", *line.split()).code == 0
    return sbd


SENT = (3, 60, 3, 2, 3, 60 + 240)


def lines(said: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Each line of the bridge with its six figures; what holds now stands in the totals."""
    return {row["line"]: tuple(row[name] for name in MEASURES) for row in said["rows"]}


def bridged(sbd: Sbd, *words: str) -> dict[str, Any]:
    said = sbd("report", "bridge", *words, "--format", "json")
    assert (said.code, said.err) == (0, "")
    found: dict[str, Any] = said.json()
    return found


def parts(said: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(row["line"], row["record"], row["id"]) for part in said.get("parts", ()) for row in part]


def changed(sbd: Sbd) -> None:
    """One of everything that can happen to what was sent."""
    assert sbd("edit", "activity", "2", "服务人次=15", "--reason", "漏了一户").code == 0
    assert sbd("void", "activity", "3", "--reason", "记重了").code == 0
    assert sbd("log", "activity", "戊", "--date", "2026-07-20", "--place", "文庙社区", "--served", "7").code == 0
    assert sbd("edit", "place", "文庙社区", "名称=文庙社区居委会").code == 0


@pytest.mark.parametrize(
    "words",
    [
        "",
        "--by place",
        "--by category",
        "places",
        "trend",
        "activities",
        "people",
        "outcomes",
        "monthly",
        "matrix",
        "needs",
        "orders",
        "visits",
        "coverage",
        "gap",
    ],
)
def test_what_was_sent_stays_as_it_was_sent(office: Sbd, tmp_path: Path, words: str) -> None:
    office("init", "--office", "双桥区委组织部")
    asked = [*words.split(), "--month", "2026-07"]
    before = {form: office("report", *asked, "--format", form).out for form in ("table", "json", "csv", "md")}
    for ending in ("xlsx", "html", "json", "csv", "md"):
        assert office("report", "freeze", *asked, "-o", f"then.{ending}").code == 0
    changed(office)
    office("init", "--office", "双桥区社会工作部")
    for form, out in before.items():
        assert office("report", "frozen", "冻-2026-0001", "--format", form).out == out
    for ending in ("html", "json", "csv", "md"):
        assert office("report", "frozen", "1", "-o", f"again.{ending}").code == 0
        assert (tmp_path / f"again.{ending}").read_bytes() == (tmp_path / f"then.{ending}").read_bytes()
    assert office("report", "frozen", "1", "-o", "again.xlsx").code == 0
    then, again = (openpyxl.load_workbook(tmp_path / f"{name}.xlsx") for name in ("then", "again"))
    assert [list(one.values) for one in then] == [list(one.values) for one in again]


def test_a_number_and_the_hash_are_told_and_the_hash_is_that_of_the_text(office: Sbd, own_ledger: Path) -> None:
    said = office("report", "freeze", "--month", "2026-07", "--for", "区委组织部", "--note", "第3号文")
    with closing(sqlite3.connect(own_ledger)) as connection:
        ((text, sha256),) = connection.execute("SELECT answer, sha256 FROM frozen").fetchall()
    assert sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert "冻-2026-0001" in said.out
    assert sha256 in said.out
    (row,) = office("report", "frozen", "--format", "json").json()
    told = {name: row[name] for name in ("number", "recipient", "note", "report", "division", "from", "until", "place")}
    assert told == {
        "number": "冻-2026-0001",
        "recipient": "区委组织部",
        "note": "第3号文",
        "report": "summary",
        "division": None,
        "from": "2026-07-01",
        "until": "2026-08-01",
        "place": None,
    }
    assert (row["date"], row["operator"], row["definitions"], row["policy"]) == ("2026-07-31", "测试员", 2, 0)
    assert row["sha256"] == sha256


def test_the_policy_under_which_something_was_sent_is_remembered(office: Sbd) -> None:
    assert office("policy", "edit", "--set", "visit.key_days=14").code == 0
    assert office("report", "freeze", "--month").code == 0
    assert office("policy", "edit", "--set", "visit.key_days=15").code == 0
    assert office("report", "frozen", "--format", "json").json()[0]["policy"] == 1


def test_the_same_is_not_kept_twice(office: Sbd) -> None:
    def kept() -> list[str]:
        return [row["number"] for row in office("report", "frozen", "--format", "json").json()]

    assert office("report", "freeze", "--month", "--for", "街道").code == 0
    for words in ("--month", "--month 2026-07", "--month --for 街道", "--from 2026-07-01 --to 2026-07-31"):
        again = office("report", "freeze", *words.split())
        assert (again.code, "没有再留" in again.out, "冻-2026-0001" in again.out) == (0, True, True)
    assert kept() == ["冻-2026-0001"]
    for words in ("--month --for 区委", "--month --place 文庙社区", "--month --by place", "activities --month"):
        assert office("report", "freeze", *words.split()).code == 0
    assert len(kept()) == 5
    office("void", "activity", "4")
    office(
        "log", "activity", "丁二", "--date", "2026-07-09", "--place", "文庙社区", "--served", "30", "--resolved", "2"
    )
    office("report", "freeze", "--month", "--for", "街道")
    assert len(kept()) == 6, "the figures are the same, the rows behind them are not"


def test_whom_it_was_sent_to_finds_it_again(office: Sbd) -> None:
    office("report", "freeze", "--month", "--for", "街道")
    office("log", "activity", "又一", "--date", "2026-07-09", "--served", "1")
    office("report", "freeze", "--month", "--for", "区委")
    office("log", "activity", "再一", "--date", "2026-07-09", "--served", "2")
    (row,) = office("report", "frozen", "--for", "街道", "--format", "json").json()
    assert row["number"] == "冻-2026-0001"
    assert "冻-2026-0001" in office("report", "frozen", "last", "--for", "街道").err
    for words in (
        ("--for", "街道"),
        ("--month", "--for", "街道"),
        ("--from", "2026-07-01", "--to", "2026-07-31", "--for", "街道"),
    ):
        said = bridged(office, *words)
        assert (said["frozen"], lines(said)["late"][:2]) == (["冻-2026-0001"], (2, 3))
    assert bridged(office)["frozen"] == ["冻-2026-0002"]
    assert office("report", "bridge", "1", "--for", "街道").code == 2
    assert office("report", "frozen", "1", "--for", "街道").code == 2
    nobody = office("report", "bridge", "--for", "市里")
    assert (nobody.code, "市里" in nobody.err) == (4, True)


def test_freezing_leaves_nothing_where_the_file_cannot_be_written(office: Sbd, tmp_path: Path) -> None:
    assert office("report", "freeze", "--month", "-o", "没有这个文件夹/7月.xlsx").code == 6
    assert office("report", "freeze", "--month", "-o", "7月.doc").code == 2
    assert office("report", "frozen", "--format", "json").json() == []
    (tmp_path / "7月.csv").write_text("旧的", encoding="utf-8")
    assert office("report", "freeze", "--month", "-o", "7月.csv").code == 0
    assert "服务次数" in (tmp_path / "7月.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("statement", "command"),
    [
        ("UPDATE frozen SET answer = REPLACE(answer, '60', '61')", "frozen"),
        ("UPDATE frozen SET answer = REPLACE(answer, '60', '61')", "bridge"),
        ("UPDATE frozen_row SET served = served + 1 WHERE record_id = 2", "bridge"),
        ("DELETE FROM frozen_row WHERE record_id = 2", "bridge"),
    ],
)
def test_what_was_tampered_with_is_not_given_out(office: Sbd, own_ledger: Path, statement: str, command: str) -> None:
    office("report", "freeze", "--month")
    with closing(sqlite3.connect(own_ledger)) as connection:
        connection.execute(statement)
        connection.commit()
    said = office("report", command, "last")
    assert (said.code, said.out, "冻-2026-0001" in said.err, "对不上" in said.err) == (3, "", True, True)
    if command == "frozen":
        assert "冻-2026-0001" in office("status", "--check").err + office("status", "--check").out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("frozen 冻-2026-0009", 4),
        ("frozen last", 4),
        ("frozen 1", 4),
        ("bridge", 4),
        ("bridge last", 4),
        ("bridge 7", 4),
        ("bridge --month 2026-07", 4),
        ("freeze nix --month", 4),
        ("freeze activities --by place", 2),
        ("freeze --month 13", 2),
        ("freeze --place 没有的社区", 4),
        ("frozen 1 2", 2),
        ("freez", 4),
    ],
)
def test_what_was_not_sent_is_told(office: Sbd, words: str, code: int) -> None:
    said = office("report", *words.split())
    assert (said.code, said.out) == (code, "")
    assert said.err


def test_the_words_stand_before_or_behind_the_ledger(office: Sbd, own_ledger: Path, tmp_path: Path) -> None:
    office("report", "freeze", "--month")
    for words in (
        ("report", "frozen", "--ledger", own_ledger),
        ("report", "--ledger", own_ledger, "frozen"),
        ("--ledger", own_ledger, "report", "frozen"),
        ("report", f"--ledger={own_ledger}", "frozen"),
    ):
        assert "冻-2026-0001" in office(*words).out
    assert office("--ledger", tmp_path / "other.db", "report", "frozen").code == 7
    helped = office("report", "--help").out
    assert all(word in helped for word in ("freeze", "frozen", "bridge", "--month"))
    for word in ("freeze", "bridge"):
        own = office("report", word, "--help").out
        assert all(option in own for option in ("--period PERIOD", "--from DATE", "--to DATE", "--for WHOM"))


@pytest.mark.parametrize("written", ["冻-2026-0001", "冻 2026—1", "1", "last", "最近"])
def test_what_was_sent_is_found_as_people_write_its_number(office: Sbd, written: str) -> None:
    office("report", "freeze", "--month")
    assert office("report", "frozen", written, "--format", "json").json()["totals"]["services"] == 3


def test_nothing_has_moved(office: Sbd) -> None:
    office("report", "freeze", "--month")
    said = bridged(office)
    assert lines(said) == {"sent": SENT} | dict.fromkeys(("new", "late", "corrected", "reopened", "voided"), NOTHING)
    assert tuple(said["totals"][name] for name in MEASURES) == SENT
    assert parts(said) == []


def test_every_kind_of_change_has_its_line(office: Sbd) -> None:
    office("report", "freeze", "--month")
    changed(office)
    said = bridged(office)
    assert lines(said) == {
        "sent": SENT,
        "new": NOTHING,
        "late": (1, 7, 0, 0, 0, 0),
        "corrected": (0, 5, 0, 0, 0, 0),
        "reopened": NOTHING,
        "voided": (-1, -20, 0, -1, -2, -240),
    }
    assert tuple(said["totals"][name] for name in MEASURES) == (3, 52, 3, 1, 1, 60)
    assert parts(said) == [("late", "activity", 5), ("corrected", "activity", 2), ("voided", "activity", 3)]
    late, corrected, voided = said["parts"][0]
    assert (corrected["what"], corrected["reason"], corrected["operator"]) == (
        "服务群众人次：10 → 15",
        "漏了一户",
        "测试员",
    )
    assert (voided["what"], voided["reason"]) == ("参加：张三、李四", "记重了")
    assert (late["date"], late["title"], late["reason"]) == ("2026-07-20", "戊", "sbd log")


def test_what_was_done_after_it_was_sent_is_no_late_entry(office: Sbd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBD_TODAY", "2026-07-10")
    office("report", "freeze", "--month")
    monkeypatch.setenv("SBD_TODAY", "2026-07-31")
    office("log", "activity", "晚记", "--date", "2026-07-10", "--served", "1")
    office("log", "activity", "后做", "--date", "2026-07-11", "--served", "2")
    said = lines(bridged(office))
    assert (said["late"][:2], said["new"][:2]) == ((1, 1), (1, 2))


@pytest.mark.parametrize(
    ("change", "figures", "what"),
    [
        ("edit activity 3 日期=2026-06-29", (-1, -20, 0, -1, -2, -240), "活动日期：2026-07-05 → 2026-06-29"),
        ("edit activity 1 日期=2026-07-02", (1, 1, 0, 0, 0, 0), "活动日期：2026-06-30 → 2026-07-02"),
        ("edit participation 1 时长=2", (0, 0, 0, 0, 0, 60), "张三 服务时长：1小时 → 2小时"),
        ("edit participation 3 姓名=王五", (0, 0, 0, 0, 0, 0), "王五 姓名：李四 → 王五"),
        ("edit participation 3 姓名=张三", None, ""),
        ("person merge 张三 李四", (0, 0, 0, -1, 0, 0), "李四并入张三"),
    ],
)
def test_a_correction_says_what_was_and_what_is(
    office: Sbd, change: str, figures: tuple[int, ...] | None, what: str
) -> None:
    office("report", "freeze", "--month")
    done = office(*change.split())
    if figures is None:
        assert done.code == 5
        return
    assert done.code == 0, done.err
    said = bridged(office)
    assert lines(said) == {"sent": SENT, "corrected": figures} | dict.fromkeys(
        ("new", "late", "reopened", "voided"), NOTHING
    )
    assert any(what in row["what"] for row in said["parts"][0])


def test_a_place_that_moves_takes_its_figures_along(office: Sbd) -> None:
    office("add", "place", "名称=双滦区")
    office("report", "freeze", "--month", "--place", "双桥区")
    office("edit", "place", "塔沟社区", "上级=双滦区", "--reason", "区划调整")
    said = bridged(office, "--month", "--place", "双桥区")
    assert lines(said)["corrected"] == (-1, -20, 0, -1, -2, -240)
    told = said["parts"][0][0]
    assert ("塔沟社区" in told["what"], "双桥区 → 双滦区" in told["what"], told["reason"]) == (True, True, "区划调整")


def test_an_import_that_is_undone_is_voided(office: Sbd, tmp_path: Path) -> None:
    roster = tmp_path / "补.csv"
    roster.write_text("活动名称,活动日期,社区,服务人次\n己,2026-07-03,文庙社区,4\n", encoding="utf-8")
    assert office("import", roster).code == 0
    office("report", "freeze", "--month")
    assert office("undo", "--import", "1", "--reason", "导错了").code == 0
    assert lines(bridged(office))["voided"] == (-1, -4, 0, 0, 0, 0)


def solved(sbd: Sbd, title: str, day: str) -> None:
    assert sbd("log", "need", title, "--place", "文庙社区", "--on", "2026-07-01").code == 0
    for words in (
        f"open {title} --on 2026-07-01",
        f"plan {title} --plan 修 --on 2026-07-01",
        f"claim {title} --by 张三 --on 2026-07-01",
        f"finish {title} --result 好 --on 2026-07-02",
        f"review {title} --by 李四 --solved --on {day}",
    ):
        done = sbd("order", *words.split())
        assert done.code == 0, done.err


def test_needs_that_were_closed_and_taken_back(office: Sbd) -> None:
    solved(office, "路灯", "2026-07-03")
    solved(office, "井盖", "2026-07-04")
    office("report", "freeze", "--month")
    assert lines(bridged(office))["sent"][2] == 5
    assert office("order", "withdraw", "路灯", "--reason", "还是不亮").code == 0
    solved(office, "长椅", "2026-07-06")
    said = bridged(office)
    assert {kind: row[2] for kind, row in lines(said).items()} == {
        "sent": 5,
        "new": 0,
        "late": 1,
        "corrected": 0,
        "reopened": -1,
        "voided": 0,
    }
    assert said["totals"]["resolved"] == 5
    taken = next(row for row in said["parts"][0] if row["line"] == "reopened")
    assert (taken["record"], taken["title"], taken["reason"]) == ("need", "路灯", "还是不亮")


def test_another_month_is_followed_from_all_that_was_sent_of_the_year(office: Sbd, monkeypatch: Any) -> None:
    office("report", "freeze", "--month", "2026-06")
    office("report", "freeze", "--month", "2026-07")
    office("log", "activity", "晚", "--date", "2026-06-10", "--served", "100")
    office("edit", "activity", "2", "服务人次=11")
    monkeypatch.setenv("SBD_TODAY", "2026-08-31")
    office("log", "activity", "八月", "--date", "2026-08-01", "--served", "1000")
    said = bridged(office, "--month", "2026-08")
    assert said["frozen"] == ["冻-2026-0001", "冻-2026-0002"]
    assert said["period"] == {"from": "2026-06-01", "until": "2026-09-01"}
    assert {kind: row[:2] for kind, row in lines(said).items()} == {
        "sent": (4, 61),
        "new": (1, 1000),
        "late": (1, 100),
        "corrected": (0, 1),
        "reopened": (0, 0),
        "voided": (0, 0),
    }
    assert said["totals"]["served"] == 1162
    assert [note for note in said["notes"] if "期间不同" in note]
    now = office("report", "--from", "2026-06-01", "--to", "2026-08-31", "--format", "json").json()["totals"]
    assert {name: said["totals"][name] for name in MEASURES} == {name: now[name] for name in MEASURES}


def test_what_was_sent_twice_counts_once(office: Sbd) -> None:
    office("report", "freeze", "--month", "2026-06")
    office("edit", "activity", "1", "日期=2026-07-01", "服务人次=3", "--reason", "记错月份")
    office("report", "freeze", "--month", "2026-07")
    said = bridged(office, "--half", "2026H2")
    assert said["frozen"] == ["冻-2026-0001", "冻-2026-0002"]
    assert (lines(said)["sent"][:2], lines(said)["corrected"][:2]) == ((5, 64), (-1, -1))
    assert (said["totals"]["services"], said["totals"]["served"]) == (4, 63)


def test_reports_whose_rows_are_not_kept_cannot_be_followed(office: Sbd) -> None:
    office("report", "freeze", "visits", "--month")
    said = office("report", "bridge", "last")
    assert (said.code, "visits" in said.err) == (2, True)
    office("report", "freeze", "places", "--month")
    office("report", "freeze", "visits", "--year")
    assert bridged(office)["frozen"] == ["冻-2026-0002"], "the last one whose figures can be followed"
    assert office("report", "bridge", "冻-2026-0002", "--place", "文庙社区").code == 2


@pytest.mark.parametrize(("minutes", "told"), [(-90, "-1.5"), (-3, "0.0"), (-60, "-1.0"), (-95, "-1.5"), (95, "1.5")])
def test_hours_that_were_taken_away_have_their_sign(minutes: int, told: str) -> None:
    assert format_hours(minutes) == told


# Any edits whatever.

START = date(2026, 5, 28)
MONTHS = (Period(date(2026, 5, 1), date(2026, 6, 1)), Period(date(2026, 6, 1), date(2026, 7, 1)))
LAST = Period(date(2026, 7, 1), date(2026, 8, 1))
PLACES = (None, 1, 2)
PEOPLE = 4

DAY = st.integers(0, 66).map(lambda days: (START + timedelta(days)).isoformat())
FACTS = st.fixed_dictionaries(
    {
        "date": DAY,
        "place": st.sampled_from([None, 1, 2, 3]),
        "served": st.none() | st.integers(0, 50),
        "resolved": st.none() | st.integers(0, 5),
        "need": st.sampled_from([None, None, None, 1]),
    }
)
ADD = st.tuples(st.just("add"), FACTS, st.frozensets(st.integers(1, PEOPLE)), st.none() | st.integers(0, 300))
EDIT = st.tuples(st.just("edit"), st.integers(0, 9), st.sampled_from(["date", "place", "served", "resolved"]), FACTS)
VOID = st.tuples(st.sampled_from(["void", "void_part", "part_minutes"]), st.integers(0, 9))
JOIN = st.tuples(st.just("join"), st.integers(0, 9), st.integers(1, PEOPLE))
MERGE = st.tuples(st.just("merge"), st.integers(1, PEOPLE), st.integers(1, PEOPLE))
NEED = st.tuples(st.just("need"), st.integers(1, 3), st.none() | DAY)
SPLIT = st.tuples(st.just("split"), st.integers(0, 9))
OTHER = st.tuples(st.just("other_person"), st.integers(0, 9), st.integers(1, PEOPLE))
MOVE = st.tuples(st.just("move"), st.sampled_from([2, 3]), st.sampled_from([1, 2, None]))
NEED_MOVES = st.tuples(st.just("need_moves"), st.integers(1, 3), st.sampled_from([None, 1, 2, 3]))
VOID_NEED = st.tuples(st.just("void_need"), st.integers(1, 3))
OPERATION = st.one_of(ADD, EDIT, VOID, JOIN, MERGE, NEED, SPLIT, OTHER, MOVE, NEED_MOVES, VOID_NEED)


@dataclass
class Life:
    """A ledger to which things happen."""

    connection: sqlite3.Connection
    activities: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    merged: set[int] = field(default_factory=set)

    def begin(self) -> None:
        """Three places, four people, three needs."""
        with write_transaction(self.connection, "test") as entry:
            for number, parent in enumerate(PLACES, 1):
                level = "community" if parent else "district"
                store.insert(entry, RECORDS["place"], {"name": f"地{number}", "level": level, "parent": parent})
            for number in range(PEOPLE):
                store.insert(entry, RECORDS["person"], {"name": f"人{number}"})
            for number in range(3):
                store.insert(entry, RECORDS["need"], {"title": f"需{number}", "kind": "need", "place": 2 + number % 2})

    def happen(self, operations: Iterable[tuple[Any, ...]]) -> None:
        """Do things, each as a command of its own."""
        for kind, *facts in operations:
            with write_transaction(self.connection, f"test {kind}", kind) as entry:
                getattr(self, kind)(entry, *facts)

    def live(self, record: str, known: list[int], at: int) -> int | None:
        """One of the records that are not voided, or none."""
        sql = f"SELECT id FROM {record} WHERE voided IS NULL ORDER BY id"
        found = [id_ for (id_,) in self.connection.execute(sql) if id_ in known]
        return found[at % len(found)] if found else None

    def add(self, entry: Entry, facts: dict[str, Any], people: frozenset[int], minutes: int | None) -> None:
        """An activity with those who took part."""
        id_ = store.insert(entry, RECORDS["activity"], {"title": "活动", **facts})
        self.activities.append(id_)
        for person in people - self.merged:
            part = {"activity": id_, "person": person, "minutes": minutes}
            self.parts.append(store.insert(entry, RECORDS["participation"], part))

    def edit(self, entry: Entry, at: int, column: str, facts: dict[str, Any]) -> None:
        """Another value of one column."""
        if (id_ := self.live("activity", self.activities, at)) is not None:
            store.update(entry, RECORDS["activity"], id_, {column: facts[column]})

    def void(self, entry: Entry, at: int) -> None:
        """An activity is voided with all its participations."""
        if (id_ := self.live("activity", self.activities, at)) is not None:
            records_void.void(entry, RECORDS["activity"], id_)

    def void_part(self, entry: Entry, at: int) -> None:
        """One participation is voided."""
        if (id_ := self.live("participation", self.parts, at)) is not None:
            records_void.void(entry, RECORDS["participation"], id_)

    def part_minutes(self, entry: Entry, at: int) -> None:
        """A participation has other minutes."""
        if (id_ := self.live("participation", self.parts, at)) is not None:
            store.update(entry, RECORDS["participation"], id_, {"minutes": at * 10})

    def join(self, entry: Entry, at: int, person: int) -> None:
        """Somebody was there too."""
        id_ = self.live("activity", self.activities, at)
        sql = "SELECT 1 FROM participation WHERE activity = ? AND person = ? AND voided IS NULL"
        if id_ is None or person in self.merged or self.connection.execute(sql, (id_, person)).fetchone():
            return
        part = {"activity": id_, "person": person, "minutes": 30}
        self.parts.append(store.insert(entry, RECORDS["participation"], part))

    def merge(self, entry: Entry, one: int, other: int) -> None:
        """Two people were one."""
        if one != other and not {one, other} & self.merged:
            duplicates_merge.merge(entry, RECORDS["person"], one, other)
            self.merged.add(other)

    def split(self, entry: Entry, at: int) -> None:
        """One who was merged is somebody else after all."""
        if self.merged:
            other = sorted(self.merged)[at % len(self.merged)]
            duplicates_merge.unmerge(entry, RECORDS["person"], other)
            self.merged.remove(other)

    def other_person(self, entry: Entry, at: int, person: int) -> None:
        """It was somebody else who took part."""
        id_ = self.live("participation", self.parts, at)
        sql = (
            "SELECT 1 FROM participation AS p JOIN participation AS q ON q.activity = p.activity "
            "WHERE p.id = ? AND q.person = ? AND q.voided IS NULL"
        )
        if id_ is None or person in self.merged or self.connection.execute(sql, (id_, person)).fetchone():
            return
        store.update(entry, RECORDS["participation"], id_, {"person": person})

    def move(self, entry: Entry, place: int, parent: int | None) -> None:
        """A place comes below another one."""
        if place != parent:
            store.update(entry, RECORDS["place"], place, {"parent": parent})
            place_tree.rebuild(self.connection)

    def need_moves(self, entry: Entry, need: int, place: int | None) -> None:
        """A need is of another place."""
        store.update(entry, RECORDS["need"], need, {"place": place})

    def void_need(self, entry: Entry, need: int) -> None:
        """A need was none."""
        sql = "SELECT 1 FROM need WHERE id = ?1 AND voided IS NOT NULL UNION SELECT 1 FROM activity WHERE need = ?1"
        if self.connection.execute(sql, (need,)).fetchone() is None:
            records_void.void(entry, RECORDS["need"], need)

    def need(self, entry: Entry, need: int, closed: str | None) -> None:
        """A need is closed on a day, or open again."""
        entry.connection.execute("UPDATE need SET closed = ? WHERE id = ?", (closed, need))


def of(table: Table) -> dict[str, tuple[int, ...]]:
    return lines(as_json(table))


@walk(60)
@given(
    first=st.lists(OPERATION, max_size=10),
    between=st.lists(OPERATION, max_size=6),
    after=st.lists(OPERATION, max_size=10),
    place=st.sampled_from([None, 1, 2]),
)
def test_whatever_happens_the_lines_add_up(
    first: list[Any], between: list[Any], after: list[Any], place: int | None
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.dict("os.environ", {"SBD_TODAY": "2026-07-05"}),
        closing(open_ledger(Path(folder) / "ledger.db", create=True)) as connection,
    ):
        life = Life(connection)
        life.begin()
        life.happen(first)
        sent = [freeze(connection, MONTHS[0], place)]
        life.happen(between)
        sent.append(freeze(connection, MONTHS[1], place))
        known = {"activity": set(life.activities), "participation": set(life.parts)}
        texts = connection.execute("SELECT answer, sha256 FROM frozen ORDER BY id").fetchall()
        life.happen(after)
        voided = {id_ for (id_,) in connection.execute("SELECT id FROM activity WHERE voided IS NOT NULL")}
        for period in (MONTHS[1], LAST):
            assert_adds_up(connection, bridge.bridge(connection, sent[1], period), place)
        same = bridge.bridge(connection, sent[1])
        assert of(same[0])["sent"] == figures(sent_tables(connection, 2))
        for row in as_json(same[1]) if len(same) > 1 else ():
            assert row["line"] != "late" or row["id"] not in known["activity"] or row["services"] == 0
            assert row["line"] != "voided" or row["services"] == 0 or row["id"] in voided
        assert connection.execute("SELECT answer, sha256 FROM frozen ORDER BY id").fetchall() == texts


def freeze(connection: sqlite3.Connection, period: Period, place: int | None) -> Any:
    with write_transaction(connection, "test") as entry:
        one, _, new = snapshots_freeze.freeze(entry, Scope(connection, period, place), "summary", details={})
    assert new
    return one


def sent_tables(connection: sqlite3.Connection, id_: int) -> dict[str, Any]:
    (text,) = connection.execute("SELECT answer FROM frozen WHERE id = ?", (id_,)).fetchone()
    found: dict[str, Any] = json.loads(text)[0]
    return found


def figures(said: dict[str, Any]) -> tuple[int, ...]:
    return tuple(said["rows"][0])


def assert_adds_up(connection: sqlite3.Connection, tables: list[Table], place: int | None) -> None:
    """Sent and all kinds are what a report says now; each kind is the sum of its lines."""
    said = as_json(tables[0])
    found = lines(said)
    now = tuple(said["totals"][name] for name in MEASURES)
    assert tuple(map(sum, zip(*found.values(), strict=True))) == now
    period = Period(*(date.fromisoformat(said["period"][edge]) for edge in ("from", "until")))
    assert now == tuple(report_table(Scope(connection, period, place), "summary").rows[0])
    rows = as_json(tables[1]) if len(tables) > 1 else []
    for kind in found.keys() - {"sent"}:
        own = [[row[name] for name in MEASURES] for row in rows if row["line"] == kind]
        assert found[kind] == (tuple(map(sum, zip(*own, strict=True))) if own else NOTHING)
