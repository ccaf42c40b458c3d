"""add, list, show, edit, void: one grammar for every record, and what may leave the ledger."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import sqlite3
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

ID_NO = "11010519491231002X"
"""The example of GB 11643."""
PHONE = "19900001234"
LANDLINE = "0314-2290000"
USCC = "91350100M000100Y43"
"""The example of GB 32100."""

# Each record: what is typed under its English words, and the JSON of the contract that comes back.
CASES: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "place": (
        {"name": "陕西营社区", "level": "社区", "parent": "头道牌楼街道", "code": "130802002009", "kind": "老旧小区"},
        {
            "name": "陕西营社区",
            "level": "community",
            "parent": "头道牌楼街道",
            "parent_id": 1,
            "code": "130802002009",
            "kind": "老旧小区",
        },
    ),
    "org": (
        {
            "name": "承德市公安局",
            "uscc": USCC,
            "kind": "机关",
            "branch": "党委",
            "leader": "王某某",
            "contact": "李某某",
            "phone": LANDLINE,
            "members": "86",
        },
        {
            "name": "承德市公安局",
            "uscc": USCC,
            "kind": "机关",
            "branch": "党委",
            "leader": "王某某",
            "contact": "李某某",
            "phone": "**********00",
            "members": 86,
        },
    ),
    "pairing": (
        {"org": "承德医学院", "place": "文庙社区", "since": "2026-01-05", "until": "2026年12月31日"},
        {
            "org": "承德医学院",
            "org_id": 1,
            "place": "文庙社区",
            "place_id": 2,
            "since": "2026-01-05",
            "until": "2026-12-31",
        },
    ),
    "person": (
        {
            "name": "赵六",
            "gender": "男性",
            "id_type": "居民身份证",
            "id_no": ID_NO.lower(),
            "birth_date": "1949年12月31日",
            "phone": "199 0000 1234",
            "org": "承德医学院",
            "branch": "护理学院党总支",
            "position": "教师",
            "political": "中共党员",
            "joined_party_on": "1975.7",
            "address": "塔沟小区3号楼",
            "community": "塔沟社区",
            "grid": "第二网格",
            "skills": "急救、摄影",
        },
        {
            "name": "赵六",
            "gender": "男",
            "id_type": "居民身份证",
            "id_no": "110105***********X",
            "birth_date": "1949-12-31",
            "phone": "199****1234",
            "org": "承德医学院",
            "org_id": 1,
            "branch": "护理学院党总支",
            "position": "教师",
            "political": "中共党员",
            "joined_party_on": "1975-07",
            "address": "塔沟小区3号楼",
            "community": "塔沟社区",
            "community_id": 3,
            "grid": "第二网格",
            "skills": "急救、摄影",
        },
    ),
    "checkin": (
        {"who": "承德医学院", "place": "文庙社区", "basis": "单位报到", "since": "2026-01-04", "until": ""},
        {
            "who": "承德医学院",
            "who_id": 1,
            "place": "文庙社区",
            "place_id": 2,
            "basis": "unit",
            "since": "2026-01-04",
            "until": None,
        },
    ),
    "team": (
        {"name": "助老服务队", "place": "塔沟社区", "leader": "张三", "kind": "助老"},
        {"name": "助老服务队", "place": "塔沟社区", "place_id": 3, "leader": "张三", "kind": "助老"},
    ),
    "member": (
        {"team": "应急服务队", "person": "张三", "since": "2026-01-05", "until": ""},
        {
            "team": "应急服务队",
            "team_id": 1,
            "person": "张三",
            "person_id": 1,
            "since": "2026-01-05",
            "until": None,
        },
    ),
    "activity": (
        {
            "title": "端午联欢",
            "date": "2026-06-18",
            "end_date": "2026-06-19",
            "place": "文庙社区",
            "org": "承德医学院",
            "team": "应急服务队",
            "leader": "王某某",
            "category": "文化体育",
            "content": "包粽子",
            "minutes": "90",
            "headcount": "6",
            "served": "约110",
            "resolved": "1",
            "need": "需-2026-0001",
            "project": "",
            "volunteer": "否",
        },
        {
            "title": "端午联欢",
            "date": "2026-06-18",
            "end_date": "2026-06-19",
            "place": "文庙社区",
            "place_id": 2,
            "org": "承德医学院",
            "org_id": 1,
            "team": "应急服务队",
            "team_id": 1,
            "leader": "王某某",
            "category": "文化体育",
            "content": "包粽子",
            "minutes": 90,
            "headcount": 6,
            "served": 110,
            "resolved": 1,
            "need": "路灯不亮",
            "need_id": 1,
            "project": None,
            "project_id": None,
            "volunteer": False,
        },
    ),
    "participation": (
        {"activity": "义务理发", "person": "张三", "hours": "1.5", "role": "讲解", "rating": "好"},
        {
            "activity": "义务理发",
            "activity_id": 1,
            "person": "张三",
            "person_id": 1,
            "minutes": 90,
            "role": "讲解",
            "rating": "好",
        },
    ),
    "outcome": (
        {"what": "停车位", "activity": "义务理发", "quantity": "200余", "unit": "个"},
        {"what": "停车位", "activity": "义务理发", "activity_id": 1, "project": None, "project_id": None}
        | {"quantity": 200, "unit": "个"},
    ),
    "need": (
        {
            "title": "爱民路路面坑洼",
            "number": "需-2026-0100",
            "kind": "微心愿",
            "place": "文庙社区",
            "category": "环境卫生",
            "raised_on": "7月2日",
            "raised_by": "王某某",
            "phone": PHONE,
            "source": "走访",
            "urgency": "紧急",
            "people": "120余",
            "owner": "李某某",
        },
        {
            "title": "爱民路路面坑洼",
            "number": "需-2026-0100",
            "kind": "wish",
            "place": "文庙社区",
            "place_id": 2,
            "category": "环境卫生",
            "raised_on": "2026-07-02",
            "raised_by": "王某某",
            "phone": "199****1234",
            "source": "走访",
            "urgency": "urgent",
            "people": 120,
            "owner": "李某某",
            "state": "raised",
            "closed": None,
        },
    ),
    "resource": (
        {
            "title": "急救培训讲师",
            "number": "资-2026-0100",
            "owner": "承德医学院",
            "kind": "人才",
            "category": "卫生健康",
            "place": "文庙社区",
            "quantity": "6",
            "unit": "名",
            "available": "周三下午",
            "contact": "李某某",
            "phone": LANDLINE,
            "until": "2026-12-31",
        },
        {
            "title": "急救培训讲师",
            "number": "资-2026-0100",
            "owner": "承德医学院",
            "owner_id": 1,
            "kind": "talent",
            "category": "卫生健康",
            "place": "文庙社区",
            "place_id": 2,
            "quantity": 6,
            "unit": "名",
            "available": "周三下午",
            "contact": "李某某",
            "phone": "**********00",
            "until": "2026-12-31",
        },
    ),
    "project": (
        {
            "title": "小区停车位规划",
            "number": "项-2026-0100",
            "need": "路灯不亮",
            "resource": "",
            "org": "承德医学院",
            "leader": "王某某",
            "place": "文庙社区",
            "category": "基层治理",
            "since": "2026-04-01",
            "until": "2026-09-30",
            "people": "300",
            "wanted": "2",
            "done_on": "2026-07-20",
            "result": "划出停车位200个",
            "rating": "满意",
        },
        {
            "title": "小区停车位规划",
            "number": "项-2026-0100",
            "need": "路灯不亮",
            "need_id": 1,
            "resource": None,
            "resource_id": None,
            "org": "承德医学院",
            "org_id": 1,
            "leader": "王某某",
            "place": "文庙社区",
            "place_id": 2,
            "category": "基层治理",
            "since": "2026-04-01",
            "until": "2026-09-30",
            "people": 300,
            "wanted": 2,
            "done_on": "2026-07-20",
            "result": "划出停车位200个",
            "rating": "满意",
        },
    ),
    "meeting": (
        {
            "title": "8月党建联席会议",
            "number": "会-2026-0100",
            "date": "2026-07-20",
            "place": "文庙社区",
            "venue": "党员活动室",
            "host": "王某某",
            "recorder": "李某某",
            "headcount": "18",
            "content": "停车和绿化",
        },
        {
            "title": "8月党建联席会议",
            "number": "会-2026-0100",
            "date": "2026-07-20",
            "place": "文庙社区",
            "place_id": 2,
            "venue": "党员活动室",
            "host": "王某某",
            "recorder": "李某某",
            "headcount": 18,
            "content": "停车和绿化",
        },
    ),
    "attendance": (
        {"meeting": "7月联席会议", "org": "承德医学院", "present": "否", "who": "张某某", "reason": "出差"},
        {
            "meeting": "7月联席会议",
            "meeting_id": 1,
            "org": "承德医学院",
            "org_id": 1,
            "present": False,
            "who": "张某某",
            "reason": "出差",
        },
    ),
    "topic": (
        {
            "title": "停车难怎么办",
            "meeting": "7月联席会议",
            "org": "承德医学院",
            "proposer": "张某某",
            "opinion": "划线",
        },
        {
            "title": "停车难怎么办",
            "meeting": "7月联席会议",
            "meeting_id": 1,
            "org": "承德医学院",
            "org_id": 1,
            "proposer": "张某某",
            "opinion": "划线",
        },
    ),
    "resolution": (
        {
            "title": "规划停车位",
            "number": "议-2026-0100",
            "meeting": "7月联席会议",
            "org": "承德医学院",
            "owner": "王某某",
            "due": "2026-09-30",
            "done_on": "2026-07-30",
            "result": "已划线",
            "project": "",
        },
        {
            "title": "规划停车位",
            "number": "议-2026-0100",
            "meeting": "7月联席会议",
            "meeting_id": 1,
            "org": "承德医学院",
            "org_id": 1,
            "owner": "王某某",
            "due": "2026-09-30",
            "done_on": "2026-07-30",
            "result": "已划线",
            "project": None,
            "project_id": None,
        },
    ),
    "subject": (
        {
            "number": "户-2026-0100",
            "name": "陈某某",
            "gender": "女",
            "birth_date": "1940-03",
            "kind": "空巢独居老人",
            "level": "高风险",
            "place": "文庙社区",
            "address": "塔沟小区3号楼2单元501",
            "phone": PHONE,
            "health": "高血压",
            "guardian": "陈小某",
            "guardian_phone": PHONE,
            "consent": "是",
            "visitor": "承德医学院",
        },
        {
            "number": "户-2026-0100",
            "name": "＊＊",
            "gender": "女",
            "birth_date": "＊＊",
            "kind": "空巢独居老人",
            "level": "high",
            "place": "文庙社区",
            "place_id": 2,
            "address": "＊＊",
            "phone": "＊＊",
            "health": "＊＊",
            "guardian": "＊＊",
            "guardian_phone": "＊＊",
            "consent": True,
            "visitor": "承德医学院",
            "visitor_id": 1,
        },
    ),
    "visit": (
        {
            "subject": "户-2026-0001",
            "number": "访-2026-0100",
            "date": "2026-07-18",
            "visitor": "张三",
            "kind": "日常走访",
            "health": "差",
            "mood": "好",
            "safety": "一般",
            "hygiene": "好",
            "home": "好",
            "content": "陪老人聊天",
            "found": "血压偏高",
            "done": "陪同就医",
            "changed": "是",
            "next": "2026-07-25",
        },
        {
            "subject": "户-2026-0001",
            "subject_id": 1,
            "number": "访-2026-0100",
            "date": "2026-07-18",
            "visitor": "张三",
            "visitor_id": 1,
            "kind": "routine",
            "health": "bad",
            "mood": "good",
            "safety": "fair",
            "hygiene": "good",
            "home": "good",
            "content": "＊＊",
            "found": "＊＊",
            "done": "＊＊",
            "changed": True,
            "next": "2026-07-25",
        },
    ),
    "branch": (
        {
            "name": "爱民路网格党支部",
            "number": "党-2026-0100",
            "kind": "网格党支部",
            "functional": "否",
            "parent": "兴神路社区党总支",
            "place": "文庙社区",
            "secretary": "王某某",
            "phone": LANDLINE,
            "members": "23",
            "since": "2024-03-01",
        },
        {
            "name": "爱民路网格党支部",
            "number": "党-2026-0100",
            "kind": "branch",
            "functional": False,
            "parent": "兴神路社区党总支",
            "parent_id": 1,
            "place": "文庙社区",
            "place_id": 2,
            "secretary": "王某某",
            "phone": "**********00",
            "members": 23,
            "since": "2024-03-01",
        },
    ),
    "area": (
        {
            "person": "张三",
            "number": "田-2026-0100",
            "place": "文庙社区",
            "building": "3号楼2单元",
            "households": "24",
            "key_households": "2户",
            "duties": "每月走一遍",
            "since": "2026-01-05",
            "until": "2026-12-31",
        },
        {
            "person": "张三",
            "person_id": 1,
            "number": "田-2026-0100",
            "place": "文庙社区",
            "place_id": 2,
            "building": "3号楼2单元",
            "households": 24,
            "key_households": "2户",
            "duties": "每月走一遍",
            "since": "2026-01-05",
            "until": "2026-12-31",
        },
    ),
    "pledge": (
        {
            "person": "张三",
            "number": "诺-2026-0100",
            "promise": "每周义务巡逻一次",
            "post": "文明劝导岗",
            "duties": "劝导车辆有序停放",
            "place": "文庙社区",
            "date": "2026-01-10",
            "done": "已巡逻 26 次",
        },
        {
            "person": "张三",
            "person_id": 1,
            "number": "诺-2026-0100",
            "promise": "每周义务巡逻一次",
            "post": "文明劝导岗",
            "duties": "劝导车辆有序停放",
            "place": "文庙社区",
            "place_id": 2,
            "date": "2026-01-10",
            "done": "已巡逻 26 次",
        },
    ),
    "consent": (
        {
            "person": "张三",
            "purpose": "志愿服务记录",
            "medium": "paper",
            "since": "2026-01-05",
            "until": "2026-06-30",
        },
        {
            "person": "张三",
            "person_id": 1,
            "purpose": "志愿服务记录",
            "medium": "paper",
            "since": "2026-01-05",
            "until": "2026-06-30",
        },
    ),
}
TYPED = [name for name, record in RECORDS.items() if not record.command]
"""The kinds of record that are put in by hand; the others come about by commands of their own."""


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """A street with two communities, and one of whatever other records name: numbers 1, 2, 3."""
    for words in (
        "place 名称=头道牌楼街道 级别=街道",
        "place 名称=文庙社区 上级=头道牌楼街道",
        "place 名称=塔沟社区 上级=头道牌楼街道",
        "org 单位名称=承德医学院",
        "team 队伍名称=应急服务队",
        "person 姓名=张三",
        "activity 活动名称=义务理发 活动日期=2026-07-10",
        "need 需求内容=路灯不亮 提出日期=2026-07-01",
        "meeting 会议名称=7月联席会议 会议日期=2026-07-05",
        "subject 姓名=周某某",
        "branch 党组织名称=兴神路社区党总支 组织层级=党总支",
    ):
        assert sbd("add", *words.split()).code == 0
    return sbd


def listed(sbd: Sbd, record: str, *found: str) -> list[dict[str, Any]]:
    done = sbd("list", record, *found, "--format", "json")
    assert done.code == 0
    rows: list[dict[str, Any]] = done.json()
    return rows


def added(sbd: Sbd, record: str, *extra: str) -> dict[str, Any]:
    """The record of a case, put in under its English words."""
    typed = [f"{word}={value}" for word, value in CASES[record][0].items() if value]
    assert sbd("add", record, *typed, *extra).code == 0
    return listed(sbd, record)[-1]


def entries(ledger: Path) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(ledger)
    found = connection.execute("SELECT operator, reason, command FROM entry ORDER BY id").fetchall()
    connection.close()
    return found


def remark(record: str, said: str) -> str:
    """A remark as it is shown: on people who are looked after only that there is one."""
    return "＊＊" if record in {"subject", "visit"} else said


# Every record, by English and by Chinese words.


@pytest.mark.parametrize("record", TYPED)
def test_a_record_comes_back_as_the_contract_says(office: Sbd, record: str) -> None:
    row = added(office, record, "note=甲")
    assert {key: row[key] for key in row if key not in {"id", "note"}} == CASES[record][1]
    assert isinstance(row["id"], int)
    assert row["note"] == remark(record, "甲")


@pytest.mark.parametrize("record", TYPED)
def test_chinese_words_mean_the_same_as_english_ones(office: Sbd, record: str) -> None:
    kind = RECORDS[record]
    typed = CASES[record][0] | ({"minutes": "1.5"} if record == "activity" else {})
    words = [f"{kind[word if word != 'hours' else 'minutes'].label}={value}" for word, value in typed.items() if value]
    assert office("add", kind.label, *words).code == 0
    row = listed(office, record)[-1]
    assert {key: row[key] for key in row if key not in {"id", "note"}} == CASES[record][1]


@pytest.mark.parametrize("record", TYPED)
def test_what_was_not_said_is_null(office: Sbd, record: str) -> None:
    typed, expected = CASES[record]
    required = [field.name for field in RECORDS[record].fields if field.required]
    if record == "activity":
        typed = typed | {"title": "又一次"}
    required += ["activity"] if record == "outcome" else []
    assert office("add", record, *(f"{word}={typed[word]}" for word in required)).code == 0
    row = listed(office, record)[-1]
    presumed = {"level", "volunteer", "number", "kind", "urgency", "state", "wanted", "present"}
    said = {*required, *(f"{word}_id" for word in required), "id"}
    assert row.keys() == {*expected, "id", "note"}
    assert {key for key, value in row.items() if value is not None} - presumed <= said


@pytest.mark.parametrize("record", TYPED)
def test_show_as_json_is_the_same_object(office: Sbd, record: str) -> None:
    row = added(office, record)
    assert office("show", record, row["id"], "--format", "json").json() == row


@pytest.mark.parametrize("record", TYPED)
def test_show_tells_when_and_by_whom_it_was_put_in(office: Sbd, record: str) -> None:
    row = added(office, record)
    said = office("show", record, row["id"]).out
    assert "测试员" in said
    assert "登记" in said


@pytest.mark.parametrize("record", TYPED)
def test_edit_says_old_and_new_and_keeps_both(office: Sbd, record: str) -> None:
    id_ = added(office, record, "note=甲")["id"]
    done = office("edit", record, id_, "备注=乙", "--reason", "写错了")
    assert done.code == 0
    old, new = remark(record, "甲"), remark(record, "乙")
    assert re.search(f"备注.{old} → {new}", done.out)
    assert listed(office, record)[-1]["note"] == new
    whole = office("list", record, "--full", "--reason", "核对", "--format", "json").json()
    assert whole[-1]["note"] == "乙"
    past = office("show", record, id_).out
    assert re.search(f"备注.{old} → {new}", past)
    assert "写错了" in past


@pytest.mark.parametrize("record", TYPED)
def test_edit_to_what_it_is_changes_nothing(office: Sbd, own_ledger: Path, record: str) -> None:
    id_ = added(office, record, "note=甲")["id"]
    before = own_ledger.read_bytes()
    done = office("edit", record, id_, "备注=甲")
    assert done.code == 0
    assert "没有改动" in done.out
    assert own_ledger.read_bytes() == before


@pytest.mark.parametrize("record", TYPED)
def test_edit_with_nothing_behind_the_sign_empties_a_field(office: Sbd, record: str) -> None:
    id_ = added(office, record, "note=甲")["id"]
    assert f"{remark(record, '甲')} → （空）" in office("edit", record, id_, "备注=").out
    assert listed(office, record)[-1]["note"] is None


@pytest.mark.parametrize("record", TYPED)
def test_void_wants_a_reason_and_takes_the_record_out_of_the_list(office: Sbd, record: str) -> None:
    id_ = added(office, record)["id"]
    before = [row["id"] for row in listed(office, record)]
    assert office("void", record, id_).code == 2
    assert [row["id"] for row in listed(office, record)] == before
    assert office("void", record, id_, "--reason", "重复登记").code == 0
    assert [row["id"] for row in listed(office, record)] == [one for one in before if one != id_]
    assert [row["id"] for row in listed(office, record, "--voided")] == [id_]
    assert "重复登记" in office("show", record, id_).out


@pytest.mark.parametrize("record", TYPED)
def test_void_a_second_time_changes_nothing(office: Sbd, own_ledger: Path, record: str) -> None:
    id_ = added(office, record)["id"]
    office("void", record, id_, "--reason", "重复登记")
    connection = sqlite3.connect(own_ledger)
    before = connection.execute("SELECT * FROM change").fetchall()
    assert office("void", record, id_, "--reason", "再来一次").code == 0
    assert connection.execute("SELECT * FROM change").fetchall() == before
    connection.close()


@pytest.mark.parametrize("record", [record for record in TYPED if record != "activity"])
def test_a_record_cannot_be_put_in_twice(office: Sbd, own_ledger: Path, record: str) -> None:
    row = added(office, record)
    before = own_ledger.read_bytes()
    typed = [f"{word}={value}" for word, value in CASES[record][0].items() if value]
    done = office("add", record, *typed)
    assert done.code == 5
    assert f"sbd edit {record} {row['id']}" in done.err
    assert own_ledger.read_bytes() == before


@pytest.mark.parametrize("record", TYPED)
def test_a_record_that_lacks_what_it_must_have_is_refused_by_name(office: Sbd, own_ledger: Path, record: str) -> None:
    before = own_ledger.read_bytes()
    done = office("add", record, "note=甲")
    assert done.code == 2
    for field in RECORDS[record].fields:
        assert (field.label in done.err) >= field.required
    assert own_ledger.read_bytes() == before


@pytest.mark.parametrize("record", TYPED)
def test_an_unknown_field_is_refused_with_the_known_ones(office: Sbd, record: str) -> None:
    for words in (("add", record, "颜色=红"), ("list", record, "颜色:红"), ("edit", record, "1", "颜色=红")):
        done = office(*words)
        if words[0] == "edit" and done.code == 4:
            continue  # no record 1 of this kind
        assert done.code == 2
        assert "颜色" in done.err
        assert RECORDS[record].title_field.label in done.err


# Adding.


def test_a_unit_is_known_again_by_its_code_and_by_its_folded_name(office: Sbd) -> None:
    added(office, "org")
    assert office("add", "org", "单位名称=另一个名字", f"信用代码={USCC}").code == 5
    assert office("add", "org", "单位名称=承 德 医学院").code == 5


def test_two_persons_of_one_name_are_two_where_their_numbers_differ(office: Sbd) -> None:
    assert office("add", "person", "姓名=李四", "电话=19900000001").code == 0
    assert office("add", "person", "姓名=李四", "电话=19900000002").code == 0
    assert office("add", "person", "姓名=李四", "电话=19900000002").code == 5


def test_two_activities_alike_are_two(office: Sbd) -> None:
    assert office("add", "activity", "活动名称=义务理发", "活动日期=2026-07-10").code == 0
    assert len(listed(office, "activity")) == 2


def test_new_lets_an_unknown_reference_in(office: Sbd) -> None:
    done = office("add", "person", "姓名=李四", "工作单位=双桥区司法局")
    assert done.code == 4
    assert "--new" in done.err
    assert office("add", "person", "姓名=李四", "工作单位=双桥区司法局", "--new").code == 0
    assert listed(office, "org", "单位名称:司法局")


@pytest.mark.parametrize(
    "said",
    [
        "person 姓名=李四 身份证号=110105194912310021",
        "person 姓名=李四 电话=123",
        "person 姓名=李四 性别=x",
        "person 姓名=李四 出生日期=1949-02-30",
        "org 单位名称=甲 党员人数=-1",
        "org 单位名称=甲 信用代码=91350100M000100Y44",
        "place 名称=甲 级别=星球",
        "activity 活动名称=甲 日期=2026-13-01",
        "activity 活动名称=甲 日期=2026-07-01 是否志愿服务=也许",
        "checkin 姓名=张三 社区=文庙社区 报到方式=路过",
        "org 单位名称",
        "org =甲",
        "org 单位名称=",
        "thing 名称=甲",
    ],
)
def test_a_value_that_is_none_is_refused(office: Sbd, own_ledger: Path, said: str) -> None:
    before = own_ledger.read_bytes()
    done = office("add", *said.split())
    assert done.code == 2
    assert done.out == ""
    assert own_ledger.read_bytes() == before


def test_an_activity_cannot_end_before_it_began(office: Sbd) -> None:
    assert office("add", "activity", "活动名称=甲", "日期=2026-07-10", "结束日期=2026-07-01").code in {2, 5}


def test_an_activity_cannot_be_moved_behind_its_end(office: Sbd) -> None:
    id_ = added(office, "activity")["id"]
    assert office("edit", "activity", id_, "日期=2026-06-30").code in {2, 5}


# Finding.


@pytest.fixture
def year(office: Sbd) -> Sbd:
    """Activities 1 (of the office) to 5, for the filters."""
    for words in (
        "义诊 --place 文庙社区 --org 承德医学院 --date 2026-06-30 --served 30 --hours 1.5",
        "义诊进小区 --place 塔沟社区 --date 2026-07-01 --served 12",
        "联席会议 --place 头道牌楼街道 --date 2025-12-31",
        "ABC讲座 --date 2026-07-31 --note 上午：九点",
    ):
        assert office("log", "activity", *words.split()).code == 0
    return office


@pytest.mark.parametrize(
    ("found", "ids"),
    [
        ("活动名称:义诊", [2, 3]),
        ("title:义诊进", [3]),
        ("活动名称：义诊进", [3]),
        ("title:abc", [5]),
        ("日期:2026", [1, 2, 3, 5]),
        ("date:2026-07", [1, 3, 5]),
        ("date:2026-06-30", [2]),
        ("date:6月30日", [2]),
        ("date:2026-06-30..2026-07-01", [2, 3]),
        ("社区:文庙社区", [2]),
        ("place:头道牌楼街道", [2, 3, 4]),
        ("place:", [1, 5]),
        ("org:医学院", [2]),
        ("服务人次:30", [2]),
        ("served:12..30", [2, 3]),
        ("served:", [1, 4, 5]),
        ("服务时长:1.5", [2]),
        ("备注:九点", [5]),
        ("id:3", [3]),
        ("日期:2024", []),
        ("title:没有", []),
    ],
)
def test_a_filter_finds_what_it_says(year: Sbd, found: str, ids: list[int]) -> None:
    assert [row["id"] for row in listed(year, "activity", found)] == ids


def test_a_full_width_colon_in_the_value_stays_as_it_is(year: Sbd) -> None:
    assert [row["id"] for row in listed(year, "activity", "备注:上午：九点")] == [5]


@pytest.mark.parametrize("found", ["title:%", "title:_诊", "content:%", "备注:上_"])
def test_percent_and_underscore_are_text_like_any_other(year: Sbd, found: str) -> None:
    assert listed(year, "activity", found) == []


def test_several_filters_hold_together(year: Sbd) -> None:
    assert [row["id"] for row in listed(year, "activity", "place:头道牌楼街道", "date:2026", "title:义诊")] == [2, 3]


def test_a_choice_is_found_by_its_label_and_its_stored_word(office: Sbd) -> None:
    assert [row["id"] for row in listed(office, "place", "级别:街道")] == [1]
    assert [row["id"] for row in listed(office, "place", "level:street")] == [1]


def test_a_reference_to_either_kind_is_found_by_name(office: Sbd) -> None:
    office("add", "checkin", "who=张三", "place=塔沟社区", "basis=居住地")
    office("add", "checkin", "who=承德医学院", "place=文庙社区", "basis=单位")
    assert [row["who"] for row in listed(office, "checkin", "who:张三")] == ["张三"]
    assert [row["who"] for row in listed(office, "checkin", "who:医学院")] == ["承德医学院"]


@pytest.mark.parametrize("found", ["义诊", ":", "date:某天", "served:很多", "颜色:红"])
def test_a_filter_that_is_none_is_refused(year: Sbd, found: str) -> None:
    done = year("list", "activity", found)
    assert (done.code, done.out) == (2, "")


def test_nothing_found_is_an_empty_list_and_no_error(office: Sbd) -> None:
    assert listed(office, "org", "name:没有") == []
    assert "（没有记录）" in office("list", "org", "name:没有").out


def test_an_ambiguous_key_names_the_candidates(office: Sbd) -> None:
    office("add", "person", "姓名=李四", f"电话={PHONE}", "居住社区=文庙社区")
    office("add", "person", "姓名=李四", "电话=19900005678", "居住社区=塔沟社区")
    for words in (("show", "person", "李四"), ("edit", "person", "李四", "备注=甲"), ("void", "person", "李四")):
        done = office(*words, *(("--reason", "x") if words[0] == "void" else ()))
        assert done.code == 4
        assert "2（李四，文庙社区）" in done.err
        assert "3（李四，塔沟社区）" in done.err
        assert PHONE not in done.err


def test_an_unknown_key_names_the_nearest(office: Sbd) -> None:
    done = office("show", "org", "承德医学")
    assert done.code == 4
    assert "承德医学院" in done.err
    assert office("show", "org", "99").code == 4


def test_a_number_that_no_ledger_reaches_is_not_found(office: Sbd) -> None:
    assert office("show", "org", "9" * 20).code == 4


# Personal numbers.


@pytest.fixture
def personal(office: Sbd) -> Sbd:
    """A person and a unit with numbers that must not leave the ledger."""
    added(office, "person")
    added(office, "org")
    office("add", "member", "team=应急服务队", "person=赵六")
    return office


def text_of(path: Path) -> str:
    """Everything a file says; a workbook is a zip of XML."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with ZipFile(path) as file:
        return "".join(file.read(name).decode() for name in file.namelist())


