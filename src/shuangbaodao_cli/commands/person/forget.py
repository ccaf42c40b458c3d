"""person forget: erases a person from the ledger, and lists what still mentions them elsewhere."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import (
    KeyArgument,
    LedgerOption,
    ReasonOption,
    YesOption,
    echo,
    is_interactive,
)
from shuangbaodao_cli.errors import LedgerError, Refused, UsageError
from shuangbaodao_cli.ledger.privacy import erase, redaction, residue
from shuangbaodao_cli.ledger.records import labels, lookup
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.days import today

MAX_SHOWN = 5
"""How many ambiguous places are named in a refusal."""


def forget(
    key: KeyArgument,
    *,
    reason: ReasonOption = None,
    files: Annotated[bool, typer.Option("--files", help="连同留底的原表一起删除，别人的那几行也没有了")] = False,
    text: Annotated[
        str | None,
        typer.Option("--text", metavar="all|alone", help="名称里的、两个字的连着别的字写的，换不换"),
    ] = None,
    yes: YesOption = False,
    session: LedgerOption,
) -> None:
    """应本人要求，把一个人从台账里匿名。不能恢复。

    姓名换成“已匿名-编号”，证件号、电话、生日、住址、备注和改动经过里的都清空；
    只留单位和社区，各项次数、人数、时长不变。服务记录没满十年的，须写明 --reason。

    例如：
      sbd person forget 12 --reason 本人书面申请，已核实身份
    """
    if text not in {None, "all", "alone"}:
        raise UsageError("--text 可以写 all（名称里的、连着写的都换）或 alone（不换）。")
    with session.open() as connection:
        id_ = lookup.find(connection, PERSON, key, voided=True)
        person = erase.load_person(connection, id_, anywhere=text == "all")
        if erase.is_erased(connection, person):
            _compact(connection)
            echo(f"人员 {person.ids[0]} 早已匿名，没有改动。")
            return
        _check_retention(connection, person, reason)
        if text is None:
            _check_ambiguous(connection, person)
        if not yes:
            _confirm(labels.describe(connection, PERSON, person.ids[0]))
        remaining = residue.find_residue(connection, person)
        command = session.command_line([None if key.isdigit() else key])
        person, changed = erase.erase_person(connection, id_, command=command, reason=reason, anywhere=text == "all")
        echo(f"人员 {person.ids[0]} 已匿名，改了 {changed} 处。次数、人数、时长不变。不能恢复。")
        deleted = residue.delete(remaining.files) if files else []
        _print_residue(person, remaining)
        _print_files(remaining, deleted)
        _compact(connection)


def _confirm(label: str) -> None:
    """Ask at a terminal whether to go on; Refused where nobody can be asked: an erasure cannot be undone."""
    warning = f"要把 {label} 匿名，做了就不能恢复。"
    if not is_interactive():
        raise Refused(f"{warning}确实要做请加 --yes。没有改动。")
    typer.confirm(f"{warning}确定吗？", abort=True, err=True)


def _check_retention(connection: sqlite3.Connection, person: erase.PersonIdentity, reason: str | None) -> None:
    """Refuse without a reason, where a service of less than ten years ago must still be on record."""
    last = erase.last_service_day(connection, person)
    if last is None or (reason and reason.strip()):
        return
    until = erase.retention_end(date.fromisoformat(last))
    if until > today():
        raise Refused(
            f"最近一次服务是 {last}，志愿服务记录至少要保存十年（GB/T 40143—2021 第5.2.2条），到 {until} 才满，"
            "没有改动。"
            "只是不再使用，请用 sbd person withdraw；确有依据要匿名，请用 --reason 写明。"
        )


def _check_ambiguous(connection: sqlite3.Connection, person: erase.PersonIdentity) -> None:
    """Refuse where only a reader can tell whether a text means the person, and where a thing is named after them.

    A name of two characters may be a word, so the user says with ``--text`` whether such places are redacted too.
    Afterwards nobody could correct it: an edit keeps the old value in the history.
    """
    texts = [
        f"{RECORDS[name].label if name in RECORDS else '经过'} {id_}"
        for name, id_ in redaction.ambiguous_rows(connection, person.patterns, person.ids)
    ]
    messages = (
        [f"{len(texts)} 处文字里，这个名字和别的字连着写，分不清是不是这个人（{_join_limited(texts)}）"]
        if texts
        else []
    )
    things = list(residue.records_named_after(connection, person))
    messages += [f"{len(things)} 处名称里有这个名字（{_join_limited(things)}）"] if things else []
    if messages:
        raise Refused(
            f"有 {'；'.join(messages)}。没有改动。都要换，请加 --text all；都不换，请加 --text alone。"
            f"{'名称也可以先用 sbd edit 改好再来，匿名以后再改，旧名称会留在改动经过里。' if things else ''}"
        )


def _join_limited(names: list[str]) -> str:
    return "、".join(names[:MAX_SHOWN]) + ("……" if len(names) > MAX_SHOWN else "")


def _print_residue(person: erase.PersonIdentity, remaining: residue.Residue) -> None:
    """Print what still mentions the person in the ledger itself, and what to do about it."""
    if remaining.reports:
        echo(f"  报送留底里还写着：{'、'.join(remaining.reports)}。报送的照原样保存，没有动。")
    for label in remaining.records:
        echo(f"  名称里还有这个名字：{person.patterns.redact(label)}。")
    if remaining.subjects:
        echo(f"  像是同一个人的重点服务对象：{'、'.join(remaining.subjects)}，没有动。")
    if remaining.mentioning_subjects:
        echo(f"  重点服务对象的登记里还写着这个名字或号码：{'、'.join(remaining.mentioning_subjects)}，没有动。")
    if remaining.policy_versions:
        echo(f"  办法里还写着这个名字或号码：第 {'、'.join(map(str, remaining.policy_versions))} 版，没有动。")
    if remaining.entry_count:
        echo(f"  经手人里还有这个名字（{remaining.entry_count} 笔）：谁记的要查得到，没有动。")
    if person.patterns.namesakes:
        others = f"{len(person.patterns.namesakes)} 人同名（编号 {'、'.join(map(str, person.patterns.namesakes))}）"
        echo(f"  还有 {others}，负责人、内容等文字里的这个名字分不清是谁，没有动。")
        echo("  其实是同一个人的，请按编号一并匿名。")


def _print_files(remaining: residue.Residue, deleted: list[residue.KeptFile]) -> None:
    """Print which files were deleted, and which files and backups may still mention the person."""
    for file in deleted:
        echo(f"  已删除留底的原表：{file.label}")
    undeleted = [file for file in remaining.files if file not in deleted]
    for file in undeleted:
        evidence = "，是工单的凭据" if file.is_evidence else ""
        echo(f"  留底的文件里还写着：{file.label}（{file.path}）{evidence}")
    if undeleted:
        echo("  这些文件请自己删除，或先改好原表。以后导入的表里也不要再有这个人，否则会重新登记。")
    for backup in remaining.backups:
        echo(f"  台账旁边的备份，里面可能还有：{backup}")
    echo("  以前的备份、导出的文件、发出去的表里还有，请找出来删掉或告知收件人。")


def _compact(connection: sqlite3.Connection) -> None:
    """Rewrite the ledger file; where that fails, say so and to run the command again."""
    try:
        erase.compact(connection)
    except LedgerError as error:
        echo(f"  台账文件没有能重新整理，旧内容可能还有零碎留在文件里。请再运行一次这条命令。{error}")
