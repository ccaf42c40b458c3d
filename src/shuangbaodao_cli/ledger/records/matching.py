"""Which record of the ledger a row of a roster means, if any."""

from __future__ import annotations

from operator import eq, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger.records.identity import merged_into, not_voided_conditions
from shuangbaodao_cli.ledger.storage.reversals import active_reversals
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from shuangbaodao_cli.model.record import Record

KeyValues = tuple[Any, ...]
"""The columns of all keys of one record, its name folded."""
Key = tuple[tuple[int, ...], ...]
"""For each field of a key the places of its columns in the facts."""

BUCKET_SPLIT_SIZE = 16
"""Namesakes from which on they are told apart by the marks that they say."""
FIRST_WEAK_KEY = {"person": 2}
"""The first key by which a record is met only weakly: whatever is known of it must not contradict."""


class Candidates(NamedTuple):
    """The records that fit a row equally well, one where there is a telling, and the place of the key."""

    ids: tuple[int, ...]
    key_index: int


class KeyIndex:
    """One way to look records up: by the facts that a key names, and in a crowd by a further mark."""

    def __init__(self, key: Key, split_positions: Sequence[int] = ()) -> None:
        self.key = key
        self.first_positions = key[0]
        self.extract_key: Callable[[KeyValues], Any] = itemgetter(*(at for group in key for at in group))
        self.buckets: dict[Any, list[int]] = {}
        self.split_positions = split_positions
        self.split_buckets: dict[Any, dict[tuple[int, Any], list[int]]] = {}

    def add(self, id_: int, values_by_id: dict[int, KeyValues]) -> None:
        """Let a record in, if it says what the key asks."""
        facts = values_by_id[id_]
        if not is_key_filled(facts, self.key):
            return
        at = self.extract_key(facts)
        alike = self.buckets.setdefault(at, [])
        alike.append(id_)
        if not self.split_positions or len(alike) < BUCKET_SPLIT_SIZE:
            return
        crowd = self.split_buckets.setdefault(at, {})
        for one in [id_] if crowd else alike:
            for mark in self.split_positions:
                crowd.setdefault((mark, values_by_id[one][mark]), []).append(one)

    def find(self, values: KeyValues) -> Iterable[int]:
        """The records that say the same under the key and do not contradict the strongest mark of a row."""
        at = self.extract_key(values)
        crowd = self.split_buckets.get(at)
        if crowd is not None:
            for mark in self.split_positions:
                if values[mark] is not None:
                    return dict.fromkeys((*crowd.get((mark, values[mark]), ()), *crowd.get((mark, None), ())))
        return self.buckets.get(at, ())


