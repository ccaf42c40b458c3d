"""The text in which tables that were sent are stored: the same facts always give the same bytes.

The text is hashed, so what is stored once must still be read by every later version.
"""

from __future__ import annotations

import json
from typing import Any

from shuangbaodao_cli.output.table import Column, Table


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
