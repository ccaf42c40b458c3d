"""Charts under a table: of numbers that go on, one below the other; of parts, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl.chart import BarChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.pagebreak import Break

from shuangbaodao_cli.output.sheetstyle import PAGE_HEIGHT, ROW, Value, printed
from shuangbaodao_cli.output.stamp import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.sheet import Sheet

PARTS = 30
"""Bars of a chart that can still be told apart; of a longer table the first rows are shown."""
_FEW = 16
"""Bars whose names are legible on half a page."""
_HIGH = 8
"""Rows from the top of one trend to the top of the next."""
_A_PAGE = 24
"""Rows that fit on a page."""
_BESIDE = 3
"""Charts of parts that stand side by side."""
_EMU = 7 * 9525
"""What drawings are measured in, for the width of a digit."""
_COLOUR = "3B6EA5"


class Numbers(NamedTuple):
    """A column to be pictured: where it stands in the sheet, its heading, and how its numbers are shown."""

    at: int
    title: str
    format: str


def trends(sheet: Sheet, numbers: Sequence[Numbers], rows: Sequence[Sequence[Value]], first: int) -> None:
    """Put a chart for each column below what is written; ``first`` is the row of rows[0].

    One each, because services, people served and matters solved differ a hundredfold.
    """
    tops = _tops(sheet, len(numbers), _HIGH)
    for one, top in zip(numbers, tops, strict=True):
        chart = _chart(one, rows, sheet.name, first)
        _place(sheet, chart, (0, sum(sheet.widths)), (top, top + _HIGH - 1))


def bars(sheet: Sheet, numbers: Sequence[Numbers], rows: Sequence[Sequence[Value]], first: int) -> None:
    """Put a chart of lying bars for each column below what is written, three side by side, the first row on top."""
    high = _A_PAGE // 2 if len(rows) <= _FEW else _A_PAGE
    tops = _tops(sheet, -(-len(numbers) // _BESIDE), high)
    wide = sum(sheet.widths) / _BESIDE
    for place, one in enumerate(numbers):
        top, left = tops[place // _BESIDE], wide * (place % _BESIDE)
        title = f"{one.title}（前 {PARTS} 行）" if len(rows) > PARTS else one.title
        chart = _chart(one._replace(title=title), rows[:PARTS], sheet.name, first)
        chart.type = "bar"
        chart.x_axis.scaling.orientation = "maxMin"
        chart.y_axis.delete, chart.y_axis.majorGridlines = True, None  # the numbers stand at the bars
        chart.gapWidth = 40
        _place(sheet, chart, (left, left + wide), (top, top + high - 1))


def _tops(sheet: Sheet, count: int, high: int) -> list[int]:
    """The first row (counted from 1) of so many charts below each other; a new page where the old one has no room."""
    below = sheet.row + 2
    tops = [below + place * high for place in range(count)]
    if sheet.height + count * high * ROW > PAGE_HEIGHT:
        for top in tops[:: max(1, _A_PAGE // high)]:
            sheet.raw.row_breaks.append(Break(top - 2))
    return tops


def _place(sheet: Sheet, chart: BarChart, across: tuple[float, float], down: tuple[int, int]) -> None:
    """Lay a chart over the sheet: from and to which width of digits, from the top of a row to that of another."""
    # Any, because the stub lets a chart be anchored by the name of a cell alone.
    laid: Any = chart
    marks = [_marker(sheet.widths, wide, row - 1) for wide, row in zip(across, down, strict=True)]
    laid.anchor = TwoCellAnchor(_from=marks[0], to=marks[1])
    sheet.raw.add_chart(laid)


def _marker(widths: Sequence[float], wide: float, row: int) -> AnchorMarker:
    """The column in which this width from the left ends, and how far into it."""
    for at, each in enumerate(widths):
        if wide < each - 0.01:
            return AnchorMarker(col=at, colOff=max(0, round(wide * _EMU)), row=row)
        wide -= each
    return AnchorMarker(col=len(widths), row=row)


def _chart(one: Numbers, rows: Sequence[Sequence[Value]], name: str, first: int) -> BarChart:
    """One column over the first one of the sheet, as standing bars with their numbers."""
    chart = BarChart(gapWidth=80)
    chart.title = _title(one.title)
    chart.ser = [_series(name, one, rows, first)]
    chart.legend = None
    chart.roundedCorners = False
    chart.x_axis.delete = chart.y_axis.delete = False  # unsaid, Excel leaves the axes out
    light = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    chart.y_axis.majorGridlines = ChartLines(spPr=light)
    chart.y_axis.number_format = one.format
    chart.x_axis.txPr, chart.y_axis.txPr = _print(900), _print(900)
    chart.dLbls = DataLabelList(showVal=True, numFmt=one.format, txPr=_print(900))
    for unsaid in ("showCatName", "showSerName", "showLegendKey", "showPercent", "showBubbleSize"):
        setattr(chart.dLbls, unsaid, False)  # or some programs show them all
    return chart


def _letters(size: int, family: str, *, bold: bool = False) -> CharacterProperties:
    """Print of so many hundredths of a point, in the typeface of the sheet also for Chinese."""
    face = Font(typeface=family)
    return CharacterProperties(sz=size, b=bold, latin=face, ea=face)


def _print(size: int) -> RichText:
    return RichText(
        p=[Paragraph(pPr=ParagraphProperties(defRPr=_letters(size, "宋体")), endParaRPr=_letters(size, "宋体"))]
    )


def _title(text: str) -> Title:
    bold = _letters(1200, "黑体", bold=True)
    line = Paragraph(pPr=ParagraphProperties(defRPr=bold), r=[RegularTextRun(rPr=bold, t=safe(text))])
    return Title(tx=Text(rich=RichText(p=[line])), overlay=False)


def _series(name: str, one: Numbers, rows: Sequence[Sequence[Value]], first: int) -> Series:
    """One column over the first, with copies of both, for viewers that read no cells."""

    def place(column: int) -> str:
        letter = get_column_letter(column + 1)
        return f"{quote_sheetname(name)}!${letter}${first}:${letter}${first + len(rows) - 1}"

    names = [StrVal(n, safe(printed(row[0]))) for n, row in enumerate(rows)]
    counts = [(n, row[one.at]) for n, row in enumerate(rows)]
    points = [NumVal(n, v=count) for n, count in counts if isinstance(count, int | float)]
    over = StrRef(place(0), StrData(len(rows), names))
    values = NumRef(place(one.at), NumData(one.format, len(rows), points))
    series = Series(idx=0, order=0, cat=AxDataSource(strRef=over), val=NumDataSource(numRef=values))
    series.spPr = GraphicalProperties(solidFill=_COLOUR)
    return series
