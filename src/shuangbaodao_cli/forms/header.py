"""The header of somebody's form: where it is, what its columns ask for, and what its rows may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.forms.headings import ROWS, Asked, asked_of, key, rows_of
from shuangbaodao_cli.intake.rosters.header_rows import DEEPEST, headings_of
from shuangbaodao_cli.intake.rosters.row_kinds import is_blank, is_lone
from shuangbaodao_cli.model.record import headings
from shuangbaodao_cli.model.service import ACTIVITY
from shuangbaodao_cli.values.text import fold, fold_header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.intake.rosters.header_rows import Parts

SEARCHED = 15
"""Rows from the top in which the header of a form is looked for."""
ALIKE = 4
"""A form is another edition of one that was filled before if all but one in so many headings are the same."""
_ORDER = {"序号", "编号", "no.", "no", "№"}
Learnt = dict[str, dict[str, str]]
"""Shape of a form → folded heading → figure, as somebody said."""


class Head(NamedTuple):
    """The header of a form, rows and columns counted from 0: its first and last row, its headings, their meaning."""

    top: int
    row: int
    texts: dict[int, str]
    labels: dict[str, int]
    """What the rows may be, the narrowest first → the column that says which."""
    asked: dict[int, Asked]
    facts: dict[int, str]
    """Columns that are a field of an activity, for a form that lists activities."""
    order: int | None

    @property
    def shape(self) -> str:
        """By which the form is known again."""
        return "表|" + "|".join(map(key, self.texts.values()))

    @property
    def weight(self) -> tuple[int, bool, int]:
        """How well it fits; of equal ones that of fewer rows: a line above the header is none of it."""
        asks = len(set(self.asked.values()))
        known = max(asks, len(self.facts)) if "activity" in self.labels else asks
        return known, bool(self.labels), self.top - self.row

    @property
    def is_no_table(self) -> bool:
        """Whether each figure has a blank beside it instead of cells below it: what stands there is another word."""
        ends = [column for column, text in self.texts.items() if self.texts.get(column + 1) != text]
        asked = [column for column in ends if column in self.asked]
        return len(asked) > 1 and all(column + 1 not in self.texts for column in asked)

    @property
    def is_known(self) -> bool:
        """Whether enough of it is understood: a figure and one thing more, or a list of activities."""
        lists = "activity" in self.labels and len(self.facts) > 1
        return lists or (bool(self.asked) and len(self.asked) + bool(self.labels) > 1)


def head_of(sheet: Sheet, said: Mapping[str, str], learnt: Learnt) -> Head | None:
    """The header of a form: where the most columns ask for something that we know.

    ``said`` are headings whose figure somebody names now, ``learnt`` those of forms of a shape. None where
    too little is known.
    """
    best: Head | None = None
    weight: tuple[Any, ...] = ()
    for top in range(min(SEARCHED, len(sheet.rows))):
        for depth in range(1, DEEPEST + 1):
            if top + depth > len(sheet.rows) or not all(map(_may_head, sheet.rows[top : top + depth])):
                break
            parts, rows = headings_of(sheet.rows, top, depth, sheet.merges), (top, top + depth - 1)
            above = _above(sheet, top)
            head = _head(parts, rows, said, above)
            if head.shape in learnt:
                head = _head(parts, rows, learnt[head.shape] | dict(said), above)
            mine = head.shape in learnt, *head.weight
            if (best is None or mine > weight) and (depth == 1 or _adds(sheet.rows[rows[1]], head)):
                best, weight = head, mine
    if best is None or not best.is_known:
        return None
    downward = (c for a, b, c, _ in sheet.merges if best.top <= a <= best.row and b in best.texts)
    return best._replace(row=min(max([best.row, *downward]), best.top + DEEPEST - 1))


def _adds(lowest: Sequence[Any], head: Head) -> bool:
    """Whether the lowest row of a header says something of a column that is known: else it is a row of the list."""
    return any(lowest[column] != "" for column in (*head.asked, *head.facts) if column < len(lowest))


def _above(sheet: Sheet, top: int) -> dict[int, str]:
    """What stands over the columns of a header that begins in a row, though it be none of it: 去年同期.

    A title and what is said once for all (填报人：) are no headings.
    """
    row = sheet.rows[top - 1] if top else []
    if is_blank(row) or is_lone(row) or any(":" in fold(cell) for cell in row if isinstance(cell, str)):
        return {}
    both = headings_of(sheet.rows, top - 1, 2, sheet.merges)
    return {column: one[0] for column, one in both.items() if len(one) > 1}


def _may_head(row: Sequence[Any]) -> bool:
    """Whether a row holds words and nothing else: 7月 and 1-7月 begin with a number and are words all the same."""
    cells = [cell for cell in row if cell != ""]
    return bool(cells) and all(isinstance(cell, str) for cell in cells)


def _head(parts: Mapping[int, Parts], rows: tuple[int, int], said: Mapping[str, str], above: Mapping[int, str]) -> Head:
    texts = {column: "/".join(one) for column, one in parts.items()}
    asked, found, order = {}, dict[str, int](), None
    for column, words in parts.items():
        if fold_header(words[-1])[0] in _ORDER:
            order = column if order is None else order
            continue
        over = (above[column], *words) if column in above and key(texts[column]) not in said else words
        if (one := asked_of(over, said)) is not None:
            asked[column] = one
        elif key(texts[column]) not in said and (kind := rows_of(over)) is not None:
            found.setdefault(kind, column)
    labels = {kind: found[kind] for kind in ROWS if kind in found}
    return Head(*rows, texts, labels, asked, _facts(parts) if "activity" in labels else {}, order)


def _facts(parts: Mapping[int, Parts]) -> dict[int, str]:
    """Column → the field of an activity that its heading means, each field once."""
    known, found = headings(ACTIVITY), dict[str, int]()
    for column, words in parts.items():
        field = next((known[word] for word in fold_header(words[-1]) if word in known), None)
        if field is not None:
            found.setdefault(field.name, column)
    return {column: name for name, column in found.items()}


def misfits(head: Head, said: Mapping[str, str], learnt: Learnt) -> list[str]:
    """What no longer fits of what was said of an earlier edition of this form: a heading gone, or moved.

    Nothing is wrong with a form that is just as it was, or of which somebody says anew what it asks.
    """
    if head.shape in learnt:
        return []
    now = [key(text) for text in head.texts.values()]
    columns = list(head.texts)
    for shape, bound in reversed(learnt.items()):
        then = shape.split("|")[1:]
        if ALIKE * len(set(now) & set(then)) < (ALIKE - 1) * max(len(now), len(then)):
            continue
        open_ = [heading for heading, figure in bound.items() if heading not in said and figure not in said.values()]
        return [
            f"“{heading}”原来是第 {then.index(heading) + 1} 个表头，"
            + (
                f"现在是第 {now.index(heading) + 1} 个（第 {columns[now.index(heading)] + 1} 列）"
                if heading in now
                else "现在没有了"
            )
            for heading in open_
            if heading in then and (heading not in now or now.index(heading) != then.index(heading))
        ]
    return []
