"""Orders from a list of an office: each row tells the steps that one took, with their days and who took them.

Reads and checks the steps of the rows, and adds to each order those that it has not taken yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.imports.sheet_import import CellChange
from shuangbaodao_cli.ledger.orders import state, steps
from shuangbaodao_cli.ledger.orders.timeline import active_events
from shuangbaodao_cli.ledger.records import actors
from shuangbaodao_cli.model.orders import ORDER, SKIPPABLE_STEPS, STEP_FIELDS, STEPS
from shuangbaodao_cli.values.days import today

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shuangbaodao_cli.ledger.imports.references import Columns
    from shuangbaodao_cli.ledger.imports.sheet_import import RowIds, SheetImport

_STEP_ORDER = (*SKIPPABLE_STEPS, "finished", "looked")
"""The steps that a list may have columns for, in their order; a look-back ends the order or opens it again."""
_ACTOR_FIELDS = {field.name for field in STEP_FIELDS if field.name.endswith("_by")}


class Step(NamedTuple):
    """A step as a row tells it: the roster's column of its day, its name, and the facts of the event."""

    column: str
    step: str
    facts: dict[str, Any]

    @property
    def date(self) -> str:
        """The day on which it was taken."""
        return str(self.facts["date"])


def read_steps(task: SheetImport, columns: Columns, positions: Iterable[int]) -> dict[int, list[Step]]:
    """Index of a row → the steps it tells; rows whose steps cannot have been so are refused."""
    roster = task.roster
    if roster.record is not ORDER:
        return {}
    accepted = [index for index in positions if index not in roster.rejected]
    actor_columns = dict(columns)
    for field in STEP_FIELDS:
        if field.name in _ACTOR_FIELDS and field.name in roster.columns:
            still_accepted = [index for index in accepted if index not in roster.rejected]
            actor_columns |= task.references.resolve_columns(field, still_accepted, columns)
    required = policy.current(task.connection).rules["order"]["required"]
    steps_by_row: dict[int, list[Step]] = {}
    for index in (index for index in accepted if index not in roster.rejected):
        row_steps = _row_steps(task, actor_columns, index)
        if _check_steps(task, columns, index, row_steps):
            steps_by_row[index] = row_steps
            _warn_missing_steps(task, index, row_steps, required)
    return steps_by_row


def opening_days(steps_by_row: Mapping[int, Sequence[Step]], row_count: int) -> list[str | None]:
    """For each row the day on which its order began: that of its first step."""
    return [steps_by_row[index][0].date if index in steps_by_row else None for index in range(row_count)]


def _row_steps(task: SheetImport, actor_columns: Columns, index: int) -> list[Step]:
    """The steps that a row tells, in their order; what it says of a look-back by halves is warned about."""
    values = {name: column_values[index] for name, column_values in task.roster.columns.items()}
    row_steps: list[Step] = []
    for name in _STEP_ORDER:
        if values.get(f"{name}_on") is None:
            if name == "looked" and values.get("solved"):
                message = "写了是否解决，没有写回访日期，没有算作回访；请补上再导入"
                task.roster.add_problem(index, "solved", "warning", "look_back_unsaid", values["solved"], message)
            continue
        step = name if name != "looked" else {"yes": "reviewed", "no": "reopened"}.get(values.get("solved") or "")
        if step is None:
            message = "有回访日期，没有写是否解决，没有算作已解决；请补上再导入"
            task.roster.add_problem(index, "looked_on", "warning", "look_back_unsaid", values["looked_on"], message)
            continue
        is_due_given = any(earlier.facts.get("due") for earlier in row_steps)
        facts = _step_facts(name, values, actor_columns, index)
        if name in {"planned", "dispatched", "claimed"} and not is_due_given:
            facts["due"] = values.get("due")
        row_steps.append(Step(f"{name}_on", step, facts))
    return row_steps


def _step_facts(name: str, values: Mapping[str, Any], actor_columns: Columns, index: int) -> dict[str, Any]:
    """The facts of one step of a row: its day, its words, who took it and to whom it went."""
    actor_field = f"{name}_by" if f"{name}_by" in _ACTOR_FIELDS else "holder"
    facts: dict[str, Any] = {"date": values[f"{name}_on"], "said": values.get(f"{name}_said")}
    if name != "planned":
        facts |= _actor(actor_columns, index, actor_field, "by")
    if name == "dispatched":
        facts |= _actor(actor_columns, index, "holder", "whom")
    if name == "looked":
        facts["satisfaction"] = values.get("satisfaction")
    return facts


