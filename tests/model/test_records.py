"""The descriptions of the record types, held against the contract and against themselves."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from shuangbaodao_cli.commands.records.show import FIRST_PARTS, part_records
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.intake.rosters.find import RECORD_PRIORITY
from shuangbaodao_cli.ledger.records.labels import MASKS
from shuangbaodao_cli.model.record import Record, fields_by_heading
from shuangbaodao_cli.model.registry import RECORDS, load_order, resolve_record_type
from shuangbaodao_cli.values.cleaners import CleaningContext
from shuangbaodao_cli.values.text import fold_header
from shuangbaodao_cli.values.types import PHONE

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

CONTRACT = {
    "place": "name level parent code kind",
    "org": "name uscc kind branch leader contact phone members",
    "person": (
        "name gender id_type id_no birth_date phone org branch position political joined_party_on address community "
        "grid skills"
    ),
    "checkin": "who place basis since until",
    "team": "name place leader kind",
    "member": "team person since until",
    "activity": "title date end_date place org leader category content minutes served resolved volunteer need project",
    "participation": "activity person minutes role rating",
    "outcome": "activity quantity unit what",
    "need": "title place category people urgency raised_by raised_on state closed",
    "resource": "title owner kind category place quantity until",
    "project": "title need resource org place category since until wanted done_on",
    "order": "title need project resolution place category urgency opened_on due holder state closed",
    "order_event": "ticket step date by whom said due satisfaction corrects",
    "whistle": "ticket org kind sign_due signed contact_due contacted appear_due appeared",
    "meeting": "title date place host recorder",
    "resolution": "title meeting org owner due done_on result project",
    "subject": "number name level place health consent visitor",
    "visit": "subject date visitor health mood safety hygiene home found done next",
    "branch": "name kind functional parent place secretary",
    "area": "person place building households",
    "pledge": "person promise post duties",
    "consent": "person purpose medium since until",
}
"""The contract's table of names."""
CALLED = {
    "person": {"name": "姓名", "id_no": "身份证号", "phone": "联系电话", "political": "政治面貌"},
    "org": {"name": "单位名称", "uscc": "统一社会信用代码"},
    "activity": {"title": "活动名称", "date": "活动日期", "served": "服务群众人次", "minutes": "服务时长"},
}
"""Headings of the forms that offices send round, and what they mean."""
every_record = pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)


def test_every_record_is_called_by_its_own_name() -> None:
    assert all(name == record.name for name, record in RECORDS.items())
    labels = [record.label for record in RECORDS.values()]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(("name", "fields"), CONTRACT.items())
def test_a_record_has_the_fields_of_the_contract(name: str, fields: str) -> None:
    described = {field.name for field in RECORDS[name].fields}
    assert {*fields.split(), "note"} <= described


@pytest.mark.parametrize("word", ["person", "persons", "Person", "人员", " 人 员 "])
def test_a_record_is_named_in_english_or_chinese(word: str) -> None:
    assert resolve_record_type(word).name == "person"


def test_an_unknown_kind_of_record_is_answered_with_all_there_are() -> None:
    with pytest.raises(UsageError) as error:
        resolve_record_type("volunteer")
    assert all(name in str(error.value) for name in RECORDS)


@every_record
def test_names_and_labels_are_unique_in_a_record(record: Record) -> None:
    names = [field.name for field in record.fields]
    labels = [field.label for field in record.fields]
    assert len(names) == len(set(names))
    assert len(labels) == len(set(labels))


@every_record
def test_every_field_has_an_english_name_and_a_chinese_label(record: Record) -> None:
    for field in record.roster_fields():
        assert field.name.isascii()
        assert field.name.isidentifier()
        assert field.name == field.name.lower()
        assert any("\u4e00" <= char <= "\u9fff" for char in field.label)


@every_record
def test_keys_name_real_fields_and_hold_the_title_or_a_code(record: Record) -> None:
    names = {field.name for field in record.fields}
    assert record.keys
    for key in record.keys:
        assert set(key) <= names
        assert len(key) == len(set(key))


@every_record
def test_references_name_real_records(record: Record) -> None:
    for field in record.roster_fields():
        assert set(field.targets) <= set(RECORDS)


@every_record
def test_what_hangs_on_a_record_points_back_to_it(record: Record) -> None:
    columns = {field.name for field in record.roster_fields()}
    for link in record.links:
        part = RECORDS[link.record]
        part_fields = {field.name for field in part.fields}
        assert record.name in part[link.owner].targets
        assert {name for name, _ in (*link.copied_fields, *link.fixed_values)} <= part_fields
        assert not link.required_column or link.required_column in columns


@every_record
def test_no_heading_means_two_fields_of_one_roster(record: Record) -> None:
    meant: dict[str, set[str]] = defaultdict(set)
    for field in record.roster_fields():
        for word in field.accepted_names():
            for heading in fold_header(word):
                meant[heading].add(field.name)
    assert {heading: fields for heading, fields in meant.items() if len(fields) > 1} == {}


