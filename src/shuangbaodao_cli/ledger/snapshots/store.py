"""What was sent: kept with its hash and the rows that stood behind it, found again, never changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import DataProblem, NotFound
from shuangbaodao_cli.ledger import policy as ledger_policy
from shuangbaodao_cli.ledger.records import numbering
from shuangbaodao_cli.ledger.records.lookup import normalize_number
from shuangbaodao_cli.ledger.storage import chain

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.ledger.storage.journal import Entry

PREFIX = "冻"
LAST_WORDS = {"last", "最近", "上次"}
"""Words for what was sent last."""
_HINT = "看报送过什么：sbd report frozen；报送时留底：sbd report freeze --month。"
ROW_COLUMNS = "record, record_id, served, resolved, person, minutes"
"""What is kept of a row that stood behind a figure; the columns of the query that names such rows."""


class Snapshot(NamedTuple):
    """One report that was sent; ``start`` and ``until`` are its period, ``date`` the day it was sent."""

    id: int
    number: str
    report: str
    division: str | None
    start: str
    until: str
    place: int | None
    recipient: str | None
    note: str | None
    title: str
    date: str
    definitions: int
    sha256: str
    entry: int
    at: str
    operator: str
    policy: int


_SELECT = (
    "SELECT f.id, f.number, f.report, f.division, f.start, f.until, f.place, f.recipient, f.note, f.title, f.date, "
    f"f.definitions, f.sha256, f.entry, e.at, e.operator, {ledger_policy.VERSION_SQL.format('f.entry')} "
    "FROM frozen AS f JOIN entry AS e ON e.id = f.entry"
)


class Row(NamedTuple):
    """A row that stands behind figures and what it gives to them; an activity has no person, a person no services."""

    record: str
    record_id: int
    served: int
    resolved: int
    person: int
    minutes: int


def fingerprint(answer: str) -> str:
    """The SHA-256 of an answer's text."""
    return hashlib.sha256(answer.encode()).hexdigest()


def insert(entry: Entry, facts: Mapping[str, Any], answer: str) -> Snapshot:
    """Keep what is sent; the facts are the columns that are not reckoned here."""
    connection = entry.connection
    number = f"{PREFIX}-{facts['date'][:4]}-{numbering.next_serial(connection, 'frozen', int(facts['date'][:4])):04d}"
    said = {**facts, "number": number, "answer": answer, "sha256": fingerprint(answer), "entry": entry.id}
    named, marks = ", ".join(said), ", ".join(f":{column}" for column in said)
    cursor = connection.execute(f"INSERT INTO frozen ({named}) VALUES ({marks})", said)
    return Snapshot(*connection.execute(f"{_SELECT} WHERE f.id = ?", (cursor.lastrowid,)).fetchone())


def insert_rows(entry: Entry, snapshot_id: int, rows_sql: str, scope: Mapping[str, Any]) -> None:
    """Keep the rows that a query names for a scope."""
    sql = f"INSERT INTO frozen_row (frozen, {ROW_COLUMNS}) SELECT :frozen, {ROW_COLUMNS} FROM ({rows_sql})"
    entry.connection.execute(sql, {**scope, "frozen": snapshot_id})


def list_snapshots(connection: sqlite3.Connection, recipient: str | None = None) -> list[Snapshot]:
    """All that was sent, to one where one is named, the last one first."""
    sql = f"{_SELECT} WHERE ?1 IS NULL OR f.recipient = ?1 ORDER BY f.id DESC"
    return [Snapshot(*row) for row in connection.execute(sql, (recipient,))]


def find(connection: sqlite3.Connection, key: str) -> Snapshot:
    """The one that a number means (冻-2026-0001 or 1)."""
    by_id = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
    row = connection.execute(f"{_SELECT} WHERE f.number = ? OR f.id = ?", (normalize_number(key), by_id)).fetchone()
    if row is None:
        raise NotFound(f"没有“{key}”这一份报送。{_HINT}")
    return Snapshot(*row)


def latest(connection: sqlite3.Connection, recipient: str | None = None) -> Snapshot:
    """What was sent last, to one where one is named."""
    found = list_snapshots(connection, recipient)
    if not found:
        whom = f"报给“{recipient}”的" if recipient else ""
        raise NotFound(f"还没有{whom}留底。{_HINT}")
    return found[0]


def snapshots_of_scope(connection: sqlite3.Connection, report: str, place: int | None) -> list[Snapshot]:
    """What was sent of a report for a place (None: the whole ledger), the last one first."""
    sql = f"{_SELECT} WHERE f.report = ? AND f.place IS ? ORDER BY f.id DESC"
    return [Snapshot(*row) for row in connection.execute(sql, (report, place))]


def answer(connection: sqlite3.Connection, snapshot: Snapshot) -> str:
    """The text that was sent. DataProblem where it is no longer what its hash says."""
    (text,) = connection.execute("SELECT answer FROM frozen WHERE id = ?", (snapshot.id,)).fetchone()
    if fingerprint(text) != snapshot.sha256:
        raise DataProblem(
            f"{snapshot.number} 存下的内容和报送时的校验码对不上，台账文件被别的程序改过，不能当作报送的那一份。"
            "请从备份里取出原来的台账核对。"
        )
    return str(text)


