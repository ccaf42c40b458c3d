"""check: lists findings, which are questions to be looked into, never a verdict; and accepts them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import Format, FormatOption, LedgerOption, OutputOption, ReasonOption, echo, require
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.cli.session import Session
from shuangbaodao_cli.errors import DataProblem, NotFound, Refused, UsageError
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.checks.catalogue import (
    CHECKS,
    DAMAGE_CHECKS,
    SEVERITIES,
    accept,
    accepted_fingerprints,
    resolve_checks,
    run_checks,
)
from shuangbaodao_cli.ledger.checks.finding import Finding, import_origins, origin_text, record_numbers
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.table import Column, Table

_COLUMNS = [
    Column("severity", "轻重", labels=SEVERITIES),
    Column("check", "检查", hidden=True),
    Column("label", "检查项目"),
    Column("record", "记录", labels={name: record.label for name, record in RECORDS.items()} | {"batch": "导入"}),
    Column("id", "编号", "code", hidden=True),
    Column("number", "编号"),
    Column("source", "出自"),
    Column("seen", "看到的"),
    Column("remedy", "怎么核对"),
    Column("accepted", "已认可", labels={True: "是", False: ""}),
]
_SOURCE_INDEX = [column.name for column in _COLUMNS].index("source")
_QUESTIONS_NOTE = "都是请人核对的问题，不是结论。核对无误的：sbd check --accept 检查项目 --reason 原因。"


def check(
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
    checks = resolve_checks(names or [])
    if not accept and reason is not None:
        raise UsageError("--reason 和 --accept 一起用：核对过了要认可，才写原因。")
    with session.open() as connection:
        if catalogue:
            return emit([_catalogue_table(connection, checks)], format_, output, head=session.head)
        if accept:
            return _accept(session, connection, checks, only, reason, names_given=bool(names))
        table = _findings_table(connection, checks, only, show_all=show_all)
    if table.rows or output is not None or format_ in {Format.JSON, Format.CSV}:
        emit([table], format_, output, head=session.head)
    if any(not row[-1] for row in table.rows):
        raise typer.Exit(DataProblem.exit_code)
    return None


def _catalogue_table(connection: sqlite3.Connection, names: list[str]) -> Table:
    """The checks with their severities and their current thresholds."""
    columns = [
        Column("name", "名称"),
        Column("label", "检查项目"),
        Column("severity", "轻重", labels=SEVERITIES),
        Column("limits", "界限（sbd policy edit 可改）"),
    ]
    current = policy.current(connection)
    rows = []
    for name in names:
        entry = CHECKS[name]
        limits = (f"{limit} = {current.number(*limit.split('.'))}" for limit in entry.limits)
        rows.append((name, entry.label, entry.severity, "，".join(limits)))
    return Table(f"检查（{len(rows)} 项）", columns, rows)


def _findings_table(
    connection: sqlite3.Connection, names: list[str], only: list[str] | None, *, show_all: bool
) -> Table:
    """The findings that are not accepted; with ``show_all`` the accepted ones too, marked."""
    known = accepted_fingerprints(connection)
    findings = [
        finding
        for finding in _selected_findings(connection, names, only)
        if show_all or finding.fingerprint not in known
    ]
    origins, numbers = import_origins(connection, findings), record_numbers(connection, findings)
    rows = [
        (
            *(CHECKS[finding.check].severity, finding.check, CHECKS[finding.check].label),
            *(finding.record or None, finding.id, _record_number(finding, numbers)),
            *(origin_text(finding, origins) or None, finding.message, finding.remedy, finding.fingerprint in known),
        )
        for finding in findings
    ]
    hidden = {"accepted"} if not show_all else set()
    hidden |= {"source"} if all(row[_SOURCE_INDEX] is None for row in rows) else set()
    columns = [replace(column, hidden=column.hidden or column.name in hidden) for column in _COLUMNS]
    has_questions = any(finding.check not in DAMAGE_CHECKS for finding in findings)
    return Table(f"请核对（{len(rows)} 件）", columns, rows, notes=[_QUESTIONS_NOTE] if has_questions else [])


def _record_number(finding: Finding, numbers: dict[tuple[str, int], str]) -> str | None:
    """The number by which ``--only`` names a finding: that of its record, else its id."""
    return None if finding.id is None else numbers.get((finding.record, finding.id), str(finding.id))


def _selected_findings(connection: sqlite3.Connection, names: list[str], only: list[str] | None) -> list[Finding]:
    """The findings of some checks, those with a number in ``only`` where it is given.

    Raises NotFound where one of these numbers has no finding.
    """
    findings = run_checks(connection, names)
    if only is None:
        return findings
    numbers = record_numbers(connection, findings)
    present = {_record_number(finding, numbers) for finding in findings}
    if missing := "、".join(number for number in dict.fromkeys(only) if number not in present):
        raise NotFound(f"没有编号是 {missing} 的要核对。编号见 sbd check 的“编号”一列。")
    return [finding for finding in findings if _record_number(finding, numbers) in only]


def _accept(
    session: Session,
    connection: sqlite3.Connection,
    names: list[str],
    only: list[str] | None,
    reason: str | None,
    *,
    names_given: bool,
) -> None:
    """Accept the current findings; Refused where a check for damage was named, since damage cannot be accepted."""
    reason = require(reason, "--reason", "对照签到表核对过")
    if names_given and (damage := [CHECKS[name].label for name in names if name in DAMAGE_CHECKS]):
        raise Refused(f"“{'、'.join(damage)}”查到的是损坏，不能认可。请取出最近的备份核对。")
    acceptable = [name for name in names if name not in DAMAGE_CHECKS]
    known = accepted_fingerprints(connection)
    findings = [
        finding
        for finding in _selected_findings(connection, acceptable, only)
        # A check that could not be run is a finding of the check "schema".
        if finding.check not in DAMAGE_CHECKS and finding.fingerprint not in known
    ]
    if not findings:
        return echo("没有要认可的，台账没有改动。")
    with write_transaction(connection, session.command_line(), reason) as entry:
        count = accept(entry, findings)
    return echo(f"已认可 {count} 件，以后不再列出；内容变了会再列出。看全部：sbd check --all")
