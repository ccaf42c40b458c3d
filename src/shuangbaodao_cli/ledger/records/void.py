"""Void records: nothing is deleted, and nothing is voided that others still need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger.records.identity import alias_ids, merged_into
from shuangbaodao_cli.ledger.storage.journal import insert_changes
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Record


def void(entry: Entry, record: Record, id_: int) -> dict[str, int]:
    """Void a record with its parts, so that no total counts them; returns how many of each type were.

    Raises Refused while other records, not voided, rely on it or on one of its parts.
    """
    connection = entry.connection
    if record.name == "place" and connection.execute("SELECT 1 FROM ledger WHERE place = ?", (id_,)).fetchone():
        raise Refused("这是本台账所在的地点，不能作废。请先用 sbd init --place 换成别的地点。")
    if record.name == "order_event":
        raise Refused("工单走过的步骤不能作废。记错了上一步，请用 sbd order withdraw 单号 --reason 原因。")
    _refuse_if_merged(connection, record, id_)
    parts = {(link.record, link.owner) for link in record.links}
    owned = (part for part in RECORDS.values() if part.part_of and record.name in part[part.part_of].targets)
    parts |= {(part.name, part.part_of) for part in owned}
    for other in RECORDS.values():
        for field in other.fields:
            if record.name in field.targets and (other.name, field.name) not in parts:
                _refuse_if_used(connection, record, id_, other, other.reference_column(field.name, record.name))
    for name, owner in sorted(parts):
        _refuse_if_part_used(connection, RECORDS[name], RECORDS[name].reference_column(owner, record.name), id_)
    voided = {record.name: _void_where(entry, record, "id", id_)}
    for name, owner in sorted(parts):
        part = RECORDS[name]
        voided[name] = _void_where(entry, part, part.reference_column(owner, record.name), id_)
    return {name: count for name, count in voided.items() if count}


def _refuse_if_merged(connection: sqlite3.Connection, record: Record, id_: int) -> None:
    canonical_id = merged_into(connection, record.name).get(id_)
    if canonical_id is not None:
        raise Refused(
            f"{record.label} {id_} 已并入 {canonical_id}，不再单独计数。"
            f"确实要作废，请先拆开：sbd {record.name} unmerge {id_}。"
        )
    if aliases := alias_ids(connection, record, id_):
        named = "、".join(map(str, aliases))
        hint = f"sbd {record.name} unmerge {aliases[0]}"
        raise Refused(f"{record.label} {named} 已并入这一条，不能作废。请先拆开：{hint}。")


def _refuse_if_used(connection: sqlite3.Connection, record: Record, id_: int, other: Record, column: str) -> None:
    sql = f"SELECT COUNT(*) FROM [{other.name}] WHERE {column} = ? AND voided IS NULL"
    count = connection.execute(sql, (id_,)).fetchone()[0]
    if count:
        raise Refused(
            f"还有 {count} 条{other.label}用到它，不能作废。请先改掉或作废那些{other.label}"
            f"（sbd list {other.name}），再作废这一条{record.label}。"
        )


def _refuse_if_part_used(connection: sqlite3.Connection, part: Record, column: str, id_: int) -> None:
    """Raise Refused where something else relies on a part that would be voided along: an order on a resolution."""
    for other in RECORDS.values():
        for field in other.fields:
            if part.name in field.targets and other.part_of != field.name and other.name != part.name:
                pointer = other.reference_column(field.name, part.name)
                sql = (
                    f"SELECT r.id FROM [{part.name}] AS r JOIN [{other.name}] AS o ON o.{pointer} = r.id "
                    f"WHERE r.{column} = ? AND r.voided IS NULL AND o.voided IS NULL LIMIT 1"
                )
                if row := connection.execute(sql, (id_,)).fetchone():
                    _refuse_if_used(connection, part, row[0], other, pointer)


def _void_where(entry: Entry, record: Record, column: str, value: int) -> int:
    sql = f"SELECT id FROM [{record.name}] WHERE {column} = ? AND voided IS NULL"
    rows = entry.connection.execute(sql, (value,)).fetchall()
    for (id_,) in rows:
        entry.connection.execute(f"UPDATE [{record.name}] SET voided = ? WHERE id = ?", (entry.id, id_))
        insert_changes(entry, record, id_, {"voided": (None, entry.id)})
    return len(rows)
