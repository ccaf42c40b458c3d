"""The process in which a file is taken apart: what goes wrong in it, even a crash, ends only itself.

``python -m shuangbaodao_cli.intake.child READER`` reads the file on standard input and writes frames
on standard output: four bytes of length, then a pickled tuple, the first word of which says what it is.
"""

from __future__ import annotations

import gc
import io
import pickle
import sys
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.problems import Unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MEMORY = 1536 * 1024 * 1024
SECONDS = 40
"""Of processor time; the whole command has to end within a minute."""
CHUNK = 2_000
"""Rows that go into one frame."""


def main() -> None:
    """Read, take apart, hand over."""
    _limit()
    gc.disable()
    readers: dict[str, Callable[[bytes, Any], None]] = {
        "calamine": _calamine,
        "openpyxl": _openpyxl,
        "text": _text,
        "html": _html,
        "xml": _xml,
    }
    out = sys.stdout.buffer

    def send(*frame: Any) -> None:
        data = pickle.dumps(frame, 5)
        out.write(len(data).to_bytes(4, "little"))
        out.write(data)

    try:
        readers[sys.argv[1]](sys.stdin.buffer.read(), send)
        send("end")
    except BaseException as error:  # noqa: BLE001  # a panic of a reader is not even an Exception
        send("failed", error.message if isinstance(error, Unfit) else "")
    out.flush()


def _limit() -> None:
    """Bound memory and time where the platform can; Windows has only the parent's clock."""
    try:
        import resource  # noqa: PLC0415  # not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send_rows(send: Any, rows: Iterable[list[Any]], width: int) -> None:
    """Rows in frames, each row as long as the widest; equal cells are one object, which packs small."""
    ahead = iter(rows)
    while chunk := list(islice(ahead, CHUNK)):
        if any(map(width.__ne__, map(len, chunk))):
            chunk = [[*row, *[""] * (width - len(row))] for row in chunk]
        flat = list(chain.from_iterable(chunk))
        if bool not in set(map(type, flat)):  # True would become the 1.0 that it equals
            flat = list(map({}.setdefault, flat, flat))
        send("rows", flat)


def _calamine(content: bytes, send: Any) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415  # this reader only

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        if about.visible != SheetVisibleEnum.Visible:
            send("hidden", about.name)
            continue
        sheet = book.get_sheet_by_name(about.name)
        merges = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
        left = (sheet.start or (0, 0))[1]
        rows = ([*[""] * left, *row] for row in sheet.iter_rows()) if left else sheet.iter_rows()
        send("sheet", about.name, left + sheet.width, merges)
        _send_rows(send, rows, left + sheet.width)


def _openpyxl(content: bytes, send: Any) -> None:
    """The second reader, for what the first one cannot read; formulas that were never computed stay formulas."""
    from openpyxl import load_workbook  # noqa: PLC0415  # this reader only

    book, said = (load_workbook(io.BytesIO(content), data_only=values) for values in (True, False))
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            send("hidden", sheet.title)
            continue
        merges = [(r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in sheet.merged_cells.ranges]
        send("sheet", sheet.title, sheet.max_column, merges)
        pairs = zip(sheet.iter_rows(), said[sheet.title].iter_rows(), strict=True)
        _send_rows(send, ([_value(*both) for both in zip(*pair, strict=True)] for pair in pairs), sheet.max_column)


def _value(cell: Any, said: Any) -> Any:
    value = cell.value if cell.value is not None else said.value
    if value is None:
        return ""
    return float(value) if type(value) is int else value


def _text(content: bytes, send: Any) -> None:
    from shuangbaodao_cli.intake.delimited import read_text  # noqa: PLC0415  # this reader only

    rows, note = read_text(content, sys.argv[2] if len(sys.argv) > 2 else None)
    if note:
        send("note", note)
    _send_all(send, "Sheet1", rows, [])


def _html(content: bytes, send: Any) -> None:
    from shuangbaodao_cli.intake.hypertext import read_html  # noqa: PLC0415  # this reader only

    for at, (rows, merges) in enumerate(read_html(content), 1):
        _send_all(send, f"Sheet{at}", rows, merges)


def _xml(content: bytes, send: Any) -> None:
    from shuangbaodao_cli.intake.xml2003 import read_xml  # noqa: PLC0415  # this reader only

    for sheet in read_xml(content):
        _send_all(send, sheet.name, sheet.rows, sheet.merges)


def _send_all(send: Any, name: str, rows: Any, merges: Any) -> None:
    width = max(map(len, rows), default=0)
    send("sheet", name, width, merges)
    _send_rows(send, rows, width)


if __name__ == "__main__":
    main()
