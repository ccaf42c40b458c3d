"""The authorizer for SQL that a user wrote: which columns it may read, and what reads as NULL instead.

SQLite asks it about every table, column and function of a statement. What it does not ask about (some joins) is
refused by the words of the statement.
"""

from __future__ import annotations

import re
import sqlite3
from functools import cache
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.records.labels import MASKS, has_private_fields
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]

_HIDDEN_IN_EVERY_TABLE = {"id_no", "phone", "extra"}
_HISTORY_COLUMNS = {
    ("change", "old"),
    ("change", "new"),
    ("batch", "outcome"),
    ("entry", "command"),
    ("frozen", "answer"),
}
"""Columns that hold values of any record, and so ids and phones of persons too."""
_CATALOGUE_TABLES = {"sqlite_schema", "sqlite_master"}
_READ_ACTIONS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE}
_FORBIDDEN_FUNCTIONS = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "sqlcipher_export"}
"""Functions of some builds of SQLite that reach beyond the ledger."""

_COMMENT_OR_TEXT = r"""--[^\n]*|/\*.*?(?:\*/|$)|'(?:[^']|'')*'"""
_NAME = r"""|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]"""
_COMMENTS_AND_STRINGS = re.compile(_COMMENT_OR_TEXT, re.DOTALL)
_COMMENTS_AND_QUOTES = re.compile(_COMMENT_OR_TEXT + _NAME, re.DOTALL)
"""Comments and quoted text: words in them are not part of the SQL."""
_LEAKING_JOIN = re.compile(r"\b(?:USING|NATURAL|RIGHT|FULL)\b", re.IGNORECASE)
"""SQLite compares the columns that such a join shares without asking the authorizer. The words are refused wherever
they stand: between them and JOIN may be a character that is a space to SQLite and not to Python."""


@cache
def hidden_columns() -> frozenset[tuple[str, str]]:
    """Table and column of what reads as NULL: ids, phones, personal data of care recipients."""
    personal = {
        (record.name, column)
        for record in RECORDS.values()
        for field in record.fields
        if field.type.name in MASKS
        for column in field.columns
    }
    name_keys = {(record.name, "name_key") for record in RECORDS.values() if has_private_fields(record)}
    return frozenset(personal | name_keys | _HISTORY_COLUMNS)


def is_hidden(table: str, column: str) -> bool:
    """Whether a column of the ledger is shown only for a stated reason."""
    return column in _HIDDEN_IN_EVERY_TABLE or (table.lower(), column.lower()) in hidden_columns()


def has_leaking_join(sql: str) -> bool:
    """Whether a statement has a join that lets hidden columns be compared."""
    return _LEAKING_JOIN.search(_COMMENTS_AND_QUOTES.sub(" ", sql)) is not None


def referenced_columns(sql: str, hidden: Collection[str]) -> list[str]:
    """The hidden columns (``person.phone``) that a statement names, not only takes by ``*``."""
    words = {word.casefold() for word in re.findall(r"\w+", _COMMENTS_AND_STRINGS.sub(" ", sql))}
    return [name for name in hidden if name.partition(".")[2].casefold() in words]


def make_authorizer(connection: sqlite3.Connection, hidden: dict[str, None], *, full: bool) -> Authorizer:
    """The authorizer of a connection; it adds the columns that read as NULL to ``hidden``. ``full`` hides none."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
    tables = {name for (name,) in names if not name.startswith("sqlite_")} | _CATALOGUE_TABLES

    def authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action in _READ_ACTIONS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            return sqlite3.SQLITE_DENY if (second or "").lower() in _FORBIDDEN_FUNCTIONS else sqlite3.SQLITE_OK
        if action != sqlite3.SQLITE_READ or (second and first not in tables):
            return sqlite3.SQLITE_DENY  # without a column it may be a table of the statement itself
        if full or not is_hidden(first or "", second or ""):
            return sqlite3.SQLITE_OK
        hidden[f"{first}.{second}"] = None
        return sqlite3.SQLITE_IGNORE

    return authorize
