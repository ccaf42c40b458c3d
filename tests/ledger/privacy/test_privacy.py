"""Personal data: classes and masks, consent and its withdrawal, a copy for the person, forgetting, the report."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import sheet
from shuangbaodao_cli.ledger.records.labels import MASKS
from shuangbaodao_cli.ledger.storage import chain, layouts
from shuangbaodao_cli.model.record import privacy_class_of
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.masking import mask_codes, mask_name, mask_numbers
from shuangbaodao_cli.values.types import PrivacyClass

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

ID, PHONE = "13080219900307001X", "19900001234"
OTHER = "19900005678"
PERSONAL_TEXTS = (
    "王小兰",
    ID,
    PHONE,
    "塔沟小区3号楼",
    "1990-03-07",
    "爱喝茶",
    "199-0000-1234",
    "护理部主任",
    "19900008888",
)
"""What tells of the person who will be forgotten, as it was typed and as it is kept."""
SERVICE = "log activity 义诊 --date 2026-07-01 --place 文庙社区 --org 承德医学院 --served 30 --hours 1.5"
REASON = "本人书面申请"


@pytest.fixture
def office(sbd: Sbd, tmp_path: Path) -> Sbd:
    """Two people, one of them told by an import, by typed commands, by texts and by a merged namesake."""
    for words in (
        "add place 名称=文庙社区 级别=社区",
        "add org 名称=承德医学院 联络员=王小兰",
    ):
        assert sbd(*words.split()).code == 0
    roster = sheet(
        tmp_path / "花名册.xlsx",
        ["姓名", "身份证号", "电话", "工作单位", "居住社区", "居住地址", "出生日期", "职务", "爱好"],
        [
            "王小兰",
            ID,
            f"{PHONE}、19900008888",
            "承德医学院",
            "文庙社区",
            "塔沟小区3号楼",
            "1990-03-07",
            "护理部主任",
            "爱喝茶",
        ],
        ["王小兰兰", None, OTHER, "承德医学院", "文庙社区", None, None, None, None],
        ["张三", None, None, None, None, None, None, None, None],
    )
    sbd("import", roster)
    for words in (
        "add person 姓名=王小兰 联系电话=19900004321 备注=重复登记",
        "person merge 1 4",
        f"{SERVICE} --people 1 --leader 王小兰 --content 报名找王小兰199-0000-1234",
        "log activity 理发 --date 2026-07-02 --place 文庙社区 --served 4 --hours 2 --people 王小兰兰 --leader 王小兰兰",
        "edit person 1 备注=爱喝茶",
        "edit activity 1 服务内容=量血压",
        "person consent 1 --medium 书面 --purpose 志愿服务记录 --date 2026-01-05",
        "edit consent 1 备注=王小兰本人签字",
    ):
        result = sbd(*words.split())
        assert result.code == 0, result.err
    return sbd


def rows(ledger: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(ledger)) as connection:
        return connection.execute(sql).fetchall()


def leaves(ledger: Path) -> dict[tuple[str, int], str]:
    """The hash of every row that the chain covers, as it is now."""
    with closing(sqlite3.connect(ledger)) as connection:
        layout = layouts.layout_of(layouts.NEWEST)
        return {
            (table, id_): chain.leaf_hash(image).hex()
            for table in layout
            for id_, image in connection.execute(f"SELECT id, {chain.row_json_sql(layout, table)} FROM [{table}]")
        }


def figures(sbd: Sbd) -> list[Any]:
    """The totals and, by number, who served how much where; without names."""
    total = sbd("report", "--year", "2026", "--format", "json").json()["totals"]
    people = sbd("report", "people", "--year", "2026", "--format", "json").json()["rows"]
    by_unit = sbd("report", "--year", "2026", "--by", "org", "--format", "json").json()["rows"]
    return [total, sorted(({**one, "person": ""} for one in people), key=lambda one: one["person_id"]), by_unit]


# Classes and masks ---------------------------------------------------------------------------------


@given(st.text(alphabet="0123456789XE*- ", max_size=40) | st.from_regex(r"[A-Z]{0,2}\d{5,20}", fullmatch=True))
def test_long_numbers_stay_masked(text: str) -> None:
    assert mask_codes(mask_codes(text)) == mask_codes(text)


def test_numbers_in_columns_that_are_not_ours_are_masked(sbd: Sbd, tmp_path: Path) -> None:
    heads = ["姓名", "电话", "紧急联系电话", "护照", "银行卡号", "入会"]
    numbers = ("19900008888", "0314-2290001", "E12345678", "6222020200112233445")
    file = sheet(tmp_path / "a.xlsx", heads, ["张三", f"{PHONE}、{numbers[0]}", *numbers[1:], "20260105"])
    assert sbd("import", file).code == 0
    shown = sbd("show", "person", "1").out
    assert [one for one in numbers if one in shown] == []
    assert "20260105" in shown
    whole = sbd("show", "person", "1", "--full", "--reason", "核对").out
    assert all(one in whole for one in numbers)
    later = sheet(tmp_path / "b.xlsx", heads, ["张三", PHONE, "0314-2290009", *numbers[2:], "20260105"])
    assert "2290001" not in sbd("import", later).out


@pytest.mark.parametrize("name", MASKS)
@given(text=st.text(alphabet="0123456789Xx*-１ 张三", max_size=20) | st.from_regex(r"1[3-9]\d{9}", fullmatch=True))
def test_what_is_masked_stays_as_it_is(name: str, text: str) -> None:
    masked = MASKS[name](text)
    assert MASKS[name](masked) == masked


@given(st.text(max_size=20) | st.text(alphabet="张三、 ·*", max_size=12))
def test_a_name_in_part_stays_as_it_is(text: str) -> None:
    assert mask_name(mask_name(text)) == mask_name(text)


@pytest.mark.parametrize("number", ["8619900001234", "+86 19900001234", "0086-199-0000-1234"])
def test_a_number_behind_the_code_of_the_country_is_masked_too(number: str) -> None:
    assert "199****1234" in mask_numbers(f"电话{number}")


@given(st.text(alphabet="0123456789X*- ", max_size=60) | st.from_regex(r"1[3-9]\d{9}-\d{8}", fullmatch=True))
def test_numbers_in_a_text_stay_masked(text: str) -> None:
    assert mask_numbers(mask_numbers(text)) == mask_numbers(text)


def test_what_is_masked_in_lists_is_sensitive() -> None:
    fields = [field for record in RECORDS.values() for field in record.fields if field.type.name in MASKS]
    assert {privacy_class_of(field) for field in fields} == {PrivacyClass.SENSITIVE}


@pytest.mark.parametrize(
    ("record", "field", "label"),
    [
        ("person", "name", "内部"),
        ("person", "id_no", "敏感"),
        ("person", "birth_date", "敏感"),
        ("person", "address", "敏感"),
        ("person", "note", "内部"),
        ("activity", "leader", "内部"),
        ("activity", "title", "公开"),
        ("subject", "name", "敏感"),
        ("visit", "subject", "敏感"),
        ("participation", "person", "内部"),
    ],
)
def test_a_fact_has_a_class(record: str, field: str, label: str) -> None:
    assert privacy_class_of(RECORDS[record][field]).label == label


# Consent -------------------------------------------------------------------------------------------


def test_a_consent_is_written_down_once(office: Sbd) -> None:
    result = office("person", "consent", "张三", "--medium", "口头", "--date", "2026-02-03")
    assert (result.code, "口头，2026-02-03" in result.out) == (0, True)
    again = office("person", "consent", "张三", "--medium", "口头", "--date", "2026-02-03")
    assert (again.code, "没有改动" in again.out) == (0, True)
    found = office("list", "consent", "姓名:张三", "--format", "json").json()
    assert [(one["medium"], one["since"], one["until"]) for one in found] == [("oral", "2026-02-03", None)]


@pytest.mark.parametrize(("day", "code"), [("2026-08-01", 5), (" ", 2), ("2026-07-31", 0)])
def test_a_consent_is_not_written_down_before_it_was_given(office: Sbd, day: str, code: int) -> None:
    assert office("person", "consent", "张三", "--medium", "口头", "--date", day).code == code


def test_a_consent_is_withdrawn_for_a_reason(office: Sbd) -> None:
    assert office("person", "withdraw", "1").code == 2
    result = office("person", "withdraw", "1", "--reason", "本人来电")
    assert result.code == 0
    assert "十年" in result.out
    assert "sbd person forget 1" in result.out
    assert office("list", "consent", "--format", "json").json()[0]["until"] == "2026-07-31"
    assert "本人来电" in office("show", "consent", "1").out
    assert "没有改动" in office("person", "withdraw", "1", "--reason", "又来电").out


def test_what_was_never_agreed_cannot_be_withdrawn(office: Sbd) -> None:
    result = office("person", "withdraw", "张三", "--reason", "本人来电")
    assert (result.code, "没有登记过" in result.err) == (4, True)


def test_a_consent_is_not_withdrawn_before_it_was_given(office: Sbd) -> None:
    result = office("person", "withdraw", "1", "--date", "2026-01-04", "--reason", "本人来电")
    assert result.code == 5
    assert office("list", "consent", "--format", "json").json()[0]["until"] is None


def test_consents_are_imported_from_their_list(office: Sbd, tmp_path: Path) -> None:
    path = sheet(tmp_path / "同意书.xlsx", ["姓名", "用途", "形式", "同意日期"], ["张三", "公示", "书面", "2026-03-01"])
    assert office("import", path, "--as", "consent").code == 0
    assert office("list", "consent", "用途:公示", "--format", "json").json()[0]["person"] == "张三"


# A copy for the person -------------------------------------------------------------------------------


def test_the_copy_has_everything_unmasked_and_is_for_its_owner_alone(office: Sbd, tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    result = office("person", "export", "1", "-o", path, "--reason", REASON)
    assert result.code == 0, result.err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = json.loads(path.read_text(encoding="utf-8"))
    assert held["person"][0]["id_no"] == ID
    assert held["person"][0]["phone"] == PHONE
    assert [one["note"] for one in held["merged_4"]] == ["重复登记"]
    assert [one["activity"] for one in held["participation"]]
    assert held["consent"][0]["purpose"] == "志愿服务记录"
    assert held["sources"][0]["file"] == "花名册.xlsx"
    assert any("爱喝茶" in one["what"] for one in held["history"])
    assert held["org_contact"][0]["name"] == "承德医学院"


def test_the_copy_tells_what_names_them_as_they_were_put_in_a_second_time(office: Sbd, tmp_path: Path) -> None:
    assert office("add", "person", "姓名=王晓兰").code == 0
    assert office("add", "team", "队伍名称=巡逻队", "队长=王晓兰").code == 0
    assert office("person", "merge", "1", "5").code == 0
    path = tmp_path / "w.json"
    assert office("person", "export", "1", "-o", path, "--reason", REASON).code == 0
    assert json.loads(path.read_text(encoding="utf-8"))["team_leader"][0]["name"] == "巡逻队"


@pytest.mark.parametrize("ending", ["xlsx", "html", "md", "csv"])
def test_the_copy_can_be_read_by_people(office: Sbd, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"w.{ending}"
    assert office("person", "export", "1", "-o", path, "--reason", REASON).code == 0
    if ending == "xlsx":
        text = str([cell for one in openpyxl.load_workbook(path) for row in one.values for cell in row])
    else:
        text = path.read_text(encoding="utf-8")
    assert all(value in text for value in (ID, PHONE, "塔沟小区3号楼", "义诊", "志愿服务记录", "花名册.xlsx"))


def test_the_copy_wants_a_reason_and_a_file_and_is_recorded(office: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    assert office("person", "export", "1", "-o", tmp_path / "w.json").code == 2
    assert office("person", "export", "1", "--reason", REASON).code == 2
    assert not (tmp_path / "w.json").exists()
    assert office("person", "export", "1", "-o", tmp_path / "w.json", "--reason", REASON).code == 0
    assert rows(own_ledger, "SELECT reason FROM entry ORDER BY id DESC LIMIT 1") == [(REASON,)]


# Forgetting ------------------------------------------------------------------------------------------


def test_forgetting_is_refused_while_the_duty_of_ten_years_holds(office: Sbd) -> None:
    result = office("person", "forget", "--yes", "1")
    assert (result.code, "2036-07-01" in result.err) == (5, True)
    assert "王小兰" in office("show", "person", "1").out


def test_after_ten_years_no_reason_is_wanted(office: Sbd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBD_TODAY", "2036-07-02")
    assert office("person", "forget", "--yes", "1").code == 0


def test_nothing_of_the_person_is_left_in_the_file(office: Sbd, own_ledger: Path) -> None:
    before = figures(office)
    assert [one for one in PERSONAL_TEXTS if one.encode() not in own_ledger.read_bytes()] == []
    result = office("person", "forget", "--yes", "1", "--reason", f"{REASON}王小兰")
    assert result.code == 0, result.err
    content = own_ledger.read_bytes().replace("王小兰兰".encode(), b"")
    assert [one for one in PERSONAL_TEXTS if one.encode() in content] == []
    assert "王小兰兰".encode() in own_ledger.read_bytes()
    assert OTHER.encode() in own_ledger.read_bytes()
    assert figures(office) == before
    assert office("status", "--check").code == 0


@pytest.mark.parametrize("words", ["add person", "--ledger {} add person", "add --ledger={} 人员", "add --new 人员"])
def test_however_it_was_typed_nothing_of_the_command_is_left(sbd: Sbd, own_ledger: Path, words: str) -> None:
    """Where the ledger lies, options before the kind of record and its Chinese word hide nothing."""
    fields = ("姓名=王小兰", "联系电话=0314-2012345", "居住地址=塔沟小区3号楼")
    assert sbd(*words.format(own_ledger).split(), *fields).code == 0
    assert sbd("edit", "--reason", "搬家", "人员", "1", "居住地址=和平路88号").code == 0
    assert sbd("add", "consent", "姓名=王小兰", "同意日期=2026-01-05", "备注=住院").code == 0
    assert sbd("--ledger", own_ledger, "person", "forget", "--yes", "1", "--reason", REASON).code == 0
    content = own_ledger.read_bytes()
    hers = ("王小兰", "2012345", "塔沟小区", "和平路", "住院")
    assert [one for one in hers if one.encode() in content] == []
    assert sbd("verify").code == 0


def test_the_chain_goes_on_holding(office: Sbd, own_ledger: Path) -> None:
    """Every row that was changed has its hash put by, as it was when its command ended."""
    before = leaves(own_ledger)
    assert office("person", "forget", "--yes", "1", "--reason", REASON).code == 0
    after = leaves(own_ledger)
    changed = {row for row, leaf in before.items() if after[row] != leaf}
    assert {"person", "change", "entry", "org", "activity", "consent"} <= {table for table, _ in changed}
    result = office("verify")
    assert result.code == 0, result.err


def test_it_holds_over_a_row_whose_history_was_blotted(office: Sbd) -> None:
    """Its past led back to what was hashed; now it does not."""
    assert office("edit", "activity", "1", "活动负责人=张三").code == 0
    assert office("person", "forget", "--yes", "1", "--reason", REASON).code == 0
    assert office("verify").code == 0


def test_the_history_says_that_it_was_done(office: Sbd) -> None:
    office("person", "forget", "--yes", "1", "--reason", REASON)
    shown = office("show", "person", "1").out
    assert "已匿名-1" in shown
    assert "应要求匿名" in shown
    assert REASON in shown


@pytest.mark.parametrize(
    "words", ["add --new person", "--ledger {} add person", "add --ledger={} 人员", "add --ledger {} persons"]
)
def test_what_was_typed_of_the_person_is_forgotten_however_it_was_typed(sbd: Sbd, own_ledger: Path, words: str) -> None:
    assert sbd(*words.format(own_ledger).split(), "姓名=王小兰", "居住地址=塔沟小区3号楼").code == 0
    assert sbd("person", "forget", "--yes", "1", "--yes", "--reason", REASON).code == 0
    assert "3号楼" not in str(rows(own_ledger, "SELECT command FROM entry"))


def test_a_copy_for_the_person_is_in_the_report_wherever_the_options_stood(office: Sbd, own_ledger: Path) -> None:
    office("--ledger", own_ledger, "person", "export", "1", "--reason", REASON, "-o", own_ledger.with_name("a.html"))
    report = office("privacy", "report", "--format", "json").json()
    assert [one["reason"] for one in report["reveals"]] == [REASON]


def test_forgetting_twice_changes_nothing(office: Sbd, own_ledger: Path) -> None:
    office("person", "forget", "--yes", "1", "--reason", REASON)
    before = rows(own_ledger, "SELECT COUNT(*) FROM entry")
    assert "没有改动" in office("person", "forget", "--yes", "1", "--reason", REASON).out
    assert rows(own_ledger, "SELECT COUNT(*) FROM entry") == before


def test_what_was_entered_since_is_forgotten_too(office: Sbd, own_ledger: Path) -> None:
    """Put in again, merged into the nameless one, or written on it: that somebody was forgotten hides nothing."""
    assert office("person", "forget", "--yes", "1", "--reason", REASON).code == 0
    for words in ("add person 姓名=王小兰 居住地址=塔沟小区9号楼", "person merge 1 5", "edit consent 1 备注=住院"):
        assert office(*words.split()).code == 0
    assert "人员 1 已匿名" in office("person", "forget", "--yes", "1", "--reason", REASON).out
    content = own_ledger.read_bytes().replace("王小兰兰".encode(), b"")
    assert [one for one in ("王小兰", "塔沟小区9号楼", "住院") if one.encode() in content] == []
    assert "没有改动" in office("person", "forget", "--yes", "1", "--reason", REASON).out
    assert office("verify").code == 0


def test_two_facts_that_make_a_name_together_are_none(office: Sbd) -> None:
    assert office("edit", "activity", "2", "活动负责人=王", "服务内容=小兰花").code == 0
    assert office("person", "forget", "--yes", "1", "--reason", REASON).code == 0
    assert office("show", "activity", "2", "--format", "json").json()["leader"] == "王"


def test_a_namesake_is_left_alone(office: Sbd) -> None:
    assert office("add", "person", "姓名=王小兰", "联系电话=19900009999").code == 0
    result = office("person", "forget", "--yes", "1", "--reason", f"王小兰{REASON}")
    assert "1 人同名（编号 5）" in result.out
    assert f"已匿名-1{REASON}" in office("show", "person", "1").out
    assert office("list", "person", "姓名:王小兰", "联系电话:19900009999", "--format", "json").json()
    assert office("show", "activity", "1", "--format", "json").json()["leader"] == "王小兰"


def test_a_name_of_two_letters_may_be_a_word(office: Sbd) -> None:
    assert office("add", "person", "姓名=文明").code == 0
    words = "log activity 劝导 --date 2026-07-03 --leader 文明 --content 文明劝导 --people 文明"
    assert office(*words.split()).code == 0
    result = office("person", "forget", "--yes", "文明", "--reason", REASON)
    assert (result.code, "服务活动 3" in result.err, "--text all" in result.err) == (5, True, True)
    assert office("person", "forget", "--yes", "文明", "--reason", REASON, "--text", "alone").code == 0
    shown = office("show", "activity", "3", "--format", "json").json()
    assert (shown["leader"], shown["content"]) == ("已匿名-5", "文明劝导")


def test_a_name_of_two_letters_is_taken_out_everywhere_where_that_is_said(office: Sbd, own_ledger: Path) -> None:
    words = "log activity 劝导 --date 2026-07-03 --leader 张三 --content 由张三负责 --people 张三"
    assert office(*words.split()).code == 0
    assert office("person", "forget", "--yes", "张三", "--reason", REASON, "--text", "all").code == 0
    assert "张三".encode() not in own_ledger.read_bytes()


def test_what_was_said_beside_the_records_is_taken_out_too(office: Sbd, own_ledger: Path, tmp_path: Path) -> None:
    """To whom a report was sent, what somebody was looked for by, a heading, a visit, a row that was refused."""
    sheet(tmp_path / "签到.xlsx", ["姓名", "王小兰核"], ["周七", "是"])
    wrong = ["周八", ID[:17], "19900007777"], ["周九", "", "1990000123"], ["周十", "", "13911112"], ["周末"]
    sheet(tmp_path / "错.xlsx", ["姓名", "身份证号", "电话"], *wrong)
    assert office("import", tmp_path / "签到.xlsx", "--map", "备注=王小兰核").code == 0
    assert office("import", tmp_path / "错.xlsx").code == 3
    for words in (
        "report freeze --month 2026-07 --for 王小兰主任 --note 王小兰要的",
        "list person 居住地址:塔沟小区3号楼 --full --reason 核对",
        "add subject 姓名=赵某 社区（网格）=文庙社区",
        "log visit 户-2026-0001 --content 王小兰陪同",
        "add subject 姓名=钱某 监护人=王小兰",
    ):
        result = office(*words.split())
        assert result.code == 0, result.err
    content = own_ledger.read_bytes()
    assert all(
        one.encode() in content for one in (f'"{ID[:17]}"', '"1990000123"', "王小兰陪同", "王小兰要的", "王小兰核")
    )
    result = office("person", "forget", "--yes", "1", "--reason", REASON)
    assert (result.code, "户-2026-0002" in result.out, "户-2026-0001" in result.out) == (0, True, False)
    left = own_ledger.read_bytes().replace("王小兰兰".encode(), b"")
    assert left.count("王小兰".encode()) == 1  # the guardian of whom it was told
    assert [one for one in (ID[:17], "1990000123", "塔沟小区3号楼") if one.encode() in left] == []
    assert b"13911112" in left  # what was wrong with the number of somebody else
    assert office("verify").code == 0
    assert "没有改动" in office("person", "forget", "--yes", "1", "--reason", REASON).out


def test_a_number_that_stands_beside_the_name_is_theirs(office: Sbd, own_ledger: Path) -> None:
    """Who raised a need left another number there than on the roster; that of somebody else stays."""
    assert office("log", "need", "修灯", "--by", "王小兰", "--phone", "19900004444", "--new").code == 0
    assert office("log", "need", "修路", "--by", "王小兰", "--phone", OTHER, "--new").code == 0
    assert office("person", "forget", "--yes", "1", "--reason", REASON).code == 0
    content = own_ledger.read_bytes()
    assert (b"19900004444" in content, OTHER.encode() in content) == (False, True)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("王小兰", "王　小兰"),
        ("王小兰", "王\u200b小兰"),
        ("阿依·买提", "阿依•买提"),
        ("阿依•买提", "阿依.买提"),
        ("Li Lei", "ＬＩ lei"),
        ("王小兰", "+8619900001234"),
        ("王小兰", "0086 199 0000 1234"),
    ],
)
def test_however_it_is_written_a_name_or_number_is_taken_out(
    sbd: Sbd, own_ledger: Path, name: str, written: str
) -> None:
    assert sbd("add", "person", f"姓名={name}", f"联系电话={PHONE}").code == 0
    assert sbd("log", "activity", "义诊", "--date", "2026-07-01", "--content", f"找{written}报名").code == 0
    assert sbd("person", "forget", "--yes", "1", "--reason", REASON).code == 0
    assert written.encode() not in own_ledger.read_bytes()


def test_a_longer_name_of_somebody_else_is_spared_however_it_is_written(sbd: Sbd) -> None:
    for name in ("王小兰", "王 小兰兰", "Ann", "Li Anna"):
        assert sbd("add", "person", f"姓名={name}").code == 0
    words = ("log", "activity", "义诊", "--date", "2026-07-01", "--content", "请王小兰兰、王 小兰兰和Anna、Annabel来")
    assert sbd(*words).code == 0
    assert sbd("person", "forget", "--yes", "1", "--reason", REASON).code == 0
    assert sbd("person", "forget", "--yes", "Ann", "--reason", REASON).code == 0
    assert sbd("show", "activity", "1", "--format", "json").json()["content"] == words[-1]


def test_what_things_are_called_is_asked_before(office: Sbd, own_ledger: Path) -> None:
    """Renamed afterwards they would leave the old name in the history for good."""
    assert office("add", "team", "队伍名称=王小兰工作室").code == 0
    refused = office("person", "forget", "--yes", "1", "--reason", REASON)
    assert (refused.code, "王小兰工作室" in refused.err, "--text all" in refused.err) == (5, True, True)
    assert office("person", "forget", "--yes", "1", "--reason", REASON, "--text", "all").code == 0
    assert "王小兰" not in own_ledger.read_bytes().replace("王小兰兰".encode(), b"").decode(errors="replace")
    assert office("show", "team", "已匿名-1工作室").code == 0
    assert office("verify").code == 0


def test_a_thing_may_keep_its_name_and_may_be_renamed_before(office: Sbd, own_ledger: Path) -> None:
    assert office("add", "team", "队伍名称=王小兰工作室").code == 0
    assert office("add", "team", "队伍名称=王小兰诊室").code == 0
    assert office("edit", "team", "2", "队伍名称=诊室").code == 0
    result = office("person", "forget", "--yes", "1", "--reason", REASON, "--text", "alone")
    assert (result.code, "志愿服务队 1" in result.out) == (0, True)
    assert office("show", "team", "王小兰工作室").code == 0
    assert "王小兰诊室".encode() not in own_ledger.read_bytes()


def test_kept_files_are_named_and_deleted_where_that_is_asked_for(office: Sbd, own_ledger: Path) -> None:
    beside = own_ledger.with_name("ledger.db.files")
    assert len(list(beside.iterdir())) == 1
    assert "花名册.xlsx" in office("person", "forget", "--yes", "1", "--reason", REASON, "--files").out
    assert list(beside.iterdir()) == []


def test_kept_files_stay_unless_that_is_asked_for(office: Sbd, own_ledger: Path) -> None:
    result = office("person", "forget", "--yes", "1", "--reason", REASON)
    assert "请自己删除" in result.out
    assert "备份" in result.out
    assert len(list(own_ledger.with_name("ledger.db.files").iterdir())) == 1


def test_every_kept_file_that_names_somebody_is_told(office: Sbd, own_ledger: Path, tmp_path: Path) -> None:
    """Where they lead an activity, where their row was refused, what proves a step; not what is of others."""
    sheet(tmp_path / "活动.xlsx", ["活动名称", "日期", "负责人"], ["义诊二", "2026-07-03", "王小兰"])
    sheet(tmp_path / "别人.xlsx", ["姓名", "电话"], ["王小兰兰", OTHER], ["周七", "19900007777"])
    (tmp_path / "退回.csv").write_bytes("姓名,电话\n周八,19900007778\n王小兰,1990\n".encode("gb18030"))
    (tmp_path / "签到.txt").write_text("到场：王小兰", encoding="utf-16-le")
    for file in ("活动.xlsx", "别人.xlsx", "退回.csv"):
        assert office("import", tmp_path / file).code in {0, 3}
    assert office("log", "need", "修灯", "--place", "文庙社区").code == 0
    for words in ("open 1", "plan 1 --plan 换灯泡 --due 2026-08-10 --evidence 签到.txt"):
        taken = office("order", *words.split())
        assert taken.code == 0, taken.err
    result = office("person", "forget", "--yes", "1", "--reason", REASON, "--files")
    told = [one.split("：")[-1].partition("（")[0] for one in result.out.splitlines() if "留底的" in one]
    assert told == ["第 1 批 花名册.xlsx", "第 2 批 活动.xlsx", "第 4 批 退回.csv", "凭据 签到.txt"]
    assert len(list(own_ledger.with_name("ledger.db.files").iterdir())) == 2


def test_backups_beside_the_ledger_and_who_entered_something_are_told(
    office: Sbd, own_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert office("backup").code == 0
    monkeypatch.setenv("SBD_OPERATOR", "王小兰")
    assert office("add", "person", "姓名=周七").code == 0
    [copy] = own_ledger.with_name("ledger.db.backups").glob("*.db")
    output = office("person", "forget", "--yes", "1", "--reason", REASON).out
    assert (str(copy) in output, "经手人里还有这个名字（1 笔）" in output) == (True, True)


def test_what_cannot_be_deleted_is_told_and_the_rest_is_done(office: Sbd, own_ledger: Path) -> None:
    [kept] = own_ledger.with_name("ledger.db.files").iterdir()
    kept.unlink()
    kept.mkdir()
    result = office("person", "forget", "--yes", "1", "--reason", REASON, "--files")
    assert (result.code, "请自己删除" in result.out, "备份" in result.out) == (0, True, True)
    assert "爱喝茶".encode() not in own_ledger.read_bytes()


def test_an_import_can_still_be_taken_back(office: Sbd) -> None:
    assert office("void", "activity", "1", "--reason", "试").code == 0
    assert office("void", "activity", "2", "--reason", "试").code == 0
    assert office("person", "forget", "--yes", "张三", "--reason", REASON).code == 0
    result = office("undo", "--import", "1")
    assert (result.code, "王小兰" in result.err) == (5, True)  # on whom a consent relies
    assert office("person", "forget", "--yes", "1", "--reason", REASON).code == 0
    assert office("undo", "--import", "1").code == 5


# The report ------------------------------------------------------------------------------------------


def test_the_report_counts_what_is_held_and_names_nobody(office: Sbd, tmp_path: Path) -> None:
    office("person", "export", "1", "-o", tmp_path / "w.json", "--reason", REASON)
    office("list", "person", "--full", "--reason", "核对名单")
    office("add", "person", "姓名=李小小", "出生日期=2015-01-01")
    report = office("privacy", "report", "--format", "json").json()
    held = {(one["record"], one["field"]): (one["class"], one["filled"]) for one in report["columns"]}
    assert held["person", "id_no"] == ("敏感", 1)
    assert held["person", "address"] == ("敏感", 1)
    assert ("place", "name") not in held
    counts = {one["what"]: one["count"] for one in report["people"]}
    assert (counts["agreed"], counts["withdrawn"], counts["under_14"], counts["files"]) == (1, 0, 1, 1)
    assert counts["persons"] == counts["agreed"] + counts["unasked"]
    assert [one["reason"] for one in report["reveals"]] == ["核对名单", REASON]
    printed = [office("privacy", "report", *words).out for words in ([], ["--format", "csv"])]
    assert all("王小兰" not in one for one in printed)
    assert printed[1].count("\ufeff") == 1


def test_the_report_names_nobody_by_the_commands_either(office: Sbd, own_ledger: Path, tmp_path: Path) -> None:
    office("add", "subject", "姓名=赵某")
    because = ("--full", "--reason", "核对")
    office("list", "person", f"身份证号:{ID}", *because)
    office("list", "--full", "人员", "居住地址:塔沟小区3号楼", "--reason", "核对")
    office("list", "subject", "姓名:赵某", *because)
    office("query", f"select name from person where phone = '{PHONE}'", *because)
    office("--ledger", own_ledger, "person", "export", "王小兰", "-o", tmp_path / "w.json", "--reason", "核对")
    told = [one["command"] for one in office("privacy", "report", "--format", "json").json()["reveals"]]
    assert told == ["sbd person export", "sbd query", "sbd list subject", "sbd list person", "sbd list person"]


def test_the_report_covers_what_was_asked_for_as_the_history_does(office: Sbd) -> None:
    office("add", "subject", "姓名=赵某", "level=高风险")
    for looked in (("list", "person", f"证件号码:{ID}"), ("show", "person", ID), ("show", "subject", "赵某")):
        assert office(*looked, "--full", "--reason", "核对").code == 0
    output = office("privacy", "report").out
    assert "sbd show subject" in output
    assert ID not in output
    assert "赵某" not in output


def test_the_steps_of_an_order_forget_them_too(office: Sbd, own_ledger: Path) -> None:
    (own_ledger.parent / "王小兰签字.txt").write_text("x", encoding="utf-8")
    for words in (
        "log need 修路灯 --place 文庙社区 --on 2026-07-03",
        f"order open 需-2026-0001 --on 2026-07-03 --note 王小兰{PHONE}",
        f"order plan 需-2026-0001 --plan 找王小兰{PHONE} --evidence 王小兰签字.txt --on 2026-07-03",
    ):
        assert office(*words.split()).code == 0, words
    assert office("person", "forget", "--yes", "1", "--reason", REASON).code == 0
    content = own_ledger.read_bytes().replace("王小兰兰".encode(), b"")
    assert [one for one in ("王小兰", PHONE) if one.encode() in content] == []
    assert office("verify").code == 0


def test_nobody_is_forgotten_without_a_yes(office: Sbd) -> None:
    result = office("person", "forget", "1", "--reason", REASON)
    assert (result.code, "--yes" in result.err, "没有改动" in result.err) == (5, True, True)
    assert office("person", "forget", "1", "--yes", "--reason", REASON).code == 0


def test_who_was_forgotten_is_no_longer_counted(office: Sbd) -> None:
    office("person", "forget", "--yes", "1", "--reason", REASON)
    counts = {one["what"]: one["count"] for one in office("privacy", "report", "--format", "json").json()["people"]}
    assert (counts["persons"], counts["agreed"], counts["unasked"]) == (2, 0, 2)


def test_by_the_number_of_a_merged_one_the_whole_person_is_meant(office: Sbd) -> None:
    assert "人员 1 已匿名" in office("person", "forget", "--yes", "4", "--reason", REASON).out
    assert office("person", "unmerge", "4").code == 0
    assert "已匿名-4" in office("show", "person", "4").out


@pytest.mark.parametrize("day", ["2026-07-31", "2026-07-30"])
def test_a_consent_counts_until_the_day_it_ends(office: Sbd, day: str) -> None:
    office("person", "withdraw", "1", "--date", day, "--reason", "本人来电")
    counts = {one["what"]: one["count"] for one in office("privacy", "report", "--format", "json").json()["people"]}
    assert (counts["agreed"], counts["withdrawn"]) == (0, 1)


@pytest.mark.parametrize(("born", "young"), [("2012-08-01", 1), ("2012-07-31", 0), ("2012", 1), ("2012-07", 0)])
def test_children_are_those_under_fourteen(sbd: Sbd, born: str, young: int) -> None:
    assert sbd("add", "person", "姓名=李小小", f"出生日期={born}").code == 0
    counts = {one["what"]: one["count"] for one in sbd("privacy", "report", "--format", "json").json()["people"]}
    assert counts["under_14"] == young


@pytest.mark.parametrize(
    ("born", "code"), [("2012-08-01", 5), ("2012-07-31", 0), ("2012-07-29", 0), ("2012-07", 0), ("2012-08", 5)]
)
def test_the_guardian_of_a_child_is_asked_for_by_the_same_day(sbd: Sbd, born: str, code: int) -> None:
    assert sbd("add", "subject", "姓名=赵某", f"出生日期={born}").code == code


def test_the_ledger_and_what_lies_beside_it_are_for_their_owner_alone(office: Sbd, own_ledger: Path) -> None:
    deep = own_ledger.with_name("台账") / "双报到" / "ledger.db"
    assert office("init", "--ledger", deep).code == 0
    beside = own_ledger.with_name("ledger.db.files")
    assert stat.S_IMODE(own_ledger.stat().st_mode) == 0o600
    assert stat.S_IMODE(deep.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(beside.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in beside.iterdir()} == {0o600}


@pytest.mark.usefixtures("office")
def test_the_journal_is_for_its_owner_alone_too(own_ledger: Path) -> None:
    with closing(sqlite3.connect(own_ledger, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE person SET note = 'x'")
        assert stat.S_IMODE(own_ledger.with_name("ledger.db-journal").stat().st_mode) == 0o600
        connection.execute("ROLLBACK")


def test_laxer_files_are_told_and_left_as_they_are(office: Sbd, own_ledger: Path) -> None:
    own_ledger.chmod(0o644)
    output = office("privacy", "report").out
    assert "chmod 600" in output
    assert stat.S_IMODE(own_ledger.stat().st_mode) == 0o644


def test_the_chain_holds_over_what_was_forgotten_and_finds_what_was_not(sbd: Sbd, own_ledger: Path) -> None:
    """Rows made, changed, merged and imported: each has its hash put by as it was when its command ended."""
    for words in (
        "add person 姓名=张三 联系电话=19900001234",
        "edit person 1 联系电话=19900005678 --reason 换号",
        "add person 姓名=张三丰 联系电话=19900009999",
        "person merge 1 2 --reason 同一人",
        "log activity 扫雪 --place 塔沟社区 --served 3 --people 1 --date 2010-07-01 --new",
        "person consent 1 --medium 书面",
        "person forget --yes 1 --reason 本人要求",
        "person forget --yes 1 --reason 再来一次",
        "edit person 1 备注=已匿名",
        "log activity 义诊 --place 塔沟社区 --served 3",
    ):
        result = sbd(*words.split())
        assert result.code == 0, (words, result.err)
    result = sbd("verify")
    assert result.code == 0, result.err
    with closing(sqlite3.connect(own_ledger)) as connection:
        connection.execute("UPDATE activity SET served = 30 WHERE id = 1")
        connection.commit()
    assert sbd("verify").code == 3
