"""Which rows tell of a person, and what is to stand there instead.

What the reports divide by stays with the person: unit and community. Their name becomes a number; everything
else that is said of them goes. Records of people who are looked after are another matter and are not touched.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.privacy import redaction_journal
from shuangbaodao_cli.ledger.privacy.mentions import anonymous_name, current_and_past_values
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

    from shuangbaodao_cli.ledger.privacy.mentions import Edits, MentionPatterns

KEPT_COLUMNS = ("org", "community")
"""What stays of a person, so that every total of a unit and a community stays as it is."""
CLEARED_COLUMNS = (*(one.name for one in PERSON.fields if one.name not in {"name", *KEPT_COLUMNS}), "extra")
REMARK_COLUMNS = ("note", "extra")

_HASHED_COLUMNS = layouts.layout_of(layouts.NEWEST)
_SKIPPED_TABLES = {"policy", "frozen", "forgotten", SUBJECT.name}
"""Tables that are read by nobody for a person (rules, hashes), were sent as they are, or are of others."""
_NON_TEXT_COLUMNS = {"at", "operator", "record", "field", "sha256"}
"""Columns in which no sentence stands; who entered something answers for it."""


def plan_edits(connection: sqlite3.Connection, ids: Sequence[int], patterns: MentionPatterns) -> Edits:
    """All that is to be changed; what stands there already is no change."""
    found: Edits = defaultdict(dict)
    for table in _HASHED_COLUMNS.keys() - _SKIPPED_TABLES:
        for id_, values in _text_edits(connection, table, patterns):
            found[table, id_] |= values
    for id_ in ids:
        name = anonymous_name(id_)
        found["person", id_] = {**dict.fromkeys(CLEARED_COLUMNS), "name": name, "name_key": fold(name)}
        _clear_history(connection, found, "person", id_, ("name", *CLEARED_COLUMNS))
    told = [("person", id_) for id_ in ids]
    for name, id_ in personal_records(connection, ids):
        found[name, id_] |= dict.fromkeys(REMARK_COLUMNS)
        _clear_history(connection, found, name, id_, REMARK_COLUMNS)
        told.append((name, id_))
    redaction_journal.redact_commands_about(connection, found, told)
    redaction_journal.redact_lookups(connection, found, current_and_past_values(connection, ids, *CLEARED_COLUMNS[:-1]))
    redaction_journal.redact_import_problems(
        connection,
        found,
        redaction_journal.import_rows(connection, told),
        current_and_past_values(connection, ids, "id_no", "phone"),
    )
    fresh = {row: _differences(connection, row, values) for row, values in found.items() if values}
    return {row: values for row, values in fresh.items() if values}


def _differences(connection: sqlite3.Connection, row: tuple[str, int], values: dict[str, Any]) -> dict[str, Any]:
    """What of the values does not stand in the row yet."""
    table, id_ = row
    stands = connection.execute(f"SELECT {', '.join(values)} FROM [{table}] WHERE id = ?", (id_,)).fetchone()
    return {column: value for (column, value), now in zip(values.items(), stands, strict=True) if value != now}


def personal_records(connection: sqlite3.Connection, ids: Collection[int]) -> Iterator[tuple[str, int]]:
    """The records that tie a person to something: participations, teams, check-ins, consents."""
    marks = ", ".join("?" * len(ids))
    for record in RECORDS.values():
        if record.about_person is not None:
            column = record.pointer(record.about_person.name, "person")
            for (id_,) in connection.execute(f"SELECT id FROM [{record.name}] WHERE {column} IN ({marks})", tuple(ids)):
                yield record.name, id_


def _text_edits(
    connection: sqlite3.Connection, table: str, patterns: MentionPatterns
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a table of which a text speaks of the person, and how it reads without them."""
    columns = _text_columns(connection, table, names=patterns.anywhere)
    connection.create_function("tells", 1, patterns.matches, deterministic=True)
    record = RECORDS.get(table)
    phones = {one.name for one in record.fields if one.type is PHONE} if record else set()
    for id_, *texts in _matching_rows(connection, table, columns, "tells"):
        told = {column: text for column, text in zip(columns, texts, strict=True) if patterns.matches(text)}
        values: dict[str, Any] = {
            column: None if column in phones else _redact(patterns, table, text) for column, text in told.items()
        }
        if record and record.named and record.title.name in values:
            values["name_key"] = fold(values[record.title.name])
        yield id_, values


