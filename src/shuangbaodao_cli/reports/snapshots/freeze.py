"""A report as it is sent: its tables and the rows behind its figures are stored, to tell later how it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.snapshots import store
from shuangbaodao_cli.reports import model
from shuangbaodao_cli.reports.answer import report_table, report_tables
from shuangbaodao_cli.reports.catalogue import all_reports, resolve_report
from shuangbaodao_cli.reports.queries import report_query
from shuangbaodao_cli.reports.snapshots.serialize import serialize_tables
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.output.table import Table
    from shuangbaodao_cli.reports.model import Scope

TRACEABLE_REPORTS = ("summary", "activities", "people", "monthly", "matrix")
"""The reports whose figures come from activities, participations and look-backs: their rows are stored too."""
FIGURES = ("services", "served", "resolved", "volunteers", "participations", "minutes")
"""The six figures of those rows, in the order of the summary."""


def freeze(
    entry: Entry, scope: Scope, name: str, *, by: str | None = None, details: Mapping[str, str | None]
) -> tuple[store.Snapshot, list[Table], bool]:
    """Store the answer to a report as it is sent, with the rows behind its figures.

    ``details`` are ``recipient`` and ``note``. Returns the snapshot, its tables, and whether it is new: what was
    sent before to the same people and has not changed since, neither in a figure nor in a row, is not stored again.
    """
    tables = report_tables(scope, name, by=by)
    report, division = resolve_report(name, by) if name in all_reports() else (name, None)
    text = serialize_tables(tables)
    before = _unchanged_snapshot(scope, report, division, text, details)
    if before is not None:
        return before, tables, False
    facts: dict[str, Any] = {
        "report": report,
        "title": tables[0].title,
        "division": division,
        **scope.parameters,
        "definitions": model.DEFINITIONS_VERSION,
        "recipient": details.get("recipient"),
        "note": details.get("note"),
        "date": today().isoformat(),
    }
    snapshot = store.insert(entry, facts, text)
    if report in TRACEABLE_REPORTS:
        store.insert_rows(entry, snapshot.id, report_query("behind").sql, scope.parameters)
        _verify_rows(scope, snapshot)
    return snapshot, tables, True


def current_figures(scope: Scope) -> tuple[int, ...]:
    """The six figures of a scope as the summary has them now."""
    return tuple(report_table(scope, "summary").rows[0])


def _unchanged_snapshot(
    scope: Scope, report: str, division: str | None, text: str, details: Mapping[str, str | None]
) -> store.Snapshot | None:
    """The last snapshot of the same report and scope, if nothing is different now."""
    connection, now = scope.connection, scope.parameters
    same = (
        snapshot
        for snapshot in store.snapshots_of_scope(connection, report, scope.place)
        if (snapshot.division, snapshot.start, snapshot.until) == (division, now["start"], now["until"])
        and details.get("recipient") in {None, snapshot.recipient}
    )
    last = next(same, None)
    if last is None or last.sha256 != store.fingerprint(text) or details.get("note") not in {None, last.note}:
        return None
    if report not in TRACEABLE_REPORTS:
        return last
    moved = store.differences(connection, [last], report_query("behind").sql, now)
    return None if any(moved) else last


def _verify_rows(scope: Scope, snapshot: store.Snapshot) -> None:
    """Raise RuntimeError unless the stored rows add up to the figures of the summary."""
    if store.sums(scope.connection, [snapshot]) != current_figures(scope):
        raise RuntimeError(f"the rows behind {snapshot.number} do not add up to its figures")
