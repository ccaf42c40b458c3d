"""Migrations: the numbered .sql files in ``schema/``, run in order, and the schema that they make.

``PRAGMA user_version`` counts the scripts that a ledger has had. All that are missing run in the one transaction
that also moves the count, so a ledger is never between two versions. A script that changes or adds rows which the
chain hashes journals that in ``entry`` and ``change``; they become a link of their own.
"""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.storage import chain, layouts
from shuangbaodao_cli.ledger.storage.driver import sqlite3

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

APPLICATION_ID = 0x53424431
"""``SBD1`` in the header of the file marks it as a ledger of this program."""


def scripts() -> list[str]:
    """The text of every migration, oldest first."""
    folder = Path(__file__).with_name("schema")
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))]


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: ``executescript`` would commit before it runs."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def migrate(connection: sqlite3.Connection) -> None:
    """Run the scripts that a ledger has not had yet and chain the rows that they add, in the caller's transaction."""
    version = chain.schema_version(connection)
    ids_before = chain.max_ids(connection, version)
    for script in scripts()[version:]:
        for statement in statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {layouts.NEWEST}")
    if any(high > ids_before.get(table, 0) for table, high in chain.max_ids(connection).items()):
        chain.append(connection, ids_before)


def schema_of(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Kind, name and SQL of every table, index, trigger and view; without the spaces and quotes of the SQL."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {(kind, name, re.sub(r"""[\s"\[\]`]""", "", sql)) for kind, name, sql in rows}


def expected_schema(version: int) -> set[tuple[str, str, str]]:
    """The ``schema_of`` a ledger on which the migrations up to a version have run."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        for script in scripts()[:version]:
            for statement in statements(script):
                fresh.execute(statement)
        return schema_of(fresh)


_KIND_LABELS = {"table": "表", "index": "索引", "trigger": "触发器", "view": "视图"}
_MAX_NAMES = 10
"""How many differing tables, indexes, triggers and views are named."""


def schema_differences(connection: sqlite3.Connection) -> list[str]:
    """Where the schema of a ledger differs from what its migrations make, at most three sentences.

    A trigger would change what commands write before it is hashed, and ``restore`` would refuse a backup of it.
    """
    actual = {(kind, name): sql for kind, name, sql in schema_of(connection)}
    expected = {(kind, name): sql for kind, name, sql in expected_schema(chain.schema_version(connection))}
    differences = {
        "多出不是 sbd 建的": actual.keys() - expected.keys(),
        "少了": expected.keys() - actual.keys(),
        "有改过的": {key for key in actual.keys() & expected.keys() if actual[key] != expected[key]},
    }
    return [f"台账里{difference}：{_list_names(keys)}" for difference, keys in differences.items() if keys]


def _list_names(keys: Iterable[tuple[str, str]]) -> str:
    """Tables, indexes, triggers and views by kind and name, the first ten."""
    return "、".join(f"{_KIND_LABELS.get(kind, kind)} {name}" for kind, name in sorted(keys)[:_MAX_NAMES])