def _redact(patterns: MentionPatterns, table: str, text: str) -> str:
    """A text without the person; of a number that was all there was the history keeps nothing."""
    covered = patterns.redact(text)
    return "null" if table == "change" and covered == json.dumps(mask_private(""), ensure_ascii=False) else covered


def _matching_rows(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], test: str
) -> list[tuple[Any, ...]]:
    """The rows of which the texts together pass a test, with each of them."""
    together = " || char(10) || ".join(f"COALESCE({column}, '')" for column in columns) or "''"
    return connection.execute(
        f"SELECT {', '.join(('id', *columns))} FROM [{table}] WHERE {test}({together})"
    ).fetchall()


def _text_columns(connection: sqlite3.Connection, table: str, *, names: bool = False) -> list[str]:
    """The columns of a table in which sentences stand; ``names``: also the one by which a thing is called."""
    texts = {name for name, type_ in _column_types(connection, table) if type_ == "TEXT"} - _NON_TEXT_COLUMNS
    record = RECORDS.get(table)
    title = {record.title.name} if record and record.named and not names else set()
    return [column for column in _HASHED_COLUMNS[table] if column in texts - title]


def _column_types(connection: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    return connection.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()


def _clear_history(connection: sqlite3.Connection, edits: Edits, name: str, id_: int, columns: Collection[str]) -> None:
    """Of what is emptied the history keeps that it was changed, not what it said."""
    marks = ", ".join("?" * len(columns))
    sql = f"SELECT id FROM change WHERE record = ? AND record_id = ? AND field IN ({marks})"
    for (change,) in connection.execute(sql, (name, id_, *columns)):
        edits["change", change] = {"old": "null", "new": "null"}


_UNHASHED_COLUMNS = (
    *(("source", "sheet"), ("frozen", "recipient"), ("frozen", "note")),
    *(("mapping", "headings"), ("mapping", "heading")),
)
"""Columns of which the chain knows nothing."""


def redact_unhashed_columns(connection: sqlite3.Connection, patterns: MentionPatterns) -> None:
    """Names of sheets, to whom something was sent, headings that were explained."""
    connection.create_function("tells", 1, patterns.matches, deterministic=True)
    for table, column in _UNHASHED_COLUMNS:
        found = connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE tells({column})").fetchall()
        for (said,) in found:
            sql = f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {column} = ?"
            connection.execute(sql, (patterns.redact(said), said))


def mentioning_rows(connection: sqlite3.Connection, table: str, patterns: MentionPatterns) -> list[int]:
    """The rows of a table that is not touched in which the person can be read."""
    connection.create_function("tells", 1, patterns.matches, deterministic=True)
    return [id_ for id_, *_ in _matching_rows(connection, table, _text_columns(connection, table, names=True), "tells")]


def ambiguous_rows(
    connection: sqlite3.Connection, patterns: MentionPatterns, own_ids: Collection[int]
) -> list[tuple[str, int]]:
    """Rows of which a text holds a name of two letters among others: nobody but a reader can tell whom it means."""
    connection.create_function("doubted", 1, patterns.is_ambiguous, deterministic=True)
    return [
        (table, id_)
        for table in (one for one in _HASHED_COLUMNS if one not in _SKIPPED_TABLES)
        for id_, *_ in _matching_rows(connection, table, _text_columns(connection, table), "doubted")
        if not (table == "person" and id_ in own_ids)
    ]
