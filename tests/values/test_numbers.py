"""Counts and durations as offices write them; the vectors of the domain notes, sums by hand."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.numbers import MAX_COUNT, Approx, parse_count, parse_minutes, parse_outcome

EXACT = {
    "8支": 8,
    "296件": 296,
    "0": 0,
    "30": 30,
    "30人": 30,
    "30人次": 30,
    "１２３": 123,
    "1,330": 1330,
    "1，330人次": 1330,
    "12,345,678": 12345678,
    "1.2万人次": 12000,
    "1.25万": 12500,
    "3千": 3000,
    "2百人": 200,
    "30 人": 30,
    "30.0": 30,
    "三十人": 30,
    "三十": 30,
    "十": 10,
    "十二人次": 12,
    "二十一": 21,
    "两百": 200,
    "二百": 200,
    "百人": 100,
    "一百零五": 105,
    "一百〇五": 105,
    "一百一十": 110,
    "两千三百人": 2300,
    "一千零二十": 1020,
    "一万二千": 12000,
    "十万": 100_000,
    "三万零五": 30005,
    "零": 0,
}
ABOUT = {
    "1330余次": 1330,
    "200余个": 200,
    "120余棵": 120,
    "800多亩": 800,
    "30余人": 30,
    "约30人": 30,
    "约30": 30,
    "大约30": 30,
    "近100人": 100,
    "30人左右": 30,
    "30多": 30,
    "100人以上": 100,
    "不少于30人": 30,
    "30+": 30,
    "超30人": 30,
    "超过30人": 30,
    "1.2万余人次": 12000,
    "１３３０余次": 1330,
    "三十余人": 30,
    "十几人": 10,
    "二十几": 20,
    "十多个": 10,
    "百余人": 100,
    "近百人": 100,
    "上百人": 100,
    "约三十人": 30,
    "一百二十余人": 120,
    "10几人": 10,
    "十余万人次": 100_000,
    "10余万人次": 100_000,
}
NO_COUNT = (
    "",
    "-3",
    "－3",
    "-1.5",
    "3.5",
    "3.7人",
    "若干",
    "几人",
    "几十人",
    "数十人",
    "好几百人",
    "三五十人",
    "三百五",  # 350 to some, 305 to others
    "一万二",
    "二〇二三",
    "十十",
    "30-40",
    "12,34",
    "3 4人/次",
    "1e3",
    "人",
)
DURATIONS = {
    "2小时30分": 150,
    "14:30—16:30": 120,
    "14：30－16：30": 120,
    "9:00~11:15": 135,
    "9:00至11:15": 135,
    "9:00到11:15": 135,
    "00:00-24:00": 1440,
    "150分钟": 150,
    "150分": 150,
    "90min": 90,
    "2": 120,
    "1.5": 90,
    "0": 0,
    "２": 120,
    "2小时": 120,
    "2h": 120,
    "2.5个小时": 150,
    "2.5小时": 150,
    "1个半小时": 90,
    "1个小时": 60,
    "3钟头": 180,
    "2小时 30分钟": 150,
    "0.1": 6,
    "2H": 120,
    "120分钟": 120,
    "2小时半": 150,
    "2个半小时": 150,
    "半小时": 30,
    "半个小时": 30,
    "一小时": 60,
    "两小时": 120,
    "两个小时": 120,
    "一个半小时": 90,
    "三十分钟": 30,
    "一刻钟": 15,
    "1小时一刻": 75,
    "下午2点-4点": 120,
    "下午2:30-4:30": 120,
    "下午2点半至4点": 90,
    "上午9点-11点半": 150,
    "上午9点—下午3点": 360,
    "晚上7点到9点": 120,
    "中午12点-1点": 60,
    "9时30分至11时": 90,
    "9:00:00-11:00:00": 120,
}
ABOUT_SO_LONG = {
    "半天": 240,  # by convention: half a working day of eight hours
    "一天": 480,
    "1天": 480,
    "0.5天": 240,
    "一天半": 720,
    "两天": 960,
    "约2小时": 120,
    "2小时左右": 120,
    "近3个小时": 180,
    "两小时余": 120,
    "1小时多": 60,
}
NO_DURATION = (
    "",
    "几小时",
    "工时+1",
    "+1",
    "半",
    "约",
    "半天半",
    "上午",
    "-2",
    "-2小时",
    "16:30-14:30",
    "14:30-14:30",
    "14:75-16:30",
    "14:30-25:00",
    "14:30",
    "14点75分-16点",
    "9000",  # hours: more than a year
    "999999分钟",
    "小时",
)


@pytest.mark.parametrize(("raw", "count"), EXACT.items())
def test_a_number_written_exactly_is_that_number(raw: str, count: int) -> None:
    assert parse_count(raw) == count
    assert not isinstance(parse_count(raw), Approx)


@pytest.mark.parametrize(("raw", "count"), ABOUT.items())
def test_a_number_written_as_about_counts_as_written_and_says_so(raw: str, count: int) -> None:
    found = parse_count(raw)
    assert found == count
    assert isinstance(found, Approx)


@pytest.mark.parametrize("raw", NO_COUNT)
def test_what_is_no_whole_number_is_refused_with_a_chinese_sentence(raw: str) -> None:
    with pytest.raises(InvalidValue, match="请") as error:
        parse_count(raw)
    assert error.value.kind == "number_invalid"


@pytest.mark.parametrize("raw", ["3+2", "20多30", "3人以上5"])
def test_two_numbers_are_never_run_together_into_one(raw: str) -> None:
    with pytest.raises(InvalidValue):
        parse_count(raw)


def test_a_number_too_large_to_be_one_is_refused() -> None:
    assert parse_count(str(MAX_COUNT)) == MAX_COUNT
    for raw in (str(MAX_COUNT + 1), "1000001000000", "9999999999万"):
        with pytest.raises(InvalidValue, match="请核对"):
            parse_count(raw)


@pytest.mark.parametrize("raw", ["9" * 5000, "9" * 5000 + "余人"])
def test_a_cell_full_of_digits_is_refused_and_not_a_traceback(raw: str) -> None:
    with pytest.raises(InvalidValue):
        parse_count(raw)


@pytest.mark.parametrize("raw", ["9" * 5000, "9" * 5000 + "分钟"])
def test_a_duration_full_of_digits_is_refused_and_not_a_traceback(raw: str) -> None:
    with pytest.raises(InvalidValue):
        parse_minutes(raw)


@pytest.mark.parametrize(("raw", "minutes"), DURATIONS.items())
def test_a_duration_is_whole_minutes(raw: str, minutes: int) -> None:
    assert parse_minutes(raw) == minutes


@pytest.mark.parametrize(("raw", "minutes"), ABOUT_SO_LONG.items())
def test_a_duration_written_as_about_counts_as_written_and_says_so(raw: str, minutes: int) -> None:
    found = parse_minutes(raw)
    assert found == minutes
    assert isinstance(found, Approx)


@pytest.mark.parametrize("raw", DURATIONS)
def test_a_duration_written_exactly_is_not_about(raw: str) -> None:
    assert not isinstance(parse_minutes(raw), Approx)


@pytest.mark.parametrize("raw", NO_DURATION)
def test_what_is_no_duration_is_refused_with_a_chinese_sentence(raw: str) -> None:
    with pytest.raises(InvalidValue, match="请") as error:
        parse_minutes(raw)
    assert error.value.kind == "number_invalid"


def test_a_bare_number_is_in_the_unit_of_its_heading() -> None:
    assert parse_minutes("90", unit="分钟") == 90
    assert parse_minutes("2小时", unit="分钟") == 120
    assert parse_minutes("90分钟", unit="小时") == 90


@settings(max_examples=100, deadline=None)
@given(st.integers(0, MAX_COUNT))
def test_every_count_is_read_back_with_and_without_commas(count: int) -> None:
    assert parse_count(str(count)) == parse_count(f"{count:,}人次") == count
    assert parse_count(f"{count}余") == Approx(count)


def in_characters(number: int) -> str:
    """A number below 10 000 in Chinese characters, place by place."""
    raw, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        gap = gap or (digit == 0 and raw != "")
        if digit:
            raw += ("零" if gap else "") + "零一二三四五六七八九"[digit] + name
            gap = False
    return raw or "零"


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 9999))
def test_every_number_in_characters_is_read(number: int) -> None:
    assert parse_count(in_characters(number)) == number
    assert parse_count(f"{in_characters(number)}人") == number


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 9999))
def test_ten_thousands_in_characters_are_read(number: int) -> None:
    assert parse_count(f"{in_characters(number)}万人次") == number * 10_000


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 9999), st.integers(0, 9999))
def test_ten_thousands_are_exact_to_the_last_unit(whole: int, rest: int) -> None:
    assert parse_count(f"{whole}.{rest:04d}万人次") == whole * 10_000 + rest


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 999))
def test_hours_in_decimals_are_never_rounded_up(hours: int, thousandths: int) -> None:
    assert parse_minutes(f"{hours}.{thousandths:03d}") == floor((hours + Fraction(thousandths, 1000)) * 60)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 1438), st.data())
def test_from_one_clock_time_to_another_is_the_time_between(start: int, data: st.DataObject) -> None:
    end = data.draw(st.integers(start + 1, 1439))
    raw = f"{start // 60}:{start % 60:02d}—{end // 60}:{end % 60:02d}"
    assert parse_minutes(raw) == end - start


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_a_count_or_refused_never_negative(text: str) -> None:
    with suppress(InvalidValue):
        assert 0 <= parse_count(text) <= MAX_COUNT


@pytest.mark.parametrize(
    ("raw", "what", "quantity", "unit"),
    [
        ("停车位200个", "停车位", 200, "个"),
        ("停车位200余个", "停车位", 200, "个"),
        ("停车位 200 个", "停车位", 200, "个"),
        ("丁香120余棵", "丁香", 120, "棵"),
        ("稻田800多亩", "稻田", 800, "亩"),
        ("惠及群众1.2万人次", "惠及群众", 12000, "人次"),
        ("培训约30人", "培训", 30, "人"),
        ("道路3", "道路", 3, ""),
    ],
)
def test_an_outcome_is_what_how_many_and_of_what(raw: str, what: str, quantity: int, unit: str) -> None:
    assert parse_outcome(raw) == {"what": what, "quantity": quantity, "unit": unit}


@pytest.mark.parametrize(
    ("raw", "about"), [("停车位200个", False), ("停车位200余个", True), ("稻田800多亩", True), ("培训约30人", True)]
)
def test_an_outcome_keeps_whether_its_number_was_exact(raw: str, about: bool) -> None:  # noqa: FBT001  # a case
    assert isinstance(parse_outcome(raw)["quantity"], Approx) is about


@pytest.mark.parametrize("raw", ["", "停车难得到解决", "200个", "200"])
def test_an_outcome_without_a_number_or_a_thing_is_refused(raw: str) -> None:
    with pytest.raises(InvalidValue, match="停车位200个"):
        parse_outcome(raw)