@pytest.mark.parametrize("words", ["list person", "show person 赵六", "list org", "show org 承德市公安局"])
@pytest.mark.parametrize("way", ["table", "json", "csv", "md", ".xlsx", ".csv", ".json", ".md", ".html"])
def test_ids_and_phones_leave_masked_and_with_a_reason_whole(
    personal: Sbd, tmp_path: Path, words: str, way: str
) -> None:
    def told(*options: str) -> str:
        if way.startswith("."):
            assert personal(*words.split(), "-o", tmp_path / f"x{way}", *options).code == 0
            return text_of(tmp_path / f"x{way}")
        return personal(*words.split(), "--format", way, *options).out

    numbers = (ID_NO, PHONE) if "person" in words else (LANDLINE,)
    masked, whole = told(), told("--full", "--reason", "核对名单")
    for number in numbers:
        assert number not in masked
        assert number in whole


def test_most_of_a_passport_number_is_masked(office: Sbd) -> None:
    office("add", "person", "姓名=外宾", "证件类型=护照", "证件号码=E12345678")
    (row,) = listed(office, "person", "姓名:外宾")
    assert sum(shown == real for shown, real in zip(row["id_no"], "E12345678", strict=True)) <= 4


@pytest.mark.parametrize("said", ["电话=19900005678", "身份证号=440524188001010014"])
def test_edit_does_not_print_whole_numbers(personal: Sbd, said: str) -> None:
    done = personal("edit", "person", "赵六", said)
    assert done.code == 0
    for number in (ID_NO, PHONE, said.partition("=")[2]):
        assert number not in done.out


