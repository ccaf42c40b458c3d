"""By what somebody is known in running text: the names that are nobody else's, the id numbers, the mobile numbers.

A name that others bear too, a landline and a number that somebody else has as well say nothing sure, and are left.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shuangbaodao_cli.output.masking import mask_private
from shuangbaodao_cli.vocabulary.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence

_APART = r"[ \-\u2010-\u2014]?"
"""What may have been typed between two digits of a number."""
_HAN = r"\u3400-\u9fff"
_NAMELESS = "已匿名-"
_WIDE = 0xFEE0
"""From a character to its full-width form."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What tells of a person in a text, and what stands there once they are forgotten."""

    name: re.Pattern[str] | None
    number: re.Pattern[str] | None
    spared: frozenset[str]
    """Longer names of others, in which theirs is no more than a part: 张三 in 张三丰."""
    instead: str
    shared: int
    """How many others bear one of their names; then no name is looked for."""
    loose: re.Pattern[str] | None
    """Their names wherever the letters stand; a name of two letters may be a word there: 文明 in 文明劝导."""

    def covered(self, text: str) -> str:
        """A text without the person: a new name for the old one, marks for a number."""
        if self.number is not None:
            text = self.number.sub(mask_private(""), text)
        if self.name is not None:
            text = self.name.sub(lambda one: one[0] if one[0] in self.spared else self.instead, text)
        return text

    def doubtful(self, text: str | None) -> bool:
        """Whether a text may speak of the person where a name of two letters stands among others."""
        return text is not None and self.holds(self.covered(text))

    def holds(self, text: str) -> bool:
        """Whether the letters of their name stand anywhere in a text."""
        return self.loose is not None and any(one[0] not in self.spared for one in self.loose.finditer(text))

    def tell(self, text: str | None) -> bool:
        """Whether a text speaks of the person."""
        return text is not None and self.covered(text) != text


def new_name(person: int) -> str:
    """What somebody is called who was forgotten."""
    return f"{_NAMELESS}{person}"


def of(connection: sqlite3.Connection, ids: Sequence[int], *, anywhere: bool = False) -> Traces:
    """The traces of a person, of whom ``ids`` are all the rows, the one that stays first.

    ``anywhere`` takes a name of two letters for the person also where it stands among other letters.
    """
    names, codes, phones = (_ever(connection, ids, field) for field in ("name", "id_no", "phone"))
    others = [row for row in connection.execute("SELECT id, name, name_key, phone FROM person") if row[0] not in ids]
    keys = set(map(fold, names))
    shared = sum(key in keys for _, _, key, _ in others)
    longer = {name for _, name, _, _ in others if any(one in name for one in names)} - names
    numbers = codes | {one for one in phones - {row[3] for row in others} if re.fullmatch(r"1\d{10}", one)}
    sought = set() if shared else {name for name in names if len(name) > 1}
    spared = [re.escape(one) for one in sorted(longer, key=len, reverse=True)] if sought else []
    loose = _any([*spared, *map(_spaced, sorted(sought))])
    strict = _any([*spared, *(_spaced(one) if len(one) > 2 else _alone(one) for one in sorted(sought))])
    name = loose if anywhere else strict
    return Traces(name, _any(map(_digits, sorted(numbers))), frozenset(longer), new_name(ids[0]), shared, loose)


def _ever(connection: sqlite3.Connection, ids: Collection[int], field: str) -> set[str]:
    """What a field of the person's rows says, and what the history knows that it said."""
    found: set[str | None] = set()
    for id_ in ids:
        found |= {one for (one,) in connection.execute(f"SELECT {field} FROM person WHERE id = ?", (id_,))}
        sql = "SELECT old, new FROM change WHERE record = 'person' AND record_id = ? AND field = ?"
        found |= {json.loads(said or "null") for pair in connection.execute(sql, (id_, field)) for said in pair}
    return {one for one in found if one and not one.startswith(_NAMELESS)}


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    whole = "|".join(patterns)
    return re.compile(whole) if whole else None


def _spaced(name: str) -> str:
    """A name with or without spaces in it: 张　三."""
    return r"\s*".join(re.escape(letter) for letter in name if not letter.isspace())


def _alone(name: str) -> str:
    """A name with no other Chinese letter before or behind it."""
    return rf"(?<![{_HAN}]){_spaced(name)}(?![{_HAN}])"


def _digits(number: str) -> str:
    """A number however it is typed: with gaps, in wide digits, x for X."""
    said = (f"[{one}{one.lower()}{chr(ord(one) + _WIDE)}]" for one in number)
    return rf"(?<!\d){_APART.join(said)}(?!\d)"
