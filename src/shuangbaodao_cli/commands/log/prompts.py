"""Asks the user for an activity step by step, offering recent values; only at a terminal."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Sequence

import typer

from shuangbaodao_cli.errors import Ambiguous, NotFound, SbdError, UsageError
from shuangbaodao_cli.ledger import policy
from shuangbaodao_cli.ledger.records import input as records_input
from shuangbaodao_cli.ledger.records import lookup, rules
from shuangbaodao_cli.ledger.work.activities import recent_values
from shuangbaodao_cli.model.categories import category_names
from shuangbaodao_cli.model.people import PERSON
from shuangbaodao_cli.model.places import PLACE
from shuangbaodao_cli.model.record import Record
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.model.service import ACTIVITY
from shuangbaodao_cli.values.text import replace_controls, split_names

STEPS = ("title", "date", "place", "org", "team", "leader", "category", "content", "minutes", "served", "resolved")


def ask_activity(connection: sqlite3.Connection, *, new: bool) -> tuple[dict[str, str | None], list[str]]:
    """Ask for an activity; return its values as they were typed, and the names of the participants."""
    sys.stderr.write("逐项填写，直接回车跳过；列出编号的可以只打编号。\n")
    raw: dict[str, str | None] = {}
    place: int | None = None
    for name in STEPS:
        default = "今天" if name == "date" else ""
        check = _field_checker(connection, name, place=place, new=new)
        raw[name] = _prompt(ACTIVITY[name].label, _choices(connection, name), default, check)
        if name == "place" and raw[name]:
            place = _find_or_none(connection, PLACE, str(raw[name]))
    people = _prompt("参加人员（几个人用、分开）", [], "", _people_checker(connection, place=place, new=new))
    return raw, [people] if people else []


def _choices(connection: sqlite3.Connection, name: str) -> Sequence[str]:
    """What is offered for a field under numbers; nothing for figures and dates."""
    if name in {"date", "minutes", "served", "resolved"}:
        return ()
    if name == "category":
        return category_names(policy.category_words(connection))
    return recent_values(connection, name)


def _prompt(label: str, choices: Sequence[str], default: str, check: Callable[[str], None]) -> str | None:
    """Ask until ``check`` raises nothing; return the text, None where it was skipped. A number means a choice."""
    for number, choice in enumerate(choices, 1):
        sys.stderr.write(f"  {number} {replace_controls(choice)}\n")
    while True:
        typed = str(typer.prompt(label, default=default, show_default=bool(default), err=True)).strip()
        try:
            if choices and typed.isdigit():
                typed = _choice_by_number(choices, int(typed))
            check(typed)
        except SbdError as error:
            sys.stderr.write(f"{replace_controls(str(error))}\n")
            choices = () if isinstance(error, Ambiguous) else choices  # numbers now mean the candidates in the message
            continue
        return typed or None


def _choice_by_number(choices: Sequence[str], number: int) -> str:
    if not 0 < number <= len(choices):
        raise UsageError(f"上面没有编号 {number}，请打 1 到 {len(choices)}，或者写名称。")
    return choices[number - 1]


def _field_checker(connection: sqlite3.Connection, name: str, *, place: int | None, new: bool) -> Callable[[str], None]:
    """A function that raises SbdError for a text that the field does not take; ``place`` narrows down names."""
    field = ACTIVITY[name]

    def check(typed: str) -> None:
        if not typed:
            if field.required:
                raise UsageError(f"{field.label}要填。")
        elif field.to and not new:
            lookup.find(connection, RECORDS[field.to], typed, place=place)
        elif not field.to:
            value = records_input.clean(field, typed, connection=connection)
            if name == "date":
                rules.check_not_future(value)

    return check


def _people_checker(connection: sqlite3.Connection, *, place: int | None, new: bool) -> Callable[[str], None]:
    """A function that raises NotFound for a name that the ledger does not have, unless ``new`` will insert it."""

    def check(typed: str) -> None:
        for name in split_names(typed) if not new else ():
            lookup.find(connection, PERSON, name, place=place)

    return check


def _find_or_none(connection: sqlite3.Connection, kind: Record, name: str) -> int | None:
    try:
        return lookup.find(connection, kind, name)
    except NotFound:
        return None  # --new will insert it
