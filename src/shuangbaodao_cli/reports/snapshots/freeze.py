"""A report as it is sent: its tables and the rows behind its figures are stored, to show later how it changed.

The tables are stored as a text that is hashed: the same facts always give the same bytes, and what is stored once
must still be read by every later version.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.snapshots import store
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports import model
from shuangbaodao_cli.reports.answer import report_table, report_tables
from shuangbaodao_cli.reports.catalogue import all_reports, resolve_report
from shuangbaodao_cli.reports.queries import report_query
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.storage.journal import Entry
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


def serialize_tables(tables: list[Table]) -> str:
    """All that is shown of some tables, as JSON with sorted keys and no spaces."""
    return json.dumps(
        [_table_to_dict(table) for table in tables], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def parse_tables(text: str) -> list[Table]:
    """The tables that were serialised to a text."""
    return [_table_from_dict(data) for data in json.loads(text)]


def _table_to_dict(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "subtitle": table.subtitle,
        "columns": [_column_to_dict(column) for column in table.columns],
        "rows": list(map(list, table.rows)),
        "totals": None if table.totals is None else list(table.totals),
        "notes": list(table.notes),
        "chart": table.chart,
        "meta": list(map(list, table.meta.items())),
    }


def _column_to_dict(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "label": column.label,
        "kind": column.kind,
        "unit": column.unit,
        "hidden": column.hidden,
        "labels": list(map(list, column.labels.items())),
    }


def _table_from_dict(data: dict[str, Any]) -> Table:
    columns = [Column(**{**column, "labels": dict(column["labels"])}) for column in data["columns"]]
    return Table(**{**data, "columns": columns, "meta": dict(data["meta"])})
