"""Headers of two rows: what columns have in common over them, on the page, on the screen, and not in data files."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docs import browser
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.html.page import render_page
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.output.terminal import screen
from shuangbaodao_cli.values.text import display_width

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

OURS = re.compile(r"\x1b\[[0-9;]*m")
HEADS = re.compile(r"<th ([^>]*)>([^<]*)</th>")
NAMES = Column("place", "社区（村）")
MONTH = (Column("s", "服务次数", "count", group="本期"), Column("h", "服务时长", "hours", "小时", group="本期"))
YEAR = (Column("s2", "服务次数", "count", group="累计"), Column("h2", "服务时长", "hours", "小时", group="累计"))
TABLE = Table(
    "表",
    [NAMES, *MONTH, *YEAR],
    [["塔沟社区", 2, 150, 4, 1200], ["文庙社区", 0, 0, 11, 90]],
    ["合计", 2, 150, 15, 1290],
)


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """One community, one person; services in June and July 2026."""
    for day, served in (("2026-06-30", 8), ("2026-07-02", 20), ("2026-07-03", 5)):
        words = ["--place", "塔沟社区", "--served", served, "--hours", "1", "--people", "张三", "--new"]
        assert sbd("log", "activity", "义诊", "--date", day, *words).code == 0
    return sbd


def at_a_terminal(table: Table, cells: int, monkeypatch: pytest.MonkeyPatch, code_page: str = "utf-8") -> list[str]:
    """The lines of a table at a terminal so many cells wide."""

    class Terminal(io.StringIO):
        encoding = code_page

        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", str(cells))
    stream = Terminal()
    screen.print_tables([table], stream)
    return OURS.sub("", stream.getvalue()).splitlines()


# On the page.


def test_a_group_spans_its_columns_and_the_names_of_rows_reach_down() -> None:
    text = render_page([TABLE])
    head = text[text.index("<thead>") : text.index("</thead>")]
    upper, lower = head.split("</tr><tr>")
    assert HEADS.findall(upper) == [
        ('scope="col" rowspan="2"', "社区（村）"),
        ('scope="colgroup" colspan="2"', "本期"),
        ('scope="colgroup" colspan="2"', "累计"),
    ]
    assert HEADS.findall(lower) == [('scope="col"', "服务次数"), ('scope="col"', "服务时长（小时）")] * 2
    assert re.findall(r'<colgroup span="(\d)">', text) == ["1", "2", "2"]


def test_a_header_of_one_row_is_as_it_was() -> None:
    text = render_page([Table("表", [NAMES, Column("s", "服务次数", "count")], [["塔沟社区", 2]])])
    assert '<thead><tr><th scope="col">社区（村）</th><th scope="col">服务次数</th></tr></thead>' in text
    assert "<colgroup" not in text


def test_a_hostile_group_is_shown_and_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("表", [NAMES, Column("s", "数", "count", group="<script>\x1b[31m\u202e")], [["甲", 2]])
    assert "<script>" not in render_page([table])
    for said in (render_page([table]), screen.plain_text(table), "\n".join(at_a_terminal(table, 80, monkeypatch))):
        assert not re.search("[\x1b\u202e]", said)


def test_a_browser_lays_the_groups_over_their_columns(office: Sbd, tmp_path: Path) -> None:
    office("report", "--by", "place", "--month", "2026-07", "--to-date", "-o", tmp_path / "x.html")
    told, _, asked = browser.opened(tmp_path / "x.html", tmp_path)
    assert asked == []
    head = told[told.index("<thead>") : told.index("</thead>")]
    spans = [int(number) for number in re.findall(r'colspan="(\d)"', head)]
    assert spans == [6, 6]
    assert len(re.findall(r'scope="col"[ >]', head)) == 13


# As plain text.


def test_in_plain_text_a_group_is_ruled_over_its_columns() -> None:
    assert screen.plain_text(TABLE).splitlines() == [
        "表",
        "            ---------- 本期 ----------  ---------- 累计 ----------",
        "社区（村）  服务次数  服务时长（小时）  服务次数  服务时长（小时）",
        "塔沟社区           2               2.5         4              20.0",
        "文庙社区           0               0.0        11               1.5",
        "合计               2               2.5        15              21.5",
    ]


def test_a_name_longer_than_its_columns_makes_them_wider() -> None:
    columns = [NAMES, Column("a", "甲", "count", group="解决问题件数"), Column("b", "乙", "count", group="短")]
    assert screen.plain_text(Table("表", columns, [["塔沟", 1, 2]])).splitlines()[1:] == [
        "             解决问题件数    短",
        "社区（村）              甲    乙",
        "塔沟                     1     2",
    ]


# At a terminal.


def test_at_a_terminal_a_group_stands_over_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert at_a_terminal(TABLE, 90, monkeypatch)[1:] == [
        "╭────────────┬─────────────────────────────┬─────────────────────────────╮",
        "│            │            本期             │            累计             │",
        "│            ├──────────┬──────────────────┼──────────┬──────────────────┤",
        "│ 社区（村） │ 服务次数 │ 服务时长（小时） │ 服务次数 │ 服务时长（小时） │",
        "├────────────┼──────────┼──────────────────┼──────────┼──────────────────┤",
        "│ 塔沟社区   │        2 │              2.5 │        4 │             20.0 │",
        "│ 文庙社区   │        0 │              0.0 │       11 │              1.5 │",
        "├────────────┼──────────┼──────────────────┼──────────┼──────────────────┤",
        "│ 合计       │        2 │              2.5 │       15 │             21.5 │",
        "╰────────────┴──────────┴──────────────────┴──────────┴──────────────────╯",
    ]


def test_groups_that_have_no_room_beside_stand_below(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = at_a_terminal(TABLE, 40, monkeypatch)
    assert sum(line.startswith("╭") for line in lines) == 2
    assert [re.sub(r"[│ ]", "", line) for line in lines if "本期" in line or "累计" in line] == ["本期", "累计"]
    assert sum("塔沟社区" in line for line in lines) == 2
    assert sum("合计" in line for line in lines) == 2


def test_a_code_page_without_frames_has_them_in_plain_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = at_a_terminal(TABLE, 90, monkeypatch, "gbk")
    assert lines[2] == "|            |            本期             |            累计             |"
    assert not re.search("[─│╭]", "".join(lines))


def test_figures_that_have_no_room_beside_each_other_stand_below_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [NAMES, *(Column(f"m{n}", f"{n}月", "count") for n in range(1, 13)), Column("s", "服务次数", "count")]
    table = Table("表", columns, [["石洞子沟社区", *([119] * 12), 1428]], chart="heat")
    lines = at_a_terminal(table, 80, monkeypatch)
    assert sum(line.count("119") for line in lines) == 12
    assert sum("石洞子沟社区" in line for line in lines) == 2
    assert len(lines) == 11
    lines = at_a_terminal(table, 120, monkeypatch)
    assert sum("石洞子沟社区" in line for line in lines) == 1


@settings(max_examples=60, deadline=None)
@given(
    groups=st.lists(
        st.tuples(st.sampled_from(["", "本期", "解决问题件数"]), st.integers(1, 4)), min_size=1, max_size=5
    ),
    numbers=st.lists(st.integers(0, 10**6), min_size=20, max_size=20),
    cells=st.integers(30, 160),
)
def test_no_frame_is_wider_than_the_terminal_and_no_figure_is_cut(
    groups: list[tuple[str, int]], numbers: list[int], cells: int
) -> None:
    kinds = [group for group, count in groups for _ in range(count)]
    columns = [Column(f"n{at}", "服务群众人次"[: at % 6 + 1], "count", group=group) for at, group in enumerate(kinds)]
    table = Table("表", [NAMES, *columns], [["塔沟社区", *numbers[: len(kinds)]]])
    with pytest.MonkeyPatch.context() as patched:
        lines = at_a_terminal(table, cells, patched)[1:]
    assert max(map(display_width, lines)) <= cells
    frames = "\n".join(lines).split("╭")[1:]
    assert all(len({display_width(line) for line in f"╭{frame}".strip().split("\n")}) == 1 for frame in frames)
    found = [int(number) for line in lines for number in re.findall(r"(\d+) │", line)]
    assert found == numbers[: len(kinds)]


# In data.


def test_what_is_compared_stands_under_its_figure(office: Sbd) -> None:
    said = office("report", "--by", "place", "--month", "2026-07", "--compare", "previous")
    upper, lower = said.out.splitlines()[2:4]
    assert re.findall(r"[^ -]+", upper)[:2] == ["服务次数", "服务群众人次"]
    assert lower.split() == ["社区（村）", *["本期", "上期", "增减"] * 6]


def test_files_of_data_keep_one_row_with_the_full_names(office: Sbd) -> None:
    def heads(way: str, *more: str) -> list[str]:
        said = office("report", "--by", "place", "--month", "2026-07", *more, "--format", way).out
        return said.lstrip("\ufeff").splitlines()[0].split(",")

    compared = heads("csv", "--compare", "previous")
    assert compared[:4] == ["社区（村）", "服务次数", "上期服务次数", "服务次数增减"]
    assert compared[-3:] == ["服务时长（小时）", "上期服务时长（小时）", "服务时长增减（小时）"]
    assert heads("csv", "--to-date")[1::6] == ["本期服务次数", "累计服务次数"]
    said: Any = office("report", "--by", "place", "--month", "2026-07", "--compare", "year", "--format", "json").json()
    assert [column["label"] for column in said["columns"]][:4] == [
        "社区（村）",
        "服务次数",
        "去年同期服务次数",
        "服务次数增减",
    ]
    assert "| 社区（村） | 本期服务次数 | 本期服务时长（小时） | 累计服务次数 |" in formats.markdown(TABLE)
