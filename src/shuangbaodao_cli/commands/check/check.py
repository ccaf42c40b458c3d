"""check: what in the ledger is to be looked at again; a question each, never a verdict."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import (
    Format,
    FormatOption,
    LedgerOption,
    OutputOption,
    ReasonOption,
    echo,
    emit,
    require,
)
from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.errors import DataProblem, NotFound, Refused, UsageError
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.checks import accepted
from shuangbaodao_cli.ledger.checks.catalogue import CHECKS, DAMAGE_CHECKS, SEVERITIES, resolve_checks, run_checks
from shuangbaodao_cli.ledger.checks.finding import Finding
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.table import Column, Table

_COLUMNS = [
    Column("severity", "轻重", labels=SEVERITIES),
    Column("check", "检查", hidden=True),
    Column("label", "检查项目"),
    Column("record", "记录", labels={name: one.label for name, one in RECORDS.items()} | {"batch": "导入"}),
    Column("id", "编号", "code", hidden=True),
    Column("number", "编号"),
    Column("source", "出自"),
    Column("seen", "看到的"),
    Column("remedy", "怎么核对"),
    Column("accepted", "已认可", labels={True: "是", False: ""}),
]
_SOURCE_INDEX = [one.name for one in _COLUMNS].index("source")
_QUESTIONS_NOTE = "都是请人核对的问题，不是结论。核对无误的：sbd check --accept 检查项目 --reason 原因。"


def check(  # noqa: PLR0913  # each is an option of the command
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]…", help="只做哪几项检查；不写就全做，有哪些见 --list")
    ] = None,
    *,
    catalogue: Annotated[bool, typer.Option("--list", help="有哪些检查，各按什么界限")] = False,
    accept: Annotated[bool, typer.Option("--accept", help="现在列出的都核对过了，认可；内容变了会再列出")] = False,
    reason: ReasonOption = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ID", help="只列出（只认可）这个编号的，可写几次")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="认可过的也列出")] = False,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """核对台账：有没有损坏，哪些记录要再看一看。没有要核对的就什么都不说；有就一件一行，退出码 3。

    只提问，不下结论，也不改动任何记录。界限用 sbd policy edit 改，如 --set check.monthly_cap=80。

    例如：
      sbd check
      sbd check headcount day-hours -o 核对.xlsx
      sbd check --accept late-entry --reason 补录2025年旧账
      sbd check --accept headcount --only 1331 --reason 五位外来志愿者没有留名
    """
    asked = resolve_checks(names or [])
    if not accept and reason is not None:
        raise UsageError("--reason 和 --accept 一起用：核对过了要认可，才写原因。")
    with session.open() as connection:
        if catalogue:
            return emit([_catalogue_table(connection, asked)], format_, output, head=session.head)
        if accept:
            return _accept(session, connection, asked, only, reason, names_given=bool(names))
        table = _findings_table(connection, asked, only, show_all=show_all)
    if table.rows or output is not None or format_ in {Format.JSON, Format.CSV}:
        emit([table], format_, output, head=session.head)
    if any(not row[-1] for row in table.rows):
        raise typer.Exit(DataProblem.exit_code)
    return None


def _catalogue_table(connection: sqlite3.Connection, names: list[str]) -> Table:
    """Every check with its severity and the thresholds it goes by today."""
    heads = [
        Column("name", "名称"),
        Column("label", "检查项目"),
        Column("severity", "轻重", labels=SEVERITIES),
        Column("limits", "界限（sbd policy edit 可改）"),
    ]
    rules = policy.current(connection)
    rows = []
    for name in names:
        one = CHECKS[name]
        limits = (f"{limit} = {rules.number(*limit.split('.'))}" for limit in one.limits)
        rows.append((name, one.label, one.severity, "，".join(limits)))
    return Table(f"检查（{len(rows)} 项）", heads, rows)


def _findings_table(
    connection: sqlite3.Connection, names: list[str], only: list[str] | None, *, show_all: bool
) -> Table:
    """The findings that nobody accepted yet, or ``whole`` all of them with a mark."""
    known = accepted.accepted_fingerprints(connection)
    held = [(one, one.fingerprint in known) for one in _selected_findings(connection, names, only)]
    shown = [(one, done) for one, done in held if show_all or not done]
    found = [one for one, _ in shown]
    told, numbers = accepted.import_origins(connection, found), accepted.record_numbers(connection, found)
    rows = [
        (
            *(CHECKS[one.check].severity, one.check, CHECKS[one.check].label, one.record or None, one.id),
            *(_record_number(one, numbers), accepted.origin_text(one, told) or None, one.message, one.remedy, done),
        )
        for one, done in shown
    ]
    empty = {"accepted"} if not show_all else set()
    empty |= {"source"} if all(row[_SOURCE_INDEX] is None for row in rows) else set()
    heads = [replace(one, hidden=one.hidden or one.name in empty) for one in _COLUMNS]
    asks = any(one.check not in DAMAGE_CHECKS for one in found)
    return Table(f"请核对（{len(rows)} 件）", heads, rows, notes=[_QUESTIONS_NOTE] if asks else [])


def _record_number(finding: Finding, numbers: dict[tuple[str, int], str]) -> str | None:
    return None if finding.id is None else numbers.get((finding.record, finding.id), str(finding.id))


def _selected_findings(connection: sqlite3.Connection, names: list[str], only: list[str] | None) -> list[Finding]:
    """What is found, of the numbers in ``only`` where some are said; NotFound where nothing is asked of one."""
    found = run_checks(connection, names)
    if only is None:
        return found
    numbers = accepted.record_numbers(connection, found)
    meant = {number: [one for one in found if _record_number(one, numbers) == number] for number in only}
    if lacking := "、".join(number for number, held in meant.items() if not held):
        raise NotFound(f"没有编号是 {lacking} 的要核对。编号见 sbd check 的“编号”一列。")
    return [one for one in found if any(one in held for held in meant.values())]


def _accept(
    session: Session,
    connection: sqlite3.Connection,
    names: list[str],
    only: list[str] | None,
    reason: str | None,
    *,
    names_given: bool,
) -> None:
    """Remember what is found today as looked into; what is damaged cannot be."""
    why = require(reason, "--reason", "对照签到表核对过")
    if names_given and (damage := [CHECKS[name].label for name in names if name in DAMAGE_CHECKS]):
        raise Refused(f"“{'、'.join(damage)}”查到的是损坏，不能认可。请取出最近的备份核对。")
    wanted = [name for name in names if name not in DAMAGE_CHECKS]
    known = accepted.accepted_fingerprints(connection)
    found = (one for one in _selected_findings(connection, wanted, only) if one.check not in DAMAGE_CHECKS)
    fresh = [one for one in found if one.fingerprint not in known]
    if not fresh:
        return echo("没有要认可的，台账没有改动。")
    with write_transaction(connection, session.command_line(), why) as entry:
        count = accepted.accept(entry, fresh)
    return echo(f"已认可 {count} 件，以后不再列出；内容变了会再列出。看全部：sbd check --all")
