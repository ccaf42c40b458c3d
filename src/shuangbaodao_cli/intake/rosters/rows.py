"""Down the rows under a header: data, totals, what is passed over, and the next table if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.rosters import layout
from shuangbaodao_cli.intake.rosters.header_search import headers_at
from shuangbaodao_cli.intake.rosters.row_kinds import first_text, is_blank, is_data, is_lone, is_total
from shuangbaodao_cli.model.record import headings
from shuangbaodao_cli.values.text import fold_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.intake.rosters.model import Header, Known
    from shuangbaodao_cli.model.record import Field, Record


@dataclass(slots=True)
class Walk:
    """What was met under a header. Row numbers count from 1."""

    numbers: list[int] = field(default_factory=list)
    """Of the rows of data."""
    totals: list[tuple[int, int, Sequence[Any]]] = field(default_factory=list)
    skipped: int = 0
    wide: list[tuple[int, Sequence[Any]]] = field(default_factory=list)
    """Rows whose right-hand blocks may hold data, where there are such blocks."""
    following: Header | None = None
    """The header of the next table on the sheet; its head begins at the row with index ``since``."""
    since: int = 0


def walk(sheet: Sheet, header: Header, records: Sequence[Record], known: Known) -> Walk:
    """Go down the rows under a header to the end of the sheet, or to the next header of another table."""
    rows, found = sheet.rows, Walk()
    first, second = min(header.columns), max(header.columns)
    needed = [at for at, one in header.columns.items() if one.required]
    candidates = [(record, headings(record)) for record in records]
    heading = rows[header.top][first]
    above = rows[: header.top]
    broken, at, last = False, header.row + 1, header.row
    while at < len(rows):
        row = rows[at]
        if (broken and not is_blank(row)) or row[first] == heading or (row[second] == "" and is_lone(row)):
            met = _met(sheet, at, last + 1, header, candidates, known)
            if isinstance(met, int):
                found.skipped += sum(not is_blank(one) for one in rows[at:met])
                at, broken = met, False
                continue
            if met is not None:
                found.following, found.since = met, last + 1
                found.skipped -= sum(not is_blank(one) for one in rows[last + 1 : at])
                return found
        if header.blocks:
            found.wide.append((at + 1, row))
        if is_data(row, header, first, needed) and not (broken and row in above):
            found.numbers.append(at + 1)
            broken, last = False, at
        else:
            broken = True
            if not is_blank(row):
                found.skipped += 1
            if is_total(first_text(row)):
                found.totals.append((len(found.numbers), at + 1, row))
                last = at
            elif is_blank(row):
                last = at
        at += 1
    return found


def _met(
    sheet: Sheet,
    at: int,
    since: int,
    header: Header,
    candidates: Sequence[tuple[Record, dict[str, Field]]],
    known: Known,
) -> int | Header | None:
    """The header of another table that a row begins; where it is the same again, the row behind it."""
    head = sheet.rows[header.top : header.row + 1]
    if sheet.rows[at : at + len(head)] == head and all(map(is_blank, sheet.rows[since:at])):
        return at + len(head)  # the next printed page: no need to look at it closely
    after = _ahead(sheet, at, since, candidates, known)
    return after.row + 1 if after is not None and _is_repeated(after, header) else after


HEAD = 5
"""Rows above a header at most: its title, who filled it in and when."""


def _ahead(
    sheet: Sheet, at: int, since: int, candidates: Sequence[tuple[Record, dict[str, Field]]], known: Known
) -> Header | None:
    """The header that begins in a row, or below it with nothing but titles and remarks between."""
    for top in range(at, min(at + HEAD, len(sheet.rows))):
        row = sheet.rows[top]
        header = _another(sheet, top, since, candidates, known)
        if header is not None:
            return header
        if not (is_blank(row) or is_lone(row) or layout.is_caption(row, (words for _, words in candidates))):
            return None
    return None


def _another(
    sheet: Sheet, at: int, since: int, candidates: Sequence[tuple[Record, dict[str, Field]]], known: Known
) -> Header | None:
    """The header that begins in a row below a table, if one does."""
    texts = [fold_header(cell) for cell in sheet.rows[at] if isinstance(cell, str) and cell]
    if len(texts) < 2 or not any(bare in words or whole in words for whole, bare in texts for _, words in candidates):
        return None
    best: Header | None = None
    for header in headers_at(sheet.rows, at, candidates, sheet.merges, known, since=since):
        if best is None or header.width > best.width:
            best = header
    if best is None or len(best.columns) < 2:
        return None
    year, month = layout.year_and_month(sheet.rows[since:at])
    return replace(best, year=year, month=month)


def _is_repeated(after: Header, header: Header) -> bool:
    """Whether a header is that of the same table again, at the top of the next printed page."""
    if after.record is not header.record or after.signature != header.signature:
        return False
    new = {name: said for name, (said, _) in after.given.items()}
    old = {name: said for name, (said, _) in header.given.items()}
    months = (after.year, after.month) in {(None, None), (header.year, header.month)}
    return months and (not new or new == old)
