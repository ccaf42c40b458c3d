"""P7, P9, P11: a backup is proved, a rewritten past is found, a hostile ledger is not put back."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from faults.harness import CHANCE, ROUNDS, Tally
from faults.mutants import swap
from shuangbaodao_cli.ledger.integrity import chain_heads, verify
from shuangbaodao_cli.ledger.storage import chain, layouts, migrations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from conftest import Sbd
    from faults.conftest import Promise

WRITER = """
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], timeout=30)
while True:
    c.executemany("INSERT INTO source VALUES ('noise', ?, 1, ?, 1)", ((n, 'x' * 900) for n in range(300)))
    c.commit()
    c.execute("DELETE FROM source WHERE record = 'noise'")
    c.commit()
"""
"""Fills and empties pages of a ledger without an end."""


def sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.DatabaseError):
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    return False


def slowly_copied(ledger: Path, to: Path) -> None:
    """A plain copy, as it is to a stick."""
    with ledger.open("rb") as source, to.open("wb") as copy:
        while page := source.read(4096):
            copy.write(page)
            time.sleep(0.0005)


def test_a_backup_is_proved(sbd: Sbd, base: Path, own_ledger: Path, tmp_path: Path, promise: Promise) -> None:
    shutil.copyfile(base / "ledger.db", own_ledger)
    assert sbd("verify").code == 0
    tally, mutant = Tally(), Tally()
    with subprocess.Popen([sys.executable, "-c", WRITER, str(own_ledger)]) as writer:
        time.sleep(0.3)
        for at in range(12 * ROUNDS):
            good, plain = tmp_path / f"good{at}.db", tmp_path / f"plain{at}.db"
            tally.held(sbd("backup", good).code == 0 and sound(good), f"backup {at}")
            slowly_copied(own_ledger, plain)
            mutant.held(sound(plain), f"copy {at}")
            plain.unlink()
        writer.kill()
    assert sbd("restore", good, "--yes").code == 0
    tally.held(sbd("verify").code == 0, "the ledger that was put back")
    promise("P7 a backup is proved, while somebody writes", tally, mutant)


def rechained(connection: sqlite3.Connection) -> None:
    """Make the chain anew, as whoever can write programs can."""
    connection.execute("DELETE FROM link")
    chain.append(connection, dict.fromkeys(layouts.layout_of(layouts.NEWEST), 0))


def more_served(connection: sqlite3.Connection) -> None:
    """Inflate a figure and make the chain fit."""
    connection.execute("UPDATE activity SET served = served + 100 WHERE id = (SELECT MIN(id) FROM activity)")
    rechained(connection)


def other_times(connection: sqlite3.Connection) -> None:
    """Say that it was entered in time."""
    connection.execute("UPDATE entry SET at = '2026-07-01T08:00:00+08:00' WHERE id = (SELECT MAX(id) FROM entry)")
    rechained(connection)


def shortened(connection: sqlite3.Connection) -> None:
    """Cut off the last command as if it had never been."""
    (last,) = connection.execute("SELECT MAX(id) FROM entry").fetchone()
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in ("link", "participation", "outcome", "change"):
        connection.execute(f"DELETE FROM {table} WHERE entry = ?", (last,))
    connection.execute("DELETE FROM activity WHERE entry = ?", (last,))
    connection.execute("DELETE FROM entry WHERE id = ?", (last,))


def swapped(connection: sqlite3.Connection) -> None:
    """Give to one activity what was another's: no total moves."""
    sql = (
        "UPDATE activity SET served = (SELECT SUM(served) FROM activity WHERE id IN (1, 2)) - served WHERE id IN (1, 2)"
    )
    connection.execute("UPDATE activity SET served = 7 WHERE id = 1")
    connection.execute(sql)
    rechained(connection)


def test_a_rewritten_past_is_found(base: Path, tmp_path: Path, promise: Promise) -> None:
    """The mutant is the chain whose head is known inside the ledger only."""
    tally, mutant = Tally(), Tally()
    for at in range(4 * ROUNDS):
        forge: Callable[[sqlite3.Connection], None] = (more_served, other_times, shortened, swapped)[at % 4]
        copy = tmp_path / f"{at}.db"
        shutil.copyfile(base / "ledger.db", copy)
        older = chain_heads.resolve_head(str(base / "ledger.db"))
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            assert chain.has_head(connection, older)
            forge(connection)
            tally.held(not chain.has_head(connection, older), forge.__name__)
            mutant.held(verify.findings(connection), forge.__name__)
    promise("P9 a past made anew, held against an older head", tally, mutant)


def test_what_is_edited_by_hand_is_found(base: Path, tmp_path: Path, promise: Promise) -> None:
    tally, mutant = Tally(), Tally()
    copy = tmp_path / "edited.db"
    shutil.copyfile(base / "ledger.db", copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        cells = [
            (table, id_, column)
            for table, columns in layouts.layout_of(layouts.NEWEST).items()
            for (id_,) in connection.execute(f"SELECT id FROM [{table}]").fetchall()
            for column in columns
        ]
        for table, id_, column in CHANCE.sample(cells, 40 * ROUNDS):
            connection.execute("SAVEPOINT tried")
            connection.execute(
                f"UPDATE [{table}] SET [{column}] = {_other(connection, table, column)} WHERE id = {id_}"
            )
            tally.held(verify.findings(connection), f"{table} {id_} {column}")
            mutant.held(connection.execute("PRAGMA integrity_check").fetchone() != ("ok",), f"{table} {id_} {column}")
            connection.execute("ROLLBACK TO tried")
    promise("P9 any cell edited by hand", tally, mutant)


def _other(connection: sqlite3.Connection, table: str, column: str) -> str:
    kinds = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info([{table}])")}
    return f"COALESCE([{column}], 0) + 1" if kinds[column] == "INTEGER" else f"COALESCE([{column}], '') || '1'"


HOSTILE = {
    "a view that never ends": (
        "ALTER TABLE team RENAME TO t; CREATE VIEW team AS WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n"
    ),
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON entry BEGIN UPDATE activity SET served = 900; END",
    "a column that is reckoned": "ALTER TABLE team ADD COLUMN x TEXT AS (hex(zeroblob(100000000)))",
    "an index on an expression": "CREATE INDEX x ON team (hex(zeroblob(10)))",
    "another table": "CREATE TABLE x (y)",
    "a newer schema": "PRAGMA user_version = 99",
    "another program's": "PRAGMA application_id = 7",
}


def test_a_hostile_ledger_is_not_put_back(
    sbd: Sbd, base: Path, own_ledger: Path, tmp_path: Path, promise: Promise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant takes any schema."""
    shutil.copyfile(base / "ledger.db", own_ledger)
    assert sbd("verify").code == 0
    tally, mutant, before = Tally(), Tally(), own_ledger.read_bytes()
    for what, done in HOSTILE.items():
        file = tmp_path / f"{what}.db"
        shutil.copyfile(base / "ledger.db", file)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            for statement in re.split(r";(?! END)", done):
                connection.execute(statement)
        began = time.monotonic()
        said = sbd("restore", file, "--yes")
        kept = own_ledger.read_bytes() == before and time.monotonic() - began < 60
        tally.held(said.code == 7 and kept, what)
    with monkeypatch.context() as patched:
        for schema in (migrations.schema_of, migrations.expected_schema):
            swap(schema, lambda _: {("any", "schema", "")}, patched.setattr)
        mutant.held(sbd("restore", tmp_path / "a trigger.db", "--yes").code == 7, "a trigger")
    promise("P11 a hostile ledger is refused and nothing is touched", tally, mutant)
