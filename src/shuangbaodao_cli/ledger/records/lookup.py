"""From a name or number to the one record it means.

Several persons may have one name and several activities one title: then what else a row says decides.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Ambiguous, NotFound
from shuangbaodao_cli.ledger.records.identity import (
    canonical_id_of,
    canonical_id_sql,
    not_voided_conditions,
    row_canonical_id_sql,
)
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.masking import mask_phone
from shuangbaodao_cli.values.text import fold, pattern

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from shuangbaodao_cli.model.record import Record

MAX_SHOWN = 8
"""How many candidates a message names at most."""


class NameLookup:
    """Looks names up and caches the answers: a roster names the same organisation a thousand times."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.cache: dict[tuple[str, str], list[int]] = {}

    def ids(self, target: str, name: str) -> list[int]:
        """The canonical ids of the records of a type, not voided, that a name or number means."""
        key = (target, name)
        if key not in self.cache:
            # Joined by UNION, not OR: so each part goes by its own index.
            queries = (
                f"SELECT DISTINCT {row_canonical_id_sql(target)} FROM [{target}] WHERE {condition} AND voided IS NULL"
                for condition in _name_conditions(RECORDS[target])
            )
            sql = f"{' UNION '.join(queries)} ORDER BY 1"
            values = {"folded": fold(name), "said": name.strip(), "number": normalize_number(name)}
            self.cache[key] = [id_ for (id_,) in self.connection.execute(sql, values)]
        return self.cache[key]

    def add(self, target: str, name: str, id_: int) -> None:
        """Cache a record that has just been inserted."""
        if (target, name) in self.cache:
            self.cache[target, name].append(id_)

    def narrow_to_place(self, target: str, candidates: list[int], place: int | None) -> list[int]:
        """Of several candidates those that belong to the place or below it; all of them where none does."""
        column = {"person": "community", "team": "place", "place": "id", "activity": "place"}.get(target)
        if column is None or place is None or len(candidates) < 2:
            return candidates
        marks = ", ".join("?" * len(candidates))
        sql = (
            f"SELECT id FROM [{target}] WHERE id IN ({marks}) "
            f"AND {column} IN (SELECT place FROM place_tree WHERE ancestor = ?)"
        )
        return [id_ for (id_,) in self.connection.execute(sql, (*candidates, place))] or candidates


def _name_conditions(record: Record) -> Iterator[str]:
    """SQL: the conditions by which a name finds a record: its name, its number, a care recipient's own name."""
    yield "name_key = :folded" if record.has_name else "id IS NULL"
    if record.prefix:
        yield "number = :number"
    if record.name == "subject":
        yield "name = :said"


def normalize_number(raw: str) -> str:
    """A readable number as it is stored, whatever dashes and spaces it was typed with: 需 2026—7 too."""
    match = pattern(r"\s*([^\W\d_])\s*[-—–－]?\s*(\d{4})\s*[-—–－]\s*(\d{1,6})\s*").fullmatch(raw)
    return f"{match[1]}-{match[2]}-{int(match[3]):04d}" if match else raw.strip().upper()


def find(
    connection: sqlite3.Connection, record: Record, key: str, *, place: int | None = None, voided: bool = False
) -> int:
    """The id of the record that an id, number or name means; among namesakes the one within ``place``.

    The name of an alias leads to the canonical record. By its id a voided record or an alias is found
    too, where ``voided`` says so. Raises NotFound with similar names, Ambiguous with the candidates.
    """
    if key.isascii() and key.isdigit() and len(key) < 19:
        row = connection.execute(f"SELECT voided FROM [{record.name}] WHERE id = ?", (int(key),)).fetchone()
        if row and not voided:
            _check_active(connection, record, int(key), row[0])
        if row:
            return int(key)
    names = NameLookup(connection)
    candidates = _ids_by_name(names, record, key)
    candidates = names.narrow_to_place(record.name, candidates, place)
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise Ambiguous(_ambiguous_message(connection, record, key, candidates))
    raise NotFound(_not_found_message(connection, record, key))


def _check_active(connection: sqlite3.Connection, record: Record, id_: int, voided: int | None) -> None:
    if voided is not None:
        raise NotFound(f"{record.label} {id_} 已经作废，不能再用。")
    canonical_id = canonical_id_of(connection, record.name, id_)
    if canonical_id != id_:
        raise NotFound(
            f"{record.label} {id_} 已并入 {describe(connection, record, canonical_id)}，请用编号 {canonical_id}。"
        )


def _ids_by_name(names: NameLookup, record: Record, key: str) -> list[int]:
    if record.has_name:
        return names.ids(record.name, key) or _ids_by_code(names.connection, record, key)
    if record.prefix and (by_code := _ids_by_code(names.connection, record, normalize_number(key))):
        return by_code
    targets = record.title_field.targets
    ids: list[int] = []
    for target in targets:
        column = record.title_field.name if len(targets) < 2 else f"{record.title_field.name}_{target}"
        for target_id in names.ids(target, key):
            sql = f"SELECT id FROM [{record.name}] WHERE {column} = ? AND voided IS NULL"
            ids += [id_ for (id_,) in names.connection.execute(sql, (target_id,))]
    return ids


