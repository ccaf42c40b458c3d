"""Which record each row of a roster means: one of the ledger, or a new one; or it is refused or left out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger import doubts, store
from shuangbaodao_cli.ledger.matching import Matcher
from shuangbaodao_cli.vocabulary.text import fold

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.roster import Roster
    from shuangbaodao_cli.ledger.loading import Columns, Loading
    from shuangbaodao_cli.ledger.matching import Facts, Met


def meet(task: Loading, columns: Columns, positions: list[int]) -> None:
    """Find the record of each row; a row that has none gets the id its record will have."""
    roster, record = task.roster, task.roster.record
    matcher = Matcher(record)
    facts = list(matcher.facts(columns, len(roster.rows)))
    matcher.learn(task.entry.connection, (facts[at] for at in positions))
    if matcher.merged:
        columns |= {column: [*values] for column, values in columns.items()}  # some cells will be emptied
    gone = Matcher(record)
    gone.learn(task.entry.connection, (facts[at] for at in positions), voided=True)
    (coming,) = task.entry.connection.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM [{record.name}]").fetchone()
    for at in positions:
        likeness = partial(_likeness, task, columns, at) if record.repeats else None
        met = matcher.meet(facts[at], likeness)
        if met is not None and len(met.ids) > 1:
            if doubts.refuse_several(task, matcher, met, facts[at], at):
                continue
            met = None
        if met is None and gone.knows and (was := gone.match(facts[at])) is not None:
            _pass_over(roster, at, was)
            gone.claim(was)
            continue
        if record.repeats:
            _tell_alike(task, facts[at], at)
        if met is None:
            id_, coming = coming, coming + 1
            task.made[at] = id_
            matcher.add(id_, facts[at])
            task.told.add(id_)
        elif _contradicts(task, matcher, met, columns, at):
            continue
        else:
            id_ = met.ids[0]
            task.met[at] = matcher.stays(id_)
            matcher.learn_of(id_, facts[at])
        if record.repeats:
            matcher.claim(id_)
    doubts.tell_masked(task, positions)


def _likeness(task: Loading, columns: Columns, at: int, id_: int) -> int:
    """How many facts of a record are just what the row says: a sheet may come in another order."""
    facts = store.facts(task.entry.connection, task.roster.record, id_)
    return sum(column in columns and columns[column][at] == value for column, value in facts.items())


def _pass_over(roster: Roster, at: int, was: int) -> None:
    """Leave out a row whose record was voided: a ledger that grows comes with its old rows each month."""
    title = roster.called
    message = f"这一条在台账里已作废（编号 {was}），没有再收；确实要收请另外登记"
    roster.tell(at, title, "warning", "voided_before", roster.columns[title][at], message)
    roster.passed.add(at)


def _tell_alike(task: Loading, facts: Facts, at: int) -> None:
    """Point at a row that is like an earlier one in all that tells such records apart."""
    if facts in task.alike:
        title = task.roster.called
        message = f"和第 {task.roster.rows[task.alike[facts]]} 行一样，仍按两条计；如果抄重了请删去一行"
        task.roster.tell(at, title, "warning", "duplicate_row", task.roster.columns[title][at], message)
    task.alike.setdefault(facts, at)


def _contradicts(task: Loading, matcher: Matcher, met: Met, columns: Columns, at: int) -> bool:
    """Refuse a row whose code belongs to a record of another name; say so where a row is told twice."""
    roster, record, id_ = task.roster, task.roster.record, met.ids[0]
    title = record[roster.called]
    name = roster.columns[title.name][at]
    if name is not None and record.named and title is record.title and matcher.name_of(id_) != fold(name):
        message = f"{title.label}是“{name}”，证件号或代码却与台账里另一个名称的记录（编号 {id_}）相同，请核对"
        roster.tell(at, title.name, "error", "key_conflict", name, message)
        return True
    stay = matcher.stays(id_)
    if stay != id_:
        doubts.spare(task, columns, id_, at)
    if stay in task.told:
        message = "和前面一行是同一条，按一条记；两行不同的地方以这一行为准，请核对"
        roster.tell(at, title.name, "warning", "duplicate_row", name, message)
    if record.named:
        doubts.tell_weak(task, columns, met.key, stay, at)
    task.told.add(stay)
    return False
