"""The header of a form: where it is, what its columns ask for, and what its rows may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.forms.headings import ROW_HEADINGS, Binding, find_binding, heading_key, row_kind
from shuangbaodao_cli.intake.rosters.header_rows import MAX_HEADER_ROWS, headings_of
from shuangbaodao_cli.intake.rosters.row_kinds import has_single_cell, is_blank
from shuangbaodao_cli.model.record import fields_by_heading
from shuangbaodao_cli.model.service import ACTIVITY
from shuangbaodao_cli.values.text import fold, fold_header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.intake.files.sheet import Sheet
    from shuangbaodao_cli.intake.rosters.header_rows import HeadingParts

SEARCHED_ROWS = 15
"""Rows from the top in which the header of a form is looked for."""
HEADINGS_PER_CHANGE = 4
"""A form is a new edition of an earlier one if at most one in this many headings differs."""
_NUMBER_HEADINGS = {"序号", "编号", "no.", "no", "№"}
BindingsByShape = dict[str, dict[str, str]]
"""Shape of a form → key of a heading → figure, as the user named it."""


class Header(NamedTuple):
    """The header of a form: its rows, its headings by column, and what they mean; all counted from 0."""

    first_row: int
    last_row: int
    texts: dict[int, str]
    kind_columns: dict[str, int]
    """What the rows may be, the narrowest first → the column with their names."""
    bindings: dict[int, Binding]
    activity_fields: dict[int, str]
    """Columns that are a field of an activity, for a form that lists activities."""
    number_column: int | None

    @property
    def shape(self) -> str:
        """The key by which the form is recognised again."""
        return "表|" + "|".join(map(heading_key, self.texts.values()))

    @property
    def score(self) -> tuple[int, bool, int]:
        """How well it is understood; of equal ones that of fewer rows, since a line above the header is none of it."""
        figures = len(set(self.bindings.values()))
        understood = max(figures, len(self.activity_fields)) if "activity" in self.kind_columns else figures
        return understood, bool(self.kind_columns), self.first_row - self.last_row

    @property
    def is_side_by_side(self) -> bool:
        """Whether each figure has its blank beside it instead of below it."""
        ends = [column for column, text in self.texts.items() if self.texts.get(column + 1) != text]
        bound = [column for column in ends if column in self.bindings]
        return len(bound) > 1 and all(column + 1 not in self.texts for column in bound)

    @property
    def is_recognised(self) -> bool:
        """Whether enough of it is understood: a figure and one thing more, or a list of activities."""
        lists_activities = "activity" in self.kind_columns and len(self.activity_fields) > 1
        return lists_activities or (bool(self.bindings) and len(self.bindings) + bool(self.kind_columns) > 1)


def find_header(sheet: Sheet, explicit: Mapping[str, str], remembered: BindingsByShape) -> Header | None:
    """The header of a form: the rows in which most columns are understood. None where too few are.

    ``explicit`` has the figures that the user names now, ``remembered`` those named for earlier forms.
    """
    best: Header | None = None
    best_score: tuple[Any, ...] = ()
    for top in range(min(SEARCHED_ROWS, len(sheet.rows))):
        for depth in range(1, MAX_HEADER_ROWS + 1):
            if top + depth > len(sheet.rows) or not all(map(_may_be_header, sheet.rows[top : top + depth])):
                break
            parts, rows = headings_of(sheet.rows, top, depth, sheet.merges), (top, top + depth - 1)
            above = _headings_above(sheet, top)
            header = _build_header(parts, rows, explicit, above)
            if header.shape in remembered:
                header = _build_header(parts, rows, remembered[header.shape] | dict(explicit), above)
            score = header.shape in remembered, *header.score
            is_better = best is None or score > best_score
            if is_better and (depth == 1 or _has_known_column(sheet.rows[rows[1]], header)):
                best, best_score = header, score
    if best is None or not best.is_recognised:
        return None
    merged_rows = (
        bottom for top, left, bottom, _ in sheet.merges if best.first_row <= top <= best.last_row and left in best.texts
    )
    return best._replace(last_row=min(max([best.last_row, *merged_rows]), best.first_row + MAX_HEADER_ROWS - 1))


def _has_known_column(lowest: Sequence[Any], header: Header) -> bool:
    """Whether the lowest row of a header has a heading of an understood column; else it is a row of the body."""
    return any(lowest[column] != "" for column in (*header.bindings, *header.activity_fields) if column < len(lowest))


def _headings_above(sheet: Sheet, top: int) -> dict[int, str]:
    """The texts over the columns of a header, in the row above it that is none of it: 去年同期.

    A title and a line for the whole form (填报人：) are no headings.
    """
    row = sheet.rows[top - 1] if top else []
    if is_blank(row) or has_single_cell(row) or any(":" in fold(cell) for cell in row if isinstance(cell, str)):
        return {}
    with_above = headings_of(sheet.rows, top - 1, 2, sheet.merges)
    return {column: parts[0] for column, parts in with_above.items() if len(parts) > 1}


def _may_be_header(row: Sequence[Any]) -> bool:
    """Whether a row holds texts and nothing else; 7月 and 1-7月 are texts too."""
    cells = [cell for cell in row if cell != ""]
    return bool(cells) and all(isinstance(cell, str) for cell in cells)


def _build_header(
    parts: Mapping[int, HeadingParts], rows: tuple[int, int], explicit: Mapping[str, str], above: Mapping[int, str]
) -> Header:
    """The header in these rows; ``above`` are texts over its columns, which the user's own headings do not need."""
    texts = {column: "/".join(heading) for column, heading in parts.items()}
    bindings: dict[int, Binding] = {}
    kinds: dict[str, int] = {}
    number_column = None
    for column, heading in parts.items():
        if fold_header(heading[-1])[0] in _NUMBER_HEADINGS:
            number_column = column if number_column is None else number_column
            continue
        is_explicit = heading_key(texts[column]) in explicit
        whole = (above[column], *heading) if column in above and not is_explicit else heading
        if (binding := find_binding(whole, explicit)) is not None:
            bindings[column] = binding
        elif not is_explicit and (kind := row_kind(whole)) is not None:
            kinds.setdefault(kind, column)
    kind_columns = {kind: kinds[kind] for kind in ROW_HEADINGS if kind in kinds}
    activity_fields = _activity_fields(parts) if "activity" in kind_columns else {}
    return Header(*rows, texts, kind_columns, bindings, activity_fields, number_column)


