"""Activities: one is logged with its participants and outcomes, as it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import labels, rules, store
from shuangbaodao_cli.ledger.records.identity import canonical_id_sql
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.model.service import ACTIVITY, OUTCOME, PARTICIPATION
from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.days import today
from shuangbaodao_cli.values.numbers import parse_outcome
from shuangbaodao_cli.values.text import fold, split_names

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.ledger.storage.journal import Entry


class LoggedActivity(NamedTuple):
    """An activity that was logged: its id, its values, and the names of its participants."""

    id: int
    values: dict[str, Any]
    people: list[str]
    similar_id: int | None
    """The id of another activity of the same name, day and place, if there is one."""


def log_activity(
    entry: Entry,
    raw_values: Mapping[str, str | None],
    *,
    people: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    new: bool = False,
) -> LoggedActivity:
    """Insert an activity with its participants and outcomes: raw values, names of places and persons.

    ``new`` lets unknown names in. Raises UsageError for a value that is none, NotFound for an unknown
    or ambiguous name, Refused for a day in the future.
    """
    values = _parse_values(entry, raw_values, new=new)
    place = values.get("place")
    participants = _resolve_people(entry, people, place, new=new)
    if participants and "headcount" not in values:
        values["headcount"] = len(participants)
    similar_id = _find_similar(entry.connection, values)
    id_ = store.insert(entry, ACTIVITY, values)
    for person in participants:
        store.insert(entry, PARTICIPATION, {"activity": id_, "person": person, "minutes": values.get("minutes")})
    for outcome in (part for raw in outcomes for part in split_names(raw)):
        store.insert(entry, OUTCOME, {"activity": id_, **_parse_outcome(outcome)})
    return LoggedActivity(id_, values, list(participants.values()), similar_id)


def _parse_values(entry: Entry, raw_values: Mapping[str, str | None], *, new: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, raw in raw_values.items():
        if raw is None or not raw.strip():
            continue
        field = ACTIVITY[name]
        if not field.to:
            values[name] = records_input.clean(field, raw, connection=entry.connection)
        elif name == "team":
            values |= records_input.resolve(entry, field, raw.strip(), new=new, place=values.get("place"))
        else:
            values |= records_input.resolve(entry, field, raw.strip(), new=new)
    values.setdefault("date", today().isoformat())
    if "minutes" in values:
        values["minutes"] = _round_down_minutes(entry, values["minutes"])
    rules.check_dates(ACTIVITY, values)
    rules.check_complete(ACTIVITY, values)
    return values


def _round_down_minutes(entry: Entry, minutes: int) -> int:
    """Minutes rounded down to the step of the policy; unchanged where the policy has none."""
    from shuangbaodao_cli.ledger import policy

    excess = minutes % policy.current(entry.connection).number("hours", "step_minutes")
    return minutes - excess if excess else minutes


def _resolve_people(entry: Entry, people: Sequence[str], place: int | None, *, new: bool) -> dict[int, str]:
    """Id → name of the persons named, each once."""
    participants: dict[int, str] = {}
    for name in (part for raw in people for part in split_names(raw)):
        (id_,) = records_input.resolve(entry, PARTICIPATION["person"], name, new=new, place=place).values()
        participants[id_] = labels.name_of(entry.connection, PERSON, id_)
    return participants


def _parse_outcome(text: str) -> dict[str, Any]:
    try:
        return parse_outcome(text)
    except InvalidValue as unfit:
        raise UsageError(f"{unfit.message}。") from None


def _find_similar(connection: sqlite3.Connection, values: Mapping[str, Any]) -> int | None:
    sql = "SELECT id FROM activity WHERE name_key = ? AND date = ? AND place IS ? AND voided IS NULL LIMIT 1"
    row = connection.execute(sql, (fold(values["title"]), values["date"], values.get("place"))).fetchone()
    return row[0] if row else None


def update_participant_minutes(
    entry: Entry, activity: int, old: int | None, new: int | None, since_entry: int = 0
) -> int:
    """Set the minutes of participants who had those of their activity to its new ones; how many they are.

    ``since_entry``: only participations inserted after this entry.
    """
    sql = "SELECT id FROM participation WHERE activity = ? AND minutes IS ? AND voided IS NULL AND entry > ?"
    ids = [id_ for (id_,) in entry.connection.execute(sql, (activity, old, since_entry))]
    for id_ in ids:
        store.update(entry, PARTICIPATION, id_, {"minutes": new})
    return len(ids)


def recent_values(connection: sqlite3.Connection, name: str, limit: int = 8) -> list[str]:
    """The values that a field of activities had lately, the latest first: what to offer when asking."""
    field = ACTIVITY[name]
    column = f"a.{name}" if not field.to else "t.name"
    join = f"JOIN [{field.to}] AS t ON t.id = {canonical_id_sql(field.to, f'a.{name}')}" if field.to else ""
    sql = (
        f"SELECT {column} FROM (SELECT * FROM activity WHERE voided IS NULL ORDER BY id DESC LIMIT 400) AS a "
        f"{join} WHERE {column} IS NOT NULL GROUP BY {column} ORDER BY MAX(a.id) DESC LIMIT {limit:d}"
    )
    return [value for (value,) in connection.execute(sql)]
