"""P16: hours are exact: whatever they are divided by, the parts add up to what was put in, to the minute."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from faults.harness import ROUNDS, Tally
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.formats import as_json
from shuangbaodao_cli.reports.answer import report_table
from shuangbaodao_cli.reports.model import Scope
from shuangbaodao_cli.values.period import Period

if TYPE_CHECKING:
    import sqlite3

    from faults.conftest import Promise

YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
DIVIDED = ("places", "orgs", "teams", "categories", "trend", "people")
CATEGORIES = ("助老", "便民服务", None)
WHICH = st.none() | st.integers(1, 3)
SERVICES = st.lists(
    st.tuples(
        st.integers(0, 364),  # day of the year
        st.tuples(WHICH, WHICH, WHICH),  # place, organisation, team
        st.sampled_from(CATEGORIES),
        st.dictionaries(st.integers(1, 4), st.none() | st.integers(0, 1439), max_size=4),  # person → minutes
    ),
    max_size=15,
)


class RoundedHours(Scope):
    """The mutant: hours as decimals, each row rounded by itself."""

    def execute(self, sql: str) -> sqlite3.Cursor:
        """Ask for hours to one decimal."""
        rounded = "SUM(CAST(60 * ROUND(p.minutes / 60.0, 1) AS INTEGER))"
        return Scope.execute(self, sql.replace("SUM(p.minutes)", rounded))


def put_in(connection: sqlite3.Connection, services: list[Any]) -> None:
    """A ledger with these services."""
    with write_transaction(connection, "test") as entry:
        for record in ("place", "org", "team", "person"):
            for number in range(1, 5):
                level = {"level": "community"} if record == "place" else {}
                store.insert(entry, RECORDS[record], {"name": f"{record}{number}", **level})
        for day, (place, org, team), category, people in services:
            where = {"place": place, "org": org, "team": team, "category": category}
            when = (date(2026, 1, 1) + timedelta(day)).isoformat()
            activity = store.insert(entry, RECORDS["activity"], {"title": "活动", "date": when, **where})
            for person, minutes in people.items():
                part = {"activity": activity, "person": person, "minutes": minutes}
                store.insert(entry, RECORDS["participation"], part)


def added_up(tally: Tally, scope: Scope, services: list[Any]) -> None:
    """Compare every division with what was put in."""
    truth = sum(minutes or 0 for *_, people in services for minutes in people.values())
    for name in DIVIDED:
        said = as_json(report_table(scope, name))
        parts = sum(row["minutes"] for row in said["rows"])
        tally.held(parts == said["totals"]["minutes"] == truth, f"{name}: {parts} of {truth}")


def test_hours_are_exact_in_every_division(promise: Promise) -> None:
    tally, mutant = Tally(), Tally()

    @settings(max_examples=20 * ROUNDS, deadline=None, database=None)
    @given(services=SERVICES)
    def any_ledger(services: list[Any]) -> None:
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(open_ledger(Path(folder) / "ledger.db", create=True)) as connection,
        ):
            put_in(connection, services)
            added_up(tally, Scope(connection, YEAR), services)
            added_up(mutant, RoundedHours(connection, YEAR), services)

    any_ledger()
    promise("P16 hours are exact in every division", tally, mutant)
