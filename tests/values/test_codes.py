"""Ids by GB 11643, unit codes by GB 32100, telephone numbers; check digits by a second formula."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.codes import (
    has_known_province,
    id_check_character,
    parse_id,
    parse_uscc,
    uscc_check_character,
)
from shuangbaodao_cli.values.phones import SeveralPhones, parse_phone, parse_phones

STANDARD_IDS = ("11010519491231002X", "440524188001010014")
"""The examples that GB 11643 itself gives."""
IDS = (
    *STANDARD_IDS,
    "13080219900307001X",
    "130802198506122024",
    "13080219580718003X",
    "610881197202290147",
    "610881198808093660",
    "13080220120601005X",
)
USCCS = ("91350100M000100Y43", "111308020000000018", "53130802MJ0000000E", "51130802MJ0123456T")
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def mod_11_2(first17: str) -> str:
    """ISO 7064 MOD 11-2, digit by digit: what the weights of GB 11643 come from."""
    left = 0
    for digit in first17:
        left = (left + int(digit)) * 2 % 11
    return "0123456789X"[(12 - left) % 11]


def mod_31_3(first17: str) -> str:
    """The same for GB 32100, whose weights are the powers of 3 modulo 31."""
    total = sum(ALPHABET.index(char) * pow(3, index, 31) for index, char in enumerate(first17))
    return ALPHABET[-total % 31]


@st.composite
def ids(draw: st.DrawFn) -> str:
    born = draw(st.dates()).strftime("%Y%m%d").zfill(8)
    first17 = f"{draw(st.integers(110000, 659999))}{born}{draw(st.integers(0, 999)):03d}"
    return first17 + mod_11_2(first17)


@st.composite
def usccs(draw: st.DrawFn) -> str:
    first17 = draw(st.text(ALPHABET, min_size=17, max_size=17))
    return first17 + mod_31_3(first17)


def kind_of(error: pytest.ExceptionInfo[InvalidValue]) -> str:
    return error.value.kind


@pytest.mark.parametrize("number", IDS)
def test_ids_of_the_standard_and_of_the_fixtures_are_taken(number: str) -> None:
    assert parse_id(number) == number
    assert id_check_character(number[:17]) == number[17]


@pytest.mark.parametrize("code", USCCS)
def test_unit_codes_of_the_fixtures_are_taken(code: str) -> None:
    assert parse_uscc(code) == code
    assert uscc_check_character(code[:17]) == code[17]


@settings(max_examples=100, deadline=None)
@given(ids())
def test_every_id_that_the_standard_allows_is_taken(number: str) -> None:
    assert parse_id(number) == number


@settings(max_examples=100, deadline=None)
@given(usccs())
def test_every_unit_code_that_the_standard_allows_is_taken(code: str) -> None:
    assert parse_uscc(code) == code


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.sampled_from(IDS), ids()), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_digit_in_an_id_is_always_found(number: str, index: int, wrong: str) -> None:
    assume(number[index] != wrong)
    with pytest.raises(InvalidValue) as error:
        parse_id(number[:index] + wrong + number[index + 1 :])
    assert kind_of(error) == "id_invalid"


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.sampled_from(IDS), ids()), st.integers(0, 15))
def test_two_neighbouring_digits_changed_over_are_always_found(number: str, index: int) -> None:
    assume(number[index] != number[index + 1])
    with pytest.raises(InvalidValue):
        parse_id(number[:index] + number[index + 1] + number[index] + number[index + 2 :])


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.sampled_from(USCCS), usccs()), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_in_a_unit_code_is_always_found(code: str, index: int, wrong: str) -> None:
    assume(code[index] != wrong)
    with pytest.raises(InvalidValue) as error:
        parse_uscc(code[:index] + wrong + code[index + 1 :])
    assert kind_of(error) == "uscc_invalid"


def test_a_unit_code_with_remainder_nought_ends_in_nought() -> None:
    """A published library leaves out the last modulo and refuses one code in 31."""
    bodies = (f"91130802{serial:09d}" for serial in range(1000))
    codes = [body + "0" for body in bodies if mod_31_3(body) == "0"]
    assert len(codes) > 10
    assert [parse_uscc(code) for code in codes] == codes


@pytest.mark.parametrize(
    "raw",
    [
        "13080219900307001x",
        "13080219900307001Ｘ",
        "13080219900307001×",
        "13080219900307001Х",  # Cyrillic
        "13080219900307001х",  # Cyrillic
        " 13080219900307001X\t",
        "'13080219900307001X",
        "130802 19900307 001X",
        "１３０８０２１９９００３０７００１Ｘ",
        "\u200b13080219900307001X\ufeff",
        "130802\n19900307001X",
    ],
)
def test_an_id_is_read_however_it_was_typed(raw: str) -> None:
    assert parse_id(raw) == "13080219900307001X"


@pytest.mark.parametrize("raw", ["91350100m000100y43", " 91350100M000100Y43 ", "９１350100M000100Y43"])
def test_a_unit_code_is_read_however_it_was_typed(raw: str) -> None:
    assert parse_uscc(raw) == "91350100M000100Y43"


@pytest.mark.parametrize(
    "number",
    [
        "",
        "1308021990030700",
        "13080219900307001",  # 17
        "13080219900307001XX",  # 19
        "13080219900230001X",  # 30 February
        "130802199013070017",  # month 13
        "13080290023000",  # 14
        "130802900230001",  # 15, and no such day
        "1.3080219900307E+17",
        "X3080219900307001X",
        "张三",
    ],
)
def test_what_is_no_id_is_refused_with_a_chinese_sentence(number: str) -> None:
    with pytest.raises(InvalidValue, match="请核对") as error:
        parse_id(number)
    assert kind_of(error) == "id_invalid"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("130802900307001", "13080219900307001X"),
        ("１３０８０２８５０６１２２０２", "130802198506122024"),
        ("130802580718003", "13080219580718003X"),
        ("610881720229014", "610881197202290147"),  # 29 February
    ],
)
def test_an_id_of_fifteen_digits_becomes_the_one_its_holder_has_now(raw: str, number: str) -> None:
    assert parse_id(raw) == number


@pytest.mark.parametrize(
    "raw",
    [
        "130802********1234",
        "130802********001X",
        "130802＊＊＊＊＊＊＊＊001X",
        "130802××××××××1234",
        "130802xxxxxxxx1234",
        "1308021990****001X",
        "13080219900307****",
        "1***************X",
    ],
)
def test_an_id_with_its_middle_covered_is_told_as_such(raw: str) -> None:
    with pytest.raises(InvalidValue, match="星号") as error:
        parse_id(raw)
    assert kind_of(error) == "id_masked"


@pytest.mark.parametrize(
    "number", [*IDS, "810000199003070015", "830000199003070015", "E12345678", "911156198801010019"]
)
def test_the_areas_of_the_mainland_and_of_residence_permits_are_known(number: str) -> None:
    assert has_known_province(number)


@pytest.mark.parametrize(
    "number", ["160802199003070011", "000802199003070011", "660802199003070011", "840000", "999999"]
)
def test_an_area_that_no_province_has_is_not_known(number: str) -> None:
    assert not has_known_province(number)


@pytest.mark.parametrize("prefix", ["612722", "610821", "610881", "130881", "130825"])
def test_counties_renamed_or_made_since_are_known(prefix: str) -> None:
    """Public lists of counties lack some of them; all are on the ids of people in Shenmu and Chengde."""
    assert has_known_province(prefix)


@pytest.mark.parametrize("number", ["E12345678", "EA1234567", "H1234567890", "USA110000010101"])
def test_a_passport_or_travel_permit_is_taken_as_it_is(number: str) -> None:
    assert parse_id(number) == number


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y430", "9135O100M000100Y43", "甲局"])
def test_what_is_no_unit_code_is_refused(code: str) -> None:
    with pytest.raises(InvalidValue, match="请核对") as error:
        parse_uscc(code)
    assert kind_of(error) == "uscc_invalid"


@pytest.mark.parametrize("char", "IOSVZ")
def test_the_letters_that_look_like_digits_are_in_no_unit_code(char: str) -> None:
    with pytest.raises(InvalidValue):
        parse_uscc(f"9135010{char}M000100Y43")


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("13812345678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("+8613812345678", "13812345678"),
        ("19900001234", "19900001234"),
        ("0314-2290000", "0314-2290000"),
        ("（0314）2290000", "0314-2290000"),
        ("0912-8350000", "0912-8350000"),
        ("010-62345678", "010-62345678"),
        ("2290000", "2290000"),
        ("13812345678.0", "13812345678"),
        ("86-13812345678", "13812345678"),
        ("0086 13812345678", "13812345678"),
        ("\u202a13812345678\u202c", "13812345678"),  # copied out of an address book
        ("138—1234—5678", "13812345678"),
        ("03142290000", "0314-2290000"),
        ("0314-2290000-8012", "0314-2290000-8012"),
    ],
)
def test_a_telephone_number_is_read_however_it_was_typed(raw: str, number: str) -> None:
    assert parse_phone(raw) == number


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "1381234567",
        "138123456789",
        "12812345678",
        "1.38E+10",
        "无",
        "13812345678/13912345678",
        "0314-229",
        "1381234567a",
    ],
)
def test_what_is_no_telephone_number_is_refused(raw: str) -> None:
    with pytest.raises(InvalidValue, match="请核对") as error:
        parse_phone(raw)
    assert kind_of(error) == "phone_invalid"


@pytest.mark.parametrize(
    ("raw", "first", "others"),
    [
        ("13812345678/13912345678", "13812345678", "13912345678"),
        ("13812345678、139-1234-5678", "13812345678", "139-1234-5678"),
        ("13812345678\n0314-2290000", "13812345678", "0314-2290000"),
        ("13812345678 13912345678", "13812345678", "13912345678"),
        ("138 1234 5678，13912345678", "13812345678", "13912345678"),
        ("13812345678或13912345678", "13812345678", "13912345678"),
        ("13812345678；13912345678；13712345678", "13812345678", "13912345678、13712345678"),
    ],
)
def test_of_several_telephone_numbers_the_first_is_meant_and_none_is_lost(raw: str, first: str, others: str) -> None:
    found = parse_phones(raw)
    assert found == first
    assert isinstance(found, SeveralPhones)
    assert (found.others, found.others_valid) == (others, True)


@pytest.mark.parametrize(
    ("raw", "number", "others"),
    [
        ("1381234567/13912345678", "13912345678", "1381234567"),
        ("无/13912345678", "13912345678", "无"),
    ],
)
def test_a_second_number_is_taken_where_the_first_is_none_and_that_is_no_sound_cell(
    raw: str, number: str, others: str
) -> None:
    found = parse_phones(raw)
    assert found == number
    assert isinstance(found, SeveralPhones)
    assert (found.others, found.others_valid) == (others, False)


@pytest.mark.parametrize("raw", ["13812345678（微信同号）", "手机：13812345678", "张三13812345678"])
def test_what_stands_beside_a_number_is_kept_as_written(raw: str) -> None:
    found = parse_phones(raw)
    assert found == "13812345678"
    assert isinstance(found, SeveralPhones)
    assert found.others in {raw, "手机:13812345678", "13812345678(微信同号)"}


@pytest.mark.parametrize(
    ("raw", "kind", "said"),
    [
        ("1.38E+10", "phone_invalid", "文本"),
        ("1.38123E+10", "phone_invalid", "文本"),
        ("138****5678", "phone_masked", "星号"),
        ("1760546****", "phone_masked", "星号"),
        ("1381234567", "phone_invalid", "10位"),
        ("138123456789", "phone_invalid", "12位"),
        ("1381234567/1391234567", "phone_invalid", "请核对"),
    ],
)
def test_what_is_no_telephone_number_is_told_with_its_remedy(raw: str, kind: str, said: str) -> None:
    with pytest.raises(InvalidValue, match=said) as error:
        parse_phones(raw)
    assert kind_of(error) == kind
