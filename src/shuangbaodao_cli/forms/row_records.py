"""The record that each named row of a form means; where that is not sure, the row is skipped with a reason."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.forms.rows import cell_text, merged_top
from shuangbaodao_cli.ledger.records import labels, lookup, place_tree
from shuangbaodao_cli.model.categories import possible_categories
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.text import fold, strip_name_marks

if TYPE_CHECKING:
    from shuangbaodao_cli.forms.figures import RecordId
    from shuangbaodao_cli.forms.plan import FillTask

_COUNTED_BY_PLACE = {"org", "team", "category"}
"""Kinds of rows that may stand within a place, and are then counted there."""
_OTHER = "其他"
_UNKNOWN_CATEGORY = "看不出是哪个服务类别；本单位的说法可以写进办法：sbd policy edit"


class RowRecord(NamedTuple):
    """A row, the record that it means, and the place in which that is counted (None: everywhere)."""

    row: int
    id: RecordId
    place: int | None


def resolve_rows(task: FillTask) -> list[RowRecord]:
    """The rows that mean one record; several rows that mean the same one are skipped."""
    resolved = [
        (record, name) for row, name in task.rows.named if (record := _resolve_row(task, row, name)) is not None
    ]
    rows = defaultdict(list)
    for record, _ in resolved:
        rows[record.id, record.place].append(record.row)
    for record, name in resolved:
        others = [str(row + 1) for row in rows[record.id, record.place] if row != record.row]
        if others:
            _skip(task, record.row, name, f"和第 {'、'.join(others)} 行是同一个，看不出各填多少")
    return _without_other(
        task, [(record, name) for record, name in resolved if len(rows[record.id, record.place]) == 1]
    )


def _resolve_row(task: FillTask, row: int, name: str) -> RowRecord | None:
    """The record of a row, else None with a reason."""
    place = task.scope.place
    if place_name := _row_place(task, row):
        place = _find_record(task, row, "place", place_name, place)
        if place is None:
            return None
    elif task.rows.kind in _COUNTED_BY_PLACE and _place_column(task) is not None:
        _skip(task, row, name, "前面没有写社区，看不出算哪里的")
        return None
    if task.rows.kind == "category":
        category = _find_category(task, row, name)
        return None if category is None else RowRecord(row, category, place)
    if _has_category(task, row):
        _skip(task, row, name, "按服务类别又分了几行，没有这样的报表")
        return None
    id_ = _find_record(task, row, task.rows.kind, name, place)
    return None if id_ is None else RowRecord(row, id_, place)


def _skip(task: FillTask, row: int, name: str, reason: str) -> None:
    task.skipped.append((f"第 {row + 1} 行 {name}", reason))


def _place_column(task: FillTask) -> int | None:
    """The column that says in which place a row is counted, if some row has a text there.

    A place before a unit or team is where it served; one behind it is where it belongs. A category belongs nowhere.
    """
    column, kind = task.header.kind_columns.get("place"), task.rows.kind
    if (
        column is None
        or kind not in _COUNTED_BY_PLACE
        or (kind != "category" and column > (task.rows.name_column or 0))
    ):
        return None
    return column if any(cell_text(task.sheet, row, column) for row, _ in task.rows.named) else None


def _row_place(task: FillTask, row: int) -> str:
    """The name of the place in which a row is counted; mostly there is none."""
    column = _place_column(task)
    return "" if column is None else cell_text(task.sheet, merged_top(task.sheet, row, column), column)


def _has_category(task: FillTask, row: int) -> bool:
    """Whether a row of a unit, team or person is of one category only."""
    column = task.header.kind_columns.get("category")
    return column is not None and task.means_category(cell_text(task.sheet, row, column))


def _find_record(task: FillTask, row: int, kind: str, name: str, place: int | None) -> int | None:
    """The one record that a row names; else None, and the row is skipped with the reason."""
    connection = task.scope.connection
    names = lookup.NameLookup(connection)
    searched = strip_name_marks(name) if kind == "person" else name
    ids = names.narrow_to_place(kind, names.ids(kind, searched), place)
    reason = ""
    if not ids:
        near = lookup.similar_names(connection, RECORDS[kind], searched)
        reason = "台账里没有这个名称" + (f"，是不是：{'、'.join(near)}" if near else "")
    elif len(ids) > 1:
        reason = f"台账里有 {len(ids)} 个同名的"
    elif (
        kind == "place"
        and task.scope.place is not None
        and not place_tree.is_within(connection, ids[0], task.scope.place)
    ):
        reason = f"不在 {labels.name_of(connection, PLACE, task.scope.place)} 范围内"
    if reason:
        _skip(task, row, name, reason)
        return None
    return ids[0]


def _find_category(task: FillTask, row: int, name: str) -> str | None:
    """The one category that a row means, with a note where it has another name; else None and the row is skipped."""
    candidates = possible_categories(name, task.categories)
    if len(candidates) != 1:
        _skip(task, row, name, f"看不出是哪一类：{'、'.join(candidates)}" if candidates else _UNKNOWN_CATEGORY)
        return None
    if fold(candidates[0]) != fold(name):
        _skip(task, row, name, f"是按服务类别“{candidates[0]}”填的，请核对")
    return candidates[0]


def _without_other(task: FillTask, resolved: list[tuple[RowRecord, str]]) -> list[RowRecord]:
    """The records without 其他, where the form has no row for some category that has figures.

    There 其他 means all that has no row, and not what was entered as 其他.
    """
    if task.rows.kind != "category":
        return [record for record, _ in resolved]
    certain = []
    for record, name in resolved:
        listed = {other.id for other, _ in resolved if other.place == record.place}
        categories = task.record_figures(task.scope, record.place)
        unlisted = [str(category) for category in categories if category not in listed]
        if record.id == _OTHER and unlisted:
            _skip(task, record.row, name, f"看不出包不包括表里没列的：{'、'.join(unlisted)}")
        else:
            certain.append(record)
    return certain
