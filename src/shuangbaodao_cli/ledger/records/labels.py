"""Records and stored values in words: references by name, numbers of persons masked."""

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
    """A record in a few words: its id, its name, and the fields it is described by."""
    words = [name_of(connection, record, id_)]
    for name in record.described_by:
        field = record[name]
        value = connection.execute(f"SELECT {name} FROM [{record.name}] WHERE id = ?", (id_,)).fetchone()[0]
        if value is not None:
            words.append(_reference_name(connection, field.to, value) if field.to else field.type.show(value))
    return f"{id_}（{'，'.join(words)}）"


def _reference_name(connection: sqlite3.Connection, target: str, id_: int) -> str:
    return name_of(connection, RECORDS[target], canonical_id_of(connection, target, id_))


def all_names(connection: sqlite3.Connection, table: str) -> dict[int, str]:
    """Id → name of every record of a type, voided ones too."""
    return dict(connection.execute(f"SELECT id, name FROM [{table}]"))


def name_of(connection: sqlite3.Connection, record: Record, id_: int) -> str:
    """The name of a record; of one without a name of its own that of the record its title points to."""
    title = record.title_field
    if record.has_name:
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
"""Name of a value type → what masks such a value, so that it may be seen without a reason."""

PRIVATE_TYPES = {"private", "private_day"}
"""Names of the value types of what is said of care recipients."""


def has_private_fields(record: Record) -> bool:
    """Whether a record type has fields about care recipients."""
    return any(field.type.name in PRIVATE_TYPES for field in record.fields)


def mask_problem(record: Record, problem: Problem) -> Problem:
    """A problem as it may be shown: about care recipients it names the cell, not what stands there."""
    field = next((field for field in record.roster_fields() if field.name == problem.field), None)
    if field is None:
        is_private = problem.kind == "comment" and has_private_fields(record)
    else:
        is_private = field.type.name in PRIVATE_TYPES or (field.to == "subject" and not problem.value.startswith("户-"))
    if not is_private or not problem.value:
        return problem
    mask = mask_private(problem.value)
    message = problem.message.replace(problem.value, mask) if len(problem.value) > 1 else problem.message
    return problem._replace(value=mask, message=pattern("“[^”]*”").sub(f"“{mask}”", message))


def mask_extra(record: Record, text: str) -> str:
    """The text of a column kept beside the fields of a record, numbers masked; of care recipients all of it."""
    return mask_private(text) if has_private_fields(record) else mask_codes(text)


def field_of(record: Record, column: str) -> Field | None:
    """The field that a column of the table belongs to; None for bookkeeping columns."""
    return next((field for field in record.fields if column in field.columns), None)


def format_value(connection: sqlite3.Connection, field: Field, column: str, value: Any, *, full: bool = False) -> str:
    """What stands in a column of a record, as a person reads it; ``full`` does not mask numbers."""
    if field.to:
        target = next(t for t, c in zip(field.targets, field.columns, strict=True) if c == column)
        return name_of(connection, RECORDS[target], value)
    if isinstance(value, str) and field.type.sql == "INTEGER":
        return value  # 约4小时, as the history keeps it
    mask = None if full else MASKS.get(field.type.name)
    return mask(value) if mask else field.type.show(value)


def link_target_field(link: Link) -> Field:
    """The field by which a part points to what a cell names: the person of a participation."""
    fields = RECORDS[link.record].fields
    return next(field for field in fields if field.to == link.source_field.to and field.name != link.owner)


def part_name(connection: sqlite3.Connection, link: Link, values: Mapping[str, Any]) -> str:
    """The name of a part that a cell names: its person, its team, or what the outcome was."""
    if not link.source_field.to:
        return str(values[RECORDS[link.record].title_field.name])
    return name_of(connection, RECORDS[link.source_field.to], values[link_target_field(link).name])


def format_part(connection: sqlite3.Connection, link: Link, values: Mapping[str, Any]) -> str:
    """A part as a cell names it: 张三, 停车位200个."""
    quantity = [values[name] for name in ("quantity", "unit") if values.get(name) is not None]
    return part_name(connection, link, values) + "".join(map(str, quantity))


def command_name(command_line: str) -> str:
    """The words of a command line that say what it does: sbd order review."""
    words = command_line.split()
    return " ".join(words[: 3 if words[1:2] in (["person"], ["org"], ["order"], ["policy"]) else 2])
