"""A table as JSON, CSV or Markdown text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.output.table import Column, Table, format_cell, text_cells
from shuangbaodao_cli.values.numbers import format_hours
from shuangbaodao_cli.values.text import replace_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

BOM = "\ufeff"
"""Excel and WPS take a .csv for UTF-8 only where it begins with this."""


def as_json(table: Table) -> Any:
    """The table for JSON: an array of objects; for a report an object with rows, totals and notes."""
    rows = [_json_object(table.columns, row) for row in table.rows]
    if not table.meta:
        return rows
    columns = [{"name": c.name, "label": c.full_label, "unit": c.unit} for c in table.columns if not c.hidden]
    total_row = table.totals
    if total_row is None and len(table.rows) == 1 and all(column.is_numeric for column in table.columns):
        total_row = table.rows[0]  # a single row of figures is its own total
    totals = _json_object(table.columns, total_row) if total_row is not None else {}
    return {
        **table.meta,
        "columns": columns,
        "rows": rows,
        "totals": {name: totals[name] for name in totals if name not in _non_numeric_columns(table)},
        "notes": list(table.notes),
    }


def _non_numeric_columns(table: Table) -> set[str]:
    """The names of the columns that are not numeric, and so have no total."""
    return {column.name for column in table.columns if not column.is_numeric}


def _json_object(columns: Sequence[Column], row: Sequence[Any]) -> dict[str, Any]:
    values = {column.name: _json_value(value) for column, value in zip(columns, row, strict=True)}
    for column, value in zip(columns, row, strict=True):
        if column.kind == "hours" and column.name.startswith("hours"):
            values[column.name] = None if value is None else float(format_hours(value))
            values[column.name.replace("hours", "minutes", 1)] = value
    return values


def _json_value(value: Any) -> Any:
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def json_text(value: Any) -> str:
    """Indented JSON text with Chinese unescaped."""
    import json  # most commands print a table

    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def csv_text(table: Table) -> str:
    """The table as comma-separated values with a BOM; no cell is taken for a formula when it is opened.

    A leading = + - @, tab or return gets an apostrophe before it (OWASP ASVS 1.2.10).
    """
    import csv  # most commands print a table

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    visible_columns = [table.columns[index] for index in table.shown_indexes()]
    writer.writerow([_escape_formula(c.heading) for c in visible_columns])
    rows = [*table.rows, table.totals] if table.totals is not None and table.rows else table.rows
    columns = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    writer.writerows(
        zip(*(_csv_cells(columns[index], table.columns[index]) for index in table.shown_indexes()), strict=True)
    )
    return BOM + out.getvalue()


def _csv_cells(values: Sequence[Any], column: Column) -> Sequence[str]:
    """The cells of a column as text, with formulas escaped; repeated values are formatted once."""
    if set(map(type, values)) <= {str, int, type(None)}:  # others may equal a number but be shown differently
        text_by_value = {value: _escape_formula(format_cell(value, column)) for value in set(values)}
        return [text_by_value[value] for value in values]
    return [_escape_formula(format_cell(value, column)) for value in values]


def _escape_formula(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def markdown(table: Table) -> str:
    """The table as Markdown, under its title."""
    headings, body, right = text_cells(table)
    lines = [f"### {replace_controls(table.title)}", ""]
    if table.subtitle:
        lines += [replace_controls(table.subtitle), ""]
    lines.append(_markdown_row(headings))
    lines.append("|" + "|".join("---:" if flush else "---" for flush in right) + "|")
    lines += [_markdown_row(row) for row in body]
    if table.notes:
        lines += ["", *(f"- {replace_controls(note)}" for note in table.notes)]
    return "\n".join(lines) + "\n"


def _markdown_row(texts: list[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"
