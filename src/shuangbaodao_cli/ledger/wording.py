"""A stored value in words: references by name, numbers of persons masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.finding import name_of
from shuangbaodao_cli.output.masking import mask_codes, mask_id, mask_phone, mask_private
from shuangbaodao_cli.vocabulary.records import RECORDS
from shuangbaodao_cli.vocabulary.text import pattern

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from shuangbaodao_cli.problems import Problem
    from shuangbaodao_cli.vocabulary.record import Field, Link, Record

MASKS: dict[str, Callable[[str], str]] = {
    "id_no": mask_id,
    "phone": mask_phone,
    "private": mask_private,
    "private_day": mask_private,
}
"""Name of a value type → what of such a number may be seen without a reason."""


PRIVATE = {"private", "private_day"}
"""Names of the types of what is said of people who are looked after."""


def guarded(record: Record) -> bool:
    """Whether a kind of record tells of people who are looked after."""
    return any(field.type.name in PRIVATE for field in record.fields)


def covered(record: Record, problem: Problem) -> Problem:
    """A problem as it may be told: of people who are looked after it names the cell, not what stands there."""
    field = next((one for one in record.roster() if one.name == problem.field), None)
    if field is None:
        secret = problem.kind == "comment" and guarded(record)
    else:
        secret = field.type.name in PRIVATE or (field.to == "subject" and not problem.value.startswith("户-"))
    if not secret or not problem.value:
        return problem
    cover = mask_private(problem.value)
    told = problem.message.replace(problem.value, cover) if len(problem.value) > 1 else problem.message
    return problem._replace(value=cover, message=pattern("“[^”]*”").sub(f"“{cover}”", told))


def beside(record: Record, text: str) -> str:
    """What a list said beside the fields of a record, numbers masked; of who is looked after only that it did."""
    return mask_private(text) if guarded(record) else mask_codes(text)


def field_of(record: Record, column: str) -> Field | None:
    """The field that a column of the table belongs to; None for what is kept beside the facts."""
    return next((field for field in record.fields if column in field.columns), None)


def said(connection: sqlite3.Connection, field: Field, column: str, value: Any, *, full: bool = False) -> str:
    """What stands in a column of a record, as a person reads it; ``full`` shows whole numbers."""
    if field.to:
        target = next(t for t, c in zip(field.targets, field.columns, strict=True) if c == column)
        return name_of(connection, RECORDS[target], value)
    if isinstance(value, str) and field.type.sql == "INTEGER":
        return value  # 约4小时, as the history keeps it
    mask = None if full else MASKS.get(field.type.name)
    return mask(value) if mask else field.type.show(value)


def pointing(link: Link) -> Field:
    """The field of a part by which it points to what the cell names: the person of a participation."""
    return next(one for one in RECORDS[link.record].fields if one.to == link.each.to and one.name != link.owner)


def part_name(connection: sqlite3.Connection, link: Link, values: Mapping[str, Any]) -> str:
    """What people call a part that a cell names: its person, its team, what came of it."""
    if not link.each.to:
        return str(values[RECORDS[link.record].title.name])
    return name_of(connection, RECORDS[link.each.to], values[pointing(link).name])


def part(connection: sqlite3.Connection, link: Link, values: Mapping[str, Any]) -> str:
    """A part as a cell would name it: 张三, 停车位200个."""
    counted = [values[name] for name in ("quantity", "unit") if values.get(name) is not None]
    return part_name(connection, link, values) + "".join(map(str, counted))


def brief(command: str) -> str:
    """The words of a command that say what it does: sbd order review."""
    words = command.split()
    return " ".join(words[: 3 if words[1:2] in (["person"], ["org"], ["order"], ["policy"]) else 2])
