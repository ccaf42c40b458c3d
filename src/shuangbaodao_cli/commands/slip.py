"""The slip of a correction: what stood there, what stands there now, why, and room for those who sign."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from shuangbaodao_cli.commands.shown import said_pair
from shuangbaodao_cli.errors import NotFound
from shuangbaodao_cli.ledger import holding
from shuangbaodao_cli.ledger.finding import describe
from shuangbaodao_cli.ledger.touched import Touch
from shuangbaodao_cli.output.table import Column, Table

_COLUMNS = [
    Column("record", "记录"),
    Column("field", "项目"),
    Column("old", "原记录"),
    Column("new", "更正为"),
    Column("reason", "更正原因"),
    Column("at", "更正时间"),
    Column("operator", "经办人"),
]
SIGNED = ("申请人签字", "经办人签字", "单位盖章", "日期")
"""What is filled in by hand on paper."""
BASIS = "依据《志愿服务记录与证明出具办法（试行）》（民政部令第67号）第十三条，核实后予以更正。"


def slip_tables(
    connection: sqlite3.Connection, found: Sequence[Touch], entry: int | None, *, full: bool
) -> tuple[list[Table], dict[str, Any]]:
    """The slip of what one command corrected, the last one where it is not said which; and the same for JSON.

    NotFound where it changed no record.
    """
    if not found:
        raise NotFound(f"第 {entry} 笔没有改动记录，没有可以出更正单的。可以用 sbd history 看看是哪一笔。")
    last = entry if entry is not None else max(one.entry for one in found)
    rows = [_row(connection, one, full=full) for one in found if one.entry == last]
    office = holding.office(connection)
    body = [tuple(row[column.name] for column in _COLUMNS) for row in rows]
    corrected = Table("更正单", _COLUMNS, body, subtitle=f"单位：{office}" if office else "", notes=[BASIS])
    heads = [Column("who", "项目"), Column("signed", "签字或盖章")]
    signed = Table("签字", heads, [(one, None) for one in SIGNED], beneath=True)
    return [corrected, signed], {"office": office, "entry": last, "corrections": rows, "basis": BASIS}


def _row(connection: sqlite3.Connection, one: Touch, *, full: bool) -> dict[str, Any]:
    label, old, new = said_pair(connection, one.record, one.column, (one.old, one.new), full=full)
    return {
        "record": f"{one.record.label} {describe(connection, one.record, one.id)}",
        "field": label,
        "old": old,
        "new": new,
        "reason": one.reason,
        "at": one.at,
        "operator": one.operator,
    }
