"""Checks of the ledger itself: file, schema, references, chain, frozen reports, kept files and lookup keys."""

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
"""The remedy where a ledger is damaged."""
MAX_SHOWN = 5
"""How many kept files are named."""


def file(context: CheckContext) -> Iterator[Finding]:
    """Damaged pages and indexes of the file, as SQLite reports them."""
    return _findings("file", sqlite_errors.integrity_errors(context.connection), DAMAGE_REMEDY)


def references(context: CheckContext) -> Iterator[Finding]:
    """Rows that refer to a record which does not exist."""
    from shuangbaodao_cli.ledger.integrity import structure  # sqlite-utils takes 300 ms

    return _findings("references", structure.dangling_references(context.connection), DAMAGE_REMEDY)


def frozen_reports(context: CheckContext) -> Iterator[Finding]:
    """Frozen reports that are not as they were sent."""
    return _findings(
        "frozen", store.hash_mismatches(context.connection), "请和当时交出去的那一份对照：sbd report frozen"
    )


def schema(context: CheckContext) -> Iterator[Finding]:
    """Tables that differ from the record descriptions, and any other difference from the schema."""
    from shuangbaodao_cli.ledger.integrity import structure  # likewise
    from shuangbaodao_cli.ledger.storage import migrations  # likewise

    return _findings(
        "schema",
        structure.schema_findings(context.connection) + migrations.schema_differences(context.connection),
        DAMAGE_REMEDY,
    )


def chain(context: CheckContext) -> Iterator[Finding]:
    """Rows that do not agree with the chain."""
    return _findings("chain", verify.findings(context.connection), "请和留在外面的校验码、最近的备份核对")


def _findings(check: str, messages: Iterable[str], remedy: str) -> Iterator[Finding]:
    for message in messages:
        yield Finding(check, "", None, message, remedy, (message,))


_KEPT_FILES = (
    # After an erasure the imported files that mention the person may have been deleted on purpose.
    "SELECT '导入的原始文件', file, sha256, NOT EXISTS (SELECT 1 FROM forgotten) FROM batch "
    "UNION SELECT '工单的凭据', file, sha256, TRUE FROM evidence ORDER BY 1, 2, 3"
)
_COPY_BACK = "请从备份旁边的 .files 文件夹拷回台账旁边的 .files 文件夹，文件名不要改"


def kept_files(context: CheckContext) -> Iterator[Finding]:
    """Imported files and evidence that are missing or damaged among the attachments; one finding for each case."""
    paths = attachments.paths_by_hash(context.connection)
    files_by_problem: dict[str, list[tuple[str, str]]] = {}
    for kind, file, sha256, is_required in context.connection.execute(_KEPT_FILES):
        if sha256 not in paths:
            if is_required:
                files_by_problem.setdefault(f"{kind}的留底不见了", []).append((file, sha256))
        elif not attachments.is_intact(paths[sha256]):
            files_by_problem.setdefault(f"{kind}的留底已损坏", []).append((file, sha256))
    for problem, files in files_by_problem.items():
        shown = "、".join(f"{file}（{sha256[:8]}）" for file, sha256 in files[:MAX_SHOWN])
        more = f"等 {len(files)} 个" if len(files) > MAX_SHOWN else ""
        facts = (problem, *(sha256 for _, sha256 in files))
        yield Finding("kept-files", "", None, f"{problem}：{shown}{more}", _COPY_BACK, facts)


def names(context: CheckContext) -> Iterator[Finding]:
    """Records whose ``name_key``, by which they are looked up, does not fit their name; the chain does not cover it."""
    for record in RECORDS.values():
        sql = f"SELECT id, {record.title_field.name}, name_key FROM [{record.name}] ORDER BY id"
        for id_, name, key in context.connection.execute(sql) if record.has_name else ():
            if fold(name) != key:
                message = f"{record.label} {id_} 按它的名字找不到：查找用的写法在台账外被改动过"
                yield Finding("names", record.name, id_, message, DAMAGE_REMEDY, (key,))


def orphans(context: CheckContext) -> Iterator[Finding]:
    """Records that are not voided and refer to a voided one."""
    for record in RECORDS.values():
        for field in record.fields:
            for target, column in zip(field.targets, field.columns if field.to else (), strict=True):
                yield from _voided_references(context, record, column, RECORDS[target], field.label)


def _voided_references(
    context: CheckContext, record: Record, column: str, target: Record, label: str
) -> Iterator[Finding]:
    # Few records are voided: SQLite reads them once and looks each reference up among them.
    sql = (
        f"SELECT r.id, r.{column} FROM [{record.name}] AS r WHERE r.voided IS NULL AND r.{column} IN "
        f"(SELECT t.id FROM [{target.name}] AS t WHERE t.voided IS NOT NULL) ORDER BY r.id"
    )
    for id_, voided in context.connection.execute(sql):
        yield Finding(
            "orphans",
            record.name,
            id_,
            f"{label}是{target.label} {voided}，而那一条已经作废",
            f"看 sbd show {target.name} {voided}；改成现用的，或 sbd void {record.name} {id_}",
            (column, voided),
            ((record.name, id_), (target.name, voided)),
        )
