"""The steps of an order: each is checked and inserted, none is ever updated; the state of the order follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Refused, UsageError
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.orders import state
from shuangbaodao_cli.ledger.orders.timeline import active_events
from shuangbaodao_cli.ledger.records import actors, store
from shuangbaodao_cli.ledger.records import rules as records_rules
from shuangbaodao_cli.model.orders import ORDER_EVENT, STEPS, allowed_next_steps
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from shuangbaodao_cli.ledger.orders.timeline import Event
    from shuangbaodao_cli.ledger.records.actors import Actor
    from shuangbaodao_cli.ledger.storage.journal import Entry

COMMANDS = {
    "ticketed": "open",
    "planned": "plan",
    "dispatched": "dispatch",
    "claimed": "claim",
    "finished": "finish",
    "reviewed": "review",
    "reopened": "review",
    "returned": "return",
    "cancelled": "cancel",
}
"""Step → the command that takes it."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """A step that was just taken: the id of its event, its day, and the steps that may follow."""

    event_id: int
    date: str
    next_steps: tuple[str, ...]


def take(entry: Entry, order: int, step: str, values: Mapping[str, Any]) -> StepResult:
    """Take one step of an order; ``values`` are columns of the event, its date and who took it among them.

    Raises Refused where the step cannot follow the last one, is before it or in the future, where somebody
    else was sent the order or its project is full, and where who finished would be who reviews; UsageError
    where it is not said who claims or reviews.
    """
    connection = entry.connection
    events, rules = active_events(connection, order), policy.current(connection)
    date = values.get("date") or today().isoformat()
    by = actors.from_values(connection, values, "by")
    _check_sequence(connection, order, events, step, rules)
    _check_date(events, date)
    if values.get("due") and values["due"] < date:
        raise UsageError(f"期限 {values['due']} 在这一步（{date}）之前，请核对；跨年的请写上年份。")
    if step == "claimed":
        _check_claim(connection, order, events, by)
    if step in {"reviewed", "reopened"}:
        _check_review(connection, events, by)
    if step == "finished" and by is None:
        values = {**values, **actors.to_columns(state.holder(events), "by")}
    event_id = insert_event(entry, order, step, {**values, "date": date})
    state.refresh_order(entry, order)
    steps = [*(event.step for event in events), step]
    return StepResult(event_id, date, allowed_next_steps(steps, rules.rules["order"]["required"]))


def insert_event(entry: Entry, order: int, step: str, values: Mapping[str, Any]) -> int:
    """Insert one step, which was checked before, and return the id of its event."""
    return store.insert(entry, ORDER_EVENT, {**values, "ticket": order, "step": step})


def withdraw(entry: Entry, order: int, values: Mapping[str, Any]) -> str:
    """Withdraw the last step by an event of its own, and return that step.

    Raises Refused for the opening itself (that is cancelled), and where others have taken its place meanwhile.
    """
    events = active_events(entry.connection, order)
    if len(events) < 2:
        raise Refused("只有开单这一步，不能撤回；不办了请用 sbd order cancel，登记错了请用 sbd void order。")
    last = events[-1]
    date = today().isoformat()
    event = {**values, "ticket": order, "step": "withdrawn", "date": date, "corrects": last.id}
    store.insert(entry, ORDER_EVENT, event)
    state.refresh_after_reversal(entry, order, last.step)
    return last.step


def step_label(step: str) -> str:
    """The label of a step: 回头看 whatever it found."""
    return STEPS[step][0].partition("：")[0]


def _check_sequence(
    connection: sqlite3.Connection, order: int, events: list[Event], step: str, rules: policy.Policy
) -> None:
    steps = [event.step for event in events]
    allowed = allowed_next_steps(steps, rules.rules["order"]["required"])
    if step in allowed:
        return
    if step == "claimed" and steps[-1:] == ["claimed"] and events[-1].by:
        raise Refused(f"这张单已由{actors.name(connection, events[-1].by)}在 {events[-1].date} 认领，不能重复认领。")
    number = state.order_number(connection, order)
    state_label = STEPS[steps[-1]][0] if steps else "还没有开单"
    if not allowed:
        raise Refused(
            f"{number} 已到“{state_label}”，不能再{step_label(step)}。"
            f"记错了可以撤回：sbd order withdraw {number} --reason 原因。"
        )
    commands = (f"{step_label(following)}（sbd order {COMMANDS[following]} {number}）" for following in allowed)
    options = "、".join(dict.fromkeys(commands))
    raise Refused(f"{number} 现在是“{state_label}”，还不能{step_label(step)}。下一步可以：{options}。")


def _check_date(events: list[Event], date: str) -> None:
    records_rules.check_not_future(date)
    if events and date < events[-1].date:
        raise Refused(f"上一步“{step_label(events[-1].step)}”在 {events[-1].date}，这一步不能早于它，请核对日期。")


def _check_claim(connection: sqlite3.Connection, order: int, events: list[Event], by: Actor | None) -> None:
    if by is None:
        raise UsageError("还缺少 --by：谁来认领，例如 --by 张三。")
    dispatch = events[-1] if events and events[-1].step == "dispatched" else None
    if dispatch and dispatch.whom and not actors.is_or_belongs_to(connection, by, dispatch.whom):
        raise Refused(
            f"这张单派给了{actors.name(connection, dispatch.whom)}，不能由{actors.name(connection, by)}认领。"
            "要换承办的，请先退回（sbd order return）再派单。"
        )
    state.check_project_capacity(connection, order, by)


def _check_review(connection: sqlite3.Connection, events: list[Event], by: Actor | None) -> None:
    if by is None:
        raise UsageError("还缺少 --by：谁回头看，例如 --by 李某某。")
    finishers = {state.holder(events), events[-1].by if events else None}
    if by in finishers:
        raise Refused(f"办结的是{actors.name(connection, by)}，回头看要换一个人。")
