"""Where the table of a sheet begins, what its columns mean, and which kind of record it lists."""

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
from shuangbaodao_cli.model.record import Field, Record, headings
from shuangbaodao_cli.values.cleaners import setting_of
from shuangbaodao_cli.values.text import fold, fold_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SEARCHED_ROWS = 30
"""Rows from the top in which a header is looked for."""
_SERIAL_HEADINGS = {"序号", "编号", "no.", "no", "№", "记录编号"}
_REJECT_HEADINGS = {"问题", "建议填写"}
"""What we put beside refused rows when handing them back."""


def find_header(
    rows: Sequence[Sequence[Any]],
    records: Iterable[Record],
    merges: Sequence[Merge] = (),
    meanings: HeadingMeanings | None = None,
) -> Header | None:
    """The header that fits best: the most known headings, every required field among them.

    None where no row of the top of the sheet has two headings of one kind of record and all that
    this kind requires.
    """
    candidates = [(record, headings(record)) for record in records]
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
    first, needed = min(header.columns), [at for at, one in header.columns.items() if one.required]
    return any(is_data(row, header, first, needed) and not has_single_cell(row) for row in rows)


def candidate_headers(
    rows: Sequence[Sequence[Any]],
    top: int,
    candidates: Sequence[tuple[Record, dict[str, Field]]],
    merges: Sequence[Merge],
    meanings: HeadingMeanings,
    start: int = 0,
) -> Iterable[Header]:
    """Every header that may begin in a row: one for each kind of record and depth that fits.

    What is said above it is looked for from the row ``since`` on.
    """
    above = None
    for depth in range(1, MAX_HEADER_ROWS + 1):
        bottom = top + depth - 1
        if bottom >= len(rows) or (depth > 1 and (has_single_cell(rows[top]) or not is_text_only(rows[bottom]))):
            return
        parts = headings_of(rows, top, depth, merges)
        if len(parts) < min(2, len(candidates)):
            continue
        signature = "|".join(sorted("/".join(fold_header(part)[0] for part in said) for said in parts.values()))
        for record, words in candidates:
            header = _match_headings(record, top, bottom, parts, words, _mapped_fields(record, meanings, signature))
            if not header.columns:
                continue
            above = layout.captions_above(rows, start, top) if above is None else above
            held = {field.name for field in header.columns.values()}
            header = replace(
                header, signature=signature, caption_values=layout.caption_values(above, record, words, held)
            )
            if not header.missing and (len(candidates) == 1 or _has_enough_headings(header)):
                yield _complete_header(rows, header, merges, parts, words)


def _has_enough_headings(header: Header) -> bool:
    """Whether enough headings are known to take a sheet for such a list unasked: two, and one in ten.

    Name, Code and Number alone are anybody's: one heading at least is in Chinese, or was given its meaning.
    """
    known = header.field_count + len(header.mapped_columns)
    ours = bool(header.mapped_columns) or not all(map(str.isascii, header.texts.values()))
    return ours and known >= 2 and MAX_HEADINGS_PER_KNOWN * known >= len(header.texts)


def _mapped_fields(record: Record, meanings: HeadingMeanings, signature: str) -> dict[str, Field | None]:
    """The headings to which somebody gave a meaning for a record type; None: the column is kept apart."""
    learnt_for, learnt = meanings.remembered.get(signature, ("", {}))
    said = {**(learnt if learnt_for == record.name else {}), **meanings.mapped}
    told: dict[str, Field | None] = {}
    for heading, word in said.items():
        found = next((one for one in record.roster() if fold(word) in map(fold, one.words())), None)
        if found is not None or word == EXTRA:
            told[heading] = found
    return told


def _match_headings(
    record: Record,
    top: int,
    bottom: int,
    parts: Mapping[int, HeadingParts],
    vocabulary: Mapping[str, Field],
    mapped_fields: Mapping[str, Field | None],
) -> Header:
    order = next((at for at, said in parts.items() if fold_header(said[-1])[0] in _SERIAL_HEADINGS), None)
    texts = {column: "/".join(said) for column, said in parts.items()}
    header = Header(record, bottom, {}, {}, {}, {}, order, top=top, texts=texts)
    taken = {one.name for one in mapped_fields.values() if one}
    for column, said in parts.items():
        heading = texts[column]
        folded = fold_header("".join(said))[0]
        if column == order:
            continue
        if folded in mapped_fields:
            found, whole = mapped_fields[folded], True
            header.mapped_columns[folded] = column
        else:
            found, whole = meaning(said, vocabulary)
            if found is not None and not whole and found.required:
                return Header(record, bottom, {}, {}, {}, {}, order, top=top)  # a row of data under its heading
        if found is None:
            if folded in _REJECT_HEADINGS:
                header = replace(header, reject_columns=header.reject_columns | {column})
            else:
                header.unknown[column] = heading
        elif found.name in taken and folded not in mapped_fields:
            (header.duplicates if whole else header.unknown)[column] = heading
        else:
            taken.add(found.name)
            header.columns[column] = found
            header.units[column] = setting_of(folded).unit
    return header


def _complete_header(
    rows: Sequence[Sequence[Any]],
    header: Header,
    merges: Sequence[Merge],
    parts: dict[int, HeadingParts],
    vocabulary: dict[str, Field],
) -> Header:
    """The header with all its rows, though the lowest may have no heading that we know, and its blocks."""
    needed = [at for at, one in header.columns.items() if one.required]
    if header.bottom - header.top + 1 < MAX_HEADER_ROWS and is_continued_below(rows, header.bottom, merges, needed):
        parts = headings_of(rows, header.top, header.bottom - header.top + 2, merges)
        deeper = _match_headings(header.record, header.top, header.bottom + 1, parts, vocabulary, {})
        if len(deeper.columns) >= len(header.columns):
            deeper = replace(deeper, signature=header.signature, caption_values=header.caption_values)
            return _complete_header(rows, deeper, merges, parts, vocabulary)
    return split_blocks(header, parts)


MAX_HEADINGS_PER_KNOWN = 10
"""Headings of a list for each one that is known, at most: 姓名 among forty columns of prices is no roster."""
