"""report freeze, frozen and bridge: what was sent, printed again as it was sent, and how it became what is so today."""

from __future__ import annotations

import sqlite3
import sys
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import Format, FormatOption, LedgerOption, OutputOption, echo
from shuangbaodao_cli.cli.output import combined_json, emit
from shuangbaodao_cli.cli.periods import (
    FromOption,
    HalfOption,
    MonthOption,
    PeriodOption,
    PlaceOption,
    QuarterOption,
    RecipientOption,
    ToOption,
    YearOption,
    make_scope,
)
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.policy import month_start_day
from shuangbaodao_cli.ledger.records import labels, lookup
from shuangbaodao_cli.ledger.snapshots import store
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.transactions import read_transaction
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.output.files import check_extension
from shuangbaodao_cli.output.table import Column, Table
from shuangbaodao_cli.reports.snapshots import bridge as snapshots_bridge
from shuangbaodao_cli.reports.snapshots import freeze as snapshots_freeze
from shuangbaodao_cli.reports.snapshots.bridge import period_of
from shuangbaodao_cli.reports.snapshots.freeze import parse_tables
from shuangbaodao_cli.values.period_phrases import resolve_period
from shuangbaodao_cli.values.text import replace_controls


def bridge(
    which: Annotated[
        str | None,
        typer.Argument(metavar="[N|last]", help="从哪一份报送说起；不写就是最近的一份"),
    ] = None,
    *,
    phrase: PeriodOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    half: HalfOption = None,
    year: Annotated[str | None, typer.Option("--year", metavar="[YYYY|last]", help="哪一年")] = None,
    start: FromOption = None,
    until: ToOption = None,
    place: PlaceOption = None,
    recipient: RecipientOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """上次报送的数怎么变成了现在的数：报送时的数，加新增、补录、更正、作废，等于现在的数，逐条列出。

    期间和报送的一样，就说这一期；不一样（如上月报的、问到本月），就说今年以来连续报送的累计数。

    例如：
      sbd report bridge last
      sbd report bridge --month 2026-07 --place 塔沟社区
    """
    words = {"period": phrase, "month": month, "quarter": quarter, "half": half, "year": year}
    by_number = which is not None and which not in store.LAST_WORDS
    if by_number and (place is not None or recipient is not None):
        raise UsageError("写明了哪一份报送，就是它的范围、报给它写的那家，请不要再写 --place、--for。")
    with session.open() as connection, read_transaction(connection):
        is_default = all(word is None for word in (*words.values(), start, until))
        period = (
            None if is_default else resolve_period(words, (start, until), month_start_day=month_start_day(connection))
        )
        place_id = lookup.find(connection, PLACE, place) if place else None
        if which is not None and by_number:
            snapshot = store.find(connection, which)
        elif period is None:
            snapshot = snapshots_bridge.latest_snapshot(connection, place_id, recipient)
        else:
            snapshot = snapshots_bridge.latest_for_period(connection, period, place_id, recipient)
        tables = snapshots_bridge.bridge(connection, snapshot, period)
    emit(tables, format_, output, head=session.head, json=combined_json(tables))


SHORT_HASH_LENGTH = 12
"""How many digits of a hash the list shows: those that a person compares."""
_COLUMNS = [
    Column("number", "编号"),
    Column("date", "报送日期", "date"),
    Column("recipient", "报给谁"),
    Column("title", "报表"),
    Column("report", "名称", hidden=True),
    Column("division", "分列", hidden=True),
    Column("period", "期间"),
    Column("from", "起", hidden=True),
    Column("until", "止", hidden=True),
    Column("place", "范围"),
    Column("note", "备注"),
    Column("operator", "经手人"),
    Column("at", "几时记的", hidden=True),
    Column("definitions", "口径版本", "code"),
    Column("policy", "办法版本", "code"),
    Column("hash", "校验码"),
    Column("sha256", "SHA-256", hidden=True),
]


def freeze(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="哪张报表；不写就是工作汇总")] = "summary",
    *,
    phrase: PeriodOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    half: HalfOption = None,
    year: YearOption = None,
    start: FromOption = None,
    until: ToOption = None,
    by: Annotated[str | None, typer.Option("--by", metavar="place|org|…", help="按什么分列")] = None,
    place: PlaceOption = None,
    recipient: RecipientOption = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="备注，如文号")] = None,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """报送时留底：报表的内容、它的校验码和每个数后面的记录。以后台账怎么改，留底的都不变。

    例如：
      sbd report freeze --month 2026-07 --for 区委组织部
      sbd report freeze places --month last --place 塔沟社区 -o 7月.xlsx
    """
    words = {"period": phrase, "month": month, "quarter": quarter, "half": half, "year": year}
    if output is not None:
        check_extension(output)
    details = {"recipient": (recipient or "").strip() or None, "note": (note or "").strip() or None}
    with session.open() as connection, write_transaction(connection, session.command_line()) as entry:
        period = resolve_period(words, (start, until), month_start_day=month_start_day(connection))
        scope = make_scope(connection, period, place)
        snapshot, tables, is_new = snapshots_freeze.freeze(entry, scope, name, by=by, details=details)
        head = store.head(connection, snapshot)
        if output is not None:  # before the end of the transaction: what could not be written was not sent
            emit(tables, Format.TABLE, output, head=head, json=combined_json(tables))
    recipient_text = f"，报{snapshot.recipient}" if snapshot.recipient else ""
    message = f"{snapshot.number}：{tables[0].title}，{period.days_label}{recipient_text}"
    echo(f"已留底 {message}" if is_new else f"和 {snapshot.date} 报送的一样，没有再留：{message}")
    echo(f"校验码（SHA-256）：{snapshot.sha256}")


