"""Orders are opened from a need, a project or a resolution, and found by their number or that of their need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Ambiguous, NotFound, Refused
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.orders import state, steps
from shuangbaodao_cli.ledger.records import store
from shuangbaodao_cli.ledger.records.lookup import find
from shuangbaodao_cli.model.meetings import RESOLUTION
from shuangbaodao_cli.model.orders import ORDER, STEPS
from shuangbaodao_cli.model.work import NEED, PROJECT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.storage.journal import Entry

_NOT_CANCELLED = "voided IS NULL AND state <> 'cancelled'"


def open_order(entry: Entry, source: tuple[str, str], values: Mapping[str, Any]) -> int:
    """Open an order from ``source`` (record type and name or number), and return its id.

    Raises NotFound, and Refused where a need or resolution has an order or the day is before that of the need.
    """
    connection, (kind, key) = entry.connection, source
    record = {"need": NEED, "project": PROJECT, "resolution": RESOLUTION}[kind]
    id_ = find(connection, record, key)
    source_values = store.load_values(connection, record, id_)
    if kind != "project":
        _check_no_order(connection, kind, id_)
    order = _insert_order(entry, kind, id_, source_values, values.get("date"))
    if source_values.get("raised_on") and values.get("date", source_values["raised_on"]) < source_values["raised_on"]:
        raise Refused(f"这件事是 {source_values['raised_on']} 提出的，开单不能早于这一天，请核对日期。")
    steps.take(entry, order, "ticketed", values)
    return order


def _check_no_order(connection: sqlite3.Connection, kind: str, id_: int) -> None:
    sql = f"SELECT number, state FROM [order] WHERE {kind} = ? AND {_NOT_CANCELLED}"
    if row := connection.execute(sql, (id_,)).fetchone():
        state_label = STEPS[row[1]][0] if row[1] in STEPS else "还没有开单"
        raise Refused(
            f"这件事已经有工单 {row[0]}（{state_label}），不能重复开单。看它的经过：sbd show order {row[0]}。"
        )


def _insert_order(entry: Entry, kind: str, id_: int, source_values: Mapping[str, Any], day: str | None = None) -> int:
    connection = entry.connection
    copied = {name: source_values.get(name) for name in ("title", "place", "category", "urgency")}
    if kind == "resolution":
        (copied["place"],) = connection.execute(
            "SELECT place FROM meeting WHERE id = ?", (source_values["meeting"],)
        ).fetchone()
    values = {**copied, kind: id_, "opened_on": day}
    need = source_values.get("need") if kind == "project" else None
    if (
        need
        and connection.execute(f"SELECT 1 FROM [order] WHERE need = ? AND {_NOT_CANCELLED}", (need,)).fetchone() is None
    ):
        values["need"] = need
    return store.insert(entry, ORDER, values)


def find_order(connection: sqlite3.Connection, key: str, *, voided: bool = False) -> int | None:
    """The id of the order that a number or name means, its own or that of its need; None for a need without one.

    Raises NotFound, Ambiguous.
    """
    try:
        return find(connection, ORDER, key, voided=voided)
    except Ambiguous:
        raise
    except NotFound as failure:
        try:
            need = find(connection, NEED, key)
        except Ambiguous:
            raise
        except NotFound:
            raise failure from None
    row = connection.execute(f"SELECT id FROM [order] WHERE need = ? AND {_NOT_CANCELLED}", (need,)).fetchone()
    return None if row is None else int(row[0])


def find_or_open_order(entry: Entry, key: str) -> int:
    """The id of the order on which a step is to be taken. Raises NotFound.

    Where the policy asks for no ticket, the first step on a need inserts its order.
    """
    connection = entry.connection
    if (order_id := find_order(connection, key)) is not None:
        return order_id
    if "ticketed" in policy.current(connection).rules["order"]["required"]:
        raise NotFound(f"需求“{key}”还没有工单，请先开单：sbd order open {key}。")
    need = find(connection, NEED, key)
    order = _insert_order(entry, "need", need, store.load_values(connection, NEED, need))
    state.refresh_order(entry, order)
    return order
