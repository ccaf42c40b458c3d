"""Whom and what a row of a list means: one of several persons of a name, one of several activities of a title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.merged import live, own, stays
from shuangbaodao_cli.vocabulary.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

SAID = ("id_no", "phone", "org")
"""What tells persons of a name apart, the strongest first; the unit is a weak sign."""


def persons(connection: sqlite3.Connection, name: str, said: Mapping[str, Any]) -> list[int]:
    """The persons of a name who may be meant by one of this id number, phone and unit (its number)."""
    sql = (
        f"SELECT {own('person')}, id_no, phone, {stays('org', 'person.org')} FROM person "
        "WHERE name_key = ? AND voided IS NULL"
    )
    left = connection.execute(sql, (fold(name),)).fetchall()
    id_no = said.get("id_no")
    others = {one for one, number, *_ in left if None not in (number, id_no) and number != id_no}
    left = [row for row in left if row[0] not in others]
    for at, fact in enumerate(SAID, 1):
        if said.get(fact) is None:
            continue
        agreeing = [row for row in left if row[at] == said[fact]]
        left = agreeing or [row for row in left if row[at] is None]
        if agreeing and fact != "org":
            break
    return sorted({row[0] for row in left})


def person_of(connection: sqlite3.Connection, id_no: str) -> int | None:
    """The person whose id number this is."""
    for state in live("person"):
        sql = f"SELECT {own('person')} FROM person WHERE id_no = ? AND {state}"
        if found := connection.execute(sql, (id_no,)).fetchone():
            return int(found[0])
    return None


def activities(connection: sqlite3.Connection, title: str, day: str | None) -> list[int]:
    """The activities of a title, on a day if that is said."""
    sql = (
        "SELECT id FROM activity WHERE name_key = ?1 AND voided IS NULL "
        "AND (?2 IS NULL OR ?2 BETWEEN date AND COALESCE(end_date, date)) ORDER BY id"
    )
    return [id_ for (id_,) in connection.execute(sql, (fold(title), day))]
