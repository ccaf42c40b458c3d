"""Brings a ledger to the newest schema: the numbered .sql files beside this one, in order.

``PRAGMA user_version`` counts the files a ledger has had. All that are missing run in the one
transaction that also moves the count, so a ledger is never between two versions. A script that changes or adds
rows which the chain hashes says so in ``entry`` and ``change``; they become a link of their own.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger import chain, layouts

if TYPE_CHECKING:
    from collections.abc import Iterator

APPLICATION_ID = 0x53424431
"""``SBD1`` in the header of the file says that it is one of ours."""


def scripts() -> list[str]:
    """The text of every migration, oldest first."""
    folder = Path(__file__).with_name("schema")
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))]


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: ``executescript`` would commit before it runs."""
    held = ""
    for line in script.splitlines(keepends=True):
        held += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(held):
            yield held
            held = ""


def migrate(connection: sqlite3.Connection) -> None:
    """Run what the ledger has not had yet and chain the rows that come of it. The caller holds the transaction."""
    version = chain.version_of(connection)
    before = chain.ends(connection, version)
    for script in scripts()[version:]:
        for statement in statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {layouts.NEWEST}")
    if any(high > before.get(table, 0) for table, high in chain.ends(connection).items()):
        chain.append(connection, before)
