"""All that the ledger holds of one person, for the person (《个人信息保护法》art. 45)."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import Any

from shuangbaodao_cli.commands.shown import as_table, said_change, upright
from shuangbaodao_cli.ledger import batchlist, forgetting, listing, remaining
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.vocabulary.care import SUBJECT, VISIT
from shuangbaodao_cli.vocabulary.people import PERSON
from shuangbaodao_cli.vocabulary.privacy import Class, class_of
from shuangbaodao_cli.vocabulary.records import RECORDS
from shuangbaodao_cli.vocabulary.service import ACTIVITY, PARTICIPATION

ALL = -1
"""As many as there are."""
_PAST = [
    Column("at", "时间"),
    Column("operator", "经手人"),
    Column("what", "改动"),
    Column("reason", "原因"),
]
_CAME = [Column("file", "文件"), Column("row", "工作表和行"), Column("batch", "批次", "code"), Column("at", "导入时间")]


def everything(connection: sqlite3.Connection, person: int) -> tuple[list[Table], dict[str, Any]]:
    """The tables for a reader, and the same as one object for a program."""
    whole = forgetting.whole(connection, person)
    found: dict[str, Table] = {}
    for id_ in whole.ids:
        table = as_table(PERSON, [listing.one(connection, PERSON, id_)], full=True)
        aside = listing.set_aside(connection, PERSON, id_)
        name = "person" if id_ == whole.ids[0] else f"merged_{id_}"
        found[name] = table
        found[f"{name}:upright"] = upright(PERSON, table, id_, aside)
    found |= _parts(connection, whole.ids[0])
    found["activities"] = _activities(connection, whole)
    found |= _named(connection, whole)
    found |= _cared_for(connection, whole)
    found["history"] = Table("改动经过", _PAST, [row for id_ in whole.ids for row in _past(connection, id_)])
    came = [row for id_ in whole.ids for row in batchlist.sources(connection, PERSON, id_, ALL)]
    found["sources"] = Table("来自", _CAME, came)
    said = {name: formats.as_json(table) for name, table in found.items() if not name.endswith(":upright")}
    drawn = [table for name, table in found.items() if table.rows and f"{name}:upright" not in found]
    return drawn, said


def _parts(connection: sqlite3.Connection, person: int) -> dict[str, Table]:
    """What points to the person, of every kind."""
    found = {}
    for part in RECORDS.values():
        for field in part.fields:
            if PERSON.name in field.targets:
                pointer = part.pointer(field.name, PERSON.name), PERSON.name
                rows = listing.parts(connection, part, pointer, person, ALL)
                name = part.name if part.name not in found else f"{part.name}_{field.name}"
                # of others who are looked after the person's own copy tells no more than a list would
                found[name] = as_table(part, rows, full=part not in (SUBJECT, VISIT))
    return found


def _activities(connection: sqlite3.Connection, whole: forgetting.Person) -> Table:
    """The activities that the person took part in: days, places, contents."""
    taken = listing.parts(connection, PARTICIPATION, ("person", "person"), whole.ids[0], ALL)
    ids = dict.fromkeys(row["activity_id"] for row in taken)
    rows = [listing.one(connection, ACTIVITY, id_) for id_ in ids]
    return replace(as_table(ACTIVITY, rows, full=True), title="参加的活动")


def _named(connection: sqlite3.Connection, whole: forgetting.Person) -> dict[str, Table]:
    """Records that name the person alone in words: as leader, contact, secretary. Of namesakes it is not sure who."""
    found: dict[str, Table] = {}
    names = dict.fromkeys(listing.one(connection, PERSON, id_)["name"] for id_ in whole.ids)
    for record in () if whole.traces.shared else RECORDS.values():
        for field in record.fields:
            if class_of(field) is Class.NAME and not field.to and field is not record.title:
                rows = [
                    row
                    for name in names
                    for row in listing.listed(connection, record, [(field.name, name)], voided=False)
                    if row[field.name] == name
                ]
                table = as_table(record, rows)
                found[f"{record.name}_{field.name}"] = replace(table, title=f"写作{field.label}的{record.label}")
    return {key: table for key, table in found.items() if table.rows}


def _cared_for(connection: sqlite3.Connection, whole: forgetting.Person) -> dict[str, Table]:
    """Where the person is looked after too: that record, and the visits."""
    ids = [id_ for _, id_ in remaining.subjects(connection, whole)]
    subjects = [listing.one(connection, SUBJECT, id_) for id_ in ids]
    visits = [row for id_ in ids for row in listing.parts(connection, VISIT, ("subject", "subject"), id_, ALL)]
    return {
        "cared_for": replace(as_table(SUBJECT, subjects, full=True), title="作为重点服务对象"),
        "visits_received": replace(as_table(VISIT, visits, full=True), title="受到的走访"),
    }


def _past(connection: sqlite3.Connection, person: int) -> list[tuple[str, str, str, str | None]]:
    """What happened to a row of the person, numbers and all."""
    rows = []
    for at, who, _, why, column, old, now, _ in listing.history(connection, PERSON, person):
        pair = (json.loads(old or "null"), json.loads(now or "null"))
        rows.append((at.replace("T", " ")[:16], who, said_change(connection, PERSON, column, pair, full=True), why))
    return rows
