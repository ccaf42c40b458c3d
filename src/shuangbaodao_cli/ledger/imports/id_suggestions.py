"""Id numbers that a roster shows in part: whom they may belong to is suggested, never assumed.

A number that lost its last digits is proposed again where the person is known with the whole one; of a
number covered with asterisks the person is named whose number agrees with what shows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.records.identity import row_canonical_id_sql
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.values.masking import mask_id
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.imports.sheet_import import IgnoredCells, RowIds, SheetImport
    from shuangbaodao_cli.problems import Problem

INTACT_DIGITS = 14
"""Digits that a number of 18 never loses: area and day of birth."""


def propose_ids(roster: Roster, others: Iterable[Roster], connection: sqlite3.Connection) -> None:
    """Add to each problem of a lost id number which it may have been, where just one person of the name fits.

    ``others`` are the rosters of the same file, whose numbers are shown as they stand there; a number
    out of the ledger is masked. It is to be called before any of them is loaded.
    """
    lost_rows = {roster.cell_address(name, index): index for index, name in roster.rejected_cells if name == "id_no"}
    others = [other for other in others if other is not roster]
    for position, problem in enumerate(roster.problems):
        if problem.kind == "id_precision_lost" and problem.cell in lost_rows:
            roster.problems[position] = _with_proposal(problem, roster, lost_rows[problem.cell], others, connection)


def _with_proposal(
    problem: Problem, roster: Roster, index: int, others: Iterable[Roster], connection: sqlite3.Connection
) -> Problem:
    names = roster.columns.get("name") or roster.columns.get("person") or roster.columns.get("who") or []
    name, digits = names[index] if names else None, _digits(problem.value)
    if name is None or len(digits) < INTACT_DIGITS:
        return problem
    candidates: dict[str, str] = {}
    for number, origin in (*_ids_in_rosters(fold(name), others), *_ids_in_ledger(fold(name), connection)):
        if number.startswith(digits[:INTACT_DIGITS]):
            candidates.setdefault(number, origin)
    if len(candidates) != 1:
        return problem
    ((number, origin),) = candidates.items()
    return problem._replace(
        message=f"{problem.message}；{origin}，前{INTACT_DIGITS}位相同，多半就是这个号", proposal=number
    )


def _digits(value: str) -> str:
    """The digits that are left of a number, written out or as 1.30802199003071E+17."""
    try:
        return value if value.isdigit() else str(int(float(value)))
    except ValueError:
        return ""


def _ids_in_rosters(name_key: str, others: Iterable[Roster]) -> Iterator[tuple[str, str]]:
    """The id numbers of people of a name in other rosters, each with where it stands, in words."""
    for other in others:
        if other.record is PERSON and {"name", "id_no"} <= other.columns.keys():
            pairs = zip(other.columns["name"], other.columns["id_no"], strict=True)
            for index, (name, number) in enumerate(pairs):
                if number is not None and name is not None and fold(name) == name_key:
                    yield number, f"“{other.sheet}”第 {other.row_numbers[index]} 行有同名的人，证件号是 {number}"


def _ids_in_ledger(name_key: str, connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """The id numbers of active people of a name, each with whose it is, in words."""
    for id_, number in _persons_with_id(connection, name_key):
        yield number, f"台账里有同名的 {describe(connection, PERSON, id_)}，证件号是 {mask_id(number)}"


def _persons_with_id(connection: sqlite3.Connection, name_key: str) -> Iterator[tuple[int, str]]:
    sql = (
        f"SELECT {row_canonical_id_sql('person')}, id_no FROM person "
        "WHERE name_key = ? AND id_no IS NOT NULL AND voided IS NULL"
    )
    yield from connection.execute(sql, (name_key,))


def _masked_pattern(masked: str) -> re.Pattern[str] | None:
    """What a masked number may be; None where nothing of it is hidden."""
    pattern, mask_count = re.subn(r"[*•●]+|[Xx]{3,}", lambda mask: "." * len(mask[0]), masked.strip())
    return re.compile(pattern, re.IGNORECASE) if mask_count and re.fullmatch(r"[\dXx.]+", pattern) else None


def match_masked_ids(task: SheetImport, ignored: IgnoredCells, positions: Iterable[int]) -> dict[int, int]:
    """Index of a row with a masked id number → the one stored person of its name whose number agrees.

    To be called before the persons of the roster are inserted: these are not meant.
    """
    roster, label = task.roster, PERSON["id_no"].label
    texts = roster.extra.get(label)
    if roster.record is not PERSON or texts is None:
        return {}
    matches: dict[int, int] = {}
    for index in positions:
        pattern = None if (index, label) in ignored.extra else _masked_pattern(texts[index])
        if pattern is None:
            continue
        namesakes = _persons_with_id(task.connection, fold(roster.columns["name"][index]))
        fitting = {id_ for id_, number in namesakes if pattern.fullmatch(number)}
        if len(fitting) == 1:
            (matches[index],) = fitting
    return matches


def warn_masked_ids(task: SheetImport, masked_ids: Mapping[int, int], ids: RowIds) -> None:
    """Name the person whom a row with a masked id number may be, where its record is another one."""
    roster, field = task.roster, PERSON["id_no"]
    for index, other in masked_ids.items():
        id_ = ids.of_row(index)
        if id_ is not None and id_ != other:
            message = (
                f"证件号打了码，没有凭它认人。台账里 {describe(task.connection, PERSON, other)} 同名，"
                "证件号露出的几位也对得上；"
                f"如果是同一个人，导入后可用 sbd person merge {other} {id_} 合并"
            )
            raw = roster.extra[field.label][index]
            roster.add_problem(index, field.name, "warning", "id_masked", raw, message)
