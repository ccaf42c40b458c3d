"""From a name or number to the one record it means.

A row of a list means one of several persons of a name, one of several activities of a title.
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
"""How many candidates an answer names at most."""


class NameLookup:
    """Looks names up, and remembers: a roster names the same unit a thousand times."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.cache: dict[tuple[str, str], list[int]] = {}

    def ids(self, target: str, name: str) -> list[int]:
        """The live records of a kind that have this name, folded; for merged ones those that stay."""
        key = (target, name)
        if key not in self.cache:
            # Joined by UNION, not OR: so each part goes by its own index.
            ways = (
                f"SELECT DISTINCT {row_canonical_id_sql(target)} FROM [{target}] WHERE {called} AND voided IS NULL"
                for called in _name_conditions(RECORDS[target])
            )
            sql = f"{' UNION '.join(ways)} ORDER BY 1"
            values = {"folded": fold(name), "said": name.strip(), "number": normalize_number(name)}
            self.cache[key] = [found for (found,) in self.connection.execute(sql, values)]
        return self.cache[key]

    def add(self, target: str, name: str, id_: int) -> None:
        """Remember a record that has just been made."""
        if (target, name) in self.cache:
            self.cache[target, name].append(id_)

    def narrow_to_place(self, target: str, candidates: list[int], place: int | None) -> list[int]:
        """Of several of one name, those that belong to the place or to what is below it."""
        column = {"person": "community", "team": "place", "place": "id", "activity": "place"}.get(target)
        if column is None or place is None or len(candidates) < 2:
            return candidates
        marks = ", ".join("?" * len(candidates))
        sql = (
            f"SELECT id FROM [{target}] WHERE id IN ({marks}) "
            f"AND {column} IN (SELECT place FROM place_tree WHERE ancestor = ?)"
        )
        return [one for (one,) in self.connection.execute(sql, (*candidates, place))] or candidates


def _name_conditions(record: Record) -> Iterator[str]:
    """In SQL: by what a record of a kind can be called: its name, its number, a subject's own name."""
    yield "name_key = :folded" if record.named else "id IS NULL"
    if record.prefix:
        yield "number = :number"
    if record.name == "subject":
        yield "name = :said"


def normalize_number(raw: str) -> str:
    """A readable number as it is kept, whatever dashes and spaces it was typed with: 需 2026—7 too."""
    match = pattern(r"\s*([^\W\d_])\s*[-—–－]?\s*(\d{4})\s*[-—–－]\s*(\d{1,6})\s*").fullmatch(raw)
    return f"{match[1]}-{match[2]}-{int(match[3]):04d}" if match else raw.strip().upper()


def find(
    connection: sqlite3.Connection, record: Record, key: str, *, place: int | None = None, voided: bool = False
) -> int:
    """The record that a number or a name means.

    Exact name first, then the one within ``place``; the name of a merged one leads to the one that
    stays. By its number a record that was voided or merged is found too, where ``voided`` says so.
    NotFound names the nearest, or the candidates.
    """
    if key.isascii() and key.isdigit() and len(key) < 19:
        found = connection.execute(f"SELECT voided FROM [{record.name}] WHERE id = ?", (int(key),)).fetchone()
        if found and not voided:
            _check_active(connection, record, int(key), found[0])
        if found:
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
    stay = canonical_id_of(connection, record.name, id_)
    if stay != id_:
        raise NotFound(f"{record.label} {id_} 已并入 {describe(connection, record, stay)}，请用编号 {stay}。")


def _ids_by_name(names: NameLookup, record: Record, key: str) -> list[int]:
    if record.named:
        return names.ids(record.name, key) or _ids_by_code(names.connection, record, key)
    if record.prefix and (coded := _ids_by_code(names.connection, record, normalize_number(key))):
        return coded
    target = record.title.targets
    found: list[int] = []
    for kind in target:
        column = record.title.name if len(target) < 2 else f"{record.title.name}_{kind}"
        for one in names.ids(kind, key):
            sql = f"SELECT id FROM [{record.name}] WHERE {column} = ? AND voided IS NULL"
            found += [id_ for (id_,) in names.connection.execute(sql, (one,))]
    return found


def _ids_by_code(connection: sqlite3.Connection, record: Record, key: str) -> list[int]:
    """The records of which a number is the whole id or code."""
    codes = [name for (name, *more) in record.keys if not more and name != record.title.name]
    found: list[int] = []
    for code in codes:
        for state in not_voided_conditions(record.name):
            sql = f"SELECT {row_canonical_id_sql(record.name)} FROM [{record.name}] WHERE {code} = ? AND {state}"
            found += [id_ for (id_,) in connection.execute(sql, (key.upper(),))]
    return list(dict.fromkeys(found))


