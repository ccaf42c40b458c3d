"""Somebody's own SQL, for reading only: what it may do, what it may see, and how long it may take.

Without a reason to see them, the numbers of persons, all that is said of people who are looked
after, and what holds copies of either (the history, what a list said beside its columns) may not be
named; under ``*`` they read as NULL, so that no condition finds out either.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.query.authorizer import has_leaking_join, make_authorizer, referenced_columns
from shuangbaodao_cli.ledger.storage import encryption, transactions
from shuangbaodao_cli.ledger.storage.encryption import sqlite3
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.ledger.storage.sqlite_errors import translate_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from shuangbaodao_cli.ledger.query.authorizer import Authorizer

DEFAULT_SECONDS = 30
"""Seconds that a statement may take."""
MAX_ROWS = 1_000_000
"""Rows that an answer may have."""
MAX_VALUE_BYTES = 16_000_000
"""Bytes that one value may have."""
_STEPS = 10_000
"""Instructions of SQLite between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a statement under the names of its columns, and which columns it used read as NULL."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    hidden: list[str]


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open a ledger so that nothing can change it. Raises LedgerError as ``open_ledger`` does."""
    open_ledger(path).close()  # it is ours, of the newest schema, and whole after whatever was interrupted
    with translate_errors(path):
        connection = encryption.connect(path, "ro")
        for pragma in (
            f"busy_timeout = {transactions.BUSY_TIMEOUT_MS}",
            "trusted_schema = OFF",
            "query_only = ON",
            "cache_size = -65536",
        ):
            connection.execute(f"PRAGMA {pragma}")
    return connection


def run_query(
    connection: sqlite3.Connection,
    sql: str,
    values: Mapping[str, Any] | None = None,
    *,
    full: bool = False,
    seconds: int = DEFAULT_SECONDS,
) -> Answer:
    """The answer to one statement that only reads; ``full`` shows what is else kept unseen.

    Raises UsageError with SQLite's own words where the statement is wrong, wants to change something, names
    what it may not see, or does not come to an end within ``seconds``.
    """
    if not full and has_leaking_join(sql):
        raise UsageError(
            "这里不能用 USING、NATURAL、RIGHT、FULL 这几种连接：SQLite 会让它们绕过不外露的列。"
            "请改写成 JOIN … ON 或 LEFT JOIN … ON。"
        )
    values, hidden = values or {}, dict[str, None]()
    with translate_errors():
        asked, clock = make_authorizer(connection, hidden, full=full), _TimeLimit(seconds)
    with translate_errors(), _restrict_connection(connection, asked, clock), _explain_errors(clock, values):
        cursor = connection.execute(sql, dict(values))
        if cursor.description is None:
            raise UsageError('还没有写要查什么，例如 sbd query "select name from place"。')
        if columns := referenced_columns(
            sql, hidden
        ):  # what is counted or compared with nothing would be a wrong figure
            raise UsageError(
                f"{'、'.join(columns)} 不外露，不能写在句子里，数它、拿它作条件也不行。"
                "确有需要，请用 sbd query --full --reason 单独查。"
            )
        rows = cursor.fetchmany(MAX_ROWS + 1)
    if len(rows) > MAX_ROWS:
        raise UsageError(f"结果超过 {MAX_ROWS // 10_000} 万行，太多了。请加条件，或者加 limit 只要前面一些。")
    return Answer([one[0] for one in cursor.description], rows, list(hidden))


class _TimeLimit:
    """How long a statement may take yet; a Ctrl-C that SQLite swallowed ended it before that."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds

    def is_exceeded(self) -> bool:
        """Whether that time is past."""
        return time.monotonic() > self.deadline


def hidden_columns_in(connection: sqlite3.Connection, sql: str, values: Mapping[str, Any]) -> list[str]:
    """The columns that are not to be shown which a statement of ours uses."""
    hidden: dict[str, None] = {}
    connection.set_authorizer(make_authorizer(connection, hidden, full=False))
    try:
        connection.execute(f"EXPLAIN {sql}", dict(values)).fetchall()
    finally:
        connection.set_authorizer(None)
    return list(hidden)


@contextmanager
def _restrict_connection(
    connection: sqlite3.Connection, authorizer: Authorizer, time_limit: _TimeLimit
) -> Iterator[None]:
    """A connection that asks the gate, looks at the clock and makes no giant values, while it is used."""
    before = encryption.set_limit(connection, "LENGTH", MAX_VALUE_BYTES)
    factory, connection.text_factory = connection.text_factory, lambda raw: raw.decode(errors="replace")
    connection.set_authorizer(authorizer)
    connection.set_progress_handler(time_limit.is_exceeded, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
        connection.set_authorizer(None)
        connection.text_factory = factory
        encryption.set_limit(connection, "LENGTH", before or 0)


@contextmanager
def _explain_errors(time_limit: _TimeLimit, values: Mapping[str, Any]) -> Iterator[None]:
    """What SQLite says of a statement, in plain words with its own behind them."""
    try:
        yield
    except (sqlite3.Warning, sqlite3.ProgrammingError) as error:
        if "one statement" in str(error):
            raise UsageError("一次只能查一句，分号后面不要再写别的。") from None
        offered = f"能用的参数只有 {'、'.join(f':{name}' for name in values)}" if values else "请把值直接写在句子里"
        raise UsageError(f"这句 SQL 里有没给值的参数或不能用的字符，{offered}。SQLite 说：{error}") from None
    except sqlite3.Error as error:
        name = encryption.error_name(error)
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_CANTOPEN")):
            raise
        if name == "SQLITE_INTERRUPT" and not time_limit.is_exceeded():
            raise KeyboardInterrupt from None
        raise UsageError(_error_message(name, str(error), time_limit.seconds)) from None


def _error_message(name: str, sqlite_message: str, seconds: int) -> str:
    if name == "SQLITE_INTERRUPT":
        return f"算了 {seconds} 秒还没有算完，已经停下。请加条件或 limit；sbd query 可以用 --seconds 多给些时间。"
    if "not authorized" in sqlite_message or "prohibited" in sqlite_message:
        why = "这里只能查（select），不能改台账、不能打开别的文件。"
    elif sqlite_message.startswith("no such table"):
        why = "没有这张表。表名就是记录的英文名，有哪些见 sbd list --help。"
    elif sqlite_message.startswith("no such column"):
        why = "没有这一列。列名就是字段的英文名，见 docs 里的“记录”一页；文字要用单引号括起来。"
    elif name in {"SQLITE_TOOBIG", "SQLITE_NOMEM"}:
        why = "算出来的一个值太大了。"
    else:
        why = "这句 SQL 不对。"
    return f"{why}SQLite 说：{sqlite_message}"
