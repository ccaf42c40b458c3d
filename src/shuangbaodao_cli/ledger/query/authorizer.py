"""What of the ledger a statement that somebody else wrote may see, and the gate that keeps the rest from it."""

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
"""Columns that hold what was said of any record, numbers of persons too."""
_CATALOGUE_TABLES = {"sqlite_schema", "sqlite_master"}
_READ_ACTIONS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE}
_FORBIDDEN_FUNCTIONS = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "sqlcipher_export"}
"""Functions that some builds of SQLite have and that reach beyond the ledger."""

_COMMENT_OR_TEXT = r"""--[^\n]*|/\*.*?(?:\*/|$)|'(?:[^']|'')*'"""
_NAME = r"""|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]"""
_COMMENTS_AND_STRINGS = re.compile(_COMMENT_OR_TEXT, re.DOTALL)
_COMMENTS_AND_QUOTES = re.compile(_COMMENT_OR_TEXT + _NAME, re.DOTALL)
"""Comments and what stands in quotes: words there are no words of SQL."""
_LEAKING_JOIN = re.compile(r"\b(?:USING|NATURAL|RIGHT|FULL)\b", re.IGNORECASE)
"""SQLite compares the columns that such a join shares without asking whether they may be seen. The words are
refused wherever they stand: between them and JOIN may be what SQLite takes for a space and Python does not."""


@cache
def hidden_columns() -> frozenset[tuple[str, str]]:
    """Table and column of what reads as empty: ids, phones, what is said of people who are looked after."""
    personal = {
        (record.name, column)
        for record in RECORDS.values()
        for field in record.fields
        if field.type.name in MASKS
        for column in field.columns
    }
    names = {(record.name, "name_key") for record in RECORDS.values() if has_private_fields(record)}
    return frozenset(personal | names | _HISTORY_COLUMNS)


def is_hidden(table: str, column: str) -> bool:
    """Whether a column of the ledger is not shown unless somebody says why."""
    return column in _HIDDEN_IN_EVERY_TABLE or (table.lower(), column.lower()) in hidden_columns()


def has_leaking_join(sql: str) -> bool:
    """Whether a statement has a join past which nothing can be kept unseen."""
    return _LEAKING_JOIN.search(_COMMENTS_AND_QUOTES.sub(" ", sql)) is not None


def referenced_columns(sql: str, hidden: Collection[str]) -> list[str]:
    """Which of the hidden columns (``person.phone``) a statement names itself, not only by ``*``."""
    said = {word.casefold() for word in re.findall(r"\w+", _COMMENTS_AND_STRINGS.sub(" ", sql))}
    return [one for one in hidden if one.partition(".")[2].casefold() in said]


def make_authorizer(connection: sqlite3.Connection, hidden: dict[str, None], *, full: bool) -> Authorizer:
    """What SQLite asks of each thing a statement does; columns that read as NULL are noted in ``hidden``."""
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")}
    tables = {name for name in known if not name.startswith("sqlite_")} | _CATALOGUE_TABLES

    def allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action in _READ_ACTIONS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            return sqlite3.SQLITE_DENY if (second or "").lower() in _FORBIDDEN_FUNCTIONS else sqlite3.SQLITE_OK
        if action != sqlite3.SQLITE_READ or (second and first not in tables):
            return sqlite3.SQLITE_DENY  # where nothing is taken of a table, it may be one of the statement's own
        if full or not is_hidden(first or "", second or ""):
            return sqlite3.SQLITE_OK
        hidden[f"{first}.{second}"] = None
        return sqlite3.SQLITE_IGNORE

    return allowed
