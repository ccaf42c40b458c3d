"""Tables as one self-contained page: no network, prints on A4, Chinese fonts by name."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from shuangbaodao_cli.output.screen import cells
from shuangbaodao_cli.output.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuangbaodao_cli.output.table import Table

_STYLE = """
@page { size: A4 landscape; margin: 15mm }
body { font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimSun", sans-serif;
  margin: 2em auto; max-width: 72em }
h1 { font-size: 1.4em; text-align: center; font-weight: 600 }
p { text-align: center; color: #444 }
table { border-collapse: collapse; width: 100%; font-size: .95em }
th, td { border: 1px solid #888; padding: .35em .6em }
th { background: #e8eef7 }
thead { display: table-header-group }
td.n { text-align: right; font-variant-numeric: tabular-nums }
tr.total td { font-weight: 600; background: #f6f6f6 }
li { color: #555; font-size: .85em }
"""


def page(tables: Sequence[Table]) -> str:
    """The tables as one HTML page."""
    title = visible(tables[0].title) if tables else ""
    body = "\n".join(map(_section, tables))
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _section(table: Table) -> str:
    headings, rows, right = cells(table)
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    last = len(rows) - 1 if table.totals is not None and table.rows else -1
    body = "\n".join(
        f"<tr{' class=total' if at == last else ''}>"
        + "".join(
            f"<td{' class=n' if flush else ''}>{escape(text)}</td>" for text, flush in zip(row, right, strict=True)
        )
        + "</tr>"
        for at, row in enumerate(rows)
    )
    notes = "".join(f"<li>{escape(visible(note))}</li>" for note in table.notes)
    subtitle = f"<p>{escape(visible(table.subtitle))}</p>" if table.subtitle else ""
    return (
        f"<section><h1>{escape(visible(table.title))}</h1>{subtitle}\n"
        f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"
        f"{f'<ul>{notes}</ul>' if notes else ''}</section>"
    )
