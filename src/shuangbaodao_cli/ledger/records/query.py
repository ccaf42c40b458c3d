"""Records read back: found by FIELD:VALUE, with names in place of references; and the history of one."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.records import identity
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records.identity import canonical_id_sql, points_to_sql, row_canonical_id_sql
from shuangbaodao_cli.ledger.records.lookup import NameLookup
from shuangbaodao_cli.ledger.records.store import restore_approx
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values import cleaners, types
from shuangbaodao_cli.values.days import parse_month, today
from shuangbaodao_cli.values.text import fold
from shuangbaodao_cli.values.types import YES_NO

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from shuangbaodao_cli.model.record import Field, Record

OVERDUE_CONDITIONS = {
    "order": "r.pending < ?",
    "whistle": "SUBSTR(r.pending, 1, 10) < ?",
    "resolution": "r.due < ? AND r.done_on IS NULL",
    "project": "r.until < ? AND r.done_on IS NULL",
}
"""Record type → in SQL, whether a record is overdue on a day: ``overdue:yes``."""

Row = dict[str, Any]
"""One record as the contract's JSON has it: a reference is a name, with ``FIELD_id`` beside it."""


@cache
def select_sql(record: Record) -> str:
    """SQL: the statement that reads records with the names of what they point to."""
    columns, joins = ["r.id AS id"], []
    for field in record.fields:
        if not field.to:
            columns.append(f"r.{field.name} AS {field.name}")
            continue
        names, ids = [], []
        for target, column in zip(field.targets, field.columns, strict=True):
            alias = f"to_{column}"
            joins.append(f"LEFT JOIN [{target}] AS {alias} ON {alias}.id = {canonical_id_sql(target, f'r.{column}')}")
            names.append(f"{alias}.{RECORDS[target].title_field.name if RECORDS[target].has_name else 'id'}")
            ids.append(f"{alias}.id")
        columns.append(f"{_coalesce_sql(names)} AS {field.name}")
        columns.append(f"{_coalesce_sql(ids)} AS {field.name}_id")
    if record.count_fields:
        columns.append("r.approx AS approx")
    return f"SELECT {', '.join(columns)} FROM [{record.name}] AS r {' '.join(joins)}"


def _coalesce_sql(expressions: list[str]) -> str:
    return expressions[0] if len(expressions) < 2 else f"COALESCE({', '.join(expressions)})"


def search(
    connection: sqlite3.Connection, record: Record, filters: Sequence[tuple[str, str]], *, voided: bool
) -> list[Row]:
    """The active records for which every FIELD:VALUE holds, or the voided and merged ones. Raises UsageError."""
    is_active = identity.is_active_sql(record.name, "r.")
    conditions, all_parameters = [f"NOT ({is_active})" if voided else is_active], list[Any]()
    for word, value in filters:
        condition, parameters = _condition(connection, record, word, value)
        conditions.append(condition)
        all_parameters += parameters
    return _rows(connection, f"{select_sql(record)} WHERE {' AND '.join(conditions)} ORDER BY r.id", all_parameters)


def load_row(connection: sqlite3.Connection, record: Record, id_: int) -> Row:
    """One record by its id."""
    return _rows(connection, f"{select_sql(record)} WHERE r.id = ?", [id_])[0]


def parts(connection: sqlite3.Connection, part: Record, pointer: tuple[str, str], owner: int, limit: int) -> list[Row]:
    """The records of a type, not voided, that belong to another (the people of an activity), the latest first.

    ``pointer`` is the column that refers to the owner, and the owner's record type. What belongs to an
    alias belongs to the canonical record.
    """
    column, target = pointer
    condition = f"{points_to_sql(target, f'r.{column}')} AND r.voided IS NULL"
    return _rows(connection, f"{select_sql(part)} WHERE {condition} ORDER BY r.id DESC LIMIT ?2", [owner, limit])


def aliases(connection: sqlite3.Connection, record: Record, id_: int) -> list[Row]:
    """The records that were merged into one."""
    return [load_row(connection, record, other) for other in identity.alias_ids(connection, record, id_)]


