"""What imports kept of somebody who is to be forgotten: where they were told, and what was wrong there."""

from __future__ import annotations

import json
from collections import defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from shuangbaodao_cli.output.masking import mask_private
from shuangbaodao_cli.problems import KINDS
from shuangbaodao_cli.vocabulary.text import compact

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping

    from shuangbaodao_cli.ledger.blotting import Edits

NEAR = 0.9
"""From which likeness on two numbers may be one, mistyped."""


def rows_of(connection: sqlite3.Connection, told: Collection[tuple[str, int]]) -> dict[int, set[tuple[str, int]]]:
    """Import → sheet and number of the rows in which the records were told."""
    found: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for name, id_ in told:
        sql = "SELECT batch, sheet, row FROM source WHERE record = ? AND record_id = ?"
        for batch, sheet, row in connection.execute(sql, (name, id_)):
            found[batch].add((sheet, row))
        sql = f"SELECT b.id FROM batch AS b JOIN [{name}] AS r ON r.entry = b.entry WHERE r.id = ?"
        for (batch,) in connection.execute(sql, (id_,)):
            found[batch] |= set()
    return found


def blot(
    connection: sqlite3.Connection, found: Edits, rows: Mapping[int, Collection[tuple[str, int]]], numbers: set[str]
) -> None:
    """What was wrong in somebody's rows, or with what is nearly their number, is told by its kind alone."""
    for batch, held in connection.execute("SELECT id, outcome FROM batch"):
        outcome = json.loads(found["batch", batch].get("outcome", held))
        problems = [problem for sheet in outcome["sheets"] for problem in sheet["problems"]]
        theirs = [one for one in problems if _in(one["cell"], rows.get(batch, ())) or _nearly(one["value"], numbers)]
        for problem in theirs:
            problem |= {"value": mask_private(""), "message": KINDS.get(problem["kind"], "")}
            problem.pop("proposal", None)
        if theirs:
            found["batch", batch]["outcome"] = json.dumps(outcome, ensure_ascii=False)


def _nearly(value: str, numbers: set[str]) -> bool:
    """Whether it is one of the numbers but for a digit or two: a row with it was refused before it was put right."""
    digits = compact(value)
    alike = (SequenceMatcher(None, digits, one, autojunk=False).ratio() for one in numbers)
    return len(digits) > 6 and any(ratio > NEAR for ratio in alike)


def _in(cell: str, rows: Collection[tuple[str, int]]) -> bool:
    sheet, _, place = cell.rpartition("!")
    digits = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return digits.isdigit() and (sheet, int(digits)) in rows
