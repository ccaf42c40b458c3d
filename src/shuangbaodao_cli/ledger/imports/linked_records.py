"""What a row names besides its own record: its team, its check-in, who took part, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.imports.missing_records import warn_missing_participants
from shuangbaodao_cli.ledger.imports.sheet_import import CellChange
from shuangbaodao_cli.ledger.records import labels, store
from shuangbaodao_cli.ledger.records.matching import Matcher
from shuangbaodao_cli.model.registry import RECORDS
from shuangbaodao_cli.model.service import PARTICIPATION
from shuangbaodao_cli.problems import InvalidValue
from shuangbaodao_cli.values.numbers import parse_outcome
from shuangbaodao_cli.values.text import split_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shuangbaodao_cli.ledger.imports.references import Columns
    from shuangbaodao_cli.ledger.imports.sheet_import import RowIds, SheetImport
    from shuangbaodao_cli.model.record import Link


def insert_linked_records(task: SheetImport, columns: Columns, ids: RowIds) -> list[CellChange]:
    """Insert or update the memberships, check-ins, participations and outcomes that the rows mention.

    Returns what that changed of the records that were known.
    """
    changes: list[CellChange] = []
    for link in task.roster.record.links:
        needed = task.roster.columns.get(link.required_column or link.source_field.name)
        names = task.roster.columns.get(link.source_field.name)
        if needed is None or names is None:
            continue
        filled = [index for index, name in enumerate(names) if name is not None and needed[index] is not None]
        _insert_parts(task, columns, link, ids, filled)
        for index in filled:
            if index in ids.matched:
                changes += _update_parts(task, columns, link, index, ids.matched[index])
    return changes


def _insert_parts(task: SheetImport, columns: Columns, link: Link, ids: RowIds, positions: Sequence[int]) -> None:
    """Insert the parts of new records all at once: none of them can be in the ledger yet."""
    part = RECORDS[link.record]
    parameters: list[tuple[Any, ...]] = []
    for index in positions:
        if index in ids.created:
            owner = ids.created[index]
            keys, unresolved = _resolve_parts(task, columns, link, index)
            _store_unresolved(task, link, owner, unresolved)
            parts = _part_values(task, link, index, owner, keys)
            parameters += [store.insert_parameters(part, values, task.entry.id) for values in parts]
    task.connection.executemany(store.insert_sql(part), parameters)


def _resolve_parts(
    task: SheetImport, columns: Columns, link: Link, index: int
) -> tuple[list[dict[str, Any]], list[str]]:
    """The values that tell apart each part which a cell names, and the texts that led to none."""
    roster = task.roster
    texts = split_names(roster.columns[link.source_field.name][index])
    if link.source_field.to:
        ids, unresolved = task.references.resolve_names(link.source_field, index, texts, columns)
        column = labels.link_target_field(link).name
        return [{column: id_} for id_ in ids], unresolved
    keys: list[dict[str, Any]] = []
    unresolved = []
    for text in texts:
        try:
            keys.append(parse_outcome(text))
        except InvalidValue as unfit:
            roster.add_problem(index, link.source_field.name, "warning", unfit.kind, text, unfit.message)
            unresolved.append(text)
    return keys, unresolved


def _store_unresolved(task: SheetImport, link: Link, owner: int, unresolved: Sequence[str]) -> bool:
    """Keep what led to no part with the row's record; returns whether that is new there."""
    extra = {link.source_field.label: "、".join(unresolved)} if unresolved else {}
    return bool(store.update_extra(task.entry, task.roster.record, owner, extra))


def _part_values(
    task: SheetImport, link: Link, index: int, owner: int, keys: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The values of parts, with those that the row says of all of them."""
    columns, owner_column = (
        task.roster.columns,
        RECORDS[link.record].reference_column(link.owner, task.roster.record.name),
    )
    shared = {name: columns[field.name][index] for name, field in link.copied_fields if field.name in columns}
    return [{owner_column: owner, **dict(link.fixed_values), **shared, **key} for key in keys]


def _update_parts(task: SheetImport, columns: Columns, link: Link, index: int, owner: int) -> list[CellChange]:
    """Update the parts that a known record has, insert the others; warn of voided and of missing ones."""
    part, connection, name = RECORDS[link.record], task.connection, link.source_field.name
    keys, unresolved = _resolve_parts(task, columns, link, index)
    changes: list[CellChange] = []
    if _store_unresolved(task, link, owner, unresolved):
        changes.append(CellChange(index, name, None, "", listed=False))
    parts = _part_values(task, link, index, owner, keys)
    active, voided = Matcher(part, repeats=True), Matcher(part, repeats=True)
    key_values = list(map(active.key_values, parts))
    active.load_candidates(connection, key_values)
    voided.load_candidates(connection, key_values, voided=True)
    skipped = 0
    for values, key in zip(parts, key_values, strict=True):
        id_ = active.match(key)
        if id_ is None and (voided_id := voided.match(key)) is not None:
            voided.claim(voided_id)
            skipped += 1
        elif id_ is None:
            active.claim(store.insert(task.entry, part, values))
            changes.append(CellChange(index, name, None, labels.format_part(connection, link, values)))
        else:
            active.claim(id_)
            changes += _update_part(task, link, index, id_, values)
    if skipped:
        message = f"有 {skipped} 条{part.label}在台账里已作废，没有再收；确实要收请另外登记"
        task.roster.add_problem(index, name, "warning", "voided_before", task.roster.columns[name][index], message)
    if part is PARTICIPATION:
        warn_missing_participants(task, name, index, owner, {key["person"] for key in keys}, unresolved)
    return changes


def _update_part(task: SheetImport, link: Link, index: int, id_: int, values: dict[str, Any]) -> Iterator[CellChange]:
    part, connection = RECORDS[link.record], task.connection
    filled = {column: value for column, value in values.items() if value is not None}
    for column, pair in store.update(task.entry, part, id_, filled).items():
        field = next(field for field in part.fields if column in field.columns)
        name = labels.part_name(connection, link, values)
        old, new = (
            None if value is None else f"{name} {labels.format_value(connection, field, column, value)}"
            for value in pair
        )
        yield CellChange(index, link.source_field.name, old, new or name)