@every_record
def test_every_label_and_name_leads_to_its_own_field(record: Record) -> None:
    known = fields_by_heading(record)
    for field in record.fields:
        assert field.name in record.derived or known[fold_header(field.label)[0]].name == field.name
        assert record.field(field.label) is field
        assert record.field(field.name) is field


@pytest.mark.parametrize(
    ("name", "field", "label"), [(name, *pair) for name, said in CALLED.items() for pair in said.items()]
)
def test_the_labels_are_those_of_the_forms(name: str, field: str, label: str) -> None:
    assert RECORDS[name][field].label == label


@every_record
def test_every_example_is_clean(record: Record) -> None:
    for field in record.roster_fields():
        if field.example:
            stored = field.type.clean(field.example, CleaningContext(year=2026))
            assert field.type.clean(field.type.show(stored), CleaningContext(year=2026)) == stored


@every_record
def test_every_required_field_has_an_example(record: Record) -> None:
    assert all(field.example for field in record.fields if field.required)


@every_record
def test_the_title_comes_first_and_is_required(record: Record) -> None:
    assert record.title_field is record.fields[0]
    assert record.title_field.required or record.title_field.name == "number"  # which the program gives


@every_record
def test_every_default_is_a_value_of_its_type(record: Record) -> None:
    for field in record.fields:
        if field.default is not None:
            assert field.type.clean(field.type.show(field.default), CleaningContext()) == field.default


@every_record
def test_a_record_is_described_by_facts_that_anybody_may_see(record: Record) -> None:
    for name in record.described_by:
        assert record[name].columns == (name,)
        assert record[name].type.name not in {*MASKS, "uscc"}
        assert record[name] is not record.title_field


@every_record
def test_what_a_row_names_is_loaded_before_it(record: Record) -> None:
    order = load_order()
    named = {target for field in record.roster_fields() for target in field.targets} | {*record.loaded_after}
    assert sorted(order) == sorted(RECORDS)
    assert all(order.index(name) < order.index(record.name) for name in named - {record.name})


@every_record
def test_a_record_that_is_listed_is_recognised(record: Record) -> None:
    assert RECORD_PRIORITY.count(record.name) == record.is_importable


@every_record
def test_a_record_is_shown_with_what_it_points_to_unless_others_point_to_it(record: Record) -> None:
    shown = part_records()
    assert shown.count(record) == (not record.shown_apart)
    assert record in shown or any(record.name in field.targets for other in RECORDS.values() for field in other.fields)
    assert set(FIRST_PARTS) <= {part.name for part in shown}


@every_record
def test_a_required_reference_to_a_person_makes_a_record_personal(record: Record) -> None:
    required = [field for field in record.fields if field.required and "person" in field.targets]
    assert not required or record.about_person in required


def test_every_record_about_a_person_is_erased_with_the_person(sbd: Sbd, own_ledger: Path) -> None:
    assert sbd("init", "--office", "文庙社区").code == 0
    assert sbd("add", "person", "姓名=张三").code == 0
    assert sbd("add", "place", "名称=文庙社区").code == 0
    assert sbd("log", "activity", "义务理发").code == 0
    assert sbd("add", "team", "队伍名称=文庙志愿服务队").code == 0
    personal = {name: record for name, record in RECORDS.items() if record.about_person}
    for name, record in personal.items():
        words = [f"{field.name}={1 if field.to else field.example}" for field in record.fields if field.required]
        assert sbd("add", name, *words, "备注=他说的").code == 0
    assert sbd("person", "forget", 1, "--reason", "本人要求", "--yes").code == 0
    connection = sqlite3.connect(own_ledger)
    remarks = {name: connection.execute(f"SELECT note FROM [{name}]").fetchall() for name in personal}
    connection.close()
    assert remarks == {name: [(None,)] for name in personal}


@every_record
def test_a_phone_number_stands_behind_the_name_of_whose_it_is(record: Record) -> None:
    phones = [field for field in record.fields if field.type is PHONE and record.name != "person"]
    assert [phone for _, phone in record.contacts] == phones


@every_record
def test_every_record_has_a_note_which_erasing_a_person_empties(record: Record) -> None:
    assert record["note"].type.sql == "TEXT"


@every_record
def test_what_can_be_merged_has_codes_that_speak_against_it(record: Record) -> None:
    assert not record.mergeable or (record.has_name and len(record.keys[0]) == 1)


@every_record
def test_the_ledger_has_a_column_for_every_fact(record: Record, sbd: Sbd, own_ledger: Path) -> None:
    assert sbd("init", "--office", "文庙社区").code == 0
    connection = sqlite3.connect(own_ledger)
    held = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info([{record.name}])")}
    connection.close()
    assert set(record.columns) <= set(held)
    for field in record.fields:
        assert {held[column] for column in field.columns} == {"INTEGER" if field.to else field.type.sql}
