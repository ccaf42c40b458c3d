"""Plans how a person is redacted: which cells change, and to what; ``erase`` writes the plan.

The unit and community of the person stay, because reports group by them. The name becomes a number; every other
fact about the person is cleared. Records of care recipients are kept for another purpose and are never redacted.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger.privacy import command_redaction
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
    from collections.abc import Callable, Collection, Iterator, Sequence

    from shuangbaodao_cli.ledger.privacy.mentions import Edits, MentionPatterns

KEPT_COLUMNS = ("org", "community")
"""Columns of a person that stay, so that the totals of units and communities do not change."""
CLEARED_COLUMNS = (*(one.name for one in PERSON.fields if one.name not in {"name", *KEPT_COLUMNS}), "extra")
_CLEARED_VALUES = {name: PERSON[name].default for name in CLEARED_COLUMNS[:-1]} | {"extra": None}
"""What is left in those columns: nothing, or what a new person would have."""
if PERSON.count_fields:
    _CLEARED_VALUES["approx"] = ""
REMARK_COLUMNS = ("note", "extra")

_HASHED_COLUMNS = layouts.layout_of(layouts.NEWEST)
_SKIPPED_TABLES = {"policy", "frozen", "forgotten", SUBJECT.name}
"""Tables without personal facts (rules, hashes), of reports as they were sent, or about other people."""
_NON_TEXT_COLUMNS = {"at", "operator", "record", "field", "sha256"}
"""Text columns that hold no free text. The operator stays: whoever entered something answers for it."""


def plan_edits(connection: sqlite3.Connection, ids: Sequence[int], patterns: MentionPatterns) -> Edits:
    """Every change of a hashed row that redacts the person; cells that are redacted already are left out."""
    edits: Edits = defaultdict(dict)
    for table in _HASHED_COLUMNS.keys() - _SKIPPED_TABLES:
        for id_, values in _text_edits(connection, table, patterns):
            edits[table, id_] |= values
    for id_ in ids:
        name = anonymous_name(id_)
        edits["person", id_] = {**_CLEARED_VALUES, "name": name, "name_key": fold(name)}
        _clear_history(connection, edits, "person", id_, ("name", *CLEARED_COLUMNS))
    records = [("person", id_) for id_ in ids]
    for name, id_ in personal_records(connection, ids):
        edits[name, id_] |= dict.fromkeys(REMARK_COLUMNS)
        _clear_history(connection, edits, name, id_, REMARK_COLUMNS)
        records.append((name, id_))
    command_redaction.redact_commands_about(connection, edits, records)
    command_redaction.redact_lookups(connection, edits, current_and_past_values(connection, ids, *CLEARED_COLUMNS[:-1]))
    command_redaction.redact_import_problems(
        connection,
        edits,
        command_redaction.import_rows(connection, records),
        current_and_past_values(connection, ids, "id_no", "phone"),
    )
    differing = {row: _differences(connection, row, values) for row, values in edits.items() if values}
    return {row: values for row, values in differing.items() if values}


def _differences(connection: sqlite3.Connection, row: tuple[str, int], values: dict[str, Any]) -> dict[str, Any]:
    """The values that the row does not have yet."""
    table, id_ = row
    stored = connection.execute(f"SELECT {', '.join(values)} FROM [{table}] WHERE id = ?", (id_,)).fetchone()
    return {column: value for (column, value), now in zip(values.items(), stored, strict=True) if value != now}


def personal_records(connection: sqlite3.Connection, ids: Collection[int]) -> Iterator[tuple[str, int]]:
    """The records that tie a person to something: participations, teams, check-ins, consents."""
    marks = ", ".join("?" * len(ids))
    for record in RECORDS.values():
        if record.about_person is not None:
            column = record.reference_column(record.about_person.name, "person")
            for (id_,) in connection.execute(f"SELECT id FROM [{record.name}] WHERE {column} IN ({marks})", tuple(ids)):
                yield record.name, id_


def _text_edits(
    connection: sqlite3.Connection, table: str, patterns: MentionPatterns
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a table that mention the person in a text: id, and the redacted value of each such column."""
    columns = _text_columns(connection, table, with_title=patterns.anywhere)
    record = RECORDS.get(table)
    phones = {field.name for field in record.fields if field.type is PHONE} if record else set()
    for id_, *texts in _matching_rows(connection, table, columns, patterns.matches):
        values: dict[str, Any] = {
            column: None if column in phones else _redact(patterns, table, text)
            for column, text in zip(columns, texts, strict=True)
            if patterns.matches(text)
        }
        if record and record.has_name and record.title_field.name in values:
            values["name_key"] = fold(values[record.title_field.name])
        yield id_, values


