"""How a table lies on its sheet: what is said once above it, and its blocks side by side.

Above stand 活动名称：…  活动时间：… and a title with year and month. A list may go on at the top of the
right half of the page.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import letter
from shuangbaodao_cli.values.cleaners import words
from shuangbaodao_cli.values.text import fold, fold_header
from shuangbaodao_cli.values.types import DAY, MINUTES, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shuangbaodao_cli.intake.rosters.header_rows import HeadingParts
    from shuangbaodao_cli.intake.rosters.model import Header
    from shuangbaodao_cli.model.record import Field, Record

Captions = list[tuple[str, Any, str]]
"""What stands before a colon or in a cell, what behind it or in the next one, and where that is."""

_KEY = re.compile(r"(?:^|(?<=[\s;；,，|。]))([^\W\d_][^\s:：;；,，|]{0,14}?)\s*[:：]")
_UNITS = {"人", "元", "件", "个", "次", "户", "名", "万元", "小时", "人次", "分钟", "项", "份"}
"""单位：人 above a table says what it counts in, not who."""
_FULL_DAY = re.compile(r"(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?")
_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)年?(?!\d)")
_MONTH = re.compile(r"(?<![-—~～至到\d])(1[0-2]|0?[1-9])月(?!\d|[-—~～至到])")


def captions_above(rows: Sequence[Sequence[Any]], start: int, top: int) -> Captions:
    """Every 词：话 in the rows above a header, from ``since`` on; the words may stand in the next cell."""
    found: Captions = []
    for number, row in enumerate(rows[start:top], start + 1):
        for at, cell in enumerate(row):
            if isinstance(cell, str) and cell.strip():
                found += _captions_in(row, at, number)
    return found


def is_caption(row: Sequence[Any], candidates: Iterable[Mapping[str, Field]]) -> bool:
    """Whether a row says something of a table below it: 词：话, or a word that is a heading and its value."""
    texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    if any(map(_KEY.search, texts)):
        return True
    return bool(texts) and any(fold_header(texts[0])[1] in known for known in candidates)


def _captions_in(row: Sequence[Any], column: int, row_number: int) -> Captions:
    """What one cell says, or names for the next one to say."""
    cell, found = row[column], []
    keys = list(_KEY.finditer(cell))
    for this, after in zip(keys, [*keys[1:], None], strict=True) if keys else ():
        said = cell[this.end() : after.start() if after else None].strip()
        if said:
            found.append((this[1], said, f"{letter(column)}{row_number}"))
    if not found:
        beside = next((i for i in range(column + 1, len(row)) if row[i] != ""), None)
        if beside is not None and not (isinstance(row[beside], str) and _KEY.search(row[beside])):
            found.append((keys[-1][1] if keys else cell, row[beside], f"{letter(beside)}{row_number}"))
    return found


def caption_values(
    captions: Captions, record: Record, vocabulary: Mapping[str, Field], taken: Iterable[str]
) -> dict[str, tuple[Any, str]]:
    """The fields of a record that are said above the table and have no column in it.

    Only what names another record, a day or a duration: a telephone above a list is that of the
    office, not of everybody on it.
    """
    found: dict[str, tuple[Any, str]] = {}
    for key, said, cell in captions:
        folded, bare = fold_header(key)
        field = vocabulary.get(folded) or vocabulary.get(bare)
        if field is None or field.name in taken or field.name in found or (field is record.title and not field.to):
            continue
        if fold(words(said)) in _UNITS or fold(words(said)) in vocabulary or not _is_caption_field(field, record):
            continue
        found[field.name] = said, cell
    return found


def _is_caption_field(field: Field, record: Record) -> bool:
    if field.to:
        return "person" not in field.targets
    return field.type in {DAY, MINUTES} or (field.type is TEXT and field in record.beside)


def year_and_month(rows: Sequence[Sequence[Any]]) -> tuple[int | None, int | None]:
    """The year and the month that the title above a header speaks of, where it speaks of one only."""
    above = " ".join(words(cell) for row in rows for cell in row if isinstance(cell, str | date))
    return year_and_month_of(above)


def year_and_month_of(text: str) -> tuple[int | None, int | None]:
    """The year and month in a title or the name of a sheet; the day it was filled in counts last."""
    above = unicodedata.normalize("NFKC", text)
    title = _FULL_DAY.sub(" ", above)
    years = set(_YEAR.findall(title)) or {day[:4] for day in _FULL_DAY.findall(above)}
    months = set(_MONTH.findall(title))
    return (int(years.pop()) if len(years) == 1 else None), (int(months.pop()) if len(months) == 1 else None)


def split_blocks(header: Header, parts: dict[int, HeadingParts]) -> Header:
    """The header with the further blocks that repeat its headings, these no longer among ``twice``.

    A block begins where the first heading of the table is repeated, and is one if it repeats what
    every row must have.
    """
    said = {at: fold_header("".join(one))[0] for at, one in parts.items()}
    needed = [at for at, one in header.columns.items() if one.required]
    if not said or not needed:
        return header
    repeated = [at for at in header.duplicates if said[at] == said[min(needed)]]
    lead = min(at for at in said)
    if not repeated or min(needed) < lead:
        return header
    starts = [_block_start(at, min(needed) - lead, said, lead) for at in repeated]
    ends = [*starts[1:], max(said) + 1]
    first = [at for at in said if at < starts[0]]
    blocks = []
    for start, end in zip(starts, ends, strict=True):
        there = {said[at]: at for at in sorted(said, reverse=True) if start <= at < end}
        block = {at: there[said[at]] for at in first if said[at] in there}
        if all(at in block for at in needed):
            blocks.append(block)
    if not blocks:
        return header
    return replace(
        header,
        columns={at: one for at, one in header.columns.items() if at < starts[0]},
        unknown={at: one for at, one in header.unknown.items() if at < starts[0]},
        duplicates={at: one for at, one in header.duplicates.items() if at < starts[0]},
        blocks=tuple(blocks),
    )


def _block_start(column: int, lead: int, headings: dict[int, str], first: int) -> int:
    """Where a block begins: as many columns before its required heading as in the first one, if alike."""
    return column - lead if headings.get(column - lead) == headings[first] else column
