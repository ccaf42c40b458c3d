"""Options that several commands share, and the way from --ledger to an open ledger."""

from __future__ import annotations

import shlex
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.lazy import typed
from shuangbaodao_cli.ledger import chain, database
from shuangbaodao_cli.ledger.damage import opened_whole
from shuangbaodao_cli.ledger.database import default_path
from shuangbaodao_cli.output.visible import visible

if TYPE_CHECKING:
    from shuangbaodao_cli.output.table import Table


class Format(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    HTML = "html"


LedgerPath = Annotated[
    Path | None,
    typer.Option("--ledger", envvar="SBD_LEDGER", metavar="PATH", help="台账文件；不写就用 SBD_LEDGER 或默认位置"),
]
FormatOption = Annotated[Format, typer.Option("--format", metavar="table|json|csv|md|html", help="打印成什么样子")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="写成文件：.xlsx .csv .json .md .html")
]
FullOption = Annotated[bool, typer.Option("--full", help="显示完整的证件号码和电话，须写明 --reason")]
YesOption = Annotated[bool, typer.Option("--yes", help="不再询问")]
NewOption = Annotated[bool, typer.Option("--new", help="台账里没有的名字就新建")]


read_at: list[chain.Head] = []
"""Where the chain ended of the ledgers that this command opened: the last is printed on what it writes."""


@contextmanager
def opened(path: Path | None, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """The ledger that --ledger, SBD_LEDGER or the default place says, open while it is used."""
    database.tell = tell
    read_at.clear()
    with opened_whole(path or default_path(), create=create) as connection:
        yield connection
        read_at.append(chain.last(connection))


def command_line(hidden: Iterable[str | None] = ()) -> str:
    """The command as it was typed, for the history; ``hidden`` are words that are kept with their record only.

    Where the ledger lies is no part of what was done in it.
    """
    at = [at for at, word in enumerate(typed) if word == "--ledger"]
    words = [
        word
        for number, word in enumerate(typed)
        if number not in at and number - 1 not in at and not word.startswith("--ledger=")
    ]
    for secret in filter(None, hidden):
        words = [word.replace(secret, "＊＊") for word in words]
    return shlex.join(["sbd", *words])


def give(tables: list[Table], format_: Format, output: Path | None, *, said: Any = None, private: bool = False) -> None:
    """Print tables, or write them to a file. ``said`` replaces their JSON (one record, not a list)."""
    from shuangbaodao_cli.output import formats, screen  # noqa: PLC0415  # what is logged needs none of it
    from shuangbaodao_cli.output.files import check_extension, rendered, write_bytes, write_tables  # noqa: PLC0415  # likewise

    if output is not None:
        check_extension(output)
        if said is not None and output.suffix.lower() == ".json":
            write_bytes(output, formats.json_text(said).encode(), private=private)
        else:
            write_tables(output, proved(tables, output.suffix), private=private)
        beside = f"（台账校验码 {read_at[-1]}）" if read_at and output.suffix.lower() in _BARE else ""
        tell(f"已写入 {output}{beside}")
    elif format_ is Format.TABLE:
        screen.print_tables(tables)
    elif format_ is Format.JSON:
        whole = [formats.as_json(table) for table in tables]
        sys.stdout.write(formats.json_text(said if said is not None else whole[0] if len(whole) == 1 else whole))
    elif format_ is Format.CSV:
        sys.stdout.write(rendered(".csv", tables).decode())
    elif format_ is Format.HTML:
        from shuangbaodao_cli.output.page import page  # noqa: PLC0415  # seldom asked for

        sys.stdout.write(page(proved(tables, ".html")))
    else:
        sys.stdout.write("\n".join(map(formats.markdown, tables)))


_BARE = {".csv", ".json"}
"""Files that other programs read: nothing stands in them that is not data."""


def proved(tables: list[Table], extension: str) -> list[Table]:
    """The tables of a file, under the last of them where the chain of the ledger ended when they were read."""
    if not read_at or not tables or extension.lower() in _BARE:
        return tables
    return [*tables[:-1], replace(tables[-1], notes=(*tables[-1].notes, f"台账校验码 {read_at[-1]}"))]


def tell(sentence: str) -> None:
    """Tell what goes on, beside the answer."""
    sys.stderr.write(f"{visible(sentence)}\n")


def say(sentence: str) -> None:
    """Tell what was done. Names in it cannot steer the terminal."""
    sys.stdout.write("\n".join(map(visible, sentence.split("\n"))) + "\n")


def at_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def require(value: str | None, option: str, example: str) -> str:
    """The value of an option that must be given where nobody can be asked."""
    if value is None or not value.strip():
        shown = f"{option} {example}" if option.startswith("-") else example
        raise UsageError(f"还缺少 {option}，例如 {shown}。")
    return value
