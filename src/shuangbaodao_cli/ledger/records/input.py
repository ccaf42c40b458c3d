"""What is typed at the keyboard → the facts of one record: values cleaned, names resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.errors import Ambiguous, NotFound, UsageError
from shuangbaodao_cli.ledger.records import lookup, place_tree, store
from shuangbaodao_cli.model.categories import CATEGORY
from shuangbaodao_cli.model.party import kind_of
from shuangbaodao_cli.model.places import level_of
from shuangbaodao_cli.model.registry import RECORDS, likely
from shuangbaodao_cli.problems import Unfit
from shuangbaodao_cli.values.cleaners import setting_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Field, Record


def clean(field: Field, value: object, word: str = "", connection: sqlite3.Connection | None = None) -> Any:
    """One typed value as it is stored; UsageError says what is wrong with it.

    Which words lead to a category is asked of the policy of the ledger, where one is given.
    """
    setting = setting_of(word)
    if field.type is CATEGORY and connection is not None:
        from shuangbaodao_cli.ledger import policy  # noqa: PLC0415  # reading the rules costs a twentieth of a start

        setting = setting._replace(categories=policy.category_words(connection))
    try:
        return field.type.clean(value, setting)
    except Unfit as unfit:
        raise UsageError(f"{word or field.label}：{unfit.message}。") from None


def insert_by_name(entry: Entry, target: str, name: str, place: int | None) -> int:
    """Make the place, unit, team or person that somebody names for the first time.

    A place goes below the office's own, if that is of a higher level; a person or team to ``place``.
    """
    known: dict[str, Any] = {"name": name}
    if target == "place":
        known |= {"level": level_of(name), "parent": place_tree.default_parent(entry.connection, level_of(name))}
    elif target in {"team", "branch"}:
        known["place"] = place
        known |= {"kind": kind_of(name)} if target == "branch" else {}
    elif target == "person":
        known["community"] = place
    return store.insert(entry, RECORDS[target], known)


def resolve(entry: Entry, field: Field, name: str, *, new: bool = False, place: int | None = None) -> dict[str, int]:
    """The column and id that a name means; ``new`` lets an unknown name in."""
    misses = []
    for target, column in zip(field.targets, field.columns, strict=True):
        try:
            return {column: lookup.find(entry.connection, RECORDS[target], name, place=place)}
        except NotFound as missed:
            misses.append(missed)
    if isinstance(misses[0], Ambiguous):
        raise misses[0]
    first = RECORDS[likely(name, field.targets)]
    named = "name" in first.columns
    if new and first.name == "person" and name.isdigit():
        raise UsageError(f"“{name}”不像人名，没有新建。如果是编号，台账里没有这一号；请核对。")
    if new and named and not lookup.NameLookup(entry.connection).ids(first.name, name):
        return {
            field.columns[field.targets.index(first.name)]: insert_by_name(
                entry, first.name, clean(first.title, name), place
            )
        }
    hint = "确是新的，可加 --new 新建。" if named and not new else ""
    raise NotFound(f"{misses[field.targets.index(first.name)]}{hint}")


def parse_options(
    entry: Entry, record: Record, raw_values: Mapping[str, str | None], *, new: bool = False
) -> dict[str, Any]:
    """The columns for what the options of a command say, name of a field → words; what is empty is left out."""
    found: dict[str, Any] = {}
    for name, value in raw_values.items():
        field, words = record[name], (value or "").strip()
        if words:
            found |= (
                resolve(entry, field, words, new=new)
                if field.to
                else {name: clean(field, words, connection=entry.connection)}
            )
    return found


def parse_assignments(
    entry: Entry, record: Record, assignments: Sequence[tuple[str, str]], *, new: bool = False
) -> dict[str, Any]:
    """The columns that FIELD=VALUE pairs set; an empty value empties a field that may be empty."""
    found: dict[str, Any] = {}
    for word, value in assignments:
        field = record.field(word)
        if field is None:
            raise UsageError(f"{record.label}没有“{word}”这一项。可以用：{'、'.join(f.label for f in record.fields)}。")
        if field.name in record.derived:
            raise UsageError(_derived_field_message(record, field))
        if not value.strip():
            if field.required or field.default is not None:
                raise UsageError(f"{field.label}不能是空的。")
            found |= dict.fromkeys(field.columns)
        elif field.to:
            found |= dict.fromkeys(field.columns) | resolve(entry, field, value.strip(), new=new)
        else:
            found[field.name] = clean(field, value, word, entry.connection)
    return found


def _derived_field_message(record: Record, field: Field) -> str:
    """What to do instead of setting by hand what follows from other records."""
    by = f"请用 {record.verb}" if record.verb else "它随工单走：sbd order"
    return f"{record.label}的“{field.label}”由程序按办理经过记下，不能直接填。{by}。"
