"""Somebody's own SQL, for reading only: what it may do, what it may see, and how long it may take.

Without a reason to see them, the numbers of persons, all that is said of people who are looked
after, and what holds copies of either (the history, what a list said beside its columns) read as
NULL wherever a statement uses them, so that no condition finds out either.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.database import PATIENCE, open_ledger, translated
from shuangbaodao_cli.ledger.guarding import joins_unseen, unseen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Gate = Callable[[int, str | None, str | None, str | None, str | None], int]

PATIENT = 30
"""Seconds that a statement may take."""
MOST = 1_000_000
"""Rows that an answer may have."""
LONGEST = 16_000_000
"""Bytes that one value may have."""
_STEPS = 10_000
"""Instructions of SQLite between two looks at the clock."""

_EVERYWHERE = {"id_no", "phone", "extra"}
_CATALOGUE = {"sqlite_schema", "sqlite_master"}
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE}
_FORBIDDEN = {"load_extension", "fts3_tokenizer"}


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a statement under the names of its columns, and which columns it used read as NULL."""

    names: list[str]
    rows: list[tuple[Any, ...]]
    hidden: list[str]


def open_reading(path: Path) -> sqlite3.Connection:
    """Open a ledger so that nothing can change it. Raises LedgerError as ``open_ledger`` does."""
    open_ledger(path).close()  # it is ours, of the newest schema, and whole after whatever was interrupted
    with translated(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        for pragma in (f"busy_timeout = {PATIENCE}", "trusted_schema = OFF", "query_only = ON", "cache_size = -65536"):
            connection.execute(f"PRAGMA {pragma}")
    return connection


def secret(table: str, column: str) -> bool:
    """Whether a column of the ledger is not shown unless somebody says why."""
    return column in _EVERYWHERE or (table.lower(), column.lower()) in unseen()


def ask(connection: sqlite3.Connection, sql: str, *, full: bool = False, seconds: int = PATIENT) -> Answer:
    """The answer to one statement that only reads; ``full`` shows what is else read as NULL.

    Raises UsageError with SQLite's own words where the statement is wrong, wants to change something,
    or does not come to an end within ``seconds``.
    """
    if not full and joins_unseen(sql):
        raise UsageError("这里不能用 RIGHT JOIN 和 FULL JOIN：SQLite 会让它绕过不外露的列。请改写成 LEFT JOIN。")
    hidden: dict[str, None] = {}
    with translated():
        gate, clock = _gate(connection, hidden, full=full), _Clock(seconds)
    with translated(), _bounded(connection, gate, clock), _told(clock):
        cursor = connection.execute(sql)
        if cursor.description is None:
            raise UsageError('还没有写要查什么，例如 sbd query "select name from place"。')
        rows = cursor.fetchmany(MOST + 1)
    if len(rows) > MOST:
        raise UsageError(f"结果超过 {MOST // 10_000} 万行，太多了。请加条件，或者加 limit 只要前面一些。")
    return Answer([one[0] for one in cursor.description], rows, list(hidden))


class _Clock:
    """How long a statement may take yet; a Ctrl-C that SQLite swallowed ended it before that."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds

    def over(self) -> bool:
        """Whether that time is past."""
        return time.monotonic() > self.deadline


def secrets_in(connection: sqlite3.Connection, sql: str, values: Mapping[str, Any]) -> list[str]:
    """The columns that are not to be shown which a statement of ours uses."""
    hidden: dict[str, None] = {}
    gate = _gate(connection, hidden, full=False)
    connection.set_authorizer(gate)
    try:
        connection.execute(f"EXPLAIN {sql}", dict(values)).fetchall()
    finally:
        connection.set_authorizer(None)
    return list(hidden)


def _gate(connection: sqlite3.Connection, hidden: dict[str, None], *, full: bool) -> Gate:
    """What SQLite asks of each thing a statement does; columns that read as NULL are noted in ``hidden``."""
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")}
    tables = {name for name in known if not name.startswith("sqlite_")} | _CATALOGUE

    def allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action in _READS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            return sqlite3.SQLITE_DENY if (second or "").lower() in _FORBIDDEN else sqlite3.SQLITE_OK
        if action != sqlite3.SQLITE_READ or (second and first not in tables):
            return sqlite3.SQLITE_DENY  # where nothing is taken of a table, it may be one of the statement's own
        if full or not secret(first or "", second or ""):
            return sqlite3.SQLITE_OK
        hidden[f"{first}.{second}"] = None
        return sqlite3.SQLITE_IGNORE

    return allowed


@contextmanager
def _bounded(connection: sqlite3.Connection, gate: Gate, clock: _Clock) -> Iterator[None]:
    """A connection that asks the gate, looks at the clock and makes no giant values, while it is used."""
    before = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    factory, connection.text_factory = connection.text_factory, lambda raw: raw.decode(errors="replace")
    connection.set_authorizer(gate)
    connection.set_progress_handler(clock.over, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
        connection.set_authorizer(None)
        connection.text_factory = factory
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


@contextmanager
def _told(clock: _Clock) -> Iterator[None]:
    """What SQLite says of a statement, in plain words with its own behind them."""
    try:
        yield
    except (sqlite3.Warning, sqlite3.ProgrammingError) as error:
        if "one statement" in str(error):
            raise UsageError("一次只能查一句，分号后面不要再写别的。") from None
        raise UsageError(f"这句 SQL 里有没给值的参数或不能用的字符，请把值直接写在句子里。SQLite 说：{error}") from None
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_CANTOPEN")):
            raise
        if name == "SQLITE_INTERRUPT" and not clock.over():
            raise KeyboardInterrupt from None
        raise UsageError(_plain(name, str(error), clock.seconds)) from None


def _plain(name: str, said: str, seconds: int) -> str:
    if name == "SQLITE_INTERRUPT":
        return f"算了 {seconds} 秒还没有算完，已经停下。请加条件或 limit，或者用 --seconds 多给些时间。"
    if "not authorized" in said or "prohibited" in said:
        why = "这里只能查（select），不能改台账、不能打开别的文件。"
    elif said.startswith("no such table"):
        why = "没有这张表。表名就是记录的英文名，有哪些见 sbd list --help。"
    elif said.startswith("no such column"):
        why = "没有这一列。列名就是字段的英文名，见 docs 里的“记录”一页；文字要用单引号括起来。"
    elif name in {"SQLITE_TOOBIG", "SQLITE_NOMEM"}:
        why = "算出来的一个值太大了。"
    else:
        why = "这句 SQL 不对。"
    return f"{why}SQLite 说：{said}"
