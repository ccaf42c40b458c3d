"""Snapshots: reports as they were sent, each with the hash of its answer and the rows behind its figures.

A snapshot is inserted once and never changed; its table is ``frozen``, that of its rows ``frozen_row``.
"""

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
"""Words for the latest snapshot."""
_HINT = "看报送过什么：sbd report frozen；报送时留底：sbd report freeze --month。"
ROW_COLUMNS = "record, record_id, served, resolved, person, minutes"
"""The columns of a snapshot's row, and of any query for the rows behind figures."""


class Snapshot(NamedTuple):
    """A report that was sent; ``start`` and ``until`` are its period, ``date`` the day it was sent."""

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
    """A record behind figures and what it adds to them; columns that do not apply to its type are 0."""

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
    """Insert and return a snapshot; ``facts`` are its columns but for number, answer, hash and entry."""
    connection = entry.connection
    year = facts["date"][:4]
    number = f"{PREFIX}-{year}-{numbering.next_serial(connection, 'frozen', int(year)):04d}"
    values = {**facts, "number": number, "answer": answer, "sha256": fingerprint(answer), "entry": entry.id}
    columns, placeholders = ", ".join(values), ", ".join(f":{column}" for column in values)
    cursor = connection.execute(f"INSERT INTO frozen ({columns}) VALUES ({placeholders})", values)
    return Snapshot(*connection.execute(f"{_SELECT} WHERE f.id = ?", (cursor.lastrowid,)).fetchone())


def insert_rows(entry: Entry, snapshot_id: int, rows_sql: str, scope: Mapping[str, Any]) -> None:
    """Store the rows that a query selects, with a scope as its parameters, as those behind a snapshot."""
    sql = f"INSERT INTO frozen_row (frozen, {ROW_COLUMNS}) SELECT :frozen, {ROW_COLUMNS} FROM ({rows_sql})"
    entry.connection.execute(sql, {**scope, "frozen": snapshot_id})


def list_snapshots(connection: sqlite3.Connection, recipient: str | None = None) -> list[Snapshot]:
    """All snapshots, or those sent to one recipient, latest first."""
    sql = f"{_SELECT} WHERE ?1 IS NULL OR f.recipient = ?1 ORDER BY f.id DESC"
    return [Snapshot(*row) for row in connection.execute(sql, (recipient,))]


def find(connection: sqlite3.Connection, key: str) -> Snapshot:
    """The snapshot with that number (冻-2026-0001) or id (1). Raises NotFound."""
    by_id = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
    row = connection.execute(f"{_SELECT} WHERE f.number = ? OR f.id = ?", (normalize_number(key), by_id)).fetchone()
    if row is None:
        raise NotFound(f"没有“{key}”这一份报送。{_HINT}")
    return Snapshot(*row)


def latest(connection: sqlite3.Connection, recipient: str | None = None) -> Snapshot:
    """The latest snapshot, or the latest sent to one recipient. Raises NotFound."""
    snapshots = list_snapshots(connection, recipient)
    if not snapshots:
        sent_to = f"报给“{recipient}”的" if recipient else ""
        raise NotFound(f"还没有{sent_to}留底。{_HINT}")
    return snapshots[0]


def snapshots_of_scope(connection: sqlite3.Connection, report: str, place: int | None) -> list[Snapshot]:
    """The snapshots of a report for a place (None: the whole ledger), latest first."""
    sql = f"{_SELECT} WHERE f.report = ? AND f.place IS ? ORDER BY f.id DESC"
    return [Snapshot(*row) for row in connection.execute(sql, (report, place))]


def answer(connection: sqlite3.Connection, snapshot: Snapshot) -> str:
    """The answer that was sent, a text. Raises DataProblem where it no longer matches its hash."""
    (text,) = connection.execute("SELECT answer FROM frozen WHERE id = ?", (snapshot.id,)).fetchone()
    if fingerprint(text) != snapshot.sha256:
        raise DataProblem(
            f"{snapshot.number} 存下的内容和报送时的校验码对不上，台账文件被别的程序改过，不能当作报送的那一份。"
            "请从备份里取出原来的台账核对。"
        )
    return str(text)


def head(connection: sqlite3.Connection, snapshot: Snapshot) -> chain.Head:
    """The head of the chain before a snapshot was inserted."""
    sql = (
        "SELECT l.entry, l.head FROM link AS l WHERE l.entry < (SELECT entry FROM frozen WHERE id = ?) "
        "ORDER BY l.entry DESC LIMIT 1"
    )
    row = connection.execute(sql, (snapshot.id,)).fetchone()
    return chain.Head(*row) if row else chain.Head(0, chain.START)


