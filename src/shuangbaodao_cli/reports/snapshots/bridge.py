"""How figures that were sent became those of today: sent + new + late + corrected + voided = now, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import DataProblem, NotFound, UsageError
from shuangbaodao_cli.ledger.snapshots import movements, store
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports.answer import build_table
from shuangbaodao_cli.reports.model import Body, Scope, measure_column
from shuangbaodao_cli.reports.queries import report_query
from shuangbaodao_cli.reports.snapshots.freeze import FIGURES, TRACEABLE_REPORTS, current_figures, parse_tables
from shuangbaodao_cli.reports.snapshots.movements import KINDS, Line, LineBuilder
from shuangbaodao_cli.values.period import Period

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from shuangbaodao_cli.ledger.snapshots.store import Snapshot

TITLE = "报送的数怎么变成现在的数"
_LINE_LABELS = {"sent": "报送时", **dict(reversed(KINDS.items())), "now": "现在"}
"""The lines of the bridge from top to bottom."""
_MEASURE_COLUMNS = tuple(measure_column(name) for name in report_query("summary").columns)


def period_of(snapshot: Snapshot) -> Period:
    """The period of a snapshot."""
    return Period(date.fromisoformat(snapshot.start), date.fromisoformat(snapshot.until))


def latest_snapshot(connection: sqlite3.Connection, place: int | None, recipient: str | None = None) -> Snapshot:
    """The last snapshot whose figures can be traced row by row, of a place and to a recipient where these are given.

    Without such a one, the last of all.
    """
    traceable = (
        snapshot
        for snapshot in store.list_snapshots(connection, recipient)
        if snapshot.report in TRACEABLE_REPORTS and place in {None, snapshot.place}
    )
    return next(traceable, None) or store.latest(connection, recipient)


def latest_for_period(
    connection: sqlite3.Connection, period: Period, place: int | None, recipient: str | None = None
) -> Snapshot:
    """The last summary that was sent for a period, else the last one for a period that ended by then.

    Raises NotFound where there is none.
    """
    sent = [
        snapshot
        for snapshot in store.snapshots_of_scope(connection, "summary", place)
        if recipient in {None, snapshot.recipient}
    ]
    same = next((snapshot for snapshot in sent if period_of(snapshot) == period), None)
    before = [snapshot for snapshot in sent if snapshot.until <= period.until.isoformat()]
    latest = same or max(before, key=lambda snapshot: (snapshot.until, snapshot.id), default=None)
    if latest is None:
        raise NotFound(
            f"{period.days_label}以前没有报送过这个范围的工作汇总，没有可以对照的。"
            "看报送过什么：sbd report frozen；报送时留底：sbd report freeze --month。"
        )
    return latest


def contiguous_snapshots(connection: sqlite3.Connection, latest: Snapshot) -> list[Snapshot]:
    """A snapshot after those of the same report, place and year that join on to it without a gap, the first first."""
    sent = store.snapshots_of_scope(connection, latest.report, latest.place)
    snapshots = [latest]
    while before := next(
        (other for other in sent if other.until == snapshots[0].start and other.start[:4] == latest.start[:4]),
        None,
    ):
        snapshots.insert(0, before)
    return snapshots


def bridge(connection: sqlite3.Connection, snapshot: Snapshot, period: Period | None = None) -> list[Table]:
    """From a snapshot to the figures of now: the table of figures first, then every line behind them.

    For another period than its own, it starts from all that was sent of the year until then and goes to the end of
    that period. Raises UsageError where a report cannot be traced, DataProblem where what is stored of it was
    changed, RuntimeError where the lines do not add up to the figures of now.
    """
    if snapshot.report not in TRACEABLE_REPORTS:
        raise UsageError(
            f"{snapshot.number} 报的是 {snapshot.report}，它的数不是由活动、参与和需求加起来的，说不出逐条的变化。"
            f"可以对照着看：sbd report frozen {snapshot.number} 和 sbd report {snapshot.report}。"
        )
    same = period is None or period == period_of(snapshot)
    sent = [snapshot] if same else contiguous_snapshots(connection, snapshot)
    periods = [*map(period_of, sent)] + ([period] if period else [])
    whole = Period(min(part.start for part in periods), max(part.until for part in periods))
    scope = Scope(connection, whole, snapshot.place)
    _verify_snapshots(connection, sent)
    behind = report_query("behind").sql
    removed, added = store.differences(connection, sent, behind, scope.parameters)
    lines = LineBuilder(connection, sent).build(removed, added, store.repeated_rows(connection, sent))
    return _tables(scope, sent, lines)


def _verify_snapshots(connection: sqlite3.Connection, snapshots: Sequence[Snapshot]) -> None:
    """Raise DataProblem where what is stored is no longer what was sent: its text, or the rows behind it."""
    for snapshot in snapshots:
        table = parse_tables(store.answer(connection, snapshot))[0]
        if snapshot.report != "summary":
            continue  # it has other columns; that its rows add up was verified when it was sent
        figures = table.rows[0] if table.totals is None else table.totals[-len(FIGURES) :]
        if tuple(figures) != store.sums(connection, [snapshot]):
            raise DataProblem(
                f"{snapshot.number} 留底的明细和报送的数对不上，台账文件被别的程序改过。请从备份里取出原来的台账核对。"
            )


def _tables(scope: Scope, snapshots: Sequence[Snapshot], lines: list[Line]) -> list[Table]:
    """The figures by kind of line, with what was sent above and what is now below; then the lines one by one."""
    start, now = store.sums(scope.connection, snapshots), current_figures(scope)
    parts = {kind: _sum_figures([line.figures for line in lines if line.kind == kind]) for kind in reversed(KINDS)}
    if _sum_figures([start, *parts.values()]) != now:
        raise RuntimeError(f"the lines since {snapshots[-1].number} do not add up to the figures of now")
    rows = [("sent", *start), *((kind, *part) for kind, part in parts.items())]
    columns = [Column("line", "怎么来的", labels=_LINE_LABELS), *_MEASURE_COLUMNS]
    table = build_table(scope, "bridge", TITLE, Body(columns, rows, ("now", *now), _notes(scope, snapshots)))
    table = replace(table, meta={**table.meta, "frozen": [snapshot.number for snapshot in snapshots]})
    return [table, *([_lines_table(scope, lines)] if lines else [])]


def _sum_figures(rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True))) or (0,) * len(FIGURES)


def _notes(scope: Scope, snapshots: Sequence[Snapshot]) -> list[str]:
    """What was sent when and to whom, and the meaning of each kind of line."""
    last = snapshots[-1]
    notes = [
        f"报送时：{sent.number}，{sent.date}{f' 报{sent.recipient}' if sent.recipient else ''}，"
        f"{period_of(sent).days_label}。"
        for sent in snapshots
    ]
    if period_of(last) != scope.period or len(snapshots) > 1:
        notes.append(f"这次问的期间和 {last.number} 的期间不同，以上是 {scope.period.days_label}的累计数。")
    if len(snapshots) > 1:
        notes.append("“报送时”是这几次报送的数之和，参与人数除外：同一人在几次里都有的只计一次。")
    return [
        *notes,
        "新增：报送以后做的。补录：报送那天以前做的，报送以后才记。更正：报送以后改过数字、日期、地点或人员。",
        "作废：报送以后作废或撤销的。重办、撤回：报送时经回头看已解决，后来重办或撤回的需求。",
    ]


def _lines_table(scope: Scope, lines: list[Line]) -> Table:
    """The lines: what each record added or took away, who did it, when and why."""
    order = list(reversed(KINDS))
    rows = [
        (
            *(line.kind, line.record, line.id, line.date, line.title, line.place, line.description),
            *line.figures,
            *movements.entry_details(scope.connection, line.entry),
        )
        for line in sorted(lines, key=lambda line: order.index(line.kind))
    ]
    measure_columns = [
        replace(column, hidden=not any(line.figures[index] for line in lines))
        for index, column in enumerate(_MEASURE_COLUMNS)
    ]
    columns = [
        Column("line", "怎么来的", labels=_LINE_LABELS),
        Column("record", "记录", labels={name: RECORDS[name].label for name in ("activity", "need")}),
        Column("id", "编号", "code"),
        Column("date", "日期", "date"),
        Column("title", "名称"),
        Column("place", "社区（村）"),
        Column("what", "改动"),
        *measure_columns,
        Column("at", "几时记的", "moment"),
        Column("operator", "经手人"),
        Column("reason", "原因或命令"),
    ]
    return Table(f"逐条变化（{len(rows)} 条）", columns, rows)
