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

_READ_COMMANDS = {"list", "show", "history", "query"}
"""Commands that change no record; what somebody was looked for by is true of them."""


def redact_commands_about(connection: sqlite3.Connection, edits: Edits, records: Collection[tuple[str, int]]) -> None:
    """Of commands that were typed about these rows alone only the words of command are to stay."""
    kinds = {name for name, _ in records}
    for name, id_ in records:
        sql = (
            f"SELECT id, command FROM entry WHERE id IN (SELECT entry FROM [{name}] WHERE id = ?2 UNION "
            "SELECT entry FROM change WHERE record = ?1 AND record_id = ?2)"
        )
        for entry, command in connection.execute(sql, (name, id_)):
            words = command_text.split_words(command)
            record = command_text.record_of(words)
            if words[1:3] == ["person", "forget"]:
                continue  # clean when it was written
            if words[1:2] == ["person"] or (record is not None and record.name in kinds):
                edits["entry", entry]["command"] = f"{command_text.outline(command)} {mask_private('')}"


def redact_lookups(connection: sqlite3.Connection, edits: Edits, values: Collection[str]) -> None:
    """What is said of somebody goes out of the commands that looked for it: their address, their day of birth."""
    longest = sorted((one for one in values if len(one) > 1), key=len, reverse=True)
    for entry, command in connection.execute("SELECT id, command FROM entry"):
        if not _READ_COMMANDS.isdisjoint(command.split()[1:2]):
            left = edits["entry", entry].get("command", command)
            for one in longest:
                left = left.replace(one, mask_private(""))
            edits["entry", entry]["command"] = left


MIN_SIMILARITY = 0.9
"""From which likeness on two numbers may be one, mistyped."""


def import_rows(
    connection: sqlite3.Connection, records: Collection[tuple[str, int]]
) -> dict[int, set[tuple[str, int]]]:
    """Import → sheet and number of the rows in which the records were told."""
    found: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for name, id_ in records:
        sql = "SELECT batch, sheet, row FROM source WHERE record = ? AND record_id = ?"
        for batch, sheet, row in connection.execute(sql, (name, id_)):
            found[batch].add((sheet, row))
        sql = f"SELECT b.id FROM batch AS b JOIN [{name}] AS r ON r.entry = b.entry WHERE r.id = ?"
        for (batch,) in connection.execute(sql, (id_,)):
            found[batch] |= set()
    return found


def redact_import_problems(
    connection: sqlite3.Connection, edits: Edits, rows: Mapping[int, Collection[tuple[str, int]]], numbers: set[str]
) -> None:
    """What was wrong in somebody's rows, or with what is nearly their number, is told by its kind alone."""
    for batch, held in connection.execute("SELECT id, outcome FROM batch"):
        outcome = json.loads(edits["batch", batch].get("outcome", held))
        problems = [problem for sheet in outcome["sheets"] for problem in sheet["problems"]]
        theirs = [
            one
            for one in problems
            if _is_in_rows(one["cell"], rows.get(batch, ())) or _is_similar_number(one["value"], numbers)
        ]
        for problem in theirs:
            problem |= {"value": mask_private(""), "message": KINDS.get(problem["kind"], "")}
            problem.pop("proposal", None)
        if theirs:
            edits["batch", batch]["outcome"] = json.dumps(outcome, ensure_ascii=False)


def _is_similar_number(value: str, numbers: set[str]) -> bool:
    """Whether it is one of the numbers but for a digit or two: a row with it was refused before it was put right."""
    digits = compact(value)
    alike = (SequenceMatcher(None, digits, one, autojunk=False).ratio() for one in numbers)
    return len(digits) > 6 and any(ratio > MIN_SIMILARITY for ratio in alike)


def _is_in_rows(cell: str, rows: Collection[tuple[str, int]]) -> bool:
    sheet, _, place = cell.rpartition("!")
    digits = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return digits.isdigit() and (sheet, int(digits)) in rows
