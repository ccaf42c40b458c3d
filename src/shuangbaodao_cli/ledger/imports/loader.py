"""A cleaned roster → the ledger: each row matched, put in or brought up to date.

Places and Party organisations above go in before those below.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.rosters import totals
from shuangbaodao_cli.ledger.imports import linked_records, order_steps, row_matching
from shuangbaodao_cli.ledger.imports.references import References
from shuangbaodao_cli.ledger.imports.sheet_import import Columns, SheetImport
from shuangbaodao_cli.ledger.records import labels, numbering, place_tree, store
from shuangbaodao_cli.ledger.records.lookup import NameLookup
from shuangbaodao_cli.model.places import level_of
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.storage.journal import Entry


def check_parents(roster: Roster) -> None:
    """Refuse rows that stand above themselves."""
    if not _has_parents(roster):
        return
    names = [fold(name or "") for name in roster.columns["name"]]
    parents = [fold(parent or "") for parent in roster.columns["parent"]]
    above = {name: parent for name, parent in zip(names, parents, strict=True) if parent}
    for at, (name, parent) in enumerate(zip(names, parents, strict=True)):
        seen, higher = {name}, parent
        while higher in above and higher not in seen:
            seen.add(higher)
            higher = above[higher]
        if name and higher == name:
            said = roster.columns["parent"][at]
            roster.add_problem(at, "parent", "error", "value_invalid", said, "一级级往上会回到它自己，请核对“上级”")


def _has_parents(roster: Roster) -> bool:
    """Whether its rows say which other record of their own kind they belong to."""
    return "parent" in roster.columns and roster.record["parent"].to == roster.record.name


def dependency_waves(roster: Roster) -> Iterator[list[int]]:
    """Positions in the order they must go in: a roster may list children before parents."""
    waiting = [at for at in range(len(roster.row_numbers)) if at not in roster.rejected]
    if not _has_parents(roster):
        yield waiting
        return
    parents = roster.columns["parent"]
    names = [fold(name or "") for name in roster.columns["name"]]
    while waiting:
        still = {names[at] for at in waiting}
        ready = [at for at in waiting if parents[at] is None or fold(parents[at]) not in still - {names[at]}]
        going = set(ready or waiting)
        yield sorted(going)
        waiting = [at for at in waiting if at not in going]


def load(entry: Entry, roster: Roster, *, new: bool = False, strict: bool = False) -> SheetImport:
    """Bring a roster into the ledger; the caller holds the transaction.

    An empty cell never erases. Rows that cannot be taken are added to ``roster.rejected``. ``new`` lets
    in unknown persons too, ``strict`` no unknown name at all.
    """
    task = SheetImport(entry, roster, References(entry, roster, NameLookup(entry.connection), new, strict))
    totals.derive_minutes(roster)
    check_parents(roster)
    for positions in dependency_waves(roster):
        columns = _columns(task, positions)
        if strict:
            task.references.reject_unknown_parts(positions)
        row_matching.check_rows(task, columns, positions)
        courses = order_steps.read_steps(task, columns, positions)
        taken = [at for at in positions if at not in roster.rejected]
        row_matching.match_rows(task, columns, taken)
        taken = [at for at in taken if at not in roster.rejected]
        _insert_rows(task, columns, taken)
        _update_rows(task, columns, taken)
        linked_records.insert_linked_records(task, taken)
        order_steps.add_steps(task, courses)
    if roster.record.name == "place" and (task.created_ids or task.changed_rows):
        place_tree.rebuild(entry.connection)
    return task


def _columns(task: SheetImport, positions: list[int]) -> Columns:
    """The columns of the table: references as ids, what is presumed filled in."""
    roster, columns = task.roster, Columns()
    for field_ in roster.record.fields:
        values = roster.columns.get(field_.name)
        if field_.default is not None:
            said = values or [None] * len(roster.row_numbers)
            columns[field_.name] = [field_.default if value is None else value for value in said]
        elif values is not None and field_.to:
            columns |= task.references.resolve_columns(field_, positions)
        elif values is not None:
            columns[field_.name] = values
    if roster.record.name == "place":
        said = roster.columns.get("level") or [None] * len(roster.row_numbers)
        names = roster.columns["name"]
        columns["level"] = [level or level_of(name or "") for level, name in zip(said, names, strict=True)]
    if roster.record.named:
        names = columns.get(roster.record.title.name) or [None] * len(roster.row_numbers)
        columns["name_key"] = [None if name is None else fold(name) for name in names]
    return columns


def _insert_rows(task: SheetImport, columns: Columns, positions: list[int]) -> None:
    roster, record = task.roster, task.roster.record
    empty = [None] * len(roster.row_numbers)
    held = [columns.get(column, empty) for column in record.columns]
    if record.named:
        held.append(columns["name_key"])
    if record.counts:
        counts = zip(*(columns.get(name, empty) for name in record.counts), strict=True)
        held.append([store.approximate_fields(record, dict(zip(record.counts, row, strict=True))) for row in counts])
    made = [at for at in positions if at in task.created_ids]
    chosen = set(made)
    if record.prefix:
        numbers = held[record.columns.index("number")] = _numbers(task, columns, made)
        if record.title.name == "number":
            held[len(record.columns)] = [number and fold(number) for number in numbers]
    rows = zip(*held, _extras(roster), [task.entry.id] * len(roster.row_numbers), strict=True)
    chosen_rows = rows if len(made) == len(roster.row_numbers) else (row for at, row in enumerate(rows) if at in chosen)
    task.entry.connection.executemany(store.insert_sql(record), chosen_rows)
    if made:
        (last,) = task.entry.connection.execute("SELECT last_insert_rowid()").fetchone()
        if last != task.created_ids[made[-1]]:
            raise RuntimeError(f"{record.name}: id {task.created_ids[made[-1]]} was foretold, it became {last}")


def _numbers(task: SheetImport, columns: Columns, created: list[int]) -> list[str | None]:
    """The numbers of new records; one of our own for each that its list gave none."""
    numbers = list(columns.get("number") or [None] * len(task.roster.row_numbers))
    given = set(numbers)
    for at in created:
        if numbers[at] is None:
            said = {column: values[at] for column, values in columns.items()}
            numbers[at] = numbering.next_number(task.entry.connection, task.roster.record, said, given)
    return numbers


def _extras(roster: Roster) -> list[str | None]:
    """What stands in columns that we do not know, row by row, as JSON."""
    if not roster.extra:
        return [None] * len(roster.row_numbers)
    rows = zip(*roster.extra.values(), strict=True)
    kept = ({heading: said for heading, said in zip(roster.extra, row, strict=True) if said} for row in rows)
    return [json.dumps(said, ensure_ascii=False) if said else None for said in kept]


def _update_rows(task: SheetImport, columns: Columns, positions: list[int]) -> None:
    roster = task.roster
    # Who was met has the name of the row, however that is spelt there: the spelling is no news.
    name = roster.record.title.name if roster.record.named else None
    kept = {column for derived in roster.record.derived for column in roster.record[derived].columns} | {name}
    told = [column for column in roster.record.columns if column in columns and column not in kept]
    presumed = {field.name for field in roster.record.fields if field.default is not None}
    if roster.record.name == "place":
        presumed.add("level")  # else a level put right by hand would be guessed from the name again
    spoken = _overruled_cells(task, columns, told, positions)
    for at in positions:
        if at not in task.matched_ids:
            continue
        said = {
            column: columns[column][at]
            for column in told
            if columns[column][at] is not None and (at, column) not in spoken
        }
        for name in presumed:
            if name not in roster.columns or roster.columns[name][at] is None:
                said.pop(name, None)
        _add_changes(task, at, store.update(task.entry, roster.record, task.matched_ids[at], said))
        beside = {heading: texts[at] for heading, texts in roster.extra.items() if texts[at]}
        for heading, pair in store.update_extra(task.entry, roster.record, task.matched_ids[at], beside).items():
            old, new = (text and labels.mask_extra(roster.record, text) for text in pair)
            # What was kept apart of a column that we know (a covered id) is not what the record says.
            known = roster.record.field(heading)
            task.add_change(
                at, known.name if known else heading, old, new or "", label=f"{heading}（原表）" if known else ""
            )


def _overruled_cells(
    task: SheetImport, columns: Columns, names: list[str], positions: list[int]
) -> set[tuple[int, str]]:
    """Of rows that mean one record, the cells that a later row overrules.

    Left in, they would turn its facts back and forth each time the file is imported.
    """
    if not task.matched_ids:
        return set()
    times = Counter(task.matched_ids[at] for at in positions if at in task.matched_ids)
    overruled: set[tuple[int, str]] = set()
    later: set[tuple[int, str]] = set()
    for at in reversed([at for at in positions if times.get(task.matched_ids.get(at, 0), 0) > 1]):
        filled = {(task.matched_ids[at], column) for column in names if columns[column][at] is not None}
        overruled |= {(at, column) for _, column in filled & later}
        later |= filled
    return overruled


def _add_changes(task: SheetImport, index: int, changes: dict[str, tuple[Any, Any]]) -> None:
    for column, (old, new) in changes.items():
        field_ = next(one for one in task.roster.record.fields if column in one.columns)
        was = None if old is None else labels.format_value(task.entry.connection, field_, column, old)
        task.add_change(index, field_.name, was, labels.format_value(task.entry.connection, field_, column, new))
        if old is not None:
            task.replacing_rows.add(index)
