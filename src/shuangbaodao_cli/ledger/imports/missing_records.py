"""A newer copy of a known list: the records that it no longer names are reported, never removed."""

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

    from shuangbaodao_cli.ledger.imports.sheet_import import LoadedSheet, SheetImport

LISTED_RECORDS = ("person", "org", "team", "place")
"""Record types of which a list is meant to be complete; a list of activities only grows."""


def missing_records(connection: sqlite3.Connection, sheets: Sequence[LoadedSheet]) -> dict[int, list[Problem]]:
    """Index of a sheet among those of a file → a warning for each record it no longer names.

    A sheet is the newer copy of an earlier one if it names at least half of the active records that
    the earlier one named; of several such the newest counts. Imports that were undone do not count.
    """
    problems: dict[int, list[Problem]] = {}
    for record in LISTED_RECORDS:
        alike = {index: sheet for index, sheet in enumerate(sheets) if sheet.roster.record.name == record}
        named_ids = {id_ for sheet in alike.values() for id_ in sheet.ids.all()}
        seen = set()
        for index, sheet in alike.items():
            earlier = _earlier_copy(connection, record, set(sheet.ids.matched.values()))
            if earlier is not None and earlier not in seen:
                seen.add(earlier)
                missing = sorted(_ids_in_sheet(connection, record, *earlier) - named_ids)
                problems[index] = [_missing_problem(connection, record, id_, earlier[0]) for id_ in missing]
    return problems


def _earlier_copy(connection: sqlite3.Connection, record: str, matched_ids: set[int]) -> tuple[int, str] | None:
    """The batch and sheet of the newest earlier copy of a sheet that matched these records."""
    if not matched_ids:
        return None
    canonical = row_canonical_id_sql(record, "r.")
    sql = (
        "SELECT s.batch, s.sheet FROM source AS s JOIN batch AS b ON b.id = s.batch "
        f"JOIN [{record}] AS r ON r.id = s.record_id "
        "WHERE s.record = ?1 AND b.undone IS NULL AND r.voided IS NULL GROUP BY s.batch, s.sheet "
        f"HAVING 2 * COUNT(DISTINCT CASE WHEN {canonical} IN (SELECT value FROM json_each(?2)) THEN {canonical} END)"
        f" >= COUNT(DISTINCT {canonical}) ORDER BY s.batch DESC, s.sheet LIMIT 1"
    )
    row: tuple[int, str] | None = connection.execute(sql, (record, json.dumps(sorted(matched_ids)))).fetchone()
    return row


def _ids_in_sheet(connection: sqlite3.Connection, record: str, batch: int, sheet: str) -> set[int]:
    """The active records that a sheet named."""
    sql = (
        f"SELECT DISTINCT {row_canonical_id_sql(record, 'r.')} FROM source AS s "
        f"JOIN [{record}] AS r ON r.id = s.record_id "
        "WHERE s.record = ? AND s.batch = ? AND s.sheet = ? AND r.voided IS NULL"
    )
    return {id_ for (id_,) in connection.execute(sql, (record, batch, sheet))}


def _missing_problem(connection: sqlite3.Connection, record: str, id_: int, batch: int) -> Problem:
    kind = RECORDS[record]
    (file,) = connection.execute("SELECT file FROM batch WHERE id = ?", (batch,)).fetchone()
    description = describe(connection, kind, id_)
    message = (
        f"{kind.label} {description}在“{file}”（第 {batch} 批）里有，这次的表里没有；台账没有改动，"
        f"确实不该再有请作废（sbd void {record} {id_} --reason 原因）"
    )
    return Problem("missing_now", "warning", "", kind.title_field.name, description, message)


def warn_missing_participants(
    task: SheetImport, name: str, index: int, activity: int, named_ids: set[int], unresolved: Iterable[str]
) -> None:
    """Point at participants that an earlier copy of a row of activities named and this one does not.

    ``unresolved`` are names that led to nobody this time: whoever bears one may still be meant.
    """
    connection, unsure_keys = task.connection, set(map(fold, unresolved))
    sql = (
        f"SELECT p.id, {canonical_id_sql('person', 'p.person')}, w.name_key FROM participation AS p "
        "JOIN person AS w ON w.id = p.person WHERE p.activity = ?1 AND p.voided IS NULL AND p.entry IN "
        "(SELECT b.entry FROM source AS s JOIN batch AS b ON b.id = s.batch "
        "WHERE s.record = 'activity' AND s.record_id = ?1) ORDER BY p.id"
    )
    for id_, person, key in connection.execute(sql, (activity,)).fetchall():
        if person not in named_ids and key not in unsure_keys:
            description = describe(connection, PERSON, person)
            message = (
                f"{PERSON.label} {description}在台账里参加了这次活动，这一格里没有写；台账没有改动，"
                f"确实没参加请作废（sbd void participation {id_} --reason 原因）"
            )
            task.roster.add_problem(index, name, "warning", "people_left_out", description, message)
