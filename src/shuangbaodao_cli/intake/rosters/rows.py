"""Down the rows under a header: data, totals, what is passed over, and the next table if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.rosters import layout
from shuangbaodao_cli.intake.rosters.header_search import candidate_headers
from shuangbaodao_cli.intake.rosters.row_kinds import first_text, has_single_cell, is_blank, is_data, is_total
from shuangbaodao_cli.model.record import headings
from shuangbaodao_cli.values.text import fold_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.intake.rosters.model import Header, HeadingMeanings
    from shuangbaodao_cli.model.record import Field, Record


@dataclass(slots=True)
class RowScan:
    """What was met under a header. Row numbers count from 1."""

    row_numbers: list[int] = field(default_factory=list)
    """Of the rows of data."""
    totals: list[tuple[int, int, Sequence[Any]]] = field(default_factory=list)
    skipped: int = 0
    block_rows: list[tuple[int, Sequence[Any]]] = field(default_factory=list)
    """Rows whose right-hand blocks may hold data, where there are such blocks."""
    next_header: Header | None = None
    """The header of the next table on the sheet; its head begins at the row with index ``since``."""
    next_start: int = 0


def scan_rows(sheet: Sheet, header: Header, records: Sequence[Record], meanings: HeadingMeanings) -> RowScan:
    """Go down the rows under a header to the end of the sheet, or to the next header of another table."""
    rows, found = sheet.rows, RowScan()
    first, second = min(header.columns), max(header.columns)
    needed = [at for at, one in header.columns.items() if one.required]
    candidates = [(record, headings(record)) for record in records]
    heading = rows[header.top][first]
    above = rows[: header.top]
    broken, at, last = False, header.bottom + 1, header.bottom
    while at < len(rows):
        row = rows[at]
        if (broken and not is_blank(row)) or row[first] == heading or (row[second] == "" and has_single_cell(row)):
            met = _next_header(sheet, at, last + 1, header, candidates, meanings)
            if isinstance(met, int):
                found.skipped += sum(not is_blank(one) for one in rows[at:met])
                at, broken = met, False
                continue
            if met is not None:
                found.next_header, found.next_start = met, last + 1
                found.skipped -= sum(not is_blank(one) for one in rows[last + 1 : at])
                return found
        if header.blocks:
            found.block_rows.append((at + 1, row))
        if is_data(row, header, first, needed) and not (broken and row in above):
            found.row_numbers.append(at + 1)
            broken, last = False, at
        else:
            broken = True
            if not is_blank(row):
                found.skipped += 1
            if is_total(first_text(row)):
                found.totals.append((len(found.row_numbers), at + 1, row))
                last = at
            elif is_blank(row):
                last = at
        at += 1
    return found


def _next_header(
    sheet: Sheet,
    index: int,
    start: int,
    header: Header,
    candidates: Sequence[tuple[Record, dict[str, Field]]],
    meanings: HeadingMeanings,
) -> int | Header | None:
    """The header of another table that a row begins; where it is the same again, the row behind it."""
    head = sheet.rows[header.top : header.bottom + 1]
    if sheet.rows[index : index + len(head)] == head and all(map(is_blank, sheet.rows[start:index])):
        return index + len(head)  # the next printed page: no need to look at it closely
    after = _header_ahead(sheet, index, start, candidates, meanings)
    return after.bottom + 1 if after is not None and _is_repeated(after, header) else after


MAX_ROWS_ABOVE_HEADER = 5
"""Rows above a header at most: its title, who filled it in and when."""


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
        if not (is_blank(row) or has_single_cell(row) or layout.is_caption(row, (words for _, words in candidates))):
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
    if len(texts) < 2 or not any(bare in words or whole in words for whole, bare in texts for _, words in candidates):
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
    new = {name: said for name, (said, _) in other.caption_values.items()}
    old = {name: said for name, (said, _) in header.caption_values.items()}
    months = (other.year, other.month) in {(None, None), (header.year, header.month)}
    return months and (not new or new == old)
