"""What several commands share: their options, and the sentences they print.

--ledger gives a command its session. ``echo`` says what was done, ``echo_err`` what goes on beside the answer.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer.models import TyperPath

from shuangbaodao_cli.cli.lazy import WORDS
from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.registry import RECORDS
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