def load_extra(connection: sqlite3.Connection, record: Record, id_: int) -> dict[str, str]:
    """What the sources of a record said in columns that we do not know: heading → text."""
    (extra,) = connection.execute(f"SELECT extra FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()
    values: dict[str, str] = json.loads(extra or "{}")
    return values


def history(connection: sqlite3.Connection, record: Record, id_: int) -> list[tuple[Any, ...]]:
    """The changes of a record, its insertion first: time, operator, command, reason, column, old, new, entry id."""
    insertion = (
        "SELECT e.at, e.operator, e.command, e.reason, NULL, NULL, NULL, e.id "
        f"FROM [{record.name}] AS r JOIN entry AS e ON e.id = r.entry WHERE r.id = ?"
    )
    changes = (
        "SELECT e.at, e.operator, e.command, e.reason, c.field, c.old, c.new, e.id "
        "FROM change AS c JOIN entry AS e ON e.id = c.entry WHERE c.record = ? AND c.record_id = ? ORDER BY c.id"
    )
    return [*connection.execute(insertion, (id_,)), *connection.execute(changes, (record.name, id_))]


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[Row]:
    cursor = connection.execute(sql, values)
    names = [description[0] for description in cursor.description]
    return [restore_approx(dict(zip(names, row, strict=True))) for row in cursor]


def _condition(connection: sqlite3.Connection, record: Record, word: str, value: str) -> tuple[str, list[Any]]:
    """SQL: a condition for FIELD:VALUE, and its parameters. An empty value finds what is empty."""
    if word == "id":
        return "r.id = ?", [value]
    if fold(word) in {"overdue", "逾期"} and record.name in OVERDUE_CONDITIONS:
        is_overdue = YES_NO.clean(value, cleaners.CleaningContext()) if value else 1
        return f"{'' if is_overdue else 'NOT '}COALESCE({OVERDUE_CONDITIONS[record.name]}, 0)", [today().isoformat()]
    field = record.field(word)
    if field is None:
        raise UsageError(f"{record.label}没有“{word}”这一项。可以用：{'、'.join(f.label for f in record.fields)}。")
    if value == "":
        return " AND ".join(f"r.{column} IS NULL" for column in field.columns), []
    return (
        _reference_condition(connection, field, value)
        if field.to
        else _value_condition(connection, record, field, value, word)
    )


def _value_condition(
    connection: sqlite3.Connection, record: Record, field: Field, value: str, word: str
) -> tuple[str, list[Any]]:
    """SQL: a day by its beginning or a range a..b, a number or choice exactly, text by any part of it."""
    column = f"r.{field.name}"
    low, dots, high = value.partition("..")
    if dots:
        return f"{column} >= ? AND {column} <= ?", [_clean(field, low, word), _clean(field, high, word)]
    if field.type in types.DAY_TYPES:
        return f"SUBSTR({column}, 1, LENGTH(?)) = ?", [_date_prefix(field, value, word)] * 2
    if field is record.title_field:
        return "INSTR(r.name_key, ?) > 0", [fold(value)]
    if field.type in {types.TEXT, types.ID_NO, types.PHONE, types.USCC}:
        return f"INSTR({column}, ?) > 0", [value]
    return f"{column} = ?", [records_input.clean(field, value, field.label, connection)]


def _reference_condition(connection: sqlite3.Connection, field: Field, value: str) -> tuple[str, list[Any]]:
    conditions, values = [], list[Any]()
    for target, column in zip(field.targets, field.columns, strict=True):
        ids = NameLookup(connection).ids(target, value)
        if target == "place" and ids:
            marks = ", ".join("?" * len(ids))
            conditions.append(f"r.{column} IN (SELECT place FROM place_tree WHERE ancestor IN ({marks}))")
            values += ids
        else:
            matching = f"SELECT {row_canonical_id_sql(target)} FROM [{target}] WHERE INSTR(name_key, ?) > 0"
            conditions.append(
                f"r.{column} IN (SELECT id FROM [{target}] WHERE {row_canonical_id_sql(target)} IN ({matching}))"
            )
            values.append(fold(value))
    return f"({' OR '.join(conditions)})", values


def _date_prefix(field: Field, value: str, word: str) -> str:
    if re.fullmatch(r"\d{4}年?", value):
        return value[:4]
    return parse_month(value) or str(_clean(field, value, word))


def _clean(field: Field, value: str, word: str) -> Any:
    try:
        return field.type.clean(value, cleaners.duration_context(word))
    except InvalidValue as unfit:
        raise UsageError(f"{field.label}：{unfit.message}。") from None
