"""The tables of a fresh ledger are what the descriptions of the records ask for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database

import shuangbaodao_cli.ledger.storage
from data.older import leave
from shuangbaodao_cli.ledger.storage import layouts, migrations
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils.db import Column, Table

    from conftest import Sbd
    from shuangbaodao_cli.model.record import Record

COUNTS = {*("org", "activity", "outcome", "participation", "need", "resource", "project", "meeting", "branch", "area")}
"""Records with numbers that may be approximate."""
MERGED = {"person", "org"}
"""Records that may be found to be another one."""
UNNAMED = {
    *(
        "pairing",
        "checkin",
        "member",
        "participation",
        "attendance",
        "order_event",
        "whistle",
        "visit",
        "area",
        "pledge",
        "consent",
    )
}
"""Records that are called by what they point to, not by a name of their own."""


@pytest.fixture
def connection(own_ledger: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_ledger(own_ledger, create=True)) as ledger:
        yield ledger


@pytest.fixture
def database(connection: sqlite3.Connection) -> Database:
    return Database(connection, execute_plugins=False)


def columns(database: Database, record: str) -> dict[str, Column]:
    return {column.name: column for column in table(database, record).columns}


def table(database: Database, record: str) -> Table:
    return database.table(record)


def auxiliary_columns(record: str) -> dict[str, tuple[str, bool]]:
    """Type and NOT NULL of what every table has beside the fields of its record."""
    auxiliary = {
        "id": ("INTEGER", False),
        "extra": ("TEXT", False),
        "entry": ("INTEGER", True),
        "voided": ("INTEGER", False),
    }
    if record not in UNNAMED:
        auxiliary["name_key"] = ("TEXT", True)
    if record in COUNTS:
        auxiliary["approx"] = ("TEXT", True)
    if record == "participation":
        auxiliary["date"] = ("TEXT", True)
    if record in MERGED:
        auxiliary["same_as"] = ("INTEGER", False)
    return auxiliary


def field_columns(record: Record) -> dict[str, tuple[str, bool]]:
    """Type and NOT NULL of the columns of its fields; of a reference to either of two kinds one is empty."""
    found: dict[str, tuple[str, bool]] = {}
    for field in record.fields:
        needed = (field.required or field.default is not None or field is record.title_field) and len(
            field.columns
        ) == 1
        found |= dict.fromkeys(field.columns, ("INTEGER" if field.to else field.type.sql, needed))
    return found


@pytest.mark.parametrize("record", RECORDS)
def test_a_table_has_the_columns_of_its_record_and_no_other(database: Database, record: str) -> None:
    found = {name: (column.type, bool(column.notnull)) for name, column in columns(database, record).items()}
    assert found == field_columns(RECORDS[record]) | auxiliary_columns(record)


@pytest.mark.parametrize("record", RECORDS)
def test_a_table_is_strict_with_its_number_as_key(database: Database, record: str) -> None:
    assert table(database, record).strict
    assert table(database, record).pks == ["id"]


@pytest.mark.parametrize("record", RECORDS)
def test_a_reference_points_to_the_table_of_its_kind(connection: sqlite3.Connection, record: str) -> None:
    rows = connection.execute('SELECT "from", "table" FROM pragma_foreign_key_list(?)', (record,))
    found = {(column, target) for column, target in rows if column != "date"}
    expected = {("entry", "entry"), ("voided", "entry")} | {("same_as", record) for _ in MERGED & {record}}
    for field in RECORDS[record].fields:
        expected |= set(zip(field.columns, field.targets, strict=True)) if field.to else set()
    assert found == expected


@pytest.mark.parametrize("record", RECORDS)
def test_sqlite_utils_sees_the_references_too(database: Database, record: str) -> None:
    seen = {(key.column, key.other_table) for key in table(database, record).foreign_keys if key.column}
    assert ("entry", "entry") in seen


def test_no_table_is_left_without_a_description(database: Database) -> None:
    known = {
        *RECORDS,
        "ledger",
        "entry",
        "change",
        "batch",
        "place_tree",
        "source",
        "mapping",
        "unlike",
        "numbering",
        "policy",
        "evidence",
        "frozen",
        "frozen_row",
        "link",
        "forgotten",
        "accepted",
    }
    assert set(database.table_names()) == known


@pytest.mark.parametrize(
    ("record", "column", "bad"),
    [
        ("activity", "date", "2026-7-1"),
        ("activity", "minutes", -1),
        ("activity", "served", -1),
        ("activity", "served", "30余"),
        ("activity", "volunteer", 2),
        ("activity", "end_date", "2000-01-01"),
        ("place", "level", "社区"),
        ("person", "gender", "x"),
        ("outcome", "quantity", -1),
        ("participation", "minutes", 1.5),
        ("checkin", "basis", "单位"),
        ("checkin", "who_org", 1),
    ],
)
def test_the_file_itself_refuses_what_can_never_be(
    connection: sqlite3.Connection, record: str, column: str, bad: object
) -> None:
    connection.executescript(
        "INSERT INTO entry (at, operator, command) VALUES ('', '', '');"
        "INSERT INTO place (name, level, name_key, entry) VALUES ('甲', 'community', '甲', 1);"
        "INSERT INTO org (name, name_key, entry) VALUES ('甲', '甲', 1);"
        "INSERT INTO person (name, name_key, entry) VALUES ('甲', '甲', 1);"
        "INSERT INTO activity (title, date, volunteer, name_key, entry) VALUES ('甲', '2026-07-01', 1, '甲', 1);"
        "INSERT INTO outcome (what, activity, quantity, name_key, entry) VALUES ('甲', 1, 1, '甲', 1);"
        "INSERT INTO participation (activity, person, date, entry) VALUES (1, 1, '2026-07-01', 1);"
        "INSERT INTO checkin (who_person, place, basis, entry) VALUES (1, 1, 'residence', 1);"
    )
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(f"UPDATE {record} SET {column} = ?", (bad,))


def test_a_participation_keeps_the_day_of_its_activity(connection: sqlite3.Connection) -> None:
    connection.executescript(
        "INSERT INTO entry (at, operator, command) VALUES ('', '', '');"
        "INSERT INTO person (name, name_key, entry) VALUES ('甲', '甲', 1);"
        "INSERT INTO activity (title, date, volunteer, name_key, entry) VALUES ('甲', '2026-07-01', 1, '甲', 1);"
        "INSERT INTO participation (activity, person, date, entry) VALUES (1, 1, '2026-07-01', 1);"
    )
    connection.execute("UPDATE activity SET date = '2026-06-01'")
    assert connection.execute("SELECT date FROM participation").fetchone() == ("2026-06-01",)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE participation SET date = '2026-07-01'")


def test_the_newest_version_is_the_number_of_scripts() -> None:
    folder = Path(shuangbaodao_cli.ledger.storage.__file__).with_name("schema")
    names = sorted(path.name for path in folder.glob("*.sql"))
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, layouts.NEWEST + 1)]
    assert len(migrations.scripts()) == layouts.NEWEST


@pytest.mark.parametrize("version", range(1, layouts.NEWEST))
def test_a_ledger_of_any_version_before_is_brought_up_with_what_it_holds(
    sbd: Sbd, own_ledger: Path, version: int
) -> None:
    leave(own_ledger, version)
    result = sbd("status", "--check")
    assert (result.code, "完好" in result.err) == (0, True)
    rows = sbd("report", "outcomes", "--year", "2026", "--format", "json").json()["rows"]
    assert [(row["what"], row["quantity"], row["services"]) for row in rows] == [("停车位", 200, 1)]
    assert sbd("report", "--year", "2026", "--format", "json").json()["totals"]["served"] == 30


def test_no_statement_of_a_script_is_lost() -> None:
    for script in migrations.scripts():
        bare = [line for line in script.splitlines() if line.strip() and not line.strip().startswith("--")]
        split = [line for statement in migrations.statements(script) for line in statement.splitlines()]
        assert [line for line in split if line.strip() and not line.strip().startswith("--")] == bare


DERIVED = {
    *{("order", name) for name in ("opened_on", "due", "holder_person", "holder_org", "holder_team", "holder_branch")},
    *{("order", name) for name in ("state", "pending", "closed")},
    *{("need", name) for name in ("state", "closed")},
}
"""Columns of records that are derived from the steps of an order: verify derives them again."""


@pytest.mark.parametrize("record", RECORDS)
def test_the_newest_layout_hashes_what_its_record_is_described_by(record: str) -> None:
    """A new field needs a layout of a new version: the columns of an older one are never edited."""
    expected = {*field_columns(RECORDS[record]), *auxiliary_columns(record)} - {"id", "name_key"}
    expected -= {"date"} if record == "participation" else set()
    expected -= {column for name, column in DERIVED if name == record}
    assert set(layouts.layout_of(layouts.NEWEST)[record]) == expected


@pytest.mark.parametrize("version", layouts.VERSIONS)
def test_a_layout_names_columns_that_its_version_has(tmp_path: Path, version: int) -> None:
    leave(tmp_path / "ledger.db", version)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        for table, hashed in layouts.layout_of(version).items():
            real = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
            assert {"id", *hashed} <= real, table


@pytest.mark.parametrize("version", layouts.VERSIONS)
def test_what_was_hashed_once_is_never_dropped(version: int) -> None:
    newest = layouts.layout_of(layouts.NEWEST)
    for table, hashed in layouts.layout_of(version).items():
        assert set(hashed) <= set(newest[table]), table


def test_each_version_with_a_chain_has_a_layout() -> None:
    assert list(layouts.VERSIONS) == list(range(layouts.FIRST, layouts.NEWEST + 1))
