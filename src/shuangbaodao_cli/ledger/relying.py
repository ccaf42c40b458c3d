"""What was registered after an import and relies on what the import made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger.finding import SHOWN, describe
from shuangbaodao_cli.ledger.merged import MERGEABLE
from shuangbaodao_cli.vocabulary.records import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from shuangbaodao_cli.vocabulary.record import Record


def check_later_batches(connection: sqlite3.Connection, batch: int, entry: int) -> None:
    """Refuse where a later import, not taken back, told of records that this one made."""
    later: dict[int, str] = {}
    for record in RECORDS.values():
        sql = (
            f"SELECT DISTINCT b.id, b.file FROM [{record.name}] AS r "
            "JOIN source AS s ON s.record = ?1 AND s.record_id = r.id JOIN batch AS b ON b.id = s.batch "
            "WHERE r.entry = ?2 AND r.voided IS NULL AND b.undone IS NULL AND b.id > ?3"
        )
        later |= dict(connection.execute(sql, (record.name, entry, batch)))
    if later:
        named = "、".join(f"第 {number} 批（{file}）" for number, file in sorted(later.items()))
        raise Refused(
            f"后来导入的{named}里也有第 {batch} 批新增的记录，现在撤销会把它们一起作废。"
            f"请从最后一批起逐批撤销：sbd undo --import {max(later)}。"
        )


def check(connection: sqlite3.Connection, entry: int) -> None:
    """Refuse where live records, or the ledger itself, rely on records that a command voided."""
    sql = "SELECT 1 FROM ledger AS l JOIN place AS p ON p.id = l.place WHERE p.voided = ?"
    if connection.execute(sql, (entry,)).fetchone():
        raise Refused("其中有本台账所在的地点，不能撤销。请先用 sbd init --place 换成别的地点。")
    found = [(record, id_) for record in RECORDS.values() for id_ in sorted(set(_relying(connection, record, entry)))]
    if not found:
        return
    named = "；".join(f"{record.label} {describe(connection, record, id_)}" for record, id_ in found[:SHOWN])
    more = f"；……共 {len(found)} 条" if len(found) > SHOWN else ""
    raise Refused(f"后来登记的记录用到了这一批里的，不能撤销：{named}{more}。请先改掉或作废它们，再撤销这一批。")


def _relying(connection: sqlite3.Connection, record: Record, entry: int) -> Iterator[int]:
    """The live records of a kind that point to one which a command voided, or were merged with one."""
    pointing = [
        (column, target)
        for field in record.fields
        if field.to
        for column, target in zip(field.columns, field.targets, strict=True)
    ]
    if record.name in MERGEABLE:
        pointing.append(("same_as", record.name))
        sql = (
            f"SELECT stay.id FROM [{record.name}] AS gone JOIN [{record.name}] AS stay ON stay.id = gone.same_as "
            "WHERE gone.voided = ? AND stay.voided IS NULL"
        )
        yield from (id_ for (id_,) in connection.execute(sql, (entry,)))
    for column, target in pointing:
        sql = (
            f"SELECT o.id FROM [{target}] AS t JOIN [{record.name}] AS o ON o.{column} = t.id "
            "WHERE t.voided = ? AND o.voided IS NULL"
        )
        yield from (id_ for (id_,) in connection.execute(sql, (entry,)))
