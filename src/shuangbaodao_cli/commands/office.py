"""init and status: whose ledger this is, where it is, and what it holds."""

from __future__ import annotations

import sqlite3
import sys
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import Format, FormatOption, LedgerOption, NewOption, echo
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.ledger import office as ledger_office
from shuangbaodao_cli.ledger.integrity import verify
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.ledger.storage.transactions import read_transaction
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.output.table import Column, Table


def init(
    *,
    office: Annotated[str | None, typer.Option("--office", metavar="NAME", help="填报单位，印在报表上")] = None,
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="所在的社区、村、街道或区县")] = None,
    new: NewOption = False,
    session: LedgerOption,
) -> None:
    """登记使用本台账的单位和地点。不做也行：第一次导入或记录时会自动建台账。

    例如：
      sbd init --office 双桥区石洞子沟街道塔沟社区 --place 塔沟社区 --new
    """
    path = session.path
    with session.open(create=True) as connection, write_transaction(connection, session.command_line()) as entry:
        office = records_input.clean(RECORDS["org"]["name"], office) if office else None
        place_id = None
        if place:
            place_id = records_input.resolve(entry, RECORDS["activity"]["place"], place, new=new)["place"]
        ledger_office.set_office(entry, office, place_id)
    echo(f"台账在 {path}")
    if office or place:
        echo(f"填报单位：{office or '（未填）'}　所在地：{place or '（未填）'}")


def status(
    *,
    check: Annotated[bool, typer.Option("--check", help="核对台账文件是否完好（大的台账要等一会儿）")] = False,
    format_: FormatOption = Format.TABLE,
    session: LedgerOption,
) -> None:
    """看台账在哪里、属于谁、各种记录有多少、最近一次改动。"""
    path = session.path
    with session.open() as connection:
        summary = ledger_office.ledger_summary(connection)
        if check:
            _check_integrity(connection)
    rows = [
        ("台账", str(path)),
        ("填报单位", summary.office),
        ("所在地", summary.place),
        ("最近改动", summary.last_change),
        *((f"{RECORDS[name].label}（{name}）", str(count)) for name, count in summary.counts.items() if count),
    ]
    json = {
        "ledger": str(path),
        "office": summary.office,
        "place": summary.place,
        "last": summary.last_change,
        "counts": summary.counts,
    }
    table = Table("台账概况", [Column("what", "项目"), Column("value", "内容")], rows)
    emit([table], format_, None, head=session.head, json=json)


def _check_integrity(connection: sqlite3.Connection) -> None:
    with read_transaction(connection):
        verify.check_integrity(connection)
    sys.stderr.write("台账文件完好。\n")
