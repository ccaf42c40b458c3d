"""What several commands share: their options, and how an answer goes out.

--ledger gives a command its session. An answer is printed or written to a file by ``emit``; ``echo`` says what was
done, ``echo_err`` what goes on beside the answer.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.models import TyperPath

from shuangbaodao_cli.cli.lazy import WORDS
from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.files import write_bytes
from shuangbaodao_cli.ledger.storage import chain
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output import formats
from shuangbaodao_cli.output.files import check_extension, render, write_tables
from shuangbaodao_cli.output.table import Table
from shuangbaodao_cli.output.terminal import screen
from shuangbaodao_cli.values.text import replace_controls


class Format(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    HTML = "html"


def _make_session(ctx: typer.Context, ledger: str | None) -> Session:
    """The session of the command that Click is parsing; ``ledger`` is what stands behind --ledger or in SBD_LEDGER."""
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
"""--ledger, which a command receives as the session to open its ledger with."""
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


def echo_err(message: str) -> None:
    """Write a sentence to standard error, beside the answer. Names in it cannot steer the terminal."""
    sys.stderr.write(f"{replace_controls(message)}\n")


def echo(message: str) -> None:
    """Write sentences to standard output: what was done. Names in them cannot steer the terminal."""
    sys.stdout.write("\n".join(map(replace_controls, message.split("\n"))) + "\n")


def is_interactive() -> bool:
    """Whether somebody sits at the terminal and can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def require(value: str | None, option: str, example: str) -> str:
    """The value of an option that the command cannot do without. Raises UsageError, with an example, where it lacks."""
    if value is None or not value.strip():
        typed = f"{option} {example}" if option.startswith("-") else example
        raise UsageError(f"还缺少 {option}，例如 {typed}。")
    return value


RecordArgument = Annotated[str, typer.Argument(metavar="RECORD", help=f"哪种记录：{' '.join(RECORDS)}")]
KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="名称或编号")]

ReasonOption = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="原因，记入改动经过")]

_FULL_WIDTH = {":": "：", "=": "＝"}
"""A separator → its full-width form, which Chinese keyboards give."""


def parse_pairs(raw: list[str] | None, separator: str) -> list[tuple[str, str]]:
    """FIELD=VALUE or FIELD:VALUE as typed, split at the first separator. Raises UsageError where there is none."""
    pairs = []
    for item in raw or ():
        text = re.sub(f"[{separator}{_FULL_WIDTH[separator]}]", separator, item, count=1)
        word, found, value = text.partition(separator)
        if not found or not word.strip():
            example = "名称:文庙" if separator == ":" else "名称=文庙社区"
            raise UsageError(f"“{item}”应写成 字段{separator}值，例如 {example}。")
        pairs.append((word.strip(), value.strip()))
    return pairs


def record_reveal(session: Session, connection: sqlite3.Connection, reason: str | None) -> None:
    """Journal that somebody sees whole numbers: who, when, why. Raises UsageError without a reason."""
    with write_transaction(connection, session.command_line(), require(reason, "--reason", "核对报到名单")):
        pass
