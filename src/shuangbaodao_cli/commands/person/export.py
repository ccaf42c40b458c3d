"""person export: a copy of everything that the ledger holds about a person, for that person.

《个人信息保护法》art. 45.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

from shuangbaodao_cli.cli.options import Format, KeyArgument, LedgerOption, OutputOption, ReasonOption, echo, require
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.cli.record_tables import as_table, as_vertical_table, describe_change
from shuangbaodao_cli.ledger.imports import batches
from shuangbaodao_cli.ledger.privacy import erase, residue
from shuangbaodao_cli.ledger.records import lookup, query
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.care import SUBJECT, VISIT
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.model.record import privacy_class_of
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.model.service import ACTIVITY, PARTICIPATION
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.files import check_extension
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.values.types import PrivacyClass

NO_LIMIT = -1
"""All rows."""
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


def export(
    key: KeyArgument, *, output: OutputOption = None, reason: ReasonOption = None, session: LedgerOption
) -> None:
    """应本人要求，把台账里关于一个人的全部信息写成一个文件，号码完整。

    包括并入的、参加的活动、报到、队伍、同意、改动经过和出处。要写明原因，记入台账；
    文件只有自己能读，请当面或用稳妥的办法交给本人。

    例如：
      sbd person export 张三 -o 张三.xlsx --reason 本人申请查阅
    """
    path = Path(require(str(output or ""), "-o", "张三.xlsx"))
    check_extension(path)
    reason = require(reason, "--reason", "本人申请查阅")
    with session.open() as connection:
        person = lookup.find(connection, PERSON, key, voided=True)
        tables, json_value = personal_data(connection, person)
        with write_transaction(connection, session.command_line(), reason):
            pass
    emit(tables, Format.TABLE, path, head=session.head, json=json_value, private=True)
    echo("里面有完整的号码，交给本人以后，请删掉这一份。")


def personal_data(connection: sqlite3.Connection, person: int) -> tuple[list[Table], dict[str, Any]]:
    """The tables for a reader, and the same as one JSON object: name → rows.

    The person's own record, and each that was merged into it, is for a reader a table of fields and values.
    """
    identity = erase.load_person(connection, person)
    tables: dict[str, Table] = {}
    for id_ in identity.ids:
        table = as_table(PERSON, [query.load_row(connection, PERSON, id_)], full=True)
        extra = query.load_extra(connection, PERSON, id_)
        name = "person" if id_ == identity.ids[0] else f"merged_{id_}"
        tables[name] = table
        tables[f"{name}:vertical"] = as_vertical_table(PERSON, table, id_, extra)
    tables |= _part_tables(connection, identity.ids[0])
    tables["activities"] = _activities_table(connection, identity)
    tables |= _mention_tables(connection, identity)
    tables |= _care_tables(connection, identity)
    history = [row for id_ in identity.ids for row in _history_rows(connection, id_)]
    tables["history"] = Table("改动经过", _HISTORY_COLUMNS, history)
    sources = [row for id_ in identity.ids for row in batches.sources(connection, PERSON, id_, NO_LIMIT)]
    tables["sources"] = Table("来自", _SOURCE_COLUMNS, sources)
    json_value = {name: formats.as_json(table) for name, table in tables.items() if not name.endswith(":vertical")}
    readable = [table for name, table in tables.items() if table.rows and f"{name}:vertical" not in tables]
    return readable, json_value


def _part_tables(connection: sqlite3.Connection, person: int) -> dict[str, Table]:
    """A table for every field of any record type that refers to persons: the records that refer to this one."""
    tables = {}
    for part in RECORDS.values():
        for field in part.fields:
            if PERSON.name in field.targets:
                pointer = part.reference_column(field.name, PERSON.name), PERSON.name
                rows = query.parts(connection, part, pointer, person, NO_LIMIT)
                name = part.name if part.name not in tables else f"{part.name}_{field.name}"
                # care recipients are other people: of them the copy shows no more than a list would
                tables[name] = as_table(part, rows, full=part not in (SUBJECT, VISIT))
    return tables


def _activities_table(connection: sqlite3.Connection, person: erase.PersonIdentity) -> Table:
    """The activities in which the person took part, each once."""
    participations = query.parts(connection, PARTICIPATION, ("person", "person"), person.ids[0], NO_LIMIT)
    ids = dict.fromkeys(row["activity_id"] for row in participations)
    rows = [query.load_row(connection, ACTIVITY, id_) for id_ in ids]
    return replace(as_table(ACTIVITY, rows, full=True), title="参加的活动")


def _mention_tables(connection: sqlite3.Connection, person: erase.PersonIdentity) -> dict[str, Table]:
    """The records that name the person in a text field: as leader, contact, secretary.

    None where others bear the name: which of them is meant is not known.
    """
    tables: dict[str, Table] = {}
    names = dict.fromkeys(query.load_row(connection, PERSON, id_)["name"] for id_ in person.ids)
    for record in () if person.patterns.namesakes else RECORDS.values():
        for field in record.fields:
            if privacy_class_of(field) is PrivacyClass.NAME and not field.to and field is not record.title_field:
                rows = [
                    row
                    for name in names
                    for row in query.search(connection, record, [(field.name, name)], voided=False)
                    if row[field.name] == name
                ]
                table = as_table(record, rows)
                tables[f"{record.name}_{field.name}"] = replace(table, title=f"写作{field.label}的{record.label}")
    return {name: table for name, table in tables.items() if table.rows}


def _care_tables(connection: sqlite3.Connection, person: erase.PersonIdentity) -> dict[str, Table]:
    """The person as a care recipient, where they are one: that record, and the visits."""
    ids = [id_ for _, id_ in residue.matching_subjects(connection, person)]
    subjects = [query.load_row(connection, SUBJECT, id_) for id_ in ids]
    visits = [row for id_ in ids for row in query.parts(connection, VISIT, ("subject", "subject"), id_, NO_LIMIT)]
    return {
        "cared_for": replace(as_table(SUBJECT, subjects, full=True), title="作为重点服务对象"),
        "visits_received": replace(as_table(VISIT, visits, full=True), title="受到的走访"),
    }


def _history_rows(connection: sqlite3.Connection, person: int) -> list[tuple[str, str, str, str | None]]:
    """The history of one row of the person, with whole numbers: time, operator, change, reason."""
    rows = []
    for at, operator, _, reason, column, old, new, _ in query.history(connection, PERSON, person):
        values = (json.loads(old or "null"), json.loads(new or "null"))
        change = describe_change(connection, PERSON, column, values, full=True)
        rows.append((at.replace("T", " ")[:16], operator, change, reason))
    return rows
