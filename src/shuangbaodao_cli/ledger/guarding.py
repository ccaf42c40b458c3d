"""A statement that somebody else wrote is run so that it can only read, and sees no number of a person."""

from __future__ import annotations

import re
import sqlite3
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from shuangbaodao_cli.ledger.wording import MASKS, guarded
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_FORBIDDEN = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"}
"""Functions that some builds of SQLite have and that reach beyond the ledger."""
_OLD = {("change", "old"), ("change", "new"), ("batch", "outcome"), ("entry", "command"), ("frozen", "answer")}
"""Columns that hold what was said of any record, numbers of persons too."""


_ASIDE = re.compile(r"""--[^\n]*|/\*.*?(?:\*/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]""", re.DOTALL)
"""Comments and what stands in quotes: words there are no words of SQL."""
_UNSEEN_JOIN = re.compile(r"\b(?:RIGHT|FULL)\b(?:\s+\w+){0,2}\s+JOIN\b", re.IGNORECASE)
"""SQLite reads the columns such a join is USING without asking whether they may be seen."""


class Wrong(Exception):  # noqa: N818  # never told as it is: whoever ran the statement says whose it was
    """Why a statement cannot be run, as SQLite says it; ``kind`` says more where it is a rule of ours.

    ``writes``: it was more than reading. ``joins``: a RIGHT or FULL JOIN, past which nothing can be kept unseen.
    """

    def __init__(self, said: str, kind: Literal["", "writes", "joins"] = "") -> None:
        super().__init__(said)
        self.kind = kind


@cache
def unseen() -> frozenset[tuple[str, str]]:
    """Table and column of what reads as empty: ids, phones, what is said of people who are looked after."""
    personal = {
        (record.name, column)
        for record in RECORDS.values()
        for field in record.fields
        if field.type.name in MASKS
        for column in field.columns
    }
    beside = {(record.name, "extra") for record in RECORDS.values()}
    names = {(record.name, "name_key") for record in RECORDS.values() if guarded(record)}
    return frozenset(personal | beside | names | _OLD)


def joins_unseen(sql: str) -> bool:
    """Whether a statement has a join past which nothing can be kept unseen."""
    return _UNSEEN_JOIN.search(_ASIDE.sub(" ", sql)) is not None


@contextmanager
def reading_only(connection: sqlite3.Connection) -> Iterator[None]:
    """Nothing but SELECT is taken meanwhile, and what ``unseen`` names reads as NULL."""
    (before,) = connection.execute("PRAGMA query_only").fetchone()
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(_allowed)
    try:
        yield
    finally:
        connection.set_authorizer(None)
        connection.execute(f"PRAGMA query_only = {int(before)}")


def _allowed(action: int, first: str | None, second: str | None, *_: Any) -> int:
    if action == sqlite3.SQLITE_READ:
        seen = ((first or "").lower(), (second or "").lower()) not in unseen()
        return sqlite3.SQLITE_OK if seen else sqlite3.SQLITE_IGNORE
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FORBIDDEN:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def answered(
    connection: sqlite3.Connection, sql: str, values: Mapping[str, Any]
) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """The columns and rows of one statement that only reads. Raises Wrong."""
    if joins_unseen(sql):
        raise Wrong("RIGHT JOIN, FULL JOIN", "joins")
    try:
        with reading_only(connection):
            cursor = connection.execute(sql, dict(values))
            return [name for name, *_ in cursor.description or ()], cursor.fetchall()
    except sqlite3.Error as error:
        writes = getattr(error, "sqlite_errorname", "") in {"SQLITE_AUTH", "SQLITE_READONLY"}
        raise Wrong(str(error), "writes" if writes else "") from None
