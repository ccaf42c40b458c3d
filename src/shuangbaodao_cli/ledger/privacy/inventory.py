"""Inventory of personal data: which columns hold any, who was shown whole numbers, who can read the files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger.records.identity import is_active_sql
from shuangbaodao_cli.ledger.storage import attachments
from shuangbaodao_cli.ledger.storage.transactions import path_of
from shuangbaodao_cli.model.care import birth_date_cutoff
from shuangbaodao_cli.model.record import privacy_class_of
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.types import PrivacyClass

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path


class PersonalColumn(NamedTuple):
    """A field of a record type whose class is not open, and in how many rows it is filled, voided ones too."""

    record: str
    record_label: str
    field: str
    field_label: str
    privacy: PrivacyClass
    filled: int


class Reveal(NamedTuple):
    """A command that showed, exported or handed out whole numbers."""

    at: str
    operator: str
    command: str
    reason: str | None


class FileMode(NamedTuple):
    """A file or folder of the ledger with its actual and its expected permission bits."""

    kind: str
    path: Path
    actual: int
    expected: int

    @property
    def is_lax(self) -> bool:
        """Whether anybody but its owner has any permission on it; never on Windows, where the bits say nothing."""
        return os.name != "nt" and bool(self.actual & 0o077)


def personal_columns(connection: sqlite3.Connection) -> Iterator[PersonalColumn]:
    """Every field with personal data in it, by record type; ``extra`` counts as one."""
    for record in RECORDS.values():
        fields = [field for field in record.fields if privacy_class_of(field) > PrivacyClass.OPEN]
        filled = ", ".join(f"COUNT(COALESCE({', '.join((*field.columns, 'NULL'))}))" for field in fields)
        counts = connection.execute(f"SELECT {filled}, COUNT(extra) FROM [{record.name}]").fetchone()
        for field, count in zip(fields, counts, strict=False):
            if count:
                yield PersonalColumn(record.name, record.label, field.name, field.label, privacy_class_of(field), count)
        if counts[-1]:
            yield PersonalColumn(
                record.name, record.label, "extra", "附加内容（不认识的列）", PrivacyClass.SENSITIVE, counts[-1]
            )


def reveals(connection: sqlite3.Connection, limit: int) -> list[Reveal]:
    """The latest ``limit`` reveals of whole numbers, newest first."""
    sql = (
        "SELECT at, operator, command, reason FROM entry WHERE reason IS NOT NULL AND (command LIKE '% --full%' "
        "OR command LIKE 'sbd person export %' OR command LIKE 'sbd imports %--kept%') ORDER BY id DESC LIMIT ?"
    )
    return [Reveal(at[:16].replace("T", " "), *row) for at, *row in connection.execute(sql, (limit,))]


def sent_reports(connection: sqlite3.Connection, limit: int) -> list[tuple[str, str, str | None]]:
    """The latest ``limit`` frozen reports, newest first: day, number and title, recipient."""
    sql = "SELECT date, number || ' ' || title, recipient FROM frozen ORDER BY id DESC LIMIT ?"
    return connection.execute(sql, (limit,)).fetchall()


def child_counts(connection: sqlite3.Connection, day: date) -> tuple[int, int]:
    """How many persons and how many care recipients are under fourteen on a day, or may be."""
    counts = [
        connection.execute(
            # of a birth date that is only a year or a month, its last day counts
            f"SELECT COUNT(*) FROM [{table}] WHERE {is_active_sql(table)} "
            "AND birth_date || SUBSTR('-12-31', LENGTH(birth_date) - 3) > ?",
            (birth_date_cutoff(day),),
        ).fetchone()[0]
        for table in ("person", "subject")
    ]
    return counts[0], counts[1]


def kept_file_totals(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many attachments are kept beside the ledger, and their size in bytes."""
    folder = attachments.folder(connection)
    sizes = [path.stat().st_size for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    return len(sizes), sum(sizes)


def file_modes(connection: sqlite3.Connection) -> list[FileMode]:
    """The modes of the ledger, its folder and the folder of attachments, and of the attachments that are lax."""
    ledger, folder = path_of(connection), attachments.folder(connection)
    expected = [("ledger", ledger, 0o600), ("folder", ledger.parent, 0o700)]
    if folder.is_dir():
        files = (path for path in sorted(folder.iterdir()) if path.is_file())
        expected += [("files", folder, 0o700), *(("file", path, 0o600) for path in files)]
    modes = [FileMode(kind, path, path.stat().st_mode & 0o777, mode) for kind, path, mode in expected]
    return [mode for mode in modes if mode.kind != "file" or mode.is_lax]
