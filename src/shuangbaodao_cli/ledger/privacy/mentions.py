"""By what somebody is known in running text: the names that are nobody else's, the id numbers, the mobile numbers.

A name that others bear too, a landline and a number that somebody else has as well say nothing sure, and are left.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shuangbaodao_cli.values.masking import mask_private
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence

_APART = r"[ \-\u2010-\u2014]?"
"""What may have been typed between two digits of a number."""
_HAN = r"\u3400-\u9fff"
_LATIN = "A-Za-z"
_UNSEEN = r"[\s\u200b-\u200f\u2060-\u2069\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]*"
"""What may stand between two letters of a name, as ``text.fold`` has it."""
_DOTS = "·•‧∙⋅・･᛫●."
_NAMELESS = "已匿名-"
_BESIDE = {"need": "raised_by", "resource": "contact", "org": "contact", "branch": "secretary"}
"""Records with a telephone number, and the column that says whose it is."""
_WIDE = 0xFEE0
"""From a character to its full-width form."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What tells of a person in a text, and what stands there once they are forgotten."""

    name: re.Pattern[str] | None
    number: re.Pattern[str] | None
    spared: frozenset[str]
    """Longer names of others, folded, in which theirs is no more than a part: 张三 in 张三丰."""
    instead: str
    shared: list[int]
    """Who else bears one of their names, voided ones too; then no name is looked for."""
    loose: re.Pattern[str] | None
    """Their names wherever the letters stand; a name of two letters may be a word there: 文明 in 文明劝导."""
    anywhere: bool
    """Whether they are taken out there too, and out of what things are called: 张三工作室."""

    def covered(self, text: str) -> str:
        """A text without the person: a new name for the old one, marks for a number."""
        return self._without(self.name, text)

    def asked(self, text: str) -> str:
        """The words of who asks for somebody to be forgotten, without them: namesakes are not meant there."""
        return self._without(self.loose, text)

    def _without(self, name: re.Pattern[str] | None, text: str) -> str:
        if self.number is not None:
            text = self.number.sub(mask_private(""), text)
        if name is not None:
            text = name.sub(lambda one: one[0] if fold(one[0]) in self.spared else self.instead, text)
        return text

    def doubtful(self, text: str | None) -> bool:
        """Whether a text may speak of the person where a name of two letters stands among others."""
        return text is not None and self.holds(self.covered(text))

    def holds(self, text: str) -> bool:
        """Whether the letters of their name stand anywhere in a text."""
        if self.loose is None or self.shared:
            return False
        return any(fold(one[0]) not in self.spared for one in self.loose.finditer(text))

    def tell(self, text: str | None) -> bool:
        """Whether a text speaks of the person."""
        return text is not None and self.covered(text) != text


def new_name(person: int) -> str:
    """What somebody is called who was forgotten."""
    return f"{_NAMELESS}{person}"


def of(connection: sqlite3.Connection, ids: Sequence[int], *, anywhere: bool = False) -> Traces:
    """The traces of a person, of whom ``ids`` are all the rows, the one that stays first.

    ``anywhere`` takes a name of two letters for the person also where it stands among other letters, and in
    the names of things.
    """
    names, codes, phones = (ever(connection, ids, field) for field in ("name", "id_no", "phone"))
    others = [row for row in connection.execute("SELECT id, name, name_key, phone FROM person") if row[0] not in ids]
    keys = set(map(fold, names))
    shared = [id_ for id_, _, key, _ in others if key in keys]
    longer = {key: name for _, name, key, _ in others if any(one in key for one in keys) and key not in keys}
    phones |= set() if shared else _beside(connection, keys)
    numbers = codes | {one for one in phones - {row[3] for row in others} if re.fullmatch(r"1\d{10}", one)}
    sought = sorted(name for name in names if len(fold(name)) > 1)
    spared = [_spaced(one) for one in sorted(longer.values(), key=len, reverse=True)] if sought else []
    loose = _any([*spared, *map(_spaced, sought)])
    name = None if shared else loose if anywhere else _any([*spared, *map(_strictly, sought)])
    number = _any(map(_digits, sorted(numbers)))
    return Traces(name, number, frozenset(longer), new_name(ids[0]), shared, loose, anywhere)


def ever(connection: sqlite3.Connection, ids: Collection[int], *fields: str) -> set[str]:
    """What fields of the person's rows say, and what the history knows that they said."""
    found: set[str | None] = set()
    for id_ in ids:
        found |= set(connection.execute(f"SELECT {', '.join(fields)} FROM person WHERE id = ?", (id_,)).fetchone())
        sql = "SELECT old, new FROM change WHERE record = 'person' AND record_id = ? AND field = ?"
        for field in fields:
            found |= {json.loads(said or "null") for pair in connection.execute(sql, (id_, field)) for said in pair}
    return {one for one in found if one and not one.startswith(_NAMELESS)}


def _beside(connection: sqlite3.Connection, keys: Collection[str]) -> set[str]:
    """The numbers that stand beside a name in other records: of who raised a need, of a unit's contact."""
    found: set[str] = set()
    for table, column in _BESIDE.items():
        sql = f"SELECT {column}, phone FROM [{table}] WHERE {column} IS NOT NULL AND phone IS NOT NULL"
        found |= {phone for name, phone in connection.execute(sql) if fold(name) in keys}
    return found


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    whole = "|".join(patterns)
    return re.compile(whole) if whole else None


def _spaced(name: str) -> str:
    """A name however it is written: 张　三, 阿•买提, LI LEI; in Latin letters it is no part of a longer word."""
    letters = [letter for letter in name if not re.fullmatch(_UNSEEN, letter)]
    before, behind = (_LATIN if re.match(f"[{_LATIN}]", one) else "" for one in (letters[0], letters[-1]))
    return _apart(_UNSEEN.join(map(_letter, letters)), before, behind)


def _strictly(name: str) -> str:
    """A name of two letters with no other Chinese letter before or behind it; a longer one anywhere."""
    return _apart(_spaced(name), _HAN, _HAN) if len(name) < 3 else _spaced(name)


def _apart(what: str, before: str, behind: str) -> str:
    """What is looked for where none of some letters stands before it and none behind it."""
    return (f"(?<![{before}])" if before else "") + what + (f"(?![{behind}])" if behind else "")


def _letter(letter: str) -> str:
    """A letter in every form that ``text.fold`` takes for the same."""
    if letter in _DOTS:
        return f"[{_DOTS}]"
    if letter.isascii() and letter.isalpha():
        return "[{}]".format("".join(f"{one}{chr(ord(one) + _WIDE)}" for one in (letter.lower(), letter.upper())))
    return re.escape(letter)


def _digits(number: str) -> str:
    """A number however it is typed: with gaps, in wide digits, x for X, behind the code of the country."""
    said = (f"[{one}{one.lower()}{chr(ord(one) + _WIDE)}]" for one in number)
    return rf"(?<!\d)(?:(?:\+|00)?86{_APART})?{_APART.join(said)}(?!\d)"


Edits = dict[tuple[str, int], dict[str, Any]]
"""Table and row → column → what is to stand there."""
