"""Tables as one text that says all of them and always the same way, and that text as tables again."""

from __future__ import annotations

import json
from typing import Any

from shuangbaodao_cli.output.table import Column, Table


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
