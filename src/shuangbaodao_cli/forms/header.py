"""The header of somebody's form: where it is, what its columns ask for, and what its rows may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.forms.headings import ROW_HEADINGS, Binding, find_binding, heading_key, row_kind
from shuangbaodao_cli.intake.rosters.header_rows import MAX_HEADER_ROWS, headings_of
from shuangbaodao_cli.intake.rosters.row_kinds import has_single_cell, is_blank
from shuangbaodao_cli.model.record import headings
from shuangbaodao_cli.model.service import ACTIVITY
from shuangbaodao_cli.values.text import fold, fold_header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.intake.rosters.header_rows import HeadingParts

SEARCHED_ROWS = 15
"""Rows from the top in which the header of a form is looked for."""
HEADINGS_PER_CHANGE = 4
"""A form is another edition of one that was filled before if all but one in so many headings are the same."""
_NUMBER_HEADINGS = {"序号", "编号", "no.", "no", "№"}
BindingsByShape = dict[str, dict[str, str]]
"""Shape of a form → folded heading → figure, as somebody said."""


class Header(NamedTuple):
    """The header of a form, rows and columns counted from 0: its first and last row, its headings, their meaning."""

    first_row: int
    last_row: int
    texts: dict[int, str]
    kind_columns: dict[str, int]
    """What the rows may be, the narrowest first → the column that says which."""
    bindings: dict[int, Binding]
    activity_fields: dict[int, str]
    """Columns that are a field of an activity, for a form that lists activities."""
    number_column: int | None

    @property
    def shape(self) -> str:
        """By which the form is known again."""
        return "表|" + "|".join(map(heading_key, self.texts.values()))

    @property
    def score(self) -> tuple[int, bool, int]:
        """How well it fits; of equal ones that of fewer rows: a line above the header is none of it."""
        asks = len(set(self.bindings.values()))
        known = max(asks, len(self.activity_fields)) if "activity" in self.kind_columns else asks
        return known, bool(self.kind_columns), self.first_row - self.last_row

    @property
    def is_side_by_side(self) -> bool:
        """Whether each figure has a blank beside it instead of cells below it: what stands there is another word."""
        ends = [column for column, text in self.texts.items() if self.texts.get(column + 1) != text]
        asked = [column for column in ends if column in self.bindings]
        return len(asked) > 1 and all(column + 1 not in self.texts for column in asked)

    @property
    def is_recognised(self) -> bool:
        """Whether enough of it is understood: a figure and one thing more, or a list of activities."""
        lists = "activity" in self.kind_columns and len(self.activity_fields) > 1
        return lists or (bool(self.bindings) and len(self.bindings) + bool(self.kind_columns) > 1)


def find_header(sheet: Sheet, explicit: Mapping[str, str], remembered: BindingsByShape) -> Header | None:
    """The header of a form: where the most columns ask for something that we know.

    ``said`` are headings whose figure somebody names now, ``learnt`` those of forms of a shape. None where
    too little is known.
    """
    best: Header | None = None
    weight: tuple[Any, ...] = ()
    for top in range(min(SEARCHED_ROWS, len(sheet.rows))):
        for depth in range(1, MAX_HEADER_ROWS + 1):
            if top + depth > len(sheet.rows) or not all(map(_may_be_header, sheet.rows[top : top + depth])):
                break
            parts, rows = headings_of(sheet.rows, top, depth, sheet.merges), (top, top + depth - 1)
            above = _headings_above(sheet, top)
            head = _build_header(parts, rows, explicit, above)
            if head.shape in remembered:
                head = _build_header(parts, rows, remembered[head.shape] | dict(explicit), above)
            mine = head.shape in remembered, *head.score
            if (best is None or mine > weight) and (depth == 1 or _has_known_column(sheet.rows[rows[1]], head)):
                best, weight = head, mine
    if best is None or not best.is_recognised:
        return None
    downward = (c for a, b, c, _ in sheet.merges if best.first_row <= a <= best.last_row and b in best.texts)
    return best._replace(last_row=min(max([best.last_row, *downward]), best.first_row + MAX_HEADER_ROWS - 1))


def _has_known_column(lowest: Sequence[Any], header: Header) -> bool:
    """Whether the lowest row of a header says something of a column that is known: else it is a row of the list."""
    return any(lowest[column] != "" for column in (*header.bindings, *header.activity_fields) if column < len(lowest))


def _headings_above(sheet: Sheet, top: int) -> dict[int, str]:
    """What stands over the columns of a header that begins in a row, though it be none of it: 去年同期.

    A title and what is said once for all (填报人：) are no headings.
    """
    row = sheet.rows[top - 1] if top else []
    if is_blank(row) or has_single_cell(row) or any(":" in fold(cell) for cell in row if isinstance(cell, str)):
        return {}
    both = headings_of(sheet.rows, top - 1, 2, sheet.merges)
    return {column: one[0] for column, one in both.items() if len(one) > 1}


def _may_be_header(row: Sequence[Any]) -> bool:
    """Whether a row holds words and nothing else: 7月 and 1-7月 begin with a number and are words all the same."""
    cells = [cell for cell in row if cell != ""]
    return bool(cells) and all(isinstance(cell, str) for cell in cells)


def _build_header(
    parts: Mapping[int, HeadingParts], rows: tuple[int, int], explicit: Mapping[str, str], above: Mapping[int, str]
) -> Header:
    texts = {column: "/".join(one) for column, one in parts.items()}
    asked, found, order = {}, dict[str, int](), None
    for column, words in parts.items():
        if fold_header(words[-1])[0] in _NUMBER_HEADINGS:
            order = column if order is None else order
            continue
        over = (above[column], *words) if column in above and heading_key(texts[column]) not in explicit else words
        if (one := find_binding(over, explicit)) is not None:
            asked[column] = one
        elif heading_key(texts[column]) not in explicit and (kind := row_kind(over)) is not None:
            found.setdefault(kind, column)
    labels = {kind: found[kind] for kind in ROW_HEADINGS if kind in found}
    return Header(*rows, texts, labels, asked, _activity_fields(parts) if "activity" in labels else {}, order)


def _activity_fields(parts: Mapping[int, HeadingParts]) -> dict[int, str]:
    """Column → the field of an activity that its heading means, each field once."""
    known, found = headings(ACTIVITY), dict[str, int]()
    for column, words in parts.items():
        field = next((known[word] for word in fold_header(words[-1]) if word in known), None)
        if field is not None:
            found.setdefault(field.name, column)
    return {column: name for name, column in found.items()}


def binding_problems(header: Header, explicit: Mapping[str, str], remembered: BindingsByShape) -> list[str]:
    """What no longer fits of what was said of an earlier edition of this form: a heading gone, or moved.

    Nothing is wrong with a form that is just as it was, or of which somebody says anew what it asks.
    """
    if header.shape in remembered:
        return []
    now = [heading_key(text) for text in header.texts.values()]
    columns = list(header.texts)
    for shape, bound in reversed(remembered.items()):
        then = shape.split("|")[1:]
        if HEADINGS_PER_CHANGE * len(set(now) & set(then)) < (HEADINGS_PER_CHANGE - 1) * max(len(now), len(then)):
            continue
        open_ = [
            heading for heading, figure in bound.items() if heading not in explicit and figure not in explicit.values()
        ]
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
