"""Where the table of a sheet begins, what its columns mean, and which kind of record it lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.rosters import layout
from shuangbaodao_cli.intake.rosters.header_rows import DEEPEST, Merge, Parts, goes_on, headings_of, is_wordy, meaning
from shuangbaodao_cli.intake.rosters.layout import side_by_side
from shuangbaodao_cli.intake.rosters.model import APART, Header, Known
from shuangbaodao_cli.intake.rosters.row_kinds import is_data, is_lone
from shuangbaodao_cli.model.record import Field, Record, headings
from shuangbaodao_cli.values.cleaners import setting_of
from shuangbaodao_cli.values.text import fold, fold_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SEARCHED = 30
"""Rows from the top in which a header is looked for."""
_ORDER = {"序号", "编号", "no.", "no", "№", "记录编号"}
_OURS = {"问题", "建议填写"}
"""What we put beside refused rows when handing them back."""


def find_header(
    rows: Sequence[Sequence[Any]],
    records: Iterable[Record],
    merges: Sequence[Merge] = (),
    known: Known | None = None,
) -> Header | None:
    """The header that fits best: the most known headings, every required field among them.

    None where no row of the top of the sheet has two headings of one kind of record and all that
    this kind requires.
    """
    candidates = [(record, headings(record)) for record in records]
    best: Header | None = None
    for top in range(min(SEARCHED, len(rows))):
        for header in headers_at(rows, top, candidates, merges, known or Known()):
            if best is None or (_fits_better(header, best) and not _has_rows(best, rows[best.row + 1 : header.top])):
                best = header
    if best is None:
        return None
    year, month = layout.year_and_month(rows[: best.top])
    return replace(best, year=year, month=month)


def _fits_better(header: Header, than: Header) -> bool:
    return (header.width, than.row - than.top) > (than.width, header.row - header.top)


def _has_rows(header: Header, below: Sequence[Sequence[Any]]) -> bool:
    """Whether a table ends before another begins: most of its headings are known, and it has data."""
    if 2 * len(header.columns) <= len(header.texts):
        return False
    first, needed = min(header.columns), [at for at, one in header.columns.items() if one.required]
    return any(is_data(row, header, first, needed) and not is_lone(row) for row in below)


def headers_at(
    rows: Sequence[Sequence[Any]],
    top: int,
    candidates: Sequence[tuple[Record, dict[str, Field]]],
    merges: Sequence[Merge],
    known: Known,
    since: int = 0,
) -> Iterable[Header]:
    """Every header that may begin in a row: one for each kind of record and depth that fits.

    What is said above it is looked for from the row ``since`` on.
    """
    above = None
    for depth in range(1, DEEPEST + 1):
        bottom = top + depth - 1
        if bottom >= len(rows) or (depth > 1 and (is_lone(rows[top]) or not is_wordy(rows[bottom]))):
            return
        parts = headings_of(rows, top, depth, merges)
        if len(parts) < min(2, len(candidates)):
            continue
        signature = "|".join(sorted("/".join(fold_header(part)[0] for part in said) for said in parts.values()))
        for record, words in candidates:
            header = _match(record, top, bottom, parts, words, _told(record, known, signature))
            if not header.columns:
                continue
            above = layout.said_above(rows, since, top) if above is None else above
            held = {field.name for field in header.columns.values()}
            header = replace(header, signature=signature, given=layout.given(above, record, words, held))
            if not header.missing and (len(candidates) == 1 or _speaks_of_it(header)):
                yield _whole(rows, header, merges, parts, words)


def _speaks_of_it(header: Header) -> bool:
    """Whether enough headings are known to take a sheet for such a list unasked: two, and one in ten.

    Name, Code and Number alone are anybody's: one heading at least is in Chinese, or was given its meaning.
    """
    known = header.width + len(header.told)
    ours = bool(header.told) or not all(map(str.isascii, header.texts.values()))
    return ours and known >= 2 and STRANGE * known >= len(header.texts)


def _told(record: Record, known: Known, signature: str) -> dict[str, Field | None]:
    """The headings to which somebody gave a meaning for a record type; None: the column is kept apart."""
    learnt_for, learnt = known.learnt.get(signature, ("", {}))
    said = {**(learnt if learnt_for == record.name else {}), **known.said}
    told: dict[str, Field | None] = {}
    for heading, word in said.items():
        found = next((one for one in record.roster() if fold(word) in map(fold, one.words())), None)
        if found is not None or word == APART:
            told[heading] = found
    return told


def _match(
    record: Record,
    top: int,
    bottom: int,
    parts: Mapping[int, Parts],
    words: Mapping[str, Field],
    told: Mapping[str, Field | None],
) -> Header:
    order = next((at for at, said in parts.items() if fold_header(said[-1])[0] in _ORDER), None)
    texts = {column: "/".join(said) for column, said in parts.items()}
    header = Header(record, bottom, {}, {}, {}, {}, order, top=top, texts=texts)
    taken = {one.name for one in told.values() if one}
    for column, said in parts.items():
        heading = texts[column]
        folded = fold_header("".join(said))[0]
        if column == order:
            continue
        if folded in told:
            found, whole = told[folded], True
            header.told[folded] = column
        else:
            found, whole = meaning(said, words)
            if found is not None and not whole and found.required:
                return Header(record, bottom, {}, {}, {}, {}, order, top=top)  # a row of data under its heading
        if found is None:
            if folded in _OURS:
                header = replace(header, ours=header.ours | {column})
            else:
                header.unknown[column] = heading
        elif found.name in taken and folded not in told:
            (header.twice if whole else header.unknown)[column] = heading
        else:
            taken.add(found.name)
            header.columns[column] = found
            header.units[column] = setting_of(folded).unit
    return header


def _whole(
    rows: Sequence[Sequence[Any]],
    header: Header,
    merges: Sequence[Merge],
    parts: dict[int, Parts],
    words: dict[str, Field],
) -> Header:
    """The header with all its rows, though the lowest may have no heading that we know, and its blocks."""
    needed = [at for at, one in header.columns.items() if one.required]
    if header.row - header.top + 1 < DEEPEST and goes_on(rows, header.row, merges, needed):
        parts = headings_of(rows, header.top, header.row - header.top + 2, merges)
        deeper = _match(header.record, header.top, header.row + 1, parts, words, {})
        if len(deeper.columns) >= len(header.columns):
            deeper = replace(deeper, signature=header.signature, given=header.given)
            return _whole(rows, deeper, merges, parts, words)
    return side_by_side(header, parts)


STRANGE = 10
"""Headings of a list for each one that is known, at most: 姓名 among forty columns of prices is no roster."""
