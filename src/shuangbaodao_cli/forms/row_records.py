"""Which record each named row of somebody's form means; where that is not sure, it is told and the row is left."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.forms.rows import merged_top, text
from shuangbaodao_cli.ledger.records import labels, lookup, place_tree
from shuangbaodao_cli.model.categories import meant
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.text import fold, person_name

if TYPE_CHECKING:
    from shuangbaodao_cli.forms.figures import Id
    from shuangbaodao_cli.forms.plan import Filling

_DIVIDED = {"org", "team", "category"}
"""What may stand in a row within a place, and is counted there."""
_REST = "其他"
_UNKNOWN = "看不出是哪个服务类别；本单位的说法可以写进办法：sbd policy edit"


class Named(NamedTuple):
    """A row, the record that it means, and the place in which that is counted (None: everywhere)."""

    row: int
    id: Id
    where: int | None


def named_rows(task: Filling) -> list[Named]:
    """The rows that mean one record; rows that mean the same one are parts of it, and are left."""
    found = [(one, name) for row, name in task.rows.named if (one := _named(task, row, name)) is not None]
    alike = defaultdict(list)
    for one, _ in found:
        alike[one.id, one.where].append(one.row)
    for one, name in found:
        others = [str(row + 1) for row in alike[one.id, one.where] if row != one.row]
        if others:
            _leave(task, one.row, name, f"和第 {'、'.join(others)} 行是同一个，看不出各填多少")
    return _but_rest(task, [(one, name) for one, name in found if len(alike[one.id, one.where]) == 1])


def _named(task: Filling, row: int, name: str) -> Named | None:
    where = task.scope.place
    if said := _named_place(task, row):
        place = _known(task, row, "place", said, where)
        if place is None:
            return None
        where = place
    elif task.rows.kind in _DIVIDED and _place_column(task) is not None:
        _leave(task, row, name, "前面没有写社区，看不出算哪里的")
        return None
    if task.rows.kind == "category":
        one = _category(task, row, name)
        return None if one is None else Named(row, one, where)
    if _is_divided(task, row):
        _leave(task, row, name, "按服务类别又分了几行，没有这样的报表")
        return None
    id_ = _known(task, row, task.rows.kind, name, where)
    return None if id_ is None else Named(row, id_, where)


def _leave(task: Filling, row: int, name: str, why: str) -> None:
    task.left.append((f"第 {row + 1} 行 {name}", why))


def _place_column(task: Filling) -> int | None:
    """The column that says in which place a row is counted, if some row says so.

    Before a unit or team it is where it served; behind it, where it belongs. A category belongs nowhere.
    """
    column, kind = task.head.labels.get("place"), task.rows.kind
    if column is None or kind not in _DIVIDED or (kind != "category" and column > (task.rows.label or 0)):
        return None
    said = any(text(task.sheet, row, column) for row, _ in task.rows.named)
    return column if said else None


def _named_place(task: Filling, row: int) -> str:
    """The place in which a row is counted, as it says. Mostly there is none."""
    column = _place_column(task)
    return "" if column is None else text(task.sheet, merged_top(task.sheet, row, column), column)


def _is_divided(task: Filling, row: int) -> bool:
    """Whether a row of a unit, team or person is of one category only."""
    column = task.head.labels.get("category")
    return column is not None and task.means_category(text(task.sheet, row, column))


def _known(task: Filling, row: int, kind: str, name: str, where: int | None) -> int | None:
    """The one record that a row names; what keeps it from being found is told."""
    connection = task.scope.connection
    names = lookup.Names(connection)
    said = person_name(name) if kind == "person" else name
    ids = names.narrowed(kind, names.ids(kind, said), where)
    why = ""
    if not ids:
        near = lookup.nearest(connection, RECORDS[kind], said)
        why = "台账里没有这个名称" + (f"，是不是：{'、'.join(near)}" if near else "")
    elif len(ids) > 1:
        why = f"台账里有 {len(ids)} 个同名的"
    elif (
        kind == "place" and task.scope.place is not None and not place_tree.within(connection, ids[0], task.scope.place)
    ):
        why = f"不在 {labels.name_of(connection, PLACE, task.scope.place)} 范围内"
    if why:
        _leave(task, row, name, why)
        return None
    return ids[0]


def _category(task: Filling, row: int, name: str) -> str | None:
    """The one category that a row means, told where it has another name; else what it may mean is told."""
    found = meant(name, task.own)
    if len(found) != 1:
        _leave(task, row, name, f"看不出是哪一类：{'、'.join(found)}" if found else _UNKNOWN)
        return None
    if fold(found[0]) != fold(name):
        _leave(task, row, name, f"是按服务类别“{found[0]}”填的，请核对")
    return found[0]


def _but_rest(task: Filling, found: list[tuple[Named, str]]) -> list[Named]:
    """The rows without 其他, where the form has no row for a category of which there is something.

    There it means all that has no row, and not what was entered as 其他.
    """
    if task.rows.kind != "category":
        return [one for one, _ in found]
    sure = []
    for one, name in found:
        named = {other.id for other, _ in found if other.where == one.where}
        more = [str(category) for category in task.each_of(task.scope, one.where) if category not in named]
        if one.id == _REST and more:
            _leave(task, one.row, name, f"看不出包不包括表里没列的：{'、'.join(more)}")
        else:
            sure.append(one)
    return sure
