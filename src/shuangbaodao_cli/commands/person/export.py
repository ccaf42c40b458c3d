"""All that the ledger holds of one person, for the person (《个人信息保护法》art. 45)."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import Any

from shuangbaodao_cli.cli.record_tables import as_table, as_vertical_table, describe_change
from shuangbaodao_cli.ledger.imports import batches
from shuangbaodao_cli.ledger.privacy import erase, residue
from shuangbaodao_cli.ledger.records import query
from shuangbaodao_cli.model.care import SUBJECT, VISIT
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.model.record import class_of
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.model.service import ACTIVITY, PARTICIPATION
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.values.types import Class

NO_LIMIT = -1
"""As many as there are."""
_HISTORY_COLUMNS = [
    Column("at", "时间"),
    Column("operator", "经手人"),
    Column("what", "改动"),
    Column("reason", "原因"),
]
_SOURCE_COLUMNS = [
    Column("file", "文件"),
    Column("row", "工作表和行"),
    Column("batch", "批次", "code"),
    Column("at", "导入时间"),
]


def personal_data(connection: sqlite3.Connection, person: int) -> tuple[list[Table], dict[str, Any]]:
    """The tables for a reader, and the same as one object for a program."""
    whole = erase.load_person(connection, person)
    found: dict[str, Table] = {}
    for id_ in whole.ids:
        table = as_table(PERSON, [query.load_row(connection, PERSON, id_)], full=True)
        aside = query.load_extra(connection, PERSON, id_)
        name = "person" if id_ == whole.ids[0] else f"merged_{id_}"
        found[name] = table
        found[f"{name}:upright"] = as_vertical_table(PERSON, table, id_, aside)
    found |= _part_tables(connection, whole.ids[0])
    found["activities"] = _activities_table(connection, whole)
    found |= _mention_tables(connection, whole)
    found |= _care_tables(connection, whole)
    found["history"] = Table(
        "改动经过", _HISTORY_COLUMNS, [row for id_ in whole.ids for row in _history_rows(connection, id_)]
    )
    came = [row for id_ in whole.ids for row in batches.sources(connection, PERSON, id_, NO_LIMIT)]
    found["sources"] = Table("来自", _SOURCE_COLUMNS, came)
    said = {name: formats.as_json(table) for name, table in found.items() if not name.endswith(":upright")}
    drawn = [table for name, table in found.items() if table.rows and f"{name}:upright" not in found]
    return drawn, said


def _part_tables(connection: sqlite3.Connection, person: int) -> dict[str, Table]:
    """What points to the person, of every kind."""
    found = {}
    for part in RECORDS.values():
        for field in part.fields:
            if PERSON.name in field.targets:
                pointer = part.pointer(field.name, PERSON.name), PERSON.name
                rows = query.parts(connection, part, pointer, person, NO_LIMIT)
                name = part.name if part.name not in found else f"{part.name}_{field.name}"
                # of others who are looked after the person's own copy tells no more than a list would
                found[name] = as_table(part, rows, full=part not in (SUBJECT, VISIT))
    return found


def _activities_table(connection: sqlite3.Connection, person: erase.PersonIdentity) -> Table:
    """The activities that the person took part in: days, places, contents."""
    taken = query.parts(connection, PARTICIPATION, ("person", "person"), person.ids[0], NO_LIMIT)
    ids = dict.fromkeys(row["activity_id"] for row in taken)
    rows = [query.load_row(connection, ACTIVITY, id_) for id_ in ids]
    return replace(as_table(ACTIVITY, rows, full=True), title="参加的活动")


def _mention_tables(connection: sqlite3.Connection, person: erase.PersonIdentity) -> dict[str, Table]:
    """Records that name the person alone in words: as leader, contact, secretary. Of namesakes it is not sure who."""
    found: dict[str, Table] = {}
    names = dict.fromkeys(query.load_row(connection, PERSON, id_)["name"] for id_ in person.ids)
    for record in () if person.patterns.namesakes else RECORDS.values():
        for field in record.fields:
            if class_of(field) is Class.NAME and not field.to and field is not record.title:
                rows = [
                    row
                    for name in names
                    for row in query.search(connection, record, [(field.name, name)], voided=False)
                    if row[field.name] == name
                ]
                table = as_table(record, rows)
                found[f"{record.name}_{field.name}"] = replace(table, title=f"写作{field.label}的{record.label}")
    return {key: table for key, table in found.items() if table.rows}


def _care_tables(connection: sqlite3.Connection, person: erase.PersonIdentity) -> dict[str, Table]:
    """Where the person is looked after too: that record, and the visits."""
    ids = [id_ for _, id_ in residue.matching_subjects(connection, person)]
    subjects = [query.load_row(connection, SUBJECT, id_) for id_ in ids]
    visits = [row for id_ in ids for row in query.parts(connection, VISIT, ("subject", "subject"), id_, NO_LIMIT)]
    return {
        "cared_for": replace(as_table(SUBJECT, subjects, full=True), title="作为重点服务对象"),
        "visits_received": replace(as_table(VISIT, visits, full=True), title="受到的走访"),
    }


def _history_rows(connection: sqlite3.Connection, person: int) -> list[tuple[str, str, str, str | None]]:
    """What happened to a row of the person, numbers and all."""
    rows = []
    for at, who, _, why, column, old, now, _ in query.history(connection, PERSON, person):
        pair = (json.loads(old or "null"), json.loads(now or "null"))
        rows.append((at.replace("T", " ")[:16], who, describe_change(connection, PERSON, column, pair, full=True), why))
    return rows
