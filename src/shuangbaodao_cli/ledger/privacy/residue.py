"""The mentions of a person that erasure does not reach: attachments, frozen reports, names of things, backups.

They are found before the person is erased, while their names are still known.
"""

from __future__ import annotations

import glob
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger.privacy import command_redaction, redaction
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.ledger.storage import attachments
from shuangbaodao_cli.ledger.storage.transactions import path_of
from shuangbaodao_cli.model.care import SUBJECT
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from shuangbaodao_cli.ledger.privacy.erase import PersonIdentity


class KeptFile(NamedTuple):
    """An attachment that mentions the person: what users know it by, and where it is."""

    label: str
    path: Path
    is_evidence: bool
    """Whether it is the evidence of an order's step; such a file is not deleted."""


class Residue(NamedTuple):
    """Everything that still mentions a person after the erasure."""

    files: list[KeptFile]
    reports: list[str]
    """Numbers of the frozen reports with their name in them."""
    records: list[str]
    """Labels of the records whose own name has theirs in it."""
    subjects: list[str]
    """Numbers of the care recipients with the same name and phone, or name and date of birth."""
    mentioning_subjects: list[str]
    """Numbers of other care recipients whose record mentions them: as a guardian, say."""
    policy_versions: list[int]
    """Versions of the policy that mention them."""
    entry_count: int
    """How many commands have them as operator: whoever entered something answers for it."""
    backups: list[Path]
    """Backups and set-aside ledgers beside the ledger."""


def find_residue(connection: sqlite3.Connection, person: PersonIdentity) -> Residue:
    """What an erasure of the person will leave; to be called before it."""
    reports = connection.execute("SELECT number, answer FROM frozen ORDER BY id").fetchall()
    own = matching_subjects(connection, person)
    others = set(redaction.mentioning_rows(connection, SUBJECT.name, person.patterns)) - {id_ for _, id_ in own}
    return Residue(
        list(_kept_files(connection, person)),
        [number for number, answer in reports if _is_mentioned(person, answer)],
        [] if person.patterns.anywhere else list(records_named_after(connection, person)),
        [number for number, _ in own],
        [number for number, id_ in connection.execute("SELECT number, id FROM subject ORDER BY id") if id_ in others],
        redaction.mentioning_rows(connection, "policy", person.patterns),
        sum(person.patterns.matches(operator) for (operator,) in connection.execute("SELECT operator FROM entry")),
        sorted(_backups(path_of(connection))),
    )


def _backups(ledger: Path) -> Iterator[Path]:
    for pattern in (".backups/*.db", ".before-*.db", ".damaged-*.db"):
        yield from ledger.parent.glob(f"{glob.escape(ledger.name)}{pattern}")


def _is_mentioned(person: PersonIdentity, text: str) -> bool:
    return person.patterns.matches(text) or person.patterns.has_name(text)


def _kept_files(connection: sqlite3.Connection, person: PersonIdentity) -> Iterator[KeptFile]:
    """The files from which the person's records were imported, and every other attachment that mentions them."""
    records = [*(("person", id_) for id_ in person.ids), *redaction.personal_records(connection, person.ids)]
    batches = command_redaction.import_rows(connection, records)
    # Hash of a file → its label, and whether the person's records came from it.
    labels: dict[str, tuple[str, bool]] = {}
    for batch, file, sha256 in connection.execute("SELECT id, file, sha256 FROM batch ORDER BY id"):
        label, is_source = labels.get(sha256, (f"第 {batch} 批 {file}", False))
        labels[sha256] = label, is_source or batch in batches
    evidence = dict(connection.execute("SELECT sha256, file FROM evidence"))
    for sha256, file in evidence.items():
        labels.setdefault(sha256, (f"凭据 {file}", False))
    for sha256, (label, is_source) in labels.items():
        path = attachments.find(connection, sha256)
        if path is not None and (is_source or any(map(person.patterns.matches, attachments.texts(path)))):
            yield KeptFile(label, path, sha256 in evidence)


def records_named_after(connection: sqlite3.Connection, person: PersonIdentity) -> Iterator[str]:
    """The labels of records whose own name has the person's name or number in it, persons and subjects aside."""
    for record in RECORDS.values():
        if not record.has_name or record.name in {"person", "subject"}:
            continue
        for id_, name in connection.execute(f"SELECT id, {record.title_field.name} FROM [{record.name}]"):
            if _is_mentioned(person, name):
                yield f"{record.label} {describe(connection, record, id_)}"


def matching_subjects(connection: sqlite3.Connection, person: PersonIdentity) -> list[tuple[str, int]]:
    """Number and id of the care recipients with the person's name and phone, or name and date of birth."""
    marks = ", ".join("?" * len(person.ids))
    sql = (
        "SELECT DISTINCT s.number, s.id FROM subject AS s JOIN person AS p ON p.name_key = s.name_key "
        f"AND (p.phone = s.phone OR p.birth_date = s.birth_date) WHERE p.id IN ({marks}) ORDER BY s.id"
    )
    return connection.execute(sql, person.ids).fetchall()


def delete(files: list[KeptFile]) -> list[KeptFile]:
    """Delete files that are no evidence, as far as that is possible; returns those that were deleted."""
    deleted = []
    for file in files:
        if not file.is_evidence:
            with suppress(OSError):
                file.path.unlink(missing_ok=True)
                deleted.append(file)
    return deleted
