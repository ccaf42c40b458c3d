"""Cells on a screen: what a terminal in China leaves free for each character."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangbaodao_cli.values.text import display_width, pad


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("abc 12", 6),
        ("文庙社区", 8),
        ("Ａ１", 4),  # full-width letter and digit
        ("（人次）", 8),
        ("，。", 4),
        ("2026年7月", 9),  # 4 + 2 + 1 + 2
        ("ｱ", 1),  # half-width kana
        ("e\u0301", 1),  # an accent joins the letter before it
        ("张\u200b三", 4),  # a zero-width space takes no cell
        ("\ufeff张", 2),
        ("😀", 2),
    ],
)
def test_a_chinese_character_is_two_cells_and_a_joining_one_is_none(text: str, cells: int) -> None:
    assert display_width(text) == cells


@pytest.mark.parametrize(
    ("text", "cells", "left", "right"),
    [
        ("张三", 6, "张三  ", "  张三"),
        ("12", 4, "12  ", "  12"),
        ("", 3, "   ", "   "),
        ("文庙社区", 8, "文庙社区", "文庙社区"),
        ("文庙社区", 3, "文庙社区", "文庙社区"),  # wider already: as it is
    ],
)
def test_a_text_is_filled_on_either_side(text: str, cells: int, left: str, right: str) -> None:
    assert pad(text, cells) == left
    assert pad(text, cells, align_right=True) == right


@settings(max_examples=100, deadline=None)
@given(st.text(), st.text())
def test_the_width_of_two_texts_is_the_sum_of_their_widths(one: str, other: str) -> None:
    assert display_width(one + other) == display_width(one) + display_width(other)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="张三文庙ab1 （，"), st.integers(0, 40), st.booleans())
def test_padding_reaches_the_cells_asked_for_and_takes_nothing_away(text: str, cells: int, right: bool) -> None:  # noqa: FBT001  # drawn
    padded = pad(text, cells, align_right=right)
    assert display_width(padded) == max(display_width(text), cells)
    assert padded.endswith(text) if right else padded.startswith(text)
