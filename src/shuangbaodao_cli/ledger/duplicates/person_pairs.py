"""Persons that may be one: who shares a name or nearly so, and what else.

Only those that share a key are held against each other, never all against all.
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
"""Persons who share a key, from which on each is held against the next only."""


class Person(NamedTuple):
    """What of a person is held against others; ``birth`` as far as it is known, from the id number or not."""

    id: int
    name: str
    id_no: str | None
    birth: str | None
    phone: str | None
    org: int | None
    community: int | None
    gender: str | None


def pairs(connection: sqlite3.Connection) -> Iterator[tuple[tuple[int, int], dict[str, int]]]:
    """Every pair of persons held against each other: their numbers, and each reason with its weight, of 100."""
    near: dict[int, set[int]] = defaultdict(set)
    for (org, alike), _ in org_pairs.pairs(connection):
        near[org].add(alike)
        near[alike].add(org)
    sharing: dict[tuple[object, ...], list[Person]] = defaultdict(list)
    for person in _persons(connection):
        for key in _keys(person, near):
            sharing[key].append(person)
    found: dict[tuple[int, int], dict[str, int]] = {}
    for held in sharing.values():
        for one, other in combinations(held, 2) if len(held) < ALL_PAIRS_LIMIT else pairwise(held):
            if (pair := (one.id, other.id)) not in found:
                found[pair] = _reasons(one, other, near)
    yield from sorted(found.items())


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
    """What a person must share with another to be held against them."""
    name, number, org = person.name, person.id_no or "", person.org
    nearly = {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}
    if person.phone:
        yield from (("phone", part, person.phone) for part in nearly)
    if person.birth:
        yield "birth", name, person.birth[:7]
    if org is not None:
        yield from (("org", part, org) for part in nearly if len(name) > 2 or part == name)
        yield from (("orgs", name, min(org, other), max(org, other)) for other in similar_orgs.get(org, ()))
    if person.community is not None:
        yield "community", name, person.community
    if len(number) == 18:
        yield "area", name, number[:6], number[14:17]
        yield "number", name, number[6:17]
        yield from (("born", part, number[:14]) for part in nearly)


def _reasons(first: Person, second: Person, similar_orgs: Mapping[int, set[int]]) -> dict[str, int]:
    """What speaks for two persons being one; nothing where an id number, birth or sex speaks against it."""
    numbers = first.id_no is not None and second.id_no is not None
    misread = numbers and _is_misread(first.id_no or "", second.id_no or "")
    if (numbers and not misread) or OSA.distance(first.name, second.name) > 1:
        return {}
    born = first.birth is not None and second.birth is not None
    same_birth = born and _is_compatible_birth(first.birth or "", second.birth or "")
    if born and not same_birth and not misread:
        return {}
    sure = _strong_reasons(first, second, same_birth=same_birth, misread=misread)
    if first.name == second.name:
        return sure | _weak_reasons(first, second, similar_orgs)
    if first.gender and second.gender and first.gender != second.gender:
        return {}
    return {
        f"姓名只差一个字，{why.removeprefix('同名，')}": score - 25 for why, score in sure.items()
    } | _same_org_reasons(first, second, same_birth=same_birth)


def _strong_reasons(first: Person, second: Person, *, same_birth: bool, misread: bool) -> dict[str, int]:
    reasons = {}
    if first.phone and first.phone == second.phone:
        reasons["同名，电话相同"] = 95
    if misread:
        reasons["同名，证件号只差一位或两位颠倒（合并前先改对）"] = 90
    elif same_birth and first.name == second.name:
        whole = min(len(first.birth or ""), len(second.birth or "")) > 7
        reasons["同名，出生日期相同" if whole else "同名，出生年月相同"] = 85 if whole else 75
    return reasons


def _weak_reasons(first: Person, second: Person, similar_orgs: Mapping[int, set[int]]) -> dict[str, int]:
    """What the unit and the community say of two persons of one name; another phone or unit says less."""
    less = 10 * _is_known_to_differ(first.phone, second.phone)
    reasons = {}
    if first.org is not None and first.org == second.org:
        reasons["同名，单位相同"] = 75 - less
    elif first.org is not None and second.org in similar_orgs.get(first.org, ()):
        reasons["同名，单位名称相近"] = 65 - less
    if first.community is not None and first.community == second.community:
        reasons["同名，居住社区相同"] = 60 - less - 10 * _is_known_to_differ(first.org, second.org)
    return reasons


def _same_org_reasons(first: Person, second: Person, *, same_birth: bool) -> dict[str, int]:
    """What the unit says of two persons whose names differ in one character."""
    if first.org is None or first.org != second.org:
        return {}
    if same_birth:
        return {"姓名只差一个字，单位和出生日期相同": 65}
    bare = any(person.phone is None and person.id_no is None for person in (first, second))
    return {"姓名只差一个字，单位相同": 50} if bare and not _is_known_to_differ(first.phone, second.phone) else {}


def _is_known_to_differ(first: object, second: object) -> bool:
    return first is not None and second is not None and first != second


def _is_compatible_birth(first: str, second: str) -> bool:
    """Whether two days, of which one may lack its day of the month, are the same as far as they go."""
    return first.startswith(second) or second.startswith(first)


def _is_misread(first: str, second: str) -> bool:
    """Whether two id numbers differ by one wrong digit, or by two that changed places; the check follows."""
    return len(first) == len(second) == 18 and first[:17] != second[:17] and OSA.distance(first[:17], second[:17]) == 1
