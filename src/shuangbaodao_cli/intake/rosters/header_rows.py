"""The headings of a table whose header takes one, two or three rows, joined from parent to child.

Also what such a heading means: parent and child together, or one of them alone.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.values.cleaners import as_text
from shuangbaodao_cli.values.text import fold_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shuangbaodao_cli.model.record import Field

HeadingParts = tuple[str, ...]
"""A heading from its parent down to itself: (报到党员（人）, 应报到); mostly one part."""
Merge = tuple[int, int, int, int]

MAX_HEADER_ROWS = 3
"""A header takes so many rows at most."""
MAX_HEADING_LENGTH = 200
"""Characters of a heading; of a longer one the beginning is used."""
MAX_HEADER_COLUMNS = 256
"""Columns in which headings are looked for; the widest form seen has some forty."""


def headings_of(
    rows: Sequence[Sequence[Any]], top: int, depth: int, merges: Iterable[Merge]
) -> dict[int, HeadingParts]:
    """Column → its heading, for every column that has one, under a header of ``depth`` rows."""
    levels = [[_heading_text(cell) for cell in row[:MAX_HEADER_COLUMNS]] for row in rows[top : top + depth]]
    merge_ends = _spread_merges(levels, top, merges)
    for index, level in enumerate(levels[:-1]):
        for column in range(1, len(level)):
            has_child = any(lower[column] for lower in levels[index + 1 :])
            if not level[column] and has_child and (index, column - 1) not in merge_ends:
                level[column] = level[column - 1]
    parts_by_column = enumerate(zip(*levels, strict=True))
    headings = {column: tuple(dict.fromkeys(filter(None, parts))) for column, parts in parts_by_column}
    return {column: parts for column, parts in headings.items() if parts}


def _heading_text(cell: Any) -> str:
    """The text of a cell as a heading; of one that is too long the beginning."""
    return as_text(cell)[:MAX_HEADING_LENGTH].strip()


def _spread_merges(levels: list[list[str]], top: int, merges: Iterable[Merge]) -> set[tuple[int, int]]:
    """Write a merged parent into all its columns; returns the cells in which a merge ends: (level, column)."""
    ends = set()
    for first, left, _, right in merges:
        level = levels[first - top] if top <= first < top + len(levels) else []
        if left < len(level) and left < right < MAX_HEADER_COLUMNS:  # merged cells may lie beside all that is written
            level[left : right + 1] = [level[left]] * (min(right, len(level) - 1) - left + 1)
            ends.add((first - top, right))
    return ends


def is_text_only(row: Sequence[Any]) -> bool:
    """Whether a row holds texts and no numbers or days, as a header does."""
    cells = [cell for cell in row if cell != ""]
    return bool(cells) and not any(
        isinstance(cell, int | float | date | datetime | time | timedelta) or cell[:1].isdigit() for cell in cells
    )


def is_continued_below(
    rows: Sequence[Sequence[Any]], bottom: int, merges: Iterable[Merge], needed: Iterable[int]
) -> bool:
    """Whether the header goes on in the row below ``bottom``, though no heading there is known.

    A merged heading may reach down into it; without merges, its words stand only under blanks or at
    the beginning of such a run, and the columns that must be filled in every row are blank.
    """
    below = bottom + 1
    if below >= len(rows) or not is_text_only(rows[below]):
        return False
    if any(first <= bottom < last and last == below for first, _, last, _ in merges):
        return True
    upper, lower = rows[bottom], rows[below]
    filled = [column for column, cell in enumerate(lower) if cell != ""]
    are_groups = all(upper[column] == "" or (column + 1 < len(upper) and upper[column + 1] == "") for column in filled)
    has_blank_above = any(upper[column] == "" for column in filled)
    return are_groups and has_blank_above and all(lower[column] == "" for column in needed)


_GENERIC_HEADINGS = {
    *("姓名", "名称", "性别", "单位", "职务", "电话", "联系电话", "联系方式", "手机", "手机号", "地址"),
    *("时间", "日期", "类别", "内容", "备注", "说明"),
}
"""Headings of many things: under a parent that means something they belong to that."""


def meaning(parts: HeadingParts, vocabulary: Mapping[str, Field]) -> tuple[Field | None, bool]:
    """The field that a heading means, and whether all of the heading was understood.

    Parent and child together come first. Then a child stands for itself, but not one that may be
    anybody's (负责人 over 姓名 is no person's name): there the parent's meaning holds.
    """
    if len(parts) == 1:
        folded, bare = fold_header(parts[0])
        return vocabulary.get(folded) or vocabulary.get(bare), True
    folds = [fold_header(part) for part in parts]
    for start in range(len(parts)):
        is_qualified = start and any(word in vocabulary for word in folds[start - 1])
        if is_qualified and folds[-1][1] in _GENERIC_HEADINGS:
            break
        parents = "".join(bare for _, bare in folds[start:-1])
        for child in folds[-1]:
            if parents + child in vocabulary:
                return vocabulary[parents + child], True
    for pair in reversed(folds[:-1]):
        for word in pair:
            if word in vocabulary:
                return vocabulary[word], False
    return None, True


def suggestion(heading: str, vocabulary: Mapping[str, Field]) -> Field | None:
    """The one field whose word a heading begins or ends with: 志愿者手机号码 may be a telephone.

    Only to be offered: 负责人电话 ends with 电话 too and is somebody else's.
    """
    folded, bare = fold_header(heading)
    similar = [word for word in vocabulary if len(word) > 1 and (bare.startswith(word) or folded.endswith(word))]
    longest = max(map(len, similar), default=0)
    fields = {vocabulary[word].name: vocabulary[word] for word in similar if len(word) == longest}
    return next(iter(fields.values())) if len(fields) == 1 else None
