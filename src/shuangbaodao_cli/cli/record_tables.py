"""Records as tables: Chinese headings, masked numbers, names for references."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from shuangbaodao_cli.ledger.records.labels import MASKS, field_of, format_value, name_of
from shuangbaodao_cli.model.record import Field, Record
from shuangbaodao_cli.output.table import Column, Kind, Table, format_cell
from shuangbaodao_cli.values import cleaners, types

COLUMN_KINDS: dict[str, Kind] = {
    "day": "date",
    "moment": "moment",
    "count": "count",
    "minutes": "hours",
    "id_no": "code",
    "uscc": "code",
    "phone": "code",
}
"""Name of a value type → the kind of its column, where that is not plain text."""
_MERGER_MESSAGES = {
    "same_as": ("并入 {new}", "与 {old} 拆开", "原来并入 {old}，改为并入 {new}"),
    "merged": ("{new} 并入这一条", "{old} 与这一条拆开", ""),
    "unlike": ("与 {new} 不是同一条", "", ""),
}
"""Column of a merger → what the history says of it: where it was empty, where it is emptied, where it is changed."""


def columns(record: Record) -> list[Column]:
    """The columns of a record type: its id, its fields, and beside each reference the id, hidden, for JSON."""
    found = [Column("id", "编号", "code")]
    for field in record.fields:
        found.append(_column(field))
        if field.to:
            found.append(Column(f"{field.name}_id", f"{field.label}编号", hidden=True))
    return found


def _column(field: Field) -> Column:
    labels: Mapping[Any, str] = {}
    if field.type.options and field.type is not types.YES_NO:
        labels = {stored: field.type.show(stored) for stored in _stored_options(field)}
    elif field.type is types.YES_NO:
        labels = {True: "是", False: "否"}
    kind = COLUMN_KINDS.get(field.type.name, "text")
    return Column(field.name, field.label, kind, "小时" if kind == "hours" else "", labels=labels)


def _stored_options(field: Field) -> list[Any]:
    return [field.type.clean(option, cleaners.CleaningContext()) for option in field.type.options]


def mask_row(record: Record, row: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a record with the numbers of persons masked."""
    masked = dict(row)
    for field in record.fields:
        mask = MASKS.get(field.type.name)
        if mask and masked[field.name]:
            masked[field.name] = mask(masked[field.name])
    return masked


def as_vertical_table(record: Record, table: Table, id_: int, extra: Mapping[str, str]) -> Table:
    """A table of one record turned into two columns, item and value.

    ``extra`` follows below: heading → text of the columns of its roster that were kept as they stood.
    """
    body = []
    for index in table.shown_indexes():
        column = table.columns[index]
        unit = f"（{column.unit}）" if column.unit else ""
        body.append((f"{column.label}{unit}", format_cell(table.rows[0][index], column)))
    body += [(f"{heading}（原表）", text) for heading, text in extra.items()]
    return Table(f"{record.label} {id_}", [Column("field", "项目"), Column("value", "内容")], body)


def describe_change(
    connection: sqlite3.Connection, record: Record, column: str | None, change: Sequence[Any], *, full: bool = False
) -> str:
    """One change, the pair of the old and the new value, in words; without a column the record was inserted.

    Numbers of persons are masked unless ``full``.
    """
    if column is None:
        return "登记"
    if column == "voided":
        return "恢复" if change[1] is None else "作废"
    field = field_of(record, column)
    if column in _MERGER_MESSAGES and field is None:
        old, new = (None if id_ is None else f"{id_}（{name_of(connection, record, id_)}）" for id_ in change)
        return _MERGER_MESSAGES[column][0 if old is None else 1 if new is None else 2].format(old=old, new=new)
    if column == "forgotten":
        return "应要求匿名"
    if field is None:
        return "补记了表中不认识的列" if column == "extra" else "改了内部记录"
    old, new = (
        "（空）" if value is None else format_value(connection, field, column, value, full=full) for value in change
    )
    return f"{field.label}：{old} → {new}"


def change_cells(
    connection: sqlite3.Connection, record: Record, column: str | None, change: Sequence[Any], *, full: bool = False
) -> tuple[str, str, str]:
    """One change as three cells: item, old value, new value. Without a column the record was inserted.

    Numbers of persons are masked unless ``full``.
    """
    if column is None:
        return "整条记录", "（没有）", "登记"
    if column == "voided":
        return ("整条记录", "在用", "作废") if change[1] is not None else ("整条记录", "作废", "恢复")
    field = field_of(record, column)
    if field is None:
        return "合并" if column in _MERGER_MESSAGES else "其他", "", describe_change(connection, record, column, change)
    old, new = (
        "（空）" if value is None else format_value(connection, field, column, value, full=full) for value in change
    )
    return field.label, old, new


def as_table(record: Record, rows: Sequence[Mapping[str, Any]], *, full: bool = False) -> Table:
    """Records as one table, masked unless ``full``. Optional columns without a value are in the JSON alone."""
    visible_rows = rows if full else [mask_row(record, row) for row in rows]
    all_columns = columns(record)
    yes = {field.name for field in record.fields if field.type is types.YES_NO}
    body = [
        tuple(row[c.name] if c.name not in yes or row[c.name] is None else bool(row[c.name]) for c in all_columns)
        for row in visible_rows
    ]
    filled = {c.name for index, c in enumerate(all_columns) if any(cells[index] is not None for cells in body)}
    shown = filled | {"id", *(field.name for field in record.fields if field.required)}
    table_columns = [replace(c, hidden=c.hidden or c.name not in shown) for c in all_columns]
    return Table(f"{record.label}（{len(body)} 条）", table_columns, body)


RESOLUTION_COLUMNS = [
    Column("number", "编号"),
    Column("title", "议定事项"),
    Column("whose", "责任单位（人）"),
    Column("due", "完成时限", "date"),
    Column("how", "落实情况"),
    Column("done_on", "完成日期", "date"),
]
