"""A cleaned roster → the ledger: each row matched to a record, then inserted or brought up to date.

Of places and Party organisations those above are inserted before those below.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.ledger.imports import id_suggestions, order_steps, row_matching, row_rules
from shuangbaodao_cli.ledger.imports.linked_records import insert_linked_records
from shuangbaodao_cli.ledger.imports.references import Columns, References
from shuangbaodao_cli.ledger.imports.sheet_import import (
    CellChange,
    LoadedSheet,
    RowIds,
    SheetImport,
    row_values,
)
from shuangbaodao_cli.ledger.records import labels, numbering, place_tree, store
from shuangbaodao_cli.ledger.records.lookup import NameLookup
from shuangbaodao_cli.model.orders import ORDER
from shuangbaodao_cli.model.places import place_level_from_name
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.imports.sheet_import import IgnoredCells
    from shuangbaodao_cli.ledger.storage.journal import Entry


def load(entry: Entry, roster: Roster, *, new: bool = False, strict: bool = False) -> LoadedSheet:
    """Insert and update the records of a roster; the caller holds the transaction.

    An empty cell never erases. Rows that cannot be taken are added to ``roster.rejected``. ``new`` lets
    in unknown persons too, ``strict`` no unknown name at all.
    """
    task = SheetImport(entry, roster, References(entry, roster, NameLookup(entry.connection), new, strict))
    row_rules.check_parents(roster)
    waves: list[LoadedSheet] = []
    for positions in row_rules.dependency_waves(roster):
        earlier_ids = {id_ for wave in waves for id_ in wave.ids.all()}
        waves.append(_load_wave(task, positions, earlier_ids, strict=strict))
    loaded = _join_waves(roster, waves)
    if roster.record.name == "place" and (loaded.ids.created or loaded.cell_changes):
        place_tree.rebuild(entry.connection)
    return loaded


def _load_wave(task: SheetImport, positions: list[int], earlier_ids: set[int], *, strict: bool) -> LoadedSheet:
    """Insert and update the records of some rows; ``earlier_ids`` are those of the waves before."""
    roster = task.roster
    columns = _columns(task, positions)
    if strict:
        task.references.reject_unknown_parts(positions)
    row_rules.check_rows(task, columns, positions)
    steps_by_row = order_steps.read_steps(task, columns, positions)
    if roster.record is ORDER:
        columns["opened_on"] = order_steps.opening_days(steps_by_row, len(roster.row_numbers))
    accepted = [index for index in positions if index not in roster.rejected]
    matches = row_matching.match_rows(task, columns, accepted, earlier_ids)
    masked_ids = id_suggestions.match_masked_ids(task, matches.ignored, accepted)
    new_ids = _insert_rows(task, columns, matches.new_rows)
    ids = matches.row_ids(new_ids)
    row_matching.add_conflict_problems(task, matches.conflicts, new_ids)
    id_suggestions.warn_masked_ids(task, masked_ids, ids)
    changes = [
        *_update_rows(task, columns, ids.matched, matches.ignored),
        *insert_linked_records(task, columns, ids),
        *order_steps.add_steps(task, steps_by_row, ids),
    ]
    return LoadedSheet(roster, ids, frozenset(matches.skipped), changes)


def _join_waves(roster: Roster, waves: Sequence[LoadedSheet]) -> LoadedSheet:
    if len(waves) == 1:
        return waves[0]
    created = {index: id_ for wave in waves for index, id_ in wave.ids.created.items()}
    matched = {index: id_ for wave in waves for index, id_ in wave.ids.matched.items()}
    skipped = frozenset(index for wave in waves for index in wave.skipped)
    return LoadedSheet(
        roster, RowIds(created, matched), skipped, [change for wave in waves for change in wave.cell_changes]
    )


def _columns(task: SheetImport, positions: list[int]) -> Columns:
    """The columns of the table: references as ids, defaults filled in."""
    roster, columns = task.roster, Columns()
    empty = [None] * len(roster.row_numbers)
    for field in roster.record.fields:
        values = roster.columns.get(field.name)
        if field.default is not None:
            columns[field.name] = [field.default if value is None else value for value in values or empty]
        elif values is not None and field.to:
            columns |= task.references.resolve_columns(field, positions, columns)
        elif values is not None:
            columns[field.name] = values
    if roster.record.name == "place":
        levels = zip(roster.columns.get("level") or empty, roster.columns["name"], strict=True)
        columns["level"] = [level or place_level_from_name(name or "") for level, name in levels]
    if roster.record.has_name:
        names = columns.get(roster.record.title_field.name) or empty
        columns["name_key"] = [None if name is None else fold(name) for name in names]
    return columns


def _insert_rows(task: SheetImport, columns: Columns, new_rows: Sequence[int]) -> dict[int, int]:
    """Insert a record for each of these rows, all at once; returns index of the row → id of its record."""
    if not new_rows:
        return {}
    roster, record, connection = task.roster, task.roster.record, task.connection
    empty = [None] * len(roster.row_numbers)
    parameters = [columns.get(column, empty) for column in record.columns]
    if record.has_name:
        parameters.append(columns["name_key"])
    if record.count_fields:
        counts = zip(*(columns.get(name, empty) for name in record.count_fields), strict=True)
        parameters.append(
            [store.approximate_fields(record, dict(zip(record.count_fields, row, strict=True))) for row in counts]
        )
    if record.prefix:
        numbers = parameters[record.columns.index("number")] = _numbers(task, columns, new_rows)
        if record.title_field.name == "number":
            parameters[len(record.columns)] = [number and fold(number) for number in numbers]
    rows = zip(*parameters, _extras(roster), [task.entry.id] * len(roster.row_numbers), strict=True)
    chosen = set(new_rows)
    is_all = len(chosen) == len(roster.row_numbers)
    cursor = connection.executemany(
        store.insert_sql(record), rows if is_all else (row for index, row in enumerate(rows) if index in chosen)
    )
    # Nobody else writes in this transaction, so the ids of one statement follow on one another.
    (last,) = connection.execute("SELECT last_insert_rowid()").fetchone()
    return dict(zip(new_rows, range(last - cursor.rowcount + 1, last + 1), strict=True))


def _numbers(task: SheetImport, columns: Columns, new_rows: Sequence[int]) -> list[str | None]:
    """The numbers of new records; one of our own for each that its list gave none."""
    numbers = list(columns.get("number") or [None] * len(task.roster.row_numbers))
    reserved = set(numbers)
    for index in new_rows:
        if numbers[index] is None:
            values = {column: column_values[index] for column, column_values in columns.items()}
            numbers[index] = numbering.next_number(task.connection, task.roster.record, values, reserved)
    return numbers


def _extras(roster: Roster) -> list[str | None]:
    """What stands in columns that we do not know, row by row, as JSON."""
    if not roster.extra:
        return [None] * len(roster.row_numbers)
    rows = zip(*roster.extra.values(), strict=True)
    extras = ({heading: text for heading, text in zip(roster.extra, row, strict=True) if text} for row in rows)
    return [json.dumps(extra, ensure_ascii=False) if extra else None for extra in extras]


def _update_rows(
    task: SheetImport, columns: Columns, matched: dict[int, int], ignored: IgnoredCells
) -> list[CellChange]:
    """Set what each matched row says anew of its record; returns the changes."""
    roster, record = task.roster, task.roster.record
    # A matched record has the name of the row, however that is spelt there: the spelling is no news.
    title = record.title_field.name if record.has_name else None
    fixed = {column for derived in record.derived for column in record[derived].columns} | {title}
    names = [column for column in record.columns if column in columns and column not in fixed]
    presumed = {field.name for field in record.fields if field.default is not None}
    if record.name == "place":
        presumed.add("level")  # else a level put right by hand would be guessed from the name again
    ignored_columns = ignored.columns | _overruled_cells(columns, names, matched, ignored.columns)
    changes: list[CellChange] = []
    for index, id_ in matched.items():
        values = row_values(columns, names, index, ignored_columns)
        for name in presumed:
            if name not in roster.columns or roster.columns[name][index] is None:
                values.pop(name, None)
        changes += _describe_changes(task, index, store.update(task.entry, record, id_, values))
        extra = {
            heading: texts[index]
            for heading, texts in roster.extra.items()
            if texts[index] and (index, heading) not in ignored.extra
        }
        changes += _describe_extra_changes(task, index, store.update_extra(task.entry, record, id_, extra))
    return changes


def _overruled_cells(
    columns: Columns, names: Sequence[str], matched: dict[int, int], ignored: AbstractSet[tuple[int, str]]
) -> set[tuple[int, str]]:
    """Of rows that mean one record, the cells that a later row overrules.

    Left in, they would turn its values back and forth each time the file is imported.
    """
    row_counts = Counter(matched.values())
    overruled: set[tuple[int, str]] = set()
    later: set[tuple[int, str]] = set()
    for index, id_ in reversed(matched.items()):
        if row_counts[id_] > 1:
            filled = {(id_, column) for column in row_values(columns, names, index, ignored)}
            overruled |= {(index, column) for _, column in filled & later}
            later |= filled
    return overruled


def _describe_changes(task: SheetImport, index: int, changes: Mapping[str, tuple[Any, Any]]) -> Iterator[CellChange]:
    for column, (old, new) in changes.items():
        field = next(field for field in task.roster.record.fields if column in field.columns)
        old_text = None if old is None else labels.format_value(task.connection, field, column, old)
        new_text = labels.format_value(task.connection, field, column, new)
        yield CellChange(index, field.name, old_text, new_text, replaces=old is not None)


def _describe_extra_changes(
    task: SheetImport, index: int, changes: Mapping[str, tuple[str | None, str]]
) -> Iterator[CellChange]:
    record = task.roster.record
    for heading, pair in changes.items():
        old, new = (text and labels.mask_extra(record, text) for text in pair)
        # What was kept apart of a column that we know (a covered id) is not what the record says.
        field = record.field(heading)
        label = f"{heading}（原表）" if field else ""
        yield CellChange(index, field.name if field else heading, old, new or "", label)
