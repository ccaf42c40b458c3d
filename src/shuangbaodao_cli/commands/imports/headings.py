"""The headings of imported files: --map gives them a meaning, --explain-headers prints what they are taken for.

Also which files an import means, and what was said of headings in earlier imports.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import FileError, UsageError
from shuangbaodao_cli.intake.files.sheet import column_letter
from shuangbaodao_cli.intake.files.workbook import expand_folders, read_workbook
from shuangbaodao_cli.intake.rosters.find import FoundTables, ReadingOptions, find_rosters
from shuangbaodao_cli.intake.rosters.header_rows import suggestion
from shuangbaodao_cli.intake.rosters.model import EXTRA
from shuangbaodao_cli.ledger import policy, remembered_headings
from shuangbaodao_cli.model.record import Field, fields_by_heading
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.output.terminal import screen
from shuangbaodao_cli.values.text import fold, fold_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shuangbaodao_cli.cli.session import Session
    from shuangbaodao_cli.intake.rosters import model
    from shuangbaodao_cli.intake.rosters.model import Header, HeadingMeanings

_COLUMNS = [
    Column("sheet", "工作表", hidden=True),
    Column("record", "记录", hidden=True),
    Column("column", "列"),
    Column("heading", "表头"),
    Column("field", "字段"),
    Column("label", "认作"),
    Column("how", "依据"),
]


def explanation_tables(file: str, found: FoundTables, known: HeadingMeanings) -> list[Table]:
    """One table for each table of a file: its columns, what they are taken for, and why."""
    return [_explanation_table(file, table, known) for table in found.tables]


def _explanation_table(file: str, table: model.Table, known: HeadingMeanings) -> Table:
    header, record = table.header, table.record
    rows = [
        (table.sheet, record.name, *row)
        for row in sorted(_explanation_rows(header, known), key=lambda row: (len(row[0]), row))
    ]
    row_span = f"{header.top + 1}" if header.top == header.bottom else f"{header.top + 1}–{header.bottom + 1}"
    title = (
        f"{file} {table.sheet}：认作{record.label}（{record.name}），表头在第 {row_span} 行，{len(table.body)} 行数据"
    )
    notes = [f"没写年份的日期按 {header.year} 年算。"] if header.year else []
    notes += [f"只写了日的日期按 {header.month} 月算。"] if header.month else []
    notes += [f"左右并排的 {len(header.blocks) + 1} 栏接成一栏。"] if header.blocks else []
    notes.append("认错了可以用 --map 字段=表头 指明，下次同样表头的文件会照此办理；--map extra=表头 表示只原样保留。")
    return Table(title, _COLUMNS, rows, notes=notes)


def _explanation_rows(header: Header, known: HeadingMeanings) -> Iterator[tuple[str, str, str, str, str]]:
    vocabulary = fields_by_heading(header.record)
    mapped = {column: heading for heading, column in header.mapped_columns.items()}
    for column, field in header.columns.items():
        how = "上次指明，记住的"
        if column not in mapped:
            how = "表头的名称"
        elif mapped[column] in known.mapped:
            how = "--map 指明"
        yield column_letter(column), header.texts.get(column, ""), field.name, field.label, how
    labels = {field.name: field.label for field in header.record.roster_fields()}
    for name, (value, cell) in header.caption_values.items():
        yield cell, f"表上方：{value}", name, labels[name], "表上方写明，每一行都算"
    for column, heading in header.duplicates.items():
        yield column_letter(column), heading, "", "", "与前面一列意思相同，原样保留"
    for column, heading in header.unknown.items():
        how = "指明原样保留" if column in mapped else _describe_unknown(heading, vocabulary)
        yield column_letter(column), heading, "", "", how


def _describe_unknown(heading: str, vocabulary: Mapping[str, Field]) -> str:
    field = suggestion(heading, vocabulary)
    hint = f"；如果是“{field.label}”，请加 --map {field.label}={heading}" if field else ""
    return f"不认识，原样保留{hint}"


def find_files(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The files to import, and those in folders that are no tables; FileError where a folder has none to import."""
    files, other_files = expand_folders(paths)
    if not files:
        raise FileError(f"“{paths[0]}”里没有表格文件（.xlsx .xls .et .ods .csv 等），请核对文件夹。")
    return files, other_files


def parse_mappings(pairs: Iterable[str]) -> dict[str, str]:
    """FIELD=HEADER as typed → {folded heading: word of the field}; UsageError where there is no such field."""
    mapped: dict[str, str] = {}
    for pair in pairs:
        word, separator, heading = pair.replace("＝", "=", 1).partition("=")
        if not separator or not word.strip() or not heading.strip():
            raise UsageError(f"“{pair}”应写成 字段=表头，例如 --map 姓名=志愿者。")
        if word.strip() != EXTRA and not _is_field(word):
            raise UsageError(
                f"没有“{word}”这个字段。各种记录有哪些字段，可以用 sbd template 看；原样保留请写 {EXTRA}={heading}。"
            )
        mapped[fold_header(heading.replace("/", ""))[0]] = word.strip()
    return mapped


def _is_field(word: str) -> bool:
    fields = (field for record in RECORDS.values() for field in record.roster_fields())
    return any(fold(word) == fold(known) for field in fields for known in field.accepted_names())


def remembered_mappings(session: Session) -> tuple[remembered_headings.HeadingMappings, dict[str, list[str]]]:
    """The meanings of headings from earlier imports, and the words that lead to a category; empty without a ledger."""
    if not session.path.exists():
        return {}, {}
    with session.open() as connection:
        return remembered_headings.load_mappings(connection), policy.category_words(connection)


def check_mappings(file: str, found: FoundTables, mapped: Sequence[str]) -> None:
    """Raise UsageError where no table of the file has the heading of a --map."""
    used = {heading for table in found.tables for heading in table.header.mapped_columns}
    missing = [heading for heading in mapped if heading not in used]
    if missing:
        texts = "、".join(dict.fromkeys(text for table in found.tables for text in table.header.texts.values()))
        raise UsageError(f"“{file}”里没有“{'、'.join(missing)}”这一列，或这种表没有那个字段。表头有：{texts}。")


def print_explanation(files: Iterable[Path], options: ReadingOptions, encoding: str | None, *, json: bool) -> None:
    """Print what each column of the files is taken for."""
    tables = []
    for file in files:
        book = read_workbook(file, encoding=encoding)
        tables += explanation_tables(book.file, find_rosters(book, options), options.meanings)
    if json:
        sys.stdout.write(formats.json_text([row for table in tables for row in formats.as_json(table)]))
    else:
        screen.print_tables(tables)
