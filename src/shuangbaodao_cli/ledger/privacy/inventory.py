"""What a ledger holds of persons, who looked at it whole, and who could read its files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger.records.identity import is_active_sql
from shuangbaodao_cli.ledger.storage import attachments
from shuangbaodao_cli.ledger.storage.transactions import path_of
from shuangbaodao_cli.model.care import born_by
from shuangbaodao_cli.model.record import class_of
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.types import Class

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path


class PersonalColumn(NamedTuple):
    """A fact of a kind of record that is not open, and in how many rows it stands; voided ones are held too."""

    record: str
    record_label: str
    field: str
    field_label: str
    privacy: Class
    filled: int


class Reveal(NamedTuple):
    """Somebody saw, took away or was given whole numbers."""

    at: str
    operator: str
    command: str
    reason: str | None


class FileMode(NamedTuple):
    """A file or folder of the ledger, who may read it now, and who should."""

    kind: str
    path: Path
    actual: int
    expected: int

    @property
    def is_lax(self) -> bool:
        """Whether anybody but its owner may do something with it."""
        return os.name != "nt" and bool(self.actual & 0o077)


def personal_columns(connection: sqlite3.Connection) -> Iterator[PersonalColumn]:
    """Every column with something in it that is not open to all, record by record."""
    for record in RECORDS.values():
        fields = [one for one in record.fields if class_of(one) > Class.OPEN]
        filled = ", ".join(f"COUNT(COALESCE({', '.join((*one.columns, 'NULL'))}))" for one in fields)
        counts = connection.execute(f"SELECT {filled}, COUNT(extra) FROM [{record.name}]").fetchone()
        for one, count in zip(fields, counts, strict=False):
            if count:
                yield PersonalColumn(record.name, record.label, one.name, one.label, class_of(one), count)
        if counts[-1]:
            yield PersonalColumn(
                record.name, record.label, "extra", "附加内容（不认识的列）", Class.SENSITIVE, counts[-1]
            )


def reveals(connection: sqlite3.Connection, limit: int) -> list[Reveal]:
    """When whole numbers were shown, the latest first."""
    sql = (
        "SELECT at, operator, command, reason FROM entry WHERE reason IS NOT NULL AND (command LIKE '% --full%' "
        "OR command LIKE 'sbd person export %' OR command LIKE 'sbd imports %--kept%') ORDER BY id DESC LIMIT ?"
    )
    return [Reveal(at[:16].replace("T", " "), *row) for at, *row in connection.execute(sql, (limit,))]


def sent_reports(connection: sqlite3.Connection, limit: int) -> list[tuple[str, str, str | None]]:
    """Reports of which a copy was kept when they were sent, the latest first: day, what, to whom."""
    sql = "SELECT date, number || ' ' || title, recipient FROM frozen ORDER BY id DESC LIMIT ?"
    return connection.execute(sql, (limit,)).fetchall()


def child_counts(connection: sqlite3.Connection, day: date) -> tuple[int, int]:
    """How many persons, and how many who are looked after, are under fourteen on a day, or may be."""
    counts = [
        connection.execute(
            # of a year or a month only the last day is sure
            f"SELECT COUNT(*) FROM [{table}] WHERE {is_active_sql(table)} "
            "AND birth_date || SUBSTR('-12-31', LENGTH(birth_date) - 3) > ?",
            (born_by(day),),
        ).fetchone()[0]
        for table in ("person", "subject")
    ]
    return counts[0], counts[1]


def kept_file_totals(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many files were kept beside the ledger, and how many bytes they are."""
    beside = attachments.folder(connection)
    sizes = [one.stat().st_size for one in beside.iterdir() if one.is_file()] if beside.is_dir() else []
    return len(sizes), sum(sizes)


def file_modes(connection: sqlite3.Connection) -> list[FileMode]:
    """The ledger, its folder, the folder of kept files, and of these the files that others can read."""
    ledger, beside = path_of(connection), attachments.folder(connection)
    wanted = [("ledger", ledger, 0o600), ("folder", ledger.parent, 0o700)]
    if beside.is_dir():
        kept = (one for one in sorted(beside.iterdir()) if one.is_file())
        wanted += [("files", beside, 0o700), *(("file", one, 0o600) for one in kept)]
    found = [FileMode(what, path, path.stat().st_mode & 0o777, should) for what, path, should in wanted]
    return [one for one in found if one.kind != "file" or one.is_lax]
