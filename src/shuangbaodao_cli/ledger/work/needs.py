"""The needs of residents, logged in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import rules, store
from shuangbaodao_cli.model.work import NEED
from shuangbaodao_cli.values.days import today
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.storage.journal import Entry


@dataclass(frozen=True, slots=True)
class LoggedNeed:
    """A need that was logged: its readable number, its values, and the number of an open one that is similar."""

    number: str
    values: dict[str, Any]
    similar_number: str | None


def log_need(entry: Entry, raw_values: Mapping[str, str | None], *, new: bool = False) -> LoggedNeed:
    """Insert a need from raw values. Raises UsageError, NotFound, and Refused for a future day or a duplicate."""
    values = records_input.parse_options(entry, NEED, raw_values, new=new)
    values.setdefault("raised_on", today().isoformat())
    rules.check_complete(NEED, values)
    rules.check_not_future(values["raised_on"])
    similar = _find_similar(entry.connection, values)
    if similar and similar[1] == values["raised_on"]:
        raise Refused(f"同一天同一地点已经有这一条需求：{similar[0]}。要改它请用 sbd edit need {similar[0]} 字段=值。")
    id_ = store.insert(entry, NEED, values)
    (number,) = entry.connection.execute("SELECT number FROM need WHERE id = ?", (id_,)).fetchone()
    return LoggedNeed(number, values, similar and similar[0])


def _find_similar(connection: sqlite3.Connection, values: Mapping[str, Any]) -> tuple[str, str | None] | None:
    sql = (
        "SELECT number, raised_on FROM need WHERE name_key = ? AND place IS ? AND closed IS NULL AND voided IS NULL "
        "ORDER BY raised_on DESC LIMIT 1"
    )
    row: tuple[str, str | None] | None = connection.execute(
        sql, (fold(values["title"]), values.get("place"))
    ).fetchone()
    return row
