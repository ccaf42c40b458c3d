"""Erasure of a person: every row that identifies them is redacted; what was done stays and counts as before.

The rows were hashed when they were made (``storage.chain``). So the original hash of each is put by in the table
``forgotten`` before the row changes, and the chain still holds with that hash in the row's place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import DataProblem, LedgerError
from shuangbaodao_cli.ledger.integrity import past_rows
from shuangbaodao_cli.ledger.integrity.past_rows import HistoryMismatch
from shuangbaodao_cli.ledger.privacy import mentions, redaction
from shuangbaodao_cli.ledger.records.identity import canonical_id_of
from shuangbaodao_cli.ledger.storage import journal
from shuangbaodao_cli.ledger.storage.driver import sqlite3
from shuangbaodao_cli.ledger.storage.sqlite_errors import translate_errors
from shuangbaodao_cli.model.people import PERSON

if TYPE_CHECKING:
    from datetime import date

    from shuangbaodao_cli.ledger.privacy.mentions import MentionPatterns
    from shuangbaodao_cli.ledger.storage.journal import Entry

RETENTION_YEARS = 10
"""For how many years records of voluntary service must be kept (GB/T 40143-2021, 5.2.2)."""


class PersonIdentity(NamedTuple):
    """A person: the ids of all their rows, the canonical one first, and the patterns that find them in texts."""

    ids: list[int]
    patterns: MentionPatterns


class Erasure(NamedTuple):
    """A person that was erased, as the transaction found them, and in how many rows."""

    person: PersonIdentity
    row_count: int


def load_person(connection: sqlite3.Connection, person: int, *, anywhere: bool = False) -> PersonIdentity:
    """A person with every record merged into them, voided ones too.

    ``anywhere`` is that of ``mentions.mention_patterns``.
    """
    canonical = canonical_id_of(connection, "person", person)
    aliases = connection.execute("SELECT id FROM person WHERE same_as = ? ORDER BY id", (canonical,))
    ids = [canonical, *(id_ for (id_,) in aliases)]
    return PersonIdentity(ids, mentions.mention_patterns(connection, ids, anywhere=anywhere))


def is_erased(connection: sqlite3.Connection, person: PersonIdentity) -> bool:
    """Whether a person was erased and nothing about them was entered or merged into them since."""
    sql = "SELECT 1 FROM change WHERE record = 'person' AND record_id = ? AND field = 'forgotten'"
    was_erased = connection.execute(sql, (person.ids[0],)).fetchone() is not None
    return was_erased and not redaction.plan_edits(connection, person.ids, person.patterns)


def last_service_day(connection: sqlite3.Connection, person: PersonIdentity) -> str | None:
    """The latest day on which a person took part in an activity, ISO 8601; None where there is none."""
    marks = ", ".join("?" * len(person.ids))
    sql = f"SELECT MAX(date) FROM participation WHERE person IN ({marks}) AND voided IS NULL"
    day: str | None = connection.execute(sql, person.ids).fetchone()[0]
    return day


def retention_end(day: date) -> date:
    """The day until which the record of a service on ``day`` must be kept."""
    return day.replace(year=day.year + RETENTION_YEARS, day=min(day.day, 28) if day.month == 2 else day.day)


def erase_person(
    connection: sqlite3.Connection, person: int, *, command: str, reason: str | None, anywhere: bool = False
) -> Erasure:
    """Take a person out of the ledger, in a transaction of its own; it cannot be undone.

    ``command`` and ``reason`` are stored without the person. Raises DataProblem where the ledger was changed outside
    the program. ``compact`` should follow.
    """
    patterns = load_person(connection, person, anywhere=anywhere).patterns
    command, reason = patterns.redact_request(command), patterns.redact_request(reason) if reason else None
    _overwrite_deleted(connection)
    with journal.write_transaction(connection, command, reason) as entry:
        identity = load_person(connection, person, anywhere=anywhere)  # as it is now that nobody else writes
        row_count = _erase(entry, identity)
    return Erasure(identity, row_count)


def compact(connection: sqlite3.Connection) -> None:
    """Rewrite the file, so that nothing of earlier changes is left between its rows. Raises LedgerError."""
    _overwrite_deleted(connection)
    try:
        with translate_errors():
            connection.execute("VACUUM")
    except sqlite3.Error as error:
        raise LedgerError(f"台账没有能重新整理（{error}）。") from None


def _overwrite_deleted(connection: sqlite3.Connection) -> None:
    """Have SQLite overwrite what is deleted with zeros; to be called before the transaction begins."""
    connection.execute("PRAGMA secure_delete = ON")


def _erase(entry: Entry, person: PersonIdentity) -> int:
    """Write the redaction of a person and put by the hashes that it changes; returns how many rows it changed."""
    connection = entry.connection
    edits = redaction.plan_edits(connection, person.ids, person.patterns)
    unhashed_edits = redaction.plan_unhashed_edits(connection, person.patterns)
    # The original of a record is worked out from its history; once that is redacted, it cannot be any more.
    records = {
        (record, record_id)
        for table, id_ in edits
        if table == "change"
        for record, record_id in connection.execute("SELECT record, record_id FROM change WHERE id = ?", (id_,))
    }
    for table, id_ in sorted(edits.keys() | records):
        _insert_leaf(entry, table, id_)
    for (table, id_), values in edits.items():
        _update_row(connection, table, id_, values)
    for edit in unhashed_edits:
        sql = f"UPDATE OR REPLACE {edit.table} SET {edit.column} = ? WHERE {edit.column} = ?"
        connection.execute(sql, (edit.new, edit.old))
    for id_ in person.ids:
        journal.insert_changes(entry, PERSON, id_, {"forgotten": (None, True)})
    return len(edits)


def _update_row(connection: sqlite3.Connection, table: str, id_: int, values: dict[str, Any]) -> None:
    assignments = ", ".join(f"{column} = ?" for column in values)
    connection.execute(f"UPDATE [{table}] SET {assignments} WHERE id = ?", (*values.values(), id_))


def _insert_leaf(entry: Entry, table: str, id_: int) -> None:
    """Put by the hash of a row as the chain knows it, unless an earlier erasure did: the first one stays.

    Raises DataProblem where the ledger does not agree with its chain: an erasure must not hide that.
    """
    exists = "SELECT 1 FROM forgotten WHERE record = ? AND record_id = ?"
    if entry.connection.execute(exists, (table, id_)).fetchone():
        return
    try:
        leaf = past_rows.original_leaf(entry.connection, table, id_)
    except (HistoryMismatch, ValueError, LookupError):  # the latter two where a link was rewritten by hand
        raise DataProblem("台账在别处被改动过，先不要匿名。请用 sbd verify 看看，找备份核对。") from None
    sql = "INSERT INTO forgotten (record, record_id, leaf, entry) VALUES (?, ?, ?, ?)"
    entry.connection.execute(sql, (table, id_, leaf.hex(), entry.id))
