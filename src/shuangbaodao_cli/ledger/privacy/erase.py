"""Forgetting somebody: who it was is taken out of every row, what was done stays and counts as before.

The rows were hashed when they were made (``storage.chain``). So the hash of each is put by before it is changed, in
``forgotten``; the chain goes on holding with it in the row's place.
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
"""How long records of voluntary service are kept (GB/T 40143-2021, 5.2.2)."""


class PersonIdentity(NamedTuple):
    """Somebody with all their rows, the one that stays first, and by what texts tell of them."""

    ids: list[int]
    patterns: MentionPatterns


def load_person(connection: sqlite3.Connection, person: int, *, anywhere: bool = False) -> PersonIdentity:
    """A person with all that was ever merged into them, voided rows too; ``anywhere`` as ``mentions.of`` has it."""
    stay = canonical_id_of(connection, "person", person)
    merged = connection.execute("SELECT id FROM person WHERE same_as = ? ORDER BY id", (stay,))
    ids = [stay, *(id_ for (id_,) in merged)]
    return PersonIdentity(ids, mentions.mention_patterns(connection, ids, anywhere=anywhere))


def is_erased(connection: sqlite3.Connection, person: PersonIdentity) -> bool:
    """Whether somebody was forgotten, and nothing of them was entered or merged into them since."""
    sql = "SELECT 1 FROM change WHERE record = 'person' AND record_id = ? AND field = 'forgotten'"
    done = connection.execute(sql, (person.ids[0],)).fetchone() is not None
    return done and not redaction.plan_edits(connection, person.ids, person.patterns)


def last_service_day(connection: sqlite3.Connection, person: PersonIdentity) -> str | None:
    """The day on which somebody served last."""
    marks = ", ".join("?" * len(person.ids))
    sql = f"SELECT MAX(date) FROM participation WHERE person IN ({marks}) AND voided IS NULL"
    day: str | None = connection.execute(sql, person.ids).fetchone()[0]
    return day


def retention_end(day: date) -> date:
    """Until when what was done on a day must be kept."""
    return day.replace(year=day.year + RETENTION_YEARS, day=min(day.day, 28) if day.month == 2 else day.day)


def enable_secure_delete(connection: sqlite3.Connection) -> None:
    """Let nothing that is taken out stay behind in the file; to be said before the transaction begins."""
    connection.execute("PRAGMA secure_delete = ON")


def compact(connection: sqlite3.Connection) -> None:
    """Write the ledger anew, so that no leavings of earlier changes stay between its rows. Raises LedgerError."""
    try:
        with translate_errors():
            connection.execute("VACUUM")
    except sqlite3.Error as error:
        raise LedgerError(f"台账没有能重新整理（{error}）。") from None


def erase_person(entry: Entry, person: PersonIdentity) -> int:
    """Take a person out of the ledger; the caller holds the transaction. It cannot be undone.

    Returns how many rows it changed.
    """
    connection = entry.connection
    edits = redaction.plan_edits(connection, person.ids, person.patterns)
    # A history that is blotted no longer leads back to what was hashed of its record.
    behind = {
        (record, record_id)
        for table, id_ in edits
        if table == "change"
        for record, record_id in connection.execute("SELECT record, record_id FROM change WHERE id = ?", (id_,))
    }
    for table, id_ in sorted(edits.keys() | behind):
        _insert_leaf(entry, table, id_)
    for (table, id_), values in edits.items():
        _update_row(connection, table, id_, values)
    redaction.redact_unhashed_columns(connection, person.patterns)
    for id_ in person.ids:
        journal.insert_changes(entry, PERSON, id_, {"forgotten": (None, True)})
    return len(edits)


def _update_row(connection: sqlite3.Connection, table: str, id_: int, values: dict[str, Any]) -> None:
    said = ", ".join(f"{column} = ?" for column in values)
    connection.execute(f"UPDATE [{table}] SET {said} WHERE id = ?", (*values.values(), id_))


def _insert_leaf(entry: Entry, table: str, id_: int) -> None:
    """Put by the hash of a row as the chain knows it; of a row that was changed so before, the first stays.

    Raises DataProblem where the ledger is not what its chain says: it must not be made to look as if it were.
    """
    known = "SELECT 1 FROM forgotten WHERE record = ? AND record_id = ?"
    if entry.connection.execute(known, (table, id_)).fetchone():
        return
    try:
        leaf = past_rows.original_leaf(entry.connection, table, id_)
    except HistoryMismatch:
        raise DataProblem("台账在别处被改动过，先不要匿名。请用 sbd verify 看看，找备份核对。") from None
    sql = "INSERT INTO forgotten (record, record_id, leaf, entry) VALUES (?, ?, ?, ?)"
    entry.connection.execute(sql, (table, id_, leaf.hex(), entry.id))
