"""How words are compared: width, space, invisible characters and kinds of dot do not count."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.values.text import (
    fold,
    fold_header,
    has_control,
    has_direction_marks,
    has_unnamed_others,
    split_names,
    strip_name_marks,
    tidy,
)

CHINESE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
NAMES = st.text(st.one_of(CHINESE, st.sampled_from(string.ascii_letters + string.digits + "()-")), min_size=1)
SPACES = st.text(st.sampled_from(" \t\n\u3000\u00a0"), max_size=3)


def full_width(text: str) -> str:
    """The text as an input method in full-width mode types it: U+FF01… stand 0xFEE0 above ASCII."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@pytest.mark.parametrize(
    ("stored", "raw"),
    [
        ("张 三", "  张 三 "),
        ("张 三", "张\u3000\u3000三"),
        ("甲\n乙", " 甲\n乙\n"),
        ("甲 乙", "甲\t \u00a0乙"),
        ("（文庙）社区", "（文庙）社区"),  # what is stored stays as written
        ("", " \u3000\n"),
    ],
)
def test_what_is_stored_loses_outer_space_and_runs_of_space_but_keeps_its_lines(stored: str, raw: str) -> None:
    assert tidy(raw) == stored


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三", "张　三"),
        ("张三", "张 三"),
        ("张三", "\u200b张三\ufeff"),
        ("文庙社区", "文庙\n社区"),
        ("(文庙)社区", "（文庙）社区"),
        ("2号楼", "２号楼"),
        ("WPS培训", "ｗｐｓ培训"),
        ("wps", "W P S"),
        ("阿·买提", "阿•买提"),
        ("阿·买提", "阿・买提"),
        ("阿·买提", "阿.买提"),
        ("阿·买提", "阿．买提"),
        ("阿·买提", "阿‧买提"),
    ],
)
def test_two_writings_of_one_name_are_the_same_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三", "张三丰"),
        ("一社区", "二社区"),
        ("1号楼", "2号楼"),
        ("甲局（东）", "甲局（西）"),
        ("甲局", "甲局（东）"),
    ],
)
def test_two_names_stay_two_names(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@settings(max_examples=100, deadline=None)
@given(NAMES, SPACES, st.data())
def test_space_anywhere_does_not_count(name: str, space: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(name)))
    assert fold(name[:index] + space + name[index:]) == fold(name)


@settings(max_examples=100, deadline=None)
@given(NAMES)
def test_width_does_not_count(name: str) -> None:
    assert fold(full_width(name)) == fold(name)


def test_width_does_not_count_in_a_latin_name_with_a_dot() -> None:
    assert fold("Ｊ．Smith") == fold("J.Smith")


@settings(max_examples=100, deadline=None)
@given(NAMES, SPACES)
def test_folding_twice_is_folding_once(name: str, space: str) -> None:
    assert fold(fold(space + full_width(name))) == fold(space + full_width(name))


@pytest.mark.parametrize("text", ["甲\x00乙", "甲\x07", "\x1b[31m红", "a\x7f"])
def test_control_characters_are_seen(text: str) -> None:
    assert has_control(text)


@pytest.mark.parametrize("text", ["甲\u202e乙", "\u202d甲", "甲\u2066乙\u2069"])
def test_what_turns_the_writing_round_is_seen(text: str) -> None:
    assert has_direction_marks(text)
    assert not has_direction_marks("阿·买提\n\u200f\x07")


@pytest.mark.parametrize("text", ["张三", "第一行\n第二行", "a\tb", "阿·买提", "😀", ""])
def test_text_without_control_characters_has_none(text: str) -> None:
    assert not has_control(text)


@pytest.mark.parametrize(
    ("heading", "folded"),
    [
        ("姓　名", "姓名"),
        ("联系\n电话", "联系电话"),
        (" 身份证号 ", "身份证号"),
        ("*姓名", "姓名"),
        ("＊姓名", "姓名"),
        ("姓名*", "姓名"),
        ("姓名：", "姓名"),
        ("1、姓名", "姓名"),
        ("ＩＤ", "id"),
        ("1.姓名", "姓名"),
        ("２．姓名", "姓名"),
    ],
)
def test_a_heading_loses_space_marks_and_its_order_number(heading: str, folded: str) -> None:
    assert fold_header(heading)[0] == folded


@pytest.mark.parametrize(
    ("heading", "bare"),
    [
        ("服务时长（小时）", "服务时长"),
        ("服务时长(小时)", "服务时长"),
        ("服务时长\n（小时）", "服务时长"),
        ("姓名（必填）*", "姓名"),
        ("社区（村）名称", "社区(村)名称"),  # only a tail counts as one
        ("姓名", "姓名"),
    ],
)
def test_a_heading_is_also_known_without_its_bracketed_tail(heading: str, bare: str) -> None:
    assert fold_header(heading)[1] == bare


def test_the_bracketed_tail_itself_is_kept_in_the_first_reading() -> None:
    assert fold_header("社区（村）") == ("社区(村)", "社区")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("张三", "张三"),
        ("张三（组长）", "张三"),
        ("张三(组长)", "张三"),
        ("张三 （党员）", "张三"),
        ("张三【组长】", "张三"),
        ("（组长）张三", "张三"),
        ("★张三", "张三"),
        ("张三★★", "张三"),
        ("张三*", "张三"),
        ("*张三", "张三"),
        ("1.张三", "张三"),
        ("12、张三", "张三"),
        ("１．张三", "张三"),
        ("张三（组长）*", "张三"),
        ("阿·买提（组长）", "阿·买提"),
        ("Mary Smith (teacher)", "Mary Smith"),
        ("张　三", "张　三"),  # filled to the width of three characters: as written
        ("J.Smith", "J.Smith"),
        ("张*", "张*"),  # its end is covered: no mark
        ("张**", "张**"),
        ("欧阳**", "欧阳**"),
        ("王（小）", "王（小）"),
        ("（组长）", "（组长）"),
        ("123", "123"),
    ],
)
def test_remarks_and_marks_around_a_name_are_no_part_of_it(raw: str, name: str) -> None:
    assert strip_name_marks(raw) == name


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("张三李（）()*★1.、 a【】"), max_size=12))
def test_a_name_taken_once_is_taken_as_it_is(text: str) -> None:
    assert strip_name_marks(strip_name_marks(text)) == strip_name_marks(text)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张三、李四，王五", ["张三", "李四", "王五"]),
        ("张三（甲局、科长）、李四", ["张三（甲局、科长）", "李四"]),
        ("张三 李四", ["张三", "李四"]),
        ("张　三", ["张　三"]),
        ("张　三 李四", ["张　三", "李四"]),
        ("李四  张 三", ["李四", "张 三"]),
        ("张 三 李 四", ["张 三", "李 四"]),
        ("欧 阳 春", ["欧 阳 春"]),
        ("Mary Smith", ["Mary Smith"]),
        ("张三、李四等", ["张三", "李四"]),
        ("张三、李四等6人", ["张三", "李四"]),
        ("张三、李四等十余人", ["张三", "李四"]),
        ("张三、李四等6名", ["张三", "李四"]),
    ],
)
def test_the_names_in_a_cell_are_parted_outside_brackets_and_before_the_others(cell: str, names: list[str]) -> None:
    assert split_names(cell) == names


@pytest.mark.parametrize(("cell", "others"), [("张三等6人", True), ("张三等", True), ("张三、李四", False)])
def test_a_cell_may_say_that_there_were_others(cell: str, others: bool) -> None:  # noqa: FBT001  # a case
    assert has_unnamed_others(cell) is others
