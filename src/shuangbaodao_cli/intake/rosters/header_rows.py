"""The headings of a table whose header takes one, two or three rows, joined from parent to child."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.values.cleaners import words
from shuangbaodao_cli.values.text import fold_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shuangbaodao_cli.model.record import Field

HeadingParts = tuple[str, ...]
"""A heading from its parent down to itself: (报到党员（人）, 应报到); mostly one part."""
Merge = tuple[int, int, int, int]

MAX_HEADER_ROWS = 3
"""Rows that a header takes at most."""
MAX_HEADING_LENGTH = 200
"""Characters of a heading."""
MAX_HEADER_COLUMNS = 256
"""Columns in which headings are looked for; the widest form seen has some forty."""


def headings_of(
    rows: Sequence[Sequence[Any]], top: int, depth: int, merges: Iterable[Merge]
) -> dict[int, HeadingParts]:
    """Column → its heading, for every column that has one, under a header of ``depth`` rows."""
    levels = [[_heading_text(cell) for cell in row[:MAX_HEADER_COLUMNS]] for row in rows[top : top + depth]]
    across = _spread_merges(levels, top, merges)
    for at, level in enumerate(levels[:-1]):
        for column in range(1, len(level)):
            below = any(lower[column] for lower in levels[at + 1 :])
            if not level[column] and below and (at, column - 1) not in across:
                level[column] = level[column - 1]
    found: dict[int, HeadingParts] = {}
    for column, parts in enumerate(zip(*levels, strict=True)):
        said = tuple(dict.fromkeys(part for part in parts if part))
        if said:
            found[column] = said
    return found


def _heading_text(cell: Any) -> str:
    """What a cell says as a heading; of a cell that is too long for one, its beginning."""
    return words(cell)[:MAX_HEADING_LENGTH].strip()


def _spread_merges(levels: list[list[str]], top: int, merges: Iterable[Merge]) -> set[tuple[int, int]]:
    """Write a merged parent over all its columns; returns which cells a merge ends at."""
    ends = set()
    for first, left, _, right in merges:
        level = levels[first - top] if top <= first < top + len(levels) else []
        if left < len(level) and left < right < MAX_HEADER_COLUMNS:  # merged cells may lie beside all that is written
            level[left : right + 1] = [level[left]] * (min(right, len(level) - 1) - left + 1)
            ends.add((first - top, right))
    return ends


def is_text_only(row: Sequence[Any]) -> bool:
    """Whether a row holds words and no numbers or days: a header does."""
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
    under = [at for at, cell in enumerate(lower) if cell != ""]
    groups = all(upper[at] == "" or (at + 1 < len(upper) and upper[at + 1] == "") for at in under)
    return groups and any(upper[at] == "" for at in under) and all(lower[at] == "" for at in needed)


_GENERIC_HEADINGS = {
    *("姓名", "名称", "性别", "单位", "职务", "电话", "联系电话", "联系方式", "手机", "手机号", "地址"),
    *("时间", "日期", "类别", "内容", "备注", "说明"),
}
"""What is said of many things: under a parent that means something it is that thing's."""


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
        qualified = start and any(word in vocabulary for word in folds[start - 1])
        if qualified and folds[-1][1] in _GENERIC_HEADINGS:
            break
        before = "".join(bare for _, bare in folds[start:-1])
        for child in folds[-1]:
            if before + child in vocabulary:
                return vocabulary[before + child], True
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
    near = [word for word in vocabulary if len(word) > 1 and (bare.startswith(word) or folded.endswith(word))]
    longest = max(map(len, near), default=0)
    fields = {vocabulary[word].name: vocabulary[word] for word in near if len(word) == longest}
    return next(iter(fields.values())) if len(fields) == 1 else None
