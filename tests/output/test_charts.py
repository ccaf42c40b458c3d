"""Charts of a workbook and small pictures at a terminal: what they show, where they stand, where there are none."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.output.terminal import screen
from shuangbaodao_cli.output.xlsx.workbook import render_workbook
from shuangbaodao_cli.values.text import display_width

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from conftest import Sbd

SERVICES = Column("services", "服务次数", "count", "次")
HOURS = Column("hours", "服务时长", "hours", "小时")
OURS = re.compile(r"\x1b\[[0-9;]*m")
BLOCKS = re.compile("[▁▂▃▄▅▆▇█▉▊▋▌▍▎▏]")


def of(chart: Any, *rows: list[Any], columns: tuple[Column, ...] = (SERVICES,), totals: Any = None) -> Table:
    return Table("表", [Column("part", "社区"), *columns], rows, totals, notes=("注。",), chart=chart)


def parts(data: bytes, names: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        found = sorted((name for name in book.namelist() if re.fullmatch(names, name)), key=lambda n: (len(n), n))
        return [re.sub("<(/?)(?:c|a|xdr):", r"<\1", book.read(name).decode()) for name in found]


def opened(table: Table) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(render_workbook([table]))).worksheets[0]


def places(count: int) -> list[list[Any]]:
    return [[f"{at}社区", count - at, 60 * at] for at in range(count)]


# In a workbook.


def test_parts_stand_in_lying_bars_with_their_numbers_the_first_on_top() -> None:
    services, spent = parts(
        render_workbook(
            [of("bars", ["甲", 7, 95], ["乙", 3, None], columns=(SERVICES, HOURS), totals=["合计", 10, 95])]
        ),
        r"xl/charts/chart\d+\.xml",
    )
    for chart in (services, spent):
        assert '<barDir val="bar"' in chart
        (names,), (values,) = (re.findall(f"<{axis}>.*?</{axis}>", chart) for axis in ("catAx", "valAx"))
        assert '<orientation val="maxMin"' in names
        assert '<delete val="1"' not in names
        assert '<delete val="1"' in values
        assert '<showVal val="1"' in chart
    assert re.findall(r"<f>(.*?)</f>", services) == ["表!$A$3:$A$4", "表!$B$3:$B$4"]
    assert re.findall(r"<v>(.*?)</v>", services) == ["甲", "乙", "7", "3"]
    assert re.findall(r"<v>(.*?)</v>", spent) == ["甲", "乙", "1.5"]
    assert ("服务次数" in services, "服务时长（小时）" in spent) == (True, True)
    for chart, shape in ((services, "#,##0"), (spent, "0.0")):
        assert re.findall(f'<dLbls><numFmt formatCode="{shape}"', chart) != []
    assert 'latin typeface="宋体"' in services
    assert 'latin typeface="黑体"' in services


def anchors(table: Table) -> list[tuple[tuple[int, int, int], tuple[int, int, int]]]:
    """From which column, how far into it, and row, to which: of every chart of a table."""
    (drawing,) = parts(render_workbook([table]), r"xl/drawings/drawing\d+\.xml")
    numbers = [int(n) for n in re.findall(r"<(?:col|colOff|row)>(\d+)<", drawing)]
    marks = [tuple(numbers[at : at + 3]) for at in range(0, len(numbers), 3)]
    return list(zip(marks[::2], marks[1::2], strict=True))  # type: ignore[arg-type]  # three each


def test_bars_stand_three_abreast_below_the_notes_and_cover_nothing() -> None:
    columns = tuple(Column(f"n{at}", f"数{at}", "count") for at in range(6))
    table = of("bars", *([f"{at}社区", *range(6)] for at in range(4)), columns=columns)
    found = anchors(table)
    assert len(found) == 6
    last = opened(table).max_row
    assert all(start[2] > last - 1 for start, _ in found)  # counted from 0
    left = [(start[0], start[1]) for start, _ in found]
    right = [(end[0], end[1]) for _, end in found]
    assert left[:3] == left[3:]
    assert left[0] == (0, 0)
    assert right[:2] == left[1:3]
    assert right[2] == (len(columns) + 1, 0)
    assert found[3][0][2] >= found[0][1][2]


def test_charts_of_parts_that_do_not_fit_under_the_table_begin_a_page() -> None:
    columns = tuple(Column(f"n{at}", f"数{at}", "count") for at in range(6))
    few = opened(of("bars", *([f"{at}社区", *range(6)] for at in range(12)), columns=columns))
    assert [each.id for each in few.row_breaks.brk] == [15]  # both rows of charts on one page
    many = opened(of("bars", *([f"{at}社区", *range(6)] for at in range(20)), columns=columns))
    assert [each.id for each in many.row_breaks.brk] == [23, 47]
    assert opened(of("bars", ["甲", 1])).row_breaks.brk == []


def test_of_a_long_table_the_first_thirty_are_drawn_and_the_title_says_so() -> None:
    short, _ = parts(render_workbook([of("bars", *places(30), columns=(SERVICES, HOURS))]), r"xl/charts/.*xml")
    long, _ = parts(render_workbook([of("bars", *places(31), columns=(SERVICES, HOURS))]), r"xl/charts/.*xml")
    assert "前 30 行" not in short
    assert "前 30 行" in long
    assert re.findall(r"<f>(.*?)</f>", long) == ["表!$A$3:$A$32", "表!$B$3:$B$32"]


def test_months_of_places_are_shaded_on_one_scale_without_sums_and_totals() -> None:
    columns = (Column("a", "1月", "count"), Column("b", "2月", "count"), SERVICES)
    table = of("heat", ["甲", 1, 2, 3], ["乙", 4, 5, 9], columns=columns, totals=["合计", 5, 7, 12])
    (shaded,) = opened(table).conditional_formatting
    assert str(shaded.sqref) == "B3:C4"
    assert [rule.type for rule in shaded.rules] == ["colorScale"]
    assert parts(render_workbook([table]), r"xl/charts/.*") == []


@pytest.mark.parametrize("chart", ["", "figures", "heat"])
def test_a_table_without_months_is_not_shaded_and_has_no_chart(chart: str) -> None:
    table = of(chart, ["甲", 1])
    assert list(opened(table).conditional_formatting) == []
    assert parts(render_workbook([table]), r"xl/charts/.*") == []


def test_two_periods_side_by_side_have_no_chart() -> None:
    columns = (SERVICES, Column("before", "服务次数", "count", group="上期"))
    assert parts(render_workbook([of("bars", ["甲", 1, 2], columns=columns)]), r"xl/charts/.*") == []


def test_hostile_names_pass_through_bars_as_text() -> None:
    (chart,) = parts(render_workbook([of("bars", ["=1+1", 1], ["\x1b]0;x\x07", 2])]), r"xl/charts/.*xml")
    assert re.findall(r"<v>(.*?)</v>", chart) == ["=1+1", "␛]0;x␛", "1", "2"]


@pytest.mark.parametrize("chart", ["trend", "bars", "heat"])
def test_the_same_table_is_the_same_bytes(chart: str) -> None:
    table = of(chart, *places(5), columns=(SERVICES, HOURS))
    assert render_workbook([table]) == render_workbook([table])


def test_the_reports_of_places_and_months_have_their_pictures(sbd: Sbd, tmp_path: Any) -> None:
    sbd("log", "activity", "义诊", "--date", "2026-07-02", "--place", "文庙社区", "--hours", "1", "--new")
    for name, charts, shaded in (("places", 6, 0), ("categories", 6, 0), ("trend", 6, 0), ("monthly", 0, 1)):
        file = tmp_path / f"{name}.xlsx"
        assert sbd("report", name, "--half", "-o", file).code == 0
        assert len(parts(file.read_bytes(), r"xl/charts/.*")) == charts
        assert len(openpyxl.load_workbook(file).worksheets[0].conditional_formatting) == shaded


# At a terminal.


class Terminal(io.StringIO):
    """A stream with a person in front of it."""

    def __init__(self, code_page: str) -> None:
        super().__init__()
        self.code_page = code_page

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a stream of text in memory has none
        """What the terminal can show."""
        return self.code_page

    def isatty(self) -> bool:
        """There is one."""
        return True


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``at(80, table)``: the lines of a table on a terminal so many cells wide."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def lines(cells: int, table: Table, code_page: str = "utf-8") -> list[str]:
        monkeypatch.setenv("COLUMNS", str(cells))
        stream = Terminal(code_page)
        screen.print_tables([table], stream)
        return OURS.sub("", stream.getvalue()).splitlines()

    return lines


def drawn(lines: list[str]) -> list[str]:
    """What is drawn in each row, from the frame to the frame."""
    return [cell.strip() for line in lines for cell in line.split("│") if BLOCKS.search(cell)]


def test_bars_at_a_terminal_are_as_long_as_their_numbers(at: Any) -> None:
    lines = at(60, of("bars", ["甲", 160], ["乙", 80], ["丙", 5], ["丁", 1], ["戊", 0], ["己", None]))
    assert drawn(lines) == ["█" * 16, "█" * 8, "▌", "▏"]


def test_a_trend_at_a_terminal_has_bars_of_its_first_number(at: Any) -> None:
    lines = at(
        60, of("trend", ["2026-06", 4, 900], ["2026-07", 8, 60], columns=(SERVICES, HOURS), totals=["合计", 12, 960])
    )
    assert drawn(lines) == ["█" * 8, "█" * 16]


def test_a_course_at_a_terminal_shows_each_row_on_its_own_scale(at: Any) -> None:
    columns = (*(Column(f"m{n}", f"{n}月", "count") for n in range(1, 5)), SERVICES)
    lines = at(
        80, of("heat", ["甲", 0, 1, 4, 7, 12], ["乙", 0, 0, 0, 0, 0], columns=columns, totals=["合计", 0, 1, 4, 7, 12])
    )
    assert drawn(lines) == ["▁▂▅█", "▁▁▁▁"]
    assert [line for line in lines if "走势" in line]


@pytest.mark.parametrize("cells", [20, 30, 40, 60, 80, 100, 120])
@pytest.mark.parametrize("chart", ["trend", "bars", "heat"])
def test_a_picture_never_makes_a_table_wider_than_the_terminal_nor_cuts_it(at: Any, chart: str, cells: int) -> None:
    columns = tuple(
        Column(f"n{n}", label, "count") for n, label in enumerate(("服务次数", "服务群众人次", "解决问题件数"))
    )
    rows = [["头道牌楼社区", 119, 12345, 7], ["文庙", 34, 6, 5]]
    lines = at(cells, of(chart, *rows, columns=columns))
    assert max(map(display_width, lines)) <= cells
    said = re.sub(r"\s", "", "".join(lines))
    assert "…" not in said
    if drawn(lines):
        assert "12345" in said
        assert "头道牌楼社区" in said


def test_where_there_is_no_room_the_table_stands_alone(at: Any) -> None:
    table = of("bars", ["头道牌楼社区", 5], ["文庙社区", 4])
    assert drawn(at(60, table))
    assert not drawn(at(24, table))


@pytest.mark.parametrize(
    "table",
    [
        of("bars"),
        of("bars", ["甲", 1]),
        of("trend", ["2026-06", 0], ["2026-07", None]),
        of("bars", ["甲", 0, 60], ["乙", 0, 90], columns=(SERVICES, HOURS)),
        of("figures", ["甲", 1], ["乙", 2]),
        of("", ["甲", 1], ["乙", 2]),
        of("heat", ["甲", 1], ["乙", 2]),
        of("heat", ["甲", 1, 1], ["乙", 2, 2], columns=(Column("m", "7月", "count"), SERVICES)),
    ],
)
def test_no_picture_where_there_is_nothing_to_compare(at: Any, table: Table) -> None:
    assert not drawn(at(80, table))


def test_a_code_page_without_blocks_gets_no_marks_in_their_place(at: Any) -> None:
    table = of("bars", ["x", 5], ["y", 4])
    assert drawn(at(80, table))
    assert drawn(at(80, table, "gbk"))
    assert not drawn(at(80, table, "cp437"))
    assert not drawn(at(80, table, ""))


@pytest.mark.parametrize("chart", ["trend", "bars", "heat"])
def test_pipes_and_files_hold_no_picture(chart: Any) -> None:
    table = of(chart, ["甲", 5, 60], ["乙", 3, 60], columns=(SERVICES, HOURS))
    bare = of("", ["甲", 5, 60], ["乙", 3, 60], columns=(SERVICES, HOURS))
    for form in (screen.plain_text, formats.csv_text, formats.markdown, formats.as_json):
        assert form(table) == form(bare)
