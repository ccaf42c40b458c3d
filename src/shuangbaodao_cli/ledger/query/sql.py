"""Queries that a user wrote: read only, with limits on time and size, and without hidden columns.

Unless a reason is given, ids and phones, personal data of care recipients, and the columns that hold copies of either
(history, unmapped columns of a roster) may not be named; under ``*`` they read as NULL, so that no condition can find
them out either.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.query.authorizer import has_leaking_join, make_authorizer, referenced_columns
from shuangbaodao_cli.ledger.storage import encryption, transactions
from shuangbaodao_cli.ledger.storage.driver import error_name, set_limit, sqlite3
from shuangbaodao_cli.ledger.storage.ledger_file import open_ledger
from shuangbaodao_cli.ledger.storage.sqlite_errors import translate_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from shuangbaodao_cli.ledger.query.authorizer import Authorizer

DEFAULT_SECONDS = 30
"""Seconds that a statement may take unless the user gives more."""
MAX_ROWS = 1_000_000
"""Rows up to which an answer is given."""
MAX_VALUE_BYTES = 16_000_000
"""Bytes that a value in an answer may have."""
_STEPS = 10_000
"""SQLite instructions between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The column names and rows of an answer, and the columns that were read as NULL (``person.phone``)."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    hidden: list[str]


def open_read_only(path: Path) -> sqlite3.Connection:
    """A connection to a ledger that cannot change it. Raises LedgerError as ``open_ledger`` does."""
    open_ledger(path).close()  # migrates the ledger and rolls back what was interrupted; a reader could do neither
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
    """The answer to one statement that only reads; ``values`` are its parameters, ``full`` shows hidden columns too.

    Raises UsageError, with SQLite's own message, where the statement is wrong, would change something, names a hidden
    column, or takes longer than ``seconds``.
    """
    if not full and has_leaking_join(sql):
        raise UsageError(
            "这里不能用 USING、NATURAL、RIGHT、FULL 这几种连接：SQLite 会让它们绕过不外露的列。"
            "请改写成 JOIN … ON 或 LEFT JOIN … ON。"
        )
    values, hidden = values or {}, dict[str, None]()
    with translate_errors():
        authorizer, limit = make_authorizer(connection, hidden, full=full), _TimeLimit(seconds)
    with translate_errors(), _restrict_connection(connection, authorizer, limit), _explain_errors(limit, values):
        cursor = connection.execute(sql, dict(values))
        if cursor.description is None:
            raise UsageError('还没有写要查什么，例如 sbd query "select name from place"。')
        if named := referenced_columns(sql, hidden):  # counted or compared as NULL it would give a wrong figure
            raise UsageError(
                f"{'、'.join(named)} 不外露，不能写在句子里，数它、拿它作条件也不行。"
                "确有需要，请用 sbd query --full --reason 单独查。"
            )
        rows = cursor.fetchmany(MAX_ROWS + 1)
    if len(rows) > MAX_ROWS:
        raise UsageError(f"结果超过 {MAX_ROWS // 10_000} 万行，太多了。请加条件，或者加 limit 只要前面一些。")
    return Answer([name for name, *_ in cursor.description], rows, list(hidden))


class _TimeLimit:
    """The time that a statement may take. One that is interrupted earlier was interrupted by Ctrl-C."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds

    def is_exceeded(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self.deadline


def hidden_columns_in(connection: sqlite3.Connection, sql: str, values: Mapping[str, Any]) -> list[str]:
    """The hidden columns that a statement of the program's own uses."""
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
    """Apply the authorizer, the time limit and the size limit to a connection while it is used."""
    former_limit = set_limit(connection, "LENGTH", MAX_VALUE_BYTES)
    former_factory, connection.text_factory = connection.text_factory, lambda raw: raw.decode(errors="replace")
    connection.set_authorizer(authorizer)
    connection.set_progress_handler(time_limit.is_exceeded, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
        connection.set_authorizer(None)
        connection.text_factory = former_factory
        set_limit(connection, "LENGTH", former_limit or 0)


@contextmanager
def _explain_errors(time_limit: _TimeLimit, values: Mapping[str, Any]) -> Iterator[None]:
    """Raise UsageError, in plain words with SQLite's message at the end, in place of what SQLite raises."""
    try:
        yield
    except (sqlite3.Warning, sqlite3.ProgrammingError) as error:
        if "one statement" in str(error):
            raise UsageError("一次只能查一句，分号后面不要再写别的。") from None
        usable = f"能用的参数只有 {'、'.join(f':{name}' for name in values)}" if values else "请把值直接写在句子里"
        raise UsageError(f"这句 SQL 里有没给值的参数或不能用的字符，{usable}。SQLite 说：{error}") from None
    except sqlite3.Error as error:
        name = error_name(error)
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_CANTOPEN")):
            raise
        if name == "SQLITE_INTERRUPT" and not time_limit.is_exceeded():
            raise KeyboardInterrupt from None
        raise UsageError(_error_message(name, str(error), time_limit.seconds)) from None


def _error_message(name: str, sqlite_message: str, seconds: int) -> str:
    """The sentence for an error with that name of SQLite's; ``seconds`` is the time that was allowed."""
    if name == "SQLITE_INTERRUPT":
        return f"算了 {seconds} 秒还没有算完，已经停下。请加条件或 limit；sbd query 可以用 --seconds 多给些时间。"
    if "not authorized" in sqlite_message or "prohibited" in sqlite_message:
        reason = "这里只能查（select），不能改台账、不能打开别的文件。"
    elif sqlite_message.startswith("no such table"):
        reason = "没有这张表。表名就是记录的英文名，有哪些见 sbd list --help。"
    elif sqlite_message.startswith("no such column"):
        reason = "没有这一列。列名就是字段的英文名，见 docs 里的“记录”一页；文字要用单引号括起来。"
    elif name in {"SQLITE_TOOBIG", "SQLITE_NOMEM"}:
        reason = "算出来的一个值太大了。"
    else:
        reason = "这句 SQL 不对。"
    return f"{reason}SQLite 说：{sqlite_message}"
