"""Pairs that may be one: proposed with reasons, the likeliest first, and never what was decided already."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from shuangbaodao_cli.ledger.duplicates.candidates import candidate_pairs
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.values.codes import id_check_character

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

PHONE_1, PHONE_2 = "19900001234", "19900005678"
CALL_1, CALL_2 = f"联系电话={PHONE_1}", f"联系电话={PHONE_2}"
COLLEGE, BRIEF, HOME = "工作单位=承德医学院", "工作单位=承医", "居住社区=文庙社区"


def number(first17: str) -> str:
    return first17 + id_check_character(first17)


ID = number("13080219900307001")
MISREAD, SWAPPED = number("13080219900307007"), number("13080219900307010")
OTHER = number("13080219850612202")


def proposed(sbd: Sbd, record: str = "person") -> list[dict[str, Any]]:
    done = sbd(record, "duplicates", "--format", "json")
    assert done.code == 0, done.err
    return list(done.json())


def add(sbd: Sbd, record: str, name: str, *facts: str) -> None:
    """Put in a record that may look like one that is there: by a name of its own at first."""
    done = sbd("add", record, "名称=初名" if record == "org" else "姓名=初名", *facts)
    assert done.code == 0, done.err
    assert sbd("edit", record, "初名", name).code == 0


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    for name in ("承德医学院", "承医", "市邮储银行"):
        add(sbd, "org", f"名称={name}")
    sbd("add", "place", "名称=文庙社区")
    return sbd


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (["姓名=张三", CALL_1, f"身份证号={ID}"], ["姓名=张三", CALL_2, f"身份证号={MISREAD}"], "证件号只差一位"),
        (["姓名=张三", f"身份证号={ID}"], ["姓名=张三", f"身份证号={SWAPPED}"], "证件号只差一位或两位颠倒"),
        (["姓名=张三", f"身份证号={ID}"], ["姓名=张三", "出生日期=1990-03-07"], "出生日期相同"),
        (["姓名=张三", f"身份证号={ID}"], ["姓名=张三", "出生日期=1990-03"], "出生年月相同"),
        (["姓名=张三", COLLEGE, "职务=教师"], ["姓名=张三", BRIEF], "单位名称相近"),
        (["姓名=张三", COLLEGE, CALL_1], ["姓名=张三", COLLEGE, CALL_2], "单位相同"),
        (["姓名=张三", HOME, COLLEGE], ["姓名=张三", HOME, CALL_1], "居住社区相同"),
        (["姓名=张三丰", CALL_1], ["姓名=张三峰", CALL_1], "姓名只差一个字，电话相同"),
        (["姓名=张三丰", f"身份证号={ID}"], ["姓名=张三峰", f"身份证号={MISREAD}"], "姓名只差一个字，证件号只差一位"),
        (["姓名=张三丰", COLLEGE, CALL_1], ["姓名=张三峰", COLLEGE], "姓名只差一个字，单位相同"),
        (["姓名=张三", CALL_1], ["姓名=张三丰", CALL_1], "姓名只差一个字，电话相同"),
    ],
)  # fmt: skip
def test_two_persons_who_may_be_one_are_proposed_with_the_reason(
    office: Sbd, one: list[str], other: list[str], reason: str
) -> None:
    add(office, "person", *one)
    add(office, "person", *other)
    [pair] = proposed(office)
    assert (pair["one"], pair["other"]) == (1, 2)
    assert reason in pair["reasons"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["姓名=张三", f"身份证号={ID}", COLLEGE], ["姓名=张三", f"身份证号={OTHER}", COLLEGE]),
        (["姓名=张三", "出生日期=1990-03-07", COLLEGE], ["姓名=张三", "出生日期=1985-06", COLLEGE]),
        (["姓名=张三", CALL_1], ["姓名=张三", CALL_2]),
        (["姓名=张三", CALL_1], ["姓名=李四", CALL_1]),
        (["姓名=张三丰", "性别=男", CALL_1], ["姓名=张三凤", "性别=女", CALL_1]),
        (["姓名=张三", COLLEGE], ["姓名=张三", "工作单位=市邮储银行"]),
        (["姓名=张三", COLLEGE, CALL_1], ["姓名=张珊", COLLEGE]),
    ],
)  # fmt: skip
def test_two_persons_are_not_proposed(office: Sbd, one: list[str], other: list[str]) -> None:
    add(office, "person", *one)
    add(office, "person", *other)
    assert proposed(office) == []


def test_the_likeliest_pair_comes_first_and_more_reasons_say_more(office: Sbd) -> None:
    add(office, "person", "姓名=张三", COLLEGE, "职务=教师")
    add(office, "person", "姓名=张三", COLLEGE, f"身份证号={ID}")
    add(office, "person", "姓名=李四", f"身份证号={OTHER}", HOME)
    add(office, "person", "姓名=李四", "出生日期=1985-06-12", HOME)
    first, second = proposed(office)
    assert (first["one"], first["other"], second["one"], second["other"]) == (3, 4, 1, 2)
    assert first["score"] > second["score"]
    assert first["reasons"].split("；") == ["同名，出生日期相同", "同名，居住社区相同"]


def test_ids_and_phones_are_masked_everywhere(office: Sbd) -> None:
    add(office, "person", "姓名=张三", CALL_1, f"身份证号={ID}")
    add(office, "person", "姓名=张三", CALL_1, f"身份证号={MISREAD}")
    for form in ("table", "json", "csv", "md"):
        out = office("person", "duplicates", "--format", form).out
        assert "199****1234" in out
        assert PHONE_1 not in out
        assert ID not in out


def test_what_was_decided_is_not_proposed_again(office: Sbd) -> None:
    for post in ("教师", "科员", "医生"):
        add(office, "person", "姓名=张三", COLLEGE, f"职务={post}")
    assert [(row["one"], row["other"]) for row in proposed(office)] == [(1, 2), (1, 3), (2, 3)]
    office("person", "not-the-same", 2, 3)
    assert [(row["one"], row["other"]) for row in proposed(office)] == [(1, 2), (1, 3)]
    office("person", "merge", 1, 2)
    assert proposed(office) == []
    office("person", "unmerge", 2)
    assert [(row["one"], row["other"]) for row in proposed(office)] == [(1, 2), (1, 3)]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (["承德市公安局旅游分局"], ["旅游分局"], "后面的字相同"),
        (["文庙"], ["文庙社区"], "只差“社区”一类的字"),
        (["承德医学院"], ["承德医学校"], "只差一个字"),
        (["承德医学院"], ["承医"], "像是简称"),
        (["甲局", "联系电话=0314-2290001"], ["乙局", "联系电话=0314-2290001"], "联系电话相同"),
        (["甲局", "统一社会信用代码=111308020000000018"], ["甲局"], "名称相同"),
    ],
)
def test_two_units_that_may_be_one_are_proposed_with_the_reason(
    sbd: Sbd, one: list[str], other: list[str], reason: str
) -> None:
    add(sbd, "org", f"名称={one[0]}", *one[1:])
    add(sbd, "org", f"名称={other[0]}", *other[1:])
    [pair] = proposed(sbd, "org")
    assert (pair["one"], pair["other"]) == (1, 2)
    assert reason in pair["reasons"]


def test_two_codes_are_two_units(sbd: Sbd) -> None:
    add(sbd, "org", "名称=文庙", "统一社会信用代码=111308020000000018")
    add(sbd, "org", "名称=文庙社区", "统一社会信用代码=53130802MJ0000000E")
    assert proposed(sbd, "org") == []


def test_nobody_is_proposed_in_an_empty_ledger(sbd: Sbd) -> None:
    sbd("init", "--office", "甲")
    assert "0 对" in sbd("person", "duplicates").out
    assert proposed(sbd, "org") == []


def test_a_ledger_of_twenty_thousand_is_looked_through_without_comparing_all_with_all(own_ledger: Path) -> None:
    """Comparing each with each would be two hundred million comparisons: minutes, where this takes seconds."""
    with closing(open_ledger(own_ledger, create=True)) as connection:
        with write_transaction(connection, "fill") as entry:
            known = [(f"{'赵钱孙李周吴郑王'[at % 8]}{chr(0x4E00 + at % 4000)}", f"199{at:08d}") for at in range(20_000)]
            sql = f"INSERT INTO person (name, name_key, phone, entry) VALUES (?1, ?1, ?2, {entry.id})"
            connection.executemany(sql, [*known, ("赵一", "19900000007")])
            connection.execute("UPDATE person SET name = '赵一', name_key = '赵一' WHERE id = 8")
        began = time.process_time()
        found = candidate_pairs(connection, PERSON)
        assert [(pair.first_id, pair.second_id) for pair in found] == [(8, 20_001)]
        assert time.process_time() - began < 20
