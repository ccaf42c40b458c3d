"""Pairs of records that may be one person or one organisation, each with its reasons and a score.

Pairs that were merged or marked distinct already are left out.
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
"""The score, of 100, from which on a pair is proposed."""
_EXTRA_REASON_SCORE = 2
"""What each reason beyond the strongest adds to the score."""


class Pair(NamedTuple):
    """Two records that may be one: their score, their ids (the lower first), their labels, and the reasons."""

    score: int
    first_id: int
    first_label: str
    second_id: int
    second_label: str
    reasons: list[str]


def candidate_pairs(connection: sqlite3.Connection, record: Record) -> list[Pair]:
    """Every pair of persons or organisations to be proposed, the likeliest first."""
    pair_finder = person_pairs if record.name == "person" else org_pairs
    distinct = distinct_pairs(connection, record)
    scored = [
        (
            min(max(reasons.values()) + _EXTRA_REASON_SCORE * (len(reasons) - 1), 99),
            pair,
            sorted(reasons, key=lambda reason: -reasons[reason]),
        )
        for pair, reasons in pair_finder.pairs(connection)
        if pair not in distinct and max(reasons.values(), default=0) >= MIN_SCORE
    ]
    scored.sort(key=lambda candidate: (-candidate[0], candidate[1]))
    return [
        Pair(
            score,
            first,
            _describe_masked(connection, record, first),
            second,
            _describe_masked(connection, record, second),
            reasons,
        )
        for score, (first, second), reasons in scored
    ]


def _describe_masked(connection: sqlite3.Connection, record: Record, id_: int) -> str:
    """A record in a few words, with its phone and code; numbers of persons masked."""
    code, mask = ("id_no", mask_id) if record.name == "person" else ("uscc", str)
    number, phone = connection.execute(f"SELECT {code}, phone FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()
    words = [describe(connection, record, id_).partition("（")[2].removesuffix("）")]
    words += [mask_phone(phone)] if phone else []
    words += [mask(number)] if number else []
    return "，".join(words)
