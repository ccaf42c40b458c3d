"""A ledger as an older program left it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.storage import migrations

if TYPE_CHECKING:
    from pathlib import Path


def leave(ledger: Path, version: int) -> None:
    """Make a ledger of that version, with a service and what came of it; of version 0 an empty file."""
    ledger.touch()
    if version == 0:
        return
    with closing(sqlite3.connect(ledger)) as connection:
        for script in migrations.scripts()[:version]:
            connection.executescript(script)
        connection.executescript(
            f"PRAGMA application_id = {migrations.APPLICATION_ID}; PRAGMA user_version = {version};"
            "INSERT INTO ledger (id, uuid, created) VALUES (1, 'u', '2026-01-01');"
            "INSERT INTO entry (at, operator, command) VALUES ('2026-07-01T09:00', '王干事', 'sbd log activity');"
            "INSERT INTO activity (title, date, served, volunteer, name_key, entry) "
            "VALUES ('停车位规划', '2026-07-01', 30, 1, '停车位规划', 1);"
            "INSERT INTO outcome (what, activity, quantity, unit, name_key, approx, entry) "
            "VALUES ('停车位', 1, 200, '个', '停车位', 'quantity', 1);"
        )
