"""``sbd export --profile``: figures for the superior, names in part for the notice board, and nothing by mistake."""

from __future__ import annotations

import csv
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports.export_profiles import classify_column, public_table, upward_table
from shuangbaodao_cli.values.masking import mask_name, mask_numbers
from shuangbaodao_cli.values.types import PrivacyClass

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

ID, PHONE = "13080219900307001X", "19900001234"
NAMES = ("王小兰", "张三", "欧阳娜娜", "李组长")
SECRETS = (ID, PHONE, "1990-03-07", "塔沟小区3号楼", "给独居老人量血压")


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Three people with all that is known of them took part in two activities of July."""
    activity = "log activity 义诊 --date 2026-07-01 --place 文庙社区 --org 承德医学院 --served 30 --hours 1.5"
    for words in (
        "add place 名称=文庙社区 级别=社区",
        "add org 名称=承德医学院",
        f"add person 姓名=王小兰 身份证号={ID} 电话={PHONE} 居住地址=塔沟小区3号楼 居住社区=文庙社区 单位=承德医学院",
        "add person 姓名=张三 出生日期=1990-03-07",
        "add person 姓名=欧阳娜娜",
        f"{activity} --people 王小兰、张三 --leader 李组长 --content 给独居老人量血压",
        f"log activity 报名找{PHONE} --date 2026-07-31 --served 4 --hours 2 --people 欧阳娜娜",
    ):
        said = sbd(*words.split())
        assert said.code == 0, said.err
    return sbd


def everything(folder: Path) -> str:
    """All that stands in the files of a folder, the parts of the workbooks unpacked."""
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.csv")]
    for path in folder.glob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            texts += [book.read(name).decode(errors="replace") for name in book.namelist()]
    return "\n".join(texts)


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_without_a_profile_and_as_inner_the_files_are_the_same(office: Sbd, tmp_path: Path) -> None:
    assert office("export", "--month", "--to", "一").code == 0
    assert office("export", "--month", "--profile", "inner", "--to", "二").code == 0
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / folder).iterdir()} for folder in "一二")
    assert one == two
    assert len(one) == 6
    assert all(name in everything(tmp_path / "一") for name in NAMES)


def test_upward_has_figures_and_nobody(office: Sbd, tmp_path: Path) -> None:
    said = office("export", "--month", "--profile", "upward", "--to", "上报")
    assert (said.code, said.out, said.err) == (0, "", "")
    assert {p.name for p in (tmp_path / "上报").iterdir()} == {"2026-07-上报-汇总.xlsx", "2026-07-上报-汇总.csv"}
    held = everything(tmp_path / "上报")
    assert not [text for text in (*NAMES, *SECRETS) if text in held]
    assert rows(tmp_path / "上报" / "2026-07-上报-汇总.csv")[1] == ["2", "34", "0", "3", "3", "5.0"]


def test_upward_says_the_same_figures_as_inner(office: Sbd, tmp_path: Path) -> None:
    office("export", "--month", "--to", "内")
    office("export", "--month", "--profile", "upward", "--to", "外")
    assert (tmp_path / "内/2026-07-汇总.csv").read_bytes() == (tmp_path / "外/2026-07-上报-汇总.csv").read_bytes()


def test_public_masks_names_and_leaves_the_rest_of_them_out(office: Sbd, tmp_path: Path) -> None:
    said = office("export", "--month", "--profile", "public", "--to", "公示")
    assert (said.code, said.out, said.err) == (0, "", "")
    folder = tmp_path / "公示"
    names = {f"2026-07-公示-{name}{ending}" for name in ("汇总", "活动", "服务时长") for ending in (".xlsx", ".csv")}
    assert {p.name for p in folder.iterdir()} == names
    held = everything(folder)
    assert not [text for text in (*NAMES, *SECRETS) if text in held]
    listed = rows(folder / "2026-07-公示-服务时长.csv")
    assert listed[0] == ["姓名", "单位", "居住社区", "参加次数", "服务时长（小时）"]
    assert sorted(row[0] for row in listed[1:-1]) == ["张*", "欧**娜", "王*兰"]
    assert listed[-1] == ["合计", "", "", "3", "5.0"]
    activities = rows(folder / "2026-07-公示-活动.csv")
    assert "服务内容" not in activities[0]
    at = activities[0].index("活动负责人")
    assert [row[at] for row in activities[1:]] == ["李*长", "", ""]
    assert activities[2][1] == "报名找199****1234"
    last = openpyxl.load_workbook(folder / "2026-07-公示-服务时长.xlsx").worksheets[0]
    assert "姓名只公开一部分字。" in str([row[0].value for row in last.iter_rows()])


@pytest.mark.parametrize("profile", ["upward", "public"])
def test_twice_gives_the_same_bytes(office: Sbd, tmp_path: Path, profile: str) -> None:
    for folder in "一二":
        assert office("export", "--month", "--profile", profile, "--to", folder).code == 0
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / folder).iterdir()} for folder in "一二")
    assert one == two


def test_an_unknown_profile_is_told(office: Sbd, tmp_path: Path) -> None:
    said = office("export", "--profile", "all", "--to", "x")
    assert (said.code, said.out) == (2, "")
    assert "inner、upward、public" in said.err
    assert not (tmp_path / "x").exists()


SENSITIVE = [
    Column("id_no", "证件", "code"),
    Column("phone", "联系电话", "code"),
    Column("n", "身份证号码"),
    Column("mobile", "手机"),
    Column("birth_date", "出生日期", "date"),
    Column("age", "年龄", "count"),
    Column("address", "居住地址"),
    Column("health", "健康状况"),
    Column("x", "残疾类别"),
    Column("guardian", "监护人"),
    Column("guardian_phone", "监护人电话"),
    Column("subject", "对象"),
    Column("political", "政治面貌"),
]


@pytest.mark.parametrize("column", SENSITIVE, ids=lambda column: column.name)
def test_a_sensitive_column_is_refused_not_left_out(column: Column) -> None:
    table = Table("名单", [Column("place", "社区"), column], [("文庙社区", "甲")])
    for profile in (public_table, upward_table):
        with pytest.raises(Refused, match=column.label) as told:
            profile(table)
        assert told.value.exit_code == 5


def test_a_name_goes_to_nobody_above_and_in_part_to_the_public() -> None:
    table = Table("名单", [Column("person", "姓名"), Column("note", "备注")], [("王小兰", "住院"), ("（未填）", None)])
    with pytest.raises(Refused, match="姓名"):
        upward_table(table)
    told = public_table(table)
    assert [column.name for column in told.columns] == ["person"]
    assert told.rows == [("王*兰",), ("（未填）",)]


def test_what_nobody_has_classed_stays_inside() -> None:
    assert classify_column(Column("whatever", "随便什么")) is PrivacyClass.INTERNAL
    assert public_table(Table("表", [Column("whatever", "随便什么")], [("甲",)])).columns == []


def test_every_field_of_a_record_that_is_private_or_a_number_of_a_person_is_sensitive() -> None:
    for record in RECORDS.values():
        for field in record.fields:
            if field.type.name in {"id_no", "phone"}:
                assert classify_column(Column(field.name, field.label)) is PrivacyClass.SENSITIVE
    for name in ("health", "guardian", "guardian_phone"):
        assert classify_column(Column(name, RECORDS["subject"][name].label)) is PrivacyClass.SENSITIVE


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小兰", "王*兰"),
        ("张三", "张*"),
        ("张　三", "张*"),
        ("张 三；李四", "张*；李*"),
        ("欧阳娜娜", "欧**娜"),
        ("阿卜杜·热合曼", "阿*****曼"),
        ("李", "*"),
        ("王某某、李某", "王*某、李*"),
        ("Li Lei", "L***i"),
        ("葛\U000e0100城", "葛*"),
        ("\U00021148三", "\U00021148*"),
        ("", ""),
    ],
)
def test_a_name_in_part(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text(st.sampled_from("王张三兰 　、·，AbＡ*\U000e0100"), max_size=12))
def test_to_mask_a_name_twice_is_to_mask_it_once(name: str) -> None:
    assert mask_name(mask_name(name)) == mask_name(name)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"报名{PHONE}。", "报名199****1234。"),
        ("报名199-0000-1234。", "报名199****1234。"),
        ("找199 0000 1234或１９９００００１２３４", "找199****1234或１９９****１２３４"),
        ("130802-19900307-001x", "130802***********x"),
        ("2026-07-01 至 2026-07-15 共 15 次", "2026-07-01 至 2026-07-15 共 15 次"),
        (f"{ID}和{PHONE}", "130802***********X和199****1234"),
        ("编号123456789012345678901", "编号123456789012345678901"),
        ("停车位200个", "停车位200个"),
    ],
)
def test_numbers_in_a_text(text: str, masked: str) -> None:
    assert mask_numbers(text) == masked
    assert mask_numbers(masked) == masked