def head(connection: sqlite3.Connection, snapshot: Snapshot) -> chain.Head:
    """Where the chain ended when it was sent."""
    sql = (
        "SELECT l.entry, l.head FROM link AS l WHERE l.entry < (SELECT entry FROM frozen WHERE id = ?) "
        "ORDER BY l.entry DESC LIMIT 1"
    )
    row = connection.execute(sql, (snapshot.id,)).fetchone()
    return chain.Head(*row) if row else chain.Head(0, chain.START)


def hash_mismatches(connection: sqlite3.Connection) -> list[str]:
    """What was sent and is no longer what its hash says, a sentence each."""
    sql = "SELECT number, answer, sha256 FROM frozen ORDER BY id"
    return [
        f"{number} 存下的内容和报送时的校验码对不上"
        for number, text, sha256 in connection.execute(sql)
        if fingerprint(text) != sha256
    ]


def _sql_placeholders(snapshots: Sequence[Snapshot]) -> tuple[str, dict[str, int]]:
    named = {f"f{at}": one.id for at, one in enumerate(snapshots)}
    return ", ".join(f":{name}" for name in named), named


def repeated_rows(connection: sqlite3.Connection, snapshots: Sequence[Snapshot]) -> list[tuple[int, Row]]:
    """Rows that stood behind several of what was sent: each but the last one, with the number of the last."""
    marks, named = _sql_placeholders(snapshots)
    sql = (
        f"SELECT (SELECT MAX(l.frozen) FROM frozen_row AS l WHERE l.frozen IN ({marks}) AND l.record = r.record "
        f"AND l.record_id = r.record_id) AS stays, {ROW_COLUMNS} FROM frozen_row AS r "
        f"WHERE r.frozen IN ({marks}) AND stays > r.frozen ORDER BY r.frozen, r.record, r.record_id"
    )
    return [(stays, Row(*row)) for stays, *row in connection.execute(sql, named)] if len(snapshots) > 1 else []


def differences(
    connection: sqlite3.Connection, snapshots: Sequence[Snapshot], rows_sql: str, scope: Mapping[str, Any]
) -> tuple[list[Row], list[Row]]:
    """What stood behind the figures and does not so any more, and what does now and did not so then."""
    marks, named = _sql_placeholders(snapshots)
    kept = f"SELECT {ROW_COLUMNS} FROM frozen_row AS r WHERE r.frozen IN ({marks})"
    if len(snapshots) > 1:
        kept += (
            f" AND r.frozen = (SELECT MAX(l.frozen) FROM frozen_row AS l WHERE l.frozen IN ({marks}) "
            "AND l.record = r.record AND l.record_id = r.record_id)"
        )
    now = f"SELECT {ROW_COLUMNS} FROM ({rows_sql})"
    values = {**scope, **named}
    gone = connection.execute(f"{kept} EXCEPT {now} ORDER BY 1, 2", values).fetchall()
    come = connection.execute(f"{now} EXCEPT {kept} ORDER BY 1, 2", values).fetchall()
    return [Row(*row) for row in gone], [Row(*row) for row in come]


def participation_counts(connection: sqlite3.Connection, snapshots: Sequence[Snapshot]) -> dict[int, int]:
    """Who took part in what was sent, and how often."""
    marks, named = _sql_placeholders(snapshots)
    sql = (
        "SELECT person, COUNT(*) FROM frozen_row WHERE record = 'participation' "
        f"AND frozen IN ({marks}) GROUP BY person"
    )
    return dict(connection.execute(sql, named))


def sums(connection: sqlite3.Connection, snapshots: Sequence[Snapshot]) -> tuple[int, ...]:
    """The figures of what was sent, added up from its rows. Of several reports a person counts once.

    Services, served, resolved, volunteers, participations, minutes.
    """
    marks, named = _sql_placeholders(snapshots)
    sql = (
        "SELECT COALESCE(SUM(record = 'activity'), 0), COALESCE(SUM(served), 0), COALESCE(SUM(resolved), 0), "
        "COUNT(DISTINCT CASE WHEN record = 'participation' THEN person END), "
        "COALESCE(SUM(record = 'participation'), 0), COALESCE(SUM(minutes), 0) "
        f"FROM frozen_row WHERE frozen IN ({marks})"
    )
    return tuple(connection.execute(sql, named).fetchone())


def latest_id_with_row(connection: sqlite3.Connection, snapshots: Sequence[Snapshot], row: Row) -> int:
    """Which of several reports that were sent has a row; the last one."""
    marks, named = _sql_placeholders(snapshots)
    sql = (
        f"SELECT MAX(frozen) FROM frozen_row WHERE frozen IN ({marks}) AND record = :record AND record_id = :record_id"
    )
    values = {**named, "record": row.record, "record_id": row.record_id}
    return int(connection.execute(sql, values).fetchone()[0])