def _actor(actor_columns: Columns, index: int, field: str, prefix: str) -> dict[str, int | None]:
    """Who did something: a column for each kind of actor, ``by_person``, ``by_org`` …."""
    columns = ((f"{prefix}_{kind}", actor_columns.get(f"{field}_{kind}")) for kind in actors.KINDS)
    return {column: values[index] for column, values in columns if values is not None}


def _check_steps(task: SheetImport, columns: Columns, index: int, row_steps: list[Step]) -> bool:
    """Whether the steps of a row can have been so; the row is refused at the cell of what cannot."""
    roster, connection = task.roster, task.connection
    if not row_steps:
        blamed = next((f"{name}_on" for name in _STEP_ORDER if f"{name}_on" in roster.columns), ORDER.title_field.name)
        message = "没有写派单、接单或办结的日期，看不出办到哪一步，请补上"
        roster.add_problem(index, blamed, "error", "value_missing", "", message)
    for before, after in zip([None, *row_steps], row_steps, strict=False):
        if after.date > today().isoformat():
            _reject(task, index, after, f"{after.date} 还没到，请核对")
        elif before and after.date < before.date:
            _reject(task, index, after, f"{_label(after)} {after.date} 在{_label(before)} {before.date} 之前，请核对")
    if row_steps and row_steps[-1].column == "looked_on":
        finished = next((step for step in row_steps if step.step == "finished"), None)
        by = actors.from_values(connection, row_steps[-1].facts, "by")
        if finished is None:
            _reject(task, index, row_steps[-1], "有回访，没有办结日期，请补上")
        elif by is None:
            _reject(task, index, row_steps[-1], "有回访，没有写回访人，请补上")
        elif by == actors.from_values(connection, finished.facts, "by"):
            _reject(task, index, row_steps[-1], f"办结的就是{actors.name(connection, by)}，回头看要换一个人，请核对")
    _check_need(task, columns, index)
    return index not in roster.rejected


def _reject(task: SheetImport, index: int, step: Step, message: str) -> None:
    task.roster.add_problem(index, step.column, "error", "step_invalid", step.date, message)


def _check_need(task: SheetImport, columns: Columns, index: int) -> None:
    """Refuse a row whose need has another order already: a need has one at a time."""
    need = columns["need"][index] if "need" in columns else None
    other = task.connection.execute(
        "SELECT number, name_key FROM [order] WHERE need = ? AND voided IS NULL AND state <> 'cancelled'", (need,)
    ).fetchone()
    number = (columns.get("number") or [None] * len(task.roster.row_numbers))[index]
    if other and (number != other[0] if number else columns["name_key"][index] != other[1]):
        message = f"这条需求已经有工单 {other[0]}，请核对需求编号"
        task.roster.add_problem(index, "need", "error", "key_conflict", task.roster.columns["need"][index], message)


def _warn_missing_steps(task: SheetImport, index: int, row_steps: list[Step], required: list[str]) -> None:
    """Point at steps that the office's policy asks for and the row does not tell, up to where it is."""
    taken = {step.step for step in row_steps}
    last = max(_STEP_ORDER.index(step.column.removesuffix("_on")) for step in row_steps)
    lacking = [STEPS[step][0] for step in required if step not in taken and _STEP_ORDER.index(step) < last]
    if lacking:
        message = f"没有写哪天{'、'.join(lacking)}，按表里写的收下，经过里没有这样的步骤"
        task.roster.add_problem(index, row_steps[-1].column, "warning", "step_missing", row_steps[-1].date, message)


def add_steps(task: SheetImport, steps_by_row: Mapping[int, list[Step]], ids: RowIds) -> list[CellChange]:
    """Add to each order the steps that it has not taken yet; one that went another way stays as it is.

    Returns what that changed of the orders that were known.
    """
    changes: list[CellChange] = []
    for index, row_steps in steps_by_row.items():
        order = ids.of_row(index)
        if order is None:
            continue
        past = active_events(task.connection, order)
        taken = [(event.step, event.date) for event in past]
        listed = [(step.step, step.date) for step in row_steps]
        if listed[: len(taken)] != taken:
            if taken[: len(listed)] != listed:
                message = f"台账里这张单的经过和这一行不同（已到“{STEPS[past[-1].step][0]}”），经过没有改动，请核对"
                last = row_steps[-1]
                task.roster.add_problem(index, last.column, "warning", "course_differs", last.date, message)
            continue
        for step in row_steps[len(taken) :]:
            steps.insert_event(task.entry, order, step.step, step.facts)
            if index in ids.matched:
                changes.append(CellChange(index, step.column, None, f"{STEPS[step.step][0]} {step.date}"))
        state.refresh_order(task.entry, order)
    return changes


def _label(step: Step) -> str:
    return next(field.label for field in STEP_FIELDS if field.name == step.column)
