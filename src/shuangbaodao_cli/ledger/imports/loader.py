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
from shuangbaodao_cli.ledger.imports.sheet_import import Columns, Loading
from shuangbaodao_cli.ledger.records import labels, numbering, place_tree, store
from shuangbaodao_cli.ledger.records.lookup import Names
from shuangbaodao_cli.model.places import level_of
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.intake.rosters.roster import Roster
    from shuangbaodao_cli.ledger.storage.journal import Entry


def check_parents(roster: Roster) -> None:
    """Refuse rows that stand above themselves."""
    if not _chained(roster):
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
            roster.tell(at, "parent", "error", "value_invalid", said, "一级级往上会回到它自己，请核对“上级”")


def _chained(roster: Roster) -> bool:
    """Whether its rows say which other record of their own kind they belong to."""
    return "parent" in roster.columns and roster.record["parent"].to == roster.record.name


def waves(roster: Roster) -> Iterator[list[int]]:
    """Positions in the order they must go in: a roster may list children before parents."""
    waiting = [at for at in range(len(roster.rows)) if at not in roster.rejected]
    if not _chained(roster):
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


def load(entry: Entry, roster: Roster, *, new: bool = False, strict: bool = False) -> Loading:
    """Bring a roster into the ledger; the caller holds the transaction.

    An empty cell never erases. Rows that cannot be taken are added to ``roster.rejected``. ``new`` lets
    in unknown persons too, ``strict`` no unknown name at all.
    """
    task = Loading(entry, roster, References(entry, roster, Names(entry.connection), new, strict))
    totals.reckon(roster)
    check_parents(roster)
    for positions in waves(roster):
        columns = _columns(task, positions)
        if strict:
            task.references.refuse_unknown_parts(positions)
        row_matching.check_rows(task, columns, positions)
        courses = order_steps.read(task, columns, positions)
        taken = [at for at in positions if at not in roster.rejected]
        row_matching.meet(task, columns, taken)
        taken = [at for at in taken if at not in roster.rejected]
        _put_in(task, columns, taken)
        _bring_up_to_date(task, columns, taken)
        linked_records.hang(task, taken)
        order_steps.take(task, courses)
    if roster.record.name == "place" and (task.made or task.changed):
        place_tree.regrow(entry.connection)
    return task


def _columns(task: Loading, positions: list[int]) -> Columns:
    """The columns of the table: references as ids, what is presumed filled in."""
    roster, columns = task.roster, Columns()
    for field_ in roster.record.fields:
        values = roster.columns.get(field_.name)
        if field_.default is not None:
            said = values or [None] * len(roster.rows)
            columns[field_.name] = [field_.default if value is None else value for value in said]
        elif values is not None and field_.to:
            columns |= task.references.spread(field_, positions)
        elif values is not None:
            columns[field_.name] = values
    if roster.record.name == "place":
        said = roster.columns.get("level") or [None] * len(roster.rows)
        names = roster.columns["name"]
        columns["level"] = [level or level_of(name or "") for level, name in zip(said, names, strict=True)]
    if roster.record.named:
        names = columns.get(roster.record.title.name) or [None] * len(roster.rows)
        columns["name_key"] = [None if name is None else fold(name) for name in names]
    return columns


def _put_in(task: Loading, columns: Columns, positions: list[int]) -> None:
    roster, record = task.roster, task.roster.record
    empty = [None] * len(roster.rows)
    held = [columns.get(column, empty) for column in record.columns]
    if record.named:
        held.append(columns["name_key"])
    if record.counts:
        counts = zip(*(columns.get(name, empty) for name in record.counts), strict=True)
        held.append([store.approximate(record, dict(zip(record.counts, row, strict=True))) for row in counts])
    made = [at for at in positions if at in task.made]
    chosen = set(made)
    if record.prefix:
        numbers = held[record.columns.index("number")] = _numbers(task, columns, made)
        if record.title.name == "number":
            held[len(record.columns)] = [number and fold(number) for number in numbers]
    rows = zip(*held, _extras(roster), [task.entry.id] * len(roster.rows), strict=True)
    chosen_rows = rows if len(made) == len(roster.rows) else (row for at, row in enumerate(rows) if at in chosen)
    task.entry.connection.executemany(store.insert_sql(record), chosen_rows)
    if made:
        (last,) = task.entry.connection.execute("SELECT last_insert_rowid()").fetchone()
        if last != task.made[made[-1]]:
            raise RuntimeError(f"{record.name}: id {task.made[made[-1]]} was foretold, it became {last}")


