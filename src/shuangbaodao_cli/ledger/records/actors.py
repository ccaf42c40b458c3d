"""Who did or is to do something: a person, an organisation, a team or a Party branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.records.identity import canonical_id_of
from shuangbaodao_cli.ledger.records.labels import name_of
from shuangbaodao_cli.model.orders import ACTORS
from shuangbaodao_cli.model.registry import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

Actor = tuple[str, int]
"""Record type and id; of a merged record the canonical id."""
KINDS = tuple(ACTORS.split())


def columns_sql(table_alias: str, field: str) -> str:
    """SQL: the columns of a reference to any kind of actor."""
    return ", ".join(f"{table_alias}.{field}_{kind}" for kind in KINDS)


def from_ids(connection: sqlite3.Connection, ids: Sequence[int | None], kinds: Sequence[str] = KINDS) -> Actor | None:
    """The actor that the values of such columns mean; None where all are empty."""
    return next(
        (
            (kind, canonical_id_of(connection, kind, id_))
            for kind, id_ in zip(kinds, ids, strict=True)
            if id_ is not None
        ),
        None,
    )


def from_values(
    connection: sqlite3.Connection, values: Mapping[str, Any], field: str, kinds: Sequence[str] = KINDS
) -> Actor | None:
    """The actor that the values of a record name under a field; None where there is none."""
    return from_ids(connection, [values.get(f"{field}_{kind}") for kind in kinds], kinds)


def to_columns(actor: Actor | None, field: str) -> dict[str, int | None]:
    """The columns of a reference to an actor, or to nobody."""
    return {f"{field}_{kind}": actor[1] if actor and actor[0] == kind else None for kind in KINDS}


def name(connection: sqlite3.Connection, actor: Actor) -> str:
    """The name of an actor."""
    return name_of(connection, RECORDS[actor[0]], actor[1])


def is_or_belongs_to(connection: sqlite3.Connection, actor: Actor, other: Actor) -> bool:
    """Whether an actor is the other one, works there, or is a member of it; who belongs to a branch is not known."""
    if actor == other:
        return True
    if actor[0] != "person":
        return False
    if other[0] == "org":
        (org,) = connection.execute("SELECT org FROM person WHERE id = ?", (actor[1],)).fetchone()
        return org is not None and canonical_id_of(connection, "org", org) == other[1]
    sql = "SELECT 1 FROM member WHERE person = ? AND team = ? AND voided IS NULL"
    return other[0] == "branch" or connection.execute(sql, (actor[1], other[1])).fetchone() is not None
