"""What is sent: the answer to a report with the rows behind it, kept so that it can be told later how it moved.

Tables are kept as one text that says all of them and always the same way, and are tables again from it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.snapshots import store
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports import model
from shuangbaodao_cli.reports.answer import report_table, report_tables
from shuangbaodao_cli.reports.catalogue import all_reports, report_query, resolve_report
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.reports.model import Scope


def serialize_tables(tables: list[Table]) -> str:
    """All that is shown of some tables as JSON with sorted keys and no spaces: the same facts, the same bytes."""
    return json.dumps(
        [_table_to_dict(table) for table in tables], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def parse_tables(text: str) -> list[Table]:
    """The tables that such a text tells of."""
    return [_table_from_dict(said) for said in json.loads(text)]


def _table_to_dict(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "subtitle": table.subtitle,
        "columns": [
            {
                "name": column.name,
                "label": column.label,
                "kind": column.kind,
                "unit": column.unit,
                "hidden": column.hidden,
                "labels": list(map(list, column.labels.items())),
            }
            for column in table.columns
        ],
        "rows": list(map(list, table.rows)),
        "totals": None if table.totals is None else list(table.totals),
        "notes": list(table.notes),
        "chart": table.chart,
        "meta": list(map(list, table.meta.items())),
    }


def _table_from_dict(data: dict[str, Any]) -> Table:
    columns = [Column(**{**column, "labels": dict(column["labels"])}) for column in data["columns"]]
    return Table(**{**data, "columns": columns, "meta": dict(data["meta"])})


TRACEABLE_REPORTS = ("summary", "activities", "people", "monthly", "matrix")
"""The reports whose figures come from activities, participations and look-backs: their rows are kept too."""
FIGURES = ("services", "served", "resolved", "volunteers", "participations", "minutes")
"""The six figures of those rows, in the order of the summary."""


def freeze(
    entry: Entry, scope: Scope, name: str, *, by: str | None = None, details: Mapping[str, str | None]
) -> tuple[store.Snapshot, list[Table], bool]:
    """Keep the answer to a report as it is sent, with the rows behind its figures; ``said`` is to whom, and a note.

    Returns what was kept, its tables, and whether it is new: what was sent before to the same people and has not
    changed since, neither in a figure nor in a row, is not kept again.
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
    kept = store.insert(entry, facts, text)
    if report in TRACEABLE_REPORTS:
        store.insert_rows(entry, kept.id, report_query("behind").sql, scope.parameters)
        _verify_rows(scope, kept)
    return kept, tables, True


def current_figures(scope: Scope) -> tuple[int, ...]:
    """The six figures of a scope as the summary has them now."""
    return tuple(report_table(scope, "summary").rows[0])


def _unchanged_snapshot(
    scope: Scope, report: str, division: str | None, text: str, details: Mapping[str, str | None]
) -> store.Snapshot | None:
    """The one that was sent last of the same, if nothing is different now."""
    connection, now = scope.connection, scope.parameters
    alike = (
        one
        for one in store.snapshots_of_scope(connection, report, scope.place)
        if (one.division, one.start, one.until) == (division, now["start"], now["until"])
        and details.get("recipient") in {None, one.recipient}
    )
    last = next(alike, None)
    if last is None or last.sha256 != store.fingerprint(text) or details.get("note") not in {None, last.note}:
        return None
    if report not in TRACEABLE_REPORTS:
        return last
    moved = store.differences(connection, [last], report_query("behind").sql, now)
    return None if any(moved) else last


def _verify_rows(scope: Scope, snapshot: store.Snapshot) -> None:
    """The rows that are kept add up to the figures of the summary."""
    if store.sums(scope.connection, [snapshot]) != current_figures(scope):
        raise RuntimeError(f"the rows behind {snapshot.number} do not add up to its figures")
