"""A stored value in words: references by name, numbers of persons masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.records.identity import canonical_id_of
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.values.masking import mask_codes, mask_id, mask_phone, mask_private
from shuangbaodao_cli.values.text import pattern

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from shuangbaodao_cli.model.record import Field, Link, Record
    from shuangbaodao_cli.problems import Problem


def describe(connection: sqlite3.Connection, record: Record, id_: int) -> str:
    """A record in a few words: its number, its name, and what tells it from its namesakes."""
    said = [name_of(connection, record, id_)]
    for name in record.described_by:
        field_ = record[name]
        value = connection.execute(f"SELECT {name} FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()[0]
        if value is not None:
            said.append(_reference_name(connection, field_.to, value) if field_.to else field_.type.show(value))
    return f"{id_}（{'，'.join(said)}）"


def _reference_name(connection: sqlite3.Connection, target: str, value: int) -> str:
    return name_of(connection, RECORDS[target], canonical_id_of(connection, target, value))


def all_names(connection: sqlite3.Connection, table: str) -> dict[int, str]:
    """Id → name of every record of a kind, voided ones too."""
    return dict(connection.execute(f"SELECT id, name FROM [{table}]"))


def name_of(connection: sqlite3.Connection, record: Record, id_: int) -> str:
    """What people call a record."""
    title = record.title
    if record.named:
        return str(connection.execute(f"SELECT {title.name} FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()[0])
    values = connection.execute(
        f"SELECT {', '.join(title.columns)} FROM [{record.name}] WHERE id = ?", (id_,)
    ).fetchone()
    target, value = next((t, v) for t, v in zip(title.targets, values, strict=True) if v is not None)
    return name_of(connection, RECORDS[target], value)


MASKS: dict[str, Callable[[str], str]] = {
    "id_no": mask_id,
    "phone": mask_phone,
    "private": mask_private,
    "private_day": mask_private,
}
"""Name of a value type → what of such a number may be seen without a reason."""

PRIVATE_TYPES = {"private", "private_day"}
"""Names of the types of what is said of people who are looked after."""


def has_private_fields(record: Record) -> bool:
    """Whether a kind of record tells of people who are looked after."""
    return any(field.type.name in PRIVATE_TYPES for field in record.fields)


def mask_problem(record: Record, problem: Problem) -> Problem:
    """A problem as it may be told: of people who are looked after it names the cell, not what stands there."""
    field = next((one for one in record.roster() if one.name == problem.field), None)
    if field is None:
        secret = problem.kind == "comment" and has_private_fields(record)
    else:
        secret = field.type.name in PRIVATE_TYPES or (field.to == "subject" and not problem.value.startswith("户-"))
    if not secret or not problem.value:
        return problem
    cover = mask_private(problem.value)
    told = problem.message.replace(problem.value, cover) if len(problem.value) > 1 else problem.message
    return problem._replace(value=cover, message=pattern("“[^”]*”").sub(f"“{cover}”", told))


def mask_extra(record: Record, text: str) -> str:
    """What a list said beside the fields of a record, numbers masked; of who is looked after only that it did."""
    return mask_private(text) if has_private_fields(record) else mask_codes(text)


def field_of(record: Record, column: str) -> Field | None:
    """The field that a column of the table belongs to; None for what is kept beside the facts."""
    return next((field for field in record.fields if column in field.columns), None)


def format_value(connection: sqlite3.Connection, field: Field, column: str, value: Any, *, full: bool = False) -> str:
    """What stands in a column of a record, as a person reads it; ``full`` shows whole numbers."""
    if field.to:
        target = next(t for t, c in zip(field.targets, field.columns, strict=True) if c == column)
        return name_of(connection, RECORDS[target], value)
    if isinstance(value, str) and field.type.sql == "INTEGER":
        return value  # 约4小时, as the history keeps it
    mask = None if full else MASKS.get(field.type.name)
    return mask(value) if mask else field.type.show(value)


def link_target_field(link: Link) -> Field:
    """The field of a part by which it points to what the cell names: the person of a participation."""
    return next(one for one in RECORDS[link.record].fields if one.to == link.each.to and one.name != link.owner)


def part_name(connection: sqlite3.Connection, link: Link, values: Mapping[str, Any]) -> str:
    """What people call a part that a cell names: its person, its team, what came of it."""
    if not link.each.to:
        return str(values[RECORDS[link.record].title.name])
    return name_of(connection, RECORDS[link.each.to], values[link_target_field(link).name])


def format_part(connection: sqlite3.Connection, link: Link, values: Mapping[str, Any]) -> str:
    """A part as a cell would name it: 张三, 停车位200个."""
    counted = [values[name] for name in ("quantity", "unit") if values.get(name) is not None]
    return part_name(connection, link, values) + "".join(map(str, counted))


def command_name(command_line: str) -> str:
    """The words of a command that say what it does: sbd order review."""
    words = command_line.split()
    return " ".join(words[: 3 if words[1:2] in (["person"], ["org"], ["order"], ["policy"]) else 2])
