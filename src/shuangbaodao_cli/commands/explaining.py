"""import --explain-headers: what each column of a file is taken for, and why, without importing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.intake.headings import suggestion
from shuangbaodao_cli.intake.rows import letter
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.vocabulary.record import Field, headings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shuangbaodao_cli.intake import tables
    from shuangbaodao_cli.intake.headers import Header, Known
    from shuangbaodao_cli.intake.rosters import Found

_COLUMNS = [
    Column("sheet", "工作表", hidden=True),
    Column("record", "记录", hidden=True),
    Column("column", "列"),
    Column("heading", "表头"),
    Column("field", "字段"),
    Column("label", "认作"),
    Column("how", "依据"),
]


def explained(file: str, found: Found, known: Known) -> list[Table]:
    """One table for each table of a file: its columns, what they are taken for, and on what ground."""
    return [_explained(file, table, known) for table in found.tables]


def _explained(file: str, table: tables.Table, known: Known) -> Table:
    header, record = table.header, table.record
    rows = [
        (table.sheet, record.name, *row) for row in sorted(_rows(header, known), key=lambda row: (len(row[0]), row))
    ]
    where = f"{header.top + 1}" if header.top == header.row else f"{header.top + 1}–{header.row + 1}"
    title = f"{file} {table.sheet}：认作{record.label}（{record.name}），表头在第 {where} 行，{len(table.body)} 行数据"
    notes = [f"没写年份的日期按 {header.year} 年算。"] if header.year else []
    notes += [f"只写了日的日期按 {header.month} 月算。"] if header.month else []
    notes += [f"左右并排的 {len(header.blocks) + 1} 栏接成一栏。"] if header.blocks else []
    notes.append("认错了可以用 --map 字段=表头 指明，下次同样表头的文件会照此办理；--map extra=表头 表示只原样保留。")
    return Table(title, _COLUMNS, rows, notes=notes)


def _rows(header: Header, known: Known) -> Iterator[tuple[str, str, str, str, str]]:
    words = headings(header.record)
    said = {at: heading for heading, at in header.told.items()}
    for at, field in header.columns.items():
        how = "表头的名称" if at not in said else "--map 指明" if said[at] in known.said else "上次指明，记住的"
        yield letter(at), header.texts.get(at, ""), field.name, field.label, how
    labels = {field.name: field.label for field in header.record.roster()}
    for name, (value, cell) in header.given.items():
        yield cell, f"表上方：{value}", name, labels[name], "表上方写明，每一行都算"
    for at, heading in header.twice.items():
        yield letter(at), heading, "", "", "与前面一列意思相同，原样保留"
    for at, heading in header.unknown.items():
        yield letter(at), heading, "", "", "指明原样保留" if at in said else _unknown(heading, words)


def _unknown(heading: str, words: Mapping[str, Field]) -> str:
    near = suggestion(heading, words)
    hint = f"；如果是“{near.label}”，请加 --map {near.label}={heading}" if near else ""
    return f"不认识，原样保留{hint}"
