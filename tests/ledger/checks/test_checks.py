"""Each check finds what it is for and nothing else does; a ledger without such things is silent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from conftest import EXAMPLES, Result, Sbd, sheet

if TYPE_CHECKING:
    from collections.abc import Callable

WORKBOOKS = [EXAMPLES / f"{name}.xlsx" for name in ("1-places", "2-orgs", "3-teams", "4-persons", "5-activities")]
FIVE = "张三、李四、王五、赵六、钱七"
SHEARS = "义务理发 --place 文庙社区 --date 2026-07-28 --hours 2 --people 张三、李四"


def succeed(result: Result) -> Result:
    assert result.code == 0, result.err
    return result


def findings(sbd: Sbd, *args: object) -> list[dict[str, Any]]:
    """The findings as JSON; the exit code must be 3 where any is not accepted, else 0."""
    result = sbd("check", *args, "--format", "json")
    rows: list[dict[str, Any]] = result.json()
    assert result.code == (3 if any(not row["accepted"] for row in rows) else 0), result.err
    return rows


def log(sbd: Sbd, line: str) -> None:
    succeed(sbd("log", "activity", *line.split()))


def tamper(ledger: Path, *statements: str) -> None:
    """Change the file behind the program's back."""
    with closing(sqlite3.connect(ledger)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Two communities, five people who have reported to one of them, a need that took its time, an activity sent."""
    for words in (
        "place 名称=双桥区",
        "place 名称=文庙社区 上级=双桥区",
        "place 名称=塔沟社区 上级=双桥区",
        *(f"person 姓名={name}" for name in FIVE.split("、")),
        "checkin 报到人或单位=张三 报到社区=文庙社区 报到方式=居住地报到 报到日期=2026-01-05",
    ):
        succeed(sbd("add", *words.split()))
    log(sbd, SHEARS)
    succeed(sbd("log", "need", "楼道灯不亮", "--place", "塔沟社区", "--on", "2026-07-20"))
    succeed(sbd("report", "freeze", "--month", "2026-07"))
    return sbd


def test_a_ledger_in_order_is_silent(office: Sbd) -> None:
    result = office("check")
    assert (result.code, result.out, result.err) == (0, "", "")
    assert findings(office) == []


TORN = (
    "PRAGMA writable_schema = ON",
    "UPDATE sqlite_schema SET sql = sql || ' WHERE id > 3' WHERE name = 'person_name_key'",
    "PRAGMA writable_schema = RESET",
    "REINDEX person_name_key",
    "PRAGMA writable_schema = ON",
    "UPDATE sqlite_schema SET sql = REPLACE(sql, ' WHERE id > 3', '') WHERE name = 'person_name_key'",
)
"""An index that holds less than it should."""
DANGLING = ("UPDATE person SET org = 99 WHERE id = 5",)
WIDENED = ("ALTER TABLE team ADD COLUMN secret TEXT",)
RESENT = ("UPDATE frozen SET answer = answer || ' '",)
UNLINKED = ("INSERT INTO entry (at, operator, command) VALUES ('2026-07-31T10:00:00+08:00', '某', 'sbd add')",)
RENAMED = ("UPDATE person SET name_key = '李白' WHERE id = 5",)
ORPHANED = ("UPDATE activity SET voided = entry WHERE id = 1",)
"""The activity is void; that people took part in it is not."""


def early(sbd: Sbd) -> None:
    with pytest.MonkeyPatch.context() as later:
        later.setenv("SBD_TODAY", "2026-08-15")
        log(sbd, "扫雪 --place 文庙社区 --date 2026-08-08")


def merged(sbd: Sbd) -> None:
    succeed(sbd("person", "merge", "1", "2"))


def evidence_of_solved_need(sbd: Sbd) -> Path:
    """Solve the need with a photo as evidence; returns the path of the attachment."""
    photo = Path("路灯.jpg")
    photo.write_bytes(b"JFIF")
    for words in ("open", "plan --plan 换灯泡", "claim --by 张三", "finish --result 换了 --evidence 路灯.jpg"):
        verb, *rest = words.split()
        succeed(sbd("order", verb, "需-2026-0001", *rest))
    [kept] = Path("ledger.db.files").glob("*.jpg")
    return kept


def lost(sbd: Sbd) -> None:
    evidence_of_solved_need(sbd).unlink()


def spoiled(sbd: Sbd) -> None:
    evidence_of_solved_need(sbd).write_bytes(b"GIF89a")


def long_day(sbd: Sbd) -> None:
    log(sbd, "扫雪 --place 文庙社区 --date 2026-07-28 --hours 6.5 --people 张三")


def long_month(sbd: Sbd) -> None:
    succeed(sbd("policy", "edit", "--set", "check.monthly_cap=6"))
    log(sbd, "扫雪 --place 文庙社区 --date 2026-07-27 --hours 6 --people 李四")


def not_reported(sbd: Sbd) -> None:
    succeed(
        sbd("add", "checkin", "报到人或单位=李四", "报到社区=文庙社区", "报到方式=居住地报到", "报到日期=2026-07-29")
    )


def left(sbd: Sbd) -> None:
    succeed(sbd("edit", "checkin", "1", "截止日期=2026-07-01"))


def late(sbd: Sbd) -> None:
    log(sbd, "扫雪 --place 文庙社区 --date 2026-07-01")


def uneven(sbd: Sbd) -> None:
    log(sbd, "扫雪 --place 文庙社区 --date 2026-07-29 --headcount 7 --people 王五、赵六")


def untimed(sbd: Sbd) -> None:
    log(sbd, "扫雪 --place 文庙社区 --date 2026-07-29")
    succeed(sbd("add", "participation", "活动名称=2", "姓名=王五", "服务时长=2"))


def same_day(sbd: Sbd) -> None:
    succeed(sbd("order", "open", "需-2026-0001", "--on", "2026-07-20"))
    succeed(sbd("order", "plan", "需-2026-0001", "--plan", "换灯泡", "--on", "2026-07-20"))
    succeed(sbd("order", "claim", "需-2026-0001", "--by", "张三", "--on", "2026-07-20"))
    succeed(sbd("order", "finish", "需-2026-0001", "--result", "换了", "--on", "2026-07-20"))
    succeed(sbd("order", "review", "需-2026-0001", "--by", "李四", "--solved", "--on", "2026-07-20"))


def typed_again(sbd: Sbd) -> None:
    for day in range(20, 25):
        log(sbd, f"巡逻 --place 塔沟社区 --date 2026-07-{day} --hours 1")


def elsewhere(sbd: Sbd) -> None:
    log(sbd, "扫雪 --place 塔沟社区 --date 2026-07-28 --hours 1 --people 李四")


def some_timed(sbd: Sbd) -> None:
    succeed(sbd("add", "participation", "活动名称=1", "姓名=王五"))
    succeed(sbd("edit", "activity", "1", "参加人数=3"))


def copied(sbd: Sbd) -> None:
    succeed(sbd("policy", "edit", "--set", "record.entry_days=100"))
    for month in (4, 5, 6):
        log(sbd, f"巡逻 --place 塔沟社区 --date 2026-0{month}-10 --hours 1 --people {FIVE}")


def rounded(sbd: Sbd) -> None:
    succeed(sbd("policy", "edit", "--set", "check.round_least=4", "--set", "check.round_percent=80"))
    for day, served in enumerate(("30", "50", "100", "约40", "32"), 25):
        log(sbd, f"宣讲{day} --place 塔沟社区 --date 2026-07-{day} --served {served}")
    assert findings(sbd) == []
    log(sbd, "宣讲30 --place 塔沟社区 --date 2026-07-30 --served 20")


def all_alike(sbd: Sbd) -> None:
    succeed(sbd("policy", "edit", "--set", "check.same_hours=1"))


WAYS_TO_TRIGGER: dict[str, list[Callable[[Sbd], None] | tuple[str, ...]]] = {
    "file": [TORN],
    "references": [DANGLING],
    "schema": [WIDENED],
    "frozen": [RESENT],
    "chain": [UNLINKED],
    "names": [RENAMED],
    "orphans": [ORPHANED],
    "future": [early],
    "counted-twice": [merged],
    "kept-files": [lost, spoiled],
    "day-hours": [long_day],
    "month-hours": [long_month],
    "outside-checkin": [not_reported, left],
    "late-entry": [late],
    "headcount": [uneven],
    "hours-without-activity": [untimed],
    "closed-early": [same_day],
    "alike-rows": [typed_again],
    "two-places": [elsewhere],
    "no-minutes": [some_timed],
    "same-people": [copied],
    "round-numbers": [rounded],
    "same-hours": [all_alike],
}
"""Check → ways to make it report a finding: by commands, or by SQL behind the program's back."""


def test_every_check_is_tested(office: Sbd) -> None:
    assert [one["name"] for one in office("check", "--list", "--format", "json").json()] == list(WAYS_TO_TRIGGER)


@pytest.mark.parametrize(("name", "spoil"), [(name, one) for name, ways in WAYS_TO_TRIGGER.items() for one in ways])
def test_a_check_finds_what_no_other_does(
    office: Sbd, own_ledger: Path, name: str, spoil: Callable[[Sbd], None] | tuple[str, ...]
) -> None:
    hand = isinstance(spoil, tuple)
    if isinstance(spoil, tuple):
        tamper(own_ledger, *spoil)
    else:
        spoil(office)
    found = findings(office)
    # What is changed behind the program's back the chain tells too.
    assert {one["check"] for one in found} - ({"chain"} if hand and name != "chain" else set()) == {name}
    assert all(one["seen"] and one["remedy"] for one in found)
    assert findings(office, name) == [one for one in found if one["check"] == name]
    assert findings(office, *(other for other in WAYS_TO_TRIGGER if other not in {name, "chain"})) == []


def test_what_is_seen_is_said_with_its_number_and_what_to_look_at(office: Sbd) -> None:
    uneven(office)
    [found] = findings(office)
    assert found == {
        "severity": "warning",
        "check": "headcount",
        "label": "参加人数和名单不一样",
        "record": "activity",
        "id": 2,
        "number": "2",
        "source": None,
        "seen": "“扫雪”（2026-07-29）写参加 7 人，名单有 2 人",
        "remedy": "请核对：sbd show activity 2；记错了改：sbd edit activity 2 参加人数=…",
        "accepted": False,
    }
    shown = office("check", "headcount")
    assert shown.code == 3
    assert "提醒" in shown.out


def test_the_place_in_the_file_it_came_from_is_named(sbd: Sbd, tmp_path: Path) -> None:
    file = sheet(
        tmp_path / "七月.xlsx",
        ["活动名称", "活动日期", "社区", "服务人次", "参加人数", "参加人员"],
        ["理发", "2026-07-28", "塔沟社区", 30, 3, "张三、李四"],
        title="七月",
    )
    succeed(sbd("import", file, "--new"))
    [found] = findings(sbd, "headcount")
    assert found["source"] == "七月.xlsx · 七月!2"


def test_naming_only_some_by_habit_is_one_question_for_a_community(office: Sbd) -> None:
    uneven(office)
    for day in range(20, 26):
        log(office, f"巡逻{day} --place 塔沟社区 --date 2026-07-{day} --headcount 9 --people 王五、赵六")
    log(office, "巡逻26 --place 塔沟社区 --date 2026-07-26 --headcount 1 --people 王五、赵六")
    log(office, "巡逻27 --place 塔沟社区 --date 2026-07-27 --headcount 2 --people 王五、赵六")
    assert [(one["record"], one["seen"]) for one in findings(office)] == [
        ("place", "塔沟社区的活动，8 次既写了参加人数又有名单，其中 6 次名单上的人少"),
        ("activity", "“巡逻26”（2026-07-26）写参加 1 人，名单有 2 人"),
        ("activity", "“扫雪”（2026-07-29）写参加 7 人，名单有 2 人"),
    ]
    succeed(office("policy", "edit", "--set", "check.short_lists=7"))
    assert len(findings(office)) == 6 + 2
    succeed(office("policy", "edit", "--set", "check.short_lists=5"))
    succeed(office("check", "--accept", "headcount", "--reason", "只记骨干"))
    log(office, "巡逻28 --place 塔沟社区 --date 2026-07-28 --headcount 9 --people 赵六")
    assert findings(office) == []


def test_a_list_of_hours_is_in_order_without_those_of_the_activity(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["姓名", "活动名称", "活动日期", "服务时长"]
    for name, people in (("一", "张三、李四"), ("二", "王五")):
        rows = [[one, "包粽子", "2026-07-28", 2] for one in people.split("、")]
        succeed(sbd("import", sheet(tmp_path / f"{name}.xlsx", heads, *rows), "--new"))
    assert findings(sbd) == []


def test_whoever_came_before_reporting_is_one_question(office: Sbd) -> None:
    log(office, "扫雪 --place 文庙社区 --date 2026-07-25 --people 李四")
    not_reported(office)
    [found] = findings(office)
    assert found["record"] == "checkin"
    assert found["seen"] == "李四参加文庙社区的 2 次活动（2026-07-25 至 2026-07-28）：报到是 2026-07-29，活动在前"


def test_what_grows_comes_back_when_there_are_as_many_again(office: Sbd) -> None:
    """After three months in which the same people came on patrol, it is asked again after six, not after four."""
    found = []
    for month in range(1, 8):
        log(office, f"巡逻 --place 塔沟社区 --date 2026-0{month}-10 --hours 1 --people {FIVE}")
        asked = findings(office, "same-people")
        found.append(len(asked))
        if asked:
            succeed(office("check", "same-people", "--accept", "--reason", "固定的巡逻队"))
    assert found == [0, 0, 1, 0, 0, 1, 0]


def test_an_old_ledger_that_is_imported_is_one_question(sbd: Sbd, tmp_path: Path) -> None:
    rows = [["理发", f"2025-0{month}-10", "塔沟社区", 30] for month in range(1, 7)]
    succeed(sbd("import", sheet(tmp_path / "旧账.xlsx", ["活动名称", "活动日期", "社区", "服务人次"], *rows), "--new"))
    [found] = findings(sbd)
    assert (found["check"], found["record"], found["source"]) == ("late-entry", "batch", "旧账.xlsx")
    assert "6 次活动" in found["seen"]


@pytest.mark.parametrize(
    ("ended", "term"),
    [
        ("2023-07-18", "2023-08-01"),
        ("2023-09-22", "2023-10-12"),
        ("2023-12-29", "2024-01-15"),
        ("2024-02-08", "2024-02-28"),
        ("2025-09-26", "2025-10-16"),
    ],
)
def test_ten_working_days_are_those_of_the_calendar(
    sbd: Sbd, monkeypatch: pytest.MonkeyPatch, ended: str, term: str
) -> None:
    """The terms are those of the calendar of China, holidays and the days worked instead counted by hand."""
    monkeypatch.setenv("SBD_TODAY", term)
    succeed(sbd("log", "activity", "扫雪", "--place", "文庙社区", "--new", "--date", ended))
    assert findings(sbd, "late-entry") == []
    year, month, day = map(int, term.split("-"))
    monkeypatch.setenv("SBD_TODAY", f"{year}-{month:02}-{day + 1:02}")
    assert len(findings(sbd, "late-entry")) == 1


def test_days_that_last_are_shared_out_and_overlap_with_what_lies_between(office: Sbd) -> None:
    succeed(
        office("add", "activity", "名称=防汛值守", "日期=2026-07-20", "结束日期=2026-07-23", "社区=文庙社区", "时长=20")
    )
    succeed(office("add", "participation", "活动名称=防汛值守", "姓名=王五", "服务时长=20"))
    assert findings(office) == []
    log(office, "扫雪 --place 塔沟社区 --date 2026-07-22 --hours 1 --people 王五")
    [found] = findings(office)
    assert found["check"] == "two-places"
    assert "王五 2026-07-22" in found["seen"]


def test_a_merged_person_has_the_hours_of_both(office: Sbd) -> None:
    log(office, "扫雪 --place 文庙社区 --date 2026-07-28 --hours 7 --people 王五")
    succeed(office("person", "merge", "1", "3"))
    [found] = findings(office)
    assert found["check"] == "day-hours"
    assert "张三 2026-07-28 记了 9.0 小时" in found["seen"]


def test_what_was_accepted_is_silent_until_its_facts_change(office: Sbd) -> None:
    uneven(office)
    assert office("check", "--accept", "headcount").code == 2
    succeed(office("check", "--accept", "headcount", "--reason", "外来志愿者没有留名"))
    result = office("check")
    assert (result.code, result.out) == (0, "")
    [marked] = findings(office, "--all")
    assert marked["accepted"] is True
    assert "是" in office("check", "--all").out
    succeed(office("edit", "activity", "2", "参加人数=9"))
    [again] = findings(office)
    assert "写参加 9 人" in again["seen"]


def test_one_of_several_can_be_accepted_by_its_number(office: Sbd) -> None:
    uneven(office)
    log(office, "巡逻 --place 文庙社区 --date 2026-07-30 --headcount 5 --people 王五")
    assert [one["number"] for one in findings(office, "headcount", "--only", 3)] == ["3"]
    succeed(office("check", "headcount", "--only", 3, "--accept", "--reason", "四位没有留名"))
    assert [one["number"] for one in findings(office)] == ["2"]
    refused = office("check", "headcount", "--only", 7, "--accept", "--reason", "四位没有留名")
    assert (refused.code, "没有编号是 7 的要核对" in refused.err) == (4, True)


def test_accepting_is_kept_with_who_and_why(office: Sbd, own_ledger: Path) -> None:
    uneven(office)
    late(office)
    succeed(office("check", "--accept", "--reason", "核对过签到表"))
    with closing(sqlite3.connect(own_ledger)) as connection:
        kept = connection.execute("SELECT e.operator, e.reason FROM accepted AS a JOIN entry AS e ON e.id = a.entry")
        assert kept.fetchall() == [("测试员", "核对过签到表")] * 2
        entries = connection.execute("SELECT COUNT(*) FROM entry").fetchone()
    assert "没有要认可的" in succeed(office("check", "--accept", "--reason", "再来一次")).out
    with closing(sqlite3.connect(own_ledger)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM entry").fetchone() == entries


def test_damage_cannot_be_accepted(office: Sbd, own_ledger: Path) -> None:
    tamper(own_ledger, *DANGLING)
    assert office("check", "references", "--accept", "--reason", "没关系").code == 5
    succeed(office("check", "--accept", "--reason", "没关系"))
    assert "references" in {one["check"] for one in findings(office)}


def test_what_cannot_be_asked_of_a_damaged_ledger_is_told(office: Sbd, own_ledger: Path) -> None:
    tamper(own_ledger, "DROP TABLE outcome")
    found = findings(office)
    assert "没有 outcome 表" in {one["seen"] for one in found}
    assert "台账里少了：" in office("check", "schema").out
    not_run = [one for one in found if "没有查成" in one["seen"]]
    assert {one["check"] for one in not_run} == {"schema"}
    assert ["按名字找不找得到" in one["seen"] for one in not_run] == [True, False]
    assert ["用到的记录已经作废" in one["seen"] for one in not_run] == [False, True]
    assert findings(office, "orphans") == not_run[1:]
    assert "--accept" not in office("check", "orphans").out
    assert "没有要认可的" in succeed(office("check", "orphans", "--accept", "--reason", "没关系")).out


@pytest.mark.parametrize(
    ("planted", "seen"),
    [
        ("CREATE TRIGGER more AFTER INSERT ON activity BEGIN UPDATE activity SET served = 100; END", "触发器 more"),
        ("CREATE VIEW people AS SELECT * FROM person", "视图 people"),
        ("CREATE INDEX quick ON activity (served)", "索引 quick"),
        ("DROP INDEX activity_name_key", "索引 activity_name_key"),
        ("DROP TABLE mapping", "表 mapping"),
    ],
)
def test_what_others_put_into_a_ledger_is_found(office: Sbd, own_ledger: Path, planted: str, seen: str) -> None:
    """A trigger would change what is logged before the chain knows it; and no backup of it comes back."""
    tamper(own_ledger, planted)
    [found] = findings(office)
    assert found["check"] == "schema"
    assert seen in found["seen"]
    result = office("verify")
    assert (result.code, seen in result.err) == (3, True), result.err
    result = office("backup", "备份.db")
    assert (result.code, seen in result.err, "sbd restore 不会采用" in result.err) == (3, True, True), result.err


def test_of_a_torn_file_nothing_more_is_asked(office: Sbd, own_ledger: Path) -> None:
    uneven(office)
    with closing(sqlite3.connect(own_ledger)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'activity'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with own_ledger.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 512)
    found = findings(office)
    assert {one["check"] for one in found} == {"file"}
    assert office("status", "--check").code != 0
    assert found[-1]["seen"] == "文件损坏，其余的检查没有做"


def test_the_lists_that_were_imported_are_still_kept(sbd: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    succeed(sbd("import", sheet(tmp_path / "名册.xlsx", ["姓名", "联系电话"], ["张三", "19900001234"])))
    assert findings(sbd) == []
    [kept] = own_ledger.with_name(f"{own_ledger.name}.files").iterdir()
    kept.unlink()
    [found] = findings(sbd)
    assert (found["check"], found["severity"]) == ("kept-files", "warning")
    assert found["seen"] == f"导入的原始文件的留底不见了：名册.xlsx（{kept.stem[:8]}）"


def test_a_list_that_was_deleted_for_somebody_is_not_missed(sbd: Sbd, tmp_path: Path) -> None:
    succeed(sbd("import", sheet(tmp_path / "名册.xlsx", ["姓名", "联系电话"], ["张三丰", "19900001234"])))
    succeed(sbd("person", "forget", "--yes", "张三丰", "--files", "--yes", "--reason", "本人要求"))
    assert findings(sbd) == []


def test_thresholds_are_those_of_the_policy(office: Sbd) -> None:
    long_day(office)
    succeed(office("policy", "edit", "--set", "hours.daily_cap=9"))
    assert findings(office) == []
    assert office("policy", "edit", "--set", "check.same_percent=101").code == 2
    listed = {one["name"]: one for one in office("check", "--list", "--format", "json").json()}
    assert listed["day-hours"]["limits"] == "hours.daily_cap = 9"
    assert listed["day-hours"]["severity"] == "warning"


def test_an_unknown_check_is_refused_and_a_chinese_name_known(office: Sbd) -> None:
    uneven(office)
    assert office("check", "nothing").code == 2
    assert "是不是 headcount？" in office("check", "headcont").err
    assert "是不是 sample？" in office("check", "sampel").err
    assert office("check", "--reason", "看看").code == 2
    assert len(findings(office, "参加人数和名单不一样")) == 1


def test_the_list_of_one_month_may_differ_by_one_in_twenty(office: Sbd) -> None:
    succeed(office("policy", "edit", "--set", "record.entry_days=100"))
    for month, people in ((4, FIVE), (5, FIVE), (6, "张三、李四、王五、赵六")):
        log(office, f"巡逻 --place 塔沟社区 --date 2026-0{month}-10 --hours 1 --people {people}")
    assert findings(office) == []
    succeed(office("policy", "edit", "--set", "check.same_percent=80", "--set", "check.same_people=4"))
    [found] = findings(office)
    assert found["check"] == "same-people"


def test_the_examples_raise_two_questions(sbd: Sbd) -> None:
    succeed(sbd("import", *WORKBOOKS))
    assert [(one["check"], one["number"]) for one in findings(sbd)] == [("late-entry", "5"), ("same-hours", "18")]


# A sample for calls ------------------------------------------------------------------------------


@pytest.fixture
def examples(sbd: Sbd) -> Sbd:
    succeed(sbd("import", *WORKBOOKS))
    return sbd


def sample(sbd: Sbd, *args: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = succeed(sbd("check", "sample", *args, "--format", "json")).json()
    return found


def test_the_same_seed_draws_the_same(examples: Sbd) -> None:
    first = sample(examples, "--month", "2026-07", "--seed", 7)
    assert first == sample(examples, "--month", "2026-07", "--seed", 7)
    assert {one["id"] for one in first} != {one["id"] for one in sample(examples, "--month", "2026-07", "--seed", 8)}
    result = succeed(examples("check", "sample", "--month", "2026-07"))
    seed = result.out.split("--seed ")[1].split("，")[0]
    assert succeed(examples("check", "sample", "--month", "2026-07", "--seed", seed)).out == result.out


def test_each_community_has_its_share_and_at_least_three(sbd: Sbd) -> None:
    names = [f"志愿者{chr(0x4E00 + at)}" for at in range(50)]
    for place, people in (("文庙社区", names), ("塔沟社区", names[:4]), ("西坎村", names[:2])):
        succeed(sbd("log", "activity", "扫雪", "--place", place, "--new", "--people", "、".join(people)))
    places = [one["place"] for one in sample(sbd, "--month", "--seed", 1)]
    assert {place: places.count(place) for place in places} == {"文庙社区": 3, "塔沟社区": 3, "西坎村": 2}
    places = [one["place"] for one in sample(sbd, "--month", "--seed", 1, "--percent", 20)]
    assert {place: places.count(place) for place in places} == {"文庙社区": 10, "塔沟社区": 3, "西坎村": 2}
    assert len(sample(sbd, "--month", "--seed", 1, "--place", "文庙社区")) == 3
    assert sample(sbd, "--month", "2026-01", "--seed", 1) == []
    assert sbd("check", "sample", "--percent", 0).code == 2


def test_phones_are_masked_without_a_reason(examples: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    asked = ("--month", "2026-07", "--seed", 7)
    assert all("****" in one["phone"] for one in sample(examples, *asked))
    assert examples("check", "sample", *asked, "--full").code == 2
    file = tmp_path / "抽查.xlsx"
    succeed(examples("check", "sample", *asked, "--full", "--reason", "电话回访", "-o", file))
    cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(file).worksheets[0].iter_rows()]
    at = next(number for number, row in enumerate(cells) if "联系电话" in row)
    assert [*cells[at][-4:]] == ["是否属实", "回访人", "回访日期", "备注"]
    assert "*" not in str(cells[at + 1][cells[at].index("联系电话")])
    assert any("--seed 7" in str(cell) for row in cells for cell in row)
    with closing(sqlite3.connect(own_ledger)) as connection:
        assert connection.execute("SELECT reason FROM entry ORDER BY id DESC LIMIT 1").fetchone() == ("电话回访",)


def test_that_phones_were_asked_for_is_kept_only_where_they_are_shown(examples: Sbd, own_ledger: Path) -> None:
    with closing(sqlite3.connect(own_ledger)) as connection:
        entries = connection.execute("SELECT COUNT(*) FROM entry").fetchone()
        asked = ("check", "sample", "--full", "--reason", "电话回访")
        assert examples(*asked, "--month", "2026-13").code == 2
        assert examples(*asked, "--place", "没有的社区").code == 4
        assert connection.execute("SELECT COUNT(*) FROM entry").fetchone() == entries
