"""check sample: draws participations to be verified by telephone."""

from __future__ import annotations

import secrets
import sys
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import (
    Format,
    FormatOption,
    FullOption,
    LedgerOption,
    OutputOption,
    ReasonOption,
    record_reveal,
    require,
)
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.cli.periods import (
    FromOption,
    HalfOption,
    MonthOption,
    PeriodOption,
    PlaceOption,
    QuarterOption,
    ToOption,
    YearOption,
    make_scope,
)
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.checks.call_sample import SampledParticipation, draw
from shuangbaodao_cli.ledger.storage.transactions import read_transaction
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.values.masking import mask_phone
from shuangbaodao_cli.values.period_phrases import resolve_period

_SEED_LIMIT = 10**6
"""Random seeds are below this: they are copied by hand."""
_COLUMNS = [
    Column("place", "社区（村）"),
    Column("id", "参与编号", "code"),
    Column("person", "姓名"),
    Column("phone", "联系电话", "code"),
    Column("title", "活动名称"),
    Column("date", "活动日期", "date"),
    Column("hours", "服务时长", "hours", "小时"),
    Column("true", "是否属实"),
    Column("caller", "回访人"),
    Column("called_on", "回访日期", "date"),
    Column("note", "备注"),
]


def sample(
    *,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="抽取的号；同一个号再抽还是这几条，不写就另取一个")
    ] = None,
    phrase: PeriodOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    half: HalfOption = None,
    year: YearOption = None,
    start: FromOption = None,
    until: ToOption = None,
    place: PlaceOption = None,
    percent: Annotated[
        int | None, typer.Option("--percent", metavar="N", help="每个社区抽百分之几；不写就按本单位的办法")
    ] = None,
    full: FullOption = False,
    reason: ReasonOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """抽几条参与记录，打电话问问是不是属实。每个社区抽 5%，至少 3 条。

    电话遮住中间几位；要打电话须写 --full 和 --reason，这件事本身会留底。

    例如：
      sbd check sample --month 2026-07 --seed 7 -o 抽查.xlsx
      sbd check sample --quarter last --seed 7 --full --reason 三季度电话回访 -o 抽查.xlsx
    """
    if seed is None:
        seed = secrets.randbelow(_SEED_LIMIT)
    period_options = {"period": phrase, "month": month, "quarter": quarter, "half": half, "year": year}
    if percent is not None and not 1 <= percent <= 100:
        raise UsageError("--percent 后面请写 1 到 100 的整数，例如 --percent 5。")
    with session.open() as connection:
        reason = require(reason, "--reason", "电话回访") if full else None
        with read_transaction(connection):
            period = resolve_period(period_options, (start, until), month_start_day=policy.month_start_day(connection))
            current = policy.current(connection)
            share = (percent or current.number("check", "sample_percent"), current.number("check", "sample_least"))
            count, drawn = draw(connection, make_scope(connection, period, place).parameters, seed, share)
        if full:
            record_reveal(session, connection, reason)
    method = f"{period.days_label}的 {count} 条参与记录，每个社区抽 {share[0]}%，至少 {share[1]} 条。"
    repeat = f"抽取的号是 {seed}：同样的范围写 --seed {seed}，抽出的还是这几条。"
    emit(
        [Table(f"抽查（{len(drawn)} 条）", _COLUMNS, _rows(drawn, full=full), notes=[method, repeat])],
        format_,
        output,
        head=session.head,
        private=full,
    )
    if output is not None or format_ in {Format.JSON, Format.CSV}:
        sys.stderr.write(f"{repeat}\n")


def _rows(participations: list[SampledParticipation], *, full: bool) -> list[tuple[object, ...]]:
    """A row for each participation, with empty cells for the results of the call."""
    return [
        (
            *(drawn.place, drawn.id, drawn.person),
            drawn.phone if full or not drawn.phone else mask_phone(drawn.phone),
            *(drawn.title, drawn.date, drawn.minutes, None, None, None, None),
        )
        for drawn in participations
    ]
