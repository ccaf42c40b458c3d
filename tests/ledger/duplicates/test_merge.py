"""Merging persons and organisations by a pointer, and taking it back: nothing but distinct counts moves."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import sheet
from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger.duplicates import merge
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.model.people import ORG, PERSON
from shuangbaodao_cli.model.service import ACTIVITY, PARTICIPATION
from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.values.period import parse_period

if TYPE_CHECKING:
    import sqlite3

    from conftest import Sbd

PHONE_1, PHONE_2 = "19900001234", "19900005678"
ID_1, ID_2 = "13080219900307001X", "130802198506122024"
BUREAU, BRANCH = "承德市公安局旅游分局", "旅游分局"
SUMMARY = ("services", "served", "resolved", "volunteers", "participations", "hours")


def json(sbd: Sbd, *words: object) -> Any:
    done = sbd(*words, "--format", "json")
    assert done.code == 0, done.err
    return done.json()


def figures(sbd: Sbd) -> dict[str, int]:
    [row] = json(sbd, "report", "--month", "2026-07")["rows"]
    return {name: row[name] for name in SUMMARY}


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Two records of one 张三 and two of one unit, each with a service of one hour."""
    sbd("add", "org", f"名称={BUREAU}")
    sbd("add", "org", f"名称={BRANCH}", "联系电话=0314-2290001")
    sbd("add", "person", "姓名=张三", f"联系电话={PHONE_1}", f"工作单位={BUREAU}")
    sbd("add", "person", "姓名=张珊", f"身份证号={ID_1}", f"联系电话={PHONE_2}", "职务=科员")
    for person, unit, day in ((1, BUREAU, "2026-07-01"), (2, BRANCH, "2026-07-02")):
        words = ["--org", unit, "--people", person, "--date", day, "--hours", 1, "--served", 3, "--resolved", 1]
        assert sbd("log", "activity", "义诊", *words).code == 0
    return sbd


# What is counted


def test_a_merger_moves_nothing_but_the_number_of_people(office: Sbd) -> None:
    before = figures(office)
    assert before["volunteers"] == 2
    assert office("person", "merge", 1, 2).code == 0
    assert figures(office) == {**before, "volunteers": 1}
    assert office("person", "unmerge", 2).code == 0
    assert figures(office) == before


def test_the_hours_of_a_merged_person_stand_under_the_one_that_stays(office: Sbd) -> None:
    office("person", "merge", 1, 2)
    [row] = json(office, "report", "people", "--month", "2026-07")["rows"]
    assert (row["person"], row["participations"], row["hours"]) == ("张三", 2, 2.0)


def test_the_services_of_a_merged_unit_stand_under_the_one_that_stays(office: Sbd) -> None:
    office("org", "merge", BUREAU, BRANCH)
    [row] = json(office, "report", "--by", "org", "--month", "2026-07")["rows"]
    assert (row["org"], row["org_id"], row["services"], row["served"], row["volunteers"]) == (BUREAU, 1, 2, 6, 2)
    names = {row["org"] for row in json(office, "report", "activities", "--month", "2026-07")["rows"]}
    assert names == {BUREAU}


def test_who_is_merged_is_listed_and_counted_no_more(office: Sbd) -> None:
    office("person", "merge", 1, 2)
    assert [row["id"] for row in json(office, "list", "person")] == [1]
    assert [row["id"] for row in json(office, "list", "person", "--voided")] == [2]
    assert json(office, "status")["counts"]["person"] == 1


# What is shown


def test_the_one_that_stays_takes_the_facts_it_lacks_and_gives_them_back(office: Sbd) -> None:
    said = office("person", "merge", 1, 2).out
    assert "身份证号、职务" in said
    assert "联系电话" in said.partition("不一样")[2]
    [row] = json(office, "list", "person", "--full", "--reason", "核对")
    assert (row["name"], row["id_no"], row["phone"], row["position"]) == ("张三", ID_1, PHONE_1, "科员")
    office("person", "unmerge", 2)
    first, second = json(office, "list", "person", "--full", "--reason", "核对")
    assert (first["id_no"], first["phone"], first["position"]) == (None, PHONE_1, None)
    assert (second["id_no"], second["phone"], second["position"]) == (ID_1, PHONE_2, "科员")


def test_what_was_put_right_since_is_not_taken_back(office: Sbd) -> None:
    office("person", "merge", 1, 2)
    office("edit", "person", 1, "职务=科长")
    office("person", "unmerge", 2)
    assert [row["position"] for row in json(office, "list", "person")] == ["科长", "科员"]


