"""history: who changed what, when and why; all of one entry; and the correction slip to be signed."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from shuangbaodao_cli.cli.options import (
    Format,
    FormatOption,
    FullOption,
    LedgerOption,
    OutputOption,
    ReasonOption,
    record_reveal,
)
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.cli.record_tables import change_cells
from shuangbaodao_cli.commands.records.show import find_record
from shuangbaodao_cli.errors import NotFound, UsageError
from shuangbaodao_cli.ledger import office as ledger_office
from shuangbaodao_cli.ledger.history import entries
from shuangbaodao_cli.ledger.history.command_text import mask_command
from shuangbaodao_cli.ledger.history.entries import FieldChange
from shuangbaodao_cli.ledger.records.labels import command_name, describe
from shuangbaodao_cli.model.registry import resolve_record_type
from shuangbaodao_cli.output.table import Column, Table

_SLIP_COLUMNS = [
    Column("record", "记录"),
    Column("field", "项目"),
    Column("old", "原记录"),
    Column("new", "更正为"),
    Column("reason", "更正原因"),
    Column("at", "更正时间"),
    Column("operator", "经办人"),
]
SIGNATURE_LINES = ("申请人签字", "经办人签字", "单位盖章", "日期")
"""The lines of a slip that are filled in by hand."""
LEGAL_BASIS = "依据《志愿服务记录与证明出具办法（试行）》（民政部令第67号）第十三条，核实后予以更正。"


def slip_tables(
    connection: sqlite3.Connection, changes: Sequence[FieldChange], entry: int | None, *, full: bool
) -> tuple[list[Table], dict[str, Any]]:
    """The correction slip of one entry, as tables and as JSON; of the latest entry in ``changes`` where it is None.

    Raises NotFound where the entry changed no record.
    """
    if not changes:
        raise NotFound(f"第 {entry} 笔没有改动记录，没有可以出更正单的。可以用 sbd history 看看是哪一笔。")
    if entry is None:
        entry = max(change.entry for change in changes)
    rows = [_slip_row(connection, change, full=full) for change in changes if change.entry == entry]
    office = ledger_office.office(connection)
    cells = [tuple(row[column.name] for column in _SLIP_COLUMNS) for row in rows]
    corrections = Table(
        "更正单", _SLIP_COLUMNS, cells, subtitle=f"单位：{office}" if office else "", notes=[LEGAL_BASIS]
    )
    columns = [Column("who", "项目"), Column("signed", "签字或盖章")]
    signatures = Table("签字", columns, [(line, None) for line in SIGNATURE_LINES], is_beneath=True)
    return [corrections, signatures], {"office": office, "entry": entry, "corrections": rows, "basis": LEGAL_BASIS}


def _slip_row(connection: sqlite3.Connection, change: FieldChange, *, full: bool) -> dict[str, Any]:
    label, old, new = change_cells(connection, change.record, change.column, (change.old, change.new), full=full)
    return {
        "record": f"{change.record.label} {describe(connection, change.record, change.id)}",
        "field": label,
        "old": old,
        "new": new,
        "reason": change.reason,
        "at": change.at,
        "operator": change.operator,
    }


_COMMAND_COLUMNS = [
    Column("entry", "编号", "code"),
    Column("at", "时间"),
    Column("operator", "经手人"),
    Column("what", "做了什么"),
    Column("command", "命令"),
    Column("reason", "原因"),
    Column("undone", "撤销"),
]
_CHANGE_COLUMNS = [
    Column("entry", "编号", "code"),
    Column("at", "时间"),
    Column("operator", "经手人"),
    Column("record", "记录"),
    Column("field", "项目"),
    Column("old", "原来"),
    Column("new", "改为"),
    Column("command", "命令"),
    Column("reason", "原因"),
]
_RECORD_COLUMNS = [column for column in _CHANGE_COLUMNS if column.name != "record"]
_ENTRY_COLUMNS = [column for column in _CHANGE_COLUMNS if column.name in {"record", "field", "old", "new"}]
MAX_SHOWN = 200
"""How many changes of one entry are shown on the screen; a file or another format has all of them."""


def history(
    record: Annotated[str | None, typer.Argument(metavar="[RECORD]", help="只看一条记录：哪种记录")] = None,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="它的名称或编号")] = None,
    *,
    number: Annotated[
        int | None, typer.Option("--entry", metavar="N", max=sys.maxsize, help="只看第 N 笔，全部内容")
    ] = None,
    slip: Annotated[bool, typer.Option("--slip", help="出一张更正单，可以打印、签字")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="列出最近多少笔")] = 20,
    full: FullOption = False,
    reason: ReasonOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """看谁在什么时候改过什么、为什么；给志愿者出更正单。

    例如：
      sbd history
      sbd history activity 12
      sbd history activity 12 --slip -o 更正单.xlsx
      sbd history --entry 7
    """
    if record is not None and key is None:
        raise UsageError("还缺少是哪一条，例如 sbd history activity 12。")
    if slip and record is None and number is None:
        raise UsageError("更正单要写明是哪一条记录或哪一笔，例如 sbd history activity 12 --slip。")
    with session.open() as connection:
        changes = _requested_changes(connection, record, key, number)
        if full:
            record_reveal(session, connection, reason)
        json_value: Any = None
        if slip:
            tables, json_value = slip_tables(connection, changes, number, full=full)
        elif record is not None:
            tables, json_value = _record_tables(connection, changes, full=full)
        elif number is not None:
            shown = changes[:MAX_SHOWN] if output is None and format_ is Format.TABLE else changes
            tables, json_value = _entry_tables(connection, number, shown, len(changes), full=full)
        else:
            tables = [_commands_table(connection, limit, full=full)]
    emit(tables, format_, output, head=session.head, json=json_value, private=full)


def _requested_changes(
    connection: sqlite3.Connection, record: str | None, key: str | None, number: int | None
) -> list[FieldChange]:
    """The changes that the command line asks for: of one record, of one entry, or of the one by the other.

    Raises NotFound where there is no such entry, or it did not change that record.
    """
    if record is None or key is None:
        if number is None:
            return []
        entries.get_entry(connection, number)
        return entries.changes_of_entry(connection, number)
    kind = resolve_record_type(record)
    id_ = find_record(connection, kind, key)
    changes = [change for change in entries.changes_of_record(connection, kind, id_) if number in {None, change.entry}]
    if not changes:
        raise NotFound(f"第 {number} 笔没有改动{kind.label} {describe(connection, kind, id_)}。")
    return changes


def _commands_table(connection: sqlite3.Connection, limit: int, *, full: bool) -> Table:
    rows = [_command_row(entry, full=full) for entry in entries.recent_entries(connection, limit)]
    cells = [tuple(row[column.name] for column in _COMMAND_COLUMNS) for row in rows]
    notes = ["看其中一笔：sbd history --entry 编号；撤销它：sbd undo --entry 编号。"] if cells else []
    return Table(f"改动（最近 {len(cells)} 笔）", _COMMAND_COLUMNS, cells, notes=notes)


def _command_row(entry: entries.HistoryEntry, *, full: bool) -> dict[str, Any]:
    return {
        "entry": entry.number,
        "at": entry.at,
        "operator": entry.operator,
        "what": entry.summary,
        "command": entry.command if full else mask_command(entry.command),
        "reason": entry.reason,
        "undone": None if entry.reversed_by is None else f"已由第 {entry.reversed_by} 笔撤销",
    }


def _change_row(connection: sqlite3.Connection, change: FieldChange, *, full: bool) -> dict[str, Any]:
    label, old, new = change_cells(connection, change.record, change.column, (change.old, change.new), full=full)
    return {
        "entry": change.entry,
        "at": change.at,
        "operator": change.operator,
        "record": f"{change.record.label} {describe(connection, change.record, change.id)}",
        "field": label,
        "old": old,
        "new": new,
        "command": command_name(change.command),
        "reason": change.reason,
    }


def _record_tables(
    connection: sqlite3.Connection, changes: Sequence[FieldChange], *, full: bool
) -> tuple[list[Table], list[dict[str, Any]]]:
    """The history of one record, as a table and as JSON."""
    rows = [_change_row(connection, change, full=full) for change in changes]
    cells = [tuple(row[column.name] for column in _RECORD_COLUMNS) for row in rows]
    return [Table(f"{rows[0]['record']}的改动经过", _RECORD_COLUMNS, cells)], rows


def _entry_tables(
    connection: sqlite3.Connection,
    number: int,
    changes: Sequence[FieldChange],
    total: int,
    *,
    full: bool,
) -> tuple[list[Table], dict[str, Any]]:
    """One entry with those of its ``total`` changes that are shown, as tables and as JSON."""
    entry = _command_row(entries.get_entry(connection, number), full=full)
    facts = [(column.label, entry[column.name]) for column in _COMMAND_COLUMNS if entry[column.name] not in {None, ""}]
    columns = [Column("field", "项目"), Column("value", "内容")]
    rows = [_change_row(connection, change, full=full) for change in changes]
    cells = [tuple(row[column.name] for column in _ENTRY_COLUMNS) for row in rows]
    more = total - len(rows)
    notes = [f"还有 {more} 处没有列出，全部请加 -o 写成文件。"] if more else []
    tables = [Table(f"第 {number} 笔", columns, facts)]
    if cells:
        tables.append(Table("改动的记录", _ENTRY_COLUMNS, cells, notes=notes))
    return tables, {**entry, "changes": [{column.name: row[column.name] for column in _ENTRY_COLUMNS} for row in rows]}
