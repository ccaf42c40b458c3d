"""The events of an order, step by step, and the evidence for them.

Evidence of a step (a photo, a signed sheet) is kept beside the ledger under its hash.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import FileError, os_error_reason
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.records import actors
from shuangbaodao_cli.ledger.storage import attachments
from shuangbaodao_cli.model.orders import SATISFACTION, STEPS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

    from shuangbaodao_cli.ledger.records.actors import Actor
    from shuangbaodao_cli.ledger.storage.journal import Entry

MAX_EVIDENCE_SIZE = 100 * 1024 * 1024
"""The most bytes of a file of evidence; what is larger is a film."""


def read_evidence(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """The names and contents of files. Raises FileError, before anything is written."""
    files = []
    for path in paths:
        if str(path).startswith(("http:", "https:")):
            raise FileError(f"“{path}”是网址。凭据要存一份在台账旁边，请先下载再写文件名。没有改动。")
        try:
            if path.stat().st_size > MAX_EVIDENCE_SIZE:
                raise FileError(f"凭据“{path}”太大（超过100兆），没有改动；请缩小后再存。")
            files.append((path.name, path.read_bytes()))
        except FileNotFoundError:
            raise FileError(f"没有“{path}”这个文件，没有改动，请核对文件名。") from None
        except OSError as error:
            raise FileError(f"凭据“{path}”读不了（{os_error_reason(error)}），没有改动，请核对文件名。") from None
    return files


def save_evidence(entry: Entry, event_id: int, files: Iterable[tuple[str, bytes]]) -> None:
    """Save files that were read as the evidence of a step."""
    for name, content in files:
        sha256 = hashlib.sha256(content).hexdigest()
        attachments.save(entry.connection, name, sha256, content)
        entry.connection.execute(
            "INSERT INTO evidence (event, sha256, file, entry) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (event_id, sha256, name, entry.id),
        )


def evidence_by_event(connection: sqlite3.Connection, order: int) -> dict[int, list[str]]:
    """Event id → the names of its files of evidence, each with the beginning of its hash."""
    sql = (
        "SELECT v.event, v.file, v.sha256 FROM evidence AS v JOIN order_event AS e ON e.id = v.event "
        "WHERE e.ticket = ? ORDER BY v.event, v.file"
    )
    files_by_event: dict[int, list[str]] = {}
    for event_id, file, sha256 in connection.execute(sql, (order,)):
        files_by_event.setdefault(event_id, []).append(f"{file}（{sha256[:8]}）")
    return files_by_event


class Event(NamedTuple):
    """A step that stands: it was neither withdrawn nor voided."""

    id: int
    step: str
    date: str
    by: Actor | None
    whom: Actor | None
    due: str | None


def active_events(connection: sqlite3.Connection, order: int) -> list[Event]:
    """The steps of an order that stand, the oldest first."""
    sql = (
        f"SELECT e.id, e.step, e.date, {actors.columns_sql('e', 'by')}, {actors.columns_sql('e', 'whom')}, e.due "
        "FROM order_event AS e WHERE e.ticket = ?1 AND e.voided IS NULL AND e.step <> 'withdrawn' AND e.id NOT IN "
        "(SELECT w.corrects FROM order_event AS w WHERE w.ticket = ?1 AND w.corrects IS NOT NULL AND w.voided IS NULL) "
        "ORDER BY e.id"
    )
    events = []
    for id_, step, date, *rest in connection.execute(sql, (order,)):
        by, whom = actors.from_ids(connection, rest[:4]), actors.from_ids(connection, rest[4:8])
        events.append(Event(id_, step, date, by, whom, rest[8]))
    return events


def timeline(connection: sqlite3.Connection, order: int) -> list[dict[str, Any]]:
    """Every event of an order as a dict, the oldest first; withdrawn ones do not ``stand``.

    ``policy`` is the version of the policy it was taken under.
    """
    files = evidence_by_event(connection, order)
    sql = (
        f"SELECT e.id, e.date, e.step, {actors.columns_sql('e', 'by')}, {actors.columns_sql('e', 'whom')}, "
        "e.said, e.due, e.satisfaction, w.id IS NULL AND e.voided IS o.voided, n.operator, "
        f"{policy.VERSION_SQL.format('e.entry')} "
        "FROM order_event AS e JOIN entry AS n ON n.id = e.entry JOIN [order] AS o ON o.id = e.ticket "
        "LEFT JOIN order_event AS w ON w.ticket = e.ticket AND w.corrects = e.id AND w.voided IS e.voided "
        "WHERE e.ticket = ? ORDER BY e.id"
    )
    events = []
    for id_, date, step, *rest in connection.execute(sql, (order,)).fetchall():
        by, whom = actors.from_ids(connection, rest[:4]), actors.from_ids(connection, rest[4:8])
        said, due, satisfaction, stands, operator, version = rest[8:]
        events.append(
            {
                "id": id_,
                "date": date,
                "step": step,
                "label": STEPS[step][0],
                "by": by and actors.name(connection, by),
                "whom": whom and actors.name(connection, whom),
                "said": said,
                "due": due,
                "satisfaction": satisfaction and SATISFACTION.show(satisfaction),
                "evidence": files.get(id_, []),
                "stands": bool(stands),
                "operator": operator,
                "policy": version,
            }
        )
    return events
