"""The header of a table: where it is on the sheet, what its columns mean, which record type it lists.

Every row may begin a header of every record type; the one with the most known headings is taken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.rosters import layout
from shuangbaodao_cli.intake.rosters.header_rows import (
    MAX_HEADER_ROWS,
    HeadingParts,
    Merge,
    headings_of,
    is_continued_below,
    is_text_only,
    meaning,
)
from shuangbaodao_cli.intake.rosters.layout import split_blocks
from shuangbaodao_cli.intake.rosters.model import EXTRA, Header, HeadingMeanings
from shuangbaodao_cli.intake.rosters.row_kinds import has_single_cell, is_data
from shuangbaodao_cli.model.record import Field, Record, fields_by_heading
from shuangbaodao_cli.values.cleaners import duration_context
from shuangbaodao_cli.values.text import fold, fold_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SEARCHED_ROWS = 30
"""A header is looked for in so many rows from the top."""
_SERIAL_HEADINGS = {"序号", "编号", "no.", "no", "№", "记录编号"}
_REJECT_HEADINGS = {"问题", "建议填写"}
"""Headings of the columns that we put beside refused rows when handing them back."""


def find_header(
    rows: Sequence[Sequence[Any]],
    records: Iterable[Record],
    merges: Sequence[Merge] = (),
    meanings: HeadingMeanings | None = None,
) -> Header | None:
    """The header that fits best: the most known headings, every required field among them.

    None where no row at the top of the sheet has two headings of one record type and all that this
    type requires.
    """
    candidates = [(record, fields_by_heading(record)) for record in records]
    best: Header | None = None
    for top in range(min(SEARCHED_ROWS, len(rows))):
        for header in candidate_headers(rows, top, candidates, merges, meanings or HeadingMeanings()):
            if best is None or (
                _is_better_fit(header, best) and not _has_rows(best, rows[best.bottom + 1 : header.top])
            ):
                best = header
    if best is None:
        return None
    year, month = layout.year_and_month(rows[: best.top])
    return replace(best, year=year, month=month)


def _is_better_fit(header: Header, other: Header) -> bool:
    return (header.field_count, other.bottom - other.top) > (other.field_count, header.bottom - header.top)


def _has_rows(header: Header, rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a table ends before another begins: most of its headings are known, and it has data."""
    if 2 * len(header.columns) <= len(header.texts):
        return False
    first, needed = min(header.columns), [column for column, field in header.columns.items() if field.required]
    return any(is_data(row, header, first, needed) and not has_single_cell(row) for row in rows)


def candidate_headers(
    rows: Sequence[Sequence[Any]],
    top: int,
    candidates: Sequence[tuple[Record, dict[str, Field]]],
    merges: Sequence[Merge],
    meanings: HeadingMeanings,
    start: int = 0,
) -> Iterable[Header]:
    """Every header that may begin in a row: one for each record type and depth that fits.

    Captions above it are looked for from the row ``start`` on.
    """
    captions = None
    for depth in range(1, MAX_HEADER_ROWS + 1):
        bottom = top + depth - 1
        if bottom >= len(rows) or (depth > 1 and (has_single_cell(rows[top]) or not is_text_only(rows[bottom]))):
            return
        parts = headings_of(rows, top, depth, merges)
        if len(parts) < min(2, len(candidates)):
            continue
        signature = _signature(parts.values())
        for record, vocabulary in candidates:
            mapped_fields = _mapped_fields(record, meanings, signature)
            header = _match_headings(record, top, bottom, parts, vocabulary, mapped_fields)
            if not header.columns:
                continue
            captions = layout.captions_above(rows, start, top) if captions is None else captions
            taken = {field.name for field in header.columns.values()}
            caption_values = layout.caption_values(captions, record, vocabulary, taken)
            header = replace(header, signature=signature, caption_values=caption_values)
            if not header.missing and (len(candidates) == 1 or _has_enough_headings(header)):
                yield _complete_header(rows, header, merges, parts, vocabulary)


