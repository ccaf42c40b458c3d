"""person and org: duplicates are listed, merged, unmerged, or marked as distinct."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import Format, FormatOption, LedgerOption, OutputOption, ReasonOption, echo
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.ledger.duplicates import merge as duplicates_merge
from shuangbaodao_cli.ledger.records import labels, lookup
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.model.record import Record
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.table import Column, Table

CanonicalArgument = Annotated[str, typer.Argument(metavar="A", help="留下的一条：名称或编号")]
DuplicateArgument = Annotated[str, typer.Argument(metavar="B", help="并过去的一条：名称或编号")]
AliasArgument = Annotated[str, typer.Argument(metavar="B", help="已并入别的一条：名称或编号")]
FirstArgument = Annotated[str, typer.Argument(metavar="A", help="名称或编号")]
SecondArgument = Annotated[str, typer.Argument(metavar="B", help="名称或编号")]


def duplicates(
    ctx: typer.Context,
    *,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """列出像是同一个的两条，写明理由，把握大的在前。只是建议，什么都不改动。

    合并过的、说过不是同一个的，不再列出。证件号和电话只露出几位。
    """
    from shuangbaodao_cli.ledger.duplicates.candidates import candidate_pairs  # rapidfuzz, only here

    kind = _kind(ctx)
    with session.open() as connection:
        rows = [
            (pair.score, pair.first_id, pair.first_label, pair.second_id, pair.second_label, "；".join(pair.reasons))
            for pair in candidate_pairs(connection, kind)
        ]
    columns = [
        Column("score", "把握", "count"),
        Column("one", "编号", "code"),
        Column("one_is", "是"),
        Column("other", "编号", "code"),
        Column("other_is", "是"),
        Column("reasons", "理由"),
    ]
    notes = [
        f"是同一个：sbd {kind.name} merge 编号 编号，前一个留下；不是：sbd {kind.name} not-the-same 编号 编号。",
    ]
    emit(
        [Table(f"像是重复的{kind.label}（{len(rows)} 对）", columns, rows, notes=notes if rows else ())],
        format_,
        output,
        head=session.head,
    )


def merge(
    ctx: typer.Context,
    canonical: CanonicalArgument,
    duplicate: DuplicateArgument,
    *,
    reason: ReasonOption = None,
    session: LedgerOption,
) -> None:
    """把 B 并入 A：从此按一个算，B 的名称也指 A。A 缺的内容从 B 补上。

    B 的记录都还在，各项次数、人次和时长不变，只有人数会少一个；并错了可以用 unmerge 拆开。
    """
    kind = _kind(ctx)
    with session.open() as connection, write_transaction(connection, session.command_line(), reason) as entry:
        canonical_id = lookup.find(connection, kind, canonical)
        alias_id = lookup.find(connection, kind, duplicate)
        alias_label = labels.describe(connection, kind, alias_id)
        result = duplicates_merge.merge(entry, kind, canonical_id, alias_id)
        canonical_label = labels.describe(connection, kind, canonical_id)
    echo(f"已把{kind.label} {alias_label} 并入 {canonical_label}。")
    if result.copied_values:
        echo(f"  从 {alias_id} 补上了：{_field_labels(kind, result.copied_values)}")
    if result.differing_labels:
        echo(f"  两条不一样的，以 {canonical_id} 的为准：{'、'.join(result.differing_labels)}")
    if result.was_marked_distinct:
        echo("  以前记过这两条不是同一个，现在以合并为准。")
    echo(f"  并错了可以拆开：sbd {kind.name} unmerge {alias_id}")


def unmerge(ctx: typer.Context, key: AliasArgument, *, reason: ReasonOption = None, session: LedgerOption) -> None:
    """把并过去的 B 拆开，恢复成单独的一条；从 B 补给 A 的内容也还回来。"""
    kind = _kind(ctx)
    with session.open() as connection, write_transaction(connection, session.command_line(), reason) as entry:
        alias_id = duplicates_merge.find_alias(connection, kind, key)
        canonical_id = duplicates_merge.unmerge(entry, kind, alias_id)
        alias, canonical = (labels.describe(connection, kind, id_) for id_ in (alias_id, canonical_id))
    echo(f"已把{kind.label} {alias} 从 {canonical} 拆开，各算各的。")


def not_the_same(
    ctx: typer.Context,
    first: FirstArgument,
    second: SecondArgument,
    *,
    reason: ReasonOption = None,
    session: LedgerOption,
) -> None:
    """记住这两条不是同一个，以后不再列为像是重复的。"""
    kind = _kind(ctx)
    with session.open() as connection, write_transaction(connection, session.command_line(), reason) as entry:
        ids = [lookup.find(connection, kind, key) for key in (first, second)]
        is_new = duplicates_merge.mark_distinct(entry, kind, *ids)
        names = [labels.describe(connection, kind, id_) for id_ in ids]
    echo(f"{'已记住' if is_new else '早已记过'}：{kind.label} {names[0]} 和 {names[1]} 不是同一个。")


def _kind(ctx: typer.Context) -> Record:
    """The record type of the command's group, person or org."""
    assert ctx.parent is not None  # noqa: S101  # every command of ours stands in a group
    return RECORDS[str(ctx.parent.info_name)]


def _field_labels(kind: Record, columns: Collection[str]) -> str:
    return "、".join(field.label for field in kind.fields if not set(field.columns).isdisjoint(columns))