def test_the_history_of_a_number_does_not_tell_it(personal: Sbd) -> None:
    personal("edit", "person", "赵六", "电话=19900005678", "身份证号=440524188001010014")
    masked = personal("show", "person", "赵六").out
    whole = personal("show", "person", "赵六", "--full", "--reason", "核对").out
    for number in (ID_NO, PHONE, "19900005678", "440524188001010014"):
        assert number not in masked
        assert number in whole


def test_a_refusal_does_not_tell_a_number_of_the_ledger(personal: Sbd) -> None:
    done = personal("add", "person", "姓名=别人", f"身份证号={ID_NO}")
    assert done.code == 5
    assert PHONE not in done.err


@pytest.mark.parametrize("words", ["list person", "show person 赵六"])
def test_whole_numbers_want_a_reason(personal: Sbd, own_ledger: Path, words: str) -> None:
    before = own_ledger.read_bytes()
    done = personal(*words.split(), "--full")
    assert (done.code, done.out) == (2, "")
    assert "--reason" in done.err
    assert own_ledger.read_bytes() == before


@pytest.mark.parametrize("words", ["list person", "show person 赵六"])
def test_who_saw_whole_numbers_and_why_is_kept(personal: Sbd, own_ledger: Path, words: str) -> None:
    before = len(entries(own_ledger))
    personal(*words.split(), "--full", "--reason", "核对报到名单", "--format", "csv")
    (kept,) = entries(own_ledger)[before:]
    assert kept[:2] == ("测试员", "核对报到名单")
    assert shlex.split(kept[2]) == ["sbd", *words.split(), "--full", "--reason", "核对报到名单", "--format", "csv"]


