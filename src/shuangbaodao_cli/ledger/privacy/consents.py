"""Consents of persons: registers them, ends them, counts who has one.

《个人信息保护法》art. 13–15: a consent can be withdrawn; what was done before that stays lawful, and what the law
requires to be kept is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.errors import NotFound, Refused
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.records.identity import is_active_sql, points_to_sql, row_canonical_id_sql
from shuangbaodao_cli.ledger.records.labels import name_of
from shuangbaodao_cli.model.people import CONSENT, PERSON

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from typing import Any

    from shuangbaodao_cli.ledger.storage.journal import Entry


class ConsentCounts(NamedTuple):
    """How many persons there are, and how many of them have a consent in force, or only withdrawn ones."""

    persons: int
    agreed: int
    withdrawn: int

    @property
    def unasked(self) -> int:
        """How many persons have no consent in the ledger."""
        return self.persons - self.agreed - self.withdrawn


def insert_consent(entry: Entry, person: int, fields: Mapping[str, Any]) -> bool:
    """Insert the consent of a person; False, and nothing done, where the same one is in force already."""
    same = " AND ".join(f"{column} IS :{column}" for column in ("person", "purpose", "medium", "since"))
    sql = f"SELECT 1 FROM consent WHERE {same} AND until IS NULL AND voided IS NULL"
    values = {"purpose": None, "medium": None, **fields, "person": person}
    if entry.connection.execute(sql, values).fetchone():
        return False
    store.insert(entry, CONSENT, values)
    return True


def withdraw(entry: Entry, person: int, day: str) -> int:
    """End every consent of a person that is in force on ``day`` (ISO 8601); returns how many there were.

    Raises NotFound where none was ever registered, Refused where one was given after that day.
    """
    connection = entry.connection
    sql = (
        f"SELECT id, since, until FROM consent WHERE {points_to_sql('person', 'person')} AND voided IS NULL ORDER BY id"
    )
    rows = connection.execute(sql, (person,)).fetchall()
    if not rows:
        name = name_of(connection, PERSON, person)
        raise NotFound(
            f"台账里没有登记过 {name} 的同意，没有可撤回的。要先补登：sbd person consent {person} --medium 书面。"
        )
    in_force = [(id_, since) for id_, since, until in rows if until is None]
    for id_, since in in_force:
        if since > day:
            raise Refused(f"这一条同意是 {since} 才给的，撤回日期不能早于它，没有改动。")
        store.update(entry, CONSENT, id_, {"until": day})
    return len(in_force)


def consent_counts(connection: sqlite3.Connection, day: str) -> ConsentCounts:
    """Counts of consents on a day (ISO 8601); an alias counts as its canonical person, erased persons do not count."""
    sql = (
        "SELECT SUM(last IS NOT NULL AND last > ?1), SUM(last IS NOT NULL AND last <= ?1), COUNT(*) FROM ("
        f"SELECT (SELECT MAX(COALESCE(c.until, '9999')) FROM consent AS c JOIN person AS m ON m.id = c.person "
        f"WHERE {row_canonical_id_sql('person', 'm.')} = p.id AND c.voided IS NULL) AS last "
        f"FROM person AS p WHERE {is_active_sql('person', 'p.')} AND NOT EXISTS ("
        "SELECT 1 FROM change AS f WHERE f.record = 'person' AND f.record_id = p.id AND f.field = 'forgotten'))"
    )
    agreed, withdrawn, persons = connection.execute(sql, (day,)).fetchone()
    return ConsentCounts(persons, agreed or 0, withdrawn or 0)
