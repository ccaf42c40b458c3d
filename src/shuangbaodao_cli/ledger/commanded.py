"""What commands, kept as they were typed, say of somebody who is to be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger import typed
from shuangbaodao_cli.output.masking import mask_private

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from shuangbaodao_cli.ledger.blotting import Edits

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
            words = typed.parted(command)
            record = typed.about(words)
            if words[1:3] == ["person", "forget"]:
                continue  # clean when it was written
            if words[1:2] == ["person"] or (record is not None and record.name in kinds):
                found["entry", entry]["command"] = f"{typed.outline(command)} {mask_private('')}"


def blot_looks(connection: sqlite3.Connection, found: Edits, said: Collection[str]) -> None:
    """What is said of somebody goes out of the commands that looked for it: their address, their day of birth."""
    longest = sorted((one for one in said if len(one) > 1), key=len, reverse=True)
    for entry, command in connection.execute("SELECT id, command FROM entry"):
        if not _LOOKING.isdisjoint(command.split()[1:2]):
            left = found["entry", entry].get("command", command)
            for one in longest:
                left = left.replace(one, mask_private(""))
            found["entry", entry]["command"] = left