def _activity_fields(parts: Mapping[int, HeadingParts]) -> dict[int, str]:
    """Column → the field of an activity that its heading means, each field once."""
    fields, columns = fields_by_heading(ACTIVITY), dict[str, int]()
    for column, heading in parts.items():
        field = next((fields[word] for word in fold_header(heading[-1]) if word in fields), None)
        if field is not None:
            columns.setdefault(field.name, column)
    return {column: name for name, column in columns.items()}


def binding_problems(header: Header, explicit: Mapping[str, str], remembered: BindingsByShape) -> list[str]:
    """A message for each remembered heading that a new edition of a form lacks, or has elsewhere.

    There is none for a form of a remembered shape, or for headings whose figure the user names now.
    """
    if header.shape in remembered:
        return []
    now = [heading_key(text) for text in header.texts.values()]
    columns = list(header.texts)
    for shape, bound in reversed(remembered.items()):
        then = shape.split("|")[1:]
        if HEADINGS_PER_CHANGE * len(set(now) & set(then)) < (HEADINGS_PER_CHANGE - 1) * max(len(now), len(then)):
            continue
        unnamed = [
            heading for heading, figure in bound.items() if heading not in explicit and figure not in explicit.values()
        ]
        return [
            f"“{heading}”原来是第 {then.index(heading) + 1} 个表头，"
            + (
                f"现在是第 {now.index(heading) + 1} 个（第 {columns[now.index(heading)] + 1} 列）"
                if heading in now
                else "现在没有了"
            )
            for heading in unnamed
            if heading in then and (heading not in now or now.index(heading) != then.index(heading))
        ]
    return []