def frozen(
    which: Annotated[
        str | None, typer.Argument(metavar="[N|last]", help="哪一份：编号，或 last（最近一份）；不写就列出全部")
    ] = None,
    *,
    recipient: RecipientOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """看报送过什么；写明哪一份，就照报送时的原样再出一份，先核对校验码。

    例如：
      sbd report frozen --for 区委组织部
      sbd report frozen 冻-2026-0001 -o 报送.xlsx
    """
    if recipient is not None and which is not None and which not in store.LAST_WORDS:
        raise UsageError("写明了哪一份报送，请不要再写 --for。")
    with session.open() as connection, read_transaction(connection):
        head = None
        if which is None:
            tables = [_snapshots_table(connection, recipient)]
        else:
            last = which in store.LAST_WORDS
            snapshot = store.latest(connection, recipient) if last else store.find(connection, which)
            tables = parse_tables(store.answer(connection, snapshot))
            head = store.head(connection, snapshot)
            sys.stderr.write(f"{replace_controls(_snapshot_heading(snapshot))}\n")
    # What was sent is printed with its own head, not with that of the ledger now.
    emit(tables, format_, output, head=head or session.head, json=combined_json(tables))


def _snapshot_heading(snapshot: store.Snapshot) -> str:
    """Which snapshot it is: printed beside what was sent, not in it."""
    recipient = f" 报{snapshot.recipient}" if snapshot.recipient else ""
    return f"{snapshot.number}，{snapshot.date}{recipient}，校验码核对无误：{snapshot.sha256}"


def _snapshots_table(connection: sqlite3.Connection, recipient: str | None) -> Table:
    """All snapshots, or those for a recipient, the last one first."""
    rows = []
    for sent in store.list_snapshots(connection, recipient):
        place = None if sent.place is None else labels.name_of(connection, PLACE, sent.place)
        rows.append(
            (
                *(sent.number, sent.date, sent.recipient, sent.title, sent.report, sent.division),
                *(period_of(sent).days_label, sent.start, sent.until, place, sent.note, sent.operator, sent.at),
                *(sent.definitions, sent.policy, sent.sha256[:SHORT_HASH_LENGTH], sent.sha256),
            )
        )
    return Table(f"报送过的报表（{len(rows)} 份）", _COLUMNS, rows)