def test_looking_at_masked_numbers_leaves_no_entry(personal: Sbd, own_ledger: Path) -> None:
    before = own_ledger.read_bytes()
    personal("list", "person")
    personal("show", "person", "赵六")
    assert own_ledger.read_bytes() == before


# Editing.


def test_edit_sets_several_fields_at_once(office: Sbd) -> None:
    done = office("edit", "activity", "1", "服务人次=35", "时长=1.5", "社区=文庙社区")
    assert done.code == 0
    (row,) = listed(office, "activity")
    assert (row["served"], row["minutes"], row["place"]) == (35, 90, "文庙社区")


def test_edit_tells_a_reference_by_its_name(office: Sbd) -> None:
    assert "（空） → 文庙社区" in office("edit", "activity", "1", "社区=文庙社区").out


def test_edit_keeps_whether_a_number_is_approximate(office: Sbd) -> None:
    assert "（空） → 30余" in office("edit", "activity", "1", "服务人次=30余").out
    assert "30余 → 30\n" in office("edit", "activity", "1", "服务人次=30").out
    notes = office("report", "--year", "--format", "json").json()["notes"]
    assert not [note for note in notes if "约数" in note]


def test_a_renamed_record_is_found_by_its_new_name_only(office: Sbd) -> None:
    office("edit", "org", "承德医学院", "单位名称=承德医科大学")
    assert office("show", "org", "承德医科大学").code == 0
    assert office("show", "org", "1").code == 0
    assert office("show", "org", "承德医学院").code == 4