def _ids_by_code(connection: sqlite3.Connection, record: Record, key: str) -> list[int]:
    """The canonical ids of the records of which one-field keys (id number, code) have this value."""
    codes = [name for (name, *more) in record.keys if not more and name != record.title_field.name]
    ids: list[int] = []
    for code in codes:
        for condition in not_voided_conditions(record.name):
            sql = f"SELECT {row_canonical_id_sql(record.name)} FROM [{record.name}] WHERE {code} = ? AND {condition}"
            ids += [id_ for (id_,) in connection.execute(sql, (key.upper(),))]
    return list(dict.fromkeys(ids))


def _ambiguous_message(connection: sqlite3.Connection, record: Record, key: str, candidates: list[int]) -> str:
    named = "；".join(
        describe(connection, record, id_) + _phone_suffix(connection, record, id_) for id_ in candidates[:MAX_SHOWN]
    )
    more = f"；……共 {len(candidates)} 条" if len(candidates) > MAX_SHOWN else ""
    return f"有 {len(candidates)} 条{record.label}都叫“{key}”，请用编号指明：{named}{more}。"


def _phone_suffix(connection: sqlite3.Connection, record: Record, id_: int) -> str:
    """The masked phone of a person, behind a space; empty for other records."""
    if record.name != "person":
        return ""
    (phone,) = connection.execute("SELECT phone FROM person WHERE id = ?", (id_,)).fetchone()
    return f" {mask_phone(phone)}" if phone else ""


def _not_found_message(connection: sqlite3.Connection, record: Record, key: str) -> str:
    similar = similar_names(connection, record, key)
    if similar:
        return f"台账里没有{record.label}“{key}”。是不是：{'、'.join(similar)}？"
    return f"台账里没有{record.label}“{key}”。可以用 sbd list {record.name} 看看有哪些。"


def similar_names(connection: sqlite3.Connection, record: Record, key: str) -> list[str]:
    """Stored names that look like the one that was typed, at most three."""
    if not record.has_name:
        return []
    title = record.title_field.name
    sql = f"SELECT DISTINCT {title} FROM [{record.name}] WHERE voided IS NULL ORDER BY id DESC LIMIT 5000"
    names = [name for (name,) in connection.execute(sql)]
    close = difflib.get_close_matches(key, names, n=3, cutoff=0.6)
    return list(dict.fromkeys([*overlapping_names(connection, record, key), *close]))[:3]


def overlapping_names(connection: sqlite3.Connection, record: Record, key: str) -> list[str]:
    """Stored names that contain the given one or are contained in it: 文庙 and 文庙社区."""
    sql = (
        f"SELECT DISTINCT {record.title_field.name} FROM [{record.name}] WHERE voided IS NULL "
        "AND (INSTR(name_key, ?1) > 0 OR INSTR(?1, name_key) > 0) ORDER BY id DESC LIMIT 3"
    )
    folded = fold(key)
    return [name for (name,) in connection.execute(sql, (folded,))] if folded else []


DISTINGUISHING_FIELDS = ("id_no", "phone", "org")
"""What tells namesakes apart, the strongest first; the organisation is a weak sign."""


def persons_by_name(connection: sqlite3.Connection, name: str, values: Mapping[str, Any]) -> list[int]:
    """The canonical ids of the persons of a name whom this id number, phone and organisation (its id) may mean."""
    sql = (
        f"SELECT {row_canonical_id_sql('person')}, id_no, phone, {canonical_id_sql('org', 'person.org')} FROM person "
        "WHERE name_key = ? AND voided IS NULL"
    )
    rows = connection.execute(sql, (fold(name),)).fetchall()
    id_no = values.get("id_no")
    contradicting = {person for person, number, *_ in rows if None not in (number, id_no) and number != id_no}
    rows = [row for row in rows if row[0] not in contradicting]
    for column, field in enumerate(DISTINGUISHING_FIELDS, 1):
        if values.get(field) is None:
            continue
        agreeing = [row for row in rows if row[column] == values[field]]
        rows = agreeing or [row for row in rows if row[column] is None]
        if agreeing and field != "org":
            break
    return sorted({row[0] for row in rows})


def person_by_id_no(connection: sqlite3.Connection, id_no: str) -> int | None:
    """The canonical id of the person with an id number; None where there is none."""
    for state in not_voided_conditions("person"):
        sql = f"SELECT {row_canonical_id_sql('person')} FROM person WHERE id_no = ? AND {state}"
        if found := connection.execute(sql, (id_no,)).fetchone():
            return int(found[0])
    return None


def activities_by_title(connection: sqlite3.Connection, title: str, day: str | None) -> list[int]:
    """The ids of the activities of a title, of those on a day if one is given."""
    sql = (
        "SELECT id FROM activity WHERE name_key = ?1 AND voided IS NULL "
        "AND (?2 IS NULL OR ?2 BETWEEN date AND COALESCE(end_date, date)) ORDER BY id"
    )
    return [id_ for (id_,) in connection.execute(sql, (fold(title), day))]
