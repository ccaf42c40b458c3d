"""Which record of the ledger a row of a roster means, if any.

A ``Matcher`` looks a row up by the keys of its record type, in a ``KeyIndex`` each.
"""

from __future__ import annotations

from operator import eq
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.ledger.records.identity import merged_into, not_voided_conditions
from shuangbaodao_cli.ledger.records.key_index import Key, KeyIndex, KeyValues, is_key_filled
from shuangbaodao_cli.ledger.storage.reversals import active_reversals
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from shuangbaodao_cli.model.record import Record

FIRST_WEAK_KEY = {"person": 2}
"""Record type → the first of its keys that is weak: by it no record matches that contradicts in anything known."""


class Candidates(NamedTuple):
    """The ids of the records that fit a row equally well, and the position of the key by which they do."""

    ids: tuple[int, ...]
    key_index: int


def _other_positions(keys: Iterable[tuple[int, ...]], key: tuple[int, ...]) -> tuple[int, ...]:
    """The positions of some keys that are not among those of one key, each once."""
    return tuple(dict.fromkeys(position for other in keys for position in other if position not in key))


class Matcher:
    """Finds the record of a row by the record type's keys, the strongest first.

    A record that contradicts a stronger key (another id number, another phone) does not match; by a weak
    key (name and organisation) none does that contradicts anything. An alias is found by its own values,
    and a reference to an alias counts as one to the canonical record.
    """

    def __init__(self, record: Record, *, repeats: bool | None = None) -> None:
        """``repeats``: of several records alike a row means one that no other row has claimed."""
        self.record = record
        self.repeats = record.may_repeat if repeats is None else repeats
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
        # Every key contains the weakest one, or stands alone (a code): these indexes lead to all records.
        keys = [tuple(position for group in key for position in group) for key in self._keys]
        self._key_positions = keys
        first_weak = FIRST_WEAK_KEY.get(record.name, len(keys))
        self._contradiction_positions = [
            _other_positions(keys[:index] if index < first_weak else keys, key) for index, key in enumerate(keys)
        ]
        self._code_indexes = [KeyIndex(key) for key in self._keys if not set(weakest) <= set(key)]
        self._key_indexes = [*self._code_indexes, KeyIndex(weakest, _other_positions(keys, keys[-1]))]
        self._values_by_id: dict[int, KeyValues] = {}
        self._claimed: set[int] = set()
        self._canonical_ids: dict[int, int] = {}

    def load_candidates(
        self, connection: sqlite3.Connection, rows: Iterable[KeyValues], *, voided: bool = False
    ) -> None:
        """Load from the ledger the records that the rows could mean: those not voided, or the voided ones."""
        table, conditions = self.record.name, not_voided_conditions(self.record.name)
        if voided:  # what an undone command took along was not voided for itself
            conditions = (
                f"voided IS NOT NULL AND voided NOT IN ({', '.join(map(str, active_reversals(connection)))})",
            )
        if connection.execute(f"SELECT 1 FROM [{table}] WHERE {conditions[0]} LIMIT 1").fetchone() is None:
            return
        rows = list(rows)
        self._canonical_ids = {} if voided else merged_into(connection, table)
        for position in {position for index in self._key_indexes for position in index.first_positions}:
            aliases = merged_into(connection, self._targets.get(position, ""))
            wanted = {row[position] for row in rows} - {None}
            wanted |= {alias for alias, canonical_id in aliases.items() if canonical_id in wanted}
            for condition in conditions if self._canonical_ids else conditions[:1]:
                self._load_where(
                    connection, f"{self._table_column(self.columns[position])} IN ({{}}) AND {condition}", wanted
                )
        self._load_where(
            connection,
            "id IN ({})",
            {self._canonical_ids[id_] for id_ in self._values_by_id if id_ in self._canonical_ids},
        )

    def _load_where(self, connection: sqlite3.Connection, where: str, lookup_values: set[Any]) -> None:
        """Load the records of which a column has one of the values; ``where`` has a gap for their placeholders."""
        aliases = {position: merged_into(connection, target) for position, target in self._targets.items()}
        aliases = {position: merged for position, merged in aliases.items() if merged}
        columns = ", ".join(map(self._table_column, self.columns))
        for chunk in _chunks(lookup_values):
            marks = where.format(", ".join("?" * len(chunk)))
            for id_, *key_values in connection.execute(
                f"SELECT id, {columns} FROM [{self.record.name}] WHERE {marks}", chunk
            ):
                if id_ not in self._values_by_id:
                    for position, canonical_ids in aliases.items():
                        key_values[position] = canonical_ids.get(key_values[position], key_values[position])
                    self.add(id_, tuple(key_values))

    def _table_column(self, column: str) -> str:
        """The column of the table for a column of a key: for the name the folded one."""
        return "name_key" if self.record.has_name and column == self.record.title_field.name else column

    def row_key_values(self, columns: dict[str, list[Any]], length: int) -> Iterator[KeyValues]:
        """The key values of each row, from the columns of a roster."""
        empty = [None] * length
        return zip(*(columns.get(self._table_column(column), empty) for column in self.columns), strict=True)

    def key_values(self, values: Mapping[str, Any]) -> KeyValues:
        """The key values of one record, from its own columns."""
        title = values.get(self.record.title_field.name)
        columns = {**values, "name_key": fold(title) if self.record.has_name and title is not None else None}
        return tuple(columns.get(self._table_column(column)) for column in self.columns)

    def add(self, id_: int, values: KeyValues) -> None:
        """Add a record to all indexes."""
        self._values_by_id[id_] = values
        for index in self._key_indexes:
            index.add(id_, self._values_by_id)

    def update_values(self, id_: int, values: KeyValues) -> None:
        """Update the known values of a record with those that its row fills, for the rows that follow."""
        known = self._values_by_id[id_]
        merged = tuple(old if new is None else new for old, new in zip(known, values, strict=True))
        if merged != known:
            self.add(id_, merged)

    def folded_name(self, id_: int) -> str | None:
        """The folded name of a record; None where no key has it."""
        position = (
            self.columns.index(self.record.title_field.name) if self.record.title_field.name in self.columns else None
        )
        return None if position is None else self._values_by_id[id_][position]

    @property
    def has_records(self) -> bool:
        """Whether any record was added or loaded."""
        return bool(self._values_by_id)

    @property
    def has_aliases(self) -> bool:
        """Whether any record of the type was merged into another."""
        return bool(self._canonical_ids)

    def canonical_id(self, id_: int) -> int:
        """The canonical id of a record: its own, where it was not merged."""
        return self._canonical_ids.get(id_, id_)

    def has_stronger_key(self, values: KeyValues, key_index: int) -> bool:
        """Whether a stronger key of a row is filled, so that it means none of the records found by this one."""
        return any(is_key_filled(values, stronger) for stronger in self._keys[:key_index])

    def match(self, values: KeyValues, similarity: Callable[[int], int] | None = None) -> int | None:
        """The canonical id of the record that a row means; None where there is none, or more than one."""
        candidates = self.find_candidates(values, similarity)
        return self.canonical_id(candidates.ids[0]) if candidates is not None and len(candidates.ids) == 1 else None

    def find_candidates(self, values: KeyValues, similarity: Callable[[int], int] | None = None) -> Candidates | None:
        """The record that a row means, as it was found, be it an alias; or the several that it may mean.

        Among several that repeat, the one of the greatest ``similarity`` to the row, else the oldest.
        """
        if not self._values_by_id:
            return None
        for number, index in enumerate(self._key_indexes):
            ids = index.find(values)
            if ids:
                key_indexes = (
                    range(len(self._code_indexes), len(self._keys)) if number == len(self._code_indexes) else (number,)
                )
                candidates = self._filter_candidates(ids, key_indexes, values, similarity)
                if candidates is not None:
                    return candidates
        return None

    def _filter_candidates(
        self, ids: Iterable[int], key_indexes: Iterable[int], values: KeyValues, similarity: Callable[[int], int] | None
    ) -> Candidates | None:
        candidates: Candidates | None = None
        for key_index in key_indexes:
            if not is_key_filled(values, self._keys[key_index]):
                continue
            matching = {id_ for id_ in ids if self._is_match(id_, key_index, values)} - self._claimed
            if candidates is not None:
                matching &= set(candidates.ids)
            if len(matching) > 1:
                matching = self._narrow_candidates(matching, values, similarity)
            if len(matching) == 1:
                return Candidates(tuple(matching), key_index)
            if matching and candidates is None:
                candidates = Candidates(tuple(sorted(matching)), key_index)
        return candidates

    def _narrow_candidates(self, ids: set[int], values: KeyValues, similarity: Callable[[int], int] | None) -> set[int]:
        """The one of several that is meant, if that can be told; else all of them."""
        if self.repeats:
            return {max(sorted(ids), key=similarity) if similarity else min(ids)}
        if len({self.canonical_id(id_) for id_ in ids}) == 1:
            return {max(sorted(ids), key=lambda id_: sum(map(eq, self._values_by_id[id_], values)))}
        identical = {id_ for id_ in ids if self._values_by_id[id_] == values}
        return identical if len(identical) == 1 else ids

    def _is_match(self, id_: int, key_index: int, values: KeyValues) -> bool:
        known = self._values_by_id[id_]
        for position in self._key_positions[key_index]:
            if known[position] != values[position]:
                return False
        for position in self._contradiction_positions[key_index]:
            if known[position] != values[position] and known[position] is not None and values[position] is not None:
                return False
        return id_ not in self._canonical_ids or self._has_compatible_codes(self._canonical_ids[id_], values)

    def _has_compatible_codes(self, canonical_id: int, values: KeyValues) -> bool:
        """Whether a canonical record has no other id number or code than the values say."""
        positions = {position for index in self._code_indexes for position in index.first_positions}
        return all(
            None in (self._values_by_id[canonical_id][position], values[position])
            or self._values_by_id[canonical_id][position] == values[position]
            for position in positions
        )

    def claim(self, id_: int) -> None:
        """Reserve a record for the row that means it, so that no other row alike does."""
        self._claimed.add(id_)


def _chunks(values: set[Any], size: int = 500) -> Iterator[list[Any]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
