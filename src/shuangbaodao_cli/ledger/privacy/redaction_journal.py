"""What the ledger keeps of commands and imports that tells of somebody who is to be forgotten.

Commands are kept as they were typed; of imports, where somebody was told of and what was wrong there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.history import command_text
from shuangbaodao_cli.problems import KINDS
from shuangbaodao_cli.values.masking import mask_private
from shuangbaodao_cli.values.text import compact

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping

    from shuangbaodao_cli.ledger.privacy.mentions import Edits

_LOOKING = {"list", "show", "history", "query"}
"""Commands that change no record; what somebody was looked for by is true of them."""


def blot_about(connection: sqlite3.Connection, found: Edits, rows: Collection[tuple[str, int]]) -> None:
    """Of commands that were typed about these rows alone only the words of command are to stay."""
    kinds = {name for name, _ in rows}
    for name, id_ in rows:
        sql = (
            f"SELECT id, command FROM entry WHERE id IN (SELECT entry FROM [{name}] WHERE id = ?2 UNION "
            "SELECT entry FROM change WHERE record = ?1 AND record_id = ?2)"
        )
        for entry, command in connection.execute(sql, (name, id_)):
            words = command_text.parted(command)
            record = command_text.about(words)
            if words[1:3] == ["person", "forget"]:
                continue  # clean when it was written
            if words[1:2] == ["person"] or (record is not None and record.name in kinds):
                found["entry", entry]["command"] = f"{command_text.outline(command)} {mask_private('')}"


def blot_looks(connection: sqlite3.Connection, found: Edits, said: Collection[str]) -> None:
    """What is said of somebody goes out of the commands that looked for it: their address, their day of birth."""
    longest = sorted((one for one in said if len(one) > 1), key=len, reverse=True)
    for entry, command in connection.execute("SELECT id, command FROM entry"):
        if not _LOOKING.isdisjoint(command.split()[1:2]):
            left = found["entry", entry].get("command", command)
            for one in longest:
                left = left.replace(one, mask_private(""))
            found["entry", entry]["command"] = left


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
