"""Which record of the ledger a row of a roster means, if any."""

from __future__ import annotations

from operator import eq, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger.records.identity import live, merged_into
from shuangbaodao_cli.ledger.storage.reversals import takers
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from shuangbaodao_cli.model.record import Record

Facts = tuple[Any, ...]
"""The columns of all keys of one record, its name folded."""
Key = tuple[tuple[int, ...], ...]
"""For each field of a key the places of its columns in the facts."""

CROWD = 16
"""Namesakes from which on they are told apart by the marks that they say."""
WEAK = {"person": 2}
"""The first key by which a record is met only weakly: whatever is known of it must not contradict."""


class Met(NamedTuple):
    """The records that fit a row equally well, one where there is a telling, and the place of the key."""

    ids: tuple[int, ...]
    key: int


class Door:
    """One way to look records up: by the facts that a key names, and in a crowd by a further mark."""

    def __init__(self, key: Key, marks: Sequence[int] = ()) -> None:
        self.key = key
        self.first = key[0]
        self.read: Callable[[Facts], Any] = itemgetter(*(at for group in key for at in group))
        self.found: dict[Any, list[int]] = {}
        self.marks = marks
        self.crowds: dict[Any, dict[tuple[int, Any], list[int]]] = {}

    def add(self, id_: int, known: dict[int, Facts]) -> None:
        """Let a record in, if it says what the key asks."""
        facts = known[id_]
        if not says(facts, self.key):
            return
        at = self.read(facts)
        alike = self.found.setdefault(at, [])
        alike.append(id_)
        if not self.marks or len(alike) < CROWD:
            return
        crowd = self.crowds.setdefault(at, {})
        for one in [id_] if crowd else alike:
            for mark in self.marks:
                crowd.setdefault((mark, known[one][mark]), []).append(one)

    def near(self, facts: Facts) -> Iterable[int]:
        """The records that say the same under the key and do not contradict the strongest mark of a row."""
        at = self.read(facts)
        crowd = self.crowds.get(at)
        if crowd is not None:
            for mark in self.marks:
                if facts[mark] is not None:
                    return dict.fromkeys((*crowd.get((mark, facts[mark]), ()), *crowd.get((mark, None), ())))
        return self.found.get(at, ())


def says(facts: Facts, key: Key) -> bool:
    """Whether every field of a key is filled."""
    for group in key:
        for at in group:
            if facts[at] is not None:
                break
        else:
            return False
    return True


