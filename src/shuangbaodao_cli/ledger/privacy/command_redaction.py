"""Redaction of what the ledger keeps of commands and of imports.

Commands are kept as they were typed. Of an import the ledger keeps which row each record came from, and which
problems were found in which cell.
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
"""Commands that change no record, so no record leads to them; the values they searched for are still personal."""


def redact_commands_about(connection: sqlite3.Connection, edits: Edits, records: Collection[tuple[str, int]]) -> None:
    """Reduce the commands that made or changed these records, and are about their kinds, to words that name nobody."""
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
                continue  # redacted before it was stored
            if words[1:2] == ["person"] or (record is not None and record.name in kinds):
                edits["entry", entry]["command"] = f"{command_text.outline(command)} {mask_private('')}"


def redact_lookups(connection: sqlite3.Connection, edits: Edits, values: Collection[str]) -> None:
    """Take personal values (an address, a date of birth) out of the commands that searched for them."""
    longest_first = sorted((value for value in values if len(value) > 1), key=len, reverse=True)
    for entry, command in connection.execute("SELECT id, command FROM entry"):
        if not _READ_COMMANDS.isdisjoint(command.split()[1:2]):
            redacted = edits["entry", entry].get("command", command)
            for value in longest_first:
                redacted = redacted.replace(value, mask_private(""))
            edits["entry", entry]["command"] = redacted


MIN_SIMILARITY = 0.9
"""Numbers more similar than this (``SequenceMatcher.ratio``) may be one number, mistyped."""


def import_rows(
    connection: sqlite3.Connection, records: Collection[tuple[str, int]]
) -> dict[int, set[tuple[str, int]]]:
    """The rows from which the records were imported: batch id → sheet and row number.

    A batch that created such a record without naming its row is there with no rows.
    """
    rows: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for name, id_ in records:
        sql = "SELECT batch, sheet, row FROM source WHERE record = ? AND record_id = ?"
        for batch, sheet, row in connection.execute(sql, (name, id_)):
            rows[batch].add((sheet, row))
        sql = f"SELECT b.id FROM batch AS b JOIN [{name}] AS r ON r.entry = b.entry WHERE r.id = ?"
        for (batch,) in connection.execute(sql, (id_,)):
            rows[batch] |= set()
    return rows


def redact_import_problems(
    connection: sqlite3.Connection, edits: Edits, rows: Mapping[int, Collection[tuple[str, int]]], numbers: set[str]
) -> None:
    """Reduce the problems in the person's rows, or with nearly one of their numbers, to the kind of the problem."""
    for batch, stored in connection.execute("SELECT id, outcome FROM batch"):
        outcome = json.loads(edits["batch", batch].get("outcome", stored))
        problems = [
            problem
            for sheet in outcome["sheets"]
            for problem in sheet["problems"]
            if _is_in_rows(problem["cell"], rows.get(batch, ())) or _is_similar_number(problem["value"], numbers)
        ]
        for problem in problems:
            problem |= {"value": mask_private(""), "message": KINDS.get(problem["kind"], "")}
            problem.pop("proposal", None)
        if problems:
            edits["batch", batch]["outcome"] = json.dumps(outcome, ensure_ascii=False)


def _is_similar_number(value: str, numbers: set[str]) -> bool:
    """Whether a value is one of the numbers but for a digit or two: its row was rejected before it was corrected."""
    digits = compact(value)
    ratios = (SequenceMatcher(None, digits, number, autojunk=False).ratio() for number in numbers)
    return len(digits) > 6 and any(ratio > MIN_SIMILARITY for ratio in ratios)


def _is_in_rows(cell: str, rows: Collection[tuple[str, int]]) -> bool:
    """Whether a cell (``Sheet!B5``) is in one of the rows."""
    sheet, _, address = cell.rpartition("!")
    digits = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return digits.isdigit() and (sheet, int(digits)) in rows
