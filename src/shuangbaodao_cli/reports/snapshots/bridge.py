"""How figures that were sent became those of today: sent + new + late + corrected + voided = now, with every line."""

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
from shuangbaodao_cli.reports.snapshots.freeze import FIGURES, TRACEABLE_REPORTS, current_figures
from shuangbaodao_cli.reports.snapshots.movements import KINDS, Line, LineBuilder
from shuangbaodao_cli.reports.snapshots.serialize import parse_tables
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
    """The period of what was sent."""
    return Period(date.fromisoformat(snapshot.start), date.fromisoformat(snapshot.until))


def latest_snapshot(connection: sqlite3.Connection, place: int | None, recipient: str | None = None) -> Snapshot:
    """What was sent last, of a place and to one where they are named, whose figures can be followed row by row."""
    sent = store.list_snapshots(connection, recipient)
    found = next((one for one in sent if one.report in TRACEABLE_REPORTS and place in {None, one.place}), None)
    return found or store.latest(connection, recipient)


def latest_for_period(
    connection: sqlite3.Connection, period: Period, place: int | None, recipient: str | None = None
) -> Snapshot:
    """What the figures of a period come out of: the summary sent last for it, else for what ended before it does."""
    sent = [one for one in store.snapshots_of_scope(connection, "summary", place) if recipient in {None, one.recipient}]
    same = next((one for one in sent if period_of(one) == period), None)
    before = [one for one in sent if one.until <= period.until.isoformat()]
    found = same or max(before, key=lambda one: (one.until, one.id), default=None)
    if found is None:
        raise NotFound(
            f"{period.days}以前没有报送过这个范围的工作汇总，没有可以对照的。"
            "看报送过什么：sbd report frozen；报送时留底：sbd report freeze --month。"
        )
    return found


def contiguous_snapshots(connection: sqlite3.Connection, latest: Snapshot) -> list[Snapshot]:
    """What was sent of the same report and place for the year until then, part after part without a gap."""
    sent = store.snapshots_of_scope(connection, latest.report, latest.place)
    found = [latest]
    while before := next(
        (one for one in sent if one.until == found[0].start and one.start[:4] == latest.start[:4]),
        None,
    ):
        found.insert(0, before)
    return found


def bridge(connection: sqlite3.Connection, snapshot: Snapshot, period: Period | None = None) -> list[Table]:
    """From what was sent to what holds now: the figures first, then every line behind them.

    For another period than that of what was sent, the figures of all that was sent of the year until then are
    followed to the end of that period. RuntimeError where the lines do not add up to the figures of today.
    """
    if snapshot.report not in TRACEABLE_REPORTS:
        raise UsageError(
            f"{snapshot.number} 报的是 {snapshot.report}，它的数不是由活动、参与和需求加起来的，说不出逐条的变化。"
            f"可以对照着看：sbd report frozen {snapshot.number} 和 sbd report {snapshot.report}。"
        )
    same = period is None or period == period_of(snapshot)
    sent = [snapshot] if same else contiguous_snapshots(connection, snapshot)
    spans = [period_of(one) for one in sent] + ([period] if period else [])
    whole = Period(min(one.start for one in spans), max(one.until for one in spans))
    scope = Scope(connection, whole, snapshot.place)
    _verify_snapshots(connection, sent)
    behind = report_query("behind").sql
    gone, come = store.differences(connection, sent, behind, scope.parameters)
    return _tables(scope, sent, LineBuilder(connection, sent).build(gone, come, store.repeated_rows(connection, sent)))


def _verify_snapshots(connection: sqlite3.Connection, snapshots: Sequence[Snapshot]) -> None:
    """Refuse to start from what is no longer what was sent: its text, or the rows behind it."""
    for one in snapshots:
        table = parse_tables(store.answer(connection, one))[0]
        if one.report != "summary":
            continue  # its own columns are other ones; that its rows add up was seen when it was sent
        said = table.rows[0] if table.totals is None else table.totals[-len(FIGURES) :]
        if tuple(said) != store.sums(connection, [one]):
            raise DataProblem(
                f"{one.number} 留底的明细和报送的数对不上，台账文件被别的程序改过。请从备份里取出原来的台账核对。"
            )


def _tables(scope: Scope, snapshots: Sequence[Snapshot], lines: list[Line]) -> list[Table]:
    """The figures of each kind with what was sent above and what holds now below, and the lines one by one."""
    start, now = store.sums(scope.connection, snapshots), current_figures(scope)
    parts = {kind: _sum_figures([line.figures for line in lines if line.kind == kind]) for kind in reversed(KINDS)}
    if _sum_figures([start, *parts.values()]) != now:
        raise RuntimeError(f"the lines since {snapshots[-1].number} do not add up to the figures of now")
    rows = [("sent", *start), *((kind, *part) for kind, part in parts.items())]
    heads = [Column("line", "怎么来的", labels=_LINE_LABELS), *_MEASURE_COLUMNS]
    first = build_table(scope, "bridge", TITLE, Body(heads, rows, ("now", *now), _notes(scope, snapshots)))
    first = replace(first, meta={**first.meta, "frozen": [one.number for one in snapshots]})
    return [first, *([_lines_table(scope, lines)] if lines else [])]


def _sum_figures(rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True))) or (0,) * len(FIGURES)


def _notes(scope: Scope, snapshots: Sequence[Snapshot]) -> list[str]:
    """What was sent when and to whom, and what each kind of line is."""
    last = snapshots[-1]
    notes = [
        f"报送时：{one.number}，{one.date}{f' 报{one.recipient}' if one.recipient else ''}，{period_of(one).days}。"
        for one in snapshots
    ]
    if period_of(last) != scope.period or len(snapshots) > 1:
        notes.append(f"这次问的期间和 {last.number} 的期间不同，以上是 {scope.period.days}的累计数。")
    if len(snapshots) > 1:
        notes.append("“报送时”是这几次报送的数之和，参与人数除外：同一人在几次里都有的只计一次。")
    return [
        *notes,
        "新增：报送以后做的。补录：报送那天以前做的，报送以后才记。更正：报送以后改过数字、日期、地点或人员。",
        "作废：报送以后作废或撤销的。重办、撤回：报送时经回头看已解决，后来重办或撤回的需求。",
    ]


def _lines_table(scope: Scope, lines: list[Line]) -> Table:
    """The lines: what each record gave or took, who did it, when and why."""
    order = list(reversed(KINDS))
    rows = [
        (
            *(line.kind, line.record, line.id, line.date, line.title, line.place, line.description),
            *line.figures,
            *movements.entry_details(scope.connection, line.entry),
        )
        for line in sorted(lines, key=lambda one: order.index(one.kind))
    ]
    measured = [
        replace(one, hidden=not any(line.figures[at] for line in lines)) for at, one in enumerate(_MEASURE_COLUMNS)
    ]
    heads = [
        Column("line", "怎么来的", labels=_LINE_LABELS),
        Column("record", "记录", labels={name: RECORDS[name].label for name in ("activity", "need")}),
        Column("id", "编号", "code"),
        Column("date", "日期", "date"),
        Column("title", "名称"),
        Column("place", "社区（村）"),
        Column("what", "改动"),
        *measured,
        Column("at", "几时记的", "moment"),
        Column("operator", "经手人"),
        Column("reason", "原因或命令"),
    ]
    return Table(f"逐条变化（{len(rows)} 条）", heads, rows)
