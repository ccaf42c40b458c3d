"""Persons that may be one: with the same name or nearly so, and something else in common.

Only those that share a key are compared with each other, never all with all.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA

from shuangbaodao_cli.ledger.duplicates import org_pairs
from shuangbaodao_cli.ledger.records.identity import canonical_id_sql, is_active_sql

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

ALL_PAIRS_LIMIT = 60
"""The number of persons who share a key from which on each is compared with the next only."""


class Person(NamedTuple):
    """What of a person is compared with others; ``birth`` as far as it is known, from the id number or not."""

    id: int
    name: str
    id_no: str | None
    birth: str | None
    phone: str | None
    org: int | None
    community: int | None
    gender: str | None


def pairs(connection: sqlite3.Connection) -> Iterator[tuple[tuple[int, int], dict[str, int]]]:
    """Every pair of persons that was compared: their ids, and reason → score, of 100."""
    similar_orgs: dict[int, set[int]] = defaultdict(set)
    for (org, other_org), _ in org_pairs.pairs(connection):
        similar_orgs[org].add(other_org)
        similar_orgs[other_org].add(org)
    by_key: dict[tuple[object, ...], list[Person]] = defaultdict(list)
    for person in _persons(connection):
        for key in _keys(person, similar_orgs):
            by_key[key].append(person)
    reasons_by_pair: dict[tuple[int, int], dict[str, int]] = {}
    for group in by_key.values():
        for first, second in combinations(group, 2) if len(group) < ALL_PAIRS_LIMIT else pairwise(group):
            if (pair := (first.id, second.id)) not in reasons_by_pair:
                reasons_by_pair[pair] = _reasons(first, second, similar_orgs)
    yield from sorted(reasons_by_pair.items())


def _persons(connection: sqlite3.Connection) -> Iterator[Person]:
    sql = (
        f"SELECT id, name_key, id_no, birth_date, phone, {canonical_id_sql('org', 'person.org')}, community, gender "
        f"FROM person WHERE {is_active_sql('person')} ORDER BY id"
    )
    for row in connection.execute(sql):
        person = Person(*row)
        number = person.id_no or ""
        if len(number) == 18:
            person = person._replace(birth=f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
        yield person


def _keys(person: Person, similar_orgs: Mapping[int, set[int]]) -> Iterator[tuple[object, ...]]:
    """The keys of a person: who shares one of them is compared."""
    name, id_no, org = person.name, person.id_no or "", person.org
    names = {name, *(name[:index] + name[index + 1 :] for index in range(len(name)))}
    if person.phone:
        yield from (("phone", variant, person.phone) for variant in names)
    if person.birth:
        yield "birth", name, person.birth[:7]
    if org is not None:
        yield from (("org", variant, org) for variant in names if len(name) > 2 or variant == name)
        yield from (("orgs", name, min(org, other), max(org, other)) for other in similar_orgs.get(org, ()))
    if person.community is not None:
        yield "community", name, person.community
    if len(id_no) == 18:
        yield "area", name, id_no[:6], id_no[14:17]
        yield "number", name, id_no[6:17]
        yield from (("born", variant, id_no[:14]) for variant in names)


def _reasons(first: Person, second: Person, similar_orgs: Mapping[int, set[int]]) -> dict[str, int]:
    """Reason → score for two persons being one; empty where an id number, birth or sex speaks against it."""
    have_ids = first.id_no is not None and second.id_no is not None
    is_misread = have_ids and _is_misread(first.id_no or "", second.id_no or "")
    if (have_ids and not is_misread) or OSA.distance(first.name, second.name) > 1:
        return {}
    have_births = first.birth is not None and second.birth is not None
    same_birth = have_births and _is_compatible_birth(first.birth or "", second.birth or "")
    if have_births and not same_birth and not is_misread:
        return {}
    strong = _strong_reasons(first, second, same_birth=same_birth, misread=is_misread)
    if first.name == second.name:
        return strong | _weak_reasons(first, second, similar_orgs)
    if first.gender and second.gender and first.gender != second.gender:
        return {}
    return {
        f"姓名只差一个字，{reason.removeprefix('同名，')}": score - 25 for reason, score in strong.items()
    } | _same_org_reasons(first, second, same_birth=same_birth)


def _strong_reasons(first: Person, second: Person, *, same_birth: bool, misread: bool) -> dict[str, int]:
    reasons = {}
    if first.phone and first.phone == second.phone:
        reasons["同名，电话相同"] = 95
    if misread:
        reasons["同名，证件号只差一位或两位颠倒（合并前先改对）"] = 90
    elif same_birth and first.name == second.name:
        is_whole_day = min(len(first.birth or ""), len(second.birth or "")) > 7
        reasons["同名，出生日期相同" if is_whole_day else "同名，出生年月相同"] = 85 if is_whole_day else 75
    return reasons


def _weak_reasons(first: Person, second: Person, similar_orgs: Mapping[int, set[int]]) -> dict[str, int]:
    """What organisation and community say of two persons of one name; less where phone or organisation differ."""
    penalty = 10 * _is_known_to_differ(first.phone, second.phone)
    reasons = {}
    if first.org is not None and first.org == second.org:
        reasons["同名，单位相同"] = 75 - penalty
    elif first.org is not None and second.org in similar_orgs.get(first.org, ()):
        reasons["同名，单位名称相近"] = 65 - penalty
    if first.community is not None and first.community == second.community:
        reasons["同名，居住社区相同"] = 60 - penalty - 10 * _is_known_to_differ(first.org, second.org)
    return reasons


def _same_org_reasons(first: Person, second: Person, *, same_birth: bool) -> dict[str, int]:
    """What the organisation says of two persons whose names differ in one character."""
    if first.org is None or first.org != second.org:
        return {}
    if same_birth:
        return {"姓名只差一个字，单位和出生日期相同": 65}
    lacks_contact = any(person.phone is None and person.id_no is None for person in (first, second))
    return (
        {"姓名只差一个字，单位相同": 50} if lacks_contact and not _is_known_to_differ(first.phone, second.phone) else {}
    )


def _is_known_to_differ(first: object, second: object) -> bool:
    return first is not None and second is not None and first != second


def _is_compatible_birth(first: str, second: str) -> bool:
    """Whether two days, of which one may lack its day of the month, are the same as far as they go."""
    return first.startswith(second) or second.startswith(first)


def _is_misread(first: str, second: str) -> bool:
    """Whether two id numbers differ by one wrong digit, or by two that changed places; the check follows."""
    return len(first) == len(second) == 18 and first[:17] != second[:17] and OSA.distance(first[:17], second[:17]) == 1
