"""Which record each row of a roster means: one of the ledger, or a new one; or it is refused or left out.

What is doubtful of that is told: several may be meant, it was merged, little speaks for it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.records import query, store
from shuangbaodao_cli.ledger.records.identity import row_canonical_id_sql
from shuangbaodao_cli.ledger.records.labels import describe
from shuangbaodao_cli.ledger.records.lookup import NameLookup
from shuangbaodao_cli.ledger.records.matching import FIRST_WEAK_KEY, Matcher
from shuangbaodao_cli.ledger.records.rules import RULES
from shuangbaodao_cli.model.party import BRANCH
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.imports.sheet_import import Columns, SheetImport
    from shuangbaodao_cli.ledger.records.matching import Candidates, KeyValues
    from shuangbaodao_cli.problems import Severity


def check_rows(task: SheetImport, columns: Columns, positions: list[int]) -> None:
    """Refuse the rows of a roster that break a rule; what a row leaves open is as the ledger has it."""
    roster = task.roster
    if (rule := RULES.get(roster.record.name)) is None:
        return
    said = {column: columns[column] for column in roster.record.columns if column in columns}
    where = next((name for name in rule.columns if name in roster.columns), roster.title_field)
    for at in (one for one in positions if one not in roster.rejected):
        id_, held = _stored_branch(task, at)
        facts = held | {column: values[at] for column, values in said.items() if values[at] is not None}
        if held and "kind" in held and roster.columns.get("kind", [None] * len(roster.row_numbers))[at] is None:
            facts["kind"] = held["kind"]  # what is only presumed does not stand above what is known
        if fault := rule.fault(task.entry.connection, facts, id_):
            roster.add_problem(at, where, "error", "value_invalid", roster.columns[where][at], f"{fault}，请核对")


def _stored_branch(task: SheetImport, index: int) -> tuple[int | None, dict[str, Any]]:
    """The Party organisation that a row names, if there is one, and its facts."""
    if task.roster.record is not BRANCH:
        return None, {}
    connection = task.entry.connection
    found = NameLookup(connection).ids(BRANCH.name, task.roster.columns["name"][index])
    return (found[0], store.load_values(connection, BRANCH, found[0])) if len(found) == 1 else (None, {})


SHOWN = 5
"""How many of the records that fit equally are named."""


def reject_ambiguous(task: SheetImport, matcher: Matcher, match: Candidates, facts: KeyValues, index: int) -> bool:
    """Refuse a row that fits several records of the ledger equally, instead of making one more of them.

    A row that says what tells it from all of them is a new record; so is one that fits rows of its
    own roster.
    """
    record = task.roster.record
    if (
        not record.named
        or record.repeats
        or matcher.has_stronger_key(facts, match.key_index)
        or not task.seen_ids.isdisjoint(match.ids)
    ):
        return False
    needed = dict.fromkeys(record[name].label for key in record.keys[: match.key_index] for name in key)
    lacking = [label for label in needed if label != record.title.label]
    told = "、".join(describe(task.entry.connection, record, id_) for id_ in match.ids[:SHOWN])
    name = task.roster.columns[task.roster.title_field][index]
    message = (
        f"台账里有 {len(match.ids)} 条{record.label}都对得上：{told}，分不清是哪一条；请补上{'或'.join(lacking)}再导入"
    )
    task.roster.add_problem(index, task.roster.title_field, "error", "reference_ambiguous", name, message)
    return True


def ignore_merged_values(task: SheetImport, columns: Columns, id_: int, index: int) -> None:
    """Let a row that met a merged record change nothing where it says what that record said already.

    Else an unchanged roster would turn the facts of the one that stays back and forth. The columns are
    a copy of the roster's.
    """
    record = task.roster.record
    fresh = store.differences(task.entry.connection, record, id_, row_values(task, columns, index))
    for column in record.columns:
        if column in columns and column not in fresh:
            columns[column][index] = None
    held = query.load_extra(task.entry.connection, record, id_)
    for heading, texts in task.roster.extra.items():
        if held.get(heading) == texts[index]:
            texts[index] = ""


def row_values(task: SheetImport, columns: Columns, index: int) -> dict[str, Any]:
    """What a row says of its record: column → value."""
    told = [column for column in task.roster.record.columns if column in columns]
    return {column: columns[column][index] for column in told if columns[column][index] is not None}


def warn_weak_match(task: SheetImport, columns: Columns, key: int, canonical_id: int, index: int) -> None:
    """Tell of a record that was met by a weak key; a warning where the row changes something of it."""
    record = task.roster.record
    if key < FIRST_WEAK_KEY.get(record.name, len(record.keys)) or canonical_id in task.seen_ids:
        return
    fresh = store.differences(task.entry.connection, record, canonical_id, row_values(task, columns, index))
    changed = [field.label for field in record.fields if not fresh.keys().isdisjoint(field.columns)]
    by = "和".join(record[name].label for name in record.keys[key])
    message = f"只凭{by}认出是 {describe(task.entry.connection, record, canonical_id)}"
    message += f"，{'、'.join(changed)}会按这一行改；如果不是同一个人，请补上证件号或电话再导入" if changed else ""
    name = task.roster.columns[task.roster.title_field][index]
    severity: Severity = "warning" if changed else "fixed"
    task.roster.add_problem(index, task.roster.title_field, severity, "weak_match", name, message)


def _masked_pattern(masked: str) -> re.Pattern[str] | None:
    """What a masked number may be; None where nothing of it is hidden."""
    told, times = re.subn(r"[*•●]+|[Xx]{3,}", lambda mask: "." * len(mask[0]), masked.strip())
    return re.compile(told, re.IGNORECASE) if times and re.fullmatch(r"[\dXx.]+", told) else None


def warn_masked_ids(task: SheetImport, positions: list[int]) -> None:
    """Name the person whom a row with a masked id number may be: one of its name whose number agrees."""
    roster, field = task.roster, PERSON["id_no"]
    shown = roster.extra.get(field.label)
    if roster.record is not PERSON or shown is None:
        return
    sql = f"SELECT {row_canonical_id_sql('person')}, id_no FROM person WHERE name_key = ? AND id_no IS NOT NULL AND voided IS NULL"
    for at in positions:
        digits = _masked_pattern(shown[at])
        if digits is None:
            continue
        named = task.entry.connection.execute(sql, (fold(roster.columns["name"][at]),))
        fits = {id_ for id_, number in named if digits.fullmatch(number)}
        mine = task.created_ids.get(at, task.matched_ids.get(at))
        if len(fits) == 1 and mine is not None and mine not in fits:
            (one,) = fits
            told = describe(task.entry.connection, PERSON, one)
            message = (
                f"证件号打了码，没有凭它认人。台账里 {told} 同名，证件号露出的几位也对得上；"
                f"如果是同一个人，导入后可用 sbd person merge {one} {mine} 合并"
            )
            roster.add_problem(at, field.name, "warning", "id_masked", shown[at], message)


def match_rows(task: SheetImport, columns: Columns, positions: list[int]) -> None:
    """Find the record of each row; a row that has none gets the id its record will have."""
    roster, record = task.roster, task.roster.record
    matcher = Matcher(record)
    facts = list(matcher.row_key_values(columns, len(roster.row_numbers)))
    matcher.load_candidates(task.entry.connection, (facts[at] for at in positions))
    if matcher.has_aliases:
        columns |= {column: [*values] for column, values in columns.items()}  # some cells will be emptied
    gone = Matcher(record)
    gone.load_candidates(task.entry.connection, (facts[at] for at in positions), voided=True)
    (coming,) = task.entry.connection.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM [{record.name}]").fetchone()
    for at in positions:
        likeness = partial(_similarity, task, columns, at) if record.repeats else None
        met = matcher.find_candidates(facts[at], likeness)
        if met is not None and len(met.ids) > 1:
            if reject_ambiguous(task, matcher, met, facts[at], at):
                continue
            met = None
        if met is None and gone.has_records and (was := gone.match(facts[at])) is not None:
            _skip_voided(roster, at, was)
            gone.claim(was)
            continue
        if record.repeats:
            _warn_duplicate(task, facts[at], at)
        if met is None:
            id_, coming = coming, coming + 1
            task.created_ids[at] = id_
            matcher.add(id_, facts[at])
            task.seen_ids.add(id_)
        elif _reject_conflict(task, matcher, met, columns, at):
            continue
        else:
            id_ = met.ids[0]
            task.matched_ids[at] = matcher.canonical_id(id_)
            matcher.update_values(id_, facts[at])
        if record.repeats:
            matcher.claim(id_)
    warn_masked_ids(task, positions)


def _similarity(task: SheetImport, columns: Columns, index: int, id_: int) -> int:
    """How many facts of a record are just what the row says: a sheet may come in another order."""
    facts = store.load_values(task.entry.connection, task.roster.record, id_)
    return sum(column in columns and columns[column][index] == value for column, value in facts.items())


def _skip_voided(roster: Roster, index: int, voided_id: int) -> None:
    """Leave out a row whose record was voided: a ledger that grows comes with its old rows each month."""
    title = roster.title_field
    message = f"这一条在台账里已作废（编号 {voided_id}），没有再收；确实要收请另外登记"
    roster.add_problem(index, title, "warning", "voided_before", roster.columns[title][index], message)
    roster.skipped.add(index)


def _warn_duplicate(task: SheetImport, facts: KeyValues, index: int) -> None:
    """Point at a row that is like an earlier one in all that tells such records apart."""
    if facts in task.first_rows:
        title = task.roster.title_field
        message = f"和第 {task.roster.row_numbers[task.first_rows[facts]]} 行一样，仍按两条计；如果抄重了请删去一行"
        task.roster.add_problem(index, title, "warning", "duplicate_row", task.roster.columns[title][index], message)
    task.first_rows.setdefault(facts, index)


def _reject_conflict(task: SheetImport, matcher: Matcher, match: Candidates, columns: Columns, index: int) -> bool:
    """Refuse a row whose code belongs to a record of another name; say so where a row is told twice."""
    roster, record, id_ = task.roster, task.roster.record, match.ids[0]
    title = record[roster.title_field]
    name = roster.columns[title.name][index]
    if name is not None and record.named and title is record.title and matcher.folded_name(id_) != fold(name):
        message = f"{title.label}是“{name}”，证件号或代码却与台账里另一个名称的记录（编号 {id_}）相同，请核对"
        roster.add_problem(index, title.name, "error", "key_conflict", name, message)
        return True
    stay = matcher.canonical_id(id_)
    if stay != id_:
        ignore_merged_values(task, columns, id_, index)
    if stay in task.seen_ids:
        message = "和前面一行是同一条，按一条记；两行不同的地方以这一行为准，请核对"
        roster.add_problem(index, title.name, "warning", "duplicate_row", name, message)
    if record.named:
        warn_weak_match(task, columns, match.key_index, stay, index)
    task.seen_ids.add(stay)
    return False
