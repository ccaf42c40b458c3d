"""Which record of the ledger a row of a roster means, if any."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.vocabulary.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from shuangbaodao_cli.vocabulary.record import Record

Key = tuple[int, ...]
"""Positions in the facts that a row is told apart by."""


@dataclass(slots=True)
class Matcher:
    """Finds the record of a row by the record type's keys, the strongest first.

    A record that contradicts a stronger key (another id number, another phone) is not the one.
    The facts of a record are the columns of all keys in ``columns``, names folded.
    """

    record: Record
    columns: tuple[str, ...] = field(init=False)
    _keys: list[Key] = field(init=False)
    _alone: list[Key] = field(init=False)
    _known: dict[int, Sequence[Any]] = field(default_factory=dict)
    _index: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)
    _claimed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        keys = [tuple(c for name in key for c in self.record[name].columns) for key in self.record.keys]
        self.columns = tuple(dict.fromkeys(column for key in keys for column in key))
        self._keys = [tuple(map(self.columns.index, key)) for key in keys]
        weakest = self._keys[-1]
        # Every key holds the weakest one, or stands alone (a code): two look-ups serve them all.
        self._alone = [key for key in self._keys if not set(weakest) <= set(key)] + [weakest]

    def learn(self, connection: sqlite3.Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Read from the ledger the records that the rows could mean."""
        table = self.record.name
        if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
            return
        rows = list(rows)
        wanted = ", ".join("name_key" if self._folded(column) else column for column in self.columns)
        for key in self._alone:
            column = "name_key" if self._folded(self.columns[key[0]]) else self.columns[key[0]]
            for values in _chunks({row[key[0]] for row in rows} - {None}):
                marks = ", ".join("?" * len(values))
                sql = f"SELECT id, {wanted} FROM {table} WHERE {column} IN ({marks}) AND voided IS NULL"
                for id_, *facts in connection.execute(sql, values):
                    if id_ not in self._known:
                        self.add(id_, facts)

    def _folded(self, column: str) -> bool:
        return self.record.named and column == self.record.title.name

    def facts(self, columns: dict[str, list[Any]], length: int) -> Iterator[tuple[Any, ...]]:
        """The facts of each row, from the columns of a roster."""
        empty = [None] * length
        taken = (
            [None if value is None else fold(value) for value in columns[column]]
            if self._folded(column) and column in columns
            else columns.get(column, empty)
            for column in self.columns
        )
        return zip(*taken, strict=True)

    def add(self, id_: int, facts: Sequence[Any]) -> None:
        """Make a record findable."""
        self._known[id_] = facts
        for key in self._alone:
            value = (key, *(facts[at] for at in key))
            if None not in value:
                self._index.setdefault(value, []).append(id_)

    def match(self, facts: Sequence[Any]) -> int | None:
        """The one record that the row means; None where there is none or no telling which."""
        for at, key in enumerate(self._keys):
            if any(facts[i] is None for i in key):
                continue
            look_up = key if key in self._alone else self._alone[-1]
            near = self._index.get((look_up, *(facts[i] for i in look_up)))
            if not near:
                continue
            found = [id_ for id_ in near if self._same(id_, key, self._keys[:at], facts)]
            if self.record.repeats:
                found = [id_ for id_ in found if id_ not in self._claimed][:1]
            if len(found) == 1:
                return found[0]
        return None

    def _same(self, id_: int, key: Key, stronger: list[Key], facts: Sequence[Any]) -> bool:
        known = self._known[id_]
        if any(known[i] != facts[i] for i in key):
            return False
        return not any(
            known[i] is not None and facts[i] is not None and known[i] != facts[i] for other in stronger for i in other
        )

    def claim(self, id_: int) -> None:
        """Say that a row of this file is that record, so that no like row is it again."""
        self._claimed.add(id_)


def _chunks(values: set[Any], size: int = 500) -> Iterator[list[Any]]:
    held = sorted(values)
    for start in range(0, len(held), size):
        yield held[start : start + size]
