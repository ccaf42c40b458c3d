"""Charts of a table's numbers over its first column, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.pagebreak import Break

from shuangbaodao_cli.output.sheetstyle import PAGE_HEIGHT, ROW, Value, printed
from shuangbaodao_cli.output.stamp import safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.output.sheet import Sheet

_HIGH = 8
"""Rows from the top of one chart to the top of the next."""
_A_PAGE = 3


def charts(sheet: Sheet, titles: Mapping[int, str], rows: Sequence[Sequence[Value]], first: int) -> None:
    """Put a chart for each titled column below what is written; ``first`` is the row of rows[0].

    One each, because services, people served and matters solved differ a hundredfold.
    """
    below = sheet.row + 2
    breaks = sheet.height + len(titles) * _HIGH * ROW > PAGE_HEIGHT
    for place, (at, title) in enumerate(titles.items()):
        top = below + place * _HIGH
        if breaks and place % _A_PAGE == 0:
            sheet.raw.row_breaks.append(Break(top - 2))
        # Any, because the stub lets a chart be anchored by the name of a cell alone.
        chart: Any = _chart(title, _series(sheet.name, at, rows, first))
        chart.anchor = TwoCellAnchor(
            _from=AnchorMarker(col=0, row=top - 1),
            to=AnchorMarker(col=len(sheet.widths), row=top + _HIGH - 2),
        )
        sheet.raw.add_chart(chart)


def _chart(title: str, series: Series) -> BarChart:
    chart = BarChart(gapWidth=80)
    chart.title = _title(title)
    chart.ser = [series]
    chart.legend = None
    chart.roundedCorners = False
    chart.x_axis.delete = chart.y_axis.delete = False  # unsaid, Excel leaves the axes out
    light = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    chart.y_axis.majorGridlines = ChartLines(spPr=light)
    chart.dLbls = DataLabelList(showVal=True)
    for unsaid in ("showCatName", "showSerName", "showLegendKey", "showPercent", "showBubbleSize"):
        setattr(chart.dLbls, unsaid, False)  # or some programs show them all
    return chart


def _title(text: str) -> Title:
    size = ParagraphProperties(defRPr=CharacterProperties(sz=1200, b=True))
    line = Paragraph(pPr=size, r=[RegularTextRun(t=safe(text))])
    return Title(tx=Text(rich=RichText(p=[line])), overlay=False)


def _series(name: str, at: int, rows: Sequence[Sequence[Value]], first: int) -> Series:
    """One column over the first, with copies of both, for viewers that read no cells."""

    def place(column: int) -> str:
        letter = get_column_letter(column + 1)
        return f"{quote_sheetname(name)}!${letter}${first}:${letter}${first + len(rows) - 1}"

    names = [StrVal(n, safe(printed(row[0]))) for n, row in enumerate(rows)]
    counts = [(n, row[at]) for n, row in enumerate(rows)]
    points = [NumVal(n, v=count) for n, count in counts if isinstance(count, int | float)]
    over = StrRef(place(0), StrData(len(rows), names))
    values = NumRef(place(at), NumData("General", len(rows), points))
    return Series(idx=0, order=0, cat=AxDataSource(strRef=over), val=NumDataSource(numRef=values))
