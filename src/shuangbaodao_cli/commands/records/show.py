"""list and show: records found by FIELD:VALUE, and one record with its parts, sources and history."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import Annotated, Any

import typer

from shuangbaodao_cli.cli.options import (
    Format,
    FormatOption,
    FullOption,
    KeyArgument,
    LedgerOption,
    OutputOption,
    ReasonOption,
    RecordArgument,
    parse_pairs,
    record_reveal,
)
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.cli.record_tables import RESOLUTION_COLUMNS, as_table, as_vertical_table, describe_change
from shuangbaodao_cli.errors import NotFound
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.imports import batches
from shuangbaodao_cli.ledger.orders import create
from shuangbaodao_cli.ledger.orders.timeline import timeline
from shuangbaodao_cli.ledger.records import labels, lookup, query
from shuangbaodao_cli.ledger.records.identity import canonical_id_of
from shuangbaodao_cli.ledger.work.meetings import previous_outcomes
from shuangbaodao_cli.model.meetings import MEETING
from shuangbaodao_cli.model.orders import ORDER
from shuangbaodao_cli.model.record import Record
from shuangbaodao_cli.model.registry import RECORDS, resolve_record_type
from shuangbaodao_cli.output.table import Column, Table

FIRST_PARTS = (
    *("pairing", "checkin", "member", "participation", "outcome", "attendance", "topic", "resolution", "project"),
    *("order", "whistle", "activity"),
)
"""Record types that are shown with a record before its other parts, in this order."""
POLICY_DEPENDENT = ("activity", "visit", "whistle")
"""Record types of which a value was computed by the policy: minutes, the day of the next visit, deadlines."""
MAX_PARTS = 50
"""How many parts of one type are shown with a record, the latest ones."""
MAX_SOURCES = 10
"""How many of the imported rows of a record are shown, the latest ones."""


def list_(
    record: RecordArgument,
    filters: Annotated[
        list[str] | None, typer.Argument(metavar="[FIELD:VALUE]…", help="字段:值，几个条件同时成立")
    ] = None,
    *,
    voided: Annotated[bool, typer.Option("--voided", help="列出已作废的")] = False,
    full: FullOption = False,
    reason: ReasonOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """列出记录，可按条件查找。

    文字写一部分就行；日期可以写 2026、2026-07、2026-07-18 或 2026-07-01..2026-07-15；
    地点包括它下面的各级；值空着表示“没填的”。

    例如：
      sbd list activity 社区:文庙社区 日期:2026-07
      sbd list person 联系电话:
    """
    kind = resolve_record_type(record)
    with session.open() as connection:
        rows = query.search(connection, kind, parse_pairs(filters, ":"), voided=voided)
        if full:
            record_reveal(session, connection, reason)
    emit([as_table(kind, rows, full=full)], format_, output, head=session.head, private=full)


def show(
    record: RecordArgument,
    key: KeyArgument,
    *,
    full: FullOption = False,
    reason: ReasonOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """看一条记录：各项内容、与它有关的记录、改动经过。"""
    kind = resolve_record_type(record)
    with session.open() as connection:
        id_ = find_record(connection, kind, key)
        row = query.load_row(connection, kind, id_)
        if full:
            record_reveal(session, connection, reason)
        parts = _part_tables(connection, kind, id_)
        sources = batches.sources(connection, kind, id_, MAX_SOURCES)
        history = query.history(connection, kind, id_)
        extra = query.load_extra(connection, kind, id_)
        shown_extra = extra if full else {heading: labels.mask_extra(kind, text) for heading, text in extra.items()}
        table = as_table(kind, [row], full=full)
        version = policy.version_of(connection, kind, id_) if kind.name in POLICY_DEPENDENT else 0
        notes = [*_voided_notes(history), *_merged_notes(connection, kind, id_)]
        notes += [f"按第 {version} 版办法计算。"] if version else []
        vertical_table = replace(as_vertical_table(kind, table, id_, shown_extra), notes=notes)
        previous = _previous_resolutions(connection, id_) if kind is MEETING else []
        events = timeline(connection, id_) if kind is ORDER else []
        tables = [
            *previous,
            vertical_table,
            *_timeline_tables(events),
            *parts,
            *_source_tables(sources),
            _history_table(connection, kind, history, full=full),
        ]
    values = dict(zip((column.name for column in table.columns), table.rows[0], strict=True))
    if kind is ORDER:
        values["events"] = events
    emit(tables, format_, output, head=session.head, json=values, private=full)


def find_record(connection: sqlite3.Connection, kind: Record, key: str) -> int:
    """The id of the record to be shown; an order is found by the number of its need too. Raises NotFound, Ambiguous."""
    if kind is not ORDER:
        return lookup.find(connection, kind, key, voided=True)
    order = create.find_order(connection, key, voided=True)
    if order is None:
        raise NotFound(f"需求“{key}”还没有工单，请先开单：sbd order open {key}。")
    return order


def _previous_resolutions(connection: sqlite3.Connection, meeting: int) -> list[Table]:
    """The table that a meeting begins with: what became of the resolutions of the previous one."""
    rows = previous_outcomes(connection, meeting)
    return [Table("上次议定事项落实情况", RESOLUTION_COLUMNS, rows)] if rows else []


def _timeline_tables(events: list[dict[str, Any]]) -> list[Table]:
    """The timeline of an order as a table; withdrawn steps are marked."""
    columns = [
        Column("date", "日期", "date"),
        Column("step", "步骤"),
        Column("by", "经办"),
        Column("said", "内容"),
        Column("due", "期限", "date"),
        Column("evidence", "凭据"),
    ]
    rows = []
    for event in events:
        content = "；".join(
            filter(None, [event["whom"] and f"派给 {event['whom']}", event["said"], event["satisfaction"]])
        )
        label = event["label"] if event["stands"] else f"{event['label']}（已撤回）"
        actor = event["by"] or f"（{event['operator']}记）"
        rows.append((event["date"], label, actor, content or None, event["due"], "、".join(event["evidence"]) or None))
    steps_by_version: dict[int, list[str]] = {}
    for event in events:
        steps_by_version.setdefault(event["policy"], []).append(event["label"])
    notes = [f"按第 {version} 版办法：{'、'.join(steps)}。" for version, steps in steps_by_version.items() if version]
    return [Table("办理经过", columns, rows, notes=notes)] if rows else []


def part_records() -> list[Record]:
    """The record types that are shown with what they point to, in the order in which they are shown."""
    order = {name: index for index, name in enumerate(FIRST_PARTS)}
    parts = (record for record in RECORDS.values() if not record.shown_apart)
    return sorted(parts, key=lambda part: order.get(part.name, len(order)))


def _part_tables(connection: sqlite3.Connection, kind: Record, id_: int) -> list[Table]:
    tables = []
    for part in part_records():
        for field in part.fields:
            if kind.name in field.targets:
                pointer = part.reference_column(field.name, kind.name), kind.name
                rows = query.parts(connection, part, pointer, id_, MAX_PARTS)
                if rows:
                    tables.append(_with_limit_note(as_table(part, rows), part, len(rows)))
    aliases = query.aliases(connection, kind, id_)
    if aliases:
        tables.append(replace(as_table(kind, aliases), title=f"并入这一条的{kind.label}（{len(aliases)} 条）"))
    return tables


def _voided_notes(rows: list[tuple[Any, ...]]) -> list[str]:
    """The note on a voided record: since when, by whom, why."""
    last = next((row for row in reversed(rows) if row[4] == "voided"), None)
    if last is None or last[6] == "null":
        return []
    time, operator, _, reason, *_ = last
    return [f"已作废（{time[:16].replace('T', ' ')}，{operator}{f'，{reason}' if reason else ''}），不计入任何数字。"]


def _merged_notes(connection: sqlite3.Connection, kind: Record, id_: int) -> list[str]:
    """The note on an alias: which record it was merged into."""
    canonical_id = canonical_id_of(connection, kind.name, id_)
    if canonical_id == id_:
        return []
    return [f"已并入 {labels.describe(connection, kind, canonical_id)}，按那一条计数和修改。"]


def _with_limit_note(table: Table, part: Record, count: int) -> Table:
    """A table of parts; where there may be more of them, it says so."""
    if count < MAX_PARTS:
        return table
    note = f"只列出最近 {MAX_PARTS} 条，全部请用 sbd list {part.name}。"
    return replace(table, title=f"{part.label}（最近 {MAX_PARTS} 条）", notes=[note])


def _source_tables(rows: list[tuple[str, str, int, str]]) -> list[Table]:
    """The table of the imported rows that a record comes from; none where it was typed in."""
    columns = [
        Column("file", "文件"),
        Column("row", "工作表和行"),
        Column("batch", "批次", "code"),
        Column("at", "导入时间"),
    ]
    return [Table("来自", columns, rows)] if rows else []


def _history_table(connection: sqlite3.Connection, kind: Record, rows: list[tuple[Any, ...]], *, full: bool) -> Table:
    body = []
    for time, operator, command, reason, column, old, new, _ in rows:
        change = (json.loads(old or "null"), json.loads(new or "null"))
        description = describe_change(connection, kind, column, change, full=full)
        body.append((time.replace("T", " ")[:16], operator, description, reason or labels.command_name(command)))
    columns = [
        Column("at", "时间"),
        Column("operator", "经手人"),
        Column("what", "改动"),
        Column("reason", "原因或命令"),
    ]
    return Table("改动经过", columns, body)
