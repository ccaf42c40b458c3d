"""The readers of the child process: the bytes of a file → frames with its content.

Frames are tuples: ``sheet`` with its name, width, merged cells, comments and number of hidden rows,
then ``rows`` with the cells of some thousands of its rows one after the other; ``hidden`` with the
name of a hidden sheet, which is skipped; ``note`` with a message for the user.
"""

from __future__ import annotations

import io
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROWS_PER_FRAME = 2_000
"""Rows in one frame."""


def _row_frames(rows: Iterable[list[Any]], width: int) -> Iterator[tuple[Any, ...]]:
    """The ``rows`` frames, every row padded to ``width``; equal cells become one object, which pickles small."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, ROWS_PER_FRAME)):
        if any(map(width.__ne__, map(len, chunk))):
            chunk = [[*row, *[""] * (width - len(row))] for row in chunk]
        flat = list(chain.from_iterable(chunk))
        if bool not in set(map(type, flat)):  # True would become the 1.0 that it equals
            flat = list(map({}.setdefault, flat, flat))
        yield "rows", flat


def _sheet_frames(
    name: str, rows: list[Any], merges: Any, comments: Any = (), hidden: int = 0
) -> Iterator[tuple[Any, ...]]:
    """The frames of a sheet whose rows are all in memory."""
    width = max(map(len, rows), default=0)
    yield "sheet", name, width, merges, dict(comments), hidden
    yield from _row_frames(rows, width)


def read_calamine(content: bytes) -> Iterator[tuple[Any, ...]]:
    """Read any workbook, zipped or in the old binary format, with calamine."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # this reader only

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for metadata in book.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        if metadata.visible != SheetVisibleEnum.Visible:
            yield "hidden", metadata.name
            continue
        sheet = book.get_sheet_by_name(metadata.name)
        merges = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
        offset = (sheet.start or (0, 0))[1]  # empty columns left of the data, which calamine leaves out
        rows = ([*[""] * offset, *row] for row in sheet.iter_rows()) if offset else sheet.iter_rows()
        yield "sheet", metadata.name, offset + sheet.width, merges, {}, 0
        yield from _row_frames(rows, offset + sheet.width)


def read_openpyxl(content: bytes) -> Iterator[tuple[Any, ...]]:
    """Read the .xlsx files that calamine cannot read; formulas never computed stay formulas."""
    from openpyxl import load_workbook  # this reader only

    book, formula_book = (load_workbook(io.BytesIO(content), data_only=values) for values in (True, False))
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            yield "hidden", sheet.title
            continue
        merges = [(r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in sheet.merged_cells.ranges]
        yield "sheet", sheet.title, sheet.max_column, merges, {}, 0
        pairs = zip(sheet.iter_rows(), formula_book[sheet.title].iter_rows(), strict=True)
        yield from _row_frames(
            ([_cell_value(*cells) for cells in zip(*pair, strict=True)] for pair in pairs), sheet.max_column
        )


def _cell_value(cell: Any, formula_cell: Any) -> Any:
    value = cell.value if cell.value is not None else formula_cell.value
    if value is None:
        return ""
    return float(value) if type(value) is int else value


def read_text(content: bytes, encoding: str | None = None) -> Iterator[tuple[Any, ...]]:
    """Read CSV and TSV."""
    from shuangbaodao_cli.intake.files import delimited  # this reader only

    rows, note = delimited.read_text(content, encoding)
    if note:
        yield "note", note
    yield from _sheet_frames("Sheet1", rows, [])


def read_html(content: bytes, encoding: str | None = None) -> Iterator[tuple[Any, ...]]:
    """Read a web page: a sheet for each table in it."""
    from shuangbaodao_cli.intake.files import html  # this reader only

    for number, (rows, merges) in enumerate(html.read_html(content, encoding), 1):
        yield from _sheet_frames(f"Sheet{number}", rows, merges)


def read_xml(content: bytes, encoding: str | None = None) -> Iterator[tuple[Any, ...]]:
    """Read a workbook of Excel 2003 as one XML file."""
    from shuangbaodao_cli.intake.files import spreadsheetml  # this reader only

    for sheet in spreadsheetml.read_xml(content, encoding):
        if sheet.hidden:
            yield "hidden", sheet.name
        else:
            yield from _sheet_frames(sheet.name, sheet.rows, sheet.merges, sheet.comments, len(sheet.hidden_rows))


READERS: dict[str, Callable[..., Iterator[tuple[Any, ...]]]] = {
    "calamine": read_calamine,
    "openpyxl": read_openpyxl,
    "text": read_text,
    "html": read_html,
    "xml": read_xml,
}
"""Name of a reader → its function."""