def test_show_tells_of_a_merger_on_both_sides(office: Sbd) -> None:
    office("person", "merge", 1, 2, "--reason", "同一个人")
    stays, gone = office("show", "person", 1).out, office("show", "person", 2).out
    assert "参与（2 条）" in stays
    assert "并入这一条的人员（1 条）" in stays
    assert "2（张珊） 并入这一条" in stays
    assert "同一个人" in stays
    assert "已并入 1（张三" in gone
    assert "并入 1（张三）" in gone.partition("改动经过")[2]
    office("person", "unmerge", 2)
    assert "与 1（张三） 拆开" in office("show", "person", 2).out


def test_the_activities_of_a_merged_unit_are_found_by_either_name(office: Sbd) -> None:
    office("org", "merge", BUREAU, BRANCH)
    for name in (BUREAU, BRANCH):
        found = json(office, "list", "activity", f"单位:{name}")
        assert [(row["org"], row["org_id"]) for row in found] == [(BUREAU, 1)] * 2


# What is refused, and how it is told


def test_a_merged_record_is_changed_and_voided_under_the_one_that_stays(office: Sbd) -> None:
    office("person", "merge", 1, 2)
    edited = office("edit", "person", 2, "职务=科长")
    assert (edited.code, "请用编号 1" in edited.err) == (4, True)
    for number in (1, 2):
        voided = office("void", "person", number, "--reason", "重复")
        assert (voided.code, "sbd person unmerge 2" in voided.err) == (5, True)


def test_two_id_numbers_cannot_be_one_person(office: Sbd) -> None:
    office("edit", "person", 1, f"身份证号={ID_2}")
    done = office("person", "merge", 1, 2)
    assert (done.code, "身份证号不一样" in done.err) == (5, True)
    assert len(json(office, "list", "person")) == 2


def test_an_id_that_came_with_an_earlier_merger_counts_too(office: Sbd) -> None:
    office("add", "person", "姓名=章三", f"身份证号={ID_2}")
    office("person", "merge", 1, 2)
    assert office("person", "merge", 3, 1).code == 5
    office("edit", "person", 1, "身份证号=")
    assert office("person", "merge", 1, 3).code == 5


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("merge", "1", "1"), 5, "同一条"),
        (("merge", "1", "9"), 4, "没有"),
        (("unmerge", "1"), 5, "没有并入"),
        (("unmerge", "张三"), 4, "没有叫"),
        (("not-the-same", "1", "1"), 5, "同一条"),
    ],
)
def test_what_cannot_be_is_told_plainly(office: Sbd, words: tuple[str, ...], code: int, said: str) -> None:
    done = office("person", *words)
    assert (done.code, said in done.err) == (code, True)


def test_what_is_merged_or_voided_already_is_told_plainly(office: Sbd) -> None:
    office("add", "person", "姓名=李四")
    office("void", "person", 3, "--reason", "重复")
    assert "已经作废" in office("person", "merge", 1, 3).err
    office("person", "merge", 1, 2)
    assert "已并入 1" in office("person", "merge", 1, 2).err


def test_two_of_one_name_need_their_numbers(office: Sbd) -> None:
    office("edit", "person", 2, "姓名=张三")
    done = office("person", "merge", "张三", "张三")
    assert done.code == 4
    assert "1（张三" in done.err
    assert "2（张三" in done.err


def test_what_was_kept_apart_can_still_be_merged_and_is_told(office: Sbd) -> None:
    office("person", "not-the-same", 1, 2)
    assert "早已记过" in office("person", "not-the-same", 2, 1).out
    assert "与 2（张珊） 不是同一条" in office("show", "person", 1).out
    assert "不是同一个" in office("person", "merge", 1, 2).out


# Names and imports afterwards


def test_the_old_name_is_another_name_from_then_on(office: Sbd, tmp_path: Path) -> None:
    office("org", "merge", BUREAU, BRANCH)
    assert BUREAU in office("log", "activity", "巡逻", "--org", BRANCH, "--date", "2026-07-05").out
    heads = ["姓名", "联系电话", "工作单位"]
    office("import", sheet(tmp_path / "a.xlsx", heads, ["李四", "19900009012", BRANCH]))
    assert len(json(office, "list", "org")) == 1
    assert json(office, "list", "person", "姓名:李四")[0]["org"] == BUREAU


def test_the_number_of_a_merged_unit_is_not_used_unseen(office: Sbd) -> None:
    office("org", "merge", 1, 2)
    done = office("log", "activity", "巡逻", "--org", "2")
    assert (done.code, "请用编号 1" in done.err) == (4, True)


