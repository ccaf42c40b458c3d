"""Brings a ledger to the newest schema: the numbered .sql files beside this one, in order.

``PRAGMA user_version`` counts the files a ledger has had. All that are missing run in the one
transaction that also moves the count, so a ledger is never between two versions. A script that changes or adds
rows which the chain hashes says so in ``entry`` and ``change``; they become a link of their own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.storage import chain, layouts
from shuangbaodao_cli.ledger.storage.encryption import sqlite3

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
    version = chain.schema_version(connection)
    before = chain.max_ids(connection, version)
    for script in scripts()[version:]:
        for statement in statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {layouts.NEWEST}")
    if any(high > before.get(table, 0) for table, high in chain.max_ids(connection).items()):
        chain.append(connection, before)


_MAX_NAMES = 10
"""How many strange things are named."""


def schema_of(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Kind, name and text of all that a database holds; how SQLite spaces and quotes it does not matter."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {(kind, name, re.sub(r"""[\s"\[\]`]""", "", sql)) for kind, name, sql in rows}


def expected_schema(version: int) -> set[tuple[str, str, str]]:
    """What the migrations up to a version make: kind, name and words of each part."""
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for script in scripts()[:version]:
            for statement in statements(script):
                fresh.execute(statement)
        return schema_of(fresh)
    finally:
        fresh.close()


_KIND_LABELS = {"table": "表", "index": "索引", "trigger": "触发器", "view": "视图"}


def schema_differences(connection: sqlite3.Connection) -> list[str]:
    """What a ledger holds besides its rows and is not what the program makes, at most three sentences.

    A trigger would change what commands write before it is hashed, and a backup of it would not be taken back.
    """
    real, wanted = (
        {(kind, name): said for kind, name, said in held}
        for held in (schema_of(connection), expected_schema(connection.execute("PRAGMA user_version").fetchone()[0]))
    )
    told = {
        "多出不是 sbd 建的": real.keys() - wanted.keys(),
        "少了": wanted.keys() - real.keys(),
        "有改过的": {one for one in real.keys() & wanted.keys() if real[one] != wanted[one]},
    }
    return [
        f"台账里{what}：{'、'.join(f'{_KIND_LABELS.get(kind, kind)} {name}' for kind, name in sorted(names)[:_MAX_NAMES])}"
        for what, names in told.items()
        if names
    ]