def _ambiguous_message(connection: sqlite3.Connection, record: Record, key: str, candidates: list[int]) -> str:
    shown = "；".join(
        describe(connection, record, id_) + _phone_suffix(connection, record, id_) for id_ in candidates[:MAX_SHOWN]
    )
    more = f"；……共 {len(candidates)} 条" if len(candidates) > MAX_SHOWN else ""
    return f"有 {len(candidates)} 条{record.label}都叫“{key}”，请用编号指明：{shown}{more}。"


def _phone_suffix(connection: sqlite3.Connection, record: Record, id_: int) -> str:
    """The masked phone of a person, which tells namesakes apart."""
    if record.name != "person":
        return ""
    (phone,) = connection.execute("SELECT phone FROM person WHERE id = ?", (id_,)).fetchone()
    return f" {mask_phone(phone)}" if phone else ""


def _not_found_message(connection: sqlite3.Connection, record: Record, key: str) -> str:
    near = similar_names(connection, record, key)
    if near:
        return f"台账里没有{record.label}“{key}”。是不是：{'、'.join(near)}？"
    return f"台账里没有{record.label}“{key}”。可以用 sbd list {record.name} 看看有哪些。"


def similar_names(connection: sqlite3.Connection, record: Record, key: str) -> list[str]:
    """Known names that look like the one that was typed."""
    if not record.named:
        return []
    title = record.title.name
    sql = f"SELECT DISTINCT {title} FROM [{record.name}] WHERE voided IS NULL ORDER BY id DESC LIMIT 5000"
    names = [name for (name,) in connection.execute(sql)]
    close = difflib.get_close_matches(key, names, n=3, cutoff=0.6)
    return list(dict.fromkeys([*overlapping_names(connection, record, key), *close]))[:3]


def overlapping_names(connection: sqlite3.Connection, record: Record, key: str) -> list[str]:
    """Known names that hold the given one or are held by it: 文庙 and 文庙社区."""
    sql = (
        f"SELECT DISTINCT {record.title.name} FROM [{record.name}] WHERE voided IS NULL "
        "AND (INSTR(name_key, ?1) > 0 OR INSTR(?1, name_key) > 0) ORDER BY id DESC LIMIT 3"
    )
    folded = fold(key)
    return [name for (name,) in connection.execute(sql, (folded,))] if folded else []


DISTINGUISHING_FIELDS = ("id_no", "phone", "org")
"""What tells persons of a name apart, the strongest first; the unit is a weak sign."""


def persons_by_name(connection: sqlite3.Connection, name: str, values: Mapping[str, Any]) -> list[int]:
    """The persons of a name who may be meant by one of this id number, phone and unit (its number)."""
    sql = (
        f"SELECT {row_canonical_id_sql('person')}, id_no, phone, {canonical_id_sql('org', 'person.org')} FROM person "
        "WHERE name_key = ? AND voided IS NULL"
    )
    left = connection.execute(sql, (fold(name),)).fetchall()
    id_no = values.get("id_no")
    others = {one for one, number, *_ in left if None not in (number, id_no) and number != id_no}
    left = [row for row in left if row[0] not in others]
    for at, fact in enumerate(DISTINGUISHING_FIELDS, 1):
        if values.get(fact) is None:
            continue
        agreeing = [row for row in left if row[at] == values[fact]]
        left = agreeing or [row for row in left if row[at] is None]
        if agreeing and fact != "org":
            break
    return sorted({row[0] for row in left})


def person_by_id_no(connection: sqlite3.Connection, id_no: str) -> int | None:
    """The person whose id number this is."""
    for state in not_voided_conditions("person"):
        sql = f"SELECT {row_canonical_id_sql('person')} FROM person WHERE id_no = ? AND {state}"
        if found := connection.execute(sql, (id_no,)).fetchone():
            return int(found[0])
    return None


def activities_by_title(connection: sqlite3.Connection, title: str, day: str | None) -> list[int]:
    """The activities of a title, on a day if that is said."""
    sql = (
        "SELECT id FROM activity WHERE name_key = ?1 AND voided IS NULL "
        "AND (?2 IS NULL OR ?2 BETWEEN date AND COALESCE(end_date, date)) ORDER BY id"
    )
    return [id_ for (id_,) in connection.execute(sql, (fold(title), day))]