def hash_mismatches(connection: sqlite3.Connection) -> list[str]:
    """The snapshots whose answer no longer matches its hash, a sentence each."""
    sql = "SELECT number, answer, sha256 FROM frozen ORDER BY id"
    return [
        f"{number} 存下的内容和报送时的校验码对不上"
        for number, text, sha256 in connection.execute(sql)
        if fingerprint(text) != sha256
    ]


def _sql_placeholders(snapshots: Sequence[Snapshot]) -> tuple[str, dict[str, int]]:
    """Placeholders for the ids of snapshots, and the parameters for them."""
    parameters = {f"f{index}": snapshot.id for index, snapshot in enumerate(snapshots)}
    return ", ".join(f":{name}" for name in parameters), parameters


def repeated_rows(connection: sqlite3.Connection, snapshots: Sequence[Snapshot]) -> list[tuple[int, Row]]:
    """Rows that several snapshots have: (id of the last snapshot with the row, row of an earlier one) each."""
    if len(snapshots) < 2:
        return []
    placeholders, parameters = _sql_placeholders(snapshots)
    sql = (
        f"SELECT (SELECT MAX(l.frozen) FROM frozen_row AS l WHERE l.frozen IN ({placeholders}) AND l.record = r.record "
        f"AND l.record_id = r.record_id) AS last_id, {ROW_COLUMNS} FROM frozen_row AS r "
        f"WHERE r.frozen IN ({placeholders}) AND last_id > r.frozen ORDER BY r.frozen, r.record, r.record_id"
    )
    return [(last_id, Row(*row)) for last_id, *row in connection.execute(sql, parameters)]


def differences(
    connection: sqlite3.Connection, snapshots: Sequence[Snapshot], rows_sql: str, scope: Mapping[str, Any]
) -> tuple[list[Row], list[Row]]:
    """The rows behind the figures of snapshots that are no longer so, and the rows that are now and were not.

    ``rows_sql`` selects the rows behind the figures now, with ``scope`` as its parameters.
    """
    placeholders, parameters = _sql_placeholders(snapshots)
    sent = f"SELECT {ROW_COLUMNS} FROM frozen_row AS r WHERE r.frozen IN ({placeholders})"
    if len(snapshots) > 1:
        sent += (
            f" AND r.frozen = (SELECT MAX(l.frozen) FROM frozen_row AS l WHERE l.frozen IN ({placeholders}) "
            "AND l.record = r.record AND l.record_id = r.record_id)"
        )
    now = f"SELECT {ROW_COLUMNS} FROM ({rows_sql})"
    values = {**scope, **parameters}
    removed = connection.execute(f"{sent} EXCEPT {now} ORDER BY 1, 2", values).fetchall()
    added = connection.execute(f"{now} EXCEPT {sent} ORDER BY 1, 2", values).fetchall()
    return [Row(*row) for row in removed], [Row(*row) for row in added]


def participation_counts(connection: sqlite3.Connection, snapshots: Sequence[Snapshot]) -> dict[int, int]:
    """Person → number of participations in the rows of snapshots."""
    placeholders, parameters = _sql_placeholders(snapshots)
    sql = (
        "SELECT person, COUNT(*) FROM frozen_row WHERE record = 'participation' "
        f"AND frozen IN ({placeholders}) GROUP BY person"
    )
    return dict(connection.execute(sql, parameters))


def sums(connection: sqlite3.Connection, snapshots: Sequence[Snapshot]) -> tuple[int, ...]:
    """Services, served, resolved, volunteers, participations and minutes, added up from the rows of snapshots.

    A person in several snapshots counts once.
    """
    placeholders, parameters = _sql_placeholders(snapshots)
    sql = (
        "SELECT COALESCE(SUM(record = 'activity'), 0), COALESCE(SUM(served), 0), COALESCE(SUM(resolved), 0), "
        "COUNT(DISTINCT CASE WHEN record = 'participation' THEN person END), "
        "COALESCE(SUM(record = 'participation'), 0), COALESCE(SUM(minutes), 0) "
        f"FROM frozen_row WHERE frozen IN ({placeholders})"
    )
    return tuple(connection.execute(sql, parameters).fetchone())


def latest_id_with_row(connection: sqlite3.Connection, snapshots: Sequence[Snapshot], row: Row) -> int:
    """The id of the last of several snapshots that has a row."""
    placeholders, parameters = _sql_placeholders(snapshots)
    sql = (
        f"SELECT MAX(frozen) FROM frozen_row WHERE frozen IN ({placeholders}) "
        "AND record = :record AND record_id = :record_id"
    )
    values = {**parameters, "record": row.record, "record_id": row.record_id}
    return int(connection.execute(sql, values).fetchone()[0])
