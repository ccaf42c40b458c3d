"""person and org: two records that are one. Proposed, merged, taken apart again, or kept apart for good."""

from __future__ import annotations

from collections.abc import Collection
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
)
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
    from shuangbaodao_cli.ledger.duplicates.candidates import candidate_pairs  # noqa: PLC0415  # rapidfuzz, only here

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
        one = lookup.find(connection, kind, canonical)
        other = lookup.find(connection, kind, duplicate)
        gone = labels.describe(connection, kind, other)
        joined = duplicates_merge.merge(entry, kind, one, other)
        told = labels.describe(connection, kind, one)
    echo(f"已把{kind.label} {gone} 并入 {told}。")
    if joined.copied_values:
        echo(f"  从 {other} 补上了：{_field_labels(kind, joined.copied_values)}")
    if joined.differing_labels:
        echo(f"  两条不一样的，以 {one} 的为准：{'、'.join(joined.differing_labels)}")
    if joined.was_marked_distinct:
        echo("  以前记过这两条不是同一个，现在以合并为准。")
    echo(f"  并错了可以拆开：sbd {kind.name} unmerge {other}")


def unmerge(ctx: typer.Context, key: AliasArgument, *, reason: ReasonOption = None, session: LedgerOption) -> None:
    """把并过去的 B 拆开，恢复成单独的一条；从 B 补给 A 的内容也还回来。"""
    kind = _kind(ctx)
    with session.open() as connection, write_transaction(connection, session.command_line(), reason) as entry:
        other = duplicates_merge.find_alias(connection, kind, key)
        stay = duplicates_merge.unmerge(entry, kind, other)
        told = [labels.describe(connection, kind, id_) for id_ in (other, stay)]
    echo(f"已把{kind.label} {told[0]} 从 {told[1]} 拆开，各算各的。")


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
        fresh = duplicates_merge.mark_distinct(entry, kind, *ids)
        told = [labels.describe(connection, kind, id_) for id_ in ids]
    echo(f"{'已记住' if fresh else '早已记过'}：{kind.label} {told[0]} 和 {told[1]} 不是同一个。")


def _kind(ctx: typer.Context) -> Record:
    """The kind of record that the group of the command is about."""
    assert ctx.parent is not None  # noqa: S101  # every command of ours stands in a group
    return RECORDS[str(ctx.parent.info_name)]


def _field_labels(kind: Record, columns: Collection[str]) -> str:
    return "、".join(field.label for field in kind.fields if not set(field.columns).isdisjoint(columns))
