"""What is typed at the keyboard → the values of one record: cleaned, names resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Ambiguous, NotFound, UsageError
from shuangbaodao_cli.ledger.records import lookup, place_tree, store
from shuangbaodao_cli.model.categories import CATEGORY
from shuangbaodao_cli.model.party import branch_kind_from_name
from shuangbaodao_cli.model.places import place_level_from_name
from shuangbaodao_cli.model.registry import RECORDS, guess_record_type
from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.cleaners import duration_context

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Field, Record


def clean(field: Field, value: object, word: str = "", connection: sqlite3.Connection | None = None) -> Any:
    """A typed value as it is stored; ``word`` is what was typed for the field. Raises UsageError.

    With a connection the policy's own words lead to a category too.
    """
    setting = duration_context(word)
    if field.type is CATEGORY and connection is not None:
        from shuangbaodao_cli.ledger import policy

        setting = setting._replace(categories=policy.category_words(connection))
    try:
        return field.type.clean(value, setting)
    except InvalidValue as invalid:
        raise UsageError(f"{word or field.label}：{invalid.message}。") from None


def insert_by_name(entry: Entry, target: str, name: str, place: int | None) -> int:
    """Insert the place, organisation, team, branch or person that is named for the first time; return its id.

    A place goes below the office's own, if that is of a higher level; the others belong to ``place``.
    """
    values: dict[str, Any] = {"name": name}
    if target == "place":
        values |= {
            "level": place_level_from_name(name),
            "parent": place_tree.default_parent(entry.connection, place_level_from_name(name)),
        }
    elif target in {"team", "branch"}:
        values["place"] = place
        values |= {"kind": branch_kind_from_name(name)} if target == "branch" else {}
    elif target == "person":
        values["community"] = place
    return store.insert(entry, RECORDS[target], values)


def resolve(entry: Entry, field: Field, name: str, *, new: bool = False, place: int | None = None) -> dict[str, int]:
    """Column → id of the record that a name means; ``new`` inserts an unknown one. Raises NotFound, UsageError."""
    failures = []
    for target, column in zip(field.targets, field.columns, strict=True):
        try:
            return {column: lookup.find(entry.connection, RECORDS[target], name, place=place)}
        except NotFound as failure:
            failures.append(failure)
    if isinstance(failures[0], Ambiguous):
        raise failures[0]
    record = RECORDS[guess_record_type(name, field.targets)]
    has_name = "name" in record.columns
    if new and record.name == "person" and name.isdigit():
        raise UsageError(f"“{name}”不像人名，没有新建。如果是编号，台账里没有这一号；请核对。")
    if new and has_name and not lookup.NameLookup(entry.connection).ids(record.name, name):
        return {
            field.columns[field.targets.index(record.name)]: insert_by_name(
                entry, record.name, clean(record.title_field, name), place
            )
        }
    hint = "确是新的，可加 --new 新建。" if has_name and not new else ""
    raise NotFound(f"{failures[field.targets.index(record.name)]}{hint}")


def parse_options(
    entry: Entry, record: Record, raw_values: Mapping[str, str | None], *, new: bool = False
) -> dict[str, Any]:
    """Column → value for the options of a command (field name → raw value); empty ones are left out."""
    values: dict[str, Any] = {}
    for name, raw in raw_values.items():
        field, text = record[name], (raw or "").strip()
        if text:
            values |= (
                resolve(entry, field, text, new=new)
                if field.to
                else {name: clean(field, text, connection=entry.connection)}
            )
    return values


def parse_assignments(
    entry: Entry, record: Record, assignments: Sequence[tuple[str, str]], *, new: bool = False
) -> dict[str, Any]:
    """Column → value for FIELD=VALUE pairs; an empty value empties a field that may be empty. Raises UsageError."""
    values: dict[str, Any] = {}
    for word, value in assignments:
        field = record.field(word)
        if field is None:
            raise UsageError(f"{record.label}没有“{word}”这一项。可以用：{'、'.join(f.label for f in record.fields)}。")
        if field.name in record.derived:
            raise UsageError(_derived_field_message(record, field))
        if not value.strip():
            if field.required or field.default is not None:
                raise UsageError(f"{field.label}不能是空的。")
            values |= dict.fromkeys(field.columns)
        elif field.to:
            values |= dict.fromkeys(field.columns) | resolve(entry, field, value.strip(), new=new)
        else:
            values[field.name] = clean(field, value, word, entry.connection)
    return values


def _derived_field_message(record: Record, field: Field) -> str:
    """The message that says what to do instead of setting by hand what follows from other records."""
    remedy = f"请用 {record.command}" if record.command else "它随工单走：sbd order"
    return f"{record.label}的“{field.label}”由程序按办理经过记下，不能直接填。{remedy}。"
