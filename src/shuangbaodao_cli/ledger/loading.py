"""A cleaned roster → the ledger: each row matched, put in or brought up to date."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.intake.rows import letter
from shuangbaodao_cli.ledger import doubts, hanging, signing, store, tree, wording
from shuangbaodao_cli.ledger.finding import Names
from shuangbaodao_cli.ledger.matching import Matcher
from shuangbaodao_cli.ledger.outcomes import Change
from shuangbaodao_cli.ledger.references import References
from shuangbaodao_cli.vocabulary.places import level_of
from shuangbaodao_cli.vocabulary.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shuangbaodao_cli.intake.roster import Roster
    from shuangbaodao_cli.ledger.database import Entry
    from shuangbaodao_cli.ledger.matching import Facts, Met
    from shuangbaodao_cli.vocabulary.record import Field

Columns = dict[str, list[Any]]
"""Column of the table → its values, row by row."""


@dataclass(slots=True)
class Loading:
    """A roster on its way in, and what has become of its rows: position → id of the record."""

    entry: Entry
    roster: Roster
    references: References
    made: dict[int, int] = field(default_factory=dict)
    met: dict[int, int] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    alike: dict[Facts, int] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    """Records that a row of this roster has spoken of."""
    changes: list[Change] = field(default_factory=list)
    replaced: set[int] = field(default_factory=set)
    """Rows that put another value in the place of one."""

    def tell_change(self, at: int, name: str, old: str | None, new: str) -> None:
        """Keep what a row changed of the record it met; ``name`` is the field, or an unknown heading."""
        self.changed.add(at)
        self.changes.append(Change(self._cell(name, at), self.met[at], name, old, new))

    def _cell(self, name: str, at: int) -> str:
        table = self.roster.table
        unknown = next((column for column, heading in table.header.unknown.items() if heading == name), None)
        if unknown is None:
            return table.cell(name, at)
        return f"{table.sheet}!{letter(table.column(unknown, at))}{table.numbers[at]}"

    @property
    def created(self) -> int:
        """Rows that made a new record."""
        return len(self.made)

    @property
    def updated(self) -> int:
        """Rows that changed the record they met, or what hangs on it."""
        return len(self.changed)

    @property
    def unchanged(self) -> int:
        """Rows that met a record and said nothing new of it."""
        return len(self.met) - self.updated


def load(entry: Entry, roster: Roster, *, new: bool = False, strict: bool = False) -> Loading:
    """Bring a roster into the ledger; the caller holds the transaction.

    An empty cell never erases. Rows that cannot be taken are added to ``roster.rejected``. ``new`` lets
    in unknown persons too, ``strict`` no unknown name at all.
    """
    task = Loading(entry, roster, References(entry, roster, Names(entry.connection), new, strict))
    signing.reckon(roster)
    _check_parents(roster)
    for positions in _waves(roster):
        columns = _columns(task, positions)
        if strict:
            task.references.refuse_unknown_parts(positions)
        taken = [at for at in positions if at not in roster.rejected]
        _match(task, columns, taken)
        taken = [at for at in taken if at not in roster.rejected]
        _put_in(task, columns, taken)
        _bring_up_to_date(task, columns, taken)
        hanging.hang(task, taken)
    if roster.record.name == "place" and (task.made or task.changed):
        tree.regrow(entry.connection)
    return task


def _check_parents(roster: Roster) -> None:
    """Refuse places of a roster that stand above themselves."""
    if roster.record.name != "place" or "parent" not in roster.columns:
        return
    names = [fold(name or "") for name in roster.columns["name"]]
    above = {name: fold(parent or "") for name, parent in zip(names, roster.columns["parent"], strict=True)}
    for at, name in enumerate(names):
        seen, higher = {name}, above[name]
        while higher in above and higher not in seen:
            seen.add(higher)
            higher = above[higher]
        if name and higher == name:
            parent = roster.columns["parent"][at]
            roster.tell(at, "parent", "error", "value_invalid", parent, "一级级往上会回到它自己，请核对“上级”")


def _waves(roster: Roster) -> Iterator[list[int]]:
    """Positions in the order they must go in: a roster of places may list children before parents."""
    waiting = [at for at in range(len(roster.rows)) if at not in roster.rejected]
    parents = roster.columns.get("parent") if roster.record.name == "place" else None
    if parents is None:
        yield waiting
        return
    names = [fold(name or "") for name in roster.columns["name"]]
    while waiting:
        still = {names[at] for at in waiting}
        ready = [at for at in waiting if parents[at] is None or fold(parents[at]) not in still - {names[at]}]
        going = set(ready or waiting)
        yield sorted(going)
        waiting = [at for at in waiting if at not in going]


def _columns(task: Loading, positions: list[int]) -> Columns:
    """The columns of the table: references as ids, what is presumed filled in."""
    roster, columns = task.roster, Columns()
    for field_ in roster.record.fields:
        values = roster.columns.get(field_.name)
        if field_.default is not None:
            said = values or [None] * len(roster.rows)
            columns[field_.name] = [field_.default if value is None else value for value in said]
        elif values is not None and field_.to:
            columns |= _references(task, field_, positions)
        elif values is not None:
            columns[field_.name] = values
    if roster.record.name == "place":
        said = roster.columns.get("level") or [None] * len(roster.rows)
        names = roster.columns["name"]
        columns["level"] = [level or level_of(name or "") for level, name in zip(said, names, strict=True)]
    if roster.record.named:
        names = columns[roster.record.title.name]
        columns["name_key"] = [None if name is None else fold(name) for name in names]
    return columns


def _references(task: Loading, field_: Field, positions: list[int]) -> Columns:
    """The ids that a column of names comes to, spread over its columns where it may point to two kinds."""
    roster = task.roster
    ids = task.references.column(field_, positions)
    roster.columns[f"{field_.name}_id"] = ids
    if len(field_.targets) < 2:
        return {field_.name: ids}
    spread: Columns = {column: [None] * len(ids) for column in field_.columns}
    for at, id_ in enumerate(ids):
        if id_ is not None:
            first = task.references.names.ids(field_.targets[0], roster.columns[field_.name][at])
            spread[field_.columns[0 if id_ in first else 1]][at] = id_
    return spread


def _match(task: Loading, columns: Columns, positions: list[int]) -> None:
    """Find the record of each row; a row that has none gets the id its record will have."""
    roster, record = task.roster, task.roster.record
    matcher = Matcher(record)
    facts = list(matcher.facts(columns, len(roster.rows)))
    matcher.learn(task.entry.connection, (facts[at] for at in positions))
    if matcher.merged:
        columns |= {column: [*values] for column, values in columns.items()}  # some cells will be emptied
    gone = Matcher(record)
    gone.learn(task.entry.connection, (facts[at] for at in positions), voided=True)
    (coming,) = task.entry.connection.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {record.name}").fetchone()
    for at in positions:
        met = matcher.meet(facts[at], partial(_likeness, task, columns, at))
        if met is not None and len(met.ids) > 1:
            if doubts.refuse_several(task, matcher, met, facts[at], at):
                continue
            met = None
        if met is None and (was := gone.match(facts[at])) is not None:
            _pass_over(roster, at, was)
            gone.claim(was)
            continue
        if record.repeats:
            _tell_alike(task, facts[at], at)
        if met is None:
            id_, coming = coming, coming + 1
            task.made[at] = id_
            matcher.add(id_, facts[at])
            task.told.add(id_)
        elif _contradicts(task, matcher, met, columns, at):
            continue
        else:
            id_ = met.ids[0]
            task.met[at] = matcher.stays(id_)
            matcher.learn_of(id_, facts[at])
        if record.repeats:
            matcher.claim(id_)
    doubts.tell_masked(task, positions)


def _likeness(task: Loading, columns: Columns, at: int, id_: int) -> int:
    """How many facts of a record are just what the row says: a sheet may come in another order."""
    facts = store.facts(task.entry.connection, task.roster.record, id_)
    return sum(column in columns and columns[column][at] == value for column, value in facts.items())


def _pass_over(roster: Roster, at: int, was: int) -> None:
    """Leave out a row whose record was voided: a ledger that grows comes with its old rows each month."""
    title = roster.record.title.name
    message = f"这一条在台账里已作废（编号 {was}），没有再收；确实要收请另外登记"
    roster.tell(at, title, "warning", "voided_before", roster.columns[title][at], message)
    roster.passed.add(at)


def _tell_alike(task: Loading, facts: Facts, at: int) -> None:
    """Point at a row that is like an earlier one in all that tells such records apart."""
    if facts in task.alike:
        title = task.roster.record.title.name
        message = f"和第 {task.roster.rows[task.alike[facts]]} 行一样，仍按两条计；如果抄重了请删去一行"
        task.roster.tell(at, title, "warning", "duplicate_row", task.roster.columns[title][at], message)
    task.alike.setdefault(facts, at)


def _contradicts(task: Loading, matcher: Matcher, met: Met, columns: Columns, at: int) -> bool:
    """Refuse a row whose code belongs to a record of another name; say so where a row is told twice."""
    roster, title, id_ = task.roster, task.roster.record.title, met.ids[0]
    if not roster.record.named:
        return False
    name = roster.columns[title.name][at]
    if matcher.name_of(id_) != fold(name):
        message = f"{title.label}是“{name}”，证件号或代码却与台账里另一个名称的记录（编号 {id_}）相同，请核对"
        roster.tell(at, title.name, "error", "key_conflict", name, message)
        return True
    stay = matcher.stays(id_)
    if stay != id_:
        doubts.spare(task, columns, id_, at)
    if stay in task.told:
        message = "和前面一行是同一条，按一条记；两行不同的地方以这一行为准，请核对"
        roster.tell(at, title.name, "warning", "duplicate_row", name, message)
    doubts.tell_weak(task, columns, met.key, stay, at)
    task.told.add(stay)
    return False


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
    rows = zip(*held, _extras(roster), [task.entry.id] * len(roster.rows), strict=True)
    task.entry.connection.executemany(store.insert_sql(record), (row for at, row in enumerate(rows) if at in chosen))
    if made:
        (last,) = task.entry.connection.execute("SELECT last_insert_rowid()").fetchone()
        if last != task.made[made[-1]]:
            raise RuntimeError(f"{record.name}: id {task.made[made[-1]]} was foretold, it became {last}")


def _extras(roster: Roster) -> list[str | None]:
    """What stands in columns that we do not know, row by row, as JSON."""
    if not roster.extra:
        return [None] * len(roster.rows)
    rows = zip(*roster.extra.values(), strict=True)
    kept = ({heading: said for heading, said in zip(roster.extra, row, strict=True) if said} for row in rows)
    return [json.dumps(said, ensure_ascii=False) if said else None for said in kept]


def _bring_up_to_date(task: Loading, columns: Columns, positions: list[int]) -> None:
    roster = task.roster
    told = [column for column in roster.record.columns if column in columns]
    presumed = {field.name for field in roster.record.fields if field.default is not None}
    if roster.record.name == "place":
        presumed.add("level")  # else a level put right by hand would be guessed from the name again
    for at in positions:
        if at not in task.met:
            continue
        said = {column: columns[column][at] for column in told if columns[column][at] is not None}
        for name in presumed:
            if name not in roster.columns or roster.columns[name][at] is None:
                said.pop(name, None)
        _tell_changes(task, at, store.update(task.entry, roster.record, task.met[at], said))
        beside = {heading: texts[at] for heading, texts in roster.extra.items() if texts[at]}
        for heading, (old, new) in store.set_aside(task.entry, roster.record, task.met[at], beside).items():
            task.tell_change(at, heading, old, new)


def _tell_changes(task: Loading, at: int, changed: dict[str, tuple[Any, Any]]) -> None:
    for column, (old, new) in changed.items():
        field_ = next(one for one in task.roster.record.fields if column in one.columns)
        was = None if old is None else wording.said(task.entry.connection, field_, column, old)
        task.tell_change(at, field_.name, was, wording.said(task.entry.connection, field_, column, new))
        if old is not None:
            task.replaced.add(at)
