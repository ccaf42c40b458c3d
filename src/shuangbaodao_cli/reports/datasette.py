"""The metadata by which Datasette shows the ledger: titles, columns, units, and the reports as queries.

https://docs.datasette.io/en/0.65/metadata.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger import office as ledger_office
from shuangbaodao_cli.ledger.query import masked_copy
from shuangbaodao_cli.ledger.query.sql import hidden_columns_in
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.reports.catalogue import REPORTS
from shuangbaodao_cli.reports.queries import DIVISIONS, report_query
from shuangbaodao_cli.reports.summary import summary_sql
from shuangbaodao_cli.values.types import MINUTES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from shuangbaodao_cli.model.record import Field, Record

_EXTRA_COLUMNS = {
    "id": "编号",
    "name_key": "名称，比对时用的写法",
    "approx": "写的是约数的列",
    "entry": "哪一次操作登记的",
    "voided": "哪一次操作作废的；空着就是没有作废",
    "same_as": "并入了哪一条；空着就是没有合并",
}
_PARAMETERS = {"start": "", "until": "", "place": ""}
_PARAMETER_HELP = "期间从 start 起，到 until 前一天止，写成 2026-07-01；place 是地点的编号。都可以空着，就是全部。"


def metadata(connection: sqlite3.Connection, name: str) -> dict[str, Any]:
    """The metadata of a database of this name, without private columns and reports that need them."""
    tables = {record.name: _table(connection, record) for record in RECORDS.values()}
    tables["place_tree"] = {
        "title": "地点的上下级",
        "description": "每个地点和它上面的各级，也有它自己。",
        "columns": {"ancestor": "上级的编号", "place": "地点的编号", "depth": "隔几级"},
    }
    office = ledger_office.office(connection)
    return {
        "title": f"{office or ''}双报到台账",
        "description": "证件号码、电话、走访对象的情况不在这里面。要交出去的数，请用 sbd report。",
        "databases": {name: {"tables": tables, "queries": dict(_queries(connection))}},
    }


def _table(connection: sqlite3.Connection, record: Record) -> dict[str, Any]:
    labels = _EXTRA_COLUMNS | {
        column: _column_label(field, column) for field in record.fields for column in field.columns
    }
    visible = masked_copy.visible_columns(connection, record.name)
    table = {
        "title": record.label,
        "description": record.about,
        "columns": {column: labels[column] for column in visible if labels.get(column)},
    }
    return table | (
        {"label_column": record.title_field.name} if record.has_name and record.title_field.name in visible else {}
    )


def _column_label(field: Field, column: str) -> str:
    """The label of a column, with its unit or the type of record whose number it holds."""
    if field.to:
        targets = dict(zip(field.columns, field.targets, strict=True))
        return f"{field.label}（{RECORDS[targets[column]].label}的编号）"
    return f"{field.label}（分钟）" if field.type is MINUTES else field.label


def _queries(connection: sqlite3.Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name of a report → its statement as a query of Datasette; the divisions stand last."""
    for name in REPORTS:
        query = report_query(name)
        sql = summary_sql(None) if name == "summary" else query.sql
        yield from _query(connection, name, (query.title, query.asks), sql)
    summary = report_query("summary")
    for word, division in DIVISIONS.items():
        texts = f"{summary.title}——按{division.label}", summary.asks
        yield from _query(connection, division.report_name, texts, summary_sql(word))


def _query(
    connection: sqlite3.Connection, name: str, texts: tuple[str, str], sql: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """One query under its title and question, with parameters that may be left empty; none where it is private."""
    if hidden_columns_in(connection, sql, _PARAMETERS):
        return
    sql = sql.replace(":place IS NULL", ":place = ''")
    for parameter, bound in (("start", "0000-01-01"), ("until", "9999-12-31")):
        sql = sql.replace(f":{parameter}", f"COALESCE(NULLIF(:{parameter}, ''), '{bound}')")
    lines = [line for line in sql.splitlines() if not line.startswith("--")]
    title, asks = texts
    yield (
        name,
        {
            "title": title,
            "description": f"{asks}{_PARAMETER_HELP}",
            "params": list(_PARAMETERS),
            "sql": "\n".join(lines),
        },
    )
