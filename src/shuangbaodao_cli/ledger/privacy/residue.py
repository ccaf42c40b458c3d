"""What forgetting does not reach and still tells of a person: kept files, what was sent, names of things."""

from __future__ import annotations

import glob
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger.privacy import redaction, redaction_journal
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
    """A kept file that names the person: what people know it by, where it is."""

    label: str
    path: Path
    is_evidence: bool
    """Whether it is a step's evidence, and stays for that."""


class Residue(NamedTuple):
    """All that is left of somebody."""

    files: list[KeptFile]
    reports: list[str]
    """Numbers of the reports that were sent with their name in them."""
    records: list[str]
    """Records whose own name has theirs in it."""
    subjects: list[str]
    """Numbers of people who are looked after and have the same name and phone, or day of birth."""
    mentioning_subjects: list[str]
    """Numbers of other people who are looked after and of whom it is said who they are to them."""
    policy_versions: list[int]
    """Versions of the policy in which they can be read."""
    entry_count: int
    """How many commands they typed themselves; who entered something answers for it."""
    backups: list[Path]
    """Backups, and ledgers that were set aside, beside the ledger."""


def find_residue(connection: sqlite3.Connection, person: PersonIdentity) -> Residue:
    """What will be left; to be asked before the person is forgotten."""
    sent = connection.execute("SELECT number, answer FROM frozen ORDER BY id").fetchall()
    same = matching_subjects(connection, person)
    others = set(redaction.mentioning_rows(connection, SUBJECT.name, person.patterns)) - {id_ for _, id_ in same}
    return Residue(
        list(_kept_files(connection, person)),
        [number for number, answer in sent if _is_mentioned(person, answer)],
        [] if person.patterns.anywhere else list(records_named_after(connection, person)),
        [number for number, _ in same],
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
    """The files of imports that told of the person, and every other one in which they can be read."""
    told = [*(("person", id_) for id_ in person.ids), *redaction.personal_records(connection, person.ids)]
    batches = redaction_journal.import_rows(connection, told)
    known: dict[str, tuple[str, bool]] = {}
    for batch, file, sha256 in connection.execute("SELECT id, file, sha256 FROM batch ORDER BY id"):
        called, sure = known.get(sha256, (f"第 {batch} 批 {file}", False))
        known[sha256] = called, sure or batch in batches
    proofs = dict(connection.execute("SELECT sha256, file FROM evidence"))
    for sha256, file in proofs.items():
        known.setdefault(sha256, (f"凭据 {file}", False))
    for sha256, (called, sure) in known.items():
        path = attachments.find(connection, sha256)
        if path is not None and (sure or any(map(person.patterns.matches, attachments.texts(path)))):
            yield KeptFile(called, path, sha256 in proofs)


def records_named_after(connection: sqlite3.Connection, person: PersonIdentity) -> Iterator[str]:
    """What is called by the person's name, or has a number of theirs in its name."""
    named = (one for one in RECORDS.values() if one.named and one.name not in {"person", "subject"})
    for record in named:
        for id_, name in connection.execute(f"SELECT id, {record.title.name} FROM [{record.name}]"):
            if _is_mentioned(person, name):
                yield f"{record.label} {describe(connection, record, id_)}"


def matching_subjects(connection: sqlite3.Connection, person: PersonIdentity) -> list[tuple[str, int]]:
    """Who is looked after and can only be this person: number, id."""
    marks = ", ".join("?" * len(person.ids))
    sql = (
        "SELECT DISTINCT s.number, s.id FROM subject AS s JOIN person AS p ON p.name_key = s.name_key "
        f"AND (p.phone = s.phone OR p.birth_date = s.birth_date) WHERE p.id IN ({marks}) ORDER BY s.id"
    )
    return connection.execute(sql, person.ids).fetchall()


def delete(files: list[KeptFile]) -> list[KeptFile]:
    """Delete kept files, but not what proves a step nor what cannot be deleted; returns those that are gone."""
    gone = []
    for one in files:
        if not one.is_evidence:
            with suppress(OSError):
                one.path.unlink(missing_ok=True)
                gone.append(one)
    return gone
