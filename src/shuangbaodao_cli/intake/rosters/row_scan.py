"""The rows under a header, from top to bottom: data, totals, skipped rows, and the next table if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.rosters import layout
from shuangbaodao_cli.intake.rosters.header_search import candidate_headers
from shuangbaodao_cli.intake.rosters.row_kinds import first_text, has_single_cell, is_blank, is_data, is_total
from shuangbaodao_cli.model.record import fields_by_heading
from shuangbaodao_cli.values.text import fold_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.intake.rosters.model import Header, HeadingMeanings
    from shuangbaodao_cli.model.record import Field, Record


@dataclass(slots=True)
class RowScan:
    """What stands under a header. Row numbers count from 1."""

    row_numbers: list[int] = field(default_factory=list)
    """Of the rows of data."""
    totals: list[tuple[int, int, Sequence[Any]]] = field(default_factory=list)
    skipped: int = 0
    block_rows: list[tuple[int, Sequence[Any]]] = field(default_factory=list)
    """Rows whose right-hand blocks may hold data, where there are such blocks."""
    next_header: Header | None = None
    """The header of the next table on the sheet; its title and header begin at the row with index ``next_start``."""
    next_start: int = 0


def scan_rows(sheet: Sheet, header: Header, records: Sequence[Record], meanings: HeadingMeanings) -> RowScan:
    """Go down the rows under a header to the end of the sheet, or to the next header of another table."""
    rows, scan = sheet.rows, RowScan()
    first, second = min(header.columns), max(header.columns)
    needed = [column for column, field in header.columns.items() if field.required]
    candidates = [(record, fields_by_heading(record)) for record in records]
    heading = rows[header.top][first]
    rows_above = rows[: header.top]
    # Where the data is interrupted another header may begin; ``last`` is the last row that is surely ours.
    is_interrupted, index, last = False, header.bottom + 1, header.bottom
    while index < len(rows):
        row = rows[index]
        is_like_header = row[first] == heading or (row[second] == "" and has_single_cell(row))
        if is_like_header or (is_interrupted and not is_blank(row)):
            following = _next_header(sheet, index, last + 1, header, candidates, meanings)
            if isinstance(following, int):
                scan.skipped += sum(not is_blank(skipped) for skipped in rows[index:following])
                index, is_interrupted = following, False
                continue
            if following is not None:
                scan.next_header, scan.next_start = following, last + 1
                scan.skipped -= sum(not is_blank(title) for title in rows[last + 1 : index])
                return scan
        if header.blocks:
            scan.block_rows.append((index + 1, row))
        if is_data(row, header, first, needed) and not (is_interrupted and row in rows_above):
            scan.row_numbers.append(index + 1)
            is_interrupted, last = False, index
        else:
            is_interrupted = True
            if not is_blank(row):
                scan.skipped += 1
            if is_total(first_text(row)):
                scan.totals.append((len(scan.row_numbers), index + 1, row))
                last = index
            elif is_blank(row):
                last = index
        index += 1
    return scan


def _next_header(
    sheet: Sheet,
    index: int,
    start: int,
    header: Header,
    candidates: Sequence[tuple[Record, dict[str, Field]]],
    meanings: HeadingMeanings,
) -> int | Header | None:
    """The header of another table that begins in a row; where it is the same again, the index of the row after it."""
    head = sheet.rows[header.top : header.bottom + 1]
    if sheet.rows[index : index + len(head)] == head and all(map(is_blank, sheet.rows[start:index])):
        return index + len(head)  # the next printed page: no need to look at it closely
    after = _header_ahead(sheet, index, start, candidates, meanings)
    return after.bottom + 1 if after is not None and _is_repeated(after, header) else after


MAX_ROWS_ABOVE_HEADER = 5
"""At most so many rows stand above a header: its title, who filled it in and when."""


def _header_ahead(
    sheet: Sheet,
    index: int,
    start: int,
    candidates: Sequence[tuple[Record, dict[str, Field]]],
    meanings: HeadingMeanings,
) -> Header | None:
    """The header that begins in a row, or below it with nothing but titles and remarks between."""
    for top in range(index, min(index + MAX_ROWS_ABOVE_HEADER, len(sheet.rows))):
        row = sheet.rows[top]
        header = _header_in_row(sheet, top, start, candidates, meanings)
        if header is not None:
            return header
        if not (
            is_blank(row)
            or has_single_cell(row)
            or layout.is_caption(row, (vocabulary for _, vocabulary in candidates))
        ):
            return None
    return None


def _header_in_row(
    sheet: Sheet,
    index: int,
    start: int,
    candidates: Sequence[tuple[Record, dict[str, Field]]],
    meanings: HeadingMeanings,
) -> Header | None:
    """The header that begins in a row below a table, if one does."""
    texts = [fold_header(cell) for cell in sheet.rows[index] if isinstance(cell, str) and cell]
    vocabularies = [vocabulary for _, vocabulary in candidates]
    if len(texts) < 2 or not any(bare in known or whole in known for whole, bare in texts for known in vocabularies):
        return None
    best: Header | None = None
    for header in candidate_headers(sheet.rows, index, candidates, sheet.merges, meanings, start=start):
        if best is None or header.field_count > best.field_count:
            best = header
    if best is None or len(best.columns) < 2:
        return None
    year, month = layout.year_and_month(sheet.rows[start:index])
    return replace(best, year=year, month=month)


def _is_repeated(other: Header, header: Header) -> bool:
    """Whether a header is that of the same table again, at the top of the next printed page."""
    if other.record is not header.record or other.signature != header.signature:
        return False
    new_values = {name: value for name, (value, _) in other.caption_values.items()}
    old_values = {name: value for name, (value, _) in header.caption_values.items()}
    is_same_month = (other.year, other.month) in {(None, None), (header.year, header.month)}
    return is_same_month and (not new_values or new_values == old_values)
