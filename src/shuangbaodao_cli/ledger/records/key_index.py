"""An index of records by one of their keys, for matching many rows at once."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

KeyValues = tuple[Any, ...]
"""The values of the columns of all keys of one record or row, its name folded."""
Key = tuple[tuple[int, ...], ...]
"""For each field of a key the positions of its columns in the key values."""

BUCKET_SPLIT_SIZE = 16
"""The number of records alike in a key from which on they are split by a second column."""


class KeyIndex:
    """Index of records by one key; large buckets are split by a second column."""

    def __init__(self, key: Key, split_positions: Sequence[int] = ()) -> None:
        self.key = key
        self.first_positions = key[0]
        self.extract_key: Callable[[KeyValues], Any] = itemgetter(*(position for group in key for position in group))
        self.buckets: dict[Any, list[int]] = {}
        self.split_positions = split_positions
        self.split_buckets: dict[Any, dict[tuple[int, Any], list[int]]] = {}

    def add(self, id_: int, values_by_id: dict[int, KeyValues]) -> None:
        """Add a record, if its key is filled."""
        values = values_by_id[id_]
        if not is_key_filled(values, self.key):
            return
        bucket_key = self.extract_key(values)
        bucket = self.buckets.setdefault(bucket_key, [])
        bucket.append(id_)
        if not self.split_positions or len(bucket) < BUCKET_SPLIT_SIZE:
            return
        split = self.split_buckets.setdefault(bucket_key, {})
        for member in [id_] if split else bucket:
            for position in self.split_positions:
                split.setdefault((position, values_by_id[member][position]), []).append(member)

    def find(self, values: KeyValues) -> Iterable[int]:
        """The ids of the records of the same key; of a large bucket those that do not contradict a split column."""
        bucket_key = self.extract_key(values)
        split = self.split_buckets.get(bucket_key)
        if split is not None:
            for position in self.split_positions:
                if values[position] is not None:
                    return dict.fromkeys(
                        (*split.get((position, values[position]), ()), *split.get((position, None), ()))
                    )
        return self.buckets.get(bucket_key, ())


def is_key_filled(values: KeyValues, key: Key) -> bool:
    """Whether every field of a key is filled."""
    for group in key:
        for position in group:
            if values[position] is not None:
                break
        else:
            return False
    return True
