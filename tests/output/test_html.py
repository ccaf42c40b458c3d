"""The page of a report: figures, pictures, nothing fetched, nothing run; read in a real browser too."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from docs import browser
from shuangbaodao_cli.output.html.page import render_page
from shuangbaodao_cli.output.table import Column, Table

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sbd

HOSTILE = (
    "=1+1",
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "\x1b[31m红",
    "甲\u202e乙",
    "</svg><img src=x>",
    "&lt;",
)
SERVICES = Column("services", "服务次数", "count", "次")
HOURS = Column("hours", "服务时长", "hours", "小时")
BARE = {"meta", "line", "rect", "br", "img"}
"""Elements without an end tag in our pages."""


class Seen(HTMLParser):
    """What a page is made of: its elements with their attributes, each with the text in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[tuple[str, list[str]]] = []
        self.feed(text)
        self.close()
        assert not self.open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        texts: list[str] = []
        self.found.append((tag, dict(attrs), texts))
        if tag not in BARE:
            self.open.append((tag, texts))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that is closed at once."""
        self.found.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        """An element ends, the one that began last."""
        began, _ = self.open.pop()
        assert began == tag

    def handle_data(self, data: str) -> None:
        """Text stands in every element that is open."""
        for _, texts in self.open:
            texts.append(data)

    def all(self, tag: str) -> list[tuple[dict[str, Any], str]]:
        """Every element of a tag: its attributes and its text."""
        return [(dict(attrs), "".join(texts)) for name, attrs, texts in self.found if name == tag]


def of(chart: Any, *rows: list[object], columns: tuple[Column, ...] = (SERVICES,), totals: Any = None) -> Table:
    return Table("表", [Column("part", "部分"), *columns], rows, totals, chart=chart)


@pytest.fixture
def office(sbd: Sbd) -> Sbd:
    """Three activities in two communities, in June and July 2026."""
    for line in (
        "义诊 --date 6月10日 --place 文庙社区 --category 卫生健康 --served 41 --hours 1 --people 张三",
        "清扫 --date 7月2日 --place 塔沟社区 --category 助老 --served 57 --resolved 3 --hours 2 --people 张三、李四",
        "巡逻 --date 7月18日 --place 塔沟社区 --category 平安巡防 --served 6 --org 双桥区司法局",
    ):
        assert sbd("log", "activity", *line.split(), "--new").code == 0
    return sbd


# What a page shows.


def test_one_row_of_figures_is_set_large() -> None:
    one = Table("汇总", [SERVICES, HOURS], [[250, 95]], chart="figures")
    seen = Seen(render_page([one]))
    assert [attrs.get("class") for attrs, _ in seen.all("table")] == ["figures"]
    assert [text for _, text in seen.all("td")] == ["250", "1.5"]
    assert [text for _, text in seen.all("th")] == ["服务次数", "服务时长（小时）"]


def test_a_figure_says_its_unit_where_the_heading_does_not() -> None:
    one = Table("汇总", [Column("n", "参与", "count", "人"), SERVICES], [[5, 6]], chart="figures")
    assert [attrs.get("data-unit") for attrs, _ in Seen(render_page([one])).all("td")] == ["人", None]


@pytest.mark.parametrize("rows", [[], [["甲", 1]], [["甲", 1], ["乙", 2]]])
def test_figures_that_are_no_single_row_of_numbers_stay_a_table(rows: list[list[object]]) -> None:
    assert Seen(render_page([of("figures", *rows)])).all("table")[0][0].get("class") is None


def test_a_trend_is_drawn_to_scale_and_told_in_words() -> None:
    rows: list[list[object]] = [["2026-05", 10, 90], ["2026-06", 40, None], ["2026-07", 0, 45]]
    seen = Seen(render_page([of("trend", *rows, columns=(SERVICES, HOURS), totals=["合计", 50, 135])]))
    assert [text for _, text in seen.all("figcaption")] == ["服务次数", "服务时长（小时）"]
    high = [float(attrs["height"]) for attrs, _ in seen.all("rect")]
    assert len(high) == 4  # nought and nothing have no bar
    assert high[0] == pytest.approx(high[1] / 4, abs=0.1)
    assert high[3] == pytest.approx(high[2] / 2, abs=0.1)
    said = [text for _, text in seen.all("desc")]
    assert said == ["2026-05 10，2026-06 40，2026-07 0", "2026-05 1.5，2026-06 空，2026-07 0.7"]
    raw = [text for _, text in seen.all("text")]
    assert raw[:7] == ["10", "40", "0", "05", "2026", "06", "07"]


def test_of_many_months_the_greatest_is_named_and_the_words_do_not_overlap() -> None:
    rows: list[list[object]] = [[f"20{index // 12 + 10}-{index % 12 + 1:02}", index] for index in range(60)]
    raw = [text for _, text in Seen(render_page([of("trend", *rows)])).all("text")]
    assert "59" in raw
    assert "30" not in raw
    assert len(raw) <= 1 + 2 * 12


def test_parts_have_bars_as_long_as_their_numbers() -> None:
    rows: list[list[object]] = [["甲", 80], ["乙", 20], ["丙", 0], ["丁", None], ["戊", -5]]
    seen = Seen(render_page([of("bars", *rows, totals=["合计", 95])]))
    cells = [(attrs.get("class"), attrs.get("style"), text) for attrs, text in seen.all("td")]
    assert cells == [
        ("n b", "--p:100.0%", "80"),
        ("n b", "--p:25.0%", "20"),
        ("n b", "--p:0.0%", "0"),
        ("n b", "--p:0.0%", ""),
        ("n b", "--p:0.0%", "-5"),
        ("n", None, "95"),
    ]


def test_a_heat_map_is_the_darker_the_greater_and_its_sums_are_bars() -> None:
    columns = (Column("a", "1月", "count"), Column("b", "2月", "count"), SERVICES)
    seen = Seen(
        render_page([of("heat", ["甲", 80, 0, 80], ["乙", 1, 40, 41], columns=columns, totals=["合计", 81, 40, 121])])
    )
    worn = [attrs["class"] for attrs, _ in seen.all("td")]
    assert worn == ["n h8", "n", "n b", "n h1", "n h4", "n b", "n", "n", "n"]


def test_days_and_numbers_stand_on_one_line() -> None:
    columns = [Column("date", "日期", "date"), Column("phone", "电话", "code"), Column("what", "内容")]
    seen = Seen(render_page([Table("表", columns, [["2026-07-01", "199****1234", "义诊"]])]))
    assert [attrs.get("class") for attrs, _ in [seen.all("th")[-1], *seen.all("td")]] == ["w", "w", None]


def test_what_is_compared_has_no_bars_that_could_not_be_compared() -> None:
    columns = [
        Column(f"n{index}", label, "count", "次", group="服务次数") for index, label in enumerate(("本期", "上期"))
    ]
    text = render_page([of("bars", ["甲", 1, 2], columns=tuple(columns))])
    assert "--p:" not in text.partition("</style>")[2]


def test_two_periods_of_several_figures_have_bars_from_above_to_below() -> None:
    columns = [replace(one, group=group) for group in ("本期", "累计") for one in (SERVICES, HOURS)]
    seen = Seen(render_page([of("bars", ["甲", 1, 60, 10, 600], ["乙", 2, 30, 40, 60], columns=tuple(columns))]))
    assert [attrs["style"] for attrs, _ in seen.all("td")] == [
        *("--p:50.0%", "--p:100.0%", "--p:25.0%", "--p:100.0%"),
        *("--p:100.0%", "--p:50.0%", "--p:100.0%", "--p:10.0%"),
    ]


@pytest.mark.parametrize("chart", ["", "figures", "trend", "bars", "heat"])
def test_a_table_without_rows_says_so(chart: str) -> None:
    text = render_page([of(chart)])
    assert "（没有记录）" in text
    assert "<svg" not in text


def test_what_was_said_once_is_not_said_again() -> None:
    first = Table("一", [SERVICES], [[1]], subtitle="期间：七月", notes=("次数：甲。",))
    again = Table("二", [SERVICES], [[1]], subtitle="期间：七月", notes=("次数：甲。", "另：乙。"))
    other = Table("三", [SERVICES], [[1]], subtitle="期间：今年")
    seen = Seen(render_page([first, again, other, again]))
    assert [text for _, text in seen.all("p")] == ["期间：七月", "期间：今年", "期间：七月"]
    assert [text for _, text in seen.all("li")] == ["次数：甲。", "另：乙。"]


# Read by everybody, harmed by nothing.


def test_a_page_can_be_read_out() -> None:
    seen = Seen(render_page([of("trend", ["2026-07", 1]), of("bars", ["甲", 1], totals=["合计", 1])]))
    assert seen.all("html")[0][0]["lang"] == "zh-CN"
    assert len(seen.all("h1")) == 1
    assert {attrs["scope"] for attrs, _ in seen.all("th")} == {"col", "row"}
    ids = [attrs["id"] for _, attrs, _ in seen.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    named = [word for _, attrs, _ in seen.found for word in (attrs.get("aria-labelledby") or "").split()]
    assert set(named) == set(ids)
    (drawing,) = seen.all("svg")
    assert drawing[0]["role"] == "img"
    assert [text for _, text in seen.all("title")] == ["表", "服务次数"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("chart", ["", "figures", "trend", "bars", "heat"])
def test_a_hostile_name_is_shown_and_does_nothing(chart: Any, name: str) -> None:
    column = Column("n", name, "count", name)
    text = render_page(
        [Table(name, [Column("part", name), column, column], [[name, 1, 1]], None, name, (name,), chart)]
    )
    seen = Seen(text)
    allowed = {"html", "head", "meta", "title", "style", "body", "main", "section", "h1", "p", "div", "table", "thead"}
    allowed |= {"tbody", "tr", "th", "td", "ul", "li", "figure", "figcaption", "svg", "desc", "rect", "line", "text"}
    assert {tag for tag, _, _ in seen.found} <= allowed
    assert not [key for _, attrs, _ in seen.found for key in attrs if key.startswith("on")]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize("chart", ["", "figures", "trend", "bars", "heat"])
def test_a_page_refers_to_nothing_and_lets_nothing_be_fetched(chart: Any) -> None:
    text = render_page([of(chart, ["2026-07", 1])])
    assert not re.search(r"https?:|//|src=|href|<link|@import|url\(|<script", text)
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in text


# The commands.


@pytest.mark.parametrize("words", ["report places --month", "report --month", "list activity", "report --list"])
def test_a_page_is_printed_as_it_is_written(office: Sbd, tmp_path: Path, words: str) -> None:
    said = office(*words.split(), "--format", "html")
    assert said.code == 0
    assert office(*words.split(), "-o", tmp_path / "x.html").code == 0
    assert said.out == (tmp_path / "x.html").read_text(encoding="utf-8")
    Seen(said.out)


def test_the_page_of_a_summary_has_its_figures_its_divisions_and_the_course_of_the_year(office: Sbd) -> None:
    said = office("report", "--month", "2026-07", "--format", "json").json()["totals"]
    seen = Seen(office("report", "--month", "2026-07", "--format", "html").out)
    figures = [text for _, text in seen.all("td")][:6]
    names = ("services", "served", "resolved", "volunteers", "participations")
    assert (
        figures == [*(str(said[name]) for name in names), f"{said['hours']:.1f}"] == ["2", "63", "3", "2", "2", "4.0"]
    )
    headings = {text for _, text in seen.all("th")}
    assert {"塔沟社区", "双桥区司法局", "助老", "2026-06", "6月"} <= headings
    assert len(seen.all("svg")) == 6


def test_the_page_of_one_question_answers_that_one(office: Sbd) -> None:
    for words in ("places", "trend", "summary --by category", "summary --explain", "summary --compare previous"):
        text = office("report", *words.split(), "--month", "2026-07", "--format", "html").out
        assert "各社区逐月服务次数" not in text


# In a real browser.


def test_a_browser_shows_the_page_of_a_report_and_asks_nobody(office: Sbd, tmp_path: Path) -> None:
    office("report", "--month", "2026-07", "-o", tmp_path / "月报.html")
    error, picture, asked = browser.opened(tmp_path / "月报.html", tmp_path)
    assert asked == []
    cells = [unescape(text) for text in re.findall(r"<td[^>]*>([^<]*)</td>", error)]
    assert cells[:6] == ["2", "63", "3", "2", "2", "4.0"]
    assert len(re.findall(r"<svg ", error)) == 6
    seen = browser.colours(picture)
    assert seen[bytes.fromhex("ffffff")] > 100_000  # paper
    assert seen[bytes.fromhex("1f4e8c")] > 50  # large figures
    assert seen[bytes.fromhex("cfe0f5")] > 1000  # bars of the communities


def test_a_browser_draws_trend_and_heat(office: Sbd, tmp_path: Path) -> None:
    for name, colour in (("trend", "3b6ea5"), ("monthly", "08306b")):
        (tmp_path / name).mkdir()
        office("report", name, "--year", "-o", tmp_path / f"{name}.html")
        _, picture, asked = browser.opened(tmp_path / f"{name}.html", tmp_path / name)
        assert asked == []
        assert browser.colours(picture)[bytes.fromhex(colour)] > 200


def test_a_page_that_asked_somebody_would_be_caught(tmp_path: Path) -> None:
    bad = tmp_path / "x.html"
    bad.write_text('<img src="http://127.0.0.1:8099/a.png"><img src="http://example.invalid/b.png">', encoding="utf-8")
    _, _, asked = browser.opened(bad, tmp_path)
    assert set(asked) == {"http://127.0.0.1:8099/a.png", "http://example.invalid/b.png"}


def test_even_a_reference_that_slipped_in_would_not_be_fetched(tmp_path: Path) -> None:
    leaky = render_page([of("", ["甲", 1])]).replace("</main>", '<img src="http://example.invalid/b.png"></main>')
    (tmp_path / "x.html").write_text(leaky, encoding="utf-8")
    error, _, asked = browser.opened(tmp_path / "x.html", tmp_path)
    assert "<img" in error
    assert asked == []
