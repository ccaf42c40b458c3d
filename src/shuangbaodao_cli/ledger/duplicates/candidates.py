"""Pairs of records that may be one person or one organisation, each with its reasons and a score.

What was merged or kept apart already is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shuangbaodao_cli.ledger.duplicates import org_pairs, person_pairs
from shuangbaodao_cli.ledger.duplicates.merge import distinct_pairs
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.values.masking import mask_id, mask_phone

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.model.record import Record

MIN_SCORE = 50
"""Pairs with less to be said for them, of 100, are not proposed."""
_EXTRA_REASON_SCORE = 2
"""What each reason beyond the strongest adds."""


class Pair(NamedTuple):
    """Two records that may be one: their numbers, the lower first, what they are, and why."""

    score: int
    first_id: int
    first_label: str
    second_id: int
    second_label: str
    reasons: list[str]


def candidate_pairs(connection: sqlite3.Connection, record: Record) -> list[Pair]:
    """Every pair of persons or organisations worth a look, the likeliest first."""
    resembling = person_pairs if record.name == "person" else org_pairs
    apart = distinct_pairs(connection, record)
    found = [
        (
            min(max(reasons.values()) + _EXTRA_REASON_SCORE * (len(reasons) - 1), 99),
            pair,
            sorted(reasons, key=lambda why: -reasons[why]),
        )
        for pair, reasons in resembling.pairs(connection)
        if pair not in apart and max(reasons.values(), default=0) >= MIN_SCORE
    ]
    found.sort(key=lambda one: (-one[0], one[1]))
    return [
        Pair(
            score,
            one,
            _describe_masked(connection, record, one),
            other,
            _describe_masked(connection, record, other),
            reasons,
        )
        for score, (one, other), reasons in found
    ]


def _describe_masked(connection: sqlite3.Connection, record: Record, id_: int) -> str:
    """A record in a few words, with what tells it from the other one; numbers of persons masked."""
    code, mask = ("id_no", mask_id) if record.name == "person" else ("uscc", str)
    number, phone = connection.execute(f"SELECT {code}, phone FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()
    said = [describe(connection, record, id_).partition("（")[2].removesuffix("）")]
    said += [mask_phone(phone)] if phone else []
    said += [mask(number)] if number else []
    return "，".join(said)