ROSTER = ["姓名", "身份证号", "联系电话", "居住地址"]


def test_a_row_that_means_the_merged_one_changes_the_one_that_stays(office: Sbd, tmp_path: Path) -> None:
    office("person", "merge", 1, 2)
    file = sheet(tmp_path / "a.xlsx", ROSTER, ["张珊", "", PHONE_2, "塔沟小区3号楼"])
    found = json(office, "import", file)["files"][0]["sheets"][0]
    assert (found["created"], found["updated"]) == (0, 1)
    [row] = json(office, "list", "person", "--full", "--reason", "核对")
    assert (row["name"], row["phone"], row["address"]) == ("张三", PHONE_1, "塔沟小区3号楼")


def test_an_unchanged_roster_of_both_changes_nothing(office: Sbd, tmp_path: Path) -> None:
    office("person", "merge", 1, 2)
    file = sheet(tmp_path / "a.xlsx", ROSTER, ["张三", "", PHONE_1, ""], ["张珊", ID_1, PHONE_2, ""])
    found = json(office, "import", file)["files"][0]["sheets"][0]
    assert (found["created"], found["updated"], found["unchanged"], found["rejected"]) == (0, 0, 2, 0)


def test_nor_does_it_where_each_row_says_something_that_we_do_not_know(sbd: Sbd, tmp_path: Path) -> None:
    heads, rows = [*ROSTER, "饮食"], [["张三", "", PHONE_1, "", "清真"], ["张珊", "", PHONE_2, "", "素食"]]
    file = sheet(tmp_path / "a.xlsx", heads, *rows)
    sbd("import", file)
    sbd("person", "merge", 1, 2)
    found = json(sbd, "import", file, "--again")["files"][0]["sheets"][0]
    assert (found["updated"], found["unchanged"]) == (0, 2)


def test_an_approximate_number_goes_back_to_where_it_came_from(sbd: Sbd) -> None:
    sbd("add", "org", "单位名称=承德医学院")
    sbd("add", "org", "单位名称=承医", "党员人数=30余")
    sbd("org", "merge", 1, 2)
    assert sbd("list", "org", "--format", "json").json()[0]["members"] == 30
    sbd("org", "unmerge", 2)
    assert [row["members"] for row in sbd("list", "org", "--format", "json").json()] == [None, 30]


def test_another_id_with_the_merged_one_s_phone_is_another_person(office: Sbd, tmp_path: Path) -> None:
    office("person", "merge", 1, 2)
    office("import", sheet(tmp_path / "a.xlsx", ROSTER, ["张珊", ID_2, PHONE_2, ""]))
    assert len(json(office, "list", "person")) == 2


def test_activities_and_people_of_merged_ones_come_again_without_change(office: Sbd, tmp_path: Path) -> None:
    heads = ["活动名称", "活动日期", "组织单位", "参加人员", "服务时长", "服务人次", "解决问题数"]
    rows = [["义诊", "2026-07-01", BUREAU, "张三", 1, 3, 1], ["义诊", "2026-07-02", BRANCH, "张珊", 1, 3, 1]]
    file = sheet(tmp_path / "a.xlsx", heads, *rows)
    assert json(office, "import", file)["files"][0]["sheets"][0]["unchanged"] == 2
    office("person", "merge", 1, 2)
    office("org", "merge", 1, 2)
    before = figures(office)
    found = json(office, "import", file, "--again")["files"][0]["sheets"][0]
    assert (found["created"], found["updated"], found["unchanged"]) == (0, 0, 2)
    assert figures(office) == before
    assert not [problem for problem in found["problems"] if problem["kind"] == "people_left_out"]


def test_a_participation_is_known_again_though_its_person_was_merged(office: Sbd, tmp_path: Path) -> None:
    office("person", "merge", 1, 2)
    heads = ["活动名称", "日期", "姓名"]
    done = json(
        office, "import", sheet(tmp_path / "a.xlsx", heads, ["义诊", "2026-07-02", "张珊"]), "--as", "participation"
    )
    found = done["files"][0]["sheets"][0]
    assert (found["created"], found["unchanged"]) == (0, 1)


# Chains


def test_who_is_merged_further_is_taken_apart_with_those_merged_before(office: Sbd) -> None:
    office("add", "person", "姓名=章三")
    office("person", "merge", 2, 1)
    office("person", "merge", 3, 2)
    assert [row["id"] for row in json(office, "list", "person")] == [3]
    assert figures(office)["volunteers"] == 1
    office("person", "unmerge", 2)
    assert [row["id"] for row in json(office, "list", "person")] == [2, 3]
    assert "并入这一条的人员（1 条）" in office("show", "person", 2).out
    assert figures(office)["volunteers"] == 1
    office("person", "unmerge", 1)
    assert figures(office)["volunteers"] == 2


