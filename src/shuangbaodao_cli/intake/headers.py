"""Where the table of a sheet begins, what its columns mean, and which kind of record it lists."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.vocabulary.record import Field, Record, headings
from shuangbaodao_cli.vocabulary.text import fold_header
from shuangbaodao_cli.vocabulary.types import setting_of, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEARCHED = 30
"""Rows from the top in which a header is looked for."""
_ORDER = {"序号", "编号", "no.", "no", "№", "记录编号"}
_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)年?(?!\d)")


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header row (0-based) and the meaning of its columns.

    ``unit`` says 分钟 where a heading counts a duration in minutes; ``unknown`` are headings with no
    meaning to us; ``twice`` are columns whose field an earlier column already has.
    """

    record: Record
    row: int
    columns: dict[int, Field]
    units: dict[int, str]
    unknown: dict[int, str]
    twice: dict[int, str]
    order: int | None
    year: int | None

    @property
    def missing(self) -> list[Field]:
        """Required fields of the record that no column holds."""
        held = {field.name for field in self.columns.values()}
        return [field for field in self.record.fields if field.required and field.name not in held]


def find_header(rows: Sequence[Sequence[Any]], records: Iterable[Record]) -> Header | None:
    """The header that fits best: the most known headings, every required field among them.

    None where no row of the top of the sheet has two headings of one kind of record and all that
    this kind requires.
    """
    best: tuple[int, Header] | None = None
    candidates = list(records)
    for at, row in enumerate(rows[:SEARCHED]):
        texts = [words(cell).strip() for cell in row]
        if sum(map(bool, texts)) < min(2, len(candidates)):
            continue
        for record in candidates:
            header = _match(record, at, texts)
            score = len(header.columns)
            if score and not _too_little(header, candidates) and (best is None or score > best[0]):
                best = score, header
    if best is None:
        return None
    return _with_year(best[1], rows)


def _too_little(header: Header, candidates: list[Record]) -> bool:
    if header.missing:
        return True
    return len(header.columns) < 2 and len(candidates) > 1


def _match(record: Record, at: int, texts: list[str]) -> Header:
    known = headings(record)
    header = Header(
        record, at, {}, {}, {}, {}, next((i for i, t in enumerate(texts) if fold_header(t)[0] in _ORDER), None), None
    )
    taken: set[str] = set()
    for column, text in enumerate(texts):
        if not text or column == header.order:
            continue
        folded, bare = fold_header(text)
        field = known.get(folded) or known.get(bare)
        if field is None:
            header.unknown[column] = text
        elif field.name in taken:
            header.twice[column] = text
        else:
            taken.add(field.name)
            header.columns[column] = field
            header.units[column] = setting_of(folded).unit
    return header


def _with_year(header: Header, rows: Sequence[Sequence[Any]]) -> Header:
    """The year that the title above the header speaks of, for dates written without one."""
    above = " ".join(cell for row in rows[: header.row] for cell in row if isinstance(cell, str))
    years = set(_YEAR.findall(unicodedata.normalize("NFKC", above)))
    if len(years) != 1:
        return header
    return Header(
        header.record,
        header.row,
        header.columns,
        header.units,
        header.unknown,
        header.twice,
        header.order,
        int(years.pop()),
    )