def _redact(patterns: MentionPatterns, table: str, text: str) -> str:
    """A text without the person; a value of the history that was nothing but a number becomes null."""
    redacted = patterns.redact(text)
    return "null" if table == "change" and redacted == json.dumps(mask_private(""), ensure_ascii=False) else redacted


def _matching_rows(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], predicate: Callable[[str | None], bool]
) -> list[tuple[Any, ...]]:
    """The rows whose columns, joined by line breaks, satisfy a predicate: id, then each of the columns."""
    connection.create_function("mentions", 1, predicate, deterministic=True)
    joined = " || char(10) || ".join(f"COALESCE({column}, '')" for column in columns) or "''"
    return connection.execute(
        f"SELECT {', '.join(('id', *columns))} FROM [{table}] WHERE mentions({joined})"
    ).fetchall()


def _text_columns(connection: sqlite3.Connection, table: str, *, with_title: bool = False) -> list[str]:
    """The hashed columns of a table that hold free text; ``with_title`` adds the column that names the record."""
    texts = {name for name, type_ in _column_types(connection, table) if type_ == "TEXT"} - _NON_TEXT_COLUMNS
    record = RECORDS.get(table)
    title = {record.title_field.name} if record and record.has_name and not with_title else set()
    return [column for column in _HASHED_COLUMNS[table] if column in texts - title]


def _column_types(connection: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    return connection.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()


def _clear_history(connection: sqlite3.Connection, edits: Edits, name: str, id_: int, columns: Collection[str]) -> None:
    """Clear the old and new values of columns in the history of a record; that they changed stays known."""
    marks = ", ".join("?" * len(columns))
    sql = f"SELECT id FROM change WHERE record = ? AND record_id = ? AND field IN ({marks})"
    for (change,) in connection.execute(sql, (name, id_, *columns)):
        edits["change", change] = {"old": "null", "new": "null"}


_UNHASHED_COLUMNS = (
    *(("source", "sheet"), ("frozen", "recipient"), ("frozen", "note")),
    *(("mapping", "headings"), ("mapping", "heading")),
)
"""Text columns that the chain does not cover: table, column."""


class UnhashedEdit(NamedTuple):
    """A text to be replaced wherever it is the value of a column that the chain does not cover."""

    table: str
    column: str
    old: str
    new: str


def plan_unhashed_edits(connection: sqlite3.Connection, patterns: MentionPatterns) -> list[UnhashedEdit]:
    """The names of sheets, recipients and notes of reports, and headings that mention the person.

    They need no hash put by, and alone they do not make an erased person one to be erased again: so they are no
    part of ``plan_edits``.
    """
    return [
        UnhashedEdit(table, column, text, patterns.redact(text))
        for table, column in _UNHASHED_COLUMNS
        for (text,) in connection.execute(f"SELECT DISTINCT {column} FROM {table}")
        if patterns.matches(text)
    ]


def mentioning_rows(connection: sqlite3.Connection, table: str, patterns: MentionPatterns) -> list[int]:
    """The ids of the rows of a table that is not redacted and still mentions the person."""
    columns = _text_columns(connection, table, with_title=True)
    return [id_ for id_, *_ in _matching_rows(connection, table, columns, patterns.matches)]


def ambiguous_rows(
    connection: sqlite3.Connection, patterns: MentionPatterns, own_ids: Collection[int]
) -> list[tuple[str, int]]:
    """Table and id of the rows in which a name of two characters runs on into other text: only a reader can tell."""
    return [
        (table, id_)
        for table in _HASHED_COLUMNS
        if table not in _SKIPPED_TABLES
        for id_, *_ in _matching_rows(connection, table, _text_columns(connection, table), patterns.is_ambiguous)
        if not (table == "person" and id_ in own_ids)
    ]
