"""Id numbers that lost their last digits: proposed again where the person is known with the whole number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.records.identity import row_canonical_id_sql
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.values.masking import mask_id
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.problems import Problem

INTACT_DIGITS = 14
"""Digits that a number of 18 never loses: area and day of birth."""


def propose_ids(roster: Roster, others: Iterable[Roster], connection: sqlite3.Connection) -> None:
    """Say beside each lost id number which it may have been, where just one person of the name fits.

    ``others`` are the rosters of the same file, whose numbers are shown as they stand there; a number
    out of the ledger is masked. It is to be called before any of them is loaded.
    """
    lost = {roster.cell_address(name, at): at for at, name in roster.rejected_cells if name == "id_no"}
    others = [other for other in others if other is not roster]
    for place, problem in enumerate(roster.problems):
        if problem.kind == "id_precision_lost" and problem.cell in lost:
            roster.problems[place] = _with_proposal(problem, roster, lost[problem.cell], others, connection)


def _with_proposal(
    problem: Problem, roster: Roster, index: int, others: Iterable[Roster], connection: sqlite3.Connection
) -> Problem:
    names = roster.columns.get("name") or roster.columns.get("person") or roster.columns.get("who") or []
    name, digits = names[index] if names else None, _digits(problem.value)
    if name is None or len(digits) < INTACT_DIGITS:
        return problem
    found: dict[str, str] = {}
    for number, told in (*_ids_in_rosters(fold(name), others), *_ids_in_ledger(fold(name), connection)):
        if number.startswith(digits[:INTACT_DIGITS]):
            found.setdefault(number, told)
    if len(found) != 1:
        return problem
    ((number, told),) = found.items()
    return problem._replace(
        message=f"{problem.message}；{told}，前{INTACT_DIGITS}位相同，多半就是这个号", proposal=number
    )


def _digits(value: str) -> str:
    """The digits that are left of a number, written out or as 1.30802199003071E+17."""
    try:
        return value if value.isdigit() else str(int(float(value)))
    except ValueError:
        return ""


def _ids_in_rosters(name: str, others: Iterable[Roster]) -> Iterator[tuple[str, str]]:
    for other in others:
        if other.record is PERSON and {"name", "id_no"} <= other.columns.keys():
            pairs = zip(other.columns["name"], other.columns["id_no"], strict=True)
            for at, (its, number) in enumerate(pairs):
                if number is not None and its is not None and fold(its) == name:
                    yield number, f"“{other.sheet}”第 {other.row_numbers[at]} 行有同名的人，证件号是 {number}"


def _ids_in_ledger(name: str, connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    sql = f"SELECT {row_canonical_id_sql('person')}, id_no FROM person WHERE name_key = ? AND id_no IS NOT NULL AND voided IS NULL"
    for id_, number in connection.execute(sql, (name,)):
        yield number, f"台账里有同名的 {describe(connection, PERSON, id_)}，证件号是 {mask_id(number)}"