def _numbers(task: Loading, columns: Columns, made: list[int]) -> list[str | None]:
    """The numbers of new records; one of our own for each that its list gave none."""
    numbers = list(columns.get("number") or [None] * len(task.roster.rows))
    given = set(numbers)
    for at in made:
        if numbers[at] is None:
            said = {column: values[at] for column, values in columns.items()}
            numbers[at] = numbering.following(task.entry.connection, task.roster.record, said, given)
    return numbers


def _extras(roster: Roster) -> list[str | None]:
    """What stands in columns that we do not know, row by row, as JSON."""
    if not roster.extra:
        return [None] * len(roster.rows)
    rows = zip(*roster.extra.values(), strict=True)
    kept = ({heading: said for heading, said in zip(roster.extra, row, strict=True) if said} for row in rows)
    return [json.dumps(said, ensure_ascii=False) if said else None for said in kept]


def _bring_up_to_date(task: Loading, columns: Columns, positions: list[int]) -> None:
    roster = task.roster
    # Who was met has the name of the row, however that is spelt there: the spelling is no news.
    name = roster.record.title.name if roster.record.named else None
    kept = {column for derived in roster.record.derived for column in roster.record[derived].columns} | {name}
    told = [column for column in roster.record.columns if column in columns and column not in kept]
    presumed = {field.name for field in roster.record.fields if field.default is not None}
    if roster.record.name == "place":
        presumed.add("level")  # else a level put right by hand would be guessed from the name again
    spoken = _spoken_for(task, columns, told, positions)
    for at in positions:
        if at not in task.met:
            continue
        said = {
            column: columns[column][at]
            for column in told
            if columns[column][at] is not None and (at, column) not in spoken
        }
        for name in presumed:
            if name not in roster.columns or roster.columns[name][at] is None:
                said.pop(name, None)
        _tell_changes(task, at, store.update(task.entry, roster.record, task.met[at], said))
        beside = {heading: texts[at] for heading, texts in roster.extra.items() if texts[at]}
        for heading, pair in store.set_aside(task.entry, roster.record, task.met[at], beside).items():
            old, new = (text and labels.beside(roster.record, text) for text in pair)
            # What was kept apart of a column that we know (a covered id) is not what the record says.
            known = roster.record.field(heading)
            task.tell_change(
                at, known.name if known else heading, old, new or "", called=f"{heading}（原表）" if known else ""
            )


def _spoken_for(task: Loading, columns: Columns, told: list[str], positions: list[int]) -> set[tuple[int, str]]:
    """Of rows that mean one record, the cells that a later row overrules.

    Left in, they would turn its facts back and forth each time the file is imported.
    """
    if not task.met:
        return set()
    times = Counter(task.met[at] for at in positions if at in task.met)
    overruled: set[tuple[int, str]] = set()
    later: set[tuple[int, str]] = set()
    for at in reversed([at for at in positions if times.get(task.met.get(at, 0), 0) > 1]):
        filled = {(task.met[at], column) for column in told if columns[column][at] is not None}
        overruled |= {(at, column) for _, column in filled & later}
        later |= filled
    return overruled


def _tell_changes(task: Loading, at: int, changed: dict[str, tuple[Any, Any]]) -> None:
    for column, (old, new) in changed.items():
        field_ = next(one for one in task.roster.record.fields if column in one.columns)
        was = None if old is None else labels.said(task.entry.connection, field_, column, old)
        task.tell_change(at, field_.name, was, labels.said(task.entry.connection, field_, column, new))
        if old is not None:
            task.replaced.add(at)
