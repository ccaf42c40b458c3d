"""Which rows tell of a person, and what is to stand there instead.

What the reports divide by stays with the person: unit and community. Their name becomes a number; everything
else that is said of them goes. Records of people who are looked after are another matter and are not touched.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.privacy import redaction_journal
from shuangbaodao_cli.ledger.privacy.mentions import ever, new_name
from shuangbaodao_cli.ledger.storage import layouts
from shuangbaodao_cli.model.care import SUBJECT
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.masking import mask_private
from shuangbaodao_cli.values.text import fold
from shuangbaodao_cli.values.types import PHONE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Sequence

    from shuangbaodao_cli.ledger.privacy.mentions import Edits, Traces

KEPT = ("org", "community")
"""What stays of a person, so that every total of a unit and a community stays as it is."""
EMPTIED = (*(one.name for one in PERSON.fields if one.name not in {"name", *KEPT}), "extra")
TIES = ("checkin", "member", "participation", "consent", "area", "pledge")
"""Records that are of one person: remarks on them are remarks on the person."""
REMARKS = ("note", "extra")

_HASHED = layouts.layout_of(layouts.NEWEST)
_ASIDE = {"policy", "frozen", "forgotten", SUBJECT.name}
"""Tables that are read by nobody for a person (rules, hashes), were sent as they are, or are of others."""
_NOT_SAID = {"at", "operator", "record", "field", "sha256"}
"""Columns in which no sentence stands; who entered something answers for it."""


def edits(connection: sqlite3.Connection, ids: Sequence[int], traces: Traces) -> Edits:
    """All that is to be changed; what stands there already is no change."""
    found: Edits = defaultdict(dict)
    for table in _HASHED.keys() - _ASIDE:
        for id_, values in _said(connection, table, traces):
            found[table, id_] |= values
    for id_ in ids:
        name = new_name(id_)
        found["person", id_] = {**dict.fromkeys(EMPTIED), "name": name, "name_key": fold(name)}
        _history(connection, found, "person", id_, ("name", *EMPTIED))
    told = [("person", id_) for id_ in ids]
    for name, id_ in ties(connection, ids):
        found[name, id_] |= dict.fromkeys(REMARKS)
        _history(connection, found, name, id_, REMARKS)
        told.append((name, id_))
    redaction_journal.blot_about(connection, found, told)
    redaction_journal.blot_looks(connection, found, ever(connection, ids, *EMPTIED[:-1]))
    redaction_journal.blot(
        connection, found, redaction_journal.rows_of(connection, told), ever(connection, ids, "id_no", "phone")
    )
    fresh = {row: _fresh(connection, row, values) for row, values in found.items() if values}
    return {row: values for row, values in fresh.items() if values}


def _fresh(connection: sqlite3.Connection, row: tuple[str, int], values: dict[str, Any]) -> dict[str, Any]:
    """What of the values does not stand in the row yet."""
    table, id_ = row
    stands = connection.execute(f"SELECT {', '.join(values)} FROM [{table}] WHERE id = ?", (id_,)).fetchone()
    return {column: value for (column, value), now in zip(values.items(), stands, strict=True) if value != now}


def ties(connection: sqlite3.Connection, ids: Collection[int]) -> Iterator[tuple[str, int]]:
    """The records that tie a person to something: participations, teams, check-ins, consents."""
    marks = ", ".join("?" * len(ids))
    for name in TIES:
        column = next(RECORDS[name].pointer(one.name, "person") for one in RECORDS[name].fields if "person" in one.to)
        for (id_,) in connection.execute(f"SELECT id FROM [{name}] WHERE {column} IN ({marks})", tuple(ids)):
            yield name, id_


def _said(connection: sqlite3.Connection, table: str, traces: Traces) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a table of which a text speaks of the person, and how it reads without them."""
    columns = _texts(connection, table, names=traces.anywhere)
    connection.create_function("tells", 1, traces.tell, deterministic=True)
    record = RECORDS.get(table)
    phones = {one.name for one in record.fields if one.type is PHONE} if record else set()
    for id_, *texts in _holding(connection, table, columns, "tells"):
        told = {column: text for column, text in zip(columns, texts, strict=True) if traces.tell(text)}
        values: dict[str, Any] = {
            column: None if column in phones else _without(traces, table, text) for column, text in told.items()
        }
        if record and record.named and record.title.name in values:
            values["name_key"] = fold(values[record.title.name])
        yield id_, values


def _without(traces: Traces, table: str, text: str) -> str:
    """A text without the person; of a number that was all there was the history keeps nothing."""
    covered = traces.covered(text)
    return "null" if table == "change" and covered == json.dumps(mask_private(""), ensure_ascii=False) else covered


def _holding(connection: sqlite3.Connection, table: str, columns: Sequence[str], test: str) -> list[tuple[Any, ...]]:
    """The rows of which the texts together pass a test, with each of them."""
    together = " || char(10) || ".join(f"COALESCE({column}, '')" for column in columns) or "''"
    return connection.execute(
        f"SELECT {', '.join(('id', *columns))} FROM [{table}] WHERE {test}({together})"
    ).fetchall()


def _texts(connection: sqlite3.Connection, table: str, *, names: bool = False) -> list[str]:
    """The columns of a table in which sentences stand; ``names``: also the one by which a thing is called."""
    texts = {name for name, type_ in _types(connection, table) if type_ == "TEXT"} - _NOT_SAID
    record = RECORDS.get(table)
    title = {record.title.name} if record and record.named and not names else set()
    return [column for column in _HASHED[table] if column in texts - title]


def _types(connection: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    return connection.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()


def _history(connection: sqlite3.Connection, found: Edits, name: str, id_: int, columns: Collection[str]) -> None:
    """Of what is emptied the history keeps that it was changed, not what it said."""
    marks = ", ".join("?" * len(columns))
    sql = f"SELECT id FROM change WHERE record = ? AND record_id = ? AND field IN ({marks})"
    for (change,) in connection.execute(sql, (name, id_, *columns)):
        found["change", change] = {"old": "null", "new": "null"}


_BESIDE = (
    *(("source", "sheet"), ("frozen", "recipient"), ("frozen", "note")),
    *(("mapping", "headings"), ("mapping", "heading")),
)
"""Columns of which the chain knows nothing."""


def beside(connection: sqlite3.Connection, traces: Traces) -> None:
    """Names of sheets, to whom something was sent, headings that were explained."""
    connection.create_function("tells", 1, traces.tell, deterministic=True)
    for table, column in _BESIDE:
        found = connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE tells({column})").fetchall()
        for (said,) in found:
            sql = f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {column} = ?"
            connection.execute(sql, (traces.covered(said), said))


def speaking(connection: sqlite3.Connection, table: str, traces: Traces) -> list[int]:
    """The rows of a table that is not touched in which the person can be read."""
    connection.create_function("tells", 1, traces.tell, deterministic=True)
    return [id_ for id_, *_ in _holding(connection, table, _texts(connection, table, names=True), "tells")]


def doubtful(connection: sqlite3.Connection, traces: Traces, own: Collection[int]) -> list[tuple[str, int]]:
    """Rows of which a text holds a name of two letters among others: nobody but a reader can tell whom it means."""
    connection.create_function("doubted", 1, traces.doubtful, deterministic=True)
    return [
        (table, id_)
        for table in (one for one in _HASHED if one not in _ASIDE)
        for id_, *_ in _holding(connection, table, _texts(connection, table), "doubted")
        if not (table == "person" and id_ in own)
    ]
