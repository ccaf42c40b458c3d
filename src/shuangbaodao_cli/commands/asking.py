"""Asks for an activity step by step, offering what was used before. Only where a person is there."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Sequence

import typer

from shuangbaodao_cli.errors import SbdError
from shuangbaodao_cli.ledger import entering, finding
from shuangbaodao_cli.ledger.references import parted
from shuangbaodao_cli.ledger.service import used_before
from shuangbaodao_cli.output.screen import visible
from shuangbaodao_cli.vocabulary.records import RECORDS
from shuangbaodao_cli.vocabulary.service import ACTIVITY

STEPS = ("title", "date", "place", "org", "team", "leader", "category", "content", "minutes", "served", "resolved")


def ask_activity(connection: sqlite3.Connection, *, new: bool) -> tuple[dict[str, str | None], list[str]]:
    """The facts of an activity as typed, and the names of who took part."""
    sys.stderr.write("逐项填写，直接回车跳过；有编号的可以只打编号。\n")
    said: dict[str, str | None] = {}
    for name in STEPS:
        offered = list(ACTIVITY[name].type.options) or used_before(connection, name)
        if name in {"date", "minutes", "served", "resolved"}:
            offered = []
        said[name] = _ask(
            ACTIVITY[name].label, offered, "今天" if name == "date" else "", _check(connection, name, new=new)
        )
    people = _ask("参加人员（几个人用、分开）", [], "", _check_people(connection, said["place"], new=new))
    return said, [people] if people else []


def _ask(label: str, offered: Sequence[str], default: str, check: Callable[[str], None]) -> str | None:
    for number, choice in enumerate(offered, 1):
        sys.stderr.write(f"  {number} {visible(choice)}\n")
    while True:
        typed = str(typer.prompt(label, default=default, show_default=bool(default), err=True)).strip()
        if typed.isdigit() and 0 < int(typed) <= len(offered):
            typed = offered[int(typed) - 1]
        try:
            check(typed)
        except SbdError as error:
            sys.stderr.write(f"{visible(str(error))}\n")
            continue
        return typed or None


def _check(connection: sqlite3.Connection, name: str, *, new: bool) -> Callable[[str], None]:
    field = ACTIVITY[name]

    def check(typed: str) -> None:
        if not typed:
            if field.required:
                raise SbdError(f"{field.label}要填。")
        elif field.to and not new:
            finding.find(connection, RECORDS[field.to], typed)
        elif not field.to:
            entering.clean(field, typed)

    return check


def _check_people(connection: sqlite3.Connection, place: str | None, *, new: bool) -> Callable[[str], None]:
    def check(typed: str) -> None:
        where = finding.find(connection, RECORDS["place"], place) if place and not new else None
        for name in parted(typed) if not new else ():
            finding.find(connection, RECORDS["person"], name, place=where)

    return check