class Matcher:
    """Finds the record of a row by the record type's keys, the strongest first.

    A record that contradicts a stronger key (another id number, another phone) is not the one; by a
    weak key (name and unit) none is that contradicts anything. A record that was merged into another
    is found by what is known of it, and so is what points to one.
    """

    def __init__(self, record: Record, *, repeats: bool | None = None) -> None:
        """``repeats``: of several alike the first that no row has claimed is meant."""
        self.record = record
        self.repeats = record.repeats if repeats is None else repeats
        fields = list(dict.fromkeys(name for key in record.keys for name in key))
        self.columns = tuple(column for name in fields for column in record[name].columns)
        self._targets = {
            self.columns.index(column): target
            for name in fields
            for column, target in zip(record[name].columns, record[name].targets, strict=False)
        }
        groups = {name: tuple(map(self.columns.index, record[name].columns)) for name in fields}
        self._keys: list[Key] = [tuple(groups[name] for name in key) for key in record.keys]
        weakest = self._keys[-1]
        # Every key holds the weakest one, or stands alone (a code): these doors lead to all records.
        flat = [tuple(at for group in key for at in group) for key in self._keys]
        self._said = flat
        weak = WEAK.get(record.name, len(flat))
        self._against = [
            tuple(dict.fromkeys(at for key in (flat[:i] if i < weak else flat) for at in key if at not in said))
            for i, said in enumerate(flat)
        ]
        marks = [at for at in dict.fromkeys(at for key in flat for at in key) if at not in flat[-1]]
        self._codes = [Door(key) for key in self._keys if not set(weakest) <= set(key)]
        self._doors = [*self._codes, Door(weakest, marks)]
        self._known: dict[int, Facts] = {}
        self._claimed: set[int] = set()
        self._into: dict[int, int] = {}

    def learn(self, connection: sqlite3.Connection, rows: Iterable[Facts], *, voided: bool = False) -> None:
        """Read from the ledger the records that the rows could mean: the live ones, or the voided."""
        table, states = self.record.name, live(self.record.name)
        if voided:  # what went with a command that was taken back was not voided for itself
            states = (f"voided IS NOT NULL AND voided NOT IN ({', '.join(map(str, takers(connection)))})",)
        if connection.execute(f"SELECT 1 FROM [{table}] WHERE {states[0]} LIMIT 1").fetchone() is None:
            return
        rows = list(rows)
        self._into = {} if voided else merged_into(connection, table)
        for at in {at for door in self._doors for at in door.first}:
            into = merged_into(connection, self._targets.get(at, ""))
            asked = {row[at] for row in rows} - {None}
            asked |= {one for one, stay in into.items() if stay in asked}
            for state in states if self._into else states[:1]:
                self._read(connection, f"{self._stored(self.columns[at])} IN ({{}}) AND {state}", asked)
        self._read(connection, "id IN ({})", {self._into[id_] for id_ in self._known if id_ in self._into})

    def _read(self, connection: sqlite3.Connection, where: str, asked: set[Any]) -> None:
        """Make those records findable of which one column holds one of the values."""
        into = {at: merged_into(connection, target) for at, target in self._targets.items()}
        into = {at: one for at, one in into.items() if one}
        wanted = ", ".join(map(self._stored, self.columns))
        for values in _chunks(asked):
            marks = where.format(", ".join("?" * len(values)))
            for id_, *facts in connection.execute(
                f"SELECT id, {wanted} FROM [{self.record.name}] WHERE {marks}", values
            ):
                if id_ not in self._known:
                    for at, stay in into.items():
                        facts[at] = stay.get(facts[at], facts[at])
                    self.add(id_, tuple(facts))

    def _stored(self, column: str) -> str:
        """The column of the table that holds a fact: a name as it is matched."""
        return "name_key" if self.record.named and column == self.record.title.name else column

    def facts(self, columns: dict[str, list[Any]], length: int) -> Iterator[Facts]:
        """The facts of each row, from the columns of the table."""
        empty = [None] * length
        return zip(*(columns.get(self._stored(column), empty) for column in self.columns), strict=True)

    def facts_of(self, values: Mapping[str, Any]) -> Facts:
        """The facts of one record, from its own columns."""
        title = values.get(self.record.title.name)
        known = {**values, "name_key": fold(title) if self.record.named and title is not None else None}
        return tuple(known.get(self._stored(column)) for column in self.columns)

    def add(self, id_: int, facts: Facts) -> None:
        """Make a record findable."""
        self._known[id_] = facts
        for door in self._doors:
            door.add(id_, self._known)

    def learn_of(self, id_: int, facts: Facts) -> None:
        """Keep what a row says of the record it means, for the rows that follow."""
        known = self._known[id_]
        merged = tuple(old if new is None else new for old, new in zip(known, facts, strict=True))
        if merged != known:
            self.add(id_, merged)

    def name_of(self, id_: int) -> str | None:
        """The folded name that a record is known by."""
        at = self.columns.index(self.record.title.name) if self.record.title.name in self.columns else None
        return None if at is None else self._known[id_][at]

    @property
    def knows(self) -> bool:
        """Whether there is any record that a row could mean."""
        return bool(self._known)

    @property
    def merged(self) -> bool:
        """Whether a record of its kind was merged into another."""
        return bool(self._into)

    def stays(self, id_: int) -> int:
        """The record that stays for one that was met: itself, where it was not merged."""
        return self._into.get(id_, id_)

    def tells_apart(self, facts: Facts, key: int) -> bool:
        """Whether a row says what a stronger key asks, so that it can be none of those met by this one."""
        return any(says(facts, stronger) for stronger in self._keys[:key])

    def match(self, facts: Facts, likeness: Callable[[int], int] | None = None) -> int | None:
        """The one record that the row means; None where there is none or no telling which."""
        met = self.meet(facts, likeness)
        return self.stays(met.ids[0]) if met is not None and len(met.ids) == 1 else None

    def meet(self, facts: Facts, likeness: Callable[[int], int] | None = None) -> Met | None:
        """The record that the row means as it was met, be it merged; or the several that it may mean.

        Among several that repeat, the one of the greatest ``likeness`` to the row, else the oldest.
        """
        if not self._known:
            return None
        for at, door in enumerate(self._doors):
            near = door.near(facts)
            if near:
                keys = range(len(self._codes), len(self._keys)) if at == len(self._codes) else (at,)
                met = self._among(near, keys, facts, likeness)
                if met is not None:
                    return met
        return None

    def _among(
        self, near: Iterable[int], keys: Iterable[int], facts: Facts, likeness: Callable[[int], int] | None
    ) -> Met | None:
        several: Met | None = None
        for at in keys:
            if not says(facts, self._keys[at]):
                continue
            found = {id_ for id_ in near if self._same(id_, at, facts)} - self._claimed
            if several is not None:
                found &= set(several.ids)
            if len(found) > 1:
                found = self._best(found, facts, likeness)
            if len(found) == 1:
                return Met(tuple(found), at)
            if found and several is None:
                several = Met(tuple(sorted(found)), at)
        return several

    def _best(self, found: set[int], facts: Facts, likeness: Callable[[int], int] | None) -> set[int]:
        """Of several the one that is meant, if that can be told: one record, or one just as the row says."""
        if self.repeats:
            return {max(sorted(found), key=likeness) if likeness else min(found)}
        if len({self.stays(id_) for id_ in found}) == 1:
            return {max(sorted(found), key=lambda id_: sum(map(eq, self._known[id_], facts)))}
        alike = {id_ for id_ in found if self._known[id_] == facts}
        return alike if len(alike) == 1 else found

    def _same(self, id_: int, at: int, facts: Facts) -> bool:
        known = self._known[id_]
        for i in self._said[at]:
            if known[i] != facts[i]:
                return False
        for i in self._against[at]:
            if known[i] != facts[i] and known[i] is not None and facts[i] is not None:
                return False
        return id_ not in self._into or self._agrees(self._into[id_], facts)

    def _agrees(self, stay: int, facts: Facts) -> bool:
        """Whether the record that stays for one does not have another id number or code."""
        codes = {at for door in self._codes for at in door.first}
        return all(None in (self._known[stay][at], facts[at]) or self._known[stay][at] == facts[at] for at in codes)

    def claim(self, id_: int) -> None:
        """Say that a row of this file is that record, so that no like row is it again."""
        self._claimed.add(id_)


def _chunks(values: set[Any], size: int = 500) -> Iterator[list[Any]]:
    held = sorted(values)
    for start in range(0, len(held), size):
        yield held[start : start + size]