@pytest.mark.parametrize(
    "said", ["活动名称=", "活动日期=", "服务人次=许多", "活动日期=2026-02-30", "备注", "是否志愿服务="]
)
def test_an_edit_that_cannot_be_leaves_everything(office: Sbd, own_ledger: Path, said: str) -> None:
    before = own_ledger.read_bytes()
    assert office("edit", "activity", "1", "备注=甲", said).code == 2
    assert own_ledger.read_bytes() == before


def test_an_edit_of_nothing_is_refused(office: Sbd) -> None:
    assert office("edit", "activity", "1").code == 2


def test_an_unknown_reference_in_an_edit_is_refused_or_new(office: Sbd) -> None:
    assert office("edit", "activity", "1", "社区=西坎村").code == 4
    assert office("edit", "activity", "1", "社区=西坎村", "--new").code == 0
    assert listed(office, "activity")[0]["place"] == "西坎村"


@pytest.mark.parametrize(
    ("record", "said"), [("org", f"统一社会信用代码={USCC}"), ("person", f"身份证号={ID_NO}")], ids=["org", "person"]
)
def test_an_edit_cannot_give_a_number_that_another_has(office: Sbd, record: str, said: str) -> None:
    added(office, record)
    assert office("edit", record, "1", said).code == 5


def test_an_edit_cannot_make_one_person_take_part_twice(office: Sbd) -> None:
    office("add", "person", "姓名=李四")
    office("add", "participation", "activity=1", "person=张三")
    office("add", "participation", "activity=1", "person=李四")
    assert office("edit", "participation", "2", "person=张三").code == 5


