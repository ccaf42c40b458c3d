"""--map and --explain-headers: what headings mean, as somebody says or is told."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from shuangbaodao_cli.commands.explaining import explained
from shuangbaodao_cli.errors import Unreadable, UsageError
from shuangbaodao_cli.intake.folder import files_in
from shuangbaodao_cli.intake.headers import APART
from shuangbaodao_cli.intake.rosters import Asked, Found, find_rosters
from shuangbaodao_cli.intake.workbook import read_workbook
from shuangbaodao_cli.ledger import mappings, policy
from shuangbaodao_cli.ledger.database import default_path
from shuangbaodao_cli.options import opened
from shuangbaodao_cli.output import formats, screen
from shuangbaodao_cli.vocabulary.records import RECORDS
from shuangbaodao_cli.vocabulary.text import fold, fold_header


def found_files(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The files that were meant, and what in a folder is no table; Unreadable where a folder has none."""
    files, left = files_in(paths)
    if not files:
        raise Unreadable(f"“{paths[0]}”里没有表格文件（.xlsx .xls .et .ods .csv 等），请核对文件夹。")
    return files, left


def said_headings(pairs: Iterable[str]) -> dict[str, str]:
    """FIELD=HEADER as typed → folded heading → word of the field; UsageError where there is no such field."""
    said: dict[str, str] = {}
    for pair in pairs:
        word, signed, heading = pair.replace("＝", "=", 1).partition("=")
        if not signed or not word.strip() or not heading.strip():
            raise UsageError(f"“{pair}”应写成 字段=表头，例如 --map 姓名=志愿者。")
        if word.strip() != APART and not _is_field(word):
            raise UsageError(
                f"没有“{word}”这个字段。各种记录有哪些字段，可以用 sbd template 看；原样保留请写 {APART}={heading}。"
            )
        said[fold_header(heading.replace("/", ""))[0]] = word.strip()
    return said


def _is_field(word: str) -> bool:
    fields = (one for record in RECORDS.values() for one in record.roster())
    return any(fold(word) == fold(said) for one in fields for said in one.words())


def learnt(ledger: Path | None) -> tuple[mappings.Learnt, dict[str, list[str]]]:
    """What was said of headings before, and which words lead to a category; nothing where there is no ledger yet."""
    path = ledger or default_path()
    if not path.exists():
        return {}, {}
    with opened(path) as connection:
        return mappings.recall(connection), policy.categories(connection)


def check_said(file: str, found: Found, said: Sequence[str]) -> None:
    """Refuse a --map that no table of the file has a heading for."""
    told = {heading for table in found.tables for heading in table.header.told}
    lacking = [heading for heading in said if heading not in told]
    if lacking:
        there = "、".join(dict.fromkeys(text for table in found.tables for text in table.header.texts.values()))
        raise UsageError(f"“{file}”里没有“{'、'.join(lacking)}”这一列，或这种表没有那个字段。表头有：{there}。")


def tell_headings(files: Iterable[Path], asked: Asked, encoding: str | None, *, json: bool) -> None:
    """Print what each column of the files is taken for."""
    tables = []
    for file in files:
        book = read_workbook(file, encoding=encoding)
        tables += explained(book.file, find_rosters(book, asked), asked.known)
    if json:
        sys.stdout.write(formats.json_text([row for table in tables for row in formats.as_json(table)]))
    else:
        screen.print_tables(tables)