def is_key_filled(values: KeyValues, key: Key) -> bool:
    """Whether every field of a key is filled."""
    for group in key:
        for at in group:
            if values[at] is not None:
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
        self._key_positions = flat
        weak = FIRST_WEAK_KEY.get(record.name, len(flat))
        self._contradiction_positions = [
            tuple(dict.fromkeys(at for key in (flat[:i] if i < weak else flat) for at in key if at not in said))
            for i, said in enumerate(flat)
        ]
        marks = [at for at in dict.fromkeys(at for key in flat for at in key) if at not in flat[-1]]
        self._code_indexes = [KeyIndex(key) for key in self._keys if not set(weakest) <= set(key)]
        self._key_indexes = [*self._code_indexes, KeyIndex(weakest, marks)]
        self._values_by_id: dict[int, KeyValues] = {}
        self._claimed: set[int] = set()
        self._canonical_ids: dict[int, int] = {}

    def load_candidates(
        self, connection: sqlite3.Connection, rows: Iterable[KeyValues], *, voided: bool = False
    ) -> None:
        """Read from the ledger the records that the rows could mean: the live ones, or the voided."""
        table, states = self.record.name, not_voided_conditions(self.record.name)
        if voided:  # what went with a command that was taken back was not voided for itself
            states = (f"voided IS NOT NULL AND voided NOT IN ({', '.join(map(str, active_reversals(connection)))})",)
        if connection.execute(f"SELECT 1 FROM [{table}] WHERE {states[0]} LIMIT 1").fetchone() is None:
            return
        rows = list(rows)
        self._canonical_ids = {} if voided else merged_into(connection, table)
        for at in {at for door in self._key_indexes for at in door.first_positions}:
            into = merged_into(connection, self._targets.get(at, ""))
            asked = {row[at] for row in rows} - {None}
            asked |= {one for one, stay in into.items() if stay in asked}
            for state in states if self._canonical_ids else states[:1]:
                self._load_where(connection, f"{self._table_column(self.columns[at])} IN ({{}}) AND {state}", asked)
        self._load_where(
            connection,
            "id IN ({})",
            {self._canonical_ids[id_] for id_ in self._values_by_id if id_ in self._canonical_ids},
        )

    def _load_where(self, connection: sqlite3.Connection, where: str, lookup_values: set[Any]) -> None:
        """Make those records findable of which one column holds one of the values."""
        into = {at: merged_into(connection, target) for at, target in self._targets.items()}
        into = {at: one for at, one in into.items() if one}
        wanted = ", ".join(map(self._table_column, self.columns))
        for values in _chunks(lookup_values):
            marks = where.format(", ".join("?" * len(values)))
            for id_, *facts in connection.execute(
                f"SELECT id, {wanted} FROM [{self.record.name}] WHERE {marks}", values
            ):
                if id_ not in self._values_by_id:
                    for at, stay in into.items():
                        facts[at] = stay.get(facts[at], facts[at])
                    self.add(id_, tuple(facts))

    def _table_column(self, column: str) -> str:
        """The column of the table that holds a fact: a name as it is matched."""
        return "name_key" if self.record.named and column == self.record.title.name else column

    def row_key_values(self, columns: dict[str, list[Any]], length: int) -> Iterator[KeyValues]:
        """The facts of each row, from the columns of the table."""
        empty = [None] * length
        return zip(*(columns.get(self._table_column(column), empty) for column in self.columns), strict=True)

    def key_values(self, values: Mapping[str, Any]) -> KeyValues:
        """The facts of one record, from its own columns."""
        title = values.get(self.record.title.name)
        known = {**values, "name_key": fold(title) if self.record.named and title is not None else None}
        return tuple(known.get(self._table_column(column)) for column in self.columns)

    def add(self, id_: int, values: KeyValues) -> None:
        """Make a record findable."""
        self._values_by_id[id_] = values
        for door in self._key_indexes:
            door.add(id_, self._values_by_id)

    def update_values(self, id_: int, values: KeyValues) -> None:
        """Keep what a row says of the record it means, for the rows that follow."""
        known = self._values_by_id[id_]
        merged = tuple(old if new is None else new for old, new in zip(known, values, strict=True))
        if merged != known:
            self.add(id_, merged)

    def folded_name(self, id_: int) -> str | None:
        """The folded name that a record is known by."""
        at = self.columns.index(self.record.title.name) if self.record.title.name in self.columns else None
        return None if at is None else self._values_by_id[id_][at]

    @property
    def has_records(self) -> bool:
        """Whether there is any record that a row could mean."""
        return bool(self._values_by_id)

    @property
    def has_aliases(self) -> bool:
        """Whether a record of its kind was merged into another."""
        return bool(self._canonical_ids)

    def canonical_id(self, id_: int) -> int:
        """The record that stays for one that was met: itself, where it was not merged."""
        return self._canonical_ids.get(id_, id_)

    def has_stronger_key(self, values: KeyValues, key_index: int) -> bool:
        """Whether a row says what a stronger key asks, so that it can be none of those met by this one."""
        return any(is_key_filled(values, stronger) for stronger in self._keys[:key_index])

    def match(self, values: KeyValues, similarity: Callable[[int], int] | None = None) -> int | None:
        """The one record that the row means; None where there is none or no telling which."""
        met = self.find_candidates(values, similarity)
        return self.canonical_id(met.ids[0]) if met is not None and len(met.ids) == 1 else None

    def find_candidates(self, values: KeyValues, similarity: Callable[[int], int] | None = None) -> Candidates | None:
        """The record that the row means as it was met, be it merged; or the several that it may mean.

        Among several that repeat, the one of the greatest ``likeness`` to the row, else the oldest.
        """
        if not self._values_by_id:
            return None
        for at, door in enumerate(self._key_indexes):
            near = door.find(values)
            if near:
                keys = range(len(self._code_indexes), len(self._keys)) if at == len(self._code_indexes) else (at,)
                met = self._filter_candidates(near, keys, values, similarity)
                if met is not None:
                    return met
        return None

    def _filter_candidates(
        self, ids: Iterable[int], key_indexes: Iterable[int], values: KeyValues, similarity: Callable[[int], int] | None
    ) -> Candidates | None:
        several: Candidates | None = None
        for at in key_indexes:
            if not is_key_filled(values, self._keys[at]):
                continue
            found = {id_ for id_ in ids if self._is_match(id_, at, values)} - self._claimed
            if several is not None:
                found &= set(several.ids)
            if len(found) > 1:
                found = self._narrow_candidates(found, values, similarity)
            if len(found) == 1:
                return Candidates(tuple(found), at)
            if found and several is None:
                several = Candidates(tuple(sorted(found)), at)
        return several

    def _narrow_candidates(self, ids: set[int], values: KeyValues, similarity: Callable[[int], int] | None) -> set[int]:
        """Of several the one that is meant, if that can be told: one record, or one just as the row says."""
        if self.repeats:
            return {max(sorted(ids), key=similarity) if similarity else min(ids)}
        if len({self.canonical_id(id_) for id_ in ids}) == 1:
            return {max(sorted(ids), key=lambda id_: sum(map(eq, self._values_by_id[id_], values)))}
        alike = {id_ for id_ in ids if self._values_by_id[id_] == values}
        return alike if len(alike) == 1 else ids

    def _is_match(self, id_: int, key_index: int, values: KeyValues) -> bool:
        known = self._values_by_id[id_]
        for i in self._key_positions[key_index]:
            if known[i] != values[i]:
                return False
        for i in self._contradiction_positions[key_index]:
            if known[i] != values[i] and known[i] is not None and values[i] is not None:
                return False
        return id_ not in self._canonical_ids or self._has_compatible_codes(self._canonical_ids[id_], values)

    def _has_compatible_codes(self, canonical_id: int, values: KeyValues) -> bool:
        """Whether the record that stays for one does not have another id number or code."""
        codes = {at for door in self._code_indexes for at in door.first_positions}
        return all(
            None in (self._values_by_id[canonical_id][at], values[at])
            or self._values_by_id[canonical_id][at] == values[at]
            for at in codes
        )

    def claim(self, id_: int) -> None:
        """Say that a row of this file is that record, so that no like row is it again."""
        self._claimed.add(id_)


def _chunks(values: set[Any], size: int = 500) -> Iterator[list[Any]]:
    held = sorted(values)
    for start in range(0, len(held), size):
        yield held[start : start + size]