def test_people_move_to_the_other_month_with_their_activity(office: Sbd) -> None:
    office("add", "participation", "activity=1", "person=张三", "hours=2")
    office("edit", "activity", "1", "活动日期=2026-06-10")
    july, june = (office("report", "--month", month, "--format", "json").json()["totals"] for month in ("7", "6"))
    assert (july["services"], july["minutes"], july["participations"]) == (0, 0, 0)
    assert (june["services"], june["minutes"], june["participations"]) == (1, 120, 1)


# Voiding.


@pytest.mark.parametrize(
    ("record", "key", "user"),
    [
        ("org", "承德医学院", "log activity 义诊 --org 承德医学院"),
        ("org", "承德医学院", "add person 姓名=李四 工作单位=承德医学院"),
        ("place", "文庙社区", "log activity 义诊 --place 文庙社区"),
        ("place", "头道牌楼街道", ""),
        ("team", "应急服务队", "add member team=应急服务队 person=张三"),
        ("team", "应急服务队", "log activity 义诊 --team 应急服务队"),
        ("person", "张三", "log activity 义诊 --people 张三"),
        ("place", "塔沟社区", "init --office 塔沟社区居委会 --place 塔沟社区"),
    ],
)
def test_what_is_still_used_cannot_be_voided(office: Sbd, own_ledger: Path, record: str, key: str, user: str) -> None:
    assert not user or office(*user.split()).code == 0
    before = own_ledger.read_bytes()
    done = office("void", record, key, "--reason", "重复登记")
    assert done.code == 5
    assert own_ledger.read_bytes() == before


