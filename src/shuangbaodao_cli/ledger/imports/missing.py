"""A newer copy of a known list: whom it no longer names is reported, never removed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.records.identity import canonical_id_sql, row_canonical_id_sql
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.problems import Problem
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from shuangbaodao_cli.ledger.imports.sheet_import import SheetImport

LISTED_RECORDS = ("person", "org", "team", "place")
"""Kinds of record of which a list says who there is; a list of activities only grows."""


def missing_records(connection: sqlite3.Connection, tasks: Sequence[SheetImport]) -> dict[int, list[Problem]]:
    """Position of a roster among those of a file → a warning for each record it no longer names.

    A sheet is the newer copy of an earlier one if it tells of at least half of the live records that
    the earlier one told of; of several such the newest counts. Imports taken back do not count.
    """
    found: dict[int, list[Problem]] = {}
    for record in LISTED_RECORDS:
        mine = {at: task for at, task in enumerate(tasks) if task.roster.record.name == record}
        named = {id_ for task in mine.values() for id_ in (*task.created_ids.values(), *task.matched_ids.values())}
        seen = set()
        for at, task in mine.items():
            earlier = _earlier_copy(connection, record, set(task.matched_ids.values()))
            if earlier is not None and earlier not in seen:
                seen.add(earlier)
                gone = sorted(_ids_in_sheet(connection, record, *earlier) - named)
                found[at] = [_missing_problem(connection, record, id_, earlier[0]) for id_ in gone]
    return found


def _earlier_copy(connection: sqlite3.Connection, record: str, matched_ids: set[int]) -> tuple[int, str] | None:
    """The batch and sheet of the newest earlier copy of a sheet that met these records."""
    if not matched_ids:
        return None
    stay = row_canonical_id_sql(record, "r.")
    sql = (
        "SELECT s.batch, s.sheet FROM source AS s JOIN batch AS b ON b.id = s.batch "
        f"JOIN [{record}] AS r ON r.id = s.record_id "
        "WHERE s.record = ?1 AND b.undone IS NULL AND r.voided IS NULL GROUP BY s.batch, s.sheet "
        f"HAVING 2 * COUNT(DISTINCT CASE WHEN {stay} IN (SELECT value FROM json_each(?2)) THEN {stay} END)"
        f" >= COUNT(DISTINCT {stay}) ORDER BY s.batch DESC, s.sheet LIMIT 1"
    )
    row: tuple[int, str] | None = connection.execute(sql, (record, json.dumps(sorted(matched_ids)))).fetchone()
    return row


def _ids_in_sheet(connection: sqlite3.Connection, record: str, batch: int, sheet: str) -> set[int]:
    """The live records that a sheet told of."""
    sql = (
        f"SELECT DISTINCT {row_canonical_id_sql(record, 'r.')} FROM source AS s JOIN [{record}] AS r ON r.id = s.record_id "
        "WHERE s.record = ? AND s.batch = ? AND s.sheet = ? AND r.voided IS NULL"
    )
    return {id_ for (id_,) in connection.execute(sql, (record, batch, sheet))}


def _missing_problem(connection: sqlite3.Connection, record: str, id_: int, batch: int) -> Problem:
    kind = RECORDS[record]
    (file,) = connection.execute("SELECT file FROM batch WHERE id = ?", (batch,)).fetchone()
    told = describe(connection, kind, id_)
    message = (
        f"{kind.label} {told}在“{file}”（第 {batch} 批）里有，这次的表里没有；台账没有改动，"
        f"确实不该再有请作废（sbd void {record} {id_} --reason 原因）"
    )
    return Problem("missing_now", "warning", "", kind.title.name, told, message)


def warn_missing_participants(
    task: SheetImport, name: str, index: int, named_ids: set[int], unresolved: Iterable[str]
) -> None:
    """Point at participants that an earlier copy of a row of activities named and this one does not.

    Whoever was found by a name that has no telling this time may still be meant.
    """
    connection, unsure = task.entry.connection, set(map(fold, unresolved))
    sql = (
        f"SELECT p.id, {canonical_id_sql('person', 'p.person')}, w.name_key FROM participation AS p "
        "JOIN person AS w ON w.id = p.person WHERE p.activity = ?1 AND p.voided IS NULL AND p.entry IN "
        "(SELECT b.entry FROM source AS s JOIN batch AS b ON b.id = s.batch "
        "WHERE s.record = 'activity' AND s.record_id = ?1) ORDER BY p.id"
    )
    for id_, person, key in connection.execute(sql, (task.matched_ids[index],)).fetchall():
        if person not in named_ids and key not in unsure:
            told = describe(connection, PERSON, person)
            message = (
                f"{PERSON.label} {told}在台账里参加了这次活动，这一格里没有写；台账没有改动，"
                f"确实没参加请作废（sbd void participation {id_} --reason 原因）"
            )
            task.roster.add_problem(index, name, "warning", "people_left_out", told, message)