def _signature(headings: Iterable[HeadingParts]) -> str:
    """All headings of a table in one string, by which a sheet of the same headings is known again."""
    return "|".join(sorted("/".join(fold_header(part)[0] for part in parts) for parts in headings))


def _has_enough_headings(header: Header) -> bool:
    """Whether enough headings are known to take a sheet for such a list unasked: two, and one in ten.

    Name, Code and Number alone are anybody's: one heading at least is in Chinese, or was given its meaning.
    """
    known = header.field_count + len(header.mapped_columns)
    is_ours = bool(header.mapped_columns) or not all(map(str.isascii, header.texts.values()))
    return is_ours and known >= 2 and MAX_HEADINGS_PER_KNOWN * known >= len(header.texts)


def _mapped_fields(record: Record, meanings: HeadingMeanings, signature: str) -> dict[str, Field | None]:
    """Folded heading → the field that a user gave it for a record type; None where the column is kept as it is."""
    remembered_record, remembered = meanings.remembered.get(signature, ("", {}))
    words = {**(remembered if remembered_record == record.name else {}), **meanings.mapped}
    mapped_fields: dict[str, Field | None] = {}
    for heading, word in words.items():
        field = next(
            (field for field in record.roster_fields() if fold(word) in map(fold, field.accepted_names())), None
        )
        if field is not None or word == EXTRA:
            mapped_fields[heading] = field
    return mapped_fields


def _match_headings(
    record: Record,
    top: int,
    bottom: int,
    parts: Mapping[int, HeadingParts],
    vocabulary: Mapping[str, Field],
    mapped_fields: Mapping[str, Field | None],
) -> Header:
    serial = next((column for column, path in parts.items() if fold_header(path[-1])[0] in _SERIAL_HEADINGS), None)
    texts = {column: "/".join(path) for column, path in parts.items()}
    header = Header(record, bottom, {}, {}, {}, {}, serial, top=top, texts=texts)
    taken = {field.name for field in mapped_fields.values() if field}
    for column, path in parts.items():
        heading = texts[column]
        folded = fold_header("".join(path))[0]
        if column == serial:
            continue
        if folded in mapped_fields:
            field, is_whole = mapped_fields[folded], True
            header.mapped_columns[folded] = column
        else:
            field, is_whole = meaning(path, vocabulary)
            if field is not None and not is_whole and field.required:
                return Header(record, bottom, {}, {}, {}, {}, serial, top=top)  # a row of data under its heading
        if field is None:
            if folded in _REJECT_HEADINGS:
                header = replace(header, reject_columns=header.reject_columns | {column})
            else:
                header.unknown[column] = heading
        elif field.name in taken and folded not in mapped_fields:
            (header.duplicates if is_whole else header.unknown)[column] = heading
        else:
            taken.add(field.name)
            header.columns[column] = field
            header.units[column] = duration_context(folded).unit
    return header


def _complete_header(
    rows: Sequence[Sequence[Any]],
    header: Header,
    merges: Sequence[Merge],
    parts: dict[int, HeadingParts],
    vocabulary: dict[str, Field],
) -> Header:
    """The header with all its rows, though the lowest may have no heading that we know, and its blocks."""
    needed = [column for column, field in header.columns.items() if field.required]
    if header.bottom - header.top + 1 < MAX_HEADER_ROWS and is_continued_below(rows, header.bottom, merges, needed):
        parts = headings_of(rows, header.top, header.bottom - header.top + 2, merges)
        deeper = _match_headings(header.record, header.top, header.bottom + 1, parts, vocabulary, {})
        if len(deeper.columns) >= len(header.columns):
            deeper = replace(deeper, signature=header.signature, caption_values=header.caption_values)
            return _complete_header(rows, deeper, merges, parts, vocabulary)
    return split_blocks(header, parts)


MAX_HEADINGS_PER_KNOWN = 10
"""A list has at most so many headings for each known one: 姓名 among forty columns of prices is no roster."""