def test_what_is_used_no_longer_can_be_voided(office: Sbd) -> None:
    office("log", "activity", "义诊", "--org", "承德医学院")
    office("void", "activity", "义诊", "--reason", "重复登记")
    assert office("void", "org", "承德医学院", "--reason", "撤销").code == 0


def test_a_voided_activity_leaves_every_total_with_all_its_parts(office: Sbd) -> None:
    empty = office("report", "--year", "--format", "json").json()["totals"]
    line = "义诊 --served 30 --resolved 2 --hours 2 --people 张三 --outcome 停车位200个"
    office("log", "activity", *line.split())
    assert office("report", "--year", "--format", "json").json()["totals"] != empty
    said = office("void", "activity", "义诊", "--reason", "重复登记").out
    assert "1 条参与" in said
    assert "1 条成效" in said
    assert office("report", "--year", "--format", "json").json()["totals"] == empty
    for report in ("people", "outcomes"):
        assert office("report", report, "--year", "--format", "json").json()["rows"] == []


def test_a_voided_participation_leaves_the_hours(office: Sbd) -> None:
    office("log", "activity", "义诊", "--hours", "2", "--people", "张三")
    office("void", "participation", "1", "--reason", "没有来")
    totals = office("report", "--year", "--format", "json").json()["totals"]
    assert (totals["services"], totals["participations"], totals["volunteers"], totals["minutes"]) == (2, 0, 0, 0)