def test_the_first_of_a_chain_can_be_taken_out_of_it(office: Sbd) -> None:
    office("add", "person", "姓名=章三")
    office("person", "merge", 1, 2)
    office("person", "merge", 3, 1)
    office("person", "unmerge", 2)
    people = {row["id"]: row for row in json(office, "list", "person", "--full", "--reason", "核对")}
    assert set(people) == {2, 3}
    assert (people[3]["phone"], people[3]["id_no"], people[3]["position"]) == (PHONE_1, None, None)
    office("person", "unmerge", 1)
    people = {row["id"]: row for row in json(office, "list", "person", "--full", "--reason", "核对")}
    assert (people[1]["phone"], people[1]["id_no"], people[3]["phone"]) == (PHONE_1, None, None)


PEOPLE, UNITS = 6, 4
STEPS = st.lists(
    st.tuples(st.sampled_from(["person", "org"]), st.integers(1, PEOPLE), st.integers(1, PEOPLE), st.booleans()),
    max_size=14,
)


def filled(path: Path) -> sqlite3.Connection:
    """Six persons and four units that know different things, each with services."""
    connection = open_ledger(path, create=True)
    with write_transaction(connection, "fill") as entry:
        for at in range(1, UNITS + 1):
            store.insert(entry, ORG, {"name": f"单位{at}", "leader": f"王{at}" if at % 2 else None, "members": at})
        for at in range(1, PEOPLE + 1):
            facts = {"name": f"人{at}", "phone": f"1990000000{at}" if at % 2 else None, "org": at % UNITS + 1}
            facts |= {"id_no": ID_1} if at == 2 else {"position": "教师"} if at % 3 else {}
            store.insert(entry, PERSON, facts)
        for at in range(1, 9):
            facts = {"title": f"活动{at}", "date": f"2026-07-0{at}", "org": at % UNITS + 1, "served": at, "resolved": 1}
            store.insert(entry, ACTIVITY, facts)
            for person in {at % PEOPLE + 1, at * 5 % PEOPLE + 1}:
                store.insert(entry, PARTICIPATION, {"activity": at, "person": person, "minutes": 30 * at})
    return connection


def rows(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    tables = ("person", "org", "activity", "participation", "unlike")
    return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}


def distinct(connection: sqlite3.Connection) -> int:
    """Persons who took part, counted by hand."""
    into = dict(connection.execute("SELECT id, same_as FROM person WHERE same_as IS NOT NULL"))
    assert not into.keys() & set(into.values()), "a pointer leads to one that was merged itself"
    return len({into.get(person, person) for (person,) in connection.execute("SELECT person FROM participation")})


def totals(connection: sqlite3.Connection) -> tuple[Any, ...]:
    scope = Scope(connection, parse_period("month", "2026-07"))
    whole = dict(zip(SUMMARY, report_table(scope, "summary").rows[0], strict=True))
    by_unit, people = report_table(scope, "summary", by="org"), report_table(scope, "people")
    assert whole["volunteers"] == distinct(connection) == len(people.rows)
    moving = [column.name for column in by_unit.columns]
    for name in ("services", "served", "resolved", "participations", "hours"):
        assert sum(row[moving.index(name)] for row in by_unit.rows) == whole[name]
    return tuple(value for name, value in whole.items() if name != "volunteers")


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_whatever_is_merged_and_taken_apart_only_distinct_counts_move(steps: list[tuple[str, int, int, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(filled(Path(folder) / "ledger.db")) as connection:
        before, counted = rows(connection), totals(connection)
        for word, one, other, apart in steps:
            kind = PERSON if word == "person" else ORG
            merged = {id_ for (id_,) in connection.execute(f"SELECT id FROM {word} WHERE same_as IS NOT NULL")}
            if word == "org" and max(one, other) > UNITS:
                continue
            try:
                with write_transaction(connection, "test") as entry:
                    if apart:
                        merge.unmerge(entry, kind, one)
                    elif not {one, other} & merged:
                        merge.merge(entry, kind, one, other)
            except Refused:
                pass
            assert totals(connection) == counted
        for word, kind in (("person", PERSON), ("org", ORG)):
            while found := connection.execute(f"SELECT id FROM {word} WHERE same_as IS NOT NULL LIMIT 1").fetchone():
                with write_transaction(connection, "test") as entry:
                    merge.unmerge(entry, kind, found[0])
        assert rows(connection) == before
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
