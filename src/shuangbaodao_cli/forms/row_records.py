"""Which record each named row of somebody's form means; where that is not sure, it is told and the row is left."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.forms.rows import cell_text, merged_top
from shuangbaodao_cli.ledger.records import labels, lookup, place_tree
from shuangbaodao_cli.model.categories import meant
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.text import fold, person_name

if TYPE_CHECKING:
    from shuangbaodao_cli.forms.figures import RecordId
    from shuangbaodao_cli.forms.plan import FillTask

_COUNTED_BY_PLACE = {"org", "team", "category"}
"""What may stand in a row within a place, and is counted there."""
_OTHER = "其他"
_UNKNOWN_CATEGORY = "看不出是哪个服务类别；本单位的说法可以写进办法：sbd policy edit"


class RowRecord(NamedTuple):
    """A row, the record that it means, and the place in which that is counted (None: everywhere)."""

    row: int
    id: RecordId
    place: int | None


def resolve_rows(task: FillTask) -> list[RowRecord]:
    """The rows that mean one record; rows that mean the same one are parts of it, and are left."""
    found = [(one, name) for row, name in task.rows.named if (one := _resolve_row(task, row, name)) is not None]
    alike = defaultdict(list)
    for one, _ in found:
        alike[one.id, one.place].append(one.row)
    for one, name in found:
        others = [str(row + 1) for row in alike[one.id, one.place] if row != one.row]
        if others:
            _skip(task, one.row, name, f"和第 {'、'.join(others)} 行是同一个，看不出各填多少")
    return _without_other(task, [(one, name) for one, name in found if len(alike[one.id, one.place]) == 1])


def _resolve_row(task: FillTask, row: int, name: str) -> RowRecord | None:
    where = task.scope.place
    if said := _row_place(task, row):
        place = _find_record(task, row, "place", said, where)
        if place is None:
            return None
        where = place
    elif task.rows.kind in _COUNTED_BY_PLACE and _place_column(task) is not None:
        _skip(task, row, name, "前面没有写社区，看不出算哪里的")
        return None
    if task.rows.kind == "category":
        one = _find_category(task, row, name)
        return None if one is None else RowRecord(row, one, where)
    if _has_category(task, row):
        _skip(task, row, name, "按服务类别又分了几行，没有这样的报表")
        return None
    id_ = _find_record(task, row, task.rows.kind, name, where)
    return None if id_ is None else RowRecord(row, id_, where)


def _skip(task: FillTask, row: int, name: str, reason: str) -> None:
    task.skipped.append((f"第 {row + 1} 行 {name}", reason))


def _place_column(task: FillTask) -> int | None:
    """The column that says in which place a row is counted, if some row says so.

    Before a unit or team it is where it served; behind it, where it belongs. A category belongs nowhere.
    """
    column, kind = task.header.kind_columns.get("place"), task.rows.kind
    if (
        column is None
        or kind not in _COUNTED_BY_PLACE
        or (kind != "category" and column > (task.rows.name_column or 0))
    ):
        return None
    said = any(cell_text(task.sheet, row, column) for row, _ in task.rows.named)
    return column if said else None


def _row_place(task: FillTask, row: int) -> str:
    """The place in which a row is counted, as it says. Mostly there is none."""
    column = _place_column(task)
    return "" if column is None else cell_text(task.sheet, merged_top(task.sheet, row, column), column)


def _has_category(task: FillTask, row: int) -> bool:
    """Whether a row of a unit, team or person is of one category only."""
    column = task.header.kind_columns.get("category")
    return column is not None and task.means_category(cell_text(task.sheet, row, column))


def _find_record(task: FillTask, row: int, kind: str, name: str, place: int | None) -> int | None:
    """The one record that a row names; what keeps it from being found is told."""
    connection = task.scope.connection
    names = lookup.NameLookup(connection)
    said = person_name(name) if kind == "person" else name
    ids = names.narrow_to_place(kind, names.ids(kind, said), place)
    why = ""
    if not ids:
        near = lookup.similar_names(connection, RECORDS[kind], said)
        why = "台账里没有这个名称" + (f"，是不是：{'、'.join(near)}" if near else "")
    elif len(ids) > 1:
        why = f"台账里有 {len(ids)} 个同名的"
    elif (
        kind == "place"
        and task.scope.place is not None
        and not place_tree.is_within(connection, ids[0], task.scope.place)
    ):
        why = f"不在 {labels.name_of(connection, PLACE, task.scope.place)} 范围内"
    if why:
        _skip(task, row, name, why)
        return None
    return ids[0]


def _find_category(task: FillTask, row: int, name: str) -> str | None:
    """The one category that a row means, told where it has another name; else what it may mean is told."""
    found = meant(name, task.categories)
    if len(found) != 1:
        _skip(task, row, name, f"看不出是哪一类：{'、'.join(found)}" if found else _UNKNOWN_CATEGORY)
        return None
    if fold(found[0]) != fold(name):
        _skip(task, row, name, f"是按服务类别“{found[0]}”填的，请核对")
    return found[0]


def _without_other(task: FillTask, found: list[tuple[RowRecord, str]]) -> list[RowRecord]:
    """The rows without 其他, where the form has no row for a category of which there is something.

    There it means all that has no row, and not what was entered as 其他.
    """
    if task.rows.kind != "category":
        return [one for one, _ in found]
    sure = []
    for one, name in found:
        named = {other.id for other, _ in found if other.place == one.place}
        more = [str(category) for category in task.record_figures(task.scope, one.place) if category not in named]
        if one.id == _OTHER and more:
            _skip(task, one.row, name, f"看不出包不包括表里没列的：{'、'.join(more)}")
        else:
            sure.append(one)
    return sure
