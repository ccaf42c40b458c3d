"""What is sent: the answer to a report with the rows behind it, kept so that it can be told later how it moved.

Tables are kept as one text that says all of them and always the same way, and are tables again from it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.snapshots import store
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports import model
from shuangbaodao_cli.reports.answer import answer, answers
from shuangbaodao_cli.reports.catalogue import choose, names, question
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.reports.model import Scope


def text_of(tables: list[Table]) -> str:
    """All that is shown of some tables as JSON with sorted keys and no spaces: the same facts, the same bytes."""
    return json.dumps([_told(table) for table in tables], ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def tables_of(text: str) -> list[Table]:
    """The tables that such a text tells of."""
    return [_table(said) for said in json.loads(text)]


def _told(table: Table) -> dict[str, Any]:
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


def _table(said: dict[str, Any]) -> Table:
    columns = [Column(**{**column, "labels": dict(column["labels"])}) for column in said["columns"]]
    return Table(**{**said, "columns": columns, "meta": dict(said["meta"])})


COUNTED = ("summary", "activities", "people", "monthly", "matrix")
"""The reports whose figures come from activities, participations and look-backs: their rows are kept too."""
FIGURES = ("services", "served", "resolved", "volunteers", "participations", "minutes")
"""The six figures of those rows, in the order of the summary."""


def freeze(
    entry: Entry, scope: Scope, name: str, *, by: str | None = None, said: Mapping[str, str | None]
) -> tuple[store.Frozen, list[Table], bool]:
    """Keep the answer to a report as it is sent, with the rows behind its figures; ``said`` is to whom, and a note.

    Returns what was kept, its tables, and whether it is new: what was sent before to the same people and has not
    changed since, neither in a figure nor in a row, is not kept again.
    """
    tables = answers(scope, name, by=by)
    report, division = choose(name, by) if name in names() else (name, None)
    text = text_of(tables)
    before = _same(scope, report, division, text, said)
    if before is not None:
        return before, tables, False
    facts: dict[str, Any] = {
        "report": report,
        "title": tables[0].title,
        "division": division,
        **scope.values,
        "definitions": model.VERSION,
        "recipient": said.get("recipient"),
        "note": said.get("note"),
        "date": today().isoformat(),
    }
    kept = store.keep(entry, facts, text)
    if report in COUNTED:
        store.keep_rows(entry, kept.id, question("behind").sql, scope.values)
        _check(scope, kept)
    return kept, tables, True


def figures(scope: Scope) -> tuple[int, ...]:
    """The six figures of a scope as the summary has them now."""
    return tuple(answer(scope, "summary").rows[0])


def _same(
    scope: Scope, report: str, division: str | None, text: str, said: Mapping[str, str | None]
) -> store.Frozen | None:
    """The one that was sent last of the same, if nothing is different now."""
    connection, now = scope.connection, scope.values
    alike = (
        one
        for one in store.of_scope(connection, report, scope.place)
        if (one.division, one.start, one.until) == (division, now["start"], now["until"])
        and said.get("recipient") in {None, one.recipient}
    )
    last = next(alike, None)
    if last is None or last.sha256 != store.fingerprint(text) or said.get("note") not in {None, last.note}:
        return None
    if report not in COUNTED:
        return last
    moved = store.differences(connection, [last], question("behind").sql, now)
    return None if any(moved) else last


def _check(scope: Scope, kept: store.Frozen) -> None:
    """The rows that are kept add up to the figures of the summary."""
    if store.sums(scope.connection, [kept]) != figures(scope):
        raise RuntimeError(f"the rows behind {kept.number} do not add up to its figures")
