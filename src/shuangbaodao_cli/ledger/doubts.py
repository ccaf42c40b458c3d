"""What is to be said of the record that a row met: several may be meant, it was merged, little speaks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger import listing, store
from shuangbaodao_cli.ledger.finding import describe
from shuangbaodao_cli.ledger.matching import WEAK
from shuangbaodao_cli.ledger.merged import own
from shuangbaodao_cli.vocabulary.people import PERSON
from shuangbaodao_cli.vocabulary.text import fold

if TYPE_CHECKING:
    from shuangbaodao_cli.ledger.loading import Columns, Loading
    from shuangbaodao_cli.ledger.matching import Facts, Matcher, Met
    from shuangbaodao_cli.problems import Severity

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
    held = listing.set_aside(task.entry.connection, record, id_)
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
