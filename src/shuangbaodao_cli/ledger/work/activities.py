"""What happened: one activity with the people who took part and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import labels, rules, store
from shuangbaodao_cli.ledger.records.identity import canonical_id_sql
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.model.service import ACTIVITY, OUTCOME, PARTICIPATION
from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.values.days import today
from shuangbaodao_cli.values.numbers import read_outcome
from shuangbaodao_cli.values.text import fold, parted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.ledger.storage.journal import Entry


class LoggedActivity(NamedTuple):
    """An activity that was put in: its number, its facts with names as known, and what to look at."""

    id: int
    values: dict[str, Any]
    people: list[str]
    similar_id: int | None
    """Another activity of the same name, day and place, if there is one."""


def log_activity(
    entry: Entry,
    raw_values: Mapping[str, str | None],
    *,
    people: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    new: bool = False,
) -> LoggedActivity:
    """Put in one activity as it was told: words as typed, names of places, units and persons.

    Raises UsageError for a value that is none, NotFound for an unknown or ambiguous name, Refused
    for a day that has not come.
    """
    facts = _parse_values(entry, raw_values, new=new)
    place = facts.get("place")
    persons = _resolve_people(entry, people, place, new=new)
    if persons and "headcount" not in facts:
        facts["headcount"] = len(persons)
    alike = _find_similar(entry.connection, facts)
    id_ = store.insert(entry, ACTIVITY, facts)
    for person in persons:
        part = {"activity": id_, "person": person, "minutes": facts.get("minutes")}
        store.insert(entry, PARTICIPATION, part)
    for outcome in (one for cell in outcomes for one in parted(cell)):
        store.insert(entry, OUTCOME, {"activity": id_, **_parse_outcome(outcome)})
    return LoggedActivity(id_, facts, list(persons.values()), alike)


def _parse_values(entry: Entry, raw_values: Mapping[str, str | None], *, new: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in raw_values.items():
        if value is None or not value.strip():
            continue
        field_ = ACTIVITY[name]
        if not field_.to:
            facts[name] = records_input.clean(field_, value, connection=entry.connection)
        elif name == "team":
            facts |= records_input.resolve(entry, field_, value.strip(), new=new, place=facts.get("place"))
        else:
            facts |= records_input.resolve(entry, field_, value.strip(), new=new)
    facts.setdefault("date", today().isoformat())
    if "minutes" in facts:
        facts["minutes"] = _round_down_minutes(entry, facts["minutes"])
    rules.check_dates(ACTIVITY, facts)
    rules.check_complete(ACTIVITY, facts)
    return facts


def _round_down_minutes(entry: Entry, minutes: int) -> int:
    """A duration cut down to the step of the policy, never up; where there is none, as it was said."""
    from shuangbaodao_cli.ledger import policy  # noqa: PLC0415  # reading the rules costs a twentieth of a start

    over = minutes % policy.current(entry.connection).number("hours", "step_minutes")
    return minutes - over if over else minutes


def _resolve_people(entry: Entry, people: Sequence[str], place: int | None, *, new: bool) -> dict[int, str]:
    """The persons named, each once: id → name."""
    found: dict[int, str] = {}
    for name in (one for cell in people for one in parted(cell)):
        (id_,) = records_input.resolve(entry, PARTICIPATION["person"], name, new=new, place=place).values()
        found[id_] = labels.name_of(entry.connection, PERSON, id_)
    return found


def _parse_outcome(text: str) -> dict[str, Any]:
    try:
        return read_outcome(text)
    except Unfit as unfit:
        raise UsageError(f"{unfit.message}。") from None


def _find_similar(connection: sqlite3.Connection, values: Mapping[str, Any]) -> int | None:
    sql = "SELECT id FROM activity WHERE name_key = ? AND date = ? AND place IS ? AND voided IS NULL LIMIT 1"
    row = connection.execute(sql, (fold(values["title"]), values["date"], values.get("place"))).fetchone()
    return row[0] if row else None


def update_participant_minutes(
    entry: Entry, activity: int, old: int | None, new: int | None, since_entry: int = 0
) -> int:
    """Give the people of an activity its new length where theirs was the old one; how many they were.

    ``since``: only those whose part was put in after this command.
    """
    sql = "SELECT id FROM participation WHERE activity = ? AND minutes IS ? AND voided IS NULL AND entry > ?"
    found = [id_ for (id_,) in entry.connection.execute(sql, (activity, old, since_entry))]
    for id_ in found:
        store.update(entry, PARTICIPATION, id_, {"minutes": new})
    return len(found)


def recent_values(connection: sqlite3.Connection, name: str, limit: int = 8) -> list[str]:
    """What was last said for a field of activities, the latest first: what to offer when asking."""
    field_ = ACTIVITY[name]
    column = f"a.{name}" if not field_.to else "t.name"
    join = f"JOIN [{field_.to}] AS t ON t.id = {canonical_id_sql(field_.to, f'a.{name}')}" if field_.to else ""
    sql = (
        f"SELECT {column} FROM (SELECT * FROM activity WHERE voided IS NULL ORDER BY id DESC LIMIT 400) AS a "
        f"{join} WHERE {column} IS NOT NULL GROUP BY {column} ORDER BY MAX(a.id) DESC LIMIT {limit:d}"
    )
    return [value for (value,) in connection.execute(sql)]
