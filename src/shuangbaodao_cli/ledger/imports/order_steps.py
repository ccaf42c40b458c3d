"""Orders from a list of an office: each row tells the steps that one took, with their days and who took them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.orders import state, steps
from shuangbaodao_cli.ledger.orders.timeline import standing
from shuangbaodao_cli.ledger.records import actors
from shuangbaodao_cli.model.orders import ORDER, SKIPPABLE, STEPS, TOLD
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from shuangbaodao_cli.ledger.imports.sheet_import import Columns, Loading

_WAY = (*SKIPPABLE, "finished", "looked")
"""The steps of which a list tells, in their order; a look-back ends the order or opens it again."""
_BY = {field.name for field in TOLD if field.name.endswith("_by")}


class Step(NamedTuple):
    """A step as a row tells it: the column of its day, and the facts of the event."""

    column: str
    step: str
    facts: dict[str, Any]

    @property
    def date(self) -> str:
        """The day on which it was taken."""
        return str(self.facts["date"])


def read(task: Loading, columns: Columns, positions: list[int]) -> dict[int, list[Step]]:
    """Position of a row → the steps it tells; rows whose steps cannot have been so are refused."""
    roster = task.roster
    if roster.record is not ORDER:
        return {}
    who = dict(columns)
    for field in TOLD:
        if field.name in _BY and field.name in roster.columns:
            who |= task.references.spread(field, [at for at in positions if at not in roster.rejected])
    columns["opened_on"] = [None] * len(roster.rows)
    required = policy.current(task.entry.connection).rules["order"]["required"]
    found: dict[int, list[Step]] = {}
    for at in (one for one in positions if one not in roster.rejected):
        told = _steps(task, who, at)
        columns["opened_on"][at] = told[0].date if told else None
        if _sound(task, columns, at, told):
            found[at] = told
            _tell_left_out(task, at, told, required)
    return found


def _steps(task: Loading, who: Columns, at: int) -> list[Step]:
    said = {name: values[at] for name, values in task.roster.columns.items()}
    found: list[Step] = []
    for name in _WAY:
        if said.get(f"{name}_on") is None:
            if name == "looked" and said.get("solved"):
                message = "写了是否解决，没有写回访日期，没有算作回访；请补上再导入"
                task.roster.tell(at, "solved", "warning", "look_back_unsaid", said["solved"], message)
            continue
        step = name if name != "looked" else {"yes": "reviewed", "no": "reopened"}.get(said.get("solved") or "")
        if step is None:
            message = "有回访日期，没有写是否解决，没有算作已解决；请补上再导入"
            task.roster.tell(at, "looked_on", "warning", "look_back_unsaid", said["looked_on"], message)
            continue
        facts = {"date": said[f"{name}_on"], "said": said.get(f"{name}_said")}
        facts |= _actor(who, at, f"{name}_by" if f"{name}_by" in _BY else "holder", "by", wanted=name != "planned")
        if name == "dispatched":
            facts |= _actor(who, at, "holder", "whom")
        if name == "looked":
            facts["satisfaction"] = said.get("satisfaction")
        if name in {"planned", "dispatched", "claimed"} and not any(one.facts.get("due") for one in found):
            facts["due"] = said.get("due")
        found.append(Step(f"{name}_on", step, facts))
    return found


def _actor(who: Columns, at: int, field: str, to: str, *, wanted: bool = True) -> dict[str, int | None]:
    names = ((f"{to}_{kind}", who.get(f"{field}_{kind}")) for kind in actors.KINDS)
    return {column: values[at] for column, values in names if values is not None and wanted}


def _sound(task: Loading, columns: Columns, at: int, told: list[Step]) -> bool:
    """Whether the steps of a row can have been so; what cannot is told at its cell."""
    roster, connection = task.roster, task.entry.connection
    if not told:
        where = next((f"{name}_on" for name in _WAY if f"{name}_on" in roster.columns), ORDER.title.name)
        message = "没有写派单、接单或办结的日期，看不出办到哪一步，请补上"
        roster.tell(at, where, "error", "value_missing", "", message)
    for before, after in zip([None, *told], told, strict=False):
        if after.date > today().isoformat():
            _refuse(task, at, after, f"{after.date} 还没到，请核对")
        elif before and after.date < before.date:
            _refuse(task, at, after, f"{_label(after)} {after.date} 在{_label(before)} {before.date} 之前，请核对")
    if told and told[-1].column == "looked_on":
        done = [one for one in told if one.step == "finished"]
        by = actors.of(connection, told[-1].facts, "by")
        if not done:
            _refuse(task, at, told[-1], "有回访，没有办结日期，请补上")
        elif by is None:
            _refuse(task, at, told[-1], "有回访，没有写回访人，请补上")
        elif by == actors.of(connection, done[0].facts, "by"):
            _refuse(task, at, told[-1], f"办结的就是{actors.name(connection, by)}，回头看要换一个人，请核对")
    _check_need(task, columns, at)
    return at not in roster.rejected


def _refuse(task: Loading, at: int, step: Step, message: str) -> None:
    task.roster.tell(at, step.column, "error", "step_invalid", step.date, message)


def _check_need(task: Loading, columns: Columns, at: int) -> None:
    """A need has one order at a time."""
    need = columns["need"][at] if "need" in columns else None
    row = task.entry.connection.execute(
        "SELECT number, name_key FROM [order] WHERE need = ? AND voided IS NULL AND state <> 'cancelled'", (need,)
    ).fetchone()
    number = (columns.get("number") or [None] * len(task.roster.rows))[at]
    if row and (number != row[0] if number else columns["name_key"][at] != row[1]):
        message = f"这条需求已经有工单 {row[0]}，请核对需求编号"
        task.roster.tell(at, "need", "error", "key_conflict", task.roster.columns["need"][at], message)


def _tell_left_out(task: Loading, at: int, told: list[Step], required: list[str]) -> None:
    """Point at steps that the office's policy asks for and the row does not tell, up to where it is."""
    taken = {one.step for one in told}
    last = max(_WAY.index(one.column.removesuffix("_on")) for one in told)
    lacking = [STEPS[step][0] for step in required if step not in taken and _WAY.index(step) < last]
    if lacking:
        message = f"没有写哪天{'、'.join(lacking)}，按表里写的收下，经过里没有这样的步骤"
        task.roster.tell(at, told[-1].column, "warning", "step_missing", told[-1].date, message)


def take(task: Loading, courses: dict[int, list[Step]]) -> None:
    """Add to each order the steps that it has not taken yet; one that went another way stays as it is."""
    for at, told in courses.items():
        order = task.made.get(at) or task.met.get(at)
        if order is None:
            continue
        past = standing(task.entry.connection, order)
        taken = [(one.step, one.date) for one in past]
        known = [(one.step, one.date) for one in told]
        if known[: len(taken)] != taken:
            if taken[: len(known)] != known:
                message = f"台账里这张单的经过和这一行不同（已到“{STEPS[past[-1].step][0]}”），经过没有改动，请核对"
                task.roster.tell(at, told[-1].column, "warning", "course_differs", told[-1].date, message)
            continue
        for one in told[len(taken) :]:
            steps.add(task.entry, order, one.step, one.facts)
            if at in task.met:
                task.tell_change(at, one.column, None, f"{STEPS[one.step][0]} {one.date}")
        state.follow(task.entry, order)


def _label(step: Step) -> str:
    return next(field.label for field in TOLD if field.name == step.column)
