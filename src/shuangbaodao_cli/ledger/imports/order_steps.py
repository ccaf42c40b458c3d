"""Orders from a list of an office: each row tells the steps that one took, with their days and who took them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.orders import state, steps
from shuangbaodao_cli.ledger.orders.timeline import active_events
from shuangbaodao_cli.ledger.records import actors
from shuangbaodao_cli.model.orders import ORDER, SKIPPABLE, STEPS, TOLD
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from shuangbaodao_cli.ledger.imports.sheet_import import Columns, SheetImport

_STEP_ORDER = (*SKIPPABLE, "finished", "looked")
"""The steps of which a list tells, in their order; a look-back ends the order or opens it again."""
_ACTOR_FIELDS = {field.name for field in TOLD if field.name.endswith("_by")}


class Step(NamedTuple):
    """A step as a row tells it: the column of its day, and the facts of the event."""

    column: str
    step: str
    facts: dict[str, Any]

    @property
    def date(self) -> str:
        """The day on which it was taken."""
        return str(self.facts["date"])


def read_steps(task: SheetImport, columns: Columns, positions: list[int]) -> dict[int, list[Step]]:
    """Position of a row → the steps it tells; rows whose steps cannot have been so are refused."""
    roster = task.roster
    if roster.record is not ORDER:
        return {}
    who = dict(columns)
    for field in TOLD:
        if field.name in _ACTOR_FIELDS and field.name in roster.columns:
            who |= task.references.resolve_columns(field, [at for at in positions if at not in roster.rejected])
    columns["opened_on"] = [None] * len(roster.row_numbers)
    required = policy.current(task.entry.connection).rules["order"]["required"]
    found: dict[int, list[Step]] = {}
    for at in (one for one in positions if one not in roster.rejected):
        told = _steps(task, who, at)
        columns["opened_on"][at] = told[0].date if told else None
        if _check_steps(task, columns, at, told):
            found[at] = told
            _warn_missing_steps(task, at, told, required)
    return found


def _steps(task: SheetImport, columns: Columns, index: int) -> list[Step]:
    said = {name: values[index] for name, values in task.roster.columns.items()}
    found: list[Step] = []
    for name in _STEP_ORDER:
        if said.get(f"{name}_on") is None:
            if name == "looked" and said.get("solved"):
                message = "写了是否解决，没有写回访日期，没有算作回访；请补上再导入"
                task.roster.add_problem(index, "solved", "warning", "look_back_unsaid", said["solved"], message)
            continue
        step = name if name != "looked" else {"yes": "reviewed", "no": "reopened"}.get(said.get("solved") or "")
        if step is None:
            message = "有回访日期，没有写是否解决，没有算作已解决；请补上再导入"
            task.roster.add_problem(index, "looked_on", "warning", "look_back_unsaid", said["looked_on"], message)
            continue
        facts = {"date": said[f"{name}_on"], "said": said.get(f"{name}_said")}
        facts |= _actor(
            columns, index, f"{name}_by" if f"{name}_by" in _ACTOR_FIELDS else "holder", "by", wanted=name != "planned"
        )
        if name == "dispatched":
            facts |= _actor(columns, index, "holder", "whom")
        if name == "looked":
            facts["satisfaction"] = said.get("satisfaction")
        if name in {"planned", "dispatched", "claimed"} and not any(one.facts.get("due") for one in found):
            facts["due"] = said.get("due")
        found.append(Step(f"{name}_on", step, facts))
    return found


def _actor(columns: Columns, index: int, field: str, prefix: str, *, wanted: bool = True) -> dict[str, int | None]:
    names = ((f"{prefix}_{kind}", columns.get(f"{field}_{kind}")) for kind in actors.KINDS)
    return {column: values[index] for column, values in names if values is not None and wanted}


def _check_steps(task: SheetImport, columns: Columns, index: int, row_steps: list[Step]) -> bool:
    """Whether the steps of a row can have been so; what cannot is told at its cell."""
    roster, connection = task.roster, task.entry.connection
    if not row_steps:
        where = next((f"{name}_on" for name in _STEP_ORDER if f"{name}_on" in roster.columns), ORDER.title.name)
        message = "没有写派单、接单或办结的日期，看不出办到哪一步，请补上"
        roster.add_problem(index, where, "error", "value_missing", "", message)
    for before, after in zip([None, *row_steps], row_steps, strict=False):
        if after.date > today().isoformat():
            _reject(task, index, after, f"{after.date} 还没到，请核对")
        elif before and after.date < before.date:
            _reject(task, index, after, f"{_label(after)} {after.date} 在{_label(before)} {before.date} 之前，请核对")
    if row_steps and row_steps[-1].column == "looked_on":
        done = [one for one in row_steps if one.step == "finished"]
        by = actors.from_values(connection, row_steps[-1].facts, "by")
        if not done:
            _reject(task, index, row_steps[-1], "有回访，没有办结日期，请补上")
        elif by is None:
            _reject(task, index, row_steps[-1], "有回访，没有写回访人，请补上")
        elif by == actors.from_values(connection, done[0].facts, "by"):
            _reject(task, index, row_steps[-1], f"办结的就是{actors.name(connection, by)}，回头看要换一个人，请核对")
    _check_need(task, columns, index)
    return index not in roster.rejected


def _reject(task: SheetImport, index: int, step: Step, message: str) -> None:
    task.roster.add_problem(index, step.column, "error", "step_invalid", step.date, message)


def _check_need(task: SheetImport, columns: Columns, index: int) -> None:
    """A need has one order at a time."""
    need = columns["need"][index] if "need" in columns else None
    row = task.entry.connection.execute(
        "SELECT number, name_key FROM [order] WHERE need = ? AND voided IS NULL AND state <> 'cancelled'", (need,)
    ).fetchone()
    number = (columns.get("number") or [None] * len(task.roster.row_numbers))[index]
    if row and (number != row[0] if number else columns["name_key"][index] != row[1]):
        message = f"这条需求已经有工单 {row[0]}，请核对需求编号"
        task.roster.add_problem(index, "need", "error", "key_conflict", task.roster.columns["need"][index], message)


def _warn_missing_steps(task: SheetImport, index: int, row_steps: list[Step], required: list[str]) -> None:
    """Point at steps that the office's policy asks for and the row does not tell, up to where it is."""
    taken = {one.step for one in row_steps}
    last = max(_STEP_ORDER.index(one.column.removesuffix("_on")) for one in row_steps)
    lacking = [STEPS[step][0] for step in required if step not in taken and _STEP_ORDER.index(step) < last]
    if lacking:
        message = f"没有写哪天{'、'.join(lacking)}，按表里写的收下，经过里没有这样的步骤"
        task.roster.add_problem(index, row_steps[-1].column, "warning", "step_missing", row_steps[-1].date, message)


def add_steps(task: SheetImport, steps_by_row: dict[int, list[Step]]) -> None:
    """Add to each order the steps that it has not taken yet; one that went another way stays as it is."""
    for at, told in steps_by_row.items():
        order = task.created_ids.get(at) or task.matched_ids.get(at)
        if order is None:
            continue
        past = active_events(task.entry.connection, order)
        taken = [(one.step, one.date) for one in past]
        known = [(one.step, one.date) for one in told]
        if known[: len(taken)] != taken:
            if taken[: len(known)] != known:
                message = f"台账里这张单的经过和这一行不同（已到“{STEPS[past[-1].step][0]}”），经过没有改动，请核对"
                task.roster.add_problem(at, told[-1].column, "warning", "course_differs", told[-1].date, message)
            continue
        for one in told[len(taken) :]:
            steps.insert_event(task.entry, order, one.step, one.facts)
            if at in task.matched_ids:
                task.add_change(at, one.column, None, f"{STEPS[one.step][0]} {one.date}")
        state.refresh_order(task.entry, order)


def _label(step: Step) -> str:
    return next(field.label for field in TOLD if field.name == step.column)
