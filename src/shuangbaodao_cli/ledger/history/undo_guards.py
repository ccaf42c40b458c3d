"""Refuses an undo that would leave the ledger inconsistent.

Each check looks at the ledger after the undo, within its transaction, and raises Refused with what to do first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger.records.identity import MERGEABLE
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.ledger.records.lookup import MAX_SHOWN
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from shuangbaodao_cli.model.record import Record


def check_later_batches(connection: sqlite3.Connection, target: int, entry: int, label: str) -> None:
    """Refuse where a later import that is not undone has rows of records that ``entry`` voided with ``target``."""
    later: dict[int, str] = {}
    for record in RECORDS.values():
        sql = (
            f"SELECT DISTINCT b.id, b.file FROM [{record.name}] AS r "
            "JOIN source AS s ON s.record = ?1 AND s.record_id = r.id JOIN batch AS b ON b.id = s.batch "
            "WHERE r.voided = ?2 AND b.undone IS NULL AND b.entry > ?3"
        )
        later |= dict(connection.execute(sql, (record.name, entry, target)))
    if later:
        batches = "、".join(f"第 {number} 批（{file}）" for number, file in sorted(later.items()))
        raise Refused(
            f"后来导入的{batches}里也有{label}新增的记录，现在撤销会把它们一起作废。"
            f"请从最后一批起逐批撤销：sbd undo --import {max(later)}。"
        )


def check_references(connection: sqlite3.Connection, entry: int, label: str) -> None:
    """Refuse where records that are not voided, or the ledger itself, refer to records that ``entry`` voided.

    ``label`` is what the message calls the entry that is undone: 这一批.
    """
    sql = "SELECT 1 FROM ledger AS l JOIN place AS p ON p.id = l.place WHERE p.voided = ?"
    if connection.execute(sql, (entry,)).fetchone():
        raise Refused("其中有本台账所在的地点，不能撤销。请先用 sbd init --place 换成别的地点。")
    referrers = [
        (record, id_) for record in RECORDS.values() for id_ in sorted(set(_referrers(connection, record, entry)))
    ]
    if not referrers:
        return
    names = "；".join(f"{record.label} {describe(connection, record, id_)}" for record, id_ in referrers[:MAX_SHOWN])
    more = f"；……共 {len(referrers)} 条" if len(referrers) > MAX_SHOWN else ""
    raise Refused(f"后来登记的记录用到了{label}里的，不能撤销：{names}{more}。请先改掉或作废它们，再撤销{label}。")


def check_revived(connection: sqlite3.Connection, entry: int) -> None:
    """Refuse where a record that ``entry`` revived refers to a voided one."""
    for record in RECORDS.values():
        for field in record.fields:
            for column, target in zip(field.columns, field.targets, strict=False):
                sql = (
                    f"SELECT r.id, t.id, t.voided FROM change AS c JOIN [{record.name}] AS r ON r.id = c.record_id "
                    f"JOIN [{target}] AS t ON t.id = r.{column} WHERE c.entry = ? AND c.record = ? "
                    "AND c.field = 'voided' AND c.new = 'null' AND t.voided IS NOT NULL LIMIT 1"
                )
                if row := connection.execute(sql, (entry, record.name)).fetchone():
                    _refuse_revival(connection, record, RECORDS[target], row)


def _refuse_revival(connection: sqlite3.Connection, record: Record, other: Record, row: tuple[int, int, int]) -> None:
    """Raise Refused; ``row``: id of the revived record, id of the voided one, the entry that voided it."""
    id_, other_id, voided_by = row
    revived, voided = describe(connection, record, id_), describe(connection, other, other_id)
    raise Refused(
        f"要恢复的{record.label} {revived}用到了{other.label} {voided}，那一条已经作废。"
        f"请先恢复那一条：sbd undo --entry {voided_by}。没有改动。"
    )


def check_merged(connection: sqlite3.Connection) -> None:
    """Refuse where a record would be merged into one that is merged itself, or voided."""
    for record in (RECORDS[name] for name in MERGEABLE):
        sql = (
            f"SELECT gone.id FROM [{record.name}] AS gone JOIN [{record.name}] AS stay ON stay.id = gone.same_as "
            "WHERE gone.voided IS NULL AND (stay.same_as IS NOT NULL OR stay.voided IS NOT NULL) LIMIT 1"
        )
        if row := connection.execute(sql).fetchone():
            raise Refused(
                f"{record.label} {describe(connection, record, row[0])}后来又合并过，不能这样撤销。"
                f"请先拆开：sbd {record.name} unmerge {row[0]}。没有改动。"
            )


def check_steps(connection: sqlite3.Connection, entry: int) -> None:
    """Refuse where a step of an order would be voided or revived before later steps: they are undone from the last."""
    undone_steps = (
        "SELECT c.record_id FROM change AS c WHERE c.entry = ?1 AND c.record = 'order_event' AND c.field = 'voided'"
    )
    sql = (
        "SELECT o.number, later.entry FROM order_event AS e JOIN order_event AS later ON later.ticket = e.ticket "
        "AND later.id > e.id AND later.voided IS NULL JOIN [order] AS o ON o.id = e.ticket "
        f"WHERE e.id IN ({undone_steps}) AND later.id NOT IN ({undone_steps}) ORDER BY later.id DESC LIMIT 1"
    )
    if row := connection.execute(sql, (entry,)).fetchone():
        raise Refused(
            f"工单 {row[0]} 后来又走了别的步骤，不能只撤销前面的。"
            f"请从最后一步起逐笔撤销：sbd undo --entry {row[1]}。没有改动。"
        )


def _referrers(connection: sqlite3.Connection, record: Record, entry: int) -> Iterator[int]:
    """Ids of records of a type, not voided, that refer to a record that ``entry`` voided, or are merged with one."""
    references = [
        (column, target)
        for field in record.fields
        if field.to
        for column, target in zip(field.columns, field.targets, strict=True)
    ]
    if record.name in MERGEABLE:
        references.append(("same_as", record.name))
        sql = (
            f"SELECT stay.id FROM [{record.name}] AS gone JOIN [{record.name}] AS stay ON stay.id = gone.same_as "
            "WHERE gone.voided = ? AND stay.voided IS NULL"
        )
        yield from (id_ for (id_,) in connection.execute(sql, (entry,)))
    for column, target in references:
        sql = (
            f"SELECT o.id FROM [{target}] AS t JOIN [{record.name}] AS o ON o.{column} = t.id "
            "WHERE t.voided = ? AND o.voided IS NULL"
        )
        yield from (id_ for (id_,) in connection.execute(sql, (entry,)))
