"""due: what is due or overdue, the oldest first."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import Format, FormatOption, LedgerOption, OutputOption
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.records import lookup
from shuangbaodao_cli.ledger.work import due as work_due
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.values import workdays
from shuangbaodao_cli.values.days import today

MAX_SHOWN = 30
"""How many items of a kind are shown without --all."""


def due(
    *,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="|".join(work_due.KINDS), help="只看一种：吹哨、工单、走访、议定事项、活动记录"),
    ] = None,
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="只看这个地点和它下面的")] = None,
    within: Annotated[int | None, typer.Option("--within", metavar="DAYS", help="今后几天内到期的也列出")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="全部列出，不只是每种最早的 30 件")] = False,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """看有哪些事到期或逾期：吹哨、工单、走访、议定事项、没有记全的活动。

    例如：
      sbd due
      sbd due --kind visit --place 文庙社区
    """
    kinds = _selected_kinds(kind)
    with session.open() as connection:
        place_id = lookup.find(connection, PLACE, place) if place else None
        days = policy.current(connection).number("due", "soon_days") if within is None else within
        if not 0 <= days <= policy.MAX_VALUE:
            raise UsageError(f"--within 应是 0 到 {policy.MAX_VALUE} 天。")
        until = (today() + timedelta(days=days)).isoformat()
        limit = -1 if show_all else MAX_SHOWN + 1
        due_query = work_due.DueQuery(connection, today().isoformat(), until, place_id, limit)
        found = {word: list(work_due.KINDS[word][1](due_query)) for word in kinds}
    cut = [word for word, items in found.items() if len(items) > MAX_SHOWN and not show_all]
    notes = [f"{work_due.KINDS[word][0]}只列出最早的 {MAX_SHOWN} 件，全部请加 --all。" for word in cut]
    shown = [item for word, items in found.items() for item in (items[:MAX_SHOWN] if word in cut else items)]
    if doubt := workdays.unknown_holidays_warning(*(item.due for item in shown)):
        sys.stderr.write(f"注意：{doubt}\n")
    emit([_due_table(shown, notes)], format_, output, head=session.head)


def _selected_kinds(raw: str | None) -> list[str]:
    """The kind that was typed, by its word or its label, or all of them. Raises UsageError where there is none."""
    if raw is None:
        return list(work_due.KINDS)
    found = [word for word, (label, _) in work_due.KINDS.items() if raw in {word, label}]
    if not found:
        offered = "、".join(f"{word}（{label}）" for word, (label, _) in work_due.KINDS.items())
        raise UsageError(f"--kind 不能用“{raw}”，可以用：{offered}。")
    return found


def _due_table(items: list[work_due.DueItem], notes: list[str]) -> Table:
    columns = [
        Column("kind", "种类", labels={word: label for word, (label, _) in work_due.KINDS.items()}),
        Column("number", "编号"),
        Column("title", "事项"),
        Column("place", "社区（网格）"),
        Column("whose", "谁办"),
        Column("due", "期限"),
        Column("days", "逾期天数", "count", hidden=True),
        Column("when", "情况"),
        Column("next", "下一步"),
    ]
    rows = []
    for item in sorted(items, key=lambda item: item.due[:10]):
        days = (today() - date.fromisoformat(item.due[:10])).days
        when = f"逾期 {days} 天" if days > 0 else "今天到期" if days == 0 else f"还有 {-days} 天"
        rows.append((*item[:5], item.due.replace("T", " "), days, when, item.next_step))
    overdue = sum(row[6] > 0 for row in rows)
    return Table(f"待办（{len(rows)} 件，其中逾期 {overdue} 件）", columns, rows, notes=notes)
