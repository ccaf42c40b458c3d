"""query: the user's own SQL over the ledger, read-only."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from shuangbaodao_cli.cli.options import (
    Format,
    FormatOption,
    FullOption,
    LedgerOption,
    OutputOption,
    ReasonOption,
    require,
)
from shuangbaodao_cli.cli.output import emit
from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.ledger.query.sql import DEFAULT_SECONDS, Answer, open_read_only, run_query
from shuangbaodao_cli.ledger.storage.journal import write_transaction
from shuangbaodao_cli.output.table import Column, Kind, Table


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="一句 select，整句放在引号里")],
    *,
    full: FullOption = False,
    reason: ReasonOption = None,
    seconds: Annotated[int, typer.Option("--seconds", metavar="N", help="最多算多少秒")] = DEFAULT_SECONDS,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
    session: LedgerOption,
) -> None:
    """用自己的 SQL 查台账，只读，什么都改不了。

    表名是记录的英文名，列名是字段的英文名；作废的行 voided 不空。
    证件号码、电话、走访对象的情况、名册里没认出来的列、改动的旧值和新值，不能写在句子里；select * 读出来是空的。
    要看须写 --full 和 --reason，这件事本身会留底。

    例如：
      sbd query "select date, title, served from activity where voided is null"
      sbd query "select name from place where level = 'community'" -o 社区.csv
    """
    if seconds < 1:
        raise UsageError("--seconds 后面请写一个正整数，例如 --seconds 60。")
    if full:
        with (
            session.open() as connection,
            write_transaction(connection, session.command_line(), require(reason, "--reason", "核对名单")),
        ):
            pass
    connection = open_read_only(session.path)
    try:
        answer = run_query(connection, sql, full=full, seconds=seconds)
    finally:
        connection.close()
    emit([as_table(answer)], format_, output, head=session.head, private=full)
    if answer.hidden:
        sys.stderr.write(f"{'、'.join(answer.hidden)} 不外露，读出来是空的；要看请加 --full 和 --reason。\n")


def as_table(answer: Answer) -> Table:
    """An answer as a table; a name that several columns share is numbered from the second on."""
    names: list[str] = []
    for name in answer.columns:
        same = sum(1 for earlier in names if earlier == name or earlier.startswith(f"{name}_"))
        names.append(f"{name}_{same + 1}" if name in names else name)
    rows = [tuple(map(_cell_value, row)) for row in answer.rows]
    columns = [Column(name, name, _column_kind([row[index] for row in rows])) for index, name in enumerate(names)]
    return Table(f"查询结果（{len(rows)} 行）", columns, rows)


def _column_kind(values: Sequence[Any]) -> Kind:
    """A numeric kind where there are only numbers, so that a sheet can add them up."""
    types = {type(value) for value in values if value is not None}
    return "count" if types == {int} else "figure" if types and types <= {int, float} else "text"


def _cell_value(value: Any) -> Any:
    """A value as a table can hold it: bytes as hexadecimal digits, a float that is not finite as text."""
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, float) and not abs(value) < float("inf") else value
