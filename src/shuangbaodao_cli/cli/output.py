"""How an answer of a command goes out: printed in a format, or written to a file that shows the head of the chain."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.cli.options import Format, echo_err
from shuangbaodao_cli.files import write_bytes
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.files import check_extension, render, write_tables
from shuangbaodao_cli.output.terminal import screen

if TYPE_CHECKING:
    from pathlib import Path

    from shuangbaodao_cli.ledger.storage import chain
    from shuangbaodao_cli.output.table import Table


def emit(
    tables: list[Table],
    format_: Format,
    output: Path | None,
    *,
    head: chain.Head | None,
    json: Any = None,
    private: bool = False,
) -> None:
    """Print tables, or write them to a file that shows ``head``, where the chain of the ledger ended.

    ``json`` replaces the JSON of the tables (one record, not a list); a ``private`` file only its owner can read.
    """
    if output is not None:
        check_extension(output)
        if json is not None and output.suffix.lower() == ".json":
            write_bytes(output, formats.json_text(json).encode(), private=private)
        else:
            write_tables(output, with_chain_head(tables, output.suffix, head), private=private)
        beside = f"（台账校验码 {head}）" if head is not None and output.suffix.lower() in _DATA_EXTENSIONS else ""
        echo_err(f"已写入 {output}{beside}")
    elif format_ is Format.TABLE:
        screen.print_tables(tables)
    elif format_ is Format.JSON:
        whole = [formats.as_json(table) for table in tables]
        sys.stdout.write(formats.json_text(json if json is not None else whole[0] if len(whole) == 1 else whole))
    elif format_ is Format.CSV:
        sys.stdout.write(render(".csv", tables).decode())
    elif format_ is Format.HTML:
        from shuangbaodao_cli.output.html.page import render_page  # its charts and styles are seldom asked for

        sys.stdout.write(render_page(with_chain_head(tables, ".html", head)))
    else:
        sys.stdout.write("\n".join(map(formats.markdown, tables)))


def combined_json(tables: list[Table]) -> dict[str, Any] | None:
    """The JSON of a report of several tables (the others as ``parts``) or with figures side by side; else None."""
    if len(tables) == 1 and not {"compare", "to_date"} & tables[0].meta.keys():
        return None
    first, *parts = map(formats.as_json, tables)
    return {**first, "parts": parts} if parts else first


_DATA_EXTENSIONS = {".csv", ".json"}
"""Files that other programs read: they hold data and no notes."""


def with_chain_head(tables: list[Table], extension: str, head: chain.Head | None) -> list[Table]:
    """The tables with the head of the chain in a note under the last one; as they are for files of data alone."""
    if head is None or not tables or extension.lower() in _DATA_EXTENSIONS:
        return tables
    return [*tables[:-1], replace(tables[-1], notes=(*tables[-1].notes, f"台账校验码 {head}"))]
