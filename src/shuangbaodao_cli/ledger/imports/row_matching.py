"""Which record each row of a roster means: one of the ledger, or a new one; or it is refused or left out.

What is doubtful of that is told: several may be meant, it was merged, little speaks for it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.records import query, store
from shuangbaodao_cli.ledger.records.identity import own
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.ledger.records.lookup import Names
from shuangbaodao_cli.ledger.records.matching import WEAK, Matcher
from shuangbaodao_cli.ledger.records.rules import RULES
from shuangbaodao_cli.model.party import BRANCH
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.imports.sheet_import import Columns, Loading
    from shuangbaodao_cli.ledger.records.matching import Facts, Met
    from shuangbaodao_cli.problems import Severity


def check_rows(task: Loading, columns: Columns, positions: list[int]) -> None:
    """Refuse the rows of a roster that break a rule; what a row leaves open is as the ledger has it."""
    roster = task.roster
    if (rule := RULES.get(roster.record.name)) is None:
        return
    said = {column: columns[column] for column in roster.record.columns if column in columns}
    where = next((name for name in rule.columns if name in roster.columns), roster.called)
    for at in (one for one in positions if one not in roster.rejected):
        id_, held = _known(task, at)
        facts = held | {column: values[at] for column, values in said.items() if values[at] is not None}
        if held and "kind" in held and roster.columns.get("kind", [None] * len(roster.rows))[at] is None:
            facts["kind"] = held["kind"]  # what is only presumed does not stand above what is known
        if fault := rule.fault(task.entry.connection, facts, id_):
            roster.tell(at, where, "error", "value_invalid", roster.columns[where][at], f"{fault}，请核对")


def _known(task: Loading, at: int) -> tuple[int | None, dict[str, Any]]:
    """The Party organisation that a row names, if there is one, and its facts."""
    if task.roster.record is not BRANCH:
        return None, {}
    connection = task.entry.connection
    found = Names(connection).ids(BRANCH.name, task.roster.columns["name"][at])
    return (found[0], store.facts(connection, BRANCH, found[0])) if len(found) == 1 else (None, {})


SHOWN = 5
"""How many of the records that fit equally are named."""


def refuse_several(task: Loading, matcher: Matcher, met: Met, facts: Facts, at: int) -> bool:
    """Refuse a row that fits several records of the ledger equally, instead of making one more of them.

    A row that says what tells it from all of them is a new record; so is one that fits rows of its
    own roster.
    """
    record = task.roster.record
    if not record.named or record.repeats or matcher.tells_apart(facts, met.key) or not task.told.isdisjoint(met.ids):
        return False
    needed = dict.fromkeys(record[name].label for key in record.keys[: met.key] for name in key)
    lacking = [label for label in needed if label != record.title.label]
    told = "、".join(describe(task.entry.connection, record, id_) for id_ in met.ids[:SHOWN])
    name = task.roster.columns[task.roster.called][at]
    message = (
        f"台账里有 {len(met.ids)} 条{record.label}都对得上：{told}，分不清是哪一条；请补上{'或'.join(lacking)}再导入"
    )
    task.roster.tell(at, task.roster.called, "error", "reference_ambiguous", name, message)
    return True


def spare(task: Loading, columns: Columns, id_: int, at: int) -> None:
    """Let a row that met a merged record change nothing where it says what that record said already.

    Else an unchanged roster would turn the facts of the one that stays back and forth. The columns are
    a copy of the roster's.
    """
    record = task.roster.record
    fresh = store.news(task.entry.connection, record, id_, said(task, columns, at))
    for column in record.columns:
        if column in columns and column not in fresh:
            columns[column][at] = None
    held = query.set_aside(task.entry.connection, record, id_)
    for heading, texts in task.roster.extra.items():
        if held.get(heading) == texts[at]:
            texts[at] = ""


def said(task: Loading, columns: Columns, at: int) -> dict[str, Any]:
    """What a row says of its record: column → value."""
    told = [column for column in task.roster.record.columns if column in columns]
    return {column: columns[column][at] for column in told if columns[column][at] is not None}


def tell_weak(task: Loading, columns: Columns, key: int, stay: int, at: int) -> None:
    """Tell of a record that was met by a weak key; a warning where the row changes something of it."""
    record = task.roster.record
    if key < WEAK.get(record.name, len(record.keys)) or stay in task.told:
        return
    fresh = store.news(task.entry.connection, record, stay, said(task, columns, at))
    changed = [field.label for field in record.fields if not fresh.keys().isdisjoint(field.columns)]
    by = "和".join(record[name].label for name in record.keys[key])
    message = f"只凭{by}认出是 {describe(task.entry.connection, record, stay)}"
    message += f"，{'、'.join(changed)}会按这一行改；如果不是同一个人，请补上证件号或电话再导入" if changed else ""
    name = task.roster.columns[task.roster.called][at]
    severity: Severity = "warning" if changed else "fixed"
    task.roster.tell(at, task.roster.called, severity, "weak_match", name, message)


def _hidden(shown: str) -> re.Pattern[str] | None:
    """What a masked number may be; None where nothing of it is hidden."""
    told, times = re.subn(r"[*•●]+|[Xx]{3,}", lambda mask: "." * len(mask[0]), shown.strip())
    return re.compile(told, re.IGNORECASE) if times and re.fullmatch(r"[\dXx.]+", told) else None


def tell_masked(task: Loading, positions: list[int]) -> None:
    """Name the person whom a row with a masked id number may be: one of its name whose number agrees."""
    roster, field = task.roster, PERSON["id_no"]
    shown = roster.extra.get(field.label)
    if roster.record is not PERSON or shown is None:
        return
    sql = f"SELECT {own('person')}, id_no FROM person WHERE name_key = ? AND id_no IS NOT NULL AND voided IS NULL"
    for at in positions:
        digits = _hidden(shown[at])
        if digits is None:
            continue
        named = task.entry.connection.execute(sql, (fold(roster.columns["name"][at]),))
        fits = {id_ for id_, number in named if digits.fullmatch(number)}
        mine = task.made.get(at, task.met.get(at))
        if len(fits) == 1 and mine is not None and mine not in fits:
            (one,) = fits
            told = describe(task.entry.connection, PERSON, one)
            message = (
                f"证件号打了码，没有凭它认人。台账里 {told} 同名，证件号露出的几位也对得上；"
                f"如果是同一个人，导入后可用 sbd person merge {one} {mine} 合并"
            )
            roster.tell(at, field.name, "warning", "id_masked", shown[at], message)


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
            if refuse_several(task, matcher, met, facts[at], at):
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
    tell_masked(task, positions)


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
        spare(task, columns, id_, at)
    if stay in task.told:
        message = "和前面一行是同一条，按一条记；两行不同的地方以这一行为准，请核对"
        roster.tell(at, title.name, "warning", "duplicate_row", name, message)
    if record.named:
        tell_weak(task, columns, met.key, stay, at)
    task.told.add(stay)
    return False
