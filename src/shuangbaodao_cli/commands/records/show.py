"""list and show: records found and read, with what belongs to them and what happened to them."""

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
    emit,
    parse_pairs,
    record_reveal,
)
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
from shuangbaodao_cli.model.registry import RECORDS, record_named
from shuangbaodao_cli.output.table import Column, Table

PARTS = (
    *("pairing", "checkin", "member", "participation", "outcome", "attendance", "topic", "resolution", "project"),
    *("order", "whistle", "activity", "visit", "area", "pledge", "consent"),
)
"""What belongs to other records and is shown with them."""
POLICY_DEPENDENT = ("activity", "visit", "whistle")
"""Records of which something was reckoned by the policy: a duration, the day of the next visit, limits."""
MAX_PARTS = 50
"""How many parts of a kind are shown with a record."""
MAX_SOURCES = 10
"""How many of the rows that told of a record are shown, the latest ones."""


def list_(  # noqa: PLR0913  # each is an option of the command
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
    kind = record_named(record)
    with session.open() as connection:
        rows = query.search(connection, kind, parse_pairs(filters, ":"), voided=voided)
        if full:
            record_reveal(session, connection, reason)
    emit([as_table(kind, rows, full=full)], format_, output, head=session.head, private=full)


def show(  # noqa: PLR0913  # each is an option of the command
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
    kind = record_named(record)
    with session.open() as connection:
        id_ = find_record(connection, kind, key)
        row = query.load_row(connection, kind, id_)
        if full:
            record_reveal(session, connection, reason)
        parts = _part_tables(connection, kind, id_)
        came = batches.sources(connection, kind, id_, MAX_SOURCES)
        past = query.history(connection, kind, id_)
        aside = query.load_extra(connection, kind, id_)
        beside = aside if full else {heading: labels.mask_extra(kind, text) for heading, text in aside.items()}
        whole = as_table(kind, [row], full=full)
        version = policy.version_of(connection, kind, id_) if kind.name in POLICY_DEPENDENT else 0
        notes = [*_voided_notes(past), *_merged_notes(connection, kind, id_)]
        notes += [f"按第 {version} 版办法计算。"] if version else []
        upper = replace(as_vertical_table(kind, whole, id_, beside), notes=notes)
        upper_parts = _previous_resolutions(connection, id_) if kind is MEETING else []
        course = timeline(connection, id_) if kind is ORDER else []
        tables = [
            *upper_parts,
            upper,
            *_timeline_tables(course),
            *parts,
            *_source_tables(came),
            _history_table(connection, kind, past, full=full),
        ]
    said = dict(zip((c.name for c in whole.columns), whole.rows[0], strict=True))
    if kind is ORDER:
        said["events"] = course
    emit(tables, format_, output, head=session.head, json=said, private=full)


def find_record(connection: sqlite3.Connection, kind: Record, key: str) -> int:
    """The record to be shown; an order by the number of its need too."""
    if kind is not ORDER:
        return lookup.find(connection, kind, key, voided=True)
    order = create.find_order(connection, key, voided=True)
    if order is None:
        raise NotFound(f"需求“{key}”还没有工单，请先开单：sbd order open {key}。")
    return order


def _previous_resolutions(connection: sqlite3.Connection, meeting: int) -> list[Table]:
    """A meeting's sheet opens with what became of what the last one agreed."""
    before = previous_outcomes(connection, meeting)
    return [Table("上次议定事项落实情况", RESOLUTION_COLUMNS, before)] if before else []


def _timeline_tables(events: list[dict[str, Any]]) -> list[Table]:
    """The course of an order as a table; what was withdrawn says so."""
    heads = [
        Column("date", "日期", "date"),
        Column("step", "步骤"),
        Column("by", "经办"),
        Column("said", "内容"),
        Column("due", "期限", "date"),
        Column("evidence", "凭据"),
    ]
    rows = []
    for one in events:
        said = "；".join(filter(None, [one["whom"] and f"派给 {one['whom']}", one["said"], one["satisfaction"]]))
        label = one["label"] if one["stands"] else f"{one['label']}（已撤回）"
        who = one["by"] or f"（{one['operator']}记）"
        rows.append((one["date"], label, who, said or None, one["due"], "、".join(one["evidence"]) or None))
    under: dict[int, list[str]] = {}
    for one in events:
        under.setdefault(one["policy"], []).append(one["label"])
    notes = [f"按第 {version} 版办法：{'、'.join(steps)}。" for version, steps in under.items() if version]
    return [Table("办理经过", heads, rows, notes=notes)] if rows else []


def _part_tables(connection: sqlite3.Connection, kind: Record, id_: int) -> list[Table]:
    tables = []
    for part in map(RECORDS.__getitem__, PARTS):
        for field in part.fields:
            if kind.name in field.targets:
                pointer = part.pointer(field.name, kind.name), kind.name
                rows = query.parts(connection, part, pointer, id_, MAX_PARTS)
                if rows:
                    tables.append(_with_limit_note(as_table(part, rows), part, len(rows)))
    held = query.aliases(connection, kind, id_)
    if held:
        tables.append(replace(as_table(kind, held), title=f"并入这一条的{kind.label}（{len(held)} 条）"))
    return tables


def _voided_notes(rows: list[tuple[Any, ...]]) -> list[str]:
    """What is to be said of a record that was voided: since when, by whom, why."""
    last = next((one for one in reversed(rows) if one[4] == "voided"), None)
    if last is None or last[6] == "null":
        return []
    at, who, _, why, *_ = last
    return [f"已作废（{at[:16].replace('T', ' ')}，{who}{f'，{why}' if why else ''}），不计入任何数字。"]


def _merged_notes(connection: sqlite3.Connection, kind: Record, id_: int) -> list[str]:
    """What is to be said of a record that was merged into another."""
    stay = canonical_id_of(connection, kind.name, id_)
    if stay == id_:
        return []
    return [f"已并入 {labels.describe(connection, kind, stay)}，按那一条计数和修改。"]


def _with_limit_note(table: Table, part: Record, count: int) -> Table:
    """The parts of a record; where there may be more of them, it says so."""
    if count < MAX_PARTS:
        return table
    note = f"只列出最近 {MAX_PARTS} 条，全部请用 sbd list {part.name}。"
    return replace(table, title=f"{part.label}（最近 {MAX_PARTS} 条）", notes=[note])


def _source_tables(rows: list[tuple[str, str, int, str]]) -> list[Table]:
    """The rows of imported files that told of a record; nothing where it was typed in."""
    heads = [
        Column("file", "文件"),
        Column("row", "工作表和行"),
        Column("batch", "批次", "code"),
        Column("at", "导入时间"),
    ]
    return [Table("来自", heads, rows)] if rows else []


def _history_table(connection: sqlite3.Connection, kind: Record, rows: list[tuple[Any, ...]], *, full: bool) -> Table:
    body = []
    for at, who, command, why, column, old, now, _ in rows:
        pair = (json.loads(old or "null"), json.loads(now or "null"))
        what = describe_change(connection, kind, column, pair, full=full)
        body.append((at.replace("T", " ")[:16], who, what, why or labels.command_name(command)))
    heads = [Column("at", "时间"), Column("operator", "经手人"), Column("what", "改动"), Column("reason", "原因或命令")]
    return Table("改动经过", heads, body)
