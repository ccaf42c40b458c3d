"""The layout of a table on its sheet: its captions above, the year and month of its title, its blocks.

A caption gives a value once for all rows: 活动名称：…  活动时间：…. A list may go on at the top of the right
half of the page, in a further block of the same columns.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.files.sheet import column_letter
from shuangbaodao_cli.values.cleaners import as_text
from shuangbaodao_cli.values.text import fold, fold_header
from shuangbaodao_cli.values.types import DAY, MINUTES, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shuangbaodao_cli.intake.rosters.header_rows import HeadingParts
    from shuangbaodao_cli.intake.rosters.model import Header
    from shuangbaodao_cli.model.record import Field, Record

Captions = list[tuple[str, Any, str]]
"""Each caption: the word before a colon or in a cell, the value behind it or in the next cell, its address."""

_KEY = re.compile(r"(?:^|(?<=[\s;；,，|。]))([^\W\d_][^\s:：;；,，|]{0,14}?)\s*[:：]")
_UNITS = {"人", "元", "件", "个", "次", "户", "名", "万元", "小时", "人次", "分钟", "项", "份"}
"""Units of measure: 单位：人 above a table says what it counts in, not who."""
_FULL_DAY = re.compile(r"(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?")
_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)年?(?!\d)")
_MONTH = re.compile(r"(?<![-—~～至到\d])(1[0-2]|0?[1-9])月(?!\d|[-—~～至到])")


def captions_above(rows: Sequence[Sequence[Any]], start: int, top: int) -> Captions:
    """Every caption in the rows above a header, from ``start`` on."""
    captions: Captions = []
    for row_number, row in enumerate(rows[start:top], start + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.strip():
                captions += _captions_in(row, column, row_number)
    return captions


def is_caption(row: Sequence[Any], candidates: Iterable[Mapping[str, Field]]) -> bool:
    """Whether a row has a caption of a table below it: a word and a colon, or a word that is a heading."""
    texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    if any(map(_KEY.search, texts)):
        return True
    return bool(texts) and any(fold_header(texts[0])[1] in known for known in candidates)


def _captions_in(row: Sequence[Any], column: int, row_number: int) -> Captions:
    """The captions in one cell; where it holds a word only, the next filled cell is its value."""
    cell, captions = row[column], []
    keys = list(_KEY.finditer(cell))
    for key, following in zip(keys, [*keys[1:], None], strict=True) if keys else ():
        value = cell[key.end() : following.start() if following else None].strip()
        if value:
            captions.append((key[1], value, f"{column_letter(column)}{row_number}"))
    if not captions:
        beside = next((other for other in range(column + 1, len(row)) if row[other] != ""), None)
        if beside is not None and not (isinstance(row[beside], str) and _KEY.search(row[beside])):
            captions.append((keys[-1][1] if keys else cell, row[beside], f"{column_letter(beside)}{row_number}"))
    return captions


def caption_values(
    captions: Captions, record: Record, vocabulary: Mapping[str, Field], taken: Iterable[str]
) -> dict[str, tuple[Any, str]]:
    """Field → value and address, for the captions of fields that have no column in the table.

    Only what names another record, a day or a duration: a telephone above a list is that of the
    office, not of everybody on it.
    """
    values: dict[str, tuple[Any, str]] = {}
    for key, value, address in captions:
        folded, bare = fold_header(key)
        field = vocabulary.get(folded) or vocabulary.get(bare)
        if (
            field is None
            or field.name in taken
            or field.name in values
            or (field is record.title_field and not field.to)
        ):
            continue
        text = fold(as_text(value))
        if text in _UNITS or text in vocabulary or not _is_caption_field(field, record):
            continue
        values[field.name] = value, address
    return values


def _is_caption_field(field: Field, record: Record) -> bool:
    if field.to:
        return "person" not in field.targets
    return field.type in {DAY, MINUTES} or (field.type is TEXT and field in record.context_fields)


def year_and_month(rows: Sequence[Sequence[Any]]) -> tuple[int | None, int | None]:
    """The year and the month that the title above a header names, each None where it names none or several."""
    text = " ".join(as_text(cell) for row in rows for cell in row if isinstance(cell, str | date))
    return year_and_month_of(text)


def year_and_month_of(text: str) -> tuple[int | None, int | None]:
    """The year and month in a title or the name of a sheet; the day it was filled in counts last."""
    normalized = unicodedata.normalize("NFKC", text)
    title = _FULL_DAY.sub(" ", normalized)
    years = set(_YEAR.findall(title)) or {day[:4] for day in _FULL_DAY.findall(normalized)}
    months = set(_MONTH.findall(title))
    return (int(years.pop()) if len(years) == 1 else None), (int(months.pop()) if len(months) == 1 else None)


def split_blocks(header: Header, parts: dict[int, HeadingParts]) -> Header:
    """The header with the further blocks that repeat its headings, which are no longer among ``duplicates``.

    A block begins where the first heading of the table is repeated, and is one if it repeats what
    every row must have.
    """
    texts = {column: fold_header("".join(path))[0] for column, path in parts.items()}
    needed = [column for column, field in header.columns.items() if field.required]
    if not texts or not needed:
        return header
    repeated = [column for column in header.duplicates if texts[column] == texts[min(needed)]]
    first = min(texts)
    if not repeated or min(needed) < first:
        return header
    starts = [_block_start(column, min(needed) - first, texts, first) for column in repeated]
    ends = [*starts[1:], max(texts) + 1]
    blocks = []
    for start, end in zip(starts, ends, strict=True):
        own = {texts[column]: column for column in sorted(texts, reverse=True) if start <= column < end}
        block = {column: own[text] for column, text in texts.items() if column < starts[0] and text in own}
        if all(column in block for column in needed):
            blocks.append(block)
    if not blocks:
        return header
    return replace(
        header,
        columns={column: field for column, field in header.columns.items() if column < starts[0]},
        unknown={column: heading for column, heading in header.unknown.items() if column < starts[0]},
        duplicates={column: heading for column, heading in header.duplicates.items() if column < starts[0]},
        blocks=tuple(blocks),
    )


def _block_start(column: int, lead: int, headings: dict[int, str], first: int) -> int:
    """Where a block begins: as many columns before its required heading as in the first one, if alike."""
    return column - lead if headings.get(column - lead) == headings[first] else column
