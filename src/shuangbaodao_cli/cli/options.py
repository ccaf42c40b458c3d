"""Options that several commands share, and the way from --ledger to an open ledger."""

from __future__ import annotations

import re
import sqlite3
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.models import TyperPath

from shuangbaodao_cli.cli.lazy import WORDS
from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.storage import chain
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.text import visible

if TYPE_CHECKING:
    from shuangbaodao_cli.output.table import Table


class Format(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    HTML = "html"


def _make_session(ctx: typer.Context, ledger: str | None) -> Session:
    """The session of the command that is being parsed."""
    return Session(None if ledger is None else Path(ledger), ctx.meta[WORDS], echo_err)


LedgerOption = Annotated[
    Session,
    typer.Option(
        "--ledger",
        envvar="SBD_LEDGER",
        metavar="PATH",
        help="台账文件；不写就用 SBD_LEDGER 或默认位置",
        click_type=TyperPath(),
        default_factory=lambda: None,
        callback=_make_session,
    ),
]
"""--ledger gives a command its session; a command that has this option needs nothing else to open its ledger."""
FormatOption = Annotated[Format, typer.Option("--format", metavar="table|json|csv|md|html", help="打印成什么样子")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="写成文件：.xlsx .csv .json .md .html")
]
FullOption = Annotated[bool, typer.Option("--full", help="显示完整的证件号码和电话，须写明 --reason")]
YesOption = Annotated[bool, typer.Option("--yes", help="不再询问")]
NewOption = Annotated[bool, typer.Option("--new", help="台账里没有的名字就新建")]


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
    from shuangbaodao_cli.files import write_bytes  # likewise
    from shuangbaodao_cli.output import formats  # what is logged needs none of it
    from shuangbaodao_cli.output.files import check_extension, rendered, write_tables  # likewise
    from shuangbaodao_cli.output.terminal import screen  # what is logged needs none of it

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
        sys.stdout.write(rendered(".csv", tables).decode())
    elif format_ is Format.HTML:
        from shuangbaodao_cli.output.html.page import page  # seldom asked for

        sys.stdout.write(page(with_chain_head(tables, ".html", head)))
    else:
        sys.stdout.write("\n".join(map(formats.markdown, tables)))


def combined_json(tables: list[Table]) -> dict[str, Any] | None:
    """The JSON of a report that is not one plain table: its first table with the others as parts; None of a plain one."""
    if len(tables) == 1 and not {"compare", "to_date"} & tables[0].meta.keys():
        return None
    from shuangbaodao_cli.output import formats  # what is logged needs none of it

    first, *parts = map(formats.as_json, tables)
    return {**first, "parts": parts} if parts else first


_DATA_EXTENSIONS = {".csv", ".json"}
"""Files that other programs read: nothing stands in them that is not data."""


def with_chain_head(tables: list[Table], extension: str, head: chain.Head | None) -> list[Table]:
    """The tables of a file, under the last of them where the chain of the ledger ended when they were read."""
    if head is None or not tables or extension.lower() in _DATA_EXTENSIONS:
        return tables
    return [*tables[:-1], replace(tables[-1], notes=(*tables[-1].notes, f"台账校验码 {head}"))]


def echo_err(message: str) -> None:
    """Tell what goes on, beside the answer."""
    sys.stderr.write(f"{visible(message)}\n")


def echo(message: str) -> None:
    """Tell what was done. Names in it cannot steer the terminal."""
    sys.stdout.write("\n".join(map(visible, message.split("\n"))) + "\n")


def is_interactive() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def require(value: str | None, option: str, example: str) -> str:
    """The value of an option that must be given where nobody can be asked."""
    if value is None or not value.strip():
        shown = f"{option} {example}" if option.startswith("-") else example
        raise UsageError(f"还缺少 {option}，例如 {shown}。")
    return value


RecordArgument = Annotated[str, typer.Argument(metavar="RECORD", help=f"哪种记录：{' '.join(RECORDS)}")]
KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="名称或编号")]

ReasonOption = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="原因，记入改动经过")]

_FULL_WIDTH = {":": "：", "=": "＝"}
"""The full-width form of a sign, which Chinese keyboards give."""


def parse_pairs(raw: list[str] | None, separator: str) -> list[tuple[str, str]]:
    """FIELD=VALUE or FIELD:VALUE as typed, taken apart at the first sign."""
    found = []
    for item in raw or ():
        word, signed, value = re.sub(f"[{separator}{_FULL_WIDTH[separator]}]", separator, item, count=1).partition(
            separator
        )
        if not signed or not word.strip():
            raise UsageError(
                f"“{item}”应写成 字段{separator}值，例如 {'名称:文庙' if separator == ':' else '名称=文庙社区'}。"
            )
        found.append((word.strip(), value.strip()))
    return found


def record_reveal(session: Session, connection: sqlite3.Connection, reason: str | None) -> None:
    """Seeing whole numbers is itself kept: who, when, why."""
    with write_transaction(connection, session.command_line(), require(reason, "--reason", "核对报到名单")):
        pass
