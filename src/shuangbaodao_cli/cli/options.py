"""Options that several commands share, and the way from --ledger to an open ledger."""

from __future__ import annotations

import re
import shlex
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shuangbaodao_cli.cli import lazy
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.storage import chain, transactions
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.ledger_file import default_path, open_reporting_damage
from shuangbaodao_cli.ledger.storage.transactions import transaction
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


LedgerOption = Annotated[
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

ledger_heads: list[chain.Head] = []
"""Where the chain ended of the ledgers that this command opened: the last is printed on what it writes."""


@contextmanager
def ledger_connection(path: Path | None, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """The ledger that --ledger, SBD_LEDGER or the default place says, open while it is used."""
    transactions.notify = echo_err
    ledger_heads.clear()
    with open_reporting_damage(path or default_path(), create=create) as connection:
        yield connection
        ledger_heads.append(chain.current_head(connection))


def command_line(secrets: Iterable[str | None] = ()) -> str:
    """The command as it was typed, for the history; ``hidden`` are words that are kept with their record only.

    Where the ledger lies is no part of what was done in it.
    """
    at = [at for at, word in enumerate(lazy.current_command_line) if word == "--ledger"]
    words = [
        word
        for number, word in enumerate(lazy.current_command_line)
        if number not in at and number - 1 not in at and not word.startswith("--ledger=")
    ]
    for secret in filter(None, secrets):
        words = [word.replace(secret, "＊＊") for word in words]
    return shlex.join(["sbd", *words])


def emit(tables: list[Table], format_: Format, output: Path | None, *, json: Any = None, private: bool = False) -> None:
    """Print tables, or write them to a file. ``said`` replaces their JSON (one record, not a list)."""
    from shuangbaodao_cli.files import write_bytes  # likewise
    from shuangbaodao_cli.output import formats  # what is logged needs none of it
    from shuangbaodao_cli.output.files import check_extension, rendered, write_tables  # likewise
    from shuangbaodao_cli.output.terminal import screen  # what is logged needs none of it

    if output is not None:
        check_extension(output)
        if json is not None and output.suffix.lower() == ".json":
            write_bytes(output, formats.json_text(json).encode(), private=private)
        else:
            write_tables(output, with_chain_head(tables, output.suffix), private=private)
        beside = (
            f"（台账校验码 {ledger_heads[-1]}）" if ledger_heads and output.suffix.lower() in _DATA_EXTENSIONS else ""
        )
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

        sys.stdout.write(page(with_chain_head(tables, ".html")))
    else:
        sys.stdout.write("\n".join(map(formats.markdown, tables)))


_DATA_EXTENSIONS = {".csv", ".json"}
"""Files that other programs read: nothing stands in them that is not data."""


def with_chain_head(tables: list[Table], extension: str) -> list[Table]:
    """The tables of a file, under the last of them where the chain of the ledger ended when they were read."""
    if not ledger_heads or not tables or extension.lower() in _DATA_EXTENSIONS:
        return tables
    return [*tables[:-1], replace(tables[-1], notes=(*tables[-1].notes, f"台账校验码 {ledger_heads[-1]}"))]


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


def record_reveal(connection: sqlite3.Connection, reason: str | None) -> None:
    """Seeing whole numbers is itself kept: who, when, why."""
    with write_transaction(connection, command_line(), require(reason, "--reason", "核对报到名单")):
        pass


@contextmanager
def connection_or_dry_run(path: Path | None, *, dry_run: bool) -> Iterator[sqlite3.Connection]:
    """The ledger; for a trial one transaction that is put back, in a ledger thrown away if there is none."""
    if not dry_run:
        with ledger_connection(path, create=True) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="sbd-") as folder:
        path = path or default_path()
        real = path if path.exists() else Path(folder) / "trial.db"
        with ledger_connection(real, create=True) as connection, transaction(connection) as outcome:
            outcome.commit = False
            yield connection