def test_nothing_new_can_hang_on_a_voided_activity(office: Sbd) -> None:
    office("log", "activity", "义诊")
    office("void", "activity", "2", "--reason", "重复登记")
    office("add", "participation", "activity=2", "person=张三", "hours=2")
    totals = office("report", "--year", "--format", "json").json()["totals"]
    assert (totals["participations"], totals["minutes"]) == (0, 0)


def test_nothing_new_can_be_at_a_voided_place(office: Sbd) -> None:
    office("void", "place", "文庙社区", "--reason", "撤并")
    assert office("log", "activity", "义诊", "--place", "2").code == 4


def test_a_voided_name_is_free_again(office: Sbd) -> None:
    office("void", "org", "承德医学院", "--reason", "重复登记")
    assert office("add", "org", "单位名称=承德医学院").code == 0
    assert office("show", "org", "承德医学院", "--format", "json").json()["id"] == 2


# What is printed.


def test_a_participation_is_told_by_activity_and_person(office: Sbd) -> None:
    said = office("add", "participation", "activity=义务理发", "person=张三").out
    assert said == "已登记参与 1（义务理发，张三）\n"


def test_a_table_shows_chinese_labels_and_values(office: Sbd) -> None:
    said = office("list", "place").out
    assert "地点（3 条）" in said
    for word in ("编号", "名称", "级别", "上级", "街道（镇）", "社区"):
        assert word in said
    assert "community" not in said


def test_show_lists_what_belongs_to_the_record(office: Sbd) -> None:
    office("log", "activity", "义诊", "--people", "张三", "--outcome", "停车位200个")
    said = office("show", "activity", "义诊").out
    assert "参与（1 条）" in said
    assert "成效（1 条）" in said
    assert "张三" in said


def test_csv_of_a_list_is_one_row_a_record(office: Sbd) -> None:
    said = office("list", "place", "--format", "csv").out
    assert said.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(said.removeprefix("\ufeff"))))
    assert [row["名称"] for row in rows] == ["头道牌楼街道", "文庙社区", "塔沟社区"]
    assert [row["上级"] for row in rows] == ["", "头道牌楼街道", "头道牌楼街道"]


@pytest.mark.parametrize("record", TYPED)
def test_a_kind_of_record_is_known_by_its_label_and_its_plural(office: Sbd, record: str) -> None:
    said = office("list", record, "--format", "json").out
    assert json.loads(said) == office("list", RECORDS[record].label, "--format", "json").json()
    assert said == office("list", f"{record}s", "--format", "json").out


# What an edit brings with it, and other ways to say it.


def test_the_length_of_an_activity_is_that_of_its_people_unless_theirs_was_said_apart(office: Sbd) -> None:
    office("add", "person", "姓名=李四")
    assert office("edit", "activity", "1", "hours=1.5").code == 0
    office("add", "participation", "activity=1", "person=张三", "hours=1.5")
    office("add", "participation", "activity=1", "person=李四", "hours=3")
    told = office("edit", "activity", "1", "hours=2").out
    assert "1 人" in told
    assert [row["minutes"] for row in listed(office, "participation")] == [120, 180]


def test_a_day_that_has_not_come_is_refused_however_it_is_entered(office: Sbd) -> None:
    assert office("add", "activity", "活动名称=甲", "日期=2026-08-01").code == 5
    assert office("edit", "activity", "1", "日期=2026-08-01").code == 5


def test_a_person_is_found_by_the_whole_id_and_a_unit_by_its_code(office: Sbd) -> None:
    office("add", "person", "姓名=钱七", f"身份证号={ID_NO}")
    office("edit", "org", "1", f"统一社会信用代码={USCC}")
    assert office("show", "person", ID_NO, "--format", "json").json()["name"] == "钱七"
    assert office("show", "org", USCC, "--format", "json").json()["id"] == 1


@pytest.mark.parametrize("month", ["2026-7", "2026年7月", "2026.07", "2026年"])
def test_a_month_or_year_is_found_however_it_is_written(office: Sbd, month: str) -> None:
    office("edit", "activity", "1", "日期=2026-07-10")
    assert [row["id"] for row in listed(office, "activity", f"日期:{month}")] == [1]


def test_an_approximate_duration_is_shown_as_such(sbd: Sbd) -> None:
    sbd("log", "activity", "义诊", "--hours", "约2小时", "--served", "30余")
    for said in (sbd("list", "activity").out, sbd("show", "activity", "1").out):
        assert "约2.0" in said
        assert "30余" in said
    [row] = sbd("list", "activity", "--format", "json").json()
    assert (row["minutes"], row["served"]) == (120, 30)
