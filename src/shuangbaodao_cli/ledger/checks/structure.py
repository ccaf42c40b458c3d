"""Whether the ledger itself is whole: file, references, tables, what was sent, chain, live rows on void ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger.checks.finding import CheckContext, Finding
from shuangbaodao_cli.ledger.integrity import verify
from shuangbaodao_cli.ledger.snapshots import store
from shuangbaodao_cli.ledger.storage import attachments, sqlite_errors
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shuangbaodao_cli.model.record import Record

DAMAGE_REMEDY = "请不要再改这份台账，取出最近的备份核对"
"""What to do where a ledger is damaged."""
SHOWN = 5
"""How many files are named."""


def file(context: CheckContext) -> Iterator[Finding]:
    """Pages and indexes of the file that SQLite finds damaged."""
    return _findings("file", sqlite_errors.integrity_errors(context.connection), DAMAGE_REMEDY)


def references(context: CheckContext) -> Iterator[Finding]:
    """Rows that point to a record that is not there."""
    from shuangbaodao_cli.ledger.integrity import structure  # noqa: PLC0415  # sqlite-utils takes 300 ms

    return _findings("references", structure.dangling_references(context.connection), DAMAGE_REMEDY)


def frozen_reports(context: CheckContext) -> Iterator[Finding]:
    """Reports that were sent and are not as they were."""
    return _findings(
        "frozen", store.hash_mismatches(context.connection), "请和当时交出去的那一份对照：sbd report frozen"
    )


def schema(context: CheckContext) -> Iterator[Finding]:
    """Tables that are not as the records are described, and whatever else the program would not make."""
    from shuangbaodao_cli.ledger.integrity import structure  # noqa: PLC0415  # likewise
    from shuangbaodao_cli.ledger.storage import migrations  # noqa: PLC0415  # likewise

    return _findings(
        "schema",
        structure.schema_findings(context.connection) + migrations.schema_differences(context.connection),
        DAMAGE_REMEDY,
    )


def chain(context: CheckContext) -> Iterator[Finding]:
    """What does not agree with the chain of commands."""
    return _findings("chain", verify.findings(context.connection), "请和留在外面的校验码、最近的备份核对")


def _findings(check: str, messages: Iterable[str], remedy: str) -> Iterator[Finding]:
    for sentence in messages:
        yield Finding(check, "", None, sentence, remedy, (sentence,))


_KEPT_FILES = (
    # Whoever has personal data taken out may have had the lists deleted that named him.
    "SELECT '导入的原始文件', file, sha256, NOT EXISTS (SELECT 1 FROM forgotten) FROM batch "
    "UNION SELECT '工单的凭据', file, sha256, TRUE FROM evidence ORDER BY 1, 2, 3"
)
_COPY_BACK = "请从备份旁边的 .files 文件夹拷回台账旁边的 .files 文件夹，文件名不要改"


def kept_files(context: CheckContext) -> Iterator[Finding]:
    """Files that were imported or prove a step, and are not kept as they were."""
    listed = attachments.paths_by_hash(context.connection)
    found: dict[str, list[tuple[str, str]]] = {}
    for what, file, sha256, wanted in context.connection.execute(_KEPT_FILES):
        if sha256 not in listed:
            if wanted:
                found.setdefault(f"{what}的留底不见了", []).append((file, sha256))
        elif not attachments.is_intact(listed[sha256]):
            found.setdefault(f"{what}的留底已损坏", []).append((file, sha256))
    for said, files in found.items():
        told = "、".join(f"{file}（{sha256[:8]}）" for file, sha256 in files[:SHOWN])
        more = f"等 {len(files)} 个" if len(files) > SHOWN else ""
        yield Finding("kept-files", "", None, f"{said}：{told}{more}", _COPY_BACK, (said, *(one for _, one in files)))


def names(context: CheckContext) -> Iterator[Finding]:
    """Records that are found under another name than they have; what names are found by is not in the chain."""
    for record in RECORDS.values():
        sql = f"SELECT id, {record.title.name}, name_key FROM [{record.name}] ORDER BY id"
        for id_, name, key in context.connection.execute(sql) if record.named else ():
            if fold(name) != key:
                seen = f"{record.label} {id_} 按它的名字找不到：查找用的写法在台账外被改动过"
                yield Finding("names", record.name, id_, seen, DAMAGE_REMEDY, (key,))


def orphans(context: CheckContext) -> Iterator[Finding]:
    """Live records that rely on a voided one."""
    for record in RECORDS.values():
        for field in record.fields:
            for target, column in zip(field.targets, field.columns if field.to else (), strict=True):
                yield from _voided_references(context, record, column, RECORDS[target], field.label)


def _voided_references(
    context: CheckContext, record: Record, column: str, target: Record, label: str
) -> Iterator[Finding]:
    # Few records are void: SQLite reads them once and looks each reference up among them.
    sql = (
        f"SELECT r.id, r.{column} FROM [{record.name}] AS r WHERE r.voided IS NULL AND r.{column} IN "
        f"(SELECT t.id FROM [{target.name}] AS t WHERE t.voided IS NOT NULL) ORDER BY r.id"
    )
    for id_, void in context.connection.execute(sql):
        yield Finding(
            "orphans",
            record.name,
            id_,
            f"{label}是{target.label} {void}，而那一条已经作废",
            f"看 sbd show {target.name} {void}；改成现用的，或 sbd void {record.name} {id_}",
            (column, void),
            ((record.name, id_), (target.name, void)),
        )
