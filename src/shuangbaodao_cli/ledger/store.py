"""One record at a time: put in, changed, voided; every change keeps the old value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused
from shuangbaodao_cli.ledger import numbering, tree
from shuangbaodao_cli.ledger.merged import members, merged_into, root
from shuangbaodao_cli.vocabulary.numbers import Approx
from shuangbaodao_cli.vocabulary.places import level_of
from shuangbaodao_cli.vocabulary.records import RECORDS
from shuangbaodao_cli.vocabulary.text import fold
from shuangbaodao_cli.vocabulary.types import Setting

if TYPE_CHECKING:
    import sqlite3

    from shuangbaodao_cli.ledger.database import Entry
    from shuangbaodao_cli.vocabulary.record import Field, Record

Values = Mapping[str, Any]
"""Column → what is stored in it; a column that is not there is empty."""


@cache
def insert_sql(record: Record) -> str:
    """The statement that puts in one record; its parameters are those of ``row``."""
    columns = [*record.columns, *_kept_beside(record), "extra", "entry"]
    places = ", ".join(f"?{at}" for at in range(1, len(columns) + 1))
    named = ", ".join(columns)
    if record.name == "participation":
        return (
            f"INSERT INTO participation ({named}, date) "
            f"SELECT {places}, date FROM activity WHERE id = ?{columns.index('activity') + 1}"
        )
    return f"INSERT INTO [{record.name}] ({named}) VALUES ({places})"


def _kept_beside(record: Record) -> list[str]:
    return (["name_key"] if record.named else []) + (["approx"] if record.counts else [])


def row(record: Record, values: Values, entry: int, extra: str | None = None) -> tuple[Any, ...]:
    """The parameters of ``insert_sql``: its facts, and what is kept beside them."""
    facts = [values.get(column) for column in record.columns]
    if record.named:
        facts.append(fold(values[record.title.name]))
    if record.counts:
        facts.append(approximate(record, values))
    return (*facts, extra, entry)


def approximate(record: Record, values: Values) -> str:
    """The names of the counts that were written as 30余 or 约30."""
    return " ".join(name for name in record.counts if isinstance(values.get(name), Approx))


def insert(entry: Entry, record: Record, values: Values, extra: str | None = None) -> int:
    """Put in one record and return its id; what the record type presumes is filled in."""
    presumed = {field.name: field.default for field in record.fields if field.default is not None}
    if record.name == "place":
        presumed["level"] = level_of(values["name"])
    if record.prefix and not values.get("number"):
        presumed["number"] = numbering.following(entry.connection, record, values)
    told = {column: value for column, value in values.items() if value is not None}
    cursor = entry.connection.execute(insert_sql(record), row(record, presumed | told, entry.id, extra))
    id_ = cursor.lastrowid or 0
    if record.name == "place":
        tree.plant(entry.connection, id_)
    return id_


def set_aside(entry: Entry, record: Record, id_: int, said: Mapping[str, str]) -> dict[str, tuple[str | None, str]]:
    """Keep with a record what its source said and nothing could be made of.

    Returns heading → (old, new) for what is new.
    """
    if not said:
        return {}
    connection = entry.connection
    (held,) = connection.execute(f"SELECT extra FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()
    known = json.loads(held or "{}")
    changed = {heading: (known.get(heading), text) for heading, text in said.items() if known.get(heading) != text}
    if not changed:
        return {}
    extra = json.dumps(known | said, ensure_ascii=False)
    connection.execute(f"UPDATE [{record.name}] SET extra = ? WHERE id = ?", (extra, id_))
    remember(entry, record, id_, {"extra": (held, extra)})
    return changed


def facts(connection: sqlite3.Connection, record: Record, id_: int) -> dict[str, Any]:
    """What is stored of one record, column by column; approximate counts as such."""
    columns = [*record.columns, "approx"] if record.counts else list(record.columns)
    cursor = connection.execute(f"SELECT {', '.join(columns)} FROM [{record.name}] WHERE id = ?", (id_,))
    return with_marks(dict(zip(columns, cursor.fetchone(), strict=True)))


def with_marks(stored: dict[str, Any]) -> dict[str, Any]:
    """The facts of a row whose ``approx`` names its approximate counts, these as ``Approx``."""
    marked = stored.pop("approx", "").split()
    return {**stored, **{name: Approx(stored[name]) for name in marked}} if marked else stored


def news(connection: sqlite3.Connection, record: Record, id_: int, values: Values) -> dict[str, tuple[Any, Any]]:
    """What of the values one record does not say yet: column → (old, new)."""
    old = facts(connection, record, id_)
    return {
        column: (old[column], value)
        for column, value in values.items()
        if (old[column] != value or isinstance(old[column], Approx) != isinstance(value, Approx))
        and not _same(connection, record, column, (old[column], value))
    }


def update(entry: Entry, record: Record, id_: int, values: Values) -> dict[str, tuple[Any, Any]]:
    """Set columns of one record; returns column → (old, new) for those that really changed."""
    changed = news(entry.connection, record, id_, values)
    if not changed:
        return {}
    stored = {column: new for column, (_, new) in changed.items()}
    if record.counts:
        stored["approx"] = approximate(record, facts(entry.connection, record, id_) | stored)
    if record.named and record.title.name in stored:
        stored["name_key"] = fold(stored[record.title.name])
    assignments = ", ".join(f"{column} = ?" for column in stored)
    entry.connection.execute(f"UPDATE [{record.name}] SET {assignments} WHERE id = ?", (*stored.values(), id_))
    remember(entry, record, id_, changed)
    if record.name == "place" and "parent" in changed:
        tree.regrow(entry.connection)
    return changed


def _same(connection: sqlite3.Connection, record: Record, column: str, pair: tuple[Any, Any]) -> bool:
    """Whether two values of a reference are one record, since one was merged into the other."""
    field = next(field for field in record.fields if column in field.columns)
    if not field.to or None in pair:
        return False
    target = field.targets[field.columns.index(column)]
    return root(connection, target, pair[0]) == root(connection, target, pair[1])


def remember(entry: Entry, record: Record, id_: int, changed: Mapping[str, Sequence[Any]]) -> None:
    """Keep what was and what became of the fields of one record."""
    entry.connection.executemany(
        "INSERT INTO change (entry, record, record_id, field, old, new) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (entry.id, record.name, id_, column, *(_told(record, column, value) for value in pair))
            for column, pair in changed.items()
        ],
    )


def _told(record: Record, column: str, value: Any) -> str:
    """A value as it is remembered, in JSON; an approximate number in the words that say so."""
    said = record[column].type.show(value) if isinstance(value, Approx) else value
    return json.dumps(said, ensure_ascii=False)


def stored(field: Field, kept: Any) -> Any:
    """A value as the history keeps it → as it was stored: 30余 is a number again."""
    return field.type.clean(kept, Setting()) if field.type.sql == "INTEGER" and isinstance(kept, str) else kept


def void(entry: Entry, record: Record, id_: int) -> dict[str, int]:
    """Take a record out of every total, with all that is only a part of it.

    Returns how many of each kind were voided. Refused while other live records rely on it.
    """
    connection = entry.connection
    if record.name == "place" and connection.execute("SELECT 1 FROM ledger WHERE place = ?", (id_,)).fetchone():
        raise Refused("这是本台账所在的地点，不能作废。请先用 sbd init --place 换成别的地点。")
    if record.name == "order_event":
        raise Refused("工单走过的步骤不能作废。记错了上一步，请用 sbd order withdraw 单号 --reason 原因。")
    _refuse_if_merged(connection, record, id_)
    parts = {(link.record, link.owner) for link in record.links}
    parts |= {
        (one.name, one.part_of) for one in RECORDS.values() if one.part_of and record.name in one[one.part_of].targets
    }
    for other in RECORDS.values():
        for field in other.fields:
            if record.name in field.targets and (other.name, field.name) not in parts:
                _refuse_if_used(connection, record, id_, other, other.pointer(field.name, record.name))
    for name, owner in sorted(parts):
        _refuse_if_part_used(connection, RECORDS[name], RECORDS[name].pointer(owner, record.name), id_)
    voided = {record.name: _void_where(entry, record, "id", id_)}
    for name, owner in sorted(parts):
        part = RECORDS[name]
        voided[name] = _void_where(entry, part, part.pointer(owner, record.name), id_)
    return {name: count for name, count in voided.items() if count}


def _refuse_if_merged(connection: sqlite3.Connection, record: Record, id_: int) -> None:
    stay = merged_into(connection, record.name).get(id_)
    if stay is not None:
        raise Refused(
            f"{record.label} {id_} 已并入 {stay}，不再单独计数。确实要作废，请先拆开：sbd {record.name} unmerge {id_}。"
        )
    if held := members(connection, record, id_):
        listed = "、".join(map(str, held))
        hint = f"sbd {record.name} unmerge {held[0]}"
        raise Refused(f"{record.label} {listed} 已并入这一条，不能作废。请先拆开：{hint}。")


def _refuse_if_used(connection: sqlite3.Connection, record: Record, id_: int, other: Record, column: str) -> None:
    sql = f"SELECT COUNT(*) FROM [{other.name}] WHERE {column} = ? AND voided IS NULL"
    used = connection.execute(sql, (id_,)).fetchone()[0]
    if used:
        raise Refused(
            f"还有 {used} 条{other.label}用到它，不能作废。请先改掉或作废那些{other.label}"
            f"（sbd list {other.name}），再作废这一条{record.label}。"
        )


def _refuse_if_part_used(connection: sqlite3.Connection, part: Record, column: str, id_: int) -> None:
    """Refuse where something else relies on a part that would be voided along: an order on a resolution."""
    for other in RECORDS.values():
        for field in other.fields:
            if part.name in field.targets and other.part_of != field.name and other.name != part.name:
                pointer = other.pointer(field.name, part.name)
                sql = (
                    f"SELECT r.id FROM [{part.name}] AS r JOIN [{other.name}] AS o ON o.{pointer} = r.id "
                    f"WHERE r.{column} = ? AND r.voided IS NULL AND o.voided IS NULL LIMIT 1"
                )
                if row := connection.execute(sql, (id_,)).fetchone():
                    _refuse_if_used(connection, part, row[0], other, pointer)


def _void_where(entry: Entry, record: Record, column: str, id_: int) -> int:
    connection = entry.connection
    found = connection.execute(
        f"SELECT id FROM [{record.name}] WHERE {column} = ? AND voided IS NULL", (id_,)
    ).fetchall()
    for (one,) in found:
        connection.execute(f"UPDATE [{record.name}] SET voided = ? WHERE id = ?", (entry.id, one))
        remember(entry, record, one, {"voided": (None, entry.id)})
    return len(found)
